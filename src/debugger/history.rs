//! The way back: all records, checkpoints, and what was done to the run from outside.
//!
//! An earlier moment is a checkpoint plus a replay. The engine is deterministic, so a replay needs only what
//! came from outside, in its order: an [`Intervention`] with the step before which it happened.

use std::rc::Rc;

use crate::engine::program::Program;
use crate::engine::runtime::{HeldErrors, Runtime, Start};
use crate::engine::trace::{Cause, Kind, Recording};
use crate::flow::value::Value;

use super::records::Records;

/// Most records that are kept; the oldest are given up first.
pub const MAX_RECORDS: usize = 1_000_000;

/// Most checkpoints that are kept; beyond that every other one is given up and the distance doubles.
const MAX_CHECKPOINTS: usize = 128;

/// Steps between the first checkpoints.
const FIRST_DISTANCE: u64 = 256;

/// Something that came from outside.
#[derive(Clone)]
pub enum Intervention {
    /// A job was started.
    Exec {
        /// What it runs.
        program: Rc<Program>,
        /// Entry data in place of the document's inputs.
        entry: Option<Value>,
        /// In place of the document's seed.
        seed: Option<i64>,
    },
    /// Data was posted: job, routine, slot.
    Post(u32, u32, u32, Value),
    /// A job was cancelled.
    Cancel(u32),
    /// A paused job goes on.
    Resume(u32),
    /// All that was to be done at this moment is done: the next step was made ready, which may have moved the clock.
    Prepare,
    /// The debugger made a record: a hit, a logpoint.
    Record(u32, Cause, Rc<Kind>),
}

impl Intervention {
    /// Does it to a runtime.
    fn apply(&self, runtime: &mut Runtime) {
        match self {
            Intervention::Exec { program, entry, seed } => {
                let start = entry.clone().map_or(Start::Inputs, Start::Entry);
                runtime.exec(program, start, *seed);
            }
            Intervention::Post(job, routine, slot, data) => {
                // It was accepted when it happened, so a replay accepts it too.
                let accepted = runtime.post(*job, *routine, *slot, data.clone());
                debug_assert!(accepted.is_ok(), "a replayed post was refused");
            }
            Intervention::Cancel(job) => runtime.cancel_job(*job),
            Intervention::Prepare => {
                runtime.prepare();
            }
            Intervention::Resume(job) => runtime.resume_job(*job),
            Intervention::Record(job, cause, kind) => {
                let now_us = runtime.now_us();
                runtime.trace_mut().add(now_us, *job, *cause, || (**kind).clone());
            }
        }
    }
}

struct Checkpoint {
    runtime: Runtime,
    /// How many interventions it has seen.
    interventions: usize,
}

/// Everything a run has been.
pub struct History {
    records: Records,
    interventions: Vec<(u64, Intervention)>,
    checkpoints: Vec<Checkpoint>,
    distance: u64,
    next_checkpoint: u64,
}

impl Default for History {
    fn default() -> Self {
        Self {
            records: Records::default(),
            interventions: Vec::new(),
            checkpoints: vec![Checkpoint { runtime: Runtime::new(Recording::On), interventions: 0 }],
            distance: FIRST_DISTANCE,
            next_checkpoint: FIRST_DISTANCE,
        }
    }
}

impl History {
    /// Takes the new records of a runtime.
    pub fn take_records(&mut self, runtime: &mut Runtime) {
        self.records.append(&mut runtime.trace_mut().records);
        self.records.keep(MAX_RECORDS);
    }

    /// The records.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Does something from outside to a run and remembers it. The runtime must be prepared.
    pub fn intervene(&mut self, runtime: &mut Runtime, intervention: Intervention) {
        intervention.apply(runtime);
        self.interventions.push((runtime.steps(), intervention));
    }

    /// Keeps a copy of the runtime if it is time for one.
    pub fn checkpoint(&mut self, runtime: &Runtime) {
        if runtime.steps() < self.next_checkpoint {
            return;
        }
        self.checkpoints.push(Checkpoint { runtime: runtime.clone(), interventions: self.interventions.len() });
        if self.checkpoints.len() > MAX_CHECKPOINTS {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.distance *= 2;
        }
        // A copy costs as much as the run holds: a large one is copied more rarely, so that the cost for
        // each step stays the same.
        let held: usize = runtime
            .jobs()
            .iter()
            .map(|job| {
                job.tasks.len()
                    + job.routines.len()
                    + job.routines.iter().flat_map(|r| &r.slots).map(|s| s.total()).sum::<usize>()
            })
            .sum();
        self.next_checkpoint = runtime.steps() + self.distance.max(held as u64);
    }

    /// The exact run after a number of steps, prepared for the next one. It counts records but makes none.
    pub fn replay(&self, steps: u64, now: &Runtime) -> Replay {
        let start = self.checkpoints.partition_point(|checkpoint| checkpoint.runtime.steps() <= steps).max(1) - 1;
        let mut replay = self.start_replay(start, now);
        while replay.runtime.steps() < steps && replay.step(self) {}
        replay
    }

    /// The exact run right after the step that made a record.
    pub fn replay_to_record(&self, seq: u64, now: &Runtime) -> Replay {
        let is_before = |checkpoint: &Checkpoint| checkpoint.runtime.trace().next_seq <= seq;
        let start = self.checkpoints.partition_point(is_before).max(1) - 1;
        let mut replay = self.start_replay(start, now);
        while replay.runtime.trace().next_seq <= seq && replay.step(self) {}
        replay
    }

    /// The last moment before `steps` that `wanted` picks, looking at the run backwards, piece by piece.
    pub fn find_back(&self, steps: u64, now: &Runtime, mut wanted: impl FnMut(&Runtime) -> bool) -> Option<u64> {
        let mut end = steps;
        for start in (0..self.checkpoints.len()).rev() {
            if self.checkpoints[start].runtime.steps() >= end {
                continue;
            }
            let mut replay = self.start_replay(start, now);
            let mut found = None;
            while replay.runtime.steps() < end {
                if wanted(&replay.runtime) {
                    found = Some(replay.runtime.steps());
                }
                if !replay.step(self) {
                    break;
                }
            }
            if found.is_some() {
                return found;
            }
            end = self.checkpoints[start].runtime.steps();
        }
        None
    }

    fn start_replay(&self, index: usize, now: &Runtime) -> Replay {
        let checkpoint = &self.checkpoints[index];
        let mut runtime = checkpoint.runtime.clone();
        runtime.trace_mut().recording = Recording::Count;
        runtime.trace_mut().records.clear();
        runtime.set_strikes(now.strikes().clone());
        // Errors are held for somebody who goes forward, never on the way to a moment: a step is a step.
        runtime.hold_errors(HeldErrors::default());
        let mut replay = Replay { runtime, applied: checkpoint.interventions };
        replay.catch_up(self);
        replay
    }

    /// How often somebody intervened.
    pub fn intervention_count(&self) -> usize {
        self.interventions.len()
    }
}

/// A run on its way through what is recorded.
pub struct Replay {
    /// The run.
    pub runtime: Runtime,
    /// How many interventions it has seen.
    pub applied: usize,
}

impl Replay {
    /// Takes one step. `false` if there was none to take.
    pub fn step(&mut self, history: &History) -> bool {
        let stepped = self.runtime.step();
        self.catch_up(history);
        stepped
    }

    /// Prepares the next step and does what was done to the run before it.
    fn catch_up(&mut self, history: &History) {
        self.runtime.prepare();
        while let Some((step, intervention)) = history.interventions.get(self.applied) {
            if *step > self.runtime.steps() {
                break;
            }
            intervention.apply(&mut self.runtime);
            self.applied += 1;
        }
    }
}
