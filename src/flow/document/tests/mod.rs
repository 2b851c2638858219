//! Tests of documents.

mod hostile;
mod positions;
mod round_trip;
mod rules;

use std::time::{Duration, Instant};

use super::{Format, Reading, read_text};

/// Reads JSON or YAML text.
fn read(text: &str) -> Reading {
    read_text(text, Format::Yaml)
}

/// The problems of a text, as `code path`.
fn told(text: &str) -> Vec<String> {
    let mut told: Vec<String> =
        read(text).problems().iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect();
    told.sort();
    told
}

/// Runs something that must be quick. The limit is generous: what it is to catch takes minutes, and the machine may be busy.
#[expect(clippy::disallowed_methods, reason = "tests run natively")]
fn quick<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < Duration::from_secs(10), "took {:?}", start.elapsed());
    result
}
