//! All breakpoints: where they are, what they do, how often they were hit, and switches for them.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::flow::edit::Edit;
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow};
use crate::protocol::report::BreakpointReport;
use crate::view::breakpoint::{detail, kind, report_text};
use crate::view::canvas::looks::look_of_index;
use crate::view::format::counted;
use crate::view::outline::place_text;

use super::action::Action;
use super::store::{Store, use_store};
use super::widgets::{icon, icon_button, shared, text_button};

/// The panel of breakpoints.
#[component]
pub fn BreakpointsPanel() -> impl IntoView {
    let store = use_store();
    let list = Memo::new(move |_| store.document.flow.with(|flow| flow.breakpoints.clone()));
    // A row that is gone is not left by the pointer.
    on_cleanup(move || store.light(None));
    let rows = move || {
        let flow = store.document.flow.get();
        let reports = store.run.breakpoints.get();
        store.run.moment.track();
        list.with(|list| (0..list.len()).map(|index| row(store, &flow, index, &reports)).collect_view())
    };
    view! {
        <div class="fx-panel__scroll fx-fill" tabindex="-1">
            {bar(store, list)}
            <ul class="fx-rows">{rows}</ul>
            {dynamic(move || list.with(Vec::is_empty).then(|| view! {
                <p class="fx-panel__empty">
                    "Click the dot on a connection, the place beside a port's name or the one in a routine's head; or select one of them and press "<kbd>"B"</kbd>
                </p>
            }))}
        </div>
    }
    .into_any()
}

/// What concerns all of them.
fn bar(store: Store, list: Memo<Vec<Breakpoint>>) -> AnyView {
    let any_error =
        move || list.with(|list| list.iter().position(|breakpoint| breakpoint.place == BreakpointPlace::Error(None)));
    let stops_at_errors = move || any_error().is_some_and(|index| list.with(|list| list[index].enabled));
    let toggle_errors = move || {
        let place = BreakpointPlace::Error(None);
        let old = store.breakpoint_at(&place).map(|(_, breakpoint)| breakpoint);
        // One with a condition is somebody's work: it is switched, a plain one comes and goes.
        let new = match old {
            None => Some(Breakpoint::new(place.clone())),
            Some(old) if old == Breakpoint::new(place.clone()) => None,
            Some(old) => Some(Breakpoint { enabled: !old.enabled, ..old }),
        };
        store.set_breakpoint(&place, new);
    };
    let is_any_on = move || list.with(|list| list.iter().any(|breakpoint| breakpoint.enabled));
    let switch_all = move || {
        let enabled = !is_any_on();
        let edits = list.with_untracked(|list| {
            let changed = list.iter().enumerate().filter(|(_, breakpoint)| breakpoint.enabled != enabled);
            changed
                .map(|(index, breakpoint)| Edit::SetBreakpoint {
                    index,
                    breakpoint: Breakpoint { enabled, ..breakpoint.clone() },
                })
                .collect()
        });
        store.edit_all(if enabled { "Switch all breakpoints on" } else { "Switch all breakpoints off" }, edits);
    };
    view! {
        <div class="fx-stops-bar">
            <label class="fx-check">
                <input type="checkbox" id="stop-at-errors" prop:checked=shared(stops_at_errors) on:change=move |_| toggle_errors() />
                "Stop at errors"
            </label>
            <label class="fx-check" title="A hit pauses its job, the others go on">
                <input
                    type="checkbox" id="hold-one-job" prop:checked=store.run.holds_one_job
                    on:change=move |event| {
                        store.run.holds_one_job.set(event_target_checked(&event));
                        store.send_breakpoints();
                    }
                />
                "Hold only the job"
            </label>
            <span class="fx-grow"></span>
            {text_button("Run to the next error", "fx-button--small", move || store.perform(Action::RunToError))}
            {dynamic(move || list.with(|list| !list.is_empty()).then(|| {
                let label = if is_any_on() { "All off" } else { "All on" };
                view! {
                    {text_button(label, "fx-button--small", switch_all)}
                    {text_button("Delete all", "fx-button--small fx-button--danger", move || {
                        let count = list.with_untracked(Vec::len);
                        store.edit(Edit::RemoveBreakpoints((0..count).collect()));
                    })}
                }
            }))}
        </div>
    }
    .into_any()
}

fn row(store: Store, flow: &Arc<Flow>, index: usize, reports: &[BreakpointReport]) -> AnyView {
    let Some(breakpoint) = flow.breakpoints.get(index).cloned() else { return ().into_any() };
    let report = reports.get(index).cloned().unwrap_or_default();
    let look = store.run.mirror.with_value(|mirror| look_of_index(flow, index, reports, mirror.view.held.as_ref()));
    let name = place_text(&breakpoint.place);
    let said = report_text(&breakpoint, &report);
    let what = detail(&breakpoint);
    let toggled = Breakpoint { enabled: !breakpoint.enabled, ..breakpoint.clone() };
    let place = StoredValue::new(breakpoint.place.clone());
    let light = move || place.with_value(|place| store.light(Some(place)));
    view! {
        <li
            class="fx-row fx-row--hover" data-stop-row=index.to_string()
            on:pointerenter=move |_| light() on:pointerleave=move |_| store.light(None)
            on:focusin=move |_| light() on:focusout=move |_| store.light(None)
        >
            <span class="fx-shape" data-breakpoint=look.name() title=look.text()></span>
            <button type="button" class="fx-row__plain" on:click=move |_| place.with_value(|place| store.show_place(place))>
                <span class="fx-unseen">{format!("{} at ", kind(&breakpoint))}</span>
                {name.clone()}
                {(!what.is_empty()).then(|| view! { " " <code>{what}</code> })}
            </button>
            {said.map(|said| view! { <span class="fx-row__said fx-tone-warn" title=said.clone()>{icon("warn")}{said.clone()}</span> })}
            {(report.hit_count > 0).then(|| view! { <span class="fx-badge">{counted(usize::try_from(report.hit_count).unwrap_or(usize::MAX), "hit")}</span> })}
            <label class="fx-check">
                <input
                    type="checkbox" aria-label=format!("Enabled: {name}") prop:checked=breakpoint.enabled
                    on:change=move |_| { store.edit(Edit::SetBreakpoint { index, breakpoint: toggled.clone() }); }
                />
            </label>
            {icon_button("trash", format!("Delete the breakpoint at {name}"), move || { store.edit(Edit::RemoveBreakpoints(vec![index])); })}
        </li>
    }
    .into_any()
}
