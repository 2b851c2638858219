//! A session: one document, one run of it, and everything a user can do to that run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::engine::alter::Change;
use crate::engine::behaviour::Library;
use crate::engine::program::Program;
use crate::engine::runtime::Runtime;
use crate::engine::trace::{Kind, Recording};
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Breakpoint, Flow};
use crate::flow::problem::Problem;
use crate::flow::value::Value;

use super::branch::{Branch, BranchName};
use super::breakpoint::{Breakpoints, Hit};
use super::history::History;
use super::index::Index;
use super::intervention::Intervention;
use super::lines::LineWalk;
use super::replay::Replay;
use super::settings::Settings;
use super::spans::Spans;
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
    /// It came to where it was told to run to.
    Arrived,
    /// A breakpoint.
    Breakpoint(Hit),
    /// A job was paused by the runaway guard: its reason.
    Runaway(String),
    /// Nothing is left to do but by jobs that are paused: their ids.
    JobsPaused(String),
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
    /// While the past is shown: whether the present is held in an error, which its handler has not seen.
    pub(super) head_in_error: bool,
    /// A held step that may be taken: its breakpoints have spoken.
    pub(super) released: bool,
    pub(super) goal: Goal,
    /// Whether another moment is shown than the one that its last steps led to.
    pub(super) has_jumped: bool,
    pub(super) settings: Settings,
    /// Which of the runs and branches is shown.
    pub(super) current: BranchName,
    /// The others, oldest first.
    pub(super) others: Vec<Branch>,
    pub(super) next_branch: u32,
    /// The document that the run was started with.
    pub(super) ran: Option<Arc<Flow>>,
    /// A breakpoint that acts until the next hold: run to here.
    pub(super) temporary: Option<Breakpoints>,
    /// A hit holds only its job.
    pub(super) holds_only_the_job: bool,
    /// Jobs that were held so, to be told.
    pub(super) held_jobs: Vec<(Arc<str>, Stop)>,
    /// Jobs whose next step may be taken: its breakpoints have spoken.
    pub(super) released_jobs: BTreeSet<u32>,
    /// Only this job takes steps.
    pub(super) only: Option<u32>,
    /// Made when somebody asks.
    pub(super) index: Index,
    pub(super) spans: Spans,
    /// A walk through the lines of a logic.
    pub(super) walk: Option<LineWalk>,
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
            head_in_error: false,
            released: false,
            goal: Goal::Never,
            has_jumped: false,
            settings: Settings::default(),
            current: BranchName::default(),
            others: Vec::new(),
            next_branch: 1,
            ran: None,
            temporary: None,
            holds_only_the_job: false,
            held_jobs: Vec::new(),
            released_jobs: BTreeSet::new(),
            only: None,
            index: Index::default(),
            spans: Spans::default(),
            walk: None,
        }
    }

    /// Which records are about which place.
    pub fn index(&mut self) -> (&Index, &History) {
        self.index.update(self.history.records());
        (&self.index, &self.history)
    }

    /// All activations as they lie in time.
    pub fn spans(&mut self) -> &Spans {
        self.spans.update(self.history.records());
        &self.spans
    }

    /// What was made of other records is made anew.
    pub(super) fn forget_views(&mut self) {
        self.walk = None;
        self.index = Index::default();
        self.spans = Spans::default();
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

    /// Forgets the run and all others.
    pub fn reset(&mut self) {
        self.clear();
        self.others.clear();
        self.next_branch = 1;
        self.current = BranchName::default();
        self.ran = None;
    }

    fn clear(&mut self) {
        let mut runtime = Runtime::new(self.settings.keep.recording());
        runtime.set_guard(self.settings.guard);
        self.begin(runtime, BTreeMap::new());
        self.breakpoints.forget_hits();
        self.forget_views();
        self.released_jobs.clear();
        self.held_jobs.clear();
        self.only = None;
        self.mode = Mode::Ready;
        self.stop = None;
        self.released = false;
        self.goal = Goal::Never;
    }

    /// Starts a new run of the document; the one before is kept among the others.
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
        let jobs = options.jobs.max(1);
        program.check_jobs(jobs, options.entry.is_none()).map_err(|problem| vec![problem])?;
        self.program = Some(program.clone());
        self.put_aside();
        self.clear();
        self.name_run();
        self.replay.runtime.hold_errors(self.breakpoints.held_errors());
        for _ in 0..jobs {
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

    /// Does something to the run from outside, which has to be in the present for it.
    pub(super) fn intervene(&mut self, intervention: Intervention) {
        self.history.intervene(&mut self.replay.runtime, intervention);
        self.replay.applied = self.history.intervention_count();
    }

    pub(super) fn after_intervention(&mut self) {
        self.intervene(Intervention::Prepare);
        self.history.take_records(&mut self.replay.runtime);
    }

    pub(super) fn finish(&mut self) {
        self.make_records();
        let paused: Vec<_> = self.replay.runtime.jobs().iter().filter(|job| job.status.name() == "paused").collect();
        let runaway = paused.iter().rev().find_map(|job| {
            let records = self.history.records().from(0).rev();
            records.take(1000).find_map(|record| match &record.kind {
                Kind::JobPaused(reason) if record.job == job.index && reason.starts_with("runaway") => {
                    Some(reason.to_string())
                }
                _ => None,
            })
        });
        let ids: Vec<&str> = paused.iter().map(|job| &*job.id).collect();
        let stop = match runaway {
            Some(reason) => Stop::Runaway(reason),
            None if ids.is_empty() => Stop::End,
            None => Stop::JobsPaused(ids.join(", ")),
        };
        self.hold(stop);
    }

    pub(super) fn hold(&mut self, stop: Stop) {
        self.make_records();
        self.mode = Mode::Held;
        self.stop = Some(stop);
        self.goal = Goal::Never;
        self.only = None;
        if self.temporary.take().is_some() {
            self.replay.runtime.hold_errors(self.breakpoints.held_errors());
        }
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
        if matches!(self.stop, Some(Stop::Runaway(_) | Stop::JobsPaused(_))) && !self.is_past() {
            let paused = self.replay.runtime.jobs().iter().filter(|job| job.status.name() == "paused");
            for index in paused.map(|job| job.index).collect::<Vec<_>>() {
                self.intervene(Intervention::Alter(index, Change::Resume));
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

    pub(super) fn go(&mut self, goal: Goal) {
        if self.mode == Mode::Ready || self.mode == Mode::Running {
            return;
        }
        // A breakpoint that has spoken lets its step pass, and somebody who steps wants the step.
        let spoken = matches!(self.stop, Some(Stop::Breakpoint(_) | Stop::Arrived));
        self.released = self.released || goal != Goal::Never || spoken;
        self.mode = Mode::Running;
        self.stop = None;
        self.walk = None;
        self.goal = goal;
    }

    /// Replaces all breakpoints.
    pub fn set_breakpoints(&mut self, breakpoints: Vec<Breakpoint>) {
        self.breakpoints = Breakpoints::new(breakpoints, &*self.library);
        self.hold_asked_errors();
    }
}
