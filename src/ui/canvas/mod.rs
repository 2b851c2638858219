//! The canvas: one painted layer, one layer of elements under one transform, and what floats above them.

mod dot;
mod floats;
pub use floats::Floats;
mod gestures;
mod keys;
mod menu;
pub use menu::{menu_item, menu_key};
pub mod node;
mod pick_port;
mod quick_add;
pub mod rows;
mod taps;

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::canvas2d::Painter;
use crate::browser::files;
use crate::browser::frame_loop::FrameLoop;
use crate::browser::measure::SizeWatch;
use crate::flow::model::Size;
use crate::view::canvas::scene::Lod;

use super::action::Action;
use super::later::part;
use super::publish::Painters;
use super::store::{Store, use_store};
use super::widgets::{icon_button, labelled_button, text_button};
use gestures::Gestures;

/// Below this zoom the dots without a breakpoint are only in the way.
const DOT_DETAIL_ZOOM: f64 = 0.55;

/// The canvas with everything on it.
#[component]
pub fn Canvas() -> impl IntoView {
    let store = use_store();
    let root: NodeRef<html::Div> = NodeRef::new();
    let (wires, tokens): (NodeRef<html::Canvas>, NodeRef<html::Canvas>) = (NodeRef::new(), NodeRef::new());
    let gestures = StoredValue::new_local(Gestures::new(store));
    let watch = StoredValue::new_local(None::<SizeWatch>);
    start_painting(store, wires, tokens);
    Effect::new(move |_| {
        let Some(element) = root.get() else { return };
        let mut is_first = true;
        let report = std::cell::RefCell::new(move |w: f64, h: f64| {
            let before = store.canvas.size.try_get_untracked().unwrap_or_default();
            store.canvas.size.try_set(Size { w, h });
            if before.w > 0.0 {
                // What was in the middle stays there when a panel opens.
                store.set_viewport(store.viewport_now().pan((w - before.w) / 2.0, (h - before.h) / 2.0));
            }
            store.refresh();
            if std::mem::take(&mut is_first) {
                store.show_start();
            }
        });
        watch.set_value(SizeWatch::new(&element, move |w, h| {
            if w > 0.0
                && h > 0.0
                && let Ok(mut report) = report.try_borrow_mut()
            {
                report(w, h);
            }
        }));
    });
    on_cleanup(move || watch.set_value(None));

    let with = move |act: &dyn Fn(&mut Gestures)| {
        gestures.try_update_value(|gestures| act(gestures));
    };
    view! {
        <div
            node_ref=root class="fx-canvas" data-canvas="" id="canvas" role="region" aria-label="Canvas"
            aria-describedby="canvas-help"
            tabindex=shared(move || {
                let has_elements = store.canvas.lod.get() == Lod::Near && store.canvas.node_ids.with(|ids| !ids.is_empty());
                if has_elements { "-1" } else { "0" }
            })
            data-cursor=shared(move || store.canvas.cursor.get())
            on:pointerdown=move |event| with(&|gestures| gestures.down(&event))
            on:pointermove=move |event| with(&|gestures| gestures.moved(&event))
            on:pointerup=move |event| with(&|gestures| gestures.up(&event))
            on:pointercancel=move |event| with(&|gestures| gestures.cancel(&event))
            on:pointerleave=move |_| store.hover_edge(None)
            on:dblclick=move |event| with(&|gestures| gestures.double_click(&event))
            on:contextmenu=move |event| with(&|gestures| gestures.context_menu(&event))
            on:wheel=move |event| {
                event.prevent_default();
                with(&|gestures| gestures.wheel(&event));
            }
            on:dragover=move |event| event.prevent_default()
            on:drop=move |event| {
                event.prevent_default();
                files::dropped(&event, move |name, text| store.later(move |parts| (parts.import)(&store, &text, &name)));
            }
        >
            <canvas node_ref=wires class="fx-canvas__paint" aria-hidden="true"></canvas>
            <canvas node_ref=tokens class="fx-canvas__paint fx-canvas__paint--tokens" aria-hidden="true"></canvas>
            <div
                class="fx-canvas__world"
                data-detail=shared(move || if store.canvas.viewport.with(|viewport| viewport.zoom < DOT_DETAIL_ZOOM) { "low" } else { "full" })
                style:transform=shared(move || store.canvas.viewport.with(|viewport| viewport.css_transform()))
                style=("--fx-upscale", shared(move || store.canvas.viewport.with(|viewport| (1.0 / viewport.zoom).clamp(1.0, 4.0).to_string())))
            >
                {notes(store)}
                <node::Nodes />
                <dot::Dots />
            </div>
        </div>
        <p class="fx-unseen" id="canvas-help">
            "Arrow keys move between routines, Enter shows details, C connects, B sets a breakpoint, question mark lists all keys. The outline shows the same flow as a list."
        </p>
        {dynamic(move || store.canvas.marquee.get().map(|rect| view! {
            <div
                class="fx-marquee" style:left=format!("{}px", rect.x) style:top=format!("{}px", rect.y)
                style:width=format!("{}px", rect.w) style:height=format!("{}px", rect.h)
            ></div>
        }))}
        {part(|parts| (parts.floats)())}
        <Empty />
        <Hint />
        <Corner />
    }
    .into_any()
}

/// Starts the loop over frames as soon as there is something to paint on.
fn start_painting(store: Store, wires: NodeRef<html::Canvas>, tokens: NodeRef<html::Canvas>) {
    Effect::new(move |_| {
        let painter = |canvas: NodeRef<html::Canvas>| canvas.get().and_then(Painter::new);
        let (Some(wires), Some(tokens)) = (painter(wires), painter(tokens)) else { return };
        let mut painters = Painters { wires, tokens };
        let mut frame = super::publish::Frame::default();
        let mut theme = store.theme_now();
        let frames = FrameLoop::new(move |_| {
            let now = store.theme_now();
            if now != theme {
                theme = now;
                painters.wires.read_theme();
                painters.tokens.read_theme();
            }
            frame.show(&store, &mut painters)
        });
        store.frames.set_value(Some(frames));
        store.refresh();
        // The first time the style sheets may not have been there yet.
        set_timeout(move || store.repaint_theme(), Duration::from_millis(50));
    });
}

fn notes(store: Store) -> AnyView {
    let notes = Memo::new(move |_| store.document.flow.with(|flow| flow.notes.clone()));
    let list = move || {
        notes.get().into_iter().map(|note| {
            let size = note.size.unwrap_or(crate::view::canvas::geometry::NOTE_SIZE);
            view! {
                <div
                    class="fx-note" style:transform=format!("translate({}px,{}px)", note.position.x, note.position.y)
                    style:width=format!("{}px", size.w) style:min-height=format!("{}px", size.h)
                >{note.text}</div>
            }
        }).collect_view()
    };
    list.into_any()
}

/// What an empty flow says.
#[component]
fn Empty() -> impl IntoView {
    let store = use_store();
    let is_empty = Memo::new(move |_| store.document.flow.with(|flow| flow.routines.is_empty()));
    let panel = move || {
        is_empty.get().then(|| view! {
            <div class="fx-empty">
                <p class="fx-empty__title">"Draw a flow"</p>
                <p>"Add a routine, give it slots and events, and connect them"</p>
                <div class="fx-empty__row">
                    {labelled_button("plus", "Add the first routine", "fx-button--line", move || store.perform(Action::AddRoutine))}
                    {text_button("Open a sample", "fx-button--line", move || store.panels.menu.set(Some("samples")))}
                </div>
            </div>
        })
    };
    panel.into_any()
}

/// What a first visit says.
#[component]
fn Hint() -> impl IntoView {
    let store = use_store();
    let hint = move || {
        store.panels.is_hint_shown.get().then(|| view! {
            <div class="fx-hint" role="note">
                <span>"Press "<strong>"Run"</strong>" to watch events travel. Click the dot on a connection to stop there. Drag from an event to a slot to connect."</span>
                {icon_button("close", "Close the hint", move || store.panels.is_hint_shown.set(false))}
            </div>
        })
    };
    hint.into_any()
}

#[component]
fn Corner() -> impl IntoView {
    let store = use_store();
    let percent = move || store.canvas.viewport.with(|viewport| format!("{:.0} %", viewport.zoom * 100.0));
    view! {
        <div class="fx-canvas__corner" role="group" aria-label="Zoom">
            {icon_button("minus", "Zoom out", move || store.perform(Action::ZoomOut))}
            <button
                type="button" class="fx-button fx-button--small fx-canvas__zoom" title="Zoom to 100 % (0)"
                aria-label=shared(move || format!("{}, zoom to 100 %", percent()))
                on:click=move |_| store.perform(Action::ZoomReset)
            >{percent}</button>
            {icon_button("plus", "Zoom in", move || store.perform(Action::ZoomIn))}
            {super::widgets::action_button(Action::Fit, super::widgets::Face::Icon)}
        </div>
    }
    .into_any()
}
