//! What a connection or a port carried up to the moment that is shown: beside it while the pointer or the keyboard's focus
//! is there, and at length in the inspector.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::{focus, listen, pointer};
use crate::flow::model::Point;
use crate::flow::value::Value;
use crate::protocol::command::{Command, ValueAt, ValueRef};
use crate::protocol::inspect::Carried;
use crate::protocol::report::RunState;
use crate::ui::widgets::dynamic;
use crate::view::carried::{numbers, rows, summary};
use crate::view::tree::{TreeRow, TreeRowKind};
use crate::view::watches::{connection_place, event_place, place_name, slot_place, spark_path};

use super::ask::Newest;
use super::store::{DockTab, Store, use_store};
use super::value_tree::{Shown, look_of, value_tree};
use super::widgets::{icon, text_button};

/// A pointer that only passes by asks for nothing.
const HOVER_DELAY: Duration = Duration::from_millis(140);
/// How many numbers its line has.
const POINTS: usize = 120;
const SPARK: (f64, f64) = (220.0, 24.0);
/// About how large the popup is.
const POPUP: (f64, f64) = (268.0, 150.0);

/// A place of the canvas that carries values.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Edge(usize),
    Slot(String),
    Event(String),
}

impl Target {
    fn place(&self, store: Store) -> Option<Value> {
        Some(match self {
            Target::Edge(index) => {
                let flow = store.flow_now();
                let connection = flow.connections.get(*index)?;
                connection_place(&connection.from.to_string(), &connection.to.to_string())
            }
            Target::Slot(slot) => slot_place(slot),
            Target::Event(event) => event_place(event),
        })
    }

    /// Where it is on the canvas, on the screen.
    fn at(&self, store: Store) -> Option<Point> {
        match self {
            Target::Edge(index) => {
                let middle = store.canvas.scene.with_value(|scene| Some(scene.edges.get(*index)?.path.midpoint()))?;
                Some(store.viewport_now().screen_from_canvas(middle))
            }
            Target::Slot(name) => pointer::place_on_canvas(&format!("[data-slot=\"{name}\"]")).map(below),
            Target::Event(name) => pointer::place_on_canvas(&format!("[data-event=\"{name}\"]")).map(below),
        }
    }
}

fn below([left, top, width, height]: [f64; 4]) -> Point {
    Point { x: left + width / 2.0, y: top + height / 2.0 }
}

/// Watches what the pointer and the focus are on, and shows beside it what it carried.
#[component]
pub fn CarriedPopup() -> impl IntoView {
    let store = use_store();
    let target = RwSignal::new(None::<Target>);
    let shown = RwSignal::new(None::<(Target, Carried)>);
    let newest = StoredValue::new_local(Newest::default());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let aim = move |next: Option<Target>| {
        if target.try_with_untracked(|now| *now != next) == Some(true) {
            target.set(next);
        }
    };
    Effect::new(move |_| match store.canvas.hovered_edge.get() {
        Some(index) => aim(Some(Target::Edge(index))),
        None if matches!(target.get_untracked(), Some(Target::Edge(_))) => aim(None),
        None => {}
    });
    let port_of = |under: pointer::Under| under.slot.map(Target::Slot).or_else(|| under.event.map(Target::Event));
    listen::on_window("pointerover", move |event: leptos::ev::PointerEvent| match port_of(pointer::under(&event)) {
        Some(port) => aim(Some(port)),
        None if matches!(target.try_get_untracked(), Some(Some(Target::Slot(_) | Target::Event(_)))) => aim(None),
        None => {}
    });
    listen::on_window("focusin", move |_: leptos::ev::FocusEvent| {
        let focused = |name: &str| focus::visibly_focused_attribute(name);
        let edge = focused("data-index").and_then(|index| index.parse().ok()).map(Target::Edge);
        aim(edge
            .or_else(|| focused("data-slot").map(Target::Slot))
            .or_else(|| focused("data-event").map(Target::Event)));
    });
    // What covers something can always be sent away.
    listen::on_key_down(move |event| {
        if event.key() == "Escape" {
            aim(None);
        }
    });
    let ask = move || {
        let Some(aimed) = target.try_get_untracked().flatten() else { return };
        let Some(place) = aimed.place(store) else { return };
        let command = Command::ValueAt(ValueAt { places: vec![place], points: POINTS, ..ValueAt::default() });
        newest.with_value(|newest| {
            newest.ask(store, command, move |body: Result<Value, String>| {
                let Some(carried) = body.ok().and_then(first_carried) else { return };
                if target.try_with_untracked(|now| now.as_ref() == Some(&aimed)) == Some(true) {
                    shown.set(Some((aimed, carried)));
                }
            });
        });
    };
    Effect::new(move |_| {
        let aimed = target.get();
        let is_same = shown.with_untracked(|shown| shown.as_ref().map(|(target, _)| target.clone()) == aimed);
        // At another moment it is another value.
        store.run.at.track();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if !is_same {
            shown.set(None);
        }
        let has_run = !matches!(store.run.state.get_untracked(), RunState::Empty | RunState::Ready);
        if aimed.is_some() && has_run {
            timer.set_value(set_timeout_with_handle(ask, if is_same { Duration::ZERO } else { HOVER_DELAY }).ok());
        }
    });
    let is_busy = move || store.panels.float.with(Option::is_some) || store.canvas.connecting.with(Option::is_some);
    let popup = move || {
        if is_busy() {
            return None;
        }
        let (target, carried) = shown.get()?;
        store.canvas.viewport.track();
        let at = target.at(store)?;
        let (left, top) = store.place_beside(at, POPUP.0, POPUP.1);
        let is_slot = matches!(target, Target::Slot(_));
        Some(view! {
            <div class="fx-carried" role="tooltip" data-carried="" style:left=left style:top=top>
                <p class="fx-carried__title">{place_name(target.place(store).as_ref())}</p>
                {carried.last.as_ref().map(|part| {
                    let (rows, left) = rows(part);
                    view! {
                        <ul class="fx-tree">{rows.into_iter().map(short_row).collect_view()}</ul>
                        {(left > 0).then(|| view! { <p class="fx-row__soft">{format!("{left} more rows")}</p> })}
                    }
                })}
                {spark(&carried)}
                <p class="fx-row__soft">{summary(&carried, is_slot)}</p>
            </div>
        })
    };
    popup.into_any()
}

fn first_carried(body: Value) -> Option<Carried> {
    let first = body.get("values")?.as_list()?.first()?;
    serde_json::from_str(&serde_json::to_string(first).ok()?).ok()
}

fn short_row(row: TreeRow) -> AnyView {
    let TreeRow { depth, label, text, kind, value_kind, .. } = row;
    let look = if kind == TreeRowKind::Leaf { look_of(&value_kind) } else { "fx-tree__soft" };
    view! {
        <li style:padding-left=format!("{}px", depth * 12)>
            {(!label.is_empty()).then(|| view! { <span class="fx-tree__key">{label}": "</span> })}
            <span class=look>{text}</span>
        </li>
    }
    .into_any()
}

/// The line of the numbers that came by, with the range it has.
fn spark(carried: &Carried) -> AnyView {
    let numbers = numbers(carried);
    let (width, height) = SPARK;
    let Some(path) = spark_path(&numbers, width, height) else { return ().into_any() };
    let values = || numbers.iter().map(|(_, number)| *number);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let what = carried.key.clone().filter(|key| !key.is_empty()).unwrap_or_else(|| "value".into());
    view! {
        <div class="fx-carried__spark">
            <svg class="fx-watch__spark" aria-hidden="true" viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none"><path d=path /></svg>
            <span class="fx-row__soft">{format!("{what}: {low} to {high}")}</span>
        </div>
    }
    .into_any()
}

/// The inspector's section about what a place carried.
pub fn carried_section(store: Store, place: Value) -> AnyView {
    let carried = RwSignal::new(None::<Carried>);
    let newest = StoredValue::new_local(Newest::default());
    let kept = StoredValue::new(place);
    Effect::new(move |_| {
        store.run.at.track();
        if matches!(store.run.state.get(), RunState::Empty | RunState::Ready) {
            return carried.set(None);
        }
        let command =
            Command::ValueAt(ValueAt { places: vec![kept.get_value()], points: POINTS, ..ValueAt::default() });
        newest.with_value(|newest| {
            newest.ask(store, command, move |body: Result<Value, String>| {
                let found = body.ok().and_then(first_carried);
                if carried.try_with_untracked(|now| *now != found) == Some(true) {
                    carried.set(found);
                }
            });
        });
    });
    dynamic(move || {
        carried.get().map(|carried| {
            let seq = carried.seq;
            view! {
                <section class="fx-section" aria-label="In this run">
                    <h3 class="fx-section__title">"In this run"</h3>
                    <p class="fx-section__about">{summary(&carried, false)}</p>
                    {spark(&carried)}
                    {carried.last.as_ref().zip(seq).map(|(part, seq)| {
                        let of = ValueRef { seq: Some(seq), ..ValueRef::default() };
                        value_tree(store, Shown::at(of, part.value.as_ref(), "data").over(kept.get_value()).labelled("Last value"))
                    })}
                    <span class="fx-inline fx-wrap">
                        {seq.map(|seq| view! {
                            <button
                                type="button" class="fx-button fx-button--small fx-button--line" title="Shows the run as it was right after this record"
                                on:click=move |_| store.go_to_record(seq)
                            >{icon("clock")}{format!("Record {seq}")}</button>
                        })}
                        {text_button("Watch its values", "fx-button--small fx-button--line", move || {
                            store.add_watch("data", Some(kept.get_value()));
                            store.show_dock(DockTab::Watches);
                        })}
                    </span>
                </section>
            }
        })
    })
}
