//! What the browser keeps between visits: the flow, the view and the settings, in a versioned form.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::{listen, media, storage, url};
use crate::flow::document;
use crate::flow::model::Flow;
use crate::flow::value::Value;
use crate::view::canvas::viewport::Viewport;

use super::samples::{self, SAMPLES};
use super::store::Store;
use super::transfer;

/// Where the work is kept. A new form of it gets a new name.
const WORK: &str = "flow-playground/work/v1";
/// Where a work that could not be read is moved to.
const DAMAGED: &str = "flow-playground/work/damaged";
/// The work that an edited link has taken the place of.
const PREVIOUS: &str = "flow-playground/work/previous";
const SETTINGS: &str = "flow-playground/settings/v1";
const KEEP_DELAY: Duration = Duration::from_millis(400);

/// What a visit starts with.
pub struct Start {
    /// The flow.
    pub flow: Flow,
    /// Pan and zoom; none fits the flow.
    pub viewport: Option<Viewport>,
    /// It came with a link: it is not the person's own work yet.
    pub is_guest: bool,
    /// It is the first visit.
    pub is_first: bool,
    /// Something could not be read.
    pub complaint: Option<String>,
}

impl Start {
    fn of(flow: Flow) -> Self {
        Self { flow, viewport: None, is_guest: false, is_first: false, complaint: None }
    }
}

/// A link's flow, else the kept one, else the first sample.
pub fn start() -> Start {
    let sample = || samples::find(SAMPLES[0].id).unwrap_or_default();
    match transfer::from_fragment(&url::fragment()) {
        Some(Ok(flow)) => return Start { is_guest: true, ..Start::of(flow) },
        Some(Err(reason)) => {
            let complaint = Some(format!("The link could not be opened: {reason}"));
            return Start { complaint, ..kept().unwrap_or_else(|| Start::of(sample())) };
        }
        None => {}
    }
    kept().unwrap_or_else(|| Start { is_first: true, ..Start::of(sample()) })
}

fn kept() -> Option<Start> {
    let text = storage::read(WORK)?;
    match read_work(&text) {
        Ok((flow, viewport)) => Some(Start { viewport, ..Start::of(flow) }),
        Err(reason) => {
            // Moved aside, so that it can be rescued and is not overwritten.
            storage::write(DAMAGED, &text);
            storage::remove(WORK);
            let complaint = Some(format!("The kept flow could not be read and was set aside: {reason}"));
            Some(Start { complaint, ..Start::of(samples::find(SAMPLES[0].id).unwrap_or_default()) })
        }
    }
}

fn read_work(text: &str) -> Result<(Flow, Option<Viewport>), String> {
    let tree = document::parse_value(text).map_err(|problem| problem.to_string())?;
    let flow = transfer::from_tree(tree.get("document").ok_or("it has no document")?)?;
    let number = |name: &str| tree.get("view").and_then(|view| view.get(name)).and_then(Value::as_f64);
    let viewport = number("x").zip(number("y")).zip(number("zoom"));
    Ok((flow, viewport.map(|((x, y), zoom)| Viewport { x, y, zoom: zoom.clamp(0.05, 4.0) })))
}

impl Store {
    /// Keeps the work and the settings when things calm down.
    pub fn keep_later(&self) {
        if self.keeping.try_with_value(|timer| timer.is_some()) != Some(false) {
            return;
        }
        let store = *self;
        let timer = set_timeout_with_handle(move || store.keep_now(), KEEP_DELAY).ok();
        self.keeping.set_value(timer);
    }

    /// Keeps the work and the settings. It waits for no other part of the page: what is drawn before that comes is safe too.
    pub fn keep_now(&self) {
        self.keeping.try_set_value(None);
        let viewport = self.viewport_now();
        let view = Value::map([
            ("x", Value::Float(viewport.x)),
            ("y", Value::Float(viewport.y)),
            ("zoom", Value::Float(viewport.zoom)),
        ]);
        let Some(flow) = self.document.flow.try_get_untracked() else { return };
        // A flow that is only looked at does not replace one's own work.
        if !self.settings.is_read_only.get_untracked() && !self.is_guest.get_value() {
            let work = Value::map([("document", transfer::to_tree(&flow)), ("view", view)]);
            storage::write(WORK, &serde_json::to_string(&work).unwrap_or_default());
        }
        let settings = Value::map([
            ("theme", Value::from(self.settings.theme.get_untracked())),
            ("reducedMotion", Value::Bool(self.settings.is_motion_reduced.get_untracked())),
            ("dragPans", Value::Bool(self.settings.drag_pans.get_untracked())),
            ("singleKeys", Value::Bool(self.settings.has_single_keys.get_untracked())),
            ("speed", Value::Float(self.settings.speed.get_untracked())),
        ]);
        storage::write(SETTINGS, &serde_json::to_string(&settings).unwrap_or_default());
    }

    /// A flow that came with a link was edited: it is the person's own work now, and the address no longer tells it.
    pub fn leave_link(&self) {
        if self.is_guest.try_get_value() != Some(true) {
            return;
        }
        self.is_guest.set_value(false);
        if let Some(own) = storage::read(WORK) {
            storage::write(PREVIOUS, &own);
        }
        url::replace_fragment("");
    }

    /// Reads the kept settings, then what the address asks for.
    pub fn read_settings(&self) {
        let kept = storage::read(SETTINGS).and_then(|text| document::parse_value(&text).ok()).unwrap_or_default();
        let flag = |name: &str, signal: RwSignal<bool>| {
            if let Some(Value::Bool(value)) = kept.get(name) {
                signal.set(*value);
            }
        };
        flag("reducedMotion", self.settings.is_motion_reduced);
        flag("dragPans", self.settings.drag_pans);
        flag("singleKeys", self.settings.has_single_keys);
        if let Some(speed) = kept.get("speed").and_then(Value::as_f64) {
            self.settings.speed.set(speed.max(0.0));
        }
        let theme = url::option("theme").or_else(|| kept.get("theme").and_then(Value::as_str).map(str::to_owned));
        if let Some(theme) = theme.filter(|theme| ["light", "dark", "auto"].contains(&theme.as_str())) {
            self.settings.theme.set(theme);
        }
        match url::option("speed").as_deref() {
            Some("max") => self.settings.speed.set(0.0),
            Some(text) => {
                if let Some(speed) = text.parse::<f64>().ok().filter(|speed| speed.is_finite() && *speed > 0.0) {
                    self.settings.speed.set(speed);
                }
            }
            None => {}
        }
        self.settings.is_read_only.set(url::option("readonly").is_some_and(|value| value != "false"));
        if let Some(panels) = url::option("panels") {
            let has = |name: &str| panels.split(',').any(|panel| panel == name);
            self.panels.left.set(has("palette"));
            self.panels.right.set(has("inspector"));
            self.panels.is_dock_folded.set(!has("log") && !has("problems") && !has("breakpoints") && !has("jobs"));
        }
        self.settings.system_reduces_motion.set(media::matches("(prefers-reduced-motion: reduce)"));
        self.follow_system();
    }

    fn follow_system(&self) {
        let store = *self;
        media::on_change("(prefers-reduced-motion: reduce)", move |reduces| {
            store.settings.system_reduces_motion.try_set(reduces);
            store.apply_theme();
        });
        media::on_change("(prefers-color-scheme: dark)", move |_| store.apply_theme());
        listen::on_page_hide(move || store.keep_now());
        listen::on_fragment_change(move || store.later(move |parts| (parts.open_fragment)(&store)));
    }

    /// Opens the flow that the address's fragment carries.
    pub fn open_fragment(&self) {
        match transfer::from_fragment(&url::fragment()) {
            Some(Ok(flow)) => {
                self.is_guest.set_value(false);
                self.open(flow);
                self.is_guest.set_value(true);
            }
            Some(Err(reason)) => self.complain(&reason),
            None => {}
        }
    }

    /// The canvas has its size for the first time: the kept part of the flow is shown, or all of it.
    pub fn show_start(&self) {
        match self.start_viewport.get_value() {
            Some(viewport) => self.set_viewport(viewport),
            None => self.fit_start(),
        }
    }
}
