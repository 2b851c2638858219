//! What a session may take: bytes for its history, steps before a runaway job is paused.

use std::collections::BTreeMap;

use crate::engine::guard::Guard;
use crate::engine::runtime::Runtime;
use crate::flow::value::Value;

use super::history::{DEFAULT_BUDGET, History, MIN_BUDGET};
use super::replay::Replay;
use super::session::Session;

/// What a session may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most bytes of a run's history, estimated.
    pub history_bytes: usize,
    /// When jobs that never end are paused; holds from the next run on.
    pub guard: Guard,
}

impl Default for Settings {
    fn default() -> Self {
        Self { history_bytes: DEFAULT_BUDGET, guard: Guard::default() }
    }
}

impl Session {
    /// What it may take.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Changes what it may take.
    pub fn configure(&mut self, settings: Settings) {
        self.settings = Settings { history_bytes: settings.history_bytes.max(MIN_BUDGET), ..settings };
        self.history.set_budget(self.settings.history_bytes);
    }

    /// A history that begins with this state.
    pub(super) fn begin(&mut self, runtime: Runtime, earlier: BTreeMap<u32, Vec<Value>>) {
        self.history = History::starting_with(&runtime, earlier);
        self.history.set_budget(self.settings.history_bytes);
        self.head = runtime.steps();
        self.replay = Replay { runtime, applied: 0 };
        self.has_jumped = true;
    }
}
