//! A routine's config: the parameters its class knows, and any others.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::flow::document;
use crate::flow::edit::{RoutineChange, free_name};
use crate::flow::model::{PYTHON_CLASS, Routine};
use crate::flow::value::Value;
use crate::ui::field::{Look, bare_field, text_field};
use crate::ui::store::Store;
use crate::ui::widgets::{icon_button, labelled_button};

/// The section of a routine's config.
pub fn config_section(store: Store, routine: Option<Arc<Routine>>, id: &str) -> AnyView {
    let Some(routine) = routine else { return ().into_any() };
    let catalogue = store.catalogue();
    let known = catalogue.class(&routine.class).map(|class| class.config).unwrap_or_default();
    let id = StoredValue::new(id.to_owned());
    let fields = known
        .iter()
        .map(|field| {
            let value = routine.config.get(field.name).map_or_else(|| field.default.to_owned(), value_source);
            text_field(field.name, value, field.about, Look::Code, move |text| set_entry(store, id, field.name, &text))
        })
        .collect_view();
    let others: Vec<(String, String)> = routine
        .config
        .iter()
        .filter(|(key, _)| !known.iter().any(|field| field.name == key.as_ref()))
        .map(|(key, value)| (key.to_string(), value_source(value)))
        .collect();
    let is_python = routine.class == PYTHON_CLASS;
    if known.is_empty() && others.is_empty() && !is_python {
        return ().into_any();
    }
    let keys: Vec<String> = routine.config.keys().map(|key| key.to_string()).collect();
    view! {
        <section class="fx-section">
            <div class="fx-section__head">
                <h3 class="fx-section__title">"Config"</h3>
                {is_python.then(|| view! {
                    {labelled_button("plus", "Add entry", "fx-button--small", move || {
                        let key = free_name("key", |name| keys.iter().any(|other| other == name));
                        store.change(&id.get_value(), RoutineChange::ConfigEntry(key, Some(Value::Int(1))));
                    })}
                })}
            </div>
            {fields}
            <div class="fx-list">{others.into_iter().map(|(key, value)| entry_row(store, id, key, value)).collect_view()}</div>
            {is_python.then(|| view! { <p class="fx-field__hint">"Values are JSON; text without quotes is taken as text. The logic reads them with "<code>"get_config"</code></p> })}
        </section>
    }
    .into_any()
}

fn entry_row(store: Store, id: StoredValue<String>, key: String, value: String) -> AnyView {
    let problem = RwSignal::new(None::<String>);
    let kept = StoredValue::new(key.clone());
    let old_value = StoredValue::new(value.clone());
    let rename = move |text: String| {
        let new = text.trim().to_owned();
        if new.is_empty() {
            return Err("A key is needed".to_owned());
        }
        let edits = [
            RoutineChange::ConfigEntry(kept.get_value(), None),
            RoutineChange::ConfigEntry(new, Some(read_value(&old_value.get_value()))),
        ];
        let edits = edits
            .into_iter()
            .map(|change| crate::flow::edit::Edit::ChangeRoutine { id: id.get_value(), change })
            .collect();
        store.edit_all("Rename a config entry", edits);
        Ok(())
    };
    view! {
        <div class="fx-list__row">
            {bare_field(format!("Key {key}"), key.clone(), Look::Code, problem, rename)}
            {bare_field(format!("Value of {key}"), value, Look::Code, problem, move |text| set_entry(store, id, &kept.get_value(), &text))}
            {icon_button("trash", format!("Delete config entry {key}"), move || {
                store.change(&id.get_value(), RoutineChange::ConfigEntry(kept.get_value(), None));
            })}
        </div>
        {dynamic(move || problem.get().map(|problem| view! { <span class="fx-field__error" role="alert">{problem}</span> }))}
    }
    .into_any()
}

fn set_entry(store: Store, id: StoredValue<String>, key: &str, text: &str) -> Result<(), String> {
    let value = (!text.trim().is_empty()).then(|| read_value(text));
    store.change(&id.get_value(), RoutineChange::ConfigEntry(key.to_owned(), value));
    Ok(())
}

/// A value as one writes it in a field: text without quotes, unless it could be taken for something else.
pub fn value_source(value: &Value) -> String {
    match value {
        Value::Str(text) if !text.is_empty() && document::parse_value(text).is_err() => text.to_string(),
        _ => serde_json::to_string(value).unwrap_or_default(),
    }
}

/// A value from a field: JSON, or else text.
pub fn read_value(text: &str) -> Value {
    document::parse_value(text.trim()).unwrap_or_else(|_| Value::text(text.trim()))
}
