//! Arrow keys, reading order and descriptions.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Breakpoint, BreakpointPlace};
use crate::protocol::report::Update;
use crate::view::canvas::scene::tests::large_flow;

/// Two columns: r0 to r49 and r50 to r59; r0 leads to r52 and r51, and r3 to itself.
fn sample() -> (Flow, Scene) {
    let flow = large_flow(60, &[(0, 52), (0, 51), (3, 3)]);
    let scene = Scene::build(&flow, &Catalogue::default());
    (flow, scene)
}

#[test]
fn arrows_follow_connections_first_and_then_the_places() {
    let (_, scene) = sample();
    assert_eq!(downstream(&scene, 0), [52, 51]);
    assert_eq!(upstream(&scene, 51), [0]);
    assert_eq!(arrow_target(&scene, 0, Direction::Right), Some(52));
    assert_eq!(arrow_target(&scene, 52, Direction::Left), Some(0));
    assert_eq!(arrow_target(&scene, 3, Direction::Right), Some(53), "not itself");
    assert_eq!(arrow_target(&scene, 3, Direction::Down), Some(4));
    assert_eq!(arrow_target(&scene, 3, Direction::Up), Some(2));
    assert_eq!(arrow_target(&scene, 0, Direction::Up), None);
    assert_eq!(arrow_target(&scene, 999, Direction::Up), None);
}

#[test]
fn the_reading_order_goes_row_by_row() {
    let (_, scene) = sample();
    assert_eq!(reading_order(&scene)[..5], [0, 50, 1, 51, 2]);
    assert!(reading_order(&Scene::default()).is_empty());
}

#[test]
fn typing_finds_the_next_routine() {
    let (_, scene) = sample();
    let order = reading_order(&scene);
    assert_eq!(type_ahead(&scene, &order, 0, "R5"), Some(50));
    assert_eq!(type_ahead(&scene, &order, 50, "r5"), Some(51));
    assert_eq!(type_ahead(&scene, &order, 49, "r0"), Some(0));
    assert_eq!(type_ahead(&scene, &order, 0, "zz"), None);
}

#[test]
fn descriptions_say_what_the_screen_shows() {
    let (mut flow, scene) = sample();
    let mut run = RunView::default();
    run.start(&flow);
    assert_eq!(routine_description(&scene, 0, &run), "r0, Python, 2 slots, 2 events, pending");
    let update = Update {
        routines: vec![("r51".into(), "error_continued".into())],
        queues: vec![("r51.in".into(), 3)],
        deliveries: vec![(1, 12)],
        ..Update::default()
    };
    assert!(!run.apply_update(&update).everything);
    assert_eq!(
        routine_description(&scene, 51, &run),
        "r51, Python, 2 slots, 2 events, continued after an error, 3 waiting"
    );
    let connection = &mut flow.connections[1];
    connection.transform = Some("data".into());
    let place = BreakpointPlace::Connection { from: connection.from.clone(), to: connection.to.clone() };
    flow.breakpoints.push(Breakpoint::new(place));
    assert_eq!(
        connection_description(&flow, 1, &run),
        "r0.rest to r51.other, breakpoint, changes the data, 12 delivered"
    );
    assert_eq!(
        flow_description(&large_flow(1, &[])),
        "Flow flow: 1 routine, 1 of them with logic of their own, 0 connections"
    );
}
