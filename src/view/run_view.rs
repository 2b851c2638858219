//! What the screen shows of a run, fed with the engine's reports, telling which signals have to change.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::model::{Flow, PortRef};
use crate::flow::value::Value;
use crate::protocol::report::{RunState, State, Stopped, Update};
use crate::protocol::timeline::JobFilter;

/// A routine's status. Colour is never its only sign: each has an icon and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Status {
    /// Nothing has happened yet.
    #[default]
    Pending,
    /// Its logic runs.
    Running,
    /// It waits for a worker.
    Waiting,
    /// It will run again after an error.
    Retrying,
    /// Its last activation went well.
    Completed,
    /// Its error ended the job.
    Failed,
    /// Its error was passed over.
    ErrorContinued,
    /// Its error left it out.
    Skipped,
}

impl Status {
    /// All statuses.
    pub const ALL: [Status; 8] = [
        Status::Pending,
        Status::Running,
        Status::Waiting,
        Status::Retrying,
        Status::Completed,
        Status::Failed,
        Status::ErrorContinued,
        Status::Skipped,
    ];

    /// Reads the engine's name; an unknown name is [`Status::Pending`].
    pub fn parse(name: &str) -> Status {
        Self::ALL.into_iter().find(|status| status.name() == name).unwrap_or_default()
    }

    /// The engine's name, for `data-status`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Running => "running",
            Status::Waiting => "waiting",
            Status::Retrying => "retrying",
            Status::Completed => "completed",
            Status::Failed => "failed",
            Status::ErrorContinued => "error_continued",
            Status::Skipped => "skipped",
        }
    }

    /// In words for people.
    pub fn text(self) -> &'static str {
        match self {
            Status::ErrorContinued => "continued after an error",
            _ => self.name(),
        }
    }

    /// One character for where there is no room for an icon: the canvas, far away.
    pub fn glyph(self) -> &'static str {
        match self {
            Status::Pending => "○",
            Status::Running => "▶",
            Status::Waiting => "◔",
            Status::Retrying => "↻",
            Status::Completed => "✓",
            Status::Failed => "✕",
            Status::ErrorContinued => "!",
            Status::Skipped => "–",
        }
    }
}

/// The name of a run's state, for `html[data-run]`.
pub fn run_state_name(run: RunState) -> &'static str {
    match run {
        RunState::Empty => "empty",
        RunState::Ready => "ready",
        RunState::Running => "running",
        RunState::Paused => "paused",
        RunState::Past => "past",
        RunState::Done => "done",
    }
}

/// Where the run is held: what to highlight. By names, because the document may have been edited since.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HeldPlace {
    /// The job.
    pub job: String,
    /// The routine that the next step happens to.
    pub routine: String,
    /// The slot of the next delivery.
    pub slot: Option<PortRef>,
    /// The event that the next delivery comes from.
    pub event: Option<PortRef>,
    /// The key of the connection of the next delivery.
    pub connection: Option<String>,
    /// The payload of the next delivery.
    pub data: Option<Value>,
    /// Why it is held; none between the steps of a run that goes on.
    pub stopped: Option<Stopped>,
}

/// What a report changed. Lists have no repetitions.
#[must_use]
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Changed {
    /// All was forgotten before: every routine, slot and connection has to be looked at again.
    pub everything: bool,
    /// The run's state.
    pub run: bool,
    /// Virtual time, steps or `seq`.
    pub time: bool,
    /// Ids of routines with another status.
    pub routines: Vec<String>,
    /// `routine.slot` of slots with another count.
    pub slots: Vec<String>,
    /// Deliveries: the connection's key, and how many. For tokens.
    pub connections: Vec<(String, u32)>,
    /// Jobs.
    pub jobs: bool,
    /// The held place.
    pub held: bool,
}

/// What the screen shows of a run.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RunView {
    /// What the run does.
    pub run: RunState,
    /// Virtual microseconds.
    pub t: u64,
    /// The `seq` that the next record will have.
    pub seq: u64,
    /// The run or branch that is shown.
    pub branch: u32,
    /// Steps taken up to this moment.
    pub step: u64,
    /// Steps recorded in all.
    pub steps: u64,
    /// Ids and statuses of jobs in the order of their creation.
    pub jobs: Vec<(String, String)>,
    /// Where the run is held, if it is.
    pub held: Option<HeldPlace>,
    /// Which jobs count.
    job_filter: JobFilter,
    /// Keys of the running document's connections, by index.
    connection_keys: Vec<String>,
    statuses: BTreeMap<String, Status>,
    queues: BTreeMap<String, usize>,
    delivered: BTreeMap<String, u64>,
}

impl RunView {
    /// Forgets all; from now on indices of connections mean this flow's. To be called when a run is started.
    pub fn start(&mut self, flow: &Flow) {
        let connection_keys = flow.connections.iter().map(|connection| connection.key()).collect();
        let run = if flow.routines.is_empty() { RunState::Empty } else { RunState::Ready };
        let job_filter = std::mem::take(&mut self.job_filter);
        *self = RunView { run, connection_keys, job_filter, ..RunView::default() };
    }

    /// Counts only some jobs from now on, as the engine does in its updates once it is told.
    pub fn show_jobs(&mut self, filter: JobFilter) {
        self.job_filter = filter;
    }

    /// The numbers of the jobs that are shown, by id.
    pub fn shown_numbers(&self) -> BTreeMap<&str, usize> {
        let numbered = self.jobs.iter().zip(1..);
        let shown = numbered.filter(|((id, _), _)| super::jobs::is_shown(&self.job_filter, id));
        shown.map(|((id, _), number)| (id.as_str(), number)).collect()
    }

    /// The status of a routine over all jobs.
    pub fn status(&self, routine: &str) -> Status {
        self.statuses.get(routine).copied().unwrap_or_default()
    }

    /// How many items wait in a slot over all jobs; the slot as `routine.slot`.
    pub fn queue(&self, slot: &str) -> usize {
        self.queues.get(slot).copied().unwrap_or_default()
    }

    /// How many items wait in all slots of a routine.
    pub fn waiting(&self, routine: &str) -> usize {
        let prefix = format!("{routine}.");
        self.queues
            .range(prefix.clone()..)
            .take_while(|(slot, _)| slot.starts_with(&prefix))
            .map(|(_, count)| count)
            .sum()
    }

    /// How many items a connection has delivered in this run, by key.
    pub fn delivered(&self, connection: &str) -> u64 {
        self.delivered.get(connection).copied().unwrap_or_default()
    }

    /// Takes a frame's changes.
    pub fn apply_update(&mut self, update: &Update) -> Changed {
        let mut changed = Changed { everything: update.reset, ..Changed::default() };
        if update.reset {
            self.forget_counts();
        }
        self.set_run(update.run, &mut changed);
        self.set_time([update.t, update.seq, update.step, update.steps], &mut changed);
        self.branch = update.branch;
        for (id, status) in &update.routines {
            self.set_status(id, Status::parse(status), &mut changed);
        }
        for (slot, count) in &update.queues {
            self.set_queue(slot, *count, &mut changed);
        }
        for &(index, count) in &update.deliveries {
            let Some(key) = self.connection_keys.get(index) else { continue };
            *self.delivered.entry(key.clone()).or_default() += u64::from(count);
            match changed.connections.iter_mut().find(|(other, _)| other == key) {
                Some((_, sum)) => *sum = sum.saturating_add(count),
                None => changed.connections.push((key.clone(), count)),
            }
        }
        for (id, status) in &update.jobs {
            self.set_job(id, status, &mut changed);
        }
        // What was held is no longer the next step once the run goes on.
        if self.run == RunState::Running && self.held.take().is_some() {
            changed.held = true;
        }
        changed
    }

    /// Takes the whole picture of one moment.
    pub fn apply_state(&mut self, state: &State) -> Changed {
        let mut changed = Changed::default();
        self.set_run(state.run, &mut changed);
        self.set_time([state.t, state.seq, state.step, state.steps], &mut changed);
        self.branch = state.branch;
        self.set_routines(state, &mut changed);
        let jobs: Vec<_> = state.jobs.iter().map(|job| (job.id.clone(), job.status.clone())).collect();
        if jobs != self.jobs {
            self.jobs = jobs;
            changed.jobs = true;
        }
        let held = self.held_place(state);
        if held != self.held {
            self.held = held;
            changed.held = true;
        }
        changed
    }

    /// The whole picture of the routines, summed over jobs in the way the engine sums its updates.
    fn set_routines(&mut self, state: &State, changed: &mut Changed) {
        let mut statuses: BTreeMap<&str, Status> = BTreeMap::new();
        let mut queues: BTreeMap<String, usize> = BTreeMap::new();
        let shown = state.jobs.iter().filter(|job| super::jobs::is_shown(&self.job_filter, &job.id));
        for routine in shown.flat_map(|job| &job.routines) {
            let status = Status::parse(&routine.status);
            statuses.entry(&routine.id).and_modify(|sum| *sum = summed(*sum, status)).or_insert(status);
            for slot in &routine.slots {
                *queues.entry(format!("{}.{}", routine.id, slot.name)).or_default() += slot.unconsumed;
            }
        }
        let gone: Vec<String> =
            self.statuses.keys().filter(|id| !statuses.contains_key(id.as_str())).cloned().collect();
        for id in gone {
            self.set_status(&id, Status::Pending, changed);
        }
        for (id, status) in statuses {
            self.set_status(id, status, changed);
        }
        let gone: Vec<String> = self.queues.keys().filter(|slot| !queues.contains_key(*slot)).cloned().collect();
        for slot in gone {
            self.set_queue(&slot, 0, changed);
        }
        for (slot, count) in queues {
            self.set_queue(&slot, count, changed);
        }
    }

    fn held_place(&self, state: &State) -> Option<HeldPlace> {
        if !matches!(state.run, RunState::Paused | RunState::Past) {
            return None;
        }
        let Some(next) = &state.next else {
            return state.stopped.clone().map(|stopped| HeldPlace { stopped: Some(stopped), ..HeldPlace::default() });
        };
        Some(HeldPlace {
            job: next.job.clone(),
            routine: next.routine.clone(),
            slot: next.slot.as_ref().map(|slot| PortRef::new(&next.routine, slot)),
            event: next.from.as_deref().and_then(PortRef::parse),
            connection: next.connection.and_then(|index| self.connection_keys.get(index).cloned()),
            data: next.data.clone(),
            stopped: state.stopped.clone(),
        })
    }

    fn forget_counts(&mut self) {
        self.statuses.clear();
        self.queues.clear();
        self.delivered.clear();
        self.jobs.clear();
        self.held = None;
    }

    fn set_run(&mut self, run: RunState, changed: &mut Changed) {
        changed.run |= self.run != run;
        self.run = run;
    }

    fn set_time(&mut self, [t, seq, step, steps]: [u64; 4], changed: &mut Changed) {
        changed.time |= [self.t, self.seq, self.step, self.steps] != [t, seq, step, steps];
        [self.t, self.seq, self.step, self.steps] = [t, seq, step, steps];
    }

    fn set_status(&mut self, id: &str, status: Status, changed: &mut Changed) {
        if self.status(id) != status {
            self.statuses.insert(id.to_string(), status);
            changed.routines.push(id.to_string());
        }
    }

    fn set_queue(&mut self, slot: &str, count: usize, changed: &mut Changed) {
        if self.queue(slot) != count {
            self.queues.insert(slot.to_string(), count);
            changed.slots.push(slot.to_string());
        }
    }

    fn set_job(&mut self, id: &str, status: &str, changed: &mut Changed) {
        match self.jobs.iter_mut().find(|(other, _)| other == id) {
            Some((_, old)) if old == status => return,
            Some((_, old)) => *old = status.to_string(),
            None => self.jobs.push((id.to_string(), status.to_string())),
        }
        changed.jobs = true;
    }

    /// Ids of all routines that are not pending; for a first drawing after `everything`.
    pub fn routines_with_status(&self) -> BTreeSet<&str> {
        self.statuses.keys().map(String::as_str).collect()
    }
}

/// The status that is shown for two jobs: the more notable one, ranked as the engine ranks them for its updates.
fn summed(a: Status, b: Status) -> Status {
    let rank = |status: Status| match status {
        Status::Pending => 0,
        Status::Completed => 1,
        Status::Skipped => 2,
        Status::ErrorContinued => 3,
        Status::Waiting => 4,
        Status::Running => 5,
        Status::Retrying => 6,
        Status::Failed => 7,
    };
    if rank(b) > rank(a) { b } else { a }
}

#[cfg(test)]
mod tests;
