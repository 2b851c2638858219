//! Walking through a routine's Python, line by line.
//!
//! One attempt of an activation is run again, in a copy of the run at the moment before it, with a behaviour that tells
//! every line. The walk then goes through what was told, forwards and back: nothing runs any more, and the run itself
//! stays where it is. An attempt that sleeps is followed through the steps of others until it ends.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, LineStop, LineTracer};
use crate::engine::runtime::Runtime;
use crate::engine::task::Task;
use crate::engine::trace::{Kind, Record, Recording};

use super::moment::Moment;
use super::replay::Replay;
use super::session::{Mode, Session};

/// For how many steps of others an attempt that sleeps is followed.
const MOST_STEPS: u64 = 10_000;

/// A walk through one attempt of one activation.
pub struct LineWalk {
    /// The routine.
    pub routine: Arc<str>,
    /// The job.
    pub job: Arc<str>,
    /// Its activation.
    pub activation: u64,
    /// 1 for the first.
    pub attempt: u32,
    /// The logic.
    pub source: String,
    /// The lines it came to.
    pub stops: Vec<LineStop>,
    /// Which of them is shown; their number at the end.
    pub at: usize,
    /// What the attempt made.
    pub records: Vec<Record>,
    /// What it raised.
    pub failure: Option<Arc<Failure>>,
    /// Why not all lines are there.
    pub cut: Option<String>,
    /// The call of each call's caller, by number.
    parents: Vec<Option<u32>>,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineGoal {
    /// To the next line.
    Into,
    /// To the next line that is in no function called from here.
    Over,
    /// To the next line of the caller.
    Out,
    /// To the next time this line is reached.
    Line(u32),
    /// To a stop by its number.
    At(usize),
}

impl LineWalk {
    /// Moves. At the last stop it goes to the end, at the first it stays.
    pub fn go(&mut self, goal: LineGoal, back: bool) {
        let from = self.at.min(self.stops.len());
        let frame = self.stops.get(from).or(self.stops.last()).map(|stop| stop.frame);
        let wanted = |index: &usize| {
            let stop = &self.stops[*index];
            match goal {
                LineGoal::Into => true,
                LineGoal::Line(line) => stop.line == line,
                LineGoal::Over => Some(stop.frame) == frame || !self.is_inside(stop.frame, frame),
                LineGoal::Out => !self.is_inside(stop.frame, frame),
                LineGoal::At(wanted) => *index == wanted,
            }
        };
        self.at = match (goal, back) {
            (LineGoal::At(index), _) => index.min(self.stops.len()),
            (_, false) => (from + 1..self.stops.len()).find(wanted).unwrap_or(self.stops.len()),
            (_, true) => (0..from).rev().find(wanted).unwrap_or(0),
        };
    }

    /// To the line that raised, as far as the traceback tells; else to the last one.
    pub fn go_to_error(&mut self) {
        let line = self.error_line();
        let found = self.stops.iter().rposition(|stop| Some(stop.line) == line);
        self.at = found.unwrap_or(self.stops.len().saturating_sub(1));
    }

    /// The line that raised: the innermost of the traceback.
    pub fn error_line(&self) -> Option<u32> {
        let traceback = &self.failure.as_ref()?.traceback;
        let mut lines =
            traceback.lines().filter_map(|line| line.trim_start().strip_prefix("File ")?.split_once(", line "));
        let number = lines.next_back()?.1.split(|c: char| !c.is_ascii_digit()).next()?;
        number.parse().ok()
    }

    /// The stop that is shown; the last one at the end.
    pub fn stop(&self) -> Option<&LineStop> {
        self.stops.get(self.at).or(self.stops.last())
    }

    /// The calls around the stop that is shown, the innermost first: function and line.
    pub fn stack(&self) -> Vec<(Arc<str>, u32)> {
        let Some(stop) = self.stop() else { return Vec::new() };
        let upto = self.at.min(self.stops.len().saturating_sub(1));
        let mut stack = vec![(stop.function.clone(), stop.line)];
        let mut frame = stop.frame;
        while let Some(parent) = self.parents.get(frame as usize).copied().flatten() {
            if let Some(caller) = self.stops[..upto].iter().rev().find(|stop| stop.frame == parent) {
                stack.push((caller.function.clone(), caller.line));
            }
            frame = parent;
        }
        stack
    }

    /// What the attempt had made when it came to the stop that is shown.
    pub fn done(&self) -> impl Iterator<Item = &Record> {
        let next = self.stops.get(self.at).map_or(u64::MAX, |stop| stop.next_record);
        self.records.iter().take_while(move |record| record.seq < next)
    }

    /// Whether a call is this one or was made by it, maybe through others.
    fn is_inside(&self, frame: u32, outer: Option<u32>) -> bool {
        let mut at = Some(frame);
        while let Some(frame) = at {
            if Some(frame) == outer {
                return true;
            }
            at = self.parents.get(frame as usize).copied().flatten();
        }
        false
    }
}

/// Who called whom: a call that begins was made by the one whose line came right before, and a line of an earlier call
/// ends those that it made.
fn parents(stops: &[LineStop]) -> Vec<Option<u32>> {
    let highest = stops.iter().map(|stop| stop.frame).max().unwrap_or(0) as usize;
    let mut parents = vec![None; highest + 1];
    let mut stack: Vec<u32> = Vec::new();
    for stop in stops {
        match stack.iter().rposition(|frame| *frame == stop.frame) {
            Some(place) => stack.truncate(place + 1),
            None => {
                parents[stop.frame as usize] = stack.last().copied();
                stack.push(stop.frame);
            }
        }
    }
    parents
}

impl Session {
    /// The walk that is open.
    pub fn lines(&self) -> Option<&LineWalk> {
        self.walk.as_ref()
    }

    /// The walk that is open, to go on in it.
    pub fn lines_mut(&mut self) -> Option<&mut LineWalk> {
        self.walk.as_mut()
    }

    /// Ends the walk.
    pub fn close_lines(&mut self) {
        self.walk = None;
    }

    /// Opens a walk through the attempt that a record belongs to, or through the step that is next.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn open_lines(&mut self, seq: Option<u64>) -> Result<(), String> {
        if self.mode() == Mode::Ready {
            return Err("nothing was run yet".into());
        }
        let start = match seq {
            Some(seq) => Some(self.start_of(seq).ok_or("this record belongs to no activation that is kept")?),
            None => self.start_of_next(),
        };
        let (copy, job, routine) = match start {
            Some(seq) => {
                let copy = self.history.replay_to_record(seq, true, &self.replay.runtime);
                match self.history.records().get(seq).map(|record| (record.job, &record.kind)) {
                    Some((job, Kind::RoutineStart(routine, ..))) => (copy, job, *routine),
                    _ => return Err("the start of this activation is not kept".into()),
                }
            }
            None => {
                let copy = Replay { runtime: self.replay.runtime.clone(), applied: self.replay.applied };
                let (job, routine) = next_routine(&copy.runtime).ok_or("the next step runs no logic")?;
                (copy, job, routine)
            }
        };
        self.walk = Some(self.follow(copy, job, routine)?);
        Ok(())
    }

    /// The record of the start of the attempt that a record belongs to.
    fn start_of(&self, seq: u64) -> Option<u64> {
        let records = self.history.records();
        let mut at = seq;
        // From a hit to its error to its start; from a delivery to the start it led to.
        for _ in 0..4 {
            let record = records.get(at)?;
            match &record.kind {
                Kind::RoutineStart(..) => return Some(at),
                Kind::SlotCall { .. } => {
                    let mut after = records.from(at + 1).take(16);
                    let start = after.find(|next| next.cause == at && matches!(next.kind, Kind::RoutineStart(..)))?;
                    return Some(start.seq);
                }
                _ => at = record.cause,
            }
        }
        None
    }

    /// If the next step belongs to an attempt that has started: the record of its start.
    fn start_of_next(&self) -> Option<u64> {
        match self.replay.runtime.upcoming()?.1 {
            task @ (Task::Handle(_) | Task::Resume(..) | Task::End(_)) => {
                task.activation().map(|activation| activation.start)
            }
            _ => None,
        }
    }

    /// Runs an attempt in a copy of the run, once as it is, once with its lines told.
    fn follow(&self, mut copy: Replay, job: u32, routine: u32) -> Result<LineWalk, String> {
        let model = copy.runtime.jobs().get(job as usize).ok_or("there is no such job")?.clone();
        let id = model.program.routines[routine as usize].id.clone();
        let source = model.program.flow.routine(&id).cloned().ok_or("the run does not know this routine")?;
        let tracer = self.library.line_tracer(&source).map_err(|err| format!("{}: {}", err.error_type, err.message))?;
        let LineTracer { behaviour, log } = tracer.ok_or_else(|| format!("{id} has no Python logic"))?;
        copy.runtime.hold_errors(Default::default());
        copy.runtime.trace_mut().recording = Recording::On;
        copy.runtime.trace_mut().records.clear();
        let mut plain = Replay { runtime: copy.runtime.clone(), applied: copy.applied };
        plain.step(&self.history);
        self.step_with(&mut copy, job, routine, behaviour.clone());
        let is_start = |record: &&Record| record.job == job && matches!(record.kind, Kind::RoutineStart(..));
        let (start, activation, attempt) = match copy.runtime.trace().records.iter().find(is_start) {
            Some(Record { seq, kind: Kind::RoutineStart(_, activation, attempt, _), .. }) => {
                (*seq, *activation, *attempt)
            }
            _ => return Err(format!("the next step does not run the logic of {id}")),
        };
        let mut cut = log.borrow().cut.clone();
        if cut.is_none() && copy.runtime.trace().records.len() != plain.runtime.trace().records.len() {
            cut = Some("here the lines differ from the plain run, which is what counts".into());
        }
        let mut steps = 0;
        while !has_ended(&copy.runtime, job, start) && steps < MOST_STEPS {
            let is_ours = |task: &Task| matches!(task, Task::Resume(a, _) if a.start == start);
            let goes_on = copy.runtime.upcoming().is_some_and(|(next, task)| next.index == job && is_ours(task));
            let stepped = if goes_on {
                self.step_with(&mut copy, job, routine, behaviour.clone())
            } else {
                copy.step(&self.history)
            };
            if !stepped {
                break;
            }
            steps += 1;
        }
        let made = |record: &&Record| record.seq == start || record.cause == start;
        let records: Vec<Record> = copy.runtime.trace().records.iter().filter(made).cloned().collect();
        let error = |records: &[Record]| {
            records.iter().find_map(|record| match &record.kind {
                Kind::Error(_, _, failure) if record.cause == start => Some(failure.clone()),
                _ => None,
            })
        };
        // Tracebacks are those of the plain run.
        let recorded: Vec<Record> =
            self.history.records().from(start).take(20_000).filter(|record| record.cause == start).cloned().collect();
        let failure = error(&recorded).or_else(|| error(&plain.runtime.trace().records)).or_else(|| error(&records));
        if log.borrow().stops.is_empty() {
            return Err(format!("{id} came to no line: it failed before its first, or was stopped"));
        }
        let mut log = log.borrow_mut();
        let stops = std::mem::take(&mut log.stops);
        let failure = if log.cut.is_some() { None } else { failure };
        Ok(LineWalk {
            routine: id,
            job: model.id.clone(),
            activation,
            attempt,
            source: source.logic.clone().unwrap_or_default(),
            parents: parents(&stops),
            stops,
            at: 0,
            records,
            failure,
            cut,
        })
    }

    /// One step in which a routine tells its lines.
    fn step_with(&self, copy: &mut Replay, job: u32, routine: u32, behaviour: Rc<dyn Behaviour>) -> bool {
        let before = copy.runtime.substitute(job, routine, behaviour);
        let stepped = copy.step(&self.history);
        if let Some(before) = before {
            copy.runtime.substitute(job, routine, before);
        }
        stepped
    }
}

/// Whether an attempt is over: nothing of it is left to do.
fn has_ended(runtime: &Runtime, job: u32, start: u64) -> bool {
    let Some(job) = runtime.jobs().get(job as usize) else { return true };
    let ours = |task: &Task| matches!(task, Task::Resume(a, _) if a.start == start);
    job.status.is_finished() || !job.tasks.iter().chain(job.timers.values()).any(ours)
}

/// The job and the routine whose logic the next step may run.
fn next_routine(runtime: &Runtime) -> Option<(u32, u32)> {
    let (job, task) = runtime.upcoming()?;
    let moment = Moment::of_task(job, task, runtime.now_us())?;
    Some((job.index, job.program.routine(&moment.routine)?))
}
