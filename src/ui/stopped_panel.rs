//! Why the run is held: the reason, the payload that is about to arrive, and the queues it arrives at.

use std::sync::Arc;

use leptos::prelude::*;

use crate::flow::model::PYTHON_CLASS;
use crate::flow::value::Value;
use crate::protocol::command::ValueRef;
use crate::protocol::report::{Pending, RunState, State};
use crate::view::format;
use crate::view::watches::{connection_place, slot_place};

use super::action::Action;
use super::evaluate_box::evaluate_box;
use super::job_marks::job_mark;
use super::jobs_panel::queues;
use super::stop_reason::{next_question, reason_line, waiting_lines};
use super::store::{DockTab, Store, use_store};
use super::value_tree::{Shown, value_tree};
use super::widgets::{Face, action_button, dynamic, icon, icon_button, labelled_button, text_button};

/// The panel, while the run is held or looked at in the past.
#[component]
pub fn StoppedPanel() -> impl IntoView {
    let store = use_store();
    let is_shown = Memo::new(move |_| {
        let is_held = matches!(store.run.state.get(), RunState::Paused | RunState::Past);
        is_held && !store.panels.is_stopped_closed.get()
    });
    let panel = move || {
        let moment = store.run.moment.get()?;
        is_shown.get().then(|| stopped(store, &moment))
    };
    panel.into_any()
}

fn stopped(store: Store, moment: &Arc<State>) -> AnyView {
    let is_past = moment.run == RunState::Past;
    let stopped = moment.stopped.clone().unwrap_or_default();
    let is_hit = stopped.reason == "breakpoint" && !is_past;
    let is_error = moment.next.as_ref().is_some_and(|next| next.kind == "error");
    let badge = if is_past {
        "Past"
    } else {
        match stopped.reason.as_str() {
            "breakpoint" | "goto" if is_error => "Error",
            "breakpoint" => "Breakpoint",
            "goto" => "Arrived",
            "runaway" => "Runaway",
            "entry" => "Start",
            "step" => "Step",
            _ => "Paused",
        }
    };
    let where_now = if is_past {
        format!("After step {} of {}, as it was. Continue goes on from here.", moment.step, moment.steps)
    } else if stopped.text.is_empty() {
        format!("Held after {} steps, at {}", moment.step, format::time_text(moment.t))
    } else {
        stopped.text.clone()
    };
    let kind = if is_past {
        "past"
    } else if is_error {
        "failed"
    } else {
        "held"
    };
    view! {
        <section class="fx-stopped" data-kind=kind data-stopped=stopped.reason.clone() aria-label="Stopped">
            <div class="fx-stopped__head">
                <span class="fx-stopped__badge">{badge}</span>
                <div class="fx-stopped__text">
                    {where_now}{(is_hit && stopped.hit_count > 1).then(|| format!(" (hit {})", stopped.hit_count))}
                    {reason_line(store, moment)}
                </div>
                {action_button(Action::StepBack, Face::Icon)}
                {action_button(Action::Step, Face::Icon)}
                {action_button(Action::Continue, Face::Icon)}
                {icon_button("close", "Close this panel", move || store.panels.is_stopped_closed.set(true))}
            </div>
            {moment.next.as_ref().map(|next| body(store, moment, next))}
        </section>
    }
    .into_any()
}

fn body(store: Store, moment: &Arc<State>, next: &Pending) -> AnyView {
    let what = match next.kind.as_str() {
        "delivery" => "Next delivery",
        "post" => "Next post",
        "emission" => "Next emission",
        "check" => "Next check of a policy",
        "retry" => "Next attempt",
        "resume" => "Goes on after a sleep",
        "start" => "Next start",
        "end" => "Next end of a duration",
        _ => "Next step",
    };
    let to = match &next.slot {
        Some(slot) => format!("{}.{slot}", next.routine),
        None => next.routine.clone(),
    };
    let from = next.from.clone().unwrap_or_else(|| "outside".into());
    // An error that is held is shown where it was raised.
    let line_start = if next.kind == "error" { "error" } else { "start" };
    let job = moment.jobs.iter().find(|job| job.id == next.job);
    let routine = job.and_then(|job| job.routines.iter().find(|routine| routine.id == next.routine).cloned());
    view! {
        <div class="fx-stopped__body">
            <div>
                <h2 class="fx-heading fx-inline">{what}{(moment.jobs.len() > 1).then(|| job_name(store, next.job.clone()))}</h2>
                <p class="fx-route"><code>{from}</code>{icon("chevron-right")}<code>{to}</code></p>
                {next.data.as_ref().map(|data| view! {
                    <h2 class="fx-heading">"Payload"</h2>
                    <div data-payload="">{payload_tree(store, next, data)}</div>
                })}
                {evaluate_box(store, "Evaluate here")}
            </div>
            <div>
                <div class="fx-inline fx-wrap">
                    <h2 class="fx-heading">{format!("Queues of {}", next.routine)}</h2>
                    {job.map(|job| next_question(store, job, &next.routine))}
                </div>
                {match &routine {
                    Some(routine) => queues(store, &next.job, routine),
                    None => view! { <p class="fx-row__soft">"It has none"</p> }.into_any(),
                }}
                {job.map(|job| waiting_lines(store, job, &next.routine))}
                <span class="fx-inline fx-wrap fx-stopped__ways">
                    {runs_python(store, &next.routine).then(|| labelled_button("list", "Step through its lines", "fx-button--small fx-button--line", move || store.open_lines(None, line_start)))}
                    {text_button("Pending events and values", "fx-button--small fx-button--line", move || store.show_dock(DockTab::Jobs))}
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// The job that the next step belongs to, with its mark.
fn job_name(store: Store, id: String) -> AnyView {
    let named = id.clone();
    view! { {dynamic(move || store.job_number(&named).map(job_mark))}{id} }.into_any()
}

/// The payload that is about to arrive; its parts can be watched where it comes by.
fn payload_tree(store: Store, next: &Pending, data: &Value) -> AnyView {
    let to = next.slot.as_ref().map(|slot| format!("{}.{slot}", next.routine));
    let place = match (&next.from, &to) {
        (Some(from), Some(to)) => Some(connection_place(from, to)),
        (None, Some(to)) => Some(slot_place(to)),
        _ => None,
    };
    let shown = Shown::at(ValueRef { next: true, ..ValueRef::default() }, Some(data), "data").labelled("Payload");
    value_tree(
        store,
        match place {
            Some(place) => shown.over(place),
            None => shown,
        },
    )
}

fn runs_python(store: Store, routine: &str) -> bool {
    let class = store.document.flow.with_untracked(|flow| flow.routine(routine).map(|routine| routine.class.clone()));
    class.as_deref() == Some(PYTHON_CLASS)
}
