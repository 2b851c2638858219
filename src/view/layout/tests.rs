//! Layouts of any flow.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::flow::model::{Connection, Event, PYTHON_CLASS, PortRef, Routine, Slot};

/// A flow of Python routines with one slot and two events each, and connections between numbers.
fn flow_of(count: usize, wires: &[(usize, usize)]) -> Flow {
    let mut flow = Flow::default();
    for number in 0..count {
        let mut routine = Routine::new(format!("r{number}"), PYTHON_CLASS);
        routine.slots = vec![Slot::new("in")];
        routine.events = vec![Event::new("a"), Event::new("b")];
        flow.routines.push(Arc::new(routine));
    }
    for (index, (from, to)) in wires.iter().enumerate() {
        let event = if index % 2 == 0 { "a" } else { "b" };
        let from = PortRef::new(format!("r{from}"), event);
        flow.connections.push(Connection::new(from, PortRef::new(format!("r{to}"), "in")));
    }
    flow
}

fn rects(flow: &Flow, places: &BTreeMap<String, Point>) -> Vec<Rect> {
    let shapes = shapes_of(flow, &Catalogue::default());
    flow.routines.iter().zip(shapes).map(|(routine, shape)| rect_at(places[&routine.id], shape.size)).collect()
}

fn has_overlap(rects: &[Rect]) -> bool {
    rects.iter().enumerate().any(|(index, a)| rects[index + 1..].iter().any(|b| a.grown(5.0).touches(&b.grown(5.0))))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_flow_is_laid_out_without_overlaps(
        count in 1usize..40,
        wires in proptest::collection::vec((0usize..40, 0usize..40), 0..80),
    ) {
        let wires: Vec<_> = wires.into_iter().map(|(from, to)| (from % count, to % count)).collect();
        let flow = flow_of(count, &wires);
        let places = arrange(&flow, &Catalogue::default());
        prop_assert!(!has_overlap(&rects(&flow, &places)));
        prop_assert_eq!(&places, &arrange(&flow, &Catalogue::default()));
    }

    #[test]
    fn connections_of_a_flow_without_cycles_go_forward(
        count in 2usize..40,
        wires in proptest::collection::vec((0usize..40, 0usize..40), 0..80),
    ) {
        let wires: Vec<_> = wires
            .into_iter()
            .map(|(from, to)| (from % count, to % count))
            .filter(|(from, to)| from != to)
            .map(|(from, to)| (from.min(to), from.max(to)))
            .collect();
        let flow = flow_of(count, &wires);
        let places = arrange(&flow, &Catalogue::default());
        let rects = rects(&flow, &places);
        for (from, to) in wires {
            prop_assert!(rects[from].right() + 40.0 <= rects[to].x);
        }
    }

    #[test]
    fn missing_routines_are_placed_beside_the_others(
        count in 1usize..30,
        wires in proptest::collection::vec((0usize..30, 0usize..30), 0..50),
        placed in proptest::collection::vec(any::<bool>(), 30),
    ) {
        let wires: Vec<_> = wires.into_iter().map(|(from, to)| (from % count, to % count)).collect();
        let mut flow = flow_of(count, &wires);
        let arranged = arrange(&flow, &Catalogue::default());
        for (number, routine) in flow.routines.iter_mut().enumerate().filter(|(number, _)| placed[*number]) {
            let routine = Arc::make_mut(routine);
            let place = arranged[&routine.id];
            routine.position = Some(Point { x: place.x + 1000.0, y: place.y + (number % 3) as f64 });
        }
        let missing = missing_positions(&flow, &Catalogue::default());
        let all = flow.routines.iter().map(|r| (r.id.clone(), r.position.unwrap_or_else(|| missing[&r.id]))).collect();
        prop_assert_eq!(missing.len(), flow.routines.iter().filter(|routine| routine.position.is_none()).count());
        let rects = rects(&flow, &all);
        for (number, rect) in rects.iter().enumerate().filter(|(number, _)| !placed[*number]) {
            for other in rects.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, other)| other) {
                prop_assert!(!rect.touches(other));
            }
        }
    }
}

#[test]
fn a_loop_starts_at_its_entry() {
    let flow = flow_of(4, &[(0, 1), (1, 2), (2, 3), (3, 1)]);
    let places = arrange(&flow, &Catalogue::default());
    let x = |id: &str| places[id].x;
    assert!(x("r0") < x("r1") && x("r1") < x("r2") && x("r2") < x("r3"));
}

#[test]
fn a_chain_is_level() {
    let flow = flow_of(5, &[(0, 1), (2, 3), (1, 2), (3, 4)]);
    let places = arrange(&flow, &Catalogue::default());
    assert!(places.values().all(|place| place.y.abs() <= 40.0), "{places:?}");
}

#[test]
fn wires_leave_a_routine_in_the_order_of_its_ports() {
    // Event b leads to r1, event a to r2: r2 comes above r1.
    let mut flow = flow_of(3, &[(0, 2), (0, 1)]);
    flow.connections.reverse();
    let places = arrange(&flow, &Catalogue::default());
    assert!(places["r2"].y < places["r1"].y);
}

#[test]
fn a_single_column_of_unconnected_routines_is_avoided() {
    let places = arrange(&flow_of(100, &[]), &Catalogue::default());
    let lowest = places.values().map(|place| place.y).fold(0.0, f64::max);
    let rightmost = places.values().map(|place| place.x).fold(0.0, f64::max);
    assert!(lowest < 2.0 * rightmost && rightmost < 4.0 * lowest, "{rightmost} by {lowest}");
}

#[test]
fn a_thousand_routines_do_not_overlap() {
    let wires: Vec<_> = (0..1500usize)
        .map(|index| {
            let from = index * 7 % 1000;
            (from, (from + 1 + index * 13 % 40).min(999))
        })
        .collect();
    let flow = flow_of(1000, &wires);
    let places = arrange(&flow, &Catalogue::default());
    assert!(!has_overlap(&rects(&flow, &places)));
}

#[test]
fn a_long_chain_does_not_end_the_stack() {
    let wires: Vec<_> = (0..4999).map(|number| (number, number + 1)).collect();
    let flow = flow_of(5000, &wires);
    assert_eq!(arrange(&flow, &Catalogue::default()).len(), 5000);
}
