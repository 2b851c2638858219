//! The rest of a logic that sleeps, as bytes.
//!
//! First a byte that tells the format, then a check sum of what follows, then the history of a logic with live shared
//! data, then the interpreter's state. The interpreter trusts its own bytes, so bytes that were changed on
//! their way must not reach it.

use monty::{FunctionCall, RunProgress};

use crate::engine::behaviour::{Failure, Suspended};

use super::history::History;
use super::logic::tracker;

/// The format.
const FORMAT: u8 = 1;

/// How many bytes come before the state.
const HEADER: usize = 9;

/// Writes the state of a script that waits for `call` to return.
pub fn write(mut call: FunctionCall, history: Option<History>) -> Result<Suspended, Failure> {
    // A fresh tracker: how long the script ran so far differs from run to run, and the bytes must not.
    *call.tracker_mut() = tracker();
    let state = minicbor_serde::to_vec(&(history, RunProgress::FunctionCall(call)))
        .map_err(|error| Failure::new("RuntimeError", format!("cannot save the sleeping logic: {error}")))?;
    let mut bytes = Vec::with_capacity(HEADER + state.len());
    bytes.push(FORMAT);
    bytes.extend(checksum(&state).to_le_bytes());
    bytes.extend(state);
    Ok(Suspended(bytes.into()))
}

/// Reads it back.
pub fn read(rest: &Suspended) -> Result<(RunProgress, Option<History>), Failure> {
    let unreadable = || Failure::new("RuntimeError", "the saved state of the sleeping logic cannot be read");
    let bytes = &rest.0;
    let (Some(header), Some(state)) = (bytes.get(..HEADER), bytes.get(HEADER..)) else {
        return Err(unreadable());
    };
    if header[0] != FORMAT || header[1..] != checksum(state).to_le_bytes() {
        return Err(unreadable());
    }
    match minicbor_serde::from_slice(state) {
        Ok((history, progress)) => Ok((progress, history)),
        Err(_) => Err(unreadable()),
    }
}

/// FNV-1a, to notice accidents.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
