//! Saving a session, restoring one, what its jobs did and which of them did something.

use std::collections::BTreeMap;

use crate::engine::runtime::HeldErrors;
use crate::engine::save::Refusal;
use crate::flow::value::Value;

use super::breakpoint::Breakpoints;
use super::history::EXECUTION_HISTORY;
use super::saved::{self, Saved, SavedSession, SavedStop};
use super::session::{Mode, Session, Stop};

/// Most records of all jobs' histories together in a saved run.
const SAVED_RECORDS: usize = 20_000;

impl Session {
    /// The run at the moment that is shown, with the document and the breakpoints, as the text of a file. A run that is
    /// saved while it runs is restored held.
    pub fn save(&self) -> String {
        let runtime = &self.replay.runtime;
        let stop = match (&self.mode, &self.stop) {
            (Mode::Ready, _) => None,
            (_, Some(Stop::Breakpoint(hit))) => Some(SavedStop::hit_of(hit.breakpoint)),
            (_, Some(Stop::Runaway(text))) => Some(SavedStop::runaway(text)),
            _ => Some(SavedStop::pause()),
        };
        let share = EXECUTION_HISTORY.min(SAVED_RECORDS / runtime.jobs().len().max(1));
        let history = runtime.jobs().iter().map(|job| (job.index, self.history.of_job(job, runtime, share))).collect();
        saved::write(
            runtime,
            &SavedSession {
                document: Some(self.flow.clone()),
                breakpoints: self.breakpoints.with_hits(runtime.steps()),
                stop,
                history,
            },
        )
    }

    /// One job at the moment that is shown, alone, as the text of a file that is restored paused and without breakpoints.
    pub fn save_job(&self, id: &str) -> Option<String> {
        let runtime = &self.replay.runtime;
        let job = runtime.jobs().iter().find(|job| &*job.id == id)?;
        let mut alone = runtime.alone(job.index)?;
        alone.hold_errors(HeldErrors::default());
        let records = self.history.of_job(job, runtime, EXECUTION_HISTORY);
        let session = SavedSession {
            stop: Some(SavedStop::pause()),
            history: BTreeMap::from([(0, records)]),
            ..SavedSession::default()
        };
        Some(saved::write(&alone, &session))
    }

    /// Replaces everything by what was saved: the document, the breakpoints and the run, which is held. What came
    /// before the moment that was saved cannot be shown any more.
    ///
    /// # Errors
    /// Where and why the text is refused; then nothing has changed.
    pub fn restore(&mut self, text: &str) -> Result<(), Refusal> {
        let Saved { runtime, session } =
            saved::read(text, self.settings.keep.recording(), &self.catalogue, &*self.library)?;
        self.reset();
        let flow = session.document.or_else(|| runtime.jobs().last().map(|job| job.program.flow.clone()));
        self.flow = flow.unwrap_or_default();
        self.program = None;
        self.breakpoints = Breakpoints::restored(session.breakpoints, &*self.library);
        self.begin(runtime, session.history);
        self.replay.runtime.hold_errors(self.breakpoints.held_errors());
        let Some(stop) = session.stop else { return Ok(()) };
        self.name_run();
        self.ran = self.replay.runtime.jobs().last().map(|job| job.program.flow.clone());
        let has_more = self.replay.runtime.prepare();
        self.history.take_records(&mut self.replay.runtime);
        let hit = stop.breakpoint.and_then(|index| self.breakpoints.hit(index, &self.replay.runtime));
        match (hit, stop.text) {
            (Some(hit), _) => self.hold(Stop::Breakpoint(hit)),
            (None, Some(text)) => self.hold(Stop::Runaway(text)),
            (None, None) if has_more => {
                self.hold(Stop::Pause);
            }
            (None, None) => self.finish(),
        }
        Ok(())
    }

    /// Jobs in which something happened since this was asked last, by position; nothing if it may be all of them.
    pub fn take_touched(&mut self) -> Option<Vec<u32>> {
        let touched = self.replay.runtime.take_touched();
        (!std::mem::take(&mut self.has_jumped)).then_some(touched)
    }

    /// The newest records of a job up to the moment that is shown, oldest first: at most [`EXECUTION_HISTORY`].
    pub fn execution_history(&self, job: &str) -> Option<Vec<Value>> {
        let runtime = &self.replay.runtime;
        let job = runtime.jobs().iter().find(|candidate| &*candidate.id == job)?;
        Some(self.history.of_job(job, runtime, EXECUTION_HISTORY))
    }
}
