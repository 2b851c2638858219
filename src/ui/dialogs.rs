//! The windows: help, settings, import, export, share, and what happened to the engine.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::{clipboard, files, focus};

use super::action::TABLE;
use super::keymap;
use super::store::{Dialog, Store, use_store};
use super::transfer;
use super::widgets::{choice, icon_button, labelled_button, text_button};

const THEMES: &[(&str, &str)] = &[("auto", "As the system"), ("light", "Light"), ("dark", "Dark")];
const FORMATS: &[(&str, &str)] = &[("json", "JSON"), ("yaml", "YAML")];

/// The one open window. The browser keeps the focus inside and gives it back.
#[component]
pub fn Dialogs() -> impl IntoView {
    let store = use_store();
    let dialog = Memo::new(move |_| store.panels.dialog.get());
    let shown = move || dialog.get().map(|dialog| window(store, dialog));
    shown.into_any()
}

fn window(store: Store, dialog: Dialog) -> AnyView {
    let element: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(element) = element.get()
            && !element.open()
        {
            // Fails only if it is open already.
            drop(element.show_modal());
        }
    });
    let (title, is_wide, body) = match dialog {
        Dialog::Help => ("Help".to_owned(), true, help()),
        Dialog::Settings => ("Settings".to_owned(), false, settings(store)),
        Dialog::Import => ("Import".to_owned(), false, import(store)),
        Dialog::Export => ("Export".to_owned(), true, export(store)),
        Dialog::Share => ("Share".to_owned(), false, share(store)),
        Dialog::ByHand(subject) => (subject.title(), false, super::by_hand::by_hand(store, subject)),
        Dialog::EngineLost(reason) => ("The engine stopped".to_owned(), false, engine_lost(store, &reason)),
    };
    let close = move || {
        store.panels.dialog.set(None);
        store.panels.import_problem.set(String::new());
    };
    view! {
        <dialog
            node_ref=element class="fx-dialog" class=("fx-dialog--wide", is_wide) aria-label=title.clone()
            on:close=move |_: leptos::ev::Event| close()
            on:keydown=|event: leptos::ev::KeyboardEvent| event.stop_propagation()
        >
            <div class="fx-dialog__head">
                <h2 class="fx-dialog__title">{title.clone()}</h2>
                {icon_button("close", "Close", close)}
            </div>
            <div class="fx-dialog__body" tabindex="0">{body}</div>
        </dialog>
    }
    .into_any()
}

fn help() -> AnyView {
    let groups = ["Run", "Draw", "Edit", "View", "File"];
    view! {
        <section class="fx-keys">
            <h3 class="fx-section__title">"In short"</h3>
            <p>"A flow is made of routines. A routine takes data in at its slots and sends data out as events; connections carry events to slots. Press Run to post the flow's inputs and watch them travel."</p>
            <p>"Click the dot on a connection to stop there, if you like only when a condition such as "<code>"value > 100"</code>" is true. Then step forwards and backwards, and look at the payload and at what waits in the slots."</p>
            <p>"Without a mouse: Tab goes to the canvas, arrow keys move between routines, Enter on a slot or event opens a list of what it can be connected to. The outline shows the same flow as a list."</p>
        </section>
        <div class="fx-dialog__columns">
            {groups.map(|group| view! {
                <section class="fx-keys">
                    <h3 class="fx-section__title">{group}</h3>
                    {TABLE.iter().filter(|entry| entry.group == group && !entry.keys.is_empty()).map(|entry| view! {
                        <div class="fx-keys__row">
                            <span>{entry.label}</span>
                            <span>{entry.keys.iter().take(2).map(|key| view! { <kbd>{keymap::shown(key)}</kbd> }).collect_view()}</span>
                        </div>
                    }).collect_view()}
                </section>
            })}
            <section class="fx-keys">
                <h3 class="fx-section__title">"Mouse and touch"</h3>
                {[
                    ("Move the canvas", "Wheel, middle or right drag"), ("Zoom", "Ctrl + wheel, pinch"), ("Connect", "Drag or click two ports"),
                    ("Select several", "Drag a box, Shift + click"), ("New routine", "Double-click"), ("Commands", "Right click, long press"),
                    ("Move a routine by key", "Alt + arrows"),
                ].map(|(what, how)| view! { <div class="fx-keys__row"><span>{what}</span><span class="fx-row__soft">{how}</span></div> })}
            </section>
        </div>
    }
    .into_any()
}

fn settings(store: Store) -> AnyView {
    let flag = move |signal: RwSignal<bool>, label: &'static str, hint: &'static str, after: fn(&Store)| {
        view! {
            <label class="fx-check">
                <input type="checkbox" prop:checked=signal.get_untracked() on:change=move |event| {
                    signal.set(event_target_checked(&event));
                    after(&store);
                    store.keep_later();
                } />
                <span class="fx-menu__text">{label}<span class="fx-menu__about">{hint}</span></span>
            </label>
        }
    };
    view! {
        <div class="fx-field">
            <span class="fx-field__label">"Theme"</span>
            {choice("Theme", THEMES, move || store.settings.theme.get(), move |theme| store.set_theme(theme))}
        </div>
        {flag(store.settings.is_motion_reduced, "Reduce motion", "Connections show counts instead of moving tokens", Store::apply_theme)}
        {flag(store.settings.drag_pans, "Dragging the empty canvas moves it", "Otherwise it selects; hold Space to move the canvas", |_| ())}
        {flag(store.settings.has_single_keys, "Keys without Ctrl or Alt", "Such as . for a step and / for a new routine", |_| ())}
        <p class="fx-field__hint">"All of this, and the flow, stays in this browser"</p>
    }
    .into_any()
}

fn import(store: Store) -> AnyView {
    let text = RwSignal::new(String::new());
    view! {
        <p class="fx-section__about">"A flow as YAML or JSON, also one written for Routilux. A file can be dropped on the canvas too."</p>
        <div class="fx-inline">
            {labelled_button("import", "Choose a file…", "fx-button--line", move || {
                files::open(".yaml,.yml,.json,.txt", move |name, text| store.import_text(&text, &name));
            })}
        </div>
        <label class="fx-field">
            <span class="fx-field__label">"Or text"</span>
            <textarea
                class="fx-input fx-input--code" rows="10" spellcheck="false" placeholder="flow_id: my_flow"
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </label>
        {dynamic(move || {
            let problem = store.panels.import_problem.get();
            (!problem.is_empty()).then(|| view! { <pre class="fx-pre fx-tone-bad" role="alert">{problem}</pre> })
        })}
        <div class="fx-inline fx-end">
            <button
                type="button" class="fx-button fx-button--main" disabled=shared(move || text.with(|text| text.trim().is_empty()))
                on:click=move |_| store.import_text(&text.get_untracked(), "")
            >"Open"</button>
        </div>
    }
    .into_any()
}

fn export(store: Store) -> AnyView {
    let format = RwSignal::new("json");
    let text = RwSignal::new(transfer::to_json(&store.flow_now()));
    let choose = move |chosen: &'static str| {
        format.set(chosen);
        if chosen == "json" {
            return text.set(transfer::to_json(&store.flow_now()));
        }
        text.set("The engine writes the YAML…".into());
        store.export_yaml(move |yaml| {
            if format.try_get_untracked() == Some("yaml") {
                text.try_set(yaml.unwrap_or_else(|reason| reason));
            }
        });
    };
    let name = store.flow_now().flow_id.clone();
    view! {
        {choice("Format", FORMATS, move || format.get().to_owned(), choose)}
        <pre class="fx-pre" tabindex="0" aria-label="The flow as text">{dynamic(move || text.get())}</pre>
        <div class="fx-inline fx-end">
            {text_button("Copy", "fx-button--line", move || copy(store, text.get_untracked()))}
            {text_button("Download", "fx-button--main", move || {
                let (kind, ending) = if format.get_untracked() == "json" { ("application/json", "json") } else { ("application/yaml", "yaml") };
                if let Err(reason) = files::download(&format!("{name}.{ending}"), kind, &text.get_untracked()) {
                    store.complain(&reason);
                }
            })}
        </div>
    }
    .into_any()
}

fn copy(store: Store, text: String) {
    clipboard::write(&text, move |worked| {
        if worked {
            store.tell("Copied");
        } else {
            store.complain("The browser did not let the text be copied: select it and copy it by hand");
        }
    });
}

fn share(store: Store) -> AnyView {
    let link = store.link();
    let shown = link.clone();
    let length = link.len();
    set_timeout(|| focus::select_text("#share-link"), Duration::from_millis(40));
    view! {
        <p class="fx-section__about">"The link carries the whole flow. Whoever opens it sees it at once, without an account; it is not run until they press Run."</p>
        <div class="fx-inline">
            <input id="share-link" class="fx-input fx-input--code" readonly=true aria-label="Link" prop:value=shown />
            {text_button("Copy link", "fx-button--main", move || copy(store, link.clone()))}
        </div>
        {(length > 8_000).then(|| view! {
            <p class="fx-field__hint">"This flow is large: some programs cut such long links. A file from Export is safer."</p>
        })}
    }
    .into_any()
}

fn engine_lost(store: Store, reason: &str) -> AnyView {
    view! {
        <p>{format!("The engine in the background stopped: {reason}.")}</p>
        <p>"Your flow is safe and a new engine has been started with it. The run that was going on is gone."</p>
        <div class="fx-inline fx-end">
            {text_button("Go on", "fx-button--main", move || store.panels.dialog.set(None))}
        </div>
    }
    .into_any()
}
