//! The way to an earlier moment: a checkpoint, and the steps and interventions from there on.

use std::sync::Arc;

use crate::engine::runtime::{HeldErrors, Runtime};
use crate::engine::trace::Recording;
use crate::flow::value::{Map, Value};

use super::history::{Checkpoint, History};

/// A moment of a run: how many steps were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Steps taken.
    pub steps: u64,
    /// Whether the last of them is done; else its error waits for its handler.
    pub is_whole: bool,
}

impl Position {
    /// After a whole step.
    pub fn whole(steps: u64) -> Self {
        Self { steps, is_whole: true }
    }

    /// Where a run is.
    pub fn of(runtime: &Runtime) -> Self {
        Self { steps: runtime.steps(), is_whole: !runtime.is_held_in_error() }
    }
}

impl History {
    /// The exact run at a position, prepared for the next step. It counts records but makes none.
    pub fn replay(&self, position: Position, now: &Runtime) -> Replay {
        let whole = position.steps - u64::from(!position.is_whole);
        let start = self.checkpoints.partition_point(|checkpoint| checkpoint.runtime.steps() <= whole).max(1) - 1;
        self.replay_from(start, position, Recording::Count, now)
    }

    /// The exact run at a position, on the way from a checkpoint.
    pub(super) fn replay_from(&self, start: usize, position: Position, recording: Recording, now: &Runtime) -> Replay {
        let whole = position.steps - u64::from(!position.is_whole);
        let mut replay = self.begin_replay(start, now);
        replay.runtime.trace_mut().recording = recording;
        replay.catch_up(self, &mut |_| {});
        while replay.runtime.steps() < whole && replay.step(self) {}
        if !position.is_whole {
            replay.step_into_error(self);
        }
        replay
    }

    /// The exact run right after the step that made a record, or right before it.
    pub fn replay_to_record(&self, seq: u64, before: bool, now: &Runtime) -> Replay {
        let is_before = |checkpoint: &Checkpoint| checkpoint.runtime.trace().next_seq <= seq;
        let start = self.checkpoints.partition_point(is_before).max(1) - 1;
        let mut replay = self.start_replay(start, now);
        let mut steps = replay.runtime.steps();
        while replay.runtime.trace().next_seq <= seq {
            steps = replay.runtime.steps();
            if !replay.step(self) {
                break;
            }
        }
        if before { self.replay(Position::whole(steps), now) } else { replay }
    }

    /// The last position before another one that `wanted` picks, looking at the run backwards, piece by piece.
    /// Errors of those that are `held` are looked at before their handlers act.
    pub fn find_back(
        &self,
        end: Position,
        held: &HeldErrors,
        now: &Runtime,
        mut wanted: impl FnMut(&Runtime) -> bool,
    ) -> Option<Position> {
        let mut end = end;
        for start in (0..self.checkpoints.len()).rev() {
            if Position::of(&self.checkpoints[start].runtime) >= end {
                continue;
            }
            let mut replay = self.start_replay(start, now);
            replay.runtime.hold_errors(held.clone());
            let mut found = None;
            while Position::of(&replay.runtime) < end {
                if wanted(&replay.runtime) {
                    found = Some(Position::of(&replay.runtime));
                }
                if !replay.step(self) {
                    break;
                }
            }
            if found.is_some() {
                return found;
            }
            end = Position::of(&self.checkpoints[start].runtime);
        }
        None
    }

    /// Walks through the record from one step to another. `look` sees the run before every step, and after the last; it ends
    /// the walk with `false`. Errors of those that are `held` are seen before their handlers act.
    pub fn walk(
        &self,
        from: u64,
        until: u64,
        held: &HeldErrors,
        now: &Runtime,
        mut look: impl FnMut(&Runtime) -> bool,
    ) {
        let start = self.checkpoints.partition_point(|checkpoint| checkpoint.runtime.steps() <= from).max(1) - 1;
        let mut replay = self.start_replay(start, now);
        while replay.runtime.steps() < from && replay.step(self) {}
        replay.runtime.hold_errors(held.clone());
        let end = Position::whole(until);
        while look(&replay.runtime) && Position::of(&replay.runtime) < end && replay.step(self) {}
    }

    /// The last step before a position that changed a map's entry: its first record, its time, the entry before and after.
    /// A map that is the same allocation at both ends of a piece of the run was not written in between.
    pub fn last_difference(
        &self,
        end: Position,
        now: &Runtime,
        map: impl Fn(&Runtime) -> Option<Arc<Map>>,
        entry: impl Fn(&Option<Arc<Map>>) -> Option<Value>,
    ) -> Option<(u64, u64, Option<Value>, Option<Value>)> {
        let mut end = end;
        let mut later: Option<Option<Arc<Map>>> = None;
        for start in (0..self.checkpoints.len()).rev() {
            let checkpoint = &self.checkpoints[start].runtime;
            if Position::of(checkpoint) >= end {
                continue;
            }
            let first = map(checkpoint);
            let is_same = match (&first, &later) {
                (Some(first), Some(Some(later))) => Arc::ptr_eq(first, later),
                _ => false,
            };
            if !is_same {
                // From right at the checkpoint: what was done by hand there is a change like others.
                let mut replay = self.begin_replay(start, now);
                let trace = replay.runtime.trace();
                let mut before = (first.clone(), trace.next_seq, replay.runtime.now_us());
                let mut found = None;
                let mut look = |runtime: &Runtime| {
                    let after = map(runtime);
                    let is_written = match (&before.0, &after) {
                        (Some(x), Some(y)) => !Arc::ptr_eq(x, y),
                        (x, y) => x.is_some() != y.is_some(),
                    };
                    if is_written {
                        let (x, y) = (entry(&before.0), entry(&after));
                        if x != y {
                            found = Some((before.1, runtime.now_us(), x, y));
                        }
                    }
                    before = (after, runtime.trace().next_seq, runtime.now_us());
                };
                replay.catch_up(self, &mut look);
                while Position::of(&replay.runtime) < end && replay.step_looking(self, &mut look) {}
                if found.is_some() {
                    return found;
                }
            }
            later = Some(first);
            end = Position::of(checkpoint);
        }
        None
    }

    fn start_replay(&self, index: usize, now: &Runtime) -> Replay {
        let mut replay = self.begin_replay(index, now);
        replay.catch_up(self, &mut |_| {});
        replay
    }

    /// A replay at a checkpoint, before what was done by hand there.
    fn begin_replay(&self, index: usize, now: &Runtime) -> Replay {
        let checkpoint = &self.checkpoints[index];
        let mut runtime = Runtime::clone(&checkpoint.runtime);
        runtime.trace_mut().recording = Recording::Count;
        runtime.trace_mut().records.clear();
        runtime.set_strikes(now.strikes().clone());
        // Errors are held for somebody who goes forward, never on the way to a moment: a step is a step.
        runtime.hold_errors(HeldErrors::default());
        Replay { runtime, applied: checkpoint.interventions }
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
    /// A run in the present, as if it had been replayed up to there.
    pub fn from_present(present: &Replay) -> Self {
        let mut runtime = present.runtime.clone();
        runtime.prepare();
        runtime.trace_mut().recording = Recording::Count;
        runtime.trace_mut().records.clear();
        runtime.hold_errors(HeldErrors::default());
        Self { runtime, applied: present.applied }
    }

    /// Takes one step. `false` if there was none to take.
    pub fn step(&mut self, history: &History) -> bool {
        self.step_looking(history, &mut |_| {})
    }

    /// Takes a step that ends in an error, as far as to where that waits for its handler.
    pub fn step_into_error(&mut self, history: &History) {
        let asked = self.runtime.hold_errors(HeldErrors::all());
        self.step(history);
        self.runtime.hold_errors(asked);
    }

    /// Takes one step, and shows the run after it and after everything that was done to it then.
    pub fn step_looking(&mut self, history: &History, look: &mut impl FnMut(&Runtime)) -> bool {
        // What was done while an error was held has to find it held again.
        let next_step = self.runtime.steps() + 1;
        let held = history.intervention(self.applied).is_some_and(|e| e.in_error && e.step == next_step)
            && !self.runtime.is_held_in_error();
        if !held {
            let stepped = self.runtime.step();
            look(&self.runtime);
            self.catch_up(history, look);
            return stepped;
        }
        let asked = self.runtime.hold_errors(HeldErrors::all());
        let stepped = self.runtime.step();
        look(&self.runtime);
        self.catch_up(history, look);
        let is_asked_for = self.runtime.upcoming().is_some_and(|(job, task)| asked.holds(job, task));
        self.runtime.hold_errors(asked);
        if self.runtime.is_held_in_error() && !is_asked_for {
            self.runtime.step();
            look(&self.runtime);
            self.catch_up(history, look);
        }
        stepped
    }

    /// Prepares the next step and does what was done to the run before it.
    fn catch_up(&mut self, history: &History, look: &mut impl FnMut(&Runtime)) {
        self.runtime.prepare();
        while let Some(entry) = history.intervention(self.applied) {
            if entry.step > self.runtime.steps() || (self.runtime.is_held_in_error() && !entry.in_error) {
                break;
            }
            entry.intervention.apply(&mut self.runtime);
            self.applied += 1;
            look(&self.runtime);
        }
    }
}
