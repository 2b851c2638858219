//! The flow as the document describes it: plain data with public fields, one type per part of the document.

use std::sync::Arc;

use super::value::{Map, Value};

/// One flow. It never executes and holds no run state.
///
/// A clone is cheap (routines are shared), so the editor's history is a list of flows.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The stable id.
    pub flow_id: String,
    /// The name for people.
    pub name: Option<String>,
    /// Markdown text.
    pub description: Option<String>,
    /// How jobs of this flow run.
    pub execution: Execution,
    /// What happens to errors that no routine's handler takes.
    pub error_handler: Option<ErrorHandler>,
    /// In the document's order, which is meaningful.
    pub routines: Vec<Arc<Routine>>,
    /// In the document's order, which is the delivery order.
    pub connections: Vec<Connection>,
    /// What the Run button posts.
    pub inputs: Vec<Input>,
    /// Saved breakpoints.
    pub breakpoints: Vec<Breakpoint>,
    /// Sticky notes.
    pub notes: Vec<Note>,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            flow_id: "flow".into(),
            name: None,
            description: None,
            execution: Execution::default(),
            error_handler: None,
            routines: Vec::new(),
            connections: Vec::new(),
            inputs: Vec::new(),
            breakpoints: Vec::new(),
            notes: Vec::new(),
            extra: Map::default(),
        }
    }
}

impl Flow {
    /// The routine with this id.
    pub fn routine(&self, id: &str) -> Option<&Arc<Routine>> {
        self.routines.iter().find(|routine| routine.id == id)
    }

    /// The position of the routine with this id in the document's order.
    pub fn routine_index(&self, id: &str) -> Option<usize> {
        self.routines.iter().position(|routine| routine.id == id)
    }
}

/// Most virtual workers: each has a record, and more would only fill the memory.
pub const MAX_WORKERS: u32 = 100_000;

/// How jobs of a flow run. Seconds are virtual.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Virtual seconds a job may live.
    pub timeout: f64,
    /// Virtual workers shared by all jobs.
    pub thread_pool_size: u32,
    /// What a drained job does.
    pub completion: Completion,
    /// Seed of every random choice.
    pub seed: i64,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

impl Default for Execution {
    fn default() -> Self {
        Self { timeout: 300.0, thread_pool_size: 10, completion: Completion::Auto, seed: 0, extra: Map::default() }
    }
}

/// What a job does when it has nothing left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// It completes.
    Auto,
    /// It turns idle and takes more posts.
    Manual,
}

/// What happens when a routine's logic raises.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorHandler {
    /// The reaction.
    pub strategy: Strategy,
    /// How often `retry` runs the slice again; default 3.
    pub max_retries: Option<u32>,
    /// Virtual seconds before the first retry; default 1.
    pub retry_delay: Option<f64>,
    /// What each further delay is multiplied with; default 2.
    pub retry_backoff: Option<f64>,
    /// Names of the exception types that `retry` takes; default `Exception`.
    pub retryable: Option<Vec<String>>,
    /// Set to false explicitly, exhausted retries act as `continue`.
    pub is_critical: Option<bool>,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

/// The reactions to an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The job fails.
    Stop,
    /// The routine is marked `error_continued`; the job goes on.
    Continue,
    /// The routine is marked `skipped`; the job goes on.
    Skip,
    /// The same slice is run again.
    Retry,
}

impl ErrorHandler {
    /// A handler with this strategy and defaults for the rest.
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            max_retries: None,
            retry_delay: None,
            retry_backoff: None,
            retryable: None,
            is_critical: None,
            extra: Map::default(),
        }
    }
}

/// One routine of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct Routine {
    /// The id: not empty, without a dot or control characters.
    pub id: String,
    /// A name from the routine catalogue.
    pub class: String,
    /// Static parameters.
    pub config: Map,
    /// Inputs; of class `Python` only, built-in classes have their own.
    pub slots: Vec<Slot>,
    /// Outputs; of class `Python` only, built-in classes have their own.
    pub events: Vec<Event>,
    /// When to activate; built-in classes have a default.
    pub policy: Option<Policy>,
    /// Virtual seconds that one activation occupies a worker.
    pub duration: f64,
    /// Python source.
    pub logic: Option<String>,
    /// What happens when the logic raises.
    pub error_handler: Option<ErrorHandler>,
    /// Top left corner on the canvas; none is laid out automatically.
    pub position: Option<Point>,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

/// The class of routines that have their own logic.
pub const PYTHON_CLASS: &str = "Python";

impl Routine {
    /// A routine of a class with defaults for all the rest.
    pub fn new(id: impl Into<String>, class: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            class: class.into(),
            config: Map::default(),
            slots: Vec::new(),
            events: Vec::new(),
            policy: None,
            duration: 0.0,
            logic: None,
            error_handler: None,
            position: None,
            extra: Map::default(),
        }
    }
}

/// One input of a routine: a bounded queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// The name.
    pub name: String,
    /// How many items it holds; at least 1.
    pub max_queue_length: u32,
    /// The share of `max_queue_length` from which consumed items are dropped; 0 to 1.
    pub watermark: f64,
    /// What happens to an item that finds the queue full.
    pub overflow: Overflow,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

impl Slot {
    /// A slot with the default queue.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            max_queue_length: 1000,
            watermark: 0.8,
            overflow: Overflow::DropNewest,
            extra: Map::default(),
        }
    }
}

/// What happens to an item that finds its slot full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// It is lost, with a warning.
    DropNewest,
    /// It is an error of the receiver.
    Fail,
}

/// One output of a routine.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The name.
    pub name: String,
    /// Names of its parameters, for people.
    pub params: Vec<String>,
}

impl Event {
    /// An event without documented parameters.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), params: Vec::new() }
    }
}

/// When a routine activates.
#[derive(Clone, Debug, PartialEq)]
pub enum Policy {
    /// Any slot has new data.
    Immediate,
    /// Every slot has new data.
    AllSlotsReady,
    /// Every slot has at least this many new items (at least 1).
    BatchSize(u32),
    /// There is new data, and this many virtual seconds have passed since the last activation.
    TimeInterval(f64),
    /// This Python expression over `slots` and `job_state` is true.
    Custom(String),
}

/// One connection, from an event to a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// The event.
    pub from: PortRef,
    /// The slot.
    pub to: PortRef,
    /// Renames payload keys: source to target, all at once.
    pub map: Option<Vec<(String, String)>>,
    /// A Python expression over `data` whose value replaces the payload; after `map`.
    pub transform: Option<String>,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

/// A port of a routine: `routine.port`, where the routine's id has no dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRef {
    /// The routine's id.
    pub routine: String,
    /// The slot's or event's name.
    pub port: String,
}

impl PortRef {
    /// The port of a routine.
    pub fn new(routine: impl Into<String>, port: impl Into<String>) -> Self {
        Self { routine: routine.into(), port: port.into() }
    }

    /// Reads `routine.port`; the first dot separates.
    pub fn parse(text: &str) -> Option<Self> {
        let (routine, port) = text.split_once('.')?;
        (!routine.is_empty() && !port.is_empty()).then(|| Self::new(routine, port))
    }
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.routine, self.port)
    }
}

impl Connection {
    /// A connection that changes nothing on the way.
    pub fn new(from: PortRef, to: PortRef) -> Self {
        Self { from, to, map: None, transform: None, extra: Map::default() }
    }

    /// The key of page hooks and protocol: `a.output->b.input`.
    pub fn key(&self) -> String {
        format!("{}->{}", self.from, self.to)
    }
}

/// What the Run button posts.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The slot.
    pub to: PortRef,
    /// The payload.
    pub data: Value,
    /// Virtual seconds after the start.
    pub at: f64,
    /// How often; at least 1.
    pub repeat: u32,
    /// Virtual seconds between repeats.
    pub every: f64,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

/// A saved breakpoint, keyed by place, never by job.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakpoint {
    /// The place where it stops.
    pub place: BreakpointPlace,
    /// A Python expression that has to be true.
    pub condition: Option<String>,
    /// Which hits count: `>= 5`, `== 3`, `% 10`.
    pub hit_condition: Option<String>,
    /// A text with `{expression}`: logs instead of stopping.
    pub log_message: Option<String>,
    /// Only shows what comes by: it neither stops nor logs.
    pub monitor: bool,
    /// Only in this job; in all of them if absent.
    pub scope: Option<String>,
    /// Whether it acts.
    pub enabled: bool,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

impl Breakpoint {
    /// An enabled breakpoint without conditions.
    pub fn new(place: BreakpointPlace) -> Self {
        Self {
            place,
            condition: None,
            hit_condition: None,
            log_message: None,
            monitor: false,
            scope: None,
            enabled: true,
            extra: Map::default(),
        }
    }
}

/// A part of a breakpoint that says something: an empty condition is none.
pub fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Where a breakpoint stops.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BreakpointPlace {
    /// Before an item of this connection is queued.
    Connection {
        /// The event.
        from: PortRef,
        /// The slot.
        to: PortRef,
    },
    /// Before an item is queued in this slot, whichever way it came.
    Slot(PortRef),
    /// Before the first delivery of an emission of this event.
    Event(PortRef),
    /// Before the logic of this routine.
    Routine(String),
    /// When the logic of this routine (or of any) raises, before a handler acts.
    Error(Option<String>),
}

/// A sticky note.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Its text.
    pub text: String,
    /// Top left corner.
    pub position: Point,
    /// Width and height, if given.
    pub size: Option<Size>,
    /// Unknown keys, kept for saving.
    pub extra: Map,
}

/// A place on the canvas, in canvas units (CSS pixels at 100 %).
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A size on the canvas, in canvas units.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Size {
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}
