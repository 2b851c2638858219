//! The page in Leptos: components show what `view` says and dispatch actions; they compute nothing that a test cannot reach.

pub mod app;

pub mod ask;

pub mod store;

pub mod editing;

pub mod action;

pub mod keymap;

pub mod perform;

pub mod engine_client;

pub mod run_control;

pub mod run_events;

pub mod pulse;

pub mod family;

pub mod job_marks;

mod jobs_list;

pub mod time_bar;

pub mod publish;

pub mod persist;

pub mod page_api;

mod beside;
mod breakpoints_panel;
mod by_hand;
mod canvas;
mod carried;
mod dialogs;
mod dock;
mod evaluate_box;
mod field;
mod inject;
mod inspector;
mod jobs_panel;
mod lanes_panel;
mod later;
mod lines_panel;
mod lines_walk;
mod menus;
mod monitors;
mod outline_panel;
mod palette;
mod pending;
mod places;
mod problems_panel;
mod prose;
mod record_panel;
mod records_panel;
mod row_list;
mod row_source;
mod runs_panel;
mod samples;
mod sequence_panel;
mod stop_popover;
mod stop_reason;
mod stopped_panel;
mod toasts;
mod toolbar;
mod transfer;
mod value_actions;
mod value_tree;
pub mod watches;
mod watches_panel;
mod widgets;
