//! Arguments and bodies of what looks into a run: values, watches, causes, breakpoints before they are set.

use serde::{Deserialize, Serialize};

use crate::flow::value::Value;

/// A value somewhere in the run; exactly one of the fields is given, with those it needs beside it.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueRef {
    /// The field of a record that holds a value (`data`, `slot_data`, `policy_message`, `unconsumed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Which field of the record; `data`, or else `slot_data`, if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// The job of what follows; the newest if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// The shared data of the job.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub shared_data: bool,
    /// The state of this routine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Items that wait in this slot (`routine.slot`), as a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The payload of the pending event at this position, as it will arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<usize>,
    /// The payload of the step that is next.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub next: bool,
    /// The value of an expression where the run is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// With `seq`, and instead of a field of it: what this watched expression was from that record of its history on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch: Option<Box<Watch>>,
    /// A variable of the line that is shown (see `lines`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
}

/// Arguments of `children`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Children {
    /// Which value.
    pub of: ValueRef,
    /// The way into it: the positions of entries, not their keys, from the outside in.
    pub path: Vec<usize>,
    /// The first child.
    pub start: usize,
    /// How many; 100 if 0, at most 1,000.
    pub count: usize,
}

/// Body of `children`: one part of a value, with a page of its own parts.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Its key or index in the part around it; empty for the whole value.
    pub label: String,
    /// In JSON's words: `null`, `a boolean`, `an integer`, `a number`, `text`, `a list` or `a map`.
    pub kind: String,
    /// Entries of a list or a map, characters of a text.
    pub size: usize,
    /// About how many bytes it is as JSON.
    pub bytes: usize,
    /// The value in short.
    pub text: String,
    /// The value itself, if it is small.
    pub value: Option<Value>,
    /// How to reach it in Python, after the name of the whole: `['items'][3]`.
    pub access: String,
    /// The page of its entries; those have none of their own.
    pub children: Vec<Part>,
}

/// Arguments of `copyValue`. Body: `{text}`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CopyValue {
    /// Which value.
    pub of: ValueRef,
    /// The way into it.
    pub path: Vec<usize>,
    /// `json` (the default) or `python`.
    pub format: String,
}

/// Arguments of `searchValue`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchValue {
    /// Which value.
    pub of: ValueRef,
    /// A text that keys or values hold, whatever the case.
    pub text: String,
    /// At most this many; 100 if 0, at most 1,000.
    pub limit: usize,
}

/// Body of `searchValue`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    /// How many parts hold it in all.
    pub total: usize,
    /// The first of them: the way into the value, and the part.
    pub found: Vec<(Vec<usize>, Part)>,
}

/// Arguments of `valueAt`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ValueAt {
    /// Connections and ports, each in the form of a document's breakpoint.
    pub places: Vec<Value>,
    /// Only of this job; of all if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// Up to this record; up to the moment that is shown if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// How many points of the numeric series; none if 0, at most 1,000.
    pub points: usize,
    /// The payload's key that holds the number; the first that does if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
}

/// What a connection or a port has carried up to a moment. Body of `valueAt`: `{values: [Carried]}` in the places' order.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Carried {
    /// How many values up to the moment, of those that are kept.
    pub count: u64,
    /// The record of the last one.
    pub seq: Option<u64>,
    /// When, in virtual microseconds.
    pub t: Option<u64>,
    /// The last one; cut short if it is large: `children` with `{seq}` has it all.
    pub last: Option<Part>,
    /// The key of the numbers; empty if the payload itself is one.
    pub key: Option<String>,
    /// The newest numbers, oldest first: record, virtual microseconds, number.
    pub series: Vec<(u64, u64, f64)>,
    /// What is wrong with the place.
    pub message: Option<String>,
}

/// Arguments of `previewBreakpoint`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PreviewBreakpoint {
    /// The breakpoint, in the document's form.
    pub breakpoint: Value,
    /// At most this many records; 100 if 0, at most 10,000.
    pub limit: usize,
}

/// Body of `previewBreakpoint`: where it would have stopped (or logged) in what is kept of the run.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BreakpointPreview {
    /// Whether its expressions compile and its place is there.
    pub valid: bool,
    /// Why not, or the last error of its condition.
    pub message: Option<String>,
    /// How often its place came by.
    pub events: u64,
    /// How often it would have stopped.
    pub stops: u64,
    /// How often its condition raised.
    pub errors: u64,
    /// The first places where it would have stopped: `seek` with `before` goes there.
    pub seqs: Vec<u64>,
    /// Whether the oldest part of the run is not kept, so that nobody can tell.
    pub cut: bool,
}

/// Arguments of `payloadKeys`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PayloadKeys {
    /// A place, in the form of a document's breakpoint.
    pub place: Value,
    /// A prefix of their paths; all if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub prefix: String,
}

/// One key that was seen. Body of `payloadKeys`: `{keys: [SeenKey], names: [text], payloads: [value]}`: what completes an
/// expression there, the debugger's own names, and the newest payloads (at most 5 small ones) to begin a form with.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenKey {
    /// Its path, `customer.name`.
    pub path: String,
    /// What kinds of values it had, in JSON's words.
    pub kinds: Vec<String>,
    /// In how many of the payloads that were looked at.
    pub count: u64,
    /// A value it had, in short.
    pub example: String,
}

/// Arguments of `watch`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Watch {
    /// Python over the names of a condition (with a place), or over `shared_data`, `state` (routine id -> its state),
    /// `job_state` and `t` (without one).
    pub expression: String,
    /// With a place: its value for each item there, in the form of a document's breakpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Value>,
    /// The job; all with a place, the newest without one, if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// From this record on.
    pub from: u64,
    /// At most this many changes; 1,000 if 0, at most 10,000.
    pub limit: usize,
}

/// Body of `watch`: every value the expression has had, one point for each change.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchHistory {
    /// Whether it compiles.
    pub valid: bool,
    /// Why not, or the last error.
    pub message: Option<String>,
    /// How often it was evaluated.
    pub evaluated: u64,
    /// How often it raised.
    pub errors: u64,
    /// The changes, oldest first.
    pub points: Vec<WatchPoint>,
    /// Where to go on, if there is more.
    pub next: Option<u64>,
}

/// A new value of a watched expression.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchPoint {
    /// The record from which on it has the value.
    pub seq: u64,
    /// Virtual microseconds.
    pub t: u64,
    /// The job.
    pub job: String,
    /// The value in short.
    pub part: Part,
}

/// Arguments of `lastChange`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LastChange {
    /// The job; the newest if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// The routine whose state; the shared data if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routine: Option<String>,
    /// The entry; any if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Before the step that made this record; before the moment that is shown if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// Body of `lastChange`; null if nothing changed it in what is kept.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Changed {
    /// The first record of the step that changed it: `seek` with `before` shows the value before.
    pub seq: u64,
    /// Virtual microseconds.
    pub t: u64,
    /// The routine whose logic did it; none if it was changed by hand.
    pub routine: Option<String>,
    /// Its activation.
    pub activation: Option<u64>,
    /// The entry before, in short; none if there was none.
    pub before: Option<Part>,
    /// The entry after, in short; none if there is none.
    pub after: Option<Part>,
    /// In words.
    pub text: String,
}

/// Arguments of `ancestry` and `descendants`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Related {
    /// The record.
    pub seq: u64,
    /// At most this many; 1,000 if 0, at most 10,000.
    pub limit: usize,
}

/// Body of `ancestry` (the nearest first) and `descendants` (the oldest first).
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Relatives {
    /// How many there are in all.
    pub total: u64,
    /// Their records, with the `seq` of the one that led to each: a tree.
    pub records: Vec<super::timeline::Row>,
    /// Routines that they touch.
    pub routines: Vec<String>,
    /// Connections that they went by: indexes in the running document.
    pub connections: Vec<usize>,
}

/// Arguments of `why`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Why {
    /// The routine.
    pub routine: String,
    /// The job; the newest if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
}

/// Body of `why`: why a routine ran last, and why it does not run now.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Explanation {
    /// Why it ran the last time, in words; empty if it never did.
    pub ran: String,
    /// The record of that start.
    pub ran_seq: Option<u64>,
    /// Why it does not run now, the most telling reason first.
    pub reasons: Vec<Reason>,
}

/// One reason why a routine does not run.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reason {
    /// A stable name: `no-run`, `no-policy`, `job-finished`, `job-paused`, `held`, `upcoming`, `working`, `no-worker`,
    /// `retrying`, `empty-slot`, `too-few`, `interval`, `check-false`, `check-raises`, `missing-key`, `not-connected`,
    /// `source-silent`, `in-flight`, `overflow`, `waits`.
    pub code: String,
    /// In words, with what to do.
    pub text: String,
    /// The routine it is about.
    pub routine: String,
    /// The slot it is about.
    pub slot: Option<String>,
    /// A record that shows it.
    pub seq: Option<u64>,
}
