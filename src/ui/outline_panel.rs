//! The outline: the same flow as a list, for those who cannot see the canvas and for small screens.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::view::canvas::looks::look_at_place;
use crate::view::outline::{OutlineItem, OutlineRow, outline};

use super::store::{Float, Selection, Store, use_store};
use super::widgets::{icon, icon_button, walk_by_arrows};

/// The outline's panel.
#[component]
pub fn OutlinePanel() -> impl IntoView {
    let store = use_store();
    let rows = Memo::new(move |_| {
        store.run.log_length.track();
        store.run.state.track();
        let flow = store.document.flow.get();
        let catalogue = store.catalogue();
        store.run.mirror.with_value(|mirror| outline(&flow, &catalogue, &mirror.view))
    });
    view! {
        <div class="fx-panel__scroll fx-fill">
            <ul class="fx-rows fx-outline" aria-label="Outline of the flow" on:keydown=|event| walk_by_arrows(&event, ".fx-outline .fx-row__plain")>
                <For
                    each=move || {
                        let count = store.document.flow.with(|flow| flow.breakpoints.len());
                        rows.get().into_iter().enumerate().map(move |(index, row)| (index, count, row))
                    }
                    // The text is part of the key: a row that says something else is another row.
                    key=|(index, count, row)| (*index, *count, row.text.clone(), row.detail.clone())
                    children=move |(_, _, row)| outline_row(store, row)
                />
            </ul>
            {dynamic(move || rows.with(Vec::is_empty).then(|| view! { <p class="fx-panel__empty">"The flow has no routines yet"</p> }))}
        </div>
    }
    .into_any()
}

fn outline_row(store: Store, row: OutlineRow) -> AnyView {
    let OutlineRow { item, level, text, detail, .. } = row;
    let symbol = match &item {
        OutlineItem::Routine(_) => "shapes",
        OutlineItem::Slot(_) => "in",
        OutlineItem::Event(_) => "out",
        OutlineItem::Connection(_) => "chevron-right",
        OutlineItem::Input(_) => "bolt",
        OutlineItem::Breakpoint(_) => "record",
    };
    let extra = extra(store, &item);
    view! {
        <li class="fx-row fx-row--hover" style:padding-left=format!("{}px", 6 + (level.saturating_sub(1)) * 16)>
            <span class="fx-tone-soft">{icon(symbol)}</span>
            <button type="button" class="fx-row__plain" class=("fx-strong", level == 1) on:click=move |_| go_to(store, &item)>
                {text}
                {(!detail.is_empty()).then(|| view! { <span class="fx-row__soft">" "{detail.clone()}</span> })}
            </button>
            {extra}
        </li>
    }
    .into_any()
}

fn go_to(store: Store, item: &OutlineItem) {
    match item {
        OutlineItem::Routine(id) => {
            store.select(Selection::of_routine(id));
            store.reveal_routine(id);
        }
        OutlineItem::Slot(port) | OutlineItem::Event(port) => {
            store.select(Selection::of_routine(&port.routine));
            store.reveal_routine(&port.routine);
        }
        OutlineItem::Connection(index) => {
            store.go_to_connection(*index);
            store.open_float(Float::Edge(*index));
        }
        OutlineItem::Input(_) => {
            store.select(Selection::default());
            store.show_side(super::store::SideTab::Inspector);
        }
        OutlineItem::Breakpoint(_) => store.show_dock(super::store::DockTab::Breakpoints),
    }
}

fn extra(store: Store, item: &OutlineItem) -> Option<AnyView> {
    match item {
        OutlineItem::Event(port) => {
            let name = port.to_string();
            Some(icon_button("plus", format!("Connect {name}"), move || {
                if let Some(port) = store.port_named(crate::view::canvas::geometry::Side::Event, &name) {
                    store.open_float(Float::PickPort(port));
                }
            }))
        }
        OutlineItem::Connection(index) => {
            let index = *index;
            let flow = store.flow_now();
            let reports = store.run.breakpoints.get();
            let look = flow.connections.get(index).map_or("none", |connection| {
                look_at_place(&flow, &super::editing::place_of(connection), &reports, None).name()
            });
            let label = if look == "none" { "Set a breakpoint" } else { "Remove the breakpoint" };
            Some(
                view! {
                    <button
                        type="button" class="fx-button fx-button--icon fx-button--small" aria-label=label title=label
                        on:click=move |_| store.toggle_connection_breakpoint(index)
                    ><span class="fx-shape" data-breakpoint=look aria-hidden="true"></span></button>
                }
                .into_any(),
            )
        }
        _ => None,
    }
}
