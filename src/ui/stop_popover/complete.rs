//! A field of Python that completes payload keys and names: a combobox with a list.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use super::form::Form;
use crate::browser::keyboard;
use crate::view::breakpoint::Draft;
use crate::view::completion::{self, Suggestion, Word};

/// One such field.
#[derive(Clone, Copy)]
pub struct Completed {
    pub id: &'static str,
    pub placeholder: &'static str,
    /// Only what is between braces is Python.
    pub is_message: bool,
    pub read: fn(&Draft) -> &String,
    pub write: fn(&mut Draft, String),
    pub is_bad: Signal<bool>,
}

/// The open list.
#[derive(Clone)]
struct Open {
    word: Word,
    found: Vec<Suggestion>,
    /// The one that Enter and Tab take; none until an arrow key was pressed.
    chosen: Option<usize>,
}

/// The field with its list.
pub fn completed_input(form: Form, field: Completed) -> AnyView {
    let open = RwSignal::new(None::<Open>);
    let text = RwSignal::new(form.draft.with_untracked(|draft| (field.read)(draft).clone()));
    let list_id = format!("{}-list", field.id);
    let look = move |event: &leptos::ev::Event, is_asked: bool| {
        let found = keyboard::input_of(event).and_then(|input| {
            let caret = input.selection_start().ok().flatten()? as usize;
            let text = input.value();
            if field.is_message && !completion::is_in_braces(&text, caret) {
                return None;
            }
            let word = completion::word_at(&text, caret).filter(|word| is_asked || !word.text.is_empty())?;
            let found = form.seen.with_untracked(|seen| completion::suggestions(&word, &seen.keys, &seen.names));
            (!found.is_empty()).then_some(Open { word, found, chosen: is_asked.then_some(0) })
        });
        open.set(found);
    };
    let take = move |index: usize| {
        let Some(now) = open.get_untracked() else { return };
        let Some(suggestion) = now.found.get(index) else { return };
        let (new, caret) = completion::accept(&text.get_untracked(), &now.word, suggestion);
        open.set(None);
        text.set(new.clone());
        form.change(|draft| (field.write)(draft, new.clone()));
        keyboard::set_text(&format!("#{}", field.id), &new, caret);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let now = open.get_untracked();
        let move_by = |by: usize| {
            open.update(|open| {
                if let Some(open) = open {
                    let count = open.found.len();
                    open.chosen = Some(open.chosen.map_or(if by == 1 { 0 } else { count - 1 }, |at| (at + by) % count));
                }
            });
        };
        match (event.key().as_str(), &now) {
            ("ArrowDown", None) => look(&event, true),
            ("ArrowDown", Some(_)) => move_by(1),
            ("ArrowUp", Some(now)) => move_by(now.found.len() - 1),
            ("Enter" | "Tab", Some(Open { chosen: Some(index), .. })) => take(*index),
            ("Escape", Some(_)) => open.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let active = move || {
        let chosen = open.with(|open| open.as_ref().and_then(|open| open.chosen));
        chosen.map(|index| format!("{}-option-{index}", field.id))
    };
    view! {
        <div class="fx-complete">
            <input
                id=field.id class="fx-input fx-input--code" placeholder=field.placeholder autocomplete="off" autocapitalize="off" spellcheck="false"
                role="combobox" aria-autocomplete="list" aria-controls=list_id.clone() aria-describedby=format!("{}-help", field.id)
                aria-expanded=shared(move || open.with(Option::is_some).to_string())
                aria-activedescendant=shared(active)
                aria-invalid=shared(move || field.is_bad.get().then_some("true"))
                prop:value=text.get_untracked()
                on:input=move |event| {
                    let new = event_target_value(&event);
                    text.set(new.clone());
                    form.change(|draft| (field.write)(draft, new));
                    look(&event, false);
                }
                on:keydown=on_key
                on:blur=move |_| { open.try_set(None); }
            />
            {dynamic(move || open.get().map(|now| view! {
                <div class="fx-complete__list" role="listbox" aria-label="Keys and names" id=list_id.clone()>
                    {now.found.into_iter().enumerate().map(|(index, suggestion)| view! {
                        <div
                            id=format!("{}-option-{index}", field.id) class="fx-menu__item fx-complete__item" role="option"
                            aria-selected=(now.chosen == Some(index)).to_string()
                            on:pointerdown=|event| event.prevent_default()
                            on:click=move |_| take(index)
                        >
                            <code>{suggestion.label}</code>
                            <span class="fx-complete__about">{suggestion.about}</span>
                        </div>
                    }).collect_view()}
                </div>
            }))}
        </div>
    }
    .into_any()
}
