//! The log: what happened, one row a record, with only the rows in sight as elements.

use leptos::html;
use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::measure;
use crate::view::format;
use crate::view::log::{LogFilter, LogRow, Tone, is_at_end, row_window};

use super::store::{Store, use_store};
use super::widgets::icon;

const ROW_HEIGHT: f64 = 24.0;
const OVERSCAN: usize = 8;

/// The log's panel.
#[component]
pub fn LogPanel() -> impl IntoView {
    let store = use_store();
    let scroll = RwSignal::new((0.0_f64, 200.0_f64));
    let follows = StoredValue::new(true);
    let list: NodeRef<html::Div> = NodeRef::new();
    let revision = store.run.log_length;
    let filter_revision = RwSignal::new(0_u32);
    let count = Memo::new(move |_| {
        revision.track();
        filter_revision.track();
        store.run.mirror.with_value(|mirror| mirror.log.count())
    });
    let rows = Memo::new(move |_| {
        revision.track();
        filter_revision.track();
        let (top, height) = scroll.get();
        let window = row_window(count.get(), ROW_HEIGHT, top, height, OVERSCAN);
        store.run.mirror.with_value(|mirror| {
            (window.first..window.end)
                .filter_map(|index| Some((index, mirror.log.row(index)?.clone())))
                .collect::<Vec<_>>()
        })
    });
    let measure_list = move || {
        if let Some(element) = list.get_untracked() {
            let height = measure::place(&element)[3];
            scroll.set((f64::from(element.scroll_top()), height));
        }
    };
    // The log follows its end only while it is scrolled there.
    Effect::new(move |_| {
        count.track();
        if list.get().is_none() || !follows.get_value() {
            return;
        }
        // In the next frame: only then the list is as high as its new rows make it.
        request_animation_frame(move || {
            if let Some(element) = list.try_get_untracked().flatten() {
                element.set_scroll_top(element.scroll_height());
                measure_list();
            }
        });
    });
    let filter = RwSignal::new(LogFilter::default());
    let set_filter = move |change: &dyn Fn(&mut LogFilter)| {
        filter.update(change);
        store.run.mirror.update_value(|mirror| mirror.log.set_filter(filter.get_untracked()));
        filter_revision.update(|revision| *revision += 1);
    };
    view! {
        <div class="fx-logpane">
            <div class="fx-logpane__bar">
                <input
                    type="search" class="fx-input fx-logpane__search" placeholder="Filter the log" aria-label="Filter the log"
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        set_filter(&|filter| filter.text.clone_from(&text));
                    }
                />
                {kinds(set_filter)}
                <span class="fx-row__soft">{dynamic(move || {
                    let total = { revision.track(); store.run.mirror.with_value(|mirror| mirror.log.total()) };
                    if total == count.get() { format::counted(total, "record") } else { format!("{} of {}", count.get(), format::counted(total, "record")) }
                })}</span>
            </div>
            <div
                node_ref=list class="fx-log" role="log" aria-label="Log" aria-live="off" tabindex="0"
                on:scroll=move |_| {
                    measure_list();
                    if let Some(element) = list.get_untracked() {
                        let (top, height) = scroll.get_untracked();
                        follows.set_value(is_at_end(top, height, f64::from(element.scroll_height())));
                    }
                }
            >
                <div class="fx-log__space" style:height=shared(move || format!("{}px", count.get() as f64 * ROW_HEIGHT))>
                    <For each=move || rows.get() key=|(index, row)| (*index, row.seq) children=move |(index, row)| log_line(store, index, row) />
                </div>
                {dynamic(move || (count.get() == 0).then(|| view! {
                    <p class="fx-panel__empty">"Run the flow to see what happens, record by record"</p>
                }))}
            </div>
        </div>
    }
    .into_any()
}

fn kinds(set_filter: impl Fn(&dyn Fn(&mut LogFilter)) + Copy + 'static) -> AnyView {
    let options: [(&str, &str, &[&str]); 6] = [
        ("all", "All records", &[]),
        ("deliveries", "Deliveries", &["slot_call", "slot_overflow"]),
        ("emits", "Emissions", &["event_emit"]),
        ("runs", "Activations", &["routine_start", "routine_end"]),
        ("logs", "Log and output", &["log", "output"]),
        ("errors", "Errors", &["error", "job.failed", "slot_overflow"]),
    ];
    view! {
        <select
            class="fx-select fx-select--bare" aria-label="Kind of records"
            on:change=move |event| {
                let chosen = event_target_value(&event);
                let kinds = options.iter().find(|(value, ..)| *value == chosen).map(|(_, _, kinds)| *kinds).unwrap_or_default();
                set_filter(&|filter| filter.kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect());
            }
        >
            {options.iter().map(|(value, label, _)| view! { <option value=*value>{*label}</option> }).collect_view()}
        </select>
    }
    .into_any()
}

fn log_line(store: Store, index: usize, row: LogRow) -> AnyView {
    let LogRow { seq, t, routine, text, kind, tone, .. } = row;
    let (symbol, look) = looks(&kind, tone);
    let tooltip = text.clone();
    let record_type = kind.clone();
    let go_to = routine.clone();
    view! {
        <div
            class="fx-log__row" data-seq=seq.to_string() data-kind=look data-type=record_type
            style:transform=format!("translateY({}px)", index as f64 * ROW_HEIGHT)
            on:click=move |_| if !go_to.is_empty() {
                store.select(super::store::Selection::of_routine(&go_to));
                store.reveal_routine(&go_to);
            }
        >
            <span class="fx-log__seq">{seq}</span>
            <span class="fx-log__time">{format::time_text(t)}</span>
            {icon(symbol)}
            <span class="fx-log__what">{kind}</span>
            <span class="fx-log__text" title=tooltip>{text}</span>
        </div>
    }
    .into_any()
}

/// The icon and the look of a kind of record.
fn looks(kind: &str, tone: Tone) -> (&'static str, &'static str) {
    let symbol = match kind {
        "slot_call" => "in",
        "slot_overflow" => "warn",
        "event_emit" => "out",
        "routine_start" => "play",
        "routine_end" => "check",
        "error" | "job.failed" => "error",
        "breakpoint_hit" => "record",
        "log" | "output" => "text",
        "job.completed" => "check",
        _ => "info",
    };
    let look = match (tone, kind) {
        (Tone::Error, _) => "bad",
        (Tone::Warning, _) => "warn",
        (Tone::Hit, _) => "hit",
        (_, "slot_call") => "data",
        (_, "event_emit") => "emit",
        (_, "job.completed") => "good",
        _ => "plain",
    };
    (symbol, look)
}
