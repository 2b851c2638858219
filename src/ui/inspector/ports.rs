//! A routine's slots and events: add, rename, remove.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::flow::edit::{RoutineChange, free_name};
use crate::flow::model::{Event, Slot};
use crate::ui::field::{Look, bare_field};
use crate::ui::store::Store;
use crate::ui::widgets::{icon_button, labelled_button};

/// The section of a Python routine's ports.
pub fn ports_section(store: Store, id: &str) -> AnyView {
    let flow = store.flow_now();
    let Some(routine) = flow.routine(id).cloned() else { return ().into_any() };
    let id = StoredValue::new(id.to_owned());
    let slots = routine.slots.iter().map(|slot| port_row(store, id, slot.name.clone(), true)).collect_view();
    let events = routine.events.iter().map(|event| port_row(store, id, event.name.clone(), false)).collect_view();
    let slot_names: Vec<String> = routine.slots.iter().map(|slot| slot.name.clone()).collect();
    let event_names: Vec<String> = routine.events.iter().map(|event| event.name.clone()).collect();
    view! {
        <section class="fx-section" data-ports="">
            <div class="fx-section__head">
                <h3 class="fx-section__title">"Slots"</h3>
                {labelled_button("plus", "Add slot", "fx-button--small", move || {
                    let name = free_name("input", |name| slot_names.iter().any(|other| other == name));
                    store.change(&id.get_value(), RoutineChange::AddSlot(Slot::new(name)));
                })}
            </div>
            <div class="fx-list">{slots}</div>
            <div class="fx-section__head">
                <h3 class="fx-section__title">"Events"</h3>
                {labelled_button("plus", "Add event", "fx-button--small", move || {
                    let name = free_name("output", |name| event_names.iter().any(|other| other == name));
                    store.change(&id.get_value(), RoutineChange::AddEvent(Event::new(name)));
                })}
            </div>
            <div class="fx-list">{events}</div>
        </section>
    }
    .into_any()
}

fn port_row(store: Store, id: StoredValue<String>, name: String, is_slot: bool) -> AnyView {
    let problem = RwSignal::new(None::<String>);
    let kept = StoredValue::new(name.clone());
    let kind = if is_slot { "slot" } else { "event" };
    let rename = move |text: String| {
        let (old, new) = (kept.get_value(), text.trim().to_owned());
        let change = if is_slot { RoutineChange::RenameSlot(old, new) } else { RoutineChange::RenameEvent(old, new) };
        let edit = crate::flow::edit::Edit::ChangeRoutine { id: id.get_value(), change };
        edit.apply(&store.flow_now(), &store.catalogue())?;
        store.edit(edit);
        Ok(())
    };
    view! {
        <div class="fx-list__row">
            <span class="fx-list__mark" class=("fx-list__mark--event", !is_slot) aria-hidden="true"></span>
            {bare_field(format!("Name of {kind} {name}"), name.clone(), Look::Code, problem, rename)}
            {icon_button("trash", format!("Delete {kind} {name}"), move || {
                let name = kept.get_value();
                let change = if is_slot { RoutineChange::RemoveSlot(name) } else { RoutineChange::RemoveEvent(name) };
                store.change(&id.get_value(), change);
            })}
        </div>
        {dynamic(move || problem.get().map(|problem| view! { <span class="fx-field__error" role="alert">{problem}</span> }))}
    }
    .into_any()
}
