//! A long run with recording bounded by a budget: memory must stay flat.
//!
//! ```text
//! cargo run --release --example soak -- [STEPS, default 10000000] [BUDGET in MB, default 200]
//! ```
//!
//! Prints the process's memory, what the history says it takes, and the steps a second, at every twentieth of the run; ends
//! with 1 if the memory grows in the second half, or if a moment that is shown is not the one that was.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program for a terminal that measures time")]

use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use flow_playground::debugger::session::{Session, Stop};
use flow_playground::debugger::settings::Settings;
use flow_playground::engine::guard::Guard;
use flow_playground::engine::save;
use flow_playground::flow::document::{self, Format};
use flow_playground::flow::json::value_to_json;
use flow_playground::routines::{self, StandardLibrary};

/// Messages that go round for ever, queues that fill and drain, timers, and payloads that are made anew each time.
const FLOW: &str = r#"
execution: { timeout: 1000000000, thread_pool_size: 2 }
routines:
  clock: { class: Delay, config: { seconds: 0.5 } }
  one: { class: Merge }
  two: { class: Merge }
  three: { class: Mapper, config: { mappings: { sensor: name, reading: value } } }
  four: { class: Merge }
  numbers: { class: Counter }
  batch: { class: Batcher, config: { batch_size: 20, batch_timeout: 5 } }
  end: { class: Sink }
connections:
  - { from: clock.output, to: one.input }
  - { from: clock.output, to: clock.input }
  - { from: one.output, to: two.input }
  - { from: one.output, to: three.input }
  - { from: two.output, to: four.input }
  - { from: two.output, to: numbers.input }
  - { from: three.output, to: four.input }
  - { from: four.output, to: batch.input }
  - { from: four.output, to: end.input }
  - { from: batch.batch, to: end.input }
inputs:
  - { to: clock.input, data: { name: "sensor", value: 20.5, tags: [a, b] }, repeat: 3, every: 0.01 }
"#;

fn main() -> ExitCode {
    let words: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let steps = words.first().copied().unwrap_or(10_000_000);
    let budget = words.get(1).copied().unwrap_or(200) as usize * 1_000_000;
    let Ok(flow) = document::read_text(FLOW, Format::Yaml).into_flow() else { return ExitCode::FAILURE };
    let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    session.set_flow(flow);
    let guard = Guard { instant_steps: u64::MAX >> 1, steps: u64::MAX >> 1 };
    session.configure(Settings { history_bytes: budget, guard, ..Settings::default() });
    if let Err(problems) = session.run(&Default::default()) {
        println!("the flow does not run: {problems:?}");
        return ExitCode::FAILURE;
    }
    println!(
        "{:>10} {:>9} {:>10} {:>12} {:>9} {:>10} {:>12}",
        "steps", "RSS MB", "history MB", "records kept", "states MB", "steps/s", "virtual s"
    );
    let mut memory = Vec::new();
    let mut moments = Vec::new();
    for part in 1..=20 {
        let (goal, before, started) = (steps * part / 20, session.runtime().steps(), Instant::now());
        while session.runtime().steps() < goal {
            let left = goal - session.runtime().steps();
            if session.advance(left.min(10_000)) == 0 {
                println!("the run is held: {:?}", session.stop());
                return ExitCode::FAILURE;
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        let (first, next) = session.history().records().range();
        let usage = session.history().usage();
        let resident = resident_kib();
        memory.push(resident);
        moments.push((goal, save_text(&session)));
        println!(
            "{goal:>10} {:>9.1} {:>10.1} {:>12} {:>9.1} {:>10.0} {:>12.0}",
            resident as f64 / 1e3,
            usage.total() as f64 / 1e6,
            next - first,
            usage.checkpoints as f64 / 1e6,
            (goal - before) as f64 / seconds,
            session.runtime().now_us() as f64 / 1e6
        );
        if usage.total() > budget {
            println!("the history takes more than its budget: {usage:?}");
            return ExitCode::FAILURE;
        }
    }
    session.pause();
    for (goal, expected) in moments.into_iter().rev().step_by(5) {
        let started = Instant::now();
        session.show(goal, Stop::Step);
        let milliseconds = started.elapsed().as_secs_f64() * 1e3;
        let exact = save_text(&session) == expected;
        println!("shown after {goal} steps in {milliseconds:.1} ms: {}", if exact { "exact" } else { "WRONG" });
        if !exact {
            return ExitCode::FAILURE;
        }
    }
    let started = Instant::now();
    session.show(steps, Stop::Step);
    session.step_back();
    println!("to the end and one step back in {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    let (half, end) = (memory[9], memory[19]);
    println!("memory at half and at the end: {:.1} MB and {:.1} MB", half as f64 / 1e3, end as f64 / 1e3);
    // A tenth is room for the allocator; a leak of one byte a step would show.
    if end > half + half / 10 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Everything that decides the future, as text.
fn save_text(session: &Session) -> String {
    value_to_json(&save::state(session.runtime()))
}

/// Memory of this process in KiB; 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
