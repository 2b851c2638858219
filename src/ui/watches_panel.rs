//! The panel of watches: each with its value at the moment that is shown, its line, and all values it has had.

use leptos::html;
use leptos::prelude::*;

use crate::browser::measure;
use crate::protocol::command::{self, ValueRef};
use crate::protocol::inspect::WatchPoint;
use crate::protocol::report::RunState;
use crate::ui::widgets::{dynamic, shared};
use crate::view::format;
use crate::view::row_window::row_window;
use crate::view::watches::{Known, Watch, place_name, places, spark_path};

use super::field::{Look, bare_field};
use super::store::{Store, use_store};
use super::value_tree::{Shown, value_tree};
use super::watches::WatchRow;
use super::widgets::{icon, icon_button, labelled_button, row_px};

const SPARK: (f64, f64) = (120.0, 22.0);
const ROW_PX: f64 = 26.0;
const OVERSCAN: usize = 6;
/// The value of the list of places that stands for none.
const EVERYWHERE: &str = "";

/// The panel of watches.
#[component]
pub fn WatchesPanel() -> impl IntoView {
    let store = use_store();
    // A history is over for as long as the run stands: it is asked for anew when there is more, or another branch.
    let told = Memo::new(move |_| {
        let is_running = store.run.state.get() == RunState::Running;
        (is_running, store.run.steps.get().1, store.run.at.get().1)
    });
    Effect::new(move |_| {
        let (is_running, ..) = told.get();
        if !is_running {
            store.ask_watches();
        }
    });
    let open = RwSignal::new(None::<u64>);
    let is_empty = Memo::new(move |_| store.inside.watches.with(Vec::is_empty));
    view! {
        <div class="fx-watches fx-fill">
            {add_form(store)}
            {dynamic(move || is_empty.get().then(|| view! {
                <p class="fx-panel__empty">
                    "Watch a Python expression, such as "<code>"shared_data.get('total')"</code>" or "<code>"state['sink']"</code>
                    ", or one over the payload of a connection. It shows every value it has had, also before it was added."
                </p>
            }))}
            <ul class="fx-watches__list" aria-label="Watches">
                <For each=move || store.inside.watches.get() key=|row| (row.id, row.watch.expression.clone()) children=move |row| watch_row(store, row, open) />
            </ul>
        </div>
    }
    .into_any()
}

fn add_form(store: Store) -> AnyView {
    let expression = RwSignal::new(String::new());
    let place = RwSignal::new(EVERYWHERE.to_owned());
    let options = Memo::new(move |_| store.document.flow.with(|flow| places(flow)));
    let add = move || {
        let chosen = place.get_untracked();
        let found =
            options.with_untracked(|all| all.iter().find(|(name, _)| *name == chosen).map(|(_, place)| place.clone()));
        store.add_watch(&expression.get_untracked(), found);
        expression.set(String::new());
    };
    view! {
        <form class="fx-watches__form" on:submit=move |event| {
            event.prevent_default();
            add();
        }>
            <input
                class="fx-input fx-input--code" aria-label="Expression to watch" placeholder="Expression to watch" autocomplete="off" autocapitalize="off"
                spellcheck="false" prop:value=move || expression.get() on:input=move |event| expression.set(event_target_value(&event))
            />
            <select class="fx-select" aria-label="Where" on:change=move |event| place.set(event_target_value(&event))>
                <option value=EVERYWHERE>"over shared data and states"</option>
                {dynamic(move || options.get().into_iter().map(|(name, _)| {
                    view! { <option value=name.clone()>{format!("over {name}")}</option> }
                }).collect_view())}
            </select>
            <button type="submit" class="fx-button fx-button--line">{icon("plus")}"Watch"</button>
        </form>
    }
    .into_any()
}

fn watch_row(store: Store, row: WatchRow, open: RwSignal<Option<u64>>) -> AnyView {
    let id = row.id;
    let problem = RwSignal::new(None::<String>);
    let known = row.known.clone();
    let (for_value, for_spark, for_text, for_list) = (known.clone(), known.clone(), known.clone(), known);
    let is_place = row.watch.place.is_some();
    let watch = row.watch.clone();
    let expression = row.watch.expression.clone();
    let named = expression.clone();
    let is_open = move || open.get() == Some(id);
    // The record that comes next at the moment that is shown.
    let moment = move || store.run.at.get().0;
    view! {
        <li class="fx-watch" data-watch=named.clone()>
            <div class="fx-watch__head">
                <span class="fx-watch__name">
                    {bare_field(format!("Expression {expression}"), expression, Look::Code, problem, move |text| {
                        if text.trim().is_empty() { store.remove_watch(id) } else { store.change_watch(id, &text) }
                        Ok(())
                    })}
                    {is_place.then(|| view! { <span class="fx-row__soft">{format!("over {}", place_name(row.watch.place.as_ref()))}</span> })}
                </span>
                <output class="fx-watch__value" aria-label="Value at this moment">
                    {dynamic(move || for_value.with(|known| now_text(known.as_ref(), moment())))}
                </output>
                {dynamic(move || for_spark.with(|known| spark(known.as_ref(), moment())))}
                <button
                    type="button" class="fx-button fx-button--small fx-watch__history" aria-expanded=shared(move || is_open().to_string())
                    aria-label=format!("History of {named}")
                    on:click=move |_| open.update(|open| *open = if *open == Some(id) { None } else { Some(id) })
                >
                    {dynamic(move || icon(if is_open() { "chevron" } else { "chevron-right" }))}
                    <span class="fx-watch__summary">{dynamic(move || for_text.with(|known| match known {
                        Some(known) => known.summary(is_place),
                        None => "runs with the flow".to_owned(),
                    }))}</span>
                </button>
                {icon_button("trash", "Watch it no longer", move || store.remove_watch(id))}
            </div>
            {dynamic(move || is_open().then(|| history(store, watch.clone(), for_list.clone())))}
        </li>
    }
    .into_any()
}

fn now_text(known: Option<&Known>, moment: u64) -> AnyView {
    let Some(known) = known else { return ().into_any() };
    if !known.history.valid {
        let message = known.summary(false);
        return view! { <span class="fx-tone-bad" title=message.clone()>{icon("error")}{known.summary(false)}</span> }
            .into_any();
    }
    match known.at(moment) {
        Some((_, point)) => view! { <code title=point.part.text.clone()>{point.part.text.clone()}</code> }.into_any(),
        None => match &known.history.message {
            Some(message) => {
                view! { <span class="fx-tone-warn" title=message.clone()>{message.clone()}</span> }.into_any()
            }
            None => view! { <span class="fx-row__soft">"nothing yet"</span> }.into_any(),
        },
    }
}

/// The line of a watch's numbers, with a mark at the moment that is shown.
fn spark(known: Option<&Known>, moment: u64) -> AnyView {
    let numbers = known.map(Known::numbers).unwrap_or_default();
    let (width, height) = SPARK;
    let Some(path) = spark_path(&numbers, width, height) else {
        return view! { <span class="fx-watch__spark"></span> }.into_any();
    };
    let (first, last) = (numbers[0].0, numbers[numbers.len() - 1].0);
    let share = moment.saturating_sub(first) as f64 / (last - first).max(1) as f64;
    let x = 1.0 + share.clamp(0.0, 1.0) * (width - 2.0);
    view! {
        <svg class="fx-watch__spark" aria-hidden="true" viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none">
            <path d=path />
            <line x1=x.to_string() x2=x.to_string() y1="0" y2=height.to_string() />
        </svg>
    }
    .into_any()
}

/// All values, the ones in sight as elements; the one of the moment is marked.
fn history(store: Store, watch: Watch, known: ArcRwSignal<Option<Known>>) -> AnyView {
    let list: NodeRef<html::Div> = NodeRef::new();
    let row_px = row_px(ROW_PX);
    let scroll = RwSignal::new((0.0_f64, 160.0_f64));
    let (counted, shown, marked, deep) = (known.clone(), known.clone(), known.clone(), known);
    let count = Memo::new(move |_| counted.with(|known| known.as_ref().map_or(0, |known| known.history.points.len())));
    let current = Memo::new(move |_| {
        let moment = store.run.at.get().0;
        marked.with(|known| known.as_ref().and_then(|known| known.at(moment)).map(|(index, _)| index))
    });
    let measure_list = move || {
        if let Some(element) = list.get_untracked() {
            scroll.set((f64::from(element.scroll_top()), measure::place(&element)[3]));
        }
    };
    // The value of the moment is in sight when the history opens.
    Effect::new(move |_| {
        if let (Some(element), Some(index)) = (list.get(), current.get_untracked()) {
            element.set_scroll_top((index as f64 * row_px - 60.0).max(0.0) as i32);
        }
    });
    view! {
        <div
            node_ref=list class="fx-watch__points" role="group" aria-label="Values" tabindex="0" on:scroll=move |_| measure_list()
        >
            <div class="fx-log__space" style:height=shared(move || format!("{}px", count.get() as f64 * row_px))>
                {dynamic(move || {
                    let (top, height) = scroll.get();
                    let window = row_window(count.get(), row_px, top, height, OVERSCAN);
                    shown.with(|known| {
                        let points = known.as_ref().map(|known| known.history.points.as_slice()).unwrap_or_default();
                        (window.first..window.end).filter_map(|index| Some(point_row(store, (index, index as f64 * row_px), points.get(index)?, current))).collect_view()
                    })
                })}
            </div>
        </div>
        {dynamic(move || {
            let point = current.get().and_then(|index| deep.with(|known| known.as_ref()?.history.points.get(index).cloned()))?;
            Some(view! { <div class="fx-watch__deep">{value_tree(store, value_of(&watch, point)?)}</div> })
        })}
    }
    .into_any()
}

/// A value that is more than its row can show. A large one stays where it is, and is fetched page by page.
fn value_of(watch: &Watch, point: WatchPoint) -> Option<Shown> {
    let name = watch.name();
    let shown = match point.part.value {
        Some(value) if value.as_map().is_some() || value.as_list().is_some() => Shown::value(value, &name),
        Some(_) => return None,
        None => {
            let asked = command::Watch {
                expression: watch.expression.clone(),
                place: watch.place.clone(),
                job: point.job,
                ..command::Watch::default()
            };
            let of = ValueRef { seq: Some(point.seq), watch: Some(Box::new(asked)), ..ValueRef::default() };
            Shown::at(of, None, &name)
        }
    };
    Some(match &watch.place {
        Some(place) => shown.over(place.clone()),
        None => shown,
    })
}

fn point_row(store: Store, (index, top_px): (usize, f64), point: &WatchPoint, current: Memo<Option<usize>>) -> AnyView {
    let WatchPoint { seq, t, job, part } = point.clone();
    let is_selected = move || store.run.record.get() == Some(seq);
    view! {
        <div
            class="fx-watch__point" data-seq=seq.to_string() style:transform=format!("translateY({}px)", top_px)
            aria-current=shared(move || (current.get() == Some(index)).then_some("true"))
            data-selected=shared(move || is_selected().to_string())
        >
            // A press selects, the keyboard's Enter and a double press go there.
            <button
                type="button" class="fx-watch__jump" title="Select the record; a double click goes to this moment"
                on:click=move |event| if event.detail() == 0 { store.go_to_record(seq) } else { store.select_record(Some(seq)) }
                on:dblclick=move |_| store.go_to_record(seq)
            >
                <span class="fx-log__seq">{seq}</span>
                <span class="fx-log__time">{format::time_text(t)}</span>
                <span class="fx-row__soft">{job}</span>
                <code>{part.text}</code>
            </button>
            {labelled_button("clock", "Go there", "fx-button--small", move || store.go_to_record(seq))}
        </div>
    }
    .into_any()
}
