//! Hits, snapping and selection boxes.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::sync::Arc;

use super::*;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Connection, Event, Flow, PYTHON_CLASS, PortRef, Routine, Slot};

/// a (0, 0) and b (400, 0), each with two slots and two events; a.x is connected with b.in.
fn scene() -> Scene {
    let mut flow = Flow::default();
    for (id, x) in [("a", 0.0), ("b", 400.0)] {
        let mut routine = Routine::new(id, PYTHON_CLASS);
        routine.slots = vec![Slot::new("in"), Slot::new("other")];
        routine.events = vec![Event::new("x"), Event::new("y")];
        routine.position = Some(Point { x, y: 0.0 });
        flow.routines.push(Arc::new(routine));
    }
    flow.connections.push(Connection::new(PortRef::new("a", "x"), PortRef::new("b", "in")));
    Scene::build(&flow, &Catalogue::default())
}

const EVENT_A_X: Port = Port { node: 0, side: Side::Event, index: 0 };

fn at(scene: &Scene, viewport: &Viewport, point: Point) -> Hit {
    hit_at(scene, viewport, viewport.screen_from_canvas(point), WIRE_REACH_PX)
}

#[test]
fn ports_lie_above_boxes_and_boxes_above_wires() {
    let scene = scene();
    for viewport in [Viewport::default(), Viewport { x: 40.0, y: -30.0, zoom: 0.5 }] {
        let anchor = scene.nodes[0].anchor(Side::Event, 0);
        assert_eq!(at(&scene, &viewport, anchor), Hit::Port(EVENT_A_X));
        assert_eq!(at(&scene, &viewport, Point { x: anchor.x + 10.0, y: anchor.y }), Hit::Port(EVENT_A_X));
        assert_eq!(at(&scene, &viewport, Point { x: 80.0, y: 10.0 }), Hit::Node(0));
        assert_eq!(at(&scene, &viewport, scene.edges[0].path.midpoint()), Hit::EdgeDot(0));
        assert_eq!(at(&scene, &viewport, scene.edges[0].path.point_at(0.2)), Hit::Edge(0));
        assert_eq!(at(&scene, &viewport, Point { x: 280.0, y: 400.0 }), Hit::Nothing);
    }
}

#[test]
fn far_away_a_routine_is_one_big_target() {
    let scene = scene();
    let far = Viewport { zoom: 0.3, ..Viewport::default() };
    let anchor = scene.nodes[0].anchor(Side::Event, 0);
    assert_eq!(at(&scene, &far, Point { x: anchor.x - 5.0, y: anchor.y }), Hit::Node(0));
}

#[test]
fn the_later_of_two_boxes_lies_above() {
    let mut scene = scene();
    scene.move_nodes(&[(1, Point { x: 20.0, y: 0.0 })]);
    assert_eq!(at(&scene, &Viewport::default(), Point { x: 80.0, y: 10.0 }), Hit::Node(1));
}

#[test]
fn a_press_near_the_end_of_a_wire_takes_hold_of_it() {
    let scene = scene();
    let path = &scene.edges[0].path;
    let viewport = Viewport::default();
    assert_eq!(wire_end_at(&scene, &viewport, 0, path.end()), Some(Side::Slot));
    assert_eq!(wire_end_at(&scene, &viewport, 0, path.start()), Some(Side::Event));
    assert_eq!(wire_end_at(&scene, &viewport, 0, path.midpoint()), None);
    assert_eq!(wire_end_at(&scene, &viewport, 9, path.end()), None);
}

#[test]
fn a_wire_snaps_to_the_nearest_slot_within_twenty_pixels() {
    let scene = scene();
    let viewport = Viewport::default();
    let slot = |index| Some(Port { node: 1, side: Side::Slot, index });
    let other = scene.nodes[1].anchor(Side::Slot, 1);
    assert_eq!(snap_port(&scene, &viewport, EVENT_A_X, Point { x: other.x - 18.0, y: other.y + 2.0 }), slot(1));
    assert_eq!(snap_port(&scene, &viewport, EVENT_A_X, Point { x: other.x - 22.0, y: other.y }), None);
    // The same distance on the screen is more on the canvas when far away.
    let far = Viewport { zoom: 0.5, ..viewport };
    let pointer = far.screen_from_canvas(Point { x: other.x - 36.0, y: other.y + 2.0 });
    assert_eq!(snap_port(&scene, &far, EVENT_A_X, pointer), slot(1));
}

#[test]
fn a_wire_dropped_on_a_box_takes_its_first_free_slot() {
    let scene = scene();
    let body = Point { x: 480.0, y: 10.0 };
    assert_eq!(
        snap_port(&scene, &Viewport::default(), EVENT_A_X, body),
        Some(Port { node: 1, side: Side::Slot, index: 1 })
    );
    assert_eq!(snap_port(&scene, &Viewport::default(), EVENT_A_X, Point { x: 80.0, y: 10.0 }), None);
}

#[test]
fn a_selection_box_takes_what_it_touches() {
    let scene = scene();
    let over_wire = Rect { x: 250.0, y: 0.0, w: 20.0, h: 200.0 };
    assert_eq!(box_selection(&scene, &over_wire), Boxed { nodes: vec![], edges: vec![0] });
    let over_corner = Rect { x: -50.0, y: -50.0, w: 60.0, h: 60.0 };
    assert_eq!(box_selection(&scene, &over_corner), Boxed { nodes: vec![0], edges: vec![] });
}

#[test]
fn refusals_say_why() {
    let slot = Port { node: 1, side: Side::Slot, index: 0 };
    assert_eq!(refusal(EVENT_A_X, slot), None);
    assert!(refusal(EVENT_A_X, EVENT_A_X).unwrap().contains("slot"));
    assert!(refusal(slot, slot).unwrap().contains("event"));
}
