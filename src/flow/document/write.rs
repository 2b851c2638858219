//! From a flow to the tree of its document: the keys in the order of the format's description, what the reader
//! would supply left out, unknown keys after the known ones.
//!
//! Always written: `version`, `flow_id`, `routines`, a routine's `class`, a connection's ends, an input's `to` and
//! `data`, a breakpoint's `type`, a note's `text` and `position`, a handler's `strategy`. Slots and events are lists of names
//! when nothing else is to be said about any of them.

use std::sync::Arc;

use super::super::json;
use super::super::model::{
    Breakpoint, BreakpointPlace, Completion, Connection, ErrorHandler, Event, Execution, Flow, Input, Note, Overflow,
    Point, Policy, Routine, Size, Slot, Strategy,
};
use super::super::value::{Map, Value};
use super::read::{COMPLETIONS, STRATEGIES};
use super::read_routine::OVERFLOWS;

/// The canonical document as JSON text.
pub fn to_json(flow: &Flow) -> String {
    let mut out = String::new();
    json::write_pretty(&to_value(flow), 0, &mut out);
    out.push('\n');
    out
}

/// The canonical document as YAML text.
pub fn to_yaml(flow: &Flow) -> String {
    super::emit::document(&to_value(flow))
}

/// The canonical document as a value.
pub fn to_value(flow: &Flow) -> Value {
    let mut tree = Tree::default();
    tree.put("version", Value::Int(1));
    tree.put("flow_id", text(&flow.flow_id));
    tree.put_some("name", flow.name.as_deref().map(text));
    tree.put_some("description", flow.description.as_deref().map(text));
    tree.put_filled("execution", execution(&flow.execution));
    tree.put_some("error_handler", flow.error_handler.as_ref().map(error_handler));
    let routines = flow.routines.iter().map(|one| (&*one.id, routine(one)));
    tree.put("routines", Value::map(routines));
    tree.put_list("connections", flow.connections.iter().map(connection));
    tree.put_list("inputs", flow.inputs.iter().map(input));
    tree.put_list("breakpoints", flow.breakpoints.iter().map(breakpoint));
    tree.put_list("notes", flow.notes.iter().map(note));
    tree.end(&flow.extra)
}

/// A map that is being written.
#[derive(Default)]
struct Tree {
    map: Map,
}

impl Tree {
    fn put(&mut self, key: &str, value: Value) {
        self.map.insert(key.into(), value);
    }

    fn put_some(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn put_unless<T: PartialEq>(&mut self, key: &str, given: &T, usual: &T, value: impl FnOnce(&T) -> Value) {
        if given != usual {
            self.put(key, value(given));
        }
    }

    /// A map or a list, unless it is empty.
    fn put_filled(&mut self, key: &str, value: Value) {
        if value.is_truthy() {
            self.put(key, value);
        }
    }

    fn put_list(&mut self, key: &str, items: impl Iterator<Item = Value>) {
        self.put_filled(key, Value::list(items));
    }

    /// The map with the unknown keys. Under a known key they are those of that part, see [`super`].
    fn end(mut self, extra: &Map) -> Value {
        for (key, value) in extra {
            match (self.map.get_mut(key), value) {
                (None, _) => {
                    self.map.insert(key.clone(), value.clone());
                }
                (Some(Value::Map(part)), Value::Map(more)) => {
                    let part = Arc::make_mut(part);
                    for (key, value) in more.iter() {
                        part.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
                (Some(_), _) => {}
            }
        }
        Value::Map(Arc::new(self.map))
    }
}

fn text(text: &str) -> Value {
    Value::text(text)
}

fn texts(items: &[String]) -> Value {
    Value::list(items.iter().map(|item| text(item)))
}

/// A number of the model, which does not tell `2` from `2.0`: written as an integer where it is one.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 { Value::Int(number as i64) } else { Value::Float(number) }
}

/// The word of a choice.
fn word<T: PartialEq>(choice: &T, words: &[(&str, T)]) -> Value {
    words.iter().find(|(_, known)| known == choice).map_or(Value::Null, |(word, _)| text(word))
}

fn execution(execution: &Execution) -> Value {
    let usual = Execution::default();
    let mut tree = Tree::default();
    tree.put_unless("timeout", &execution.timeout, &usual.timeout, |seconds| number(*seconds));
    tree.put_unless("thread_pool_size", &execution.thread_pool_size, &usual.thread_pool_size, |size| count(*size));
    tree.put_unless("completion", &execution.completion, &usual.completion, |mode: &Completion| {
        word(mode, &COMPLETIONS)
    });
    tree.put_unless("seed", &execution.seed, &usual.seed, |seed| Value::Int(*seed));
    tree.end(&execution.extra)
}

fn count(number: u32) -> Value {
    Value::Int(i64::from(number))
}

fn error_handler(handler: &ErrorHandler) -> Value {
    let mut tree = Tree::default();
    tree.put("strategy", word::<Strategy>(&handler.strategy, &STRATEGIES));
    tree.put_some("max_retries", handler.max_retries.map(count));
    tree.put_some("retry_delay", handler.retry_delay.map(number));
    tree.put_some("retry_backoff", handler.retry_backoff.map(number));
    tree.put_some("retryable", handler.retryable.as_deref().map(texts));
    tree.put_some("is_critical", handler.is_critical.map(Value::Bool));
    tree.end(&handler.extra)
}

fn routine(routine: &Routine) -> Value {
    let mut tree = Tree::default();
    tree.put("class", text(&routine.class));
    tree.put_filled("config", Value::Map(Arc::new(routine.config.clone())));
    tree.put_filled("slots", slots(&routine.slots));
    tree.put_filled("events", events(&routine.events));
    tree.put_some("policy", routine.policy.as_ref().map(policy));
    tree.put_unless("duration", &routine.duration, &0.0, |seconds| number(*seconds));
    tree.put_some("logic", routine.logic.as_deref().map(text));
    tree.put_some("error_handler", routine.error_handler.as_ref().map(error_handler));
    tree.put_some("position", routine.position.map(point));
    tree.end(&own_extra(
        &routine.extra,
        &[("policy", routine.policy.is_some()), ("position", routine.position.is_some())],
    ))
}

/// The unknown keys without those of parts that are no longer there.
fn own_extra(extra: &Map, parts: &[(&str, bool)]) -> Map {
    let gone = |key: &str| parts.iter().any(|(part, is_there)| *part == key && !is_there);
    extra.iter().filter(|(key, _)| !gone(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn slots(slots: &[Slot]) -> Value {
    if slots.iter().all(|slot| *slot == Slot::new(slot.name.clone())) {
        return Value::list(slots.iter().map(|slot| text(&slot.name)));
    }
    Value::map(slots.iter().map(|one| (&*one.name, slot(one))))
}

fn slot(slot: &Slot) -> Value {
    let usual = Slot::new("");
    let mut tree = Tree::default();
    tree.put_unless("max_queue_length", &slot.max_queue_length, &usual.max_queue_length, |length| count(*length));
    tree.put_unless("watermark", &slot.watermark, &usual.watermark, |share| number(*share));
    tree.put_unless("overflow", &slot.overflow, &usual.overflow, |mode: &Overflow| word(mode, &OVERFLOWS));
    tree.end(&slot.extra)
}

fn events(events: &[Event]) -> Value {
    if events.iter().all(|event| event.params.is_empty()) {
        return Value::list(events.iter().map(|event| text(&event.name)));
    }
    Value::map(events.iter().map(|event| (&*event.name, texts(&event.params))))
}

/// A policy as a document has it.
pub fn policy(policy: &Policy) -> Value {
    let mut tree = Tree::default();
    match policy {
        Policy::Immediate => tree.put("type", text("immediate")),
        Policy::AllSlotsReady => tree.put("type", text("all_slots_ready")),
        Policy::BatchSize(size) => {
            tree.put("type", text("batch_size"));
            tree.put("min_batch_size", count(*size));
        }
        Policy::TimeInterval(seconds) => {
            tree.put("type", text("time_interval"));
            tree.put("min_interval_seconds", number(*seconds));
        }
        Policy::Custom(check) => {
            tree.put("type", text("custom"));
            tree.put("check", text(check));
        }
    }
    tree.end(&Map::default())
}

fn point(point: Point) -> Value {
    Value::map([("x", number(point.x)), ("y", number(point.y))])
}

fn size(size: Size) -> Value {
    Value::map([("w", number(size.w)), ("h", number(size.h))])
}

fn connection(connection: &Connection) -> Value {
    let mut tree = Tree::default();
    tree.put("from", text(&connection.from.to_string()));
    tree.put("to", text(&connection.to.to_string()));
    let renames = connection.map.as_ref();
    tree.put_some("map", renames.map(|pairs| Value::map(pairs.iter().map(|(from, to)| (&**from, text(to))))));
    tree.put_some("transform", connection.transform.as_deref().map(text));
    tree.end(&connection.extra)
}

fn input(input: &Input) -> Value {
    let mut tree = Tree::default();
    tree.put("to", text(&input.to.to_string()));
    tree.put("data", input.data.clone());
    tree.put_unless("at", &input.at, &0.0, |seconds| number(*seconds));
    tree.put_unless("repeat", &input.repeat, &1, |times| count(*times));
    tree.put_unless("every", &input.every, &0.0, |seconds| number(*seconds));
    tree.end(&input.extra)
}

fn breakpoint(breakpoint: &Breakpoint) -> Value {
    let mut tree = Tree::default();
    match &breakpoint.place {
        BreakpointPlace::Connection { from, to } => {
            tree.put("type", text("connection"));
            tree.put("from", text(&from.to_string()));
            tree.put("to", text(&to.to_string()));
        }
        BreakpointPlace::Slot(slot) => {
            tree.put("type", text("slot"));
            tree.put("to", text(&slot.to_string()));
        }
        BreakpointPlace::Event(event) => {
            tree.put("type", text("event"));
            tree.put("from", text(&event.to_string()));
        }
        BreakpointPlace::Routine(routine) => {
            tree.put("type", text("routine"));
            tree.put("routine", text(routine));
        }
        BreakpointPlace::Error(routine) => {
            tree.put("type", text("error"));
            tree.put_some("routine", routine.as_deref().map(text));
        }
    }
    tree.put_some("condition", breakpoint.condition.as_deref().map(text));
    tree.put_some("hit_condition", breakpoint.hit_condition.as_deref().map(text));
    tree.put_some("log_message", breakpoint.log_message.as_deref().map(text));
    tree.put_some("scope", breakpoint.scope.as_deref().map(text));
    tree.put_unless("monitor", &breakpoint.monitor, &false, |monitor| Value::Bool(*monitor));
    tree.put_unless("enabled", &breakpoint.enabled, &true, |enabled| Value::Bool(*enabled));
    tree.end(&breakpoint.extra)
}

fn note(note: &Note) -> Value {
    let mut tree = Tree::default();
    tree.put("text", text(&note.text));
    tree.put("position", point(note.position));
    tree.put_some("size", note.size.map(size));
    tree.end(&own_extra(&note.extra, &[("size", note.size.is_some())]))
}
