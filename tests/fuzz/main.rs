//! Mutated inputs against everything that reads text from outside: no panic, no hang, no unbounded memory.
//!
//! ```text
//! cargo run --release --example fuzz -- TARGET [SECONDS] [SEED]
//! ```
//!
//! `TARGET` is one of [`targets::TARGETS`]. A run starts from the target's seeds, mutates them, and keeps what showed
//! something new as further seeds. An input that fails is written to `tests/fuzz/regressions/TARGET/`, where the
//! ordinary tests (`tests/it/fuzz.rs`) try it again for ever; commit it with the fix.
//!
//! A new target is one file in `targets/` and one line in [`targets::TARGETS`].

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal that measures time"
)]

mod mutate;
mod random;
mod runner;
mod targets;
mod tree;

use std::process::ExitCode;
use std::time::Duration;

/// It counts, so that a logic that allocates for ever ends in an error.
#[global_allocator]
static ALLOCATOR: flow_playground::python::CountingAllocator = flow_playground::python::CountingAllocator;

/// Python may call itself 1,000 times deep, which takes more than a main thread's usual stack.
const STACK_BYTES: usize = 512 << 20;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let target = words.first().and_then(|name| targets::TARGETS.iter().find(|target| target.name == *name));
    let seconds = words.get(1).map_or(Some(60), |text| text.parse().ok());
    let seed = words.get(2).map_or(Some(1), |text| text.parse().ok());
    let (Some(target), Some(seconds), Some(seed)) = (target, seconds, seed) else {
        eprintln!("usage: fuzz TARGET [SECONDS, default 60] [SEED, default 1]\n\ntargets:");
        for target in targets::TARGETS {
            eprintln!("  {:<12} {}", target.name, target.about);
        }
        return ExitCode::from(2);
    };
    let work = move || runner::run(target, Duration::from_secs(seconds), seed);
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
