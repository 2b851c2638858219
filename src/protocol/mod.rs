//! The messages between a page (or an embedder) and an engine, shaped like the Debug Adapter Protocol.
//!
//! Jobs are threads, delivery chains are stack frames, connections and slots are breakpoint locations. The
//! page itself drives its engine through these messages: nothing in the interface is private. Messages travel
//! as JSON text, so that integers keep every digit and both sides can be anything that speaks JSON.

pub mod classes;
pub mod command;
pub mod message;
pub mod report;

pub mod server;

mod formats;
mod places;
pub mod snapshot;
pub mod tracker;

/// The version of the messages. A client and an engine with different major versions refuse each other.
pub const PROTOCOL_VERSION: &str = "1.0";
