#![doc = include_str!("README.md")]

mod analyse;
mod calls;
mod clock;
mod convert;
mod expression;
mod failure;
mod history;
mod logic;
mod own;
mod program;
mod rewrite;
mod saved;
#[cfg(test)]
mod tests;

pub use expression::{compile_condition, compile_expression};
pub use logic::{check_logic, compile_logic};
