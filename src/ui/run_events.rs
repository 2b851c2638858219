//! What the engine tells while a flow runs, gathered here and published once a frame.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;

use crate::browser::{page_api, root, wall_clock};
use crate::flow::model::Flow;
use crate::flow::value::Value;
use crate::protocol::report::{Loaded, RunState, State, Update};
use crate::view::canvas::paint::Looks;
use crate::view::canvas::tokens::{FLIGHT_MS, Tokens};
use crate::view::deliveries;
use crate::view::monitor;
use crate::view::run_view::{RunView, run_state_name};
use crate::view::stop_reason;

use super::store::{DockTab, Store};

/// The most characters of a label on a token.
const LABEL_CHARS: usize = 16;

/// Counts, statuses, records and tokens of the run.
#[derive(Default)]
pub struct RunMirror {
    /// Statuses and counts.
    pub view: RunView,
    /// What moves along the connections.
    pub tokens: Tokens,
    /// How routines and connections look.
    pub looks: Looks,
    /// Signals have to be set in the next frame.
    pub is_changed: bool,
    /// When a token with a label was last sent along a wire: labels that overlap cannot be read.
    pub labelled_ms: BTreeMap<u32, f64>,
    /// Counts how often records came: views ask for those they show.
    pub log_revision: u64,
}

impl RunMirror {
    /// Forgets all; indices of connections mean this flow's from now on.
    pub fn start(&mut self, flow: &Flow) {
        self.view.start(flow);
        self.tokens.clear();
        self.labelled_ms.clear();
        self.log_revision += 1;
        self.is_changed = true;
    }
}

impl Store {
    /// Takes an event of the engine.
    pub fn take_event(&self, event: &str, body: &str) {
        match event {
            "update" => {
                if let Ok(update) = serde_json::from_str::<Update>(body) {
                    self.take_update(&update);
                }
            }
            "stopped" => {
                if let Ok(state) = serde_json::from_str::<State>(body) {
                    self.take_state(state);
                }
            }
            "edited" => {
                if let Ok(loaded) = serde_json::from_str::<Loaded>(body) {
                    self.document.problems.set(loaded.problems);
                }
            }
            "error" => {
                let message = serde_json::from_str::<Value>(body).ok();
                let message = message.as_ref().and_then(|body| body.get("message")).and_then(Value::as_str);
                self.complain(message.unwrap_or("The engine reports an error"));
            }
            _ => {}
        }
        page_api::emit(event, || body.to_owned());
    }

    fn take_update(&self, update: &Update) {
        let store = *self;
        let now = wall_clock::now_ms();
        let changed = self.run.mirror.try_update_value(|mirror| {
            let changed = mirror.view.apply_update(update);
            if update.reset {
                mirror.tokens.clear();
                mirror.log_revision += 1;
            }
            if !update.records.is_empty() {
                mirror.log_revision += 1;
            }
            let numbers = mirror.view.shown_numbers();
            let passed = deliveries::passed(&update.records, |job| numbers.get(job).copied());
            let is_marked = numbers.len() > 1;
            store.canvas.scene.with_value(|scene| {
                for (key, count) in &changed.connections {
                    let Some(edge) = scene.edge_number(key) else { continue };
                    let passed = passed.get(key);
                    let is_free = mirror.labelled_ms.get(&edge).is_none_or(|last| now - last > FLIGHT_MS);
                    let newest = passed.filter(|_| is_free).and_then(|passed| passed.newest);
                    if is_free {
                        mirror.labelled_ms.insert(edge, now);
                    }
                    let jobs = passed.filter(|_| is_marked).map(|passed| passed.jobs.as_slice()).unwrap_or_default();
                    mirror.tokens.push(edge, *count, &newest.map(short_value).unwrap_or_default(), jobs, now);
                }
            });
            mirror.is_changed = true;
            changed
        });
        if changed.is_some_and(|changed| changed.run || changed.held || changed.everything)
            && update.run == RunState::Running
        {
            self.run.moment.set(None);
        }
        self.refresh();
    }

    /// Takes the whole picture of one moment.
    pub fn take_state(&self, state: State) {
        self.run.mirror.update_value(|mirror| {
            let _changed = mirror.view.apply_state(&state);
            mirror.is_changed = true;
        });
        set_if_changed(self.run.breakpoints, state.breakpoints.clone());
        // A jump is told twice, by its answer and as an event: panels ask only once for what belongs to it.
        if self.run.moment.with_untracked(|now| now.as_deref() != Some(&state)) {
            self.announce(&state);
            // Whoever closed it while looking around in the past does not get it back at every moment.
            if state.stopped.is_some() && state.run != RunState::Past {
                self.panels.is_stopped_closed.set(false);
            }
            self.run.moment.set(Some(Arc::new(state)));
        }
        self.refresh();
    }

    fn announce(&self, state: &State) {
        let text = match (&state.stopped, state.run) {
            (Some(stopped), _) if !stopped.text.is_empty() => {
                let why = stop_reason::sentence(state, self.breakpoint_of(state).as_ref(), &[]);
                format!("{}. {}", stopped.text, why.replace('`', ""))
            }
            (_, RunState::Done) => "The run is at its end".to_owned(),
            (_, RunState::Past) => format!("Step {} of {}, in the past", state.step, state.steps),
            (_, RunState::Paused) => format!("Held after {} steps", state.step),
            _ => return,
        };
        self.say(&text);
        if state.run == RunState::Done {
            let failed = state.jobs.iter().find(|job| job.status == "failed");
            if let Some(job) = failed {
                self.complain(&format!("{} failed: {}", job.id, error_text(job.error.as_ref())));
            }
        }
    }

    /// Publishes what the engine told since the last frame.
    pub fn publish_run(&self) {
        let now = self.run.mirror.try_update_value(|mirror| {
            let is_changed = std::mem::take(&mut mirror.is_changed);
            is_changed.then(|| {
                let view = &mirror.view;
                (view.run, view.t, (view.step, view.steps), (view.seq, view.branch), mirror.log_revision)
            })
        });
        let Some((run, time, steps, at, log)) = now.flatten() else { return };
        if self.run.at.with_untracked(|before| before.1 != at.1) {
            // The number means another record there.
            self.select_record(None);
        }
        self.show_run_state(run);
        set_if_changed(self.run.time, time);
        set_if_changed(self.run.steps, steps);
        set_if_changed(self.run.at, at);
        set_if_changed(self.run.log_length, log);
    }

    /// Shows what the run does, also to those who read the page's hooks.
    pub fn show_run_state(&self, run: RunState) {
        root::set_attribute("data-run", Some(run_state_name(run)));
        set_if_changed(self.run.state, run);
    }

    /// Shows a tab of the dock.
    pub fn show_dock(&self, tab: DockTab) {
        self.panels.dock.set(tab);
        self.panels.is_dock_folded.set(false);
        self.panels.sheet.set(super::store::Sheet::Dock);
    }
}

/// An error of a job, `Type: message`.
pub fn error_text(error: Option<&Value>) -> String {
    let part =
        |name: &str| error.and_then(|error| error.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, message) = (part("type"), part("message"));
    if kind.is_empty() { message } else { format!("{kind}: {message}") }
}

/// Sets a signal only if that changes it: everybody who reads it would run for nothing.
pub fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|now| *now != value) == Some(true) {
        signal.set(value);
    }
}

/// A payload in the few characters of a token's label.
pub fn short_value(data: &Value) -> String {
    monitor::short_value(data, LABEL_CHARS)
}
