//! The native integration tests: features through the façades, one binary.

mod conformance;
mod debugging;
mod determinism;
mod protocol;
mod routines;
mod runner;
mod samples;
mod support;
