//! What the built-in classes are made of: reading a config, paths into items, templates, formulas, exact numbers.

pub mod calendar;
pub mod config;
pub mod csv;
pub mod each;
pub mod formula;
pub mod number;
pub mod path;
pub mod saved;
pub mod schema;
pub mod template;
