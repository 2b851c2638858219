//! Arguments and bodies of walking through a routine's Python, line by line.
//!
//! `openLines` runs one attempt of an activation again, in a copy of the run at the moment before it, with the same
//! inputs; `lineStep` moves through the lines that it took, forwards and back. The run itself stays where it is: what
//! the logic does to it happens when its step is taken, with the plain source.

use serde::{Deserialize, Serialize};

use super::inspect::Part;

/// Arguments of `openLines`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenLines {
    /// Any record of the activation's attempt (`routine_start`, `event_emit`, `log`, `error`, `routine_end`, …); the step
    /// that is next if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Where to begin: `start` (the default), `end`, or `error`: the line that raised.
    pub at: String,
}

/// Arguments of `lineStep`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineStep {
    /// How far.
    pub kind: LineStepKind,
    /// With [`LineStepKind::To`]: the line; with [`LineStepKind::At`]: the number of the stop.
    pub to: u32,
    /// With all but [`LineStepKind::At`]: backwards.
    pub back: bool,
}

/// How far a step through lines goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineStepKind {
    /// The next line, wherever it is.
    Into,
    /// The next line that is not in a function called from here.
    #[default]
    Over,
    /// The next line of the caller.
    Out,
    /// The next time that a certain line is reached.
    To,
    /// A stop by its number.
    At,
}

/// Body of `openLines` and `lineStep`; `closeLines` ends the walk.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineState {
    /// The routine.
    pub routine: String,
    /// The job.
    pub job: String,
    /// The activation.
    pub activation: u64,
    /// The attempt.
    pub attempt: u32,
    /// The source (only in the body of `openLines`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The line that is next, from 1; the last one that was taken at the end.
    pub line: u32,
    /// The number of this stop, from 0.
    pub stop: u32,
    /// How many stops there are.
    pub stops: u32,
    /// Whether this is the end of the attempt.
    pub at_end: bool,
    /// The functions around the line, the innermost first.
    pub stack: Vec<LineFrame>,
    /// Variables of the innermost function, in their order, in short.
    pub variables: Vec<Part>,
    /// What the logic emitted, logged and sent up to here: records' types and texts.
    pub done: Vec<(String, String)>,
    /// What it raises in the end.
    pub error: Option<LineError>,
    /// Why not all lines are there.
    pub cut: Option<String>,
}

/// One function around a line.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineFrame {
    /// Its name.
    pub name: String,
    /// The line in it.
    pub line: u32,
}

/// What a logic raised.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineError {
    /// The exception's type.
    pub error_type: String,
    /// What it says.
    pub message: String,
    /// The line that raised it.
    pub line: u32,
    /// Its traceback.
    pub traceback: String,
}
