//! The part of the page that comes after the first picture: panels, windows, menus, actions and the talk with the
//! engine. The build moves what only [`PARTS`] reaches into a wasm file of its own (`cargo xtask build`), so that the
//! canvas and the palette are there before it.
//!
//! Code that the first picture needs calls none of those functions by name, but through [`Parts`]: views with [`part`],
//! everything else with [`Store::later`], which waits for the file if it has not come yet.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::browser::focus;
use crate::browser::page_api::Call;

use super::action::Action;
use super::store::{EngineStatus, Store};
use super::widgets::{dynamic, text_button};

/// The ways into what comes later.
pub struct Parts {
    /// It is here: what listens and works in the background starts.
    begin: fn(&Store),
    /// The panel on the right.
    pub side: fn() -> AnyView,
    /// The dock.
    pub dock: fn() -> AnyView,
    /// Why the run is held.
    pub stopped: fn() -> AnyView,
    /// The line of the whole run.
    pub time_bar: fn() -> AnyView,
    /// What floats over the canvas.
    pub floats: fn() -> AnyView,
    /// The windows.
    pub dialogs: fn() -> AnyView,
    /// The open menu of samples.
    pub samples_menu: fn(Store) -> AnyView,
    /// The open menu of a narrow bar.
    pub more_menu: fn(Store) -> AnyView,
    /// Does an action.
    pub perform: fn(&Store, Action),
    /// Takes a key that went down.
    pub key_down: fn(&Store, &KeyboardEvent),
    /// Takes a key that went up.
    pub key_up: fn(&Store, &KeyboardEvent),
    /// Answers a call of `window.playground`.
    pub answer: fn(Store, Call),
    /// Tells the engine of the edited flow.
    pub tell_engine: fn(&Store),
    /// Opens a flow from text, which has a name.
    pub import: fn(&Store, &str, &str),
    /// Sets how fast runs go.
    pub set_speed: fn(&Store, f64),
    /// Opens the flow of the address's fragment.
    pub open_fragment: fn(&Store),
}

static PARTS: Parts = Parts {
    begin: |store| {
        store.listen_to_clipboard();
        store.read_watches();
        store.start_engine();
    },
    side: || view! { <super::inspector::Side /> }.into_any(),
    dock: || view! { <super::dock::Dock /> }.into_any(),
    stopped: || view! { <super::stopped_panel::StoppedPanel /> }.into_any(),
    time_bar: || view! { <super::time_bar::TimeBar /> }.into_any(),
    floats: || view! { <super::canvas::Floats /> }.into_any(),
    dialogs: || view! { <super::dialogs::Dialogs /> }.into_any(),
    samples_menu: super::menus::samples_menu,
    more_menu: super::menus::more_menu,
    perform: Store::perform_now,
    key_down: Store::key_down,
    key_up: Store::key_up,
    answer: super::page_api::answer,
    tell_engine: Store::tell_engine_now,
    import: Store::import_text,
    set_speed: Store::set_speed_now,
    open_fragment: Store::open_fragment,
};

/// Where the wasm file is cut.
#[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
fn parts() -> Result<&'static Parts, SplitLoaderError> {
    Ok(&PARTS)
}

/// Whether the rest of the page is there.
#[derive(Clone, Copy)]
enum Arrival {
    Coming,
    Here(&'static Parts),
    Failed,
}

type Job = Box<dyn FnOnce(&'static Parts)>;

/// What comes later, and what waits for it.
#[derive(Clone, Copy)]
pub struct Later {
    arrival: RwSignal<Arrival>,
    is_coming: StoredValue<bool>,
    waiting: StoredValue<Vec<Job>, LocalStorage>,
}

impl Default for Later {
    fn default() -> Self {
        Self {
            arrival: RwSignal::new(Arrival::Coming),
            is_coming: StoredValue::new(false),
            waiting: StoredValue::new_local(Vec::new()),
        }
    }
}

impl Later {
    /// Whether it is here; reads a signal.
    pub fn is_here(&self) -> bool {
        matches!(self.arrival.get(), Arrival::Here(_))
    }

    /// Whether it could not be fetched.
    pub fn is_missing(&self) -> bool {
        matches!(self.arrival.get_untracked(), Arrival::Failed)
    }
}

impl Store {
    /// Does something with what comes later: now, or as soon as it is here.
    pub fn later(&self, job: impl FnOnce(&'static Parts) + 'static) {
        match self.later.arrival.try_get_untracked() {
            Some(Arrival::Here(parts)) => job(parts),
            Some(_) => {
                self.later.waiting.update_value(|waiting| waiting.push(Box::new(job)));
                self.fetch_later();
            }
            None => {}
        }
    }

    /// Does an action, or tells why it cannot be done.
    pub fn perform(&self, action: Action) {
        let store = *self;
        self.later(move |parts| (parts.perform)(&store, action));
    }

    /// Fetches the rest of the page, unless it is here or on its way.
    pub fn fetch_later(&self) {
        let store = *self;
        let is_here = matches!(self.later.arrival.get_untracked(), Arrival::Here(_));
        if is_here || self.later.is_coming.get_value() {
            return;
        }
        self.later.is_coming.set_value(true);
        leptos::task::spawn_local(async move {
            let outcome = parts().await;
            store.later.is_coming.set_value(false);
            match outcome {
                Ok(parts) => store.take_parts(parts),
                Err(_) => store.miss_parts(),
            }
        });
    }

    fn take_parts(&self, parts: &'static Parts) {
        self.later.arrival.set(Arrival::Here(parts));
        (parts.begin)(self);
        for job in self.later.waiting.try_update_value(std::mem::take).unwrap_or_default() {
            job(parts);
        }
    }

    fn miss_parts(&self) {
        self.later.arrival.set(Arrival::Failed);
        self.run.engine.set(EngineStatus::Lost("a part of the page could not be loaded".into()));
        self.complain("A part of the page could not be loaded: check the connection, then press Try again");
    }
}

impl Store {
    /// Fetches the rest of the page once more. The focus goes to what takes the button's place.
    fn try_again(&self, pane: &'static str) {
        self.later.arrival.set(Arrival::Coming);
        self.run.engine.set(EngineStatus::Starting);
        self.later(move |_| {
            let tab = move || {
                focus::focus(&format!("{pane} [role=tab][tabindex=\"0\"]"));
            };
            // When it is in the document.
            set_timeout(tab, Duration::from_millis(40));
        });
    }
}

/// A part of the page that comes later.
pub fn part(view: fn(&'static Parts) -> AnyView) -> AnyView {
    let store = super::store::use_store();
    dynamic(move || match store.later.arrival.get() {
        Arrival::Here(parts) => view(parts),
        _ => ().into_any(),
    })
}

/// The same for a panel that is always to be seen: it tells when it could not come. `pane` selects where it is.
pub fn panel(pane: &'static str, view: fn(&'static Parts) -> AnyView) -> AnyView {
    let store = super::store::use_store();
    dynamic(move || match store.later.arrival.get() {
        Arrival::Here(parts) => view(parts),
        Arrival::Coming => view! { <div class="fx-panel" aria-busy="true"></div> }.into_any(),
        Arrival::Failed => view! {
            <div class="fx-panel__empty" role="group" aria-label="Not loaded">
                <p>"This part of the page could not be loaded"</p>
                {text_button("Try again", "fx-button--line", move || store.try_again(pane))}
            </div>
        }
        .into_any(),
    })
}
