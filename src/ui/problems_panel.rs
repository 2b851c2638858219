//! What is wrong with the flow; a click leads to the place.

use leptos::prelude::*;

use crate::protocol::report::ProblemReport;

use super::store::use_store;
use super::widgets::icon;

/// The panel of problems.
#[component]
pub fn ProblemsPanel() -> impl IntoView {
    let store = use_store();
    let rows = move || {
        let mut problems = store.document.problems.get();
        problems.sort_by_key(|problem| rank(problem));
        problems.into_iter().map(|problem| {
            let (symbol, tone) = match problem.severity.as_str() {
                "error" => ("error", "fx-tone-bad"),
                "warning" => ("warn", "fx-tone-warn"),
                _ => ("info", "fx-tone-soft"),
            };
            let path = problem.path.clone();
            let place = match problem.line {
                Some(line) => format!("{}, line {line}", problem.path),
                None => problem.path.clone(),
            };
            view! {
                <li>
                    <button type="button" class="fx-row" data-code=problem.code.clone() on:click=move |_| store.go_to_path(&path)>
                        <span class=tone>{icon(symbol)}</span>
                        <span class="fx-unseen">{problem.severity.clone()}</span>
                        <span class="fx-row__grow">{problem.message.clone()}</span>
                        <span class="fx-row__soft">{place}</span>
                    </button>
                </li>
            }
        }).collect_view()
    };
    view! {
        <div class="fx-panel__scroll fx-fill" tabindex="-1">
            <ul class="fx-rows">{rows}</ul>
            {move || store.document.problems.with(Vec::is_empty).then(|| view! {
                <p class="fx-panel__empty">"No problems found"</p>
            })}
        </div>
    }
    .into_any()
}

fn rank(problem: &ProblemReport) -> u8 {
    match problem.severity.as_str() {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}
