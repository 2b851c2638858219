//! A value as rows of a tree that opens bit by bit: only what is open was asked for, page by page.
//!
//! The tree asks for nothing itself. What opens a part answers the [`PageRequest`]s that somebody has to bring, and
//! [`LazyTree::take`] takes what came. Parts that came whole, because they are small, need no request.

use std::collections::BTreeMap;

use crate::flow::value::Value;
use crate::protocol::inspect::Part;
use crate::protocol::parts;

/// How many entries of a list or a map are asked for at once.
pub const PAGE_ENTRIES: usize = 100;
/// Structures of at most this many entries are open from the start, if they came whole: most payloads are seen at once.
const SMALL_ENTRIES: usize = 6;
/// How many entries before a found one are shown with it.
const ENTRIES_BEFORE: usize = 10;
/// A text is shown whole up to so many bytes; a longer one can only be copied.
pub const MOST_TEXT_BYTES: usize = 100_000;
/// Longer texts than this are cut in their row.
const ROW_CHARS: usize = 120;
/// A value of more bytes, or of more entries, gets a field to search in it.
const SEARCH_BYTES: usize = 1_000;

/// The way to a part of a value: an index for each level.
pub type TreePath = Vec<usize>;

/// A page of a part's entries that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Of which part.
    pub path: TreePath,
    /// From which entry on.
    pub start: usize,
    /// How many.
    pub count: usize,
}

/// What a row of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeRowKind {
    /// A value without parts, or an empty structure.
    Leaf,
    /// A structure whose entries are not shown, or a text that is cut.
    Closed,
    /// A structure whose entries follow.
    Open,
    /// Asks for the page of its structure's entries before the first one.
    Before,
    /// Asks for the page of its structure's entries after the last one.
    More,
    /// Stands where entries will be.
    Coming,
    /// A text in full.
    Text,
}

/// One row of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeRow {
    /// Where it is; of a [`TreeRowKind::Before`], `More`, `Coming` or `Text` row the part it belongs to.
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
    pub value_kind: String,
    /// Its place among its siblings, from 1, and how many they are.
    pub place: (usize, usize),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Branch {
    part: Part,
    is_open: bool,
    /// The index of the first entry that is here.
    first: usize,
    entries: Vec<Part>,
    /// A text in full.
    text: Option<String>,
}

/// What is known of a value, and what of it is open. The root is always open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LazyTree {
    branches: BTreeMap<TreePath, Branch>,
    /// The value, if all of it is here: then nothing is ever asked for.
    whole: Option<Value>,
}

impl LazyTree {
    /// The tree of a value that is here.
    pub fn of_value(value: Value) -> Self {
        let mut tree = Self { whole: Some(value), ..Self::default() };
        tree.bring(&[PageRequest { path: Vec::new(), start: 0, count: PAGE_ENTRIES }]);
        tree
    }

    /// The first request of a tree about which nothing is known yet.
    pub fn first_request() -> PageRequest {
        PageRequest { path: Vec::new(), start: 0, count: PAGE_ENTRIES }
    }

    /// Whether something came.
    pub fn is_known(&self) -> bool {
        self.branches.contains_key([].as_slice())
    }

    /// The value, if all of it is here.
    pub fn whole(&self) -> Option<&Value> {
        self.whole.as_ref()
    }

    /// Whether the value is large enough to search in it.
    pub fn is_large(&self) -> bool {
        self.branches.get([].as_slice()).is_some_and(|root| root.part.bytes > SEARCH_BYTES)
    }

    /// About how many bytes it is, as JSON.
    pub fn bytes(&self) -> usize {
        self.branches.get([].as_slice()).map_or(0, |root| root.part.bytes)
    }

    /// The part at a path, as far as it is known.
    pub fn part(&self, path: &[usize]) -> Option<&Part> {
        if let Some(branch) = self.branches.get(path) {
            return Some(&branch.part);
        }
        let (last, above) = path.split_last()?;
        let branch = self.branches.get(above)?;
        branch.entries.get(last.checked_sub(branch.first)?)
    }

    /// The Python expression that leads from a name to the part at a path: `data['items'][0]`.
    pub fn expression(&self, name: &str, path: &[usize]) -> String {
        format!("{name}{}", self.part(path).map(|part| part.access.as_str()).unwrap_or_default())
    }

    /// Takes a page of a part.
    pub fn take(&mut self, path: &[usize], start: usize, mut page: Part) {
        let is_first_sight = path.is_empty() && !self.is_known();
        let entries = std::mem::take(&mut page.children);
        let branch = self.branches.entry(path.to_vec()).or_default();
        branch.is_open |= path.is_empty();
        if start == branch.first + branch.entries.len() && !branch.entries.is_empty() {
            branch.entries.extend(entries);
        } else if !branch.entries.is_empty() && start + entries.len() == branch.first {
            branch.first = start;
            branch.entries.splice(0..0, entries);
        } else {
            branch.first = start;
            branch.entries = entries;
        }
        branch.part = page;
        if is_first_sight {
            self.open_small();
        }
    }

    fn open_small(&mut self) {
        let Some(root) = self.branches.get([].as_slice()) else { return };
        let is_small = |part: &Part| part.value.is_some() && (1..=SMALL_ENTRIES).contains(&part.size);
        let small: Vec<TreePath> = root
            .entries
            .iter()
            .take(SMALL_ENTRIES)
            .enumerate()
            .filter(|(_, part)| is_structure(part) && is_small(part))
            .map(|(index, _)| vec![index])
            .collect();
        for path in small {
            self.open(&path);
        }
    }

    /// Takes a text in full.
    pub fn take_text(&mut self, path: &[usize], text: String) {
        if let Some(branch) = self.branches.get_mut(path) {
            branch.text = Some(text);
        }
    }

    /// Opens a closed structure, closes an open one. What has to be brought for it.
    pub fn toggle(&mut self, path: &[usize]) -> Vec<PageRequest> {
        match self.branches.get_mut(path).filter(|branch| branch.is_open) {
            // The root stays open, unless it is a text that was never opened.
            Some(branch) if !path.is_empty() || branch.text.is_some() || is_structure(&branch.part) => {
                branch.is_open = path.is_empty();
                branch.text = None;
                Vec::new()
            }
            Some(_) => Vec::new(),
            None => self.open(path),
        }
    }

    /// Opens a structure. What has to be brought for it.
    pub fn open(&mut self, path: &[usize]) -> Vec<PageRequest> {
        let Some(part) = self.part(path).cloned() else { return Vec::new() };
        let small = part.value.clone();
        let access = part.access.clone();
        let is_text = !is_structure(&part);
        let branch =
            self.branches.entry(path.to_vec()).or_insert_with(|| Branch { part, is_open: false, ..Branch::default() });
        branch.is_open = true;
        if is_text || !branch.entries.is_empty() {
            return Vec::new();
        }
        match small.map(|value| parts::children(&value, &[], 0, PAGE_ENTRIES)) {
            Some(Ok(page)) => {
                branch.entries = page
                    .children
                    .into_iter()
                    .map(|entry| Part { access: format!("{access}{}", entry.access), ..entry })
                    .collect();
                Vec::new()
            }
            _ => self.bring(&[PageRequest { path: path.to_vec(), start: 0, count: PAGE_ENTRIES }]),
        }
    }

    /// One more page of a structure's entries, after what is there or before it.
    pub fn more(&mut self, path: &[usize], is_before: bool) -> Vec<PageRequest> {
        let Some(branch) = self.branches.get(path) else { return Vec::new() };
        let request = if is_before {
            let start = branch.first.saturating_sub(PAGE_ENTRIES);
            PageRequest { path: path.to_vec(), start, count: branch.first - start }
        } else {
            let start = branch.first + branch.entries.len();
            PageRequest { path: path.to_vec(), start, count: PAGE_ENTRIES }
        };
        self.bring(&[request])
    }

    /// Opens everything above a part, so that it has a row. What has to be brought: an outer part always comes first.
    pub fn reveal(&mut self, path: &[usize]) -> Vec<PageRequest> {
        let mut needed = Vec::new();
        for depth in 0..path.len() {
            let (above, index) = (&path[..depth], path[depth]);
            let branch = self.branches.entry(above.to_vec()).or_default();
            branch.is_open = true;
            if (branch.first..branch.first + branch.entries.len()).contains(&index) {
                continue;
            }
            let start = if index < PAGE_ENTRIES { 0 } else { index.saturating_sub(ENTRIES_BEFORE) };
            needed.push(PageRequest { path: above.to_vec(), start, count: PAGE_ENTRIES });
        }
        self.bring(&needed)
    }

    /// What is open, outer parts first: the same parts of the value at another moment can be opened again with it.
    pub fn open_requests(&self) -> Vec<PageRequest> {
        let request = |(path, branch): (&TreePath, &Branch)| PageRequest {
            path: path.clone(),
            start: branch.first,
            count: branch.entries.len().max(PAGE_ENTRIES),
        };
        let mut requests: Vec<PageRequest> = self
            .branches
            .iter()
            .filter(|(path, branch)| branch.is_open && (path.is_empty() || is_structure(&branch.part)))
            .map(request)
            .collect();
        requests.sort_by_key(|request| request.path.len());
        requests
    }

    /// Answers requests from the value, if it is here; else gives them back.
    fn bring(&mut self, requests: &[PageRequest]) -> Vec<PageRequest> {
        let Some(value) = self.whole.clone() else { return requests.to_vec() };
        for PageRequest { path, start, count } in requests {
            if let Ok(page) = parts::children(&value, path, *start, *count) {
                self.take(path, *start, page);
            }
        }
        Vec::new()
    }

    /// The rows that are open now.
    pub fn rows(&self) -> Vec<TreeRow> {
        let mut rows = Vec::new();
        let Some(root) = self.branches.get([].as_slice()) else { return rows };
        if is_structure(&root.part) && root.part.size > 0 {
            self.add_entries(&mut rows, root, &[]);
        } else {
            self.add(&mut rows, &root.part, Vec::new(), (1, 1));
        }
        rows
    }

    fn add_entries(&self, rows: &mut Vec<TreeRow>, branch: &Branch, path: &[usize]) {
        let size = branch.part.size;
        let end = branch.first + branch.entries.len();
        let other = |kind: TreeRowKind, text: String, place: usize| TreeRow {
            path: path.to_vec(),
            depth: path.len(),
            label: String::new(),
            text,
            kind,
            value_kind: branch.part.kind.clone(),
            place: (place, size),
        };
        if branch.entries.is_empty() {
            rows.push(other(TreeRowKind::Coming, "…".into(), 1));
            return;
        }
        if branch.first > 0 {
            rows.push(other(TreeRowKind::Before, format!("{} before", branch.first), branch.first));
        }
        for (offset, part) in branch.entries.iter().enumerate() {
            let index = branch.first + offset;
            let mut entry_path = path.to_vec();
            entry_path.push(index);
            self.add(rows, part, entry_path, (index + 1, size));
        }
        if end < size {
            rows.push(other(TreeRowKind::More, format!("{} more", size - end), end + 1));
        }
    }

    fn add(&self, rows: &mut Vec<TreeRow>, part: &Part, path: TreePath, place: (usize, usize)) {
        let open = self.branches.get(&path).filter(|branch| branch.is_open);
        let depth = path.len().saturating_sub(1);
        let is_long_text = part.kind == "text" && part.size > ROW_CHARS;
        let kind = match open {
            _ if !is_long_text && (!is_structure(part) || part.size == 0) => TreeRowKind::Leaf,
            // The root's text is not opened from the start.
            Some(branch) if !is_long_text || branch.text.is_some() => TreeRowKind::Open,
            _ => TreeRowKind::Closed,
        };
        rows.push(TreeRow {
            depth,
            label: part.label.clone(),
            text: part.text.clone(),
            kind,
            value_kind: part.kind.clone(),
            place,
            path: path.clone(),
        });
        let Some(branch) = open.filter(|_| kind == TreeRowKind::Open) else { return };
        match &branch.text {
            Some(text) => rows.push(TreeRow {
                path,
                depth: depth + 1,
                label: String::new(),
                text: text.clone(),
                kind: TreeRowKind::Text,
                value_kind: part.kind.clone(),
                place: (1, 1),
            }),
            None => self.add_entries(rows, branch, &path),
        }
    }
}

/// Whether a part has parts of its own.
pub fn is_structure(part: &Part) -> bool {
    part.kind == "a list" || part.kind == "a map"
}

/// A size for people: `812 B`, `34 KB`, `10.2 MB`.
pub fn bytes_text(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests;
