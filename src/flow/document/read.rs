//! From a document's tree to a flow, with all its problems at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::model::{
    Completion, Connection, ErrorHandler, Execution, Flow, Input, MAX_WORKERS, Note, Point, PortRef, Size, Strategy,
};
use super::super::problem::Problem;
use super::super::value::{Map, Value};
use super::MAX_ROUTINES;
use super::fields::{Fields, Range, Reader};
use super::node::{Entry, Node, NodeKind, Path};
use super::{read_breakpoint, read_routine, routilux};

/// The words of the strategies.
pub const STRATEGIES: [(&str, Strategy); 4] =
    [("stop", Strategy::Stop), ("continue", Strategy::Continue), ("skip", Strategy::Skip), ("retry", Strategy::Retry)];

/// The words of the completion modes.
pub const COMPLETIONS: [(&str, Completion); 2] = [("auto", Completion::Auto), ("manual", Completion::Manual)];

/// What could be read. With errors it is only good for finding more of them: a port that could not be read has
/// an empty routine, a class that could not be read is empty.
#[derive(Debug)]
pub struct Draft {
    /// The flow.
    pub flow: Flow,
    /// The routines whose ports are not known because they could not be read.
    pub unsure: BTreeSet<String>,
}

/// Reads a whole document.
pub fn flow(reader: &Reader, root: &Node) -> Option<Draft> {
    let mut fields = Fields::new(reader, &Path::Root, root)?;
    check_version(reader, &mut fields);
    let mut draft = Draft { flow: Flow::default(), unsure: BTreeSet::new() };
    let flow_id = fields.text("flow_id").filter(|id| !id.is_empty());
    let flow = &mut draft.flow;
    flow.name = fields.text("name");
    flow.flow_id = flow_id.unwrap_or_else(|| flow.name.as_deref().and_then(slug).unwrap_or_else(|| "flow".into()));
    flow.description = fields.text("description");
    flow.execution = fields.with("execution", |path, node| execution(reader, path, node)).unwrap_or_default();
    flow.error_handler = fields.with("error_handler", |path, node| error_handler(reader, path, node));
    let routines = fields.required("routines");
    if let Some(entries) = routines.and_then(|node| reader.entries(&Path::Key(&Path::Root, "routines"), node)) {
        read_routines(reader, entries, &mut draft);
    }
    let flow = &mut draft.flow;
    flow.connections = items(reader, &mut fields, "connections", connection);
    flow.inputs = items(reader, &mut fields, "inputs", input);
    flow.breakpoints = items(reader, &mut fields, "breakpoints", read_breakpoint::breakpoint);
    flow.notes = items(reader, &mut fields, "notes", note);
    flow.extra = fields.unknown();
    Some(draft)
}

fn check_version(reader: &Reader, fields: &mut Fields<'_>) {
    fields.with("version", |path, node| {
        match node.kind {
            NodeKind::Int(1) => {}
            NodeKind::Int(_) | NodeKind::BigInt(_) => {
                let message = "only version 1 of the document is known here; write 1, or use a newer program";
                reader.error("unknown-version", path, node.place, message);
            }
            _ => reader.wrong_type(path, node, "the integer 1"),
        }
        Some(())
    });
}

/// An id made from a name: its letters and digits, in lower case, with hyphens between the words.
fn slug(name: &str) -> Option<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(64).collect();
    (!slug.is_empty()).then_some(slug)
}

fn read_routines(reader: &Reader, entries: &[Entry], draft: &mut Draft) {
    if entries.len() > MAX_ROUTINES {
        let message = format!("the flow has {} routines, at most {MAX_ROUTINES} are taken; split it", entries.len());
        reader.report(Problem::error("too-many-routines", "routines", message).at(entries[0].place));
        return;
    }
    let parent = Path::Key(&Path::Root, "routines");
    let mut seen = BTreeSet::new();
    for entry in entries.iter().filter(|entry| seen.insert(&entry.key)) {
        let path = Path::Key(&parent, &entry.key);
        if let Err(message) = check_id(&entry.key) {
            reader.error("bad-routine-id", &path, entry.place, message);
        }
        let read = read_routine::routine(reader, &path, entry);
        if read.unsure {
            draft.unsure.insert(read.routine.id.clone());
        }
        draft.flow.routines.push(Arc::new(read.routine));
    }
}

/// Whether a text can be a routine's id.
///
/// # Errors
/// What is wrong with it.
pub fn check_id(id: &str) -> Result<(), &'static str> {
    if id.is_empty() {
        Err("a routine's id must not be empty; give it a name")
    } else if id.contains('.') {
        Err("a routine's id must not have a dot, which separates it from a slot or an event; rename it")
    } else if id.chars().any(char::is_control) {
        Err("a routine's id must not have control characters such as line breaks; rename it")
    } else {
        Ok(())
    }
}

/// Reads the items of a list, each with a function that never leaves one out, so that their numbers stay right.
fn items<T>(
    reader: &Reader,
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl Fn(&Reader, &Path<'_>, &Node) -> T,
) -> Vec<T> {
    let all = |path: &Path<'_>, node: &Node| {
        let items = reader.list(path, node)?;
        Some(items.iter().enumerate().map(|(index, item)| read(reader, &Path::Index(path, index), item)).collect())
    };
    fields.with(name, all).unwrap_or_default()
}

fn execution(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<Execution> {
    let mut fields = Fields::new(reader, path, node)?;
    let usual = Execution::default();
    Some(Execution {
        timeout: fields.number("timeout", Range::Above(0.0)).unwrap_or(usual.timeout),
        thread_pool_size: fields.count_within("thread_pool_size", 1, MAX_WORKERS).unwrap_or(usual.thread_pool_size),
        completion: fields.choice("completion", &COMPLETIONS).unwrap_or(usual.completion),
        seed: fields.whole("seed").unwrap_or(usual.seed),
        extra: fields.unknown(),
    })
}

/// Reads an error handler: a map, or only the word of its strategy.
pub fn error_handler(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<ErrorHandler> {
    if let NodeKind::Str(word) = &node.kind {
        return Some(ErrorHandler::new(routilux::strategy(reader, path, node, word)));
    }
    let mut fields = Fields::new(reader, path, node)?;
    let strategy = fields.with("strategy", |path, node| match node.kind {
        NodeKind::Null => None,
        _ => reader.text(path, node).map(|word| routilux::strategy(reader, path, node, word)),
    });
    let retryable = if fields.has("retryable") { "retryable" } else { "retryable_exceptions" };
    Some(ErrorHandler {
        strategy: strategy.unwrap_or(Strategy::Stop),
        max_retries: fields.count("max_retries", 0),
        retry_delay: fields.number("retry_delay", Range::AtLeast(0.0)),
        retry_backoff: fields.number("retry_backoff", Range::AtLeast(1.0)),
        retryable: fields.texts(retryable),
        is_critical: fields.flag("is_critical"),
        extra: fields.unknown(),
    })
}

fn unreadable_port() -> PortRef {
    PortRef::new("", "")
}

fn connection(reader: &Reader, path: &Path<'_>, node: &Node) -> Connection {
    let Some(mut fields) = Fields::new(reader, path, node) else {
        return Connection::new(unreadable_port(), unreadable_port());
    };
    let (from, to) = if fields.has("source_routine") && !fields.has("from") {
        routilux::ends(&mut fields).unwrap_or_else(|| (unreadable_port(), unreadable_port()))
    } else {
        let mut port = |name| fields.port(name).unwrap_or_else(unreadable_port);
        (port("from"), port("to"))
    };
    Connection {
        from,
        to,
        map: fields.with("map", |path, node| renames(reader, path, node)),
        transform: fields.text("transform"),
        extra: fields.unknown(),
    }
}

fn renames(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<Vec<(String, String)>> {
    let pair = |entry: &Entry| {
        let target = reader.text(&Path::Key(path, &entry.key), &entry.value)?;
        Some((entry.key.to_string(), target.to_string()))
    };
    Some(reader.entries(path, node)?.iter().filter_map(pair).collect())
}

fn input(reader: &Reader, path: &Path<'_>, node: &Node) -> Input {
    let Some(mut fields) = Fields::new(reader, path, node) else {
        let nothing = Value::Null;
        return Input { to: unreadable_port(), data: nothing, at: 0.0, repeat: 1, every: 0.0, extra: Map::default() };
    };
    Input {
        to: fields.port("to").unwrap_or_else(unreadable_port),
        data: fields.with("data", |path, node| Some(reader.value(path, node))).unwrap_or_default(),
        at: fields.number("at", Range::AtLeast(0.0)).unwrap_or(0.0),
        repeat: fields.count("repeat", 1).unwrap_or(1),
        every: fields.number("every", Range::AtLeast(0.0)).unwrap_or(0.0),
        extra: fields.unknown(),
    }
}

/// Reads a point on the canvas; its unknown keys are the second part.
pub fn point(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<(Point, Map)> {
    let mut fields = Fields::new(reader, path, node)?;
    let mut number = |name| fields.number(name, Range::Any).unwrap_or(0.0);
    let point = Point { x: number("x"), y: number("y") };
    Some((point, fields.unknown()))
}

fn size(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<(Size, Map)> {
    let mut fields = Fields::new(reader, path, node)?;
    let mut number = |name| fields.number(name, Range::AtLeast(0.0)).unwrap_or(0.0);
    let size = Size { w: number("w"), h: number("h") };
    Some((size, fields.unknown()))
}

fn note(reader: &Reader, path: &Path<'_>, node: &Node) -> Note {
    let Some(mut fields) = Fields::new(reader, path, node) else {
        return Note { text: String::new(), position: Point::default(), size: None, extra: Map::default() };
    };
    let text = fields.text("text").unwrap_or_default();
    let (position, more) = fields.with("position", |path, node| point(reader, path, node)).unwrap_or_default();
    fields.keep("position", more);
    let (size, more) = fields.with("size", |path, node| size(reader, path, node)).unzip();
    fields.keep("size", more.unwrap_or_default());
    Note { text, position, size, extra: fields.unknown() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_names() {
        assert_eq!(slug("Greenhouse  alarm!").as_deref(), Some("greenhouse-alarm"));
        assert_eq!(slug("Größe 2").as_deref(), Some("größe-2"));
        assert_eq!(slug("…"), None);
    }

    #[test]
    fn ids_have_rules() {
        assert_eq!(check_id("a b-c_ä"), Ok(()));
        for bad in ["", "a.b", "a\nb", "\u{7f}"] {
            assert!(check_id(bad).is_err(), "{bad:?}");
        }
    }
}
