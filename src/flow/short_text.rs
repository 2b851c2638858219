//! Values as short text for people.

use std::fmt::Write as _;

use super::value::Value;

/// What stands for the part that was cut.
const ELLIPSIS: char = '…';

/// A value in at most `max_chars` characters: `{value: 150, …}`. Keys come without quotes, text within a structure with.
pub fn value_text(value: &Value, max_chars: usize) -> String {
    let mut text = Bounded { text: String::new(), room: max_chars };
    if let Value::Str(content) = value {
        text.push_str(content);
    } else {
        write_value(&mut text, value, 0);
    }
    cut(text.text, max_chars)
}

/// The text in at most `max_chars` characters, with an ellipsis for the rest. Line breaks and control characters
/// become spaces.
pub fn cut(text: String, max_chars: usize) -> String {
    let has_control = text.chars().any(char::is_control);
    if !has_control && text.len() <= max_chars {
        return text;
    }
    let mut short = String::with_capacity(max_chars + 3);
    for (count, character) in text.chars().enumerate() {
        if count == max_chars {
            if short.pop().is_some() {
                short.push(ELLIPSIS);
            }
            return short;
        }
        short.push(if character.is_control() { ' ' } else { character });
    }
    short
}

/// Text that stops growing soon after it is full, so that a payload of a megabyte costs no more than a small one.
struct Bounded {
    text: String,
    room: usize,
}

impl Bounded {
    fn is_full(&self) -> bool {
        // Bytes, not characters: no fewer, so there is always enough text to cut.
        self.text.len() > 4 * self.room + 4
    }

    fn push_str(&mut self, text: &str) {
        self.text.extend(text.chars().take(self.room + 1));
    }
}

fn write_value(out: &mut Bounded, value: &Value, depth: usize) {
    if out.is_full() {
        return;
    }
    match value {
        Value::Str(text) => {
            out.text.push('"');
            out.push_str(text);
            out.text.push('"');
        }
        Value::List(items) if depth >= 3 && !items.is_empty() => out.text.push_str("[…]"),
        Value::Map(map) if depth >= 3 && !map.is_empty() => out.text.push_str("{…}"),
        Value::List(items) => {
            out.text.push('[');
            for (index, item) in items.iter().enumerate() {
                if out.is_full() {
                    break;
                }
                if index > 0 {
                    out.text.push_str(", ");
                }
                write_value(out, item, depth + 1);
            }
            out.text.push(']');
        }
        Value::Map(map) => {
            out.text.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                if out.is_full() {
                    break;
                }
                if index > 0 {
                    out.text.push_str(", ");
                }
                out.push_str(key);
                out.text.push_str(": ");
                write_value(out, item, depth + 1);
            }
            out.text.push('}');
        }
        _ => write_scalar(&mut out.text, value),
    }
}

/// A value that is neither text nor a structure, as JSON writes it.
fn write_scalar(text: &mut String, value: &Value) {
    // Writing to a String cannot fail.
    match value {
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Int(number) => write!(text, "{number}").unwrap_or_default(),
        Value::BigInt(digits) => text.push_str(digits),
        Value::Float(number) => write!(text, "{number:?}").unwrap_or_default(),
        _ => text.push_str("null"),
    }
}
