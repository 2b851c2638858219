//! What each way of watching a run costs: nothing, metrics only, the newest records only, the whole history.
//!
//! `cargo run --release --example bench_recording`; without Python also with `--no-default-features --features yaml`. With
//! arguments: only flows and ways whose names have them (`linear`, `whole`), and how often. Times are those that the process
//! had a processor, where the system tells them: a busy machine changes them little.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use flow_playground::debugger::session::{Mode, RunOptions, Session};
use flow_playground::debugger::settings::Settings;
use flow_playground::engine::behaviour::Input as BehaviourInput;
use flow_playground::engine::program::Program;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::{Record, Recording};
use flow_playground::flow::model::{Connection, Flow, Input, PortRef, Routine};
use flow_playground::flow::value::{Map, Value};
use flow_playground::monitor::metrics::Metrics;
use flow_playground::routines::{self, StandardLibrary};

/// How often each measurement is repeated; the best counts.
const TURNS: usize = 7;

/// Runs in one measurement: the system counts time in steps of some milliseconds.
const RUNS: u32 = 5;

/// Bytes of a history that keeps only the newest records.
const RING_BYTES: usize = 2_000_000;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Nothing,
    Counted,
    Metrics,
    Records,
    Newest,
    Whole,
}

const WAYS: [(Way, &str); 6] = [
    (Way::Nothing, "nothing"),
    (Way::Counted, "records counted, as in a replay"),
    (Way::Metrics, "metrics only"),
    (Way::Records, "records kept, without a way back"),
    (Way::Newest, "newest 2 MB, with a way back"),
    (Way::Whole, "whole history, with a way back"),
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
    println!("{:<34} {:<34} {:>12} {:>9} {:>7}", "flow", "watched", "per second", "ms", "ratio");
    let flows = [
        ("linear 10 x 10,000", linear(10, 10_000)),
        ("fan-out 1 -> 100 x 200", fan_out(100, 200)),
        ("join of 2 x 5,000", join(5_000)),
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
            println!(
                "{name:<34} {way:<34} {rate:>12.0} {:>9.2} {:>7.2}",
                seconds * 1e3 / f64::from(RUNS),
                seconds / plain
            );
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

fn measure(way: Way, flow: &Flow) -> (f64, u64) {
    let Ok(program) = Program::compile(&Arc::new(flow.clone()), &routines::catalogue(), &StandardLibrary) else {
        println!("the flow does not compile");
        return (f64::NAN, 0);
    };
    let started = processor_seconds();
    let mut activations = 0;
    for _ in 0..RUNS {
        activations += run(way, flow, &program);
    }
    (processor_seconds() - started, activations)
}

fn run(way: Way, flow: &Flow, program: &Rc<Program>) -> u64 {
    match way {
        Way::Nothing => engine(program, Recording::Off, |_| ()),
        Way::Counted => engine(program, Recording::Count, |_| ()),
        Way::Records => engine(program, Recording::On, |_| ()),
        Way::Metrics => {
            let mut metrics = Metrics::default();
            let activations = engine(program, Recording::On, |runtime| {
                runtime.trace_mut().records.drain(..).for_each(|record| metrics.add(&record));
            });
            black_box(metrics);
            activations
        }
        Way::Newest => session(flow, RING_BYTES),
        Way::Whole => session(flow, Settings::default().history_bytes),
    }
}

/// A run in the engine alone, looked at now and then.
fn engine(program: &Rc<Program>, recording: Recording, mut look: impl FnMut(&mut Runtime)) -> u64 {
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
    activations(&runtime)
}

/// A run in a session, as the page has it.
fn session(flow: &Flow, history_bytes: usize) -> u64 {
    let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    session.configure(Settings { history_bytes, ..session.settings() });
    session.set_flow(flow.clone());
    run_to_the_end(&mut session);
    activations(session.runtime())
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

/// Seconds that this thread had a processor, or that have passed where the system does not tell.
fn processor_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.with(Instant::elapsed).as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

thread_local! {
    static START: Instant = Instant::now();
}

fn chained(flow: &mut Flow, from: &str, to: &str, slot: &str) {
    flow.connections.push(Connection::new(PortRef::new(from, "output"), PortRef::new(to, slot)));
}

fn flow(ids: impl IntoIterator<Item = String>, messages: u32) -> Flow {
    let mut flow = Flow::default();
    flow.routines.extend(ids.into_iter().map(|id| Arc::new(Routine::new(id, "Merge"))));
    let data = Value::map([("value", Value::Int(1)), ("name", Value::from("sensor"))]);
    let to = PortRef::new(flow.routines[0].id.clone(), "input");
    flow.inputs = vec![Input { to, data, at: 0.0, repeat: messages, every: 0.0, extra: Map::default() }];
    flow
}

fn linear(length: u32, messages: u32) -> Flow {
    let mut flow = flow((0..length).map(|index| format!("r{index}")), messages);
    for index in 1..length {
        chained(&mut flow, &format!("r{}", index - 1), &format!("r{index}"), "input");
    }
    flow
}

fn fan_out(width: u32, messages: u32) -> Flow {
    let mut flow =
        flow(std::iter::once("source".to_owned()).chain((0..width).map(|index| format!("r{index}"))), messages);
    for index in 0..width {
        chained(&mut flow, "source", &format!("r{index}"), "input");
    }
    flow
}

/// A source that posts to two branches, and what joins them pair by pair: four activations a message.
fn join(messages: u32) -> Flow {
    let mut flow = flow(["source", "left", "right"].map(str::to_owned), messages);
    let mut joining = Routine::new("join", "Aggregator");
    joining.config.insert("slots".into(), Value::list([Value::from("left"), Value::from("right")]));
    joining.config.insert("timeout".into(), Value::Int(0));
    flow.routines.push(Arc::new(joining));
    for side in ["left", "right"] {
        chained(&mut flow, "source", side, "input");
        chained(&mut flow, side, "join", side);
    }
    flow
}
