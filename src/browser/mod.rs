//! The only place that names web-sys: every function takes and returns our own types and answers with `Option` or `Result`.

pub mod canvas2d;
pub mod clipboard;
pub mod crash;
pub mod engine_worker;
pub mod files;
pub mod focus;
pub mod frame_loop;
pub mod keyboard;
pub mod listen;
pub mod mark;
pub mod measure;
pub mod media;
pub mod page_api;
pub mod pointer;
pub mod root;
pub mod storage;
pub mod text_area;
pub mod url;
pub mod wall_clock;
pub mod worker_scope;
