//! The bar at the top: the flow, its run, and the rest of the commands.

use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::focus;
use crate::debugger::pace::SPEEDS;
use crate::flow::edit::Edit;
use crate::protocol::report::RunState;

use super::action::Action;
use super::canvas::{menu_item, menu_key};
use super::samples::{self, SAMPLES};
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

/// On narrow screens, what has no room in the bar.
const MORE: &[Action] = &[
    Action::AddRoutine,
    Action::Arrange,
    Action::Share,
    Action::Import,
    Action::Export,
    Action::Theme,
    Action::Settings,
    Action::Help,
];

fn more_menu(store: Store) -> AnyView {
    let is_open = Memo::new(move |_| store.panels.menu.get() == Some("more"));
    Effect::new(move |_| {
        if is_open.get() {
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
            {dynamic(move || is_open.get().then(|| view! {
                <div class="fx-menu fx-menu--down fx-menu--right" id="more-menu" role="menu" aria-label="More" on:keydown=move |event| menu_key(store, &event)>
                    {MORE.iter().map(|&action| menu_item(action, || ())).collect_view()}
                </div>
            }))}
        </div>
    }
    .into_any()
}

fn samples_menu(store: Store) -> AnyView {
    let is_open = Memo::new(move |_| store.panels.menu.get() == Some("samples"));
    let name = move || store.document.flow.with(|flow| flow.name.clone().unwrap_or_else(|| flow.flow_id.clone()));
    Effect::new(move |_| {
        if is_open.get() {
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
            {dynamic(move || is_open.get().then(|| view! {
                <div class="fx-menu fx-menu--down" id="samples-menu" role="menu" aria-label="Samples" on:keydown=move |event| menu_key(store, &event)>
                    <p class="fx-menu__title" role="presentation">"Samples"</p>
                    {SAMPLES.iter().map(|sample| view! {
                        <button
                            type="button" class="fx-menu__item" role="menuitem" tabindex="-1" data-sample=sample.id
                            on:click=move |_| {
                                store.panels.menu.set(None);
                                if let Some(flow) = samples::find(sample.id) {
                                    store.open(flow);
                                    store.say(&format!("Opened {}", sample.name));
                                }
                            }
                        >
                            {icon("book")}
                            <span class="fx-menu__text"><span>{sample.name}</span><span class="fx-menu__about">{sample.about}</span></span>
                        </button>
                    }).collect_view()}
                    <hr class="fx-menu__rule" />
                    <button type="button" class="fx-menu__item" role="menuitem" tabindex="-1" on:click=move |_| store.perform(Action::NewFlow)>
                        {icon("plus")}<span class="fx-menu__text">"New flow"</span>
                    </button>
                    <button
                        type="button" class="fx-menu__item" role="menuitem" tabindex="-1"
                        on:click=move |_| {
                            store.panels.menu.set(None);
                            store.select(super::store::Selection::default());
                            store.show_side(super::store::SideTab::Inspector);
                        }
                    >
                        {icon("text")}<span class="fx-menu__text">"Name and settings of this flow"</span>
                    </button>
                </div>
            }))}
        </div>
    }
    .into_any()
}

/// The speeds as people write them.
fn speed_name(speed: f64) -> String {
    match speed {
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
            on:change=move |event| if let Ok(speed) = event_target_value(&event).parse() { store.set_speed(speed) }
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

impl Store {
    /// Gives the flow another name.
    pub fn rename_flow(&self, name: String) {
        self.edit(Edit::SetName(name));
    }
}
