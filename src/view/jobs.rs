//! Jobs told apart: a colour, a shape and a number for each, and two of them beside each other.

use crate::protocol::report::JobState;
use crate::protocol::timeline::JobFilter;

use super::branches::PairRow;
use super::format;

/// How many colours there are.
pub const COLOURS: usize = 8;
/// Corners of the shapes around their middle, in a box from -8 to 8; the first is a circle.
const SHAPES: [&[(f64, f64)]; 6] = [
    &[],
    &[(-5.5, -5.5), (5.5, -5.5), (5.5, 5.5), (-5.5, 5.5)],
    &[(0.0, -6.5), (7.0, 6.0), (-7.0, 6.0)],
    &[(0.0, -7.2), (7.2, 0.0), (0.0, 7.2), (-7.2, 0.0)],
    &[
        (-2.5, -6.5),
        (2.5, -6.5),
        (2.5, -2.5),
        (6.5, -2.5),
        (6.5, 2.5),
        (2.5, 2.5),
        (2.5, 6.5),
        (-2.5, 6.5),
        (-2.5, 2.5),
        (-6.5, 2.5),
        (-6.5, -2.5),
        (-2.5, -2.5),
    ],
    &[(0.0, -7.0), (6.2, -3.5), (6.2, 3.5), (0.0, 7.0), (-6.2, 3.5), (-6.2, -3.5)],
];
/// The circle's radius in that box.
pub const CIRCLE: f64 = 6.5;

/// The shape of a job's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape(usize);

impl Shape {
    /// Its corners around its middle, in a box from -8 to 8; none for a circle of the radius [`CIRCLE`].
    pub fn corners(self) -> &'static [(f64, f64)] {
        SHAPES[self.0 % SHAPES.len()]
    }

    /// Its outline as SVG writes it, in a box of 16 by 16.
    pub fn path(self) -> String {
        let corners: Vec<String> = self.corners().iter().map(|(x, y)| format!("{} {}", x + 8.0, y + 8.0)).collect();
        match corners.is_empty() {
            true => format!(
                "M8 {0}a{CIRCLE} {CIRCLE} 0 1 0 0 {1}a{CIRCLE} {CIRCLE} 0 1 0 0-{1}z",
                8.0 - CIRCLE,
                2.0 * CIRCLE
            ),
            false => format!("M{}z", corners.join("L")),
        }
    }
}

/// How a job looks wherever it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobMark {
    /// Its number, from 1.
    pub number: usize,
    /// Its colour, below [`COLOURS`].
    pub colour: usize,
    /// Its shape.
    pub shape: Shape,
}

/// The mark of a job by its number, from 1. Colours and shapes come round at different times: 24 jobs differ in them.
pub fn mark(number: usize) -> JobMark {
    let index = number.saturating_sub(1);
    JobMark { number, colour: index % COLOURS, shape: Shape(index % SHAPES.len()) }
}

/// A job's number by its id, from 1.
pub fn number_of(ids: &[String], id: &str) -> Option<usize> {
    ids.iter().position(|other| other == id).map(|index| index + 1)
}

/// Whether a job with this status takes nothing any more.
pub fn is_over(status: &str) -> bool {
    matches!(status, "completed" | "failed" | "cancelled")
}

/// Whether a job is shown.
pub fn is_shown(filter: &JobFilter, id: &str) -> bool {
    (filter.solo.is_empty() || filter.solo.iter().any(|other| other == id))
        && !filter.muted.iter().any(|other| other == id)
}

/// The filter with a job's solo switched.
pub fn toggle_solo(filter: &JobFilter, id: &str) -> JobFilter {
    let mut filter = filter.clone();
    toggle(&mut filter.solo, id);
    filter.muted.retain(|other| other != id);
    filter
}

/// The filter with a job muted, or not any more.
pub fn toggle_mute(filter: &JobFilter, id: &str) -> JobFilter {
    let mut filter = filter.clone();
    toggle(&mut filter.muted, id);
    filter.solo.retain(|other| other != id);
    filter
}

fn toggle(list: &mut Vec<String>, id: &str) {
    match list.iter().position(|other| other == id) {
        Some(index) => {
            list.remove(index);
        }
        None => list.push(id.to_owned()),
    }
}

/// The filter in words; none if all jobs are shown.
pub fn filter_text(filter: &JobFilter, ids: &[String]) -> Option<String> {
    let shown = ids.iter().filter(|id| is_shown(filter, id)).count();
    (shown < ids.len()).then(|| format!("{shown} of {} are shown", format::counted(ids.len(), "job")))
}

/// Two jobs beside each other: status, routines, queues, shared data.
pub fn pair_of_jobs(a: &JobState, b: &JobState) -> Vec<PairRow> {
    const CHARS: usize = 200;
    let mut rows = vec![
        pair("status", a.status.clone(), b.status.clone()),
        pair("pending events", a.task_count.to_string(), b.task_count.to_string()),
        pair("timers", a.timer_count.to_string(), b.timer_count.to_string()),
    ];
    let text = |value: &Option<crate::flow::value::Value>| {
        value.as_ref().map_or_else(|| "–".into(), |value| format::value_text(value, CHARS))
    };
    rows.push(pair("error", text(&a.error), text(&b.error)));
    let mut ids: Vec<&str> = Vec::new();
    for routine in a.routines.iter().chain(&b.routines) {
        if !ids.contains(&routine.id.as_str()) {
            ids.push(&routine.id);
        }
    }
    for id in ids {
        let [in_a, in_b] = [a, b].map(|job| job.routines.iter().find(|routine| routine.id == id));
        let about = |routine: Option<&crate::protocol::report::RoutineState>| match routine {
            Some(routine) => format!(
                "{}, {}",
                super::run_view::Status::parse(&routine.status).text(),
                format::counted(usize::try_from(routine.activations).unwrap_or(usize::MAX), "run")
            ),
            None => "–".into(),
        };
        rows.push(pair(id, about(in_a), about(in_b)));
        let mut slots: Vec<&str> = Vec::new();
        for slot in [in_a, in_b].into_iter().flatten().flat_map(|routine| &routine.slots) {
            if !slots.contains(&slot.name.as_str()) {
                slots.push(&slot.name);
            }
        }
        for name in slots {
            let waiting = |routine: Option<&crate::protocol::report::RoutineState>| {
                routine
                    .and_then(|routine| routine.slots.iter().find(|slot| slot.name == name))
                    .map_or_else(|| "–".into(), |slot| format!("{} waiting", slot.unconsumed))
            };
            rows.push(pair(&format!("{id}.{name}"), waiting(in_a), waiting(in_b)));
        }
        let state = |routine: Option<&crate::protocol::report::RoutineState>| {
            routine.map_or_else(|| "–".into(), |routine| format::value_text(&routine.state, CHARS))
        };
        let [state_a, state_b] = [state(in_a), state(in_b)];
        if state_a != "{}" || state_b != "{}" {
            rows.push(pair(&format!("state of {id}"), state_a, state_b));
        }
    }
    let shared = |job: &JobState| format::value_text(&job.shared_data, CHARS);
    rows.push(pair("shared data", shared(a), shared(b)));
    rows
}

fn pair(label: &str, a: String, b: String) -> PairRow {
    PairRow { label: label.into(), a, b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::report::{RoutineState, SlotState};

    #[test]
    fn jobs_near_to_each_other_differ_in_colour_and_shape() {
        let marks: std::collections::BTreeSet<_> = (1..=24).map(|n| (mark(n).colour, mark(n).shape)).collect();
        assert_eq!(marks.len(), 24);
        assert_ne!(mark(1).colour, mark(2).colour);
        assert_ne!(mark(1).shape, mark(2).shape);
    }

    #[test]
    fn shapes_are_the_same_on_the_canvas_and_in_lists() {
        assert_eq!(mark(1).shape.path(), "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z");
        assert_eq!(mark(2).shape.path(), "M2.5 2.5L13.5 2.5L13.5 13.5L2.5 13.5z");
        assert!(mark(1).shape.corners().is_empty() && mark(3).shape.corners().len() == 3);
        let all = (1..=SHAPES.len()).flat_map(|number| mark(number).shape.corners());
        assert!(all.copied().all(|(x, y)| x.abs() <= 8.0 && y.abs() <= 8.0));
    }

    #[test]
    fn solo_and_mute_exclude_each_other() {
        let soloed = toggle_solo(&JobFilter::default(), "job-2");
        assert!(is_shown(&soloed, "job-2") && !is_shown(&soloed, "job-1"));
        let muted = toggle_mute(&soloed, "job-2");
        assert!(!is_shown(&muted, "job-2") && is_shown(&muted, "job-1"));
        assert_eq!(toggle_mute(&muted, "job-2"), JobFilter::default());
        let ids = ["job-1".to_owned(), "job-2".to_owned()];
        assert_eq!(filter_text(&muted, &ids).as_deref(), Some("1 of 2 jobs are shown"));
        assert_eq!(filter_text(&JobFilter::default(), &ids), None);
        assert_eq!(number_of(&ids, "job-2"), Some(2));
    }

    #[test]
    fn two_jobs_lie_beside_each_other() {
        let job = |waiting: usize| JobState {
            status: "idle".into(),
            routines: vec![RoutineState {
                id: "batch".into(),
                slots: vec![SlotState { name: "input".into(), unconsumed: waiting, ..SlotState::default() }],
                ..RoutineState::default()
            }],
            ..JobState::default()
        };
        let rows = pair_of_jobs(&job(1), &job(3));
        let differing: Vec<&str> = rows.iter().filter(|row| !row.is_same()).map(|row| row.label.as_str()).collect();
        assert_eq!(differing, ["batch.input"]);
    }
}
