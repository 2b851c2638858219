//! The samples of the page's menu: each is without problems, runs to its end and teaches what it says.

use crate::support::{flow, line, run_on, session, start};
use flow_playground::engine::record;
use flow_playground::flow::document;
use flow_playground::flow::problem::Severity;
use flow_playground::flow::value::Value;
use flow_playground::routines::{self, StandardLibrary};

const SAMPLES: &[(&str, &str)] = &[
    ("pipeline", include_str!("../../src/samples/pipeline.yaml")),
    ("fan-in", include_str!("../../src/samples/fan-in.yaml")),
    ("feedback", include_str!("../../src/samples/feedback.yaml")),
    ("silent-batch", include_str!("../../src/samples/silent-batch.yaml")),
];

/// The outputs of a sample's run, and the unconsumed items at its end.
fn outcome(text: &str) -> (Vec<String>, Vec<(String, usize)>) {
    let mut session = session(flow(text));
    start(&mut session, 1);
    run_on(&mut session);
    let job = &session.runtime().jobs()[0];
    assert_eq!(job.status.name(), "completed");
    let records = session.history().records().from(0).map(|entry| record::to_value(entry, session.runtime()));
    let outputs = records.filter(|record| record.get("type") == Some(&Value::from("output")));
    (outputs.map(|record| line(record.get("data").unwrap())).collect(), job.unconsumed())
}

#[test]
fn no_sample_has_a_problem() {
    for (name, text) in SAMPLES {
        let reading = document::read_text(text, document::Format::Yaml);
        let problems = reading.validate(&routines::catalogue(), Some(&StandardLibrary));
        let serious: Vec<_> = problems.iter().filter(|problem| problem.severity > Severity::Hint).collect();
        assert!(serious.is_empty(), "{name}: {serious:#?}");
        let saved = document::to_yaml(reading.flow().unwrap());
        let again = document::read_text(&saved, document::Format::Yaml);
        assert_eq!(again.flow(), reading.flow(), "{name} changes when it is saved");
    }
}

#[test]
fn the_pipeline_raises_alarms_above_its_limit() {
    let (outputs, unconsumed) = outcome(SAMPLES[0].1);
    assert_eq!(outputs, [r#"{"celsius":35.0,"sensor":"window"}"#, r#"{"celsius":40.0,"sensor":"roof"}"#]);
    assert_eq!(unconsumed, []);
}

#[test]
fn the_silent_batch_fires_once_its_typo_is_mended() {
    let (outputs, unconsumed) = outcome(SAMPLES[3].1);
    assert!(outputs.is_empty(), "{outputs:?}");
    assert_eq!(unconsumed, [("climate.readings".to_owned(), 3)]);
    let (outputs, unconsumed) = outcome(&SAMPLES[3].1.replace("temprature=", "temperature="));
    assert_eq!(outputs.len(), 1, "{outputs:?}");
    assert_eq!(unconsumed, []);
}

#[test]
fn the_fan_in_ships_full_batches_and_leaves_the_rest() {
    let (outputs, unconsumed) = outcome(SAMPLES[1].1);
    assert_eq!(
        outputs,
        [
            r#"{"items":["tulips","roses","tulips"],"total":55.0}"#,
            r#"{"items":["fern","tulips","tulips"],"total":34.9}"#
        ]
    );
    assert_eq!(unconsumed, [("pack.orders".to_owned(), 1)]);
}

#[test]
fn the_feedback_finds_square_roots() {
    let (outputs, _) = outcome(SAMPLES[2].1);
    assert_eq!(outputs.len(), 2);
    assert!(outputs[0].contains(r#""number":2,"root":1.41421356"#), "{}", outputs[0]);
    assert!(outputs[1].contains(r#""number":144,"root":12.0"#), "{}", outputs[1]);
}
