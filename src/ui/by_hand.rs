//! The window in which a run is changed by hand: a payload, data, a routine's work, or something from outside.

use leptos::prelude::*;
use serde::Deserialize;

use crate::ui::widgets::{dynamic, shared};

use super::stop_popover::tree_of;
use super::store::{Dialog, Store};
use super::widgets::{icon, text_button};
use crate::flow::model::{Breakpoint, BreakpointPlace, PortRef};
use crate::flow::value::Value;
use crate::protocol::command::{Command, PayloadKeys};
use crate::protocol::control::Intervene;
use crate::protocol::report::{RunState, State};
use crate::view::by_hand::{Field, Subject, pretty};
use crate::view::format;

impl Store {
    /// Opens the window for a change.
    pub fn change_by_hand(&self, subject: Subject) {
        self.panels.dialog.set(Some(Dialog::ByHand(subject)));
    }

    /// Changes the run by hand and shows what came of it; a failure goes to `refused`.
    pub fn intervene(&self, order: Intervene, text: String, refused: impl FnOnce(String) + 'static) {
        let store = *self;
        self.request(Command::Intervene(order), move |body: Result<State, String>| match body {
            Ok(state) => {
                store.panels.dialog.set(None);
                store.take_state(state);
                store.tell(&text);
            }
            Err(reason) => refused(reason),
        });
    }

    /// The slots and events of a routine, slots first.
    pub fn ports_of(&self, id: &str) -> Vec<PortRef> {
        self.canvas.scene.with_value(|scene| {
            let node = scene.number(id).and_then(|number| scene.nodes.get(number as usize));
            let names = node.map(|node| node.slots.iter().chain(&node.events)).into_iter().flatten();
            names.map(|name| PortRef::new(id, name)).collect()
        })
    }
}

/// The body of the window.
pub fn by_hand(store: Store, subject: Subject) -> AnyView {
    let moment = store.run.moment.get_untracked();
    let fields = subject.fields(&store.flow_now(), moment.as_deref());
    let texts = RwSignal::new(fields.iter().map(|field| field.text.clone()).collect::<Vec<_>>());
    let refusal = RwSignal::new(None::<String>);
    let chosen = RwSignal::new(subject.clone());
    let opened = StoredValue::new(fields.clone());
    // What is wrong is told while somebody types; that nothing was changed yet only when it is pressed.
    let checked =
        Memo::new(move |_| chosen.with(|subject| texts.with(|texts| subject.change(texts, &opened.get_value()))));
    let fault_of = move |index: usize| {
        let is_changed = texts
            .with(|texts| opened.with_value(|opened| opened.get(index).map(|field| &field.text) != texts.get(index)));
        checked.with(|checked| match checked {
            Err((field, fault)) if *field == index && is_changed => Some(fault.clone()),
            _ => None,
        })
    };
    let apply = move || match checked.get_untracked() {
        Ok(order) => {
            let text = format!("{}: done by hand", chosen.with_untracked(Subject::title));
            store.intervene(order, text, move |reason| {
                refusal.try_set(Some(reason));
            });
        }
        Err((_, fault)) => refusal.set(Some(fault)),
    };
    let is_past = move || store.run.state.get() == RunState::Past;
    let is_running = move || store.run.state.get() == RunState::Running;
    let hint = subject.hint();
    view! {
        <p class="fx-section__about">{hint}</p>
        {matches!(subject, Subject::Injection { .. }).then(|| injection(store, chosen, texts))}
        {fields.into_iter().enumerate().map(|(index, field)| text_area(index, field, texts, move || fault_of(index), apply)).collect_view()}
        {dynamic(move || is_past().then(|| view! {
            <p class="fx-field__hint">{icon("info")}" The run is looked at in the past: this begins a new branch, the old one stays"</p>
        }))}
        {dynamic(move || is_running().then(|| view! {
            <p class="fx-field__hint">{icon("info")}" The run goes on: this holds it"</p>
        }))}
        {dynamic(move || refusal.get().map(|refusal| view! { <p class="fx-field__error" role="alert">{icon("warn")}{refusal}</p> }))}
        <div class="fx-inline fx-end">
            {text_button("Cancel", "fx-button--line", move || store.panels.dialog.set(None))}
            {text_button("Do it", "fx-button--main", apply)}
        </div>
    }
    .into_any()
}

fn text_area(
    index: usize,
    field: Field,
    texts: RwSignal<Vec<String>>,
    fault: impl Fn() -> Option<String> + Copy + Send + Sync + 'static,
    apply: impl Fn() + 'static,
) -> AnyView {
    let rows = field.text.lines().count().clamp(3, 12).to_string();
    view! {
        <label class="fx-field">
            <span class="fx-field__label">{field.label}</span>
            <textarea
                class="fx-input fx-input--code fx-by-hand__text" rows=rows spellcheck="false" autocomplete="off" data-field=index.to_string()
                prop:value=shared(move || texts.with(|texts| texts.get(index).cloned().unwrap_or_default()))
                aria-invalid=shared(move || fault().map(|_| "true"))
                on:input=move |event| texts.update(|texts| if let Some(text) = texts.get_mut(index) { *text = event_target_value(&event) })
                on:keydown=move |event| if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    apply();
                }
            ></textarea>
            {dynamic(move || fault().map(|fault| view! { <span class="fx-field__error">{icon("warn")}<span>{fault}</span></span> }))}
        </label>
    }
    .into_any()
}

/// Body of `payloadKeys`, as far as it is wanted here.
#[derive(Deserialize)]
struct Recent {
    #[serde(default)]
    payloads: Vec<Value>,
}

/// Where something is injected, and what came by there lately to begin with.
fn injection(store: Store, chosen: RwSignal<Subject>, texts: RwSignal<Vec<String>>) -> AnyView {
    let ports = chosen.with_untracked(|subject| match subject {
        Subject::Injection { ports } => ports.clone(),
        _ => Vec::new(),
    });
    let recent = RwSignal::new(Vec::<Value>::new());
    let fill = move |value: &Value| texts.set(vec![pretty(value)]);
    let offered = StoredValue::new(ports.clone());
    let choose = move |port: PortRef| {
        let is_slot = store.port_named(crate::view::canvas::geometry::Side::Slot, &port.to_string()).is_some();
        let place = if is_slot { BreakpointPlace::Slot(port.clone()) } else { BreakpointPlace::Event(port.clone()) };
        chosen.set(Subject::Injection { ports: vec![port] });
        let Some(place) = tree_of(&Breakpoint::new(place)) else { return };
        let before = texts.get_untracked();
        store.request(
            Command::PayloadKeys(PayloadKeys { place, prefix: String::new() }),
            move |body: Result<Recent, String>| {
                let payloads = body.map(|body| body.payloads).unwrap_or_default();
                // What somebody has typed meanwhile is theirs.
                if let Some(first) = payloads.first().filter(|_| texts.try_get_untracked().as_ref() == Some(&before)) {
                    fill(first);
                }
                recent.try_set(payloads);
            },
        );
    };
    if let Some(port) = ports.first() {
        choose(port.clone());
    }
    let option =
        |(index, port): (usize, &PortRef)| view! { <option value=index.to_string()>{port.to_string()}</option> };
    view! {
        {(ports.len() > 1).then(|| view! {
            <label class="fx-field">
                <span class="fx-field__label">"Where"</span>
                <select
                    class="fx-select" id="inject-at"
                    on:change=move |event| {
                        let index = event_target_value(&event).parse::<usize>().unwrap_or_default();
                        if let Some(port) = offered.with_value(|ports| ports.get(index).cloned()) {
                            choose(port);
                        }
                    }
                >{ports.iter().enumerate().map(option).collect_view()}</select>
            </label>
        })}
        {dynamic(move || recent.with(|recent| (!recent.is_empty()).then(|| view! {
            <div class="fx-field" role="group" aria-label="Recent payloads">
                <span class="fx-field__label">"Recent here"</span>
                <div class="fx-by-hand__recent">
                    {recent.iter().cloned().map(|value| view! {
                        <button type="button" class="fx-button fx-button--line fx-button--small" data-recent="" on:click=move |_| fill(&value)>
                            <code>{format::value_text(&value, 36)}</code>
                        </button>
                    }).collect_view()}
                </div>
            </div>
        })))}
    }
    .into_any()
}
