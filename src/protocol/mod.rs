//! The messages between a page (or an embedder) and an engine, shaped like the Debug Adapter Protocol.
//!
//! Jobs are threads, delivery chains are stack frames, connections and slots are breakpoint locations. The
//! page itself drives its engine through these messages: nothing in the interface is private. Messages travel
//! as JSON text, so that integers keep every digit and both sides can be anything that speaks JSON.
//!
//! # What the page can ask
//!
//! | to show | ask | arguments and body in |
//! |---|---|---|
//! | a popover at a wire, a port, a routine | `previewBreakpoint` while somebody types, `payloadKeys` to complete, `checkExpression`, then `setBreakpoints` | [`inspect`] |
//! | a monitor, a value on hover, a sparkline | `valueAt` with the places that are in view, after each `update` or `stopped` | [`inspect`] |
//! | pending events and queues, and changes of them | `state` (`jobs[].tasks`, `slots[].items`), `intervene` | [`report`], [`control`] |
//! | run to here, to the next error; one job alone | `runTo`; `pause`, `continue` and `step` with a `job` | [`control`] |
//! | time travel | `seek` (with `before`: right before the step of a record), `step` back, `reverseContinue` | [`command`] |
//! | runs and branches | `branches`, `switchBranch`, `renameBranch`, `forgetBranch`, `compare` | [`control`] |
//! | a value, however large | `children` page by page, `searchValue`, `copyValue`: each takes a [`inspect::ValueRef`] | [`inspect`] |
//! | watches with their whole history | `watch`, with a place or without; `lastChange` | [`inspect`] |
//! | causes | `ancestry`, `descendants`; `why` for a routine, also one that never ran | [`inspect`] |
//! | table and sequence view | `rows` with a [`timeline::Filter`], by row number or `around` a record | [`timeline`] |
//! | timeline | `lanes` for the range in view | [`timeline`] |
//! | jobs | `jobs`; `setJobFilter` for solo and mute | [`timeline`] |
//! | Python, line by line | `openLines`, `lineStep`, `closeLines`; `evaluate` sees the line's variables | [`lines`] |
//!
//! Whatever is numbered by `seq` belongs to the branch that is shown: after `switchBranch`, or an intervention in the
//! past, an `update` with `reset` tells that everything has to be asked again. Large values are cut short in `state`
//! and `update` (see [`cut`]); `trace` has them whole.

pub mod classes;
pub mod command;
pub mod control;
pub mod inspect;
pub mod lines;
pub mod message;
pub mod report;
pub mod timeline;

pub mod server;

pub mod cut;
mod formats;
pub mod parts;
mod places;
pub mod snapshot;
pub mod tracker;

/// The version of the messages. A client and an engine with different major versions refuse each other.
pub const PROTOCOL_VERSION: &str = "1.0";
