//! What the screen says: plain data and pure functions, tested without a browser.
//!
//! Nothing here names Leptos, the DOM or a clock. Components ask for text, geometry and lists, and show them.

pub mod branches;
pub mod breakpoint;
pub mod by_hand;
pub mod canvas;
pub mod carried;
pub mod causes;
pub mod completion;
pub mod condition;
pub mod deliveries;
pub mod format;
pub mod history;
pub mod inject;
pub mod jobs;
pub mod lanes;
pub mod layout;
pub mod lines;
pub mod link;
pub mod markdown;
pub mod monitor;
pub mod outline;
pub mod problems;
pub mod row_window;
pub mod run_view;
pub mod sequence;
pub mod side_by_side;
pub mod stop_reason;
pub mod table;
pub mod timeline;
pub mod tree;
pub mod watches;
pub mod why;
pub mod words;
