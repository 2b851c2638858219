//! Places where a run can stop, as parts of the canvas: lit, shown, and given their popover.

use leptos::prelude::*;

use crate::browser::mark;
use crate::flow::model::{BreakpointPlace, Point, PortRef};
use crate::view::breakpoint::routine_of;
use crate::view::canvas::geometry::Side;
use crate::view::canvas::scene::Scene;

use super::store::{Float, Sheet, Store};

impl Store {
    /// The connection that a place is on.
    pub fn edge_at(&self, place: &BreakpointPlace) -> Option<usize> {
        let BreakpointPlace::Connection { from, to } = place else { return None };
        self.flow_now().connections.iter().position(|connection| connection.from == *from && connection.to == *to)
    }

    /// Lights a place on the canvas, or none any more.
    pub fn light(&self, place: Option<&BreakpointPlace>) {
        self.hover_edge(place.and_then(|place| self.edge_at(place)));
        mark::light(place.and_then(element_of).as_deref());
    }

    /// The point of the canvas that a place is at.
    pub fn point_of(&self, place: &BreakpointPlace) -> Option<Point> {
        let anchor = |side: Side, port: &PortRef| {
            let port = self.port_named(side, &port.to_string())?;
            let node = |scene: &Scene| Some(scene.nodes.get(port.node as usize)?.anchor(side, port.index as usize));
            self.canvas.scene.with_value(node)
        };
        match place {
            BreakpointPlace::Connection { .. } => {
                let edge = self.edge_at(place)?;
                self.canvas.scene.with_value(|scene| Some(scene.edges.get(edge)?.path.midpoint()))
            }
            BreakpointPlace::Slot(port) => anchor(Side::Slot, port),
            BreakpointPlace::Event(port) => anchor(Side::Event, port),
            BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => self.canvas.scene.with_value(|scene| {
                let rect = scene.nodes.get(scene.number(id)? as usize)?.rect;
                Some(Point { x: rect.x + rect.w / 2.0, y: rect.bottom() })
            }),
            BreakpointPlace::Error(None) => {
                let size = self.canvas.size.get_untracked();
                Some(self.viewport_now().canvas_from_screen(Point { x: size.w / 2.0, y: 0.0 }))
            }
        }
    }

    /// Reads the signal that changes while a place is dragged, long before the flow does.
    pub fn follow(&self, place: &BreakpointPlace) {
        match (self.edge_at(place), routine_of(place)) {
            (Some(edge), _) => self.canvas.dots.with(|dots| {
                dots.iter().filter(|dot| dot.index == edge).for_each(|dot| dot.face.track());
            }),
            (None, Some(id)) => {
                self.canvas.node_ids.track();
                self.canvas.node_rows.with_value(|rows| rows.get(id).into_iter().for_each(|row| row.view.track()));
            }
            (None, None) => {}
        }
    }

    /// The popover of a place.
    pub fn float_of(&self, place: BreakpointPlace) -> Float {
        self.edge_at(&place).map_or(Float::Breakpoint(place), Float::Edge)
    }

    /// Moves the canvas so that a place can be seen, selects it, and opens its popover.
    pub fn show_place(&self, place: &BreakpointPlace) {
        if crate::browser::media::matches("(max-width: 820px)") {
            // The list covers the canvas there.
            self.panels.sheet.set(Sheet::None);
        }
        match (self.edge_at(place), routine_of(place)) {
            (Some(edge), _) => self.go_to_connection(edge),
            (None, Some(id)) => self.go_to_routine(id),
            (None, None) => {}
        }
        // A connection that is gone has no popover.
        if self.edge_at(place).is_some() || !matches!(place, BreakpointPlace::Connection { .. }) {
            self.open_float(self.float_of(place.clone()));
        }
    }
}

/// The selector of the element that a place is.
pub fn element_of(place: &BreakpointPlace) -> Option<String> {
    match place {
        BreakpointPlace::Connection { from, to } => Some(by_attribute("data-connection", &format!("{from}->{to}"))),
        BreakpointPlace::Slot(port) => Some(by_attribute("data-slot", &port.to_string())),
        BreakpointPlace::Event(port) => Some(by_attribute("data-event", &port.to_string())),
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => Some(by_attribute("data-routine", id)),
        BreakpointPlace::Error(None) => None,
    }
}

/// The selector of an element that has an attribute of this value, whatever characters are in it.
fn by_attribute(name: &str, value: &str) -> String {
    format!("[{name}=\"{}\"]", value.replace('\\', "\\\\").replace('"', "\\\""))
}
