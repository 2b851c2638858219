//! A session: one document, one run of it, and everything a user can do to that run.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Level, Library};
use crate::engine::program::Program;
use crate::engine::runtime::{PostError, Runtime};
use crate::engine::task::Task;
use crate::engine::trace::{BreakpointHit, Kind, Recording};
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Breakpoint, Flow, PortRef};
use crate::flow::problem::Problem;
use crate::flow::value::Value;

use super::breakpoint::{Breakpoints, Hit};
use super::history::{History, Intervention, Replay};
use super::settings::Settings;
use super::stepping::Goal;

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing was started.
    Ready,
    /// Steps are taken whenever somebody calls [`Session::advance`].
    Running,
    /// Held between two steps.
    Held,
}

/// Why a run is held.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// Before its first step.
    Entry,
    /// Somebody asked for it.
    Pause,
    /// A step is done.
    Step,
    /// A breakpoint.
    Breakpoint(Hit),
    /// A job was paused by the runaway guard: its reason.
    Runaway(String),
    /// There is nothing left to do.
    End,
}

/// How a run starts.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Posted to the entry slot in place of the document's inputs.
    pub entry: Option<Value>,
    /// How many jobs; 1 if 0.
    pub jobs: u32,
    /// In place of the document's seed.
    pub seed: Option<i64>,
    /// Held before its first step.
    pub held: bool,
}

/// One document, one run of it, and the way back.
pub struct Session {
    pub(super) library: Rc<dyn Library>,
    pub(super) catalogue: Catalogue,
    pub(super) flow: Arc<Flow>,
    pub(super) program: Option<Rc<Program>>,
    /// The run at the moment that is shown.
    pub(super) replay: Replay,
    pub(super) history: History,
    pub(super) breakpoints: Breakpoints,
    pub(super) mode: Mode,
    pub(super) stop: Option<Stop>,
    /// Steps that were ever taken in this run: beyond the runtime's when the past is shown.
    pub(super) head: u64,
    /// A held step that may be taken: its breakpoints have spoken.
    released: bool,
    goal: Goal,
    /// Whether another moment is shown than the one that its last steps led to.
    pub(super) has_jumped: bool,
    pub(super) settings: Settings,
}

impl Session {
    /// A session with an empty flow.
    pub fn new(library: Rc<dyn Library>, catalogue: Catalogue) -> Self {
        Self {
            library,
            catalogue,
            flow: Arc::default(),
            program: None,
            replay: Replay { runtime: Runtime::new(Recording::On), applied: 0 },
            history: History::default(),
            breakpoints: Breakpoints::default(),
            mode: Mode::Ready,
            stop: None,
            head: 0,
            released: false,
            goal: Goal::Never,
            has_jumped: false,
            settings: Settings::default(),
        }
    }

    /// The document.
    pub fn flow(&self) -> &Arc<Flow> {
        &self.flow
    }

    /// The classes it can name.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Where behaviours come from.
    pub fn library(&self) -> &Rc<dyn Library> {
        &self.library
    }

    /// The runtime at the moment that is shown.
    pub fn runtime(&self) -> &Runtime {
        &self.replay.runtime
    }

    /// The records.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The breakpoints.
    pub fn breakpoints(&self) -> &Breakpoints {
        &self.breakpoints
    }

    /// What the run does.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Why it is held.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// The program of the run, if one was started.
    pub fn running_program(&self) -> Option<&Rc<Program>> {
        self.replay.runtime.jobs().last().map(|job| &job.program)
    }

    /// Steps that were ever taken in this run.
    pub fn head(&self) -> u64 {
        self.head
    }

    /// Whether an earlier moment is shown: the run counts records but makes none.
    pub fn is_past(&self) -> bool {
        self.replay.runtime.trace().recording == Recording::Count
    }

    /// Replaces the document. What runs goes on undisturbed.
    pub fn set_flow(&mut self, flow: Flow) {
        if *self.flow != flow {
            self.flow = Arc::new(flow);
            self.program = None;
        }
    }

    /// Forgets the run.
    pub fn reset(&mut self) {
        let mut runtime = Runtime::new(Recording::On);
        runtime.set_guard(self.settings.guard);
        self.begin(runtime, BTreeMap::new());
        self.breakpoints.forget_hits();
        self.mode = Mode::Ready;
        self.stop = None;
        self.released = false;
        self.goal = Goal::Never;
    }

    /// Starts a new run of the document; the one before is forgotten.
    ///
    /// # Errors
    /// What keeps the document from running.
    pub fn run(&mut self, options: &RunOptions) -> Result<Vec<Arc<str>>, Vec<Problem>> {
        let program = match &self.program {
            Some(program) => program.clone(),
            None => Program::compile(&self.flow, &self.catalogue, &*self.library)?,
        };
        if options.entry.is_some() && program.entry.is_none() {
            let message = "no routine has a slot for the entry data: give one a slot `trigger`";
            return Err(vec![Problem::error("no-entry", "routines", message)]);
        }
        self.program = Some(program.clone());
        self.reset();
        self.replay.runtime.hold_errors(self.breakpoints.held_errors());
        for _ in 0..options.jobs.max(1) {
            let exec =
                Intervention::Exec { program: program.clone(), entry: options.entry.clone(), seed: options.seed };
            self.intervene(exec);
        }
        self.after_intervention();
        self.mode = Mode::Running;
        if options.held {
            self.hold(Stop::Entry);
        }
        Ok(self.replay.runtime.jobs().iter().map(|job| job.id.clone()).collect())
    }

    /// Takes up to `steps` steps, fewer if the run is held or at its end. Tells how many it took.
    pub fn advance(&mut self, steps: u64) -> u64 {
        let mut taken = 0;
        while self.mode == Mode::Running && taken < steps {
            if !self.replay.runtime.prepare() {
                self.history.take_records(&mut self.replay.runtime);
                self.finish();
                break;
            }
            if self.stops_here() {
                break;
            }
            self.take_step();
            taken += 1;
            if self.goal.is_reached(&self.replay.runtime, &self.history) {
                self.hold(Stop::Step);
                self.land();
            }
        }
        taken
    }

    /// A step, or a jump to another moment, that ends in front of a breakpoint or at the end says so at once. Continuing
    /// from there goes on: what has spoken does not speak again.
    fn land(&mut self) {
        if !self.replay.runtime.prepare() {
            self.finish();
        } else {
            self.released = false;
            self.stops_here();
        }
    }

    /// Asks the breakpoints about the step that is ready. Most sessions have none.
    fn stops_here(&mut self) -> bool {
        if self.breakpoints.is_idle() || std::mem::take(&mut self.released) {
            return false;
        }
        let verdict = self.breakpoints.check(&self.replay.runtime);
        // What happened in the past is recorded already.
        let records = !self.is_past();
        if records {
            for (text, moment) in verdict.logs {
                let routine = self.replay.runtime.jobs()[moment.job as usize].program.routine(&moment.routine);
                let kind = Kind::Log(Level::Info, text.into(), routine, None);
                self.record(moment.job, moment.cause, kind);
            }
        }
        let Some(hit) = verdict.hit else { return false };
        if records {
            let kind = Kind::BreakpointHit(Rc::new(BreakpointHit::from(&hit)));
            self.record(hit.moment.job, hit.moment.cause, kind);
        }
        self.hold(Stop::Breakpoint(hit));
        true
    }

    fn record(&mut self, job: u32, cause: u64, kind: Kind) {
        self.intervene(Intervention::Record(job, cause, Rc::new(kind)));
        self.history.take_records(&mut self.replay.runtime);
    }

    fn take_step(&mut self) {
        if self.is_past() {
            self.replay.step(&self.history);
            self.rejoin();
            return;
        }
        self.replay.runtime.step();
        self.replay.runtime.prepare();
        self.head = self.replay.runtime.steps();
        self.history.take_records(&mut self.replay.runtime);
        self.history.checkpoint(&self.replay.runtime);
    }

    /// Once the past has caught up with the present, records are made from there on.
    fn rejoin(&mut self) {
        let is_held = matches!(self.replay.runtime.upcoming(), Some((_, Task::Handle(..))));
        if self.replay.runtime.steps() >= self.head && !is_held {
            self.replay.runtime.trace_mut().recording = Recording::On;
        }
    }

    /// Does something to the run from outside, which has to be in the present for it.
    fn intervene(&mut self, intervention: Intervention) {
        self.history.intervene(&mut self.replay.runtime, intervention);
        self.replay.applied = self.history.intervention_count();
    }

    pub(super) fn finish(&mut self) {
        let paused = self.replay.runtime.jobs().iter().rev().find(|job| job.status.name() == "paused");
        let runaway = paused.and_then(|job| {
            let records = self.history.records().from(0).rev();
            records.take(1000).find_map(|record| match &record.kind {
                Kind::JobPaused(reason) if record.job == job.index => Some(reason.to_string()),
                _ => None,
            })
        });
        self.hold(runaway.map_or(Stop::End, Stop::Runaway));
    }

    pub(super) fn hold(&mut self, stop: Stop) {
        self.mode = Mode::Held;
        self.stop = Some(stop);
        self.goal = Goal::Never;
    }

    /// Holds the run between two steps.
    pub fn pause(&mut self) {
        if self.mode == Mode::Running {
            self.replay.runtime.prepare();
            self.history.take_records(&mut self.replay.runtime);
            self.hold(Stop::Pause);
        }
    }

    /// Goes on from a hold. A job that the runaway guard paused goes on too.
    pub fn resume(&mut self) {
        if self.mode != Mode::Held {
            return;
        }
        if matches!(self.stop, Some(Stop::Runaway(_))) && !self.is_past() {
            let paused = self.replay.runtime.jobs().iter().filter(|job| job.status.name() == "paused");
            for index in paused.map(|job| job.index).collect::<Vec<_>>() {
                self.intervene(Intervention::Resume(index));
            }
            self.after_intervention();
        }
        self.go(Goal::Never);
    }

    /// Takes the next step of any job.
    pub fn step_into(&mut self) {
        self.go(Goal::OneStep);
        self.advance(1);
    }

    /// Runs until the held delivery's activation and the deliveries of what it emitted are done. Takes no step yet.
    pub fn step_over(&mut self) {
        let goal = Goal::over(&self.replay.runtime);
        self.go(goal);
    }

    /// Runs until every step caused by the same parent is done. Takes no step yet.
    pub fn step_out(&mut self) {
        let goal = Goal::out(&self.replay.runtime, &self.history);
        self.go(goal);
    }

    fn go(&mut self, goal: Goal) {
        if self.mode == Mode::Ready || self.mode == Mode::Running {
            return;
        }
        // A breakpoint that has spoken lets its step pass, and somebody who steps wants the step.
        self.released = goal != Goal::Never || matches!(self.stop, Some(Stop::Breakpoint(_)));
        self.mode = Mode::Running;
        self.stop = None;
        self.goal = goal;
    }

    /// Shows the exact state one step ago. `false` if there is none.
    pub fn step_back(&mut self) -> bool {
        let steps = self.replay.runtime.steps();
        steps > self.history.start() && self.show(steps - 1, Stop::Step)
    }

    /// Shows the exact state after a number of steps.
    pub fn show(&mut self, steps: u64, stop: Stop) -> bool {
        if self.mode == Mode::Ready {
            return false;
        }
        self.leave_the_present();
        let replay = self.history.replay(steps.min(self.head), &self.replay.runtime);
        self.present(replay, stop);
        true
    }

    /// Shows the instant right after the step that made a record.
    pub fn seek(&mut self, seq: u64) -> bool {
        if self.mode == Mode::Ready {
            return false;
        }
        self.leave_the_present();
        let replay = self.history.replay_to_record(seq, &self.replay.runtime);
        self.present(replay, Stop::Step);
        true
    }

    fn present(&mut self, replay: Replay, stop: Stop) {
        self.replay = replay;
        self.has_jumped = true;
        self.rejoin();
        self.replay.runtime.hold_errors(self.breakpoints.held_errors());
        self.hold(stop);
        self.land();
    }

    /// An error that is held in the present is handled first: only whole steps are recorded.
    fn leave_the_present(&mut self) {
        if !self.is_past() && matches!(self.replay.runtime.upcoming(), Some((_, Task::Handle(..)))) {
            self.take_step();
        }
    }

    /// Goes back to the last moment at which a breakpoint would have stopped, or to the start.
    pub fn reverse_continue(&mut self) -> bool {
        let (steps, start) = (self.replay.runtime.steps(), self.history.start());
        if self.mode == Mode::Ready || steps <= start {
            return false;
        }
        let (history, breakpoints) = (&self.history, &mut self.breakpoints);
        match history.find_back(steps, &self.replay.runtime, |runtime| breakpoints.would_stop(runtime)) {
            Some(steps) => self.show(steps, Stop::Step),
            None => self.show(start, Stop::Entry),
        }
    }

    /// Cancels all jobs. In the past, the run first returns to the present.
    pub fn cancel(&mut self) {
        if self.is_past() {
            self.show(self.head, Stop::Pause);
        }
        let unfinished = self.replay.runtime.jobs().iter().filter(|job| !job.status.is_finished());
        for index in unfinished.map(|job| job.index).collect::<Vec<_>>() {
            self.intervene(Intervention::Cancel(index));
        }
        self.after_intervention();
        if self.mode != Mode::Ready {
            self.hold(Stop::End);
        }
    }

    /// Posts data to a slot of a job, the newest if none is named.
    ///
    /// # Errors
    /// Why it is not possible.
    pub fn post(&mut self, job: &str, to: &PortRef, data: Value) -> Result<(), PostError> {
        if self.is_past() {
            self.show(self.head, Stop::Pause);
        }
        let jobs = self.replay.runtime.jobs();
        let found = if job.is_empty() { jobs.last() } else { jobs.iter().find(|candidate| &*candidate.id == job) };
        let job = found.ok_or(PostError::UnknownJob)?;
        if job.status.is_finished() {
            return Err(PostError::JobAlreadyCompleted);
        }
        let (routine, slot) = job.program.slot(to).ok_or(PostError::UnknownSlot)?;
        let post = Intervention::Post(job.index, routine, slot, data);
        self.replay.runtime.prepare();
        self.intervene(post);
        self.after_intervention();
        if self.stop == Some(Stop::End) {
            self.mode = Mode::Running;
            self.stop = None;
        }
        Ok(())
    }

    fn after_intervention(&mut self) {
        self.intervene(Intervention::Prepare);
        self.history.take_records(&mut self.replay.runtime);
    }

    /// Replaces all breakpoints.
    pub fn set_breakpoints(&mut self, breakpoints: Vec<Breakpoint>) {
        self.breakpoints = Breakpoints::new(breakpoints, &*self.library);
        self.replay.runtime.hold_errors(self.breakpoints.held_errors());
    }
}
