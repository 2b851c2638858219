//! What the inspector tells about a routine in the run: why it ran or does not, what waits in its slots, its state, and
//! the way into its lines.

use std::time::Duration;

use leptos::prelude::*;

use crate::flow::model::PYTHON_CLASS;
use crate::protocol::command::{Command, ValueRef, Why};
use crate::protocol::inspect::{Explanation, Reason};
use crate::protocol::report::{JobState, RoutineState, RunState, SlotState};
use crate::ui::ask::Newest;
use crate::ui::field::select_field;
use crate::ui::store::Store;
use crate::ui::value_tree::{Shown, value_tree};
use crate::ui::widgets::{dynamic, icon, labelled_button, text_button};
use crate::view::why::{heading, job_to_explain, other_routine, reason_look, spoken};
use crate::view::words::{pieces, sentence};

/// How often a running flow is asked again.
const ASK_EVERY: Duration = Duration::from_millis(600);

/// The section about the run; nothing before there is one.
pub fn run_section(store: Store, id: String) -> AnyView {
    let kept = StoredValue::new(id.clone());
    let chosen = RwSignal::new(String::new());
    let explanation = RwSignal::new(None::<Explanation>);
    let newest = StoredValue::new_local(Newest::default());
    let job = Memo::new(move |_| {
        store.run.moment.with(|moment| moment.as_ref().map(|moment| job_to_explain(moment, &chosen.get())))
    });
    let ask = move || {
        if matches!(store.run.state.get_untracked(), RunState::Empty | RunState::Ready) {
            return explanation.set(None);
        }
        let command = Command::Why(Why { routine: kept.get_value(), job: job.get_untracked().unwrap_or_default() });
        newest.with_value(|newest| {
            newest.ask(store, command, move |body: Result<Explanation, String>| {
                // A routine that was drawn after the start of the run has nothing to be explained.
                let found = body.ok();
                if explanation.try_with_untracked(|now| *now != found) == Some(true) {
                    explanation.set(found);
                }
            });
        });
    };
    Effect::new(move |_| {
        store.run.moment.track();
        store.run.state.track();
        store.run.at.track();
        job.track();
        if store.run.state.get_untracked() != RunState::Running {
            ask();
        }
    });
    let timer = set_interval_with_handle(
        move || {
            if store.run.state.try_get_untracked() == Some(RunState::Running) {
                ask();
            }
        },
        ASK_EVERY,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    let state = Memo::new(move |_| {
        let id = kept.get_value();
        let job = job.get()?;
        store.run.moment.with(|moment| {
            let job = moment.as_ref()?.jobs.iter().find(|model| model.id == job)?;
            Some((job.id.clone(), job.routines.iter().find(|routine| routine.id == id)?.clone()))
        })
    });
    let jobs = Memo::new(move |_| {
        store.run.moment.with(|moment| {
            moment.as_ref().map(|moment| moment.jobs.iter().map(job_choice).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let is_python = store
        .document
        .flow
        .with_untracked(|flow| flow.routine(&id).is_some_and(|routine| routine.class == PYTHON_CLASS));
    view! {
        {dynamic(move || explanation.get().map(|explanation| {
            store.say(&spoken(&explanation));
            view! {
                <section class="fx-section fx-why" data-panel="why" aria-label="In this run">
                    {dynamic(move || (jobs.with(Vec::len) > 1).then(|| select_field("Job", jobs.get(), job.get().unwrap_or_default(), move |id| chosen.set(id))))}
                    {explained(store, &kept.get_value(), &explanation, is_python)}
                </section>
            }
        }))}
        {dynamic(move || state.get().map(|(job, routine)| values(store, &job, &routine)))}
    }
    .into_any()
}

fn job_choice(job: &JobState) -> (String, String) {
    (job.id.clone(), format!("{}, {}", job.id, job.status))
}

/// A sentence that begins with a word, with its code set apart.
fn in_words(text: &str, name: &str) -> AnyView {
    with_code(&sentence(text, name))
}

/// A text with its code set apart.
pub fn with_code(text: &str) -> AnyView {
    pieces(text)
        .into_iter()
        .map(|piece| if piece.is_code { view! { <code>{piece.text}</code> }.into_any() } else { piece.text.into_any() })
        .collect_view()
        .into_any()
}

fn explained(store: Store, id: &str, explanation: &Explanation, is_python: bool) -> AnyView {
    let ran = explanation.ran.clone();
    let seq = explanation.ran_seq;
    view! {
        {(!explanation.reasons.is_empty()).then(|| view! {
            <h3 class="fx-section__title">{heading(explanation, id)}</h3>
            <ol class="fx-why__reasons">
                {explanation.reasons.iter().map(|reason| reason_item(store, id, reason)).collect_view()}
            </ol>
        })}
        {(!ran.is_empty()).then(|| view! {
            <h3 class="fx-section__title">"Why it ran"</h3>
            <p class="fx-why__ran" data-why="ran">{in_words(&ran, id)}</p>
        })}
        <span class="fx-inline fx-wrap">
            {seq.map(|seq| record_button(store, seq))}
            {seq.filter(|_| is_python).map(|seq| labelled_button("list", "Step through its lines", "fx-button--small fx-button--line", move || {
                store.open_lines(Some(seq), "start");
            }))}
        </span>
    }
    .into_any()
}

/// Selects a record and goes to its moment.
fn record_button(store: Store, seq: u64) -> AnyView {
    view! {
        <button
            type="button" class="fx-button fx-button--small fx-button--line" title="Shows the run as it was right after this record"
            on:click=move |_| store.go_to_record(seq)
        >{icon("clock")}{format!("Record {seq}")}</button>
    }
    .into_any()
}

fn reason_item(store: Store, id: &str, reason: &Reason) -> AnyView {
    let look = reason_look(&reason.code);
    let other = other_routine(reason, id).map(str::to_owned);
    let seq = reason.seq;
    view! {
        <li class="fx-why__reason" data-why=reason.code.clone() data-tone=look.tone>
            {icon(look.icon)}
            <div>
                <p>{in_words(&reason.text, &reason.routine)}</p>
                {(other.is_some() || seq.is_some()).then(|| view! {
                    <span class="fx-inline fx-wrap">
                        {seq.map(|seq| record_button(store, seq))}
                        {other.map(|other| {
                            let label = format!("Show {other}");
                            view! {
                                <button type="button" class="fx-button fx-button--small fx-button--line" on:click=move |_| store.go_to_routine(&other)>{label}</button>
                            }
                        })}
                    </span>
                })}
            </div>
        </li>
    }
    .into_any()
}

/// What the routine has at this moment: its slots and its state.
fn values(store: Store, job: &str, routine: &RoutineState) -> AnyView {
    let has_state = routine.state.as_map().is_some_and(|map| !map.is_empty());
    if routine.slots.is_empty() && !has_state {
        return ().into_any();
    }
    let state_of = ValueRef { job: job.to_owned(), state: Some(routine.id.clone()), ..ValueRef::default() };
    view! {
        <section class="fx-section" aria-label="Values at this moment">
            <h3 class="fx-section__title">"At this moment"</h3>
            {routine.slots.iter().map(|slot| slot_values(store, job, &routine.id, slot)).collect_view()}
            {has_state.then(|| view! {
                <h4 class="fx-heading">"State"</h4>
                {value_tree(store, Shown::at(state_of, Some(&routine.state), &format!("state['{}']", routine.id)).labelled(format!("State of {}", routine.id)))}
            })}
            {routine.error.clone().map(|error| failed(store, routine.id.clone(), error))}
        </section>
    }
    .into_any()
}

fn failed(store: Store, id: String, error: String) -> AnyView {
    view! {
        <p class="fx-field__error">{icon("error")}<span>{error}</span></p>
        {text_button("Show the line that raised", "fx-button--small fx-button--line", move || store.open_error_lines(&id))}
    }
    .into_any()
}

/// What waits in a slot.
pub fn slot_values(store: Store, job: &str, routine: &str, slot: &SlotState) -> AnyView {
    let full = format!("{routine}.{}", slot.name);
    let of = ValueRef { job: job.to_owned(), slot: Some(full.clone()), ..ValueRef::default() };
    // A state lists the first items only.
    let known = crate::flow::value::Value::list(slot.items.iter().cloned());
    let known = (slot.items.len() == slot.unconsumed).then_some(&known);
    view! {
        <div class="fx-queue">
            <span class="fx-heading">{slot.name.clone()}</span>
            <span class="fx-badge" data-pressure=slot.pressure.clone()>{format!("{} of {} waiting", slot.unconsumed, slot.max)}</span>
        </div>
        {(slot.unconsumed > 0).then(|| value_tree(store, Shown::at(of, known, &format!("slot_data['{}']", slot.name)).labelled(format!("Waiting in {full}"))))}
    }
    .into_any()
}
