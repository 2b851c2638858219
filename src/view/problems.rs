//! Problems of the document as rows that lead to their place; and hints from the run, by small rules.

/// To be filled.
pub const PROBLEMS_SHOWN: usize = 200;
