//! What the stopped panel says in words: why it stopped here, and why a routine with something in its slots does not run.

use std::sync::Arc;

use leptos::prelude::*;

use crate::flow::model::Breakpoint;
use crate::flow::value::Value;
use crate::protocol::command::{Command, Evaluate, Why};
use crate::protocol::inspect::Explanation;
use crate::protocol::report::{Evaluation, JobState, RunState, State};
use crate::view::stop_reason::{self, Waiting, asked_parts};
use crate::view::why::spoken;
use crate::view::words::sentence;

use super::inspector::run_part::with_code;
use super::store::{SideTab, Store};
use super::widgets::dynamic;

impl Store {
    /// The breakpoint that holds the run, as it is set now.
    pub fn breakpoint_of(&self, state: &State) -> Option<Breakpoint> {
        let index = state.stopped.as_ref()?.breakpoint?;
        self.flow_now().breakpoints.get(index).cloned()
    }
}

/// The sentence that tells why the run stopped here. The values of a condition's parts come a moment later.
pub fn reason_line(store: Store, moment: &Arc<State>) -> AnyView {
    let is_hit = moment.stopped.as_ref().is_some_and(|stopped| stopped.reason == "breakpoint");
    // In the past nothing but a breakpoint on the way back stops it: whoever went there knows why.
    if moment.run == RunState::Past && !is_hit {
        return ().into_any();
    }
    let breakpoint = if is_hit { store.breakpoint_of(moment) } else { None };
    let parts = asked_parts(breakpoint.as_ref());
    let values = RwSignal::new(vec![None; parts.len()]);
    // While somebody walks through lines, names mean the line's variables.
    let asked = if store.inside.walk.with_untracked(Option::is_none) { parts.len() } else { 0 };
    for (index, part) in parts.iter().take(asked).enumerate() {
        let command = Command::Evaluate(Evaluate { expression: part.clone() });
        store.request(command, move |body: Result<Evaluation, String>| {
            // What raises here, such as the variable of a comprehension, says nothing.
            if let Ok(Evaluation { error: None, result, .. }) = body {
                values.try_update(|values| values[index] = Some(result));
            }
        });
    }
    let moment = Arc::clone(moment);
    let text = Memo::new(move |_| {
        let known = |(part, value): (&String, Option<Value>)| Some((part.clone(), value?));
        let known: Vec<_> = parts.iter().zip(values.get()).filter_map(known).collect();
        stop_reason::sentence(&moment, breakpoint.as_ref(), &known)
    });
    view! { <p class="fx-stopped__why" data-stopped-why="">{dynamic(move || with_code(&text.get()))}</p> }.into_any()
}

/// The routines that wait with something in their slots, each with the first of the inspector's reasons and the way there.
pub fn waiting_lines(store: Store, job: &JobState, next: &str) -> AnyView {
    let waiting = stop_reason::waiting(job, next);
    if waiting.is_empty() {
        return ().into_any();
    }
    view! {
        <h2 class="fx-heading">"Waiting"</h2>
        {waiting.into_iter().map(|waiting| waiting_line(store, &job.id, waiting, next)).collect_view()}
    }
    .into_any()
}

fn waiting_line(store: Store, job: &str, waiting: Waiting, next: &str) -> AnyView {
    let reason = RwSignal::new(String::new());
    let command = Command::Why(Why { routine: waiting.routine.clone(), job: job.to_owned() });
    let name = waiting.routine.clone();
    store.request(command, move |body: Result<Explanation, String>| {
        if let Ok(explanation) = body {
            reason.try_set(sentence(&spoken(&explanation), &name));
        }
    });
    // The one that is next has its question beside its queues.
    let question = (waiting.routine != next).then(|| question(store, waiting.clone()));
    view! {
        <div class="fx-stopped__waiting" data-waiting=waiting.routine.clone()>
            <p><code>{waiting.routine.clone()}</code>": "{waiting.has.clone()}". "{dynamic(move || with_code(&reason.get()))}</p>
            {question}
        </div>
    }
    .into_any()
}

/// The question why the next routine of a job has not run yet, if something waits in its slots.
pub fn next_question(store: Store, job: &JobState, next: &str) -> AnyView {
    let waiting = stop_reason::waiting(job, next).into_iter().find(|waiting| waiting.routine == next);
    waiting.map(|waiting| question(store, waiting)).into_any()
}

fn question(store: Store, waiting: Waiting) -> AnyView {
    let Waiting { routine, question, .. } = waiting;
    view! {
        <button type="button" class="fx-button fx-button--small fx-button--line" on:click=move |_| {
            store.go_to_routine(&routine);
            store.show_side(SideTab::Inspector);
        }>{question}</button>
    }
    .into_any()
}
