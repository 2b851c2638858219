//! The built-in classes in running flows.

mod data;
mod flow;
mod time;

use std::sync::Arc;

use crate::engine::behaviour::Level;
use crate::engine::program::Program;
use crate::engine::runtime::{Runtime, Start};
use crate::engine::trace::{Kind, Recording};
use crate::flow::catalogue::Catalogue;
use crate::flow::document;
use crate::flow::json::value_to_json;
use crate::flow::model::{Connection, Flow, Input, PortRef, Routine};
use crate::flow::value::{Map, Value};

use super::{BUILT_IN, StandardLibrary, catalogue};

fn value(json: &str) -> Value {
    document::parse_value(json).unwrap_or_else(|problem| panic!("{json}: {problem:?}"))
}

fn map(json: &str) -> Map {
    value(json).as_map().unwrap().clone()
}

/// A routine of a class: at virtual seconds, its slot gets an item.
fn flow_of(class: &str, config: &str, items: &[(f64, &str, &str)]) -> Flow {
    let routine = Routine { config: map(config), ..Routine::new("it", class) };
    let input = |(at, slot, json): &(f64, &str, &str)| Input {
        to: PortRef::new("it", *slot),
        data: value(json),
        at: *at,
        repeat: 1,
        every: 0.0,
        extra: Map::default(),
    };
    Flow { routines: vec![routine.into()], inputs: items.iter().map(input).collect(), ..Flow::default() }
}

/// What happens in a flow: `second event payload`, and logs, outputs and errors likewise.
fn run_flow(flow: Flow) -> Vec<String> {
    let program = match Program::compile(&Arc::new(flow), &catalogue(), &StandardLibrary) {
        Ok(program) => program,
        Err(problems) => return problems.into_iter().map(|problem| problem.message).collect(),
    };
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&program, Start::Inputs, None);
    for _ in 0..200_000 {
        if !runtime.step() {
            let records = &runtime.trace().records;
            return records.iter().filter_map(|record| tell(&record.kind, record.t, &program)).collect();
        }
    }
    panic!("the flow does not end");
}

fn tell(kind: &Kind, t: u64, program: &Program) -> Option<String> {
    let at = t as f64 / 1e6;
    match kind {
        Kind::EventEmit { routine, event, data, .. } => {
            let event = &program.routines[*routine as usize].events[*event as usize].name;
            Some(format!("{at} {event} {}", value_to_json(data)))
        }
        Kind::Log(level, message, ..) if *level >= Level::Debug => Some(format!("{at} {} {message}", level.name())),
        Kind::Output(_, output_type, data) => Some(format!("{at} {output_type}: {}", value_to_json(data))),
        Kind::Error(_, _, failure) => Some(format!("{at} {}: {}", failure.error_type, failure.message)),
        _ => None,
    }
}

/// What a routine of a class does with items that come by its slot `input` at these times.
fn run_at(class: &str, config: &str, items: &[(f64, &str)]) -> Vec<String> {
    let items: Vec<(f64, &str, &str)> = items.iter().map(|(at, json)| (*at, "input", *json)).collect();
    run_flow(flow_of(class, config, &items))
}

/// What a routine of a class does with items that come at once, without the times.
fn run(class: &str, config: &str, items: &[&str]) -> Vec<String> {
    let items: Vec<(f64, &str)> = items.iter().map(|json| (0.0, *json)).collect();
    let lines = run_at(class, config, &items);
    lines.into_iter().map(|line| line.strip_prefix("0 ").map_or(line.clone(), str::to_owned)).collect()
}

/// Why a class refuses a config.
fn refusal(class: &str, config: &str) -> String {
    let built_in = BUILT_IN.iter().find(|built_in| built_in.class.name == class).unwrap();
    let config = map(config);
    // Ports and policies are asked for before anybody has looked at the config.
    (built_in.class.ports)(&config);
    (built_in.class.policy)(&config);
    (built_in.policy)(&config);
    (built_in.behaviour)(&config).err().unwrap_or_default()
}

fn connect(flow: &mut Flow, from: &str, to: &str) {
    flow.connections.push(Connection::new(PortRef::parse(from).unwrap(), PortRef::parse(to).unwrap()));
}

#[test]
fn every_class_is_complete() {
    let Catalogue { classes } = catalogue();
    for class in &classes {
        let same_name = classes.iter().filter(|other| other.name == class.name).count();
        assert_eq!(same_name, 1, "{}", class.name);
        let example = map(class.example);
        for key in example.keys() {
            assert!(class.config.iter().any(|field| *field.name == **key), "{}: {key} is not described", class.name);
        }
        for field in class.config {
            let default = value(field.default);
            let text = format!("{} {} {default:?}", field.kind, field.about);
            assert!(!text.ends_with('.') && !field.about.is_empty(), "{}.{}", class.name, field.name);
        }
    }
}

/// The defaults that are told are those that hold: they make the same routine as an empty config.
#[test]
fn examples_and_defaults_are_accepted() {
    for built_in in BUILT_IN {
        let name = built_in.class.name;
        let defaults: Map =
            built_in.class.config.iter().map(|field| (field.name.into(), value(field.default))).collect();
        for config in [map(built_in.class.example), defaults] {
            let ports = (built_in.class.ports)(&config);
            match (built_in.behaviour)(&config) {
                Ok(_) => assert!(!ports.slots.is_empty(), "{name}"),
                // Only an aggregator has to be told something, and the page has no Python.
                Err(message) => assert!(
                    (name == "Aggregator" && message.contains("at least one")) || message.contains("no Python engine"),
                    "{name}: {message}"
                ),
            }
        }
    }
}

/// Whatever a config holds, it is used or refused with a message that names the key.
#[test]
fn no_config_does_harm() {
    let values = ["-1", "1e308", "\"x\"", "[[]]", "{\"a\": {}}", "true", "99999999999999999999", "\"{\"", "[1, \"a\"]"];
    for built_in in BUILT_IN {
        for field in built_in.class.config {
            for value in values {
                let message = refusal(built_in.class.name, &format!("{{\"{}\": {value}}}", field.name));
                if message.is_empty() {
                    continue;
                }
                // The problem points to a key of the config: mostly this one, or one that does not go with it.
                let routine = Routine::new("it", built_in.class.name);
                let problem = super::bad_config(&built_in.class, &routine, message);
                let told = problem.path.starts_with("routines.it.config.");
                assert!(told, "{}.{} = {value}: {problem}", built_in.class.name, field.name);
            }
        }
    }
}

/// Every class takes every kind of item: it handles it or fails in an orderly way.
#[test]
fn no_item_does_harm() {
    let nested = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    let items =
        ["null", "true", "-1", "123456789012345678901234567890", "1.5", "\"ä {x} ```json\"", "[]", "{}", "[[1],{}]"];
    for built_in in BUILT_IN {
        let config = built_in.class.example;
        let slots = (built_in.class.ports)(&map(config)).slots;
        let items: Vec<(f64, &str, &str)> = items
            .into_iter()
            .chain([&*nested])
            .enumerate()
            .map(|(at, item)| (at as f64, &*slots[0].name, item))
            .collect();
        for item in &items {
            assert!(
                !run_flow(flow_of(built_in.class.name, config, &[*item])).is_empty(),
                "{} {item:?}",
                built_in.class.name
            );
        }
        run_flow(flow_of(built_in.class.name, config, &items));
    }
}
