//! A list of records of which only the rows in sight are elements: scrolling, following the end of a run that goes on,
//! the selected record and the keyboard. The table and the sequence are such lists.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::browser::measure::SizeWatch;
use crate::protocol::report::RunState;
use crate::protocol::timeline::Row;
use crate::view::causes::Relation;
use crate::view::row_window::is_at_end;
use crate::view::table;

use super::ask::take_sought;
use super::row_source::RowSource;
use super::run_events::set_if_changed;
use super::store::Store;
use super::widgets::shared;

/// Rows above and below the ones in sight.
const AROUND: usize = 6;

/// A list.
#[derive(Clone, Copy)]
pub struct RowList {
    store: Store,
    source: RowSource,
    /// The element that scrolls.
    pub list: NodeRef<html::Div>,
    /// Begins the ids of its rows.
    pub name: &'static str,
    row_px: f64,
    /// Height of what stays at its top while rows scroll below it.
    head_px: f64,
    /// How far it is scrolled, and how high the part is in which rows are seen.
    scroll: RwSignal<(f64, f64)>,
    follows: StoredValue<bool>,
    /// The row that the keyboard is at.
    cursor: RwSignal<Option<usize>>,
    /// The keyboard moved it to a row that may not be here yet.
    is_moving: StoredValue<bool>,
    /// A row to bring into sight that is beyond the rows that are known so far.
    awaited: StoredValue<Option<usize>>,
}

/// A row to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownRow {
    /// Its place among all rows.
    pub index: usize,
    /// Where it is drawn.
    pub y: f64,
    /// The record.
    pub row: Row,
}

impl RowList {
    /// A list over a source.
    pub fn new(store: Store, source: RowSource, name: &'static str, row_px: f64, head_px: f64) -> Self {
        let list = Self {
            store,
            source,
            list: NodeRef::new(),
            name,
            row_px,
            head_px,
            scroll: RwSignal::new((0.0, 200.0)),
            follows: StoredValue::new(true),
            cursor: RwSignal::new(None),
            is_moving: StoredValue::new(false),
            awaited: StoredValue::new(None),
        };
        list.follow_the_end();
        list.follow_the_moment();
        list.follow_the_selection();
        list.follow_the_size();
        list.follow_the_filter();
        list
    }

    /// The rows to draw; reads signals.
    pub fn shown(self) -> Vec<ShownRow> {
        self.source.revision.track();
        let (scrolled, height) = self.scroll.get();
        let sight = table::sight(self.source.total.get(), self.row_px, scrolled, height, AROUND);
        untrack(|| self.source.want(sight.first, sight.end));
        (sight.first..sight.end)
            .filter_map(|index| {
                let y = sight.top_px + (index - sight.first) as f64 * self.row_px;
                Some(ShownRow { index, y, row: self.source.row(index)? })
            })
            .collect()
    }

    /// The height of the space that rows are drawn in; reads signals.
    pub fn space(self) -> String {
        format!("{}px", table::space_px(self.source.total.get(), self.row_px))
    }

    /// The element was scrolled, or has another size.
    pub fn measure(self) {
        let Some(element) = self.list.get_untracked() else { return };
        // Without a scroll bar at its bottom.
        let height = f64::from(element.client_height());
        if height == 0.0 {
            // It is hidden: what it showed is what it shall show again.
            return;
        }
        let scrolled = f64::from(element.scroll_top());
        set_if_changed(self.scroll, (scrolled, (height - self.head_px).max(0.0)));
        self.follows.set_value(is_at_end(scrolled, height, f64::from(element.scroll_height())));
    }

    /// The id of the row of a record.
    pub fn row_id(self, seq: u64) -> String {
        format!("{}-{seq}", self.name)
    }

    /// The selected row's id, if it is drawn; reads signals.
    pub fn active_id(self) -> Signal<Option<String>> {
        shared(move || {
            let seq = self.store.run.record.get()?;
            self.shown().iter().any(|shown| shown.row.seq == seq).then(|| self.row_id(seq))
        })
    }

    /// Selects a row that was clicked.
    pub fn pick(self, index: usize, seq: u64) {
        self.cursor.set(Some(index));
        self.store.pick_record(seq);
    }

    /// Takes a key; tells whether it was one of the list's.
    pub fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let total = self.source.total.get_untracked();
        let page = ((self.scroll.get_untracked().1 / self.row_px) as usize).max(2) - 1;
        let at = self.cursor.get_untracked();
        let moved = |by: isize| match at {
            Some(at) => at.saturating_add_signed(by).min(total.saturating_sub(1)),
            None => table::sight(total, self.row_px, self.scroll.get_untracked().0, 0.0, 0).first,
        };
        match event.key().as_str() {
            "ArrowDown" => self.move_to(moved(1)),
            "ArrowUp" => self.move_to(moved(-1)),
            "PageDown" => self.move_to(moved(page as isize)),
            "PageUp" => self.move_to(moved(-(page as isize))),
            "Home" => self.move_to(0),
            "End" => self.move_to(total.saturating_sub(1)),
            "ArrowLeft" => self.store.pick_relative(Relation::Cause),
            "ArrowRight" => self.store.pick_relative(Relation::Effect),
            _ if self.store.take_record_key(event) => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn move_to(self, index: usize) {
        if self.source.total.get_untracked() == 0 {
            return;
        }
        self.is_moving.set_value(true);
        self.cursor.set(Some(index));
        self.scroll_to(index);
    }

    fn scroll_to(self, index: usize) {
        let (scrolled, height) = self.scroll.get_untracked();
        let total = self.source.total.get_untracked();
        self.awaited.set_value((index >= total).then_some(index));
        if index >= total {
            return;
        }
        let Some(top) = table::scroll_to(index, total, self.row_px, scrolled, height) else { return };
        // In the next frame: only then the space is as high as its rows make it.
        request_animation_frame(move || {
            if let Some(element) = self.list.try_get_untracked().flatten() {
                element.set_scroll_top(top.round() as i32);
                self.measure();
            }
        });
    }

    /// While the run goes on and the list is scrolled to its end, it stays there.
    fn follow_the_end(self) {
        Effect::new(move |_| {
            self.source.total.track();
            if self.list.get().is_none() {
                return;
            }
            let awaited = self.awaited.get_value();
            let follows = awaited.is_none() && self.follows.get_value();
            if let Some(index) = awaited {
                self.scroll_to(index);
            }
            request_animation_frame(move || {
                let Some(element) = self.list.try_get_untracked().flatten() else { return };
                if follows {
                    element.set_scroll_top(element.scroll_height());
                }
                self.measure();
            });
        });
    }

    /// Where the run is held, or what it shows of its past, is in sight.
    fn follow_the_moment(self) {
        let moment = Memo::new(move |_| {
            let is_still = !matches!(self.store.run.state.get(), RunState::Running | RunState::Ready | RunState::Empty);
            is_still.then(|| self.store.run.at.get())
        });
        Effect::new(move |before: Option<Option<(u64, u32)>>| {
            let now = moment.get();
            if let Some((next, _)) = now
                && before != Some(now)
                && next > 0
            {
                let selected = self.store.run.record.get_untracked();
                let sought = take_sought().filter(|seq| selected == Some(*seq));
                self.source.locate(sought.unwrap_or(next - 1), move |index| self.scroll_to(index));
            }
            now
        });
    }

    /// A record that is selected elsewhere comes into sight.
    fn follow_the_selection(self) {
        Effect::new(move |_| {
            self.source.revision.track();
            if let Some(index) = self.cursor.get()
                && self.is_moving.get_value()
                && let Some(row) = self.source.row(index)
            {
                self.is_moving.set_value(false);
                self.store.pick_record(row.seq);
            }
        });
        Effect::new(move |_| {
            let Some(seq) = self.store.run.record.get() else { return };
            let is_here = self.cursor.get_untracked().and_then(|index| self.source.row(index));
            if is_here.is_some_and(|row| row.seq == seq) {
                return;
            }
            self.source.locate(seq, move |index| {
                self.cursor.try_set(Some(index));
                self.scroll_to(index);
            });
        });
    }

    /// A list that becomes higher or lower goes on showing the row that somebody is at, or its end.
    fn follow_the_size(self) {
        let watch = StoredValue::new_local(None::<SizeWatch>);
        Effect::new(move |_| {
            let seen = self.list.get().and_then(|element| SizeWatch::new(&element, move |_, _| self.resized()));
            watch.set_value(seen);
        });
    }

    fn resized(self) {
        let (Some((scrolled, height)), Some(total)) =
            (self.scroll.try_get_untracked(), self.source.total.try_get_untracked())
        else {
            return;
        };
        let is_seen =
            |index: &usize| *index < total && table::scroll_to(*index, total, self.row_px, scrolled, height).is_none();
        let at = self.cursor.get_untracked().filter(is_seen);
        let follows = self.follows.get_value();
        self.measure();
        match (at, self.list.get_untracked()) {
            (Some(index), _) => self.scroll_to(index),
            (None, Some(element)) if follows => element.set_scroll_top(element.scroll_height()),
            _ => {}
        }
    }

    /// With another filter the selected record is at another place, if it passes.
    fn follow_the_filter(self) {
        Effect::new(move |before: Option<()>| {
            self.source.filter.track();
            self.store.run.job_filter.track();
            let Some(seq) = self.store.run.record.get_untracked().filter(|_| before.is_some()) else { return };
            self.source.locate(seq, move |index| {
                self.cursor.try_set(Some(index));
                self.scroll_to(index);
            });
        });
    }
}
