//! Every change that a person can make to a flow, as data: one edit in, a new flow out.
//!
//! An edit either gives a whole new flow or says why not; the old flow is never touched, so the history keeps it.

mod apply;
pub mod fragment;
mod label;
mod rename;
#[cfg(test)]
mod tests;

use super::catalogue::Catalogue;
use super::model::{
    Breakpoint, BreakpointPlace, ErrorHandler, Event, Execution, Flow, Input, Note, Point, Policy, PortRef, Routine,
    Slot,
};
use super::value::{Map, Value};

/// One change of a flow. Routines are named by id, all else by its index in the document.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Another document in place of this one.
    Replace(Flow),
    /// The flow's stable id.
    SetFlowId(String),
    /// The flow's name; empty text means none.
    SetName(String),
    /// The flow's description; empty text means none.
    SetDescription(String),
    /// How jobs run.
    SetExecution(Execution),
    /// The flow's own error handler.
    SetErrorHandler(Option<ErrorHandler>),
    /// A new routine at the end; see [`fresh_id`].
    AddRoutine(Routine),
    /// Routines with their connections, inputs and breakpoints.
    RemoveRoutines(Vec<String>),
    /// A routine's id; connections, inputs and breakpoints follow.
    RenameRoutine {
        /// The old id.
        from: String,
        /// The new id.
        to: String,
    },
    /// One property of a routine.
    ChangeRoutine {
        /// The routine's id.
        id: String,
        /// The property and its new value.
        change: RoutineChange,
    },
    /// Routines to new places on the canvas.
    Move(Vec<(String, Point)>),
    /// A routine to another place in the document's order.
    ReorderRoutine {
        /// The routine's id.
        id: String,
        /// Its index afterwards.
        to: usize,
    },
    /// A new connection at the end.
    Connect {
        /// The event.
        from: PortRef,
        /// The slot.
        to: PortRef,
    },
    /// These connections, away.
    Disconnect(Vec<usize>),
    /// Other ends for a connection; its breakpoints follow unless a twin stays.
    Rewire {
        /// Which connection.
        index: usize,
        /// The event.
        from: PortRef,
        /// The slot.
        to: PortRef,
    },
    /// Renames of payload keys on a connection.
    SetConnectionMap {
        /// Which connection.
        index: usize,
        /// Source and target keys; none removes it.
        map: Option<Vec<(String, String)>>,
    },
    /// The expression of a connection; empty text means none.
    SetTransform {
        /// Which connection.
        index: usize,
        /// A Python expression over `data`.
        transform: String,
    },
    /// A connection to another place in the delivery order.
    ReorderConnection {
        /// Which connection.
        index: usize,
        /// Its index afterwards.
        to: usize,
    },
    /// A new input at the end.
    AddInput(Input),
    /// These inputs, away.
    RemoveInputs(Vec<usize>),
    /// Another input in place of one.
    SetInput {
        /// Which input.
        index: usize,
        /// The new one.
        input: Input,
    },
    /// A new breakpoint at the end, unless its place has one.
    AddBreakpoint(Breakpoint),
    /// These breakpoints, away.
    RemoveBreakpoints(Vec<usize>),
    /// Another breakpoint in place of one.
    SetBreakpoint {
        /// Which breakpoint.
        index: usize,
        /// The new one.
        breakpoint: Breakpoint,
    },
    /// A breakpoint at this place if there is none, else none.
    ToggleBreakpoint(BreakpointPlace),
    /// A new note at the end.
    AddNote(Note),
    /// These notes, away.
    RemoveNotes(Vec<usize>),
    /// Another note in place of one.
    SetNote {
        /// Which note.
        index: usize,
        /// The new one.
        note: Note,
    },
    /// Routines and connections of a fragment, as they are; see [`fragment::fitted`].
    Paste(Flow),
    /// Several edits that are one step for a person.
    Batch {
        /// What the step is called in the undo list.
        label: String,
        /// In order; if one fails, nothing happens.
        edits: Vec<Edit>,
    },
}

/// One property of a routine.
#[derive(Clone, Debug, PartialEq)]
pub enum RoutineChange {
    /// Its class.
    Class(String),
    /// All of its config.
    Config(Map),
    /// One entry of its config; none removes it.
    ConfigEntry(String, Option<Value>),
    /// Its policy; none leaves the class's default.
    Policy(Option<Policy>),
    /// Its Python source; empty text means none.
    Logic(String),
    /// Virtual seconds per activation.
    Duration(f64),
    /// Its error handler.
    ErrorHandler(Option<ErrorHandler>),
    /// A new slot at the end.
    AddSlot(Slot),
    /// A slot with its connections, inputs and breakpoints.
    RemoveSlot(String),
    /// A slot's name, from the old to the new; all that names it follows.
    RenameSlot(String, String),
    /// A slot to another index.
    ReorderSlot(String, usize),
    /// A slot's settings, under the same name.
    SetSlot(Slot),
    /// A new event at the end.
    AddEvent(Event),
    /// An event with its connections and breakpoints.
    RemoveEvent(String),
    /// An event's name, from the old to the new; all that names it follows.
    RenameEvent(String, String),
    /// An event to another index.
    ReorderEvent(String, usize),
    /// An event's parameters, under the same name.
    SetEvent(Event),
}

impl Edit {
    /// The flow after this edit.
    ///
    /// # Errors
    /// Why it cannot be done, in words for people.
    pub fn apply(&self, flow: &Flow, catalogue: &Catalogue) -> Result<Flow, String> {
        let mut edited = flow.clone();
        apply::apply(self, &mut edited, catalogue)?;
        Ok(edited)
    }

    /// What the edit is called in the undo list: `Move 3 routines`.
    pub fn label(&self) -> String {
        label::label(self)
    }

    /// Edits that follow each other with the same key are one undo step: the steps of a drag, typing in one field.
    pub fn coalescing_key(&self) -> Option<String> {
        label::coalescing_key(self)
    }
}

/// A free id made from a class's name: `python`, `python_2`, …
pub fn fresh_id(flow: &Flow, class: &str) -> String {
    let mut stem = String::new();
    for character in class.chars() {
        if character.is_uppercase() && !stem.is_empty() && !stem.ends_with('_') {
            stem.push('_');
        }
        stem.extend(character.to_lowercase().filter(|&character| character != '.' && !character.is_control()));
    }
    let stem = if stem.trim().is_empty() { "routine".to_string() } else { stem };
    free_name(&stem, |name| flow.routine(name).is_some())
}

/// The name, or the first of `name_2`, `name_3`, … that is not taken.
pub fn free_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(name) {
        return name.to_string();
    }
    let stem = match name.rsplit_once('_') {
        Some((stem, digits))
            if !stem.is_empty() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    };
    let mut number = 2u32;
    loop {
        let candidate = format!("{stem}_{number}");
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}
