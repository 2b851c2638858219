//! Strict JSON text to a tree with places.
//!
//! `serde_json` reads the text and tells what is wrong with it; the places come from raw values, which are
//! slices of the text. Each level is read once more for each level around it, which the depth limit bounds.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::super::problem::Problem;
use super::node::{Entry, Node, NodeKind};
use super::position::Positions;

/// Reads one JSON value that fills the whole text.
///
/// # Errors
/// What is wrong with the syntax, or that it is nested too deep, with the place.
pub fn parse(text: &str, max_depth: usize) -> Result<Node, Problem> {
    let reader = JsonReader { text, positions: Positions::new(text), max_depth };
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| reader.syntax(text, &error))?;
    reader.node(raw, 1)
}

struct JsonReader<'a> {
    text: &'a str,
    positions: Positions<'a>,
    max_depth: usize,
}

impl<'a> JsonReader<'a> {
    fn node(&self, raw: &'a RawValue, depth: usize) -> Result<Node, Problem> {
        let source = raw.get();
        let place = Some(self.positions.place(self.offset(source)));
        let kind = match source.as_bytes().first() {
            Some(b'{' | b'[') if depth > self.max_depth => return Err(super::too_deep(self.max_depth).at(place)),
            Some(b'{') => NodeKind::Map(Arc::new(self.entries(source, depth)?)),
            Some(b'[') => NodeKind::List(Arc::new(self.items(source, depth)?)),
            Some(b'"') => NodeKind::Str(self.string(source)?.into()),
            Some(b't') => NodeKind::Bool(true),
            Some(b'f') => NodeKind::Bool(false),
            Some(b'n') => NodeKind::Null,
            _ => number(source),
        };
        Ok(Node::new(kind, place))
    }

    fn entries(&self, source: &'a str, depth: usize) -> Result<Vec<Entry>, Problem> {
        let mut deserializer = serde_json::Deserializer::from_str(source);
        let pairs = deserializer.deserialize_map(Pairs).map_err(|error| self.syntax(source, &error))?;
        let entry = |(key, value): (&'a RawValue, &'a RawValue)| {
            Ok(Entry {
                key: self.string(key.get())?.into(),
                place: Some(self.positions.place(self.offset(key.get()))),
                value: self.node(value, depth + 1)?,
            })
        };
        pairs.into_iter().map(entry).collect()
    }

    fn items(&self, source: &'a str, depth: usize) -> Result<Vec<Node>, Problem> {
        let mut deserializer = serde_json::Deserializer::from_str(source);
        let items = deserializer.deserialize_seq(Items).map_err(|error| self.syntax(source, &error))?;
        items.into_iter().map(|item| self.node(item, depth + 1)).collect()
    }

    fn string(&self, source: &'a str) -> Result<String, Problem> {
        serde_json::from_str(source).map_err(|error| self.syntax(source, &error))
    }

    /// Where a slice of the text starts.
    fn offset(&self, source: &str) -> usize {
        (source.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    fn syntax(&self, source: &str, error: &serde_json::Error) -> Problem {
        let inside = Positions::new(source).offset(error.line(), error.column());
        let place = self.positions.place(self.offset(source) + inside);
        let told = error.to_string();
        // The place goes with the problem, so it need not be in the message too.
        let what = told.split(" at line ").next().unwrap_or(&told);
        Problem::error("syntax", "", format!("this is not valid JSON: {what}")).at(Some(place))
    }
}

/// A number, exactly: an integer stays one whatever its size.
fn number(source: &str) -> NodeKind {
    if source.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return NodeKind::Float(source.parse().unwrap_or(f64::NAN));
    }
    source.parse().map_or_else(|_| NodeKind::BigInt(Arc::from(source)), NodeKind::Int)
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(items)
    }
}
