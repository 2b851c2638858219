//! Stopping, stepping and going back, through the session.

use crate::support::{flow, run_on, session, start, state, trace};
use flow_playground::debugger::session::{Mode, Session, Stop};
use flow_playground::flow::model::{Breakpoint, BreakpointPlace, PortRef};

const PAIR: &str = r#"
flow_id: pair
routines:
  source:
    class: Python
    slots: [input]
    events: [output]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          for item in slot_data["input"]:
              emit("output", value=item["value"], kind=item.get("kind", "plain"))
  target:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          set_state("sum", get_state("sum", 0) + slot_data["input"][0]["value"])
connections:
  - { from: source.output, to: target.input }
inputs:
  - { to: source.input, data: { value: 50 } }
  - { to: source.input, data: { value: 150 } }
  - { to: source.input, data: { value: 250 } }
"#;

fn wire() -> BreakpointPlace {
    BreakpointPlace::Connection { from: PortRef::new("source", "output"), to: PortRef::new("target", "input") }
}

fn stopping(breakpoints: Vec<Breakpoint>) -> Session {
    let mut session = session(flow(PAIR));
    session.set_breakpoints(breakpoints);
    start(&mut session, 1);
    run_on(&mut session);
    session
}

fn with_condition(condition: &str) -> Breakpoint {
    Breakpoint { condition: Some(condition.into()), ..Breakpoint::new(wire()) }
}

/// The value of the hit that holds the session.
fn hit_value(session: &Session) -> Option<i64> {
    match session.stop() {
        Some(Stop::Breakpoint(hit)) => hit.moment.data.get("value").and_then(|value| value.as_int()),
        _ => None,
    }
}

fn waiting(session: &Session) -> usize {
    session.runtime().jobs()[0].routines[1].slots[0].total()
}

#[test]
fn a_connection_stops_before_the_delivery_when_its_condition_holds() {
    let mut session = stopping(vec![with_condition("value > 100")]);
    assert_eq!(hit_value(&session), Some(150));
    assert_eq!(waiting(&session), 1, "only the first item was delivered");
    session.resume();
    run_on(&mut session);
    assert_eq!(hit_value(&session), Some(250));
    assert_eq!(waiting(&session), 2, "the held step was taken exactly once");
    session.resume();
    run_on(&mut session);
    assert_eq!(session.stop(), Some(&Stop::End));
    assert_eq!(waiting(&session), 3);
}

#[test]
fn conditions_see_data_both_ways_and_all_their_names() {
    for condition in [
        "data.value > 100",
        "data['value'] > 100",
        "value > 100 and job_id == 'job-1' and routine_id == 'target'",
        "event_name == 'output' and slot_name == 'input' and value == 150",
        "slot_data['input'][0]['value'] == 150",
        "hit_count == 1 and value > 100",
        "job_state.job_id == 'job-1' and value > 100",
        "kind == 'plain' and len(data) == 2 and data.value > 100",
    ] {
        assert_eq!(hit_value(&stopping(vec![with_condition(condition)])), Some(150), "{condition}");
    }
}

#[test]
fn a_condition_that_raises_counts_as_false_and_tells() {
    let session = stopping(vec![with_condition("missing > 1")]);
    assert_eq!(session.stop(), Some(&Stop::End));
    let (_, report) = session.breakpoints().reports(u64::MAX).next().unwrap();
    assert_eq!(report.error_count, 3);
    assert!(report.message.unwrap().contains("NameError"), "the last error is kept");
}

#[test]
fn an_invalid_condition_never_stops_and_says_why() {
    let session = stopping(vec![with_condition("value >")]);
    assert_eq!(session.stop(), Some(&Stop::End));
    let (_, report) = session.breakpoints().reports(u64::MAX).next().unwrap();
    assert!(!report.is_good);
    assert!(report.message.unwrap().contains("SyntaxError"));
}

#[test]
fn a_breakpoint_can_be_for_one_job_only() {
    let mut session = session(flow(PAIR));
    session.set_breakpoints(vec![Breakpoint { scope: Some("job-2".into()), ..with_condition("value == 50") }]);
    start(&mut session, 2);
    run_on(&mut session);
    assert!(matches!(session.stop(), Some(Stop::Breakpoint(hit)) if hit.moment.job == 1 && hit.hit_count == 1));
    session.resume();
    run_on(&mut session);
    assert_eq!(session.stop(), Some(&Stop::End));
}

#[test]
fn an_emission_stops_whatever_becomes_of_its_deliveries() {
    let text = PAIR.replace("to: target.input }\ninputs", "to: target.input, transform: \"1 / 0\" }\ninputs");
    assert_ne!(text, PAIR);
    let mut session = session(flow(&text));
    let event = BreakpointPlace::Event(PortRef::new("source", "output"));
    session.set_breakpoints(vec![Breakpoint { condition: Some("value == 50".into()), ..Breakpoint::new(event) }]);
    start(&mut session, 1);
    run_on(&mut session);
    assert_eq!(hit_value(&session), Some(50));
    session.set_breakpoints(vec![Breakpoint::new(wire())]);
    session.resume();
    run_on(&mut session);
    assert_eq!(session.stop(), Some(&Stop::End), "nothing is queued, so nothing stops before it");
}

#[test]
fn hit_conditions_count() {
    let third = Breakpoint { hit_condition: Some("== 3".into()), ..Breakpoint::new(wire()) };
    assert_eq!(hit_value(&stopping(vec![third])), Some(250));
    let disabled = Breakpoint { enabled: false, ..Breakpoint::new(wire()) };
    assert_eq!(stopping(vec![disabled]).stop(), Some(&Stop::End));
}

#[test]
fn a_logpoint_logs_and_goes_on() {
    let log = Breakpoint { log_message: Some("got {value} as {{n}} {kind}".into()), ..Breakpoint::new(wire()) };
    let session = stopping(vec![log]);
    assert_eq!(session.stop(), Some(&Stop::End));
    let lines: Vec<String> = trace(&session).into_iter().filter(|line| line.contains(r#""type":"log""#)).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].contains("got 150 as {n} plain"), "{}", lines[1]);
}

#[test]
fn a_logpoints_braces_are_those_of_an_f_string() {
    let logged = |message: &str| {
        let log = Breakpoint { log_message: Some(message.into()), ..Breakpoint::new(wire()) };
        let session = stopping(vec![log]);
        let records = trace(&session).into_iter().filter(|line| line.contains(r#""type":"log""#));
        let texts = records.map(|line| serde_json::from_str::<serde_json::Value>(&line).unwrap()["message"].clone());
        texts.collect::<Vec<_>>()[1].as_str().unwrap().to_owned()
    };
    assert_eq!(logged("{value:>5}|{kind!r}|{value > 100}|{None}"), "  150|'plain'|True|None");
    assert_eq!(logged("{ {'a': value}['a'] } {[v for v in {value}]} {kind['}' == '{':]}"), "150 [150] plain");
    assert_eq!(logged("{value"), "{value");
    assert_eq!(logged("{unknown} {value}"), "<NameError: name 'unknown' is not defined> 150");
    // What cannot be read is shown as it is, and told.
    assert_eq!(logged("{} {value +} {value}"), "{} {value +} 150");
}

#[test]
fn every_kind_of_place_stops() {
    let places = [
        BreakpointPlace::Slot(PortRef::new("target", "input")),
        BreakpointPlace::Event(PortRef::new("source", "output")),
        BreakpointPlace::Routine("target".into()),
    ];
    for place in places {
        let session = stopping(vec![Breakpoint::new(place.clone())]);
        assert!(matches!(session.stop(), Some(Stop::Breakpoint(_))), "{place:?}");
        assert_eq!(waiting(&session), 0, "{place:?} holds the step before its action");
    }
}

#[test]
fn an_error_stops_before_its_handler_acts_and_the_trace_is_as_without() {
    let text = PAIR.replace("set_state(\"sum\"", "raise ValueError('no')\n          set_state(\"sum\"");
    let mut plain = session(flow(&text));
    start(&mut plain, 2);
    run_on(&mut plain);
    let mut held = session(flow(&text));
    held.set_breakpoints(vec![Breakpoint::new(BreakpointPlace::Error(Some("target".into())))]);
    start(&mut held, 2);
    run_on(&mut held);
    assert!(matches!(held.stop(), Some(Stop::Breakpoint(hit)) if hit.moment.kind == "error"));
    assert_eq!(held.runtime().jobs()[0].status.name(), "running", "the handler has not acted");
    while held.mode() == Mode::Held && held.stop() != Some(&Stop::End) {
        held.resume();
        run_on(&mut held);
    }
    assert_eq!(essence(&held), essence(&plain));
}

#[test]
fn step_back_restores_the_exact_earlier_state() {
    let mut session = session(flow(PAIR));
    start(&mut session, 1);
    session.pause();
    let mut states = vec![state(session.runtime())];
    while session.stop() != Some(&Stop::End) {
        session.step_into();
        states.push(state(session.runtime()));
    }
    assert_eq!(states.len(), 7, "three posts and three deliveries");
    for expected in states.iter().rev().skip(1) {
        assert!(session.step_back());
        assert_eq!(&state(session.runtime()), expected);
    }
    assert!(!session.step_back(), "nothing is before the start");
    assert!(session.is_past());
    session.resume();
    run_on(&mut session);
    assert_eq!(&state(session.runtime()), states.last().unwrap());
    assert!(!session.is_past());
}

#[test]
fn reverse_continue_goes_to_the_hit_before() {
    let mut session = stopping(vec![Breakpoint::new(wire())]);
    session.resume();
    run_on(&mut session);
    assert_eq!(hit_value(&session), Some(150));
    assert!(session.reverse_continue());
    assert_eq!(hit_value(&session), Some(50));
    assert!(session.reverse_continue());
    assert_eq!(session.stop(), Some(&Stop::Entry));
    session.resume();
    run_on(&mut session);
    assert_eq!(hit_value(&session), Some(50), "forward again, the same breakpoint stops again");
}

#[test]
fn seek_shows_the_instant_right_after_a_record() {
    let mut session = session(flow(PAIR));
    start(&mut session, 1);
    run_on(&mut session);
    let (_, total) = session.history().records().range();
    for seq in 0..total {
        assert!(session.seek(seq, false));
        assert!(session.runtime().trace().next_seq > seq);
    }
}

#[test]
fn step_over_finishes_what_the_delivery_led_to() {
    let mut session = session(flow(PAIR));
    start(&mut session, 1);
    session.pause();
    session.step_over();
    run_on(&mut session);
    let job = &session.runtime().jobs()[0];
    assert_eq!(job.routines[1].activations, 1, "the emission of the first post has been delivered");
    assert_eq!(session.stop(), Some(&Stop::Step));
}

#[test]
fn a_breakpoint_changed_in_the_past_acts_on_the_way_forward() {
    let mut session = stopping(Vec::new());
    assert_eq!(session.stop(), Some(&Stop::End));
    let before = trace(&session);
    session.show(0, Stop::Entry);
    session.set_breakpoints(vec![with_condition("value > 200")]);
    session.resume();
    run_on(&mut session);
    assert_eq!(hit_value(&session), Some(250));
    assert!(session.is_past());
    assert_eq!(trace(&session), before, "the past is not recorded again");
}

#[test]
fn a_flow_that_runs_for_ever_is_paused_with_its_cycle() {
    let text = r#"
flow_id: round
routines:
  a: { class: Merge }
  b: { class: Merge }
connections:
  - { from: a.output, to: b.input }
  - { from: b.output, to: a.input }
inputs: [{ to: a.input, data: 1 }]
"#;
    let mut session = session(flow(text));
    start(&mut session, 1);
    run_on(&mut session);
    match session.stop() {
        Some(Stop::Runaway(reason)) => {
            assert!(reason.contains("a -> b -> a") || reason.contains("b -> a -> b"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    session.resume();
    assert_eq!(session.advance(10), 10, "it can go on");
}

/// A record's line without the number of one field.
fn without_number(line: &str, field: &str) -> String {
    match line.split_once(&format!("\"{field}\":")) {
        Some((before, after)) => format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => line.to_owned(),
    }
}

/// Errors of the receiver that belong to no activation, for the second of two payloads.
const REFUSING: &str = r#"
flow_id: refusing
routines:
  source: { class: Merge }
  target:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: "def logic(slot_data): pass"
    error_handler: { strategy: continue }
connections:
  - { from: source.output, to: target.input }
inputs:
  - { to: source.input, data: { value: 1 } }
  - { to: source.input, data: { value: 0 } }
"#;

#[test]
fn errors_of_transforms_checks_and_full_slots_stop_as_those_of_a_logic_do() {
    let transform = REFUSING.replace("target.input }", "target.input, transform: \"{'value': 1 / data['value']}\" }");
    let check = REFUSING
        .replace("type: immediate", "type: custom, check: \"[1 / item['value'] for item in slots['input']] == 0\"")
        .replace("continue", "retry, is_critical: false");
    let full = REFUSING
        .replace("slots: [input]", "slots: { input: { max_queue_length: 1, overflow: fail } }")
        .replace("type: immediate", "type: batch_size, min_batch_size: 2");
    for (text, error_type, condition) in [
        (transform, "ZeroDivisionError", "slot_data['input'] == []"),
        (check, "ZeroDivisionError", "slot_data['input'][-1]['value'] == 0"),
        (full, "SlotQueueFullError", "len(slot_data['input']) == 1"),
    ] {
        let mut plain = session(flow(&text));
        start(&mut plain, 2);
        run_on(&mut plain);
        let mut held = session(flow(&text));
        let place = BreakpointPlace::Error(Some("target".into()));
        held.set_breakpoints(vec![Breakpoint { condition: Some(condition.into()), ..Breakpoint::new(place) }]);
        start(&mut held, 2);
        run_on(&mut held);
        let Some(Stop::Breakpoint(hit)) = held.stop() else { panic!("nothing held {error_type}: {text}") };
        assert_eq!(hit.moment.data.get("error_type").and_then(|name| name.as_str()), Some(error_type));
        let status = |session: &Session| session.runtime().jobs()[0].routines[1].status.name();
        assert_ne!(status(&held), "error_continued", "the handler has not acted");
        let (seen, saved) = (state(held.runtime()), held.save());
        held.step_into();
        assert_eq!(status(&held), "error_continued");
        held.reverse_continue();
        assert_eq!(state(held.runtime()), seen);
        // What is saved there goes on in the same way.
        let mut resumed = session(flow(&text));
        resumed.restore(&saved).unwrap();
        for session in [&mut held, &mut resumed] {
            while session.mode() == Mode::Held && session.stop() != Some(&Stop::End) {
                session.resume();
                run_on(session);
            }
        }
        assert_eq!(essence(&held), essence(&plain));
        // A run that was restored has the records from there on.
        let rest = essence(&resumed);
        assert!(rest.len() > 2 && essence(&plain).ends_with(&rest), "{rest:#?}");
    }
}

/// The trace without hits of breakpoints, which are records too: all numbers after one are larger by one.
fn essence(session: &Session) -> Vec<String> {
    let lines = trace(session).into_iter().filter(|line| !line.contains("breakpoint_hit"));
    lines.map(|line| without_number(&without_number(&line, "cause"), "seq")).collect()
}

/// Looks at the past and comes back, in several ways.
fn look_back(session: &mut Session) {
    let last = trace(session).len() as u64 - 1;
    assert!(session.step_back());
    session.show(session.head(), Stop::Step);
    session.seek(last / 2, false);
    session.seek(last, false);
    session.reverse_continue();
    session.step_back();
    while session.is_past() {
        session.resume();
        run_on(session);
    }
}

#[test]
fn looking_back_from_a_hold_leaves_no_trace() {
    let failing = PAIR.replace("set_state(\"sum\"", "raise ValueError('no')\n          set_state(\"sum\"");
    let wire_and_log = vec![
        Breakpoint::new(wire()),
        Breakpoint { log_message: Some("saw {value}".into()), ..Breakpoint::new(wire()) },
    ];
    let errors = vec![Breakpoint::new(BreakpointPlace::Error(None))];
    let refusing =
        REFUSING.replace("target.input }", "target.input, transform: \"1 / 0\" }").replace("continue", "stop");
    for (text, breakpoints) in [(PAIR, wire_and_log), (&*failing, errors.clone()), (&refusing, errors)] {
        let begin = || {
            let mut session = session(flow(text));
            session.set_breakpoints(breakpoints.clone());
            start(&mut session, 1);
            run_on(&mut session);
            session
        };
        let (mut plain, mut looking) = (begin(), begin());
        for _ in 0..3 {
            let (seen, told) = (state(looking.runtime()), trace(&looking));
            look_back(&mut looking);
            assert!(!looking.is_past());
            assert_eq!((state(looking.runtime()), trace(&looking)), (seen, told));
            for session in [&mut plain, &mut looking] {
                session.resume();
                run_on(session);
            }
            assert_eq!(trace(&looking), trace(&plain));
        }
    }
}

#[test]
fn a_breakpoint_that_goes_in_the_past_lets_nothing_happen_there() {
    let text = PAIR.replace("set_state(\"sum\"", "raise ValueError('no')\n          set_state(\"sum\"");
    let mut session = session(flow(&text));
    session.set_breakpoints(vec![Breakpoint::new(BreakpointPlace::Error(None))]);
    start(&mut session, 1);
    run_on(&mut session);
    let told = trace(&session);
    session.step_back();
    session.set_breakpoints(Vec::new());
    session.step_into();
    assert!(!session.is_past(), "the present is where the error waits for its handler");
    assert_eq!(trace(&session), told);
    session.step_into();
    let rest = trace(&session).split_off(told.len());
    assert!(rest.iter().any(|line| line.contains("routine_end")), "{rest:#?}");
}
