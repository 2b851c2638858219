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

pub mod time_bar;

pub mod publish;

pub mod persist;

pub mod page_api;

mod breakpoints_panel;
mod by_hand;
mod canvas;
mod carried;
mod dialogs;
mod dock;
mod evaluate_box;
mod field;
mod inspector;
mod jobs_panel;
mod later;
mod lines_panel;
mod lines_walk;
mod log_panel;
mod menus;
mod monitors;
mod outline_panel;
mod palette;
mod pending;
mod places;
mod problems_panel;
mod runs_panel;
mod samples;
mod stop_popover;
mod stopped_panel;
mod toasts;
mod toolbar;
mod transfer;
mod value_actions;
mod value_tree;
pub mod watches;
mod watches_panel;
mod widgets;
