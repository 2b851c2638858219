//! Running flows, one step at a time. Pure: no clock but the virtual one, no randomness, no browser.

pub mod alter;
pub mod behaviour;
pub mod program;
pub mod runtime;

pub mod job;
pub mod policy;
pub mod record;
pub mod registry;
pub mod save;
pub mod slot;
pub mod task;
pub mod trace;

mod activation;
pub mod calendar;
mod errors;
pub mod fifo;
pub mod guard;
mod holding;
pub mod host;
pub mod limits;
pub mod positions;
pub mod spare_input;
pub mod step;
pub mod touched;
mod workers;
