//! Changing a run by hand: in the present it goes on differently, in the past it becomes a new branch.

use std::sync::Arc;

use crate::engine::alter::{Change, Refusal};
use crate::engine::runtime::PostError;
use crate::flow::model::PortRef;
use crate::flow::value::{Map, Value};

use super::intervention::Intervention;
use super::session::{Mode, Session, Stop};

impl Session {
    /// Cancels all jobs. In the past, the run first returns to the present.
    pub fn cancel(&mut self) {
        if self.is_past() {
            self.show(self.head, Stop::Pause);
        }
        let unfinished = self.replay.runtime.jobs().iter().filter(|job| !job.status.is_finished());
        for index in unfinished.map(|job| job.index).collect::<Vec<_>>() {
            self.intervene(Intervention::Alter(index, Change::Cancel));
        }
        self.after_intervention();
        if self.mode != Mode::Ready {
            self.hold(Stop::End);
        }
    }

    /// Posts data to a slot of a job, the newest if none is named. In the past this begins a new branch.
    ///
    /// # Errors
    /// Why it is not possible.
    pub fn post(&mut self, job: &str, to: &PortRef, data: Value) -> Result<(), PostError> {
        let index = self.job_index(job).ok_or(PostError::UnknownJob)?;
        let job = &self.replay.runtime.jobs()[index as usize];
        if job.status.is_finished() {
            return Err(PostError::JobAlreadyCompleted);
        }
        let (routine, slot) = job.program.slot(to).ok_or(PostError::UnknownSlot)?;
        self.replay.runtime.can_post(index, routine, slot)?;
        let was_done = self.stop == Some(Stop::End);
        self.alter(index, Change::Post(routine, slot, data)).map_err(|refusal| match refusal {
            Refusal::UnknownJob => PostError::UnknownJob,
            Refusal::Finished => PostError::JobAlreadyCompleted,
            _ => PostError::UnknownSlot,
        })?;
        if was_done {
            self.mode = Mode::Running;
            self.stop = None;
        }
        Ok(())
    }

    /// The position of a job, of the newest if none is named.
    pub fn job_index(&self, job: &str) -> Option<u32> {
        let jobs = self.replay.runtime.jobs();
        let found = if job.is_empty() { jobs.last() } else { jobs.iter().find(|candidate| &*candidate.id == job) };
        found.map(|job| job.index)
    }

    /// Changes a job by hand. In the past this begins a new branch of the run.
    ///
    /// # Errors
    /// Why it is not possible; then nothing is changed.
    pub fn alter(&mut self, job: u32, change: Change) -> Result<(), Refusal> {
        self.replay.runtime.prepare();
        // First on a copy: a branch must not begin with what is refused.
        self.replay.runtime.clone().alter(job, &change)?;
        self.fork();
        self.intervene(Intervention::Alter(job, change));
        self.after_intervention();
        self.refresh_moment();
        Ok(())
    }

    /// Changes one entry of a map of a job by hand, or all of it.
    ///
    /// # Errors
    /// Why it is not possible.
    pub fn alter_data(
        &mut self,
        job: u32,
        routine: Option<u32>,
        key: Option<&str>,
        value: Value,
    ) -> Result<(), Refusal> {
        let model = self.replay.runtime.jobs().get(job as usize).ok_or(Refusal::UnknownJob)?;
        let old: &Arc<Map> = match routine {
            None => &model.shared_data,
            Some(routine) => &model.routines.get(routine as usize).ok_or(Refusal::NotThere)?.state,
        };
        let new = match (key, value) {
            (Some(key), value) => {
                let mut map = Map::clone(old);
                map.insert(key.into(), value);
                Arc::new(map)
            }
            (None, Value::Map(map)) => map,
            (None, _) => return Err(Refusal::NotThere),
        };
        self.alter(job, routine.map_or(Change::SharedData(new.clone()), |routine| Change::State(routine, new)))
    }

    /// After a change the step that is next may be another one, or there may be one again.
    fn refresh_moment(&mut self) {
        match self.stop {
            Some(Stop::End) if self.replay.runtime.upcoming().is_some() => self.hold(Stop::Pause),
            Some(Stop::Breakpoint(_)) => {
                // What stopped it may be gone; it must not be asked again about a step that it has seen.
                self.hold(Stop::Pause);
                self.released = true;
            }
            _ => {}
        }
    }
}
