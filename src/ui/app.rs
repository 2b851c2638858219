//! The page: the grid of panels, and what happens when it opens.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::widgets::shared;

use crate::browser::root;
use crate::routines;

use super::canvas::Canvas;
use super::later::{panel, part};
use super::palette::Palette;
use super::persist;
use super::store::{Sheet, SideTab, Store};
use super::toasts::Toasts;
use super::toolbar::Toolbar;
use super::widgets::icon;

/// Puts the page into the document.
pub fn mount() {
    root::remove_placeholder("placeholder");
    leptos::mount::mount_to_body(App);
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let start = persist::start();
    let store = Store::new(start.flow, routines::catalogue());
    provide_context(store);
    store.start_viewport.set_value(start.viewport);
    store.is_guest.set_value(start.is_guest);
    store.panels.is_hint_shown.set(start.is_first);
    store.read_settings();
    store.apply_theme();
    store.forget_run();
    store.listen();
    super::page_api::install(store);
    if let Some(complaint) = start.complaint {
        store.complain(&complaint);
    }
    // The canvas comes first: the rest is large, the engine more so, and drawing needs neither.
    set_timeout(move || store.fetch_later(), Duration::from_millis(30));
    Effect::new(move |_| {
        let name = store.document.flow.with(|flow| flow.name.clone());
        root::set_title(&name.map_or_else(|| "Flow playground".into(), |name| format!("{name} · Flow playground")));
    });
    view! {
        <a class="fx-skip" href="#canvas" on:click=move |event| {
            event.prevent_default();
            store.next_pane_from_start();
        }>"Skip to the canvas"</a>
        <div
            class="fx-app"
            data-left=shared(move || store.panels.left.get().to_string())
            data-wide=shared(move || store.panels.is_right_wide.get().to_string())
            data-right=shared(move || store.panels.right.get().to_string())
            data-sheet=shared(move || match store.panels.sheet.get() {
                Sheet::None => "none",
                Sheet::Palette => "palette",
                Sheet::Side => "side",
                Sheet::Dock => "dock",
            })
        >
            <Toolbar />
            <div class="fx-work">
                <aside class="fx-left" data-panel="palette" aria-label="Palette"><Palette /></aside>
                <main class="fx-stage" data-past=shared(move || (store.run.state.get() == crate::protocol::report::RunState::Past).to_string())>
                    <h1 class="fx-unseen">"Flow playground"</h1>
                    <Canvas />
                    {part(|parts| (parts.stopped)())}
                </main>
                <aside class="fx-right" data-pane="side" aria-label="Details">{panel("[data-pane=side]", |parts| (parts.side)())}</aside>
                <section
                    class="fx-dock" data-pane="dock" aria-label="Run and problems"
                    data-folded=shared(move || store.panels.is_dock_folded.get().to_string())
                >{panel("[data-pane=dock]", |parts| (parts.dock)())}</section>
                <div class="fx-timeline" data-panel="timeline" role="region" aria-label="The whole run">{part(|parts| (parts.time_bar)())}</div>
                <SheetTabs />
            </div>
        </div>
        {part(|parts| (parts.dialogs)())}
        <Toasts />
    }
    .into_any()
}

/// On narrow screens the panels open below the canvas, one at a time.
#[component]
fn SheetTabs() -> impl IntoView {
    let store = super::store::use_store();
    let tab = move |name: &'static str, symbol: &'static str, sheet: Sheet, side: Option<SideTab>| {
        let is_open =
            move || store.panels.sheet.get() == sheet && side.is_none_or(|side| store.panels.side.get() == side);
        view! {
            <button
                type="button" class="fx-sheet-tabs__tab" aria-pressed=shared(move || is_open().to_string())
                on:click=move |_| {
                    let next = if untrack(is_open) { Sheet::None } else { sheet };
                    if let Some(side) = side {
                        store.panels.side.set(side);
                        store.panels.right.set(true);
                    }
                    if sheet == Sheet::Palette {
                        store.panels.left.set(true);
                    }
                    store.panels.sheet.set(next);
                }
            >
                {icon(symbol)}
                {name}
            </button>
        }
    };
    view! {
        <nav class="fx-sheet-tabs" aria-label="Panels">
            {tab("Palette", "shapes", Sheet::Palette, None)}
            {tab("Details", "settings", Sheet::Side, Some(SideTab::Inspector))}
            {tab("Outline", "list", Sheet::Side, Some(SideTab::Outline))}
            {tab("Run log", "log", Sheet::Dock, None)}
        </nav>
    }
    .into_any()
}
