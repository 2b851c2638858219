//! The palette: classes by category; drag one onto the canvas, click it, or press Enter on it.

use leptos::ev;
use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::browser::pointer;
use crate::flow::model::{PYTHON_CLASS, Point};
use crate::view::canvas::hit::is_drag;

use super::store::{Sheet, Store, use_store};

/// The palette's panel.
#[component]
pub fn Palette() -> impl IntoView {
    let store = use_store();
    let query = RwSignal::new(String::new());
    let groups = Memo::new(move |_| {
        let wanted = query.get().to_lowercase();
        grouped(&store, &wanted)
    });
    let ghost = RwSignal::new(None::<(&'static str, f64, f64)>);
    view! {
        <div class="fx-palette">
            <div class="fx-panel__head">
                <h2 class="fx-panel__title">"Routines"</h2>
            </div>
            <div class="fx-palette__search">
                <input
                    type="search" class="fx-input" placeholder="Search" aria-label="Search the palette" autocomplete="off"
                    on:input=move |event| query.set(event_target_value(&event))
                />
            </div>
            <div class="fx-panel__scroll">
                {dynamic(move || groups.get().into_iter().map(|(category, classes)| view! {
                    <div class="fx-palette__group" role="group" aria-label=category>
                        <h3 class="fx-palette__name">{category}</h3>
                        {classes.into_iter().map(|(name, about)| item(store, ghost, name, about)).collect_view()}
                    </div>
                }).collect_view())}
                {dynamic(move || groups.with(Vec::is_empty).then(|| view! { <p class="fx-panel__empty">"No routine has this name"</p> }))}
            </div>
        </div>
        {dynamic(move || ghost.get().map(|(name, x, y)| view! {
            <div class="fx-ghost" aria-hidden="true" style:transform=format!("translate({}px,{}px)", x - 40.0, y - 20.0)>{name}</div>
        }))}
    }
    .into_any()
}

type Ghost = RwSignal<Option<(&'static str, f64, f64)>>;

fn item(store: Store, ghost: Ghost, name: &'static str, about: &'static str) -> AnyView {
    let pressed_at = StoredValue::new(None::<Point>);
    let was_dragged = StoredValue::new(false);
    let at = |event: &ev::PointerEvent| Point { x: f64::from(event.client_x()), y: f64::from(event.client_y()) };
    let end = move |event: ev::PointerEvent, drops: bool| {
        pressed_at.set_value(None);
        let was_ghost = ghost.get_untracked().is_some();
        ghost.set(None);
        if drops && was_ghost && pointer::is_over_canvas(&event) {
            let (x, y) = pointer::on_canvas(&event);
            let place = store.viewport_now().canvas_from_screen(Point { x, y });
            add(store, name, place);
        }
    };
    view! {
        <button
            type="button" class="fx-palette__item" data-class=name title=about
            on:pointerdown=move |event| {
                was_dragged.set_value(false);
                if event.button() == 0 && event.pointer_type() != "touch" {
                    pressed_at.set_value(Some(at(&event)));
                    pointer::capture(&event);
                }
            }
            on:pointermove=move |event| {
                let now = at(&event);
                if pressed_at.get_value().is_some_and(|start| ghost.get_untracked().is_some() || is_drag(start, now)) {
                    was_dragged.set_value(true);
                    ghost.set(Some((name, now.x, now.y)));
                }
            }
            on:pointerup=move |event| end(event, true)
            on:pointercancel=move |event| end(event, false)
            on:click=move |_| if !was_dragged.get_value() {
                add(store, name, free_place(&store));
                store.panels.sheet.set(Sheet::None);
            }
        >
            <span class="fx-palette__mark" aria-hidden="true">{mark(name)}</span>
            <strong>{name}</strong>
            <span class="fx-palette__about">{about}</span>
        </button>
    }
    .into_any()
}

fn add(store: Store, class: &str, at: Point) {
    if let Some(id) = store.add_routine(class, at) {
        store.focus_element(&id);
    }
}

/// The middle of what is seen, moved aside as long as something is there.
fn free_place(store: &Store) -> Point {
    let middle = store.viewport_now().canvas_from_screen(store.middle_of_canvas());
    store.canvas.scene.with_value(|scene| {
        let mut at = middle;
        for _ in 0..40 {
            let mut is_free = true;
            let around = crate::view::canvas::viewport::Rect { x: at.x - 90.0, y: at.y - 50.0, w: 180.0, h: 100.0 };
            scene.nodes_near(&around, |_| is_free = false);
            if is_free {
                break;
            }
            at = Point { x: at.x + 40.0, y: at.y + 60.0 };
        }
        at
    })
}

/// Two letters that stand for a class.
fn mark(name: &str) -> String {
    if name == PYTHON_CLASS {
        return "Py".into();
    }
    let capitals: String = name.chars().filter(|character| character.is_uppercase()).take(2).collect();
    if capitals.chars().count() == 2 { capitals } else { name.chars().take(2).collect() }
}

type Classes = Vec<(&'static str, &'static str)>;

fn grouped(store: &Store, wanted: &str) -> Vec<(&'static str, Classes)> {
    let catalogue = store.catalogue();
    let mut groups: Vec<(&'static str, Classes)> = Vec::new();
    for class in &catalogue.classes {
        if !class.name.to_lowercase().contains(wanted) && !class.about.to_lowercase().contains(wanted) {
            continue;
        }
        match groups.iter_mut().find(|(category, _)| *category == class.category) {
            Some((_, classes)) => classes.push((class.name, class.about)),
            None => groups.push((class.category, vec![(class.name, class.about)])),
        }
    }
    groups
}
