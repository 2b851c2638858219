//! The limits of one activation, and where those that depend on the machine have struck.

use std::collections::BTreeMap;

use crate::flow::value::Value;

use super::behaviour::Failure;

/// Most bytes of one payload, as JSON.
pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

/// Most emissions of one activation.
pub const MAX_EMISSIONS: u32 = 10_000;

/// Validation tells it already; flows that nobody validated are refused by it too.
pub use crate::flow::validate::MAX_INPUT_POSTS;

/// Most jobs that one command starts.
pub const MAX_JOBS: u32 = 100_000;

/// Most virtual workers: each has a record, and more would only fill the memory.
pub const MAX_WORKERS: u32 = 100_000;

/// Most levels of lists and maps inside one another in a payload: what reads, writes, compares and frees a value calls
/// itself once a level, and the stack of a Web Worker is small. JSON parsers stop not far above.
pub const MAX_DEPTH: usize = 100;

/// Where a limit struck that depends on the machine, of time or of memory: job, activation and attempt, and after how
/// many calls of the host. Everything else in a run is the same every time; this has to be remembered for replays.
/// The number of calls has [`MEMORY`] added where it was the memory.
pub type Strikes = BTreeMap<(u32, u64, u32), u32>;

/// Added to the number of calls where the memory ran out.
const MEMORY: u32 = 1 << 31;

/// How to remember the failure of a limit.
pub fn strike(failure: &Failure, turns: u32) -> u32 {
    if &*failure.error_type == "MemoryError" { turns | MEMORY } else { turns }
}

/// The failure of a remembered limit, if it struck after this many calls: the last of them is not taken again.
pub fn struck(strike: u32, turns: u32) -> Option<Failure> {
    let failure = || if strike & MEMORY == 0 { wall_time_failure() } else { memory_failure() };
    (strike & !MEMORY == turns).then(failure)
}

/// What the wall-time limit raises, in the first run and in every replay.
pub fn wall_time_failure() -> Failure {
    limit_failure("TimeoutError", "more than 2 s of wall time: does it loop for ever?", &["OSError"])
}

/// What the memory limit raises, in the first run and in every replay.
pub fn memory_failure() -> Failure {
    limit_failure("MemoryError", "more than 256 MiB of memory: does it collect for ever?", &[])
}

fn limit_failure(error_type: &str, message: &str, bases: &[&str]) -> Failure {
    let mut failure = Failure::new(error_type, message);
    failure.bases.splice(0..0, bases.iter().map(|base| (*base).into()));
    failure.traceback = format!("{error_type}: {message}").into();
    failure.timed_out = true;
    failure
}

/// Why a value cannot be a payload: its size as JSON, or its depth. Looks no further than it must.
pub fn refusal(value: &Value) -> Option<&'static str> {
    if fits(value, &mut { MAX_PAYLOAD_BYTES }, MAX_DEPTH) {
        return None;
    }
    // Told apart only now, so that all others are looked at once.
    let shallow = is_shallow(value, &mut { MAX_PAYLOAD_BYTES }, MAX_DEPTH);
    Some(if shallow { "larger than 1 MiB" } else { "nested deeper than 100 lists and maps" })
}

/// Whether nothing that is looked at lies deeper.
fn is_shallow(value: &Value, left: &mut usize, depth: usize) -> bool {
    match value {
        Value::List(_) | Value::Map(_) if depth == 0 => false,
        Value::List(items) => items.iter().all(|item| !take(left, 1) || is_shallow(item, left, depth - 1)),
        Value::Map(map) => map.values().all(|item| !take(left, 4) || is_shallow(item, left, depth - 1)),
        _ => true,
    }
}

fn fits(value: &Value, left: &mut usize, depth: usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) => take(left, 4),
        Value::Int(_) | Value::Float(_) => take(left, 8),
        Value::BigInt(digits) => take(left, digits.len()),
        Value::Str(text) => take(left, text.len() + 2),
        Value::List(_) | Value::Map(_) if depth == 0 => false,
        Value::List(items) => take(left, 2) && items.iter().all(|item| take(left, 1) && fits(item, left, depth - 1)),
        Value::Map(map) => {
            take(left, 2) && map.iter().all(|(key, item)| take(left, key.len() + 4) && fits(item, left, depth - 1))
        }
    }
}

fn take(left: &mut usize, bytes: usize) -> bool {
    match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    }
}
