//! How routines, ports and wires look now: from the run, the breakpoints, the selection and the pointer.

use std::collections::BTreeMap;

use super::paint::{BreakpointLook, EdgeLook, Emphasis, Looks, NodeLook};
use super::scene::Scene;
use super::tokens::Tokens;
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow};
use crate::protocol::report::BreakpointReport;
use crate::view::breakpoint::Deed;
use crate::view::run_view::{HeldPlace, RunView};

/// What a person points at and has selected, by numbers of the scene.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Attention {
    /// Selected routines.
    pub selected_nodes: Vec<u32>,
    /// Selected connections.
    pub selected_edges: Vec<u32>,
    /// The routine under the pointer, or whose list row is pointed at.
    pub hovered_node: Option<u32>,
    /// The connection under the pointer, or whose list row is pointed at.
    pub hovered_edge: Option<u32>,
}

/// How one breakpoint looks, given what the engine tells about it.
pub fn breakpoint_look(
    breakpoint: &Breakpoint,
    report: Option<&BreakpointReport>,
    is_held_here: bool,
) -> BreakpointLook {
    if is_held_here {
        return BreakpointLook::Hit;
    }
    if !breakpoint.enabled {
        return BreakpointLook::Disabled;
    }
    if report.is_some_and(|report| !report.verified) {
        return BreakpointLook::Invalid;
    }
    match Deed::of(breakpoint) {
        Deed::Monitor => BreakpointLook::Monitor,
        Deed::Log => BreakpointLook::Log,
        Deed::Break | Deed::Off => BreakpointLook::Enabled,
    }
}

/// How the breakpoint at a place looks, if there is one. Reports are by number in the flow's list.
pub fn look_at_place(
    flow: &Flow,
    place: &BreakpointPlace,
    reports: &[BreakpointReport],
    held: Option<&HeldPlace>,
) -> BreakpointLook {
    let Some(index) = flow.breakpoints.iter().position(|breakpoint| breakpoint.place == *place) else {
        return BreakpointLook::None;
    };
    look_of_index(flow, index, reports, held)
}

/// How the breakpoints look, by place: what ports and routines show.
pub fn looks_by_place<'a>(
    flow: &'a Flow,
    reports: &[BreakpointReport],
    held: Option<&HeldPlace>,
) -> BTreeMap<&'a BreakpointPlace, BreakpointLook> {
    let looks = (0..flow.breakpoints.len()).rev();
    looks.map(|index| (&flow.breakpoints[index].place, look_of_index(flow, index, reports, held))).collect()
}

/// How the breakpoint of this number looks.
pub fn look_of_index(
    flow: &Flow,
    index: usize,
    reports: &[BreakpointReport],
    held: Option<&HeldPlace>,
) -> BreakpointLook {
    let stopped = held.and_then(|held| Some((held, held.stopped.as_ref()?)));
    let breakpoint = &flow.breakpoints[index];
    // The list may have been edited since: the number alone does not tell.
    let is_held_here = stopped.is_some_and(|(held, stopped)| {
        stopped.reason == "breakpoint"
            && match &breakpoint.place {
                // Of several at one place the connection's is shown as hit, whichever spoke first.
                BreakpointPlace::Connection { from, to } => {
                    let stops = breakpoint.enabled && Deed::of(breakpoint) == Deed::Break;
                    stops && held.connection == Some(format!("{from}->{to}"))
                }
                BreakpointPlace::Slot(slot) => stopped.breakpoint == Some(index) && held.slot.as_ref() == Some(slot),
                BreakpointPlace::Event(event) => {
                    stopped.breakpoint == Some(index) && held.event.as_ref() == Some(event)
                }
                BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => {
                    stopped.breakpoint == Some(index) && held.routine == *id
                }
                BreakpointPlace::Error(None) => stopped.breakpoint == Some(index),
            }
    });
    let report = reports.iter().find(|report| report.id == index);
    breakpoint_look(breakpoint, report, is_held_here)
}

/// Fills in how everything looks. Cheap enough for each change of selection or run; not needed for pan and zoom.
pub fn refresh_looks(
    looks: &mut Looks,
    scene: &Scene,
    flow: &Flow,
    run: &RunView,
    reports: &[BreakpointReport],
    attention: &Attention,
) {
    looks.nodes.clear();
    looks.nodes.extend(scene.nodes.iter().map(|node| NodeLook { status: run.status(&node.id), ..NodeLook::default() }));
    looks.edges.clear();
    looks.edges.resize(scene.edges.len(), EdgeLook::default());
    let held = run.held.as_ref();
    for (index, breakpoint) in flow.breakpoints.iter().enumerate() {
        let look = look_of_index(flow, index, reports, held);
        match &breakpoint.place {
            BreakpointPlace::Connection { from, to } => {
                for (edge, connection) in looks.edges.iter_mut().zip(&flow.connections) {
                    if connection.from == *from && connection.to == *to {
                        edge.breakpoint = look;
                    }
                }
            }
            BreakpointPlace::Routine(id) => {
                if let Some(node) = scene.number(id).and_then(|number| looks.nodes.get_mut(number as usize)) {
                    node.breakpoint = look;
                }
            }
            BreakpointPlace::Slot(_) | BreakpointPlace::Event(_) | BreakpointPlace::Error(_) => {}
        }
    }
    emphasize(looks, scene, held, attention);
}

fn emphasize(looks: &mut Looks, scene: &Scene, held: Option<&HeldPlace>, attention: &Attention) {
    let held_node = held.and_then(|held| scene.number(&held.routine));
    let held_edge = held.and_then(|held| held.connection.as_deref()).and_then(|key| scene.edge_number(key));
    // Later ones win.
    let nodes = (attention.hovered_node.iter().map(|number| (number, Emphasis::Hovered)))
        .chain(attention.selected_nodes.iter().map(|number| (number, Emphasis::Selected)))
        .chain(held_node.iter().map(|number| (number, Emphasis::Hit)));
    for (&number, emphasis) in nodes {
        if let Some(look) = looks.nodes.get_mut(number as usize) {
            look.emphasis = emphasis;
        }
    }
    let edges = (attention.hovered_edge.iter().map(|number| (number, Emphasis::Hovered)))
        .chain(attention.selected_edges.iter().map(|number| (number, Emphasis::Selected)))
        .chain(held_edge.iter().map(|number| (number, Emphasis::Hit)));
    for (&number, emphasis) in edges {
        if let Some(look) = looks.edges.get_mut(number as usize) {
            look.emphasis = emphasis;
        }
    }
}

/// Marks wires in view over which something came just now, and takes the mark from the others; once per frame.
pub fn mark_active(looks: &mut Looks, edges_in_view: &[u32], tokens: &Tokens) {
    for &number in edges_in_view {
        let Some(look) = looks.edges.get_mut(number as usize) else { continue };
        match (look.emphasis, tokens.is_active(number)) {
            (Emphasis::None, true) => look.emphasis = Emphasis::Active,
            (Emphasis::Active, false) => look.emphasis = Emphasis::None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
