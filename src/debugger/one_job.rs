//! Holding and stepping one job while the others go on, or hold.

use std::sync::Arc;

use crate::engine::alter::{Change, Refusal};

use super::breakpoint::Hit;
use super::intervention::Intervention;
use super::session::{Session, Stop};

impl Session {
    /// Whether a hit pauses only its job, while the others go on.
    pub fn hold_only_the_job(&mut self, only: bool) {
        self.holds_only_the_job = only;
    }

    /// Jobs that hits held since somebody asked, and why.
    pub fn take_held_jobs(&mut self) -> Vec<(Arc<str>, Stop)> {
        std::mem::take(&mut self.held_jobs)
    }

    /// A hit pauses its job. When that goes on, the step is not asked about again.
    pub(super) fn hold_job_of(&mut self, hit: Hit) {
        let index = hit.moment.job;
        self.released_jobs.insert(index);
        self.held_jobs.push((self.replay.runtime.jobs()[index as usize].id.clone(), Stop::Breakpoint(hit)));
        self.intervene(Intervention::Alter(index, Change::Pause));
        self.after_intervention();
    }

    /// Gives a job the next step, and all that follow until the next hold. What changes the order by that is an
    /// intervention; in the past it begins a new branch.
    ///
    /// # Errors
    /// Why the job can take no step now.
    pub fn take_turn(&mut self, job: u32) -> Result<(), Refusal> {
        self.replay.runtime.prepare();
        if self.replay.runtime.upcoming().is_none_or(|(next, _)| next.index != job) {
            self.alter(job, Change::Turn)?;
        }
        self.only = Some(job);
        Ok(())
    }

    /// Before a step: if only one job is to take steps, it has the turn, or the run is held. Tells whether it may go on.
    pub(super) fn keeps_to_one_job(&mut self) -> bool {
        let Some(job) = self.only else { return true };
        if self.replay.runtime.upcoming().is_some_and(|(next, _)| next.index == job) {
            return true;
        }
        let turned = self.alter(job, Change::Turn).is_ok();
        if !turned {
            self.hold(Stop::Step);
        }
        turned
    }

    /// The run or branch that is shown.
    pub fn branch(&self) -> &super::branch::BranchName {
        &self.current
    }
}
