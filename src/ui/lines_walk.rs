//! Opening and walking through a routine's lines.

use leptos::prelude::*;

use crate::protocol::command::{Command, Empty, Filter, LineStep, LineStepKind, OpenLines, Rows};
use crate::protocol::lines::LineState;
use crate::protocol::timeline::RowPage;
use crate::view::lines::Walk;
use crate::view::words::sentence;

use super::store::{Sheet, SideTab, Store};

impl Store {
    /// Opens the lines of the activation that a record belongs to, or of the step that is next, and shows them. `at` is
    /// where to begin: `start`, `end` or `error`.
    pub fn open_lines(&self, seq: Option<u64>, at: &str) {
        let store = *self;
        self.request(Command::OpenLines(OpenLines { seq, at: at.into() }), move |body: Result<LineState, String>| {
            let state = match body {
                Ok(state) => state,
                // Nobody knows before whether the next step runs the logic: that it does not is an answer, no failure.
                Err(reason) => return store.tell(&sentence(&reason, "")),
            };
            let walk = Walk::new(state);
            store.say(&format!("{}. {}", walk.activation(), walk.place()));
            store.inside.walk.set(Some(walk));
            store.panels.right.set(true);
            store.panels.side.set(SideTab::Lines);
            store.panels.sheet.set(Sheet::Side);
        });
    }

    /// Opens the lines of the last activation of a routine that raised, at the line that did.
    pub fn open_error_lines(&self, routine: &str) {
        let store = *self;
        let filter = Filter { types: vec!["error".into()], routines: vec![routine.to_owned()], ..Filter::default() };
        // The last error up to the moment that is shown.
        let around = Some(self.run.at.get_untracked().0.saturating_sub(1));
        let until = self.run.at.get_untracked().0;
        let complaint = format!("No error of {routine} is kept");
        self.ask(Command::Rows(Rows { filter, start: 0, count: 200, around }), move |page: RowPage| {
            match page.rows.iter().rev().find(|row| row.seq < until) {
                Some(row) => store.open_lines(Some(row.seq), "error"),
                None => store.complain(&complaint),
            }
        });
    }

    /// Goes on in the walk, or back.
    pub fn step_line(&self, step: LineStep) {
        let store = *self;
        if self.inside.walk.with_untracked(Option::is_none) {
            return;
        }
        self.ask(Command::LineStep(step), move |state: LineState| {
            let text = store.inside.walk.try_update(|walk| {
                let walk = walk.as_mut()?;
                walk.go(state);
                Some(walk.place())
            });
            if let Some(text) = text.flatten() {
                store.say(&text);
            }
        });
    }

    /// A step of a kind, backwards or not.
    pub fn step_line_by(&self, kind: LineStepKind, back: bool) {
        self.step_line(LineStep { kind, back, to: 0 });
    }

    /// Ends the walk.
    pub fn close_lines(&self) {
        self.order(Command::CloseLines(Empty {}));
        self.inside.walk.set(None);
    }
}
