//! What edits are called in the undo list, and which of them belong to one step.

use super::{Edit, RoutineChange};

pub(super) fn label(edit: &Edit) -> String {
    match edit {
        Edit::Replace(_) => "Replace the document".into(),
        Edit::SetFlowId(_) => "Change the flow's id".into(),
        Edit::SetName(_) => "Rename the flow".into(),
        Edit::SetDescription(_) => "Change the description".into(),
        Edit::SetExecution(_) => "Change the execution settings".into(),
        Edit::SetErrorHandler(_) => "Change the flow's error handler".into(),
        Edit::AddRoutine(routine) => format!("Add {}", routine.id),
        Edit::RemoveRoutines(ids) => counted("Delete", ids.len(), "routine", ids.first()),
        Edit::RenameRoutine { from, to } => format!("Rename {from} to {to}"),
        Edit::ChangeRoutine { id, change } => format!("{} of {id}", routine_change(change)),
        Edit::Move(moves) => counted("Move", moves.len(), "routine", moves.first().map(|(id, _)| id)),
        Edit::ReorderRoutine { id, .. } => format!("Reorder {id}"),
        Edit::Connect { from, to } => format!("Connect {from} to {to}"),
        Edit::Disconnect(indices) => counted("Delete", indices.len(), "connection", None),
        Edit::Rewire { from, to, .. } => format!("Rewire to {from} and {to}"),
        Edit::SetConnectionMap { .. } => "Change a connection's map".into(),
        Edit::SetTransform { .. } => "Change a connection's transform".into(),
        Edit::ReorderConnection { .. } => "Reorder a connection".into(),
        Edit::AddInput(input) => format!("Add an input to {}", input.to),
        Edit::RemoveInputs(indices) => counted("Delete", indices.len(), "input", None),
        Edit::SetInput { .. } => "Change an input".into(),
        Edit::AddBreakpoint(_) => "Add a breakpoint".into(),
        Edit::RemoveBreakpoints(indices) => counted("Delete", indices.len(), "breakpoint", None),
        Edit::SetBreakpoint { .. } => "Change a breakpoint".into(),
        Edit::ToggleBreakpoint(_) => "Toggle a breakpoint".into(),
        Edit::AddNote(_) => "Add a note".into(),
        Edit::RemoveNotes(indices) => counted("Delete", indices.len(), "note", None),
        Edit::SetNote { .. } => "Change a note".into(),
        Edit::Paste(fragment) => {
            counted("Paste", fragment.routines.len(), "routine", fragment.routines.first().map(|routine| &routine.id))
        }
        Edit::Batch { label, .. } => label.clone(),
    }
}

fn counted(verb: &str, count: usize, noun: &str, only: Option<&String>) -> String {
    match (count, only) {
        (1, Some(name)) => format!("{verb} {name}"),
        (1, None) => format!("{verb} a {noun}"),
        _ => format!("{verb} {count} {noun}s"),
    }
}

fn routine_change(change: &RoutineChange) -> String {
    let (verb, what) = match change {
        RoutineChange::Class(_) => ("Change the", "class"),
        RoutineChange::Config(_) => ("Change the", "config"),
        RoutineChange::ConfigEntry(key, _) => ("Change", key.as_str()),
        RoutineChange::Policy(_) => ("Change the", "policy"),
        RoutineChange::Logic(_) => ("Change the", "logic"),
        RoutineChange::Duration(_) => ("Change the", "duration"),
        RoutineChange::ErrorHandler(_) => ("Change the", "error handler"),
        RoutineChange::AddSlot(slot) => ("Add the slot", slot.name.as_str()),
        RoutineChange::RemoveSlot(name) => ("Delete the slot", name.as_str()),
        RoutineChange::RenameSlot(name, _) => ("Rename the slot", name.as_str()),
        RoutineChange::ReorderSlot(name, _) => ("Reorder the slot", name.as_str()),
        RoutineChange::SetSlot(slot) => ("Change the slot", slot.name.as_str()),
        RoutineChange::AddEvent(event) => ("Add the event", event.name.as_str()),
        RoutineChange::RemoveEvent(name) => ("Delete the event", name.as_str()),
        RoutineChange::RenameEvent(name, _) => ("Rename the event", name.as_str()),
        RoutineChange::ReorderEvent(name, _) => ("Reorder the event", name.as_str()),
        RoutineChange::SetEvent(event) => ("Change the event", event.name.as_str()),
    };
    format!("{verb} {what}")
}

pub(super) fn coalescing_key(edit: &Edit) -> Option<String> {
    let key = match edit {
        Edit::SetFlowId(_) => "id".into(),
        Edit::SetName(_) => "name".into(),
        Edit::SetDescription(_) => "description".into(),
        Edit::SetExecution(_) => "execution".into(),
        Edit::SetErrorHandler(_) => "handler".into(),
        Edit::Move(moves) => moves.iter().fold(String::from("move"), |key, (id, _)| key + "\n" + id),
        Edit::ChangeRoutine { id, change } => match change {
            RoutineChange::Config(_)
            | RoutineChange::ConfigEntry(..)
            | RoutineChange::Logic(_)
            | RoutineChange::Duration(_)
            | RoutineChange::Policy(_)
            | RoutineChange::ErrorHandler(_)
            | RoutineChange::SetSlot(_)
            | RoutineChange::SetEvent(_) => format!("{id}\n{}", routine_change(change)),
            _ => return None,
        },
        Edit::SetConnectionMap { index, .. } => format!("map {index}"),
        Edit::SetTransform { index, .. } => format!("transform {index}"),
        Edit::SetInput { index, .. } => format!("input {index}"),
        Edit::SetBreakpoint { index, .. } => format!("breakpoint {index}"),
        Edit::SetNote { index, .. } => format!("note {index}"),
        _ => return None,
    };
    Some(key)
}
