//! Controlling a run: breakpoints, steps, and the way back.

pub mod pace;
