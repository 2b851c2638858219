//! Controlling a run: breakpoints, steps, and the way back.

pub mod pace;

pub mod breakpoint;
pub mod history;
pub mod moment;
pub mod records;
pub mod saved;
pub mod session;
mod stepping;
