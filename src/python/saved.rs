//! The rest of a logic that sleeps, as bytes.
//!
//! First a byte that tells the format, then a check sum of what follows, then the history of a logic with live shared
//! data, then the interpreter's state. The interpreter trusts its own bytes, so bytes that were changed on
//! their way must not reach it.

use monty::{FunctionCall, RunProgress};

use crate::engine::behaviour::{Failure, Suspended};
use crate::engine::save::checksum;

use super::budget::tracker;
use super::history::History;

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

/// The interpreter's state in them, undamaged.
///
/// # Errors
/// What is wrong with them.
pub fn check(rest: &Suspended) -> Result<&[u8], Failure> {
    let (Some(header), Some(state)) = (rest.0.get(..HEADER), rest.0.get(HEADER..)) else {
        return Err(unreadable("it is too short"));
    };
    if header[0] != FORMAT {
        return Err(unreadable("another version of the Python engine wrote it"));
    }
    if header[1..] != checksum(state).to_le_bytes() {
        return Err(unreadable("it is damaged"));
    }
    Ok(state)
}

/// Reads it back.
pub fn read(rest: &Suspended) -> Result<(RunProgress, Option<History>), Failure> {
    let (history, progress) =
        minicbor_serde::from_slice(check(rest)?).map_err(|error| unreadable(&error.to_string()))?;
    Ok((progress, history))
}

fn unreadable(why: &str) -> Failure {
    Failure::new("RuntimeError", format!("the saved state of the sleeping logic cannot be read: {why}"))
}
