//! The quick search: type a class's name, press Enter, and the routine is there, wired if a connection was drawn.

use leptos::html;
use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::focus;
use crate::flow::model::Point;
use crate::view::canvas::geometry::Side;

use crate::ui::store::{QuickAdd, Store};
use crate::ui::widgets::icon;

/// The search at a place on the canvas.
pub fn quick_add(store: Store, place: QuickAdd) -> AnyView {
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let input: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if input.get().is_some() {
            focus::focus("#quick-add");
        }
    });
    let found = Memo::new(move |_| {
        let wanted = query.get().to_lowercase();
        matching(&store, &wanted, place)
    });
    let at = store.viewport_now().canvas_from_screen(Point { x: place.x, y: place.y });
    let take = move |class: &str| {
        let id = match place.from {
            // A new routine stands beside the end of the wire, not on it.
            Some(port) => {
                let aside = if port.side == Side::Event { 90.0 } else { -90.0 };
                store.add_wired(class, Point { x: at.x + aside, ..at }, port)
            }
            None => store.add_routine(class, at),
        };
        store.panels.float.set(None);
        if let Some(id) = id {
            store.focus_element(&id);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|index| *index = (*index + 1) % count.max(1)),
            "ArrowUp" => chosen.update(|index| *index = (*index + count.max(1) - 1) % count.max(1)),
            "Enter" => {
                let class = found.with_untracked(|found| found.get(chosen.get_untracked()).map(|(name, _)| *name));
                if let Some(class) = class {
                    take(class);
                }
            }
            "Escape" => store.close_float(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let (left, top) = store.place_float(Point { x: place.x, y: place.y }, 280.0, 300.0);
    view! {
        <div class="fx-menu" role="dialog" aria-label="Add routine" style:left=left style:top=top style:width="280px">
            <input
                node_ref=input id="quick-add" class="fx-input" placeholder="Search routines" autocomplete="off" spellcheck="false"
                role="combobox" aria-expanded="true" aria-controls="quick-add-list" aria-label="Search routines"
                aria-activedescendant=shared(move || format!("quick-add-{}", chosen.get()))
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=on_key
            />
            <div id="quick-add-list" role="listbox" aria-label="Routines">
                {dynamic(move || found.get().into_iter().enumerate().map(|(index, (name, about))| view! {
                    <div
                        id=format!("quick-add-{index}") class="fx-menu__item" role="option"
                        aria-selected=shared(move || (chosen.get() == index).to_string())
                        on:pointerdown=|event| event.prevent_default()
                        on:click=move |_| take(name)
                    >
                        {icon("plus")}
                        <span class="fx-menu__text"><span>{name}</span><span class="fx-menu__about">{about}</span></span>
                    </div>
                }).collect_view())}
            </div>
            {dynamic(move || found.with(Vec::is_empty).then(|| view! { <p class="fx-menu__title">"No routine has this name"</p> }))}
        </div>
    }
    .into_any()
}

/// The classes whose names start with, contain, or are about what was typed, in this order.
fn matching(store: &Store, wanted: &str, place: QuickAdd) -> Vec<(&'static str, &'static str)> {
    let catalogue = store.catalogue();
    let mut found: Vec<(u8, &'static str, &'static str)> = catalogue
        .classes
        .iter()
        .filter_map(|class| {
            let ports = (class.ports)(&crate::flow::value::Map::default());
            let fits = match place.from.map(|port| port.side) {
                Some(Side::Event) => class.name == crate::flow::model::PYTHON_CLASS || !ports.slots.is_empty(),
                Some(Side::Slot) => class.name == crate::flow::model::PYTHON_CLASS || !ports.events.is_empty(),
                None => true,
            };
            let name = class.name.to_lowercase();
            let rank = if name.starts_with(wanted) {
                0
            } else if name.contains(wanted) {
                1
            } else if class.about.to_lowercase().contains(wanted) {
                2
            } else {
                return None;
            };
            fits.then_some((rank, class.name, class.about))
        })
        .collect();
    found.sort_by_key(|(rank, ..)| *rank);
    found.into_iter().map(|(_, name, about)| (name, about)).collect()
}
