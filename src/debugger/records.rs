//! All records of a run that are kept, in pieces, so that a growing trace is never copied.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::engine::trace::Record;

use super::size::{Recent, of_record};

/// Records in one piece.
const PIECE: usize = 4096;

#[derive(Clone)]
struct Piece {
    records: Vec<Record>,
    /// Estimated bytes of all of them.
    bytes: usize,
}

/// Records without a gap, found by their `seq`.
#[derive(Clone, Default)]
pub struct Records {
    /// All full but the last. Branches of a run share them.
    pieces: VecDeque<Rc<Piece>>,
    /// Estimated bytes of all pieces.
    bytes: usize,
    /// Content that was counted lately.
    recent: Recent,
    /// The `seq` of the first record that is kept.
    first: u64,
    /// The `seq` after the last one.
    next: u64,
}

impl Records {
    /// Takes records that follow those that are there.
    pub fn append(&mut self, records: &mut Vec<Record>) {
        for record in records.drain(..) {
            if self.first == self.next {
                self.first = record.seq;
            }
            self.next = record.seq + 1;
            let bytes = of_record(&record, &mut self.recent);
            self.bytes += bytes;
            match self.pieces.back_mut() {
                Some(piece) if piece.records.len() < PIECE => {
                    let piece = Rc::make_mut(piece);
                    piece.bytes += bytes;
                    piece.records.push(record);
                }
                _ => {
                    let mut records = Vec::with_capacity(PIECE);
                    records.push(record);
                    self.pieces.push_back(Rc::new(Piece { records, bytes }));
                }
            }
        }
    }

    /// Gives up the oldest pieces beyond a number of bytes; the newest stays.
    pub fn keep(&mut self, most: usize) {
        while self.bytes > most && self.pieces.len() > 1 {
            if let Some(piece) = self.pieces.pop_front() {
                self.first += piece.records.len() as u64;
                self.bytes -= piece.bytes;
                // What shared content with these records may be the only one to have it now.
                self.recent.forget();
            }
        }
    }

    /// The records before a `seq`.
    pub fn up_to(&self, next: u64) -> Self {
        let mut records = self.clone();
        records.next = next.clamp(self.first, self.next);
        let kept = usize::try_from(records.next - records.first).unwrap_or(usize::MAX);
        records.pieces.truncate(kept.div_ceil(PIECE));
        // What shared content with records that are not here may be the only one to have it.
        records.recent.forget();
        if let Some(last) = records.pieces.back_mut()
            && last.records.len() > kept - (kept.div_ceil(PIECE) - 1) * PIECE
        {
            let mut own = Vec::with_capacity(PIECE);
            own.extend(last.records.iter().take(kept - (kept.div_ceil(PIECE) - 1) * PIECE).cloned());
            let bytes = own.iter().map(|record| of_record(record, &mut records.recent)).sum();
            *last = Rc::new(Piece { records: own, bytes });
        }
        records.bytes = records.pieces.iter().map(|piece| piece.bytes).sum();
        records
    }

    /// Estimated bytes of all of them.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The record with this `seq`.
    pub fn get(&self, seq: u64) -> Option<&Record> {
        let index = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.pieces.get(index / PIECE)?.records.get(index % PIECE)
    }

    /// Records from a `seq` on.
    pub fn from(&self, seq: u64) -> impl DoubleEndedIterator<Item = &Record> {
        (seq.max(self.first)..self.next).filter_map(|seq| self.get(seq))
    }

    /// The `seq` of the oldest record that is kept, and of the next to come.
    pub fn range(&self) -> (u64, u64) {
        (self.first, self.next)
    }
}
