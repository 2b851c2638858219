//! A large value as rows of a tree that opens bit by bit: only what is open is looked at.

use std::collections::BTreeMap;

use super::format;
use crate::flow::value::Value;

/// How many entries of a list or a map are shown before a "more" row.
pub const PAGE_ENTRIES: usize = 100;
/// How long a row's value text is at most.
const ROW_CHARS: usize = 120;

/// The way to a part of a value: an index for each level.
pub type TreePath = Vec<usize>;

/// Which structures of a value are open, and how many of their entries are shown. The root is always open.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OpenParts {
    shown_of: BTreeMap<TreePath, usize>,
}

impl OpenParts {
    /// Opens a closed structure, closes an open one.
    pub fn toggle(&mut self, path: &[usize]) {
        if self.shown_of.remove(path).is_none() {
            self.shown_of.insert(path.to_vec(), PAGE_ENTRIES);
        }
    }

    /// Shows one more page of a structure's entries.
    pub fn show_more(&mut self, path: &[usize]) {
        *self.shown_of.entry(path.to_vec()).or_insert(PAGE_ENTRIES) += PAGE_ENTRIES;
    }

    /// Whether a structure is open.
    pub fn is_open(&self, path: &[usize]) -> bool {
        path.is_empty() || self.shown_of.contains_key(path)
    }

    fn shown_count(&self, path: &[usize]) -> usize {
        self.shown_of.get(path).copied().unwrap_or(PAGE_ENTRIES)
    }
}

/// What a row of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeRowKind {
    /// A value without parts, or an empty structure.
    Leaf,
    /// A structure whose entries are not shown.
    Closed,
    /// A structure whose entries follow.
    Open,
    /// Asks for the next page of its structure's entries.
    More,
}

/// One row of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeRow {
    /// Where it is: for `toggle`, and for `show_more` of a [`TreeRowKind::More`] row (its structure's path).
    pub path: TreePath,
    /// How far it is indented.
    pub depth: usize,
    /// The key or index; empty for the root.
    pub label: String,
    /// The value in short, or how many entries are left.
    pub text: String,
    /// What it is.
    pub kind: TreeRowKind,
    /// What kind of value it is, in JSON's words.
    pub value_kind: &'static str,
}

/// The rows that are open now.
pub fn tree_rows(value: &Value, open: &OpenParts) -> Vec<TreeRow> {
    let mut rows = Vec::new();
    if entry_count(value) == 0 {
        rows.push(row_of(value, Vec::new(), String::new(), open));
    } else {
        add_entries(&mut rows, value, &[], open);
    }
    rows
}

/// The part of a value at a path, for copying and for watching.
pub fn part<'a>(value: &'a Value, path: &[usize]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, &index| match value {
        Value::List(items) => items.get(index),
        Value::Map(map) => map.get_index(index).map(|(_, item)| item),
        _ => None,
    })
}

/// The Python expression that leads from a name to the part at a path: `data['items'][0]`.
pub fn expression(name: &str, value: &Value, path: &[usize]) -> String {
    let mut text = name.to_string();
    let mut at = value;
    for &index in path {
        match at {
            Value::List(items) => {
                text.push_str(&format!("[{index}]"));
                let Some(item) = items.get(index) else { break };
                at = item;
            }
            Value::Map(map) => {
                let Some((key, item)) = map.get_index(index) else { break };
                text.push_str(&format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'")));
                at = item;
            }
            _ => break,
        }
    }
    text
}

fn add_entries(rows: &mut Vec<TreeRow>, value: &Value, path: &[usize], open: &OpenParts) {
    let count = entry_count(value);
    let shown_count = open.shown_count(path).min(count);
    for index in 0..shown_count {
        let (label, item) = match value {
            Value::List(items) => (index.to_string(), &items[index]),
            Value::Map(map) => match map.get_index(index) {
                Some((key, item)) => (key.to_string(), item),
                None => return,
            },
            _ => return,
        };
        let mut item_path = path.to_vec();
        item_path.push(index);
        let row = row_of(item, item_path.clone(), label, open);
        let is_open = row.kind == TreeRowKind::Open;
        rows.push(row);
        if is_open {
            add_entries(rows, item, &item_path, open);
        }
    }
    if shown_count < count {
        rows.push(TreeRow {
            path: path.to_vec(),
            depth: path.len(),
            label: "…".into(),
            text: format!("{} more", count - shown_count),
            kind: TreeRowKind::More,
            value_kind: value.kind(),
        });
    }
}

fn row_of(value: &Value, path: TreePath, label: String, open: &OpenParts) -> TreeRow {
    let kind = match entry_count(value) {
        0 => TreeRowKind::Leaf,
        _ if open.is_open(&path) => TreeRowKind::Open,
        _ => TreeRowKind::Closed,
    };
    TreeRow {
        depth: path.len().saturating_sub(1),
        label,
        text: format::value_text(value, ROW_CHARS),
        kind,
        value_kind: value.kind(),
        path,
    }
}

fn entry_count(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        Value::Map(map) => map.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
