//! Pending events and what waits in slots, each with what can be done to it by hand.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use super::store::Store;
use super::widgets::{icon_button, labelled_button};
use crate::flow::model::PortRef;
use crate::flow::value::Value;
use crate::protocol::command::{Command, OneJob, Step, StepKind};
use crate::protocol::control::{Deed, Intervene};
use crate::protocol::report::{JobState, Pending, RunState, SlotState};
use crate::view::by_hand::{Subject, is_event, task_text};
use crate::view::format;
use crate::view::jobs::is_over;

/// Most of them that are listed: nobody reads more.
const MOST_LISTED: usize = 30;

impl Store {
    fn by_hand(&self, order: Intervene, text: String) {
        let store = *self;
        self.intervene(order, text, move |reason| store.complain(&reason));
    }

    /// Whether a run can be changed now; reads a signal.
    pub fn is_held(&self) -> bool {
        matches!(self.run.state.get(), RunState::Paused | RunState::Past)
    }
}

/// Pause, continue and one step of one job, while the others go on or hold.
pub fn job_buttons(store: Store, job: &JobState) -> AnyView {
    if is_over(&job.status) {
        return ().into_any();
    }
    let id = StoredValue::new(job.id.clone());
    let name = job.id.clone();
    let one = move || OneJob { job: id.get_value() };
    let hold = if job.status == "paused" {
        icon_button("continue", format!("Let {name} go on"), move || store.order_for_job(Command::Continue(one())))
    } else {
        icon_button("pause", format!("Pause {name} alone"), move || store.order_for_job(Command::Pause(one())))
    };
    let step = icon_button("step", format!("One step of {name} alone"), move || {
        store.ask_for_moment(Command::Step(Step { kind: StepKind::Into, job: id.get_value() }));
    });
    let data = icon_button("pencil", format!("Change the shared data of {name}"), move || {
        store.change_by_hand(Subject::SharedData { job: id.get_value() });
    });
    let cancel = icon_button("close", format!("Cancel {name}"), move || {
        let order = Intervene { job: id.get_value(), kind: Deed::Cancel, ..Intervene::default() };
        store.by_hand(order, format!("{} cancelled", id.get_value()));
    });
    view! { <span class="fx-pending__buttons fx-pending__buttons--end">{hold}{step}{data}{cancel}</span> }.into_any()
}

impl Store {
    /// An order about one job, and what came of it.
    fn order_for_job(&self, command: Command) {
        let store = *self;
        self.request_text(command, move |body| match body {
            Ok(_) => store.fetch_moment(),
            Err(reason) => store.complain(&reason),
        });
    }
}

/// The pending steps of a job in their order.
pub fn pending(store: Store, job: &JobState) -> AnyView {
    if job.tasks.is_empty() {
        return ().into_any();
    }
    let id = job.id.clone();
    let count = job.tasks.len();
    let more = job.task_count.saturating_sub(count.min(MOST_LISTED));
    let rows = job.tasks.iter().take(MOST_LISTED).enumerate();
    view! {
        <details class="fx-pending" open=true>
            <summary class="fx-heading">"Pending, the next one first"</summary>
            <ol class="fx-pending__list">
                {rows.map(|(index, task)| row(store, &id, index, count, task)).collect_view()}
            </ol>
            {(more > 0).then(|| view! { <p class="fx-row__soft">{format!("and {more} more")}</p> })}
        </details>
    }
    .into_any()
}

fn row(store: Store, job: &str, index: usize, count: usize, task: &Pending) -> AnyView {
    let text = task_text(task);
    let order = {
        let job = job.to_owned();
        move |kind| Intervene { job: job.clone(), kind, task: Some(index), ..Intervene::default() }
    };
    let order = StoredValue::new(order);
    let job = StoredValue::new(job.to_owned());
    let name = StoredValue::new(text.clone());
    let act = move |kind: Deed, to: Option<usize>, did: &'static str| {
        let order = Intervene { to, ..order.with_value(|order| order(kind)) };
        store.by_hand(order, format!("{did}: {}", name.get_value()));
    };
    let changes = is_event(task).then(|| {
        view! {
            {icon_button("pencil", format!("Edit the payload of {text}"), move || {
                store.change_by_hand(Subject::Task { job: job.get_value(), task: index });
            })}
            {icon_button("copy", format!("Duplicate {text}"), move || act(Deed::Duplicate, None, "Duplicated"))}
            {icon_button("trash", format!("Drop {text}"), move || act(Deed::Drop, None, "Dropped"))}
        }
    });
    view! {
        <li class="fx-pending__row" data-task=index.to_string()>
            <span class="fx-pending__text">
                <span>{text.clone()}</span>
                {task.data.as_ref().map(|data| view! { <code>{format::value_text(data, 60)}</code> })}
            </span>
            <span class="fx-pending__buttons">
                {icon_button("step", format!("Take now: {text}"), move || act(Deed::StepTask, None, "Taken out of turn"))}
                {(index > 0).then(|| icon_button("up", format!("Earlier: {text}"), move || act(Deed::Move, Some(index - 1), "Moved")))}
                {(index + 1 < count).then(|| icon_button("chevron", format!("Later: {text}"), move || act(Deed::Move, Some(index + 1), "Moved")))}
                {changes}
            </span>
        </li>
    }
    .into_any()
}

/// What waits in a slot, with what can be done to each item; and a way to put something in.
pub fn items(store: Store, job: &str, routine: &str, slot: &SlotState) -> AnyView {
    let port = PortRef::new(routine, &slot.name);
    let count = slot.items.len();
    let job = job.to_owned();
    let rows = slot.items.iter().take(MOST_LISTED).enumerate();
    view! {
        <ol class="fx-pending__list">
            {rows.map(|(index, item)| item_row(store, &job, &port, index, count, item)).collect_view()}
        </ol>
    }
    .into_any()
}

fn item_row(store: Store, job: &str, slot: &PortRef, index: usize, count: usize, item: &Value) -> AnyView {
    let what = StoredValue::new((job.to_owned(), slot.clone()));
    let name = format!("item {} of {slot}", index + 1);
    let act = move |kind: Deed, to: Option<usize>, did: &'static str| {
        let (job, slot) = what.get_value();
        let text = format!("{did}: item {} of {slot}", index + 1);
        let order =
            Intervene { job, kind, slot: Some(slot.to_string()), item: Some(index), to, ..Intervene::default() };
        store.by_hand(order, text);
    };
    view! {
        <li class="fx-pending__row" data-item=index.to_string()>
            <span class="fx-pending__text"><code>{format::value_text(item, 60)}</code></span>
            {dynamic({
                let name = name.clone();
                move || store.is_held().then(|| view! {
                    <span class="fx-pending__buttons">
                        {(index > 0).then(|| icon_button("up", format!("Earlier: {name}"), move || act(Deed::Move, Some(index - 1), "Moved")))}
                        {(index + 1 < count).then(|| icon_button("chevron", format!("Later: {name}"), move || act(Deed::Move, Some(index + 1), "Moved")))}
                        {icon_button("pencil", format!("Edit {name}"), move || {
                            let (job, slot) = what.get_value();
                            store.change_by_hand(Subject::Item { job, slot, item: index });
                        })}
                        {icon_button("trash", format!("Drop {name}"), move || act(Deed::Drop, None, "Dropped"))}
                    </span>
                })
            })}
        </li>
    }
    .into_any()
}

/// What can be changed of a routine by hand: its state, how it works, and something from outside.
pub fn routine_buttons(store: Store, job: &str, routine: &str) -> AnyView {
    let what = StoredValue::new((job.to_owned(), routine.to_owned()));
    let routine = routine.to_owned();
    dynamic(move || {
        store.is_held().then(|| {
            view! {
                <span class="fx-pending__buttons">
                    {labelled_button("pencil", "State", "fx-button--small", move || {
                        let (job, routine) = what.get_value();
                        store.change_by_hand(Subject::State { job, routine });
                    })}
                    {labelled_button("settings", "Config, policy", "fx-button--small", move || {
                        let (job, routine) = what.get_value();
                        store.change_by_hand(Subject::Work { job, routine });
                    })}
                    {icon_button("in", format!("Inject an event at {routine}"), move || {
                        let ports = what.with_value(|(_, routine)| store.ports_of(routine));
                        store.change_by_hand(Subject::Injection { ports });
                    })}
                </span>
            }
        })
    })
}
