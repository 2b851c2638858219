//! Tests of building.

use super::super::document::{Format, read_text, to_json};
use super::super::model::{Flow, PortRef};
use super::super::problem::Problem;
use super::{FlowBuilder, flow, python, routine};
use crate::payload;
use crate::routines::catalogue;

/// The example of the module's documentation.
fn example() -> Result<Flow, Vec<Problem>> {
    let catalogue = catalogue();
    include!("example.in")
}

#[test]
fn the_example_of_the_documentation_builds() {
    let flow = example().unwrap();
    let text = r#"{"version": 1, "flow_id": "greenhouse", "name": "Greenhouse alarm", "execution": {"timeout": 60},
        "routines": {
            "sensor": {"class": "Python", "slots": ["input"], "events": {"output": ["celsius"]}, "policy": {"type": "immediate"},
                "logic": "def logic(slot_data):\n    for item in slot_data['input']:\n        emit('output', **item)\n",
                "error_handler": {"strategy": "retry", "max_retries": 2, "retry_delay": 0.5}},
            "hot": {"class": "Filter", "config": {"condition": {"alarm": true}}},
            "alarms": {"class": "Batcher", "config": {"batch_size": 5, "batch_timeout": 10}}},
        "connections": [
            {"from": "sensor.output", "to": "hot.input", "map": {"celsius": "value"},
                "transform": "{'value': data['value'], 'alarm': data['value'] > 30}"},
            {"from": "hot.passed", "to": "alarms.input"}],
        "inputs": [{"to": "sensor.input", "data": {"celsius": 35.5}},
            {"to": "sensor.input", "data": {"celsius": 21}, "repeat": 10, "every": 0.1}]}"#;
    let document = read_text(text, Format::Json).into_flow().unwrap();
    assert_eq!(flow, document);
    assert_eq!(to_json(&flow), to_json(&document));
}

#[test]
fn problems_are_told_all_at_once() {
    let built = flow("f")
        .with(routine("a", "Merge"))
        .with(routine("a", "Merge"))
        .with(routine("a.b", "Merge"))
        .connect("a", "a.input")
        .connect("a.output", "c.input")
        .post("a.nothing", 1)
        .build(&catalogue(), None);
    let told: Vec<String> =
        built.unwrap_err().iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect();
    assert_eq!(
        told[..5],
        [
            "duplicate-key routines.a",
            "bad-routine-id routines.a.b",
            "bad-endpoint connections[0].from",
            "unknown-routine connections[0].to",
            "unknown-slot inputs[0].to",
        ]
    );
}

#[test]
fn a_pipe_connects_first_events_with_first_slots() {
    let catalogue = catalogue();
    let made = catalogue.create("Filter", "keep").unwrap();
    assert_eq!(made.config["condition"], payload! { "status": "ok" });
    let flow = flow("pipe")
        .pipe(&catalogue, [routine("split", "Splitter"), made.into(), routine("show", "Sink")])
        .build(&catalogue, None)
        .unwrap();
    let keys: Vec<String> = flow.connections.iter().map(super::Connection::key).collect();
    assert_eq!(keys, ["split.item->keep.input", "keep.passed->show.input"]);
    // A variant of a flow goes on from it and leaves it alone.
    let more = FlowBuilder::from(flow.clone())
        .with(python("log").slot("in").immediate().logic("def logic():\n    pass\n"))
        .connect("keep.rejected", "log.in")
        .build(&catalogue, None)
        .unwrap();
    assert_eq!((flow.routines.len(), more.routines.len()), (3, 4));
    assert_eq!(more.connections[2].to, PortRef::new("log", "in"));
}

#[test]
fn the_factory_knows_its_classes() {
    let catalogue = catalogue();
    let refused = catalogue.create("Filtre", "x").unwrap_err();
    assert!(refused.contains("did you mean 'Filter'?"), "{refused}");
    let categories = catalogue.categories();
    assert!(categories.contains(&"Flow"), "{categories:?}");
    let counted: usize = categories.iter().map(|category| catalogue.in_category(category).count()).sum();
    assert_eq!(counted, catalogue.classes.len());
    for class in &catalogue.classes {
        let made = catalogue.create(class.name, "it").unwrap();
        assert_eq!((&*made.class, &*made.id), (class.name, "it"));
    }
}
