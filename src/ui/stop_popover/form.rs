//! What is in the popover's fields, and what the engine says about it while somebody types.

use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;

use crate::flow::model::{Breakpoint, BreakpointPlace, Flow};
use crate::flow::value::Value;
use crate::protocol::command::{CheckExpression, Command};
use crate::protocol::inspect::{BreakpointPreview, PayloadKeys, PreviewBreakpoint, SeenKey};
use crate::protocol::report::{ExpressionCheck, RunState};
use crate::ui::store::{EngineStatus, Store};
use crate::ui::transfer;
use crate::view::breakpoint::{Deed, Draft, kind};
use crate::view::completion;
use crate::view::outline::place_text;

const CHECK_DELAY: Duration = Duration::from_millis(250);
/// Most places of a preview that can be jumped to.
const MOST_JUMPS: usize = 1_000;
/// A run of more steps is looked through only when somebody asks for it: it takes a while.
pub const MOST_STEPS: u64 = 100_000;

/// The form of one place.
#[derive(Clone, Copy)]
pub struct Form {
    pub store: Store,
    pub place: StoredValue<BreakpointPlace>,
    pub draft: RwSignal<Draft>,
    /// What is wrong with the condition; none while it is empty or nobody knows yet.
    pub condition_check: RwSignal<Option<ExpressionCheck>>,
    /// The first expression of the log message that does not compile.
    pub message_fault: RwSignal<Option<String>>,
    /// Where it would have stopped.
    pub preview: RwSignal<Option<BreakpointPreview>>,
    /// Payload keys and names that complete an expression here.
    pub seen: RwSignal<Seen>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// Body of `payloadKeys`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Seen {
    pub keys: Vec<SeenKey>,
    pub names: Vec<String>,
    pub payloads: Vec<Value>,
}

impl Form {
    /// The form of a place, with what is set there.
    pub fn new(store: Store, place: BreakpointPlace) -> Self {
        let existing = store.breakpoint_at(&place).map(|(_, breakpoint)| breakpoint);
        let form = Self {
            store,
            place: StoredValue::new(place),
            draft: RwSignal::new(Draft::of(existing.as_ref())),
            condition_check: RwSignal::new(None),
            message_fault: RwSignal::new(None),
            preview: RwSignal::new(None),
            seen: RwSignal::new(Seen::default()),
            timer: StoredValue::new(None),
        };
        form.ask_for_keys();
        form.check();
        // A run that comes to a halt meanwhile has more to look through.
        Effect::new(move |_| {
            store.run.moment.track();
            form.ask_for_preview(false);
        });
        form
    }

    /// Whether a breakpoint is set here.
    pub fn is_set(&self) -> bool {
        self.store.document.flow.track();
        self.place.with_value(|place| self.store.breakpoint_at(place).is_some())
    }

    /// Takes what was typed, and has it checked when typing pauses.
    pub fn change(&self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let form = *self;
        let check = move || {
            if form.draft.try_with_untracked(|_| ()).is_some() {
                form.check();
                form.ask_for_preview(false);
            }
        };
        self.timer.set_value(set_timeout_with_handle(check, CHECK_DELAY).ok());
    }

    /// Sets what the form describes, and closes it.
    pub fn apply(&self) {
        let store = self.store;
        let Some(place) = self.place.try_get_value() else { return };
        let old = store.breakpoint_at(&place).map(|(_, breakpoint)| breakpoint);
        let draft = self.draft.get_untracked();
        let Some(breakpoint) = draft.breakpoint(place.clone(), old.as_ref()) else { return store.close_float() };
        let what = kind(&breakpoint);
        let mut text = format!("{}{} on {}", what[..1].to_uppercase(), &what[1..], place_text(&place));
        if let Some(condition) = &breakpoint.condition {
            text.push_str(&format!(" when {condition}"));
        }
        if !breakpoint.enabled {
            text.push_str(" switched off");
        }
        if store.set_breakpoint(&place, Some(breakpoint)) {
            store.tell_engine_now();
            store.say(&text);
        }
        store.close_float();
    }

    /// Takes the breakpoint away, and closes the form.
    pub fn remove(&self) {
        let Some(place) = self.place.try_get_value() else { return };
        if self.store.set_breakpoint(&place, None) {
            self.store.tell_engine_now();
            self.store.say(&format!("Breakpoint on {} removed", place_text(&place)));
        }
        self.store.close_float();
    }

    /// Goes on until this place is reached, on the form's condition.
    pub fn run_to(&self) {
        let store = self.store;
        if let Some(target) = self.described() {
            store.close_float();
            store.run_to(&target);
        }
    }

    /// What the form describes, as something that stops.
    fn described(&self) -> Option<Breakpoint> {
        let place = self.place.try_get_value()?;
        let draft = Draft { deed: Deed::Break, ..self.draft.try_get_untracked()? };
        draft.breakpoint(place, None)
    }

    fn is_answered(&self) -> bool {
        self.store.run.engine.get_untracked() == EngineStatus::Ready
    }

    /// Whether the condition and the log message compile.
    fn check(&self) {
        let form = *self;
        let draft = self.draft.get_untracked();
        if draft.condition.trim().is_empty() {
            self.condition_check.set(None);
        } else if self.is_answered() {
            let asked = draft.condition.clone();
            self.ask_about(asked.clone(), move |check| {
                // The answer may come after the popover has gone or the text has changed.
                if form.draft.try_with_untracked(|draft| draft.condition == asked) == Some(true) {
                    form.condition_check.try_set(Some(check));
                }
            });
        }
        self.message_fault.set(None);
        if draft.deed != Deed::Log || !self.is_answered() {
            return;
        }
        for expression in completion::expressions_of(&draft.message) {
            let asked = draft.message.clone();
            self.ask_about(expression.clone(), move |check| {
                let is_asked = form.draft.try_with_untracked(|draft| draft.message == asked) == Some(true);
                if is_asked && !check.valid && form.message_fault.with_untracked(Option::is_none) {
                    form.message_fault.set(Some(format!("{expression}: {}", check.message.unwrap_or_default())));
                }
            });
        }
    }

    fn ask_about(&self, expression: String, answer: impl FnOnce(ExpressionCheck) + 'static) {
        let command = Command::CheckExpression(CheckExpression { expression, kind: "expression".into() });
        self.store.request(command, move |body: Result<ExpressionCheck, String>| {
            if let Ok(check) = body {
                answer(check);
            }
        });
    }

    /// Asks where it would have stopped in the run so far.
    pub fn ask_for_preview(&self, is_wanted: bool) {
        let (state, steps) = (self.store.run.state.get_untracked(), self.store.run.steps.get_untracked().1);
        let is_held = matches!(state, RunState::Paused | RunState::Past | RunState::Done);
        if !is_held || !self.is_answered() || (steps > MOST_STEPS && !is_wanted) {
            self.preview.try_set(None);
            return;
        }
        let form = *self;
        let Some(breakpoint) = self.described() else { return };
        let Some(tree) = tree_of(&breakpoint) else { return };
        let asked = self.draft.get_untracked();
        let command = Command::PreviewBreakpoint(PreviewBreakpoint { breakpoint: tree, limit: MOST_JUMPS });
        self.store.request(command, move |body: Result<BreakpointPreview, String>| {
            if form.draft.try_with_untracked(|draft| *draft == asked) == Some(true) {
                form.preview.try_set(body.ok());
            }
        });
    }

    fn ask_for_keys(&self) {
        let form = *self;
        let place = self.place.get_value();
        if !self.is_answered() {
            return;
        }
        let Some(tree) = tree_of(&Breakpoint::new(place)) else { return };
        let command = Command::PayloadKeys(PayloadKeys { place: tree, prefix: String::new() });
        self.store.request(command, move |body: Result<Seen, String>| {
            if let Ok(seen) = body {
                form.seen.try_set(seen);
            }
        });
    }
}

/// A breakpoint in the document's form, as commands take it.
pub fn tree_of(breakpoint: &Breakpoint) -> Option<Value> {
    let flow = Flow { breakpoints: vec![breakpoint.clone()], ..Flow::default() };
    transfer::breakpoint_trees(&flow).pop()
}
