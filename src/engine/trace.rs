//! The record of everything that happens. Log, timeline, metrics, exports and tests all read these records.

use std::rc::Rc;
use std::sync::Arc;

use crate::flow::value::Value;

use super::behaviour::{Failure, Input, Level};

/// The `seq` of the record that led to another one; [`EXTERNAL`] for causes from outside.
pub type Cause = u64;

/// No cause: somebody outside did it.
pub const EXTERNAL: Cause = u64::MAX;

/// The `job` of records that belong to no job.
pub const NO_JOB: u32 = u32::MAX;

/// One record. Routines, slots and events are positions in the flow of the record's job.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// 0, 1, 2 … in one runtime.
    pub seq: u64,
    /// Virtual microseconds.
    pub t: u64,
    /// What led to it.
    pub cause: Cause,
    /// The job's position in the runtime, or [`NO_JOB`].
    pub job: u32,
    /// What happened.
    pub kind: Kind,
}

/// What happened; the fields are those of `shared/spec/trace.md`.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `job.created`, `job.started`, `job.resumed`, `job.cancelled`.
    Job(JobEvent),
    /// `job.paused`.
    JobPaused(Arc<str>),
    /// `job.completed` (true) and `job.idle` (false), with what is left in the slots.
    JobDrained(bool, Rc<Vec<(String, usize)>>),
    /// `job.failed`.
    JobFailed(Arc<str>, Arc<str>),
    /// `job.queued`: an activation waits for a worker.
    JobQueued(u32, u64),
    /// `job.retrying`.
    JobRetrying {
        /// The routine.
        routine: u32,
        /// The activation.
        activation: u64,
        /// 1 first.
        retry_count: u32,
        /// As the handler says.
        max_retries: u32,
        /// In virtual seconds.
        retry_delay: f64,
    },
    /// `job.progress.updated`.
    Progress(u32, f64),
    /// `worker.registered`.
    WorkerRegistered(u32),
    /// `worker.heartbeat`.
    WorkerHeartbeat(u32),
    /// `worker.claimed_job`: worker, routine, activation.
    WorkerClaimed(u32, u32, u64),
    /// `system.startup`, `system.shutdown` or `system.error`, and its message.
    System(&'static str, Arc<str>),
    /// `slot_call`, or `slot_overflow` for a delivery that is refused.
    SlotCall {
        /// Whether the slot refused it.
        overflow: bool,
        /// The receiver.
        routine: u32,
        /// Its slot.
        slot: u32,
        /// After `map` and `transform`.
        data: Value,
        /// The connection's position, or [`NO_CONNECTION`] for a post.
        connection: u32,
        /// Items that wait, after the enqueue and before the policy's check.
        queue_length: u32,
    },
    /// `routine_start`: routine, activation, attempt, what the logic gets.
    RoutineStart(u32, u64, u32, Rc<Input>),
    /// `event_emit`.
    EventEmit {
        /// The emitter.
        routine: u32,
        /// Its activation.
        activation: u64,
        /// Its event.
        event: u32,
        /// The payload.
        data: Value,
    },
    /// `error`: routine, activation and attempt (none outside an activation), the failure.
    Error(u32, Option<(u64, u32)>, Arc<Failure>),
    /// `routine_end`.
    RoutineEnd {
        /// The routine.
        routine: u32,
        /// Its activation.
        activation: u64,
        /// The attempt.
        attempt: u32,
        /// How it ended.
        status: EndStatus,
        /// Virtual microseconds from the claim of a worker.
        duration_us: u64,
    },
    /// `breakpoint_hit`.
    BreakpointHit(Rc<BreakpointHit>),
    /// `log`: level, message, routine (none for the system), activation.
    Log(Level, Arc<str>, Option<u32>, Option<u64>),
    /// `output`: routine, type, data.
    Output(u32, Arc<str>, Value),
    /// A `log` of what somebody changed in the run, with the field `intervention`.
    Intervened(Rc<Intervened>),
}

/// What somebody changed in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervened {
    /// `turn`, `choose`, `drop`, `duplicate`, `edit`, `move`, `inject`, `shared_data`, `state`, `routine` or `policy`.
    pub what: &'static str,
    /// In words.
    pub message: Arc<str>,
    /// The routine, if it is about one.
    pub routine: Option<u32>,
    /// The payload or the data, null if there is none.
    pub data: Value,
}

/// The connection of a post.
pub const NO_CONNECTION: u32 = u32::MAX;

/// A job's steps through life that need no more fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobEvent {
    /// It exists.
    Created,
    /// It runs.
    Started,
    /// It runs again.
    Resumed,
    /// Somebody ended it.
    Cancelled,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndStatus {
    /// To its end.
    Completed,
    /// An error that stops the job.
    Failed,
    /// An error that the handler lets pass.
    ErrorContinued,
    /// An error that the handler skips.
    Skipped,
    /// Another attempt follows.
    Retrying,
}

impl EndStatus {
    /// The name in records.
    pub fn name(self) -> &'static str {
        match self {
            EndStatus::Completed => "completed",
            EndStatus::Failed => "failed",
            EndStatus::ErrorContinued => "error_continued",
            EndStatus::Skipped => "skipped",
            EndStatus::Retrying => "retrying",
        }
    }
}

/// A breakpoint that stopped the run.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakpointHit {
    /// Its number in the list that was set.
    pub breakpoint: usize,
    /// `connection`, `slot`, `event`, `routine` or `error`.
    pub kind: &'static str,
    /// The place: `from`, `to`, `slot`, `event`, `routine`, as the kind has them.
    pub place: Vec<(&'static str, String)>,
    /// The payload, or the slice of a routine.
    pub data: Value,
    /// 1 first.
    pub hit_count: u64,
}

/// What becomes of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Nothing is recorded, nothing counted: the hot path pays one branch.
    Off,
    /// Records are counted but not made: a replay, whose records exist already.
    Count,
    /// Records are counted, and made by a replay when somebody asks.
    Later,
    /// Records are made.
    On,
}

/// The end of the trace: records that nobody has taken yet.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What becomes of records.
    pub recording: Recording,
    /// The `seq` of the next record.
    pub next_seq: u64,
    /// Records since somebody took them.
    pub records: Vec<Record>,
}

impl Trace {
    /// An empty trace.
    pub fn new(recording: Recording) -> Self {
        Self { recording, next_seq: 0, records: Vec::new() }
    }

    /// Makes a record and tells its `seq`, to be the cause of others.
    #[inline]
    pub fn add(&mut self, t: u64, job: u32, cause: Cause, kind: impl FnOnce() -> Kind) -> Cause {
        if self.recording == Recording::Off {
            return EXTERNAL;
        }
        let seq = self.next_seq;
        self.next_seq += 1;
        if self.recording == Recording::On {
            self.records.push(Record { seq, t, cause, job, kind: kind() });
        }
        seq
    }
}
