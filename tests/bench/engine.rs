//! Throughput of the native engine, as activations per second, and what it costs to watch a run: `cargo xtask bench`.
//!
//! All figures of one table come from one run on one machine: read them as ratios. Times are those that the process had a
//! processor. "On" means that everything is recorded and the newest records are kept; "breakpoint" is one at a place that
//! nothing reaches; "time travel" keeps everything.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use flow_playground::debugger::session::{Mode, RunOptions, Session};
use flow_playground::debugger::settings::{Keep, Settings};
use flow_playground::engine::behaviour::{Binding, JobView};
use flow_playground::flow::model::{Breakpoint, BreakpointPlace, Flow, PortRef};
use flow_playground::flow::value::Value;
use flow_playground::python::{CountingAllocator, compile_condition};
use flow_playground::routines::{self, StandardLibrary};

use flows::{BUILT_IN, ELSEWHERE, PYTHON, fan_out, join, linear, prepare, processor_seconds, repeated};

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod flows;

/// As in the runner and the worker: what it counts is a part of the price.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// How often each measurement is repeated; the best counts.
const TURNS: usize = 5;

/// How a run is watched.
#[derive(Clone, Copy)]
struct Watch {
    name: &'static str,
    keep: Keep,
    has_breakpoint: bool,
}

/// Monitoring off, on, off with a breakpoint elsewhere; and everything kept, for the way back. The others are told as
/// ratios to the first.
const WATCHES: [Watch; 4] = [
    Watch { name: "off, per second", keep: Keep::Off, has_breakpoint: false },
    Watch { name: "on", keep: Keep::Newest, has_breakpoint: false },
    Watch { name: "breakpoint", keep: Keep::Off, has_breakpoint: true },
    Watch { name: "time travel", keep: Keep::All, has_breakpoint: false },
];

/// With an argument: only flows whose name has it. `stack KIB`: no flows, but the worst recursion on such a stack, which
/// ends the process if it does not fit.
fn main() {
    let wanted = std::env::args().nth(1);
    if let (Some("stack"), Some(kib)) = (wanted.as_deref(), std::env::args().nth(2).and_then(|text| text.parse().ok()))
    {
        return stack(kib);
    }
    let [off, others @ ..] = WATCHES.map(|watch| watch.name);
    println!(
        "{:<44} {:>12} {off:>16} {:>11} {:>11} {:>11}",
        "monitoring", "activations", others[0], others[1], others[2]
    );
    for case in cases().iter().filter(|case| wanted.as_ref().is_none_or(|wanted| case.name.contains(wanted))) {
        case.measure();
    }
    conditions();
}

/// A flow and how many jobs of it run.
struct Case {
    name: &'static str,
    flow: Flow,
    jobs: u32,
}

fn cases() -> Vec<Case> {
    let one = |name, flow| Case { name, flow, jobs: 1 };
    vec![
        one("linear 10 x 10,000, built-in", linear(BUILT_IN, 10, 10_000)),
        one("fan-out 1 -> 100 x 200, built-in", fan_out(BUILT_IN, 100, 200)),
        one("join of 2 x 5,000, built-in", join(BUILT_IN, 5_000)),
        Case { name: "1,000 jobs of a flow of 10 x 10, built-in", flow: linear(BUILT_IN, 10, 10), jobs: 1_000 },
        one("linear 1,000 x 100, built-in", linear(BUILT_IN, 1_000, 100)),
        one("linear 10 x 10,000, Python", linear(PYTHON, 10, 10_000)),
        one("fan-out 1 -> 100 x 200, Python", fan_out(PYTHON, 100, 200)),
        one("join of 2 x 5,000, Python", join(PYTHON, 5_000)),
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

impl Case {
    /// All ways of watching in turns, so that what else the machine does hits all of them alike.
    fn measure(&self) {
        let mut best = [f64::INFINITY; WATCHES.len()];
        let mut activations = 0;
        for _ in 0..TURNS {
            for (watch, best) in WATCHES.iter().zip(&mut best) {
                let (seconds, done) = repeated(|| self.run(*watch));
                activations = done;
                *best = best.min(seconds);
            }
        }
        let [off, others @ ..] = best;
        let ratio = |seconds: f64| format!("{:.2} x", seconds / off);
        let [on, breakpoint, time_travel] = others.map(ratio);
        let rate = activations as f64 / off;
        println!("{:<44} {activations:>12} {rate:>16.0} {on:>11} {breakpoint:>11} {time_travel:>11}", self.name);
    }

    /// One run, from its start to its end: seconds and activations.
    fn run(&self, watch: Watch) -> (f64, u64) {
        let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
        session.configure(Settings { keep: watch.keep, ..session.settings() });
        session.set_flow(self.flow.clone());
        if watch.has_breakpoint {
            let place = BreakpointPlace::Slot(PortRef::new(ELSEWHERE, "input"));
            session.set_breakpoints(vec![Breakpoint::new(place)]);
        }
        prepare(&mut session);
        let started = processor_seconds();
        if session.run(&RunOptions { jobs: self.jobs, ..RunOptions::default() }).is_err() {
            println!("{} does not run", self.name);
        }
        while session.mode() == Mode::Running {
            session.advance(1_000);
        }
        let seconds = processor_seconds() - started;
        let routines = session.runtime().jobs().iter().flat_map(|job| &job.routines);
        (seconds, routines.map(|routine| routine.activations).sum())
    }
}
