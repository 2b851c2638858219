//! Watched expressions: where they are evaluated, what they are at the moment that is shown, their history as a line.

use crate::flow::model::Flow;
use crate::flow::value::Value;
use crate::protocol::inspect::{WatchHistory, WatchPoint};

use super::format;

/// Most points of one history: enough to see all of it, and bounded.
pub const MOST_POINTS: usize = 10_000;

/// An expression that somebody watches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watch {
    /// Python.
    pub expression: String,
    /// The place whose items it is evaluated over, in the form of a document's breakpoint; none for the shared data, the
    /// states and the job.
    pub place: Option<Value>,
}

impl Watch {
    /// The expression so that something can follow it: `shared_data`, `(a + b)`.
    pub fn name(&self) -> String {
        let goes_on = |character: char| character.is_alphanumeric() || "_.()[]'\"".contains(character);
        if self.expression.chars().all(goes_on) { self.expression.clone() } else { format!("({})", self.expression) }
    }
}

/// What is known of a watch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// All that came so far.
    pub history: WatchHistory,
    /// Nothing more is on its way.
    pub is_complete: bool,
}

impl Known {
    /// Takes one more piece of the history. Where to go on, if there is more and it is wanted.
    pub fn take(&mut self, mut piece: WatchHistory) -> Option<u64> {
        let mut points = std::mem::take(&mut self.history.points);
        // The first point of a piece says what was so before it: it is no change if that is known.
        let repeats = |new: &WatchPoint| {
            points.iter().rev().find(|old| old.job == new.job).is_some_and(|old| old.part.text == new.part.text)
        };
        if self.history.evaluated > 0 && piece.points.first().is_some_and(repeats) {
            piece.points.remove(0);
        }
        points.append(&mut piece.points);
        let next = piece.next.filter(|_| piece.valid && points.len() < MOST_POINTS);
        self.history = WatchHistory {
            valid: piece.valid,
            message: piece.message.or(self.history.message.take()),
            evaluated: self.history.evaluated + piece.evaluated,
            errors: self.history.errors + piece.errors,
            points,
            next: piece.next,
        };
        self.is_complete = next.is_none();
        next
    }

    /// The last point up to a moment: `seq` is the record that comes next then.
    pub fn at(&self, seq: u64) -> Option<(usize, &WatchPoint)> {
        let after = self.history.points.partition_point(|point| point.seq < seq);
        // Before its first record a run has the first value already.
        let index = after.saturating_sub(1);
        self.history.points.get(index).map(|point| (index, point))
    }

    /// What the history is in words.
    pub fn summary(&self, is_place: bool) -> String {
        let history = &self.history;
        if !history.valid {
            return history.message.clone().unwrap_or_else(|| "It does not compile".into());
        }
        let mut text = match (history.points.len(), is_place) {
            (0, true) => "nothing came by".to_owned(),
            (0, false) => "no value".to_owned(),
            (count, true) => format::counted(count, "value"),
            (1, false) => "never changed".to_owned(),
            (count, false) => format::counted(count - 1, "change"),
        };
        if let (Some(low), Some(high)) = self.range() {
            text.push_str(&format!(", {low} to {high}"));
        }
        if history.errors > 0 {
            text.push_str(&format!(", raised {} times", history.errors));
        }
        if !self.is_complete {
            text.push_str(", looking further…");
        } else if history.next.is_some() {
            text.push_str(", the first ones only");
        }
        text
    }

    fn range(&self) -> (Option<f64>, Option<f64>) {
        let numbers = || self.history.points.iter().filter_map(number_of);
        if self.history.points.len() < 2 || numbers().count() < 2 {
            return (None, None);
        }
        (numbers().reduce(f64::min), numbers().reduce(f64::max))
    }

    /// The numbers of the history: record and number.
    pub fn numbers(&self) -> Vec<(u64, f64)> {
        self.history.points.iter().filter_map(|point| Some((point.seq, number_of(point)?))).collect()
    }
}

fn number_of(point: &WatchPoint) -> Option<f64> {
    match point.part.value.as_ref()? {
        Value::Bool(is_so) => Some(f64::from(u8::from(*is_so))),
        value => value.as_f64(),
    }
}

/// A line through numbers as the path of an SVG of this size; none if there are not at least two. Numbers hold until the
/// next one, so the line has steps. At most one point for each half pixel is drawn.
pub fn spark_path(numbers: &[(u64, f64)], width: f64, height: f64) -> Option<String> {
    let (first, last) = (numbers.first()?, numbers.last()?);
    if numbers.len() < 2 {
        return None;
    }
    let low = numbers.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
    let high = numbers.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
    let span = (last.0 - first.0).max(1) as f64;
    let rise = if high > low { high - low } else { 1.0 };
    let mut path = String::new();
    let mut drawn = f64::NEG_INFINITY;
    for (index, (seq, number)) in numbers.iter().enumerate() {
        let x = 1.0 + (seq - first.0) as f64 / span * (width - 2.0);
        let y = if high > low { height - 2.0 - (number - low) / rise * (height - 4.0) } else { height / 2.0 };
        let is_last = index + 1 == numbers.len();
        if x - drawn < 0.5 && !is_last {
            continue;
        }
        drawn = x;
        if path.is_empty() {
            path.push_str(&format!("M{x:.1} {y:.1}"));
        } else {
            path.push_str(&format!("H{x:.1}V{y:.1}"));
        }
    }
    path.push_str(&format!("H{:.1}", width - 1.0));
    Some(path)
}

/// The places of a flow that an expression can be watched at: what people call them, and the places.
pub fn places(flow: &Flow) -> Vec<(String, Value)> {
    let connections = flow.connections.iter().map(|connection| {
        let (from, to) = (connection.from.to_string(), connection.to.to_string());
        (format!("{from} → {to}"), connection_place(&from, &to))
    });
    connections.collect()
}

/// A connection as a place.
pub fn connection_place(from: &str, to: &str) -> Value {
    Value::map([("type", Value::from("connection")), ("from", Value::from(from)), ("to", Value::from(to))])
}

/// A slot as a place.
pub fn slot_place(slot: &str) -> Value {
    Value::map([("type", Value::from("slot")), ("to", Value::from(slot))])
}

/// An event as a place.
pub fn event_place(event: &str) -> Value {
    Value::map([("type", Value::from("event")), ("from", Value::from(event))])
}

/// What people call a place.
pub fn place_name(place: Option<&Value>) -> String {
    let text = |key: &str| place.and_then(|place| place.get(key)).and_then(Value::as_str);
    match (text("from"), text("to")) {
        (Some(from), Some(to)) => format!("{from} → {to}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "shared data and states".to_owned(),
    }
}

/// Watches as a value to keep.
pub fn to_value(watches: &[Watch]) -> Value {
    Value::list(watches.iter().map(|watch| {
        Value::map([
            ("expression", Value::from(watch.expression.clone())),
            ("place", watch.place.clone().unwrap_or_default()),
        ])
    }))
}

/// Watches that were kept; what cannot be read is left out.
pub fn from_value(kept: &Value) -> Vec<Watch> {
    let watch = |kept: &Value| {
        let expression = kept.get("expression")?.as_str()?.to_owned();
        Some(Watch { expression, place: kept.get("place").filter(|place| place.as_map().is_some()).cloned() })
    };
    kept.as_list().unwrap_or_default().iter().filter_map(watch).collect()
}

#[cfg(test)]
mod tests;
