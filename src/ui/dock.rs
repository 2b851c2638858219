//! The dock below the canvas: the views of the record, problems, breakpoints, jobs and runs as tabs.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::focus;

use super::breakpoints_panel::BreakpointsPanel;
use super::jobs_panel::JobsPanel;
use super::lanes_panel::LanesPanel;
use super::problems_panel::ProblemsPanel;
use super::records_panel::RecordsPanel;
use super::runs_panel::RunsPanel;
use super::sequence_panel::SequencePanel;
use super::store::{DockTab, Sheet, use_store};
use super::watches_panel::WatchesPanel;
use super::widgets::{count_badge, icon};

const TABS: [(DockTab, &str, &str); 8] = [
    (DockTab::Log, "Records", "log"),
    (DockTab::Lanes, "Timeline", "lanes"),
    (DockTab::Sequence, "Sequence", "sequence"),
    (DockTab::Watches, "Watches", "watches"),
    (DockTab::Problems, "Problems", "problems"),
    (DockTab::Breakpoints, "Breakpoints", "breakpoints"),
    (DockTab::Jobs, "Jobs and values", "jobs"),
    (DockTab::Runs, "Runs", "runs"),
];

/// The dock.
#[component]
pub fn Dock() -> impl IntoView {
    let store = use_store();
    let is_folded = move || store.panels.is_dock_folded.get();
    let problem_count = move || {
        store.document.problems.with(|problems| problems.iter().filter(|problem| problem.severity != "hint").count())
    };
    let has_errors = Memo::new(move |_| {
        store.document.problems.with(|problems| problems.iter().any(|problem| problem.severity == "error"))
    });
    let watch_count = move || store.inside.watches.with(Vec::len);
    let breakpoint_count = move || store.document.flow.with(|flow| flow.breakpoints.len());
    let tab = move |(tab, label, panel): (DockTab, &'static str, &'static str)| {
        let is_shown = move || store.panels.dock.get() == tab;
        view! {
            <button
                type="button" class="fx-tabs__tab" role="tab" id=format!("dock-tab-{panel}") aria-controls="dock-panel"
                aria-selected=shared(move || is_shown().to_string()) tabindex=shared(move || if is_shown() { "0" } else { "-1" })
                on:click=move |_| {
                    let folds = is_shown() && !is_folded() && store.panels.sheet.get_untracked() != Sheet::Dock;
                    store.panels.dock.set(tab);
                    store.panels.is_dock_folded.set(folds);
                }
            >
                {label}
                {match tab {
                    DockTab::Problems => view! {
                        <span class=shared(move || if has_errors.get() { "fx-tone-bad" } else { "" })>{count_badge(problem_count, "")}</span>
                    }.into_any(),
                    DockTab::Watches => count_badge(watch_count, ""),
                    DockTab::Breakpoints => count_badge(breakpoint_count, ""),
                    _ => ().into_any(),
                }}
            </button>
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(index) = focus::step(".fx-dock [role=tab]", by) {
            store.panels.dock.set(TABS[index.min(TABS.len() - 1)].0);
        }
    };
    let panel_name =
        move || TABS.iter().find(|(tab, ..)| *tab == store.panels.dock.get()).map_or("log", |(_, _, panel)| *panel);
    view! {
        <div class="fx-dockpane">
            <div class="fx-tabs">
                <div class="fx-tabs__list" role="tablist" aria-label="Run and problems" on:keydown=on_key>{TABS.map(tab)}</div>
                <span class="fx-tabs__end">
                    <button
                        type="button" class="fx-button fx-button--icon fx-button--small fx-fold"
                        aria-label=shared(move || if is_folded() { "Show the panel" } else { "Hide the panel" })
                        aria-expanded=shared(move || (!is_folded()).to_string())
                        data-folded=shared(move || is_folded().to_string())
                        on:click=move |_| store.panels.is_dock_folded.update(|folded| *folded = !*folded)
                    >{icon("chevron")}</button>
                </span>
            </div>
            <div
                class="fx-dockpane__body" id="dock-panel" role="tabpanel"
                data-panel=panel_name aria-labelledby=shared(move || format!("dock-tab-{}", panel_name()))
                hidden=shared(move || is_folded() && store.panels.sheet.get() != Sheet::Dock)
            >
                {dynamic(move || match store.panels.dock.get() {
                    DockTab::Log => view! { <RecordsPanel /> }.into_any(),
                    DockTab::Lanes => view! { <LanesPanel /> }.into_any(),
                    DockTab::Sequence => view! { <SequencePanel /> }.into_any(),
                    DockTab::Watches => view! { <WatchesPanel /> }.into_any(),
                    DockTab::Problems => view! { <ProblemsPanel /> }.into_any(),
                    DockTab::Breakpoints => view! { <BreakpointsPanel /> }.into_any(),
                    DockTab::Jobs => view! { <JobsPanel /> }.into_any(),
                    DockTab::Runs => view! { <RunsPanel /> }.into_any(),
                })}
            </div>
        </div>
    }
    .into_any()
}
