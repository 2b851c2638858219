//! The keys of a value's tree, as in every tree: arrows walk, open and close, Enter opens, Shift+Enter shows what can be
//! done, Ctrl+C copies the part.

use leptos::prelude::*;

use crate::browser::clipboard;
use crate::view::tree::{LazyTree, TreeRowKind};

use super::{TreeState, row_id};

impl TreeState {
    /// Does what a key means inside of the tree.
    pub(super) fn key(self, event: &leptos::ev::KeyboardEvent) {
        // Fields and buttons inside of the tree have keys of their own.
        if crate::browser::keyboard::is_inside(event, "button, input") && event.key() != "Escape" {
            return;
        }
        let rows = self.tree.with_untracked(LazyTree::rows);
        let active = self.active.get_untracked();
        let here = rows.iter().position(|row| row_id(row) == active).unwrap_or(0);
        let Some(row) = rows.get(here) else { return };
        let has_control = event.ctrl_key() || event.meta_key();
        let to = match event.key().as_str() {
            "ArrowDown" => Some(here + 1),
            "ArrowUp" => Some(here.saturating_sub(1)),
            "Home" => Some(0),
            "End" => Some(rows.len() - 1),
            "ArrowRight" if row.kind == TreeRowKind::Closed => {
                self.toggle(&row.path);
                None
            }
            "ArrowRight" if row.kind == TreeRowKind::Open => Some(here + 1),
            "ArrowLeft" if row.kind == TreeRowKind::Open => {
                self.toggle(&row.path);
                None
            }
            "ArrowLeft" => rows[..here].iter().rposition(|above| above.depth < row.depth),
            "Enter" if event.shift_key() => {
                self.act(&row.path);
                None
            }
            "ContextMenu" => {
                self.act(&row.path);
                None
            }
            "Enter" | " " => {
                self.press(&row.path, row.kind);
                None
            }
            "c" if has_control && !clipboard::has_text_selection() => {
                self.copy(&row.path, "json");
                None
            }
            "Escape" if self.acting.with_untracked(Option::is_some) => {
                self.acting.set(None);
                self.focus_row(&active);
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(row) = to.and_then(|to| rows.get(to)) {
            self.focus_row(&row_id(row));
        }
    }
}
