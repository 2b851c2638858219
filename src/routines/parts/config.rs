//! Reading a routine's config: every message names the key and says what to write.

use std::sync::Arc;

use crate::engine::program::us_from_seconds;
use crate::flow::value::{Map, Value};

/// A config that is being read. `null` counts as not given; keys that nobody asks for are no errors.
#[derive(Clone, Copy)]
pub struct Config<'a>(pub &'a Map);

impl<'a> Config<'a> {
    /// The value of a key, unless it is missing or `null`.
    pub fn given(&self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| **value != Value::Null)
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// It is something else; so for all of these.
    pub fn flag(&self, key: &str, default: bool) -> Result<bool, String> {
        match self.given(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(wrong(key, "true or false", other)),
        }
    }

    /// A text.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, String> {
        match self.given(key) {
            None => Ok(None),
            Some(Value::Str(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(key, "a text", other)),
        }
    }

    /// A list of texts; empty if it is not given.
    pub fn texts(&self, key: &str) -> Result<Vec<Arc<str>>, String> {
        let Some(value) = self.given(key) else { return Ok(Vec::new()) };
        let wrong = || wrong(key, "a list of texts", value);
        let text = |item: &Value| match item {
            Value::Str(text) => Ok(text.clone()),
            _ => Err(wrong()),
        };
        value.as_list().ok_or_else(wrong)?.iter().map(text).collect()
    }

    /// A map.
    pub fn map(&self, key: &str) -> Result<Option<&'a Map>, String> {
        match self.given(key) {
            None => Ok(None),
            Some(Value::Map(map)) => Ok(Some(map)),
            Some(other) => Err(wrong(key, "a map", other)),
        }
    }

    /// One of some words; the first is the default.
    pub fn choice<T: Copy>(&self, key: &str, choices: &[(&str, T)]) -> Result<T, String> {
        let words = || choices.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let word = match self.text(key)? {
            Some(word) => choices.iter().find(|(choice, _)| *choice == word),
            None => choices.first(),
        };
        word.map(|(_, meaning)| *meaning).ok_or_else(|| format!("`{key}` must be one of {}", words()))
    }

    /// An integer from `low` to `high`.
    pub fn count(&self, key: &str, default: u64, low: u64, high: u64) -> Result<usize, String> {
        let Some(value) = self.given(key) else { return Ok(default as usize) };
        let count = value.as_int().and_then(|count| u64::try_from(count).ok());
        match count.filter(|count| (low..=high).contains(count)) {
            Some(count) => Ok(count as usize),
            None => Err(wrong(key, &format!("an integer from {low} to {high}"), value)),
        }
    }

    /// Any integer of 64 bits.
    pub fn whole(&self, key: &str) -> Result<Option<i64>, String> {
        let whole = |value: &Value| value.as_int().ok_or_else(|| wrong(key, "an integer", value));
        self.given(key).map(whole).transpose()
    }

    /// Virtual seconds, at least 0.
    pub fn seconds(&self, key: &str, default: f64) -> Result<f64, String> {
        let Some(value) = self.given(key) else { return Ok(default) };
        let seconds = value.as_f64().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
        seconds.ok_or_else(|| wrong(key, "a number of at least 0 (virtual seconds)", value))
    }

    /// Virtual seconds as whole microseconds.
    pub fn us(&self, key: &str, default: f64) -> Result<u64, String> {
        self.seconds(key, default).map(us_from_seconds)
    }

    /// Virtual seconds as whole microseconds, where 0 means none.
    pub fn us_or_none(&self, key: &str, default: f64) -> Result<Option<u64>, String> {
        Ok(Some(self.us(key, default)?).filter(|us| *us > 0))
    }
}

/// A value of a key is of the wrong kind.
pub fn wrong(key: &str, wanted: &str, found: &Value) -> String {
    match found {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            format!("`{key}` must be {wanted}, not {}", crate::flow::json::value_to_json(found))
        }
        _ => format!("`{key}` must be {wanted}, not {}", found.kind()),
    }
}
