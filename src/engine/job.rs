//! One execution of one flow, with its own copy of every queue and state. Jobs never see each other's data.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::flow::model::Policy;
use crate::flow::value::{Map, Value};

use super::behaviour::{JobView, Library};
use super::fifo::Fifo;
use super::policy::PolicyCheck;
use super::program::{Program, RoutineProgram, policy_check};
use super::slot::SlotQueue;
use super::task::{Activation, Task};

/// When a timer comes due, and its number for those that come due together.
pub type TimerKey = (u64, u64);

/// One job.
#[derive(Clone)]
pub struct Job {
    /// Its id.
    pub id: Arc<str>,
    /// Its position in the runtime.
    pub index: u32,
    /// Its position in the runtime that created it: part of what its random choices are made of.
    pub number: u32,
    /// What it runs.
    pub program: Rc<Program>,
    /// Where it is in its life.
    pub status: JobStatus,
    /// When it was started, in virtual microseconds.
    pub started_us: u64,
    /// When it fails if it is not finished; moves while the job is idle.
    pub deadline_us: u64,
    /// When it turned idle.
    pub idle_since_us: u64,
    /// Its routines, in the document's order.
    pub routines: Vec<JobRoutine>,
    /// Its FIFO.
    pub tasks: Fifo<Task>,
    /// Its timers.
    pub timers: BTreeMap<TimerKey, Task>,
    /// Activations that wait for a worker, by number.
    pub waiting: BTreeMap<u64, Activation>,
    /// The number of the next activation.
    pub next_activation: u64,
    /// One map that all its routines read and write.
    pub shared_data: Arc<Map>,
    /// Entries that its routines append.
    pub shared_log: Rc<Vec<Value>>,
    /// Why it failed: type and message.
    pub error: Option<(Arc<str>, Arc<str>)>,
    /// Whether the runtime has it among those that can take a step.
    pub is_runnable: bool,
    /// Steps taken.
    pub steps: u64,
    /// The instant that `instant_steps` counts.
    pub instant_us: u64,
    /// Steps taken at that instant.
    pub instant_steps: u64,
    /// The seed in place of the document's.
    pub seed: i64,
}

/// One routine in one job.
#[derive(Clone)]
pub struct JobRoutine {
    /// Its queues.
    pub slots: Vec<SlotQueue>,
    /// Its own state.
    pub state: Arc<Map>,
    /// What it does or did last.
    pub status: RoutineStatus,
    /// How often it was activated.
    pub activations: u64,
    /// When its policy last activated it.
    pub last_activation_us: Option<u64>,
    /// The timer on which its policy checks again.
    pub policy_timer: Option<TimerKey>,
    /// A policy for this job only.
    pub policy_override: Option<PolicyOverride>,
    /// Its last error: type and message.
    pub error: Option<(Arc<str>, Arc<str>)>,
}

/// A policy that one job has in place of the document's.
#[derive(Clone)]
pub struct PolicyOverride {
    /// As a document would say it.
    pub model: Policy,
    /// Ready to be asked.
    pub check: Rc<dyn PolicyCheck>,
}

impl PolicyOverride {
    /// Makes a policy ready for one job.
    ///
    /// # Errors
    /// Why its `check` does not compile.
    pub fn new(model: Policy, library: &dyn Library) -> Result<Self, String> {
        let check = policy_check(&model, library)?;
        Ok(Self { model, check })
    }
}

impl JobRoutine {
    /// The policy that holds in this job.
    pub fn policy<'a>(&'a self, program: &'a RoutineProgram) -> Option<&'a Rc<dyn PolicyCheck>> {
        self.policy_override.as_ref().map(|policy| &policy.check).or(program.policy.as_ref())
    }
}

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Created, not started.
    Pending,
    /// Takes steps.
    Running,
    /// Drained, and takes more posts.
    Idle,
    /// Held between steps.
    Paused,
    /// Drained for good.
    Completed,
    /// Ended by an error.
    Failed,
    /// Ended by somebody.
    Cancelled,
}

impl JobStatus {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Running, Self::Idle, Self::Paused, Self::Completed, Self::Failed, Self::Cancelled];

    /// The name in records.
    pub fn name(self) -> &'static str {
        match self {
            JobStatus::Pending => "pending",
            JobStatus::Running => "running",
            JobStatus::Idle => "idle",
            JobStatus::Paused => "paused",
            JobStatus::Completed => "completed",
            JobStatus::Failed => "failed",
            JobStatus::Cancelled => "cancelled",
        }
    }

    /// Whether nothing can happen in it any more.
    pub fn is_finished(self) -> bool {
        matches!(self, JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled)
    }
}

/// What a routine does or did last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutineStatus {
    /// Nothing yet.
    Pending,
    /// It sleeps or spends its duration.
    Running,
    /// It waits for a worker.
    Waiting,
    /// It will try again.
    Retrying,
    /// It came to its end.
    Completed,
    /// An error stopped the job.
    Failed,
    /// An error was let pass.
    ErrorContinued,
    /// An error was skipped.
    Skipped,
}

impl RoutineStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Running,
        Self::Waiting,
        Self::Retrying,
        Self::Completed,
        Self::Failed,
        Self::ErrorContinued,
        Self::Skipped,
    ];

    /// The name in reports and page hooks.
    pub fn name(self) -> &'static str {
        match self {
            RoutineStatus::Pending => "pending",
            RoutineStatus::Running => "running",
            RoutineStatus::Waiting => "waiting",
            RoutineStatus::Retrying => "retrying",
            RoutineStatus::Completed => "completed",
            RoutineStatus::Failed => "failed",
            RoutineStatus::ErrorContinued => "error_continued",
            RoutineStatus::Skipped => "skipped",
        }
    }
}

impl Job {
    /// A job of a program, with empty queues.
    pub fn new(id: Arc<str>, index: u32, program: Rc<Program>, seed: i64) -> Self {
        let routines = program
            .routines
            .iter()
            .map(|routine| JobRoutine {
                slots: routine.slots.iter().map(SlotQueue::new).collect(),
                state: Arc::default(),
                status: RoutineStatus::Pending,
                activations: 0,
                last_activation_us: None,
                policy_timer: None,
                policy_override: None,
                error: None,
            })
            .collect();
        Self {
            id,
            index,
            number: index,
            program,
            status: JobStatus::Pending,
            started_us: 0,
            deadline_us: u64::MAX,
            idle_since_us: 0,
            routines,
            tasks: Fifo::default(),
            timers: BTreeMap::new(),
            waiting: BTreeMap::new(),
            next_activation: 0,
            shared_data: Arc::default(),
            shared_log: Rc::default(),
            error: None,
            is_runnable: false,
            steps: 0,
            instant_us: 0,
            instant_steps: 0,
            seed,
        }
    }

    /// Whether it has nothing left to do: no task, no timer, no running or waiting activation.
    /// (An activation that sleeps or spends its duration has a timer.)
    pub fn is_drained(&self) -> bool {
        self.tasks.is_empty() && self.timers.is_empty() && self.waiting.is_empty()
    }

    /// What waits in its slots, as `routine.slot` and count; counts above 0 only.
    pub fn unconsumed(&self) -> Vec<(String, usize)> {
        let named = self.program.routines.iter().zip(&self.routines);
        named
            .flat_map(|(program, routine)| routine.slots.iter().map(move |slot| (&program.id, slot)))
            .filter(|(_, slot)| slot.unconsumed() > 0)
            .map(|(id, slot)| (format!("{id}.{}", slot.name), slot.unconsumed()))
            .collect()
    }

    /// The job as expressions see it.
    pub fn view(&self) -> JobView {
        JobView {
            job_id: self.id.clone(),
            status: self.status.name(),
            shared_data: Value::Map(self.shared_data.clone()),
            shared_log: self.shared_log.clone(),
        }
    }
}
