//! A walk through a routine's Python: the source with the line, the variables, what it did so far, what it raises.

use leptos::prelude::*;

use crate::browser::focus;
use crate::protocol::command::{LineStep, LineStepKind, ValueRef};
use crate::protocol::inspect::Part;
use crate::protocol::report::RunState;
use crate::ui::widgets::{dynamic, shared};
use crate::view::lines::{SourceLine, Walk};
use crate::view::tree::is_structure;

use super::evaluate_box::evaluate_box;
use super::store::{Store, use_store};
use super::value_tree::{Shown, value_tree};
use super::widgets::{icon, icon_button, labelled_button};

/// A control of the walk: its icon, its name, its key, how far it goes, and whether back.
type Control = (&'static str, &'static str, &'static str, LineStepKind, bool);

const CONTROLS: [Control; 5] = [
    ("step-back", "Line back", "Shift+F10", LineStepKind::Over, true),
    ("reverse", "Back into functions", "Alt+F11", LineStepKind::Into, true),
    ("step-over", "Next line", "F10", LineStepKind::Over, false),
    ("step", "Next line, into functions", "F11", LineStepKind::Into, false),
    ("step-out", "Out of the function", "Shift+F11", LineStepKind::Out, false),
];

/// The panel of lines.
#[component]
pub fn LinesPanel() -> impl IntoView {
    let store = use_store();
    let is_open = Memo::new(move |_| store.inside.walk.with(Option::is_some));
    view! {
        <div class="fx-lines fx-fill" data-panel="lines">
            {dynamic(move || if is_open.get() { walk(store) } else { no_walk(store) })}
        </div>
    }
    .into_any()
}

fn no_walk(store: Store) -> AnyView {
    let is_held = move || matches!(store.run.state.get(), RunState::Paused | RunState::Past);
    view! {
        <div class="fx-panel__empty">
            <p>"Walk through a routine's Python line by line, forwards and back, with its variables. The run itself stays where it is."</p>
            <p>"Hold the run at a delivery to a Python routine, or select a routine that ran, then press “Step through its lines”."</p>
            {dynamic(move || is_held().then(|| labelled_button("list", "Lines of the next step", "fx-button--line", move || store.open_lines(None, "start"))))}
        </div>
    }
    .into_any()
}

fn current(store: Store) -> Walk {
    store.inside.walk.get().unwrap_or_default()
}

fn walk(store: Store) -> AnyView {
    let activation =
        Memo::new(move |_| store.inside.walk.with(|walk| walk.as_ref().map(Walk::activation).unwrap_or_default()));
    let place = Memo::new(move |_| store.inside.walk.with(|walk| walk.as_ref().map(Walk::place).unwrap_or_default()));
    let lines = Memo::new(move |_| store.inside.walk.with(|walk| walk.as_ref().map(Walk::lines).unwrap_or_default()));
    let stop = Memo::new(move |_| {
        store.inside.walk.with(|walk| walk.as_ref().map_or((0, 0), |walk| (walk.now.stop, walk.now.stops)))
    });
    let progress =
        Memo::new(move |_| store.inside.walk.with(|walk| walk.as_ref().map(Walk::progress).unwrap_or_default()));
    let has_raised = move || store.inside.walk.with(|walk| walk.as_ref().is_some_and(Walk::has_raised));
    // The line is always in sight.
    Effect::new(move |_| {
        lines.track();
        request_animation_frame(|| focus::reveal_inside("[data-panel=lines] [data-current=true]"));
    });
    view! {
        <div class="fx-lines__walk" on:keydown=move |event| {
            let key = event.key();
            let found = match (key.as_str(), event.shift_key(), event.alt_key()) {
                ("F10", is_back, false) => Some((LineStepKind::Over, is_back)),
                ("F11", false, is_back) => Some((LineStepKind::Into, is_back)),
                ("F11", true, false) => Some((LineStepKind::Out, false)),
                _ => None,
            };
            if let Some((kind, back)) = found {
                event.prevent_default();
                event.stop_propagation();
                store.step_line_by(kind, back);
            }
        }>
            <div class="fx-lines__head">
                <span class="fx-lines__title">
                    <strong>{dynamic(move || activation.get())}</strong>
                    <span class="fx-row__soft" data-line-place="" class=("fx-tone-bad", has_raised)>{dynamic(move || place.get())}</span>
                </span>
                <button
                    type="button" class="fx-button fx-button--icon fx-button--small fx-widen" title="Wider or narrower"
                    aria-label="Wide panel" aria-pressed=shared(move || store.panels.is_right_wide.get().to_string())
                    on:click=move |_| store.panels.is_right_wide.update(|is_wide| *is_wide = !*is_wide)
                >{icon("widen")}</button>
                {icon_button("close", "Close the lines", move || store.close_lines())}
            </div>
            <div class="fx-lines__bar" role="toolbar" aria-label="Lines">
                {CONTROLS.into_iter().map(|control| line_button(store, control)).collect_view()}
                <input
                    type="range" class="fx-lines__slider" aria-label="Stop" min="0" max=shared(move || stop.get().1.to_string())
                    prop:value=move || stop.get().0.to_string() aria-valuetext=shared(move || place.get())
                    on:input=move |event| if let Ok(to) = event_target_value(&event).parse() {
                        store.step_line(LineStep { kind: LineStepKind::At, to, back: false });
                    }
                />
                <span class="fx-row__soft fx-lines__count">{dynamic(move || progress.get())}</span>
            </div>
            <ol class="fx-lines__source" aria-label="Source" tabindex="0">
                {dynamic(move || lines.get().into_iter().map(|line| source_line(store, line)).collect_view())}
            </ol>
            {dynamic(move || after_source(store, &current(store)))}
        </div>
    }
    .into_any()
}

fn line_button(store: Store, (symbol, label, key, kind, back): Control) -> AnyView {
    view! {
        <button
            type="button" class="fx-button fx-button--icon fx-button--small" aria-label=label title=format!("{label} ({key})")
            on:click=move |_| store.step_line_by(kind, back)
        >{icon(symbol)}</button>
    }
    .into_any()
}

fn source_line(store: Store, line: SourceLine) -> AnyView {
    let SourceLine { number, text, is_current, is_caller, has_raised } = line;
    let mark = match (has_raised, is_current, is_caller) {
        (true, ..) => icon("error"),
        (_, true, _) => icon("chevron-right"),
        (.., true) => icon("dots"),
        _ => ().into_any(),
    };
    let run_to = format!("Go to line {number}");
    view! {
        <li
            class="fx-lines__line" data-line=number.to_string() data-current=is_current.to_string()
            data-caller=is_caller.then_some("true") data-raised=has_raised.then_some("true") aria-current=is_current.then_some("step")
        >
            <button
                type="button" class="fx-lines__number" tabindex="-1" aria-label=run_to.clone() title=run_to
                on:click=move |_| store.step_line(LineStep { kind: LineStepKind::To, to: number, back: false })
            >{number}</button>
            <span class="fx-lines__mark">{mark}</span>
            <code>{text}</code>
        </li>
    }
    .into_any()
}

fn after_source(store: Store, walk: &Walk) -> AnyView {
    let now = &walk.now;
    let error = now.error.clone().filter(|_| walk.has_raised());
    let is_deep = now.stack.len() > 1;
    view! {
        {now.cut.clone().map(|cut| view! { <p class="fx-field__hint fx-lines__note">{icon("info")}{cut}</p> })}
        {error.map(|error| view! {
            <section class="fx-lines__part" data-raised="">
                <p class="fx-field__error">{icon("error")}<span><strong>{error.error_type}</strong>": "{error.message}{format!(" (line {})", error.line)}</span></p>
                <details><summary>"Traceback"</summary><pre class="fx-pre">{error.traceback}</pre></details>
            </section>
        })}
        {is_deep.then(|| view! {
            <section class="fx-lines__part">
                <h3 class="fx-heading">"Called from"</h3>
                <ol class="fx-lines__stack">{now.stack.iter().map(|frame| view! { <li><code>{frame.name.clone()}</code><span class="fx-row__soft">{format!(" line {}", frame.line)}</span></li> }).collect_view()}</ol>
            </section>
        })}
        <section class="fx-lines__part">
            <h3 class="fx-heading">"Variables"</h3>
            {now.variables.is_empty().then(|| view! { <p class="fx-row__soft">"There are none here"</p> })}
            <ul class="fx-lines__variables">{now.variables.iter().map(|part| variable(store, part, walk.has_changed(&part.label, &part.text))).collect_view()}</ul>
        </section>
        <section class="fx-lines__part">{evaluate_box(store, "Evaluate with these variables")}</section>
        {(!now.done.is_empty()).then(|| view! {
            <section class="fx-lines__part">
                <h3 class="fx-heading">"Done so far"</h3>
                <ul class="fx-lines__done">{now.done.iter().map(|(kind, text)| view! { <li><span class="fx-row__soft">{kind.clone()}</span>" "<code>{text.clone()}</code></li> }).collect_view()}</ul>
            </section>
        })}
    }
    .into_any()
}

/// A variable: in its row if it is small, else as a tree that is fetched bit by bit.
fn variable(store: Store, part: &Part, has_changed: bool) -> AnyView {
    let name = part.label.clone();
    let is_deep = is_structure(part) && part.size > 0;
    let of = ValueRef { variable: Some(name.clone()), ..ValueRef::default() };
    let text = part.text.clone();
    let value = part.value.clone();
    let open = super::value_tree::remembered(&format!("variable {name}"));
    let is_open = RwSignal::new(open.get());
    let (tree_name, row_name) = (name.clone(), name.clone());
    view! {
        <li class="fx-lines__variable" data-variable=row_name data-changed=has_changed.to_string()>
            {if is_deep {
                view! {
                    <button type="button" class="fx-tree__line" aria-expanded=shared(move || is_open.get().to_string()) on:click=move |_| {
                        is_open.update(|is_open| *is_open = !*is_open);
                        open.set(is_open.get_untracked());
                    }>
                        {dynamic(move || icon(if is_open.get() { "chevron" } else { "chevron-right" }))}
                        <span class="fx-tree__key">{name.clone()}</span>": "<span class="fx-tree__soft">{text}</span>
                    </button>
                    {dynamic(move || is_open.get().then(|| value_tree(store, Shown::at(of.clone(), value.as_ref(), &tree_name).labelled(tree_name.clone()))))}
                }.into_any()
            } else {
                view! { <span class="fx-tree__key">{name}</span>": "<span class=super::value_tree::look_of(&part.kind)>{text}</span> }.into_any()
            }}
            {has_changed.then(|| view! { <span class="fx-lines__new">"changed"</span> })}
        </li>
    }
    .into_any()
}
