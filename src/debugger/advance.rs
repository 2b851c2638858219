//! How a session takes steps: breakpoints are asked before each, records and checkpoints are kept after it.

use std::rc::Rc;

use crate::engine::behaviour::Level;
use crate::engine::trace::{BreakpointHit, Kind};

use super::intervention::Intervention;
use super::records::PIECE;
use super::replay::Position;
use super::session::{Mode, Session, Stop};
use super::stepping::Goal;

impl Session {
    /// Takes up to `steps` steps, fewer if the run is held or at its end. Tells how many it took.
    pub fn advance(&mut self, steps: u64) -> u64 {
        let mut taken = 0;
        self.choose_when_to_record(steps);
        while self.mode == Mode::Running && taken < steps {
            let Some(job) = self.replay.runtime.ready_job() else {
                self.history.take_records(&mut self.replay.runtime);
                self.finish();
                break;
            };
            if !self.keeps_to_one_job() || self.stops_before(job) {
                continue;
            }
            taken += 1;
            if self.goal == Goal::Never && self.only.is_none() && !self.is_past() {
                self.take_ready_step(job);
                continue;
            }
            self.take_step();
            if self.goal != Goal::Never && self.goal.is_reached(&self.replay.runtime, &self.history) {
                self.hold(Stop::Step);
                self.land();
            }
        }
        if taken > 0 && self.mode == Mode::Running && !self.is_past() {
            self.replay.runtime.prepare();
        }
        self.history.take_records(&mut self.replay.runtime);
        taken
    }

    /// A step, or a jump to another moment, that ends in front of a breakpoint or at the end says so at once. Continuing
    /// from there goes on: what has spoken does not speak again.
    pub(super) fn land(&mut self) {
        if !self.replay.runtime.prepare() {
            self.finish();
        } else {
            self.released = false;
            self.stops_here();
        }
    }

    /// Asks the breakpoints about the step that is ready.
    pub(super) fn stops_here(&mut self) -> bool {
        let next = self.replay.runtime.upcoming().map(|(job, _)| job.index);
        next.is_some_and(|job| self.stops_before(job))
    }

    /// Asks the breakpoints about the step of this job, which is ready. Most sessions have none, and most steps concern none.
    #[inline]
    fn stops_before(&mut self, job: u32) -> bool {
        if self.breakpoints.is_idle() && self.temporary.is_none() {
            return false;
        }
        // What has spoken does not speak again.
        if (self.released || !self.released_jobs.is_empty()) && self.takes_release(job) {
            return false;
        }
        (self.temporary.is_some() || self.breakpoints.concern(&self.replay.runtime, job)) && self.ask_breakpoints()
    }

    /// Whether the step of this job may be taken because its breakpoints have spoken about it.
    #[cold]
    fn takes_release(&mut self, job: u32) -> bool {
        std::mem::take(&mut self.released) || self.released_jobs.remove(&job)
    }

    fn ask_breakpoints(&mut self) -> bool {
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
        let Some(hit) = verdict.hit else {
            let arrived = self.temporary.as_mut().is_some_and(|temporary| temporary.would_stop(&self.replay.runtime));
            if arrived {
                self.hold(Stop::Arrived);
            }
            return arrived;
        };
        if records {
            if verdict.is_first {
                let kind = Kind::BreakpointHit(Rc::new(BreakpointHit::from(&hit)));
                self.record(hit.moment.job, hit.moment.cause, kind);
            }
            if self.holds_only_the_job {
                self.hold_job_of(hit);
                return true;
            }
        }
        self.hold(Stop::Breakpoint(hit));
        true
    }

    fn record(&mut self, job: u32, cause: u64, kind: Kind) {
        self.intervene(Intervention::Record(job, cause, Rc::new(kind)));
        self.history.take_records(&mut self.replay.runtime);
    }

    pub(super) fn take_step(&mut self) {
        if self.is_past() {
            self.step_in_the_past();
            return;
        }
        let runtime = &mut self.replay.runtime;
        runtime.step();
        self.head = runtime.steps();
        self.look_up_from_step();
    }

    /// A step of the past. It goes no further than the present, which may be in the middle of a step: in an error.
    fn step_in_the_past(&mut self) {
        let runtime = &self.replay.runtime;
        if self.head_in_error && runtime.steps() + 1 == self.head && !runtime.is_held_in_error() {
            self.replay.step_into_error(&self.history);
        } else {
            self.replay.step(&self.history);
        }
        self.rejoin();
    }

    /// What follows a step: the next one is made ready, records are taken, and perhaps a checkpoint.
    fn look_up_from_step(&mut self) {
        let runtime = &mut self.replay.runtime;
        runtime.prepare();
        self.history.take_records(runtime);
        if self.history.is_checkpoint_due(runtime) {
            self.history.checkpoint(runtime);
        }
    }

    /// The step of the job that is ready, in a run that goes on. Records stay with the runtime until there are some: taking
    /// many at once costs less than a few after each step.
    fn take_ready_step(&mut self, job: u32) {
        let runtime = &mut self.replay.runtime;
        runtime.step_ready(job);
        self.head = runtime.steps();
        if runtime.trace().records.len() >= PIECE || self.history.is_checkpoint_due(runtime) {
            self.look_up_from_step();
        }
    }

    /// Once the past has caught up with the present, records are made from there on.
    pub(super) fn rejoin(&mut self) {
        if self.is_past() && Position::of(&self.replay.runtime) >= self.head_position() {
            self.replay.runtime.trace_mut().recording = self.history.keep().recording();
        }
    }
}
