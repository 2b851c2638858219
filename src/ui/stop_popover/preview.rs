//! What looking through the recorded run says about a breakpoint that is not set yet, with jumps.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, icon_button};

use super::form::{Form, MOST_STEPS};
use crate::protocol::inspect::BreakpointPreview;
use crate::protocol::report::RunState;
use crate::ui::widgets::{icon, text_button};
use crate::view::breakpoint::{Deed, jump, preview_text};

/// The line of the preview.
pub fn preview(form: Form) -> AnyView {
    dynamic(move || match form.preview.get() {
        Some(preview) => found(form, preview),
        None => {
            let store = form.store;
            let is_long = store.run.steps.get().1 > MOST_STEPS;
            let is_held = matches!(store.run.state.get(), RunState::Paused | RunState::Past | RunState::Done);
            (is_long && is_held)
                .then(|| {
                    text_button("Look through the run", "fx-button--small fx-button--line", move || {
                        form.ask_for_preview(true);
                    })
                })
                .into_any()
        }
    })
}

fn found(form: Form, preview: BreakpointPreview) -> AnyView {
    let deed = form.draft.with(|draft| draft.deed);
    if !preview.valid || deed == Deed::Monitor {
        return ().into_any();
    }
    let text = preview_text(&preview, deed);
    let raised = (preview.errors > 0).then(|| {
        let what = preview.message.clone().unwrap_or_default();
        format!("The condition raised {} times, which counts as false: {what}", preview.errors)
    });
    let (stops, events) = (preview.stops.to_string(), preview.events.to_string());
    let seqs = StoredValue::new(preview.seqs);
    view! {
        <div class="fx-preview" role="status" data-stops=stops data-events=events>
            <span class="fx-preview__text">{text}</span>
            {seqs.with_value(|seqs| !seqs.is_empty()).then(|| jumps(form, seqs))}
        </div>
        {raised.map(|raised| view! { <p class="fx-field__error fx-tone-warn">{icon("warn")}<span>{raised}</span></p> })}
    }
    .into_any()
}

fn jumps(form: Form, seqs: StoredValue<Vec<u64>>) -> AnyView {
    let store = form.store;
    let now = move || store.run.moment.with_untracked(|moment| moment.as_ref().map_or(0, |moment| moment.seq));
    let go = move |forward: bool| {
        let target = seqs.with_value(|seqs| jump(seqs, now(), forward));
        match target {
            Some(seq) => store.seek_before(seq),
            None => store.say(if forward { "There is no later one" } else { "There is no earlier one" }),
        }
    };
    let here = move || {
        let now = store.run.moment.with(|moment| moment.as_ref().map(|moment| moment.seq))?;
        seqs.with_value(|seqs| Some(format!("{} of {}", seqs.iter().position(|seq| *seq == now)? + 1, seqs.len())))
    };
    view! {
        <span class="fx-preview__jumps">
            <span class="fx-row__soft">{dynamic(here)}</span>
            {icon_button("chevron-left", "To the one before", move || go(false))}
            {icon_button("chevron-right", "To the next one", move || go(true))}
        </span>
    }
    .into_any()
}
