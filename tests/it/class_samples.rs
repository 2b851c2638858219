//! The sample of each class: without problems, run to its end, with the result that its text promises.

use flow_playground::engine::behaviour::Library;
use flow_playground::engine::record;
use flow_playground::flow::document::{self, Format};
use flow_playground::flow::problem::{Problem, Severity};
use flow_playground::flow::value::Value;
use flow_playground::routines::{StandardLibrary, catalogue};

use crate::support::{flow, line, run_on, session, start};

/// What the sinks and logs of a sample tell: `seconds type data`.
fn told(sample: &str) -> Vec<String> {
    let mut session = session(flow(sample));
    start(&mut session, 1);
    run_on(&mut session);
    assert_eq!(session.runtime().jobs()[0].status.name(), "completed");
    let mut told = Vec::new();
    for entry in session.history().records().from(0) {
        let record = record::to_value(entry, session.runtime());
        let seconds = entry.t as f64 / 1e6;
        let text = |key: &str| record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        match text("type").as_str() {
            "output" => told.push(format!("{seconds} {} {}", text("output_type"), line(record.get("data").unwrap()))),
            "log" => told.push(format!("{seconds} log {}", text("message"))),
            "error" => panic!("{record:?}"),
            _ => {}
        }
    }
    told
}

/// Every class of the catalogue, also one that was added a minute ago.
#[test]
fn every_class_has_a_sample_that_uses_it_and_makes_something() {
    for class in catalogue().classes {
        let sample = StandardLibrary.sample(class.name).unwrap_or_else(|| panic!("{} has no sample", class.name));
        let reading = document::read_text(sample, Format::Yaml);
        let problems = reading.validate(&catalogue(), Some(&StandardLibrary));
        let serious: Vec<Problem> = problems.into_iter().filter(|problem| problem.severity > Severity::Hint).collect();
        assert_eq!(serious, [], "{}", class.name);
        let flow = reading.flow().unwrap();
        assert!(flow.routines.iter().any(|routine| routine.class == class.name), "{}", class.name);
        assert!(flow.name.is_some() && flow.description.is_some(), "{}", class.name);
        assert!(!told(sample).is_empty(), "{}", class.name);
    }
}

#[test]
fn every_sample_has_its_result() {
    for (class, wanted) in RESULTS {
        assert_eq!(told(StandardLibrary.sample(class).unwrap()), *wanted, "{class}");
    }
}

const RESULTS: &[(&str, &[&str])] = &[
    (
        "Aggregator",
        &[
            r#"1 report {"data":{"traffic":{"jam":4},"weather":{"rain":true}},"sources":["weather","traffic"]}"#,
            r#"15 incomplete {"missing_slots":["traffic"],"partial_data":{"weather":{"rain":false}}}"#,
        ],
    ),
    (
        "Batcher",
        &[r#"2 box {"batch_number":1,"count":3,"items":["egg","egg","egg"]}"#, r#"7 rest {"count":1,"items":["egg"]}"#],
    ),
    ("Branch", &[r#"0 person {"order":{"id":1,"total":250}}"#, r#"0 machine {"order":{"id":2,"total":99.5}}"#]),
    (
        "ConditionalRouter",
        &[
            r#"0 frost {"data":{"celsius":-3},"route":"frost"}"#,
            r#"0 heat {"data":{"celsius":35},"route":"heat"}"#,
            r#"0 mild {"data":{"celsius":18},"route":"mild"}"#,
        ],
    ),
    (
        "Counter",
        &[
            r#"0 visits {"page":"home","visits":1}"#,
            r#"0 visits {"page":"shop","visits":1}"#,
            r#"0 visits {"page":"home","visits":2}"#,
        ],
    ),
    (
        "DataFlattener",
        &[
            r#"0 flat {"depth":3,"flattened_data":{"active":true,"user.name":"Ada","user.tags.0":"a","user.tags.1":"b"},"original_type":"dict"}"#,
        ],
    ),
    ("Debouncer", &[r#"0.9 search {"data":{"text":"flow"}}"#, r#"2.5 search {"data":{"text":"flows"}}"#]),
    ("Delay", &[r#"3 arrival {"after":3.0,"letter":"a"}"#, r#"4 arrival {"after":4.0,"letter":"b"}"#]),
    (
        "Filter",
        &[
            r#"0 shipped {"data":{"order":1,"status":"paid"}}"#,
            r#"0 reminded {"data":{"order":2,"status":"open"},"reason":"'status' is not as wanted"}"#,
        ],
    ),
    ("FilterExpression", &[r#"0 alarm {"celsius":35}"#, r#"0 fine {"celsius":20}"#]),
    (
        "Generator",
        &[
            r#"0 reading {"index":0,"value":20}"#,
            r#"2 reading {"index":1,"value":25}"#,
            r#"4 reading {"index":2,"value":30}"#,
            r#"6 reading {"index":3,"value":35}"#,
            r#"8 reading {"index":4,"value":40}"#,
        ],
    ),
    (
        "Logger",
        &[
            "0 log Ada ordered 3 pieces",
            "0 log Bob ordered 1 pieces",
            r#"0 item {"customer":{"name":"Ada"},"pieces":3}"#,
            r#"0 item {"customer":{"name":"Bob"},"pieces":1}"#,
        ],
    ),
    ("Loop", &[r#"0 result {"data":112,"iterations":4,"reason":"condition"}"#]),
    (
        "Map",
        &[
            r#"0 temperature {"fahrenheit":95.0,"place":"roof"}"#,
            r#"0 temperature {"fahrenheit":14.0,"place":"cellar"}"#,
        ],
    ),
    (
        "Mapper",
        &[
            r#"0 order {"fields_mapped":["name","first","total","city"],"mapped_data":{"city":"unknown","first":"tulips","name":"Ada","total":35}}"#,
            r#"0 order {"fields_mapped":["name","first","city"],"mapped_data":{"city":"Ulm","first":"fern","name":"Bob"}}"#,
            r#"0 fault {"error":"mappings.total: TypeError: unsupported operand type(s) for +: 'int' and 'str'","original_data":{"customer":{"city":"Ulm","name":"Bob"},"lines":[{"item":"fern","price":8},{"item":"moss","price":"free"}]}}"#,
        ],
    ),
    (
        "Merge",
        &[
            r#"0 sale {"euro":5,"shop":"north"}"#,
            r#"1 sale {"euro":7,"shop":"south"}"#,
            r#"2 sale {"euro":5,"shop":"north"}"#,
        ],
    ),
    (
        "Reduce",
        &[r#"0 turnover {"count":2,"key":"north","value":7.5}"#, r#"0 turnover {"count":2,"key":"south","value":8}"#],
    ),
    (
        "ResultExtractor",
        &[
            r#"0 found {"confidence":0.9,"extracted_result":{"city":"Ulm","rain":true},"extraction_path":["json_code_block"],"format":"json_code_block","metadata":{"language":"json"}}"#,
            r#"0 found {"confidence":0.8,"extracted_result":[1,2,3],"extraction_path":["json_string"],"format":"json_string","metadata":{}}"#,
            r#"0 found {"confidence":0.0,"extracted_result":"no result at all","extraction_path":["original"],"format":"original","metadata":{}}"#,
        ],
    ),
    (
        "RetryHandler",
        &[
            r#"0 retry {"attempt":1,"data":{"failures":2,"id":8},"delay":1,"error":"ZeroDivisionError: division by zero"}"#,
            r#"1 retry {"attempt":2,"data":{"failures":2,"id":8},"delay":2,"error":"ZeroDivisionError: division by zero"}"#,
            r#"3 success {"attempts":3,"data":{"failures":2,"id":8},"result":8.0}"#,
            r#"20 retry {"attempt":1,"data":{"failures":5,"id":9},"delay":1,"error":"ZeroDivisionError: division by zero"}"#,
            r#"21 retry {"attempt":2,"data":{"failures":5,"id":9},"delay":2,"error":"ZeroDivisionError: division by zero"}"#,
            r#"23 exhausted {"attempts":3,"data":{"failures":5,"id":9},"errors":["ZeroDivisionError: division by zero","ZeroDivisionError: division by zero","ZeroDivisionError: division by zero"]}"#,
        ],
    ),
    (
        "SchemaValidator",
        &[
            r#"0 valid {"schema_type":"jsonschema","validated_data":{"sensor":"roof","value":42}}"#,
            r#"0 invalid {"errors":["value: the number 120 is not at most 100"],"original_data":{"sensor":"roof","value":120},"schema_type":"jsonschema"}"#,
            r#"0 invalid {"errors":["root: the key 'sensor' is missing"],"original_data":{"value":3},"schema_type":"jsonschema"}"#,
        ],
    ),
    ("Sink", &[r#"0 order {"item":"tulips","pieces":20}"#, r#"1 order {"item":"roses","pieces":12}"#]),
    ("Splitter", &[r#"0 reading {"index":0,"item":3}"#, r#"0 reading {"index":1,"item":5}"#, "0 empty {}"]),
    (
        "TextClipper",
        &[
            r#"0 text {"clipped_text":"short","original_length":5,"was_clipped":false}"#,
            r#"0 text {"clipped_text":"a text that …","original_length":36,"was_clipped":true}"#,
        ],
    ),
    ("TextRenderer", &[r#"0 text {"rendered_text":"Tea costs 4.5 euro, green"}"#]),
    (
        "Throttle",
        &[
            r#"0 sent {"request":1}"#,
            r#"1 dropped {"request":4}"#,
            r#"1 sent {"request":2}"#,
            r#"2 sent {"request":3}"#,
        ],
    ),
    (
        "TimeProvider",
        &[
            r#"0 time {"request":{"who":"Ada"},"time":"2024-05-01T12:00:00","timestamp":1714564800.0}"#,
            r#"90 time {"request":{"who":"Bob"},"time":"2024-05-01T12:01:30","timestamp":1714564890.0}"#,
        ],
    ),
];
