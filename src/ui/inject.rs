//! The window for something from outside: a field for each key of the payload, or JSON, and the job that takes it.

use leptos::prelude::*;
use serde::Deserialize;

use crate::flow::model::{Breakpoint, BreakpointPlace, PortRef};
use crate::flow::value::Value;
use crate::protocol::command::{Command, Deed, Intervene, PayloadKeys, Run};
use crate::ui::widgets::{dynamic, shared};
use crate::view::by_hand::{Field, pretty, read};
use crate::view::canvas::geometry::Side;
use crate::view::format;
use crate::view::inject::{self, KeyField};

use super::field::select_field;
use super::stop_popover::tree_of;
use super::store::Store;
use super::widgets::{choice, icon, icon_button, labelled_button, text_button};

/// How the payload is written.
const WAYS: &[(&str, &str)] = &[("keys", "By key"), ("json", "As JSON")];

/// Body of `payloadKeys`, as far as it is wanted here.
#[derive(Deserialize)]
struct Recent {
    #[serde(default)]
    payloads: Vec<Value>,
}

/// What is in the form.
#[derive(Clone, Copy)]
struct Form {
    store: Store,
    /// Where it goes.
    port: RwSignal<PortRef>,
    job: RwSignal<String>,
    is_by_key: RwSignal<bool>,
    fields: RwSignal<Vec<KeyField>>,
    /// The payload as JSON, if it is written so.
    text: RwSignal<String>,
    recent: RwSignal<Vec<Value>>,
    refused: RwSignal<Option<String>>,
    /// Somebody has typed: what comes from the engine later must not take it away.
    is_touched: StoredValue<bool>,
}

/// The body of the window. `opened` is what is offered where nothing came by yet.
pub fn injection(store: Store, ports: Vec<PortRef>, opened: &Field) -> AnyView {
    let form = Form {
        store,
        port: RwSignal::new(ports.first().cloned().unwrap_or_else(|| PortRef::new("", ""))),
        job: RwSignal::new(inject::offered_job(&store.jobs_now())),
        is_by_key: RwSignal::new(true),
        fields: RwSignal::new(Vec::new()),
        text: RwSignal::new(opened.text.clone()),
        recent: RwSignal::new(Vec::new()),
        refused: RwSignal::new(None),
        is_touched: StoredValue::new(false),
    };
    form.fill(&read(&opened.text).unwrap_or_default());
    form.ask_for_recent();
    let jobs = Memo::new(move |_| {
        store.run.pulse.track();
        store.jobs_now()
    });
    let refusal = Memo::new(move |_| jobs.with(|jobs| form.job.with(|job| inject::refusal(jobs, job))));
    view! {
        {(ports.len() > 1).then(|| where_field(form, ports))}
        {dynamic(move || (jobs.with(Vec::len) > 1).then(|| {
            let options = jobs.get().into_iter().map(|(id, status)| (id.clone(), format!("{id}, {status}"))).collect();
            select_field("Job", options, form.job.get_untracked(), move |id| form.job.set(id))
        }))}
        {dynamic(move || refusal.get().map(|text| view! {
            <p class="fx-field__error" role="status" data-refusal="">{icon("warn")}<span>{text}</span></p>
        }))}
        {recent_payloads(form)}
        {choice("Payload", WAYS, move || if form.is_by_key.get() { "keys".into() } else { "json".into() }, move |way| form.write_as(way))}
        {dynamic(move || if form.is_by_key.get() { by_key(form) } else { as_json(form) })}
        {dynamic(move || form.refused.get().map(|text| view! { <p class="fx-field__error" role="alert">{icon("warn")}{text}</p> }))}
        {dynamic(move || match refusal.with(Option::is_some) {
            true => new_run_buttons(form),
            false => view! {
                {super::by_hand::what_it_does_to_the_run(store)}
                <div class="fx-inline fx-end">
                    {text_button("Cancel", "fx-button--line", move || store.panels.dialog.set(None))}
                    {text_button("Do it", "fx-button--main", move || form.inject())}
                </div>
            }
            .into_any(),
        })}
    }
    .into_any()
}

impl Store {
    /// Ids and statuses of the jobs at the moment that is shown.
    fn jobs_now(&self) -> Vec<(String, String)> {
        self.run.mirror.with_value(|mirror| mirror.view.jobs.clone())
    }
}

impl Form {
    /// The payload, or where something is wrong.
    fn payload(self) -> Result<Value, String> {
        if self.is_by_key.get_untracked() {
            let faults = self.fields.with_untracked(|fields| inject::payload(fields));
            return faults.map_err(|_told_beside_the_fields| "Not every value is JSON yet".to_owned());
        }
        self.text.with_untracked(|text| read(text))
    }

    fn order(self, data: Value, job: String) -> Intervene {
        let at = Some(self.port.get_untracked().to_string());
        Intervene { job, kind: Deed::Inject, at, data: Some(data), ..Intervene::default() }
    }

    /// Injects, and shows what came of it.
    fn inject(self) {
        match self.payload() {
            Ok(data) => self.send(self.order(data, self.job.get_untracked())),
            Err(fault) => self.refused.set(Some(fault)),
        }
    }

    fn send(self, order: Intervene) {
        let text = format!("Injected at {}", self.port.get_untracked());
        self.store.intervene(order, text, move |reason| {
            self.refused.try_set(Some(reason));
        });
    }

    /// Starts a new run: with this in place of the flow's inputs, or held with this besides them.
    fn start_run(self, as_entry: bool) {
        let data = match self.payload() {
            Ok(data) => data,
            Err(fault) => return self.refused.set(Some(fault)),
        };
        let store = self.store;
        let speed = Some(store.speed_value());
        let (options, next) = match as_entry {
            true => (Run { entry: Some(data), speed, ..Run::default() }, None),
            false => (Run { paused: true, speed, ..Run::default() }, Some(self.order(data, String::new()))),
        };
        store.start_run(options, move |body| match (body, next) {
            (Err(reason), _) => drop(self.refused.try_set(Some(reason))),
            (Ok(_), Some(order)) => self.send(order),
            (Ok(_), None) => store.panels.dialog.set(None),
        });
    }

    /// Fills the form with a payload.
    fn fill(self, value: &Value) {
        self.is_touched.set_value(false);
        self.refused.set(None);
        self.text.set(pretty(value));
        match self.recent.with_untracked(|recent| inject::fields(value, recent)) {
            Some(mut fields) => {
                // New numbers: the elements of the fields before must not be taken for these.
                let first = self.fields.with_untracked(|fields| inject::next_number(fields));
                fields.iter_mut().for_each(|field| field.number += first);
                self.fields.set(fields);
            }
            None => self.is_by_key.set(false),
        }
    }

    /// What came by at the chosen place lately, the newest to begin with.
    fn ask_for_recent(self) {
        let port = self.port.get_untracked();
        let is_slot = self.store.port_named(Side::Slot, &port.to_string()).is_some();
        let place = if is_slot { BreakpointPlace::Slot(port.clone()) } else { BreakpointPlace::Event(port.clone()) };
        let Some(place) = tree_of(&Breakpoint::new(place)) else { return };
        let command = Command::PayloadKeys(PayloadKeys { place, prefix: String::new() });
        self.store.request(command, move |body: Result<Recent, String>| {
            if self.port.try_get_untracked() != Some(port) {
                return;
            }
            let payloads = body.map(|body| body.payloads).unwrap_or_default();
            let newest = payloads.first().cloned();
            self.recent.set(payloads);
            if let Some(newest) = newest.filter(|_| !self.is_touched.get_value()) {
                self.fill(&newest);
            }
        });
    }

    /// Goes on by key or as JSON, with what is written so far.
    fn write_as(self, way: &str) {
        self.refused.set(None);
        if way == "json" {
            if self.is_by_key.get_untracked() {
                self.text.set(self.fields.with_untracked(|fields| inject::as_text(fields)));
            }
            return self.is_by_key.set(false);
        }
        match self.payload() {
            Ok(value) if value.as_map().is_some() => {
                self.fill(&value);
                self.is_touched.set_value(true);
                self.is_by_key.set(true);
            }
            Ok(_) => self.refused.set(Some("Only a JSON object has keys".into())),
            Err(fault) => self.refused.set(Some(fault)),
        }
    }

    fn change(self, number: usize, change: impl FnOnce(&mut KeyField)) {
        self.is_touched.set_value(true);
        self.refused.set(None);
        self.fields.update(|fields| {
            if let Some(field) = fields.iter_mut().find(|field| field.number == number) {
                change(field);
            }
        });
    }

    fn add_key(self) {
        let number = self.fields.with_untracked(|fields| inject::next_number(fields));
        self.is_touched.set_value(true);
        self.fields.update(|fields| fields.push(KeyField { number, is_added: true, ..KeyField::default() }));
        let focus = move || {
            crate::browser::focus::focus(&format!("[data-key-name=\"{number}\"]"));
        };
        // When it is in the document.
        set_timeout(focus, std::time::Duration::ZERO);
    }
}

/// Where it is injected, if there is a choice.
fn where_field(form: Form, ports: Vec<PortRef>) -> AnyView {
    let options = ports.iter().map(|port| (port.to_string(), port.to_string())).collect();
    let chosen = form.port.get_untracked().to_string();
    select_field("Where", options, chosen, move |name| {
        if let Some(port) = PortRef::parse(&name) {
            form.port.set(port);
            form.ask_for_recent();
        }
    })
}

fn recent_payloads(form: Form) -> AnyView {
    dynamic(move || {
        form.recent.with(|recent| {
            (!recent.is_empty()).then(|| {
                let button = |value: &Value| {
                    let value = value.clone();
                    let text = format::value_text(&value, 36);
                    view! {
                        <button type="button" class="fx-button fx-button--line fx-button--small" data-recent="" on:click=move |_| {
                            form.is_by_key.set(value.as_map().is_some());
                            form.fill(&value);
                        }><code>{text}</code></button>
                    }
                };
                view! {
                    <div class="fx-field" role="group" aria-label="Recent payloads">
                        <span class="fx-field__label">"Recent here"</span>
                        <div class="fx-by-hand__recent">{recent.iter().map(button).collect_view()}</div>
                    </div>
                }
            })
        })
    })
}

fn by_key(form: Form) -> AnyView {
    let faults = Memo::new(move |_| form.fields.with(|fields| inject::payload(fields)).err().unwrap_or_default());
    let fault_of = move |number: usize| {
        faults.with(|faults| faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| fault.clone()))
    };
    view! {
        <div class="fx-keys-form" role="group" aria-label="Keys of the payload">
            <For each=move || form.fields.get() key=|field| field.number children=move |field| key_row(form, field, fault_of) />
        </div>
        {dynamic(move || form.fields.with(Vec::is_empty).then(|| view! { <p class="fx-field__hint">"No key yet: the payload is an empty object"</p> }))}
        <div>{labelled_button("plus", "Add a key", "fx-button--small fx-button--line", move || form.add_key())}</div>
    }
    .into_any()
}

fn key_row(
    form: Form,
    field: KeyField,
    fault_of: impl Fn(usize) -> Option<String> + Copy + Send + Sync + 'static,
) -> AnyView {
    let KeyField { number, key, text, is_added } = field;
    let name = move || {
        form.fields.with(|fields| fields.iter().find(|field| field.number == number).map(|field| field.key.clone()))
    };
    let label = move || match name().filter(|name| !name.is_empty()) {
        Some(name) => format!("Value of {name}"),
        None => "Value of the new key".to_owned(),
    };
    let rows = text.lines().count().clamp(1, 8);
    let key_view = if is_added {
        view! {
            <input
                class="fx-input fx-input--code" aria-label="Name of the new key" placeholder="key" data-key-name=number.to_string()
                autocomplete="off" autocapitalize="off" spellcheck="false" prop:value=key.clone()
                on:input=move |event| form.change(number, |field| field.key = event_target_value(&event))
            />
        }
        .into_any()
    } else {
        view! { <span class="fx-field__label" aria-hidden="true">{key.clone()}</span> }.into_any()
    };
    view! {
        <div class="fx-keys-form__row" data-key=shared(move || name().unwrap_or_default())>
            {key_view}
            <textarea
                class="fx-input fx-input--code" rows=rows.to_string() placeholder="left out" spellcheck="false" autocomplete="off" autocapitalize="off"
                aria-label=shared(label) aria-invalid=shared(move || fault_of(number).map(|_| "true"))
                aria-describedby=format!("key-fault-{number}") prop:value=text
                on:input=move |event| form.change(number, |field| field.text = event_target_value(&event))
                on:keydown=move |event| if event.key() == "Enter" && (rows == 1 || event.ctrl_key() || event.meta_key()) && !event.shift_key() {
                    event.prevent_default();
                    form.inject();
                }
            ></textarea>
            {icon_button("close", format!("Remove {}", if key.is_empty() { "the new key" } else { &key }), move || {
                form.is_touched.set_value(true);
                form.fields.update(|fields| fields.retain(|field| field.number != number));
            })}
            <span class="fx-field__error" id=format!("key-fault-{number}")>
                {dynamic(move || fault_of(number).map(|fault| view! { {icon("warn")}<span>{fault}</span> }))}
            </span>
        </div>
    }
    .into_any()
}

fn as_json(form: Form) -> AnyView {
    let fault = Memo::new(move |_| form.text.with(|text| read(text).err()));
    view! {
        <label class="fx-field">
            <span class="fx-field__label">"Payload"</span>
            <textarea
                class="fx-input fx-input--code fx-by-hand__text" rows="6" spellcheck="false" autocomplete="off" data-field="0"
                prop:value=shared(move || form.text.get()) aria-invalid=shared(move || fault.get().map(|_| "true"))
                on:input=move |event| {
                    form.is_touched.set_value(true);
                    form.refused.set(None);
                    form.text.set(event_target_value(&event));
                }
                on:keydown=move |event| if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    form.inject();
                }
            ></textarea>
            {dynamic(move || fault.get().map(|fault| view! { <span class="fx-field__error">{icon("warn")}<span>{fault}</span></span> }))}
        </label>
    }
    .into_any()
}

/// What can be done with a payload that no job takes.
fn new_run_buttons(form: Form) -> AnyView {
    let store = form.store;
    let entry = inject::entry_port(&store.flow_now(), &store.catalogue());
    view! {
        <p class="fx-field__hint">{icon("info")}" A new run begins held, with this after the flow's own inputs"</p>
        <div class="fx-inline fx-end fx-wrap">
            {text_button("Cancel", "fx-button--line", move || store.panels.dialog.set(None))}
            {dynamic(move || (entry.as_ref() == Some(&form.port.get())).then(|| {
                text_button("Run with only this", "fx-button--line", move || form.start_run(true))
            }))}
            {text_button("Start a new run with this", "fx-button--main", move || form.start_run(false))}
        </div>
    }
    .into_any()
}
