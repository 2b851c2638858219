//! Controlling a run: breakpoints, steps, and the way back.

pub mod pace;

pub mod breakpoint;
pub mod history;
mod keeping;
mod looking;
pub mod moment;
pub mod records;
pub mod saved;
pub mod session;
pub mod settings;
mod size;
mod stepping;
#[cfg(test)]
pub mod tests;
