//! One routine as an element: its name, its status and its ports.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::view::canvas::geometry::{PORT_ROW_HEIGHT, Side, TITLE_HEIGHT};
use crate::view::canvas::paint::BreakpointLook;
use crate::view::format::badge_text;
use crate::view::run_view::Status;

use super::rows::{NodeView, PortView};
use crate::ui::store::{Float, Store, use_store};
use crate::ui::widgets::icon;

/// The routines that are near, as elements. The list subscribes to ids only.
#[component]
pub fn Nodes() -> impl IntoView {
    let store = use_store();
    view! {
        <For each=move || store.canvas.node_ids.get() key=String::clone children=move |id| {
            let row = store.canvas.node_rows.with_value(|rows| rows.get(&id).cloned());
            row.map(|row| node(store, id, row.view))
        } />
    }
    .into_any()
}

fn node(store: Store, id: String, view: ArcRwSignal<NodeView>) -> AnyView {
    let read = {
        let view = view.clone();
        move || RwSignal::from(view.clone())
    };
    // One handle that is cheap to copy into all the closures below; it goes with the element.
    let face: RwSignal<NodeView> = read();
    let focus_id = id.clone();
    let tab_id = id.clone();
    let ports = move |side: Side| {
        let names = Memo::new(move |_| {
            face.with(|face| ports_of(face, side).iter().map(|port| port.name.clone()).collect::<Vec<_>>())
        });
        let id = id.clone();
        view! {
            <For each=move || names.get().into_iter().enumerate() key=|entry| entry.clone() children=move |(index, name)| {
                port(store, face, &id, side, index, name)
            } />
        }
    };
    view! {
        <div
            class="fx-node" role="group" aria-roledescription="routine"
            class=("fx-node--selected", shared(move || face.with(|face| face.is_selected)))
            class=("fx-node--current", shared(move || face.with(|face| face.is_current)))
            class=("fx-node--problem", shared(move || face.with(|face| face.severity == 1)))
            class=("fx-node--error", shared(move || face.with(|face| face.severity == 2)))
            data-routine=focus_id.clone()
            data-status=shared(move || face.with(|face| face.status.name()))
            data-selected=shared(move || face.with(|face| face.is_selected.to_string()))
            data-related=shared(move || face.with(|face| (!face.related.is_empty()).then_some(face.related)))
            aria-label=shared(move || face.with(|face| face.label.clone()))
            tabindex=shared(move || if store.canvas.focusable.with(|focusable| focusable.as_ref() == Some(&tab_id)) { "0" } else { "-1" })
            style:transform=shared(move || face.with(|face| format!("translate({}px,{}px)", face.rect.x, face.rect.y)))
            style:width=shared(move || face.with(|face| format!("{}px", face.rect.w)))
            style:height=shared(move || face.with(|face| format!("{}px", face.rect.h)))
            on:focus=move |_| store.focus_routine(&focus_id)
        >
            <div class="fx-node__head">
                <span class="fx-node__status" title=shared(move || face.with(|face| capitalised(face.status.text())))>
                    {dynamic(move || icon(status_icon(face.with(|face| face.status))))}
                </span>
                <span class="fx-node__names">
                    <span class="fx-node__id">{dynamic(move || face.with(|face| face.id.clone()))}</span>
                    <span class="fx-node__class">{dynamic(move || face.with(|face| {
                        if face.status == Status::Pending { face.class.clone() } else { format!("{} · {}", face.class, face.status.text()) }
                    }))}</span>
                </span>
                {stop_mark(face, 1)}
                {stop_mark(face, 0)}
            </div>
            {ports(Side::Slot)}
            {ports(Side::Event)}
        </div>
    }
    .into_any()
}

/// The breakpoint of a routine: before its logic (0, its place shows when it is pointed at), or on its errors (1, shown if
/// there is one). The canvas handles presses; keys have B.
fn stop_mark(face: RwSignal<NodeView>, which: usize) -> AnyView {
    let look = move || face.with(|face| face.stops[which]);
    let (place, title) = [("routine", "Breakpoint before its logic"), ("error", "Breakpoint on its errors")][which];
    dynamic(move || {
        (which == 0 || look() != BreakpointLook::None).then(|| {
            view! {
                <span
                    class="fx-stop" data-stop=place data-breakpoint=shared(move || look().name()) title=title aria-hidden="true"
                >{(which == 1).then(|| icon("bolt"))}</span>
            }
        })
    })
}

fn port(store: Store, face: RwSignal<NodeView>, id: &str, side: Side, index: usize, name: String) -> AnyView {
    let full = format!("{id}.{name}");
    let is_slot = side == Side::Slot;
    let queue = move || face.with(|face| ports_of(face, side).get(index).map_or(0, |port| port.queue));
    let is_linked = move || face.with(|face| ports_of(face, side).get(index).is_some_and(|port| port.is_linked));
    let stop = move || face.with(|face| ports_of(face, side).get(index).map(|port| port.stop).unwrap_or_default());
    let label = {
        let (id, name) = (id.to_owned(), name.clone());
        move || {
            let port = match (is_slot, queue()) {
                (true, 0) => format!("Slot {name} of {id}"),
                (true, waiting) => format!("Slot {name} of {id}, {waiting} waiting"),
                (false, _) => format!("Event {name} of {id}"),
            };
            match stop().text() {
                "" => port,
                stop => format!("{port}, {stop}"),
            }
        }
    };
    let tab_id = id.to_owned();
    let legal_name = full.clone();
    let legal = move || {
        let origin = store.canvas.connecting.get()?;
        let own = store.port_named(side, &legal_name)?;
        Some(if store.canvas.snap.get() == Some(own) {
            "snap"
        } else if origin.side == side {
            "false"
        } else {
            "true"
        })
    };
    let pick_name = full.clone();
    let title = if is_slot { format!("Slot {name}") } else { format!("Event {name}: drag to a slot") };
    view! {
        <button
            type="button" class="fx-port"
            class=("fx-port--slot", is_slot) class=("fx-port--event", !is_slot)
            data-slot=is_slot.then(|| full.clone()) data-event=(!is_slot).then(|| full.clone())
            data-queue=shared(move || is_slot.then(|| queue().to_string()))
            data-linked=shared(move || is_linked().to_string())
            data-legal=legal
            aria-label=label
            title=title
            tabindex=shared(move || if store.canvas.focusable.with(|focusable| focusable.as_ref() == Some(&tab_id)) { "0" } else { "-1" })
            style:top=format!("{}px", TITLE_HEIGHT + index as f64 * PORT_ROW_HEIGHT)
            // A mouse or finger is handled by the canvas; only keys and assistive tools come without a count of clicks.
            on:click=move |event| if event.detail() == 0 && let Some(port) = store.port_named(side, &pick_name) {
                store.open_float(Float::PickPort(port));
            }
        >
            <span class="fx-port__name">{name}</span>
            <span class="fx-stop" data-stop="port" data-breakpoint=shared(move || stop().name()) title="Breakpoint" aria-hidden="true"></span>
            {dynamic(move || (queue() > 0).then(|| view! { <span class="fx-port__queue" aria-hidden="true" data-count=badge_text(queue() as u64)></span> }))}
        </button>
    }
    .into_any()
}

fn ports_of(face: &NodeView, side: Side) -> &[PortView] {
    match side {
        Side::Slot => &face.slots,
        Side::Event => &face.events,
    }
}

/// The icon of a status.
pub fn status_icon(status: Status) -> &'static str {
    match status {
        Status::Pending => "dots",
        Status::Running => "play",
        Status::Waiting => "clock",
        Status::Retrying => "retry",
        Status::Completed => "check",
        Status::Failed => "close",
        Status::ErrorContinued => "warn",
        Status::Skipped => "skip",
    }
}

/// A text with a capital at its start.
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
