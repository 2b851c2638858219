//! Activations as they lie in time: for the timeline.

use std::collections::BTreeMap;

use crate::engine::trace::{EndStatus, Kind};

use super::records::Records;

/// One attempt of one activation.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The job's position.
    pub job: u32,
    /// The routine.
    pub routine: u32,
    /// Its number in the job.
    pub activation: u64,
    /// 1 for the first.
    pub attempt: u32,
    /// When it was ready, in virtual microseconds.
    pub ready_us: u64,
    /// When it started.
    pub start_us: u64,
    /// When it ended, if it did.
    pub end_us: Option<u64>,
    /// The record of its start.
    pub start_seq: u64,
    /// The record of its end.
    pub end_seq: Option<u64>,
    /// The worker it took, if it takes time.
    pub worker: Option<u32>,
    /// How it ended.
    pub status: Option<EndStatus>,
}

/// All spans, by their start. It grows with the records when somebody asks.
#[derive(Default)]
pub struct Spans {
    spans: Vec<Span>,
    /// Those that have not ended: job and activation, and their position.
    open: BTreeMap<(u32, u64), usize>,
    /// When activations began to wait for a worker.
    queued: BTreeMap<(u32, u64), u64>,
    /// Workers that were claimed before the record of the start.
    claimed: BTreeMap<(u32, u64), u32>,
    next: u64,
}

impl Spans {
    /// Takes in the records that came since.
    pub fn update(&mut self, records: &Records) {
        let (first, next) = records.range();
        if next < self.next {
            *self = Self::default();
        }
        for record in records.from(self.next.max(first)) {
            match &record.kind {
                Kind::JobQueued(_, activation) => {
                    self.queued.insert((record.job, *activation), record.t);
                }
                Kind::WorkerClaimed(worker, _, activation) => {
                    let key = (record.job, *activation);
                    match self.open.get(&key) {
                        Some(index) => self.spans[*index].worker = Some(*worker),
                        None => {
                            self.claimed.insert(key, *worker);
                        }
                    }
                }
                Kind::RoutineStart(routine, activation, attempt, _) => {
                    let key = (record.job, *activation);
                    self.open.insert(key, self.spans.len());
                    self.spans.push(Span {
                        job: record.job,
                        routine: *routine,
                        activation: *activation,
                        attempt: *attempt,
                        ready_us: self.queued.remove(&key).unwrap_or(record.t),
                        start_us: record.t,
                        end_us: None,
                        start_seq: record.seq,
                        end_seq: None,
                        worker: self.claimed.remove(&key),
                        status: None,
                    });
                }
                Kind::RoutineEnd { activation, status, .. } => {
                    if let Some(index) = self.open.remove(&(record.job, *activation)) {
                        let span = &mut self.spans[index];
                        (span.end_us, span.end_seq, span.status) = (Some(record.t), Some(record.seq), Some(*status));
                    }
                }
                _ => {}
            }
        }
        self.next = next;
    }

    /// All of them, by their start.
    pub fn all(&self) -> &[Span] {
        &self.spans
    }
}
