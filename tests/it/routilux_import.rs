//! Documents of the library Routilux: `tests/routilux/README.md` tells where they come from.

use std::path::Path;
use std::sync::Arc;

use flow_playground::engine::program::Program;
use flow_playground::flow::document::{self, Format, Reading};
use flow_playground::flow::model::Strategy;
use flow_playground::flow::problem::{Problem, Severity};
use flow_playground::routines::{StandardLibrary, catalogue};

fn documents(folder: &str) -> Vec<(String, Reading)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routilux").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let reading = document::read_bytes(&std::fs::read(&path).unwrap(), Format::of_file(&name));
        (name, reading)
    };
    paths.into_iter().map(read).collect()
}

fn errors(reading: &Reading) -> Vec<Problem> {
    let problems = reading.validate(&catalogue(), Some(&StandardLibrary));
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

#[test]
fn what_the_library_exports_runs() {
    let documents = documents("exported");
    assert_eq!(documents.len(), 24, "12 names of classes, each as YAML and as JSON");
    let mut saved = Vec::new();
    for (name, reading) in &documents {
        assert_eq!(errors(reading), [], "{name}");
        let flow = reading.flow().unwrap();
        assert_eq!(flow.execution.timeout, 120.0);
        let program = Program::compile(&Arc::new(flow.clone()), &catalogue(), &StandardLibrary);
        assert!(program.is_ok(), "{name}: {:?}", program.err());
        saved.push(document::to_json(flow));
    }
    let strategies: Vec<Strategy> = documents
        .iter()
        .flat_map(|(_, reading)| &reading.flow().unwrap().routines)
        .filter_map(|routine| routine.error_handler.as_ref().map(|handler| handler.strategy))
        .collect();
    for strategy in [Strategy::Stop, Strategy::Continue, Strategy::Skip, Strategy::Retry] {
        assert!(strategies.contains(&strategy), "{strategy:?}");
    }
    // The library sorts the keys of its YAML, and the order of the routines with them; else both say the same.
    for pair in saved.chunks(2) {
        let lines = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
            lines.sort();
            lines
        };
        assert_eq!(lines(&pair[0]), lines(&pair[1]));
    }
}

#[test]
fn the_examples_of_the_library_load() {
    let documents = documents("library");
    assert_eq!(documents.len(), 8);
    for (name, reading) in &documents {
        assert!(reading.flow().is_some(), "{name}: {:#?}", reading.problems());
        // Their classes are their readers' own; all that follows from that may be said.
        for problem in errors(reading) {
            let expected = match name.as_str() {
                "usage.yaml" => problem.code == "unknown-class" || problem.message.contains("no routine 'processor'"),
                _ => problem.code == "unknown-class",
            };
            assert!(expected, "{name}: {problem}");
        }
    }
    let (_, response) = documents.iter().find(|(name, _)| name == "response.json").unwrap();
    let flow = response.flow().unwrap();
    assert_eq!(flow.routine("data_processor").unwrap().class, "Mapper");
    assert_eq!(flow.connections[0].key(), "data_source.output->data_processor.input");
}

#[test]
fn shortcuts_that_crash_the_loader_of_the_library_load() {
    let documents = documents("shortcuts");
    let (name, reading) = &documents[0];
    assert_eq!((name.as_str(), documents.len()), ("handlers.yaml", 1));
    assert_eq!(errors(reading), []);
    let flow = reading.flow().unwrap();
    let handlers: Vec<(&str, Strategy)> = flow
        .routines
        .iter()
        .map(|routine| (routine.id.as_str(), routine.error_handler.as_ref().unwrap().strategy))
        .collect();
    assert_eq!(
        handlers,
        [
            ("word", Strategy::Continue),
            ("loud", Strategy::Skip),
            ("partial", Strategy::Retry),
            ("single", Strategy::Stop),
            ("library", Strategy::Retry),
        ]
    );
    let library = flow.routine("library").unwrap().error_handler.as_ref().unwrap();
    assert_eq!(library.retryable.as_deref(), Some(&["ValueError".to_owned()][..]));
    assert_eq!(flow.error_handler.as_ref().unwrap().strategy, Strategy::Skip);
}
