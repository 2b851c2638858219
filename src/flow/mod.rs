//! What a flow is: its document, its values and what can be wrong with it. No time, no running.

pub mod catalogue;
pub mod document;
pub mod model;
pub mod problem;
pub mod validate;
pub mod value;
mod value_serde;
