//! Watching: what the records add up to.

pub mod metrics;
