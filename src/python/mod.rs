#![doc = include_str!("README.md")]

mod analyse;
mod arity;
mod asked;
mod budget;
mod callbacks;
mod calls;
mod clock;
mod convert;
mod debug_texts;
mod depth;
mod exceptions;
mod expression;
mod failure;
mod history;
mod idioms;
mod lines;
mod logic;
mod mend;
mod own;
mod places;
mod program;
mod pure;
mod reach;
mod rewrite;
mod routilux;
mod saved;
#[cfg(test)]
mod tests;
mod texts;
mod traceback;

pub use asked::asked_keys;
pub use budget::{CountingAllocator, limit_wall_time};
pub use expression::{compile_condition, compile_expression};
pub use lines::trace_lines;
pub use logic::{check_logic, compile_logic};
