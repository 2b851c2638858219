//! The popover at a wire, a port or a routine: break here, log here, show values here, or none of it.

mod complete;
mod fields;
mod form;
pub use form::tree_of;
mod preview;

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::browser::{focus, media};
use crate::flow::edit::Edit;
use crate::flow::model::BreakpointPlace;
use crate::view::breakpoint;
use crate::view::format;
use crate::view::outline::place_text;

use super::editing::place_of;
use super::store::Store;
use super::widgets::{choice, icon_button, text_button};
use form::Form;

/// When a breakpoint of a routine acts.
const MOMENTS: &[(&str, &str)] = &[("routine", "Before its logic"), ("error", "On its errors")];
const WIDTH: f64 = 332.0;

/// The popover of a connection.
pub fn edge_popover(store: Store, index: usize) -> AnyView {
    let flow = store.flow_now();
    let Some(connection) = flow.connections.get(index) else { return ().into_any() };
    let delete = move || {
        store.panels.float.set(None);
        if store.edit(Edit::Disconnect(vec![index])) {
            store.say("Connection deleted");
        }
    };
    let delete = icon_button("trash", "Delete connection", delete);
    popover(store, place_of(connection), Some(index), delete)
}

/// The popover of a port, a routine or of errors.
pub fn stop_popover(store: Store, place: BreakpointPlace) -> AnyView {
    popover(store, place, None, ().into_any())
}

fn popover(store: Store, place: BreakpointPlace, edge: Option<usize>, more: AnyView) -> AnyView {
    let at = store.viewport_now().screen_from_canvas(store.point_of(&place).unwrap_or_default());
    // Its controls are higher where fingers press them.
    let height = if media::matches("(pointer: coarse)") { 470.0 } else { 356.0 };
    let (left, top) = store.place_beside(at, WIDTH, height);
    // Opening it is the intention to stop here: one Enter, or one click, and it does.
    Effect::new(move |_| {
        focus::focus("#condition");
        // Once more: the press that opened it may give the focus to what lies below.
        set_timeout(
            || {
                focus::focus("#condition");
            },
            Duration::from_millis(20),
        );
    });
    let name = match &place {
        BreakpointPlace::Error(None) => "Any error".to_owned(),
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => id.clone(),
        _ => breakpoint_name(&place),
    };
    let label = format!("Breakpoint on {name}");
    let kind = match &place {
        BreakpointPlace::Connection { .. } => "connection",
        BreakpointPlace::Slot(_) => "slot",
        BreakpointPlace::Event(_) => "event",
        BreakpointPlace::Routine(_) => "routine",
        BreakpointPlace::Error(_) => "error",
    };
    let id = match &place {
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => Some(id.clone()),
        _ => None,
    };
    let is_error = RwSignal::new(matches!(place, BreakpointPlace::Error(_)));
    let now = {
        let id = id.clone();
        move || match &id {
            Some(id) if is_error.get() => BreakpointPlace::Error(Some(id.clone())),
            Some(id) => BreakpointPlace::Routine(id.clone()),
            None => place.clone(),
        }
    };
    let form = StoredValue::new(None::<Form>);
    let last = edge.and_then(|index| last_value(&store, index));
    view! {
        <div
            class="fx-popover fx-popover--stop" role="dialog" aria-label=label style:left=left style:top=top data-popover=kind
            on:keydown=move |event| match event.key().as_str() {
                "Enter" if !crate::browser::keyboard::is_inside(&event, "button, select") => {
                    event.prevent_default();
                    event.stop_propagation();
                    if let Some(form) = form.get_value() {
                        form.apply();
                    }
                }
                "Escape" => {
                    event.prevent_default();
                    event.stop_propagation();
                    store.close_float();
                }
                _ => {}
            }
        >
            <div class="fx-popover__head">
                <span class="fx-popover__title" title=name.clone()>{name.clone()}</span>
                {icon_button("in", "Inject an event here", move || {
                    let place = form.get_value().and_then(|form| form.place.try_get_value());
                    store.close_float();
                    store.inject_at(place);
                })}
                {more}
                {icon_button("close", "Close", move || store.close_float())}
            </div>
            {id.is_some().then(|| choice(
                "When", MOMENTS,
                move || if is_error.get() { "error".into() } else { "routine".into() },
                move |moment| is_error.set(moment == "error"),
            ))}
            {dynamic(move || {
                let place = now();
                let new = Form::new(store, place.clone());
                form.set_value(Some(new));
                view! {
                    <p class="fx-row__soft">{breakpoint::moment_text(&place)}</p>
                    {fields::fields(new)}
                }
            })}
            {last.map(|(count, value)| view! {
                <p class="fx-row__soft">{format!("{count} delivered in this run{value}")}</p>
            })}
            {dynamic(move || form.get_value().map(|form| { is_error.track(); preview::preview(form) }))}
            <div class="fx-popover__foot">
                {dynamic(move || {
                    is_error.track();
                    let form = form.get_value()?;
                    form.is_set().then(|| text_button("Remove", "fx-button--danger fx-button--small", move || form.remove()))
                })}
                <span class="fx-grow"></span>
                {text_button("Run to here", "fx-button--line fx-button--small", move || {
                    if let Some(form) = form.get_value() {
                        form.run_to();
                    }
                })}
                {text_button("Apply", "fx-button--main fx-button--small", move || {
                    if let Some(form) = form.get_value() {
                        form.apply();
                    }
                })}
            </div>
        </div>
    }
    .into_any()
}

fn breakpoint_name(place: &BreakpointPlace) -> String {
    match place {
        BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => port.to_string(),
        _ => place_text(place),
    }
}

/// How many items the connection has delivered in this run, and the next one if the run is held at it.
fn last_value(store: &Store, index: usize) -> Option<(u64, String)> {
    let key = store.flow_now().connections.get(index)?.key();
    store.run.mirror.with_value(|mirror| {
        let count = mirror.view.delivered(&key);
        let held = mirror.view.held.as_ref().filter(|held| held.connection.as_deref() == Some(key.as_str()));
        let value =
            held.and_then(|held| held.data.as_ref()).map(|data| format!("; next: {}", format::value_text(data, 40)));
        (count > 0 || value.is_some()).then(|| (count, value.unwrap_or_default()))
    })
}
