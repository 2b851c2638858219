//! What a step must not cost more of as things grow: long runs, idle jobs, jobs that take turns, many routines.
//!
//! `cargo run --release --example bench_scale`; without Python also with `--no-default-features --features yaml`. All
//! figures come from one run on one machine: read them as ratios.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::rc::Rc;

use flow_playground::debugger::session::{Mode, RunOptions, Session};
use flow_playground::debugger::settings::{Keep, Settings};
use flow_playground::flow::model::{Completion, Flow};
use flow_playground::routines::{self, StandardLibrary};

use flows::{BUILT_IN, linear, prepare, processor_seconds, repeated};

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod flows;

/// How often each measurement is repeated; the best counts.
const TURNS: usize = 5;

/// What runs, and beside what.
struct Case {
    name: &'static str,
    flow: Flow,
    jobs: u32,
    /// Jobs that wait for data meanwhile.
    idle: u32,
}

fn main() {
    let case = |name, flow, jobs, idle| Case { name, flow, jobs, idle };
    // One post each millisecond: so many at one moment would be a runaway flow.
    let spread = |messages| {
        let mut flow = linear(BUILT_IN, 10, messages);
        flow.inputs[0].every = 0.001;
        flow
    };
    let groups = [
        [
            case("10,000 activations, one after the other", spread(1_000), 1, 0),
            case("1,000,000 of them", spread(100_000), 1, 0),
        ],
        [
            case("beside no other job", linear(BUILT_IN, 10, 1_000), 1, 0),
            case("beside 1,000 idle jobs", linear(BUILT_IN, 10, 1_000), 1, 1_000),
        ],
        [
            case("100,000 activations of one job", linear(BUILT_IN, 10, 10_000), 1, 0),
            case("of 1,000 jobs in turns", linear(BUILT_IN, 10, 10), 1_000, 0),
        ],
        [
            case("100,000 activations of 10 routines", linear(BUILT_IN, 10, 10_000), 1, 0),
            case("of 1,000 routines", linear(BUILT_IN, 1_000, 100), 1, 0),
        ],
    ];
    println!("{:<44} {:>16} {:>8} {:>16} {:>8}", "nanoseconds a step", "monitoring off", "", "time travel", "");
    for group in groups {
        let mut first = [f64::NAN; 2];
        for (index, case) in group.iter().enumerate() {
            let costs = [Keep::Off, Keep::All].map(|keep| best(|| case.run(keep)));
            if index == 0 {
                first = costs;
            }
            let ratio =
                |way: usize| if index == 0 { String::new() } else { format!("{:.2} x", costs[way] / first[way]) };
            println!("{:<44} {:>16.1} {:>8} {:>16.1} {:>8}", case.name, costs[0], ratio(0), costs[1], ratio(1));
        }
    }
}

impl Case {
    /// Seconds of a processor and steps of one run.
    fn run(&self, keep: Keep) -> (f64, u64) {
        let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
        session.configure(Settings { keep, ..session.settings() });
        let mut flow = self.flow.clone();
        let idle = self.idle > 0;
        if idle {
            // All jobs are started by the same command, so the inputs come by hand, for the first job.
            flow.execution.completion = Completion::Manual;
            flow.inputs.clear();
        }
        session.set_flow(flow);
        prepare(&mut session);
        if session.run(&RunOptions { jobs: self.jobs + self.idle, ..RunOptions::default() }).is_err() {
            println!("{} does not run", self.name);
        }
        if idle {
            let Some(job) = session.runtime().jobs().first().map(|job| job.id.clone()) else { return (f64::NAN, 1) };
            for input in &self.flow.inputs {
                for _ in 0..input.repeat {
                    if session.post(&job, &input.to, input.data.clone()).is_err() {
                        println!("{}: the post is refused", self.name);
                    }
                }
            }
        }
        let (before, started) = (session.head(), processor_seconds());
        session.resume();
        while session.mode() == Mode::Running {
            session.advance(1_000);
        }
        (processor_seconds() - started, session.head() - before)
    }
}

/// Nanoseconds of a step, in the best of some turns.
fn best(mut work: impl FnMut() -> (f64, u64)) -> f64 {
    let mut turn = || {
        let (seconds, steps) = repeated(&mut work);
        seconds * 1e9 / steps as f64
    };
    (0..TURNS).map(|_| turn()).fold(f64::INFINITY, f64::min)
}
