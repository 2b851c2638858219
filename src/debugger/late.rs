//! Records that are made when somebody looks.
//!
//! If only the newest records are wanted, a run at full speed does not make those that nobody would ever see: it counts them,
//! keeps two copies of the run not far behind it, and when the run is held, or somebody asks, the newest are made by going the
//! last part of the way again. They are the same, because the engine is deterministic.

use std::mem;

use crate::engine::runtime::Runtime;
use crate::engine::trace::Recording;

use super::history::History;
use super::replay::Position;
use super::session::Session;
use super::settings::Keep;
use super::stepping::Goal;

/// The last steps of a run whose records are made at least, as far as [`super::settings::NEWEST_BYTES`] has room for them.
pub const NEWEST_STEPS: u64 = 2048;

/// Most jobs of a run whose records are made late: each copy of a run with more costs more than making them at once.
const MOST_JOBS: usize = 64;

impl Session {
    /// Decides whether the next steps make their records at once. Somebody who takes one step at a time sees each.
    pub(super) fn choose_when_to_record(&mut self, steps: u64) {
        if self.is_past() || self.history.keep() != Keep::Newest {
            return;
        }
        let is_small = self.replay.runtime.jobs().len() <= MOST_JOBS;
        if steps > 1 && self.goal == Goal::Never && self.only.is_none() && is_small {
            self.replay.runtime.trace_mut().recording = Recording::Later;
        } else {
            self.make_records();
        }
    }

    /// Makes the newest records up to now, if they were only counted.
    pub fn make_records(&mut self) {
        if self.replay.runtime.trace().recording == Recording::Later {
            self.history.take_records(&mut self.replay.runtime);
            self.history.make_newest(&self.replay.runtime);
            self.replay.runtime.trace_mut().recording = Recording::On;
        }
    }
}

impl History {
    fn make_newest(&mut self, now: &Runtime) {
        let (_, made) = self.records.range();
        let next_seq = now.trace().next_seq;
        if made >= next_seq {
            return;
        }
        let is_far_enough_back = |index: &usize| {
            let checkpoint = &self.checkpoints[*index].runtime;
            checkpoint.trace().next_seq <= made || checkpoint.steps() + NEWEST_STEPS <= now.steps()
        };
        let start = (0..self.checkpoints.len()).rev().find(is_far_enough_back).unwrap_or(0);
        let mut replay = self.replay_from(start, Position::of(now), Recording::On, now);
        let mut records = mem::take(&mut replay.runtime.trace_mut().records);
        // The replay may have gone on to what makes the next step ready.
        records.retain(|record| (made..next_seq).contains(&record.seq));
        self.records.follow(&mut records);
        self.give_up_old_records();
    }
}
