//! Monitors: the last value and a curve of the numbers, beside the wires and ports that have one.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;

use crate::ui::widgets::{dynamic, shared};

use super::ask::Newest;
use super::stop_popover::tree_of;
use super::store::{EngineStatus, Store, use_store};
use crate::flow::model::{Breakpoint, BreakpointPlace};
use crate::protocol::command::{Command, ValueAt};
use crate::protocol::inspect::Carried;
use crate::view::breakpoint::can_monitor;
use crate::view::monitor::{CURVE, Reading};
use crate::view::outline::place_text;

/// At most so often values are asked for: faster nobody reads them.
const ASK_EVERY: Duration = Duration::from_millis(120);
/// Points of a curve: one for every other pixel.
const POINTS: usize = 32;
/// Below this zoom there is no room for values.
const LEAST_ZOOM: f64 = 0.3;

/// Body of `valueAt`.
#[derive(Deserialize)]
struct Values {
    values: Vec<Carried>,
}

/// All monitors of the flow.
#[component]
pub fn Monitors() -> impl IntoView {
    let store = use_store();
    let places = Memo::new(move |_| {
        let is_shown =
            |breakpoint: &&Breakpoint| breakpoint.monitor && breakpoint.enabled && can_monitor(&breakpoint.place);
        let of = |breakpoint: &Breakpoint| breakpoint.place.clone();
        store.document.flow.with(|flow| flow.breakpoints.iter().filter(is_shown).map(of).collect::<Vec<_>>())
    });
    let readings = RwSignal::new(Vec::<Reading>::new());
    ask_while_it_runs(store, places, readings);
    let has_room = Memo::new(move |_| store.canvas.viewport.with(|viewport| viewport.zoom >= LEAST_ZOOM));
    let shown = move || {
        has_room.get().then(|| {
            places.with(|places| {
                places
                    .iter()
                    .cloned()
                    .enumerate()
                    .map(|(index, place)| monitor(store, readings, index, place))
                    .collect_view()
            })
        })
    };
    dynamic(shown)
}

/// Asks what the places have carried whenever the run has moved, one question at a time and not in every frame.
fn ask_while_it_runs(store: Store, places: Memo<Vec<BreakpointPlace>>, readings: RwSignal<Vec<Reading>>) {
    let newest = StoredValue::new_local(Newest::default());
    let is_waiting = StoredValue::new(false);
    let ask = move || {
        let Some(places) = places.try_get_untracked() else { return };
        let trees = places.into_iter().filter_map(|place| tree_of(&Breakpoint::new(place))).collect();
        let command = Command::ValueAt(ValueAt { places: trees, points: POINTS, ..ValueAt::default() });
        newest.try_with_value(|newest| {
            newest.ask(store, command, move |body: Result<Values, String>| {
                // Before the first run nobody can tell: that shows as nothing.
                let values = body.map(|body| body.values).unwrap_or_default();
                readings.try_set(values.iter().map(Reading::of).collect());
            });
        });
    };
    Effect::new(move |_| {
        store.run.at.track();
        store.run.state.track();
        let is_there = store.run.engine.get() == EngineStatus::Ready;
        if !is_there || places.with(Vec::is_empty) || is_waiting.get_value() {
            return;
        }
        is_waiting.set_value(true);
        set_timeout(
            move || {
                is_waiting.try_set_value(false);
                ask();
            },
            ASK_EVERY,
        );
    });
}

fn monitor(store: Store, readings: RwSignal<Vec<Reading>>, index: usize, place: BreakpointPlace) -> AnyView {
    let name = place_text(&place);
    let reading = Memo::new(move |_| readings.with(|readings| readings.get(index).cloned().unwrap_or_default()));
    let side = match &place {
        BreakpointPlace::Slot(_) => "slot",
        BreakpointPlace::Event(_) => "event",
        _ => "wire",
    };
    let place = StoredValue::new(place);
    let at = Memo::new(move |_| {
        store.document.flow.track();
        let viewport = store.canvas.viewport.get();
        place.with_value(|place| store.follow(place));
        let point = place.with_value(|place| store.point_of(place))?;
        let at = viewport.screen_from_canvas(point);
        Some((at.x, at.y))
    });
    // The payload that waits at a wire is shown under its middle too.
    let is_held = move || {
        store.run.moment.track();
        let key = place.with_value(|place| match place {
            BreakpointPlace::Connection { from, to } => Some(format!("{from}->{to}")),
            _ => None,
        });
        let held =
            store.run.mirror.with_value(|mirror| mirror.view.held.as_ref().and_then(|held| held.connection.clone()));
        key.is_some() && held == key
    };
    let position = move |which: fn((f64, f64)) -> f64| {
        shared(move || at.get().map_or("-9999px".to_owned(), |at| format!("{}px", which(at))))
    };
    view! {
        <button
            type="button" class="fx-monitor" data-monitor=name.clone() data-side=side data-held=shared(move || is_held().then_some(""))
            aria-label=shared(move || format!("Monitor at {name}: {}", reading.with(Reading::text)))
            aria-haspopup="dialog"
            style:left=position(|at| at.0) style:top=position(|at| at.1)
            on:click=move |_| store.open_float(store.float_of(place.get_value()))
        >
            {dynamic(move || reading.with(face))}
        </button>
    }
    .into_any()
}

fn face(reading: &Reading) -> AnyView {
    if reading.fault.is_some() {
        return super::widgets::icon("warn");
    }
    let Some(last) = reading.last.clone() else { return view! { <span class="fx-row__soft">"–"</span> }.into_any() };
    let curve = reading.curve.clone().map(|(points, x, y)| {
        view! {
            <svg class="fx-monitor__curve" width=CURVE.0.to_string() height=CURVE.1.to_string() viewBox=format!("0 0 {} {}", CURVE.0, CURVE.1) aria-hidden="true">
                <polyline points=points />
                <circle cx=format!("{x:.1}") cy=format!("{y:.1}") r="1.5" />
            </svg>
        }
    });
    view! { <span class="fx-monitor__value">{last}</span>{curve} }.into_any()
}
