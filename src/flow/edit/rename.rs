//! Names that other parts of a document refer to: they change everywhere or nowhere.

use crate::flow::model::{BreakpointPlace, Flow, PortRef};

/// Which of a routine's ports a reference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortKind {
    Slot,
    Event,
}

/// Calls `change` on every reference to a port.
fn each_port(flow: &mut Flow, mut change: impl FnMut(PortKind, &mut PortRef)) {
    for connection in &mut flow.connections {
        change(PortKind::Event, &mut connection.from);
        change(PortKind::Slot, &mut connection.to);
    }
    for input in &mut flow.inputs {
        change(PortKind::Slot, &mut input.to);
    }
    for breakpoint in &mut flow.breakpoints {
        match &mut breakpoint.place {
            BreakpointPlace::Connection { from, to } => {
                change(PortKind::Event, from);
                change(PortKind::Slot, to);
            }
            BreakpointPlace::Slot(port) => change(PortKind::Slot, port),
            BreakpointPlace::Event(port) => change(PortKind::Event, port),
            BreakpointPlace::Routine(_) | BreakpointPlace::Error(_) => {}
        }
    }
}

/// All references to a routine take its new id.
pub(super) fn routine(flow: &mut Flow, from: &str, to: &str) {
    each_port(flow, |_, port| {
        if port.routine == from {
            port.routine = to.to_string();
        }
    });
    for breakpoint in &mut flow.breakpoints {
        match &mut breakpoint.place {
            BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) if id == from => *id = to.to_string(),
            _ => {}
        }
    }
}

/// All references to a port take its new name.
pub(super) fn port(flow: &mut Flow, kind: PortKind, routine: &str, from: &str, to: &str) {
    each_port(flow, |its_kind, port| {
        if its_kind == kind && port.routine == routine && port.port == from {
            port.port = to.to_string();
        }
    });
}

/// All that refers to one of these routines goes.
pub(super) fn forget_routines(flow: &mut Flow, ids: &[String]) {
    let is_gone = |id: &String| ids.contains(id);
    flow.connections.retain(|connection| !is_gone(&connection.from.routine) && !is_gone(&connection.to.routine));
    flow.inputs.retain(|input| !is_gone(&input.to.routine));
    flow.breakpoints.retain(|breakpoint| match &breakpoint.place {
        BreakpointPlace::Connection { from, to } => !is_gone(&from.routine) && !is_gone(&to.routine),
        BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => !is_gone(&port.routine),
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => !is_gone(id),
        BreakpointPlace::Error(None) => true,
    });
}

/// All that refers to a port goes.
pub(super) fn forget_port(flow: &mut Flow, kind: PortKind, gone: &PortRef) {
    let is_gone = |its_kind: PortKind, port: &PortRef| its_kind == kind && port == gone;
    let joins = |from: &PortRef, to: &PortRef| is_gone(PortKind::Event, from) || is_gone(PortKind::Slot, to);
    flow.connections.retain(|connection| !joins(&connection.from, &connection.to));
    flow.inputs.retain(|input| !is_gone(PortKind::Slot, &input.to));
    flow.breakpoints.retain(|breakpoint| match &breakpoint.place {
        BreakpointPlace::Connection { from, to } => !joins(from, to),
        BreakpointPlace::Slot(port) => !is_gone(PortKind::Slot, port),
        BreakpointPlace::Event(port) => !is_gone(PortKind::Event, port),
        BreakpointPlace::Routine(_) | BreakpointPlace::Error(_) => true,
    });
}
