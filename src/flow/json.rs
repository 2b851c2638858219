//! Values as JSON text: compact, with sorted keys, and for people.

use std::fmt::Write as _;

use super::value::{Map, Value};

pub use super::document::parse_value;

/// A value as compact JSON, keys in their own order.
pub fn value_to_json(value: &Value) -> String {
    let mut out = String::new();
    write_compact(value, &mut out);
    out
}

/// Appends a value as compact JSON, keys in their own order.
pub fn write_compact(value: &Value, out: &mut String) {
    match value {
        Value::List(items) => write_items(items, out, write_compact),
        Value::Map(map) => write_entries(map.iter().map(|(key, value)| (&**key, value)), out, write_compact),
        _ => write_scalar(value, out),
    }
}

/// Appends a value as compact JSON with the keys of every map sorted, as the trace has them.
pub fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::List(items) => write_items(items, out, write_sorted),
        Value::Map(map) if map.keys().is_sorted() => {
            write_entries(map.iter().map(|(key, value)| (&**key, value)), out, write_sorted);
        }
        Value::Map(map) => {
            let mut entries: Vec<(&str, &Value)> = map.iter().map(|(key, value)| (&**key, value)).collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            write_entries(entries.into_iter(), out, write_sorted);
        }
        _ => write_scalar(value, out),
    }
}

/// Appends a value as JSON for people: two spaces for each level, empty lists and maps on one line.
pub fn write_pretty(value: &Value, level: usize, out: &mut String) {
    match value {
        Value::List(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                new_line(index, level + 1, out);
                write_pretty(item, level + 1, out);
            }
            end_line(level, out);
            out.push(']');
        }
        Value::Map(map) if !map.is_empty() => write_pretty_map(map, level, out),
        _ => write_compact(value, out),
    }
}

fn write_pretty_map(map: &Map, level: usize, out: &mut String) {
    out.push('{');
    for (index, (key, value)) in map.iter().enumerate() {
        new_line(index, level + 1, out);
        write_text(key, out);
        out.push_str(": ");
        write_pretty(value, level + 1, out);
    }
    end_line(level, out);
    out.push('}');
}

fn new_line(index: usize, level: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    end_line(level, out);
}

fn end_line(level: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..level {
        out.push_str("  ");
    }
}

fn write_items(items: &[Value], out: &mut String, write: fn(&Value, &mut String)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

fn write_entries<'v>(
    entries: impl Iterator<Item = (&'v str, &'v Value)>,
    out: &mut String,
    write: fn(&Value, &mut String),
) {
    out.push('{');
    for (index, (key, value)) in entries.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

fn write_scalar(value: &Value, out: &mut String) {
    match value {
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(number) => write_integer(*number, out),
        Value::BigInt(digits) => out.push_str(digits),
        Value::Float(number) => write_float(*number, out),
        Value::Str(text) => write_text(text, out),
        Value::Null | Value::List(_) | Value::Map(_) => out.push_str("null"),
    }
}

/// Appends an integer.
pub fn write_integer(number: i64, out: &mut String) {
    // Writing to a string cannot fail; the same goes for all of this module.
    write!(out, "{number}").unwrap_or_default();
}

/// Appends a float as the shortest text that reads as the same number, never as an integer. JSON has no
/// text for a number that is not finite, so that becomes `null`.
pub fn write_float(number: f64, out: &mut String) {
    if number.is_finite() {
        write!(out, "{number:?}").unwrap_or_default();
    } else {
        out.push_str("null");
    }
}

/// Appends a text in quotes. What some readers take for the end of a line is escaped, so that JSON Lines stay lines.
pub fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = 0;
    let bytes = text.as_bytes();
    for (offset, byte) in bytes.iter().copied().enumerate() {
        let (length, escaped) = match byte {
            b'"' | b'\\' | ..b' ' => (1, ""),
            0xC2 if bytes.get(offset + 1) == Some(&0x85) => (2, "\\u0085"),
            0xE2 if bytes.get(offset + 1..offset + 3) == Some(&[0x80, 0xA8]) => (3, "\\u2028"),
            0xE2 if bytes.get(offset + 1..offset + 3) == Some(&[0x80, 0xA9]) => (3, "\\u2029"),
            _ => continue,
        };
        out.push_str(&text[rest..offset]);
        rest = offset + length;
        match byte {
            _ if length > 1 => out.push_str(escaped),
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => write!(out, "\\u{byte:04x}").unwrap_or_default(),
        }
    }
    out.push_str(&text[rest..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive() {
        let text =
            r#"{"b":[1,2.0,-0.0,1e300,123456789012345678901234567890,null,true],"a":{"z":"ä\u0001\n\"\\","y":{}}}"#;
        let value = parse_value(text).unwrap();
        assert_eq!(value_to_json(&value), text);
        let mut sorted = String::new();
        write_sorted(&value, &mut sorted);
        assert_eq!(
            sorted,
            r#"{"a":{"y":{},"z":"ä\u0001\n\"\\"},"b":[1,2.0,-0.0,1e300,123456789012345678901234567890,null,true]}"#
        );
    }

    #[test]
    fn lines_stay_lines() {
        let value = Value::from("a\u{85}b\u{2028}\u{2029}ü\u{2027}");
        let text = value_to_json(&value);
        assert_eq!(text, r#""a\u0085b\u2028\u2029ü‧""#);
        assert_eq!(parse_value(&text).unwrap(), value);
    }

    #[test]
    fn for_people() {
        let mut out = String::new();
        write_pretty(&parse_value(r#"{"a":[1,{}],"b":{"c":[]}}"#).unwrap(), 0, &mut out);
        assert_eq!(out, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}");
    }
}
