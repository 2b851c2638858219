//! What comes from outside: the only thing besides the document that a replay needs.

use std::mem::size_of;
use std::rc::Rc;

use crate::engine::alter::Change;
use crate::engine::program::Program;
use crate::engine::runtime::{Runtime, Start};
use crate::engine::trace::{Cause, Kind};
use crate::flow::value::Value;

use super::size::{Recent, of_kind, of_value};

/// Something that came from outside.
#[derive(Clone)]
pub enum Intervention {
    /// A job was started.
    Exec {
        /// What it runs.
        program: Rc<Program>,
        /// Entry data in place of the document's inputs.
        entry: Option<Value>,
        /// In place of the document's seed.
        seed: Option<i64>,
    },
    /// A job was changed by hand.
    Alter(u32, Change),
    /// All that was to be done at this moment is done: the next step was made ready, which may have moved the clock.
    Prepare,
    /// The debugger made a record: a hit, a logpoint.
    Record(u32, Cause, Rc<Kind>),
}

impl Intervention {
    /// Estimated bytes.
    pub(super) fn bytes(&self) -> usize {
        let mut shared = Recent::default();
        let within = match self {
            Intervention::Exec { entry, .. } => entry.as_ref().map_or(0, |entry| of_value(entry, &mut shared)),
            Intervention::Alter(_, change) => match change {
                Change::EditTask(_, data)
                | Change::EditItem(.., data)
                | Change::Emit(.., data)
                | Change::Post(.., data) => of_value(data, &mut shared),
                Change::SharedData(map) | Change::State(_, map) => of_value(&Value::Map(map.clone()), &mut shared),
                _ => 0,
            },
            // Its record has the same content.
            Intervention::Record(_, _, kind) => size_of::<Kind>() + of_kind(kind, &mut shared),
            Intervention::Prepare => 0,
        };
        size_of::<Entry>() + within
    }

    /// Does it to a runtime.
    pub fn apply(&self, runtime: &mut Runtime) {
        match self {
            Intervention::Exec { program, entry, seed } => {
                let start = entry.clone().map_or(Start::Inputs, Start::Entry);
                runtime.exec(program, start, *seed);
            }
            Intervention::Alter(job, change) => {
                // It was possible when it happened, so it is in a replay too.
                let altered = runtime.alter(*job, change);
                debug_assert!(altered.is_ok(), "a replayed change was refused: {altered:?}");
            }
            Intervention::Prepare => {
                runtime.prepare();
            }
            Intervention::Record(job, cause, kind) => {
                let now_us = runtime.now_us();
                runtime.trace_mut().add(now_us, *job, *cause, || (**kind).clone());
            }
        }
    }
}

/// An intervention and its place in the run.
#[derive(Clone)]
pub struct Entry {
    /// Steps that were taken before it.
    pub step: u64,
    /// Whether the second half of the last step, the handling of its error, came after it.
    pub in_error: bool,
    /// What was done.
    pub intervention: Intervention,
}
