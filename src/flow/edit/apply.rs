//! What each edit does to a flow.

use std::sync::Arc;

use super::rename::{self, PortKind};
use super::{Edit, RoutineChange};
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Breakpoint, BreakpointPlace, Connection, Flow, PYTHON_CLASS, Point, PortRef, Routine};

type Outcome = Result<(), String>;

pub(super) fn apply(edit: &Edit, flow: &mut Flow, catalogue: &Catalogue) -> Outcome {
    match edit {
        Edit::Replace(other) => flow.clone_from(other),
        Edit::SetFlowId(id) => flow.flow_id = non_empty(id, "The flow's id")?,
        Edit::SetName(name) => flow.name = some_text(name),
        Edit::SetDescription(text) => flow.description = some_text(text),
        Edit::SetExecution(execution) => flow.execution = execution.clone(),
        Edit::SetErrorHandler(handler) => flow.error_handler.clone_from(handler),
        Edit::AddRoutine(routine) => add_routine(flow, routine)?,
        Edit::RemoveRoutines(ids) => remove_routines(flow, ids),
        Edit::RenameRoutine { from, to } => rename_routine(flow, from, to)?,
        Edit::ChangeRoutine { id, change } => change_routine(flow, id, change, catalogue)?,
        Edit::Move(moves) => move_routines(flow, moves)?,
        Edit::ReorderRoutine { id, to } => {
            let index = flow.routine_index(id).ok_or_else(|| no_routine(id))?;
            reorder(&mut flow.routines, index, *to);
        }
        Edit::Connect { from, to } => {
            check_ports(flow, catalogue, from, to)?;
            flow.connections.push(Connection::new(from.clone(), to.clone()));
        }
        Edit::Disconnect(indices) => disconnect(flow, indices),
        Edit::Rewire { index, from, to } => {
            check_ports(flow, catalogue, from, to)?;
            rewire(flow, *index, from, to)?;
        }
        Edit::SetConnectionMap { index, map } => item(&mut flow.connections, *index, "connection")?.map.clone_from(map),
        Edit::SetTransform { index, transform } => {
            item(&mut flow.connections, *index, "connection")?.transform = some_text(transform);
        }
        Edit::ReorderConnection { index, to } => {
            item(&mut flow.connections, *index, "connection")?;
            reorder(&mut flow.connections, *index, *to);
        }
        Edit::AddInput(input) => flow.inputs.push(input.clone()),
        Edit::RemoveInputs(indices) => remove_indices(&mut flow.inputs, indices),
        Edit::SetInput { index, input } => *item(&mut flow.inputs, *index, "input")? = input.clone(),
        Edit::AddBreakpoint(breakpoint) => {
            if flow.breakpoints.iter().any(|other| other.place == breakpoint.place) {
                return Err("There is a breakpoint at this place already".into());
            }
            flow.breakpoints.push(breakpoint.clone());
        }
        Edit::RemoveBreakpoints(indices) => remove_indices(&mut flow.breakpoints, indices),
        Edit::SetBreakpoint { index, breakpoint } => {
            *item(&mut flow.breakpoints, *index, "breakpoint")? = breakpoint.clone();
        }
        Edit::ToggleBreakpoint(place) => toggle_breakpoint(flow, place),
        Edit::AddNote(note) => flow.notes.push(note.clone()),
        Edit::RemoveNotes(indices) => remove_indices(&mut flow.notes, indices),
        Edit::SetNote { index, note } => *item(&mut flow.notes, *index, "note")? = note.clone(),
        Edit::Paste(fragment) => paste(flow, fragment)?,
        Edit::Batch { edits, .. } => edits.iter().try_for_each(|edit| apply(edit, flow, catalogue))?,
    }
    Ok(())
}

fn add_routine(flow: &mut Flow, routine: &Routine) -> Outcome {
    check_new_id(flow, &routine.id)?;
    flow.routines.push(Arc::new(routine.clone()));
    Ok(())
}

fn remove_routines(flow: &mut Flow, ids: &[String]) {
    flow.routines.retain(|routine| !ids.contains(&routine.id));
    rename::forget_routines(flow, ids);
}

fn rename_routine(flow: &mut Flow, from: &str, to: &str) -> Outcome {
    if from == to {
        return Ok(());
    }
    check_new_id(flow, to)?;
    routine_mut(flow, from)?.id = to.to_string();
    rename::routine(flow, from, to);
    Ok(())
}

fn move_routines(flow: &mut Flow, moves: &[(String, Point)]) -> Outcome {
    for (id, position) in moves {
        routine_mut(flow, id)?.position = Some(*position);
    }
    Ok(())
}

fn disconnect(flow: &mut Flow, indices: &[usize]) {
    let before: Vec<(PortRef, PortRef)> = indices
        .iter()
        .filter_map(|&index| flow.connections.get(index))
        .map(|connection| (connection.from.clone(), connection.to.clone()))
        .collect();
    remove_indices(&mut flow.connections, indices);
    // A breakpoint names a place, not a connection: it stays while a twin of the connection does.
    let gone: Vec<_> = before.into_iter().filter(|(from, to)| !has_connection(flow, from, to)).collect();
    flow.breakpoints.retain(|breakpoint| match &breakpoint.place {
        BreakpointPlace::Connection { from, to } => !gone.iter().any(|(a, b)| a == from && b == to),
        _ => true,
    });
}

fn rewire(flow: &mut Flow, index: usize, from: &PortRef, to: &PortRef) -> Outcome {
    let connection = item(&mut flow.connections, index, "connection")?;
    let old_from = std::mem::replace(&mut connection.from, from.clone());
    let old_to = std::mem::replace(&mut connection.to, to.clone());
    if has_connection(flow, &old_from, &old_to) {
        return Ok(());
    }
    for breakpoint in &mut flow.breakpoints {
        if let BreakpointPlace::Connection { from: its_from, to: its_to } = &mut breakpoint.place
            && *its_from == old_from
            && *its_to == old_to
        {
            its_from.clone_from(from);
            its_to.clone_from(to);
        }
    }
    Ok(())
}

fn has_connection(flow: &Flow, from: &PortRef, to: &PortRef) -> bool {
    flow.connections.iter().any(|connection| connection.from == *from && connection.to == *to)
}

fn toggle_breakpoint(flow: &mut Flow, place: &BreakpointPlace) {
    let count_before = flow.breakpoints.len();
    flow.breakpoints.retain(|breakpoint| breakpoint.place != *place);
    if flow.breakpoints.len() == count_before {
        flow.breakpoints.push(Breakpoint::new(place.clone()));
    }
}

fn paste(flow: &mut Flow, fragment: &Flow) -> Outcome {
    for routine in &fragment.routines {
        check_new_id(flow, &routine.id)?;
        flow.routines.push(Arc::clone(routine));
    }
    flow.connections.extend_from_slice(&fragment.connections);
    flow.inputs.extend_from_slice(&fragment.inputs);
    flow.breakpoints.extend_from_slice(&fragment.breakpoints);
    flow.notes.extend_from_slice(&fragment.notes);
    Ok(())
}

fn change_routine(flow: &mut Flow, id: &str, change: &RoutineChange, catalogue: &Catalogue) -> Outcome {
    let routine = routine_mut(flow, id)?;
    match change {
        RoutineChange::Class(class) => set_class(routine, class, catalogue)?,
        RoutineChange::Config(config) => routine.config.clone_from(config),
        RoutineChange::ConfigEntry(key, Some(value)) => {
            routine.config.insert(key.as_str().into(), value.clone());
        }
        RoutineChange::ConfigEntry(key, None) => {
            routine.config.shift_remove(key.as_str());
        }
        RoutineChange::Policy(policy) => routine.policy.clone_from(policy),
        RoutineChange::Logic(logic) => routine.logic = some_text(logic),
        RoutineChange::Duration(seconds) => {
            if !seconds.is_finite() || *seconds < 0.0 {
                return Err("A duration is a number of seconds, 0 or more".into());
            }
            routine.duration = *seconds;
        }
        RoutineChange::ErrorHandler(handler) => routine.error_handler.clone_from(handler),
        _ => change_ports(flow, id, change, catalogue)?,
    }
    Ok(())
}

/// A routine that turns into one with its own logic keeps the ports it had, so that its connections stay.
fn set_class(routine: &mut Routine, class: &str, catalogue: &Catalogue) -> Outcome {
    let class = non_empty(class, "The class")?;
    if class == PYTHON_CLASS && routine.class != PYTHON_CLASS {
        let ports = catalogue.ports(routine);
        routine.slots = ports.slots;
        routine.events = ports.events;
        routine.policy = catalogue.policy(routine);
    } else if class != PYTHON_CLASS && catalogue.class(&class).is_some() {
        routine.slots.clear();
        routine.events.clear();
    }
    routine.class = class;
    Ok(())
}

fn change_ports(flow: &mut Flow, id: &str, change: &RoutineChange, catalogue: &Catalogue) -> Outcome {
    let routine = routine_mut(flow, id)?;
    if routine.class != PYTHON_CLASS && catalogue.class(&routine.class).is_some() {
        return Err(format!("The slots and events of a {} routine come with its class", routine.class));
    }
    let slots = &mut routine.slots;
    let events = &mut routine.events;
    match change {
        RoutineChange::AddSlot(slot) => {
            check_new_port(slots.iter().map(|slot| &slot.name), &slot.name, "slot")?;
            slots.push(slot.clone());
        }
        RoutineChange::AddEvent(event) => {
            check_new_port(events.iter().map(|event| &event.name), &event.name, "event")?;
            events.push(event.clone());
        }
        RoutineChange::SetSlot(slot) => {
            let index = find(slots.iter().map(|slot| &slot.name), &slot.name, "slot")?;
            slots[index] = slot.clone();
        }
        RoutineChange::SetEvent(event) => {
            let index = find(events.iter().map(|event| &event.name), &event.name, "event")?;
            events[index] = event.clone();
        }
        RoutineChange::ReorderSlot(name, to) => {
            let index = find(slots.iter().map(|slot| &slot.name), name, "slot")?;
            reorder(slots, index, *to);
        }
        RoutineChange::ReorderEvent(name, to) => {
            let index = find(events.iter().map(|event| &event.name), name, "event")?;
            reorder(events, index, *to);
        }
        RoutineChange::RemoveSlot(name) => {
            slots.remove(find(slots.iter().map(|slot| &slot.name), name, "slot")?);
            rename::forget_port(flow, PortKind::Slot, &PortRef::new(id, name));
        }
        RoutineChange::RemoveEvent(name) => {
            events.remove(find(events.iter().map(|event| &event.name), name, "event")?);
            rename::forget_port(flow, PortKind::Event, &PortRef::new(id, name));
        }
        RoutineChange::RenameSlot(from, to) if from != to => {
            check_new_port(slots.iter().map(|slot| &slot.name), to, "slot")?;
            let index = find(slots.iter().map(|slot| &slot.name), from, "slot")?;
            slots[index].name.clone_from(to);
            rename::port(flow, PortKind::Slot, id, from, to);
        }
        RoutineChange::RenameEvent(from, to) if from != to => {
            check_new_port(events.iter().map(|event| &event.name), to, "event")?;
            let index = find(events.iter().map(|event| &event.name), from, "event")?;
            events[index].name.clone_from(to);
            rename::port(flow, PortKind::Event, id, from, to);
        }
        // Renames to the same name; and what change_routine has done itself.
        _ => {}
    }
    Ok(())
}

fn check_new_id(flow: &Flow, id: &str) -> Outcome {
    if id.is_empty() {
        return Err("A routine needs an id".into());
    }
    if id.contains('.') || id.chars().any(char::is_control) {
        return Err("A routine's id cannot have a dot or control characters".into());
    }
    if flow.routine(id).is_some() {
        return Err(format!("There is a routine with the id {id} already"));
    }
    Ok(())
}

fn check_new_port<'a>(mut names: impl Iterator<Item = &'a String>, name: &str, what: &str) -> Outcome {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(format!("The name of a {what} cannot be empty or have control characters"));
    }
    if names.any(|other| other == name) {
        return Err(format!("The routine has the {what} {name} already"));
    }
    Ok(())
}

fn check_ports(flow: &Flow, catalogue: &Catalogue, from: &PortRef, to: &PortRef) -> Outcome {
    let ports_of = |id: &str| flow.routine(id).map(|routine| catalogue.ports(routine)).ok_or_else(|| no_routine(id));
    if !ports_of(&from.routine)?.events.iter().any(|event| event.name == from.port) {
        return Err(format!("{} has no event {}", from.routine, from.port));
    }
    if !ports_of(&to.routine)?.slots.iter().any(|slot| slot.name == to.port) {
        return Err(format!("{} has no slot {}", to.routine, to.port));
    }
    Ok(())
}

fn routine_mut<'a>(flow: &'a mut Flow, id: &str) -> Result<&'a mut Routine, String> {
    let found = flow.routines.iter_mut().find(|routine| routine.id == id);
    found.map(Arc::make_mut).ok_or_else(|| no_routine(id))
}

fn no_routine(id: &str) -> String {
    format!("There is no routine {id}")
}

fn item<'a, T>(items: &'a mut [T], index: usize, what: &str) -> Result<&'a mut T, String> {
    items.get_mut(index).ok_or_else(|| format!("There is no {what} number {}", index + 1))
}

fn find<'a>(mut names: impl Iterator<Item = &'a String>, name: &str, what: &str) -> Result<usize, String> {
    names.position(|other| other == name).ok_or_else(|| format!("There is no {what} {name}"))
}

fn reorder<T>(items: &mut Vec<T>, from: usize, to: usize) {
    let moved = items.remove(from);
    items.insert(to.min(items.len()), moved);
}

fn remove_indices<T>(items: &mut Vec<T>, indices: &[usize]) {
    let mut index = 0;
    items.retain(|_| {
        index += 1;
        !indices.contains(&(index - 1))
    });
}

fn some_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_string())
}

fn non_empty(text: &str, what: &str) -> Result<String, String> {
    some_text(text).ok_or_else(|| format!("{what} cannot be empty"))
}
