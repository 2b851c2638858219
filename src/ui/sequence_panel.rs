//! The sequence: records as arrows between routines, one below the other, of which only those in sight are elements.

use leptos::prelude::*;

use crate::protocol::command::Filter;
use crate::view::canvas::keyboard::reading_order;
use crate::view::format;
use crate::view::sequence::{ARROWS, COLUMN_PX, Drawing, STEPS, arrow_px, drawing, middle_px};
use crate::view::table::{look, sentence, symbol};

use super::job_marks::{job_chips, job_mark};
use super::row_list::{RowList, ShownRow};
use super::row_source::RowSource;
use super::store::{Store, use_store};
use super::widgets::{choice, dynamic, icon, list_role, row_px, shared};

const ROW_PX: f64 = 26.0;
/// Height of the names of the routines.
const HEAD_PX: f64 = 24.0;

/// The panel.
#[component]
pub fn SequencePanel() -> impl IntoView {
    let store = use_store();
    let source = RowSource::new(store, filter("arrows"));
    let list = RowList::new(store, source, "arrow", row_px(ROW_PX), HEAD_PX);
    let shows = RwSignal::new("arrows");
    let columns = columns(store);
    let width = move || columns.with(|columns| (columns.len() + 1) as f64 * COLUMN_PX);
    view! {
        <div class="fx-logpane">
            <div class="fx-logpane__bar fx-records__bar" role="group" aria-label="What the sequence shows">
                {choice("Records of the sequence", &[("arrows", "Arrows"), ("steps", "All steps")], move || shows.get().to_owned(), move |chosen| {
                    shows.set(chosen);
                    source.filter.set(filter(chosen));
                })}
                {job_chips(store)}
                <span class="fx-row__soft fx-records__count">{dynamic(move || format::counted(source.total.get(), "row"))}</span>
            </div>
            <div
                node_ref=list.list class="fx-log fx-sequence" role=list_role(move || source.total.get() == 0) aria-label="Sequence of records" tabindex="0"
                aria-activedescendant=list.active_id()
                aria-description="Each row is told in words. Arrow keys select a record, Enter goes to its moment, Left to what led to it, Right to what it led to"
                on:scroll=move |_| list.measure()
                on:keydown=move |event| list.key(&event)
            >
                <div class="fx-sequence__heads" aria-hidden="true" style:width=shared(move || format!("calc(var(--fx-gutter) + {}px)", width()))>
                    <span class="fx-sequence__head fx-sequence__head--outside">"outside"</span>
                    <For each=move || columns.get() key=String::clone children=move |id| {
                        let title = id.clone();
                        view! { <span class="fx-sequence__head" title=title>{id}</span> }
                    } />
                </div>
                <div
                    class="fx-log__space fx-sequence__space" role="presentation" style:height=shared(move || list.space())
                    style:width=shared(move || format!("calc(var(--fx-gutter) + {}px)", width()))
                >
                    <For each=move || list.shown() key=|shown| (shown.index, shown.row.seq, shown.y as i64) children=move |shown| {
                        columns.with_untracked(|columns| sequence_row(store, list, columns, shown))
                    } />
                </div>
                {dynamic(move || (source.total.get() == 0).then(|| view! {
                    <p class="fx-panel__empty" role="presentation">"Run the flow to see its events go from routine to routine"</p>
                }))}
            </div>
        </div>
    }
    .into_any()
}

fn filter(shows: &str) -> Filter {
    let steps: &[&str] = if shows == "steps" { &STEPS } else { &[] };
    Filter { types: ARROWS.iter().chain(steps).map(|kind| (*kind).to_owned()).collect(), ..Filter::default() }
}

/// The routines from the left of the canvas to its right.
pub fn columns(store: Store) -> Memo<Vec<String>> {
    Memo::new(move |_| {
        store.document.flow.track();
        store.canvas.scene.with_value(|scene| {
            let mut order = reading_order(scene);
            order.sort_by(|a, b| {
                let x = |number: &u32| scene.nodes[*number as usize].rect.x;
                x(a).total_cmp(&x(b))
            });
            order.into_iter().map(|number| scene.nodes[number as usize].id.clone()).collect()
        })
    })
}

fn sequence_row(store: Store, list: RowList, columns: &[String], shown: ShownRow) -> AnyView {
    let ShownRow { index, y, row } = shown;
    let seq = row.seq;
    let number = row.job.as_deref().and_then(|id| untrack(|| store.job_number(id)));
    let words = sentence(&row, number);
    let tooltip = words.clone();
    let picture = match drawing(&row, columns) {
        Drawing::Arrow { from, to } => {
            let (left, width, points_left) = arrow_px(from, to);
            view! {
                <span class="fx-arrow" data-left=points_left.to_string() data-own=(from == to).to_string() style:left=format!("{left}px") style:width=format!("{width}px")>
                    <span class="fx-arrow__label">{row.text.clone()}</span>
                </span>
                <span class="fx-sequence__marble" style:left=format!("{}px", middle_px(to))>{number.map(job_mark)}</span>
            }
            .into_any()
        }
        Drawing::Mark(column) => view! {
            <span class="fx-sequence__mark" style:left=format!("{}px", middle_px(column))>
                {icon(symbol(&row.kind))}
                <span>{row.text.clone()}</span>
            </span>
        }
        .into_any(),
    };
    view! {
        <div
            class="fx-sequence__row" role="option" id=list.row_id(seq) data-arrow=seq.to_string() data-kind=look(&row) data-type=row.kind.clone()
            title=tooltip aria-posinset=(index + 1).to_string()
            aria-label=shared(move || {
                let related = store.relation(seq).map(|relation| format!(", {}", relation.text())).unwrap_or_default();
                format!("{words}{related}")
            })
            aria-selected=shared(move || (store.run.record.get() == Some(seq)).to_string())
            data-related=shared(move || store.relation(seq).map(|relation| relation.name()))
            data-when=shared(move || if seq >= store.run.at.get().0 { "future" } else { "past" })
            style:transform=format!("translateY({y}px)")
            on:click=move |_| list.pick(index, seq)
            on:dblclick=move |_| store.go_to_record(seq)
        >
            <span class="fx-sequence__gutter"><span class="fx-log__seq">{seq}</span><span class="fx-log__time">{format::time_text(row.t)}</span></span>
            <span class="fx-sequence__lines">{picture}</span>
        </div>
    }
    .into_any()
}
