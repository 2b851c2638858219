//! The form of one connection: its ends, its map and its transform.

use leptos::prelude::*;

use crate::flow::edit::Edit;
use crate::flow::model::Connection;
use crate::ui::carried::carried_section;
use crate::ui::field::{Look, bare_field, text_field};
use crate::ui::store::{Float, Store};
use crate::ui::widgets::{icon, icon_button, labelled_button, text_button};
use crate::view::watches::connection_place;

/// The form of a connection.
pub fn connection_form(store: Store, index: usize) -> AnyView {
    let connection = Memo::new(move |_| store.document.flow.with(|flow| flow.connections.get(index).cloned()));
    let form = move || connection.get().map(|connection| form(store, index, connection));
    view! { <div class="fx-inspector">{form}</div> }.into_any()
}

fn form(store: Store, index: usize, connection: Connection) -> AnyView {
    let (from, to) = (connection.from.clone(), connection.to.clone());
    let (from_routine, to_routine) = (from.routine.clone(), to.routine.clone());
    let map = connection.map.clone().unwrap_or_default();
    let transform = connection.transform.clone().unwrap_or_default();
    let entries = StoredValue::new(map.clone());
    let (from_name, to_name) = (from.to_string(), to.to_string());
    view! {
        <section class="fx-section">
            <div class="fx-section__head">
                <h2 class="fx-section__title">"Connection"</h2>
                {icon_button("trash", "Delete connection", move || { store.edit(Edit::Disconnect(vec![index])); })}
            </div>
            <dl class="fx-facts">
                <dt>"From"</dt>
                <dd><button type="button" class="fx-link" on:click=move |_| store.go_to_routine(&from_routine)>{from.to_string()}</button></dd>
                <dt>"To"</dt>
                <dd><button type="button" class="fx-link" on:click=move |_| store.go_to_routine(&to_routine)>{to.to_string()}</button></dd>
                <dt>"Order"</dt>
                <dd>{format!("{} of {}", index + 1, store.flow_now().connections.len())}</dd>
            </dl>
            {text_button("Breakpoint…", "fx-button--line", move || store.open_float(Float::Edge(index)))}
        </section>
        {carried_section(store, connection_place(&from_name, &to_name))}
        <section class="fx-section">
            <div class="fx-section__head">
                <h3 class="fx-section__title">"Rename keys"</h3>
                {labelled_button("plus", "Add key", "fx-button--small", move || {
                    let mut map = entries.get_value();
                    map.push((format!("key_{}", map.len() + 1), "value".into()));
                    store.edit(Edit::SetConnectionMap { index, map: Some(map) });
                })}
            </div>
            <div class="fx-list">
                {map.into_iter().enumerate().map(|(row, (source, target))| map_row(store, index, entries, row, source, target)).collect_view()}
            </div>
        </section>
        <section class="fx-section">
            <h3 class="fx-section__title">"Transform"</h3>
            {text_field("Expression", transform, "Python over data; its value replaces the payload", Look::Code, move |text| {
                store.edit(Edit::SetTransform { index, transform: text });
                Ok(())
            })}
        </section>
    }
    .into_any()
}

fn map_row(
    store: Store,
    index: usize,
    entries: StoredValue<Vec<(String, String)>>,
    row: usize,
    source: String,
    target: String,
) -> AnyView {
    let problem = RwSignal::new(None::<String>);
    let set = move |change: &dyn Fn(&mut (String, String))| {
        let mut map = entries.get_value();
        if let Some(entry) = map.get_mut(row) {
            change(entry);
        }
        store.edit(Edit::SetConnectionMap { index, map: Some(map) });
    };
    view! {
        <div class="fx-list__row">
            {bare_field("Source key".into(), source, Look::Code, problem, move |text| {
                set(&|entry| entry.0.clone_from(&text));
                Ok(())
            })}
            {icon("chevron-right")}
            {bare_field("Target key".into(), target, Look::Code, problem, move |text| {
                set(&|entry| entry.1.clone_from(&text));
                Ok(())
            })}
            {icon_button("trash", "Delete this renaming", move || {
                let mut map = entries.get_value();
                if row < map.len() {
                    map.remove(row);
                }
                store.edit(Edit::SetConnectionMap { index, map: (!map.is_empty()).then_some(map) });
            })}
        </div>
    }
    .into_any()
}
