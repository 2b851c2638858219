//! The form of the whole flow: its name, what Run posts, and how it runs.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use super::config::read_value;
use super::handler;
use crate::flow::document;
use crate::flow::edit::Edit;
use crate::flow::model::{Completion, Execution, Flow, Input, PortRef};
use crate::flow::value::Value;
use crate::ui::field::{Look, number_field, number_text, select_field, text_field};
use crate::ui::prose::prose;
use crate::ui::store::Store;
use crate::ui::widgets::{icon, icon_button};

/// The form of the flow.
pub fn flow_form(store: Store) -> AnyView {
    let names = Memo::new(move |_| {
        store.document.flow.with(|flow| (flow.flow_id.clone(), flow.name.clone(), flow.description.clone()))
    });
    let inputs = Memo::new(move |_| store.document.flow.with(|flow| (flow.inputs.clone(), slot_names(&store, flow))));
    let execution = Memo::new(move |_| store.document.flow.with(|flow| flow.execution.clone()));
    let handler = Memo::new(move |_| store.document.flow.with(|flow| flow.error_handler.clone()));
    view! {
        <div class="fx-inspector">
            {dynamic(move || {
                let (id, name, about) = names.get();
                view! {
                    <section class="fx-section">
                        <h2 class="fx-section__title">"Flow"</h2>
                        {text_field("Name", name.unwrap_or_default(), "", Look::Text, move |text| { store.rename_flow(text); Ok(()) })}
                        {text_field("Id", id, "", Look::Code, move |text| {
                            let edit = Edit::SetFlowId(text);
                            edit.apply(&store.flow_now(), &store.catalogue())?;
                            store.edit(edit);
                            Ok(())
                        })}
                        {description(store, about.unwrap_or_default())}
                    </section>
                }
            })}
            {dynamic(move || {
                let (inputs, slots) = inputs.get();
                inputs_section(store, inputs, slots)
            })}
            {dynamic(move || execution_section(store, execution.get()))}
            {dynamic(move || handler::handler_section(store, handler.get(), "Stop the job", move |handler| {
                store.edit(Edit::SetErrorHandler(handler));
            }))}
        </div>
    }
    .into_any()
}

/// The description as it is read; its Markdown only to who changes it.
fn description(store: Store, text: String) -> AnyView {
    let is_empty = text.trim().is_empty();
    let shown = prose(&text);
    view! {
        {(!is_empty).then_some(shown)}
        {dynamic(move || (!store.settings.is_read_only.get()).then(|| view! {
            <details class="fx-description" open=is_empty>
                <summary>{if is_empty { "Description" } else { "Change the description" }}</summary>
                <textarea
                    class="fx-input" rows="6" aria-label="Description" aria-description="Markdown" prop:value=text.clone()
                    on:change=move |event| { store.edit(Edit::SetDescription(event_target_value(&event))); }
                ></textarea>
                <span class="fx-field__hint">"Markdown: *emphasis*, `code`, [links](https://…), lists"</span>
            </details>
        }))}
    }
    .into_any()
}

fn slot_names(store: &Store, flow: &Flow) -> Vec<String> {
    let catalogue = store.catalogue();
    flow.routines
        .iter()
        .flat_map(|routine| {
            catalogue
                .ports(routine)
                .slots
                .into_iter()
                .map(|slot| format!("{}.{}", routine.id, slot.name))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn inputs_section(store: Store, inputs: Vec<Input>, slots: Vec<String>) -> AnyView {
    let first = slots.first().cloned();
    let rows =
        inputs.into_iter().enumerate().map(|(index, input)| input_card(store, index, input, &slots)).collect_view();
    view! {
        <section class="fx-section" data-inputs="">
            <div class="fx-section__head">
                <h3 class="fx-section__title">"What Run posts"</h3>
                <button
                    type="button" class="fx-button fx-button--small" disabled=first.is_none()
                    on:click=move |_| if let Some(to) = first.as_deref().and_then(PortRef::parse) {
                        let data = Value::map([("value", Value::Int(1))]);
                        store.edit(Edit::AddInput(Input { to, data, at: 0.0, repeat: 1, every: 0.0, extra: Default::default() }));
                    }
                >{icon("plus")}"Add input"</button>
            </div>
            {rows}
        </section>
    }
    .into_any()
}

fn input_card(store: Store, index: usize, input: Input, slots: &[String]) -> AnyView {
    let kept = StoredValue::new(input.clone());
    let set = move |change: &dyn Fn(&mut Input)| {
        let mut input = kept.get_value();
        change(&mut input);
        store.edit(Edit::SetInput { index, input })
    };
    let mut options: Vec<(String, String)> = slots.iter().map(|slot| (slot.clone(), slot.clone())).collect();
    let chosen = input.to.to_string();
    if !slots.contains(&chosen) {
        options.insert(0, (chosen.clone(), format!("{chosen} (missing)")));
    }
    let data = serde_json::to_string(&input.data).unwrap_or_default();
    view! {
        <div class="fx-card" role="group" aria-label=format!("Input {}", index + 1)>
            <div class="fx-inline">
                <span class="fx-heading fx-grow">{format!("Input {}", index + 1)}</span>
                {icon_button("trash", format!("Delete input {}", index + 1), move || { store.edit(Edit::RemoveInputs(vec![index])); })}
            </div>
            {select_field("To", options, chosen, move |value| if let Some(to) = PortRef::parse(&value) {
                set(&|input| input.to = to.clone());
            })}
            {text_field("Data", data, "", Look::Code, move |text| {
                document::parse_value(text.trim()).map_err(|problem| problem.message)?;
                set(&|input| input.data = read_value(&text));
                Ok(())
            })}
            <div class="fx-inline fx-inline--fields">
                {number_field("At", input.at, 0.0, "", move |at| set(&|input| input.at = at))}
                {number_field("Repeat", f64::from(input.repeat), 1.0, "", move |repeat| set(&|input| input.repeat = repeat.round() as u32))}
                {(input.repeat > 1).then(|| number_field("Every", input.every, 0.0, "", move |every| set(&|input| input.every = every)))}
            </div>
        </div>
    }
    .into_any()
}

fn execution_section(store: Store, execution: Execution) -> AnyView {
    let kept = StoredValue::new(execution.clone());
    let set = move |change: &dyn Fn(&mut Execution)| {
        let mut execution = kept.get_value();
        change(&mut execution);
        store.edit(Edit::SetExecution(execution))
    };
    let completion = if execution.completion == Completion::Auto { "auto" } else { "manual" };
    view! {
        <section class="fx-section">
            <h3 class="fx-section__title">"How it runs"</h3>
            {number_field("Timeout", execution.timeout, 0.001, "Virtual seconds a job may live", move |timeout| set(&|execution| execution.timeout = timeout))}
            {number_field("Workers", f64::from(execution.thread_pool_size), 1.0, "", move |size| set(&|execution| execution.thread_pool_size = size.round() as u32))}
            {text_field("Seed", number_text(execution.seed as f64), "", Look::Code, move |text| {
                let seed: i64 = text.trim().parse().ok().ok_or_else(|| "A whole number is needed".to_owned())?;
                set(&|execution| execution.seed = seed);
                Ok(())
            })}
            {select_field("When done", vec![("auto".into(), "The job completes".into()), ("manual".into(), "It waits for more data".into())], completion.into(), move |value| {
                set(&|execution| execution.completion = if value == "manual" { Completion::Manual } else { Completion::Auto });
            })}
        </section>
    }
    .into_any()
}
