//! Why the run is held: the reason, the payload that is about to arrive, and the queues it arrives at.

use std::sync::Arc;

use leptos::prelude::*;

use crate::protocol::report::{Pending, RunState, State};
use crate::view::format;

use super::action::Action;
use super::jobs_panel::queues;
use super::store::{DockTab, Store, use_store};
use super::value_tree::value_tree;
use super::widgets::{Face, action_button, icon, icon_button, text_button};

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
    let badge = if is_past {
        "Past"
    } else {
        match stopped.reason.as_str() {
            "breakpoint" => "Breakpoint",
            "error" => "Error",
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
    } else if stopped.reason == "error" {
        "failed"
    } else {
        "held"
    };
    view! {
        <section class="fx-stopped" data-kind=kind data-stopped=stopped.reason.clone() aria-label="Stopped">
            <div class="fx-stopped__head">
                <span class="fx-stopped__badge">{badge}</span>
                <span class="fx-stopped__text">{where_now}{(is_hit && stopped.hit_count > 1).then(|| format!(" (hit {})", stopped.hit_count))}</span>
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
    let routine = moment
        .jobs
        .iter()
        .find(|job| job.id == next.job)
        .and_then(|job| job.routines.iter().find(|routine| routine.id == next.routine).cloned());
    view! {
        <div class="fx-stopped__body">
            <div>
                <h2 class="fx-heading">{what}</h2>
                <p class="fx-route"><code>{from}</code>{icon("chevron-right")}<code>{to}</code></p>
                {next.data.clone().map(|data| view! {
                    <h2 class="fx-heading">"Payload"</h2>
                    <div data-payload="">{value_tree(data)}</div>
                })}
            </div>
            <div>
                <h2 class="fx-heading">{format!("Queues of {}", next.routine)}</h2>
                {match &routine {
                    Some(routine) => queues(routine),
                    None => view! { <p class="fx-row__soft">"It has none"</p> }.into_any(),
                }}
                {text_button("Pending events and values", "fx-button--small fx-button--line", move || store.show_dock(DockTab::Jobs))}
            </div>
        </div>
    }
    .into_any()
}
