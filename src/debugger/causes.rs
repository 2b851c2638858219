//! Cause and effect: what led to a record, and what it led to.

use crate::engine::trace::EXTERNAL;

use super::records::Records;

/// Records that are related to one, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// All of them, also beyond the limit.
    pub total: u64,
    /// The first of them by `seq`.
    pub seqs: Vec<u64>,
}

/// What led to a record, the nearest first. What is no longer kept ends the line.
pub fn ancestry(records: &Records, seq: u64, limit: usize) -> Related {
    let mut related = Related::default();
    let mut at = records.get(seq).map_or(EXTERNAL, |record| record.cause);
    // A cause is always earlier than what it leads to, so this ends.
    while let Some(record) = records.get(at) {
        related.total += 1;
        if related.seqs.len() < limit {
            related.seqs.push(at);
        }
        if record.cause != EXTERNAL && record.cause >= at {
            break;
        }
        at = record.cause;
    }
    related
}

/// What a record led to, the oldest first.
pub fn descendants(records: &Records, seq: u64, limit: usize) -> Related {
    let mut related = Related::default();
    let (_, next) = records.range();
    if records.get(seq).is_none() {
        return related;
    }
    // One bit for each later record: whether it is one.
    let length = usize::try_from(next - seq).unwrap_or(usize::MAX);
    let mut is_one = vec![0_u64; length / 64 + 1];
    is_one[0] = 1;
    for record in records.from(seq + 1) {
        if record.cause == EXTERNAL || record.cause < seq {
            continue;
        }
        let cause = (record.cause - seq) as usize;
        if is_one.get(cause / 64).is_some_and(|bits| bits >> (cause % 64) & 1 == 1) {
            let at = (record.seq - seq) as usize;
            is_one[at / 64] |= 1 << (at % 64);
            related.total += 1;
            if related.seqs.len() < limit {
                related.seqs.push(record.seq);
            }
        }
    }
    related
}
