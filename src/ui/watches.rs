//! What is watched: kept between visits, and asked of the engine anew when the run has more to tell.

use leptos::prelude::*;

use crate::browser::storage;
use crate::flow::document;
use crate::flow::value::Value;
use crate::protocol::command::{self, Command};
use crate::protocol::inspect::WatchHistory;
use crate::protocol::report::RunState;
use crate::view::watches::{self, Known, Watch};

use super::store::Store;

/// Where watches are kept. A new form gets a new name.
const KEPT: &str = "flow-playground/watches/v1";
/// How many changes one question asks for.
const PIECE: usize = 1_000;

/// What is watched, and the walk through lines.
#[derive(Clone, Copy)]
pub struct Inside {
    /// The watches, in their order.
    pub watches: RwSignal<Vec<WatchRow>>,
    /// Counts the questions: answers to older ones are not for us.
    asked: StoredValue<u64>,
    /// The number of the next watch.
    next: StoredValue<u64>,
    /// The walk through a routine's lines that is open.
    pub walk: RwSignal<Option<crate::view::lines::Walk>>,
    /// What was typed to be evaluated.
    pub expression: RwSignal<String>,
}

impl Default for Inside {
    fn default() -> Self {
        Self {
            watches: RwSignal::new(Vec::new()),
            asked: StoredValue::new(0),
            next: StoredValue::new(0),
            walk: RwSignal::new(None),
            expression: RwSignal::new(String::new()),
        }
    }
}

/// One watch with what is known of it.
#[derive(Clone)]
pub struct WatchRow {
    /// Its number.
    pub id: u64,
    /// What is watched.
    pub watch: Watch,
    /// Its history; none before it was asked for.
    pub known: ArcRwSignal<Option<Known>>,
}

impl Store {
    /// Reads the watches of earlier visits.
    pub fn read_watches(&self) {
        let kept = storage::read(KEPT).and_then(|text| document::parse_value(&text).ok()).unwrap_or_default();
        let rows = watches::from_value(&kept).into_iter().map(|watch| self.watch_row(watch)).collect();
        self.inside.watches.set(rows);
    }

    fn watch_row(&self, watch: Watch) -> WatchRow {
        let id = self.inside.next.try_update_value(|next| {
            *next += 1;
            *next
        });
        WatchRow { id: id.unwrap_or_default(), watch, known: ArcRwSignal::new(None) }
    }

    fn keep_watches(&self) {
        let list: Vec<Watch> =
            self.inside.watches.with_untracked(|rows| rows.iter().map(|row| row.watch.clone()).collect());
        storage::write(KEPT, &serde_json::to_string(&watches::to_value(&list)).unwrap_or_default());
    }

    /// Watches an expression, with its history so far if the flow was run.
    pub fn add_watch(&self, expression: &str, place: Option<Value>) {
        let watch = Watch { expression: expression.trim().to_owned(), place };
        if watch.expression.is_empty() {
            return;
        }
        if self.inside.watches.with_untracked(|rows| rows.iter().any(|row| row.watch == watch)) {
            return self.tell("This is watched already");
        }
        let row = self.watch_row(watch);
        let text = format!("Watching {}", row.watch.expression);
        self.inside.watches.update(|rows| rows.push(row.clone()));
        self.keep_watches();
        self.say(&text);
        self.ask_watch(&row);
    }

    /// Watches another expression in place of one.
    pub fn change_watch(&self, id: u64, expression: &str) {
        let changed = self.inside.watches.try_update(|rows| {
            let row = rows.iter_mut().find(|row| row.id == id)?;
            row.watch.expression = expression.trim().to_owned();
            row.known = ArcRwSignal::new(None);
            Some(row.clone())
        });
        if let Some(row) = changed.flatten() {
            self.keep_watches();
            self.ask_watch(&row);
        }
    }

    /// Watches an expression no longer.
    pub fn remove_watch(&self, id: u64) {
        self.inside.watches.update(|rows| rows.retain(|row| row.id != id));
        self.keep_watches();
    }

    /// Asks for all histories anew.
    pub fn ask_watches(&self) {
        self.inside.asked.update_value(|asked| *asked += 1);
        for row in self.inside.watches.get_untracked() {
            self.ask_watch(&row);
        }
    }

    fn ask_watch(&self, row: &WatchRow) {
        let state = self.run.state.get_untracked();
        if matches!(state, RunState::Empty | RunState::Ready) && self.run.steps.get_untracked().1 == 0 {
            return row.known.set(None);
        }
        self.ask_piece(row.clone(), 0, Known::default(), self.inside.asked.get_value());
    }

    /// Asks for a piece of a history, and for the next one when it has come.
    fn ask_piece(&self, row: WatchRow, from: u64, known: Known, asked: u64) {
        let store = *self;
        let Watch { expression, place } = row.watch.clone();
        let command =
            Command::Watch(command::Watch { expression, place, from, limit: PIECE, ..command::Watch::default() });
        self.request(command, move |body: Result<WatchHistory, String>| {
            if store.inside.asked.try_get_value() != Some(asked) {
                return;
            }
            let mut known = known;
            let piece = body.unwrap_or_else(|reason| WatchHistory { message: Some(reason), ..WatchHistory::default() });
            let next = known.take(piece);
            row.known.set(Some(known.clone()));
            // A piece that does not go on would be asked for without end.
            if let Some(next) = next.filter(|next| *next > from) {
                store.ask_piece(row, next, known, asked);
            }
        });
    }
}
