#![doc = include_str!("README.md")]

mod analyse;
mod asked;
mod calls;
mod clock;
mod convert;
mod expression;
mod failure;
mod history;
mod lines;
mod logic;
mod own;
mod program;
mod rewrite;
mod saved;
#[cfg(test)]
mod tests;

pub use asked::asked_keys;
pub use expression::{compile_condition, compile_expression};
pub use lines::trace_lines;
pub use logic::{check_logic, compile_logic};
