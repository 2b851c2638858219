//! Two runs beside each other around their first difference: what each did, with what is alike in one line.

use crate::protocol::timeline::Row;

/// One line: what the one did and what the other did, or only one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct SideRow {
    /// In the first run.
    pub a: Option<Row>,
    /// In the second.
    pub b: Option<Row>,
    /// How they are to each other.
    pub kind: SideKind,
}

/// How two records of one line are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideKind {
    /// Before the first difference.
    Before,
    /// The first difference.
    First,
    /// After it, and yet the same.
    Same,
    /// After it, at the same place, and not the same; or only one of them happened.
    Other,
}

impl SideKind {
    /// For `data-side`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::First => "first",
            Self::Same => "same",
            Self::Other => "other",
        }
    }
}

/// Lines of two runs' records, of which so many at the beginning are alike. What comes after them is aligned so that as
/// much as possible stands beside what is the same, and else beside what happened at the same place.
pub fn side_by_side(a: &[Row], b: &[Row], alike: usize) -> Vec<SideRow> {
    let alike = alike.min(a.len()).min(b.len());
    let before = a[..alike].iter().zip(&b[..alike]).map(|(a, b)| SideRow {
        a: Some(a.clone()),
        b: Some(b.clone()),
        kind: SideKind::Before,
    });
    let mut lines: Vec<SideRow> = before.collect();
    let (a, b) = (&a[alike..], &b[alike..]);
    for (index, (in_a, in_b)) in aligned(a, b).into_iter().enumerate() {
        let (row_a, row_b) = (in_a.map(|at| &a[at]), in_b.map(|at| &b[at]));
        let kind = match (row_a, row_b) {
            // Whatever differs, if only the time: it is what the runs part at.
            _ if index == 0 => SideKind::First,
            (Some(a), Some(b)) if likeness(a, b) == SAME => SideKind::Same,
            _ => SideKind::Other,
        };
        lines.push(SideRow { a: row_a.cloned(), b: row_b.cloned(), kind });
    }
    lines
}

const SAME: u32 = 3;
const SAME_PLACE: u32 = 1;

/// How alike two records are, whenever they happened.
fn likeness(a: &Row, b: &Row) -> u32 {
    let is_same_place =
        (&a.kind, &a.job, &a.routine, &a.port, &a.from) == (&b.kind, &b.job, &b.routine, &b.port, &b.from);
    match (is_same_place, a.text == b.text) {
        (true, true) => SAME,
        (true, false) => SAME_PLACE,
        _ => 0,
    }
}

/// Pairs of positions, each in its order, with the most likeness in all. What has no partner stands alone.
fn aligned(a: &[Row], b: &[Row]) -> Vec<(Option<usize>, Option<usize>)> {
    // The most likeness of what is left from a position of each on.
    let mut best = vec![vec![0; b.len() + 1]; a.len() + 1];
    for at_a in (0..a.len()).rev() {
        for at_b in (0..b.len()).rev() {
            let paired = match likeness(&a[at_a], &b[at_b]) {
                0 => 0,
                likeness => likeness + best[at_a + 1][at_b + 1],
            };
            best[at_a][at_b] = paired.max(best[at_a + 1][at_b]).max(best[at_a][at_b + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut at_a, mut at_b) = (0, 0);
    while at_a < a.len() || at_b < b.len() {
        let is_end = at_a == a.len() || at_b == b.len();
        let likeness = if is_end { 0 } else { likeness(&a[at_a], &b[at_b]) };
        if likeness > 0 && best[at_a][at_b] == likeness + best[at_a + 1][at_b + 1] {
            pairs.push((Some(at_a), Some(at_b)));
            (at_a, at_b) = (at_a + 1, at_b + 1);
        } else if at_b == b.len() || (at_a < a.len() && best[at_a][at_b] == best[at_a + 1][at_b]) {
            pairs.push((Some(at_a), None));
            at_a += 1;
        } else {
            pairs.push((None, Some(at_b)));
            at_b += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, routine: &str, text: &str) -> Row {
        Row {
            seq,
            kind: "slot_call".into(),
            routine: Some(routine.into()),
            port: Some("input".into()),
            text: text.into(),
            ..Row::default()
        }
    }

    fn told(lines: &[SideRow]) -> Vec<(Option<u64>, Option<u64>, &'static str)> {
        let seq = |row: &Option<Row>| row.as_ref().map(|row| row.seq);
        lines.iter().map(|line| (seq(&line.a), seq(&line.b), line.kind.name())).collect()
    }

    #[test]
    fn what_is_the_same_stands_beside_each_other_again_after_the_difference() {
        let a = [row(0, "a", "1"), row(1, "b", "50"), row(2, "c", "x"), row(3, "d", "y")];
        let b = [row(0, "a", "1"), row(2, "b", "51"), row(3, "e", "only here"), row(4, "c", "x"), row(5, "d", "z")];
        assert_eq!(
            told(&side_by_side(&a, &b, 1)),
            [
                (Some(0), Some(0), "before"),
                (Some(1), Some(2), "first"),
                (None, Some(3), "other"),
                (Some(2), Some(4), "same"),
                (Some(3), Some(5), "other"),
            ]
        );
    }

    #[test]
    fn a_run_that_ends_stands_beside_nothing() {
        let a = [row(0, "a", "1")];
        let b = [row(0, "a", "1"), row(1, "b", "2"), row(2, "c", "3")];
        let expected = [(Some(0), Some(0), "before"), (None, Some(1), "first"), (None, Some(2), "other")];
        assert_eq!(told(&side_by_side(&a, &b, 1)), expected);
        let mirrored: Vec<_> = expected.iter().map(|(a, b, kind)| (*b, *a, *kind)).collect();
        assert_eq!(told(&side_by_side(&b, &a, 1)), mirrored);
        assert!(side_by_side(&[], &[], 3).is_empty());
    }

    #[test]
    fn the_first_difference_is_marked_even_if_only_the_time_differs() {
        let late = Row { t: 5, ..row(0, "a", "1") };
        assert_eq!(told(&side_by_side(&[row(0, "a", "1")], &[late], 0)), [(Some(0), Some(0), "first")]);
    }

    #[test]
    fn every_record_is_there_once_and_in_its_order() {
        let names = ["a", "b", "c"];
        for seed in 0..200_usize {
            let rows = |factor: usize| -> Vec<Row> {
                (0..seed % 9 + factor)
                    .map(|n| row(n as u64, names[(n * factor + seed) % 3], names[(n + seed / 7) % 2]))
                    .collect()
            };
            let (a, b) = (rows(2), rows(5));
            let lines = side_by_side(&a, &b, 0);
            let side = |pick: fn(&SideRow) -> &Option<Row>| {
                lines.iter().filter_map(|line| pick(line).clone()).collect::<Vec<_>>()
            };
            assert_eq!(side(|line| &line.a), a);
            assert_eq!(side(|line| &line.b), b);
        }
    }
}
