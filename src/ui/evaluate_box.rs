//! A field for a Python expression that is evaluated where the run, or the walk through lines, is.

use leptos::prelude::*;

use crate::protocol::command::{Command, Evaluate, ValueRef};
use crate::protocol::report::Evaluation;
use crate::ui::widgets::dynamic;

use super::store::Store;
use super::value_tree::{Shown, value_tree};
use super::widgets::icon;

/// The field with its last answer.
pub fn evaluate_box(store: Store, label: &'static str) -> AnyView {
    // What was typed stays when the run or the walk goes on.
    let expression = store.inside.expression;
    let answer = RwSignal::new(None::<(String, Result<Evaluation, String>)>);
    let ask = move || {
        let expression = expression.get_untracked().trim().to_owned();
        if expression.is_empty() {
            return answer.set(None);
        }
        let command = Command::Evaluate(Evaluate { expression: expression.clone() });
        store.request(command, move |body: Result<Evaluation, String>| {
            if let Ok(body) = &body {
                store.say(body.error.as_deref().unwrap_or("Evaluated"));
            }
            answer.try_set(Some((expression, body)));
        });
    };
    // Here it may be another value.
    if !expression.get_untracked().is_empty() {
        ask();
    }
    view! {
        <form class="fx-evaluate" on:submit=move |event| {
            event.prevent_default();
            ask();
        }>
            <input
                class="fx-input fx-input--code" aria-label=label placeholder=label autocomplete="off" autocapitalize="off" spellcheck="false"
                prop:value=expression.get_untracked() on:input=move |event| expression.set(event_target_value(&event))
            />
            <button type="submit" class="fx-button fx-button--small fx-button--line">"Evaluate"</button>
        </form>
        <div class="fx-evaluate__answer" data-evaluated="">
            {dynamic(move || answer.get().map(|(expression, answer)| match answer {
                Ok(Evaluation { error: None, result, .. }) => {
                    let of = ValueRef { expression: Some(expression), ..ValueRef::default() };
                    value_tree(store, Shown::at(of, Some(&result), "").labelled("Result"))
                }
                Ok(Evaluation { error: Some(error), .. }) | Err(error) => {
                    view! { <p class="fx-field__error">{icon("warn")}<span>{error}</span></p> }.into_any()
                }
            }))}
        </div>
    }
    .into_any()
}
