//! All records of a run that are kept, in pieces, so that a growing trace is never copied.

use std::collections::VecDeque;
use std::mem;
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
    /// The room of a piece that was given up: memory that was used lately costs much less than new memory.
    spare: Vec<Record>,
    /// The `seq` of the first record that is kept.
    first: u64,
    /// The `seq` after the last one.
    next: u64,
}

impl Records {
    /// Takes records that follow those that are there.
    pub fn append(&mut self, records: &mut Vec<Record>) {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return };
        if self.first == self.next {
            self.first = first.seq;
        }
        self.next = last.seq + 1;
        while !records.is_empty() {
            if self.pieces.back().is_none_or(|piece| piece.records.len() >= PIECE) {
                let mut room = std::mem::take(&mut self.spare);
                room.reserve_exact(PIECE);
                self.pieces.push_back(Rc::new(Piece { records: room, bytes: 0 }));
            }
            let Some(piece) = self.pieces.back_mut().map(Rc::make_mut) else { return };
            let count = records.len().min(PIECE - piece.records.len());
            let bytes: usize = records[..count].iter().map(|record| of_record(record, &mut self.recent)).sum();
            if count == records.len() {
                piece.records.append(records);
            } else {
                piece.records.extend(records.drain(..count));
            }
            piece.bytes += bytes;
            self.bytes += bytes;
        }
    }

    /// Takes records that follow those that are there, or replace them if some between them were never made.
    pub fn follow(&mut self, records: &mut Vec<Record>) {
        if records.first().is_some_and(|first| first.seq != self.next) {
            *self = Self { spare: mem::take(&mut self.spare), ..Self::default() };
        }
        self.append(records);
    }

    /// Gives up the oldest pieces beyond a number of bytes; the newest stays.
    pub fn keep(&mut self, most: usize) {
        while self.bytes > most && self.pieces.len() > 1 {
            if let Some(piece) = self.pieces.pop_front() {
                self.first += piece.records.len() as u64;
                self.bytes -= piece.bytes;
                // What shared content with these records may be the only one to have it now.
                self.recent.forget();
                if let Ok(Piece { mut records, .. }) = Rc::try_unwrap(piece) {
                    records.clear();
                    self.spare = records;
                }
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
