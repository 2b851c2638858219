//! The envelope of every message: request, response or event.

use serde::{Deserialize, Serialize};

use crate::flow::value::Value;

use super::command::Command;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The client's number of this message; the response repeats it.
    pub seq: u64,
    /// Always `request`.
    #[serde(rename = "type", default = "request_type")]
    pub kind: String,
    /// `command` and `arguments`.
    #[serde(flatten)]
    pub command: Command,
}

fn request_type() -> String {
    "request".into()
}

impl Request {
    /// A request with a number.
    pub fn new(seq: u64, command: Command) -> Self {
        Self { seq, kind: request_type(), command }
    }
}

/// The text of an event whose body is not a tree: nothing is copied on the way. It reads as a [`Message::Event`].
pub fn event_text(seq: u64, event: &str, body: &impl Serialize) -> Option<String> {
    #[derive(Serialize)]
    struct Event<'a, B> {
        #[serde(rename = "type")]
        kind: &'static str,
        seq: u64,
        event: &'a str,
        body: &'a B,
    }
    serde_json::to_string(&Event { kind: "event", seq, event, body }).ok()
}

/// The text of a response: what was asked for, or why not. It reads as a [`Message::Response`].
pub fn response_text(
    seq: u64,
    request_seq: u64,
    command: &str,
    answer: &Result<impl Serialize, String>,
) -> Option<String> {
    #[derive(Serialize)]
    struct Response<'a, B> {
        #[serde(rename = "type")]
        kind: &'static str,
        seq: u64,
        request_seq: u64,
        command: &'a str,
        success: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<&'a str>,
        /// Null for a failure.
        body: Option<&'a B>,
    }
    let (message, body) = match answer {
        Ok(body) => (None, Some(body)),
        Err(message) => (Some(message.as_str()), None),
    };
    let success = message.is_none();
    serde_json::to_string(&Response { kind: "response", seq, request_seq, command, success, message, body }).ok()
}

/// What an engine sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Message {
    /// The answer to one request.
    Response {
        /// The engine's number of this message.
        seq: u64,
        /// The request's `seq`.
        request_seq: u64,
        /// The request's command.
        command: String,
        /// Whether it worked.
        success: bool,
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// The result, or details of the failure.
        #[serde(default)]
        body: Value,
    },
    /// Something happened.
    Event {
        /// The engine's number of this message.
        seq: u64,
        /// Which event: see [`super::report`].
        event: String,
        /// Its details.
        #[serde(default)]
        body: Value,
    },
}
