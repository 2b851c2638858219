//! Building a flow in Rust, in the words of the document.
//!
//! Nothing fails on the way: what is wrong is collected, and [`FlowBuilder::build`] tells it all at once, together with
//! what validation finds.
//!
//! ```ignore
#![doc = include_str!("example.in")]
//! ```
//!
//! The example is one of the tests of this module.

mod routine;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::catalogue::Catalogue;
use super::document::check_id;
use super::model::{
    Breakpoint, BreakpointPlace, Completion, Connection, ErrorHandler, Flow, Input, Note, Point, PortRef, Strategy,
};
use super::problem::{Problem, has_errors};
use super::validate::{SourceCheck, validate};
use super::value::{Map, Value};

pub use routine::{RoutineBuilder, python, routine};

/// A payload: `payload! { "value": 21, "tags": payload! { "hot": true } }`.
#[macro_export]
macro_rules! payload {
    ($($key:literal: $value:expr),* $(,)?) => {
        $crate::flow::value::Value::map::<&str>([$(($key, $crate::flow::value::Value::from($value))),*])
    };
}

/// A flow that is being built.
#[derive(Clone, Debug)]
pub struct FlowBuilder {
    flow: Flow,
    problems: Vec<Problem>,
}

/// A new flow with this id.
pub fn flow(flow_id: impl Into<String>) -> FlowBuilder {
    FlowBuilder::from(Flow { flow_id: flow_id.into(), ..Flow::default() })
}

/// Goes on with a flow that is there already, for instance to make a variant of it.
impl From<Flow> for FlowBuilder {
    fn from(flow: Flow) -> Self {
        Self { flow, problems: Vec::new() }
    }
}

impl FlowBuilder {
    /// The name for people.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.flow.name = Some(name.into());
        self
    }

    /// Markdown text.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.flow.description = Some(description.into());
        self
    }

    /// How many virtual seconds a job may live.
    #[must_use]
    pub fn timeout(mut self, seconds: f64) -> Self {
        self.flow.execution.timeout = seconds;
        self
    }

    /// How many virtual workers all jobs share.
    #[must_use]
    pub fn workers(mut self, workers: u32) -> Self {
        self.flow.execution.thread_pool_size = workers;
        self
    }

    /// The seed of every random choice.
    #[must_use]
    pub fn seed(mut self, seed: i64) -> Self {
        self.flow.execution.seed = seed;
        self
    }

    /// A drained job turns idle and takes more posts.
    #[must_use]
    pub fn stays_open(mut self) -> Self {
        self.flow.execution.completion = Completion::Manual;
        self
    }

    /// What happens to errors that no routine's handler takes.
    #[must_use]
    pub fn on_error(mut self, strategy: Strategy) -> Self {
        self.flow.error_handler = Some(ErrorHandler::new(strategy));
        self
    }

    /// A routine at the end.
    #[must_use]
    pub fn with(mut self, routine: RoutineBuilder) -> Self {
        let routine = routine.finish();
        let path = format!("routines.{}", routine.id);
        if let Err(message) = check_id(&routine.id) {
            self.problems.push(Problem::error("bad-routine-id", path, message));
        } else if self.flow.routine(&routine.id).is_some() {
            let message = format!("there are two routines with the id '{}'; rename one of them", routine.id);
            self.problems.push(Problem::error("duplicate-key", path, message));
        } else {
            self.flow.routines.push(Arc::new(routine));
        }
        self
    }

    /// A connection at the end, from `routine.event` to `routine.slot`.
    #[must_use]
    pub fn connect(self, from: &str, to: &str) -> Self {
        self.connect_with(from, to, |connection| connection)
    }

    /// A connection that changes what passes.
    #[must_use]
    pub fn connect_with(mut self, from: &str, to: &str, change: impl FnOnce(Connection) -> Connection) -> Self {
        let path = format!("connections[{}]", self.flow.connections.len());
        let (from, to) = (self.port(from, &format!("{path}.from")), self.port(to, &format!("{path}.to")));
        if let (Some(from), Some(to)) = (from, to) {
            self.flow.connections.push(change(Connection::new(from, to)));
        }
        self
    }

    /// Routines in a row, each connected with the next: its first event with the first slot, by the catalogue.
    #[must_use]
    pub fn pipe(mut self, catalogue: &Catalogue, routines: impl IntoIterator<Item = RoutineBuilder>) -> Self {
        let mut before: Option<String> = None;
        for routine in routines {
            let routine = routine.finish();
            let id = routine.id.clone();
            let slot = catalogue.ports(&routine).slots.first().map(|slot| format!("{id}.{}", slot.name));
            let event = catalogue.ports(&routine).events.first().map(|event| format!("{id}.{}", event.name));
            self = self.with(RoutineBuilder::from(routine));
            if let (Some(from), Some(to)) = (&before, &slot) {
                self = self.connect(from, to);
            }
            before = event;
        }
        self
    }

    /// What the Run button posts to `routine.slot`, at the start.
    #[must_use]
    pub fn post(self, to: &str, data: impl Into<Value>) -> Self {
        self.post_every(to, data, 1, 0.0)
    }

    /// What the Run button posts so often, with so many virtual seconds between.
    #[must_use]
    pub fn post_every(mut self, to: &str, data: impl Into<Value>, repeat: u32, every: f64) -> Self {
        let path = format!("inputs[{}].to", self.flow.inputs.len());
        if let Some(to) = self.port(to, &path) {
            let data = data.into();
            self.flow.inputs.push(Input { to, data, at: 0.0, repeat: repeat.max(1), every, extra: Map::default() });
        }
        self
    }

    /// A breakpoint.
    #[must_use]
    pub fn break_at(mut self, place: BreakpointPlace) -> Self {
        self.flow.breakpoints.push(Breakpoint::new(place));
        self
    }

    /// A sticky note.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>, position: Point) -> Self {
        self.flow.notes.push(Note { text: text.into(), position, size: None, extra: Map::default() });
        self
    }

    /// The flow, if nothing is wrong with it that stops it from running. Warnings and hints pass; ask
    /// [`super::validate::validate`] for them.
    ///
    /// # Errors
    /// All problems, warnings and hints included, in the order of the document's parts.
    pub fn build(self, catalogue: &Catalogue, sources: Option<&dyn SourceCheck>) -> Result<Flow, Vec<Problem>> {
        let mut problems = self.problems;
        problems.extend(validate(&self.flow, catalogue, sources));
        if has_errors(&problems) { Err(problems) } else { Ok(self.flow) }
    }

    fn port(&mut self, text: &str, path: &str) -> Option<PortRef> {
        let port = PortRef::parse(text);
        if port.is_none() {
            let message = format!("'{text}' does not name a port; write a routine's id, a dot and a name");
            self.problems.push(Problem::error("bad-endpoint", path, message));
        }
        port
    }
}

impl Connection {
    /// The same with one payload key renamed on the way.
    #[must_use]
    pub fn rename(mut self, source: impl Into<String>, target: impl Into<String>) -> Self {
        self.map.get_or_insert_with(Vec::new).push((source.into(), target.into()));
        self
    }

    /// The same with a Python expression over `data` whose value replaces the payload.
    #[must_use]
    pub fn transform(mut self, expression: impl Into<String>) -> Self {
        self.transform = Some(expression.into());
        self
    }
}
