//! Parts of a flow for the clipboard: some routines and what joins them. A fragment is a flow itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::free_name;
use crate::flow::model::{BreakpointPlace, Flow, Point};

/// These routines with the connections among them, their inputs and their breakpoints: what copying takes.
pub fn copied(flow: &Flow, ids: &[String]) -> Flow {
    let has = |id: &String| ids.contains(id);
    let keeps = |place: &BreakpointPlace| match place {
        BreakpointPlace::Connection { from, to } => has(&from.routine) && has(&to.routine),
        BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => has(&port.routine),
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => has(id),
        BreakpointPlace::Error(None) => false,
    };
    Flow {
        flow_id: "fragment".into(),
        routines: flow.routines.iter().filter(|routine| has(&routine.id)).cloned().collect(),
        connections: flow
            .connections
            .iter()
            .filter(|connection| has(&connection.from.routine) && has(&connection.to.routine))
            .cloned()
            .collect(),
        inputs: flow.inputs.iter().filter(|input| has(&input.to.routine)).cloned().collect(),
        breakpoints: flow.breakpoints.iter().filter(|breakpoint| keeps(&breakpoint.place)).cloned().collect(),
        ..Flow::default()
    }
}

/// The fragment with ids that are free in the flow, moved by an offset: ready for [`super::Edit::Paste`].
///
/// To select what was pasted, take the ids from its routines.
pub fn fitted(fragment: &Flow, flow: &Flow, offset: Point) -> Flow {
    let mut new_ids: BTreeMap<String, String> = BTreeMap::new();
    let mut fitted = fragment.clone();
    for routine in &mut fitted.routines {
        let id = free_name(&routine.id, |name| flow.routine(name).is_some() || new_ids.values().any(|id| id == name));
        new_ids.insert(routine.id.clone(), id.clone());
        let routine = Arc::make_mut(routine);
        routine.id = id;
        if let Some(position) = &mut routine.position {
            position.x += offset.x;
            position.y += offset.y;
        }
    }
    let rename = |id: &mut String| {
        if let Some(new_id) = new_ids.get(id) {
            id.clone_from(new_id);
        }
    };
    for connection in &mut fitted.connections {
        rename(&mut connection.from.routine);
        rename(&mut connection.to.routine);
    }
    fitted.inputs.iter_mut().for_each(|input| rename(&mut input.to.routine));
    for breakpoint in &mut fitted.breakpoints {
        match &mut breakpoint.place {
            BreakpointPlace::Connection { from, to } => {
                rename(&mut from.routine);
                rename(&mut to.routine);
            }
            BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => rename(&mut port.routine),
            BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => rename(id),
            BreakpointPlace::Error(None) => {}
        }
    }
    fitted
}
