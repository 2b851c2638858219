//! What came of the jobs, in one object: counts over the trace and the states at its end.

use std::collections::BTreeMap;

use crate::engine::runtime::Runtime;
use crate::engine::trace::{Kind, Record};
use crate::flow::value::Value;

/// Counts over the trace.
#[derive(Default)]
pub struct Metrics {
    records: u64,
    activations: u64,
    attempts: u64,
    deliveries: u64,
    overflows: u64,
    emissions: u64,
    errors: u64,
    retries: u64,
    outputs: u64,
    durations_us: u64,
    queued_us: u64,
    /// Since when activations of a job wait for a worker.
    waiting: BTreeMap<(u32, u64), u64>,
}

impl Metrics {
    /// Counts one record.
    pub fn add(&mut self, record: &Record) {
        self.records += 1;
        match &record.kind {
            Kind::SlotCall { overflow, .. } => {
                self.deliveries += u64::from(!overflow);
                self.overflows += u64::from(*overflow);
            }
            Kind::EventEmit { .. } => self.emissions += 1,
            Kind::Error(..) => self.errors += 1,
            Kind::JobRetrying { .. } => self.retries += 1,
            Kind::Output(..) => self.outputs += 1,
            Kind::RoutineEnd { duration_us, .. } => self.durations_us += duration_us,
            Kind::JobQueued(_, activation) => {
                self.waiting.insert((record.job, *activation), record.t);
            }
            Kind::RoutineStart(_, activation, attempt, _) => {
                self.activations += u64::from(*attempt == 1);
                self.attempts += 1;
                if !self.waiting.is_empty() {
                    let since = self.waiting.remove(&(record.job, *activation));
                    self.queued_us += since.map_or(0, |since| record.t - since);
                }
            }
            _ => {}
        }
    }

    /// Everything about the jobs as they are now.
    pub fn summary(&self, runtime: &Runtime) -> Value {
        let jobs = runtime.jobs().iter().map(|job| {
            let routines = job.program.routines.iter().zip(&job.routines).map(|(program, routine)| {
                let state =
                    [("status", Value::from(routine.status.name())), ("activations", Value::from(routine.activations))];
                (program.id.clone(), Value::map(state))
            });
            let unconsumed = job.unconsumed().into_iter().map(|(place, count)| (place, Value::from(count as u64)));
            let error = job.error.as_ref().map_or(Value::Null, |(error_type, message)| {
                Value::map([("type", Value::Str(error_type.clone())), ("message", Value::Str(message.clone()))])
            });
            let fields = [
                ("status", Value::from(job.status.name())),
                ("routines", Value::map(routines)),
                ("unconsumed", Value::map(unconsumed)),
                ("steps", Value::from(job.steps)),
                ("error", error),
            ];
            (job.id.clone(), Value::map(fields))
        });
        let metrics = Value::map([
            ("records", Value::from(self.records)),
            ("activations", Value::from(self.activations)),
            ("attempts", Value::from(self.attempts)),
            ("deliveries", Value::from(self.deliveries)),
            ("overflows", Value::from(self.overflows)),
            ("emissions", Value::from(self.emissions)),
            ("errors", Value::from(self.errors)),
            ("retries", Value::from(self.retries)),
            ("outputs", Value::from(self.outputs)),
            ("queued", Value::Float(self.queued_us as f64 / 1e6)),
            ("busy", Value::Float(self.durations_us as f64 / 1e6)),
        ]);
        Value::map([
            ("jobs", Value::map(jobs)),
            ("steps", Value::from(runtime.steps())),
            ("time", Value::Float(runtime.now_us() as f64 / 1e6)),
            ("metrics", metrics),
        ])
    }
}
