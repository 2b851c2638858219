//! Flows from Rust: built, registered, started by name, edited while they run.

use std::rc::Rc;
use std::sync::Arc;

use flow_playground::engine::program::Program;
use flow_playground::engine::record;
use flow_playground::engine::registry::{Registry, RegistryError};
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::builder::{flow, python, routine};
use flow_playground::flow::edit::{Edit, RoutineChange};
use flow_playground::flow::model::{Flow, PortRef};
use flow_playground::payload;
use flow_playground::routines::{StandardLibrary, catalogue};

use crate::support::line;

const DOUBLE: &str =
    "def logic(slot_data):\n    for item in slot_data['input']:\n        emit('output', value=item['value'] * 2)\n";

fn doubling() -> Flow {
    flow("doubling")
        .with(python("double").slot("input").event("output", ["value"]).immediate().logic(DOUBLE))
        .with(routine("slow", "Delay").config("seconds", 1))
        .with(routine("show", "Sink"))
        .connect("double.output", "slow.input")
        .connect("slow.output", "show.input")
        .post_every("double.input", payload! { "value": 21 }, 3, 0.5)
        .build(&catalogue(), Some(&StandardLibrary))
        .unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn registry() -> Registry {
    Registry::new(catalogue(), Rc::new(StandardLibrary))
}

fn outputs(runtime: &Runtime, job: usize) -> Vec<String> {
    let of_job = runtime.trace().records.iter().map(|entry| record::to_value(entry, runtime));
    let id = runtime.jobs()[job].id.clone();
    let is_output = |record: &flow_playground::flow::value::Value| {
        record.get("type").and_then(|kind| kind.as_str()) == Some("output")
            && record.get("job").and_then(|job| job.as_str()) == Some(&*id)
    };
    of_job.filter(is_output).map(|record| line(record.get("data").unwrap())).collect()
}

fn run(runtime: &mut Runtime) {
    while runtime.step() {}
}

/// The job's whole trace, without anything of other jobs.
fn alone(program: &Rc<Program>) -> Vec<String> {
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(program, Start::Inputs, None);
    run(&mut runtime);
    runtime.trace().records.iter().map(|entry| line(&record::to_value(entry, &runtime))).collect()
}

#[test]
fn a_registry_starts_flows_by_name_and_by_id() {
    let mut registry = registry();
    registry.register("first", doubling()).unwrap();
    assert_eq!(registry.register("first", doubling()).err(), Some(RegistryError::NameTaken));
    assert_eq!(registry.replace("other", doubling()).err(), Some(RegistryError::UnknownName));
    registry.copy("first", "second").unwrap();
    assert_eq!(registry.names().collect::<Vec<_>>(), ["first", "second"]);
    assert_eq!(registry.get("doubling").unwrap().flow.flow_id, "doubling");
    assert_eq!(registry.get("second").unwrap().flow.flow_id, "second");
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&registry.get("first").unwrap().clone(), Start::Entry(payload! { "value": 4 }), None);
    run(&mut runtime);
    assert_eq!(outputs(&runtime, 0), [r#"{"value":8}"#]);
    assert!(registry.unregister("first") && !registry.unregister("first"));
    let broken = Edit::ChangeRoutine { id: "double".into(), change: RoutineChange::Logic("def (".into()) };
    let broken = broken.apply(&doubling(), &catalogue()).unwrap();
    assert!(matches!(registry.replace("second", broken), Err(RegistryError::Problems(_))));
    assert_eq!(registry.get("second").unwrap().flow.routine("double").unwrap().logic.as_deref(), Some(DOUBLE));
}

/// Every edit that takes something away or changes it, made after every step of a run.
#[test]
fn editing_never_disturbs_a_job_that_runs() {
    let catalogue = catalogue();
    let edits = [
        Edit::RemoveRoutines(vec!["slow".into()]),
        Edit::RenameRoutine { from: "show".into(), to: "double2".into() },
        Edit::Disconnect(vec![0, 1]),
        Edit::RemoveInputs(vec![0]),
        Edit::ChangeRoutine { id: "double".into(), change: RoutineChange::Logic(DOUBLE.replace("* 2", "* 3")) },
        Edit::ChangeRoutine { id: "slow".into(), change: RoutineChange::Class("Merge".into()) },
        Edit::Rewire { index: 1, from: PortRef::new("double", "output"), to: PortRef::new("show", "input") },
        Edit::Replace(flow("empty").build(&catalogue, None).unwrap()),
    ];
    let mut registry = registry();
    let original = registry.register("flow", doubling()).unwrap();
    let undisturbed = alone(&original);
    for edit in &edits {
        let edited = edit.apply(&original.flow, &catalogue).unwrap();
        for after in 0..12 {
            registry.replace("flow", (*original.flow).clone()).unwrap();
            let program = registry.get("flow").unwrap().clone();
            let mut runtime = Runtime::new(Recording::On);
            runtime.exec(&program, Start::Inputs, None);
            drop(program);
            for _ in 0..after {
                runtime.step();
            }
            registry.replace("flow", edited.clone()).unwrap();
            run(&mut runtime);
            let trace: Vec<String> =
                runtime.trace().records.iter().map(|entry| line(&record::to_value(entry, &runtime))).collect();
            assert_eq!(trace, undisturbed, "{} after {after} steps", edit.label());
        }
    }
}

#[test]
fn a_new_job_runs_what_was_edited_while_the_old_one_goes_on() {
    let mut registry = registry();
    let first = registry.register("flow", doubling()).unwrap();
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&first, Start::Inputs, None);
    runtime.step();
    let triple =
        Edit::ChangeRoutine { id: "double".into(), change: RoutineChange::Logic(DOUBLE.replace("* 2", "* 3")) };
    let edited = triple.apply(&first.flow, &catalogue()).unwrap();
    let second = registry.replace("flow", edited).unwrap();
    runtime.exec(&second, Start::Inputs, None);
    run(&mut runtime);
    assert_eq!(outputs(&runtime, 0), [r#"{"value":42}"#; 3]);
    assert_eq!(outputs(&runtime, 1), [r#"{"value":63}"#; 3]);
    assert!(!Arc::ptr_eq(&first.flow, &second.flow));
}
