//! What a routine keeps while it sleeps: a value as JSON, so that it can be saved with the job.

use std::sync::Arc;

use crate::engine::behaviour::{Failure, Suspended};
use crate::flow::document;
use crate::flow::json::value_to_json;
use crate::flow::value::Value;

/// A value as what is left of an activation.
pub fn save(value: &Value) -> Suspended {
    Suspended(Arc::from(value_to_json(value).into_bytes()))
}

/// The value again.
///
/// # Errors
/// The bytes are not those that [`save`] made, or its lists and maps are nested deeper than a payload may be.
pub fn load(rest: &Suspended) -> Result<Value, Failure> {
    let text = std::str::from_utf8(&rest.0).map_err(|err| Failure::new("ValueError", err.to_string()))?;
    document::parse_value(text).map_err(|problem| Failure::new("ValueError", problem.message))
}
