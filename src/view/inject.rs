//! Something from outside as a form: a field for each key of its payload, and what becomes of it if its job has ended.

use std::collections::BTreeSet;

use crate::flow::catalogue::Catalogue;
use crate::flow::entry::entry_slot;
use crate::flow::model::{Flow, PortRef};
use crate::flow::value::Value;

use super::by_hand::read;
use super::jobs::is_over;

/// One key of a payload.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct KeyField {
    /// Its number, which it keeps while others come and go.
    pub number: usize,
    /// The key.
    pub key: String,
    /// Its value as JSON; empty leaves the key out.
    pub text: String,
    /// It was added by hand: its key can be changed.
    pub is_added: bool,
}

/// The fields for a payload like the newest of those that came by lately: its keys with their values, then the keys that only
/// others had, which are left out. None if the newest one is no map: it has no keys.
pub fn fields(newest: &Value, recent: &[Value]) -> Option<Vec<KeyField>> {
    let map = newest.as_map()?;
    let field = |key: &str, text: String| KeyField { key: key.to_owned(), text, ..KeyField::default() };
    let mut fields: Vec<KeyField> = map.iter().map(|(key, value)| field(key, json(value))).collect();
    let mut seen: BTreeSet<&str> = map.iter().map(|(key, _)| &**key).collect();
    for (key, _) in recent.iter().filter_map(Value::as_map).flat_map(|map| map.iter()) {
        if seen.insert(key) {
            fields.push(field(key, String::new()));
        }
    }
    fields.iter_mut().zip(0..).for_each(|(field, number)| field.number = number);
    Some(fields)
}

/// The payload that the fields make.
///
/// # Errors
/// What is wrong, by the number of its field.
pub fn payload(fields: &[KeyField]) -> Result<Value, Vec<(usize, String)>> {
    let mut faults = Vec::new();
    let mut entries: Vec<(&str, Value)> = Vec::new();
    for field in fields.iter().filter(|field| !field.text.trim().is_empty()) {
        let mut tell = |fault: String| faults.push((field.number, fault));
        let key = field.key.trim();
        if key.is_empty() {
            tell("Give the key a name".into());
        } else if entries.iter().any(|(other, _)| *other == key) {
            tell(format!("{key} is there already"));
        } else {
            match read(&field.text) {
                Ok(value) => entries.push((key, value)),
                Err(fault) => tell(fault),
            }
        }
    }
    if faults.is_empty() { Ok(Value::map(entries)) } else { Err(faults) }
}

/// The fields as one JSON object, also if some of them are none: nothing that was typed is lost.
pub fn as_text(fields: &[KeyField]) -> String {
    let filled = fields.iter().filter(|field| !field.text.trim().is_empty());
    let entries: Vec<String> =
        filled.map(|field| format!("  {}: {}", json(&Value::from(field.key.trim())), field.text.trim())).collect();
    if entries.is_empty() { "{}".into() } else { format!("{{\n{}\n}}", entries.join(",\n")) }
}

/// A number that no field has.
pub fn next_number(fields: &[KeyField]) -> usize {
    fields.iter().map(|field| field.number + 1).max().unwrap_or_default()
}

fn json(value: &Value) -> String {
    match value {
        Value::Map(_) | Value::List(_) => super::by_hand::pretty(value),
        _ => serde_json::to_string(value).unwrap_or_default(),
    }
}

/// The job that is offered: the newest that still takes something, else the newest. Jobs are ids and statuses.
pub fn offered_job(jobs: &[(String, String)]) -> String {
    let open = jobs.iter().rev().find(|(_, status)| !is_over(status));
    open.or(jobs.last()).map(|(id, _)| id.clone()).unwrap_or_default()
}

/// Why a job takes nothing, and what helps; nothing if it takes what comes.
pub fn refusal(jobs: &[(String, String)], job: &str) -> Option<String> {
    let Some((id, status)) = jobs.iter().find(|(id, _)| id == job) else {
        return Some("Nothing has been started yet, so no job can take this".into());
    };
    if !is_over(status) {
        return None;
    }
    let is_other_open = jobs.iter().any(|(_, status)| !is_over(status));
    let help = if is_other_open { "choose another job, or start a new run" } else { "start a new run for this" };
    Some(format!("{id} is {status} and takes nothing any more: {help}"))
}

/// The slot that entry data go to.
pub fn entry_port(flow: &Flow, catalogue: &Catalogue) -> Option<PortRef> {
    let slots: Vec<PortRef> = flow
        .routines
        .iter()
        .flat_map(|routine| {
            let slots = catalogue.ports(routine).slots;
            slots.into_iter().map(|slot| PortRef::new(&routine.id, &slot.name)).collect::<Vec<_>>()
        })
        .collect();
    let is_fed = |slot: &&PortRef| flow.connections.iter().any(|connection| connection.to == **slot);
    entry_slot(slots.iter().map(|slot| (slot, &*slot.port)), is_fed).cloned()
}

#[cfg(test)]
mod tests;
