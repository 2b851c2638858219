//! Jobs, queues and values at this moment.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::flow::value::Value;
use crate::protocol::command::ValueRef;
use crate::protocol::report::{JobState, RoutineState, RunState, SlotState, State};
use crate::view::format::{self, counted};
use crate::view::run_view::Status;

use super::canvas::node::status_icon;
use super::inspector::run_part::slot_values;
use super::jobs_list::JobsList;
use super::pending;
use super::store::{Store, use_store};
use super::value_tree::{Shown, value_tree};
use super::widgets::icon;

const FETCH_EVERY: Duration = Duration::from_millis(400);

/// The panel of jobs and values.
#[component]
pub fn JobsPanel() -> impl IntoView {
    let store = use_store();
    // While the run goes on nobody sends its whole state: this panel asks for it, now and then, while it is open.
    let timer = set_interval_with_handle(
        move || {
            if store.run.state.try_get_untracked() == Some(RunState::Running) {
                store.fetch_moment();
            }
        },
        FETCH_EVERY,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    if store.run.moment.with_untracked(Option::is_none) {
        store.fetch_moment();
    }
    let job_count =
        Memo::new(move |_| store.run.moment.with(|moment| moment.as_ref().map_or(0, |moment| moment.jobs.len())));
    let moment = move || store.run.moment.get();
    view! {
        <div class="fx-panel__scroll fx-fill" tabindex="-1">
            <JobsList />
            {dynamic(move || match moment() {
                Some(state) if !state.jobs.is_empty() => jobs(store, &state),
                _ => view! { <p class="fx-panel__empty">"No job has been started yet. Run the flow to see its jobs, queues and values."</p> }.into_any(),
            })}
            <span class="fx-unseen">{dynamic(move || counted(job_count.get(), "job"))}</span>
        </div>
    }
    .into_any()
}

fn jobs(store: Store, state: &Arc<State>) -> AnyView {
    let selected = store.document.selection.with(|selection| selection.only_routine().cloned());
    state.jobs.iter().map(|job| job_card(store, job, selected.as_deref())).collect_view().into_any()
}

fn job_card(store: Store, job: &JobState, selected: Option<&str>) -> AnyView {
    let status = job.status.clone();
    let tone = match status.as_str() {
        "completed" => "fx-tone-good",
        "failed" => "fx-tone-bad",
        "running" => "fx-tone-active",
        _ => "fx-tone-soft",
    };
    let error = job.error.as_ref().map(|error| super::run_events::error_text(Some(error)));
    let shared_of = ValueRef { job: job.id.clone(), shared_data: true, ..ValueRef::default() };
    // The selected routine comes first: it is what somebody looks for.
    let mut routines: Vec<&RoutineState> = job.routines.iter().collect();
    routines.sort_by_key(|routine| Some(routine.id.as_str()) != selected);
    view! {
        <section class="fx-section" data-job=job.id.clone()>
            <div class="fx-section__head">
                <h3 class="fx-section__title">{job.id.clone()}</h3>
                <span class=tone>{status}</span>
                <span class="fx-badge">{counted(job.task_count, "task")}</span>
                <span class="fx-badge">{counted(job.timer_count, "timer")}</span>
                {pending::job_buttons(store, job)}
            </div>
            {error.map(|error| view! { <p class="fx-field__error">{icon("error")}{error}</p> })}
            {pending::pending(store, job)}
            <div class="fx-job-grid">
                {routines.into_iter().map(|routine| routine_card(store, &job.id, routine, selected == Some(routine.id.as_str()))).collect_view()}
                {has_entries(&job.shared_data).then(|| view! {
                    <div class="fx-card"><h4 class="fx-heading">"Shared data"</h4>{value_tree(store, Shown::at(shared_of, Some(&job.shared_data), "shared_data").labelled("Shared data"))}</div>
                })}
            </div>
        </section>
    }
    .into_any()
}

fn routine_card(store: Store, job: &str, routine: &RoutineState, is_selected: bool) -> AnyView {
    let id = routine.id.clone();
    let status = Status::parse(&routine.status);
    let state_of = ValueRef { job: job.to_owned(), state: Some(routine.id.clone()), ..ValueRef::default() };
    view! {
        <div class="fx-card" data-selected=is_selected.to_string()>
            <div class="fx-inline">
                {icon(status_icon(status))}
                <button type="button" class="fx-row__plain fx-strong" on:click=move |_| store.go_to_routine(&id)>{routine.id.clone()}</button>
                <span class="fx-row__soft">{status.text()}" · "{format::counted(usize::try_from(routine.activations).unwrap_or(usize::MAX), "run")}</span>
            </div>
            {routine.error.clone().map(|error| view! { <p class="fx-field__error">{error}</p> })}
            {routine.slots.iter().map(|slot| view! {
                {queue_head(slot)}
                {pending::items(store, job, &routine.id, slot)}
            }).collect_view()}
            {has_entries(&routine.state).then(|| view! {
                <h4 class="fx-heading">"State"</h4>
                {value_tree(store, Shown::at(state_of, Some(&routine.state), &format!("state['{}']", routine.id)).labelled(format!("State of {}", routine.id)))}
            })}
            {pending::routine_buttons(store, job, &routine.id)}
        </div>
    }
    .into_any()
}

fn queue_head(slot: &SlotState) -> AnyView {
    view! {
        <div class="fx-queue">
            <span class="fx-heading">{slot.name.clone()}</span>
            <span class="fx-badge" data-pressure=slot.pressure.clone()>{format!("{} of {} waiting", slot.unconsumed, slot.max)}</span>
        </div>
    }
    .into_any()
}

/// The queues of a routine with what waits in them.
pub fn queues(store: Store, job: &str, routine: &RoutineState) -> AnyView {
    routine.slots.iter().map(|slot| slot_values(store, job, &routine.id, slot)).collect_view().into_any()
}

fn has_entries(value: &Value) -> bool {
    value.as_map().is_some_and(|map| !map.is_empty())
}
