//! The context menu: the commands for what is selected.

use leptos::prelude::*;

use crate::browser::focus;
use crate::flow::model::Point;

use crate::ui::action::Action;
use crate::ui::keymap;
use crate::ui::store::{Store, use_store};
use crate::ui::widgets::icon;

const FOR_ROUTINES: &[Action] = &[
    Action::Breakpoint,
    Action::RunToHere,
    Action::Inject,
    Action::Details,
    Action::Rename,
    Action::Connect,
    Action::Duplicate,
    Action::FitSelection,
    Action::Delete,
];
const FOR_CONNECTIONS: &[Action] =
    &[Action::Breakpoint, Action::RunToHere, Action::Inject, Action::Details, Action::Delete];
const FOR_NOTHING: &[Action] =
    &[Action::AddRoutine, Action::SelectAll, Action::Undo, Action::Redo, Action::Arrange, Action::Fit];

/// The menu at a place on the canvas.
pub fn context_menu(store: Store, x: f64, y: f64) -> AnyView {
    let actions = store.document.selection.with_untracked(|selection| {
        if !selection.routines.is_empty() {
            FOR_ROUTINES
        } else if !selection.connections.is_empty() {
            FOR_CONNECTIONS
        } else {
            FOR_NOTHING
        }
    });
    let (left, top) = store.place_float(Point { x, y }, 230.0, actions.len() as f64 * 34.0 + 12.0);
    Effect::new(move |_| focus_first());
    view! {
        <div class="fx-menu" role="menu" aria-label="Commands" style:left=left style:top=top on:keydown=move |event| menu_key(store, &event)>
            {actions.iter().map(|&action| menu_item(action, move || store.close_float())).collect_view()}
        </div>
    }
    .into_any()
}

fn focus_first() {
    focus::focus(".fx-menu [role=menuitem]");
}

/// Arrow keys move through a menu, Escape closes it.
pub fn menu_key(store: Store, event: &leptos::ev::KeyboardEvent) {
    match event.key().as_str() {
        "ArrowDown" => drop(focus::step(".fx-menu [role=menuitem]", 1)),
        "ArrowUp" => drop(focus::step(".fx-menu [role=menuitem]", -1)),
        "Escape" | "Tab" => {
            store.panels.menu.set(None);
            store.close_float();
        }
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// One command of a menu.
pub fn menu_item(action: Action, before: impl Fn() + 'static) -> AnyView {
    boxed_item(action, Box::new(before))
}

fn boxed_item(action: Action, before: Box<dyn Fn()>) -> AnyView {
    let store = use_store();
    let entry = action.entry();
    let refusal = action.refusal(&untrack(|| store.situation()));
    view! {
        <button
            type="button" class="fx-menu__item" role="menuitem" tabindex="-1" title=refusal
            aria-disabled=refusal.map(|_| "true")
            on:click=move |_| {
                before();
                store.perform(action);
            }
        >
            {icon(entry.icon)}
            <span class="fx-menu__text">{entry.label}</span>
            {entry.keys.first().map(|key| view! { <span class="fx-key" aria-hidden="true">{keymap::shown(key)}</span> })}
        </button>
    }
    .into_any()
}
