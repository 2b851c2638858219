//! What is wrong with the flow; a click leads to the place.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::view::problems::{ProblemRow, document_problems, run_problems};

use super::store::use_store;
use super::widgets::icon;

/// The panel of problems: those of the document, then those that the run has shown.
#[component]
pub fn ProblemsPanel() -> impl IntoView {
    let store = use_store();
    let problems = Memo::new(move |_| {
        let mut rows = store.document.problems.with(|reports| document_problems(reports));
        if let Some(moment) = store.run.moment.get() {
            rows.extend(store.document.flow.with(|flow| run_problems(flow, &moment)));
        }
        rows
    });
    let rows = move || {
        problems.get().into_iter().map(|problem| {
        let ProblemRow { severity, message, path, place, target } = problem;
        let (symbol, tone) = match severity.as_str() {
            "error" => ("error", "fx-tone-bad"),
            "warning" => ("warn", "fx-tone-warn"),
            _ => ("info", "fx-tone-soft"),
        };
        let place = match place {
            Some((line, _)) => format!("{path}, line {line}"),
            None => path,
        };
        view! {
            <li>
                <button type="button" class="fx-row" data-severity=severity.clone() on:click=move |_| store.go_to_target(&target)>
                    <span class=tone>{icon(symbol)}</span>
                    <span class="fx-unseen">{severity.clone()}</span>
                    <span class="fx-row__grow">{message}</span>
                    <span class="fx-row__soft">{place}</span>
                </button>
            </li>
        }
    }).collect_view()
    };
    view! {
        <div class="fx-panel__scroll fx-fill" tabindex="-1">
            <ul class="fx-rows">{rows}</ul>
            {dynamic(move || problems.with(Vec::is_empty).then(|| view! {
                <p class="fx-panel__empty">"No problems found"</p>
            }))}
        </div>
    }
    .into_any()
}
