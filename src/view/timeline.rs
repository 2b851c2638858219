//! The line of the whole run: marks on it, what it says about a moment, and how fast it plays.

use std::collections::BTreeMap;

use crate::protocol::timeline::Row;

use super::causes::Relation;
use super::format;

/// Types of records that are marked on the line.
pub const MARKED_TYPES: [&str; 6] =
    ["breakpoint_hit", "error", "job.failed", "slot_overflow", "job.paused", "system.error"];

/// Into how many places the line is divided: marks nearer than that are one.
pub const PLACES: u64 = 240;

/// What a mark stands for. Each has a shape of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A job was paused, or a slot refused an item.
    Notice,
    /// A breakpoint was hit.
    Hit,
    /// Something failed.
    Error,
}

impl MarkKind {
    /// For `data-kind`.
    pub fn name(self) -> &'static str {
        match self {
            MarkKind::Notice => "notice",
            MarkKind::Hit => "hit",
            MarkKind::Error => "error",
        }
    }
}

/// A mark on the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where on the line, 0 to 1.
    pub share: f64,
    /// The gravest of what it stands for.
    pub kind: MarkKind,
    /// The first record that it stands for.
    pub seq: u64,
    /// For how many it stands.
    pub count: usize,
    /// What it says.
    pub text: String,
}

/// Where a record is on a line from `first` to the one before `total`, 0 to 1.
pub fn share_of(seq: u64, first: u64, total: u64) -> f64 {
    let last = total.saturating_sub(1);
    if last <= first {
        return 1.0;
    }
    (seq.clamp(first, last) - first) as f64 / (last - first) as f64
}

/// The marks for records, oldest first. Records that are too near to each other are one mark.
pub fn marks(rows: &[Row], first: u64, total: u64) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut last_place = None;
    for row in rows {
        let share = share_of(row.seq, first, total);
        let kind = match row.kind.as_str() {
            "breakpoint_hit" => MarkKind::Hit,
            "error" | "job.failed" | "system.error" => MarkKind::Error,
            _ => MarkKind::Notice,
        };
        let place = (share * PLACES as f64).round() as u64;
        match marks.last_mut().filter(|_| last_place == Some(place)) {
            Some(mark) => {
                mark.count += 1;
                mark.kind = mark.kind.max(kind);
                mark.text = format!("{} marks from record {} on", mark.count, mark.seq);
            }
            None => marks.push(Mark { share, kind, seq: row.seq, count: 1, text: mark_text(row, kind) }),
        }
        last_place = Some(place);
    }
    marks
}

fn mark_text(row: &Row, kind: MarkKind) -> String {
    let what = match kind {
        MarkKind::Hit => "Hit",
        MarkKind::Error => "Error",
        MarkKind::Notice if row.kind == "slot_overflow" => "Slot full",
        MarkKind::Notice => "Paused",
    };
    let at = row.routine.as_deref().map(|routine| format!(" at {routine}")).unwrap_or_default();
    let said = if row.text.is_empty() { String::new() } else { format!(": {}", row.text) };
    format!("{what}{at}, record {}{said}", row.seq)
}

/// Where the selected record and its causes and effects are; those too near to each other are one.
pub fn kin(seqs: impl Iterator<Item = (u64, Relation)>, first: u64, total: u64) -> Vec<(f64, Relation)> {
    let mut places: BTreeMap<(u64, Relation), f64> = BTreeMap::new();
    for (seq, relation) in seqs.filter(|(seq, _)| *seq >= first) {
        let share = share_of(seq, first, total);
        places.entry(((share * PLACES as f64).round() as u64, relation)).or_insert(share);
    }
    places.into_iter().map(|((_, relation), share)| (share, relation)).collect()
}

/// The next mark after, or the last one before, a moment that is given by the `seq` its next record will have.
pub fn neighbour(rows: &[u64], next_seq: u64, forwards: bool) -> Option<u64> {
    if forwards {
        rows.iter().copied().find(|seq| *seq >= next_seq)
    } else {
        rows.iter().copied().rev().find(|seq| *seq + 1 < next_seq)
    }
}

/// The moment in words, for the line and for screen readers.
pub fn moment_text(next_seq: u64, total: u64, t: u64) -> String {
    if next_seq == 0 {
        return format!("Start of {}", format::counted(total as usize, "record"));
    }
    format!("Record {} of {} · {}", grouped(next_seq - 1), grouped(total.saturating_sub(1)), format::time_text(t))
}

/// A whole number with its digits in groups of three, which a thin space parts.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Bytes in short: `12 KB`, `3.4 MB`.
pub fn bytes_text(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        1_000_000..100_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        100_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// How a recorded run is played: every so many milliseconds, so many records further.
///
/// At speed 1 five records a second, as a run of that speed takes steps; without a pace (0) all of it in five seconds.
pub fn playing(speed: f64, total: u64) -> (u64, u64) {
    const FASTEST_MS: f64 = 50.0;
    if speed <= 0.0 {
        return (FASTEST_MS as u64, (total / 100).max(1));
    }
    let between = 1_000.0 / (5.0 * speed);
    let records = (FASTEST_MS / between).max(1.0);
    (between.max(FASTEST_MS).round() as u64, records.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, kind: &str) -> Row {
        Row { seq, kind: kind.into(), routine: Some("alarm".into()), text: "x".into(), ..Row::default() }
    }

    #[test]
    fn marks_lie_where_their_records_are_and_say_which() {
        let marks = marks(&[row(10, "breakpoint_hit"), row(100, "error")], 0, 101);
        assert_eq!(marks.len(), 2);
        assert_eq!((marks[0].share, marks[0].kind), (0.1, MarkKind::Hit));
        assert_eq!((marks[1].share, marks[1].kind), (1.0, MarkKind::Error));
        assert_eq!(marks[0].text, "Hit at alarm, record 10: x");
    }

    #[test]
    fn marks_that_are_too_near_are_one_that_shows_the_gravest() {
        let rows: Vec<Row> = (0..100).map(|seq| row(seq, if seq == 50 { "error" } else { "breakpoint_hit" })).collect();
        let marks = marks(&rows, 0, 1_000_000);
        assert_eq!(marks.len(), 1);
        assert_eq!((marks[0].count, marks[0].kind), (100, MarkKind::Error));
    }

    #[test]
    fn a_line_of_one_record_or_none_has_its_end_everywhere() {
        assert_eq!(share_of(0, 0, 1), 1.0);
        assert_eq!(share_of(7, 0, 0), 1.0);
        assert_eq!(share_of(3, 5, 10), 0.0);
    }

    #[test]
    fn the_marks_next_to_a_moment_are_found_both_ways() {
        // After record 10 the next one is 11.
        assert_eq!(neighbour(&[4, 10, 20], 11, true), Some(20));
        assert_eq!(neighbour(&[4, 10, 20], 11, false), Some(4));
        assert_eq!(neighbour(&[4, 10, 20], 5, false), None);
        assert_eq!(neighbour(&[4, 10, 20], 21, true), None);
    }

    #[test]
    fn a_large_family_takes_only_so_many_places() {
        let seqs = (0..100_000_u64).map(|seq| (seq, if seq < 50_000 { Relation::Cause } else { Relation::Effect }));
        let kin = kin(seqs.chain([(50_000, Relation::Itself)]), 0, 100_000);
        assert!(kin.len() <= PLACES as usize + 4, "{}", kin.len());
        assert!(kin.iter().any(|(_, relation)| *relation == Relation::Itself));
    }

    #[test]
    fn playing_keeps_to_the_speed_of_runs() {
        assert_eq!(playing(1.0, 100), (200, 1));
        assert_eq!(playing(0.25, 100), (800, 1));
        assert_eq!(playing(16.0, 100), (50, 4));
        assert_eq!(playing(0.0, 1_000_000), (50, 10_000));
    }

    #[test]
    fn numbers_and_bytes_are_short() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(bytes_text(900), "1 KB");
        assert_eq!(bytes_text(3_400_000), "3.4 MB");
        assert_eq!(bytes_text(200_000_000), "200 MB");
        assert_eq!(moment_text(0, 3, 0), "Start of 3 records");
        assert_eq!(moment_text(2, 3, 1_500_000), "Record 1 of 2 · 1.5 s");
    }
}
