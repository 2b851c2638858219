//! Tests of documents.

mod hostile;
mod positions;
mod round_trip;
mod rules;

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
