//! The limits of one activation, and where those that depend on the machine have struck.

use std::collections::BTreeMap;

use crate::flow::json::{write_compact, write_text};
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

pub use crate::flow::model::MAX_WORKERS;

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

/// Why a value cannot be a payload: its size as compact JSON, or its depth. Looks no further than it must.
pub fn refusal(value: &Value) -> Option<&'static str> {
    // Nearly all payloads are far smaller, so what is cheap to tell comes first.
    if surely_fits(value, &mut { MAX_PAYLOAD_BYTES }, MAX_DEPTH) {
        return None;
    }
    measure(value, &mut { MAX_PAYLOAD_BYTES }, MAX_DEPTH, &mut String::new()).err()
}

/// Whether a value is shallow enough, and small enough even if each part of it takes the most bytes that it could.
fn surely_fits(value: &Value, left: &mut usize, depth: usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) => take(left, 5),
        Value::Int(_) | Value::Float(_) => take(left, 25),
        Value::BigInt(digits) => take(left, digits.len()),
        Value::Str(text) => take(left, text.len() * 6 + 2),
        Value::List(_) | Value::Map(_) if depth == 0 => false,
        Value::List(items) => {
            take(left, 2) && items.iter().all(|item| take(left, 1) && surely_fits(item, left, depth - 1))
        }
        Value::Map(map) => {
            take(left, 2)
                && map.iter().all(|(key, item)| take(left, key.len() * 6 + 4) && surely_fits(item, left, depth - 1))
        }
    }
}

/// Takes from what is left as many bytes as a value has as compact JSON.
fn measure(value: &Value, left: &mut usize, depth: usize, scratch: &mut String) -> Result<(), &'static str> {
    let need = |left: &mut usize, bytes| if take(left, bytes) { Ok(()) } else { Err("larger than 1 MiB") };
    match value {
        Value::List(_) | Value::Map(_) if depth == 0 => Err("nested deeper than 100 lists and maps"),
        Value::List(items) => {
            need(left, items.len().saturating_sub(1) + 2)?;
            items.iter().try_for_each(|item| measure(item, left, depth - 1, scratch))
        }
        Value::Map(map) => {
            need(left, map.len().saturating_sub(1) + 2)?;
            for (key, item) in map.iter() {
                scratch.clear();
                write_text(key, scratch);
                need(left, scratch.len() + 1)?;
                measure(item, left, depth - 1, scratch)?;
            }
            Ok(())
        }
        // A text takes at least its own bytes: no need to write a huge one.
        Value::Str(text) if text.len() + 2 > *left => Err("larger than 1 MiB"),
        scalar => {
            scratch.clear();
            write_compact(scalar, scratch);
            need(left, scratch.len())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_measured_as_json() {
        let text = |bytes: usize| Value::Str("a".repeat(bytes).into());
        assert_eq!(refusal(&text(MAX_PAYLOAD_BYTES - 2)), None);
        assert_eq!(refusal(&text(MAX_PAYLOAD_BYTES - 1)), Some("larger than 1 MiB"));
        let numbers = |count: usize| Value::List(vec![Value::Int(0); count].into());
        assert_eq!(refusal(&numbers(MAX_PAYLOAD_BYTES / 2 - 1)), None);
        assert_eq!(refusal(&numbers(MAX_PAYLOAD_BYTES / 2)), Some("larger than 1 MiB"));
        assert_eq!(refusal(&Value::Str("\n".repeat(600_000).into())), Some("larger than 1 MiB"));
        let nested = |levels| (0..levels).fold(Value::Null, |inner, _| Value::List(vec![inner].into()));
        assert_eq!(refusal(&nested(MAX_DEPTH)), None);
        assert_eq!(refusal(&nested(MAX_DEPTH + 1)), Some("nested deeper than 100 lists and maps"));
    }
}
