//! Asking the engine from a panel: typed answers, failures as messages, and one question at a time where somebody drags
//! or types faster than answers come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use crate::protocol::command::Command;
use crate::protocol::report::{RunState, State};

use super::store::Store;

thread_local! {
    static SOUGHT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The record whose moment somebody asked for, told once. One step may make many records: a list of them shows this one,
/// not the last one of the step.
pub fn take_sought() -> Option<u64> {
    SOUGHT.take()
}

impl Store {
    /// Asks the engine, and takes the answer's body. A failure is told to the person.
    ///
    /// Panels that show a failure in their own place use [`Store::request`].
    pub fn ask<T: DeserializeOwned>(&self, command: Command, take: impl FnOnce(T) + 'static) {
        let store = *self;
        self.request(command, move |body: Result<T, String>| match body {
            Ok(body) => take(body),
            Err(reason) => store.complain(&reason),
        });
    }

    /// Asks for something whose answer is the moment that the run is at then, and shows it.
    pub fn ask_for_moment(&self, command: Command) {
        let store = *self;
        self.ask(command, move |state: State| store.take_state(state));
    }

    /// Selects a record in all views, or none. The run stays where it is.
    pub fn select_record(&self, seq: Option<u64>) {
        super::run_events::set_if_changed(self.run.record, seq);
    }

    /// Goes to the instant right after a record, and selects it. A run that goes on is held for it.
    pub fn go_to_record(&self, seq: u64) {
        SOUGHT.set(Some(seq));
        self.select_record(Some(seq));
        self.seek(seq);
    }

    /// Goes to the instant right before the step that made a record, and selects it.
    pub fn go_before_record(&self, seq: u64) {
        SOUGHT.set(Some(seq));
        self.select_record(Some(seq));
        self.seek_before(seq);
    }

    /// Whether there are records to look at; reads signals.
    pub fn has_records(&self) -> bool {
        !matches!(self.run.state.get(), RunState::Empty | RunState::Ready) || self.run.steps.get().1 > 0
    }
}

/// One question at a time: what is asked while an answer is on its way waits, and only the newest of it is asked then.
///
/// For whatever follows a pointer or typing: the engine is never given more than it answers.
pub struct Newest {
    inner: Rc<RefCell<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    is_asking: bool,
    next: Option<Box<dyn FnOnce()>>,
}

impl Default for Newest {
    fn default() -> Self {
        Self { inner: Rc::new(RefCell::new(Waiting::default())) }
    }
}

impl Clone for Newest {
    fn clone(&self) -> Self {
        Self { inner: Rc::clone(&self.inner) }
    }
}

impl Newest {
    /// Asks as soon as the question before is answered, unless a newer question comes first. `take` gets failures too.
    pub fn ask<T: DeserializeOwned>(
        &self,
        store: Store,
        command: Command,
        take: impl FnOnce(Result<T, String>) + 'static,
    ) {
        let again = self.clone();
        let question = move || {
            store.request(command, move |body: Result<T, String>| {
                take(body);
                again.answered();
            });
        };
        let mut waiting = self.inner.borrow_mut();
        if waiting.is_asking {
            waiting.next = Some(Box::new(question));
            return;
        }
        waiting.is_asking = true;
        drop(waiting);
        question();
    }

    /// Whether an answer is on its way.
    pub fn is_asking(&self) -> bool {
        self.inner.borrow().is_asking
    }

    /// Whether a newer question waits for the answer.
    pub fn has_more(&self) -> bool {
        self.inner.borrow().next.is_some()
    }

    fn answered(&self) {
        let next = {
            let mut waiting = self.inner.borrow_mut();
            let next = waiting.next.take();
            waiting.is_asking = next.is_some();
            next
        };
        if let Some(question) = next {
            question();
        }
    }
}
