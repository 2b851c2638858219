//! What a flow is: its document, its values and what can be wrong with it. No time, no running.

pub mod builder;
pub mod catalogue;
pub mod document;
pub mod edit;
pub mod entry;
pub mod export;
pub mod hit;
pub mod json;
pub mod log_message;
pub mod model;
pub mod problem;
pub mod short_text;
pub mod suggest;
pub mod validate;
pub mod value;
mod value_serde;
