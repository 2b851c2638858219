//! Values as YAML text for people: block style where it is the document's skeleton, one line where that fits,
//! literal blocks for text of several lines.
//!
//! Text that a reader of YAML 1.1 or 1.2 could take for something else is quoted, so `on`, `1e3` and `2024-01-01`
//! come back as text everywhere.

use std::fmt::Write as _;

use super::super::json;
use super::super::value::{Map, Value};

/// Lines get no longer than this because of what is put on one line.
const WIDTH: usize = 120;
/// A longer key needs a form of its own (YAML allows 1024).
const LONGEST_KEY: usize = 900;
/// Words that some reader takes for null, true or false. (`y` and `n` are so in the description of YAML 1.1, but in no
/// reader of it, and every position has a `y`.)
const WORDS: [&str; 7] = ["null", "true", "false", "yes", "no", "on", "off"];

/// How much of a part has to be in block style.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing: one line if it fits.
    Free,
    /// The part itself.
    Block,
    /// The part and its children.
    Blocks,
}

/// A document: its parts and every routine in block style.
pub fn document(root: &Value) -> String {
    let mut out = String::new();
    let Some(map) = root.as_map() else { return value_to_yaml(root) };
    for (key, value) in map {
        let shape = match &**key {
            "routines" => Shape::Blocks,
            "execution" | "connections" | "inputs" | "breakpoints" | "notes" => Shape::Block,
            _ => Shape::Free,
        };
        entry(key, value, 0, shape, &mut out);
    }
    out
}

/// Any value as a YAML text.
pub fn value_to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Map(map) if !map.is_empty() => block_map(map, 0, Shape::Free, false, &mut out),
        Value::List(items) if !items.is_empty() => block_list(items, 0, Shape::Free, &mut out),
        _ => {
            scalar(value, &mut out);
            out.push('\n');
        }
    }
    out
}

/// One entry of a map, indented, with its line break.
fn entry(key: &str, value: &Value, indent: usize, shape: Shape, out: &mut String) {
    push_indent(indent, out);
    entry_here(key, value, indent, shape, out);
}

fn entry_here(key: &str, value: &Value, indent: usize, shape: Shape, out: &mut String) {
    if key.len() > LONGEST_KEY {
        out.push_str("? ");
        quoted(key, out);
        out.push('\n');
        push_indent(indent, out);
    } else {
        text(key, out);
    }
    out.push(':');
    content(value, indent, shape, out);
}

/// What follows `key:` or `-`, with its line break.
fn content(value: &Value, indent: usize, shape: Shape, out: &mut String) {
    if let Value::Str(text) = value
        && literal(text, indent + 2, out)
    {
        return;
    }
    let is_container = matches!(value, Value::Map(_) | Value::List(_)) && value.is_truthy();
    if !is_container || (shape == Shape::Free && one_line(value, out)) {
        if !is_container {
            out.push(' ');
            scalar(value, out);
        }
        out.push('\n');
        return;
    }
    out.push('\n');
    match value {
        Value::Map(map) => block_map(map, indent + 2, shape, false, out),
        Value::List(items) => block_list(items, indent + 2, shape, out),
        _ => {}
    }
}

fn block_map(map: &Map, indent: usize, shape: Shape, mut first_is_indented: bool, out: &mut String) {
    let inner = if shape == Shape::Blocks { Shape::Block } else { Shape::Free };
    for (key, value) in map {
        if !std::mem::take(&mut first_is_indented) {
            push_indent(indent, out);
        }
        entry_here(key, value, indent, inner, out);
    }
}

fn block_list(items: &[Value], indent: usize, shape: Shape, out: &mut String) {
    let inner = if shape == Shape::Blocks { Shape::Block } else { Shape::Free };
    for item in items {
        push_indent(indent, out);
        out.push('-');
        match item {
            Value::Map(map) if !map.is_empty() && !one_line(item, out) => {
                out.push(' ');
                block_map(map, indent + 2, inner, true, out);
            }
            Value::Map(map) if !map.is_empty() => out.push('\n'),
            _ => content(item, indent, inner, out),
        }
    }
}

fn push_indent(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Appends a list or a map to the last line, if it fits there; else nothing.
fn one_line(value: &Value, out: &mut String) -> bool {
    let line = out.rfind('\n').map_or(0, |offset| offset + 1);
    let before = out.len();
    out.push(' ');
    if flow(value, line + WIDTH, out) && out.len() <= line + WIDTH {
        return true;
    }
    out.truncate(before);
    false
}

/// Appends a value in flow style; false if it got too long or has text that wants lines of its own.
fn flow(value: &Value, limit: usize, out: &mut String) -> bool {
    if out.len() > limit {
        return false;
    }
    match value {
        Value::List(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                if !flow(item, limit, out) {
                    return false;
                }
            }
            out.push(']');
        }
        Value::Map(map) if !map.is_empty() => {
            out.push_str("{ ");
            for (index, (key, value)) in map.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                text(key, out);
                out.push_str(": ");
                if !flow(value, limit, out) {
                    return false;
                }
            }
            out.push_str(" }");
        }
        Value::Str(text) if text.len() > WIDTH || text.trim_end_matches('\n').contains('\n') => return false,
        _ => scalar(value, out),
    }
    true
}

/// Appends a scalar, or an empty list or map.
fn scalar(value: &Value, out: &mut String) {
    match value {
        Value::Str(string) => text(string, out),
        Value::Float(number) => float(*number, out),
        _ => json::write_compact(value, out),
    }
}

/// YAML 1.1 wants a point and a sign in a number with an exponent.
fn float(number: f64, out: &mut String) {
    let mut plain = String::new();
    json::write_float(number, &mut plain);
    match plain.split_once('e') {
        Some((mantissa, exponent)) => {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            write!(out, "{mantissa}{point}e{sign}{exponent}").unwrap_or_default();
        }
        None => out.push_str(&plain),
    }
}

/// Appends text on one line, with quotes where they are needed.
fn text(text: &str, out: &mut String) {
    if is_plain(text) { out.push_str(text) } else { quoted(text, out) }
}

/// Whether a text means itself without quotes, to every reader and inside of lists and maps on one line. (Python's takes
/// a question mark there for a key.)
fn is_plain(text: &str) -> bool {
    let first_is_good = text.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    let all_are_good = text.chars().all(|c| c.is_alphanumeric() || "_-./ +*()=<>$@%^&;|~'\"!\\".contains(c));
    first_is_good && all_are_good && !text.ends_with(' ') && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_printable(c) => out.push(c),
            _ if u32::from(c) < 0x1_0000 => write!(out, "\\u{:04X}", u32::from(c)).unwrap_or_default(),
            _ => write!(out, "\\U{:08X}", u32::from(c)).unwrap_or_default(),
        }
    }
    out.push('"');
}

/// Whether a character can be in YAML text as it is, and cannot be taken for a line break or a byte order mark.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Appends text of several lines as a literal block, if a block can hold it; else nothing.
fn literal(text: &str, indent: usize, out: &mut String) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let wants_lines = text.trim_end_matches('\n').contains('\n');
    let can_be =
        |line: &str| line.chars().all(|c| c == '\t' || is_printable(c)) && (line.is_empty() || !line.trim().is_empty());
    if !wants_lines || !body.split('\n').all(can_be) {
        return false;
    }
    out.push_str(" |");
    if text.starts_with([' ', '\t', '\n']) {
        out.push('2');
    }
    out.push_str(match (text.ends_with("\n\n"), text.ends_with('\n')) {
        (true, _) => "+",
        (_, true) => "",
        _ => "-",
    });
    out.push('\n');
    for line in body.split('\n') {
        if !line.is_empty() {
            push_indent(indent, out);
            out.push_str(line);
        }
        out.push('\n');
    }
    true
}
