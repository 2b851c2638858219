//! From a breakpoint's part of a document's tree to the breakpoint.
//!
//! The forms that are written: `{type: connection, from: a.output, to: b.input}`, `{type: slot, to: a.input}`,
//! `{type: event, from: a.output}`, `{type: routine, routine: a}` and `{type: error}`, also with a `routine`.
//! One with `monitor: true` only shows what comes by; one with a `scope` (`all`, or a job's id) only acts in that job.
//! On reading, `slot: a.input` and `event: a.output` mean the same, and so do Routilux's `{routine: a, slot: input}` and
//! `{routine: a, event: output}`.

use super::super::model::{Breakpoint, BreakpointPlace, PortRef};
use super::fields::{Fields, Reader};
use super::node::{Node, NodeKind, Path};

#[derive(Clone, Copy)]
enum BreakpointType {
    Connection,
    Slot,
    Event,
    Routine,
    Error,
}

const TYPES: [(&str, BreakpointType); 5] = [
    ("connection", BreakpointType::Connection),
    ("slot", BreakpointType::Slot),
    ("event", BreakpointType::Event),
    ("routine", BreakpointType::Routine),
    ("error", BreakpointType::Error),
];

/// Reads one breakpoint. One that cannot be read stops at the routine with the empty id, which no flow has.
pub fn breakpoint(reader: &Reader, path: &Path<'_>, node: &Node) -> Breakpoint {
    let mut breakpoint = Breakpoint::new(BreakpointPlace::Routine(String::new()));
    let Some(mut fields) = Fields::new(reader, path, node) else { return breakpoint };
    let kind = fields.required("type").and_then(|_| fields.choice("type", &TYPES));
    let place = match kind {
        Some(BreakpointType::Connection) => {
            let (from, to) = (fields.port("from"), fields.port("to"));
            from.zip(to).map(|(from, to)| BreakpointPlace::Connection { from, to })
        }
        Some(BreakpointType::Slot) => port(&mut fields, "to", "slot").map(BreakpointPlace::Slot),
        Some(BreakpointType::Event) => port(&mut fields, "from", "event").map(BreakpointPlace::Event),
        Some(BreakpointType::Routine) => routine(&mut fields).map(BreakpointPlace::Routine),
        Some(BreakpointType::Error) => Some(BreakpointPlace::Error(fields.text("routine"))),
        None => {
            // What the type would have told is not known, so nothing of it is called unknown.
            for name in ["from", "to", "slot", "event", "routine"] {
                fields.node(name);
            }
            None
        }
    };
    breakpoint.place = place.unwrap_or(breakpoint.place);
    breakpoint.condition = fields.text("condition");
    breakpoint.hit_condition = fields.with("hit_condition", |path, node| match &node.kind {
        NodeKind::Int(number) => Some(number.to_string()),
        NodeKind::Null => None,
        _ => reader.text(path, node).map(|text| text.to_string()),
    });
    breakpoint.log_message = fields.text("log_message");
    breakpoint.scope = fields.text("scope").filter(|scope| !scope.is_empty() && scope != "all");
    breakpoint.monitor = fields.flag("monitor").unwrap_or(false);
    breakpoint.enabled = fields.flag("enabled").unwrap_or(true);
    breakpoint.extra = fields.unknown();
    breakpoint
}

/// A port under its name, under another one, or under that one with the routine beside it.
fn port(fields: &mut Fields<'_>, name: &'static str, other: &'static str) -> Option<PortRef> {
    if fields.node(name).is_some() {
        return fields.port(name);
    }
    let Some(node) = fields.node(other) else {
        fields.missing(name);
        return None;
    };
    if fields.node("routine").is_none() {
        return fields.port(other);
    }
    let port = fields.reader.text(&Path::Key(fields.path, other), node)?;
    routine(fields).map(|routine| PortRef::new(routine, &**port))
}

fn routine(fields: &mut Fields<'_>) -> Option<String> {
    let node = fields.required("routine")?;
    fields.reader.text(&Path::Key(fields.path, "routine"), node).map(|id| id.to_string())
}
