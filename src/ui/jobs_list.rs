//! The jobs of a run, told apart: show or hide each, hold it, step it alone, and two of them beside each other.

use leptos::prelude::*;

use crate::protocol::command::{Command, Empty, OneJob, Step, StepKind};
use crate::protocol::timeline::JobSummary;
use crate::view::format;
use crate::view::jobs::{is_over, is_shown, number_of, pair_of_jobs};

use super::ask::Newest;
use super::job_marks::{job_mark, solo_and_mute};
use super::run_events::set_if_changed;
use super::runs_panel::pair_table;
use super::store::{Store, use_store};
use super::widgets::{dynamic, icon_button, shared};

/// Most jobs in the list; a search finds the others.
const MOST: usize = 100;

/// The answer of `jobs`.
#[derive(serde::Deserialize)]
struct Jobs {
    jobs: Vec<JobSummary>,
}

/// The list, if there is more than one job.
#[component]
pub fn JobsList() -> impl IntoView {
    let store = use_store();
    let all = RwSignal::new(Vec::<JobSummary>::new());
    let search = RwSignal::new(String::new());
    let pair = RwSignal::new(None::<(String, String)>);
    let question = Newest::default();
    Effect::new(move |_| {
        store.run.pulse.track();
        question.ask(store, Command::Jobs(Empty {}), move |body: Result<Jobs, String>| {
            if let Ok(Jobs { jobs }) = body {
                set_if_changed(all, jobs);
            }
        });
    });
    let is_there = Memo::new(move |_| all.with(|all| all.len() > 1));
    let found = move || {
        let text = search.get().to_lowercase();
        all.with(|all| {
            let matches = |job: &&JobSummary| job.id.to_lowercase().contains(&text) || job.status.contains(&text);
            all.iter().filter(matches).take(MOST).cloned().collect::<Vec<_>>()
        })
    };
    dynamic(move || {
        is_there.get().then(|| {
            view! {
                <section class="fx-section" aria-label="Jobs of the run">
                    <div class="fx-runs__bar">
                        <h3 class="fx-heading">{dynamic(move || format::counted(all.with(Vec::len), "job"))}</h3>
                        <input
                            type="search" class="fx-input fx-logpane__search" placeholder="Find a job" aria-label="Find a job"
                            on:input=move |event| search.set(event_target_value(&event))
                        />
                        {choices(store, all, pair)}
                    </div>
                    <ul class="fx-rows fx-jobs">
                        <For each=found key=|job| (job.id.clone(), job.status.clone(), job.steps, job.tasks, job.unconsumed, job.next) children=move |job| line(store, job) />
                    </ul>
                    {dynamic(move || beside(store, pair.get()))}
                </section>
            }
        })
    })
}

fn line(store: Store, job: JobSummary) -> AnyView {
    let JobSummary { id, status, .. } = job;
    let number = job.number as usize;
    let about = format!(
        "{}, {}, {} pending, {} waiting in slots",
        format::counted(usize::try_from(job.steps).unwrap_or(usize::MAX), "step"),
        format::counted(usize::try_from(job.activations).unwrap_or(usize::MAX), "run"),
        job.tasks + job.timers,
        job.unconsumed
    );
    let is_over = is_over(&status);
    let is_paused = status == "paused";
    let (held, stepped, shown) = (id.clone(), id.clone(), id.clone());
    view! {
        <li
            class="fx-row fx-row--hover" data-job-row=id.clone() data-shown=shared(move || store.run.job_filter.with(|filter| is_shown(filter, &shown)).to_string())
        >
            {job_mark(number)}
            <span class="fx-row__grow"><span class="fx-strong">{id.clone()}</span>" "<span class="fx-row__soft">{about}</span></span>
            {job.next.then(|| view! { <span class="fx-badge" title="It takes the next step">"next"</span> })}
            <span class="fx-row__soft">{status}</span>
            {solo_and_mute(store, &id)}
            {(!is_over).then(|| view! {
                {icon_button(if is_paused { "continue" } else { "pause" }, format!("{} {id}", if is_paused { "Continue" } else { "Hold" }), move || {
                    let one = OneJob { job: held.clone() };
                    store.order(if is_paused { Command::Continue(one) } else { Command::Pause(one) });
                })}
                {icon_button("step", format!("Step {id} alone"), move || {
                    store.ask_for_moment(Command::Step(Step { kind: StepKind::Into, job: stepped.clone() }));
                })}
            })}
        </li>
    }
    .into_any()
}

/// Which two jobs are shown beside each other.
fn choices(store: Store, all: RwSignal<Vec<JobSummary>>, pair: RwSignal<Option<(String, String)>>) -> AnyView {
    let ids = Memo::new(move |_| all.with(|all| all.iter().take(MOST).map(|job| job.id.clone()).collect::<Vec<_>>()));
    let select = move |label: &'static str, is_first: bool| {
        view! {
            <select
                class="fx-select fx-select--bare" aria-label=label
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    let ids = ids.get_untracked();
                    let (Some(first), Some(second)) = (ids.first().cloned(), ids.get(1).cloned()) else { return };
                    pair.update(|pair| {
                        let (a, b) = pair.get_or_insert((first, second));
                        *(if is_first { a } else { b }) = chosen;
                    });
                }
            >
                <For each=move || ids.get() key=String::clone children=move |id| {
                    let (own, value) = (id.clone(), id.clone());
                    let is_chosen = move || match pair.get() {
                        Some((a, b)) => *(if is_first { &a } else { &b }) == own,
                        None => ids.with(|ids| ids.get(usize::from(!is_first)) == Some(&own)),
                    };
                    view! { <option value=value selected=shared(is_chosen)>{id}</option> }
                } />
            </select>
        }
    };
    view! {
        <span class="fx-row__soft">"Beside each other:"</span>
        {select("First job", true)}
        {select("Second job", false)}
        <button type="button" class="fx-button fx-button--small fx-button--line" aria-pressed=shared(move || pair.with(Option::is_some).to_string()) on:click=move |_| {
            if pair.with_untracked(Option::is_some) {
                return pair.set(None);
            }
            let ids = ids.get_untracked();
            if let [first, second, ..] = ids.as_slice() {
                store.fetch_moment();
                pair.set(Some((first.clone(), second.clone())));
            }
        }>"Compare"</button>
    }
    .into_any()
}

fn beside(store: Store, pair: Option<(String, String)>) -> AnyView {
    let Some((a, b)) = pair else { return ().into_any() };
    dynamic(move || {
        let ids = store.run.job_ids.get();
        store.run.moment.with(|moment| {
            let find = |id: &String| moment.as_ref()?.jobs.iter().find(|job| job.id == *id).cloned();
            let (Some(first), Some(second)) = (find(&a), find(&b)) else {
                return view! { <p class="fx-panel__empty">"These jobs are not there at this moment"</p> }.into_any();
            };
            let name = |id: &String| number_of(&ids, id).map_or_else(|| id.clone(), |number| format!("{number} {id}"));
            pair_table([name(&a), name(&b)], pair_of_jobs(&first, &second))
        })
    })
}
