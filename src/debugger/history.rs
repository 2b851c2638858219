//! The way back: all records, checkpoints, and what was done to the run from outside.
//!
//! An earlier moment is a checkpoint plus a replay. The engine is deterministic, so a replay needs only what
//! came from outside, in its order: an [`Intervention`] with the step before which it happened.

use std::collections::{BTreeMap, VecDeque};
use std::mem::size_of;
use std::rc::Rc;

use crate::engine::job::Job;
use crate::engine::limits::Strikes;
use crate::engine::record;
use crate::engine::runtime::Runtime;
use crate::engine::slot::SlotQueue;
use crate::engine::trace::{Kind, Recording};
use crate::flow::value::Value;

use super::intervention::{Entry, Intervention};
use super::late::NEWEST_STEPS;
use super::records::Records;
use super::replay::Replay;
use super::settings::{Keep, NEWEST_BYTES};
use super::size::{Whole, of_job};

/// Bytes that a history may take if nobody says otherwise.
pub const DEFAULT_BUDGET: usize = 200_000_000;

/// The least budget in bytes: below it not even the newest records would have room.
pub const MIN_BUDGET: usize = 1_000_000;

/// Most checkpoints that are kept.
const MAX_CHECKPOINTS: usize = 256;

/// Steps between two checkpoints.
const DISTANCE: u64 = 256;

#[derive(Clone)]
pub(super) struct Checkpoint {
    pub(super) runtime: Box<Runtime>,
    steps: u64,
    /// How many interventions it has seen.
    pub(super) interventions: usize,
    /// Estimated bytes of each of its jobs.
    job_bytes: Vec<usize>,
    /// Estimated bytes of what it does not share with the checkpoint before it.
    bytes: usize,
}

impl Checkpoint {
    /// Counts what it does not share with the checkpoint before it.
    fn count(&mut self, before: Option<&Checkpoint>) {
        let shared = |index: usize| {
            before.is_some_and(|before| {
                let jobs = (before.runtime.jobs().get(index), self.runtime.jobs().get(index));
                matches!(jobs, (Some(one), Some(other)) if Rc::ptr_eq(one, other))
            })
        };
        let own = self.job_bytes.iter().enumerate().filter(|(index, _)| !shared(*index));
        // Each job is in the list of jobs, and perhaps in those of what is runnable, due and waiting.
        let listed = self.job_bytes.len() * 64;
        self.bytes = size_of::<Self>() + listed + own.map(|(_, bytes)| bytes).sum::<usize>();
    }
}

/// What a history takes of its budget, in bytes, all estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Most of all together.
    pub budget: usize,
    /// Records.
    pub records: usize,
    /// States to replay from.
    pub checkpoints: usize,
    /// What came from outside.
    pub interventions: usize,
}

impl Usage {
    /// All together.
    pub fn total(&self) -> usize {
        self.records + self.checkpoints + self.interventions
    }
}

/// Most records of a job's execution history: the newest.
pub const EXECUTION_HISTORY: usize = 1000;

/// The steps after which the work of copying a job and counting its bytes is a small part of theirs.
fn work_of_copying(job: &Job) -> usize {
    // A routine has several allocations. A timer is in two trees.
    const ROUTINE: usize = 16;
    const TIMER: usize = 2;
    job.tasks.len() + ROUTINE * job.routines.len() + TIMER * timers(job) + items(job)
}

/// The same without counting its bytes, which is most of the work: its tasks are copied piece by piece.
fn work_of_copying_uncounted(job: &Job) -> usize {
    // A step takes about as long as copying so many small things.
    const STEP: usize = 8;
    const JOB: usize = 100;
    const ROUTINE: usize = 40;
    const TIMER: usize = 30;
    const ITEM: usize = 8;
    const PIECE: usize = 4;
    let pieces = job.tasks.own().count() + job.tasks.pieces().count();
    (JOB + ROUTINE * job.routines.len() + TIMER * timers(job) + ITEM * items(job) + PIECE * pieces) / STEP
}

fn timers(job: &Job) -> usize {
    job.timers.len() + job.waiting.len()
}

fn items(job: &Job) -> usize {
    job.routines.iter().flat_map(|routine| &routine.slots).map(SlotQueue::unconsumed).sum()
}

/// Everything a run has been.
pub struct History {
    /// The newest records of each job before a run that was restored.
    earlier: BTreeMap<u32, Vec<Value>>,
    pub(super) records: Records,
    interventions: VecDeque<Entry>,
    /// How many interventions were given up, all of them before the first checkpoint.
    forgotten: usize,
    intervention_bytes: usize,
    pub(super) checkpoints: Vec<Checkpoint>,
    checkpoint_bytes: usize,
    next_checkpoint: u64,
    budget: usize,
    keep: Keep,
    sizes: Whole,
}

impl Default for History {
    fn default() -> Self {
        Self::starting_with(&Runtime::new(Recording::On), BTreeMap::new())
    }
}

impl History {
    /// The history of a run that begins with this state, and what its jobs did before.
    pub fn starting_with(runtime: &Runtime, earlier: BTreeMap<u32, Vec<Value>>) -> Self {
        let mut history = Self {
            earlier,
            records: Records::default(),
            interventions: VecDeque::new(),
            forgotten: 0,
            intervention_bytes: 0,
            checkpoints: Vec::new(),
            checkpoint_bytes: 0,
            next_checkpoint: runtime.steps() + DISTANCE,
            budget: DEFAULT_BUDGET,
            keep: Keep::default(),
            sizes: Whole::default(),
        };
        history.push_checkpoint(runtime);
        history
    }

    /// Changes how many bytes it may take, at least [`MIN_BUDGET`]. What is too much is given up.
    pub fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes.max(MIN_BUDGET);
        self.keep_to_budget();
    }

    /// Says what is kept, before the first step.
    pub fn set_keep(&mut self, keep: Keep) {
        self.keep = keep;
    }

    /// What is kept.
    pub fn keep(&self) -> Keep {
        self.keep
    }

    /// What it takes of its budget.
    pub fn usage(&self) -> Usage {
        Usage {
            budget: self.budget,
            records: self.records.bytes(),
            checkpoints: self.checkpoint_bytes,
            interventions: self.intervention_bytes,
        }
    }

    /// The step before which nothing can be shown.
    pub fn start(&self) -> u64 {
        self.checkpoints.first().map_or(0, |checkpoint| checkpoint.runtime.steps())
    }

    /// The newest records of a job up to the moment of a runtime, oldest first.
    pub fn of_job(&self, job: &Job, runtime: &Runtime, most: usize) -> Vec<Value> {
        let next_seq = runtime.trace().next_seq;
        let newest = self.records.from(0).rev().skip_while(|record| record.seq >= next_seq);
        let newest = newest.filter(|record| record.job == job.index).map(|record| record::to_value(record, runtime));
        let earlier = self.earlier.get(&job.index).into_iter().flat_map(|records| records.iter().rev().cloned());
        let mut records: Vec<Value> = newest.chain(earlier).take(most).collect();
        records.reverse();
        records
    }

    /// Takes the new records of a runtime.
    pub fn take_records(&mut self, runtime: &mut Runtime) {
        let records = &mut runtime.trace_mut().records;
        if records.is_empty() {
            return;
        }
        self.records.append(records);
        self.give_up_old_records();
    }

    pub(super) fn give_up_old_records(&mut self) {
        if self.usage().total() > self.budget {
            self.keep_to_budget();
        }
        if self.keep == Keep::Newest {
            self.records.keep(NEWEST_BYTES);
        }
    }

    /// Gives up the oldest detail first. A quarter of the budget is for checkpoints, whose distances grow with their
    /// age, a quarter for what came from outside; records may have what these leave. Every moment that can still be
    /// shown is exact.
    fn keep_to_budget(&mut self) {
        let share = self.budget / 4;
        while self.checkpoint_bytes > share && self.checkpoints.len() > 2 {
            self.thin();
        }
        if self.intervention_bytes > share {
            self.move_start(share / 2);
        }
        let others = self.checkpoint_bytes + self.intervention_bytes;
        self.records.keep(self.budget.saturating_sub(others));
    }

    /// Gives up the checkpoint whose loss is felt least: the longest way to replay, measured by how long ago it was.
    fn thin(&mut self) {
        let steps = |index: usize| self.checkpoints[index].steps;
        let Some(head) = self.checkpoints.last().map(|last| last.steps) else { return };
        let gap = |index: usize| u128::from(steps(index + 1) - steps(index - 1));
        let age = |index: usize| u128::from(head - steps(index) + DISTANCE);
        // The least quotient of gap and age, found without dividing: this is asked as often as a checkpoint is made.
        let felt = |one: &usize, other: &usize| (gap(*one) * age(*other)).cmp(&(gap(*other) * age(*one)));
        let Some(index) = (1..self.checkpoints.len().saturating_sub(1)).min_by(felt) else { return };
        self.give_up_checkpoint(index);
    }

    fn give_up_checkpoint(&mut self, index: usize) {
        let lost = self.checkpoints.remove(index);
        self.checkpoint_bytes -= lost.bytes;
        self.recount(index);
    }

    /// Counts a checkpoint anew, after the one before it has changed.
    fn recount(&mut self, index: usize) {
        let (before, after) = self.checkpoints.split_at_mut(index);
        if let Some(checkpoint) = after.first_mut() {
            self.checkpoint_bytes -= checkpoint.bytes;
            checkpoint.count(before.last());
            self.checkpoint_bytes += checkpoint.bytes;
        }
    }

    /// Gives up the beginning of the run, until what came from outside takes at most so many bytes. The newest
    /// checkpoint stays.
    fn move_start(&mut self, most: usize) {
        let mut given_up = 0;
        while self.intervention_bytes > most && given_up + 1 < self.checkpoints.len() {
            given_up += 1;
            let seen = self.checkpoints[given_up].interventions;
            while self.forgotten < seen {
                let Some(entry) = self.interventions.pop_front() else { break };
                self.intervention_bytes -= entry.intervention.bytes();
                self.forgotten += 1;
            }
        }
        let lost: usize = self.checkpoints.drain(..given_up).map(|checkpoint| checkpoint.bytes).sum();
        self.checkpoint_bytes -= lost;
        self.recount(0);
    }

    /// Keeps a copy of the runtime, and tells after how many steps the work of that is a small part of theirs.
    fn push_checkpoint(&mut self, runtime: &Runtime) -> u64 {
        // Three copies need no exact count.
        const ROUGH_BYTES: usize = 128;
        let counts_bytes = self.keep != Keep::Newest;
        self.sizes.turn();
        let last = self.checkpoints.last();
        let mut copied = runtime.jobs().len();
        let job_bytes = runtime.jobs().iter().enumerate().map(|(index, job)| {
            let before = last.and_then(|last| Some((last.runtime.jobs().get(index)?, last.job_bytes.get(index)?)));
            match before {
                Some((same, bytes)) if Rc::ptr_eq(same, job) => *bytes,
                _ => {
                    if counts_bytes {
                        copied += work_of_copying(job);
                        of_job(job, &mut self.sizes)
                    } else {
                        let work = work_of_copying_uncounted(job);
                        copied += work;
                        work * ROUGH_BYTES
                    }
                }
            }
        });
        let mut checkpoint = Checkpoint {
            job_bytes: job_bytes.collect(),
            runtime: Box::new(runtime.clone()),
            steps: runtime.steps(),
            interventions: self.intervention_count(),
            bytes: 0,
        };
        checkpoint.count(last);
        self.checkpoint_bytes += checkpoint.bytes;
        self.checkpoints.push(checkpoint);
        copied as u64
    }

    /// The records.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Does something from outside to a run and remembers it. The runtime must be prepared.
    pub fn intervene(&mut self, runtime: &mut Runtime, intervention: Intervention) {
        let entry = Entry { step: runtime.steps(), in_error: runtime.is_held_in_error(), intervention };
        entry.intervention.apply(runtime);
        self.intervention_bytes += entry.intervention.bytes();
        self.interventions.push_back(entry);
    }

    /// Whether it is time for a copy of the runtime. A checkpoint is between two whole steps.
    pub fn is_checkpoint_due(&self, runtime: &Runtime) -> bool {
        runtime.steps() >= self.next_checkpoint
            // If nothing is recorded they are only needed to give up what came from outside.
            && (self.keep != Keep::Off || self.intervention_bytes > self.budget / 4)
            && !runtime.is_held_in_error()
    }

    /// Keeps a copy of the runtime, whose records were taken.
    pub fn checkpoint(&mut self, runtime: &Runtime) {
        let copied = self.push_checkpoint(runtime);
        if self.checkpoints.len() > MAX_CHECKPOINTS {
            self.thin();
        }
        // A copy costs as much as has changed in the run: a large one is made more rarely, so that the cost for each step
        // stays the same.
        let distance = if self.keep == Keep::Newest { NEWEST_STEPS.max(copied) } else { DISTANCE.max(copied) };
        self.next_checkpoint = runtime.steps() + distance;
        // The newest records need two, the way back needs the first.
        while self.keep == Keep::Newest && self.checkpoints.len() > 3 {
            self.give_up_checkpoint(1);
        }
    }

    /// The run up to a moment of it, to go on differently from there.
    pub fn fork(&self, moment: &Replay) -> Self {
        let (steps, next_seq) = (moment.runtime.steps(), moment.runtime.trace().next_seq);
        let seen = moment.applied.saturating_sub(self.forgotten);
        let is_before = |checkpoint: &&Checkpoint| {
            checkpoint.runtime.steps() <= steps && checkpoint.interventions <= moment.applied
        };
        let mut checkpoints: Vec<Checkpoint> = self.checkpoints.iter().take_while(is_before).cloned().collect();
        if checkpoints.is_empty() {
            checkpoints.extend(self.checkpoints.first().cloned());
        }
        let interventions: VecDeque<Entry> = self.interventions.iter().take(seen).cloned().collect();
        Self {
            earlier: self.earlier.clone(),
            records: self.records.up_to(next_seq),
            forgotten: self.forgotten,
            intervention_bytes: interventions.iter().map(|entry| entry.intervention.bytes()).sum(),
            interventions,
            checkpoint_bytes: checkpoints.iter().map(|checkpoint| checkpoint.bytes).sum(),
            checkpoints,
            next_checkpoint: steps + DISTANCE,
            budget: self.budget,
            keep: self.keep,
            sizes: Whole::default(),
        }
    }

    /// Where the wall-time limit struck up to a moment.
    pub fn strikes_before(&self, next_seq: u64, all: &Strikes) -> Strikes {
        if all.is_empty() {
            return Strikes::new();
        }
        let before = |checkpoint: &&Checkpoint| checkpoint.runtime.trace().next_seq <= next_seq;
        let last = self.checkpoints.iter().rev().find(before);
        let mut strikes = last.map_or_else(Strikes::new, |checkpoint| checkpoint.runtime.strikes().clone());
        for record in self.records.from(0).take_while(|record| record.seq < next_seq) {
            if let Kind::Error(_, Some((activation, attempt)), failure) = &record.kind
                && failure.timed_out
                && let Some(turns) = all.get(&(record.job, *activation, *attempt))
            {
                strikes.insert((record.job, *activation, *attempt), *turns);
            }
        }
        strikes
    }

    /// How often somebody intervened.
    pub fn intervention_count(&self) -> usize {
        self.forgotten + self.interventions.len()
    }

    /// The intervention with this number, counted from the start of the run.
    pub(super) fn intervention(&self, number: usize) -> Option<&Entry> {
        self.interventions.get(number.checked_sub(self.forgotten)?)
    }
}
