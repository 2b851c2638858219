//! Tests of the Python engine, with a host that writes down what it is asked.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod callbacks;
mod calls;
mod cpython;
mod differences;
mod errors;
mod expressions;
mod idioms;
mod limits;
mod routilux;
mod shared;
mod sleeping;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::engine::behaviour::{Failure, Host, Input, Level, Progress, Suspended};
use crate::flow::value::{Map, Value};

use super::compile_logic;

/// A host that writes down what it is asked.
#[derive(Default)]
pub struct Notes {
    /// What happened, one line each.
    pub lines: Vec<String>,
    pub config: Map,
    pub state: BTreeMap<String, Value>,
    pub shared: Map,
    pub shared_log: Vec<Value>,
    pub now_us: u64,
    pub seed: u64,
    /// How often `turn` was called, and at which call it fails.
    pub turns: usize,
    pub last_turn: Option<usize>,
    /// How long each turn takes.
    pub slowness: std::time::Duration,
}

impl Host for Notes {
    fn emit(&mut self, event: &str, data: Value) -> Result<(), Failure> {
        if event == "nowhere" {
            let mut failure = Failure::new("ValueError", "the routine has no event 'nowhere'");
            failure.bases = vec!["Exception".into(), "BaseException".into()];
            return Err(failure);
        }
        self.lines.push(format!("emit {event} {}", show(&data)));
        Ok(())
    }
    fn config(&self) -> &Map {
        &self.config
    }
    fn state(&self, key: &str) -> Option<Value> {
        self.state.get(key).cloned()
    }
    fn set_state(&mut self, key: &str, value: Value) {
        self.state.insert(key.to_owned(), value);
    }
    fn log(&mut self, level: Level, message: &str) {
        self.lines.push(format!("{} {message}", level.name()));
    }
    fn progress(&mut self, ratio: f64) {
        self.lines.push(format!("progress {ratio}"));
    }
    fn send_output(&mut self, output_type: &str, data: Value) {
        self.lines.push(format!("output {output_type} {}", show(&data)));
    }
    fn job_id(&self) -> &str {
        "job-1"
    }
    fn job_status(&self) -> &'static str {
        "running"
    }
    fn routine_id(&self) -> &str {
        "worker"
    }
    fn shared_data(&self) -> &Map {
        &self.shared
    }
    fn set_shared_data(&mut self, data: Map) {
        self.shared = data;
    }
    fn shared_log(&self) -> Rc<Vec<Value>> {
        Rc::new(self.shared_log.clone())
    }
    fn append_to_shared_log(&mut self, entry: Value) {
        self.shared_log.push(entry);
    }
    fn now_us(&self) -> u64 {
        self.now_us
    }
    fn random_seed(&self) -> u64 {
        self.seed
    }
    #[expect(clippy::disallowed_methods, reason = "a slow host")]
    fn turn(&mut self) -> Result<(), Failure> {
        self.turns += 1;
        std::thread::sleep(self.slowness);
        if self.last_turn.is_some_and(|last| self.turns > last) {
            let mut failure = Failure::new("TimeoutError", "from the record");
            failure.timed_out = true;
            return Err(failure);
        }
        Ok(())
    }
}

/// A value as compact JSON.
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::BigInt(digits) => digits.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Str(text) => Json::from(&**text).to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| format!("{}:{}", Json::from(&**key), show(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
    }
}

/// A value from JSON.
pub fn value(json: &str) -> Value {
    convert(&serde_json::from_str(json).unwrap())
}

fn convert(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap()), Value::Int),
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(convert)),
        Json::Object(map) => Value::map(map.iter().map(|(key, value)| (key.as_str(), convert(value)))),
    }
}

/// A map from JSON.
pub fn map(json: &str) -> Map {
    value(json).as_map().unwrap().clone()
}

/// One slot `input` with these items.
pub fn input(items: &str) -> Input {
    let mut input = Input::new(Rc::from([Arc::from("input")]), value(r#"{"reason": "immediate"}"#));
    input.push_slot(value(items).as_list().unwrap().iter().cloned());
    input
}

/// Runs a logic to its end, through its sleeps, on this host.
pub fn run_on(notes: &mut Notes, source: &str, items: &str) -> Result<(), Failure> {
    let logic = compile_logic(source).unwrap_or_else(|error| panic!("{error:?}\n{source}"));
    let input = input(items);
    let mut progress = logic.start(notes, &input)?;
    while let Progress::Sleeping { us, rest } = progress {
        notes.lines.push(format!("sleep {us}"));
        notes.now_us += us;
        // Another behaviour made from the same source can go on, as another process would.
        let rest = Suspended(rest.0.to_vec().into());
        progress = compile_logic(source).unwrap().resume(notes, &input, &rest)?;
    }
    Ok(())
}

/// Runs a logic on one empty item and compares what happened, line by line. An error is the last line.
#[track_caller]
pub fn check(source: &str, expected: &[&str]) {
    check_with(Notes::default(), source, "[{}]", expected);
}

/// The same with items and a prepared host, which is returned.
#[track_caller]
pub fn check_with(mut notes: Notes, source: &str, items: &str, expected: &[&str]) -> Notes {
    if let Err(failure) = run_on(&mut notes, source, items) {
        notes.lines.push(format!("{}: {}", failure.error_type, failure.message));
    }
    assert_eq!(notes.lines, expected, "{source}");
    notes
}

/// The failure of a logic.
#[track_caller]
pub fn failing(source: &str) -> Failure {
    run_on(&mut Notes::default(), source, "[{}]").expect_err("the logic should fail")
}
