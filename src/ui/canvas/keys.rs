//! Keys that move around on the canvas, and the focus of its routines.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::focus;
use crate::browser::keyboard::KeyPress;
use crate::flow::edit::Edit;
use crate::flow::model::Point;
use crate::view::canvas::geometry::GRID;
use crate::view::canvas::keyboard::{self, Direction};

use crate::ui::store::{Selection, Store};

/// Pan of one arrow key, in pixels.
const PAN_STEP: f64 = 60.0;

impl Store {
    /// Arrow keys, Home, End and Space on the canvas. True: the key was taken.
    pub fn canvas_key(&self, press: &KeyPress) -> bool {
        let direction = match press.key.as_str() {
            "ArrowLeft" => Direction::Left,
            "ArrowRight" => Direction::Right,
            "ArrowUp" => Direction::Up,
            "ArrowDown" => Direction::Down,
            "Home" | "End" if !press.ctrl => return self.focus_end(press.key == "Home"),
            _ => return false,
        };
        if press.ctrl {
            return false;
        }
        let focused = focus::focused_attribute("data-routine");
        if press.alt {
            let ids: Vec<String> =
                self.document.selection.with_untracked(|selection| selection.routines.iter().cloned().collect());
            let ids = if ids.is_empty() { focused.into_iter().collect() } else { ids };
            return self.nudge(ids, direction, press.shift);
        }
        match focused {
            Some(id) => {
                let target = self.canvas.scene.with_value(|scene| {
                    let target = keyboard::arrow_target(scene, scene.number(&id)?, direction)?;
                    Some(scene.nodes[target as usize].id.clone())
                });
                if let Some(target) = target {
                    self.go_to_routine(&target);
                }
            }
            None => {
                let (dx, dy) = unit(direction);
                self.set_viewport(self.viewport_now().pan(-dx * PAN_STEP, -dy * PAN_STEP));
            }
        }
        true
    }

    fn nudge(&self, ids: Vec<String>, direction: Direction, is_far: bool) -> bool {
        if ids.is_empty() {
            return false;
        }
        let (dx, dy) = unit(direction);
        let step = if is_far { 4.0 * GRID } else { GRID };
        let moves = self.canvas.scene.with_value(|scene| {
            ids.iter()
                .filter_map(|id| {
                    let rect = scene.nodes.get(scene.number(id)? as usize)?.rect;
                    Some((id.clone(), Point { x: rect.x + dx * step, y: rect.y + dy * step }))
                })
                .collect()
        });
        self.edit(Edit::Move(moves));
        true
    }

    fn focus_end(&self, is_first: bool) -> bool {
        let id = self.canvas.scene.with_value(|scene| {
            let order = keyboard::reading_order(scene);
            let number = if is_first { order.first() } else { order.last() }?;
            Some(scene.nodes[*number as usize].id.clone())
        });
        id.inspect(|id| self.go_to_routine(id)).is_some()
    }

    /// Selects a routine, shows it and gives it the keyboard's focus.
    pub fn go_to_routine(&self, id: &str) {
        self.canvas.focusable.set(Some(id.to_owned()));
        self.select(Selection::of_routine(id));
        self.reveal_routine(id);
        self.focus_element(id);
    }

    /// Gives a routine's element the keyboard's focus, as soon as it is there.
    pub fn focus_element(&self, id: &str) {
        let selector = selector_of(id);
        if !focus::focus(&selector) {
            set_timeout(focus::unless_moved(selector), Duration::from_millis(60));
        }
    }

    /// A routine's element got the focus, by key or by mouse.
    pub fn focus_routine(&self, id: &str) {
        crate::ui::run_events::set_if_changed(self.canvas.focusable, Some(id.to_owned()));
        self.reveal_routine(id);
        self.refresh();
    }

    /// Moves the canvas as little as possible so that a routine is on the screen.
    pub fn reveal_routine(&self, id: &str) {
        let (viewport, size) = (self.viewport_now(), self.canvas.size.get_untracked());
        let moved = self.canvas.scene.with_value(|scene| {
            let node = scene.nodes.get(scene.number(id)? as usize)?;
            Some(viewport.revealing(node.rect, size, 24.0))
        });
        if let Some(moved) = moved.filter(|moved| *moved != viewport) {
            self.set_viewport(moved);
        }
    }

    /// Selects a connection, shows its middle and gives its dot the focus.
    pub fn go_to_connection(&self, index: usize) {
        self.select(Selection::of_connection(index));
        let (viewport, size) = (self.viewport_now(), self.canvas.size.get_untracked());
        let moved = self.canvas.scene.with_value(|scene| {
            let middle = scene.edges.get(index)?.path.midpoint();
            let around =
                crate::view::canvas::viewport::Rect { x: middle.x - 40.0, y: middle.y - 40.0, w: 80.0, h: 80.0 };
            Some(viewport.revealing(around, size, 24.0))
        });
        if let Some(moved) = moved {
            self.set_viewport(moved);
        }
        set_timeout(focus::unless_moved(format!("[data-index=\"{index}\"]")), Duration::from_millis(60));
    }
}

/// The selector of a routine's element.
pub fn selector_of(id: &str) -> String {
    format!("[data-routine=\"{}\"]", id.replace('\\', "\\\\").replace('"', "\\\""))
}

fn unit(direction: Direction) -> (f64, f64) {
    match direction {
        Direction::Left => (-1.0, 0.0),
        Direction::Right => (1.0, 0.0),
        Direction::Up => (0.0, -1.0),
        Direction::Down => (0.0, 1.0),
    }
}
