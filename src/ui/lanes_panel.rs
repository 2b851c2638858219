//! The timeline of activations: lanes for each routine in each job, with durations, queue times and workers.

use std::collections::BTreeSet;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::browser::measure;
use crate::protocol::command::{Command, Lanes};
use crate::protocol::timeline::{LANE_BUCKETS, LanePage};
use crate::view::causes::Relation;
use crate::view::format;
use crate::view::lanes::{self, Bar, LANE_GAP_PX, Lane, Picture, Range, TRACK_PX};

use super::ask::Newest;
use super::job_marks::{job_chips, job_mark};
use super::run_events::set_if_changed;
use super::sequence_panel::columns;
use super::store::{Store, use_store};
use super::widgets::{choice, dynamic, icon_button, list_role, shared};

/// Most activations that are drawn one by one: beyond that, lanes show how full they are.
const MOST_BARS: usize = 1_000;
/// Most rows of the text beside the picture.
const MOST_LINES: usize = 200;

#[derive(Clone, Copy)]
struct Panel {
    store: Store,
    /// The axis: `order` of records, or virtual `time`.
    axis: RwSignal<&'static str>,
    /// The part that is shown; all of the run if none.
    range: RwSignal<Option<Range>>,
    page: RwSignal<LanePage>,
    picture: Memo<Picture>,
    is_text: RwSignal<bool>,
    scroll: RwSignal<(f64, f64)>,
    list: NodeRef<html::Div>,
}

/// The panel.
#[component]
pub fn LanesPanel() -> impl IntoView {
    let store = use_store();
    let (axis, range, page) =
        (RwSignal::new("order"), RwSignal::new(None::<Range>), RwSignal::new(LanePage::default()));
    let routines = columns(store);
    let picture = Memo::new(move |_| {
        let by_seq = axis.get() == "order";
        page.with(|page| {
            let whole = (0, if by_seq { page.end.1 } else { page.end.0 });
            let jobs = store.run.job_ids.get();
            routines.with(|routines| lanes::picture(page, range.get().unwrap_or(whole), by_seq, routines, &jobs))
        })
    });
    let panel = Panel {
        store,
        axis,
        range,
        page,
        picture,
        is_text: RwSignal::new(false),
        scroll: RwSignal::new((0.0, 240.0)),
        list: NodeRef::new(),
    };
    let question = Newest::default();
    Effect::new(move |_| {
        store.run.pulse.track();
        let (from, until) = range.get().unwrap_or_default();
        let jobs = store.run.job_filter.get();
        let lanes = Lanes {
            jobs: jobs.solo,
            muted: jobs.muted,
            from,
            until,
            by_seq: axis.get() == "order",
            limit: MOST_BARS,
            ..Lanes::default()
        };
        question.ask(store, Command::Lanes(lanes), move |body: Result<LanePage, String>| {
            if let Ok(body) = body {
                set_if_changed(page, body);
                panel.measure();
            }
        });
    });
    panel.view()
}

impl Panel {
    fn by_seq(self) -> bool {
        self.axis.get() == "order"
    }

    fn end(self) -> u64 {
        self.page.with(|page| if self.by_seq() { page.end.1 } else { page.end.0 })
    }

    /// The part that is shown; reads signals.
    fn shown_range(self) -> Range {
        self.range.get().unwrap_or((0, self.end()))
    }

    fn zoom(self, factor: f64, around: f64) {
        let (range, end) = untrack(|| (self.shown_range(), self.end()));
        let zoomed = lanes::zoomed(range, end, factor, around);
        self.range.set((zoomed != (0, end)).then_some(zoomed));
    }

    fn pan(self, by: f64) {
        let (range, end) = untrack(|| (self.shown_range(), self.end()));
        if range != (0, end) {
            self.range.set(Some(lanes::panned(range, end, by)));
        }
    }

    fn measure(self) {
        let Some(element) = self.list.try_get_untracked().flatten() else { return };
        set_if_changed(self.scroll, (f64::from(element.scroll_top()), measure::place(&element)[3]));
    }

    /// The bar of the selected record; reads signals.
    fn selected_bar(self) -> Option<usize> {
        let seq = self.store.run.record.get()?;
        self.picture
            .with(|picture| picture.bars.iter().position(|bar| bar.span.seqs.0 == seq || bar.span.seqs.1 == Some(seq)))
    }

    fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" if event.shift_key() => self.pan(-0.25),
            "ArrowRight" if event.shift_key() => self.pan(0.25),
            key @ ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown") => {
                let from = untrack(|| self.selected_bar());
                let next = self.picture.with_untracked(|picture| {
                    lanes::neighbour(picture, from, key).and_then(|index| picture.bars.get(index).cloned())
                });
                if let Some(bar) = next {
                    self.store.pick_record(bar.span.seqs.0);
                    self.reveal(bar.lane);
                }
            }
            "+" | "=" => self.zoom(2.0, 0.5),
            "-" => self.zoom(0.5, 0.5),
            "0" | "Home" => self.range.set(None),
            _ if self.store.take_record_key(event) => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn reveal(self, lane: usize) {
        let place = self.picture.with_untracked(|picture| {
            picture.lanes.get(lane).map(|lane| (lane.top_px, lane.top_px + lane.height_px()))
        });
        let Some((top, bottom)) = place else { return };
        let Some(element) = self.list.get_untracked() else { return };
        let (scrolled, height) = (f64::from(element.scroll_top()), measure::place(&element)[3] - AXIS_PX);
        if top < scrolled {
            element.set_scroll_top(top as i32);
        } else if bottom > scrolled + height {
            element.set_scroll_top((bottom - height).ceil() as i32);
        }
    }

    fn view(self) -> AnyView {
        let store = self.store;
        let summary = move || {
            let total = self.page.with(|page| page.total);
            let lanes = self.picture.with(|picture| picture.lanes.len());
            format!("{}, {}", format::counted(total, "activation"), format::counted(lanes, "lane"))
        };
        view! {
            <div class="fx-logpane">
                <div class="fx-logpane__bar fx-records__bar" role="group" aria-label="What the timeline shows">
                    {choice("Axis of the timeline", &[("order", "Order"), ("time", "Time")], move || self.axis.get().to_owned(), move |axis| {
                        self.range.set(None);
                        self.axis.set(axis);
                    })}
                    <span class="fx-time__buttons">
                        {icon_button("minus", "Less detail", move || self.zoom(0.5, 0.5))}
                        {icon_button("plus", "More detail", move || self.zoom(2.0, 0.5))}
                        {icon_button("fit", "All of the run", move || self.range.set(None))}
                    </span>
                    <button
                        type="button" class="fx-button fx-button--small" aria-pressed=shared(move || self.is_text.get().to_string())
                        on:click=move |_| self.is_text.update(|is_text| *is_text = !*is_text)
                    >"As text"</button>
                    {job_chips(store)}
                    <span class="fx-row__soft fx-records__count" role="status">{dynamic(summary)}</span>
                </div>
                {dynamic(move || if self.is_text.get() { self.text() } else { self.lanes() })}
            </div>
        }
        .into_any()
    }

    fn lanes(self) -> AnyView {
        let active = move || self.selected_bar().map(|index| format!("lane-bar-{index}"));
        let now = move || {
            let at = if self.by_seq() { self.store.run.at.get().0 } else { self.store.run.time.get() };
            let share = lanes::share(at, self.shown_range());
            (0.0..=1.0).contains(&share).then(|| format!("{}%", share * 100.0))
        };
        view! {
            <div
                node_ref=self.list class="fx-log fx-lanes" role=list_role(move || self.picture.with(|picture| picture.lanes.is_empty())) aria-label="Timeline of activations" tabindex="0"
                aria-activedescendant=shared(active)
                aria-description="Arrow keys select an activation, Enter goes to its moment, plus and minus zoom, Shift and arrow keys move along the run. As text shows the same as a table"
                on:scroll=move |_| self.measure()
                on:keydown=move |event| self.key(&event)
                on:wheel=move |event| if event.ctrl_key() {
                    event.prevent_default();
                    self.zoom(if event.delta_y() < 0.0 { 1.25 } else { 0.8 }, 0.5);
                }
            >
                <div class="fx-lanes__axis" aria-hidden="true">
                    <span class="fx-lanes__name"></span>
                    <span class="fx-lanes__area">
                        {dynamic(move || {
                            let (range, by_seq) = (self.shown_range(), self.by_seq());
                            lanes::ticks(range).into_iter().filter_map(|at| {
                                let share = lanes::share(at, range);
                                (0.0..0.97).contains(&share).then(|| view! {
                                    <span class="fx-lanes__tick" style:left=format!("{}%", share * 100.0)>{lanes::axis_text(at, by_seq)}</span>
                                })
                            }).collect_view()
                        })}
                    </span>
                </div>
                <div class="fx-lanes__space" role="presentation" style:height=shared(move || format!("{}px", self.picture.with(|picture| picture.height_px)))>
                    {dynamic(move || self.lanes_in_sight())}
                    <span class="fx-lanes__now" aria-hidden="true"><span hidden=shared(move || now().is_none()) style:left=shared(move || now().unwrap_or_default())></span></span>
                </div>
                {dynamic(move || self.picture.with(|picture| picture.lanes.is_empty()).then(|| view! {
                    <p class="fx-panel__empty" role="presentation">"Run the flow to see when each routine works, waits and for how long"</p>
                }))}
            </div>
        }
        .into_any()
    }

    fn lanes_in_sight(self) -> AnyView {
        let (scrolled, height) = self.scroll.get();
        self.picture.with(|picture| {
            let is_in_sight = |lane: &&Lane| {
                lane.top_px + lane.height_px() >= scrolled - 200.0 && lane.top_px <= scrolled + height + 200.0
            };
            picture.lanes.iter().filter(is_in_sight).map(|lane| self.lane(picture, lane)).collect_view().into_any()
        })
    }

    fn lane(self, picture: &Picture, lane: &Lane) -> AnyView {
        let store = self.store;
        let number = untrack(|| store.job_number(&lane.job));
        let routine = lane.routine.clone();
        let name = format!("{} in {}", lane.routine, lane.job);
        let title = name.clone();
        let colour = number.map(|number| crate::view::jobs::mark(number).colour.to_string());
        let content = if lane.density.is_empty() {
            lane.bars
                .iter()
                .filter_map(|index| Some(self.bar(*index, picture.bars.get(*index)?)))
                .collect_view()
                .into_any()
        } else {
            let text = lanes::density_text(lane);
            view! {
                <span class="fx-lanes__density" role="option" aria-selected="false" aria-label=text>
                    <svg viewBox=format!("0 0 {LANE_BUCKETS} 100") preserveAspectRatio="none" aria-hidden="true"><path d=lane.density_path() /></svg>
                </span>
            }
            .into_any()
        };
        view! {
            <div
                class="fx-lane" role="presentation" data-lane=name data-colour=colour
                style:transform=format!("translateY({}px)", lane.top_px) style:height=format!("{}px", lane.height_px())
            >
                <span class="fx-lanes__name" title=title>
                    {number.map(job_mark)}
                    <span class="fx-lanes__routine" on:click=move |_| store.reveal_routine(&routine)>{lane.routine.clone()}</span>
                </span>
                <span class="fx-lanes__area">{content}</span>
            </div>
        }
        .into_any()
    }

    fn bar(self, index: usize, bar: &Bar) -> AnyView {
        let store = self.store;
        let (first, last) = bar.span.seqs;
        let number = untrack(|| store.job_number(&bar.span.job));
        let text = lanes::span_text(&bar.span, number);
        let tooltip = text.clone();
        let percent = |share: f64| share.clamp(-0.01, 1.01) * 100.0;
        let (left, width) = (percent(bar.start), percent(bar.end) - percent(bar.start));
        let wait = percent(bar.start) - percent(bar.ready);
        let relation = move || {
            store.run.family.with(|family| {
                let family = family.as_ref()?;
                let of_end = last.and_then(|last| family.relation(last)).filter(|found| *found == Relation::Itself);
                of_end.or_else(|| family.relation(first)).or_else(|| last.and_then(|last| family.relation(last)))
            })
        };
        let worker = bar.span.worker.map(|worker| format!("w{}", worker + 1)).unwrap_or_default();
        view! {
            {(wait > 0.0).then(|| view! {
                <span
                    class="fx-bar__wait" aria-hidden="true" style:left=format!("{}%", percent(bar.ready)) style:width=format!("{wait}%")
                    style:top=format!("{}px", bar.track as f64 * TRACK_PX)
                ></span>
            })}
            <span
                class="fx-bar" role="option" id=format!("lane-bar-{index}") data-span=first.to_string() data-status=bar.span.status.clone()
                title=tooltip
                aria-label=shared(move || match relation() {
                    Some(relation) => format!("{text}, {}", relation.text()),
                    None => text.clone(),
                })
                aria-selected=shared(move || (relation() == Some(Relation::Itself)).to_string())
                data-related=shared(move || relation().map(Relation::name))
                data-when=shared(move || if first >= store.run.at.get().0 { "future" } else { "past" })
                style:left=format!("{left}%") style:width=format!("{width}%") style:top=format!("{}px", bar.track as f64 * TRACK_PX)
                on:click=move |_| store.pick_record(first)
                on:dblclick=move |_| store.go_to_record(first)
            >{worker}</span>
        }
        .into_any()
    }

    /// The same as a table.
    fn text(self) -> AnyView {
        let store = self.store;
        let lines = move || {
            self.picture.with(|picture| {
                let jobs: BTreeSet<&str> = picture.lanes.iter().map(|lane| lane.job.as_str()).collect();
                if picture.bars.is_empty() {
                    let lines = picture.lanes.iter().map(lanes::density_text).take(MOST_LINES);
                    return view! { <ul class="fx-rows">{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ul> }
                        .into_any();
                }
                let rows = picture.bars.iter().take(MOST_LINES).map(|bar| {
                    let span = bar.span.clone();
                    let seq = span.seqs.0;
                    let took = span.end.map_or_else(|| "–".into(), |end| format::time_text(end.saturating_sub(span.start)));
                    let worker = span.worker.map_or_else(|| "–".into(), |worker| format!("worker-{}", worker + 1));
                    view! {
                        <tr>
                            <td><button type="button" class="fx-link" on:click=move |_| store.pick_record(seq)>{seq}</button></td>
                            <th scope="row">{span.routine}</th>
                            <td>{span.job}</td>
                            <td>{format::time_text(span.start)}</td>
                            <td>{took}</td>
                            <td>{format::time_text(span.start.saturating_sub(span.ready))}</td>
                            <td>{worker}</td>
                            <td>{span.status}</td>
                        </tr>
                    }
                });
                let hidden = picture.bars.len().saturating_sub(MOST_LINES);
                view! {
                    <table class="fx-pair" aria-label=format!("Activations of {}", format::counted(jobs.len(), "job"))>
                        <thead><tr>
                            {["Record", "Routine", "Job", "Start", "Took", "Waited", "Worker", "Status"].map(|name| view! { <th scope="col">{name}</th> })}
                        </tr></thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                    {(hidden > 0).then(|| view! { <p class="fx-panel__empty">{format!("{hidden} more: zoom into the picture to list them")}</p> })}
                }
                .into_any()
            })
        };
        view! { <div class="fx-log fx-pair__scroll" tabindex="0" role="region" aria-label="Timeline as text">{dynamic(lines)}</div> }.into_any()
    }
}

/// Height of the axis above the lanes.
const AXIS_PX: f64 = 20.0 + LANE_GAP_PX;
