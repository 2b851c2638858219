//! Forms of changes by hand, and the orders that come of them.

use super::*;
use crate::flow::document::{Format, read_text};
use crate::protocol::report::{JobState, RoutineState, SlotState};

fn flow() -> Flow {
    let text = r#"{"flow_id": "f", "routines": {"sum": {"class": "Python", "slots": ["input"], "config": {"size": 2},
        "policy": {"type": "batch_size", "min_batch_size": 3}, "logic": "def logic(slot_data):\n    pass\n"}},
        "connections": [], "inputs": [{"to": "sum.input", "data": {"value": 7}}]}"#;
    read_text(text, Format::Json).into_flow().unwrap()
}

fn moment() -> State {
    let slot = SlotState { name: "input".into(), items: vec![Value::Int(4), Value::Int(5)], ..SlotState::default() };
    let routine = RoutineState {
        id: "sum".into(),
        state: Value::map([("total", Value::Int(9))]),
        slots: vec![slot],
        ..RoutineState::default()
    };
    let task = Pending {
        kind: "post".into(),
        routine: "sum".into(),
        slot: Some("input".into()),
        data: Some(Value::Int(20)),
        payload: Some(Value::Int(10)),
        ..Pending::default()
    };
    let job = JobState { id: "job-1".into(), routines: vec![routine], tasks: vec![task], ..JobState::default() };
    State { jobs: vec![job], ..State::default() }
}

fn texts(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.text.clone()).collect()
}

fn opened(subject: &Subject) -> Vec<Field> {
    subject.fields(&flow(), Some(&moment()))
}

#[test]
fn forms_open_with_what_is_there_now() {
    let (job, routine) = (String::from("job-1"), String::from("sum"));
    let slot = PortRef::new("sum", "input");
    let first = |subject: Subject| opened(&subject)[0].text.clone();
    assert!(first(Subject::State { job: job.clone(), routine: routine.clone() }).contains("\"total\": 9"));
    assert_eq!(first(Subject::Task { job: job.clone(), task: 0 }), "10", "what an edit replaces, not what arrives");
    assert_eq!(first(Subject::Item { job: job.clone(), slot: slot.clone(), item: 1 }), "5");
    assert!(first(Subject::Injection { ports: vec![slot] }).contains("\"value\": 7"));
    let work = opened(&Subject::Work { job, routine });
    assert!(work[0].text.contains("\"size\": 2") && work[1].text.contains("batch_size"));
}

#[test]
fn what_is_written_becomes_an_order() {
    let subject = Subject::Item { job: "job-1".into(), slot: PortRef::new("sum", "input"), item: 1 };
    let order = subject.change(&["{\"value\": 1}".into()], &opened(&subject)).unwrap();
    assert_eq!((order.kind, order.slot.as_deref(), order.item), (Deed::Edit, Some("sum.input"), Some(1)));
    assert_eq!(order.data, Some(Value::map([("value", Value::Int(1))])));
    let (field, fault) = subject.change(&["one".into()], &[]).unwrap_err();
    assert!(field == 0 && fault.contains("JSON"));
}

#[test]
fn data_are_changed_as_a_whole_object() {
    let subject = Subject::SharedData { job: "job-1".into() };
    assert!(subject.change(&["[1]".into()], &[]).unwrap_err().1.contains("object"));
    assert_eq!(subject.change(&["{}".into()], &[]).unwrap().kind, Deed::SetSharedData);
}

#[test]
fn only_what_was_changed_of_a_routine_is_told() {
    let subject = Subject::Work { job: "job-1".into(), routine: "sum".into() };
    let opened = opened(&subject);
    let same = texts(&opened);
    assert!(subject.change(&same, &opened).unwrap_err().1.contains("Nothing"));
    let order = subject.change(&[same[0].clone(), r#"{"type": "immediate"}"#.into()], &opened).unwrap();
    assert!(order.config.is_none() && order.policy.is_some());
    let wrong = subject.change(&[same[0].clone(), r#"{"type": "sometimes"}"#.into()], &opened).unwrap_err();
    assert!(wrong.0 == 1 && wrong.1.contains("sometimes"), "{wrong:?}");
}

#[test]
fn pending_steps_are_told_in_words() {
    let job = &moment().jobs[0];
    assert_eq!(task_text(&job.tasks[0]), "post to sum.input");
    assert!(is_event(&job.tasks[0]));
    let delivery = Pending { kind: "delivery".into(), from: Some("a.output".into()), ..job.tasks[0].clone() };
    assert_eq!(task_text(&delivery), "a.output → sum.input");
    assert!(!is_event(&Pending { kind: "end".into(), ..delivery }));
}
