//! The limits of one activation, and where the one that depends on the machine has struck.

use std::collections::BTreeMap;

use crate::flow::value::Value;

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

/// Where the wall-time limit struck: job, activation and attempt, and after how many calls of the host.
/// Everything else in a run is the same every time; this has to be remembered for replays.
pub type Strikes = BTreeMap<(u32, u64, u32), u32>;

/// Whether a value is larger than [`MAX_PAYLOAD_BYTES`] as JSON. Looks no further than it must.
pub fn is_too_large(value: &Value) -> bool {
    let mut left = MAX_PAYLOAD_BYTES;
    !fits(value, &mut left)
}

fn fits(value: &Value, left: &mut usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) => take(left, 4),
        Value::Int(_) | Value::Float(_) => take(left, 8),
        Value::BigInt(digits) => take(left, digits.len()),
        Value::Str(text) => take(left, text.len() + 2),
        Value::List(items) => take(left, 2) && items.iter().all(|item| take(left, 1) && fits(item, left)),
        Value::Map(map) => take(left, 2) && map.iter().all(|(key, item)| take(left, key.len() + 4) && fits(item, left)),
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
