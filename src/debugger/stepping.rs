//! How far "over" and "out" go.

use crate::engine::job::Job;
use crate::engine::runtime::Runtime;
use crate::engine::task::{Activation, Task};
use crate::engine::trace::{Cause, EXTERNAL};

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
    },
    /// When a job has nothing left to do that this parent led to.
    ParentSettled {
        /// The job.
        job: u32,
        /// The parent: the start of the attempt that emitted, or [`EXTERNAL`].
        parent: Cause,
    },
}

impl Goal {
    /// Over the step that is next.
    pub(super) fn over(runtime: &Runtime) -> Self {
        match runtime.upcoming() {
            Some((job, _)) => Goal::Settled { job: job.index, first: runtime.trace().next_seq, last: None },
            None => Goal::OneStep,
        }
    }

    /// Out of the step that is next.
    pub(super) fn out(runtime: &Runtime, history: &History) -> Self {
        match runtime.upcoming() {
            Some((job, task)) => Goal::ParentSettled { job: job.index, parent: parent_of(task, history) },
            None => Goal::OneStep,
        }
    }

    /// Whether the run has come far enough, after a step.
    pub(super) fn is_reached(&mut self, runtime: &Runtime, history: &History) -> bool {
        match self {
            Goal::Never => false,
            Goal::OneStep => true,
            Goal::Settled { job, first, last } => {
                let first = *first;
                let last = *last.get_or_insert(runtime.trace().next_seq);
                let is_part = |seq: Cause| (first..last).contains(&seq);
                !has_task(runtime, *job, |task| match task {
                    Task::Route { cause, .. } => {
                        is_part(*cause)
                            || history.records().get(*cause).is_some_and(|emit| leads_to(history, emit.cause, is_part))
                    }
                    Task::Start(activation)
                    | Task::Retry(activation)
                    | Task::Resume(activation, _)
                    | Task::End(activation) => leads_to(history, activation.cause, is_part),
                    Task::Handle(..) => true,
                    Task::Post { .. } | Task::Check { .. } => false,
                })
            }
            Goal::ParentSettled { job, parent } => !has_task(runtime, *job, |task| parent_of(task, history) == *parent),
        }
    }
}

/// Whether a job has a task or a timer like this.
fn has_task(runtime: &Runtime, job: u32, wanted: impl Fn(&Task) -> bool) -> bool {
    let Some(job) = runtime.jobs().get(job as usize) else { return false };
    let job: &Job = job;
    job.tasks.iter().chain(job.timers.values()).any(&wanted)
        || job.waiting.values().any(|activation| wanted(&Task::Start(Box::new(Activation::clone(activation)))))
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
            Some(record) if !matches!(record.kind, crate::engine::trace::Kind::SlotCall { .. }) => seq = record.cause,
            _ => return false,
        }
    }
    false
}

/// The start of the attempt that led to a task.
fn parent_of(task: &Task, history: &History) -> Cause {
    match task {
        Task::Post { .. } => EXTERNAL,
        Task::Route { cause, .. } => history.records().get(*cause).map_or(EXTERNAL, |emit| emit.cause),
        Task::Check { cause, .. } => *cause,
        Task::Start(activation) | Task::Retry(activation) | Task::Resume(activation, _) | Task::End(activation) => {
            activation.cause
        }
        Task::Handle(activation, ..) => activation.start,
    }
}
