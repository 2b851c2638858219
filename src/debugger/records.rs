//! All records of a run that are kept, in pieces, so that a growing trace is never copied.

use std::collections::VecDeque;

use crate::engine::trace::Record;

/// Records in one piece.
const PIECE: usize = 4096;

/// Records without a gap, found by their `seq`.
#[derive(Default)]
pub struct Records {
    /// All full but the last.
    pieces: VecDeque<Vec<Record>>,
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
            match self.pieces.back_mut() {
                Some(piece) if piece.len() < PIECE => piece.push(record),
                _ => {
                    let mut piece = Vec::with_capacity(PIECE);
                    piece.push(record);
                    self.pieces.push_back(piece);
                }
            }
        }
    }

    /// Gives up the oldest pieces beyond a number of records.
    pub fn keep(&mut self, most: usize) {
        while self.len() >= most + PIECE {
            if let Some(piece) = self.pieces.pop_front() {
                self.first += piece.len() as u64;
            }
        }
    }

    /// How many are kept.
    fn len(&self) -> usize {
        usize::try_from(self.next - self.first).unwrap_or(usize::MAX)
    }

    /// The record with this `seq`.
    pub fn get(&self, seq: u64) -> Option<&Record> {
        let index = usize::try_from(seq.checked_sub(self.first)?).ok()?;
        self.pieces.get(index / PIECE)?.get(index % PIECE)
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
