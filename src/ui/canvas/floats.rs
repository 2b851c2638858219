//! What floats over the canvas: popovers and menus, in a layer of their own that is never scaled.

use leptos::html;
use leptos::prelude::*;

use crate::browser::focus;
use crate::flow::edit::Edit;
use crate::flow::model::Point;

use super::{menu, pick_port, quick_add};
use crate::ui::carried::CarriedPopup;
use crate::ui::places::element_of;
use crate::ui::stop_popover;
use crate::ui::store::{Float, Store, use_store};

/// The one thing that floats.
#[component]
pub fn Floats() -> impl IntoView {
    let store = use_store();
    // A popover is rebuilt only if another one opens, not for every change of the flow.
    let float = Memo::new(move |_| store.panels.float.get());
    let shown = move || {
        float.get().map(|float| match float {
            Float::Edge(index) => stop_popover::edge_popover(store, index),
            Float::Breakpoint(place) => stop_popover::stop_popover(store, place),
            Float::QuickAdd(place) => quick_add::quick_add(store, place),
            Float::PickPort(port) => pick_port::pick_port(store, port),
            Float::Menu { x, y } => menu::context_menu(store, x, y),
            Float::Rename(id) => rename(store, id),
        })
    };
    view! {
        <crate::ui::monitors::Monitors />
        {shown}
        <CarriedPopup />
    }
    .into_any()
}

impl Store {
    /// Opens a popover and remembers where the focus was.
    pub fn open_float(&self, float: Float) {
        self.panels.float.set(Some(float));
    }

    /// Closes it and gives the focus back.
    pub fn close_float(&self) {
        let float = self.panels.float.get_untracked();
        self.panels.float.set(None);
        match float {
            Some(Float::Edge(index)) => {
                focus::focus(&format!("[data-index=\"{index}\"]"));
            }
            Some(Float::Breakpoint(place)) => {
                focus::focus(&element_of(&place).unwrap_or_else(|| "[data-canvas]".into()));
            }
            Some(_) => {
                let id = self.canvas.focusable.get_untracked();
                if !id.is_some_and(|id| focus::focus(&super::keys::selector_of(&id))) {
                    focus::focus("[data-canvas]");
                }
            }
            None => {}
        }
    }

    /// Where a popover of this size goes so that it stays on the canvas; `at` is on the screen.
    pub fn place_float(&self, at: Point, width: f64, height: f64) -> (String, String) {
        let size = self.canvas.size.get_untracked();
        let left = at.x.min(size.w - width - 10.0).max(10.0);
        let top = if at.y + height + 10.0 > size.h { (at.y - height - 24.0).max(10.0) } else { at.y };
        let top = top.min((size.h - height - 10.0).max(10.0));
        (format!("{left}px"), format!("{top}px"))
    }
}

impl Store {
    /// Where a popover of this size goes beside a point of the screen, so that it does not cover it.
    pub fn place_beside(&self, at: Point, width: f64, height: f64) -> (String, String) {
        const GAP: f64 = 14.0;
        let size = self.canvas.size.get_untracked();
        let middle_left = at.x - width / 2.0;
        let middle_top = (at.y - height / 2.0).clamp(10.0, (size.h - height - 10.0).max(10.0));
        if at.y + GAP + height + 10.0 <= size.h {
            self.place_float(Point { x: middle_left, y: at.y + GAP }, width, height)
        } else if at.y - GAP - height >= 10.0 {
            self.place_float(Point { x: middle_left, y: at.y - GAP - height }, width, height)
        } else if at.x + GAP + width + 10.0 <= size.w {
            (format!("{}px", at.x + GAP), format!("{middle_top}px"))
        } else if at.x - GAP - width >= 10.0 {
            (format!("{}px", at.x - GAP - width), format!("{middle_top}px"))
        } else {
            self.place_float(Point { x: middle_left, y: at.y + GAP }, width, height)
        }
    }
}

fn rename(store: Store, id: String) -> AnyView {
    let place = {
        let viewport = store.viewport_now();
        let rect = store.canvas.scene.with_value(|scene| Some(scene.nodes.get(scene.number(&id)? as usize)?.rect));
        rect.map_or(Point { x: 40.0, y: 40.0 }, |rect| viewport.screen_from_canvas(Point { x: rect.x, y: rect.y }))
    };
    let (left, top) = store.place_float(Point { x: place.x, y: place.y - 6.0 }, 250.0, 60.0);
    let input: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if input.get().is_some() {
            focus::focus("#rename-field");
            focus::select_text("#rename-field");
        }
    });
    let old = id.clone();
    let commit = move |text: String| {
        let text = text.trim().to_owned();
        let renamed =
            text.is_empty() || text == old || store.edit(Edit::RenameRoutine { from: old.clone(), to: text.clone() });
        if renamed {
            if !text.is_empty() {
                store.canvas.focusable.set(Some(text.clone()));
                store.select(crate::ui::store::Selection::of_routine(&text));
            }
            store.close_float();
        }
    };
    view! {
        <div class="fx-popover" role="dialog" aria-label="Rename" style:left=left style:top=top style:width="250px">
            <input
                node_ref=input class="fx-input" id="rename-field" aria-label=format!("New name of {id}") prop:value=id autocomplete="off" spellcheck="false"
                on:keydown=move |event| match event.key().as_str() {
                    "Enter" => {
                        event.prevent_default();
                        commit(event_target_value(&event));
                    }
                    "Escape" => {
                        event.stop_propagation();
                        store.close_float();
                    }
                    _ => {}
                }
            />
        </div>
    }
    .into_any()
}
