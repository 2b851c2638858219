//! All records of a run that are kept, in pieces, so that a growing trace is never copied.

use std::collections::VecDeque;
use std::mem::{self, size_of};
use std::rc::Rc;

use crate::engine::trace::Record;

use super::size::{Recent, of_record};

/// Records that are told in one piece: few enough to be still in the processor's cache.
pub const PIECE: usize = 256;

/// Room for the records of the step that fills a piece.
const LAST_STEP: usize = 16;

#[derive(Clone)]
struct Piece {
    /// At least one.
    records: Vec<Record>,
    /// Estimated bytes of all of them.
    bytes: usize,
}

/// Records without a gap, found by their `seq`.
#[derive(Clone, Default)]
pub struct Records {
    /// With the `seq` of their first records. Branches of a run share them.
    pieces: VecDeque<(u64, Rc<Piece>)>,
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
    /// Takes records that follow those that are there: many with their room, in whose place new room is given.
    pub fn append(&mut self, records: &mut Vec<Record>) {
        if records.len() > 2 * PIECE {
            // One step, or a piece of the run that was replayed.
            let mut rest = records.drain(..);
            while rest.len() > 0 {
                self.append(&mut rest.by_ref().take(PIECE).collect());
            }
            return;
        }
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return };
        let first = first.seq;
        if self.first == self.next {
            self.first = first;
        }
        self.next = last.seq + 1;
        let mut bytes: usize = records.iter().map(|record| of_record(record, &mut self.recent)).sum();
        let last = self.pieces.back_mut().map(|(_, piece)| piece);
        match last.filter(|piece| piece.records.len() + records.len() <= PIECE) {
            Some(piece) => {
                let piece = Rc::make_mut(piece);
                piece.records.append(records);
                piece.bytes += bytes;
            }
            None => {
                let mut room = mem::take(&mut self.spare);
                room.reserve(PIECE + LAST_STEP);
                let mut records = mem::replace(records, room);
                if records.len() < records.capacity() / 2 {
                    records.shrink_to(PIECE);
                }
                bytes += (records.capacity() - records.len()) * size_of::<Record>();
                self.pieces.push_back((first, Rc::new(Piece { records, bytes })));
            }
        }
        self.bytes += bytes;
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
            if let Some((first, piece)) = self.pieces.pop_front() {
                self.first = first + piece.records.len() as u64;
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
        records.pieces.truncate(self.pieces.partition_point(|(first, _)| *first < records.next));
        // What shared content with records that are not here may be the only one to have it.
        records.recent.forget();
        if let Some((first, last)) = records.pieces.back_mut()
            && *first + last.records.len() as u64 > records.next
        {
            let kept = usize::try_from(records.next - *first).unwrap_or(usize::MAX);
            let own: Vec<Record> = last.records.iter().take(kept).cloned().collect();
            let bytes = own.iter().map(|record| of_record(record, &mut records.recent)).sum();
            *last = Rc::new(Piece { records: own, bytes });
        }
        records.bytes = records.pieces.iter().map(|(_, piece)| piece.bytes).sum();
        records
    }

    /// Estimated bytes of all of them.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The position of the piece that has a record, or where it would be.
    fn piece_of(&self, seq: u64) -> usize {
        self.pieces.partition_point(|(first, _)| *first <= seq).saturating_sub(1)
    }

    /// The record with this `seq`.
    pub fn get(&self, seq: u64) -> Option<&Record> {
        let (first, piece) = self.pieces.get(self.piece_of(seq))?;
        piece.records.get(usize::try_from(seq.checked_sub(*first)?).ok()?)
    }

    /// Records from a `seq` on.
    pub fn from(&self, seq: u64) -> impl DoubleEndedIterator<Item = &Record> {
        self.pieces.range(self.piece_of(seq).min(self.pieces.len())..).flat_map(move |(first, piece)| {
            let before = usize::try_from(seq.saturating_sub(*first)).unwrap_or(usize::MAX);
            piece.records.get(before..).unwrap_or_default()
        })
    }

    /// The `seq` of the oldest record that is kept, and of the next to come.
    pub fn range(&self) -> (u64, u64) {
        (self.first, self.next)
    }
}
