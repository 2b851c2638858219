//! What a response says: the JSON text of a report, which is written once.

use serde::Serialize;
use serde_json::value::RawValue;

/// What a command comes to: the body of its response, or why it failed.
pub type Answer = Result<Box<RawValue>, String>;

/// A report, or a value, as an answer.
pub fn told(report: &impl Serialize) -> Answer {
    // Reports are plain data, which always become JSON.
    serde_json::value::to_raw_value(report).map_err(|err| err.to_string())
}

/// The answer of a command that has nothing to say.
pub fn done() -> Answer {
    told(&())
}
