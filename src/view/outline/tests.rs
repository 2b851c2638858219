#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]
