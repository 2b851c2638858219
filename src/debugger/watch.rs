//! Values over time: every value that an expression has had, and who last changed what.

use std::sync::Arc;

use crate::engine::behaviour::{Binding, Expression, Failure};
use crate::engine::job::Job;
use crate::engine::runtime::Runtime;
use crate::engine::trace::Kind;
use crate::flow::model::Breakpoint;
use crate::flow::value::{Map, Value};

use super::breakpoint::bindings;
use super::moment::{Moment, Places};
use super::replay::Position;
use super::session::{Mode, Session};

/// Most steps that one question walks through.
const MOST_STEPS: u64 = 200_000;

/// What an expression has been.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched {
    /// How often it was evaluated.
    pub evaluated: u64,
    /// How often it raised.
    pub errors: u64,
    /// The last error.
    pub error: Option<String>,
    /// Its changes: record, virtual microseconds, job, value.
    pub points: Vec<(u64, u64, Arc<str>, Value)>,
    /// The record at which to go on.
    pub next: Option<u64>,
}

impl Watched {
    fn take(&mut self, runtime: &Runtime, job: &Job, result: Result<Value, Failure>) {
        self.evaluated += 1;
        match result {
            Ok(value) => {
                if self.points.iter().rev().find(|point| *point.2 == *job.id).is_none_or(|point| point.3 != value) {
                    // What is so before the first step was so from the first record on.
                    let seq = runtime.trace().next_seq.saturating_sub(1);
                    self.points.push((seq, runtime.now_us(), job.id.clone(), value));
                }
            }
            Err(failure) => {
                self.errors += 1;
                self.error = Some(format!("{}: {}", failure.error_type, failure.message));
            }
        }
    }
}

/// What last changed an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct LastChange {
    /// The first record of the step, or of the intervention, that changed it.
    pub seq: u64,
    /// Virtual microseconds.
    pub t: u64,
    /// The routine whose logic did it and its activation; none if it was done by hand.
    pub by: Option<(String, u64)>,
    /// The value before.
    pub before: Option<Value>,
    /// The value after.
    pub after: Option<Value>,
}

impl Session {
    /// Every value of an expression over the job as it was after each step, from a record on.
    pub fn watch_state(&self, expression: &dyn Expression, source: &str, job: u32, from: u64, limit: usize) -> Watched {
        let mut watched = Watched::default();
        if self.mode() == Mode::Ready {
            return watched;
        }
        let start = self.history.replay_to_record(from, true, &self.replay.runtime).runtime.steps();
        let mut seen: Option<Seen> = None;
        self.history.walk(start, self.head, &self.held_by_nobody(), &self.replay.runtime, |runtime| {
            let Some(model) = runtime.jobs().get(job as usize) else { return true };
            let now = Seen::of(model, runtime, source);
            if seen.as_ref() != Some(&now) {
                watched.take(runtime, model, expression.evaluate(&state_names(model, runtime, source)));
                seen = Some(now);
            }
            go_on(&mut watched, runtime, start, limit)
        });
        watched
    }

    /// Every value of an expression at a place, from a record on: over each item, before it is delivered.
    pub fn watch_place(
        &self,
        expression: &dyn Expression,
        source: &str,
        place: &Breakpoint,
        job: Option<u32>,
        from: u64,
        limit: usize,
    ) -> Watched {
        let mut watched = Watched::default();
        if self.mode() == Mode::Ready {
            return watched;
        }
        let start = self.history.replay_to_record(from, true, &self.replay.runtime).runtime.steps();
        self.history.walk(start, self.head, &self.held_by_nobody(), &self.replay.runtime, |runtime| {
            if let Some((model, task)) = runtime.upcoming()
                && job.is_none_or(|job| job == model.index)
                && Places::of(model, task).is_some_and(|places| places.iter().any(|here| here == place.place))
                && let Some(moment) = Moment::new(&place.place, runtime)
            {
                let result = expression.evaluate(&bindings(&moment, model, 0, source));
                watched.evaluated += 1;
                match result {
                    Ok(value) => {
                        watched.points.push((runtime.trace().next_seq, runtime.now_us(), model.id.clone(), value));
                    }
                    Err(failure) => {
                        watched.errors += 1;
                        watched.error = Some(format!("{}: {}", failure.error_type, failure.message));
                    }
                }
            }
            go_on(&mut watched, runtime, start, limit)
        });
        watched
    }

    /// What an expression was from a record of its history on: over the job as it was then, or, with a place, over the
    /// item there. None if the record is not of its history.
    pub fn watched_at(
        &self,
        expression: &dyn Expression,
        source: &str,
        place: Option<&Breakpoint>,
        job: u32,
        seq: u64,
    ) -> Option<Result<Value, Failure>> {
        if self.mode() == Mode::Ready {
            return None;
        }
        let replay = self.history.replay_to_record(seq, place.is_some(), &self.replay.runtime);
        let runtime = &replay.runtime;
        let Some(place) = place else {
            return Some(expression.evaluate(&state_names(runtime.jobs().get(job as usize)?, runtime, source)));
        };
        let (model, _) = runtime.upcoming()?;
        let moment = Moment::new(&place.place, runtime)?;
        Some(expression.evaluate(&bindings(&moment, model, 0, source)))
    }

    /// What last changed an entry of the shared data, or of a routine's state, before a record or the moment that is shown.
    pub fn last_change(
        &self,
        job: u32,
        routine: Option<u32>,
        key: Option<&str>,
        before: Option<u64>,
    ) -> Option<LastChange> {
        if self.mode() == Mode::Ready {
            return None;
        }
        let end = match before {
            None => Position::of(&self.replay.runtime),
            Some(seq) => Position::of(&self.history.replay_to_record(seq, true, &self.replay.runtime).runtime),
        };
        let map = |runtime: &Runtime| -> Option<Arc<Map>> {
            let job = runtime.jobs().get(job as usize)?;
            Some(match routine {
                None => job.shared_data.clone(),
                Some(routine) => job.routines.get(routine as usize)?.state.clone(),
            })
        };
        let entry = |map: &Option<Arc<Map>>| -> Option<Value> {
            let map = map.as_ref()?;
            match key {
                Some(key) => map.get(key).cloned(),
                None => Some(Value::Map(map.clone())),
            }
        };
        let (seq, t, before, after) = self.history.last_difference(end, &self.replay.runtime, map, entry)?;
        Some(LastChange { seq, t, by: self.who_did(seq, job, routine), before, after })
    }

    /// Whose logic ran in the step that begins with a record.
    fn who_did(&self, seq: u64, job: u32, routine: Option<u32>) -> Option<(String, u64)> {
        let program = &self.replay.runtime.jobs().get(job as usize)?.program;
        let mut sleeper = None;
        for record in self.history.records().from(seq).take(64) {
            let found = match &record.kind {
                Kind::Intervened(_) if record.seq == seq => return None,
                Kind::RoutineStart(index, activation, ..) => Some((*index, *activation)),
                // After a sleep there is no start: what it emits or logs, or its end, tells.
                Kind::EventEmit { routine, activation, .. } | Kind::RoutineEnd { routine, activation, .. } => {
                    Some((*routine, *activation))
                }
                Kind::Log(_, _, Some(routine), Some(activation)) => Some((*routine, *activation)),
                _ => None,
            };
            if let Some((index, activation)) = found
                && record.job == job
                && routine.is_none_or(|routine| routine == index)
            {
                sleeper = Some((program.routines.get(index as usize)?.id.to_string(), activation));
                break;
            }
        }
        sleeper
    }

    pub(super) fn held_by_nobody(&self) -> crate::engine::runtime::HeldErrors {
        crate::engine::runtime::HeldErrors::default()
    }
}

/// Whether a walk goes on; else it says where.
fn go_on(watched: &mut Watched, runtime: &Runtime, start: u64, limit: usize) -> bool {
    if watched.points.len() < limit && runtime.steps() - start < MOST_STEPS {
        return true;
    }
    watched.next = Some(runtime.trace().next_seq);
    false
}

/// What an expression over the job can see: where none of it changed, its value did not either.
#[derive(PartialEq)]
struct Seen {
    maps: Vec<*const Map>,
    log: usize,
    status: &'static str,
    now_us: Option<u64>,
    /// Keeps the maps alive, so that no other one comes to be at the same address.
    _alive: Alive,
}

struct Alive(#[expect(dead_code, reason = "held, not read")] Vec<Arc<Map>>);

impl PartialEq for Alive {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Seen {
    fn of(job: &Job, runtime: &Runtime, source: &str) -> Self {
        let states = job.routines.iter().filter(|_| source.contains("state")).map(|routine| &routine.state);
        let alive: Vec<Arc<Map>> = std::iter::once(&job.shared_data).chain(states).cloned().collect();
        Self {
            maps: alive.iter().map(Arc::as_ptr).collect(),
            log: job.shared_log.len(),
            status: job.status.name(),
            now_us: mentions_time(source).then(|| runtime.now_us()),
            _alive: Alive(alive),
        }
    }
}

/// Whether `t` stands alone somewhere in a source.
fn mentions_time(source: &str) -> bool {
    source.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "t")
}

/// The names of a watch without a place.
fn state_names(job: &Job, runtime: &Runtime, source: &str) -> Vec<(&'static str, Binding)> {
    let mut names = vec![
        ("shared_data", Binding::Record(Value::Map(job.shared_data.clone()))),
        ("job_state", Binding::Job(job.view())),
        ("t", Binding::Value(Value::from(runtime.now_us()))),
    ];
    if source.contains("state") {
        let states = job.program.routines.iter().zip(&job.routines);
        let states = states.map(|(program, routine)| (program.id.clone(), Value::Map(routine.state.clone())));
        names.push(("state", Binding::Record(Value::map(states))));
    }
    names
}
