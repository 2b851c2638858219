//! Texts with `{path}` in them.

use crate::flow::json::write_compact;
use crate::flow::value::Value;

use super::path::Path;

/// A text with places for parts of an item: `{sensor.name} is too hot`. `{}` is the whole item, `{{` is a brace.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Part(Path),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// A brace without its partner, or no path between them.
    pub fn parse(key: &str, text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let part = if brace == "{" { after.split_once('}') } else { None };
            let Some((path, after)) = part else {
                return Err(format!(
                    "`{key}` has a `{brace}` without its partner; write `{brace}{brace}` for one brace"
                ));
            };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Part(Path::parse(key, path.trim())?));
            rest = after;
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        Ok(Self { pieces })
    }

    /// The text for an item. What is not there leaves nothing.
    pub fn fill(&self, item: &Value) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Part(path) => {
                    if let Some(value) = path.find(item) {
                        write_plain(&value, &mut out);
                    }
                }
            }
        }
        out
    }
}

/// Appends a value for people: texts without quotes, all else as JSON.
pub fn write_plain(value: &Value, out: &mut String) {
    match value {
        Value::Str(text) => out.push_str(text),
        other => write_compact(other, out),
    }
}

/// A value for people.
pub fn plain(value: &Value) -> String {
    let mut out = String::new();
    write_plain(value, &mut out);
    out
}
