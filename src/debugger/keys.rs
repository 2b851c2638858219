//! Which payload keys a routine asks for, and which it never gets.

use std::collections::BTreeSet;

use crate::engine::behaviour::Library;
use crate::flow::model::{Policy, Routine};
use crate::flow::suggest::nearest;
use crate::flow::value::Value;

/// Config entries of built-in classes that name a key or a path into an item.
const PATHS: [&str; 4] = ["field", "key", "path", "group_by"];

/// Config entries of built-in classes that are Python over an item.
const EXPRESSIONS: [&str; 3] = ["condition", "expression", "operation"];

/// How deep payloads are looked into for keys.
const MOST_LEVELS: usize = 4;

/// The keys that a routine's policy, logic and config ask of what arrives.
pub fn asked_by(routine: &Routine, library: &dyn Library) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    if let Some(logic) = &routine.logic {
        asked.extend(library.asked_keys(logic));
    }
    if let Some(Policy::Custom(check)) = &routine.policy {
        asked.extend(library.asked_keys(check));
    }
    for (name, value) in &routine.config {
        add_from_config(name, value, library, &mut asked);
    }
    for slot in &routine.slots {
        asked.remove(&slot.name);
    }
    asked
}

fn add_from_config(name: &str, value: &Value, library: &dyn Library, asked: &mut BTreeSet<String>) {
    match value {
        Value::Str(text) if PATHS.contains(&name) => asked.extend(first_of_path(text)),
        Value::Str(text) if EXPRESSIONS.contains(&name) => asked.extend(library.asked_keys(text)),
        // `mappings: {target: path}`.
        Value::Map(map) if name == "mappings" => {
            asked.extend(map.values().filter_map(Value::as_str).filter_map(first_of_path));
        }
        // `routes: [[event, condition], …]`, conditions as lists and maps.
        Value::List(items) if name == "routes" => {
            let sources = items.iter().filter_map(Value::as_list).flat_map(|route| route.iter().skip(1));
            asked.extend(sources.filter_map(Value::as_str).flat_map(|source| library.asked_keys(source)));
            items.iter().for_each(|item| add_from_config("", item, library, asked));
        }
        Value::List(items) => items.iter().for_each(|item| add_from_config("", item, library, asked)),
        Value::Map(map) => map.iter().for_each(|(name, item)| add_from_config(name, item, library, asked)),
        _ => {}
    }
}

fn first_of_path(path: &str) -> Option<String> {
    let path = path.strip_prefix("$.").unwrap_or(path);
    let first = path.split(['.', '[']).next().unwrap_or_default();
    (!first.is_empty() && first != "*" && first != "$").then(|| first.to_owned())
}

/// Keys that are asked for and that no payload has, each with the nearest that one has.
pub fn missing_keys(asked: &BTreeSet<String>, payloads: &[Value]) -> Vec<(String, Option<String>)> {
    let mut seen = BTreeSet::new();
    payloads.iter().for_each(|payload| add_keys(payload, 0, &mut seen));
    if seen.is_empty() {
        return Vec::new();
    }
    let missing = asked.iter().filter(|key| !seen.contains(*key));
    missing
        .map(|key| {
            let others = seen.iter().filter(|known| !asked.contains(*known)).map(String::as_str);
            (key.clone(), nearest(key, others).map(str::to_owned))
        })
        .collect()
}

fn add_keys(value: &Value, level: usize, seen: &mut BTreeSet<String>) {
    if level > MOST_LEVELS {
        return;
    }
    match value {
        Value::Map(map) => {
            for (key, item) in map.iter().take(1000) {
                seen.insert(key.to_string());
                add_keys(item, level + 1, seen);
            }
        }
        Value::List(items) => items.iter().take(20).for_each(|item| add_keys(item, level + 1, seen)),
        _ => {}
    }
}
