//! Running flows, one step at a time. Pure: no clock but the virtual one, no randomness, no browser.

pub mod behaviour;
pub mod policy;
pub mod slot;
