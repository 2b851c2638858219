//! The dots in the middle of connections: where breakpoints are set and seen.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use super::rows::DotView;
use crate::ui::store::{Float, Selection, Store, use_store};

/// The dots of the connections that are near.
#[component]
pub fn Dots() -> impl IntoView {
    let store = use_store();
    view! {
        <For each=move || store.canvas.dots.get() key=|dot| (dot.index, dot.key.clone()) children=move |dot| edge_dot(store, dot) />
    }
    .into_any()
}

fn edge_dot(store: Store, dot: DotView) -> AnyView {
    let face = RwSignal::from(dot.face);
    let index = dot.index;
    view! {
        <button
            type="button" class="fx-dot"
            class=("fx-dot--selected", shared(move || face.with(|face| face.is_selected)))
            data-connection=dot.key data-index=index.to_string()
            data-breakpoint=shared(move || face.with(|face| face.look.name()))
            aria-label=shared(move || face.with(|face| match &face.chip {
                Some(chip) => format!("Connection {}, {chip} waits", face.label),
                None => format!("Connection {}", face.label),
            }))
            aria-haspopup="dialog"
            title="Set a breakpoint"
            tabindex=shared(move || if face.with(|face| face.is_tabbable || face.is_selected) { "0" } else { "-1" })
            style:transform=shared(move || face.with(|face| format!("translate({}px,{}px) scale(var(--fx-upscale,1))", face.at.x, face.at.y)))
            on:click=move |event| if event.detail() == 0 {
                store.select(Selection::of_connection(index));
                store.open_float(Float::Edge(index));
            }
        >
            {dynamic(move || face.with(|face| face.chip.clone()).map(|chip| view! { <span class="fx-dot__chip" aria-hidden="true">{chip}</span> }))}
        </button>
    }
    .into_any()
}
