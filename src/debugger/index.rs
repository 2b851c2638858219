//! Which records are about which place, so that a moment's values are found without looking at all records.
//!
//! It is made when somebody asks for the first time, and grows with the records: a run that nobody looks at pays nothing.

use std::collections::BTreeMap;

use crate::engine::trace::{Kind, NO_CONNECTION};

use super::records::Records;

/// A place that carries values. Positions are those of the flow, which all jobs of a run share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// A connection.
    Connection(u32),
    /// A slot: routine, slot.
    Slot(u32, u32),
    /// An event: routine, event.
    Event(u32, u32),
    /// A routine, that is its starts.
    Routine(u32),
    /// Errors of a routine.
    Error(u32),
}

/// The records of each place, by their `seq`.
#[derive(Default)]
pub struct Index {
    seqs: BTreeMap<Carrier, Vec<u64>>,
    next: u64,
}

impl Index {
    /// Takes in the records that came since.
    pub fn update(&mut self, records: &Records) {
        let (first, next) = records.range();
        if next < self.next {
            *self = Self::default();
        }
        for record in records.from(self.next.max(first)) {
            let mut add = |carrier: Carrier| self.seqs.entry(carrier).or_default().push(record.seq);
            match &record.kind {
                Kind::SlotCall { routine, slot, connection, .. } => {
                    add(Carrier::Slot(*routine, *slot));
                    if *connection != NO_CONNECTION {
                        add(Carrier::Connection(*connection));
                    }
                }
                Kind::EventEmit { routine, event, .. } => add(Carrier::Event(*routine, *event)),
                Kind::RoutineStart(routine, ..) => add(Carrier::Routine(*routine)),
                Kind::Error(routine, ..) => add(Carrier::Error(*routine)),
                _ => {}
            }
        }
        self.next = next;
    }

    /// The records of a place from one `seq` to before another, oldest first.
    pub fn of(&self, carrier: Carrier, from: u64, until: u64) -> &[u64] {
        let seqs = self.seqs.get(&carrier).map(Vec::as_slice).unwrap_or_default();
        let start = seqs.partition_point(|seq| *seq < from);
        let end = seqs.partition_point(|seq| *seq < until);
        seqs.get(start..end).unwrap_or_default()
    }
}
