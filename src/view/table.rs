//! The table of all records of a run, of which only pages are ever in memory: what is in sight, which page is missing,
//! and records in words.

use std::collections::BTreeMap;

use crate::flow::value::Value;
use crate::protocol::timeline::{Row, RowPage};

use super::format;
use super::watches::{connection_place, event_place, slot_place};

/// Rows of one page.
pub const PAGE_ROWS: usize = 120;
/// Most pages that are kept: those looked at last.
const MOST_PAGES: usize = 6;
/// Browsers cannot scroll further than some ten million pixels: beyond this the scroll bar is a scale.
const MOST_PX: f64 = 6_000_000.0;

/// So much of a row may be hidden at the edge of what is in sight.
const HIDDEN_SHARE: f64 = 0.1;

/// The rows in sight.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Sight {
    /// The first row to draw.
    pub first: usize,
    /// The one after the last.
    pub end: usize,
    /// Where the first is drawn, from the top of the space.
    pub top_px: f64,
}

/// How high the space is that rows are drawn in.
pub fn space_px(total: usize, row_px: f64) -> f64 {
    (total as f64 * row_px).min(MOST_PX)
}

/// What is in sight when so much of the space is scrolled away, with some rows around it.
pub fn sight(total: usize, row_px: f64, scrolled_px: f64, height_px: f64, around: usize) -> Sight {
    if total == 0 || row_px <= 0.0 {
        return Sight::default();
    }
    let exact = first_exact(total, row_px, scrolled_px, height_px);
    let first = (exact as usize).saturating_sub(around);
    let end = (exact + height_px.max(0.0) / row_px).ceil() as usize + around;
    let top_px = scrolled_px.max(0.0) + (first as f64 - exact) * row_px;
    Sight { first, end: end.min(total), top_px }
}

/// The row at the upper edge, as a fraction.
fn first_exact(total: usize, row_px: f64, scrolled_px: f64, height_px: f64) -> f64 {
    let most = (total as f64 - height_px.max(0.0) / row_px).max(0.0);
    let room = space_px(total, row_px) - height_px.max(0.0);
    if room <= 0.0 { 0.0 } else { (scrolled_px.max(0.0) / room).min(1.0) * most }
}

/// How far to scroll so that a row is in sight; none if it is.
pub fn scroll_to(index: usize, total: usize, row_px: f64, scrolled_px: f64, height_px: f64) -> Option<f64> {
    let shown = height_px.max(row_px) / row_px;
    let exact = first_exact(total, row_px, scrolled_px, height_px);
    let index = index as f64;
    // Browsers scroll by whole pixels, so that a little of a row may be hidden.
    if index >= exact - HIDDEN_SHARE && index + 1.0 <= exact + shown + HIDDEN_SHARE {
        return None;
    }
    // One that is near moves by as little as possible, one that is far comes to the middle.
    let target = if index < exact && exact - index < 2.0 {
        index
    } else if index >= exact && index - exact - shown < 1.5 {
        index + 1.0 - shown
    } else {
        index + 0.5 - shown / 2.0
    };
    let most = (total as f64 - shown).max(0.0);
    let room = (space_px(total, row_px) - height_px).max(0.0);
    Some(if most == 0.0 { 0.0 } else { target.clamp(0.0, most) / most * room })
}

/// Pages of rows, as the engine gave them.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    pages: BTreeMap<usize, Vec<Row>>,
    /// Page numbers, the one looked at last at the end.
    order: Vec<usize>,
    /// Rows in all.
    total: usize,
}

impl Pages {
    /// Rows in all.
    pub fn total(&self) -> usize {
        self.total
    }

    /// A row, if its page is here.
    pub fn row(&self, index: usize) -> Option<&Row> {
        self.pages.get(&(index / PAGE_ROWS))?.get(index % PAGE_ROWS)
    }

    /// The first page that is missing, or not whole any more, for these rows.
    pub fn missing(&self, first: usize, end: usize) -> Option<usize> {
        let end = end.min(self.total);
        if first >= end {
            return None;
        }
        (first / PAGE_ROWS..=(end - 1) / PAGE_ROWS).find(|number| {
            let rows = self.pages.get(number).map_or(0, Vec::len);
            rows < (self.total - number * PAGE_ROWS).min(PAGE_ROWS)
        })
    }

    /// Takes an answer that was asked for from the start of a page on. Fewer rows in all than before, or a page that
    /// begins with another record, mean that all records are others.
    pub fn take(&mut self, page: RowPage) {
        let number = page.start / PAGE_ROWS;
        let first = |rows: &[Row]| rows.first().map(|row| row.seq);
        let is_other =
            self.pages.get(&number).is_some_and(|old| first(old).is_some() && first(old) != first(&page.rows));
        if page.total < self.total || is_other {
            self.clear();
        }
        self.total = page.total;
        if page.start != number * PAGE_ROWS {
            return;
        }
        self.order.retain(|other| *other != number);
        self.order.push(number);
        self.pages.insert(number, page.rows);
        if self.order.len() > MOST_PAGES {
            self.pages.remove(&self.order.remove(0));
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Kinds of records to choose from: a name, and the types.
pub const KINDS: [(&str, &[&str]); 8] = [
    ("Deliveries", &["slot_call", "slot_overflow"]),
    ("Emissions", &["event_emit"]),
    ("Activations", &["routine_start", "routine_end"]),
    ("Errors", &["error", "job.failed", "slot_overflow", "system.error"]),
    ("Log and output", &["log", "output", "job.progress.updated"]),
    ("Breakpoints", &["breakpoint_hit"]),
    (
        "Jobs",
        &[
            "job.started",
            "job.completed",
            "job.failed",
            "job.cancelled",
            "job.paused",
            "job.resumed",
            "job.idle",
            "job.drained",
        ],
    ),
    ("Workers", &["worker.registered", "worker.heartbeat", "worker.claimed_job", "worker.offline", "job.queued"]),
];

/// Where a record happened: `alarm.input ← scale.scaled`, `scale.scaled`, `alarm`.
pub fn place_text(row: &Row) -> String {
    let routine = row.routine.as_deref().unwrap_or_default();
    let place = match row.port.as_deref() {
        Some(port) => format!("{routine}.{port}"),
        None => routine.to_owned(),
    };
    match (&row.from, row.kind.as_str()) {
        (Some(from), _) => format!("{place} ← {from}"),
        (None, "slot_call") => format!("{place} ← post"),
        (None, "event_emit") => format!("{place} →"),
        _ => place,
    }
}

/// What a record says, beside its place and type.
pub fn said_text(row: &Row) -> String {
    let by_hand = row.intervention.as_ref().map(|what| format!("by hand, {what}: ")).unwrap_or_default();
    format!("{by_hand}{}", row.text)
}

/// The fields of a record that hold values, and what they are called: they are shown as trees.
pub fn value_fields(row: &Row) -> &'static [(&'static str, &'static str)] {
    match row.kind.as_str() {
        "slot_call" | "slot_overflow" | "event_emit" | "output" | "breakpoint_hit" => &[("data", "Payload")],
        "routine_start" => &[("slot_data", "Slot data"), ("policy_message", "Policy message")],
        "error" => &[("traceback", "Traceback")],
        "log" if row.intervention.is_some() => &[("data", "Data")],
        _ => &[],
    }
}

/// Where a record's payload came by, in the form of a document's breakpoint: its parts can be watched there.
pub fn payload_place(row: &Row) -> Option<Value> {
    let place = format!("{}.{}", row.routine.as_ref()?, row.port.as_ref()?);
    match (row.kind.as_str(), &row.from) {
        ("slot_call", Some(from)) => Some(connection_place(from, &place)),
        ("slot_call", None) => Some(slot_place(&place)),
        ("event_emit", _) => Some(event_place(&place)),
        _ => None,
    }
}

/// What a record says beside its values: those are shown whole, not in short.
pub fn said_beside_values(row: &Row) -> String {
    let before_the_value = |text: &str| text.split_once(": ").map(|(said, _)| said.to_owned()).unwrap_or_default();
    match row.kind.as_str() {
        "slot_call" | "slot_overflow" | "event_emit" => String::new(),
        "output" | "breakpoint_hit" => before_the_value(&row.text),
        "routine_start" if row.text.starts_with("attempt ") => before_the_value(&row.text),
        "routine_start" => String::new(),
        _ => said_text(row),
    }
}

/// A record in one sentence, for screen readers and as the text beside a picture.
pub fn sentence(row: &Row, job_number: Option<usize>) -> String {
    let routine = row.routine.as_deref().unwrap_or("the run");
    let port = row.port.as_deref().unwrap_or_default();
    let text = &row.text;
    let said = if text.is_empty() { String::new() } else { format!(": {text}") };
    let what = match row.kind.as_str() {
        "slot_call" => match &row.from {
            Some(from) => format!("{from} delivers to {routine}.{port}{said}"),
            None => format!("a post arrives at {routine}.{port}{said}"),
        },
        "event_emit" => format!("{routine} emits {port}{said}"),
        "routine_start" => format!("{routine} starts with {text}"),
        "routine_end" => format!("{routine} ends, {text}"),
        "error" => format!("{routine} fails, {text}"),
        "slot_overflow" => format!("{routine}.{port} is full and refuses{said}"),
        "breakpoint_hit" => format!("a breakpoint stops at {routine}{said}"),
        "log" => format!("{routine} logs{said}"),
        kind => match &row.routine {
            Some(routine) => format!("{} at {routine}{said}", kind.replace(['.', '_'], " ")),
            None => format!("{}{said}", kind.replace(['.', '_'], " ")),
        },
    };
    let job = job_number.map(|number| format!(", job {number}")).unwrap_or_default();
    format!("Record {}{job}, at {}: {what}", row.seq, format::time_text(row.t))
}

/// The icon of a record's type.
pub fn symbol(kind: &str) -> &'static str {
    match kind {
        "slot_call" => "in",
        "slot_overflow" => "warn",
        "event_emit" => "out",
        "routine_start" => "play",
        "routine_end" | "job.completed" => "check",
        "error" | "job.failed" | "system.error" => "error",
        "breakpoint_hit" => "record",
        "log" | "output" => "text",
        "job.retrying" => "retry",
        "job.paused" => "pause",
        "job.queued" | "worker.claimed_job" => "clock",
        _ => "info",
    }
}

/// How much a record matters, for its look.
pub fn look(row: &Row) -> &'static str {
    match row.kind.as_str() {
        "error" | "job.failed" | "system.error" => "bad",
        "slot_overflow" | "job.retrying" | "job.cancelled" | "worker.offline" => "warn",
        "routine_end" if row.text.starts_with("failed") => "bad",
        "breakpoint_hit" => "hit",
        "slot_call" => "data",
        "event_emit" => "emit",
        "job.completed" => "good",
        _ => "plain",
    }
}

#[cfg(test)]
mod tests;
