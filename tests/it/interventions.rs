//! Changing a run by hand: whatever is done, every moment of what came of it is replayed exactly.

use proptest::prelude::*;

use crate::determinism::flows;
use crate::support::{flow, run_on, session, start, state, trace};
use flow_playground::debugger::session::{Mode, Session, Stop};
use flow_playground::engine::alter::{Change, Refusal};
use flow_playground::flow::model::{Breakpoint, BreakpointPlace, PortRef};
use flow_playground::flow::value::{Map, Value};

/// Something that somebody does to a run; numbers are taken modulo what is there.
#[derive(Clone, Debug)]
enum Deed {
    Advance(u64),
    Alter(usize, Kind),
    Back(u64),
    Switch(usize),
}

#[derive(Clone, Debug)]
enum Kind {
    Turn,
    Choose(usize),
    Drop(usize),
    Duplicate(usize),
    Edit(usize, i64),
    Move(usize, usize),
    DropItem(usize, usize),
    EditItem(usize, i64),
    Emit(usize, i64),
    Post(usize, i64),
    Shared(i64),
    State(usize, i64),
    Pause,
    Resume,
    Cancel,
}

fn kinds() -> impl Strategy<Value = Kind> {
    let n = 0..6usize;
    prop_oneof![
        Just(Kind::Turn),
        n.clone().prop_map(Kind::Choose),
        n.clone().prop_map(Kind::Drop),
        n.clone().prop_map(Kind::Duplicate),
        (n.clone(), 0..9i64).prop_map(|(at, v)| Kind::Edit(at, v)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Kind::Move(a, b)),
        (n.clone(), n.clone()).prop_map(|(a, b)| Kind::DropItem(a, b)),
        (n.clone(), 0..9i64).prop_map(|(at, v)| Kind::EditItem(at, v)),
        (n.clone(), 0..9i64).prop_map(|(at, v)| Kind::Emit(at, v)),
        (n.clone(), 0..9i64).prop_map(|(at, v)| Kind::Post(at, v)),
        (0..9i64).prop_map(Kind::Shared),
        (n, 0..9i64).prop_map(|(at, v)| Kind::State(at, v)),
        Just(Kind::Pause),
        Just(Kind::Resume),
        Just(Kind::Resume),
        Just(Kind::Cancel),
    ]
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (1..12u64).prop_map(Deed::Advance),
        4 => (0..2usize, kinds()).prop_map(|(job, kind)| Deed::Alter(job, kind)),
        1 => (1..12u64).prop_map(Deed::Back),
        1 => (0..4usize).prop_map(Deed::Switch),
    ];
    prop::collection::vec(deed, 1..25)
}

fn payload(n: i64) -> Value {
    Value::map([("n", Value::Int(n))])
}

fn change(session: &Session, job: usize, kind: &Kind) -> Option<Change> {
    let job = session.runtime().jobs().get(job)?;
    let tasks = job.tasks.len().max(1);
    let routines = job.routines.len();
    let data = |key: &str, n: i64| std::sync::Arc::new(Map::from_iter([(key.into(), Value::Int(n))]));
    Some(match kind {
        Kind::Turn => Change::Turn,
        Kind::Choose(at) => Change::Choose(at % tasks),
        Kind::Drop(at) => Change::DropTask(at % tasks),
        Kind::Duplicate(at) => Change::DuplicateTask(at % tasks),
        Kind::Edit(at, n) => Change::EditTask(at % tasks, payload(*n)),
        Kind::Move(a, b) => Change::MoveTask(a % tasks, b % tasks),
        Kind::DropItem(routine, at) => Change::DropItem((routine % routines) as u32, 0, *at),
        Kind::EditItem(routine, n) => Change::EditItem((routine % routines) as u32, 0, 0, payload(*n)),
        Kind::Emit(routine, n) => Change::Emit((routine % routines) as u32, 0, payload(*n)),
        Kind::Post(routine, n) => Change::Post((routine % routines) as u32, 0, payload(*n)),
        Kind::Shared(n) => Change::SharedData(data("seen", *n)),
        Kind::State(routine, n) => Change::State((routine % routines) as u32, data("last", *n)),
        Kind::Pause => Change::Pause,
        Kind::Resume => Change::Resume,
        Kind::Cancel => Change::Cancel,
    })
}

/// Every moment of the branch that is shown, forwards from the start, against a jump to each.
fn check_all_moments(session: &mut Session) {
    let head = session.head();
    session.show(head, Stop::Step);
    session.set_breakpoints(Vec::new());
    // The second half of a failing step that a breakpoint held is still to come: who walks there from the past, with no
    // breakpoint left, takes the whole step, and that is more than was made.
    if session.runtime().is_held_in_error() {
        session.step_into();
    }
    let before = trace(session);
    session.show(head, Stop::Step);
    let at_head = state(session.runtime());
    session.show(0, Stop::Entry);
    let mut states = vec![state(session.runtime())];
    while session.runtime().steps() < head {
        session.step_into();
        states.push(state(session.runtime()));
    }
    assert_eq!(states.last(), Some(&at_head), "walking there and jumping there are the same");
    for (steps, expected) in states.iter().enumerate().rev() {
        session.show(steps as u64, Stop::Step);
        assert_eq!(&state(session.runtime()), expected, "step {steps} of {head}");
    }
    session.show(head, Stop::Step);
    assert_eq!(trace(session), before, "looking at the past makes no records");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_moment_of_a_run_with_interventions_is_replayed_exactly(
        flow in flows(), deeds in deeds(), holds_errors in any::<bool>()
    ) {
        let mut session = session(flow);
        if holds_errors {
            session.set_breakpoints(vec![Breakpoint::new(BreakpointPlace::Error(None))]);
        }
        start(&mut session, 2);
        session.pause();
        for deed in &deeds {
            match deed {
                Deed::Advance(steps) => {
                    session.resume();
                    session.advance(*steps);
                    session.pause();
                }
                Deed::Alter(job, kind) => {
                    if let Some(change) = change(&session, *job, kind) {
                        let was_past = session.is_past();
                        let before = session.branches().len();
                        if session.alter(*job as u32, change).is_ok() && was_past {
                            let grown = session.branches().len() > before || before == 8;
                            prop_assert!(grown, "a change in the past begins a branch");
                            prop_assert!(!session.is_past());
                        }
                    }
                }
                Deed::Back(steps) => {
                    session.show(session.runtime().steps().saturating_sub(*steps), Stop::Step);
                }
                Deed::Switch(index) => {
                    let all = session.branches();
                    session.switch_branch(all[index % all.len()].name.id);
                }
            }
        }
        for branch in session.branches() {
            prop_assert!(session.switch_branch(branch.name.id));
            check_all_moments(&mut session);
        }
    }
}

const CHAIN: &str = "
flow_id: chain
routines:
  a: { class: Merge }
  b: { class: Merge }
  c: { class: Sink }
connections:
  - { from: a.output, to: b.input }
  - { from: b.output, to: c.input }
inputs:
  - { to: a.input, data: { n: 1 } }
  - { to: a.input, data: { n: 2 } }
  - { to: a.input, data: { n: 3 } }
";

fn held() -> Session {
    let mut session = session(flow(CHAIN));
    start(&mut session, 1);
    session.pause();
    session
}

/// What arrived at the sink, in order.
fn arrived(session: &Session) -> Vec<i64> {
    let lines = trace(session).into_iter().filter(|line| line.contains(r#""routine":"c","seq""#));
    let calls = lines.filter(|line| line.contains(r#""type":"slot_call""#));
    calls
        .map(|line| {
            let (_, rest) = line.split_once(r#""data":{"n":"#).unwrap();
            rest.split(['}', ',']).next().unwrap().parse().unwrap()
        })
        .collect()
}

#[test]
fn pending_events_are_chosen_dropped_doubled_edited_and_moved() {
    for (change, expected) in [
        (Change::Choose(2), vec![3, 1, 2]),
        (Change::DropTask(1), vec![1, 3]),
        (Change::DuplicateTask(0), vec![1, 1, 2, 3]),
        (Change::EditTask(1, Value::map([("n", Value::Int(20))])), vec![1, 20, 3]),
        (Change::MoveTask(0, 2), vec![2, 3, 1]),
        (Change::Emit(1, 0, Value::map([("n", Value::Int(9))])), vec![9, 1, 2, 3]),
        (Change::Post(2, 0, Value::map([("n", Value::Int(9))])), vec![9, 1, 2, 3]),
    ] {
        let mut session = held();
        session.alter(0, change).unwrap();
        session.resume();
        run_on(&mut session);
        assert_eq!(arrived(&session), expected);
        check_all_moments(&mut session);
    }
}

#[test]
fn what_is_not_possible_is_refused_and_changes_nothing() {
    let mut session = held();
    let before = state(session.runtime());
    let large = Value::text("x".repeat(2 << 20));
    for (change, refusal) in [
        (Change::Choose(3), Refusal::NotThere),
        (Change::EditTask(0, large), Refusal::TooLarge),
        (Change::DropItem(0, 0, 0), Refusal::NotThere),
        (Change::Resume, Refusal::NotPaused),
        (Change::Emit(2, 0, Value::Null), Refusal::NotThere),
    ] {
        assert_eq!(session.alter(0, change), Err(refusal));
    }
    assert_eq!(session.alter(7, Change::Turn), Err(Refusal::UnknownJob));
    assert_eq!(state(session.runtime()), before);
}

#[test]
fn a_change_in_the_past_begins_a_branch_and_the_old_one_stays() {
    let mut session = held();
    session.resume();
    run_on(&mut session);
    let old = trace(&session);
    session.show(1, Stop::Step);
    session.alter(0, Change::DropTask(0)).unwrap();
    session.resume();
    run_on(&mut session);
    assert_eq!(arrived(&session), [1, 3]);
    let branches = session.branches();
    let names: Vec<&str> = branches.iter().map(|branch| branch.name.name.as_str()).collect();
    assert_eq!(names, ["run 1", "branch 2 of run 1"]);
    assert!(branches[1].is_current);
    let (parent, seq) = branches[1].name.forked.unwrap();
    assert_eq!(parent, 1);
    let difference = session.compare(1, 2).unwrap().unwrap();
    assert_eq!((difference.seq_a, difference.seq_b), (seq, seq));
    let said = difference.b.unwrap();
    assert_eq!(said.get("intervention").and_then(Value::as_str), Some("drop"));
    assert!(session.switch_branch(1));
    assert_eq!(trace(&session), old);
    assert!(!session.is_past());
    assert!(session.rename_branch(2, "without the second"));
    assert_eq!(session.branches()[1].name.name, "without the second");
    assert!(session.forget_branch(2));
    assert!(!session.switch_branch(2));
    assert_eq!(session.compare(1, 2), Err(2));
}

#[test]
fn two_runs_are_compared_record_by_record() {
    let mut session = held();
    session.resume();
    run_on(&mut session);
    start(&mut session, 1);
    run_on(&mut session);
    assert_eq!(session.compare(1, 2), Ok(None), "the same document gives the same run");
    session.set_flow(flow(&CHAIN.replace("{ n: 2 }", "{ n: 7 }")));
    start(&mut session, 1);
    run_on(&mut session);
    let difference = session.compare(2, 3).unwrap().unwrap();
    let of = |record: &Option<Value>| record.as_ref().unwrap().get("data").cloned().unwrap();
    assert_eq!(of(&difference.a), Value::map([("n", Value::Int(2))]));
    assert_eq!(of(&difference.b), Value::map([("n", Value::Int(7))]));
}

#[test]
fn one_job_is_paused_while_the_others_run() {
    let mut session = session(flow(CHAIN));
    start(&mut session, 2);
    session.pause();
    session.alter(0, Change::Pause).unwrap();
    session.resume();
    run_on(&mut session);
    let statuses: Vec<&str> = session.runtime().jobs().iter().map(|job| job.status.name()).collect();
    assert_eq!(statuses, ["paused", "completed"]);
    session.alter(0, Change::Resume).unwrap();
    session.resume();
    run_on(&mut session);
    assert_eq!(session.stop(), Some(&Stop::End));
    assert!(session.runtime().jobs().iter().all(|job| job.status.name() == "completed"));
}

#[test]
fn an_error_breakpoint_is_found_on_the_way_back() {
    let text = CHAIN.replace(
        "b: { class: Merge }",
        "b:
    class: Python
    slots: [input]
    events: [output]
    policy: { type: immediate }
    error_handler: { strategy: continue }
    logic: |
      def logic(slot_data):
          raise ValueError(slot_data['input'][0]['n'])",
    );
    let mut session = session(flow(&text));
    session.set_breakpoints(vec![Breakpoint::new(BreakpointPlace::Error(Some("b".into())))]);
    start(&mut session, 1);
    let message = |session: &Session| match session.stop() {
        Some(Stop::Breakpoint(hit)) => hit.moment.data.get("message").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    let mut seen = Vec::new();
    while session.mode() != Mode::Held || session.stop() != Some(&Stop::End) {
        run_on(&mut session);
        seen.extend(message(&session));
        session.resume();
        if session.stop() == Some(&Stop::End) {
            break;
        }
        run_on(&mut session);
        seen.extend(message(&session));
        if session.stop() != Some(&Stop::End) {
            session.resume();
        }
    }
    assert_eq!(seen, ["1", "2", "3"]);
    for expected in ["3", "2", "1"] {
        assert!(session.reverse_continue());
        assert_eq!(message(&session).as_deref(), Some(expected));
    }
    assert!(session.reverse_continue());
    assert_eq!(session.stop(), Some(&Stop::Entry));
    check_all_moments(&mut session);
}

#[test]
fn a_run_goes_to_here_and_to_the_next_error() {
    let mut session = held();
    session.run_to(Breakpoint::new(BreakpointPlace::Slot(PortRef::new("c", "input"))));
    run_on(&mut session);
    assert_eq!(session.stop(), Some(&Stop::Arrived));
    session.run_to(Breakpoint::new(BreakpointPlace::Error(None)));
    run_on(&mut session);
    assert_eq!(session.stop(), Some(&Stop::End), "there is no error");
    assert_eq!(arrived(&session), [1, 2, 3]);
}
