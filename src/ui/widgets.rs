//! Icons, buttons and other small parts that several panels use.

use std::rc::Rc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::browser::{focus, media};

use super::action::{Action, Situation};
use super::keymap;
use super::store::{Store, use_store};

/// What a finger hits.
const FINGER_PX: f64 = 44.0;

/// An icon of the page's sprite. It says nothing: what it stands on does.
pub fn icon(name: &'static str) -> AnyView {
    view! { <svg class="fx-icon" aria-hidden="true"><use href=format!("#fx-{name}") /></svg> }.into_any()
}

/// What a button shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Its icon.
    Icon,
    /// Its icon and its name, as the most important button.
    Main,
}

/// A button for an action, with its tooltip, its key and the reason why it cannot be pressed.
pub fn action_button(action: Action, face: Face) -> AnyView {
    let store = use_store();
    let entry = action.entry();
    let refusal = Memo::new(move |_| action.refusal(&store.situation()));
    let tooltip = move || {
        let key = entry.keys.first().map(|key| format!(" ({})", keymap::shown(key))).unwrap_or_default();
        match refusal.get() {
            Some(reason) => format!("{}{key}: {}", entry.label, lower_first(reason)),
            None => format!("{}{key}", entry.label),
        }
    };
    let class = match face {
        Face::Icon => "fx-button fx-button--icon",
        Face::Main => "fx-button fx-button--main",
    };
    view! {
        <button
            type="button" class=class aria-label=entry.label title=tooltip
            aria-disabled=shared(move || refusal.get().map(|_| "true"))
            on:click=move |_| store.perform(action)
        >
            {icon(entry.icon)}
            {(face != Face::Icon).then(|| view! { <span class="fx-button__text">{entry.label}</span> })}
        </button>
    }
    .into_any()
}

/// A small button with an icon and a name.
pub fn icon_button(name: &'static str, label: impl Into<String>, press: impl Fn() + 'static) -> AnyView {
    boxed_icon_button(name, label.into(), Box::new(press))
}

// One view for all such buttons, not one for each function that is pressed.
fn boxed_icon_button(name: &'static str, label: String, press: Box<dyn Fn()>) -> AnyView {
    let class = "fx-button fx-button--icon fx-button--small";
    view! {
        <button type="button" class=class aria-label=label.clone() title=label on:click=move |_| press()>{icon(name)}</button>
    }
    .into_any()
}

/// A button with words.
pub fn text_button(label: &'static str, class: &'static str, press: impl Fn() + 'static) -> AnyView {
    boxed_button(None, label, class, Box::new(press))
}

/// A button with an icon and words.
pub fn labelled_button(
    name: &'static str,
    label: &'static str,
    class: &'static str,
    press: impl Fn() + 'static,
) -> AnyView {
    boxed_button(Some(name), label, class, Box::new(press))
}

fn boxed_button(name: Option<&'static str>, label: &'static str, class: &'static str, press: Box<dyn Fn()>) -> AnyView {
    view! {
        <button type="button" class=format!("fx-button {class}") on:click=move |_| press()>{name.map(icon)}{label}</button>
    }
    .into_any()
}

/// A choice of one of a few, as a row of radio buttons that arrow keys move through.
pub fn choice(
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
    chosen: impl Fn() -> String + Send + Sync + 'static,
    choose: impl Fn(&'static str) + 'static,
) -> AnyView {
    boxed_choice(label, options, Signal::derive(chosen), Rc::new(choose))
}

fn boxed_choice(
    label: &'static str,
    options: &'static [(&'static str, &'static str)],
    chosen: Signal<String>,
    choose: Rc<dyn Fn(&'static str)>,
) -> AnyView {
    let choose_by_key = Rc::clone(&choose);
    let pick_by_key = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => options.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let now = chosen.get_untracked();
        let here = options.iter().position(|(value, _)| *value == now).unwrap_or(0);
        let value = options[(here + by) % options.len()].0;
        choose_by_key(value);
        focus::focus(&format!("[aria-label=\"{label}\"] [data-value=\"{value}\"]"));
    };
    view! {
        <div class="fx-choice" role="radiogroup" aria-label=label on:keydown=pick_by_key>
            {options
                .iter()
                .map(|(value, text)| {
                    let is_chosen = move || chosen.with(|chosen| chosen == value);
                    let choose = Rc::clone(&choose);
                    view! {
                        <button
                            type="button" class="fx-choice__item" role="radio" data-value=*value
                            aria-checked=shared(move || if is_chosen() { "true" } else { "false" })
                            tabindex=shared(move || if is_chosen() { "0" } else { "-1" })
                            on:click=move |_| choose(value)
                        >{*text}</button>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

/// A count beside a tab, if it is not 0.
pub fn count_badge(count: impl Fn() -> usize + Send + Sync + 'static, class: &'static str) -> AnyView {
    let shown = move || {
        let count = count();
        (count > 0).then(|| view! { <span class=format!("fx-count {class}")>{count}</span> })
    };
    shown.into_any()
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

impl Store {
    /// What decides whether actions can be done; reads signals.
    pub fn situation(&self) -> Situation {
        Situation {
            run: self.run.state.get(),
            step: self.run.steps.get().0,
            can_undo: self.document.undo_label.with(Option::is_some),
            can_redo: self.document.redo_label.with(Option::is_some),
            is_empty: self.document.flow.with(|flow| flow.routines.is_empty()),
            has_selection: self.document.selection.with(|selection| !selection.is_empty()),
            is_read_only: self.settings.is_read_only.get(),
        }
    }
}

/// The height of a row of a long list: where fingers point, high enough for one. The styles make it as high.
pub fn row_px(px: f64) -> f64 {
    if media::matches("(pointer: coarse)") { px.max(FINGER_PX) } else { px }
}

/// The role of a list of options: an empty one is only a region, because a list box has to have options.
pub fn list_role(is_empty: impl Fn() -> bool + Send + Sync + 'static) -> Signal<&'static str> {
    shared(move || if is_empty() { "region" } else { "listbox" })
}

/// Lets the arrow keys up and down walk through the elements that a selector finds.
pub fn walk_by_arrows(event: &KeyboardEvent, selector: &str) {
    let by = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    focus::step(selector, by);
}

/// A value of an attribute that follows signals. All of one type share their code, which closures do not.
pub fn shared<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(value)
}

/// A part of the page that follows signals. All of them share their code, which closures do not.
pub fn dynamic<V: IntoAny>(mut part: impl FnMut() -> V + Send + 'static) -> AnyView {
    boxed_part(Box::new(move || part().into_any()))
}

fn boxed_part(mut part: Box<dyn FnMut() -> AnyView + Send>) -> AnyView {
    (move || part()).into_any()
}
