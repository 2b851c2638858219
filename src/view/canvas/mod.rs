//! The canvas: where things are, what is under the pointer, and what to paint.

pub mod viewport;

pub mod geometry;

pub mod edge_path;

pub mod grid;

pub mod scene;

pub mod hit;

pub mod paint;

pub mod looks;

pub mod paint_nodes;

pub mod tokens;

pub mod keyboard;
pub mod lit;
