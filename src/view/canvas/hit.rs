//! What is under a point, which port a wire may snap to, and what a selection box takes.

use super::edge_path::distance;
use super::geometry::{PORT_ROW_HEIGHT, Side, TITLE_HEIGHT};
use super::scene::Scene;
use super::viewport::{Rect, Viewport};
use crate::flow::model::Point;

/// A press is a click until it has moved so far, in screen pixels.
pub const CLICK_SLOP_PX: f64 = 6.0;
/// A wire that is being drawn snaps to a port so near, in screen pixels.
pub const SNAP_DISTANCE_PX: f64 = 20.0;
/// Half the width of a wire's target for a mouse, in screen pixels.
pub const WIRE_REACH_PX: f64 = 6.0;
/// Half the width of a wire's target for a finger, in screen pixels.
pub const WIRE_REACH_TOUCH_PX: f64 = 12.0;
/// Radius of the breakpoint dot's target, in screen pixels.
pub const DOT_REACH_PX: f64 = 9.0;
/// Ports are targets of their own while their rows are at least so high; further away a routine is one big target.
pub const PORT_TARGET_PX: f64 = 8.0;
/// A wire's end is taken hold of so near to its port, in screen pixels.
pub const WIRE_END_PX: f64 = 10.0;

/// A port on the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// The routine's number.
    pub node: u32,
    /// Slot or event.
    pub side: Side,
    /// Its index on that side.
    pub index: u32,
}

/// What is under a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Hit {
    /// The empty canvas.
    #[default]
    Nothing,
    /// A routine's box, outside its ports.
    Node(u32),
    /// A port.
    Port(Port),
    /// The dot in the middle of a connection.
    EdgeDot(u32),
    /// A connection.
    Edge(u32),
}

/// Whether the pointer moved far enough for a press to be a drag.
pub fn is_drag(pressed_at: Point, now_at: Point) -> bool {
    distance(pressed_at, now_at) > CLICK_SLOP_PX
}

/// What is under a point of the screen. Later routines lie above earlier ones, routines above wires.
///
/// `wire_reach_px` is [`WIRE_REACH_PX`] for a mouse and [`WIRE_REACH_TOUCH_PX`] for a finger.
pub fn hit_at(scene: &Scene, viewport: &Viewport, point_on_screen: Point, wire_reach_px: f64) -> Hit {
    let point = viewport.canvas_from_screen(point_on_screen);
    // Dots of ports stick out of the box by half their target.
    let around = Rect { x: point.x, y: point.y, w: 0.0, h: 0.0 }.grown(PORT_ROW_HEIGHT / 2.0);
    let has_ports = PORT_ROW_HEIGHT * viewport.zoom >= PORT_TARGET_PX;
    let mut best: Option<(u32, Hit)> = None;
    scene.nodes_near(&around, |number| {
        if let Some(hit) = hit_of_node(scene, number, point, has_ports)
            && best.is_none_or(|(other, _)| number > other)
        {
            best = Some((number, hit));
        }
    });
    match best {
        Some((_, hit)) => hit,
        None => edge_at(scene, viewport, point, wire_reach_px),
    }
}

fn hit_of_node(scene: &Scene, number: u32, point: Point, has_ports: bool) -> Option<Hit> {
    let node = &scene.nodes[number as usize];
    let half_target = PORT_ROW_HEIGHT / 2.0;
    let row = ((point.y - node.rect.y - TITLE_HEIGHT) / PORT_ROW_HEIGHT).floor();
    for (side, x) in [(Side::Slot, node.rect.x), (Side::Event, node.rect.right())] {
        if has_ports && row >= 0.0 && (row as usize) < node.ports(side).len() && (point.x - x).abs() <= half_target {
            return Some(Hit::Port(Port { node: number, side, index: row as u32 }));
        }
    }
    node.rect.contains(point).then_some(Hit::Node(number))
}

fn edge_at(scene: &Scene, viewport: &Viewport, point: Point, wire_reach_px: f64) -> Hit {
    let wire_reach = wire_reach_px / viewport.zoom;
    let dot_reach = DOT_REACH_PX.max(wire_reach_px) / viewport.zoom;
    let around = Rect { x: point.x, y: point.y, w: 0.0, h: 0.0 }.grown(wire_reach.max(dot_reach));
    let mut nearest_edge = (wire_reach, Hit::Nothing);
    let mut nearest_dot = (dot_reach, Hit::Nothing);
    scene.edges_near(&around, |number| {
        let path = &scene.edges[number as usize].path;
        let to_dot = distance(path.midpoint(), point);
        if to_dot <= nearest_dot.0 {
            nearest_dot = (to_dot, Hit::EdgeDot(number));
        }
        let to_wire = path.distance_to(point);
        if to_wire <= nearest_edge.0 {
            nearest_edge = (to_wire, Hit::Edge(number));
        }
    });
    if nearest_dot.1 == Hit::Nothing { nearest_edge.1 } else { nearest_dot.1 }
}

/// Which end of a connection a press at this point takes hold of, to lead it elsewhere.
pub fn wire_end_at(scene: &Scene, viewport: &Viewport, edge: u32, point_on_screen: Point) -> Option<Side> {
    let path = &scene.edges.get(edge as usize)?.path;
    let px_to = |point: Point| distance(viewport.screen_from_canvas(point), point_on_screen);
    if px_to(path.end()) <= WIRE_END_PX {
        return Some(Side::Slot);
    }
    (px_to(path.start()) <= WIRE_END_PX).then_some(Side::Event)
}

/// The port that a wire drawn from `origin` snaps to: the nearest legal one, or the best one of the box under the pointer.
pub fn snap_port(scene: &Scene, viewport: &Viewport, origin: Port, point_on_screen: Point) -> Option<Port> {
    let point = viewport.canvas_from_screen(point_on_screen);
    let reach = SNAP_DISTANCE_PX / viewport.zoom;
    let side = origin.side.opposite();
    let mut nearest: Option<(f64, Port)> = None;
    let mut under: Option<u32> = None;
    scene.nodes_near(&Rect { x: point.x, y: point.y, w: 0.0, h: 0.0 }.grown(reach), |number| {
        let node = &scene.nodes[number as usize];
        for index in 0..node.ports(side).len() {
            let away = distance(node.anchor(side, index), point);
            if away <= reach && nearest.is_none_or(|(other, _)| away < other) {
                nearest = Some((away, Port { node: number, side, index: index as u32 }));
            }
        }
        if node.rect.contains(point) && under.is_none_or(|other| number > other) {
            under = Some(number);
        }
    });
    nearest.map(|(_, port)| port).or_else(|| best_port(scene, under?, origin))
}

/// The port of a routine that a wire from `origin` would rather end on: the first free one, else the first.
pub fn best_port(scene: &Scene, node: u32, origin: Port) -> Option<Port> {
    let side = origin.side.opposite();
    let shape = scene.nodes.get(node as usize)?;
    let is_free = |index: usize| {
        !shape.edges.iter().any(|&edge| {
            let edge = &scene.edges[edge as usize];
            let end = if side == Side::Slot { edge.to } else { edge.from };
            end.is_some_and(|end| end.node == node && end.port == Some(index as u32))
        })
    };
    // A box that a wire comes out of is not a target for it: a self loop has to be aimed at its port.
    if node == origin.node {
        return None;
    }
    let count = shape.ports(side).len();
    let index = (0..count).find(|&index| is_free(index)).or((count > 0).then_some(0))?;
    Some(Port { node, side, index: index as u32 })
}

/// Why a wire cannot join these ports, or nothing if it can. In words for people.
pub fn refusal(from: Port, to: Port) -> Option<&'static str> {
    match (from.side, to.side) {
        (Side::Event, Side::Event) => Some("An event connects to a slot, not to another event"),
        (Side::Slot, Side::Slot) => Some("A slot takes from an event, not from another slot"),
        _ => None,
    }
}

/// What a selection box takes: whatever it touches.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Boxed {
    /// Numbers of routines, ascending.
    pub nodes: Vec<u32>,
    /// Numbers of connections, ascending.
    pub edges: Vec<u32>,
}

/// What a selection box takes, given as a rectangle on the canvas.
pub fn box_selection(scene: &Scene, rect_in_canvas: &Rect) -> Boxed {
    let mut boxed = Boxed::default();
    scene.nodes_near(rect_in_canvas, |number| boxed.nodes.push(number));
    scene.edges_near(rect_in_canvas, |number| {
        if scene.edges[number as usize].path.touches(rect_in_canvas) {
            boxed.edges.push(number);
        }
    });
    boxed.nodes.sort_unstable();
    boxed.edges.sort_unstable();
    boxed
}

#[cfg(test)]
mod tests;
