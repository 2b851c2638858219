//! Saving everything that runs as JSON text, and going on from it in any process, native or in a browser.
//!
//! [`seal`] and [`open`] are the envelope of a file, [`state`] and [`restore`] its content; [`Runtime::save`] and
//! [`Runtime::restore`] are both in one. What is restored goes on exactly as if it had never stopped.
//!
//! # The format, version 1
//!
//! ```text
//! { "format": "flow-state", "version": 1, "check": 16 hex digits,
//!   "state": {
//!     "now", "steps", "next_seq", "next_timer", "turn",       the clock (us), counters, whose turn it is
//!     "workers": count,                                       which of them are free follows from the jobs
//!     "limits": { "instant_steps", "steps" },                 of the runaway guard
//!     "waiting": [ [job position, activation] … ],            for a worker, in the order of arrival
//!     "strikes": [ [job, activation, attempt, turns] … ],     where the wall-time limit struck
//!     "flows": [ document … ],                                what the jobs run, canonical
//!     "jobs": [ {
//!       "id", "number", "flow": position, "status", "seed", "error": null or { "type", "message" },
//!       "started", "deadline", "idle_since", "instant", "instant_steps", "steps", "next_activation",
//!       "shared_data", "shared_log",
//!       "tasks": [ task … ], "timers": [ { "due", "number", "task" } … ], "waiting": [ activation … ],
//!       "routines": { id: { "status", "activations", "last_activation", "policy_timer": null or [ due, number ],
//!                           "policy": null or the policy that overrides the document's, "error", "state",
//!                           "slots": { name: { "consumed": places still taken, "items": [ [ enqueued, payload ] … ] } } } } } … ] } }
//! ```
//!
//! Tasks and activations are described in [`tasks`]. Times are virtual microseconds, causes the `seq` of a record or null.
//! A logic that sleeps is bytes of the Python engine in base64, with a check sum of their own.
//!
//! - Other members beside `state` are somebody else's: a debugging session adds its own.
//! - The check sum is FNV-1a over the compact JSON of all members but itself, so white space does not matter and the order
//!   of keys does: payloads keep theirs, as Python's dicts do.
//! - A file of a newer version, of another kind, damaged or in contradiction with itself is refused with the place and what
//!   is wrong there. Nothing is half-restored.
//! - Records that were made are not part of it: whoever takes them keeps them. Their numbers go on.
//! - A job that is held between two steps of a run is as it is; what holds it belongs to whoever does.

mod checksum;
mod parts;
mod read;
pub mod tasks;
mod write;

pub use checksum::checksum;
pub use parts::{Part, Refusal};
pub use read::restore;
pub use write::state;

use crate::flow::catalogue::Catalogue;
use crate::flow::document;
use crate::flow::json::value_to_json;
use crate::flow::value::Value;

use super::behaviour::Library;
use super::runtime::Runtime;
use super::trace::Recording;

/// What the files call themselves.
pub const FORMAT: &str = "flow-state";

/// The version that is written, and the newest that is read.
pub const VERSION: u64 = 1;

/// How deep lists and maps may be inside each other: what a payload may be, and what is around it.
const MAX_DEPTH: usize = 192;

/// The text of a file with these members.
pub fn seal<'k>(members: impl IntoIterator<Item = (&'k str, Value)>) -> String {
    let head = [("format", Value::from(FORMAT)), ("version", Value::from(VERSION))];
    let content = Value::map(head.into_iter().chain(members));
    let text = value_to_json(&content);
    // The check sum comes last, so that the text need not be made twice.
    format!("{},\"check\":\"{:016x}\"}}", &text[..text.len() - 1], checksum(text.as_bytes()))
}

/// The members of a file, checked.
///
/// # Errors
/// Why it is none that can be read: not JSON, another kind, a newer version, damaged.
pub fn open(text: &str) -> Result<Value, Refusal> {
    let tree = document::parse_json(text, MAX_DEPTH).map_err(|problem| Refusal {
        path: problem.place.map(|place| format!("line {}, column {}", place.line, place.column)).unwrap_or_default(),
        message: problem.message,
    })?;
    let root = Part::root(&tree);
    if tree.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(root.refuse(format!("this is no saved run: a file of one has `\"format\": \"{FORMAT}\"`")));
    }
    let version = root.key("version")?;
    match version.count()? {
        0 => return Err(version.refuse("there is no version 0")),
        VERSION => {}
        newer => {
            let message = format!("the file has version {newer}, this program reads up to {VERSION}: use a newer one");
            return Err(version.refuse(message));
        }
    }
    let check = root.key("check")?;
    let mut members = root.map()?.clone();
    members.shift_remove("check");
    let members = Value::Map(members.into());
    let sum = format!("{:016x}", checksum(value_to_json(&members).as_bytes()));
    if **check.text()? != *sum {
        return Err(check.refuse("the file is damaged or was changed: its check sum is another one"));
    }
    Ok(members)
}

impl Runtime {
    /// Everything that runs, as the text of a file.
    pub fn save(&self) -> String {
        seal([("state", state(self))])
    }

    /// One job with what it needs, as the text of a file: the others are left out, their workers are free.
    pub fn save_job(&self, job: u32) -> Option<String> {
        self.alone(job).map(|alone| alone.save())
    }

    /// What was saved, ready for its next step.
    ///
    /// # Errors
    /// Where and why the text is refused.
    pub fn restore(
        text: &str,
        recording: Recording,
        catalogue: &Catalogue,
        library: &dyn Library,
    ) -> Result<Self, Refusal> {
        let members = open(text)?;
        let root = Part::root(&members);
        restore(&root.key("state")?, recording, catalogue, library)
    }
}
