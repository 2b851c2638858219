#![doc = include_str!("README.md")]

pub mod flow;

pub mod engine;
#[cfg(feature = "python")]
pub mod python;
pub mod routines;

pub mod debugger;
pub mod monitor;
pub mod protocol;
pub mod view;

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "page")]
pub mod ui;
