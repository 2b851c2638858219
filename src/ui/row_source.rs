//! Rows of the whole record for a view that shows a few of them: pages are asked for as they come into sight, and again
//! when the run has gone on.

use leptos::prelude::*;

use crate::protocol::command::{Command, Filter, Rows};
use crate::protocol::report::RunState;
use crate::protocol::timeline::{Row, RowPage};
use crate::view::table::{PAGE_ROWS, Pages};

use super::ask::Newest;
use super::run_events::set_if_changed;
use super::store::Store;

/// The rows that pass a filter, and the filter of jobs that all views share.
#[derive(Clone, Copy)]
pub struct RowSource {
    store: Store,
    /// Which records; jobs come from the shared filter.
    pub filter: RwSignal<Filter>,
    /// How many pass.
    pub total: RwSignal<usize>,
    /// Changes when rows came.
    pub revision: RwSignal<u32>,
    /// How many records were looked at, while there are more to look at.
    pub scanned: RwSignal<Option<u64>>,
    /// What is wrong with the expression.
    pub message: RwSignal<Option<String>>,
    pages: StoredValue<Pages>,
    wanted: StoredValue<(usize, usize)>,
    question: StoredValue<Newest, LocalStorage>,
    place: StoredValue<Newest, LocalStorage>,
}

impl RowSource {
    /// A source that lives as long as the panel that makes it.
    pub fn new(store: Store, filter: Filter) -> Self {
        let source = Self {
            store,
            filter: RwSignal::new(filter),
            total: RwSignal::new(0),
            revision: RwSignal::new(0),
            scanned: RwSignal::new(None),
            message: RwSignal::new(None),
            pages: StoredValue::new(Pages::default()),
            wanted: StoredValue::new((0, PAGE_ROWS)),
            question: StoredValue::new_local(Newest::default()),
            place: StoredValue::new_local(Newest::default()),
        };
        let branch = Memo::new(move |_| store.run.at.get().1);
        Effect::new(move |_| {
            source.filter.track();
            store.run.job_filter.track();
            branch.track();
            source.forget();
            source.look_again();
        });
        Effect::new(move |_| {
            store.run.pulse.track();
            match store.run.state.get() {
                RunState::Empty | RunState::Ready if !untrack(|| store.has_records()) => source.forget(),
                _ => source.look_again(),
            }
        });
        source
    }

    /// A row, if it is here.
    pub fn row(self, index: usize) -> Option<Row> {
        self.pages.with_value(|pages| pages.row(index).cloned())
    }

    /// Asks for what is missing of these rows.
    pub fn want(self, first: usize, end: usize) {
        self.wanted.set_value((first, end));
        self.fill();
    }

    /// Finds the row of a record, or of the next one that passes.
    pub fn locate(self, seq: u64, found: impl FnOnce(usize) + 'static) {
        let rows = Rows { filter: self.whole_filter(), around: Some(seq), count: 1, ..Rows::default() };
        let place = self.place.try_with_value(Clone::clone);
        let Some(place) = place else { return };
        place.ask(self.store, Command::Rows(rows), move |body: Result<RowPage, String>| {
            if let Ok(page) = body
                && self.total.try_get_untracked().is_some()
            {
                found(page.start);
            }
        });
    }

    fn whole_filter(self) -> Filter {
        let jobs = self.store.run.job_filter.get_untracked();
        let filter = self.filter.get_untracked();
        Filter { jobs: jobs.solo, muted: jobs.muted, ..filter }
    }

    fn forget(self) {
        self.pages.update_value(Pages::clear);
        set_if_changed(self.total, 0);
        set_if_changed(self.scanned, None);
        set_if_changed(self.message, None);
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Asks for the last page in sight again: it tells how many rows there are now.
    fn look_again(self) {
        let (_, end) = self.wanted.get_value();
        let total = self.pages.with_value(Pages::total);
        self.ask(end.min(total).saturating_sub(1) / PAGE_ROWS);
    }

    fn fill(self) {
        let (first, end) = self.wanted.get_value();
        if let Some(number) = self.pages.with_value(|pages| pages.missing(first, end)) {
            self.ask(number);
        }
    }

    fn ask(self, number: usize) {
        let filter = self.whole_filter();
        let rows = Rows { filter: filter.clone(), start: number * PAGE_ROWS, count: PAGE_ROWS, around: None };
        let Some(question) = self.question.try_with_value(Clone::clone) else { return };
        question.ask(self.store, Command::Rows(rows), move |body: Result<RowPage, String>| {
            // The panel may be closed, or ask for something else by now.
            if self.filter.try_get_untracked().is_none() || self.whole_filter() != filter {
                return;
            }
            match body {
                Ok(page) => self.take(page),
                Err(reason) => set_if_changed(self.message, Some(reason)),
            }
        });
    }

    fn take(self, page: RowPage) {
        set_if_changed(self.message, page.message.clone());
        set_if_changed(self.scanned, (!page.complete).then_some(page.scanned));
        let is_complete = page.complete;
        self.pages.update_value(|pages| pages.take(page));
        set_if_changed(self.total, self.pages.with_value(Pages::total));
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
        if is_complete { self.fill() } else { self.look_again() }
    }
}
