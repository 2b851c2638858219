//! The selected record: what it says and carries, the way to its moment, and the tree of its causes and effects.

use leptos::prelude::*;

use crate::protocol::command::ValueRef;
use crate::protocol::timeline::Row;
use crate::view::causes::{Branch, Family, Relation};
use crate::view::format;
use crate::view::table::{payload_place, place_text, said_beside_values, sentence, symbol, value_fields};
use crate::view::timeline::grouped;

use super::job_marks::job_mark;
use super::store::{Store, use_store};
use super::value_tree::{Shown, value_tree};
use super::widgets::{dynamic, icon, icon_button, labelled_button, walk_by_arrows};

/// How deep the tree is drawn: what hangs deeper stands below each other.
const MOST_LEVELS: usize = 8;

/// The panel.
#[component]
pub fn RecordPanel() -> impl IntoView {
    let store = use_store();
    // While the run goes on a record gets more effects: its own part stays as it is.
    let selected = Memo::new(move |_| {
        store.run.family.with(|family| family.as_ref().map(|family| (family.seq, family.row.clone())))
    });
    view! {
        <div class="fx-panel__scroll fx-fill" data-panel="record" tabindex="-1">
            {dynamic(move || match selected.get() {
                Some((seq, row)) => record(store, seq, row),
                None => view! {
                    <p class="fx-panel__empty">"Select a record in the table, the timeline or the sequence: what led to it and what it led to lights up everywhere, and is listed here."</p>
                }.into_any(),
            })}
        </div>
    }
    .into_any()
}

fn record(store: Store, seq: u64, row: Option<Row>) -> AnyView {
    let Some(row) = row else {
        return view! { <p class="fx-panel__empty">{format!("Record {} is not kept any more: the oldest detail was given up.", grouped(seq))}</p> }
            .into_any();
    };
    view! {
        <section class="fx-section fx-recordpane" aria-label=format!("Record {seq}")>
            <div class="fx-section__head">
                {icon(symbol(&row.kind))}
                <h3 class="fx-section__title">{format!("Record {}", grouped(seq))}</h3>
                <span class="fx-badge">{row.kind.clone()}</span>
            </div>
            {facts(store, &row)}
            {value_fields(&row).iter().map(|(field, title)| value(store, &row, field, title)).collect_view()}
            <div class="fx-runs__bar">
                {labelled_button("clock", "Go to this moment", "fx-button--small fx-button--line", move || store.go_to_record(seq))}
                {labelled_button("step-back", "Right before", "fx-button--small fx-button--line", move || store.go_before_record(seq))}
                {icon_button("close", "Select no record", move || store.select_record(None))}
            </div>
        </section>
        {dynamic(move || store.run.family.with(|family| family.as_ref().filter(|family| family.seq == seq).map(|family| kin(store, family))))}
    }
    .into_any()
}

/// A value of the record, in pages if it is large.
fn value(store: Store, row: &Row, field: &'static str, title: &'static str) -> AnyView {
    let of = ValueRef { seq: Some(row.seq), field: field.into(), ..ValueRef::default() };
    let shown = Shown::at(of, None, field).labelled(title);
    let shown = match payload_place(row) {
        Some(place) => shown.over(place),
        None => shown,
    };
    view! {
        <h4 class="fx-heading">{title}</h4>
        <div data-record-value=field>{value_tree(store, shown)}</div>
    }
    .into_any()
}

fn kin(store: Store, family: &Family) -> AnyView {
    let hidden_causes = family.cause_count.saturating_sub(family.causes.len() as u64);
    let hidden_effects = family.effect_count.saturating_sub(family.effects.len() as u64);
    let summary = format!(
        "{} led to it, it led to {}",
        counted(family.cause_count, "record"),
        counted(family.effect_count, "record")
    );
    let more = |count: u64, what: &'static str| {
        (count > 0).then(|| view! { <li class="fx-causes__more">{format!("{} {what}", grouped(count))}</li> })
    };
    view! {
        <section class="fx-section" aria-label="Causes and effects">
            <h4 class="fx-heading">"Causes and effects"</h4>
            <p class="fx-row__soft">{summary}</p>
            <ul class="fx-causes" aria-label="From the first cause to the last effect" on:keydown=|event| walk_by_arrows(&event, ".fx-causes button")>
                {more(hidden_causes, "earlier causes")}
                {family.tree().into_iter().map(|branch| line(store, branch)).collect_view()}
                {more(hidden_effects, "more effects")}
            </ul>
        </section>
    }
    .into_any()
}

fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(count)) }
}

fn facts(store: Store, row: &Row) -> AnyView {
    let number = row.job.as_deref().and_then(|id| untrack(|| store.job_number(id)));
    let place = place_text(row);
    let routine = row.routine.clone().unwrap_or_default();
    let said = said_beside_values(row);
    view! {
        <dl class="fx-facts">
            {(!place.is_empty()).then(|| view! {
                <dt>"Where"</dt>
                <dd><button type="button" class="fx-link" on:click=move |_| store.reveal_routine(&routine)>{place}</button></dd>
            })}
            <dt>"When"</dt>
            <dd>{format::time_text(row.t)}</dd>
            {row.job.clone().map(|job| view! { <dt>"Job"</dt><dd class="fx-inline">{number.map(job_mark)}{job}</dd> })}
            {row.activation.map(|activation| view! { <dt>"Activation"</dt><dd>{activation}</dd> })}
            {(!said.is_empty()).then(|| view! { <dt>"Says"</dt><dd><code>{said}</code></dd> })}
        </dl>
    }
    .into_any()
}

fn line(store: Store, branch: Branch) -> AnyView {
    let Branch { row, relation, level } = branch;
    let seq = row.seq;
    let indent = format!("{}px", level.min(MOST_LEVELS) * 14);
    let number = row.job.as_deref().and_then(|id| untrack(|| store.job_number(id)));
    let label = format!("{}, {}", sentence(&row, number), relation.text());
    let place = place_text(&row);
    let what = if place.is_empty() { row.kind.replace(['.', '_'], " ") } else { place };
    view! {
        <li style:padding-left=indent>
            <button
                type="button" class="fx-causes__line" data-cause-seq=seq.to_string() data-related=relation.name() aria-label=label
                aria-current=(relation == Relation::Itself).then_some("true")
                on:click=move |_| store.pick_record(seq)
                on:dblclick=move |_| store.go_to_record(seq)
            >
                {icon(symbol(&row.kind))}
                <span class="fx-log__seq">{seq}</span>
                <span class="fx-causes__what">{what}</span>
                <span class="fx-row__soft fx-causes__said">{row.text.clone()}</span>
            </button>
        </li>
    }
    .into_any()
}
