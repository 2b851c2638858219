//! Building one routine.

use super::super::model::{ErrorHandler, Event, Overflow, PYTHON_CLASS, Point, Policy, Routine, Slot, Strategy};
use super::super::value::Value;

/// A routine that is being built.
#[derive(Clone, Debug)]
pub struct RoutineBuilder {
    routine: Routine,
}

/// A routine of a class of the catalogue.
pub fn routine(id: impl Into<String>, class: impl Into<String>) -> RoutineBuilder {
    RoutineBuilder::from(Routine::new(id, class))
}

/// A routine with a logic of its own.
pub fn python(id: impl Into<String>) -> RoutineBuilder {
    routine(id, PYTHON_CLASS)
}

/// Goes on with a routine that is there already, for instance one from the catalogue's factory.
impl From<Routine> for RoutineBuilder {
    fn from(routine: Routine) -> Self {
        Self { routine }
    }
}

impl RoutineBuilder {
    /// The routine as it is now.
    pub fn finish(self) -> Routine {
        self.routine
    }

    /// One entry of the config.
    #[must_use]
    pub fn config(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.routine.config.insert(key.into(), value.into());
        self
    }

    /// An input with the default queue; of class `Python` only.
    #[must_use]
    pub fn slot(mut self, name: impl Into<String>) -> Self {
        self.routine.slots.push(Slot::new(name));
        self
    }

    /// An input that holds so many items, and what happens to one too many.
    #[must_use]
    pub fn bounded_slot(mut self, name: impl Into<String>, max_queue_length: u32, overflow: Overflow) -> Self {
        let max_queue_length = max_queue_length.max(1);
        self.routine.slots.push(Slot { max_queue_length, overflow, ..Slot::new(name) });
        self
    }

    /// An output and the names of its parameters; of class `Python` only.
    #[must_use]
    pub fn event<'p>(mut self, name: impl Into<String>, params: impl IntoIterator<Item = &'p str>) -> Self {
        let params = params.into_iter().map(str::to_owned).collect();
        self.routine.events.push(Event { name: name.into(), params });
        self
    }

    /// When it activates.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.routine.policy = Some(policy);
        self
    }

    /// It activates whenever a slot has new data.
    #[must_use]
    pub fn immediate(self) -> Self {
        self.policy(Policy::Immediate)
    }

    /// Python source that defines `logic(slot_data, policy_message, job_state)`.
    #[must_use]
    pub fn logic(mut self, source: impl Into<String>) -> Self {
        self.routine.logic = Some(source.into());
        self
    }

    /// Virtual seconds that one activation occupies a worker.
    #[must_use]
    pub fn takes(mut self, seconds: f64) -> Self {
        self.routine.duration = seconds;
        self
    }

    /// What happens when it raises.
    #[must_use]
    pub fn on_error(mut self, strategy: Strategy) -> Self {
        self.routine.error_handler = Some(ErrorHandler::new(strategy));
        self
    }

    /// The same slice is run again up to so many times, after so many virtual seconds, twice as many each time.
    #[must_use]
    pub fn retries(mut self, max_retries: u32, retry_delay: f64) -> Self {
        let handler = ErrorHandler::new(Strategy::Retry);
        let (max_retries, retry_delay) = (Some(max_retries), Some(retry_delay));
        self.routine.error_handler = Some(ErrorHandler { max_retries, retry_delay, ..handler });
        self
    }

    /// Its top left corner on the canvas.
    #[must_use]
    pub fn at(mut self, x: f64, y: f64) -> Self {
        self.routine.position = Some(Point { x, y });
        self
    }
}
