//! Records as arrows between routines, one below the other: which column, and what is drawn there.

use crate::protocol::timeline::Row;

/// The types of records that are drawn as arrows and marks; with all steps, all but those about workers.
pub const ARROWS: [&str; 7] =
    ["slot_call", "slot_overflow", "error", "breakpoint_hit", "output", "job.failed", "job.retrying"];
/// What is added to them.
pub const STEPS: [&str; 4] = ["event_emit", "routine_start", "routine_end", "log"];

/// Width of a column.
pub const COLUMN_PX: f64 = 128.0;

/// What a record is drawn as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drawing {
    /// An arrow from a column to another.
    Arrow {
        /// Where it begins.
        from: usize,
        /// Where it points.
        to: usize,
    },
    /// A mark in a column.
    Mark(usize),
}

/// What a record is drawn as. Column 0 is the world outside, from which posts come; the routines follow.
pub fn drawing(row: &Row, routines: &[String]) -> Drawing {
    let column =
        |id: Option<&str>| id.and_then(|id| routines.iter().position(|other| other == id)).map_or(0, |index| index + 1);
    let own = column(row.routine.as_deref());
    let from = row.from.as_deref().and_then(|from| from.rsplit_once('.')).map(|(routine, _)| routine);
    if row.kind == "slot_call" { Drawing::Arrow { from: column(from), to: own } } else { Drawing::Mark(own) }
}

/// The middle of a column.
pub fn middle_px(column: usize) -> f64 {
    (column as f64 + 0.5) * COLUMN_PX
}

/// Left end and width of an arrow, and whether it points to the left. One to its own column is a short hook.
pub fn arrow_px(from: usize, to: usize) -> (f64, f64, bool) {
    let (start, end) = (middle_px(from), middle_px(to));
    if from == to {
        return (start, COLUMN_PX * 0.28, true);
    }
    (start.min(end), (start - end).abs(), end < start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_an_arrow_and_a_post_comes_from_outside() {
        let routines = ["scale".to_owned(), "alarm".to_owned()];
        let mut row = Row {
            kind: "slot_call".into(),
            routine: Some("alarm".into()),
            from: Some("scale.scaled".into()),
            ..Row::default()
        };
        assert_eq!(drawing(&row, &routines), Drawing::Arrow { from: 1, to: 2 });
        row.from = None;
        assert_eq!(drawing(&row, &routines), Drawing::Arrow { from: 0, to: 2 });
        row.kind = "error".into();
        assert_eq!(drawing(&row, &routines), Drawing::Mark(2));
        row.routine = Some("forgotten".into());
        assert_eq!(drawing(&row, &routines), Drawing::Mark(0));
    }

    #[test]
    fn arrows_span_from_middle_to_middle() {
        assert_eq!(arrow_px(0, 2), (COLUMN_PX * 0.5, COLUMN_PX * 2.0, false));
        assert_eq!(arrow_px(2, 1), (COLUMN_PX * 1.5, COLUMN_PX, true));
        assert!(arrow_px(1, 1).1 > 0.0);
    }
}
