//! Whether a breakpoint's place is there.

use crate::flow::catalogue::Catalogue;
use crate::flow::model::{BreakpointPlace, Flow, PortRef};

/// What is missing at a breakpoint's place, in words; nothing if all is there.
pub fn missing(place: &BreakpointPlace, flow: &Flow, catalogue: &Catalogue) -> Option<String> {
    let ports = |id: &str| flow.routine(id).map(|routine| catalogue.ports(routine));
    let slot = |port: &PortRef| {
        let found = ports(&port.routine).is_some_and(|ports| ports.slots.iter().any(|slot| slot.name == port.port));
        (!found).then(|| format!("there is no slot `{port}`"))
    };
    let event = |port: &PortRef| {
        let found = ports(&port.routine).is_some_and(|ports| ports.events.iter().any(|event| event.name == port.port));
        (!found).then(|| format!("there is no event `{port}`"))
    };
    match place {
        BreakpointPlace::Connection { from, to } => {
            let found = flow.connections.iter().any(|connection| connection.from == *from && connection.to == *to);
            (!found).then(|| format!("there is no connection {from} -> {to}"))
        }
        BreakpointPlace::Slot(port) => slot(port),
        BreakpointPlace::Event(port) => event(port),
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => {
            flow.routine(id).is_none().then(|| format!("there is no routine `{id}`"))
        }
        BreakpointPlace::Error(None) => None,
    }
}
