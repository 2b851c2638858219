//! The bar at the top: the flow, its run, and the rest of the commands.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::focus;
use crate::debugger::pace::{ONE_BY_ONE, SPEEDS};
use crate::protocol::report::RunState;

use super::action::Action;
use super::later::part;
use super::store::{EngineStatus, Store, use_store};
use super::widgets::{Face, action_button, icon};

/// The bar at the top.
#[component]
pub fn Toolbar() -> impl IntoView {
    let store = use_store();
    view! {
        <header class="fx-topbar">
            <div class="fx-topbar__group">
                <span class="fx-brand">
                    <svg class="fx-brand__mark" viewBox="0 0 24 24" aria-hidden="true"><use href="#fx-mark" /></svg>
                    <span class="fx-brand__name">"Flow"</span>
                </span>
                {samples_menu(store)}
                <span class="fx-topbar__rule"></span>
                {action_button(Action::Undo, Face::Icon)}
                {action_button(Action::Redo, Face::Icon)}
                <span class="fx-topbar__wide">{action_button(Action::AddRoutine, Face::Icon)}{action_button(Action::Arrange, Face::Icon)}</span>
            </div>
            <div class="fx-topbar__group fx-topbar__group--run" role="toolbar" aria-label="Run">
                {action_button(Action::Run, Face::Main)}
                {action_button(Action::Pause, Face::Icon)}
                {action_button(Action::Continue, Face::Icon)}
                {action_button(Action::Stop, Face::Icon)}
                <span class="fx-topbar__rule"></span>
                {action_button(Action::ReverseContinue, Face::Icon)}
                {action_button(Action::StepBack, Face::Icon)}
                {action_button(Action::Step, Face::Icon)}
                {action_button(Action::StepOver, Face::Icon)}
                {action_button(Action::StepOut, Face::Icon)}
                {speed(store)}
                {run_badge(store)}
            </div>
            {more_menu(store)}
            <div class="fx-topbar__group fx-topbar__group--right">
                {action_button(Action::Share, Face::Icon)}
                {action_button(Action::Import, Face::Icon)}
                {action_button(Action::Export, Face::Icon)}
                {action_button(Action::Theme, Face::Icon)}
                {action_button(Action::Settings, Face::Icon)}
                {action_button(Action::Help, Face::Icon)}
            </div>
        </header>
    }
    .into_any()
}

fn more_menu(store: Store) -> AnyView {
    let is_open = Memo::new(move |_| store.panels.menu.get() == Some("more"));
    Effect::new(move |_| {
        if is_open.get() && store.later.is_here() {
            focus::focus("#more-menu [role=menuitem]");
        }
    });
    view! {
        <div class="fx-menu-anchor fx-topbar__narrow">
            <button
                type="button" class="fx-button fx-button--icon" aria-haspopup="menu" aria-label="More"
                aria-expanded=shared(move || is_open.get().to_string())
                on:click=move |_| store.panels.menu.set((!is_open.get_untracked()).then_some("more"))
            >{icon("menu")}</button>
            {dynamic(move || is_open.get().then(|| part(|parts| (parts.more_menu)(use_store()))))}
        </div>
    }
    .into_any()
}

fn samples_menu(store: Store) -> AnyView {
    let is_open = Memo::new(move |_| store.panels.menu.get() == Some("samples"));
    let name = move || store.document.flow.with(|flow| flow.name.clone().unwrap_or_else(|| flow.flow_id.clone()));
    Effect::new(move |_| {
        if is_open.get() && store.later.is_here() {
            focus::focus("#samples-menu [role=menuitem]");
        }
    });
    view! {
        <div class="fx-menu-anchor">
            <button
                type="button" class="fx-button fx-flow-name" aria-haspopup="menu" title="Samples and this flow's name"
                aria-expanded=shared(move || is_open.get().to_string())
                on:click=move |_| store.panels.menu.set((!is_open.get_untracked()).then_some("samples"))
            >
                <span class="fx-unseen">"Samples, now "</span>
                <span class="fx-flow-name__text">{name}</span>
                {icon("chevron")}
            </button>
            {dynamic(move || is_open.get().then(|| part(|parts| (parts.samples_menu)(use_store()))))}
        </div>
    }
    .into_any()
}

/// The speeds as people write them.
fn speed_name(speed: f64) -> String {
    match speed {
        ONE_BY_ONE => "One by one".into(),
        0.25 => "¼×".into(),
        0.5 => "½×".into(),
        speed if speed <= 0.0 => "Max".into(),
        speed => format!("{speed}×"),
    }
}

fn speed(store: Store) -> AnyView {
    let option = move |value: f64| {
        view! {
            <option value=value.to_string() selected=shared(move || store.settings.speed.get() == value)>{speed_name(value)}</option>
        }
    };
    let other = move || {
        let speed = store.settings.speed.get();
        (speed > 0.0 && !SPEEDS.contains(&speed)).then(|| option(speed))
    };
    view! {
        <select
            class="fx-select fx-select--bare" aria-label="Speed" title="Speed"
            prop:value=shared(move || store.settings.speed.get().to_string())
            on:change=move |event| if let Ok(speed) = event_target_value(&event).parse() { store.later(move |parts| (parts.set_speed)(&store, speed)) }
        >
            {SPEEDS.into_iter().map(option).collect_view()}
            {other}
            {option(0.0)}
        </select>
    }
    .into_any()
}

/// What the run does, in words, and what the engine is up to.
fn run_badge(store: Store) -> AnyView {
    let text = move || match (store.run.engine.get(), store.run.state.get()) {
        (EngineStatus::Starting, _) => "Engine is loading".to_owned(),
        (EngineStatus::Lost(_), _) => "No engine".to_owned(),
        (_, RunState::Running) => "Running".to_owned(),
        (_, RunState::Paused) => "Held".to_owned(),
        (_, RunState::Past) => {
            let (step, steps) = store.run.steps.get();
            format!("Past: {step} of {steps}")
        }
        (_, RunState::Done) => "Ended".to_owned(),
        _ => "Ready".to_owned(),
    };
    let tone = move || match (store.run.engine.get(), store.run.state.get()) {
        (EngineStatus::Ready, RunState::Running) => "active",
        (EngineStatus::Ready, RunState::Paused) => "hit",
        (EngineStatus::Ready, RunState::Past) => "past",
        (EngineStatus::Lost(_), _) => "bad",
        _ => "soft",
    };
    view! { <span class="fx-run-badge" data-tone=tone>{text}</span> }.into_any()
}
