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

pub mod publish;

pub mod persist;

pub mod page_api;

mod breakpoints_panel;
mod canvas;
mod dialogs;
mod dock;
mod edge_popover;
mod field;
mod inspector;
mod jobs_panel;
mod later;
mod log_panel;
mod menus;
mod outline_panel;
mod palette;
mod problems_panel;
mod samples;
mod stopped_panel;
mod toasts;
mod toolbar;
mod transfer;
mod value_tree;
mod widgets;
