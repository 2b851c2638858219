//! What an engine tells: the bodies of responses and events.
//!
//! Events, by name: `ready` ([`Capabilities`]), `update` ([`Update`], at most one per animation frame while
//! something runs), `stopped` ([`State`]: held, at a hit, after a step, at the end), `continued` (`{}`),
//! `jobStopped` (`{job, stopped}`: a hit that held only its job), `job` ([`JobChange`]), `trace` (`{records, dropped}`, a batch), `edited` ([`Loaded`]), `error` (`{message}`).

use serde::{Deserialize, Serialize};

use crate::debugger::settings::Keep;
use crate::flow::value::Value;

/// What an engine can do.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Capabilities {
    /// The engine's [`super::PROTOCOL_VERSION`].
    pub protocol_version: String,
    /// The Python engine and its version.
    pub python: String,
    /// All commands it answers.
    pub commands: Vec<String>,
    /// Conditions on breakpoints.
    pub supports_conditional_breakpoints: bool,
    /// Logpoints.
    pub supports_log_points: bool,
    /// Steps back.
    pub supports_step_back: bool,
}

/// What an engine may take, and what it takes.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Most bytes of a run's history, estimated.
    pub history_bytes: usize,
    /// Bytes that the history takes now, estimated.
    pub history_used: usize,
    /// The step before which nothing can be shown any more.
    pub history_start: u64,
    /// What is kept of a run, from the next one on: `off`, `newest` or `all`.
    pub recording: Keep,
    /// After how many steps at one virtual instant a job is paused.
    pub instant_steps: u64,
    /// After how many steps a job is paused.
    pub job_steps: u64,
}

/// A problem in a document.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProblemReport {
    /// A stable name of the kind.
    pub code: String,
    /// `error`, `warning` or `hint`.
    pub severity: String,
    /// Where in the tree.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Line in the text, from 1.
    pub line: Option<u32>,
    /// Column in the text, from 1.
    pub column: Option<u32>,
}

/// What came of a document.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Loaded {
    /// Whether it is now the engine's document.
    pub loaded: bool,
    /// The document as a tree, if it was loaded.
    pub document: Value,
    /// All problems.
    pub problems: Vec<ProblemReport>,
}

/// What the run does, for `html[data-run]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// No flow, or one without routines.
    #[default]
    Empty,
    /// A flow, and nothing started.
    Ready,
    /// Steps are taken.
    Running,
    /// Held between two steps, with more to do.
    Paused,
    /// An earlier moment of the run is shown.
    Past,
    /// All jobs have come to their end, or are idle.
    Done,
}

/// Everything about one moment.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// What the run does.
    pub run: RunState,
    /// Virtual microseconds.
    pub t: u64,
    /// The `seq` that the next record will have.
    pub seq: u64,
    /// Steps taken up to this moment.
    pub step: u64,
    /// Steps recorded in all; more than `step` in the past.
    pub steps: u64,
    /// The run or branch that is shown; see `branches`.
    pub branch: u32,
    /// Why it is held, if it is.
    pub stopped: Option<Stopped>,
    /// What the next step will do, if there is one.
    pub next: Option<Pending>,
    /// All jobs in the order of their creation.
    pub jobs: Vec<JobState>,
    /// How the breakpoints fare.
    pub breakpoints: Vec<BreakpointReport>,
}

/// Why a run is held.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Stopped {
    /// `breakpoint`, `step`, `pause`, `entry`, `goto` (where `runTo` went), `runaway`, `error` or `end`.
    pub reason: String,
    /// In words.
    pub text: String,
    /// The breakpoint's number in the list that was set.
    pub breakpoint: Option<usize>,
    /// How often it was hit.
    pub hit_count: u64,
}

/// A step that waits to be taken.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// `post`, `delivery`, `emission` (an event without a connection), `check`, `start`, `retry`, `resume`, `end`.
    pub kind: String,
    /// The job.
    pub job: String,
    /// The routine it happens to: the receiver of a delivery.
    pub routine: String,
    /// The slot of a delivery.
    pub slot: Option<String>,
    /// Where a delivery comes from, as `routine.event`.
    pub from: Option<String>,
    /// The connection's index in the document that the job was started with.
    pub connection: Option<usize>,
    /// The payload as it will arrive, after `map` and `transform`.
    pub data: Option<Value>,
    /// The payload before `map` and `transform`, if they change it: what an edit replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
    /// When it comes due, in virtual microseconds, if it is a timer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<u64>,
    /// The record that led to it.
    pub cause: Option<u64>,
}

/// One job at one moment.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobState {
    /// Its id.
    pub id: String,
    /// Its flow's id.
    pub flow: String,
    /// `pending`, `running`, `idle`, `paused`, `completed`, `failed` or `cancelled`.
    pub status: String,
    /// Why it failed: `{type, message}`.
    pub error: Option<Value>,
    /// Its routines in the document's order.
    pub routines: Vec<RoutineState>,
    /// The data its routines share.
    pub shared_data: Value,
    /// Tasks that wait, oldest first; at most 200.
    pub tasks: Vec<Pending>,
    /// How many tasks wait in all.
    pub task_count: usize,
    /// Timers, by when they come due; at most 200.
    pub timers: Vec<Pending>,
    /// How many timers run.
    pub timer_count: usize,
}

/// One routine in one job at one moment.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoutineState {
    /// Its id.
    pub id: String,
    /// `pending`, `running`, `waiting`, `retrying`, `completed`, `failed`, `error_continued` or `skipped`.
    pub status: String,
    /// How often it was activated.
    pub activations: u64,
    /// Its last error, `Type: message`.
    pub error: Option<String>,
    /// Its own state.
    pub state: Value,
    /// Its slots.
    pub slots: Vec<SlotState>,
}

/// One slot in one job at one moment.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SlotState {
    /// Its name.
    pub name: String,
    /// Items that wait.
    pub unconsumed: usize,
    /// Items kept, consumed ones included.
    pub total: usize,
    /// Most items it holds.
    pub max: usize,
    /// `low`, `medium`, `high` or `critical`.
    pub pressure: String,
    /// The payloads that wait, oldest first; at most 50.
    pub items: Vec<Value>,
}

/// How a breakpoint fares.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BreakpointReport {
    /// Its number in the list that was set.
    pub id: usize,
    /// Whether its place and its expressions are good.
    pub verified: bool,
    /// Why not, or the last error of its condition.
    pub message: Option<String>,
    /// How often it was hit in this run.
    pub hit_count: u64,
    /// How often its condition raised in this run.
    pub error_count: u64,
}

/// Whether an expression compiles.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExpressionCheck {
    /// Whether it does.
    pub valid: bool,
    /// Why not.
    pub message: Option<String>,
    /// Line in the source, from 1.
    pub line: Option<u32>,
    /// Column in the source, from 1.
    pub column: Option<u32>,
}

/// The value of an expression.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// Its value, null if it raised.
    pub result: Value,
    /// The value's type in JSON's words.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it raised, `Type: message`.
    pub error: Option<String>,
}

/// A job's new status.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobChange {
    /// The job.
    pub job: String,
    /// Its status.
    pub status: String,
}

/// What changed since the last update: small enough to be sent once per animation frame.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Update {
    /// What the run does.
    pub run: RunState,
    /// Virtual microseconds.
    pub t: u64,
    /// The `seq` that the next record will have.
    pub seq: u64,
    /// Steps taken up to this moment.
    pub step: u64,
    /// Steps recorded in all.
    pub steps: u64,
    /// The run or branch that is shown: with another one all records are others.
    pub branch: u32,
    /// Set if the whole picture changed (a step back, a new run): forget all counts and statuses before this.
    pub reset: bool,
    /// Statuses of routines that changed, summed over all jobs: id and status.
    pub routines: Vec<(String, String)>,
    /// Unconsumed counts of slots that changed, summed over all jobs: `routine.slot` and count.
    pub queues: Vec<(String, usize)>,
    /// Deliveries since the last update: the connection's index in the running document, and how many.
    pub deliveries: Vec<(usize, u32)>,
    /// The newest records since the last update, at most [`UPDATE_RECORDS`], oldest first.
    pub records: Vec<Value>,
    /// How many records since the last update are not in `records`.
    pub dropped: u64,
    /// Statuses of jobs that changed: id and status.
    pub jobs: Vec<(String, String)>,
}

/// The body of `trace`: records as in an [`Update`].
#[derive(Serialize)]
pub struct Batch<'a> {
    /// Oldest first.
    pub records: &'a [Value],
    /// How many records since the last batch are not among them.
    pub dropped: u64,
}

/// Most records in one [`Update`]: more cannot be shown in a frame, and `trace` has them all.
pub const UPDATE_RECORDS: usize = 256;
