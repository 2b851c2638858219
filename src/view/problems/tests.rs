//! Problems as rows.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;
use crate::flow::model::Routine;
use crate::protocol::report::{BreakpointReport, JobState, RoutineState, SlotState};

#[test]
fn paths_lead_to_their_place() {
    let targets = [
        ("routines.sensor.slots.input.watermark", Target::Slot(PortRef::new("sensor", "input"))),
        ("routines.sensor.logic", Target::Routine("sensor".into())),
        ("routines.a b", Target::Routine("a b".into())),
        ("connections[2].to", Target::Connection(2)),
        ("inputs[0]", Target::Input(0)),
        ("breakpoints[11].condition", Target::Breakpoint(11)),
        ("connections[x]", Target::Flow),
        ("execution.seed", Target::Flow),
        ("routines", Target::Flow),
        ("", Target::Flow),
    ];
    for (path, target) in targets {
        assert_eq!(target_of_path(path), target, "{path}");
    }
}

#[test]
fn errors_come_first() {
    let report = |severity: &str, line| ProblemReport {
        severity: severity.into(),
        line: Some(line),
        ..ProblemReport::default()
    };
    let rows = document_problems(&[report("hint", 1), report("warning", 2), report("error", 3), report("error", 4)]);
    let lines: Vec<u32> = rows.iter().map(|row| row.place.unwrap().0).collect();
    assert_eq!(lines, [3, 4, 2, 1]);
    assert_eq!(severity_counts(&rows), (2, 1));
}

#[test]
fn a_run_tells_its_own_problems_once() {
    let mut flow = Flow::default();
    flow.routines.push(Routine::new("b", "Python").into());
    let slot = |name: &str, unconsumed| SlotState { name: name.into(), unconsumed, max: 10, ..SlotState::default() };
    let routine = RoutineState {
        id: "b".into(),
        status: "error_continued".into(),
        error: Some("ValueError: no".into()),
        slots: vec![slot("full", 10), slot("high", 8), slot("low", 1)],
        ..RoutineState::default()
    };
    let gone = RoutineState { id: "gone".into(), error: Some("old".into()), ..RoutineState::default() };
    let job = JobState { status: "completed".into(), routines: vec![routine, gone], ..JobState::default() };
    let state = State {
        jobs: vec![job.clone(), job],
        breakpoints: vec![BreakpointReport { id: 1, error_count: 2, ..BreakpointReport::default() }],
        ..State::default()
    };
    let texts: Vec<String> = run_problems(&flow, &state).into_iter().map(|row| row.message).collect();
    assert_eq!(
        texts,
        [
            "b: ValueError: no",
            "slot b.full is full (10 items): further items are refused",
            "slot b.high is nearly full: 8 of 10 items",
            "10 items left in slot b.full: its policy never activated it",
            "the condition of breakpoint 2 failed 2 times: it raised an error",
        ]
    );
}
