//! What a response says: a tree, or the text that it becomes.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::flow::document;
use crate::flow::value::Value;

/// What a command comes to: the body of its response, or why it failed.
pub type Answer = Result<Body, String>;

/// The body of a response.
pub enum Body {
    /// As a tree.
    Tree(Value),
    /// As the JSON text that it becomes: what is large is written once.
    Text(Box<RawValue>),
}

impl From<Value> for Body {
    fn from(tree: Value) -> Self {
        Self::Tree(tree)
    }
}

/// A report as an answer.
pub fn told<T: Serialize>(report: &T) -> Answer {
    // Reports are plain data, which always become JSON.
    serde_json::value::to_raw_value(report).map(Body::Text).map_err(|err| err.to_string())
}

/// A body as a tree.
pub fn tree<T: Serialize>(body: &T) -> Value {
    // Bodies are plain data: what cannot become JSON is a fault of ours that a test would show.
    serde_json::to_string(body).ok().and_then(|text| document::parse_value(&text).ok()).unwrap_or_default()
}
