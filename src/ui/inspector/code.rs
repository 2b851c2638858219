//! The editor of a routine's logic: plain text with line numbers, indentation, and a check by the engine.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::text_area;
use crate::protocol::command::{CheckExpression, Command};
use crate::protocol::report::ExpressionCheck;
use crate::ui::store::{EngineStatus, Store};
use crate::ui::widgets::icon;

const CHECK_DELAY: Duration = Duration::from_millis(450);

/// The section with a routine's Python source.
pub fn logic_section(store: Store, id: String) -> AnyView {
    let kept_id = StoredValue::new(id.clone());
    let source = Memo::new(move |_| {
        let id = kept_id.get_value();
        store.document.flow.with(|flow| flow.routine(&id).and_then(|routine| routine.logic.clone()).unwrap_or_default())
    });
    let area: NodeRef<html::Textarea> = NodeRef::new();
    let check = RwSignal::new(None::<ExpressionCheck>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let leaves = StoredValue::new(false);
    let check_later = move |text: String| {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let ask = move || ask(store, text.clone(), check);
        timer.set_value(set_timeout_with_handle(ask, CHECK_DELAY).ok());
    };
    // Undo and other edits from outside have to reach the field; its own do not come back to it.
    Effect::new(move |_| {
        let text = source.get();
        if let Some(area) = area.get()
            && area.value() != text
        {
            area.set_value(&text);
        }
        check_later(text);
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    });
    let line_count = move || source.with(|text| text.split('\n').count().max(12));
    let bad_line = move || check.with(|check| check.as_ref().filter(|check| !check.valid).and_then(|check| check.line));
    view! {
        <section class="fx-section" data-panel="code">
            <div class="fx-section__head">
                <h3 class="fx-section__title"><label for="logic">"Logic"</label></h3>
                <span class="fx-field__hint" id="logic-help">"Tab indents, Esc then Tab leaves"</span>
                <button
                    type="button" class="fx-button fx-button--icon fx-button--small fx-widen" title="Wider or narrower"
                    aria-label="Wide panel" aria-pressed=shared(move || store.panels.is_right_wide.get().to_string())
                    on:click=move |_| store.panels.is_right_wide.update(|is_wide| *is_wide = !*is_wide)
                >{icon("widen")}</button>
            </div>
            <div class="fx-code">
                <div class="fx-code__lines" aria-hidden="true">
                    {dynamic(move || (1..=line_count()).map(|line| {
                        let is_bad = bad_line().is_some_and(|bad| bad as usize == line);
                        view! { <div data-bad=is_bad.then_some("")>{line}</div> }
                    }).collect_view())}
                </div>
                <textarea
                    node_ref=area id="logic" class="fx-code__text" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                    aria-describedby="logic-help logic-check" aria-label=format!("Logic of {id}")
                    rows=shared(move || line_count().to_string()) prop:value=source.get_untracked()
                    on:input=move |event| store.set_logic(&kept_id.get_value(), event_target_value(&event))
                    on:blur=move |_| {
                        leaves.set_value(false);
                        store.close_step();
                    }
                    on:keydown=move |event| {
                        let key = event.key();
                        let is_left = leaves.get_value();
                        leaves.set_value(key == "Escape");
                        if key == "Escape" {
                            event.stop_propagation();
                            return;
                        }
                        if event.ctrl_key() || event.meta_key() || event.alt_key() || (key == "Tab" && is_left) {
                            return;
                        }
                        let changed = match key.as_str() {
                            "Tab" => text_area::indent(&event, event.shift_key()),
                            "Enter" => text_area::new_line(&event),
                            _ => None,
                        };
                        if let Some(text) = changed {
                            event.prevent_default();
                            store.set_logic(&kept_id.get_value(), text);
                        }
                    }
                ></textarea>
            </div>
            <div id="logic-check" aria-live="polite">
                {dynamic(move || check.get().filter(|check| !check.valid).map(|check| {
                    let line = check.line.map(|line| format!("Line {line}: ")).unwrap_or_default();
                    view! {
                        <p class="fx-field__error" data-check="invalid">{icon("warn")}<span>{line}{check.message}</span></p>
                    }
                }))}
            </div>
        </section>
    }
    .into_any()
}

fn ask(store: Store, text: String, check: RwSignal<Option<ExpressionCheck>>) {
    if text.trim().is_empty() || store.run.engine.get_untracked() != EngineStatus::Ready {
        check.try_set(None);
        return;
    }
    let command = Command::CheckExpression(CheckExpression { expression: text, kind: "logic".into() });
    store.request(command, move |body: Result<ExpressionCheck, String>| {
        check.try_set(body.ok());
    });
}
