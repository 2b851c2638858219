//! The flow as a tree of text rows: the conforming twin of the canvas for those who cannot see it, and for small screens.

use super::format;
use super::run_view::RunView;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow, Policy, PortRef, Routine};

/// How long a payload's or an expression's text in a row is at most.
const DETAIL_CHARS: usize = 60;

/// What a row of the outline is about; enough to select it or to make an [`crate::flow::edit::Edit`] of it.
#[derive(Clone, Debug, PartialEq)]
pub enum OutlineItem {
    /// A routine, by id.
    Routine(String),
    /// A slot.
    Slot(PortRef),
    /// An event.
    Event(PortRef),
    /// A connection, by index, below its event.
    Connection(usize),
    /// An input, by index, below its slot.
    Input(usize),
    /// A breakpoint, by index, below its place.
    Breakpoint(usize),
}

/// One row of the outline, for `role="treeitem"`.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineRow {
    /// What it is about.
    pub item: OutlineItem,
    /// 1 for routines, 2 for their ports, 3 for connections and inputs, one more for breakpoints on them.
    pub level: usize,
    /// What it is, complete without its parents.
    pub text: String,
    /// Status, counts, expressions; may be empty.
    pub detail: String,
    /// Position among its siblings from 1, for `aria-posinset`.
    pub position: usize,
    /// How many siblings there are with it, for `aria-setsize`.
    pub sibling_count: usize,
}

/// A row before its place among its siblings is known.
struct Branch {
    item: OutlineItem,
    text: String,
    detail: String,
    children: Vec<Branch>,
}

/// All rows of a flow: routines with their slots (and inputs), events (and connections), each with its breakpoints;
/// at the end the connections, inputs and breakpoints whose place is missing.
pub fn outline(flow: &Flow, catalogue: &Catalogue, run: &RunView) -> Vec<OutlineRow> {
    let mut builder = Builder {
        flow,
        run,
        connection_is_placed: vec![false; flow.connections.len()],
        input_is_placed: vec![false; flow.inputs.len()],
        breakpoint_is_placed: vec![false; flow.breakpoints.len()],
    };
    let mut roots: Vec<Branch> = flow.routines.iter().map(|routine| builder.routine(routine, catalogue)).collect();
    let loose: Vec<usize> = unset(&builder.connection_is_placed);
    roots.extend(loose.into_iter().map(|index| builder.connection(index)));
    let loose: Vec<usize> = unset(&builder.input_is_placed);
    roots.extend(loose.into_iter().map(|index| builder.input(index)));
    let loose: Vec<usize> = unset(&builder.breakpoint_is_placed);
    roots.extend(loose.into_iter().map(|index| builder.breakpoint(index)));
    let mut rows = Vec::new();
    flatten(roots, 1, &mut rows);
    rows
}

fn unset(flags: &[bool]) -> Vec<usize> {
    flags.iter().enumerate().filter(|(_, is_set)| !**is_set).map(|(index, _)| index).collect()
}

fn flatten(branches: Vec<Branch>, level: usize, rows: &mut Vec<OutlineRow>) {
    let sibling_count = branches.len();
    for (index, branch) in branches.into_iter().enumerate() {
        let Branch { item, text, detail, children } = branch;
        rows.push(OutlineRow { item, level, text, detail, position: index + 1, sibling_count });
        flatten(children, level + 1, rows);
    }
}

struct Builder<'a> {
    flow: &'a Flow,
    run: &'a RunView,
    connection_is_placed: Vec<bool>,
    input_is_placed: Vec<bool>,
    breakpoint_is_placed: Vec<bool>,
}

impl Builder<'_> {
    fn routine(&mut self, routine: &Routine, catalogue: &Catalogue) -> Branch {
        let ports = catalogue.ports(routine);
        let id = &routine.id;
        let mut children = self.breakpoints_at(|place| match place {
            BreakpointPlace::Routine(its_id) | BreakpointPlace::Error(Some(its_id)) => its_id == id,
            _ => false,
        });
        children.extend(ports.slots.iter().map(|slot| self.slot(PortRef::new(id, &slot.name))));
        children.extend(ports.events.iter().map(|event| self.event(PortRef::new(id, &event.name))));
        let policy = catalogue.policy(routine).map_or_else(|| "no policy".into(), |policy| policy_text(&policy));
        let detail = format!("{}, {policy}", self.run.status(id).text());
        Branch { item: OutlineItem::Routine(id.clone()), text: format!("{id} ({})", routine.class), detail, children }
    }

    fn slot(&mut self, slot: PortRef) -> Branch {
        let mut children = self.breakpoints_at(|place| matches!(place, BreakpointPlace::Slot(port) if *port == slot));
        for index in 0..self.flow.inputs.len() {
            if self.flow.inputs[index].to == slot {
                self.input_is_placed[index] = true;
                children.push(self.input(index));
            }
        }
        let waiting = self.run.queue(&slot.to_string());
        let detail = if waiting > 0 { format!("{waiting} waiting") } else { String::new() };
        Branch { text: format!("slot {}", slot.port), item: OutlineItem::Slot(slot), detail, children }
    }

    fn event(&mut self, event: PortRef) -> Branch {
        let mut children = self.breakpoints_at(|place| matches!(place, BreakpointPlace::Event(port) if *port == event));
        for index in 0..self.flow.connections.len() {
            if self.flow.connections[index].from == event {
                self.connection_is_placed[index] = true;
                children.push(self.connection(index));
            }
        }
        let text = format!("event {}", event.port);
        Branch { item: OutlineItem::Event(event), text, detail: String::new(), children }
    }

    fn connection(&mut self, index: usize) -> Branch {
        let connection = &self.flow.connections[index];
        let (from, to) = (&connection.from, &connection.to);
        let children = self.breakpoints_at(
            |place| matches!(place, BreakpointPlace::Connection { from: its_from, to: its_to } if its_from == from && its_to == to),
        );
        let mut details = Vec::new();
        let delivered = self.run.delivered(&connection.key());
        if delivered > 0 {
            details.push(format!("{delivered} delivered"));
        }
        if let Some(map) = &connection.map {
            let renames: Vec<String> = map.iter().map(|(from, to)| format!("{from} as {to}")).collect();
            details.push(format::cut(renames.join(", "), DETAIL_CHARS));
        }
        if let Some(transform) = &connection.transform {
            details.push(format::cut(transform.clone(), DETAIL_CHARS));
        }
        // Below its event its start would be said twice; on its own it has to be said.
        let text = if self.connection_is_placed[index] { format!("to {to}") } else { format!("{from} to {to}") };
        Branch { item: OutlineItem::Connection(index), text, detail: details.join("; "), children }
    }

    fn input(&mut self, index: usize) -> Branch {
        let input = &self.flow.inputs[index];
        let data = format::value_text(&input.data, DETAIL_CHARS);
        let mut detail =
            if input.at > 0.0 { format!("after {}", format::seconds_text(input.at)) } else { String::new() };
        if input.repeat > 1 {
            let separator = if detail.is_empty() { "" } else { ", " };
            detail.push_str(&format!("{separator}{} times every {}", input.repeat, format::seconds_text(input.every)));
        }
        let place = if self.input_is_placed[index] { String::new() } else { format!(" to {}", input.to) };
        Branch { item: OutlineItem::Input(index), text: format!("input{place} {data}"), detail, children: Vec::new() }
    }

    fn breakpoints_at(&mut self, is_here: impl Fn(&BreakpointPlace) -> bool) -> Vec<Branch> {
        let here: Vec<usize> =
            (0..self.flow.breakpoints.len()).filter(|&index| is_here(&self.flow.breakpoints[index].place)).collect();
        here.into_iter().map(|index| self.breakpoint(index)).collect()
    }

    fn breakpoint(&mut self, index: usize) -> Branch {
        self.breakpoint_is_placed[index] = true;
        let breakpoint = &self.flow.breakpoints[index];
        let detail = if breakpoint.enabled { String::new() } else { "disabled".into() };
        let text = breakpoint_text(breakpoint);
        Branch { item: OutlineItem::Breakpoint(index), text, detail, children: Vec::new() }
    }
}

/// A breakpoint in words: what kind, where and when.
pub fn breakpoint_text(breakpoint: &Breakpoint) -> String {
    let kind = if breakpoint.log_message.is_some() { "logpoint" } else { "breakpoint" };
    let mut text = format!("{kind} at {}", place_text(&breakpoint.place));
    if let Some(condition) = &breakpoint.condition {
        text.push_str(&format!(" when {condition}"));
    }
    if let Some(hit_condition) = &breakpoint.hit_condition {
        text.push_str(&format!(", hits {hit_condition}"));
    }
    text
}

/// A breakpoint's place in words.
pub fn place_text(place: &BreakpointPlace) -> String {
    match place {
        BreakpointPlace::Connection { from, to } => format!("{from} → {to}"),
        BreakpointPlace::Slot(port) => format!("slot {port}"),
        BreakpointPlace::Event(port) => format!("event {port}"),
        BreakpointPlace::Routine(id) => format!("routine {id}"),
        BreakpointPlace::Error(Some(id)) => format!("errors of {id}"),
        BreakpointPlace::Error(None) => "any error".into(),
    }
}

/// A policy in words.
pub fn policy_text(policy: &Policy) -> String {
    match policy {
        Policy::Immediate => "immediate".into(),
        Policy::AllSlotsReady => "all slots ready".into(),
        Policy::BatchSize(size) => format!("batches of {size}"),
        Policy::TimeInterval(seconds) => format!("every {}", format::seconds_text(*seconds)),
        Policy::Custom(check) => format!("when {}", format::cut(check.clone(), DETAIL_CHARS)),
    }
}

#[cfg(test)]
mod tests;
