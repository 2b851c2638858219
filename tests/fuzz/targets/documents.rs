//! Flow documents, as YAML and as JSON.
//!
//! Whatever the bytes are, reading, validating and saving end quickly without a panic; every problem says something; a
//! flow without errors compiles, is exported and saved, and comes back the same from both formats.

use std::sync::Arc;

use flow_playground::engine::program::Program;
use flow_playground::flow::document::{self, Format, Reading};
use flow_playground::flow::export;
use flow_playground::flow::json::value_to_json;
use flow_playground::flow::model::Flow;
use flow_playground::flow::problem::{Severity, has_errors};
use flow_playground::routines::{self, StandardLibrary};

use super::{Target, Traits, files, folder};

pub const TARGET: Target = Target {
    name: "documents",
    about: "reading, validating and saving flow documents, YAML and JSON",
    words: WORDS,
    seeds,
    check,
};

const WORDS: &[&str] = &[
    "version: 1\n",
    "routines:\n",
    "routines: {}\n",
    "connections:\n",
    "inputs:\n",
    "breakpoints:\n",
    "notes:\n",
    "execution:\n",
    "error_handler: retry\n",
    "config: {}\n",
    "policy: {type: immediate}\n",
    "slots: [a, b]\n",
    "events: {x: [y]}\n",
    "logic: |\n",
    "  - {from: a.output, to: b.input}\n",
    "class: Python\n",
    "class: Filter\n",
    "class: routilux.builtin_routines.Mapper\n",
    "map: {a: b}\n",
    "transform: data\n",
    "&a ",
    "*a",
    "!!str ",
    "!!binary ",
    "<<: *a\n",
    "? ",
    "|+\n",
    ">-\n",
    "|2\n",
    "%YAML 1.2\n",
    "---\n",
    "...\n",
    "\"\\x41\"",
    "'it''s'",
    "{",
    "}",
    "[",
    "]",
    "0x1F",
    "0o17",
    "1_000",
    "~",
    "yes",
    ".nan",
    "2001-01-01",
    "def logic(d):\n",
    "lambda: (",
    "f'{x!r:>{w}}'",
];

fn seeds() -> Vec<Vec<u8>> {
    let folders = ["src/samples", "tests/routilux"].map(Into::into);
    let mut seeds = files(&folders, &["yaml", "json"]);
    seeds.extend(files(&[folder("seeds", TARGET.name)], &[]));
    // Most of the documents that the tests know are in the conformance vectors.
    for vector in files(&["tests/conformance".into()], &["json"]) {
        let tree = std::str::from_utf8(&vector).ok().and_then(|text| document::parse_value(text).ok());
        if let Some(tree) = tree.as_ref().and_then(|vector| vector.get("document")) {
            seeds.push(value_to_json(tree).into_bytes());
            seeds.push(document::value_to_yaml(tree).into_bytes());
        }
    }
    seeds
}

fn check(input: &[u8]) -> Traits {
    let mut traits = Traits::default();
    for format in [Format::Yaml, Format::Json] {
        let reading = document::read_bytes(input, format);
        note(&reading, format, &mut traits);
    }
    traits
}

fn note(reading: &Reading, format: Format, traits: &mut Traits) {
    let catalogue = routines::catalogue();
    let problems = reading.validate(&catalogue, Some(&StandardLibrary));
    for problem in &problems {
        assert!(!problem.message.is_empty() && !problem.code.is_empty());
        assert!(problem.message.len() < 2100, "a message of {} bytes: {}", problem.message.len(), problem.code);
        // The same code at another kind of place is something new; ids and numbers are not.
        let place: Vec<&str> =
            problem.path.split('.').filter(|part| KEYS.iter().any(|key| part.starts_with(key))).collect();
        traits.add(&format!("{format:?} {} {}", problem.code, place.join(".")));
        // What is wrong, without what it quotes.
        let words = problem.message.split(['\'', '`', '"', '0', '1', '2']).next().unwrap_or_default();
        traits.add(&format!("{} {words}", problem.code));
    }
    let Some(flow) = reading.flow() else {
        let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
        assert!(refused, "a document without errors has no flow");
        return;
    };
    comes_back(flow);
    assert!(!export::to_routilux(flow, &catalogue).is_empty());
    for routine in &flow.routines {
        traits.add(&format!("class {} {}", routine.class, routine.config.len()));
    }
    if !has_errors(&problems) && flow.routines.len() < 200 {
        let program = Program::compile(&Arc::new(flow.clone()), &catalogue, &StandardLibrary);
        assert!(program.is_ok(), "validation finds no error, compiling does: {:?}", program.err());
    }
}

const KEYS: &[&str] = &[
    "routines",
    "connections",
    "inputs",
    "breakpoints",
    "notes",
    "execution",
    "error_handler",
    "config",
    "policy",
    "slots",
    "events",
    "logic",
    "position",
    "from",
    "to",
    "map",
    "transform",
    "class",
];

/// Saving and reading again gives the same flow.
fn comes_back(flow: &Flow) {
    let yaml = document::to_yaml(flow);
    let json = document::to_json(flow);
    for (text, format) in [(yaml, Format::Yaml), (json, Format::Json)] {
        if text.len() > document::MAX_TEXT {
            continue; // What is longer written out, by indentation or escapes, is refused when it is read.
        }
        let again = document::read_text(&text, format);
        match again.flow() {
            Some(read) => assert_eq!(read, flow, "it changes when it is saved as {format:?}:\n{text}"),
            None => panic!("it cannot be read again as {format:?}: {:?}\n{text}", again.problems()),
        }
    }
}
