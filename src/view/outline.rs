//! The flow as a tree of text rows: the conforming twin of the canvas for those who cannot see it, and for small screens.

use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow};

use super::run_view::RunView;

/// What a row of the outline is about; enough to select it or to make an [`crate::flow::edit::Edit`] of it.
#[derive(Clone, Debug, PartialEq)]
pub enum OutlineItem {
    /// A routine, by id.
    Routine(String),
    /// A slot, as `routine.slot`.
    Slot(crate::flow::model::PortRef),
    /// An event, as `routine.event`.
    Event(crate::flow::model::PortRef),
    /// A connection, by index, below its event.
    Connection(usize),
    /// An input, by index, below its slot.
    Input(usize),
    /// A breakpoint, by index.
    Breakpoint(usize),
}

/// One row of the outline, for `role="treeitem"`.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineRow {
    /// What it is about.
    pub item: OutlineItem,
    /// 1 for routines, 2 for their ports, 3 for connections.
    pub level: usize,
    /// The text, complete without its parents.
    pub text: String,
    /// Status and counts.
    pub detail: String,
    /// Position among its siblings from 1, for `aria-posinset`.
    pub position: usize,
    /// How many siblings there are with it, for `aria-setsize`.
    pub sibling_count: usize,
}

/// All rows of a flow.
pub fn outline(flow: &Flow, catalogue: &Catalogue, run: &RunView) -> Vec<OutlineRow> {
    let _ = (flow, catalogue, run);
    Vec::new()
}

/// A breakpoint's place and condition in words.
pub fn breakpoint_text(breakpoint: &Breakpoint) -> String {
    let mut text = place_text(&breakpoint.place);
    if let Some(condition) = &breakpoint.condition {
        text.push_str(&format!(" when {condition}"));
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
        BreakpointPlace::Error(Some(id)) => format!("error in {id}"),
        BreakpointPlace::Error(None) => "any error".into(),
    }
}
