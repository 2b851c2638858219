//! Sizes and anchors.

use super::*;
use crate::flow::model::{Event, Slot};

fn ports(slots: &[&str], events: &[&str]) -> Ports {
    Ports {
        slots: slots.iter().map(|name| Slot::new(*name)).collect(),
        events: events.iter().map(|name| Event::new(*name)).collect(),
    }
}

#[test]
fn a_box_grows_with_its_ports_and_names_up_to_a_limit() {
    let small = node_size("a", "Python", &ports(&["in"], &[]));
    assert_eq!((small.w, small.h), (WIDTH_MIN, TITLE_HEIGHT + PORT_ROW_HEIGHT + BOTTOM_PADDING));
    let tall = node_size("a", "Python", &ports(&["in"], &["x", "y", "z"]));
    assert_eq!(tall.h - small.h, 2.0 * PORT_ROW_HEIGHT);
    let wide = node_size(&"a".repeat(500), "Python", &ports(&[], &[]));
    assert_eq!(wide.w, WIDTH_MAX);
    assert_eq!(node_size("a", "Python", &ports(&[], &[])).h, small.h, "a routine without ports has room for a target");
}

#[test]
fn anchors_lie_on_the_edges_a_row_apart() {
    let node = Rect { x: 100.0, y: 50.0, w: 160.0, h: 124.0 };
    let [first, second] = [0, 1].map(|index| port_anchor(node, Side::Slot, index));
    assert_eq!(first.x, 100.0);
    assert_eq!(second.y - first.y, PORT_ROW_HEIGHT);
    assert_eq!(port_anchor(node, Side::Event, 0), Point { x: 260.0, y: first.y });
}

#[test]
fn snapping_goes_to_the_nearest_point_of_the_grid() {
    assert_eq!(snap_to_grid(Point { x: 29.0, y: -31.0 }), Point { x: 20.0, y: -40.0 });
}
