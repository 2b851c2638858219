//! What can be done with one part of a value, as a strip of buttons below its row: copy it, copy its path, watch it, and
//! ask who last changed it.

use leptos::prelude::*;

use crate::browser::clipboard;
use crate::protocol::inspect::Changed;
use crate::ui::widgets::dynamic;

use super::inspector::run_part::with_code;
use super::store::{DockTab, Store};
use super::value_tree::TreeState;
use super::widgets::text_button;

/// The strip of a part.
pub fn row_actions(state: TreeState, path: &[usize]) -> AnyView {
    let (json_path, python_path, change_path) = (path.to_vec(), path.to_vec(), path.to_vec());
    let expression = state.expression(path);
    let watched = expression.clone();
    let copied = expression.clone();
    let store = state.store;
    let over = state.watched_over().filter(|_| !expression.is_empty());
    let shown = expression.clone();
    view! {
        <li class="fx-tree__actions" role="none">
            {(!shown.is_empty()).then(|| view! { <code class="fx-tree__path">{shown}</code> })}
            <span class="fx-inline fx-wrap" role="group" aria-label="What can be done with this part">
                {text_button("Copy JSON", "fx-button--small fx-button--line", move || state.copy(&json_path, "json"))}
                {text_button("Copy Python", "fx-button--small fx-button--line", move || state.copy(&python_path, "python"))}
                {text_button("Copy path", "fx-button--small fx-button--line", move || store.copy_text(&copied, "Path copied"))}
                {over.map(|over| text_button("Watch", "fx-button--small fx-button--line", move || {
                    store.add_watch(&watched, over.clone());
                    store.show_dock(DockTab::Watches);
                }))}
                {state.can_have_changed(path).then(|| text_button("Who changed this?", "fx-button--small fx-button--line", move || {
                    state.ask_change(&change_path, None);
                }))}
            </span>
            {
                let path = path.to_vec();
                dynamic(move || state.change.get().map(|change| last_change(state, &path, change)))
            }
        </li>
    }
    .into_any()
}

/// Who changed an entry, with the ways there and further back.
fn last_change(state: TreeState, path: &[usize], change: Option<Changed>) -> AnyView {
    let store = state.store;
    let Some(change) = change else {
        return view! { <p class="fx-row__soft" role="status">"Nothing changed it before this, in what is kept of the run"</p> }
            .into_any();
    };
    let seq = change.seq;
    let path = path.to_vec();
    let routine = change.routine.clone();
    view! {
        <div class="fx-change" role="status" data-change=seq.to_string()>
            <p>{with_code(&change.text)}</p>
            <span class="fx-inline fx-wrap">
                {text_button("Go to right before it", "fx-button--small fx-button--line", move || store.go_before_record(seq))}
                {routine.map(|routine| text_button("Show the routine", "fx-button--small fx-button--line", move || store.go_to_routine(&routine)))}
                {text_button("And before that?", "fx-button--small fx-button--line", move || state.ask_change(&path, Some(seq)))}
            </span>
        </div>
    }
    .into_any()
}

impl Store {
    /// Copies a text and tells so.
    pub fn copy_text(&self, text: &str, done: &'static str) {
        let store = *self;
        clipboard::write(text, move |worked| {
            if worked {
                store.tell(done);
            } else {
                store.complain("The browser did not let the text be copied: select it and copy it by hand");
            }
        });
    }
}
