//! The window in which a run is changed by hand: a payload, data, a routine's work, or something from outside.

use crate::ui::widgets::{dynamic, shared};
use leptos::prelude::*;

use super::inject::injection;
use super::store::{Dialog, Store};
use super::widgets::{icon, text_button};
use crate::flow::model::PortRef;
use crate::protocol::command::Command;
use crate::protocol::control::Intervene;
use crate::protocol::report::{RunState, State};
use crate::view::by_hand::{Field, Subject};

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
    if let (Subject::Injection { ports }, [opened]) = (&subject, fields.as_slice()) {
        return view! { <p class="fx-section__about">{subject.hint()}</p>{injection(store, ports.clone(), opened)} }
            .into_any();
    }
    let texts = RwSignal::new(fields.iter().map(|field| field.text.clone()).collect::<Vec<_>>());
    let refusal = RwSignal::new(None::<String>);
    let chosen = StoredValue::new(subject.clone());
    let opened = StoredValue::new(fields.clone());
    // What is wrong is told while somebody types; that nothing was changed yet only when it is pressed.
    let checked =
        Memo::new(move |_| chosen.with_value(|subject| texts.with(|texts| subject.change(texts, &opened.get_value()))));
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
            let text = format!("{}: done by hand", chosen.with_value(Subject::title));
            store.intervene(order, text, move |reason| {
                refusal.try_set(Some(reason));
            });
        }
        Err((_, fault)) => refusal.set(Some(fault)),
    };
    let hint = subject.hint();
    view! {
        <p class="fx-section__about">{hint}</p>
        {fields.into_iter().enumerate().map(|(index, field)| text_area(index, field, texts, move || fault_of(index), apply)).collect_view()}
        {what_it_does_to_the_run(store)}
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

/// What a change means for where the run is.
pub fn what_it_does_to_the_run(store: Store) -> AnyView {
    dynamic(move || {
        let text = match store.run.state.get() {
            RunState::Past => " The run is looked at in the past: this begins a new branch, the old one stays",
            RunState::Running => " The run goes on: this holds it",
            _ => return ().into_any(),
        };
        view! { <p class="fx-field__hint">{icon("info")}{text}</p> }.into_any()
    })
}
