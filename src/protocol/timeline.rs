//! Arguments and bodies of the views of a whole record: rows (table and sequence), lanes, jobs.
//!
//! All of them are read in pages, so that a run of a million records is as quick to look at as a short one.

use serde::{Deserialize, Serialize};

/// Which records. What is empty lets all pass.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Of these types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Of these routines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routines: Vec<String>,
    /// Of these jobs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// Not of these jobs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<String>,
    /// By these connections: indexes in the running document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<usize>,
    /// With this text in what they say, whatever the case.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// For which this Python expression is true: over the record's fields (`type`, `job`, `routine`, `data`, `t`, …), and
    /// `record`. An expression that raises is false.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expression: String,
}

/// Arguments of `rows`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rows {
    /// Which records.
    pub filter: Filter,
    /// The first row, counted in what passes the filter.
    pub start: usize,
    /// How many; 100 if 0, at most 1,000.
    pub count: usize,
    /// In place of `start`: so that the row of this record, or the next after it, is in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub around: Option<u64>,
}

/// Body of `rows`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RowPage {
    /// Rows that pass the filter, of what was looked at.
    pub total: usize,
    /// The first of `rows`, counted in what passes.
    pub start: usize,
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether all records were looked at; else ask again, each time more of them are.
    pub complete: bool,
    /// Records that were looked at.
    pub scanned: u64,
    /// What is wrong with the expression.
    pub message: Option<String>,
}

/// One record in short. In the sequence view a row with `from` is an arrow.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Its number.
    pub seq: u64,
    /// Virtual microseconds.
    pub t: u64,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// The record that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<u64>,
    /// The routine it happened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routine: Option<String>,
    /// The slot or event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// Where a delivery comes from, as `routine.event`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The connection's index in the running document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<usize>,
    /// The activation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activation: Option<u64>,
    /// What it says, in short.
    pub text: String,
    /// What was done by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervention: Option<String>,
}

/// Arguments of `lanes`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lanes {
    /// Only activations of these routines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routines: Vec<String>,
    /// Only of these jobs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// Not of these jobs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<String>,
    /// From here on: virtual microseconds, or records with `by_seq`.
    pub from: u64,
    /// Up to here; to the end if 0.
    pub until: u64,
    /// Whether the axis is the order of records in place of virtual time (in which built-in routines take none).
    pub by_seq: bool,
    /// At most this many spans; 1,000 if 0, at most 5,000. Beyond that `density` tells.
    pub limit: usize,
}

/// Body of `lanes`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LanePage {
    /// The whole run: virtual microseconds, records.
    pub end: (u64, u64),
    /// Activations in the range.
    pub total: usize,
    /// They, by their start, unless there are more than `limit`.
    pub spans: Vec<Span>,
    /// If there are more: for each routine and job the activations in each of [`LANE_BUCKETS`] equal parts of the range.
    pub density: Vec<Density>,
}

/// Into how many parts a range is cut that is too full to show each activation.
pub const LANE_BUCKETS: usize = 200;

/// One attempt of one activation.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Span {
    /// The routine.
    pub routine: String,
    /// The job.
    pub job: String,
    /// The activation.
    pub activation: u64,
    /// 1 for the first.
    pub attempt: u32,
    /// When it was ready, in virtual microseconds; before `start` it waited for a worker.
    pub ready: u64,
    /// When it started.
    pub start: u64,
    /// When it ended, if it did.
    pub end: Option<u64>,
    /// Its worker, if it took time.
    pub worker: Option<u32>,
    /// How it ended: `completed`, `failed`, `error_continued`, `skipped`, `retrying`; `running` if it did not.
    pub status: String,
    /// The records of its start and its end.
    pub seqs: (u64, Option<u64>),
}

/// How full the parts of a range are.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Density {
    /// The routine.
    pub routine: String,
    /// The job.
    pub job: String,
    /// Activations that start in each part.
    pub counts: Vec<u32>,
}

/// One job in short. Body of `jobs`: `{jobs: [JobSummary]}`, in the order of their creation.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobSummary {
    /// Its id.
    pub id: String,
    /// Its number, from 1: colour and shape are made of it.
    pub number: u32,
    /// Its flow's id.
    pub flow: String,
    /// Its status.
    pub status: String,
    /// When it was started, in virtual microseconds.
    pub started: u64,
    /// Steps taken.
    pub steps: u64,
    /// Activations.
    pub activations: u64,
    /// Pending events.
    pub tasks: usize,
    /// Timers.
    pub timers: usize,
    /// Items that wait in slots.
    pub unconsumed: usize,
    /// Why it failed, `Type: message`.
    pub error: Option<String>,
    /// Whether it takes the next step.
    pub next: bool,
}

/// Arguments of `setJobFilter`: which jobs updates (counts, statuses, deliveries, records) tell of. Nothing else changes.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobFilter {
    /// Only these; all if empty.
    pub solo: Vec<String>,
    /// Not these.
    pub muted: Vec<String>,
}
