//! Sizes of routines and the places of their ports. No measuring: the same flow has the same geometry everywhere.

use super::viewport::Rect;
use crate::flow::catalogue::Ports;
use crate::flow::model::{Point, Size};

/// Snap distance of the grid, in canvas units.
pub const GRID: f64 = 20.0;
/// Height of a routine's title bar: its id and, below, its class.
pub const TITLE_HEIGHT: f64 = 44.0;
/// Height of a row with a slot on the left and an event on the right: also the smallest target a finger may get.
pub const PORT_ROW_HEIGHT: f64 = 24.0;
/// Space below the last row.
pub const BOTTOM_PADDING: f64 = 8.0;
/// Corner radius of a routine's box.
pub const CORNER_RADIUS: f64 = 8.0;
/// Radius of a port's dot.
pub const PORT_RADIUS: f64 = 5.0;
/// The narrowest routine.
pub const WIDTH_MIN: f64 = 160.0;
/// The widest routine; longer names are cut with an ellipsis.
pub const WIDTH_MAX: f64 = 320.0;
/// Size of a note that has none.
pub const NOTE_SIZE: Size = Size { w: 200.0, h: 80.0 };

const TITLE_CHARACTER_WIDTH: f64 = 8.0;
const PORT_CHARACTER_WIDTH: f64 = 7.0;
/// Room in the title bar for the status icon and the menu button.
const TITLE_EXTRA_WIDTH: f64 = 64.0;
/// Room in a row for two dots and two counts.
const ROW_EXTRA_WIDTH: f64 = 64.0;

/// The side of a routine a port is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Inputs, on the left.
    Slot,
    /// Outputs, on the right.
    Event,
}

impl Side {
    /// The side that a connection from this side ends on.
    pub fn opposite(self) -> Side {
        match self {
            Side::Slot => Side::Event,
            Side::Event => Side::Slot,
        }
    }
}

/// The size of a routine's box, a multiple of the grid in width.
pub fn node_size(id: &str, class: &str, ports: &Ports) -> Size {
    let title = id.chars().count().max(class.chars().count()) as f64 * TITLE_CHARACTER_WIDTH + TITLE_EXTRA_WIDTH;
    let rows = ports.slots.len().max(ports.events.len());
    let widest_row = (0..rows)
        .map(|row| {
            let slot = ports.slots.get(row).map_or(0, |slot| slot.name.chars().count());
            let event = ports.events.get(row).map_or(0, |event| event.name.chars().count());
            (slot + event) as f64 * PORT_CHARACTER_WIDTH + ROW_EXTRA_WIDTH
        })
        .fold(0.0, f64::max);
    let width = (title.max(widest_row) / GRID).ceil() * GRID;
    Size {
        w: width.clamp(WIDTH_MIN, WIDTH_MAX),
        h: TITLE_HEIGHT + rows.max(1) as f64 * PORT_ROW_HEIGHT + BOTTOM_PADDING,
    }
}

/// Where wires meet a port: the middle of its row, on the box's edge. In canvas units.
pub fn port_anchor(node: Rect, side: Side, index: usize) -> Point {
    let y = node.y + TITLE_HEIGHT + (index as f64 + 0.5) * PORT_ROW_HEIGHT;
    match side {
        Side::Slot => Point { x: node.x, y },
        Side::Event => Point { x: node.right(), y },
    }
}

/// Where wires meet a routine whose port is missing: the middle of its title bar.
pub fn title_anchor(node: Rect, side: Side) -> Point {
    let y = node.y + TITLE_HEIGHT / 2.0;
    match side {
        Side::Slot => Point { x: node.x, y },
        Side::Event => Point { x: node.right(), y },
    }
}

/// The point moved onto the grid.
pub fn snap_to_grid(point: Point) -> Point {
    Point { x: (point.x / GRID).round() * GRID, y: (point.y / GRID).round() * GRID }
}

/// The smallest rectangle around all of them, or nothing if there are none.
pub fn bounds(rects: impl IntoIterator<Item = Rect>) -> Option<Rect> {
    rects.into_iter().reduce(|all, rect| all.joined(&rect))
}

#[cfg(test)]
mod tests;
