//! The native integration tests: features through the façades, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::let_underscore_must_use,
    reason = "a test may stop at what it did not expect"
)]

mod building;
mod class_samples;
mod conformance;
mod debug_story;
mod debugging;
mod determinism;
mod exported_classes;
mod fuzz;
mod interventions;
mod line_walks;
mod protocol;
mod routilux_export;
mod routilux_import;
mod routines;
mod runner;
mod samples;
mod saving;
mod semantics;
mod support;
