//! The open menus of the bar.

use leptos::prelude::*;

use super::action::Action;
use super::canvas::{menu_item, menu_key};
use super::samples::{self, SAMPLES};
use super::store::{Selection, SideTab, Store};
use super::widgets::icon;

/// On narrow screens, what has no room in the bar.
const MORE: &[Action] = &[
    Action::AddRoutine,
    Action::Arrange,
    Action::Share,
    Action::Import,
    Action::Export,
    Action::Theme,
    Action::Settings,
    Action::Help,
];

/// The menu of what has no room in a narrow bar.
pub fn more_menu(store: Store) -> AnyView {
    view! {
        <div class="fx-menu fx-menu--down fx-menu--right" id="more-menu" role="menu" aria-label="More" on:keydown=move |event| menu_key(store, &event)>
            {MORE.iter().map(|&action| menu_item(action, || ())).collect_view()}
        </div>
    }
    .into_any()
}

/// The menu of samples, and what is about the flow as a whole.
pub fn samples_menu(store: Store) -> AnyView {
    view! {
        <div class="fx-menu fx-menu--down" id="samples-menu" role="menu" aria-label="Samples" on:keydown=move |event| menu_key(store, &event)>
            <p class="fx-menu__title" role="presentation">"Samples"</p>
            {SAMPLES.iter().map(|sample| view! {
                <button
                    type="button" class="fx-menu__item" role="menuitem" tabindex="-1" data-sample=sample.id
                    on:click=move |_| {
                        store.panels.menu.set(None);
                        if let Some(flow) = samples::find(sample.id) {
                            store.open(flow);
                            store.say(&format!("Opened {}", sample.name));
                        }
                    }
                >
                    {icon("book")}
                    <span class="fx-menu__text"><span>{sample.name}</span><span class="fx-menu__about">{sample.about}</span></span>
                </button>
            }).collect_view()}
            <hr class="fx-menu__rule" />
            <button type="button" class="fx-menu__item" role="menuitem" tabindex="-1" on:click=move |_| store.perform(Action::NewFlow)>
                {icon("plus")}<span class="fx-menu__text">"New flow"</span>
            </button>
            <button
                type="button" class="fx-menu__item" role="menuitem" tabindex="-1"
                on:click=move |_| {
                    store.panels.menu.set(None);
                    store.select(Selection::default());
                    store.show_side(SideTab::Inspector);
                }
            >
                {icon("text")}<span class="fx-menu__text">"Name and settings of this flow"</span>
            </button>
        </div>
    }
    .into_any()
}
