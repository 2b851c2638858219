//! Running flows, one step at a time. Pure: no clock but the virtual one, no randomness, no browser.

pub mod behaviour;
pub mod program;
pub mod runtime;

pub mod job;
pub mod slot;
pub mod policy;
pub mod task;
pub mod trace;
pub mod record;

mod activation;
mod errors;
mod guard;
pub mod host;
pub mod limits;
pub mod step;
