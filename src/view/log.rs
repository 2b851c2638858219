//! The log: records of the trace as rows of text, filtered, and only as many as are on the screen.

use std::collections::VecDeque;

use super::format;
use crate::flow::value::Value;

/// How many records the log keeps: the newest.
pub const LOG_CAPACITY: usize = 10_000;
/// How long a payload's text in a row is at most.
const DATA_CHARS: usize = 80;

/// One record, as a row.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// For `[data-seq]`.
    pub seq: u64,
    /// Virtual microseconds.
    pub t: u64,
    /// The job's id; empty for system records.
    pub job: String,
    /// The record's type.
    pub kind: String,
    /// The routine; empty if it has none.
    pub routine: String,
    /// What happened, in one line.
    pub text: String,
    /// How much it matters.
    pub tone: Tone,
    /// The `seq` that led to it.
    pub cause: Option<u64>,
}

/// How much a row matters: it has an icon as well as a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Tone {
    /// Detail.
    Quiet,
    /// As usual.
    #[default]
    Normal,
    /// A breakpoint's hit.
    Hit,
    /// Something may be wrong: an overflow, a retry, a warning.
    Warning,
    /// Something is wrong.
    Error,
}

/// Which rows are shown.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LogFilter {
    /// Only these types; empty means all. An entry that ends with a dot means all types that start so: `job.`.
    pub kinds: Vec<String>,
    /// Only these routines; empty means all.
    pub routines: Vec<String>,
    /// Only this job; empty means all.
    pub job: String,
    /// Only rows with this text in them, letter case aside; empty means all.
    pub text: String,
}

impl LogFilter {
    /// Whether all rows pass.
    pub fn is_empty(&self) -> bool {
        *self == LogFilter::default()
    }

    /// Whether a row passes.
    pub fn passes(&self, row: &LogRow) -> bool {
        let is_kind = |kind: &String| *kind == row.kind || (kind.ends_with('.') && row.kind.starts_with(kind.as_str()));
        (self.kinds.is_empty() || self.kinds.iter().any(is_kind))
            && (self.routines.is_empty() || self.routines.contains(&row.routine))
            && (self.job.is_empty() || self.job == row.job)
            && (self.text.is_empty() || self.has_text(row))
    }

    fn has_text(&self, row: &LogRow) -> bool {
        let wanted = self.text.to_lowercase();
        [&row.text, &row.routine, &row.kind].into_iter().any(|text| text.to_lowercase().contains(&wanted))
    }
}

/// The newest records and those of them that the filter passes.
#[derive(Clone, Debug, Default)]
pub struct Log {
    rows: VecDeque<LogRow>,
    /// How many rows have left at the front; an index in `passing` minus this is an index in `rows`.
    gone: usize,
    passing: VecDeque<usize>,
    filter: LogFilter,
    dropped: u64,
    revision: u64,
}

impl Log {
    /// Takes new records, oldest first. A record whose `seq` is not new replaces nothing and is left out.
    pub fn add(&mut self, records: &[Value], dropped: u64) {
        self.dropped += dropped;
        self.revision += 1;
        for record in records {
            let row = log_row(record);
            if self.rows.back().is_some_and(|last| row.seq <= last.seq) {
                continue;
            }
            if self.rows.len() == LOG_CAPACITY {
                self.rows.pop_front();
                self.gone += 1;
                while self.passing.front().is_some_and(|&index| index < self.gone) {
                    self.passing.pop_front();
                }
            }
            if self.filter.passes(&row) {
                self.passing.push_back(self.gone + self.rows.len());
            }
            self.rows.push_back(row);
        }
    }

    /// Forgets what comes from this `seq` on: the run went back, and may go another way.
    pub fn cut_from(&mut self, seq: u64) {
        self.revision += 1;
        while self.rows.back().is_some_and(|row| row.seq >= seq) {
            self.rows.pop_back();
        }
        let end = self.gone + self.rows.len();
        while self.passing.back().is_some_and(|&index| index >= end) {
            self.passing.pop_back();
        }
    }

    /// Forgets all rows; the filter stays.
    pub fn clear(&mut self) {
        *self = Self { filter: std::mem::take(&mut self.filter), revision: self.revision + 1, ..Self::default() };
    }

    /// Shows other rows from now on.
    pub fn set_filter(&mut self, filter: LogFilter) {
        self.filter = filter;
        self.revision += 1;
        let passes = |(index, row): (usize, &LogRow)| self.filter.passes(row).then_some(self.gone + index);
        self.passing = self.rows.iter().enumerate().filter_map(passes).collect();
    }

    /// Which rows are shown.
    pub fn filter(&self) -> &LogFilter {
        &self.filter
    }

    /// A number that grows with each change, for a signal that tells when to look again.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many rows pass the filter.
    pub fn count(&self) -> usize {
        self.passing.len()
    }

    /// How many records the log has, whatever the filter.
    pub fn total(&self) -> usize {
        self.rows.len()
    }

    /// How many records came too fast to be shown; the trace has them.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The row at an index among those that pass.
    pub fn row(&self, index: usize) -> Option<&LogRow> {
        self.rows.get(self.passing.get(index)? - self.gone)
    }

    /// The index of the last row that passes and whose `seq` is not after this one: where to scroll to.
    pub fn index_of_seq(&self, seq: u64) -> Option<usize> {
        let seq_at = |&index: &usize| self.rows.get(index - self.gone).map_or(u64::MAX, |row| row.seq);
        self.passing.partition_point(|index| seq_at(index) <= seq).checked_sub(1)
    }

    /// The types of the records in the log, each once, in alphabetical order, for the filter's menu.
    pub fn kinds(&self) -> Vec<String> {
        let kinds: std::collections::BTreeSet<&String> = self.rows.iter().map(|row| &row.kind).collect();
        kinds.into_iter().cloned().collect()
    }
}

/// The rows of a long list that are on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RowWindow {
    /// Index of the first row.
    pub first: usize,
    /// Index after the last row.
    pub end: usize,
}

/// The rows to render when the list is scrolled so far, with some before and after that make scrolling smooth.
pub fn row_window(
    row_count: usize,
    row_height_px: f64,
    scroll_top_px: f64,
    height_px: f64,
    overscan: usize,
) -> RowWindow {
    if row_height_px <= 0.0 {
        return RowWindow { first: 0, end: row_count };
    }
    let first_seen = (scroll_top_px.max(0.0) / row_height_px) as usize;
    let seen_count = (height_px.max(0.0) / row_height_px).ceil() as usize + 1;
    let first = first_seen.saturating_sub(overscan).min(row_count);
    RowWindow { first, end: first_seen.saturating_add(seen_count + overscan).min(row_count).max(first) }
}

/// Whether a list follows its end: only while it is scrolled there.
pub fn is_at_end(scroll_top_px: f64, height_px: f64, content_height_px: f64) -> bool {
    scroll_top_px + height_px >= content_height_px - 4.0
}

/// A record as a row.
pub fn log_row(record: &Value) -> LogRow {
    let kind = text_of(record, "type").to_string();
    LogRow {
        seq: number_of(record, "seq").unwrap_or_default(),
        t: number_of(record, "t").unwrap_or_default(),
        job: text_of(record, "job").to_string(),
        routine: text_of(record, "routine").to_string(),
        text: line(&kind, record),
        tone: tone(&kind, record),
        cause: number_of(record, "cause"),
        kind,
    }
}

fn line(kind: &str, record: &Value) -> String {
    let data = || value_of(record, "data");
    let routine = text_of(record, "routine");
    match kind {
        "slot_call" => format!("{routine}.{} ← {} {}", text_of(record, "slot"), origin(record), data()),
        "slot_overflow" => format!("{routine}.{} is full: refused {}", text_of(record, "slot"), data()),
        "routine_start" => started(record, routine),
        "routine_end" => ended(record, routine),
        "event_emit" => format!("{routine}.{} → {}", text_of(record, "event"), data()),
        "error" => format!("{routine}: {}: {}", text_of(record, "error_type"), text_of(record, "message")),
        "log" => match routine {
            "" => text_of(record, "message").to_string(),
            _ => format!("{routine}: {}", text_of(record, "message")),
        },
        "output" => format!("{routine}: {} {}", text_of(record, "output_type"), data()),
        "breakpoint_hit" => format!("breakpoint at {} hit, {}", hit_place(record), hits(record)),
        "job.retrying" => {
            format!("{routine} retries, {} of {}", value_of(record, "retry_count"), value_of(record, "max_retries"))
        }
        "job.queued" => format!("{routine} waits for a worker"),
        "job.progress.updated" => format!("{routine}: progress {}", value_of(record, "progress")),
        "job.failed" => match record.get("error") {
            Some(error) => format!("job failed: {}: {}", text_of(error, "type"), text_of(error, "message")),
            None => "job failed".into(),
        },
        "job.paused" => format!("job paused: {}", text_of(record, "reason")),
        "worker.claimed_job" => format!("{} took {routine}", text_of(record, "worker")),
        _ => other_line(kind, record),
    }
}

/// `job.completed` and the like: the type in words, and the message or the worker if there is one.
fn other_line(kind: &str, record: &Value) -> String {
    let words = kind.replace(['.', '_'], " ");
    match (text_of(record, "message"), text_of(record, "worker")) {
        ("", "") => words,
        ("", worker) => format!("{words} {worker}"),
        (message, _) => format!("{words}: {message}"),
    }
}

fn origin(record: &Value) -> String {
    match record.get("from") {
        Some(from @ Value::Map(_)) => format!("{}.{}", text_of(from, "routine"), text_of(from, "event")),
        Some(Value::Str(from)) => from.to_string(),
        _ => "post".into(),
    }
}

fn started(record: &Value, routine: &str) -> String {
    let attempt = number_of(record, "attempt").unwrap_or(1);
    let again = if attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
    format!("{routine} starts{again} {}", value_of(record, "slot_data"))
}

fn ended(record: &Value, routine: &str) -> String {
    let duration = number_of(record, "duration").unwrap_or_default();
    let took = if duration > 0 { format!(" after {}", format::time_text(duration)) } else { String::new() };
    format!("{routine} {}{took}", super::run_view::Status::parse(text_of(record, "status")).text())
}

fn hit_place(record: &Value) -> String {
    match (text_of(record, "from"), text_of(record, "to"), text_of(record, "routine")) {
        ("", "", "") => text_of(record, "kind").to_string(),
        ("", "", routine) => match (text_of(record, "slot"), text_of(record, "event")) {
            ("", "") => routine.to_string(),
            ("", event) => format!("{routine}.{event}"),
            // A breakpoint on a connection names its event too, but the place is where the data arrives.
            (slot, _) => format!("{routine}.{slot}"),
        },
        (from, to, _) => format!("{from} → {to}"),
    }
}

fn hits(record: &Value) -> String {
    match number_of(record, "hit_count").unwrap_or(1) {
        1 => "first time".into(),
        count => format!("{count} times"),
    }
}

fn tone(kind: &str, record: &Value) -> Tone {
    match kind {
        "error" | "job.failed" | "system.error" => Tone::Error,
        "slot_overflow" | "job.retrying" | "job.cancelled" | "worker.offline" => Tone::Warning,
        "breakpoint_hit" => Tone::Hit,
        "routine_end" if text_of(record, "status") == "failed" => Tone::Error,
        "routine_end" | "routine_start" | "worker.heartbeat" | "worker.claimed_job" | "job.queued" => Tone::Quiet,
        "log" => match text_of(record, "level") {
            "error" => Tone::Error,
            "warn" | "warning" => Tone::Warning,
            "debug" => Tone::Quiet,
            _ => Tone::Normal,
        },
        _ => Tone::Normal,
    }
}

fn text_of<'a>(record: &'a Value, key: &str) -> &'a str {
    record.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number_of(record: &Value, key: &str) -> Option<u64> {
    record.get(key).and_then(Value::as_int).and_then(|number| u64::try_from(number).ok())
}

fn value_of(record: &Value, key: &str) -> String {
    record.get(key).map_or_else(|| "null".into(), |value| format::value_text(value, DATA_CHARS))
}

#[cfg(test)]
mod tests;
