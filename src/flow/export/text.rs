//! Values and names as Python source.

use super::super::value::{Map, Value};

/// A text as a Python literal.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\U{:08x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Source of several lines as a Python literal that stays readable.
pub fn source(text: &str) -> String {
    let is_plain = |character: char| character == '\n' || character == '\t' || !character.is_control();
    if !text.contains('\n') || !text.chars().all(is_plain) {
        return quoted(text);
    }
    let escaped = text.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    // A quote at the end would become part of the closing ones.
    let escaped = match escaped.strip_suffix('"') {
        Some(start) => format!("{start}\\\""),
        None => escaped,
    };
    format!("\"\"\"\\\n{escaped}\"\"\"")
}

/// A value as a Python literal.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Int(number) => number.to_string(),
        Value::BigInt(digits) => digits.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Str(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => literal_map(map),
    }
}

/// A map as a Python literal.
pub fn literal_map(map: &Map) -> String {
    let pair = |(key, value): (&std::sync::Arc<str>, &Value)| format!("{}: {}", quoted(key), literal(value));
    format!("{{{}}}", map.iter().map(pair).collect::<Vec<_>>().join(", "))
}

/// A text inside a docstring of one line.
pub fn in_docs(text: &str) -> String {
    text.chars().filter(|character| !matches!(character, '"' | '\\') && !character.is_control()).collect()
}

/// A Python class name made from a routine's id, different from those that are there.
pub fn class_name(id: &str, taken: &[String]) -> String {
    let mut name = String::new();
    for word in id.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    // The suffix keeps it apart from the classes of the support and from Python's own names.
    let name = format!(
        "{}Routine",
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("R{name}") }
    );
    let is_taken = |name: &String| taken.contains(name) || RESERVED.contains(&name.as_str());
    if !is_taken(&name) {
        return name;
    }
    let mut number = 2u32;
    loop {
        let candidate = format!("{name}{number}");
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

const RESERVED: [&str; 3] = ["Routine", "PythonRoutine", "PlaygroundRoutine"];
