//! Throughput of the native engine, as activations per second: `cargo xtask bench`.
//!
//! All figures of one table come from one run on one machine: read them as ratios.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use flow_playground::engine::behaviour::{Binding, JobView};
use flow_playground::engine::program::Program;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::model::{Connection, Event, Flow, Input, Policy, PortRef, Routine, Slot};
use flow_playground::flow::value::{Map, Value};
use flow_playground::python::{CountingAllocator, compile_condition};
use flow_playground::routines::{self, StandardLibrary};

/// As in the runner and the worker: what it counts is a part of the price.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const PASS: &str = "def logic(slot_data):\n    for item in slot_data[\"input\"]:\n        emit(\"output\", **item)\n";

const JOIN: &str =
    "def logic(slot_data):\n    emit(\"output\", left=slot_data[\"left\"][0], right=slot_data[\"right\"][0])\n";

/// With an argument: only flows whose name has it. `stack KIB`: no flows, but the worst recursion on such a stack, which
/// ends the process if it does not fit.
fn main() {
    let wanted = std::env::args().nth(1);
    if let (Some("stack"), Some(kib)) = (wanted.as_deref(), std::env::args().nth(2).and_then(|text| text.parse().ok()))
    {
        return stack(kib);
    }
    println!("{:<44} {:>14} {:>14} {:>9}", "flow", "activations", "per second", "ms");
    for recording in [Recording::Off, Recording::On] {
        for (name, flow) in flows() {
            if wanted.as_ref().is_none_or(|wanted| name.contains(wanted)) {
                measure(name, &flow, recording);
            }
        }
    }
    conditions();
}

fn flows() -> Vec<(&'static str, Flow)> {
    vec![
        ("linear 10 x 10,000, built-in", linear("Merge", 10, 10_000)),
        ("fan-out 1 -> 100 x 200, built-in", fan_out("Merge", 100, 200)),
        ("join of 2 x 5,000, built-in", join("Merge", 5_000)),
        ("linear 10 x 10,000, Python", linear("Python", 10, 10_000)),
        ("fan-out 1 -> 100 x 200, Python", fan_out("Python", 100, 200)),
        ("join of 2 x 5,000, Python", join("Python", 5_000)),
    ]
}

fn stack(kib: usize) {
    const SCRIPTS: [&str; 7] = [
        "(lambda f: f(f))(lambda f: f(f))",
        "(lambda f: f(f))(lambda f: sorted([1], key=lambda n: f(f)))",
        "(lambda f: f(f))(lambda f: max([1], key=lambda n: f(f)))",
        "(lambda f: f(f))(lambda f: [f(f) for n in [1]])",
        "(lambda f: f(f))(lambda f: list(map(lambda n: f(f), [1])))",
        "[x := [], [x := [x] for n in range(2000)], repr(x)][2]",
        "[x := [], [x := [x] for n in range(2000)], x == [x]][2]",
    ];
    let work = || {
        for source in SCRIPTS {
            let told = compile_condition(source)
                .map(|condition| condition.evaluate(&[]).map_err(|failure| failure.error_type));
            println!("{source}: {told:?}");
        }
        for source in [format!("x = {}1", "1 + ".repeat(20_000)), format!("{}1{}", "(".repeat(190), ")".repeat(190))] {
            println!("{}: {:?}", &source[..20], compile_condition(&source).err().map(|error| error.message));
        }
    };
    let ended = std::thread::Builder::new().stack_size(kib << 10).spawn(work).map(std::thread::JoinHandle::join);
    println!("{kib} KiB: {}", if matches!(ended, Ok(Ok(()))) { "enough" } else { "too little" });
}

/// The cost of one evaluation of a breakpoint's condition, with the names that a breakpoint gives it.
fn conditions() {
    const EVALUATIONS: u32 = 20_000;
    println!("\n{:<44} {:>14} {:>14}", "condition", "evaluations", "us each");
    let data = Value::map([("value", Value::Int(150)), ("name", Value::from("sensor"))]);
    let job = JobView {
        job_id: "job-1".into(),
        status: "running",
        shared_data: Value::map([("limit", Value::Int(3))]),
        shared_log: Rc::default(),
    };
    let names = [
        ("data", Binding::Record(data.clone())),
        ("value", Binding::Record(Value::Int(150))),
        ("slot_data", Binding::Record(Value::map([("input", Value::list([data]))]))),
        ("job_state", Binding::Job(job)),
        ("hit_count", Binding::Value(Value::Int(7))),
    ];
    let sources = [
        "value > 100",
        "data[\"value\"] > 100",
        "data.value > 100 and data.name == \"sensor\"",
        "len(slot_data[\"input\"]) > 0 and hit_count % 10 == 0",
        "job_state.shared_data[\"limit\"] > 2",
        "sum([n * n for n in range(100)]) > value",
    ];
    for source in sources {
        let Ok(condition) = compile_condition(source) else {
            println!("{source:<44} does not compile");
            continue;
        };
        let started = Instant::now();
        for _ in 0..EVALUATIONS {
            black_box(condition.evaluate(black_box(&names)).is_ok());
        }
        let each = started.elapsed().as_secs_f64() * 1e6 / f64::from(EVALUATIONS);
        println!("{source:<44} {EVALUATIONS:>14} {each:>14.2}");
    }
}

fn measure(name: &str, flow: &Flow, recording: Recording) {
    let Ok(program) = Program::compile(&Arc::new(flow.clone()), &routines::catalogue(), &StandardLibrary) else {
        println!("{name:<44} does not compile");
        return;
    };
    let mut best: Option<(f64, u64)> = None;
    for _ in 0..3 {
        let started = Instant::now();
        let activations = run(&program, recording);
        let seconds = started.elapsed().as_secs_f64();
        if best.is_none_or(|(fastest, _)| seconds < fastest) {
            best = Some((seconds, activations));
        }
    }
    if let Some((seconds, activations)) = best {
        let label = format!("{name}, recording {}", if recording == Recording::On { "on" } else { "off" });
        println!("{label:<44} {activations:>14} {:>14.0} {:>9.1}", activations as f64 / seconds, seconds * 1e3);
    }
}

fn run(program: &Rc<Program>, recording: Recording) -> u64 {
    let mut runtime = Runtime::new(recording);
    runtime.exec(program, Start::Inputs, None);
    while runtime.step() {}
    black_box(&runtime);
    runtime.jobs()[0].routines.iter().map(|routine| routine.activations).sum()
}

fn routine(id: &str, class: &str) -> Arc<Routine> {
    let mut routine = Routine::new(id, class);
    if class == "Python" {
        routine.slots = vec![Slot::new("input")];
        routine.events = vec![Event::new("output")];
        routine.policy = Some(Policy::Immediate);
        routine.logic = Some(PASS.into());
    }
    Arc::new(routine)
}

fn inputs(to: &str, count: u32) -> Vec<Input> {
    let data = Value::map([("value", Value::Int(1)), ("name", Value::from("sensor"))]);
    vec![Input { to: PortRef::new(to, "input"), data, at: 0.0, repeat: count, every: 0.0, extra: Map::default() }]
}

fn linear(class: &str, length: u32, messages: u32) -> Flow {
    let mut flow = Flow::default();
    for index in 0..length {
        flow.routines.push(routine(&format!("r{index}"), class));
        if index > 0 {
            let from = PortRef::new(format!("r{}", index - 1), "output");
            flow.connections.push(Connection::new(from, PortRef::new(format!("r{index}"), "input")));
        }
    }
    flow.inputs = inputs("r0", messages);
    flow
}

fn fan_out(class: &str, width: u32, messages: u32) -> Flow {
    let mut flow = Flow::default();
    flow.routines.push(routine("source", class));
    for index in 0..width {
        flow.routines.push(routine(&format!("r{index}"), class));
        let to = PortRef::new(format!("r{index}"), "input");
        flow.connections.push(Connection::new(PortRef::new("source", "output"), to));
    }
    flow.inputs = inputs("source", messages);
    flow
}

/// A source that posts to two branches, and what joins them pair by pair: four activations a message.
fn join(class: &str, messages: u32) -> Flow {
    let mut flow = Flow::default();
    for id in ["source", "left", "right"] {
        flow.routines.push(routine(id, class));
    }
    let mut joining = Routine::new("join", if class == "Python" { "Python" } else { "Aggregator" });
    if class == "Python" {
        joining.slots = vec![Slot::new("left"), Slot::new("right")];
        joining.events = vec![Event::new("output")];
        joining.policy = Some(Policy::AllSlotsReady);
        joining.logic = Some(JOIN.into());
    } else {
        joining.config.insert("slots".into(), Value::list([Value::from("left"), Value::from("right")]));
        joining.config.insert("timeout".into(), Value::Int(0));
    }
    flow.routines.push(Arc::new(joining));
    for side in ["left", "right"] {
        flow.connections.push(Connection::new(PortRef::new("source", "output"), PortRef::new(side, "input")));
        flow.connections.push(Connection::new(PortRef::new(side, "output"), PortRef::new("join", side)));
    }
    flow.inputs = inputs("source", messages);
    flow
}
