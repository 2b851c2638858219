//! All breakpoints: where they are, how often they were hit, and switches for them.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::flow::edit::Edit;
use crate::flow::model::{Breakpoint, BreakpointPlace};
use crate::protocol::report::BreakpointReport;
use crate::view::format::counted;
use crate::view::outline::place_text;

use super::store::{Float, Store, use_store};
use super::widgets::{icon, icon_button};

/// The panel of breakpoints.
#[component]
pub fn BreakpointsPanel() -> impl IntoView {
    let store = use_store();
    let list = Memo::new(move |_| store.document.flow.with(|flow| flow.breakpoints.clone()));
    let rows = move || {
        let reports = store.run.breakpoints.get();
        list.get()
            .into_iter()
            .enumerate()
            .map(|(index, breakpoint)| row(store, index, breakpoint, reports.get(index).cloned().unwrap_or_default()))
            .collect_view()
    };
    view! {
        <div class="fx-panel__scroll fx-fill" tabindex="-1">
            <ul class="fx-rows">{rows}</ul>
            {dynamic(move || list.with(Vec::is_empty).then(|| view! {
                <p class="fx-panel__empty">"Click the dot on a connection to stop the run there"</p>
            }))}
        </div>
    }
    .into_any()
}

fn row(store: Store, index: usize, breakpoint: Breakpoint, report: BreakpointReport) -> AnyView {
    let place = place_text(&breakpoint.place);
    let is_bad = breakpoint.enabled && report.message.is_some();
    let look = if !breakpoint.enabled {
        "disabled"
    } else if is_bad && !report.verified {
        "invalid"
    } else if breakpoint.log_message.is_some() {
        "log"
    } else {
        "enabled"
    };
    let edge = edge_of(&store, &breakpoint.place);
    let toggled = Breakpoint { enabled: !breakpoint.enabled, ..breakpoint.clone() };
    let detail =
        breakpoint.condition.clone().or_else(|| breakpoint.log_message.clone().map(|text| format!("logs {text}")));
    let place_of_routine = match &breakpoint.place {
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => Some(id.clone()),
        BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => Some(port.routine.clone()),
        _ => None,
    };
    view! {
        <li class="fx-row fx-row--hover" on:pointerenter=move |_| store.hover_edge(edge) on:pointerleave=move |_| store.hover_edge(None)>
            <span class="fx-shape" data-breakpoint=look aria-hidden="true"></span>
            <button
                type="button" class="fx-row__plain"
                on:click=move |_| match (edge, &place_of_routine) {
                    (Some(edge), _) => {
                        store.go_to_connection(edge);
                        store.open_float(Float::Edge(edge));
                    }
                    (None, Some(id)) => store.go_to_routine(id),
                    _ => {}
                }
            >
                {place.clone()}
                {detail.map(|detail| view! { " " <code>{detail}</code> })}
            </button>
            {report.message.filter(|_| is_bad).map(|message| view! { <span class="fx-row__soft fx-tone-warn" title=message.clone()>{icon("warn")}</span> })}
            {(report.hit_count > 0).then(|| view! { <span class="fx-badge">{counted(usize::try_from(report.hit_count).unwrap_or(usize::MAX), "hit")}</span> })}
            <label class="fx-check">
                <input
                    type="checkbox" aria-label=format!("Enabled: {place}") prop:checked=breakpoint.enabled
                    on:change=move |_| { store.edit(Edit::SetBreakpoint { index, breakpoint: toggled.clone() }); }
                />
            </label>
            {icon_button("trash", format!("Delete the breakpoint at {place}"), move || { store.edit(Edit::RemoveBreakpoints(vec![index])); })}
        </li>
    }
    .into_any()
}

fn edge_of(store: &Store, place: &BreakpointPlace) -> Option<usize> {
    let BreakpointPlace::Connection { from, to } = place else { return None };
    store.flow_now().connections.iter().position(|connection| connection.from == *from && connection.to == *to)
}
