//! What each way of watching a run costs: nothing, metrics only, the newest records only, the whole history.
//!
//! `cargo run --release --example bench_recording`; without Python also with `--no-default-features --features yaml`. With
//! arguments: only flows and ways whose names have them (`linear`, `whole`), and how often. Times are those that the process
//! had a processor, where the system tells them: a busy machine changes them little.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;

use flow_playground::debugger::session::{Mode, RunOptions, Session};
use flow_playground::debugger::settings::{Keep, Settings};
use flow_playground::engine::behaviour::Input as BehaviourInput;
use flow_playground::engine::program::Program;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::{Record, Recording};
use flow_playground::flow::model::{Breakpoint, BreakpointPlace, Flow, PortRef};
use flow_playground::monitor::metrics::Metrics;
use flow_playground::routines::{self, StandardLibrary};

use flows::{BUILT_IN, ELSEWHERE, fan_out, join, linear, prepare, processor_seconds, repeated};

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod flows;

/// How often each measurement is repeated; the best counts.
const TURNS: usize = 7;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Nothing,
    Counted,
    Metrics,
    Records,
    Off,
    Armed,
    Newest,
    Whole,
}

const WAYS: [(Way, &str); 8] = [
    (Way::Nothing, "nothing"),
    (Way::Counted, "records counted, as in a replay"),
    (Way::Metrics, "metrics only"),
    (Way::Records, "records kept, without a way back"),
    (Way::Off, "session: nothing"),
    (Way::Armed, "session: nothing, a breakpoint elsewhere"),
    (Way::Newest, "session: newest records"),
    (Way::Whole, "session: whole history"),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let turns = wanted.iter().find_map(|word| word.parse().ok()).unwrap_or(TURNS);
    let wants = |name: &str, names: &[&str]| {
        let named: Vec<&String> =
            wanted.iter().filter(|word| names.iter().any(|name| name.contains(&***word))).collect();
        named.is_empty() || named.iter().any(|word| name.contains(&***word))
    };
    println!("record: {} bytes; input: {} bytes", size_of::<Record>(), size_of::<BehaviourInput>());
    println!("{:<24} {:<42} {:>12} {:>9} {:>7}", "flow", "watched", "per second", "ms", "ratio");
    let flows = [
        ("linear 10 x 10,000", linear(BUILT_IN, 10, 10_000)),
        ("fan-out 1 -> 100 x 200", fan_out(BUILT_IN, 100, 200)),
        ("join of 2 x 5,000", join(BUILT_IN, 5_000)),
    ];
    let flow_names: Vec<&str> = flows.iter().map(|(name, _)| *name).collect();
    let way_names: Vec<&str> = WAYS.iter().map(|(_, name)| *name).collect();
    for (name, flow) in flows.iter().filter(|(name, _)| wants(name, &flow_names)) {
        let ways: Vec<(Way, &str)> = WAYS.into_iter().filter(|(_, way)| wants(way, &way_names)).collect();
        let mut best = vec![(f64::INFINITY, 0); ways.len()];
        // In turns, so that what else the machine does hits all of them alike.
        for _ in 0..turns {
            for ((way, _), best) in ways.iter().zip(&mut best) {
                let (seconds, activations) = measure(*way, flow);
                *best = (best.0.min(seconds), activations);
            }
        }
        let plain = best.first().map_or(f64::NAN, |best| best.0);
        for ((_, way), (seconds, activations)) in ways.iter().zip(best) {
            let rate = activations as f64 / seconds;
            println!("{name:<24} {way:<42} {rate:>12.0} {:>9.2} {:>7.2}", seconds * 1e3, seconds / plain);
        }
    }
    if wanted.is_empty() || wanted.iter().any(|word| word == "runs") {
        later_runs(&flows[0].1);
    }
}

/// Many runs in one session, which keeps some of them: none may cost more than the first.
fn later_runs(flow: &Flow) {
    let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    session.set_flow(flow.clone());
    let times: Vec<String> = (0..10)
        .map(|_| {
            let started = processor_seconds();
            run_to_the_end(&mut session);
            format!("{:.0}", (processor_seconds() - started) * 1e3)
        })
        .collect();
    println!("linear 10 x 10,000, runs of one session, in ms: {}", times.join(", "));
}

/// Seconds of one run, and its activations.
fn measure(way: Way, flow: &Flow) -> (f64, u64) {
    let Ok(program) = Program::compile(&Arc::new(flow.clone()), &routines::catalogue(), &StandardLibrary) else {
        println!("the flow does not compile");
        return (f64::NAN, 0);
    };
    repeated(|| run(way, flow, &program))
}

/// Seconds from the start of a run to its end, and its activations.
fn run(way: Way, flow: &Flow, program: &Rc<Program>) -> (f64, u64) {
    match way {
        Way::Nothing => engine(program, Recording::Off, |_| ()),
        Way::Counted => engine(program, Recording::Count, |_| ()),
        Way::Records => engine(program, Recording::On, |_| ()),
        Way::Metrics => {
            let mut metrics = Metrics::default();
            let measured = engine(program, Recording::On, |runtime| {
                runtime.trace_mut().records.drain(..).for_each(|record| metrics.add(&record));
            });
            black_box(metrics);
            measured
        }
        Way::Off => session(flow, Keep::Off, Vec::new()),
        Way::Armed => {
            let place = BreakpointPlace::Slot(PortRef::new(ELSEWHERE, "input"));
            session(flow, Keep::Off, vec![Breakpoint::new(place)])
        }
        Way::Newest => session(flow, Keep::Newest, Vec::new()),
        Way::Whole => session(flow, Keep::All, Vec::new()),
    }
}

/// A run in the engine alone, looked at now and then.
fn engine(program: &Rc<Program>, recording: Recording, mut look: impl FnMut(&mut Runtime)) -> (f64, u64) {
    let started = processor_seconds();
    let mut runtime = Runtime::new(recording);
    runtime.exec(program, Start::Inputs, None);
    let mut steps = 0;
    while runtime.step() {
        steps += 1;
        if steps % 64 == 0 {
            look(&mut runtime);
        }
    }
    look(&mut runtime);
    (processor_seconds() - started, activations(&runtime))
}

/// A run in a session, as the page has it.
fn session(flow: &Flow, keep: Keep, breakpoints: Vec<Breakpoint>) -> (f64, u64) {
    let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    session.configure(Settings { keep, ..session.settings() });
    session.set_flow(flow.clone());
    session.set_breakpoints(breakpoints);
    prepare(&mut session);
    let started = processor_seconds();
    run_to_the_end(&mut session);
    (processor_seconds() - started, activations(session.runtime()))
}

fn run_to_the_end(session: &mut Session) {
    if session.run(&RunOptions::default()).is_err() {
        println!("the flow does not run");
    }
    while session.mode() == Mode::Running {
        session.advance(512);
    }
}

fn activations(runtime: &Runtime) -> u64 {
    runtime.jobs()[0].routines.iter().map(|routine| routine.activations).sum()
}
