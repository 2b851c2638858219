//! From a routine's part of a document's tree to the routine.

use super::super::model::{Event, Overflow, Policy, Routine, Slot};
use super::super::value::Map;
use super::fields::{Fields, Range, Reader};
use super::node::{Entry, Node, NodeKind, Path, entries_to_map};
use super::{read, routilux};

/// The words of the overflow modes.
pub const OVERFLOWS: [(&str, Overflow); 2] = [("drop_newest", Overflow::DropNewest), ("fail", Overflow::Fail)];

/// The types of the policies that a document can name.
#[derive(Clone, Copy, Debug)]
enum PolicyType {
    Immediate,
    AllSlotsReady,
    BatchSize,
    TimeInterval,
    Custom,
}

const POLICY_TYPES: [(&str, PolicyType); 5] = [
    ("immediate", PolicyType::Immediate),
    ("all_slots_ready", PolicyType::AllSlotsReady),
    ("batch_size", PolicyType::BatchSize),
    ("time_interval", PolicyType::TimeInterval),
    ("custom", PolicyType::Custom),
];

/// What could be read of a routine.
#[derive(Debug)]
pub struct ReadRoutine {
    /// The routine; its class is empty if it could not be read.
    pub routine: Routine,
    /// Whether its ports could not be read.
    pub unsure: bool,
}

/// Reads one routine.
pub fn routine(reader: &Reader, path: &Path<'_>, entry: &Entry) -> ReadRoutine {
    let mut routine = Routine::new(&*entry.key, "");
    let Some(mut fields) = Fields::new(reader, path, &entry.value) else {
        return ReadRoutine { routine, unsure: true };
    };
    fields.place = entry.place;
    routine.class = class(reader, &mut fields).unwrap_or_default();
    routine.config = fields.with("config", |path, node| plain_map(reader, path, node)).unwrap_or_default();
    let slots = fields.with("slots", |path, node| Some(ports(reader, path, node, slot)));
    let events = fields.with("events", |path, node| Some(ports(reader, path, node, event)));
    let unsure = matches!(slots, Some(None)) || matches!(events, Some(None));
    routine.slots = slots.flatten().unwrap_or_default();
    routine.events = events.flatten().unwrap_or_default();
    let (policy, more) = fields.with("policy", |path, node| policy(reader, path, node)).unzip();
    routine.policy = policy;
    fields.keep("policy", more.unwrap_or_default());
    routine.duration = fields.number("duration", Range::AtLeast(0.0)).unwrap_or(0.0);
    routine.logic = fields.text("logic");
    routine.error_handler = fields.with("error_handler", |path, node| read::error_handler(reader, path, node));
    let (position, more) = fields.with("position", |path, node| read::point(reader, path, node)).unzip();
    routine.position = position;
    fields.keep("position", more.unwrap_or_default());
    routine.extra = fields.unknown();
    ReadRoutine { unsure: unsure || routine.class.is_empty(), routine }
}

/// The class. The library's server calls it `class_name`.
fn class(reader: &Reader, fields: &mut Fields<'_>) -> Option<String> {
    let key = if fields.has("class_name") && !fields.has("class") { "class_name" } else { "class" };
    let node = fields.required(key)?;
    let path = Path::Key(fields.path, key);
    let name = reader.text(&path, node)?;
    if name.is_empty() {
        reader.error("wrong-type", &path, node.place, "the class is empty; write a name from the catalogue");
        return None;
    }
    Some(routilux::class(reader, &path, node, name))
}

fn plain_map(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<Map> {
    let entries = reader.entries(path, node)?;
    let mut problems = Vec::new();
    let map = entries_to_map(entries, path, &mut problems);
    problems.into_iter().for_each(|problem| reader.report(problem));
    Some(map)
}

/// Reads slots or events: a map from names, or in short a list of names.
fn ports<T>(
    reader: &Reader,
    path: &Path<'_>,
    node: &Node,
    read: impl Fn(&Reader, &Path<'_>, &str, Option<&Node>) -> T,
) -> Option<Vec<T>> {
    match &node.kind {
        NodeKind::List(items) => {
            let mut ports = Vec::new();
            let mut names = std::collections::BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                let path = Path::Index(path, index);
                let Some(name) = reader.text(&path, item) else { continue };
                check_name(reader, &path, item, name);
                if names.insert(name) {
                    ports.push(read(reader, &path, name, None));
                } else {
                    let message = format!("the name '{name}' is given twice; remove or rename one of them");
                    reader.error("duplicate-key", &path, item.place, message);
                }
            }
            Some(ports)
        }
        NodeKind::Map(_) => {
            let mut ports = Vec::new();
            let mut names = std::collections::BTreeSet::new();
            for entry in reader.entries(path, node)?.iter().filter(|entry| names.insert(&entry.key)) {
                let path = Path::Key(path, &entry.key);
                check_name(reader, &path, &entry.value, &entry.key);
                ports.push(read(reader, &path, &entry.key, Some(&entry.value)));
            }
            Some(ports)
        }
        _ => {
            reader.wrong_type(path, node, "a map, or a list of names");
            None
        }
    }
}

fn check_name(reader: &Reader, path: &Path<'_>, node: &Node, name: &str) {
    if name.is_empty() {
        reader.error("bad-port-name", path, node.place, "a slot or an event must have a name; give it one");
    }
}

fn slot(reader: &Reader, path: &Path<'_>, name: &str, node: Option<&Node>) -> Slot {
    let mut slot = Slot::new(name);
    if let Some(mut fields) = node.and_then(|node| Fields::new(reader, path, node)) {
        slot.max_queue_length = fields.count("max_queue_length", 1).unwrap_or(slot.max_queue_length);
        slot.watermark = fields.number("watermark", Range::Between(0.0, 1.0)).unwrap_or(slot.watermark);
        slot.overflow = fields.choice("overflow", &OVERFLOWS).unwrap_or(slot.overflow);
        slot.extra = fields.unknown();
    }
    slot
}

fn event(reader: &Reader, path: &Path<'_>, name: &str, node: Option<&Node>) -> Event {
    Event { name: name.into(), params: node.and_then(|node| reader.texts(path, node)).unwrap_or_default() }
}

/// Reads a policy; its unknown keys are the second part.
pub(super) fn policy(reader: &Reader, path: &Path<'_>, node: &Node) -> Option<(Policy, Map)> {
    let mut fields = Fields::new(reader, path, node)?;
    fields.required("type")?;
    let policy = match fields.choice("type", &POLICY_TYPES)? {
        PolicyType::Immediate => Some(Policy::Immediate),
        PolicyType::AllSlotsReady => Some(Policy::AllSlotsReady),
        PolicyType::BatchSize => {
            fields.required("min_batch_size");
            fields.count("min_batch_size", 1).map(Policy::BatchSize)
        }
        PolicyType::TimeInterval => {
            fields.required("min_interval_seconds");
            fields.number("min_interval_seconds", Range::AtLeast(0.0)).map(Policy::TimeInterval)
        }
        PolicyType::Custom => {
            let check = fields.required("check").and_then(|node| reader.text(&Path::Key(path, "check"), node));
            check.map(|check| Policy::Custom(check.to_string()))
        }
    };
    let extra = fields.unknown();
    Some((policy?, extra))
}
