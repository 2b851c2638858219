//! The line of the whole run, as wide as the page: where in it the page is, past or live, its marks, and playing it again.

use std::time::Duration;

use leptos::prelude::*;
use serde::de::IgnoredAny;

use crate::protocol::command::{BranchRef, Command, Configure, Empty, Filter, Rows, Seek, Step, StepKind};
use crate::protocol::control::BranchReport;
use crate::protocol::report::{RunState, Settings};
use crate::protocol::timeline::RowPage;
use crate::view::timeline::{self, MARKED_TYPES, Mark};

use super::ask::Newest;
use super::family::follow_the_record;
use super::pulse::start_pulse;
use super::run_events::set_if_changed;
use super::store::{DockTab, Store, use_store};
use super::widgets::{dynamic, icon, icon_button, shared};

/// How many marks are asked for at most.
const MOST_MARKS: usize = 1_000;
/// While the run goes on, marks and memory are asked for at every so many beats.
const SELDOM: u32 = 5;

/// What the line knows of the run.
#[derive(Clone, Copy)]
struct Line {
    store: Store,
    /// The run or branch that is shown.
    branch: RwSignal<Option<BranchReport>>,
    /// How many there are.
    branch_count: RwSignal<usize>,
    /// Records with a mark.
    marked: RwSignal<Vec<u64>>,
    marks: RwSignal<Vec<Mark>>,
    memory: RwSignal<Option<Settings>>,
    /// Where the thumb is while the engine is on its way there.
    wanted: RwSignal<Option<u64>>,
    is_dragging: StoredValue<bool>,
    is_playing: RwSignal<bool>,
    scrub: StoredValue<Newest, LocalStorage>,
    questions: StoredValue<[Newest; 3], LocalStorage>,
}

/// The line.
#[component]
pub fn TimeBar() -> impl IntoView {
    let store = use_store();
    start_pulse(store);
    follow_the_record(store);
    let line = Line {
        store,
        branch: RwSignal::new(None),
        branch_count: RwSignal::new(0),
        marked: RwSignal::new(Vec::new()),
        marks: RwSignal::new(Vec::new()),
        memory: RwSignal::new(None),
        wanted: RwSignal::new(None),
        is_dragging: StoredValue::new(false),
        is_playing: RwSignal::new(false),
        scrub: StoredValue::new_local(Newest::default()),
        questions: StoredValue::new_local(Default::default()),
    };
    Effect::new(move |_| line.look_again(store.run.pulse.get()));
    let has_records = Memo::new(move |_| store.has_records());
    dynamic(move || if has_records.get() { line.view() } else { ().into_any() })
}

impl Line {
    /// Asks what the run has become.
    fn look_again(self, beat: u32) {
        let store = self.store;
        if !untrack(|| store.has_records()) {
            return;
        }
        let is_seldom = store.run.state.get_untracked() != RunState::Running || beat.is_multiple_of(SELDOM);
        self.questions.with_value(|[branches, marks, memory]| {
            branches.ask(store, Command::Branches(Empty {}), move |body: Result<Branches, String>| {
                if let Ok(Branches { branches }) = body {
                    set_if_changed(self.branch_count, branches.len());
                    set_if_changed(self.branch, branches.into_iter().find(|branch| branch.current));
                }
            });
            if !is_seldom {
                return;
            }
            let filter = Filter { types: MARKED_TYPES.map(Into::into).into(), ..Filter::default() };
            let rows = Rows { filter, count: MOST_MARKS, ..Rows::default() };
            marks.ask(store, Command::Rows(rows), move |body: Result<RowPage, String>| {
                let Ok(page) = body else { return };
                set_if_changed(self.marked, page.rows.iter().map(|row| row.seq).collect());
                let (first, total) = untrack(|| self.range());
                set_if_changed(self.marks, timeline::marks(&page.rows, first, total));
            });
            let same = Command::Configure(Configure::default());
            memory.ask(store, same, move |body: Result<Settings, String>| {
                if let Ok(settings) = body {
                    set_if_changed(self.memory, Some(settings));
                }
            });
        });
    }

    /// The first `seq` that is kept, and the one after the last; reads signals.
    fn range(self) -> (u64, u64) {
        let (next, number) = self.store.run.at.get();
        self.branch.with(|branch| match branch {
            Some(branch) if branch.id == number => (branch.first, branch.total.max(next)),
            _ => (0, next),
        })
    }

    /// The last record that has happened at the moment that is shown; reads signals.
    fn position(self) -> u64 {
        self.wanted.get().unwrap_or_else(|| self.store.run.at.get().0.saturating_sub(1))
    }

    fn is_past(self) -> bool {
        self.store.run.state.get() == RunState::Past
    }

    /// Goes to a record. While the engine is on its way only the newest place counts.
    fn go(self, seq: u64) {
        self.wanted.set(Some(seq));
        self.scrub.with_value(|scrub| {
            let again = scrub.clone();
            let seek = Command::Seek(Seek { seq, before: false });
            // The moment itself comes as an event, which the page takes anyway.
            scrub.ask(self.store, seek, move |body: Result<IgnoredAny, String>| {
                if let Err(reason) = body {
                    self.store.complain(&reason);
                }
                if !again.has_more() && self.is_dragging.try_get_value() == Some(false) {
                    self.wanted.try_set(None);
                }
            });
        });
    }

    fn step(self, forwards: bool) {
        let (_, total) = untrack(|| self.range());
        let next = self.store.run.at.get_untracked().0;
        if forwards {
            if next < total {
                self.go(next);
            }
        } else if next > 0 {
            // Not to the record before: one step may have made both.
            self.store.order(Command::Step(Step { kind: StepKind::Back, ..Step::default() }));
        }
    }

    fn to_mark(self, forwards: bool) {
        let next = self.store.run.at.get_untracked().0;
        let found = self.marked.with_untracked(|marked| timeline::neighbour(marked, next, forwards));
        match found {
            Some(seq) => self.store.go_to_record(seq),
            None if forwards => self.store.tell("No hit or error comes after this moment"),
            None => self.store.tell("No hit or error comes before this moment"),
        }
    }

    fn to_live(self) {
        self.is_playing.set(false);
        let (_, total) = untrack(|| self.range());
        self.go(total.saturating_sub(1));
    }

    fn play(self) {
        if self.is_playing.get_untracked() {
            return self.is_playing.set(false);
        }
        self.is_playing.set(true);
        // At the end it begins again.
        if !untrack(|| self.is_past()) {
            let (first, _) = untrack(|| self.range());
            self.go(first);
        }
        self.play_on();
    }

    fn play_on(self) {
        let (_, total) = untrack(|| self.range());
        let speed = self.store.settings.speed.get_untracked();
        let (wait_ms, records) = timeline::playing(speed, total);
        set_timeout(
            move || {
                if self.is_playing.try_get_untracked() != Some(true) {
                    return;
                }
                let is_on_its_way = self.scrub.with_value(Newest::is_asking);
                let next = self.store.run.at.get_untracked().0;
                if !is_on_its_way {
                    if next >= total {
                        return self.is_playing.set(false);
                    }
                    self.go((next + records - 1).min(total - 1));
                }
                self.play_on();
            },
            Duration::from_millis(wait_ms),
        );
    }

    fn view(self) -> AnyView {
        let store = self.store;
        view! {
            <div class="fx-time" data-sign=shared(move || if self.is_past() { "past" } else { "live" }) role="group" aria-label="Line of the run">
                {self.sign()}
                <span class="fx-time__buttons">
                    <button
                        type="button" class="fx-button fx-button--icon fx-button--small"
                        aria-label=shared(move || if self.is_playing.get() { "Stop playing" } else { "Play the record again" })
                        title=shared(move || if self.is_playing.get() { "Stop playing" } else { "Play the record again, at the chosen speed" })
                        aria-pressed=shared(move || self.is_playing.get().to_string())
                        on:click=move |_| self.play()
                    >{dynamic(move || icon(if self.is_playing.get() { "pause" } else { "replay" }))}</button>
                    {icon_button("mark-before", "Previous hit or error", move || self.to_mark(false))}
                    {icon_button("mark-after", "Next hit or error", move || self.to_mark(true))}
                </span>
                {self.slider()}
                <span class="fx-time__at">{dynamic(move || self.words())}</span>
                <button
                    type="button" class="fx-button fx-button--small fx-time__run" title="Runs and branches"
                    on:click=move |_| store.show_dock(DockTab::Runs)
                >
                    {icon("branch")}
                    <span>{dynamic(move || self.branch.with(|branch| branch.as_ref().map(|branch| branch.name.clone()).unwrap_or_default()))}</span>
                    {dynamic(move || {
                        let others = self.branch_count.get().saturating_sub(1);
                        (others > 0).then(|| view! { <span class="fx-count">{format!("+{others}")}</span> })
                    })}
                </button>
                {dynamic(move || self.memory.get().map(|memory| self.memory_button(&memory)))}
            </div>
        }
        .into_any()
    }

    fn words(self) -> String {
        let (_, total) = self.range();
        let next = self.wanted.get().map_or_else(|| self.store.run.at.get().0, |seq| seq + 1);
        timeline::moment_text(next, total, self.store.run.time.get())
    }

    /// Past or live: in words, by shape and by colour.
    fn sign(self) -> AnyView {
        dynamic(move || {
            if self.is_past() {
                return view! {
                    <span class="fx-time__sign" data-sign="past">{icon("clock")}"Past"</span>
                    <button type="button" class="fx-button fx-button--small fx-time__live" on:click=move |_| self.to_live()>"Back to live"</button>
                }
                .into_any();
            }
            view! { <span class="fx-time__sign" data-sign="live">{icon("record")}"Live"</span> }.into_any()
        })
    }

    fn slider(self) -> AnyView {
        view! {
            <div class="fx-time__line">
                <div class="fx-time__track" aria-hidden="true">
                    <div class="fx-time__done" style:width=shared(move || {
                        let (first, total) = self.range();
                        format!("{}%", timeline::share_of(self.position(), first, total) * 100.0)
                    })></div>
                    <For
                        each=move || self.marks.get()
                        key=|mark| (mark.seq, mark.count, (mark.share * 1e6) as u64)
                        children=move |mark| view! {
                            <span class="fx-time__mark" data-kind=mark.kind.name() data-mark=mark.seq.to_string() style:left=format!("{}%", mark.share * 100.0)></span>
                        }
                    />
                    {dynamic(move || self.kin())}
                </div>
                <input
                    type="range" class="fx-time__range" aria-label="Moment of the run" step="1"
                    min=shared(move || self.range().0.to_string())
                    max=shared(move || self.range().1.saturating_sub(1).to_string())
                    prop:value=shared(move || { self.range(); self.position().to_string() })
                    aria-valuetext=shared(move || {
                        let past = if self.is_past() { ", in the past" } else { ", live" };
                        format!("{}{past}", self.words())
                    })
                    on:input=move |event| if let Ok(seq) = event_target_value(&event).parse() {
                        self.is_playing.set(false);
                        self.is_dragging.set_value(true);
                        self.go(seq);
                    }
                    on:change=move |_| {
                        self.is_dragging.set_value(false);
                        if !self.scrub.with_value(Newest::is_asking) {
                            self.wanted.set(None);
                        }
                    }
                    on:keydown=move |event| {
                        let forwards = match event.key().as_str() {
                            "ArrowRight" | "ArrowUp" => true,
                            "ArrowLeft" | "ArrowDown" => false,
                            _ => return,
                        };
                        if event.ctrl_key() || event.alt_key() || event.meta_key() {
                            return;
                        }
                        event.prevent_default();
                        event.stop_propagation();
                        self.is_playing.set(false);
                        if event.shift_key() { self.to_mark(forwards) } else { self.step(forwards) }
                    }
                />
            </div>
        }
        .into_any()
    }

    /// The selected record, its causes and its effects on the line.
    fn kin(self) -> AnyView {
        let (first, total) = self.range();
        self.store.run.family.with(|family| {
            let kin = family.as_ref().map(|family| timeline::kin(family.seqs(), first, total)).unwrap_or_default();
            kin.into_iter()
                .map(|(share, relation)| view! {
                    <span class="fx-time__kin" data-related=relation.name() style:left=format!("{}%", share * 100.0)></span>
                })
                .collect_view()
                .into_any()
        })
    }

    fn memory_button(self, memory: &Settings) -> AnyView {
        let (used, most) = (memory.history_used as u64, memory.history_bytes as u64);
        let store = self.store;
        let share = if most == 0 { 1.0 } else { (used as f64 / most as f64).min(1.0) };
        let text = format!("{} of {}", timeline::bytes_text(used), timeline::bytes_text(most));
        let label = format!("Memory of the record: {text}. Change it.");
        view! {
            <button
                type="button" class="fx-button fx-button--small fx-time__memory" aria-label=label.clone() title=label
                data-full=(share > 0.9).to_string() on:click=move |_| store.show_dock(DockTab::Runs)
            >
                <span class="fx-meter" aria-hidden="true"><span style:width=format!("{}%", share * 100.0)></span></span>
                <span>{text}</span>
            </button>
        }
        .into_any()
    }
}

/// The answer of `branches` and of what changes them.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Branches {
    /// Oldest first.
    pub branches: Vec<BranchReport>,
}

impl Store {
    /// Shows another run or branch, at its end.
    pub fn switch_branch(&self, branch: u32) {
        self.select_record(None);
        self.ask_for_moment(Command::SwitchBranch(BranchRef { branch }));
    }
}
