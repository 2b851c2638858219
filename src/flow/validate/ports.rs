//! Which routines and ports a flow has, for finding them by name.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::{Catalogue, Ports};
use super::super::model::{Flow, PortRef};
use super::super::suggest;

/// So many pairs of names are compared for suggestions: comparing all with all takes long in a large flow.
const COMPARISONS: usize = 20_000;

/// Whether a port takes or gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A slot.
    In,
    /// An event.
    Out,
}

/// The routines of a flow with their ports.
pub struct PortTable<'f> {
    routines: BTreeMap<&'f str, usize>,
    /// By the routine's position; none if its ports are not known.
    ports: Vec<Option<RoutinePorts>>,
    comparisons_left: Cell<usize>,
}

/// The ports of one routine.
pub struct RoutinePorts {
    /// In order.
    pub all: Ports,
    slots: BTreeSet<String>,
    events: BTreeSet<String>,
}

impl<'f> PortTable<'f> {
    /// The ports of all routines. Those of a routine of an unknown class are not known.
    pub fn new(flow: &'f Flow, unsure: &BTreeSet<String>, catalogue: &Catalogue) -> Self {
        let mut routines = BTreeMap::new();
        let mut ports = Vec::new();
        for (index, routine) in flow.routines.iter().enumerate() {
            routines.entry(&*routine.id).or_insert(index);
            let is_known = catalogue.class(&routine.class).is_some() && !unsure.contains(&routine.id);
            ports.push(is_known.then(|| RoutinePorts::new(catalogue.ports(routine))));
        }
        Self { routines, ports, comparisons_left: Cell::new(COMPARISONS) }
    }

    /// The ports of the routine at this position, if they are known.
    pub fn ports(&self, routine: usize) -> Option<&RoutinePorts> {
        self.ports.get(routine)?.as_ref()
    }

    /// The position of the routine with this id; none if the id could not be read.
    ///
    /// # Errors
    /// A message: there is no such routine.
    pub fn routine(&self, id: &str) -> Result<Option<usize>, String> {
        if id.is_empty() {
            return Ok(None);
        }
        match self.routines.get(id) {
            Some(index) => Ok(Some(*index)),
            None => {
                let advice = self.advice(id, || self.routines.keys().copied());
                Err(format!("there is no routine '{id}'{advice}"))
            }
        }
    }

    /// The position of the routine that has this port; none if the port could not be read.
    ///
    /// # Errors
    /// Code and message: there is no such routine, or it has no such port.
    pub fn find(&self, port: &PortRef, direction: Direction) -> Result<Option<usize>, (&'static str, String)> {
        let index = self.routine(&port.routine).map_err(|message| ("unknown-routine", message))?;
        let Some(ports) = index.and_then(|index| self.ports(index)) else { return Ok(index) };
        let (names, other, code, what, else_what) = match direction {
            Direction::In => (&ports.slots, &ports.events, "unknown-slot", "slot", "an event"),
            Direction::Out => (&ports.events, &ports.slots, "unknown-event", "event", "a slot"),
        };
        if names.contains(&port.port) {
            return Ok(index);
        }
        let advice = if other.contains(&port.port) {
            format!("; '{}' is {else_what} of it", port.port)
        } else {
            self.advice(&port.port, || names.iter().map(String::as_str))
        };
        Err((code, format!("the routine '{}' has no {what} '{}'{advice}", port.routine, port.port)))
    }

    fn advice<'n, I: Iterator<Item = &'n str>>(&self, name: &str, known: impl Fn() -> I) -> String {
        let Some(left) = self.comparisons_left.get().checked_sub(known().count()) else { return String::new() };
        self.comparisons_left.set(left);
        if let Some(meant) = suggest::nearest(name, known()) {
            return format!("; did you mean '{meant}'?");
        }
        let some: Vec<&str> = known().take(9).collect();
        match some.len() {
            0 => "; there are none".into(),
            1..=8 => format!("; there is {}", some.join(", ")),
            _ => String::new(),
        }
    }
}

impl RoutinePorts {
    fn new(all: Ports) -> Self {
        let slots = all.slots.iter().map(|slot| slot.name.clone()).collect();
        let events = all.events.iter().map(|event| event.name.clone()).collect();
        Self { all, slots, events }
    }
}
