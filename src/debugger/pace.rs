//! How fast a run goes on the screen. The engine never knows: a pace only says when to take the next step.

use crate::flow::value::Value;

/// Steps a second at speed 1: slow enough to follow every token.
pub const STEPS_PER_SECOND: f64 = 5.0;

/// One event at a time: two seconds from step to step, so that each token arrives before the next one leaves.
pub const ONE_BY_ONE: f64 = 0.1;

/// The speeds of the page's control; the last choice, `max`, has no pace at all.
pub const SPEEDS: [f64; 8] = [ONE_BY_ONE, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// A pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// As fast as it goes.
    Max,
    /// This factor of [`STEPS_PER_SECOND`].
    Factor(f64),
}

impl Pace {
    /// Reads a factor above 0, or the text `max`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(value: &Value) -> Result<Self, String> {
        if value.as_str() == Some("max") {
            return Ok(Pace::Max);
        }
        let factor = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        match factor {
            Some(factor) if factor.is_finite() && factor > 0.0 => Ok(Pace::Factor(factor)),
            _ => Err("a speed is a number above 0, or `max`".into()),
        }
    }

    /// Milliseconds between two steps, 0 without a pace.
    pub fn step_ms(self) -> f64 {
        match self {
            Pace::Max => 0.0,
            Pace::Factor(factor) => 1000.0 / (STEPS_PER_SECOND * factor),
        }
    }
}
