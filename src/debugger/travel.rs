//! Going to other moments of a run.

use crate::flow::model::Breakpoint;

use super::breakpoint::Breakpoints;
use super::replay::{Position, Replay};
use super::session::{Mode, Session, Stop};

impl Session {
    /// Shows the exact state one step ago. `false` if there is none.
    pub fn step_back(&mut self) -> bool {
        let steps = self.replay.runtime.steps();
        steps > self.history.start() && self.show(steps - 1, Stop::Step)
    }

    /// Shows the exact state after a number of steps.
    pub fn show(&mut self, steps: u64, stop: Stop) -> bool {
        self.show_position(Position::whole(steps), stop)
    }

    /// Where the present is, also while the past is shown.
    pub(super) fn head_position(&self) -> Position {
        match self.is_past() {
            true => Position { steps: self.head, is_whole: !self.head_in_error },
            false => Position::of(&self.replay.runtime),
        }
    }

    fn show_position(&mut self, position: Position, stop: Stop) -> bool {
        if self.mode == Mode::Ready {
            return false;
        }
        self.leave_the_present();
        let replay = self.history.replay(position.min(self.head_position()), &self.replay.runtime);
        self.present(replay, stop);
        true
    }

    /// Shows the instant right after the step that made a record, or right before it.
    pub fn seek(&mut self, seq: u64, before: bool) -> bool {
        if self.mode == Mode::Ready {
            return false;
        }
        self.leave_the_present();
        let mut replay = self.history.replay_to_record(seq, before, &self.replay.runtime);
        let head = self.head_position();
        if Position::of(&replay.runtime) > head {
            replay = self.history.replay(head, &self.replay.runtime);
        }
        self.present(replay, Stop::Step);
        true
    }

    pub(super) fn present(&mut self, replay: Replay, stop: Stop) {
        self.replay = replay;
        self.has_jumped = true;
        self.walk = None;
        self.rejoin();
        self.replay.runtime.hold_errors(self.breakpoints.held_errors());
        self.hold(stop);
        self.land();
    }

    /// An error that is held in the present stays held there: looking back does nothing.
    fn leave_the_present(&mut self) {
        self.make_records();
        if !self.is_past() {
            self.head_in_error = self.replay.runtime.is_held_in_error();
        }
    }

    /// Goes back to the last moment at which a breakpoint would have stopped, or to the start.
    pub fn reverse_continue(&mut self) -> bool {
        let end = Position::of(&self.replay.runtime);
        if self.mode == Mode::Ready || end <= Position::whole(self.history.start()) {
            return false;
        }
        self.leave_the_present();
        let (history, breakpoints) = (&self.history, &mut self.breakpoints);
        let held = breakpoints.held_errors();
        match history.find_back(end, &held, &self.replay.runtime, |runtime| breakpoints.would_stop(runtime)) {
            Some(position) => self.show_position(position, Stop::Step),
            None => self.show(self.history.start(), Stop::Entry),
        }
    }

    /// Goes on until a breakpoint that is not in the list stops the run; others that come first stop it too.
    pub fn run_to(&mut self, target: Breakpoint) {
        self.temporary = Some(Breakpoints::new(vec![target], &*self.library));
        self.hold_asked_errors();
        self.resume();
    }

    /// Asks the runtime to hold what a breakpoint is set for, the temporary one too.
    pub(super) fn hold_asked_errors(&mut self) {
        let mut held = self.breakpoints.held_errors();
        if let Some(temporary) = &self.temporary {
            let more = temporary.held_errors();
            held.all |= more.all;
            held.routines.extend(more.routines);
        }
        self.replay.runtime.hold_errors(held);
    }
}
