//! A job's mark, and the chips that show or hide jobs in all views.

use leptos::prelude::*;

use crate::protocol::command::{Command, Empty};
use crate::protocol::report::State;
use crate::protocol::timeline::JobFilter;
use crate::view::jobs;

use super::store::Store;
use super::widgets::{dynamic, shared, text_button};

/// With more jobs than this, chips would be a wall: the list of jobs has them all.
const MOST_CHIPS: usize = 12;

/// The mark of a job: colour, shape and number. It says nothing to screen readers: what it stands on does.
pub fn job_mark(number: usize) -> AnyView {
    let mark = jobs::mark(number);
    view! {
        <span class="fx-job" data-colour=mark.colour.to_string() aria-hidden="true">
            <svg viewBox="0 0 16 16"><path d=mark.shape.path() /></svg>
            <span class="fx-job__number">{mark.number}</span>
        </span>
    }
    .into_any()
}

/// Chips for all jobs, if there are several.
pub fn job_chips(store: Store) -> AnyView {
    dynamic(move || {
        let ids = store.run.job_ids.get();
        let filter = store.run.job_filter.get();
        let is_filtered = filter != JobFilter::default();
        if ids.len() < 2 && !is_filtered {
            return ().into_any();
        }
        let chips = ids.iter().take(MOST_CHIPS).enumerate().map(|(index, id)| chip(store, index + 1, id.clone()));
        let rest = ids.len().saturating_sub(MOST_CHIPS);
        view! {
            <div class="fx-chips" role="group" aria-label="Jobs that are shown">
                {chips.collect_view()}
                {(rest > 0).then(|| view! {
                    <button type="button" class="fx-button fx-button--small" on:click=move |_| store.show_dock(super::store::DockTab::Jobs)>{format!("{rest} more")}</button>
                })}
                {is_filtered.then(|| text_button("Show all", "fx-button--small fx-button--line", move || store.set_job_filter(JobFilter::default())))}
            </div>
        }
        .into_any()
    })
}

fn chip(store: Store, number: usize, id: String) -> AnyView {
    let shown_id = id.clone();
    view! {
        <span class="fx-chip" data-job-chip=id.clone() data-shown=shared(move || store.run.job_filter.with(|filter| jobs::is_shown(filter, &shown_id)).to_string())>
            {job_mark(number)}
            {solo_and_mute(store, &id)}
        </span>
    }
    .into_any()
}

/// The two buttons of a job: show only it, and hide it.
pub fn solo_and_mute(store: Store, id: &str) -> AnyView {
    let switch = |label: &'static str, short: &'static str, is_solo: bool| {
        let (id, chosen) = (id.to_owned(), id.to_owned());
        let name = format!("{label} {id}");
        let is_on = move || {
            store.run.job_filter.with(|filter| {
                let list = if is_solo { &filter.solo } else { &filter.muted };
                list.contains(&chosen).to_string()
            })
        };
        view! {
            <button
                type="button" class="fx-chip__switch" aria-label=name.clone() title=name aria-pressed=shared(is_on)
                on:click=move |_| {
                    let filter = store.run.job_filter.get_untracked();
                    store.set_job_filter(if is_solo { jobs::toggle_solo(&filter, &id) } else { jobs::toggle_mute(&filter, &id) });
                }
            >{short}</button>
        }
    };
    view! { {switch("Solo", "S", true)}{switch("Mute", "M", false)} }.into_any()
}

impl Store {
    /// Shows only some jobs, in all views and on the canvas. The run itself goes on as it would.
    pub fn set_job_filter(&self, filter: JobFilter) {
        let store = *self;
        self.run.mirror.update_value(|mirror| mirror.view.show_jobs(filter.clone()));
        self.run.job_filter.set(filter.clone());
        let words = self.run.job_ids.with_untracked(|ids| jobs::filter_text(&filter, ids));
        self.say(&words.unwrap_or_else(|| "All jobs are shown".into()));
        self.ask(Command::SetJobFilter(filter), move |_: serde::de::IgnoredAny| {
            store.ask(Command::State(Empty {}), move |state: State| store.take_state(state));
        });
    }

    /// A job's number; reads a signal.
    pub fn job_number(&self, id: &str) -> Option<usize> {
        self.run.job_ids.with(|ids| jobs::number_of(ids, id))
    }
}
