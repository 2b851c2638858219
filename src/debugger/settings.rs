//! What a session may take: bytes for its history, and which part of a run that is; steps before a runaway job is paused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::guard::Guard;
use crate::engine::runtime::Runtime;
use crate::engine::trace::Recording;
use crate::flow::value::Value;

use super::history::{DEFAULT_BUDGET, History, MIN_BUDGET};
use super::replay::Replay;
use super::session::Session;

/// What is kept of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// Nothing is recorded: the fastest. The way back is a replay from the run's beginning.
    Off,
    /// Everything is counted, and the newest records are there whenever the run is held or somebody asks: those of at least
    /// the last [`super::late::NEWEST_STEPS`] steps, within [`NEWEST_BYTES`]. The way back is the same.
    Newest,
    /// Everything is recorded and stays within the budget, with states on the way from which going back is quick.
    #[default]
    All,
}

impl Keep {
    /// What a runtime does with records.
    pub(super) fn recording(self) -> Recording {
        if self == Self::Off { Recording::Off } else { Recording::On }
    }
}

/// Bytes of records that are kept if only the newest are: some ten thousand with small payloads.
pub const NEWEST_BYTES: usize = 2_000_000;

/// What a session may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most bytes of a run's history, estimated.
    pub history_bytes: usize,
    /// What is kept of a run; holds from the next run on.
    pub keep: Keep,
    /// When jobs that never end are paused; holds from the next run on.
    pub guard: Guard,
}

impl Default for Settings {
    fn default() -> Self {
        Self { history_bytes: DEFAULT_BUDGET, keep: Keep::default(), guard: Guard::default() }
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
        self.history.set_keep(self.settings.keep);
        self.history.set_budget(self.settings.history_bytes);
        self.head = runtime.steps();
        self.replay = Replay { runtime, applied: 0 };
        self.has_jumped = true;
    }
}
