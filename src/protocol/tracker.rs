//! What changed since the last update: counts and statuses over all jobs, and the newest records.

use std::collections::BTreeMap;

use crate::debugger::session::Session;
use crate::engine::job::RoutineStatus;
use crate::engine::record;
use crate::engine::trace::{Kind, NO_CONNECTION};

use super::report::{RunState, UPDATE_RECORDS, Update};
use super::snapshot::run_state;

/// Remembers what was told.
#[derive(Default)]
pub struct Tracker {
    told: Update,
    routines: BTreeMap<String, RoutineStatus>,
    queues: BTreeMap<String, usize>,
    jobs: BTreeMap<String, &'static str>,
    /// The first record that was not told.
    next_seq: u64,
    was_told: bool,
}

impl Tracker {
    /// What changed, if anything did.
    pub fn update(&mut self, session: &Session) -> Option<Update> {
        let runtime = session.runtime();
        let mut update = Update {
            run: run_state(session),
            t: runtime.now_us(),
            seq: runtime.trace().next_seq,
            step: runtime.steps(),
            steps: session.head(),
            ..Update::default()
        };
        update.reset = !self.was_told || update.step < self.told.step || update.seq < self.told.seq;
        if update.reset {
            self.routines.clear();
            self.queues.clear();
            self.jobs.clear();
        }
        self.add_records(session, &mut update);
        self.add_states(session, &mut update);
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
            {
                *deliveries.entry(*connection as usize).or_default() += 1;
            }
        }
        update.deliveries = deliveries.into_iter().collect();
        let first_shown = from.max(update.seq.saturating_sub(UPDATE_RECORDS as u64));
        update.dropped = first_shown - from;
        let shown = session.history().records().from(first_shown).take_while(|record| record.seq < update.seq);
        update.records = shown.map(|record| record::to_value(record, session.runtime())).collect();
    }

    fn add_states(&mut self, session: &Session, update: &mut Update) {
        let mut routines: BTreeMap<&str, RoutineStatus> = BTreeMap::new();
        let mut queues: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for job in session.runtime().jobs() {
            for (program, routine) in job.program.routines.iter().zip(&job.routines) {
                let status = routines.entry(&program.id).or_insert(routine.status);
                if rank(routine.status) > rank(*status) {
                    *status = routine.status;
                }
                for slot in &routine.slots {
                    *queues.entry((&program.id, &slot.name)).or_default() += slot.unconsumed();
                }
            }
            let status = job.status.name();
            if self.jobs.insert(job.id.to_string(), status) != Some(status) {
                update.jobs.push((job.id.to_string(), status.into()));
            }
        }
        for (id, status) in routines {
            if self.routines.get(id) != Some(&status) {
                self.routines.insert(id.into(), status);
                update.routines.push((id.into(), status.name().into()));
            }
        }
        for ((routine, slot), count) in queues {
            let key = format!("{routine}.{slot}");
            if self.queues.get(&key).copied().unwrap_or(0) != count {
                self.queues.insert(key.clone(), count);
                update.queues.push((key, count));
            }
        }
    }
}

/// Of several jobs' statuses the most notable is shown.
fn rank(status: RoutineStatus) -> u8 {
    match status {
        RoutineStatus::Pending => 0,
        RoutineStatus::Completed => 1,
        RoutineStatus::Skipped => 2,
        RoutineStatus::ErrorContinued => 3,
        RoutineStatus::Waiting => 4,
        RoutineStatus::Running => 5,
        RoutineStatus::Retrying => 6,
        RoutineStatus::Failed => 7,
    }
}
