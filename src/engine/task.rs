//! What waits to be done in a job, and the activations that outlive a step.

use std::rc::Rc;
use std::sync::Arc;

use crate::flow::value::Value;

use super::behaviour::{Failure, Input, Suspended};
use super::trace::Cause;

/// One thing in a job's FIFO. All of them are one step, but a route is one step per connection.
#[derive(Clone, Debug)]
pub enum Task {
    /// Data from outside for a slot.
    Post {
        /// The receiver.
        routine: u32,
        /// Its slot.
        slot: u32,
        /// The payload.
        data: Value,
    },
    /// One emitted event on its way.
    Route {
        /// The emitter.
        routine: u32,
        /// Its event.
        event: u32,
        /// The payload before any `map` and `transform`.
        data: Value,
        /// The emission's record.
        cause: Cause,
        /// Which of the event's connections comes next.
        next: u32,
    },
    /// A policy's timer: check again.
    Check {
        /// The routine.
        routine: u32,
        /// The record that started the timer.
        cause: Cause,
    },
    /// An activation that waited for a worker and has one now.
    Start(Box<Activation>),
    /// The next attempt of an activation.
    Retry(Box<Activation>),
    /// The rest of an activation after a sleep.
    Resume(Box<Activation>, Suspended),
    /// The end of an activation's duration.
    End(Box<Activation>),
    /// An error that a breakpoint holds before its handler acts.
    Handle(Box<HeldError>),
}

/// An error whose record is made, and whose handler has not acted yet.
#[derive(Clone, Debug)]
pub struct HeldError {
    /// The routine whose error it is.
    pub routine: u32,
    /// The attempt that failed; none if a `transform`, a policy's check or a full slot did.
    pub activation: Option<Activation>,
    /// What went wrong.
    pub failure: Arc<Failure>,
    /// Its record.
    pub record: Cause,
}

impl Task {
    /// The activation that it goes on with.
    pub fn activation(&self) -> Option<&Activation> {
        match self {
            Task::Start(activation) | Task::Retry(activation) | Task::Resume(activation, _) | Task::End(activation) => {
                Some(activation)
            }
            Task::Handle(error) => error.activation.as_ref(),
            Task::Post { .. } | Task::Route { .. } | Task::Check { .. } => None,
        }
    }

    /// The routine it belongs to: the receiver of a post, the emitter of a route.
    pub fn routine(&self) -> u32 {
        match self {
            Task::Post { routine, .. } | Task::Route { routine, .. } | Task::Check { routine, .. } => *routine,
            Task::Start(activation) | Task::Retry(activation) | Task::Resume(activation, _) | Task::End(activation) => {
                activation.routine
            }
            Task::Handle(error) => error.routine,
        }
    }

    /// The worker that its activation occupies.
    pub fn worker(&self) -> Option<u32> {
        self.activation().and_then(|activation| activation.worker)
    }
}

/// One activation of a routine: a slice of its queues and what becomes of it.
#[derive(Clone, Debug)]
pub struct Activation {
    /// The routine.
    pub routine: u32,
    /// Its number in the job.
    pub number: u64,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// What the logic gets.
    pub input: Rc<Input>,
    /// What led to this attempt: the delivery, the timer's cause or the retry's record.
    pub cause: Cause,
    /// The record of this attempt's start.
    pub start: Cause,
    /// When this attempt claimed its worker, in virtual microseconds.
    pub claimed_us: u64,
    /// The worker it occupies, if it takes virtual time.
    pub worker: Option<u32>,
    /// What it has emitted so far.
    pub emissions: u32,
    /// How often the host was called so far, for the record of the wall-time limit.
    pub turns: u32,
}
