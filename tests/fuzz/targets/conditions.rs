//! Conditions, expressions and logic sources.
//!
//! Whatever the text is, compiling ends with a program or a place in the text, and running ends with a value or an
//! error. The same program gives the same twice, and one that has already served gives what a new one gives.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use flow_playground::engine::behaviour::{
    Behaviour, Binding, CompileError, Failure, Host, Input, JobView, Level, Progress,
};
use flow_playground::engine::limits;
use flow_playground::flow::value::{Map, Value};
use flow_playground::python::{check_logic, compile_condition, compile_expression, compile_logic, limit_wall_time};

use super::{Target, Traits, files, folder};

pub const TARGET: Target = Target {
    name: "conditions",
    about: "compiling and running conditions, expressions and logic",
    words: WORDS,
    seeds,
    check,
};

const WORDS: &[&str] = &[
    "data",
    "data.value",
    "data[\"value\"]",
    "slot_data",
    "job_state",
    "value",
    " and ",
    " or ",
    "not ",
    " in ",
    " is None",
    " if ",
    " else ",
    "lambda x: ",
    "x := ",
    "for x in ",
    "def logic(slot_data):\n",
    "    return ",
    "    emit(\"output\", x=",
    "    yield x\n",
    "class A(Routine):\n",
    "class A:\n",
    "    def __init__(self):\n",
    "super().__init__()",
    "try:\n",
    "except ValueError as e:\n",
    "finally:\n",
    "with x as y:\n",
    "global x\n",
    "nonlocal x\n",
    "del x[0]\n",
    "del x\n",
    "import re\n",
    "import json, math\n",
    "from routilux import (\n    Routine,\n)\n",
    "self.",
    "async ",
    "await ",
    "match x:\n    case [a, *b]:\n",
    "f'{x!r:>{w}}'",
    "'%s' % ",
    ".format(",
    "[::-1]",
    "**",
    "//",
    "<<",
    ">>",
    "10**10**10",
    "'x' * 10**9",
    "[0] * 10**9",
    "range(10**9)",
    "sorted(",
    "sum(",
    "sleep(1)",
    "print(",
    "log(",
    "set_state('a', ",
    "get_state('a')",
    "bytes(",
    "ascii(",
    "callable(",
    "ValueError(1, 2)",
    "eval('1')",
    "globals()",
    "getattr(x, 'y')",
    "__import__('os')",
    "open('x')",
    "\\N{DASH}",
    "b'\\xff'",
    "\"\"\"",
    "# type: ignore",
    "\\\n",
    "@decorator\n",
    "lambda: (",
    "((((((((",
    "[[[[[[[[",
    "{1: {2: ",
    "*args, **kwargs",
    "job_state.shared_data['x'] = ",
    "...",
];

fn seeds() -> Vec<Vec<u8>> {
    files(&[folder("seeds", TARGET.name)], &[])
}

fn check(input: &[u8]) -> Traits {
    // Loops without end are found soon enough.
    limit_wall_time(Duration::from_secs(1));
    let mut traits = Traits::default();
    let text = String::from_utf8_lossy(input);
    if text.contains("logic") || text.contains("class ") {
        logic(&text, &mut traits);
    } else {
        expressions(&text, &mut traits);
    }
    traits
}

/// What is refused says why and where.
fn refused(error: &CompileError, text: &str, traits: &mut Traits) {
    assert!(!error.message.is_empty() && error.line >= 1 && error.column >= 1, "{error:?}");
    let lines = text.lines().count().max(1);
    assert!(error.line as usize <= lines + 1, "line {} of {lines}: {error:?}", error.line);
    traits.add(&format!("refused {} {}", error.error_type, words(&error.message)));
}

fn failed(failure: &Failure, traits: &mut Traits) {
    assert!(!failure.error_type.is_empty());
    assert!(!failure.traceback.contains("__flow"), "{}", failure.traceback);
    traits.add(&format!("failed {} {}", failure.error_type, words(&failure.message)));
}

/// A message without what it quotes.
fn words(message: &str) -> &str {
    message.split(['\'', '`', '"', '0', '1', '2']).next().unwrap_or_default()
}

/// Where something lies in memory is the one thing that may differ.
fn without_places(text: &str) -> String {
    let mut parts = text.split("0x");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    kept
}

fn names() -> Vec<(&'static str, Binding)> {
    let data = Value::map([
        ("value", Value::Int(150)),
        ("name", Value::from("sensor")),
        ("items", Value::list([Value::Int(1), Value::Float(0.5), Value::Null])),
    ]);
    let job = JobView {
        job_id: "job-1".into(),
        status: "running",
        shared_data: data.clone(),
        shared_log: Rc::new(vec![data.clone()]),
    };
    vec![
        ("data", Binding::Record(data.clone())),
        ("value", Binding::Record(Value::Int(150))),
        ("slot_data", Binding::Record(Value::map([("input", Value::list([data.clone(), data]))]))),
        ("job_state", Binding::Job(job)),
        ("hit_count", Binding::Value(Value::Int(7))),
    ]
}

fn expressions(text: &str, traits: &mut Traits) {
    for compile in [compile_condition, compile_expression] {
        let compiled = match compile(text) {
            Ok(compiled) => compiled,
            Err(error) => {
                refused(&error, text, traits);
                continue;
            }
        };
        let first = compiled.evaluate(&names());
        match &first {
            Ok(value) => traits.add(&format!("value {}", value.kind())),
            Err(failure) => failed(failure, traits),
        }
        // What ran into a limit of the machine would only take as long again.
        if !first.as_ref().is_err_and(|failure| failure.timed_out) {
            let again = compiled.evaluate(&names());
            if !again.as_ref().is_err_and(|failure| failure.timed_out) {
                assert_eq!(format!("{first:?}"), format!("{again:?}"), "it gives another value the second time");
            }
        }
    }
}

fn logic(text: &str, traits: &mut Traits) {
    let compiled = compile_logic(text);
    assert_eq!(compiled.as_ref().err(), check_logic(text).as_ref().err());
    let compiled = match compiled {
        Ok(compiled) => compiled,
        Err(error) => return refused(&error, text, traits),
    };
    let first = run(&compiled);
    if let Err(failure) = &first.1 {
        failed(failure, traits);
        if failure.timed_out {
            return;
        }
    }
    for line in &first.0.lines {
        traits.add(line.split(' ').next().unwrap_or_default());
    }
    let told = |(notes, end): &(Notes, Result<(), Failure>)| without_places(&format!("{:?} {end:?}", notes.lines));
    let again = run(&compiled);
    if again.1.as_ref().is_err_and(|failure| failure.timed_out) {
        return;
    }
    assert_eq!(told(&first), told(&again), "a program that has served does something else");
}

/// Runs a logic to its end, through at most a few sleeps.
fn run(logic: &Rc<dyn Behaviour>) -> (Notes, Result<(), Failure>) {
    let mut notes = Notes::default();
    let mut input = Input::new(Rc::from([Arc::from("input")]), Value::map([("reason", Value::from("immediate"))]));
    input.push_slot([Value::map([("value", Value::Int(1)), ("data", Value::from("x"))])]);
    let mut progress = logic.start(&mut notes, &input);
    for _ in 0..3 {
        match progress {
            Ok(Progress::Sleeping { us, rest }) => {
                notes.lines.push(format!("sleep {us} {}", rest.0.len()));
                progress = logic.resume(&mut notes, &input, &rest);
            }
            other => return (notes, other.map(|_| ())),
        }
    }
    (notes, progress.map(|_| ()))
}

/// A host that writes down what it is asked.
#[derive(Default)]
struct Notes {
    lines: Vec<String>,
    config: Map,
    state: BTreeMap<String, Value>,
    shared: Map,
    shared_log: Vec<Value>,
}

impl Notes {
    fn note(&mut self, line: String) {
        if self.lines.len() < 1000 {
            self.lines.push(line);
        }
    }
}

impl Host for Notes {
    fn emit(&mut self, event: &str, data: Value) -> Result<(), Failure> {
        if let Some(why) = limits::refusal(&data) {
            return Err(Failure::new("ValueError", why));
        }
        if event != "output" {
            return Err(Failure::new("ValueError", "no such event"));
        }
        self.note(format!("emit {data:?}"));
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
        self.note(format!("log {} {message}", level.name()));
    }
    fn progress(&mut self, ratio: f64) {
        self.note(format!("progress {ratio}"));
    }
    fn send_output(&mut self, output_type: &str, _: Value) {
        self.note(format!("output {output_type}"));
    }
    fn job_id(&self) -> &str {
        "job-1"
    }
    fn job_status(&self) -> &'static str {
        "running"
    }
    fn routine_id(&self) -> &str {
        "routine"
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
        if self.shared_log.len() < 1000 {
            self.shared_log.push(entry);
        }
    }
    fn now_us(&self) -> u64 {
        0
    }
    fn random_seed(&self) -> u64 {
        7
    }
    fn turn(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}
