//! The sentence for each way of being held, and who waits.

use super::*;
use crate::flow::model::PortRef;
use crate::protocol::report::{Pending, SlotState};

fn held(reason: &str, text: &str) -> State {
    let stopped = Stopped { reason: reason.into(), text: text.into(), hit_count: 5, ..Stopped::default() };
    State { stopped: Some(stopped), ..State::default() }
}

fn on_slot(condition: &str) -> Breakpoint {
    let place = BreakpointPlace::Slot(PortRef::new("sum", "input"));
    Breakpoint { condition: Some(condition.into()), ..Breakpoint::new(place) }
}

#[test]
fn a_hit_tells_its_condition_and_the_values_that_made_it_true() {
    let state = held("breakpoint", "Before the delivery to sum.input");
    let breakpoint = on_slot("value > 100 and ready");
    assert_eq!(asked_parts(Some(&breakpoint)), ["value", "ready"]);
    let values = [("value".to_owned(), Value::Int(150)), ("ready".to_owned(), Value::Bool(true))];
    let text = sentence(&state, Some(&breakpoint), &values);
    assert_eq!(text, "`value > 100 and ready` is true, because `value` is `150` and `ready` is `true`");
    assert_eq!(sentence(&state, Some(&breakpoint), &[]), "`value > 100 and ready` is true");
}

#[test]
fn a_hit_without_a_condition_tells_what_else_was_set() {
    let state = held("breakpoint", "");
    assert_eq!(sentence(&state, Some(&on_slot("  ")), &[]), "The breakpoint at this slot stops at everything");
    let counted = Breakpoint { hit_condition: Some(">= 5".into()), scope: Some("job-2".into()), ..on_slot("value") };
    let text = sentence(&state, Some(&counted), &[]);
    assert_eq!(text, "`value` is true, and hit 5 meets `>= 5`, in job-2 only");
    assert!(sentence(&state, None, &[]).contains("gone"));
}

#[test]
fn an_error_is_named() {
    let error = Value::map([("error_type", Value::from("ValueError")), ("message", Value::from("no"))]);
    let next = Pending { kind: "error".into(), data: Some(error), ..Pending::default() };
    let state = State { next: Some(next.clone()), ..held("breakpoint", "") };
    let text = sentence(&state, Some(&Breakpoint::new(BreakpointPlace::Error(None))), &[]);
    assert_eq!(text, "The breakpoint on errors stops at everything: `ValueError: no`");
    let state = State { next: Some(next), ..held("goto", "Arrived") };
    assert!(sentence(&state, None, &[]).contains("next error, and this is it: `ValueError: no`"));
}

#[test]
fn every_other_reason_has_words_of_its_own() {
    let texts = ["step", "pause", "entry", "goto", "runaway"].map(|reason| sentence(&held(reason, ""), None, &[]));
    for (index, text) in texts.iter().enumerate() {
        assert!(!text.is_empty() && !texts[..index].contains(text), "{text}");
    }
    let only_paused = sentence(&held("pause", "Only paused jobs are left: job-1"), None, &[]);
    assert!(only_paused.contains("let one of them go on"));
    assert_eq!(sentence(&State::default(), None, &[]), "");
}

#[test]
fn who_waits_is_asked_about_and_the_next_one_first() {
    let routine = |id: &str, unconsumed: usize, activations: u64| RoutineState {
        id: id.into(),
        activations,
        slots: vec![SlotState { name: "input".into(), unconsumed, ..SlotState::default() }],
        ..RoutineState::default()
    };
    let routines =
        vec![routine("a", 2, 0), routine("b", 0, 0), routine("c", 1, 4), routine("d", 1, 0), routine("e", 1, 0)];
    let job = JobState { routines, ..JobState::default() };
    let found = waiting(&job, "c");
    let ids: Vec<&str> = found.iter().map(|waiting| waiting.routine.as_str()).collect();
    assert_eq!(ids, ["c", "a", "d"]);
    assert_eq!(found[0].question, "Why does c not run now?");
    assert_eq!((found[1].question.as_str(), found[1].has.as_str()), ("Why did a not run?", "2 items in input"));
}
