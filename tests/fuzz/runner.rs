//! One run: mutate, check, keep what is new, and save what fails.
//!
//! A second thread watches: an input that takes more processor time than [`MOST_TIME`] (other programs may be busy), or
//! a process that grows beyond [`MOST_MEMORY_KIB`], ends the run with the input saved.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::mutate::mutated;
use super::random::Random;
use super::targets::{Target, folder};

/// How long one input may work; what this is to catch takes minutes.
const MOST_TIME: Duration = Duration::from_secs(10);
/// How much the process may hold, in KiB: 2 GiB.
const MOST_MEMORY_KIB: u64 = 2 << 20;
/// So many inputs are kept to mutate further; above that, new ones replace old finds.
const MOST_KEPT: usize = 20_000;

/// The input that is being checked, and the processor time at its start.
type Current = Arc<Mutex<Option<(Duration, Vec<u8>)>>>;

/// Runs a target for a time. Tells whether it held.
pub fn run(target: &'static Target, time: Duration, seed: u64) -> bool {
    let started = Instant::now();
    let current: Current = Arc::default();
    watch(target, current.clone());
    let mut random = Random::new(seed);
    let mut inputs = (target.seeds)();
    let from_tests = inputs.len();
    println!("{}: {from_tests} seeds, seed {seed}, {} s", target.name, time.as_secs());
    if inputs.is_empty() {
        println!("no seeds were found: the target looks in the wrong place");
        return false;
    }
    let mut seen = BTreeSet::new();
    for input in inputs.clone() {
        let Some(traits) = check(target, &input, &current) else { return false };
        seen.extend(traits);
    }
    let (mut count, mut slowest, mut told) = (0u64, Duration::ZERO, Instant::now());
    while started.elapsed() < time {
        let input = random.pick(&inputs);
        let input = mutated(&mut random, input, &inputs, target.words);
        let began = worked();
        let Some(traits) = check(target, &input, &current) else { return false };
        slowest = slowest.max(worked().saturating_sub(began));
        count += 1;
        let before = seen.len();
        seen.extend(traits);
        if seen.len() > before && input.len() < 20_000 {
            if inputs.len() < MOST_KEPT {
                inputs.push(input);
            } else {
                let at = from_tests + random.below(inputs.len() - from_tests);
                inputs[at] = input;
            }
        }
        if told.elapsed() > Duration::from_secs(30) {
            told = Instant::now();
            tell(started, count, &inputs, seen.len(), slowest);
        }
    }
    tell(started, count, &inputs, seen.len(), slowest);
    println!("{}: no panic, no hang, memory bounded", target.name);
    true
}

fn tell(started: Instant, count: u64, inputs: &[Vec<u8>], traits: usize, slowest: Duration) {
    println!(
        "{:>6} s  {count} inputs, {} kept, {traits} traits, slowest {:.0} ms, {} MiB (most {} MiB)",
        started.elapsed().as_secs(),
        inputs.len(),
        slowest.as_secs_f64() * 1e3,
        memory_kib("VmRSS:") >> 10,
        memory_kib("VmHWM:") >> 10,
    );
}

/// The traits of an input; nothing after a panic, whose input is saved.
fn check(target: &Target, input: &[u8], current: &Current) -> Option<BTreeSet<u64>> {
    set(current, Some((worked(), input.to_vec())));
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.check)(input)));
    set(current, None);
    match outcome {
        Ok(traits) => Some(traits.0),
        Err(_) => {
            println!("a panic; the input is {}", save(target, input).display());
            None
        }
    }
}

fn set(current: &Current, value: Option<(Duration, Vec<u8>)>) {
    *current.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

fn watch(target: &'static Target, current: Current) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let memory = memory_kib("VmRSS:");
            let guard = current.lock().unwrap_or_else(PoisonError::into_inner);
            let Some((began, input)) = &*guard else { continue };
            let fault = if worked().saturating_sub(*began) > MOST_TIME {
                format!("an input works for more than {} s", MOST_TIME.as_secs())
            } else if memory > MOST_MEMORY_KIB {
                format!("the process holds {} MiB", memory >> 10)
            } else {
                continue;
            };
            println!("{fault}; the input is {}", save(target, input).display());
            std::process::exit(1);
        }
    });
}

fn save(target: &Target, input: &[u8]) -> PathBuf {
    let folder = folder("regressions", target.name);
    // FNV-1a, so that the same input has the same name.
    let hash = input
        .iter()
        .fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3));
    let path = folder.join(format!("{hash:016x}"));
    if let Err(error) = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, input)) {
        println!("it cannot be saved: {error}");
    }
    path
}

/// A figure of this process in KiB; 0 where the system does not tell.
fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The processor time of this process so far, in hundredths of a second; nothing where the system does not tell.
fn worked() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program comes second, in brackets, and may hold anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
