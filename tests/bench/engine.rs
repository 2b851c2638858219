//! Throughput of the native engine, as activations per second: `cargo xtask bench`.
//!
//! All figures of one table come from one run on one machine: read them as ratios.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use flow_playground::engine::program::Program;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::model::{Connection, Event, Flow, Input, Policy, PortRef, Routine, Slot};
use flow_playground::flow::value::{Map, Value};
use flow_playground::routines::{self, StandardLibrary};

const PASS: &str = "def logic(slot_data):\n    for item in slot_data[\"input\"]:\n        emit(\"output\", **item)\n";

fn main() {
    println!("{:<44} {:>14} {:>14} {:>9}", "flow", "activations", "per second", "ms");
    for recording in [Recording::Off, Recording::On] {
        for (name, flow) in flows() {
            measure(name, &flow, recording);
        }
    }
}

fn flows() -> Vec<(&'static str, Flow)> {
    vec![
        ("linear 10 x 10,000, built-in", linear("Merge", 10, 10_000)),
        ("fan-out 1 -> 100 x 200, built-in", fan_out("Merge", 100, 200)),
        ("linear 10 x 1,000, Python", linear("Python", 10, 1_000)),
        ("fan-out 1 -> 100 x 20, Python", fan_out("Python", 100, 20)),
    ]
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
