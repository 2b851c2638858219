//! Changing the flow: every change is an edit, one step in the history, told to the engine and kept in the browser.

use std::sync::Arc;

use leptos::prelude::*;

use crate::flow::edit::{Edit, RoutineChange, fragment, fresh_id};
use crate::flow::model::{
    Breakpoint, BreakpointPlace, Connection, Event, Flow, PYTHON_CLASS, Point, Policy, PortRef, Routine, Slot,
};
use crate::flow::value::{Map, Value};
use crate::view::canvas::geometry;
use crate::view::canvas::geometry::Side;
use crate::view::canvas::hit::Port;

use super::store::{Selection, Store};

/// The logic that a new Python routine starts with.
const NEW_LOGIC: &str = "def logic(slot_data, policy_message, job_state):\n    for item in slot_data[\"input\"]:\n        emit(\"output\", value=item[\"value\"])\n";

impl Store {
    /// Changes the flow. False: it could not be done, and the person was told why.
    pub fn edit(&self, edit: Edit) -> bool {
        if self.settings.is_read_only.get_untracked() && !is_about_breakpoints(&edit) {
            self.tell("This flow can only be looked at");
            return false;
        }
        match edit.apply(&self.flow_now(), &self.catalogue()) {
            Ok(flow) => {
                self.document.history.update_value(|history| history.record(flow, edit.label(), edit.coalescing_key()));
                self.take_over();
                true
            }
            Err(reason) => {
                self.complain(&reason);
                false
            }
        }
    }

    /// Several changes as one step.
    pub fn edit_all(&self, label: &str, edits: Vec<Edit>) -> bool {
        self.edit(Edit::Batch { label: label.into(), edits })
    }

    /// One property of a routine.
    pub fn change(&self, id: &str, change: RoutineChange) -> bool {
        self.edit(Edit::ChangeRoutine { id: id.into(), change })
    }

    /// Lets no later change join the last step: the drag ended, the field lost the focus.
    pub fn close_step(&self) {
        self.document.history.try_update_value(crate::view::history::History::close_step);
    }

    /// Gives the flow another name.
    pub fn rename_flow(&self, name: String) {
        self.edit(Edit::SetName(name));
    }

    /// Undoes a step.
    pub fn undo(&self) {
        if let Some(label) = self.document.history.try_update_value(crate::view::history::History::undo).flatten() {
            self.take_over();
            self.say(&format!("Undone: {label}"));
        }
    }

    /// Does a step again.
    pub fn redo(&self) {
        if let Some(label) = self.document.history.try_update_value(crate::view::history::History::redo).flatten() {
            self.take_over();
            self.say(&format!("Done again: {label}"));
        }
    }

    /// Another flow, as a step of the history: opening a sample by mistake loses nothing.
    pub fn open(&self, flow: Flow) {
        self.document.history.update_value(|history| {
            history.record(flow, "Open another flow".into(), None);
        });
        self.document.selection.set(Selection::default());
        self.take_over();
        self.document.problems.set(Vec::new());
        self.load_into_engine();
        self.fit_start();
    }

    /// Makes the history's present the page's flow.
    fn take_over(&self) {
        let flow = Arc::new(self.document.history.with_value(|history| history.present().clone()));
        let catalogue = self.catalogue();
        self.canvas.scene.update_value(|scene| {
            scene.update(&flow, &catalogue);
        });
        let (undo, redo) = self
            .document
            .history
            .with_value(|history| (history.undo_label().map(str::to_owned), history.redo_label().map(str::to_owned)));
        self.prune_selection(&flow);
        self.document.undo_label.set(undo);
        self.document.redo_label.set(redo);
        self.document.flow.set(flow);
        self.tell_engine_later();
        self.leave_link();
        self.panels.is_hint_shown.set(false);
        self.keep_later();
        // Not in the next frame: whoever reads the page right after an edit finds it there.
        self.refresh_rows(true);
        self.repaint();
    }

    fn prune_selection(&self, flow: &Flow) {
        let old = self.flow_now();
        let same = old.connections.len() == flow.connections.len();
        self.document.selection.maybe_update(|selection| {
            let before = selection.clone();
            selection.routines.retain(|id| flow.routine(id).is_some());
            if !same {
                selection.connections.clear();
            }
            *selection != before
        });
    }

    /// A new routine of a class, centred at a canvas point, selected. Answers its id.
    pub fn add_routine(&self, class: &str, at: Point) -> Option<String> {
        let flow = self.flow_now();
        let routine = new_routine(self, &flow, class, at)?;
        let id = routine.id.clone();
        if !self.edit(Edit::AddRoutine(routine)) {
            return None;
        }
        self.select(Selection::of_routine(&id));
        self.canvas.focusable.set(Some(id.clone()));
        self.say(&format!("Added {id}"));
        Some(id)
    }

    /// A new routine at a canvas point, wired to a port, as one step.
    pub fn add_wired(&self, class: &str, at: Point, port: Port) -> Option<String> {
        let flow = self.flow_now();
        let origin = self.port_ref(port)?;
        let routine = new_routine(self, &flow, class, at)?;
        let id = routine.id.clone();
        let ports = self.catalogue().ports(&routine);
        let wire = match port.side {
            Side::Event => ports
                .slots
                .first()
                .map(|slot| Edit::Connect { from: origin.clone(), to: PortRef::new(&id, &slot.name) }),
            Side::Slot => ports
                .events
                .first()
                .map(|event| Edit::Connect { from: PortRef::new(&id, &event.name), to: origin.clone() }),
        };
        let mut edits = vec![Edit::AddRoutine(routine)];
        edits.extend(wire);
        if !self.edit_all(&format!("Add {id}"), edits) {
            return None;
        }
        self.select(Selection::of_routine(&id));
        self.canvas.focusable.set(Some(id.clone()));
        self.say(&format!("Added {id}, connected to {origin}"));
        Some(id)
    }

    /// Joins two ports given in any order.
    pub fn connect(&self, one: Port, other: Port) -> bool {
        if let Some(reason) = crate::view::canvas::hit::refusal(one, other) {
            self.complain(reason);
            return false;
        }
        let (event, slot) = if one.side == Side::Event { (one, other) } else { (other, one) };
        let Some((from, to)) = self.port_ref(event).zip(self.port_ref(slot)) else { return false };
        if self.flow_now().connections.iter().any(|connection| connection.from == from && connection.to == to) {
            self.tell("They are connected already");
            return false;
        }
        let text = format!("Connected {from} to {to}");
        let done = self.edit(Edit::Connect { from, to });
        if done {
            self.say(&text);
        }
        done
    }

    /// A port of the scene as the document names it.
    pub fn port_ref(&self, port: Port) -> Option<PortRef> {
        self.canvas
            .scene
            .with_value(|scene| scene.nodes.get(port.node as usize)?.port_ref(port.side, port.index as usize))
    }

    /// The port of the scene that the document names so.
    pub fn port_named(&self, side: Side, name: &str) -> Option<Port> {
        let port = PortRef::parse(name)?;
        self.canvas.scene.with_value(|scene| {
            let node = scene.number(&port.routine)?;
            let index = scene.nodes[node as usize].ports(side).iter().position(|other| *other == port.port)?;
            Some(Port { node, side, index: u32::try_from(index).ok()? })
        })
    }

    /// Deletes what is selected.
    pub fn delete_selection(&self) {
        let selection = self.document.selection.get_untracked();
        let mut edits = Vec::new();
        if !selection.connections.is_empty() {
            edits.push(Edit::Disconnect(selection.connections.iter().copied().collect()));
        }
        if !selection.routines.is_empty() {
            edits.push(Edit::RemoveRoutines(selection.routines.iter().cloned().collect()));
        }
        let done = match edits.len() {
            0 => return,
            1 => edits.pop().is_some_and(|edit| self.edit(edit)),
            _ => self.edit_all("Delete the selection", edits),
        };
        if done {
            self.select(Selection::default());
            self.say("Deleted");
        }
    }

    /// What is selected as a document's text.
    pub fn copied_text(&self) -> Option<String> {
        let selection = self.document.selection.get_untracked();
        let ids: Vec<String> = selection.routines.into_iter().collect();
        (!ids.is_empty()).then(|| super::transfer::to_json(&fragment::copied(&self.flow_now(), &ids)))
    }

    /// Adds the routines of a document's text, selected. False: it is no such text.
    pub fn paste_text(&self, text: &str) -> bool {
        let Ok(fragment) = super::transfer::from_json(text) else { return false };
        self.paste(&fragment)
    }

    /// A copy of what is selected beside it.
    pub fn duplicate(&self) {
        let ids: Vec<String> = self.document.selection.get_untracked().routines.into_iter().collect();
        if !ids.is_empty() {
            self.paste(&fragment::copied(&self.flow_now(), &ids));
        }
    }

    fn paste(&self, copied: &Flow) -> bool {
        let offset = Point { x: 2.0 * geometry::GRID, y: 2.0 * geometry::GRID };
        let fitted = fragment::fitted(copied, &self.flow_now(), offset);
        let ids = fitted.routines.iter().map(|routine| routine.id.clone()).collect();
        let done = self.edit(Edit::Paste(fitted));
        if done {
            self.select(Selection { routines: ids, ..Selection::default() });
        }
        done
    }

    /// Selects.
    pub fn select(&self, selection: Selection) {
        self.document.selection.maybe_update(|now| {
            let changes = *now != selection;
            *now = selection;
            changes
        });
        self.refresh();
    }

    /// The breakpoint at a place and its index in the document.
    pub fn breakpoint_at(&self, place: &BreakpointPlace) -> Option<(usize, Breakpoint)> {
        let flow = self.flow_now();
        let index = flow.breakpoints.iter().position(|breakpoint| breakpoint.place == *place)?;
        Some((index, flow.breakpoints[index].clone()))
    }

    /// Sets, changes or removes the breakpoint at a place.
    pub fn set_breakpoint(&self, place: &BreakpointPlace, breakpoint: Option<Breakpoint>) -> bool {
        match (self.breakpoint_at(place), breakpoint) {
            (Some((_, old)), Some(new)) if old == new => true,
            (Some((index, _)), Some(breakpoint)) => self.edit(Edit::SetBreakpoint { index, breakpoint }),
            (Some((index, _)), None) => self.edit(Edit::RemoveBreakpoints(vec![index])),
            (None, Some(breakpoint)) => self.edit(Edit::AddBreakpoint(breakpoint)),
            (None, None) => true,
        }
    }
}

/// The place of a connection.
pub fn place_of(connection: &Connection) -> BreakpointPlace {
    BreakpointPlace::Connection { from: connection.from.clone(), to: connection.to.clone() }
}

fn is_about_breakpoints(edit: &Edit) -> bool {
    matches!(
        edit,
        Edit::AddBreakpoint(_) | Edit::RemoveBreakpoints(_) | Edit::SetBreakpoint { .. } | Edit::ToggleBreakpoint(_)
    )
}

fn new_routine(store: &Store, flow: &Flow, class: &str, at: Point) -> Option<Routine> {
    let catalogue = store.catalogue();
    let mut routine = Routine::new(fresh_id(flow, class), class);
    if class == PYTHON_CLASS {
        routine.slots.push(Slot::new("input"));
        routine.events.push(Event::new("output"));
        routine.policy = Some(Policy::Immediate);
        routine.logic = Some(NEW_LOGIC.into());
    } else {
        routine.config = example_config(catalogue.class(class)?.example);
    }
    let ports = catalogue.ports(&routine);
    let size = geometry::node_size(&routine.id, class, &ports);
    routine.position = Some(geometry::snap_to_grid(Point { x: at.x - size.w / 2.0, y: at.y - size.h / 2.0 }));
    Some(routine)
}

fn example_config(example: &str) -> Map {
    let value: Value = serde_json::from_str(example).unwrap_or_default();
    value.as_map().cloned().unwrap_or_default()
}
