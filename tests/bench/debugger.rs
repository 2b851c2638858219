//! What the debugger costs: the memory of a run of a million records, and jumps in it. What recording costs is a part of
//! the engine's benchmark.
//!
//! `cargo run --release --example bench_debugger`; without Python also with `--no-default-features --features yaml`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures and prints")]

use std::rc::Rc;
use std::time::Instant;

use flow_playground::debugger::causes;
use flow_playground::debugger::session::{Mode, RunOptions, Session, Stop};
use flow_playground::flow::model::{Breakpoint, BreakpointPlace, Flow, PortRef};
use flow_playground::routines::{self, StandardLibrary};

use flows::{BUILT_IN, linear};

#[allow(dead_code, reason = "each benchmark uses a part of it")]
mod flows;

fn main() {
    for (name, every) in [("all posts at once", 0.0), ("a post each millisecond", 0.001)] {
        let mut flow = linear(BUILT_IN, 10, 25_500);
        flow.inputs[0].every = every;
        jumps(name, &flow);
    }
}

fn run(flow: &Flow) -> Session {
    let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    session.set_flow(flow.clone());
    if session.run(&RunOptions::default()).is_err() {
        println!("the flow does not run");
    }
    while session.mode() == Mode::Running {
        session.advance(10_000);
    }
    session
}

fn time(work: &mut impl FnMut()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_secs_f64() * 1e3
}

fn jumps(name: &str, flow: &Flow) {
    let before = resident_megabytes();
    let mut session = run(flow);
    let (first, total) = session.history().records().range();
    let usage = session.history().usage();
    println!(
        "{name}: {} of {total} records kept, {} steps; history {:.0} MB by its own count ({:.0} records, {:.0} \
         checkpoints), resident {:.0} MB more",
        total - first,
        session.head(),
        usage.total() as f64 / 1e6,
        usage.records as f64 / 1e6,
        usage.checkpoints as f64 / 1e6,
        resident_megabytes() - before
    );
    let head = session.head();
    report(
        "  step back from the end",
        (0..20).map(|_| {
            session.show(head, Stop::Step);
            time(&mut || {
                session.step_back();
            })
        }),
    );
    let mut random = 1_u64;
    report(
        "  jump to any record",
        (0..200).map(|_| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let seq = first + (random >> 33) % (total - first);
            time(&mut || {
                session.seek(seq, false);
            })
        }),
    );
    let place = BreakpointPlace::Slot(PortRef::new("r9", "input"));
    session.set_breakpoints(vec![Breakpoint::new(place.clone())]);
    session.show(head, Stop::Step);
    report(
        "  reverse continue",
        (0..20).map(|_| {
            time(&mut || {
                session.reverse_continue();
            })
        }),
    );
    session.set_breakpoints(Vec::new());
    session.show(head, Stop::Step);
    report(
        "  preview of a breakpoint",
        (0..1).map(|_| {
            time(&mut || {
                session.preview(Breakpoint::new(place.clone()), 100);
            })
        }),
    );
    report(
        "  index of all places",
        (0..1).map(|_| {
            time(&mut || {
                session.index();
            })
        }),
    );
    report(
        "  descendants of a post",
        (0..5).map(|_| {
            time(&mut || {
                causes::descendants(session.history().records(), first + 20, 1000);
            })
        }),
    );
    report(
        "  who changed the shared data",
        (0..1).map(|_| {
            time(&mut || {
                session.last_change(0, None, None, None);
            })
        }),
    );
}

fn report(what: &str, times: impl Iterator<Item = f64>) {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    let (Some(most), count) = (times.last(), times.len()) else { return };
    println!("{what:<34} {:.1} ms in the middle, {most:.1} ms at most, of {count}", times[count / 2]);
}

/// Memory of this process, in megabytes; 0 where the system does not say.
fn resident_megabytes() -> f64 {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0.0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1e3
}
