//! Exported modules, run on the library Routilux itself: what they collect is what our engine makes.
//!
//! `cargo xtask test` installs the library and says where it is in `ROUTILUX_PYTHON`; then a run that is not possible is
//! a failure. A plain `cargo test` without it passes these tests over and says so.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use flow_playground::engine::record;
use flow_playground::flow::export::to_routilux;
use flow_playground::flow::value::Value;
use flow_playground::routines::catalogue;

use crate::support::{flow, line, run_on, session, start};

/// The Python that has the library, if anybody said so or `cargo xtask test` was run before.
pub fn python() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("ROUTILUX_PYTHON") {
        let program = PathBuf::from(named);
        assert!(program.is_file(), "ROUTILUX_PYTHON is {}, which is not there", program.display());
        return Some(program);
    }
    let installed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/routilux/bin/python");
    if !installed.is_file() {
        eprintln!("PASSED OVER: routilux is not installed; `cargo xtask test` does that and runs this test");
        return None;
    }
    Some(installed)
}

/// What the module of a flow prints, and what it tells on stderr. Nothing waits for real.
pub fn on_the_library(python: &PathBuf, name: &str, text: &str) -> (Vec<String>, String) {
    on_the_library_at(python, name, text, "0.0")
}

fn on_the_library_at(python: &PathBuf, name: &str, text: &str, scale: &str) -> (Vec<String>, String) {
    let folder = std::env::temp_dir().join(format!("flow-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}.py"));
    let module = to_routilux(&flow(text), &catalogue());
    let scaled = module.replace("TIME_SCALE = 1.0", &format!("TIME_SCALE = {scale}"));
    assert_ne!(module, scaled);
    std::fs::write(&file, scaled).unwrap();
    let output = Command::new(python).arg(&file).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {told}");
    let parse = |text: &str| line(&flow_playground::flow::document::parse_value(text).unwrap());
    (String::from_utf8(output.stdout).unwrap().lines().map(parse).collect(), told)
}

/// The outputs of our engine in the same form.
pub fn on_the_engine(text: &str) -> Vec<String> {
    let mut session = session(flow(text));
    start(&mut session, 1);
    run_on(&mut session);
    let records = session.history().records().from(0).map(|entry| record::to_value(entry, session.runtime()));
    let outputs = records.filter(|record| record.get("type") == Some(&Value::from("output")));
    let part = |record: &Value, key: &str| record.get(key).cloned().unwrap_or_default();
    let form = |record: Value| {
        Value::map([
            ("routine", part(&record, "routine")),
            ("type", part(&record, "output_type")),
            ("data", part(&record, "data")),
        ])
    };
    outputs.map(|record| line(&form(record))).collect()
}

const FLOWS: &[(&str, &str)] = &[
    ("pipeline", include_str!("../../src/samples/pipeline.yaml")),
    ("fan-in", include_str!("../../src/samples/fan-in.yaml")),
    ("feedback", include_str!("../../src/samples/feedback.yaml")),
    (
        "fan-out with maps and transforms",
        r#"
routines:
  source:
    class: Python
    slots: [input]
    events: { output: [value] }
    policy: { type: immediate }
    config: { scale: 3 }
    logic: |
      def logic(slot_data, policy_message):
          text = "quotes \" and \\ backslashes, \"\"\" too\n"
          for item in slot_data["input"]:
              emit("output", value=item["value"] * get_config("scale"), text=text, reason=policy_message["reason"])
  plain: { class: Sink, config: { output_type: plain } }
  mapped: { class: Sink, config: { output_type: mapped } }
  list: { class: Sink }
connections:
  - { from: source.output, to: mapped.input, map: { value: result, text: value } }
  - { from: source.output, to: plain.input }
  - { from: source.output, to: list.input, transform: "[data['value'], data['value'] / 2, 'ä']" }
inputs:
  - { to: source.input, data: { value: 1 } }
  - { to: source.input, data: { value: 2.5 }, repeat: 3, every: 0.5 }
"#,
    ),
    (
        "built-in classes",
        r#"
routines:
  split: { class: Splitter, config: { field: readings, include_index: true, include_count: true } }
  unwrap: { class: Map, config: { expression: "{'v': data.item, 'at': data.index}" } }
  keep: { class: FilterExpression, config: { expression: "data.v % 3 != 0" } }
  odd: { class: Filter, config: { condition: { v: 4 }, invert: true } }
  count: { class: Counter, config: { every: 2 } }
  batch: { class: Batcher, config: { batch_size: 2, batch_timeout: 0 } }
  batches: { class: Sink, config: { output_type: batch } }
  counts: { class: Sink, config: { output_type: count } }
  rejected: { class: Sink, config: { output_type: rejected } }
  empty: { class: Sink, config: { output_type: empty } }
connections:
  - { from: split.item, to: unwrap.input }
  - { from: split.empty, to: empty.input }
  - { from: split.error, to: rejected.input }
  - { from: unwrap.output, to: keep.input }
  - { from: keep.passed, to: odd.input }
  - { from: keep.rejected, to: rejected.input }
  - { from: odd.passed, to: batch.input }
  - { from: odd.rejected, to: rejected.input }
  - { from: odd.passed, to: count.input }
  - { from: batch.batch, to: batches.input }
  - { from: count.output, to: counts.input }
inputs:
  - { to: split.input, data: { readings: [1, 2, 3, 4, 5, 6, 7] } }
  - { to: split.input, data: { readings: [] } }
  - { to: split.input, data: { other: 1 } }
"#,
    ),
    (
        "joins, state and shared data",
        r#"
routines:
  left: { class: Merge }
  right: { class: Merge }
  join:
    class: Python
    slots: [a, b]
    events: [pair]
    policy: { type: all_slots_ready }
    logic: |
      def logic(slot_data, message, job_state):
          number = get_state("number", 0) + 1
          set_state("number", number)
          job_state.update_shared_data("pairs", number)
          job_state.append_to_shared_log({"pair": number})
          self.emit("pair", a=slot_data["a"][0]["v"], b=slot_data.get("b", [{}])[0].get("v"), number=number)
  three:
    class: Python
    slots: [input]
    policy: { type: batch_size, min_batch_size: 3 }
    logic: |
      def logic(slot_data, message, job_state):
          send_output("three", items=slot_data["input"], message=message, pairs=job_state.get_shared_data("pairs"))
  big:
    class: Python
    slots: [input]
    policy: { type: custom, check: "sum(item['a'] for item in slots['input']) > 4" }
    logic: |
      def logic(slot_data):
          send_output("big", values=[item["a"] for item in slot_data["input"]])
connections:
  - { from: left.output, to: join.a }
  - { from: right.output, to: join.b }
  - { from: join.pair, to: three.input }
  - { from: join.pair, to: big.input }
inputs:
  - { to: left.input, data: { v: 1 }, repeat: 4 }
  - { to: right.input, data: { v: 2 }, repeat: 3 }
  - { to: left.input, data: { v: 5 } }
  - { to: right.input, data: { v: 6 }, repeat: 3 }
"#,
    ),
    (
        "sleeps, intervals and overlapping activations",
        r#"
routines:
  fast: { class: Generator, config: { interval: 0.5, count: 7 } }
  slow:
    class: Python
    slots: [input]
    events: [begun, done]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          for item in slot_data["input"]:
              emit("begun", index=item["index"])
              sleep(1.2)
              emit("done", index=item["index"])
          sleep(0)
          send_output("end", index=slot_data["input"][-1]["index"])
  seldom:
    class: Python
    slots: [input]
    policy: { type: time_interval, min_interval_seconds: 1 }
    logic: |
      def logic(slot_data, message):
          send_output("seldom", items=[item["index"] for item in slot_data["input"]], message=message)
  begun: { class: Sink, config: { output_type: begun } }
  done: { class: Sink, config: { output_type: done } }
connections:
  - { from: fast.output, to: slow.input }
  - { from: fast.output, to: seldom.input }
  - { from: slow.begun, to: begun.input }
  - { from: slow.done, to: done.input }
inputs:
  - { to: fast.trigger, data: null }
  - { to: slow.input, data: { index: 100 }, at: 2.2 }
  - { to: slow.input, data: { index: 101 }, at: 2.2 }
  - { to: seldom.input, data: { index: 200 }, repeat: 3, every: 0.7, at: 4 }
"#,
    ),
    (
        "deadlines that meet at one instant",
        r#"
routines:
  source: { class: Generator, config: { interval: 1, count: 6 } }
  late: { class: Delay, config: { seconds: 1 } }
  batch: { class: Batcher, config: { batch_size: 10, batch_timeout: 2 } }
  quiet: { class: Debouncer, config: { wait: 1 } }
  slow: { class: Throttle, config: { interval: 2 } }
  both: { class: Aggregator, config: { slots: [a, b], timeout: 1 } }
  all: { class: Sink }
connections:
  - { from: source.output, to: late.input }
  - { from: source.output, to: batch.input }
  - { from: source.output, to: quiet.input }
  - { from: source.output, to: slow.input }
  - { from: source.output, to: both.a }
  - { from: late.output, to: both.b }
  - { from: late.output, to: all.input }
  - { from: batch.timeout, to: all.input }
  - { from: quiet.debounced, to: all.input }
  - { from: slow.output, to: all.input }
  - { from: both.aggregated, to: all.input }
  - { from: both.timeout, to: all.input }
inputs: [{ to: source.trigger, data: null }]
"#,
    ),
];

/// With a scale, a second of the flow takes as long as the module says.
#[test]
#[expect(clippy::disallowed_methods, reason = "it is about real time, in another process")]
fn time_passes_as_the_module_says() {
    let Some(python) = python() else { return };
    let text = "
routines: { wait: { class: Delay, config: { seconds: 5 } }, end: { class: Sink } }
connections: [{ from: wait.output, to: end.input }]
inputs: [{ to: wait.input, data: 1 }]
";
    let begun = Instant::now();
    let (collected, told) = on_the_library_at(&python, "scale", text, "0.4");
    assert_eq!(collected, [r#"{"data":1,"routine":"end","type":"item"}"#], "{told}");
    assert!(begun.elapsed().as_secs_f64() > 2.0);
}

#[test]
fn exports_collect_what_the_engine_makes() {
    let Some(python) = python() else { return };
    for (name, text) in FLOWS {
        let expected = on_the_engine(text);
        assert!(!expected.is_empty(), "{name} makes nothing");
        let (collected, told) = on_the_library(&python, name, text);
        assert_eq!(collected, expected, "{name}\n{told}");
    }
}

/// What the header says about retries is what the library does.
#[test]
fn the_library_never_retries() {
    let Some(python) = python() else { return };
    let text = "
routines:
  flaky:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          tries = get_state('tries', 0)
          set_state('tries', tries + 1)
          if tries == 0:
              raise ValueError('the first time')
          send_output('done', tries=tries)
    error_handler: { strategy: retry, max_retries: 2, retry_delay: 0.01 }
inputs: [{ to: flaky.input, data: {} }]
";
    assert_eq!(on_the_engine(text), [r#"{"data":{"tries":1},"routine":"flaky","type":"done"}"#]);
    let (collected, told) = on_the_library(&python, "retries", text);
    assert_eq!(collected, Vec::<String>::new());
    assert!(told.contains("ValueError: the first time"), "{told}");
}
