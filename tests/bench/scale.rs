//! What must not cost more as things grow: recording, breakpoints elsewhere, many jobs, many routines, long runs.
//!
//! `cargo run --release --example bench_scale`; without Python also with `--no-default-features --features yaml`. All
//! figures come from one run on one machine: read them as ratios.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use flow_playground::debugger::session::{Mode, RunOptions, Session};
use flow_playground::engine::program::Program;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::model::{Breakpoint, BreakpointPlace, Connection, Flow, Input, PortRef, Routine};
use flow_playground::flow::value::{Map, Value};
use flow_playground::routines::{self, StandardLibrary};

/// How often each measurement is repeated; the best counts.
const TURNS: usize = 5;

fn main() {
    let flow = chain(10, 10_000);
    let off = engine(&flow, Recording::Off, 1);
    let on = engine(&flow, Recording::On, 1);
    ratio("recording on, against off", on, off);

    let plain = session(&flow, Vec::new());
    let armed = session(&flow, vec![Breakpoint::new(BreakpointPlace::Slot(PortRef::new("elsewhere", "input")))]);
    ratio("an armed breakpoint elsewhere, against none", armed, plain);

    // The same 100,000 activations, in one job or in many.
    let one = engine(&chain(10, 10_000), Recording::On, 1);
    let many = engine(&chain(10, 10), Recording::On, 1_000);
    ratio("1,000 jobs, against one with as much to do", many, one);

    let small = engine(&chain(10, 10_000), Recording::On, 1);
    let large = engine(&chain(1_000, 100), Recording::On, 1);
    ratio("1,000 routines, against 10, as many activations", large, small);

    // One post each millisecond: so many at one moment would be a runaway flow.
    let spread = |messages| {
        let mut flow = chain(10, messages);
        flow.inputs[0].every = 0.001;
        flow
    };
    let short = engine(&spread(1_000), Recording::Off, 1) * 100.0;
    let long = engine(&spread(100_000), Recording::Off, 1);
    ratio("a run of 1,000,000 activations, against 100 of 10,000", long, short);
}

fn ratio(what: &str, time: f64, against: f64) {
    println!("{what:<56} {:>6.2} x ({time:.1} ms, {against:.1} ms)", time / against);
}

/// A chain of built-in routines, and one beside it that nothing reaches.
fn chain(routines: usize, messages: u32) -> Flow {
    let mut flow = Flow::default();
    flow.execution.timeout = 1e6;
    for index in 0..routines {
        flow.routines.push(Arc::new(Routine::new(format!("r{index}"), "Merge")));
        if index > 0 {
            let from = PortRef::new(format!("r{}", index - 1), "output");
            flow.connections.push(Connection::new(from, PortRef::new(format!("r{index}"), "input")));
        }
    }
    flow.routines.push(Arc::new(Routine::new("elsewhere", "Merge")));
    let data = Value::map([("value", Value::Int(1)), ("name", Value::from("sensor"))]);
    let to = PortRef::new("r0", "input");
    flow.inputs = vec![Input { to, data, at: 0.0, repeat: messages, every: 0.0, extra: Map::default() }];
    flow
}

/// Milliseconds of a run in the engine alone.
fn engine(flow: &Flow, recording: Recording, jobs: usize) -> f64 {
    let Ok(program) = Program::compile(&Arc::new(flow.clone()), &routines::catalogue(), &StandardLibrary) else {
        println!("the flow does not compile");
        return f64::NAN;
    };
    best(|| {
        let mut runtime = Runtime::new(recording);
        for _ in 0..jobs {
            runtime.exec(&program, Start::Inputs, None);
        }
        while runtime.step() {}
        black_box(runtime);
    })
}

/// Milliseconds of a run in a session, with its history and its breakpoints.
fn session(flow: &Flow, breakpoints: Vec<Breakpoint>) -> f64 {
    best(|| {
        let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
        session.set_flow(flow.clone());
        session.set_breakpoints(breakpoints.clone());
        if session.run(&RunOptions::default()).is_err() {
            println!("the flow does not run");
        }
        while session.mode() == Mode::Running {
            session.advance(10_000);
        }
        black_box(session);
    })
}

fn best(mut work: impl FnMut()) -> f64 {
    (0..TURNS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed().as_secs_f64() * 1e3
        })
        .fold(f64::INFINITY, f64::min)
}
