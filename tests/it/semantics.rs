//! Sentences of the specification's page on semantics that no conformance vector holds, one test each.

use std::rc::Rc;

use flow_playground::engine::program::Program;
use flow_playground::engine::record;
use flow_playground::engine::runtime::{PostError, Runtime, Start};
use flow_playground::engine::slot::{Item, SlotQueue};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::model::{PortRef, Slot};
use flow_playground::flow::value::Value;

use crate::support::{flow, program};

/// A runtime with jobs of a document.
fn runtime(text: &str, jobs: usize) -> (Runtime, Rc<Program>) {
    let program = program(flow(text));
    let mut runtime = Runtime::new(Recording::On);
    for _ in 0..jobs {
        runtime.exec(&program, Start::Inputs, None);
    }
    (runtime, program)
}

fn run(runtime: &mut Runtime) {
    while runtime.step() {}
}

/// What happened, as `seconds job type …` with what tells records of a type apart.
fn told(runtime: &Runtime) -> Vec<String> {
    let records = runtime.trace().records.iter().map(|entry| (entry.t, record::to_value(entry, runtime)));
    let line = |(t, record): (u64, Value)| {
        let parts = ["job", "type", "routine", "status", "error_type", "message", "output_type"];
        let parts = parts.iter().filter_map(|key| record.get(key)?.as_str().map(str::to_owned));
        format!("{} {}", t as f64 / 1e6, parts.collect::<Vec<_>>().join(" "))
    };
    records.map(line).collect()
}

/// The lines that have one of these words.
fn only(lines: &[String], words: &[&str]) -> Vec<String> {
    lines.iter().filter(|line| words.iter().any(|word| line.contains(word))).cloned().collect()
}

fn post(runtime: &mut Runtime, program: &Program, job: u32, to: (&str, &str), data: Value) -> Result<(), PostError> {
    let (routine, slot) = program.slot(&PortRef::new(to.0, to.1)).unwrap();
    runtime.post(job, routine, slot, data)
}

#[test]
fn a_slot_tells_its_pressure() {
    let mut queue = SlotQueue::new(&Slot { max_queue_length: 10, watermark: 0.8, ..Slot::new("input") });
    let mut pressures = vec![queue.pressure().name()];
    for number in 0..10 {
        assert!(queue.enqueue(Item { data: Value::Int(number), enqueued_us: 0 }).is_ok());
        pressures.push(queue.pressure().name());
    }
    let wanted = [["low"; 6].as_slice(), &["medium"; 2], &["high"; 2], &["critical"]].concat();
    assert_eq!(pressures, wanted);
    assert_eq!(queue.consume(5).count(), 5);
    assert_eq!(queue.pressure().name(), "low", "consumed items press nobody");
}

#[test]
fn an_exhausted_retry_stops_unless_it_is_said_to_be_not_critical() {
    let document = |more: &str| {
        format!(
            "
routines:
  a:
    class: Python
    slots: [input]
    policy: {{ type: immediate }}
    logic: |
      def logic(slot_data):
          if slot_data['input'] == [1]:
              raise ValueError('one')
          send_output('done')
    error_handler: {{ strategy: retry, max_retries: 1, retry_delay: 2{more} }}
inputs: [{{ to: a.input, data: 1 }}, {{ to: a.input, data: 2, at: 5 }}]
"
        )
    };
    let ends = |more: &str| {
        let (mut runtime, _) = runtime(&document(more), 1);
        run(&mut runtime);
        only(&told(&runtime), &["routine_end", "job.completed", "job.failed"])
    };
    let failed = ["0 job-1 routine_end a retrying", "2 job-1 routine_end a failed", "2 job-1 job.failed"];
    assert_eq!(ends(""), failed);
    assert_eq!(ends(", is_critical: true"), failed);
    assert_eq!(
        ends(", is_critical: false"),
        [
            "0 job-1 routine_end a retrying",
            "2 job-1 routine_end a error_continued",
            "5 job-1 routine_end a completed",
            "5 job-1 job.completed"
        ]
    );
    let refused = ", is_critical: false, retryable: [KeyError]";
    assert_eq!(ends(refused)[0], "0 job-1 routine_end a error_continued", "not retryable is as exhausted");
}

/// A full slot with `overflow: fail`, a transform and a check that raise: no activation, nothing to try again.
#[test]
fn an_error_without_an_activation_is_never_tried_again() {
    let document = |handler: &str| {
        format!(
            "
routines:
  source: {{ class: Merge }}
  full:
    class: Python
    slots: {{ input: {{ max_queue_length: 1, overflow: fail }} }}
    policy: {{ type: batch_size, min_batch_size: 2 }}
    error_handler: {handler}
  bent:
    class: Python
    slots: [input]
    policy: {{ type: immediate }}
    error_handler: {handler}
  asked:
    class: Python
    slots: [input]
    policy: {{ type: custom, check: \"slots['input'][0]['x'] > 1\" }}
    error_handler: {handler}
connections:
  - {{ from: source.output, to: full.input }}
  - {{ from: source.output, to: bent.input, transform: \"data['x']\" }}
  - {{ from: source.output, to: asked.input }}
inputs: [{{ to: source.input, data: {{}}, repeat: 2 }}]
"
        )
    };
    let errors = |handler: &str| {
        let (mut runtime, _) = runtime(&document(handler), 1);
        run(&mut runtime);
        let records: Vec<Value> = runtime.trace().records.iter().map(|r| record::to_value(r, &runtime)).collect();
        let of_type = |kind: &str| records.iter().filter(|r| r.get("type") == Some(&Value::from(kind))).count();
        assert_eq!(of_type("job.retrying"), 0);
        for error in records.iter().filter(|record| record.get("type") == Some(&Value::from("error"))) {
            assert_eq!((error.get("activation"), error.get("attempt")), (Some(&Value::Null), Some(&Value::Null)));
        }
        let ends = records.iter().filter(|r| r.get("type") == Some(&Value::from("routine_end")));
        assert!(ends.clone().all(|end| end.get("routine") == Some(&Value::from("source"))), "{ends:?}");
        (only(&told(&runtime), &[" error ", "job.completed", "job.failed"]), runtime.jobs()[0].unconsumed())
    };
    let (lines, _) = errors("{ strategy: retry, max_retries: 3 }");
    assert!(lines[0].starts_with("0 job-1 error bent KeyError") && lines[1] == "0 job-1 job.failed", "{lines:?}");
    for handler in ["{ strategy: retry, is_critical: false }", "continue", "skip"] {
        let (lines, unconsumed) = errors(handler);
        let types: Vec<&str> = lines.iter().map(|line| line.split(' ').nth(4).unwrap_or("end")).collect();
        assert_eq!(types, ["KeyError", "KeyError", "SlotQueueFullError", "KeyError", "KeyError", "end"], "{handler}");
        let waits = |place: &str| unconsumed.iter().find(|(name, _)| name == place).map(|(_, count)| *count);
        assert_eq!((waits("asked.input"), waits("bent.input")), (Some(2), None), "what waits in a slot stays");
    }
}

const SLEEPER: &str = "
routines:
  a:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          sleep(slot_data['input'][0])
          send_output('awake')
";

#[test]
fn an_idle_job_lives_on_and_takes_more_posts() {
    let text = format!("{SLEEPER}execution: {{ timeout: 15, completion: manual }}\n");
    let (mut runtime, program) = runtime(&text, 2);
    let sleep = |runtime: &mut Runtime, job: u32, seconds: i64| {
        post(runtime, &program, job, ("a", "input"), Value::Int(seconds)).unwrap();
        run(runtime);
    };
    sleep(&mut runtime, 1, 14);
    // The first job was idle for 14 s of its 15 and now needs 10 more.
    sleep(&mut runtime, 0, 10);
    sleep(&mut runtime, 1, 3);
    let lines = only(&told(&runtime), &["job.idle", "job.resumed", "job.failed", "output"]);
    let of = |job: &str| only(&lines, &[job]);
    assert_eq!(
        of("job-1"),
        ["0 job-1 job.idle", "14 job-1 job.resumed", "24 job-1 output a awake", "24 job-1 job.idle"]
    );
    // The second one had one second left: being idle from 14 to 24 did not count.
    assert_eq!(of("job-2").last().unwrap(), "25 job-2 job.failed");
    assert_eq!(post(&mut runtime, &program, 1, ("a", "input"), Value::Int(1)), Err(PostError::JobAlreadyCompleted));
}

#[test]
fn a_paused_job_keeps_its_timers_due() {
    let text = format!("{SLEEPER}inputs: [{{ to: a.input, data: 1 }}, {{ to: a.input, data: 6 }}]\n");
    let (mut runtime, _) = runtime(&text, 2);
    for _ in 0..4 {
        runtime.step();
    }
    runtime.pause_job(0, "by hand");
    run(&mut runtime);
    assert_eq!(runtime.now_us(), 6_000_000, "the other job went on");
    runtime.resume_job(0);
    run(&mut runtime);
    let lines = only(&told(&runtime), &["output", "paused", "resumed"]);
    assert_eq!(
        lines,
        [
            "0 job-1 job.paused",
            "1 job-2 output a awake",
            "6 job-2 output a awake",
            "6 job-1 job.resumed",
            "6 job-1 output a awake",
            "6 job-1 output a awake"
        ]
    );
}

#[test]
fn a_cancelled_job_discards_its_work_and_frees_its_workers() {
    let text = format!("{SLEEPER}execution: {{ thread_pool_size: 1 }}\ninputs: [{{ to: a.input, data: 100 }}]\n");
    let (mut runtime, program) = runtime(&text, 2);
    runtime.step();
    runtime.step();
    runtime.cancel_job(0);
    run(&mut runtime);
    let lines = only(&told(&runtime), &["job.queued", "cancelled", "routine_start", "output", "completed"]);
    assert_eq!(
        lines,
        [
            "0 job-1 routine_start a",
            "0 job-2 job.queued a",
            "0 job-1 job.cancelled",
            "0 job-2 routine_start a",
            "100 job-2 output a awake",
            "100 job-2 routine_end a completed",
            "100 job-2 job.completed"
        ]
    );
    assert_eq!(post(&mut runtime, &program, 0, ("a", "input"), Value::Null), Err(PostError::JobAlreadyCompleted));
}

/// The worker that a job leaves behind goes past one that ends at the same instant.
#[test]
fn a_worker_is_not_lost_with_jobs_that_time_out_together() {
    let text = "
execution: { thread_pool_size: 1, timeout: 10 }
routines:
  a:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: |
      def logic():
          sleep(3)
          send_output('awake')
          sleep(100)
inputs: [{ to: a.input, data: 1 }]
";
    let (mut runtime, program) = runtime(text, 2);
    while runtime.now_us() < 3_000_000 {
        runtime.step();
    }
    runtime.exec(&program, Start::Inputs, None);
    run(&mut runtime);
    assert_eq!(
        only(&told(&runtime), &["job.queued", "routine_start", "failed"]),
        [
            "0 job-1 routine_start a",
            "0 job-2 job.queued a",
            "3 job-3 job.queued a",
            "10 job-1 job.failed",
            "10 job-2 job.failed",
            "10 job-3 routine_start a",
            "13 job-3 job.failed"
        ]
    );
}

#[test]
fn without_a_trigger_the_entry_is_the_first_slot_that_nothing_feeds() {
    let text = "
routines: { fed: { class: Merge }, first: { class: Merge }, second: { class: Sink } }
connections: [{ from: first.output, to: fed.input }]
";
    let (mut runtime, program) = runtime(text, 0);
    runtime.exec(&program, Start::Entry(Value::Int(1)), None);
    run(&mut runtime);
    assert_eq!(only(&told(&runtime), &["routine_start"]), ["0 job-1 routine_start first", "0 job-1 routine_start fed"]);
}

/// Jobs take turns, and the turn goes on where it was when the clock has advanced.
#[test]
fn the_turn_outlives_the_instant() {
    let text = "
routines: { a: { class: Sink } }
inputs: [{ to: a.input, data: 1 }, { to: a.input, data: 2, at: 1 }]
";
    let (mut runtime, program) = runtime(text, 3);
    post(&mut runtime, &program, 0, ("a", "input"), Value::Int(3)).unwrap();
    run(&mut runtime);
    let calls: Vec<String> = only(&told(&runtime), &["slot_call"]);
    let jobs: Vec<&str> = calls.iter().map(|line| &line[..7]).collect();
    assert_eq!(jobs, ["0 job-1", "0 job-2", "0 job-3", "0 job-1", "1 job-2", "1 job-3", "1 job-1"]);
}

/// What is due together comes in the order in which it was made, and a length of 0 is at once, behind what is there.
#[test]
fn timers_that_are_due_together_keep_their_order() {
    let text = "
routines:
  a:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          [(name, seconds)] = slot_data['input']
          sleep(seconds)
          send_output(name)
inputs:
  - { to: a.input, data: [made first, 1] }
  - { to: a.input, data: [at once, 0] }
  - { to: a.input, data: [made later, 0.5], at: 0.5 }
  - { to: a.input, data: [arrived, 0], at: 1 }
  - { to: a.input, data: [made second, 1] }
";
    let (mut runtime, _) = runtime(text, 1);
    run(&mut runtime);
    let outputs = only(&told(&runtime), &["output"]);
    // The timed post was made with the job, so it arrives before those that began to sleep after it, and then waits its turn.
    let names: Vec<String> = outputs.iter().map(|line| line.replace(" job-1 output a", "")).collect();
    assert_eq!(names, ["0 at once", "1 made first", "1 made second", "1 made later", "1 arrived"]);
}

#[test]
fn an_activation_has_limits() {
    let failure = |logic: &str| {
        let text = format!(
            "
routines:
  a:
    class: Python
    slots: [input]
    events: [output]
    policy: {{ type: immediate }}
    logic: |
      def logic(slot_data):
          {logic}
inputs: [{{ to: a.input, data: 1 }}]
"
        );
        let (mut runtime, _) = runtime(&text, 1);
        run(&mut runtime);
        let lines = told(&runtime);
        (only(&lines, &["event_emit"]).len(), only(&lines, &[" error "]))
    };
    let (emitted, error) = failure("for number in range(10001): emit('output', n=number)");
    assert_eq!(emitted, 10_000, "what was emitted before stands");
    assert!(error[0].ends_with("more than 10000 emissions in one activation"), "{error:?}");
    assert_eq!(failure("for number in range(10000): emit('output', n=number)"), (10_000, vec![]));
    let (emitted, error) = failure("emit('output', text='x' * 2 ** 20)");
    assert!(emitted == 0 && error[0].contains("1 MiB"), "{error:?}");
    assert_eq!(failure("emit('output', text='x' * (2 ** 20 - 11))"), (1, vec![]), "exactly 1 MiB as JSON");
    let (_, error) = failure("logic(slot_data)");
    assert!(error[0].contains("RecursionError"), "{error:?}");
    let (_, error) = failure("emit('other')");
    assert!(error[0].contains("ValueError"), "{error:?}");
}

#[test]
fn what_has_no_slots_or_no_policy_never_runs() {
    let text = "
routines:
  closed: { class: Python, policy: { type: immediate }, logic: \"def logic(): log('never')\" }
  deaf: { class: Python, slots: [input], logic: \"def logic(): log('never')\" }
inputs: [{ to: deaf.input, data: 1 }]
";
    let (mut runtime, _) = runtime(text, 1);
    run(&mut runtime);
    assert_eq!(only(&told(&runtime), &["routine_start", "log"]), Vec::<String>::new());
    assert_eq!(runtime.jobs()[0].unconsumed(), [("deaf.input".to_owned(), 1)]);
}
