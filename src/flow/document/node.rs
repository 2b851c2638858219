//! The tree of a document with the place of every part, the same for YAML, JSON and plain values.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::problem::{Place, Problem};
use super::super::value::{Map, Value};

/// One part of a document's tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it starts in the text; none if the document did not come as text.
    pub place: Option<Place>,
    /// Of a literal block, where its first line starts: the others follow line by line in the same column.
    pub literal: Option<Place>,
    /// Of a null, whether nothing is written there at all: a YAML key without a value.
    pub is_blank: bool,
}

/// What a part of a document is. Unlike a [`Value`] it can hold what a document must not: a key twice,
/// a number that is not finite.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// A larger integer, as its decimal digits.
    BigInt(Arc<str>),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Arc<str>),
    /// A list. It is shared, so that remembering and repeating a part of a YAML text costs nothing.
    List(Arc<Vec<Node>>),
    /// A map in the order of the text, shared too.
    Map(Arc<Vec<Entry>>),
}

/// One entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key starts in the text.
    pub place: Option<Place>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A part at a place.
    pub fn new(kind: NodeKind, place: Option<Place>) -> Self {
        Self { kind, place, literal: None, is_blank: false }
    }

    /// The tree of a plain value, which has no places.
    pub fn from_value(value: &Value) -> Self {
        let kind = match value {
            Value::Null => NodeKind::Null,
            Value::Bool(value) => NodeKind::Bool(*value),
            Value::Int(number) => NodeKind::Int(*number),
            Value::BigInt(digits) => NodeKind::BigInt(digits.clone()),
            Value::Float(number) => NodeKind::Float(*number),
            Value::Str(text) => NodeKind::Str(text.clone()),
            Value::List(items) => NodeKind::List(Arc::new(items.iter().map(Self::from_value).collect())),
            Value::Map(map) => {
                let entry = |(key, value): (&Arc<str>, &Value)| Entry {
                    key: key.clone(),
                    place: None,
                    value: Self::from_value(value),
                };
                NodeKind::Map(Arc::new(map.iter().map(entry).collect()))
            }
        };
        Self::new(kind, None)
    }

    /// The plain value of this tree. What it must not hold is reported and left out.
    pub fn to_value(&self, path: &Path<'_>, problems: &mut Vec<Problem>) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(value) => Value::Bool(*value),
            NodeKind::Int(number) => Value::Int(*number),
            NodeKind::BigInt(digits) => Value::BigInt(digits.clone()),
            NodeKind::Float(number) if number.is_finite() => Value::Float(*number),
            NodeKind::Float(_) => {
                problems.push(not_finite(path).at(self.place));
                Value::Null
            }
            NodeKind::Str(text) => Value::Str(text.clone()),
            NodeKind::List(items) => Value::list(
                items.iter().enumerate().map(|(index, item)| item.to_value(&Path::Index(path, index), problems)),
            ),
            NodeKind::Map(entries) => {
                report_duplicates(entries, path, problems);
                Value::Map(Arc::new(entries_to_map(entries, path, problems)))
            }
        }
    }

    /// What kind of value this is, in JSON's words, for messages.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Int(_) | NodeKind::BigInt(_) => "an integer",
            NodeKind::Float(_) => "a number",
            NodeKind::Str(_) => "text",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
        }
    }

    /// Whether it is a list or a map.
    pub fn is_container(&self) -> bool {
        matches!(self.kind, NodeKind::List(_) | NodeKind::Map(_))
    }

    /// How many lists and maps are inside each other here; 0 for anything else.
    pub fn depth(&self) -> usize {
        match &self.kind {
            NodeKind::List(items) => 1 + items.iter().map(Node::depth).max().unwrap_or(0),
            NodeKind::Map(entries) => 1 + entries.iter().map(|entry| entry.value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }
}

/// The entries as a map of plain values; of a key that comes twice the first counts.
pub fn entries_to_map(entries: &[Entry], path: &Path<'_>, problems: &mut Vec<Problem>) -> Map {
    let mut map = Map::with_capacity(entries.len());
    for entry in entries {
        let value = entry.value.to_value(&Path::Key(path, &entry.key), problems);
        map.entry(entry.key.clone()).or_insert(value);
    }
    map
}

/// Reports every key that comes a second time.
pub fn report_duplicates(entries: &[Entry], path: &Path<'_>, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for entry in entries {
        if !seen.insert(&entry.key) {
            let message = format!("the key '{}' is given twice; remove or rename one of them", entry.key);
            problems.push(
                Problem::error("duplicate-key", Path::Key(path, &entry.key).to_string(), message).at(entry.place),
            );
        }
    }
}

/// The problem of a number that is not finite.
pub fn not_finite(path: &Path<'_>) -> Problem {
    Problem::error("not-finite", path.to_string(), "the number is not finite; write one that a 64-bit float can hold")
}

/// Where a part is in the tree, made into text only for a problem.
#[derive(Clone, Copy, Debug)]
pub enum Path<'a> {
    /// The whole document.
    Root,
    /// An entry of a map.
    Key(&'a Path<'a>, &'a str),
    /// An item of a list.
    Index(&'a Path<'a>, usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, key) => f.write_str(key),
            Path::Key(parent, key) => write!(f, "{parent}.{key}"),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
