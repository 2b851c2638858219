//! The form of one routine.

use std::sync::Arc;

use leptos::prelude::*;

use super::{code, config, handler, ports};
use crate::flow::edit::{Edit, RoutineChange};
use crate::flow::model::{PYTHON_CLASS, Policy, Routine};
use crate::ui::field::{Look, number_field, select_field, text_field};
use crate::ui::store::{Selection, Store};
use crate::ui::widgets::icon_button;
use crate::view::canvas::keyboard;

/// The form of a routine. Each section is built anew only if its own part of the routine changed.
pub fn routine_form(store: Store, id: String) -> AnyView {
    let find = {
        let id = id.clone();
        move || store.document.flow.with(|flow| flow.routine(&id).cloned())
    };
    let routine = Memo::new(move |_| find());
    let Some(now) = routine.get_untracked() else { return ().into_any() };
    let is_python = now.class == PYTHON_CLASS;
    let name = id.clone();
    let ports_part = Memo::new(move |_| {
        routine.with(|routine| routine.as_ref().map(|routine| (routine.slots.clone(), routine.events.clone())))
    });
    let policy_part = Memo::new(move |_| {
        routine.with(|routine| routine.as_ref().map(|routine| (routine.policy.clone(), routine.config.clone())))
    });
    let duration_part = Memo::new(move |_| routine.with(|routine| routine.as_ref().map(|routine| routine.duration)));
    let handler_part =
        Memo::new(move |_| routine.with(|routine| routine.as_ref().and_then(|routine| routine.error_handler.clone())));
    let about = store.catalogue().class(&now.class).map(|class| class.about);
    let class = now.class.clone();
    let delete_id = id.clone();
    let inspected = id.clone();
    let kept_id = StoredValue::new(id.clone());
    view! {
        <div class="fx-inspector" data-inspected=inspected>
            <section class="fx-section">
                <div class="fx-section__head">
                    <h2 class="fx-section__title">{class}</h2>
                    {icon_button("copy", "Duplicate", move || store.duplicate())}
                    {icon_button("trash", "Delete routine", move || {
                        store.edit(Edit::RemoveRoutines(vec![delete_id.clone()]));
                    })}
                </div>
                {about.map(|about| view! { <p class="fx-section__about">{about}</p> })}
                {text_field("Id", id.clone(), "", Look::Text, move |text| rename(store, &kept_id.get_value(), &text))}
                {status_line(store, name)}
            </section>
            {super::run_part::run_section(store, id.clone())}
            {is_python.then(|| code::logic_section(store, id.clone()))}
            {is_python.then(|| {
                let id = id.clone();
                move || { ports_part.track(); ports::ports_section(store, &id) }
            })}
            {
                let id = id.clone();
                move || { policy_part.track(); policy_section(store, routine.get_untracked(), &id) }
            }
            {
                let id = id.clone();
                move || { policy_part.track(); config::config_section(store, routine.get_untracked(), &id) }
            }
            {
                let id = id.clone();
                move || {
                    let duration = duration_part.get().unwrap_or_default();
                    let kept = StoredValue::new(id.clone());
                    view! {
                        <section class="fx-section">
                            <h3 class="fx-section__title">"Time and errors"</h3>
                            {number_field("Duration", duration, 0.0, "Virtual seconds that one activation takes", move |seconds| {
                                store.change(&kept.get_value(), RoutineChange::Duration(seconds))
                            })}
                        </section>
                    }
                }
            }
            {
                let id = StoredValue::new(id);
                move || handler::handler_section(store, handler_part.get(), "The flow's handler", move |handler| {
                    store.change(&id.get_value(), RoutineChange::ErrorHandler(handler));
                })
            }
        </div>
    }
    .into_any()
}

fn rename(store: Store, from: &str, to: &str) -> Result<(), String> {
    let to = to.trim();
    let edit = Edit::RenameRoutine { from: from.to_owned(), to: to.to_owned() };
    // Asked first, so that the reason stands at the field and not in a toast.
    edit.apply(&store.flow_now(), &store.catalogue())?;
    store.canvas.focusable.set(Some(to.to_owned()));
    if store.edit(edit) {
        store.select(Selection::of_routine(to));
    }
    Ok(())
}

fn status_line(store: Store, id: String) -> AnyView {
    let text = move || {
        store.run.log_length.track();
        store.run.moment.track();
        store.canvas.scene.with_value(|scene| {
            let number = scene.number(&id)?;
            Some(store.run.mirror.with_value(|mirror| {
                let text = keyboard::routine_description(scene, number, &mirror.view);
                text.splitn(3, ", ").nth(2).unwrap_or_default().to_owned()
            }))
        })
    };
    view! { <p class="fx-field__hint">{text}</p> }.into_any()
}

fn policy_section(store: Store, routine: Option<Arc<Routine>>, id: &str) -> AnyView {
    let Some(routine) = routine else { return ().into_any() };
    let is_python = routine.class == PYTHON_CLASS;
    let inherited = store.catalogue().class(&routine.class).and_then(|class| (class.policy)(&routine.config));
    let id = StoredValue::new(id.to_owned());
    let none = match (&inherited, is_python) {
        (Some(policy), _) => format!("As its class: {}", policy_name(policy).1.to_lowercase()),
        (None, true) => "None: it never runs".to_owned(),
        (None, false) => "As its class".to_owned(),
    };
    let mut options = vec![("none".to_owned(), none)];
    options.extend(
        [
            Policy::Immediate,
            Policy::AllSlotsReady,
            Policy::BatchSize(5),
            Policy::TimeInterval(1.0),
            Policy::Custom(String::new()),
        ]
        .iter()
        .map(|policy| {
            let (value, text) = policy_name(policy);
            (value.to_owned(), text.to_owned())
        }),
    );
    let chosen = routine.policy.as_ref().map_or("none", |policy| policy_name(policy).0).to_owned();
    let set = move |policy: Option<Policy>| store.change(&id.get_value(), RoutineChange::Policy(policy));
    let parameter = match routine.policy.clone() {
        Some(Policy::BatchSize(size)) => {
            Some(number_field("Batch size", f64::from(size), 1.0, "New items in every slot", move |size| {
                set(Some(Policy::BatchSize(size.round() as u32)))
            }))
        }
        Some(Policy::TimeInterval(seconds)) => {
            Some(number_field("Interval", seconds, 0.0, "Virtual seconds", move |seconds| {
                set(Some(Policy::TimeInterval(seconds)))
            }))
        }
        Some(Policy::Custom(check)) => {
            Some(text_field("Check", check, "Python over slots and job_state", Look::Code, move |text| {
                set(Some(Policy::Custom(text)));
                Ok(())
            }))
        }
        _ => None,
    };
    view! {
        <section class="fx-section">
            <h3 class="fx-section__title">"When it runs"</h3>
            {select_field("Policy", options, chosen, move |value| {
                set(match value.as_str() {
                    "immediate" => Some(Policy::Immediate),
                    "all_slots_ready" => Some(Policy::AllSlotsReady),
                    "batch_size" => Some(Policy::BatchSize(5)),
                    "time_interval" => Some(Policy::TimeInterval(1.0)),
                    "custom" => Some(Policy::Custom("len(slots[\"input\"]) >= 2".into())),
                    _ => None,
                });
            })}
            {parameter}
        </section>
    }
    .into_any()
}

fn policy_name(policy: &Policy) -> (&'static str, &'static str) {
    match policy {
        Policy::Immediate => ("immediate", "At once, with any new data"),
        Policy::AllSlotsReady => ("all_slots_ready", "All slots have data"),
        Policy::BatchSize(_) => ("batch_size", "A batch is full"),
        Policy::TimeInterval(_) => ("time_interval", "At most once an interval"),
        Policy::Custom(_) => ("custom", "A Python check is true"),
    }
}
