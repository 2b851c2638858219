//! Automatic layout from left to right.

use std::collections::BTreeMap;

use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Flow, Point};

/// Places for all routines, from left to right along the connections.
pub fn arrange(flow: &Flow, _catalogue: &Catalogue) -> BTreeMap<String, Point> {
    let place = |index: usize| Point { x: (index % 5) as f64 * 260.0, y: (index / 5) as f64 * 160.0 };
    flow.routines.iter().enumerate().map(|(index, routine)| (routine.id.clone(), place(index))).collect()
}

/// Places for the routines that have none; the others stay where they are.
pub fn missing_positions(flow: &Flow, catalogue: &Catalogue) -> BTreeMap<String, Point> {
    let mut places = arrange(flow, catalogue);
    for routine in flow.routines.iter().filter(|routine| routine.position.is_some()) {
        places.remove(&routine.id);
    }
    places
}
