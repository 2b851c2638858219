//! The fields of the popover.

use leptos::prelude::*;

use crate::ui::widgets::{choice, dynamic, icon, shared};

use super::complete::{Completed, completed_input};
use super::form::Form;
use crate::view::breakpoint::{Deed, can_monitor};

const DEEDS: &[(&str, &str)] = &[("break", "Break"), ("log", "Log"), ("monitor", "Monitor"), ("off", "Off")];
const DEEDS_WITHOUT_VALUES: &[(&str, &str)] = &[("break", "Break"), ("log", "Log"), ("off", "Off")];

/// What happens, on which condition, how often and for whom.
pub fn fields(form: Form) -> AnyView {
    let deeds = if form.place.with_value(can_monitor) { DEEDS } else { DEEDS_WITHOUT_VALUES };
    let deed = Memo::new(move |_| form.draft.with(|draft| draft.deed));
    view! {
        {choice(
            "What happens here", deeds,
            move || form.draft.with(|draft| draft.deed.name().to_owned()),
            move |name| form.change(|draft| draft.deed = Deed::parse(name)),
        )}
        {dynamic(move || (deed.get() == Deed::Monitor).then(|| view! {
            <p class="fx-field__hint">"Shows the last value here while the flow runs, and a curve of its numbers"</p>
        }))}
        <div class="fx-popover__part" hidden=shared(move || deed.get() == Deed::Monitor)>
            {condition(form)}
            {dynamic(move || (deed.get() == Deed::Log).then(|| message(form)))}
            <div class="fx-inline">
                {hits(form)}
                {scope(form)}
            </div>
        </div>
    }
    .into_any()
}

fn condition(form: Form) -> AnyView {
    let is_bad = move || form.condition_check.with(|check| check.as_ref().is_some_and(|check| !check.valid));
    view! {
        <div class="fx-field">
            <label class="fx-field__label" for="condition">"Condition"</label>
            {completed_input(form, Completed {
                id: "condition",
                placeholder: "value > 100",
                is_message: false,
                read: |draft| &draft.condition,
                write: |draft, text| draft.condition = text,
                is_bad: Signal::derive(is_bad),
            })}
            <div id="condition-help" aria-live="polite">{dynamic(move || condition_help(form))}</div>
        </div>
    }
    .into_any()
}

fn condition_help(form: Form) -> AnyView {
    match form.condition_check.get() {
        Some(check) if !check.valid => {
            let place = match (check.line, check.column) {
                (Some(line), Some(column)) if line > 1 => format!(" (line {line}, column {column})"),
                (_, Some(column)) => format!(" (column {column})"),
                _ => String::new(),
            };
            let message = format!("{}{place}", check.message.unwrap_or_else(|| "it does not compile".into()));
            fault(message, "invalid")
        }
        Some(_) => view! { <p class="fx-field__hint fx-tone-good" data-check="valid">"The condition is good"</p> }.into_any(),
        None if form.seen.with(|seen| !seen.keys.is_empty()) => view! {
            <p class="fx-field__hint">"Python over the payload; "<kbd>"↓"</kbd>" lists the keys that were seen"</p>
        }.into_any(),
        None => view! {
            <p class="fx-field__hint">"Python over the payload's keys, "<code>"data"</code>", "<code>"slot_data"</code>"; empty means always"</p>
        }.into_any(),
    }
}

fn fault(message: String, check: &'static str) -> AnyView {
    view! { <p class="fx-field__error" role="alert" data-check=check>{icon("warn")}<span>{message}</span></p> }
        .into_any()
}

fn message(form: Form) -> AnyView {
    view! {
        <div class="fx-field">
            <label class="fx-field__label" for="log-message">"Message"</label>
            {completed_input(form, Completed {
                id: "log-message",
                placeholder: "value is {value}",
                is_message: true,
                read: |draft| &draft.message,
                write: |draft, text| draft.message = text,
                is_bad: Signal::derive(move || form.message_fault.with(Option::is_some)),
            })}
            <div id="log-message-help" aria-live="polite">{dynamic(move || form.message_fault.get().map(|message| fault(message, "invalid-message")))}</div>
        </div>
    }
    .into_any()
}

fn hits(form: Form) -> AnyView {
    let problem = move || form.draft.with(|draft| draft.fault_of_hits());
    view! {
        <div class="fx-field">
            <label class="fx-field__label" for="hit-condition">"Hits that count"</label>
            <input
                id="hit-condition" class="fx-input fx-input--code" placeholder=">= 5" autocomplete="off" spellcheck="false"
                prop:value=form.draft.with_untracked(|draft| draft.hits.clone())
                aria-invalid=shared(move || problem().map(|_| "true")) aria-describedby="hit-condition-help"
                on:input=move |event| form.change(|draft| draft.hits = event_target_value(&event))
            />
            <span id="hit-condition-help" aria-live="polite">{dynamic(move || problem().map(|text| view! { <span class="fx-field__error">{text}</span> }))}</span>
        </div>
    }
    .into_any()
}

/// All jobs, or one of those that are there; also one that was there when the breakpoint was set.
fn scope(form: Form) -> AnyView {
    let chosen = form.draft.with_untracked(|draft| draft.scope.clone());
    let mut jobs: Vec<String> =
        form.store.run.mirror.with_value(|mirror| mirror.view.jobs.iter().map(|(id, _)| id.clone()).collect());
    if !chosen.is_empty() && !jobs.contains(&chosen) {
        jobs.push(chosen.clone());
    }
    let option = |value: String, text: String| {
        let is_chosen = value == chosen;
        view! { <option value=value selected=is_chosen>{text}</option> }
    };
    view! {
        <label class="fx-field">
            <span class="fx-field__label">"Job"</span>
            <select class="fx-select" id="stop-scope" on:change=move |event| form.change(|draft| draft.scope = event_target_value(&event))>
                {option(String::new(), "All jobs".into())}
                {jobs.into_iter().map(|job| option(job.clone(), job)).collect_view()}
            </select>
        </label>
    }
    .into_any()
}
