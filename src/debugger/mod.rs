//! Controlling a run: breakpoints, steps, and the way back.

pub mod pace;

pub mod breakpoint;
pub mod history;
pub mod hit_condition;
pub mod moment;
pub mod session;
mod stepping;
