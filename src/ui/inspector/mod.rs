//! The panel on the right: the inspector of what is selected, the outline, and the selected record.

mod code;
mod config;
mod connection;
mod flow;
mod handler;
mod ports;
mod routine;
pub mod run_part;

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use super::lines_panel::LinesPanel;
use super::outline_panel::OutlinePanel;
use super::record_panel::RecordPanel;
use super::store::{SideTab, use_store};
use super::widgets::icon_button;

const TABS: [(SideTab, &str); 4] = [
    (SideTab::Inspector, "Inspector"),
    (SideTab::Outline, "Outline"),
    (SideTab::Lines, "Lines"),
    (SideTab::Record, "Record"),
];

/// The tabs on the right.
#[component]
pub fn Side() -> impl IntoView {
    let store = use_store();
    let tab = move |tab: SideTab, label: &'static str| {
        let is_shown = move || store.panels.side.get() == tab;
        view! {
            <button
                type="button" class="fx-tabs__tab" role="tab" aria-controls="side-panel" aria-selected=shared(move || is_shown().to_string())
                tabindex=shared(move || if is_shown() { "0" } else { "-1" }) on:click=move |_| store.panels.side.set(tab)
            >{label}</button>
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            event.prevent_default();
            event.stop_propagation();
            let by = if event.key() == "ArrowLeft" { -1 } else { 1 };
            if let Some(index) = crate::browser::focus::step("[data-pane=side] [role=tab]", by) {
                store.panels.side.set(TABS[index.min(TABS.len() - 1)].0);
            }
        }
    };
    view! {
        <div class="fx-panel">
            <div class="fx-tabs">
                <div class="fx-tabs__list" role="tablist" aria-label="Details" on:keydown=on_key>
                    {TABS.map(|(shown, label)| tab(shown, label))}
                </div>
                <span class="fx-tabs__end">
                    {icon_button("close", "Hide the details", move || {
                        store.panels.right.set(false);
                        store.panels.sheet.set(super::store::Sheet::None);
                    })}
                </span>
            </div>
            <div id="side-panel" role="tabpanel" class="fx-fill" aria-label=shared(move || TABS.iter().find(|(tab, _)| *tab == store.panels.side.get()).map_or("", |(_, label)| *label))>
                {dynamic(move || match store.panels.side.get() {
                    SideTab::Inspector => view! { <Inspector /> }.into_any(),
                    SideTab::Outline => view! { <OutlinePanel /> }.into_any(),
                    SideTab::Lines => view! { <LinesPanel /> }.into_any(),
                    SideTab::Record => view! { <RecordPanel /> }.into_any(),
                })}
            </div>
        </div>
    }
    .into_any()
}

/// What the inspector is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    Flow,
    Routine(String),
    Connection(usize),
    Several(usize),
}

#[component]
fn Inspector() -> impl IntoView {
    let store = use_store();
    let subject = Memo::new(move |_| {
        store.document.selection.with(|selection| {
            if let Some(id) = selection.only_routine() {
                Subject::Routine(id.clone())
            } else if let Some(index) = selection.only_connection() {
                Subject::Connection(index)
            } else if selection.is_empty() {
                Subject::Flow
            } else {
                Subject::Several(selection.routines.len() + selection.connections.len())
            }
        })
    });
    view! {
        <div class="fx-panel__scroll fx-fill" data-panel="inspector">
            {dynamic(move || match subject.get() {
                Subject::Flow => flow::flow_form(store),
                Subject::Routine(id) => routine::routine_form(store, id),
                Subject::Connection(index) => connection::connection_form(store, index),
                Subject::Several(count) => view! {
                    <p class="fx-panel__empty">{format!("{count} things are selected. Move, copy or delete them together, or select one to change it.")}</p>
                }.into_any(),
            })}
        </div>
    }
    .into_any()
}
