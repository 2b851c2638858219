//! A connection's popover: break here, log here, or neither; with a condition that is checked while one types.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::{focus, media};
use crate::flow::edit::Edit;
use crate::flow::model::{Breakpoint, Connection};
use crate::protocol::command::{CheckExpression, Command};
use crate::protocol::report::ExpressionCheck;
use crate::view::format;

use super::editing::place_of;
use super::store::{EngineStatus, Store};
use super::widgets::{choice, icon, icon_button, text_button};

const CHECK_DELAY: Duration = Duration::from_millis(250);
const KINDS: &[(&str, &str)] = &[("break", "Break"), ("log", "Log"), ("off", "Off")];

/// What is in the popover's fields.
#[derive(Clone, Copy)]
struct Fields {
    kind: RwSignal<&'static str>,
    condition: RwSignal<String>,
    hits: RwSignal<String>,
    message: RwSignal<String>,
    is_enabled: RwSignal<bool>,
    check: RwSignal<Option<ExpressionCheck>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// The popover of a connection.
pub fn edge_popover(store: Store, index: usize) -> AnyView {
    let flow = store.flow_now();
    let Some(connection) = flow.connections.get(index).cloned() else { return ().into_any() };
    let existing = store.breakpoint_of(&connection).map(|(_, breakpoint)| breakpoint);
    let fields = fields(existing.as_ref());
    let place = store.canvas.scene.with_value(|scene| scene.edges.get(index).map(|edge| edge.path.midpoint()));
    let at = store.viewport_now().screen_from_canvas(place.unwrap_or_default());
    // Its controls are higher where fingers press them.
    let height = if media::matches("(pointer: coarse)") { 376.0 } else { 304.0 };
    let (left, top) = store.place_beside(at, 316.0, height);
    // Opening it is the intention to stop here: one Enter, or one click, and it does.
    Effect::new(move |_| {
        set_timeout(
            || {
                focus::focus("#condition");
            },
            Duration::from_millis(20),
        );
    });
    check_soon(store, fields);
    let title = format!("{} → {}", connection.from, connection.to);
    let apply = {
        let connection = connection.clone();
        move || {
            apply(store, &connection, fields);
            store.close_float();
        }
    };
    let apply_by_key = apply.clone();
    let last = last_value(&store, index);
    view! {
        <div
            class="fx-popover" role="dialog" aria-label=format!("Breakpoint on {title}") style:left=left style:top=top data-popover="connection"
            on:keydown=move |event| match event.key().as_str() {
                "Enter" if !crate::browser::keyboard::is_inside(&event, "button") => {
                    event.prevent_default();
                    event.stop_propagation();
                    apply_by_key();
                }
                "Escape" => {
                    event.prevent_default();
                    event.stop_propagation();
                    store.close_float();
                }
                _ => {}
            }
        >
            <div class="fx-popover__head">
                <span class="fx-popover__title" title=title.clone()>{title.clone()}</span>
                {icon_button("close", "Close", move || store.close_float())}
            </div>
            {choice("What happens here", KINDS, move || fields.kind.get().to_owned(), move |kind| fields.kind.set(kind))}
            {last.map(|(count, value)| view! {
                <p class="fx-row__soft">{format!("{count} delivered in this run{value}")}</p>
            })}
            {dynamic(move || (fields.kind.get() != "off").then(|| condition_fields(store, fields)))}
            <div class="fx-popover__foot">
                {text_button("Delete connection", "fx-button--danger fx-button--small", move || {
                    store.panels.float.set(None);
                    if store.edit(Edit::Disconnect(vec![index])) {
                        store.say("Connection deleted");
                    }
                })}
                {text_button("Apply", "fx-button--main fx-button--small", apply)}
            </div>
        </div>
    }
    .into_any()
}

fn condition_fields(store: Store, fields: Fields) -> AnyView {
    let is_log = fields.kind.get_untracked() == "log";
    let is_bad = move || fields.check.with(|check| check.as_ref().is_some_and(|check| !check.valid));
    view! {
        <div class="fx-field">
            <label class="fx-field__label" for="condition">"Condition"</label>
            <input
                id="condition" class="fx-input fx-input--code" placeholder="value > 100" autocomplete="off" autocapitalize="off" spellcheck="false"
                prop:value=fields.condition.get_untracked() aria-describedby="condition-help" aria-invalid=shared(move || is_bad().then_some("true"))
                on:input=move |event| {
                    fields.condition.set(event_target_value(&event));
                    check_soon(store, fields);
                }
            />
            <div id="condition-help" aria-live="polite">{dynamic(move || check_text(fields))}</div>
        </div>
        {is_log.then(|| view! {
            <div class="fx-field">
                <label class="fx-field__label" for="log-message">"Message"</label>
                <input
                    id="log-message" class="fx-input fx-input--code" placeholder="value is {value}" autocomplete="off" spellcheck="false"
                    prop:value=fields.message.get_untracked()
                    on:input=move |event| fields.message.set(event_target_value(&event))
                />
            </div>
        })}
        <div class="fx-inline">
            <div class="fx-field">
                <label class="fx-field__label" for="hit-condition">"Hits that count"</label>
                <input
                    id="hit-condition" class="fx-input fx-input--code" placeholder=">= 5" autocomplete="off" spellcheck="false"
                    prop:value=fields.hits.get_untracked()
                    on:input=move |event| fields.hits.set(event_target_value(&event))
                />
            </div>
            <label class="fx-check">
                <input
                    type="checkbox" prop:checked=fields.is_enabled.get_untracked()
                    on:change=move |event| fields.is_enabled.set(event_target_checked(&event))
                />
                "Enabled"
            </label>
        </div>
    }
    .into_any()
}

fn check_text(fields: Fields) -> AnyView {
    match fields.check.get() {
        Some(check) if !check.valid => {
            let place = match (check.line, check.column) {
                (Some(line), Some(column)) if line > 1 => format!(" (line {line}, column {column})"),
                (_, Some(column)) => format!(" (column {column})"),
                _ => String::new(),
            };
            let message = format!("{}{place}", check.message.unwrap_or_else(|| "it does not compile".into()));
            view! { <p class="fx-field__error" role="alert" data-check="invalid">{icon("warn")}<span>{message}</span></p> }.into_any()
        }
        Some(_) => view! { <p class="fx-field__hint fx-tone-good" data-check="valid">"The condition is good"</p> }.into_any(),
        None => view! {
            <p class="fx-field__hint">"Python over the payload's keys, "<code>"data"</code>", "<code>"slot_data"</code>"; empty means always"</p>
        }.into_any(),
    }
}

fn fields(existing: Option<&Breakpoint>) -> Fields {
    let text =
        |read: &dyn Fn(&Breakpoint) -> Option<String>| RwSignal::new(existing.and_then(read).unwrap_or_default());
    let is_log = existing.is_some_and(|breakpoint| breakpoint.log_message.is_some());
    Fields {
        kind: RwSignal::new(if is_log { "log" } else { "break" }),
        condition: text(&|breakpoint| breakpoint.condition.clone()),
        hits: text(&|breakpoint| breakpoint.hit_condition.clone()),
        message: text(&|breakpoint| breakpoint.log_message.clone()),
        is_enabled: RwSignal::new(existing.is_none_or(|breakpoint| breakpoint.enabled)),
        check: RwSignal::new(None),
        timer: StoredValue::new(None),
    }
}

/// Asks the engine whether the condition compiles, when typing pauses.
fn check_soon(store: Store, fields: Fields) {
    if let Some(timer) = fields.timer.try_update_value(Option::take).flatten() {
        timer.clear();
    }
    if fields.condition.with_untracked(|condition| condition.trim().is_empty()) {
        fields.check.set(None);
        return;
    }
    if store.run.engine.get_untracked() != EngineStatus::Ready {
        return;
    }
    let timer = set_timeout_with_handle(
        move || {
            let Some(expression) = fields.condition.try_get_untracked() else { return };
            let command =
                Command::CheckExpression(CheckExpression { expression: expression.clone(), kind: "expression".into() });
            store.request(command, move |body: Result<ExpressionCheck, String>| {
                // The answer may come after the popover has gone or the text has changed.
                if let Ok(check) = body
                    && fields.condition.try_get_untracked().as_ref() == Some(&expression)
                {
                    fields.check.try_set(Some(check));
                }
            });
        },
        CHECK_DELAY,
    );
    fields.timer.set_value(timer.ok());
}

fn apply(store: Store, connection: &Connection, fields: Fields) {
    let filled = |text: RwSignal<String>| Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
    let kind = fields.kind.get_untracked();
    if kind == "off" {
        store.set_breakpoint(connection, None);
        return;
    }
    let old = store.breakpoint_of(connection).map(|(_, breakpoint)| breakpoint);
    let breakpoint = Breakpoint {
        condition: filled(fields.condition),
        hit_condition: filled(fields.hits),
        log_message: (kind == "log").then(|| filled(fields.message).unwrap_or_else(|| "{data}".into())),
        enabled: fields.is_enabled.get_untracked(),
        ..old.unwrap_or_else(|| Breakpoint::new(place_of(connection)))
    };
    let text = match &breakpoint.condition {
        Some(condition) => format!("Breakpoint on {} when {condition}", connection.key()),
        None => format!("Breakpoint on {}", connection.key()),
    };
    if store.set_breakpoint(connection, Some(breakpoint)) {
        store.tell_engine_now();
        store.say(&text);
    }
}

/// How many items the connection has delivered in this run, and the last one.
fn last_value(store: &Store, index: usize) -> Option<(u64, String)> {
    let key = store.flow_now().connections.get(index)?.key();
    store.run.mirror.with_value(|mirror| {
        let count = mirror.view.delivered(&key);
        let held = mirror.view.held.as_ref().filter(|held| held.connection.as_deref() == Some(key.as_str()));
        let value =
            held.and_then(|held| held.data.as_ref()).map(|data| format!("; next: {}", format::value_text(data, 40)));
        (count > 0 || value.is_some()).then(|| (count, value.unwrap_or_default()))
    })
}
