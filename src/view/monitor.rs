//! What a monitor shows at its place: the last value, how many there were, and a curve of the numbers.

use crate::flow::value::Value;
use crate::protocol::inspect::Carried;

use super::format;

/// The most characters of a value beside a wire.
const VALUE_CHARS: usize = 22;
/// The curve's box, in pixels.
pub const CURVE: (f64, f64) = (64.0, 16.0);
/// Room for the line's own width at the curve's edges.
const EDGE: f64 = 1.5;

/// What a monitor shows.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reading {
    /// The last value in short; none before the first.
    pub last: Option<String>,
    /// How many values came by.
    pub count: u64,
    /// The curve's points as SVG writes them, and its last point; none for fewer than two numbers.
    pub curve: Option<(String, f64, f64)>,
    /// The least and the greatest number of the curve.
    pub range: Option<(f64, f64)>,
    /// What is wrong with the place.
    pub fault: Option<String>,
}

impl Reading {
    /// What is shown of what a place has carried.
    pub fn of(carried: &Carried) -> Self {
        let numbers: Vec<f64> = carried.series.iter().map(|(.., number)| *number).collect();
        let last = carried.last.as_ref().map(|part| match &part.value {
            Some(value) => short_value(value, VALUE_CHARS),
            None => format::cut(part.text.clone(), VALUE_CHARS),
        });
        Self {
            last,
            count: carried.count,
            curve: curve(&numbers),
            range: range(&numbers),
            fault: carried.message.clone(),
        }
    }

    /// In words, for screen readers.
    pub fn text(&self) -> String {
        match (&self.fault, &self.last) {
            (Some(fault), _) => fault.clone(),
            (None, None) => "nothing came by yet".into(),
            (None, Some(last)) => {
                let count = format::counted(usize::try_from(self.count).unwrap_or(usize::MAX), "value");
                let range = self.range.map(|(low, high)| format!(", from {low} to {high}")).unwrap_or_default();
                format!("last value {last}, {count}{range}")
            }
        }
    }
}

/// A payload in very few characters: the values of a map without its keys, which the wire's ends tell anyway.
pub fn short_value(data: &Value, chars: usize) -> String {
    let text = match data {
        Value::Map(map) if map.values().all(|value| value.as_map().is_none() && value.as_list().is_none()) => {
            let values: Vec<String> = map.values().map(|value| format::value_text(value, chars)).collect();
            values.join(", ")
        }
        _ => format::value_text(data, chars),
    };
    format::cut(text, chars)
}

fn range(numbers: &[f64]) -> Option<(f64, f64)> {
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let low = finite().reduce(f64::min)?;
    Some((low, finite().reduce(f64::max)?))
}

/// The points of a curve through the numbers, oldest at the left; what is not finite is left out.
fn curve(numbers: &[f64]) -> Option<(String, f64, f64)> {
    let numbers: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    let (low, high) = range(&numbers)?;
    if numbers.len() < 2 {
        return None;
    }
    let (w, h) = (CURVE.0 - 2.0 * EDGE, CURVE.1 - 2.0 * EDGE);
    let spread = high - low;
    let place = |(index, number): (usize, &f64)| {
        let x = EDGE + w * index as f64 / (numbers.len() - 1) as f64;
        // Numbers that are all alike are a line in the middle. Halves first: the spread of huge numbers is no number.
        let share = if spread > 0.0 { (number / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0) } else { 0.5 };
        (x, EDGE + h * (1.0 - share))
    };
    let points: Vec<(f64, f64)> = numbers.iter().enumerate().map(place).collect();
    let &(x, y) = points.last()?;
    let text: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    Some((text.join(" "), x, y))
}

#[cfg(test)]
mod tests;
