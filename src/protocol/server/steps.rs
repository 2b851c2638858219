//! `step`, whose answer may have to wait until the run is held again.

use crate::debugger::session::{Mode, RunOptions};
use crate::flow::problem::Problem;
use crate::protocol::command::StepKind;

use super::{Answer, Server};

impl Server {
    pub(super) fn step(&mut self, kind: StepKind, job: &str) -> Answer {
        if self.session.mode() == Mode::Ready {
            // Step without a run starts one and holds it before its first step, as editors of code do.
            let options = RunOptions { held: true, ..RunOptions::default() };
            self.tracker.forget();
            return match self.session.run(&options) {
                Ok(_) => self.moved(true, ""),
                Err(problems) => Err(problems.first().map(Problem::to_string).unwrap_or_default()),
            };
        }
        if self.is_running() {
            self.session.pause();
        }
        if !job.is_empty() && kind != StepKind::Back {
            let index = self.job_index(job)?;
            self.session.take_turn(index).map_err(|refusal| format!("{job}: {}", refusal.text()))?;
        }
        let moved = match kind {
            StepKind::Into => {
                self.session.step_into();
                true
            }
            StepKind::Over => {
                self.session.step_over();
                true
            }
            StepKind::Out => {
                self.session.step_out();
                true
            }
            StepKind::Back => self.session.step_back(),
        };
        self.moved(moved, "this is the start of the run")
    }

    /// Steps that can come to no end any more get an answer all the same.
    pub(super) fn give_up_steps(&mut self, why: &str) {
        for request_seq in std::mem::take(&mut self.unanswered_steps) {
            self.respond(request_seq, "step", Err(why.to_owned()));
        }
    }
}
