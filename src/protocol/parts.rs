//! Large values in small pieces: a page of a value's parts, a search inside, a part as text.

use crate::flow::json;
use crate::flow::short_text::value_text;
use crate::flow::value::Value;

use super::inspect::{Found, Part};

/// Most characters of a part in short.
const TEXT_CHARS: usize = 120;

/// Values of at most this many bytes are sent whole.
const SMALL_BYTES: usize = 200;

/// Entries of a page if nobody says how many, and at most.
const PAGE: (usize, usize) = (100, 1000);

/// One part, without its own.
pub fn part(label: &str, access: &str, value: &Value) -> Part {
    let bytes = bytes(value);
    Part {
        label: label.into(),
        kind: value.kind().into(),
        size: size(value),
        bytes,
        text: value_text(value, TEXT_CHARS),
        value: (bytes <= SMALL_BYTES).then(|| value.clone()),
        access: access.into(),
        children: Vec::new(),
    }
}

/// The part at a path, with a page of its own parts.
///
/// # Errors
/// That there is no such part.
pub fn children(value: &Value, path: &[usize], start: usize, count: usize) -> Result<Part, String> {
    let (label, access, inner) = find(value, path)?;
    let mut whole = part(&label, &access, inner);
    let count = page(count);
    whole.children = (start..size(inner).min(start.saturating_add(count)))
        .filter_map(|index| entry(inner, index))
        .map(|(label, item)| part(&label, &format!("{access}{}", access_of(inner, &label)), item))
        .collect();
    Ok(whole)
}

/// Parts whose key or value holds a text, whatever the case, in their order.
pub fn search(value: &Value, text: &str, limit: usize) -> Found {
    let mut search =
        Search { wanted: text.to_lowercase(), limit: page(limit), found: Found::default(), path: Vec::new() };
    if !search.wanted.is_empty() {
        search.look("", "", value);
    }
    search.found
}

struct Search {
    wanted: String,
    limit: usize,
    found: Found,
    path: Vec<usize>,
}

impl Search {
    fn look(&mut self, label: &str, access: &str, value: &Value) {
        let in_value = match value {
            Value::List(_) | Value::Map(_) => false,
            Value::Str(text) => holds(text, &self.wanted),
            _ => json::value_to_json(value).contains(&self.wanted),
        };
        if in_value || holds(label, &self.wanted) {
            self.found.total += 1;
            if self.found.found.len() < self.limit {
                self.found.found.push((self.path.clone(), part(label, access, value)));
            }
        }
        let is_listed = self.found.found.len() < self.limit;
        for index in 0..if matches!(value, Value::Str(_)) { 0 } else { size(value) } {
            if let Some((label, item)) = entry(value, index) {
                // Names are only made while somebody will see them.
                let access = if is_listed { format!("{access}{}", access_of(value, &label)) } else { String::new() };
                self.path.push(index);
                self.look(if matches!(value, Value::List(_)) { "" } else { &label }, &access, item);
                self.path.pop();
            }
        }
    }
}

fn holds(text: &str, wanted: &str) -> bool {
    if text.is_ascii() && wanted.is_ascii() {
        let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
        return text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted));
    }
    text.to_lowercase().contains(wanted)
}

/// A part as text to copy.
///
/// # Errors
/// That there is no such part or format.
pub fn text(value: &Value, path: &[usize], format: &str) -> Result<String, String> {
    let (.., inner) = find(value, path)?;
    let mut text = String::new();
    match format {
        "" | "json" => json::write_pretty(inner, 0, &mut text),
        "python" => write_python(inner, &mut text),
        other => return Err(format!("`{other}` is neither `json` nor `python`")),
    }
    Ok(text)
}

fn write_python(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("None"),
        Value::Bool(true) => text.push_str("True"),
        Value::Bool(false) => text.push_str("False"),
        Value::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                write_python(item, text);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                // A text in JSON is one in Python too.
                json::write_compact(&Value::Str(key.clone()), text);
                text.push_str(": ");
                write_python(item, text);
            }
            text.push('}');
        }
        _ => json::write_compact(value, text),
    }
}

fn page(count: usize) -> usize {
    if count == 0 { PAGE.0 } else { count.min(PAGE.1) }
}

/// Entries of a structure, characters of a text.
fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Map(map) => map.len(),
        Value::Str(text) => text.chars().count(),
        _ => 0,
    }
}

/// About how many bytes a value is as JSON.
pub fn bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Int(_) | Value::Float(_) => 8,
        Value::BigInt(digits) => digits.len(),
        Value::Str(text) => text.len() + 2,
        Value::List(items) => 2 + items.iter().map(|item| bytes(item) + 1).sum::<usize>(),
        Value::Map(map) => 2 + map.iter().map(|(key, item)| key.len() + 4 + bytes(item)).sum::<usize>(),
    }
}

fn entry(value: &Value, index: usize) -> Option<(String, &Value)> {
    match value {
        Value::List(items) => items.get(index).map(|item| (index.to_string(), item)),
        Value::Map(map) => map.get_index(index).map(|(key, item)| (key.to_string(), item)),
        _ => None,
    }
}

fn access_of(value: &Value, label: &str) -> String {
    match value {
        Value::List(_) => format!("[{label}]"),
        _ => format!("['{}']", label.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n")),
    }
}

fn find<'v>(value: &'v Value, path: &[usize]) -> Result<(String, String, &'v Value), String> {
    let mut found = (String::new(), String::new(), value);
    for &index in path {
        let (label, inner) = entry(found.2, index).ok_or("there is nothing at this path")?;
        found = (label.clone(), format!("{}{}", found.1, access_of(found.2, &label)), inner);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn large() -> Value {
        Value::list((0..100_000).map(|n| Value::map([("id", Value::Int(n)), ("note", Value::from("x".repeat(80)))])))
    }

    #[test]
    fn a_large_value_comes_in_pages() {
        let value = large();
        assert!(bytes(&value) > 10_000_000);
        let first = children(&value, &[], 0, 0).unwrap();
        assert_eq!((first.size, first.children.len(), first.value.is_none()), (100_000, 100, true));
        let last = children(&value, &[], 99_950, 1000).unwrap();
        assert_eq!(last.children.len(), 50);
        assert_eq!(last.children[49].access, "[99999]");
        let inside = children(&value, &[99_999, 0], 0, 0).unwrap();
        assert_eq!((inside.access.as_str(), inside.value), ("[99999]['id']", Some(Value::Int(99_999))));
        assert!(children(&value, &[100_000], 0, 0).is_err());
    }

    #[test]
    fn a_search_finds_keys_and_values_and_counts_all() {
        let found = search(&large(), "NOTE", 3);
        assert_eq!((found.total, found.found.len()), (100_000, 3));
        let found = search(&Value::map([("a", Value::list([Value::from("Äpfel"), Value::Int(42)]))]), "äp", 0);
        assert_eq!((found.total, &found.found[0].0), (1, &vec![0, 0]));
        assert_eq!(search(&large(), "99999", 0).total, 1);
    }

    #[test]
    fn parts_are_copied_as_json_and_as_python() {
        let value = Value::map([("a", Value::list([Value::Null, Value::Bool(true), Value::from("it's")]))]);
        assert_eq!(text(&value, &[0], "python").unwrap(), "[None, True, \"it's\"]");
        assert_eq!(text(&value, &[0, 2], "json").unwrap(), "\"it's\"");
        assert!(text(&value, &[], "xml").is_err());
    }
}
