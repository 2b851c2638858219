//! Controlling a run: breakpoints, steps, and the way back.

pub mod pace;

mod advance;
mod armed;
pub mod branch;
pub mod breakpoint;
pub mod causes;
pub mod history;
pub mod index;
mod intervene;
pub mod intervention;
mod keeping;
pub mod keys;
pub mod late;
pub mod lines;
mod looking;
pub mod moment;
mod one_job;
pub mod preview;
pub mod records;
pub mod replay;
pub mod saved;
pub mod session;
pub mod settings;
mod size;
pub mod spans;
mod stepping;
#[cfg(test)]
pub mod tests;
mod travel;
pub mod watch;
pub mod why;
