//! The selected record's causes and effects: asked for once, shown by all views.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::protocol::command::{Command, Rows};
use crate::protocol::inspect::{Related, Relatives};
use crate::protocol::timeline::RowPage;
use crate::view::causes::{Family, Lit, Relation};

use super::ask::Newest;
use super::store::{SideTab, Store};

/// Most causes and effects that are listed; all are counted.
const MOST: usize = 300;

/// Keeps the family of the selected record at hand. To be called once, by what is always on the page.
pub fn follow_the_record(store: Store) {
    let question = Newest::default();
    Effect::new(move |_| {
        store.run.pulse.track();
        let Some(seq) = store.run.record.get() else { return store.set_family(None, Lit::default()) };
        let rows = Rows { around: Some(seq), count: 1, ..Rows::default() };
        question.ask(store, Command::Rows(rows), move |body: Result<RowPage, String>| {
            let row = body.ok().and_then(|page| page.rows.into_iter().find(|row| row.seq == seq));
            let related = Related { seq, limit: MOST };
            store.request(Command::Ancestry(related.clone()), move |up: Result<Relatives, String>| {
                store.request(Command::Descendants(related), move |down: Result<Relatives, String>| {
                    if store.run.record.get_untracked() != Some(seq) {
                        return;
                    }
                    let (up, down) = (up.unwrap_or_default(), down.unwrap_or_default());
                    let lit = Lit::new(row.as_ref(), &up, &down);
                    store.set_family(Some(Family::new(seq, row, up, down)), lit);
                });
            });
        });
    });
}

impl Store {
    fn set_family(&self, family: Option<Family>, lit: Lit) {
        if self.run.family.with_untracked(|now| now.as_deref() != family.as_ref()) {
            self.run.family.set(family.map(Arc::new));
        }
        if self.run.lit.with_untracked(|now| *now != lit) {
            self.run.lit.set(lit);
            self.refresh();
        }
    }

    /// Selects a record that somebody picked, and shows what there is to say about it.
    pub fn pick_record(&self, seq: u64) {
        self.select_record(Some(seq));
        self.panels.side.set(SideTab::Record);
    }

    /// Picks what led to the selected record, or the first thing that it led to.
    pub fn pick_relative(&self, relation: Relation) {
        let found = self.run.family.with_untracked(|family| {
            let family = family.as_ref()?;
            match relation {
                Relation::Effect => family.effects.first(),
                _ => family.causes.last(),
            }
            .map(|row| row.seq)
        });
        match (found, relation) {
            (Some(seq), _) => self.pick_record(seq),
            (None, Relation::Effect) => self.say("It led to nothing"),
            (None, _) => self.say("It came from outside"),
        }
    }

    /// Takes a key that is about the selected record, in any view of records: Enter goes to its moment, Shift and Enter
    /// to the one before, Escape selects none. Tells whether it was such a key.
    pub fn take_record_key(&self, event: &KeyboardEvent) -> bool {
        let Some(seq) = self.run.record.get_untracked() else { return false };
        match event.key().as_str() {
            "Enter" if event.shift_key() => self.go_before_record(seq),
            "Enter" => self.go_to_record(seq),
            "Escape" => self.select_record(None),
            _ => return false,
        }
        true
    }

    /// How a record is related to the selected one; reads a signal.
    pub fn relation(&self, seq: u64) -> Option<Relation> {
        self.run.family.with(|family| family.as_ref().and_then(|family| family.relation(seq)))
    }
}
