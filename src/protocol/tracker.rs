//! What changed since the last update: counts and statuses over all jobs, and the newest records.
//!
//! The sums over all jobs are kept, and only jobs in which something happened are looked at: an update costs the same
//! however many jobs are idle.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::debugger::session::Session;
use crate::engine::job::{Job, RoutineStatus};
use crate::engine::program::Program;
use crate::engine::record;
use crate::engine::trace::{Kind, NO_CONNECTION, Record};

use super::cut::cut;
use super::report::{RunState, UPDATE_RECORDS, Update};
use super::snapshot::run_state;

/// Remembers what was told.
#[derive(Default)]
pub struct Tracker {
    told: Update,
    sums: Sums,
    /// The first record that was not told.
    next_seq: u64,
    was_told: bool,
    /// Only these jobs are told of; all if empty.
    solo: Vec<String>,
    /// These are not.
    muted: Vec<String>,
}

impl Tracker {
    /// Tells everything anew.
    pub fn forget(&mut self) {
        let (solo, muted) = (std::mem::take(&mut self.solo), std::mem::take(&mut self.muted));
        *self = Self { solo, muted, ..Self::default() };
    }

    /// Tells of some jobs only, from the next update on.
    pub fn show_jobs(&mut self, solo: &[String], muted: &[String]) {
        (self.solo, self.muted) = (solo.to_vec(), muted.to_vec());
        self.told.step = u64::MAX;
    }

    fn shows(&self, job: &str) -> bool {
        (self.solo.is_empty() || self.solo.iter().any(|solo| solo == job))
            && !self.muted.iter().any(|muted| muted == job)
    }

    /// Whether a record is told of: those of no job always are.
    fn tells(&self, session: &Session, record: &Record) -> bool {
        (self.solo.is_empty() && self.muted.is_empty())
            || session.runtime().jobs().get(record.job as usize).is_none_or(|job| self.shows(&job.id))
    }

    fn look_at(&mut self, job: &Job) {
        let shown = self.shows(&job.id);
        self.sums.look_at(job, shown);
    }

    /// What changed, if anything did.
    pub fn update(&mut self, session: &mut Session) -> Option<Update> {
        let touched = session.take_touched();
        let runtime = session.runtime();
        let mut update = Update {
            run: run_state(session),
            t: runtime.now_us(),
            seq: runtime.trace().next_seq,
            step: runtime.steps(),
            steps: session.head(),
            branch: session.branch().id,
            ..Update::default()
        };
        update.reset = !self.was_told
            || update.step < self.told.step
            || update.seq < self.told.seq
            || update.branch != self.told.branch;
        self.add_records(session, &mut update);
        let jobs = session.runtime().jobs();
        match touched {
            _ if update.reset => {
                self.sums = Sums::default();
                jobs.iter().for_each(|job| self.look_at(job));
            }
            None => jobs.iter().for_each(|job| self.look_at(job)),
            Some(touched) => {
                touched.into_iter().filter_map(|job| jobs.get(job as usize)).for_each(|job| self.look_at(job));
            }
        }
        self.sums.tell(&mut update);
        let unchanged = self.was_told
            && !update.reset
            && (update.run, update.t, update.seq, update.step, update.steps)
                == (self.told.run, self.told.t, self.told.seq, self.told.step, self.told.steps)
            && update.routines.is_empty()
            && update.queues.is_empty()
            && update.jobs.is_empty();
        if unchanged {
            return None;
        }
        self.was_told = true;
        self.told = Update {
            run: update.run,
            t: update.t,
            seq: update.seq,
            step: update.step,
            steps: update.steps,
            branch: update.branch,
            ..Update::default()
        };
        Some(update)
    }

    /// Records that are new on the screen: those made since the last update, and those that a walk through the
    /// past has come by.
    fn add_records(&mut self, session: &Session, update: &mut Update) {
        let from =
            if update.reset && self.was_told && update.run != RunState::Ready { update.seq } else { self.next_seq };
        self.next_seq = update.seq;
        if from >= update.seq {
            return;
        }
        let records = session.history().records().from(from).take_while(|record| record.seq < update.seq);
        let mut deliveries: BTreeMap<usize, u32> = BTreeMap::new();
        for record in records {
            if let Kind::SlotCall { connection, .. } = &record.kind
                && *connection != NO_CONNECTION
                && self.tells(session, record)
            {
                *deliveries.entry(*connection as usize).or_default() += 1;
            }
        }
        update.deliveries = deliveries.into_iter().collect();
        let mut first_shown = from.max(update.seq.saturating_sub(UPDATE_RECORDS as u64));
        if session.history().records().range().1 <= first_shown {
            // At full speed, if only the newest are wanted: they are made when the run is held.
            first_shown = update.seq;
        }
        update.dropped = first_shown - from;
        let shown = session.history().records().from(first_shown).take_while(|record| record.seq < update.seq);
        let shown = shown.filter(|record| self.tells(session, record));
        update.records = shown.map(|record| cut(&record::to_value(record, session.runtime()))).collect();
    }
}

/// Statuses and counts over all jobs.
#[derive(Default)]
struct Sums {
    routines: Vec<RoutineSum>,
    queues: Vec<QueueSum>,
    /// Where the routines and slots of each flow are summed.
    programs: Vec<(Rc<Program>, Vec<Places>)>,
    /// What each job adds.
    jobs: Vec<Part>,
    /// Routines and queues that may have changed, in the order of their names.
    changed_routines: BTreeSet<(Arc<str>, usize)>,
    changed_queues: BTreeSet<(Arc<str>, Arc<str>, usize)>,
    changed_jobs: BTreeMap<u32, (Arc<str>, &'static str)>,
}

struct RoutineSum {
    id: Arc<str>,
    /// How many jobs have each status, by its rank.
    jobs: [u32; RoutineStatus::ALL.len()],
    told: Option<RoutineStatus>,
}

struct QueueSum {
    routine: Arc<str>,
    slot: Arc<str>,
    count: usize,
    told: usize,
}

/// Where a routine and its slots are summed.
struct Places {
    routine: usize,
    queues: Vec<usize>,
}

/// What a job adds to the sums.
#[derive(Default)]
struct Part {
    /// Which flow it runs; nothing before it was looked at.
    program: Option<usize>,
    /// Of each routine.
    statuses: Vec<RoutineStatus>,
    /// Of each slot of each routine.
    counts: Vec<usize>,
    told: Option<&'static str>,
}

impl Sums {
    /// Counts a job anew; one that is not shown adds nothing.
    fn look_at(&mut self, job: &Job, shown: bool) {
        let index = job.index as usize;
        if self.jobs.len() <= index {
            self.jobs.resize_with(index + 1, Part::default);
        }
        let mut part = std::mem::take(&mut self.jobs[index]);
        if !shown {
            self.take_out(&part);
            part = Part { told: part.told, ..Part::default() };
            self.tell_status(job, &mut part);
            self.jobs[index] = part;
            return;
        }
        let is_known = part.program.is_some_and(|program| Rc::ptr_eq(&self.programs[program].0, &job.program));
        if !is_known {
            self.take_out(&part);
            part = Part { program: Some(self.program(&job.program)), told: part.told, ..Part::default() };
        }
        let places = &self.programs[part.program.unwrap_or_default()].1;
        let mut slot_number = 0;
        for (number, (place, routine)) in places.iter().zip(&job.routines).enumerate() {
            let sum = &mut self.routines[place.routine];
            let before = part.statuses.get(number).copied();
            if before != Some(routine.status) {
                if let Some(before) = before {
                    sum.jobs[rank(before)] -= 1;
                    part.statuses[number] = routine.status;
                } else {
                    part.statuses.push(routine.status);
                }
                sum.jobs[rank(routine.status)] += 1;
                self.changed_routines.insert((sum.id.clone(), place.routine));
            }
            for (queue, slot) in place.queues.iter().zip(&routine.slots) {
                let (sum, now) = (&mut self.queues[*queue], slot.unconsumed());
                let before = part.counts.get(slot_number).copied();
                if before != Some(now) {
                    sum.count = sum.count + now - before.unwrap_or(0);
                    match part.counts.get_mut(slot_number) {
                        Some(count) => *count = now,
                        None => part.counts.push(now),
                    }
                    self.changed_queues.insert((sum.routine.clone(), sum.slot.clone(), *queue));
                }
                slot_number += 1;
            }
        }
        self.tell_status(job, &mut part);
        self.jobs[index] = part;
    }

    fn tell_status(&mut self, job: &Job, part: &mut Part) {
        let status = job.status.name();
        if part.told != Some(status) {
            part.told = Some(status);
            self.changed_jobs.insert(job.index, (job.id.clone(), status));
        }
    }

    /// Takes out what a job has added.
    fn take_out(&mut self, part: &Part) {
        let Some(program) = part.program else { return };
        let places = &self.programs[program].1;
        for (place, status) in places.iter().zip(&part.statuses) {
            let sum = &mut self.routines[place.routine];
            sum.jobs[rank(*status)] -= 1;
            self.changed_routines.insert((sum.id.clone(), place.routine));
        }
        for (queue, count) in places.iter().flat_map(|place| &place.queues).zip(&part.counts) {
            let sum = &mut self.queues[*queue];
            sum.count -= count;
            self.changed_queues.insert((sum.routine.clone(), sum.slot.clone(), *queue));
        }
    }

    /// The position of a flow among those that are known.
    fn program(&mut self, program: &Rc<Program>) -> usize {
        if let Some(known) = self.programs.iter().position(|(known, _)| Rc::ptr_eq(known, program)) {
            return known;
        }
        let mut routines: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        let mut queues: BTreeMap<(Arc<str>, Arc<str>), usize> = BTreeMap::new();
        routines.extend(self.routines.iter().enumerate().map(|(index, sum)| (sum.id.clone(), index)));
        let named = |(index, sum): (usize, &QueueSum)| ((sum.routine.clone(), sum.slot.clone()), index);
        queues.extend(self.queues.iter().enumerate().map(named));
        let mut places = Vec::new();
        for routine in &program.routines {
            let id = routine.id.clone();
            let place = *routines.entry(id.clone()).or_insert_with(|| {
                self.routines.push(RoutineSum { id: id.clone(), jobs: Default::default(), told: None });
                self.routines.len() - 1
            });
            let slots = routine.slot_names.iter().map(|slot| {
                *queues.entry((id.clone(), slot.clone())).or_insert_with(|| {
                    self.queues.push(QueueSum { routine: id.clone(), slot: slot.clone(), count: 0, told: 0 });
                    self.queues.len() - 1
                })
            });
            places.push(Places { routine: place, queues: slots.collect() });
        }
        self.programs.push((program.clone(), places));
        self.programs.len() - 1
    }

    /// Tells what differs from what was told.
    fn tell(&mut self, update: &mut Update) {
        for (id, index) in std::mem::take(&mut self.changed_routines) {
            let sum = &mut self.routines[index];
            // Of several jobs' statuses the most notable is shown.
            let status = RANKS.iter().rev().zip(sum.jobs.iter().rev()).find(|(_, jobs)| **jobs > 0);
            let Some(status) = status.map(|(status, _)| *status) else { continue };
            if sum.told != Some(status) {
                sum.told = Some(status);
                update.routines.push((id.to_string(), status.name().into()));
            }
        }
        for (routine, slot, index) in std::mem::take(&mut self.changed_queues) {
            let sum = &mut self.queues[index];
            if sum.told != sum.count {
                sum.told = sum.count;
                update.queues.push((format!("{routine}.{slot}"), sum.count));
            }
        }
        let jobs = std::mem::take(&mut self.changed_jobs).into_values();
        update.jobs.extend(jobs.map(|(id, status)| (id.to_string(), status.into())));
    }
}

/// Statuses, the most notable last.
const RANKS: [RoutineStatus; RoutineStatus::ALL.len()] = [
    RoutineStatus::Pending,
    RoutineStatus::Completed,
    RoutineStatus::Skipped,
    RoutineStatus::ErrorContinued,
    RoutineStatus::Waiting,
    RoutineStatus::Running,
    RoutineStatus::Retrying,
    RoutineStatus::Failed,
];

fn rank(status: RoutineStatus) -> usize {
    RANKS.iter().position(|other| *other == status).unwrap_or_default()
}

#[cfg(test)]
mod tests;
