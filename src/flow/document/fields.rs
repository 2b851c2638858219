//! Reading the entries of one map of a document: each is asked for by name and type, what nobody asked for is unknown.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::super::model::PortRef;
use super::super::problem::{Place, Problem};
use super::super::suggest;
use super::super::value::{Map, Value};
use super::node::{Entry, Node, NodeKind, Path, not_finite, report_duplicates};

/// Collects the problems of one reading. Reading goes on after a problem, so that all are told at once.
#[derive(Debug, Default)]
pub struct Reader {
    problems: RefCell<Vec<Problem>>,
    advised: Cell<usize>,
}

/// So many unknown keys get a suggestion: a document can have more than it is quick to compare names for.
const SUGGESTIONS: usize = 200;

impl Reader {
    /// All that was reported.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The known name that was probably meant.
    fn suggest<'k>(&self, name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
        self.advised.set(self.advised.get() + 1);
        if self.advised.get() > SUGGESTIONS { None } else { suggest::nearest(name, known) }
    }

    /// Reports a problem.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Reports an error of a part.
    pub fn error(&self, code: &'static str, path: &Path<'_>, place: Option<Place>, message: impl Into<String>) {
        self.report(Problem::error(code, path.to_string(), message).at(place));
    }

    /// Reports that a part has the wrong type.
    pub fn wrong_type(&self, path: &Path<'_>, node: &Node, wanted: &str) {
        let hint = match (wanted, &node.kind) {
            ("text", NodeKind::Null) => "",
            ("text", kind) if !matches!(kind, NodeKind::List(_) | NodeKind::Map(_)) => "; put it in quotes",
            (_, NodeKind::Null) => "; give it one or remove the key",
            _ => "",
        };
        let message = format!("this must be {wanted}, not {}{hint}", node.kind_name());
        self.error("wrong-type", path, node.place, message);
    }

    /// The plain value of a part.
    pub fn value(&self, path: &Path<'_>, node: &Node) -> Value {
        node.to_value(path, &mut self.problems.borrow_mut())
    }

    /// The text of a part that must be text.
    pub fn text<'n>(&self, path: &Path<'_>, node: &'n Node) -> Option<&'n Arc<str>> {
        match &node.kind {
            NodeKind::Str(text) => Some(text),
            _ => {
                self.wrong_type(path, node, "text");
                None
            }
        }
    }

    /// The items of a part that must be a list.
    pub fn list<'n>(&self, path: &Path<'_>, node: &'n Node) -> Option<&'n [Node]> {
        match &node.kind {
            NodeKind::List(items) => Some(items),
            _ => {
                self.wrong_type(path, node, "a list");
                None
            }
        }
    }

    /// The entries of a part that must be a map. A key that comes twice is reported.
    pub fn entries<'n>(&self, path: &Path<'_>, node: &'n Node) -> Option<&'n [Entry]> {
        match &node.kind {
            NodeKind::Map(entries) => {
                report_duplicates(entries, path, &mut self.problems.borrow_mut());
                Some(entries)
            }
            _ => {
                self.wrong_type(path, node, "a map");
                None
            }
        }
    }

    /// The texts of a part that must be a list of texts.
    pub fn texts(&self, path: &Path<'_>, node: &Node) -> Option<Vec<String>> {
        let text = |(index, item)| self.text(&Path::Index(path, index), item).map(|text| text.to_string());
        Some(self.list(path, node)?.iter().enumerate().filter_map(text).collect())
    }
}

/// Which numbers a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Range {
    /// All.
    Any,
    /// From this one.
    AtLeast(f64),
    /// Above this one.
    Above(f64),
    /// From the first to the second.
    Between(f64, f64),
}

impl Range {
    fn holds(self, number: f64) -> bool {
        match self {
            Range::Any => true,
            Range::AtLeast(low) => number >= low,
            Range::Above(low) => number > low,
            Range::Between(low, high) => (low..=high).contains(&number),
        }
    }

    fn words(self) -> String {
        match self {
            Range::Any => "any number".into(),
            Range::AtLeast(low) => format!("at least {low}"),
            Range::Above(low) => format!("above {low}"),
            Range::Between(low, high) => format!("from {low} to {high}"),
        }
    }
}

/// Keys that may stand without a value, as in the flow that `routilux init` writes. A null that is written out is none.
const MAY_BE_BLANK: [&str; 2] = ["config", "connections"];

/// The entries of one map, and which of them somebody asked for.
pub struct Fields<'a> {
    /// Where problems go.
    pub reader: &'a Reader,
    /// Where the map is in the tree.
    pub path: &'a Path<'a>,
    /// Where the map is in the text.
    pub place: Option<Place>,
    entries: &'a [Entry],
    asked: Vec<&'static str>,
    nested: Vec<(&'static str, Map)>,
}

impl<'a> Fields<'a> {
    /// The fields of a part that must be a map.
    pub fn new(reader: &'a Reader, path: &'a Path<'a>, node: &'a Node) -> Option<Self> {
        let entries = reader.entries(path, node)?;
        Some(Self { reader, path, place: node.place, entries, asked: Vec::new(), nested: Vec::new() })
    }

    /// The part of this name, whatever it is.
    pub fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.asked.push(name);
        self.entries.iter().find(|entry| &*entry.key == name).map(|entry| &entry.value)
    }

    /// Whether there is a part of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| &*entry.key == name)
    }

    /// Reads a part of this name with a function.
    pub fn with<T>(&mut self, name: &'static str, read: impl FnOnce(&Path<'_>, &'a Node) -> Option<T>) -> Option<T> {
        let node = self.node(name)?;
        let path = Path::Key(self.path, name);
        if node.is_blank && MAY_BE_BLANK.contains(&name) {
            let message = format!("nothing follows '{name}:', so it counts as not given; fill it or remove it");
            self.reader.report(Problem::warning("blank-value", path.to_string(), message).at(node.place));
            return None;
        }
        read(&path, node)
    }

    /// The part of this name, which must be there.
    pub fn required(&mut self, name: &'static str) -> Option<&'a Node> {
        let node = self.node(name);
        if node.is_none() {
            self.missing(name);
        }
        node
    }

    /// Reports that a part is missing.
    pub fn missing(&self, name: &'static str) {
        let message = format!("the key '{name}' is missing; add it");
        self.reader.error("missing-key", &Path::Key(self.path, name), self.place, message);
    }

    /// A text. As in Routilux, null is none.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let reader = self.reader;
        self.with(name, |path, node| match node.kind {
            NodeKind::Null => None,
            _ => reader.text(path, node).map(|text| text.to_string()),
        })
    }

    /// True or false. As in Routilux, null is none.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let reader = self.reader;
        self.with(name, |path, node| match node.kind {
            NodeKind::Null => None,
            NodeKind::Bool(value) => Some(value),
            _ => {
                reader.wrong_type(path, node, "true or false");
                None
            }
        })
    }

    /// A number in a range.
    pub fn number(&mut self, name: &'static str, range: Range) -> Option<f64> {
        let reader = self.reader;
        self.with(name, |path, node| {
            let number = match &node.kind {
                NodeKind::Int(number) => *number as f64,
                NodeKind::Float(number) => *number,
                NodeKind::BigInt(digits) => digits.parse().unwrap_or(f64::INFINITY),
                _ => {
                    reader.wrong_type(path, node, "a number");
                    return None;
                }
            };
            if !number.is_finite() {
                reader.report(not_finite(path).at(node.place));
            } else if !range.holds(number) {
                reader.error("out-of-range", path, node.place, format!("this must be {}", range.words()));
            } else {
                return Some(number);
            }
            None
        })
    }

    /// A number of things, at least this many.
    pub fn count(&mut self, name: &'static str, low: u32) -> Option<u32> {
        self.count_within(name, low, u32::MAX)
    }

    /// An integer in a range.
    pub fn count_within(&mut self, name: &'static str, low: u32, high: u32) -> Option<u32> {
        let reader = self.reader;
        self.with(name, |path, node| {
            let number = integer(reader, path, node)?;
            let number = number.and_then(|number| u32::try_from(number).ok());
            let fitting = number.filter(|number| (low..=high).contains(number));
            if fitting.is_none() {
                let message = format!("this must be an integer from {low} to {high}");
                reader.error("out-of-range", path, node.place, message);
            }
            fitting
        })
    }

    /// A 64-bit integer.
    pub fn whole(&mut self, name: &'static str) -> Option<i64> {
        let reader = self.reader;
        self.with(name, |path, node| {
            let number = integer(reader, path, node)?;
            if number.is_none() {
                reader.error("out-of-range", path, node.place, "the integer does not fit 64 bits; write a smaller one");
            }
            number
        })
    }

    /// One of several words.
    pub fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let reader = self.reader;
        self.with(name, |path, node| {
            let text = reader.text(path, node)?;
            let found = choices.iter().find(|(word, _)| *word == &**text);
            if found.is_none() {
                let message = unknown_word(name, text, choices.iter().map(|(word, _)| *word));
                reader.error("unknown-value", path, node.place, message);
            }
            found.map(|(_, value)| *value)
        })
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let reader = self.reader;
        self.with(name, |path, node| reader.texts(path, node))
    }

    /// A port such as `sensor.output`, which must be there.
    pub fn port(&mut self, name: &'static str) -> Option<PortRef> {
        let node = self.required(name)?;
        let path = Path::Key(self.path, name);
        let text = self.reader.text(&path, node)?;
        let port = PortRef::parse(text);
        if port.is_none() {
            let message = format!("'{text}' does not name a port; write a routine's id, a dot and a name");
            self.reader.error("bad-endpoint", &path, node.place, message);
        }
        port
    }

    /// Keeps the unknown keys of a part that has no place of its own for them: they survive under its name.
    pub fn keep(&mut self, name: &'static str, extra: Map) {
        if !extra.is_empty() {
            self.nested.push((name, extra));
        }
    }

    /// The entries that nobody asked for, each reported as a warning.
    pub fn unknown(self) -> Map {
        let mut extra = Map::default();
        for entry in self.entries.iter().filter(|entry| !self.asked.contains(&&*entry.key)) {
            let path = Path::Key(self.path, &entry.key);
            let advice = match (&*entry.key, self.reader.suggest(&entry.key, self.asked.iter().copied())) {
                ("<<", _) => "; YAML 1.2 has no merge keys, write the entries out".to_owned(),
                (_, Some(known)) => format!("; did you mean '{known}'?"),
                (_, None) => " and has no effect".to_owned(),
            };
            let message = format!("the key '{}' is not known here{advice}", entry.key);
            self.reader.report(Problem::warning("unknown-key", path.to_string(), message).at(entry.place));
            let value = self.reader.value(&path, &entry.value);
            extra.entry(entry.key.clone()).or_insert(value);
        }
        for (name, map) in self.nested {
            extra.insert(name.into(), Value::Map(Arc::new(map)));
        }
        extra
    }
}

/// An integer: none for the wrong type, which is reported, and none inside for one that does not fit 64 bits.
#[expect(clippy::option_option, reason = "the two kinds of nothing are reported differently")]
fn integer(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<Option<i64>> {
    match &node.kind {
        NodeKind::Int(number) => Some(Some(*number)),
        NodeKind::BigInt(_) => Some(None),
        NodeKind::Float(number) if !number.is_finite() => {
            reader.report(not_finite(path).at(node.place));
            None
        }
        _ => {
            reader.wrong_type(path, node, "an integer");
            None
        }
    }
}

/// The message for a word that is none of those a field takes.
pub fn unknown_word<'w>(name: &str, text: &str, words: impl Iterator<Item = &'w str> + Clone) -> String {
    let all: Vec<&str> = words.clone().collect();
    let advice = suggest::nearest(text, words).map_or_else(String::new, |word| format!("; did you mean '{word}'?"));
    format!("'{text}' is no {name} that is known; it can be {}{advice}", all.join(", "))
}
