//! Culling, updates and drags.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]
use proptest::prelude::*;

use super::*;
use crate::flow::edit::{Edit, RoutineChange};
use crate::flow::model::{Event, PYTHON_CLASS, Slot};

const SCREEN: Size = Size { w: 1280.0, h: 800.0 };

/// Python routines in a grid, 50 to a column, with two slots and two events each.
pub(crate) fn large_flow(count: usize, wires: &[(usize, usize)]) -> Flow {
    let mut flow = Flow::default();
    for number in 0..count {
        let mut routine = Routine::new(format!("r{number}"), PYTHON_CLASS);
        routine.slots = vec![Slot::new("in"), Slot::new("other")];
        routine.events = vec![Event::new("out"), Event::new("rest")];
        routine.position = Some(Point { x: (number / 50) as f64 * 300.0, y: (number % 50) as f64 * 160.0 });
        flow.routines.push(Arc::new(routine));
    }
    for (index, (from, to)) in wires.iter().enumerate() {
        let event = if index % 2 == 0 { "out" } else { "rest" };
        let slot = if index % 3 == 0 { "in" } else { "other" };
        let from = PortRef::new(format!("r{from}"), event);
        flow.connections.push(Connection::new(from, PortRef::new(format!("r{to}"), slot)));
    }
    flow
}

fn scene_of(flow: &Flow) -> Scene {
    Scene::build(flow, &Catalogue::default())
}

fn same_shapes(a: &Scene, b: &Scene) -> bool {
    a.nodes == b.nodes && a.edges == b.edges
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_visible_is_what_a_search_through_all_finds(
        wires in proptest::collection::vec((0usize..120, 0usize..120), 0..150),
        moves in proptest::collection::vec((0u32..120, -3000f64..3000.0, -3000f64..3000.0), 0..20),
        x in -2000f64..2000.0, y in -2000f64..2000.0, zoom in 0.05f64..4.0,
    ) {
        let mut scene = scene_of(&large_flow(120, &wires));
        for (number, x, y) in moves {
            scene.move_nodes(&[(number, Point { x, y })]);
        }
        let viewport = Viewport { x, y, zoom };
        let shown = viewport.visible_rect(SCREEN);
        let visible = scene.visible(&viewport, SCREEN);
        let nodes: Vec<u32> = (0..120).filter(|&number| scene.nodes[number as usize].rect.touches(&shown)).collect();
        let edges: Vec<u32> = (0..scene.edges.len() as u32)
            .filter(|&number| scene.edges[number as usize].bounds.touches(&shown))
            .collect();
        prop_assert_eq!(visible.nodes, nodes);
        prop_assert_eq!(visible.edges, edges);
    }

    #[test]
    fn updates_end_where_a_new_scene_starts(
        wires in proptest::collection::vec((0usize..20, 0usize..20), 0..30),
        number in 0usize..20, x in -500f64..500.0, y in -500f64..500.0, what in 0..5,
    ) {
        let flow = large_flow(20, &wires);
        let catalogue = Catalogue::default();
        let id = format!("r{number}");
        let edit = match what {
            0 => Edit::Move(vec![(id, Point { x, y })]),
            1 => Edit::ChangeRoutine { id, change: RoutineChange::AddSlot(Slot::new("new")) },
            2 => Edit::RemoveRoutines(vec![id]),
            3 => Edit::RenameRoutine { from: id, to: "renamed".into() },
            _ => Edit::Connect { from: PortRef::new(&id, "out"), to: PortRef::new("r3", "in") },
        };
        let edited = edit.apply(&flow, &catalogue).unwrap();
        let mut scene = scene_of(&flow);
        let change = scene.update(&edited, &catalogue);
        prop_assert!(same_shapes(&scene, &scene_of(&edited)), "after {:?}", edit);
        if what == 0 {
            prop_assert_eq!(change, SceneChange::Nodes(vec![number as u32]));
        }
        let undone = scene.update(&flow, &catalogue);
        prop_assert!(same_shapes(&scene, &scene_of(&flow)), "{:?}", undone);
    }
}

#[test]
fn a_drag_moves_the_wires_along() {
    let mut scene = scene_of(&large_flow(60, &[(0, 50), (50, 0), (1, 51)]));
    let untouched = scene.edges[2].clone();
    scene.move_nodes(&[(0, Point { x: -1000.0, y: 500.0 })]);
    assert_eq!(scene.edges[0].path.start(), scene.nodes[0].anchor(Side::Event, 0));
    assert_eq!(scene.edges[1].path.end(), scene.nodes[0].anchor(Side::Slot, 1));
    assert_eq!(scene.edges[2], untouched);
}

#[test]
fn a_scene_forgets_a_drag_that_was_cancelled() {
    let flow = large_flow(3, &[(0, 1)]);
    let mut scene = scene_of(&flow);
    let before = scene.clone();
    scene.move_nodes(&[(0, Point { x: 77.0, y: 77.0 })]);
    scene.move_nodes(&[(0, Point { x: 0.0, y: 0.0 })]);
    assert!(same_shapes(&scene, &before));
}

#[test]
fn routines_without_a_position_stay_where_they_are_put_first() {
    let mut flow = large_flow(6, &[(0, 1), (1, 2)]);
    for routine in &mut flow.routines {
        Arc::make_mut(routine).position = None;
    }
    let mut scene = scene_of(&flow);
    let before: Vec<Rect> = scene.nodes.iter().map(|node| node.rect).collect();
    let connect = Edit::Connect { from: PortRef::new("r2", "out"), to: PortRef::new("r5", "in") };
    let flow = connect.apply(&flow, &Catalogue::default()).unwrap();
    assert_eq!(scene.update(&flow, &Catalogue::default()), SceneChange::Everything);
    assert_eq!(scene.nodes.iter().map(|node| node.rect).collect::<Vec<_>>(), before);
    assert_eq!(scene.update(&flow, &Catalogue::default()), SceneChange::Nodes(vec![]));
}

#[test]
fn connections_to_missing_places_keep_their_number() {
    let mut flow = large_flow(2, &[(0, 1), (0, 1)]);
    flow.connections[0].to = PortRef::new("nobody", "in");
    flow.connections[1].to = PortRef::new("r1", "no_such_slot");
    let scene = scene_of(&flow);
    assert!(!scene.edges[0].is_drawn());
    assert!(scene.edges[1].is_drawn() && !scene.edges[1].is_valid());
    assert_eq!(scene.edge_number("r0.rest->r1.no_such_slot"), Some(1));
}

#[test]
fn routines_are_dom_nodes_when_near_or_few() {
    assert_eq!(lod(1.0, 500), Lod::Near);
    assert_eq!(lod(0.45, 500), Lod::Near);
    assert_eq!(lod(0.3, 60), Lod::Near);
    assert_eq!(lod(0.3, 61), Lod::Far);
    assert_eq!(lod(0.1, 5), Lod::Far);
}

#[test]
fn a_large_flow_is_culled_and_changes_only_where_it_was_edited() {
    let wires: Vec<_> = (0..7500usize).map(|index| (index * 7 % 5000, (index * 7 + 1 + index % 90) % 5000)).collect();
    let flow = large_flow(5000, &wires);
    let mut scene = scene_of(&flow);
    let mut visible = Visible::default();
    let mut counts = Vec::new();
    for zoom in [1.0, 0.3, 0.05] {
        scene.visible_into(&mut visible, &Viewport { x: -4000.0 * zoom, y: -2000.0 * zoom, zoom }, SCREEN);
        counts.push(visible.nodes.len());
    }
    assert!(counts[0] < counts[1] && counts[1] < counts[2], "{counts:?}");
    scene.move_nodes(&[(2500, Point { x: 10.0, y: 20.0 })]);
    let moved = Edit::Move(vec![("r2500".into(), Point { x: 10.0, y: 20.0 })]);
    let flow = moved.apply(&flow, &Catalogue::default()).unwrap();
    assert_eq!(scene.update(&flow, &Catalogue::default()), SceneChange::Nodes(vec![2500]));
}
