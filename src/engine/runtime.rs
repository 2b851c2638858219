//! The runtime: all jobs, the virtual clock, the timers and the workers. One call of [`Runtime::step`] is one step.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use crate::flow::model::{Completion, Overflow};
use crate::flow::value::Value;

use super::behaviour::Behaviour;
use super::guard::{self, Guard};
use super::job::{Job, JobStatus, TimerKey};
use super::limits::Strikes;
use super::positions::Positions;
use super::program::{Program, us_from_seconds};
use super::spare_input::SpareInput;
use super::step;
use super::task::Task;
use super::touched::Touched;
use super::trace::{Cause, EXTERNAL, JobEvent, Kind, NO_JOB, Recording, Trace};

/// Everything that runs. A clone is an exact copy that goes its own way: a checkpoint.
#[derive(Clone)]
pub struct Runtime {
    pub(super) core: Core,
    jobs: Vec<Rc<Job>>,
}

/// What all jobs share.
#[derive(Clone)]
pub struct Core {
    /// The virtual clock, in microseconds.
    pub now_us: u64,
    /// The records.
    pub trace: Trace,
    /// Jobs that can take a step, by position.
    pub runnable: Positions,
    /// Where the round robin goes on.
    pub turn: u32,
    /// Timers of all running jobs: due, number, job.
    pub timers: BTreeSet<(u64, u64, u32)>,
    /// When running jobs fail: instant and job.
    pub deadlines: BTreeSet<(u64, u32)>,
    /// The number of the next timer.
    pub next_timer: u64,
    /// Workers that are free, by number.
    pub free_workers: BTreeSet<u32>,
    /// How many workers there are.
    pub worker_count: u32,
    /// Activations that wait for a worker: job and activation, in the order of arrival.
    pub waiting: VecDeque<(u32, u64)>,
    /// Activations of other jobs that got a worker in this step.
    pub handed_over: Vec<(u32, u64, u32)>,
    /// Where the wall-time limit struck, for replays.
    pub strikes: Strikes,
    /// Whose errors are held before their handler acts: a breakpoint asks for it.
    pub held_errors: HeldErrors,
    /// Steps of all jobs.
    pub steps: u64,
    /// When jobs that never end are paused.
    pub guard: Guard,
    /// Jobs in which something happened since somebody asked.
    pub touched: Touched,
    /// Room for the next activation's input.
    pub spare_input: SpareInput,
}

/// Whose errors are held before their handler acts.
#[derive(Clone, Debug, Default)]
pub struct HeldErrors {
    /// All routines' errors.
    pub all: bool,
    /// Errors of routines with these ids.
    pub routines: BTreeSet<Arc<str>>,
}

impl HeldErrors {
    /// Those of every routine.
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// Whether they hold this task: an error that waits for its handler.
    pub fn holds(&self, job: &Job, task: &Task) -> bool {
        matches!(task, Task::Handle(error) if self.name(&job.program.routines[error.routine as usize].id))
    }

    /// Whether they name this routine.
    pub fn name(&self, routine: &str) -> bool {
        self.all || self.routines.contains(routine)
    }
}

/// What a job starts with.
pub enum Start {
    /// The document's inputs.
    Inputs,
    /// This payload, for the entry slot.
    Entry(Value),
    /// These payloads for these slots: routine, slot, payload.
    Posts(Vec<(u32, u32, Value)>),
}

/// Why a post was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostError {
    /// There is no such job.
    UnknownJob,
    /// There is no such slot.
    UnknownSlot,
    /// The job has ended: `JOB_ALREADY_COMPLETED`.
    JobAlreadyCompleted,
    /// The slot is full and drops what comes: `SLOT_QUEUE_FULL`. Nothing was posted.
    SlotQueueFull,
}

impl Runtime {
    /// A runtime without jobs.
    pub fn new(recording: Recording) -> Self {
        let mut runtime = Self::empty(recording);
        let message = "the runtime is ready";
        runtime.core.trace.add(0, NO_JOB, EXTERNAL, || Kind::System("system.startup", message.into()));
        runtime
    }

    /// A runtime without jobs and without a record of its start.
    pub(super) fn empty(recording: Recording) -> Self {
        let core = Core {
            now_us: 0,
            trace: Trace::new(recording),
            runnable: Positions::default(),
            turn: 0,
            timers: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            next_timer: 0,
            free_workers: BTreeSet::new(),
            worker_count: 0,
            waiting: VecDeque::new(),
            handed_over: Vec::new(),
            strikes: Strikes::default(),
            held_errors: HeldErrors::default(),
            steps: 0,
            guard: Guard::default(),
            touched: Touched::default(),
            spare_input: SpareInput::default(),
        };
        Self { core, jobs: Vec::new() }
    }

    /// Takes a job as it was saved. Its timers, its deadline and whether it can take a step follow from it.
    pub(super) fn adopt(&mut self, mut job: Job) {
        if job.status == JobStatus::Running {
            self.core.deadlines.insert((job.deadline_us, job.index));
            self.core.timers.extend(job.timers.keys().map(|(due, number)| (*due, *number, job.index)));
        }
        self.core.settle_runnable(&mut job);
        self.jobs.push(Rc::new(job));
    }

    /// The virtual clock, in microseconds.
    pub fn now_us(&self) -> u64 {
        self.core.now_us
    }

    /// All jobs in the order of their creation.
    pub fn jobs(&self) -> &[Rc<Job>] {
        &self.jobs
    }

    pub(super) fn jobs_mut(&mut self) -> &mut [Rc<Job>] {
        &mut self.jobs
    }

    pub(super) fn parts_mut(&mut self) -> (&mut Core, &mut [Rc<Job>]) {
        (&mut self.core, &mut self.jobs)
    }

    /// Steps taken so far, by all jobs.
    pub fn steps(&self) -> u64 {
        self.core.steps
    }

    /// The records, for whoever takes them, and how they are made.
    pub fn trace_mut(&mut self) -> &mut Trace {
        &mut self.core.trace
    }

    /// The records.
    pub fn trace(&self) -> &Trace {
        &self.core.trace
    }

    /// Jobs in which something happened since this was asked last, by position.
    pub fn take_touched(&mut self) -> Vec<u32> {
        self.core.touched.take()
    }

    /// When jobs that never end are paused.
    pub fn guard(&self) -> Guard {
        self.core.guard
    }

    /// Changes when jobs that never end are paused.
    pub fn set_guard(&mut self, guard: Guard) {
        self.core.guard = Guard { instant_steps: guard.instant_steps.max(1), steps: guard.steps.max(1) };
    }

    /// Where the wall-time limit struck.
    pub fn strikes(&self) -> &Strikes {
        &self.core.strikes
    }

    /// Gives a replay the strikes of the record.
    pub fn set_strikes(&mut self, strikes: Strikes) {
        self.core.strikes = strikes;
    }

    /// Lets a routine of a job do something else from now on; tells what it did before. Only for copies of a run: no replay
    /// knows of it.
    pub fn substitute(&mut self, job: u32, routine: u32, behaviour: Rc<dyn Behaviour>) -> Option<Rc<dyn Behaviour>> {
        let job = self.jobs.get_mut(job as usize).map(Rc::make_mut)?;
        let mut program = Program::clone(&job.program);
        let place = &mut program.routines.get_mut(routine as usize)?.behaviour;
        let before = std::mem::replace(place, behaviour);
        job.program = Rc::new(program);
        Some(before)
    }

    /// Asks to hold errors before their handler acts. Tells who asked before.
    pub fn hold_errors(&mut self, held: HeldErrors) -> HeldErrors {
        std::mem::replace(&mut self.core.held_errors, held)
    }

    /// Whether the next step is the second half of one: an error that a breakpoint holds before its handler acts.
    pub fn is_held_in_error(&self) -> bool {
        matches!(self.upcoming(), Some((_, Task::Handle(_))))
    }

    /// Creates a job, starts it and posts what it starts with. Returns at once, with the job's position.
    pub fn exec(&mut self, program: &Rc<Program>, start: Start, seed: Option<i64>) -> u32 {
        self.hire_workers(program.workers);
        let index = self.jobs.len() as u32;
        let id: Arc<str> = format!("job-{}", index + 1).into();
        let mut job = Job::new(id, index, program.clone(), seed.unwrap_or(program.seed));
        let core = &mut self.core;
        let now = core.now_us;
        let created = core.trace.add(now, index, EXTERNAL, || Kind::Job(JobEvent::Created));
        job.status = JobStatus::Running;
        job.started_us = now;
        job.deadline_us = now.saturating_add(program.timeout_us);
        core.deadlines.insert((job.deadline_us, index));
        core.trace.add(now, index, created, || Kind::Job(JobEvent::Started));
        match start {
            Start::Inputs => post_inputs(core, &mut job, program),
            Start::Entry(data) => {
                if let Some((routine, slot)) = program.entry {
                    job.tasks.push_back(Task::Post { routine, slot, data });
                }
            }
            Start::Posts(posts) => {
                job.tasks.extend(posts.into_iter().map(|(routine, slot, data)| Task::Post { routine, slot, data }));
            }
        }
        core.settle(&mut job, created);
        self.jobs.push(Rc::new(job));
        index
    }

    /// Whether a job takes a post at this moment.
    ///
    /// # Errors
    /// Why it does not.
    pub fn can_post(&self, job: u32, routine: u32, slot: u32) -> Result<(), PostError> {
        let job = self.jobs.get(job as usize).ok_or(PostError::UnknownJob)?;
        if job.status.is_finished() {
            return Err(PostError::JobAlreadyCompleted);
        }
        let routine = job.routines.get(routine as usize).ok_or(PostError::UnknownSlot)?;
        let queue = routine.slots.get(slot as usize).ok_or(PostError::UnknownSlot)?;
        // Who asks can be told now; what is accepted and finds the slot full later is in the trace. A slot whose overflow
        // is an error of its routine takes it, to fail.
        if queue.overflow == Overflow::DropNewest && queue.unconsumed() >= queue.max {
            return Err(PostError::SlotQueueFull);
        }
        Ok(())
    }

    /// Posts data to a slot of a job.
    ///
    /// # Errors
    /// Why the job takes no post.
    pub fn post(&mut self, job: u32, routine: u32, slot: u32, data: Value) -> Result<(), PostError> {
        self.can_post(job, routine, slot)?;
        let job = self.jobs.get_mut(job as usize).map(Rc::make_mut).ok_or(PostError::UnknownJob)?;
        job.tasks.push_back(Task::Post { routine, slot, data });
        self.core.wake(job);
        Ok(())
    }

    /// Holds a job between steps. Its timers stay due and fire when it is resumed.
    pub fn pause_job(&mut self, job: u32, reason: &str) {
        if let Some(job) = self.jobs.get_mut(job as usize).map(Rc::make_mut) {
            self.core.pause(job, reason);
        }
    }

    /// Lets a paused job go on.
    pub fn resume_job(&mut self, job: u32) {
        if let Some(job) = self.jobs.get_mut(job as usize).map(Rc::make_mut) {
            self.core.resume(job);
            // A job that is over its time frees its workers at once.
            self.hand_over();
        }
    }

    /// Ends a job and discards what it had left to do.
    pub fn cancel_job(&mut self, job: u32) {
        let Some(job) = self.jobs.get_mut(job as usize).map(Rc::make_mut) else { return };
        if !job.status.is_finished() {
            self.core.discard(job);
            job.status = JobStatus::Cancelled;
            self.core.trace.add(self.core.now_us, job.index, EXTERNAL, || Kind::Job(JobEvent::Cancelled));
            self.hand_over();
        }
    }

    /// Makes the next step ready: lets the clock advance if nothing is runnable at this instant.
    /// `false` if there is no next step.
    pub fn prepare(&mut self) -> bool {
        self.ready_job().is_some()
    }

    /// As [`Self::prepare`], but tells the position of the job that takes the next step.
    pub fn ready_job(&mut self) -> Option<u32> {
        loop {
            while let Some(index) = self.core.next_job() {
                match guard::runaway(&self.core, &self.jobs[index as usize]) {
                    Some(reason) => {
                        let job = Rc::make_mut(&mut self.jobs[index as usize]);
                        job.instant_steps = 0;
                        self.core.pause(job, &reason);
                    }
                    None => return Some(index),
                }
            }
            if !self.advance_clock() {
                return None;
            }
        }
    }

    /// The job and the task of the next step, after [`Self::prepare`].
    pub fn upcoming(&self) -> Option<(&Rc<Job>, &Task)> {
        let job = &self.jobs[self.core.next_job()? as usize];
        job.tasks.front().map(|task| (job, task))
    }

    /// Whether an activation that begins now has a worker.
    pub fn has_free_worker(&self) -> bool {
        !self.core.free_workers.is_empty()
    }

    /// Takes one step. `false` if there was none to take.
    pub fn step(&mut self) -> bool {
        let ready = self.ready_job();
        ready.into_iter().for_each(|job| self.step_ready(job));
        ready.is_some()
    }

    /// Takes the next step of the job that [`Self::ready_job`] told, if nothing was done to the run since.
    pub fn step_ready(&mut self, job: u32) {
        let Some(job) = self.jobs.get_mut(job as usize).map(Rc::make_mut) else { return };
        step::take(&mut self.core, job);
        if !self.core.handed_over.is_empty() {
            self.hand_over();
        }
    }

    /// Gives the activations of other jobs that got a worker their place in their job's tasks.
    pub(super) fn hand_over(&mut self) {
        while !self.core.handed_over.is_empty() {
            for (job, activation, worker) in std::mem::take(&mut self.core.handed_over) {
                let job = Rc::make_mut(&mut self.jobs[job as usize]);
                self.core.start_waiting(job, activation, worker);
                self.core.settle_runnable(job);
            }
        }
    }

    /// Moves the clock straight to the next timer or deadline; `false` if there is none.
    fn advance_clock(&mut self) -> bool {
        let timer = self.core.timers.first().map(|(due, _, _)| *due);
        let mut deadline = self.core.deadlines.first().map(|(due, _)| *due);
        if timer.is_none() && self.jobs.iter().any(|job| job.status == JobStatus::Paused) {
            // A job that waits for a worker of a paused one must not be run into its timeout by that pause.
            deadline = None;
        }
        let Some(now) = timer.into_iter().chain(deadline).min() else { return false };
        self.core.beat_hearts(now);
        self.core.now_us = self.core.now_us.max(now);
        while let Some((due, index)) = self.core.deadlines.first().copied().filter(|(due, _)| *due <= now) {
            self.core.deadlines.remove(&(due, index));
            let job = Rc::make_mut(&mut self.jobs[index as usize]);
            step::time_out(&mut self.core, job);
        }
        self.hand_over();
        while let Some((due, number, index)) = self.core.timers.first().copied().filter(|(due, ..)| *due <= now) {
            self.core.timers.remove(&(due, number, index));
            let job = Rc::make_mut(&mut self.jobs[index as usize]);
            if let Some(task) = job.timers.remove(&(due, number)) {
                job.tasks.push_back(task);
                self.core.settle_runnable(job);
            }
        }
        true
    }
}

/// Posts the document's inputs: what is due at once as tasks, the rest as timers.
fn post_inputs(core: &mut Core, job: &mut Job, program: &Program) {
    for input in &program.inputs {
        for k in 0..input.repeat {
            let us = us_from_seconds(input.at + f64::from(k) * input.every);
            let post = Task::Post { routine: input.routine, slot: input.slot, data: input.data.clone() };
            core.after(job, us, post);
        }
    }
}

impl Core {
    /// The job whose turn it is.
    pub(super) fn next_job(&self) -> Option<u32> {
        self.runnable.next_from(self.turn).or_else(|| self.runnable.next_from(0))
    }

    /// Appends a task to its job after a length of virtual time, at once if that is 0. Tells the timer, if any.
    pub(super) fn after(&mut self, job: &mut Job, us: u64, task: Task) -> Option<TimerKey> {
        if us == 0 {
            job.tasks.push_back(task);
            return None;
        }
        let key = (self.now_us.saturating_add(us), self.next_timer);
        self.next_timer += 1;
        job.timers.insert(key, task);
        self.timers.insert((key.0, key.1, job.index));
        Some(key)
    }

    /// Stops a timer.
    pub(super) fn cancel_timer(&mut self, job: &mut Job, key: TimerKey) {
        if job.timers.remove(&key).is_some() {
            self.timers.remove(&(key.0, key.1, job.index));
        }
    }

    /// After anything happened to a job: ends it if it is drained, and notes whether it can take a step.
    pub(super) fn settle(&mut self, job: &mut Job, cause: Cause) {
        if job.status == JobStatus::Running && job.is_drained() {
            let completes = job.program.completion == Completion::Auto;
            job.status = if completes { JobStatus::Completed } else { JobStatus::Idle };
            job.idle_since_us = self.now_us;
            self.deadlines.remove(&(job.deadline_us, job.index));
            let left = Rc::new(job.unconsumed());
            self.trace.add(self.now_us, job.index, cause, || Kind::JobDrained(completes, left));
        }
        self.settle_runnable(job);
    }

    pub(super) fn settle_runnable(&mut self, job: &mut Job) {
        self.touched.add(job.index);
        let is_runnable = job.status == JobStatus::Running && !job.tasks.is_empty();
        if is_runnable != job.is_runnable {
            job.is_runnable = is_runnable;
            if is_runnable {
                self.runnable.insert(job.index);
            } else {
                self.runnable.remove(job.index);
            }
        }
    }

    /// A job has a new task: an idle one runs again. The time that it was idle does not count for its timeout.
    pub(super) fn wake(&mut self, job: &mut Job) {
        if job.status == JobStatus::Idle {
            job.status = JobStatus::Running;
            job.deadline_us = job.deadline_us.saturating_add(self.now_us - job.idle_since_us);
            self.deadlines.insert((job.deadline_us, job.index));
            self.trace.add(self.now_us, job.index, EXTERNAL, || Kind::Job(JobEvent::Resumed));
        }
        self.settle_runnable(job);
    }
}
