//! How far "over" and "out" go.
//!
//! After every step the question is whether a job has anything left to do that belongs to the step. Whether a task does
//! follows from records that are made before it, so it never changes. One task that does is enough to go on, and it stays
//! where it is until its turn comes: a [`Witness`] remembers it, so that a step costs the same however long the queue is.

use crate::engine::job::{Job, TimerKey};
use crate::engine::runtime::Runtime;
use crate::engine::task::{Activation, Task};
use crate::engine::trace::{Cause, EXTERNAL, Kind};

use super::history::History;

/// When a run that was told to step is held again.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// Not for this reason.
    Never,
    /// After the next step.
    OneStep,
    /// When a job has nothing left to do that these records led to.
    Settled {
        /// The job.
        job: u32,
        /// The first record of the step that is stepped over.
        first: Cause,
        /// The record after its last one, once the step is taken.
        last: Option<Cause>,
        /// Something that is left to do.
        witness: Witness,
    },
    /// When a job has nothing left to do that this parent led to.
    ParentSettled {
        /// The job.
        job: u32,
        /// The parent: the start of the attempt that emitted, or [`EXTERNAL`].
        parent: Cause,
        /// Something that is left to do.
        witness: Witness,
    },
}

impl Goal {
    /// Over the step that is next.
    pub(super) fn over(runtime: &Runtime) -> Self {
        match runtime.upcoming() {
            Some((job, _)) => Goal::Settled {
                job: job.index,
                first: runtime.trace().next_seq,
                last: None,
                witness: Witness::default(),
            },
            None => Goal::OneStep,
        }
    }

    /// Out of the step that is next.
    pub(super) fn out(runtime: &Runtime, history: &History) -> Self {
        match runtime.upcoming() {
            Some((job, task)) => Goal::ParentSettled {
                job: job.index,
                parent: parent_of(Left::Task(task), history),
                witness: Witness::default(),
            },
            None => Goal::OneStep,
        }
    }

    /// Whether the run has come far enough, after a step.
    pub(super) fn is_reached(&mut self, runtime: &Runtime, history: &History) -> bool {
        match self {
            Goal::Never => false,
            Goal::OneStep => true,
            Goal::Settled { job, first, last, witness } => {
                let first = *first;
                let last = *last.get_or_insert(runtime.trace().next_seq);
                let is_part = |seq: Cause| (first..last).contains(&seq);
                let belongs = |left: Left<'_>| match left {
                    Left::Task(Task::Route { cause, .. }) => {
                        is_part(*cause)
                            || history.records().get(*cause).is_some_and(|emit| leads_to(history, emit.cause, is_part))
                    }
                    Left::Task(Task::Handle(_)) => true,
                    Left::Task(Task::Post { .. } | Task::Check { .. }) => false,
                    Left::Task(task) => {
                        task.activation().is_some_and(|activation| leads_to(history, activation.cause, is_part))
                    }
                    Left::Activation(activation) => leads_to(history, activation.cause, is_part),
                };
                !runtime.jobs().get(*job as usize).is_some_and(|job| witness.is_left(job, belongs))
            }
            Goal::ParentSettled { job, parent, witness } => {
                let belongs = |left: Left<'_>| parent_of(left, history) == *parent;
                !runtime.jobs().get(*job as usize).is_some_and(|job| witness.is_left(job, belongs))
            }
        }
    }
}

/// Something that a job has left to do.
#[derive(Clone, Copy)]
pub enum Left<'a> {
    /// A task, now or later.
    Task(&'a Task),
    /// An activation that waits for a worker.
    Activation(&'a Activation),
}

/// Where something was last seen that a job has left to do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Witness {
    /// Nowhere yet.
    #[default]
    None,
    /// In the FIFO. It comes one place nearer to the head with each step of its job at most.
    Task(usize),
    /// Among the timers.
    Timer(TimerKey),
    /// Among the activations that wait for a worker.
    Waiting(u64),
}

impl Witness {
    /// Whether a job has something left to do that belongs. Asked after every step.
    pub fn is_left(&mut self, job: &Job, mut belongs: impl FnMut(Left<'_>) -> bool) -> bool {
        let mut task_at = |index: usize| job.tasks.get(index).is_some_and(|task| belongs(Left::Task(task)));
        let is_still_there = match *self {
            Witness::None => false,
            Witness::Task(index) => {
                let now =
                    if task_at(index) { Some(index) } else { index.checked_sub(1).filter(|index| task_at(*index)) };
                *self = now.map_or(Witness::None, Witness::Task);
                now.is_some()
            }
            Witness::Timer(key) => job.timers.get(&key).is_some_and(|task| belongs(Left::Task(task))),
            Witness::Waiting(number) => job.waiting.get(&number).is_some_and(|one| belongs(Left::Activation(one))),
        };
        if is_still_there {
            return true;
        }
        // What comes last stays longest; what a step has led to is at the end, too.
        *self = if let Some(index) = job.tasks.iter().rposition(|task| belongs(Left::Task(task))) {
            Witness::Task(index)
        } else if let Some((key, _)) = job.timers.iter().rev().find(|(_, task)| belongs(Left::Task(task))) {
            Witness::Timer(*key)
        } else if let Some((number, _)) = job.waiting.iter().rev().find(|(_, one)| belongs(Left::Activation(one))) {
            Witness::Waiting(*number)
        } else {
            Witness::None
        };
        *self != Witness::None
    }
}

/// Whether a start or a retry goes back to one of these records.
fn leads_to(history: &History, cause: Cause, is_part: impl Fn(Cause) -> bool) -> bool {
    let mut seq = cause;
    // Attempts are chained by a few records each: start, error, retry.
    for _ in 0..1000 {
        if is_part(seq) {
            return true;
        }
        match history.records().get(seq) {
            Some(record) if !matches!(record.kind, Kind::SlotCall { .. }) => seq = record.cause,
            _ => return false,
        }
    }
    false
}

/// The start of the attempt that led to something.
fn parent_of(left: Left<'_>, history: &History) -> Cause {
    match left {
        Left::Activation(activation) => activation.cause,
        Left::Task(Task::Post { .. }) => EXTERNAL,
        Left::Task(Task::Route { cause, .. }) => history.records().get(*cause).map_or(EXTERNAL, |emit| emit.cause),
        Left::Task(Task::Check { cause, .. }) => *cause,
        Left::Task(Task::Handle(error)) => history.records().get(error.record).map_or(EXTERNAL, |error| error.cause),
        Left::Task(
            Task::Start(activation) | Task::Retry(activation) | Task::Resume(activation, _) | Task::End(activation),
        ) => activation.cause,
    }
}
