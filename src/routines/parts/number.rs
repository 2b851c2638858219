//! Numbers as Python has them: exact sums, order across kinds, and random ones that every replay repeats.

use std::cmp::Ordering;

use crate::engine::behaviour::Failure;
use crate::flow::value::Value;

/// The sum of two numbers. Integers stay exact.
///
/// # Errors
/// One of them is no number, or the sum is too large.
pub fn add(left: &Value, right: &Value) -> Result<Value, Failure> {
    if let (Some(left), Some(right)) = (integer(left), integer(right)) {
        let sum = left.checked_add(right).ok_or_else(too_large)?;
        return Ok(from_integer(sum));
    }
    finite(float(left)? + float(right)?)
}

/// An integer of any size as a value.
pub fn from_integer(number: i128) -> Value {
    i64::try_from(number).map_or_else(|_| Value::BigInt(number.to_string().into()), Value::Int)
}

/// A float as a value.
///
/// # Errors
/// It is not finite.
pub fn finite(number: f64) -> Result<Value, Failure> {
    if number.is_finite() { Ok(Value::Float(number)) } else { Err(too_large()) }
}

/// The number as a float.
///
/// # Errors
/// It is no number.
pub fn float(value: &Value) -> Result<f64, Failure> {
    value.as_f64().ok_or_else(|| Failure::new("TypeError", format!("{} is no number", value.kind())))
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some(i128::from(*number)),
        Value::BigInt(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn too_large() -> Failure {
    Failure::new("OverflowError", "the result is too large a number")
}

/// The order of two numbers or of two texts; none for anything else.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
        (Value::Int(_) | Value::BigInt(_), Value::Int(_) | Value::BigInt(_)) => match (integer(left), integer(right)) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => Some(compare_digits(&digits(left), &digits(right))),
        },
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

fn digits(value: &Value) -> String {
    crate::flow::json::value_to_json(value)
}

/// The order of integers by their decimal digits: of two of the same sign the longer one is further from 0.
fn compare_digits(left: &str, right: &str) -> Ordering {
    match (left.strip_prefix('-'), right.strip_prefix('-')) {
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (None, None) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
        (Some(left), Some(right)) => right.len().cmp(&left.len()).then_with(|| right.cmp(left)),
    }
}

/// Whether two values are equal, as Python sees it: `1 == 1.0`. Inside of lists and maps the kinds must be the same.
pub fn same(left: &Value, right: &Value) -> bool {
    left == right || (!matches!(left, Value::Str(_)) && compare(left, right) == Some(Ordering::Equal))
}

/// A random number from 0 up to 1, without 1: the same for the same seed and index.
pub fn random(seed: u64, index: u64) -> f64 {
    // 53 bits are what a float holds.
    (bits(seed, index) >> 11) as f64 / (1u64 << 53) as f64
}

/// A random integer from `low` to `high`, both included.
pub fn random_between(seed: u64, index: u64, low: i64, high: i64) -> i64 {
    let range = (i128::from(high) - i128::from(low) + 1).max(1) as u128;
    let chosen = (u128::from(bits(seed, index)) * range) >> 64;
    i64::try_from(i128::from(low) + chosen as i128).unwrap_or(high)
}

/// Random bits: the step of SplitMix64.
fn bits(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
