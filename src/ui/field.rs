//! Fields of forms: they commit when they are left or on Enter, and Escape gives the old value back.
//!
//! What a field does comes as a boxed function: a view of its own for every field would be most of the page's size.

use std::rc::Rc;

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

/// How a text field looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Ordinary text.
    Text,
    /// Python, JSON, ids.
    Code,
}

/// Takes a field's text and tells what is wrong with it, if anything.
type Commit = Rc<dyn Fn(String) -> Result<(), String>>;

/// A labelled text field. `commit` gets the text when it changed and tells what is wrong with it, if anything.
pub fn text_field(
    label: impl Into<String>,
    value: impl Into<String>,
    hint: &'static str,
    look: Look,
    commit: impl Fn(String) -> Result<(), String> + 'static,
) -> AnyView {
    labelled(label.into(), value.into(), hint, look, Rc::new(commit))
}

fn labelled(label: String, value: String, hint: &'static str, look: Look, commit: Commit) -> AnyView {
    let problem = RwSignal::new(None::<String>);
    view! {
        <label class="fx-field fx-field--row">
            <span class="fx-field__label">{label}</span>
            {bare(String::new(), value, look, problem, commit)}
            {dynamic(move || match problem.get() {
                Some(problem) => view! { <span class="fx-field__error" role="alert">{problem}</span> }.into_any(),
                None if hint.is_empty() => ().into_any(),
                None => view! { <span class="fx-field__hint">{hint}</span> }.into_any(),
            })}
        </label>
    }
    .into_any()
}

/// A text field without a visible label; `label` names it if it is not empty.
pub fn bare_field(
    label: String,
    value: String,
    look: Look,
    problem: RwSignal<Option<String>>,
    commit: impl Fn(String) -> Result<(), String> + 'static,
) -> AnyView {
    bare(label, value, look, problem, Rc::new(commit))
}

fn bare(label: String, value: String, look: Look, problem: RwSignal<Option<String>>, commit: Commit) -> AnyView {
    let kept = StoredValue::new(value.clone());
    let take: Rc<dyn Fn(String)> = Rc::new(move |text: String| {
        if kept.try_get_value().is_none_or(|kept| kept == text) {
            problem.try_set(None);
            return;
        }
        // A commit may rebuild the form this field is in, and dispose all of its signals.
        let result = commit(text.clone());
        if result.is_ok() {
            kept.try_set_value(text);
        }
        problem.try_set(result.err());
    });
    let take_by_key = Rc::clone(&take);
    view! {
        <input
            class=if look == Look::Code { "fx-input fx-input--code" } else { "fx-input" }
            aria-label=(!label.is_empty()).then_some(label)
            prop:value=value autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-invalid=shared(move || problem.get().map(|_| "true"))
            on:change=move |event| take(event_target_value(&event))
            on:keydown=move |event| match event.key().as_str() {
                "Enter" => take_by_key(event_target_value(&event)),
                "Escape" => {
                    event.stop_propagation();
                    problem.set(None);
                    if let Some(input) = crate::browser::keyboard::input_of(&event) {
                        input.set_value(&kept.get_value());
                        drop(input.blur());
                    }
                }
                _ => {}
            }
        />
    }
    .into_any()
}

/// A labelled field for a number that is at least `least`.
pub fn number_field(
    label: impl Into<String>,
    value: f64,
    least: f64,
    hint: &'static str,
    commit: impl Fn(f64) -> bool + 'static,
) -> AnyView {
    let commit: Rc<dyn Fn(f64) -> bool> = Rc::new(commit);
    let check: Commit = Rc::new(move |text: String| {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        match number {
            Some(number) if number >= least => {
                commit(number);
                Ok(())
            }
            Some(_) => Err(format!("At least {}", number_text(least))),
            None => Err("A number is needed".into()),
        }
    });
    labelled(label.into(), number_text(value), hint, Look::Code, check)
}

/// A number as people write it.
pub fn number_text(number: f64) -> String {
    format!("{number}")
}

/// A labelled choice of one of several.
pub fn select_field(
    label: impl Into<String>,
    options: Vec<(String, String)>,
    chosen: String,
    commit: impl Fn(String) + 'static,
) -> AnyView {
    select(label.into(), options, &chosen, Box::new(commit))
}

fn select(label: String, options: Vec<(String, String)>, chosen: &str, commit: Box<dyn Fn(String)>) -> AnyView {
    view! {
        <label class="fx-field fx-field--row">
            <span class="fx-field__label">{label}</span>
            <select class="fx-select" on:change=move |event| commit(event_target_value(&event))>
                {options.into_iter().map(|(value, text)| {
                    let is_chosen = value == chosen;
                    view! { <option value=value selected=is_chosen>{text}</option> }
                }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}
