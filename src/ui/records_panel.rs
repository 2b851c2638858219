//! The table of all records: filters, and a list of which only the rows in sight are elements.

use std::time::Duration;

use leptos::prelude::*;

use crate::protocol::command::Filter;
use crate::view::format;
use crate::view::table::{KINDS, look, place_text, said_text, sentence, symbol};
use crate::view::timeline::grouped;

use super::job_marks::{job_chips, job_mark};
use super::row_list::{RowList, ShownRow};
use super::row_source::RowSource;
use super::store::{Store, use_store};
use super::widgets::{dynamic, icon, list_role, row_px, shared, text_button};

const ROW_PX: f64 = 24.0;
/// Typing is told to the engine when it pauses.
const TYPING: Duration = Duration::from_millis(180);

/// The table's panel.
#[component]
pub fn RecordsPanel() -> impl IntoView {
    let store = use_store();
    let source = RowSource::new(store, Filter::default());
    let list = RowList::new(store, source, "record", row_px(ROW_PX), 0.0);
    let is_filtered = move || source.filter.with(|filter| *filter != Filter::default());
    view! {
        <div class="fx-logpane" data-panel="table">
            <div class="fx-logpane__bar fx-records__bar" role="group" aria-label="Filter the records">
                {search(source)}
                {type_filter(source)}
                {routine_filter(store, source)}
                {expression_filter(source)}
                {job_chips(store)}
                {dynamic(move || is_filtered().then(|| text_button("Clear filters", "fx-button--small fx-button--line", move || source.filter.set(Filter::default()))))}
                <span class="fx-row__soft fx-records__count" role="status">{dynamic(move || count_text(store, source))}</span>
            </div>
            {dynamic(move || source.message.get().map(|message| view! {
                <p class="fx-field__error fx-records__wrong" id="records-wrong">{icon("error")}{message}</p>
            }))}
            <div
                node_ref=list.list class="fx-log" role=list_role(move || source.total.get() == 0) aria-label="Records" tabindex="0"
                aria-activedescendant=list.active_id()
                aria-description="Arrow keys select a record, Enter goes to its moment, Shift and Enter to the moment before, Left to what led to it, Right to what it led to"
                on:scroll=move |_| list.measure()
                on:keydown=move |event| list.key(&event)
            >
                <div class="fx-log__space" role="presentation" style:height=shared(move || list.space())>
                    <For each=move || list.shown() key=|shown| (shown.index, shown.row.seq, shown.y as i64) children=move |shown| record_row(store, list, shown) />
                </div>
                {dynamic(move || (source.total.get() == 0).then(|| view! {
                    <p class="fx-panel__empty" role="presentation">{if is_filtered() { "No record passes the filters" } else { "Run the flow to see what happens, record by record" }}</p>
                }))}
            </div>
        </div>
    }
    .into_any()
}

fn count_text(store: Store, source: RowSource) -> String {
    let passing = source.total.get() as u64;
    if let Some(scanned) = source.scanned.get() {
        return format!("{} of {} looked at", grouped(passing), grouped(scanned));
    }
    let jobs_are_filtered = store.run.job_filter.with(|filter| *filter != Default::default());
    if source.filter.with(|filter| *filter != Filter::default()) || jobs_are_filtered {
        return format!("{} found", grouped(passing));
    }
    if passing == 1 { "1 record".into() } else { format!("{} records", grouped(passing)) }
}

fn search(source: RowSource) -> AnyView {
    let typing = StoredValue::new(None::<TimeoutHandle>);
    view! {
        <input
            type="search" class="fx-input fx-logpane__search" placeholder="Text" aria-label="Text in records"
            prop:value=shared(move || source.filter.with(|filter| filter.text.clone()))
            on:input=move |event| {
                let text = event_target_value(&event);
                after_typing(typing, move || source.filter.update(|filter| filter.text = text));
            }
        />
    }
    .into_any()
}

fn expression_filter(source: RowSource) -> AnyView {
    let typing = StoredValue::new(None::<TimeoutHandle>);
    view! {
        <input
            type="text" class="fx-input fx-input--code fx-records__expression" placeholder="Python: t > 0 and routine == 'alarm'" aria-label="Python expression over records"
            title="A Python expression over the fields of a record: type, job, routine, slot, event, data, t, seq, cause"
            spellcheck="false" autocapitalize="off" autocomplete="off"
            aria-invalid=shared(move || source.message.with(|message| message.is_some().then_some("true")))
            aria-describedby=shared(move || source.message.with(|message| message.is_some().then_some("records-wrong")))
            prop:value=shared(move || source.filter.with(|filter| filter.expression.clone()))
            on:input=move |event| {
                let text = event_target_value(&event);
                after_typing(typing, move || source.filter.update(|filter| filter.expression = text));
            }
            on:keydown=move |event| event.stop_propagation()
        />
    }
    .into_any()
}

fn after_typing(timer: StoredValue<Option<TimeoutHandle>>, change: impl FnOnce() + 'static) {
    if let Some(handle) = timer.try_update_value(Option::take).flatten() {
        handle.clear();
    }
    timer.set_value(set_timeout_with_handle(change, TYPING).ok());
}

fn type_filter(source: RowSource) -> AnyView {
    let chosen = move || {
        source.filter.with(|filter| {
            KINDS.iter().position(|(_, types)| filter.types.iter().eq(types.iter())).map_or(0, |index| index + 1)
        })
    };
    view! {
        <select
            class="fx-select fx-select--bare" aria-label="Type of records" prop:value=shared(move || chosen().to_string())
            on:change=move |event| {
                let index = event_target_value(&event).parse::<usize>().unwrap_or(0);
                let types = index.checked_sub(1).and_then(|index| KINDS.get(index)).map_or(&[][..], |(_, types)| *types);
                source.filter.update(|filter| filter.types = types.iter().map(|kind| (*kind).to_owned()).collect());
            }
        >
            <option value="0">"All types"</option>
            {KINDS.iter().enumerate().map(|(index, (label, _))| view! { <option value=(index + 1).to_string()>{*label}</option> }).collect_view()}
        </select>
    }
    .into_any()
}

fn routine_filter(store: Store, source: RowSource) -> AnyView {
    let ids = Memo::new(move |_| {
        store.document.flow.with(|flow| flow.routines.iter().map(|routine| routine.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <select
            class="fx-select fx-select--bare fx-records__routine" aria-label="Routine of records"
            on:change=move |event| {
                let id = event_target_value(&event);
                source.filter.update(|filter| filter.routines = if id.is_empty() { Vec::new() } else { vec![id] });
            }
        >
            <option value="" selected=shared(move || source.filter.with(|filter| filter.routines.is_empty()))>"All routines"</option>
            <For each=move || ids.get() key=String::clone children=move |id| {
                let (own, value) = (id.clone(), id.clone());
                view! { <option value=value selected=shared(move || source.filter.with(|filter| filter.routines.first() == Some(&own)))>{id}</option> }
            } />
        </select>
    }
    .into_any()
}

fn record_row(store: Store, list: RowList, shown: ShownRow) -> AnyView {
    let ShownRow { index, y, row } = shown;
    let seq = row.seq;
    let number = row.job.as_deref().and_then(|id| untrack(|| store.job_number(id)));
    let words = sentence(&row, number);
    let (place, said) = (place_text(&row), said_text(&row));
    let tooltip = said.clone();
    let name = move || {
        let related = store.relation(seq).map(|relation| format!(", {}", relation.text())).unwrap_or_default();
        format!("{words}{related}")
    };
    let when = move || {
        let next = store.run.at.get().0;
        if seq >= next {
            "future"
        } else if seq + 1 == next {
            "now"
        } else {
            "past"
        }
    };
    view! {
        <div
            class="fx-log__row fx-record" role="option" id=list.row_id(seq) data-seq=seq.to_string() data-kind=look(&row) data-type=row.kind.clone()
            aria-description=shared(name)
            aria-selected=shared(move || (store.run.record.get() == Some(seq)).to_string())
            aria-posinset=(index + 1).to_string()
            data-related=shared(move || store.relation(seq).map(|relation| relation.name()))
            data-when=shared(when)
            style:transform=format!("translateY({y}px)")
            on:click=move |_| list.pick(index, seq)
            on:dblclick=move |_| store.go_to_record(seq)
        >
            <span class="fx-log__seq">{seq}</span>
            <span class="fx-log__time">{format::time_text(row.t)}</span>
            <span class="fx-record__job">{number.map(job_mark)}</span>
            {icon(symbol(&row.kind))}
            <span class="fx-log__what">{row.kind.clone()}</span>
            <span class="fx-record__place" data-name=row.kind.replace(['.', '_'], " ")>{place}</span>
            <span class="fx-log__text" title=tooltip>{said}</span>
        </div>
    }
    .into_any()
}
