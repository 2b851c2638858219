//! From a path such as `connections[2].to` to the part of the document and its place in the text.

use std::collections::BTreeMap;

use super::super::problem::{Place, Problem};
use super::node::{Entry, Node, NodeKind};

/// Finds parts of one document.
#[derive(Debug)]
pub struct Finder<'a> {
    root: &'a Node,
    /// The routines by their ids: a large flow with many problems asks for them often.
    routines: BTreeMap<&'a str, &'a Entry>,
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The part.
    node: &'a Node,
    /// Where to point at: the key of a map or a list, else the value.
    pub place: Option<Place>,
    /// Whether it is the part itself, not one around it.
    exact: bool,
}

impl<'a> Finder<'a> {
    /// A finder for the document with this root.
    pub fn new(root: &'a Node) -> Self {
        let mut routines = BTreeMap::new();
        for entry in entries(root).iter().filter(|entry| &*entry.key == "routines").take(1) {
            for routine in entries(&entry.value) {
                routines.entry(&*routine.key).or_insert(routine);
            }
        }
        Self { root, routines }
    }

    /// The part at a path, or the nearest part around it.
    pub fn find(&self, path: &str) -> Found<'a> {
        if let Some(path) = path.strip_prefix("routines.") {
            let id = path.split('.').next().unwrap_or_default();
            if let Some(entry) = self.routines.get(id) {
                return found_entry(entry, &path[id.len()..]);
            }
        }
        below(self.root, path).unwrap_or(Found { node: self.root, place: self.root.place, exact: path.is_empty() })
    }

    /// A problem of the flow with its place in the text, if there is a text. A place inside Python source becomes
    /// one in the document where the source is a literal block, else the place where the source starts.
    pub fn placed(&self, problem: &Problem) -> Problem {
        let found = self.find(&problem.path);
        let Some(start) = found.place else { return problem.clone() };
        let inside = found.exact.then(|| found.node.literal.zip(problem.place)).flatten();
        let place = inside.map_or(start, |(first, place)| Place {
            line: first.line + place.line.saturating_sub(1),
            column: first.column + place.column.saturating_sub(1),
        });
        problem.clone().at(Some(place))
    }
}

fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        NodeKind::Map(entries) => entries,
        _ => &[],
    }
}

/// What a path finds inside of a part; none if that is nothing.
fn below<'a>(node: &'a Node, path: &str) -> Option<Found<'a>> {
    if path.is_empty() {
        return None;
    }
    match &node.kind {
        NodeKind::Map(entries) => {
            let path = path.strip_prefix('.').unwrap_or(path);
            // A key may hold dots and brackets, so the longest one that fits is meant.
            let fitting = entries.iter().filter(|entry| starts_with_key(path, &entry.key));
            let entry = fitting.max_by_key(|entry| entry.key.len())?;
            Some(found_entry(entry, &path[entry.key.len()..]))
        }
        NodeKind::List(items) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            let item = items.get(index.parse::<usize>().ok()?)?;
            Some(found(item, rest, item.place))
        }
        _ => None,
    }
}

fn found_entry<'a>(entry: &'a Entry, rest: &str) -> Found<'a> {
    found(&entry.value, rest, if entry.value.is_container() { entry.place } else { entry.value.place })
}

fn found<'a>(node: &'a Node, rest: &str, place: Option<Place>) -> Found<'a> {
    below(node, rest).unwrap_or(Found { node, place, exact: rest.is_empty() })
}

fn starts_with_key(path: &str, key: &str) -> bool {
    path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
