//! Saving and going on: a run that is cut anywhere, saved as text and restored gives the trace of the uncut run.

use std::rc::Rc;

use proptest::prelude::*;

use crate::determinism::flows;
use crate::support::{flow, line, program, run_on, session, start, state, trace};
use flow_playground::debugger::session::Stop;
use flow_playground::engine::program::Program;
use flow_playground::engine::record;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::save::{Refusal, checksum};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::model::{Flow, Input, PortRef, Routine};
use flow_playground::flow::value::{Map, Value};
use flow_playground::routines::{self, StandardLibrary};

fn restore(text: &str) -> Result<Runtime, Refusal> {
    Runtime::restore(text, Recording::On, &routines::catalogue(), &StandardLibrary)
}

/// What somebody does to a run from outside before a step.
#[derive(Clone, Copy, Debug)]
enum Act {
    Pause(u32),
    Resume(u32),
    Cancel(u32),
    Post(u32),
}

fn acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let act = (0..4u32, 0..3u32).prop_map(|(kind, job)| match kind {
        0 | 1 => Act::Pause(job),
        2 => Act::Post(job),
        _ => Act::Cancel(job),
    });
    // Who is paused goes on a little later.
    prop::collection::vec((0..150u64, act, 1..40u64), 0..4).prop_map(|acts| {
        let mut all = Vec::new();
        for (step, act, later) in acts {
            all.push((step, act));
            if let Act::Pause(job) = act {
                all.push((step + later, Act::Resume(job)));
            }
        }
        all.sort_by_key(|(step, _)| *step);
        all
    })
}

fn perform(runtime: &mut Runtime, act: Act) {
    match act {
        Act::Pause(job) => runtime.pause_job(job, "somebody asked"),
        Act::Resume(job) => runtime.resume_job(job),
        Act::Cancel(job) => runtime.cancel_job(job),
        Act::Post(job) => {
            // A job that has ended refuses it in both runs.
            let _ = runtime.post(job, 0, 0, Value::map([("n", Value::Int(5))]));
        }
    }
}

/// Runs 3 jobs with what is done from outside, saved and restored before the steps of `cuts`. Tells all records, and
/// what is left as text.
fn run(program: &Rc<Program>, acts: &[(u64, Act)], cuts: &[u64], most: u64) -> (Vec<String>, String) {
    let mut runtime = Runtime::new(Recording::On);
    for seed in 0..3 {
        runtime.exec(program, Start::Inputs, Some(seed));
    }
    let mut lines = Vec::new();
    let mut acts = acts.iter().peekable();
    loop {
        let goes_on = runtime.prepare();
        let take = |runtime: &mut Runtime, lines: &mut Vec<String>| {
            let records = std::mem::take(&mut runtime.trace_mut().records);
            lines.extend(records.iter().map(|entry| line(&record::to_value(entry, runtime))));
        };
        take(&mut runtime, &mut lines);
        if cuts.contains(&runtime.steps()) {
            let text = runtime.save();
            runtime = restore(&text).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"));
            assert_eq!(runtime.save(), text, "what is restored is what was saved");
        }
        let due = acts.next_if(|(step, _)| *step <= runtime.steps() || !goes_on);
        if let Some((_, act)) = due {
            perform(&mut runtime, *act);
            continue;
        }
        if !goes_on || runtime.steps() >= most || !runtime.step() {
            take(&mut runtime, &mut lines);
            return (lines, runtime.save());
        }
    }
}

/// A routine of a built-in class, and what comes to it.
const BUILT_IN: &[(&str, &str)] = &[
    ("Generator", r#"{"source": "random", "count": 4, "interval": 0.3, "min": 0, "max": 9}"#),
    ("Generator", r#"{"count": 3, "interval": 0.5}"#),
    ("Debouncer", r#"{"delay": 0.4}"#),
    ("Delay", r#"{"seconds": 0.7}"#),
    ("Throttle", r#"{"count": 1, "per": 0.4}"#),
    ("Batcher", r#"{"batch_size": 3, "batch_timeout": 0.6}"#),
    ("RetryHandler", r#"{"operation": "1 / 0 if random < 0.7 else data", "backoff": "exponential_jitter"}"#),
    ("Counter", "{}"),
    ("Reduce", r#"{"window": 2}"#),
    ("TimeProvider", "{}"),
];

fn built_in() -> impl Strategy<Value = Flow> {
    (prop::collection::vec(0..BUILT_IN.len(), 1..5), 1..4u32).prop_map(|(classes, workers)| {
        let mut flow = Flow::default();
        flow.execution.thread_pool_size = workers;
        for (index, class) in classes.into_iter().enumerate() {
            let (class, config) = BUILT_IN[class];
            let config = flow_playground::flow::document::parse_value(config).unwrap();
            let id = format!("r{index}");
            let routine = Routine { config: config.as_map().unwrap().clone(), ..Routine::new(&*id, class) };
            let known = routines::catalogue();
            let ports = known.ports(&routine);
            flow.inputs.extend(ports.slots.first().map(|slot| Input {
                to: PortRef::new(&*id, &*slot.name),
                data: Value::map([("n", Value::Int(index as i64)), ("value", Value::Float(0.5))]),
                at: 0.0,
                repeat: 5,
                every: 0.3,
                extra: Map::default(),
            }));
            flow.routines.push(routine.into());
        }
        flow
    })
}

/// Enough for these flows, and a bound for those that go round for ever.
const STEPS: u64 = 300;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_cut_run_goes_on_as_if_it_had_never_stopped(
        flow in flows(), acts in acts(), cuts in prop::collection::vec(0..STEPS, 1..5)
    ) {
        let program = program(flow);
        let whole = run(&program, &acts, &[], STEPS);
        prop_assert_eq!(run(&program, &acts, &cuts, STEPS), whole);
    }

    #[test]
    fn built_in_routines_go_on_too(flow in built_in(), cuts in prop::collection::vec(0..60u64, 1..6)) {
        let program = program(flow);
        let whole = run(&program, &[], &[], STEPS);
        prop_assert_eq!(run(&program, &[], &cuts, STEPS), whole);
    }
}

const SLEEPER: &str = r#"
flow_id: sleeper
execution: { thread_pool_size: 1 }
routines:
  a:
    class: Python
    slots: [input]
    events: [output]
    policy: { type: immediate }
    error_handler: { strategy: retry, max_retries: 3, retry_delay: 0.5 }
    logic: |
      import random
      def logic(slot_data, policy_message, job_state):
          total = {"deep": [1, {"x": 2.5}], "text": "ü\n\"", "big": 2 ** 80}
          for item in slot_data["input"]:
              for k in range(3):
                  sleep(0.25)
                  job_state.shared_data["n"] = job_state.shared_data.get("n", 0) + 1
                  emit("output", k=k, dice=random.randint(1, 6), total=total, n=item["n"])
              if job_state.shared_data["n"] < 5:
                  raise ValueError("not yet")
              job_state.append_to_shared_log({"n": item["n"]})
  b: { class: Sink }
connections:
  - { from: a.output, to: b.input }
inputs:
  - { to: a.input, data: { n: 1 }, repeat: 2, every: 0.1 }
"#;

#[test]
fn every_step_of_a_logic_that_sleeps_and_fails_can_be_cut() {
    let program = program(flow(SLEEPER));
    let whole = run(&program, &[], &[], 10_000);
    assert!(whole.0.iter().any(|line| line.contains("job.retrying")));
    let steps = restore(&whole.1).unwrap().steps();
    assert!(steps > 20, "{steps}");
    assert_eq!(run(&program, &[], &(0..steps).collect::<Vec<_>>(), 10_000), whole);
}

/// A file with another text in it and a check sum that fits.
fn forge(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in {text}");
    let changed = text.replacen(from, to, 1);
    let (content, _) = changed.split_once(",\"check\":").unwrap();
    let content = format!("{content}}}");
    format!("{},\"check\":\"{:016x}\"}}", &content[..content.len() - 1], checksum(content.as_bytes()))
}

fn asleep() -> String {
    let program = program(flow(SLEEPER));
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&program, Start::Inputs, None);
    for _ in 0..6 {
        runtime.step();
    }
    runtime.save()
}

#[test]
fn damaged_foreign_and_newer_files_are_refused_with_the_reason() {
    let text = asleep();
    assert!(text.contains(r#""kind":"resume""#), "{text}");
    for (changed, place, reason) in [
        (text[..text.len() / 2].to_owned(), "line 1, column", "not valid JSON"),
        (text.replacen("\"now\":", "\"now\": ", 1), "", ""),
        (text.replacen("\"turn\":1", "\"turn\":0", 1), "check", "damaged"),
        (text.replacen("\"k\":0", "\"k\":1", 1), "check", "damaged"),
        ("{\"flow_id\": \"x\", \"routines\": {}}".to_owned(), "", "no saved run"),
        ("[]".to_owned(), "", "no saved run"),
        (text.replacen("\"version\":1", "\"version\":2", 1), "version", "use a newer one"),
        (forge(&text, "\"status\":\"running\"", "\"status\":\"dancing\""), "state.jobs[0].status", "none of pending"),
        (forge(&text, "\"status\":\"running\"", "\"status\":\"completed\""), "state.jobs[0]", "something left to do"),
        (forge(&text, "\"routine\":\"a\"", "\"routine\":\"z\""), "state.jobs[0].", "no routine `z`"),
        (forge(&text, "\"workers\":1", "\"workers\":0"), "state.jobs[0].", "below 0"),
        (forge(&text, "\"class\":\"Sink\"", "\"class\":\"Sunk\""), "state.flows[0]", "Sunk"),
        (forge(&text, "\"next_timer\":", "\"next_timer\":0,\"x\":"), "state.jobs[0].timers[0].number", "too large"),
        (forge(&text, "\"attempt\":1", "\"attempt\":0"), "state.jobs[0].", "counted from 1"),
        (forge(&text, "\"rest\":\"A", "\"rest\":\"B"), "rest", "another version of the Python engine"),
        (forge(&text, "\"rest\":\"", "\"rest\":\"?"), "rest", ""),
    ] {
        match restore(&changed) {
            Ok(_) => assert!(reason.is_empty() && place.is_empty(), "{place} {reason} was not refused"),
            Err(refusal) => {
                assert!(
                    refusal.path.contains(place) && refusal.message.contains(reason),
                    "{place}, {reason}: {refusal}"
                );
            }
        }
    }
}

const STOPS: &str = r#"
flow_id: stops
routines:
  a: { class: Merge }
  b: { class: Python, slots: [input], policy: { type: immediate }, logic: "def logic(slot_data):\n    if slot_data['input'][0] == 2: raise ValueError('two')\n", error_handler: { strategy: continue } }
connections:
  - { from: a.output, to: b.input }
inputs:
  - { to: a.input, data: 1 }
  - { to: a.input, data: 2 }
  - { to: a.input, data: 3 }
breakpoints:
  - { type: connection, from: a.output, to: b.input, hit_condition: ">= 2" }
  - { type: error, routine: b }
"#;

#[test]
fn a_session_that_is_held_at_a_breakpoint_goes_on_in_another_one() {
    let mut whole = session(flow(STOPS));
    start(&mut whole, 2);
    let mut cut = session(flow(STOPS));
    start(&mut cut, 2);
    let mut lines = Vec::new();
    loop {
        run_on(&mut whole);
        run_on(&mut cut);
        assert_eq!(cut.stop(), whole.stop());
        assert_eq!(state(cut.runtime()), state(whole.runtime()));
        lines.extend(trace(&cut));
        assert_eq!(lines, trace(&whole));
        if whole.stop() == Some(&Stop::End) {
            break;
        }
        let text = cut.save();
        cut = session(Flow::default());
        cut.restore(&text).unwrap();
        assert_eq!(cut.save(), text);
        assert_eq!(cut.stop(), whole.stop(), "it is held where it was");
        assert_eq!(cut.flow(), whole.flow());
        assert_eq!(cut.execution_history("job-2"), whole.execution_history("job-2"));
        assert!(!cut.step_back(), "what was before is not in the file");
        whole.resume();
        cut.resume();
    }
    assert!(lines.iter().filter(|line| line.contains("breakpoint_hit")).count() >= 6, "{lines:#?}");
    assert_eq!(cut.execution_history("job-1"), whole.execution_history("job-1"));
    assert_eq!(cut.execution_history("job-9"), None);
}

#[test]
fn an_earlier_moment_can_be_saved() {
    let mut session = session(flow(SLEEPER));
    start(&mut session, 1);
    run_on(&mut session);
    let end = state(session.runtime());
    session.show(9, Stop::Step);
    let text = session.save();
    let mut other = crate::support::session(Flow::default());
    other.restore(&text).unwrap();
    assert_eq!(other.runtime().steps(), 9);
    other.resume();
    run_on(&mut other);
    assert_eq!(state(other.runtime()), end);
    assert!(other.restore("{}").is_err());
    assert_eq!(state(other.runtime()), end, "a refused file changes nothing");
    while other.step_back() {}
    assert_eq!(other.runtime().steps(), 9, "the way back ends where the file begins");
}

#[test]
fn execution_history_keeps_the_newest_records() {
    let mut session = session(flow(
        &STOPS.replace("data: 1 }", "data: 1, repeat: 400 }").replace("hit_condition", "enabled: false, hit_condition"),
    ));
    session.set_breakpoints(Vec::new());
    start(&mut session, 1);
    run_on(&mut session);
    let history = session.execution_history("job-1").unwrap();
    let all = trace(&session);
    assert!(all.len() > 2000);
    let lines: Vec<String> = history.iter().map(line).collect();
    assert_eq!(lines, all[all.len() - 1000..]);
}
