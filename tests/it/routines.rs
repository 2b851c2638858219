//! The built-in classes in flows: those with Python expressions, and all of them together.
//!
//! What needs no Python is tested where the classes are, in `src/routines/tests`.

use crate::support::{flow, line, program, run_on, session, start, state};
use flow_playground::debugger::session::Stop;
use flow_playground::engine::record;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::value::Value;

/// The job's outputs, as `type data`, and its errors.
fn outputs(text: &str) -> Vec<String> {
    let mut session = session(flow(text));
    start(&mut session, 1);
    run_on(&mut session);
    let records = session.history().records().from(0).map(|entry| record::to_value(entry, session.runtime()));
    let field = |record: &Value, key: &str| record.get(key).cloned().unwrap_or_default();
    let tell = |record: Value| match record.get("type").and_then(Value::as_str) {
        Some("output") => {
            Some(format!("{} {}", field(&record, "output_type").as_str()?, line(&field(&record, "data"))))
        }
        Some("error") => Some(format!("error {}", field(&record, "error_type").as_str()?)),
        _ => None,
    };
    records.filter_map(tell).collect()
}

/// A routine that gets items and whose events all end in sinks of their names.
fn run(class: &str, config: &str, events: &[&str], items: &[&str]) -> Vec<String> {
    let mut text = format!("routines:\n  it: {{ class: {class}, config: {config} }}\n");
    for event in events {
        text += &format!("  at_{event}: {{ class: Sink, config: {{ output_type: {event} }} }}\n");
    }
    text += "connections:\n";
    for event in events {
        text += &format!("  - {{ from: it.{event}, to: at_{event}.input }}\n");
    }
    text += "inputs:\n";
    for item in items {
        text += &format!("  - {{ to: it.input, data: {item} }}\n");
    }
    outputs(&text)
}

#[test]
fn map_replaces_items() {
    let items = ["{ value: 2 }", "{ value: 21 }"];
    let config = r#"{ expression: "{'twice': data.value * 2, 'of': data['value'], 'by': config['by']}", by: 3 }"#;
    assert_eq!(
        run("Map", config, &["output"], &items),
        [r#"output {"by":3,"of":2,"twice":4}"#, r#"output {"by":3,"of":21,"twice":42}"#]
    );
    assert_eq!(run("Map", r#"{ expression: "data.nothing" }"#, &["output"], &items[..1]), ["error AttributeError"]);
    assert_eq!(run("Map", r#"{ expression: "job_state.job_id" }"#, &["output"], &items[..1]), [r#"output "job-1""#]);
}

#[test]
fn conditions_direct_items() {
    let items = ["{ value: 2 }", "{ value: 21 }"];
    assert_eq!(
        run("FilterExpression", r#"{ expression: "data.value > 10" }"#, &["passed", "rejected"], &items),
        [r#"rejected {"value":2}"#, r#"passed {"value":21}"#]
    );
    assert_eq!(
        run("Branch", r#"{ condition: "data.value > 10" }"#, &["then", "otherwise"], &items),
        [r#"otherwise {"value":2}"#, r#"then {"value":21}"#]
    );
    let config = r#"{ routes: [[big, "data.value > 10"], [bad, "data.nothing"], [small, "len(stats) == 0"]] }"#;
    assert_eq!(
        run("ConditionalRouter", config, &["big", "small", "bad", "output"], &items),
        [r#"small {"data":{"value":2},"route":"small"}"#, r#"big {"data":{"value":21},"route":"big"}"#]
    );
}

#[test]
fn a_mapper_transforms() {
    let config = r#"{ mappings: {
        loud: { path: name, transform: "value.upper() + str(data.n)" },
        failed: { path: name, transform: "value / 2" },
        saved: { path: name, transform: "value / 2", default: 0 } } }"#;
    assert_eq!(
        run("Mapper", config, &["output"], &["{ name: ada, n: 1 }"]),
        [r#"output {"fields_mapped":["loud","saved"],"mapped_data":{"loud":"ADA1","saved":0}}"#]
    );
}

#[test]
fn a_validator_asks_python() {
    let config = r#"{ schema: "data.n > 0", custom_validators: { name: "len(value) < 4" } }"#;
    let items = ["{ n: 1, name: ada }", "{ n: 0, name: ada }", "{ n: 1, name: grace }", "{ n: 1 }"];
    let found = run("SchemaValidator", config, &["valid", "invalid"], &items);
    assert_eq!(found[0], r#"valid {"schema_type":"custom","validated_data":{"n":1,"name":"ada"}}"#);
    assert!(found[1].contains(r#""errors":["root: the expression is not true"]"#), "{}", found[1]);
    assert!(found[2].contains(r#""errors":["name: the expression is not true"]"#), "{}", found[2]);
    assert!(found[3].contains(r#""errors":["name: TypeError: "#), "{}", found[3]);
}

#[test]
fn reduce_folds() {
    let config = r#"{ expression: "total * value", field: n, window: 3 }"#;
    let items = ["{ n: 2 }", "{ n: 3 }", "{ n: 7 }", "{ n: 5 }"];
    assert_eq!(run("Reduce", config, &["output"], &items), [r#"output {"count":3,"key":null,"value":42}"#]);
}

#[test]
fn retries_wait_longer_and_longer() {
    let config = r#"{ operation: "1 / 0 if attempt < 3 else data", base_delay: 2 }"#;
    assert_eq!(
        run("RetryHandler", config, &["success", "retry", "exhausted", "error"], &["7", "8"]),
        [
            r#"retry {"attempt":1,"data":7,"delay":2,"error":"ZeroDivisionError: division by zero"}"#,
            r#"retry {"attempt":1,"data":8,"delay":2,"error":"ZeroDivisionError: division by zero"}"#,
            r#"retry {"attempt":2,"data":7,"delay":4,"error":"ZeroDivisionError: division by zero"}"#,
            r#"retry {"attempt":2,"data":8,"delay":4,"error":"ZeroDivisionError: division by zero"}"#,
            r#"success {"attempts":3,"data":7,"result":7}"#,
            r#"success {"attempts":3,"data":8,"result":8}"#,
        ]
    );
    let config = r#"{ operation: "1 / 0", max_attempts: 2, max_errors_kept: 1, backoff: exponential_jitter }"#;
    let found = run("RetryHandler", config, &["success", "retry", "exhausted", "error"], &["7"]);
    assert_eq!(found[1], r#"exhausted {"attempts":2,"data":7,"errors":["ZeroDivisionError: division by zero"]}"#);
    let config = r#"{ operation: "1 / 0", retryable_exceptions: [KeyError] }"#;
    let found = run("RetryHandler", config, &["success", "retry", "exhausted", "error"], &["7"]);
    assert_eq!(found, [r#"error {"data":7,"error":"ZeroDivisionError: division by zero"}"#]);
}

#[test]
fn a_loop_ends_by_its_condition() {
    let text = r#"
routines:
  loop: { class: Loop, config: { condition: "data['n'] < 20", max_iterations: 50 } }
  double: { class: Map, config: { expression: "{'data': {'n': data.data.n * 2}, 'iteration': data.iteration}" } }
  end: { class: Sink }
connections:
  - { from: loop.body, to: double.input }
  - { from: double.output, to: loop.again }
  - { from: loop.done, to: end.input }
inputs:
  - { to: loop.input, data: { n: 3 } }
  - { to: loop.input, data: { n: 5 } }
"#;
    assert_eq!(
        outputs(text),
        [
            r#"item {"data":{"n":20},"iterations":2,"reason":"condition"}"#,
            r#"item {"data":{"n":24},"iterations":3,"reason":"condition"}"#,
        ]
    );
}

#[test]
fn classes_work_together() {
    let text = r#"
routines:
  readings: { class: Generator, config: { source: csv, interval: 1, text: "sensor,celsius\nroof,20\ncellar,9\nroof,30\nroof,31\n" } }
  warm: { class: FilterExpression, config: { expression: "data.celsius > 10" } }
  mean: { class: Reduce, config: { operation: mean, field: celsius, key: sensor, window: 3 } }
  text: { class: TextRenderer, config: { template: "{key}: {value}" } }
  end: { class: Sink, config: { output_type: report } }
connections:
  - { from: readings.output, to: warm.input }
  - { from: warm.passed, to: mean.input }
  - { from: mean.output, to: text.input }
  - { from: text.output, to: end.input }
inputs:
  - { to: readings.trigger, data: {} }
"#;
    assert_eq!(outputs(text), [r#"report {"rendered_text":"roof: 27.0"}"#]);
}

/// Behaviours keep nothing of a run to themselves: a replay to any step is that step.
#[test]
fn waiting_items_survive_time_travel() {
    let text = r#"
routines:
  source: { class: Generator, config: { source: random, count: 8, interval: 0.5 } }
  slow: { class: Throttle, config: { interval: 0.8 } }
  late: { class: Delay, config: { seconds: 2 } }
  try: { class: RetryHandler, config: { operation: "1 / 0 if random < 0.5 else data", backoff: exponential_jitter } }
  end: { class: Sink }
connections:
  - { from: source.output, to: slow.input }
  - { from: slow.output, to: late.input }
  - { from: late.output, to: try.input }
  - { from: try.success, to: end.input }
  - { from: try.exhausted, to: end.input }
inputs:
  - { to: source.trigger, data: {} }
"#;
    let program = program(flow(text));
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&program, Start::Inputs, None);
    runtime.prepare();
    let mut states = vec![state(&runtime)];
    while runtime.step() {
        runtime.prepare();
        states.push(state(&runtime));
    }
    assert_eq!(runtime.jobs()[0].status.name(), "completed");
    let mut session = session(flow(text));
    start(&mut session, 1);
    run_on(&mut session);
    for step in (0..states.len()).rev().step_by(5) {
        session.show(step as u64, Stop::Step);
        assert_eq!(state(session.runtime()), states[step], "step {step}");
    }
}
