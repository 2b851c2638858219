//! Every class that can be exported, run on the library Routilux itself: its sample and what else it can be asked for.

use std::fmt::Write;
use std::path::PathBuf;

use flow_playground::engine::behaviour::Library;
use flow_playground::flow::document::Format;
use flow_playground::flow::document::{parse_value, read_text};
use flow_playground::routines::{StandardLibrary, catalogue};

use crate::routilux_export::{on_the_engine, on_the_library, python};

/// The classes that have a Python source in the export.
fn exported_classes() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/flow/export/python/classes");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut classes: Vec<String> = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    classes.sort();
    classes
}

#[test]
fn samples_make_the_same_on_the_library() {
    let Some(python) = python() else { return };
    for class in exported_classes() {
        let sample = StandardLibrary.sample(&class).unwrap_or_else(|| panic!("there is no class {class}"));
        let (collected, told) = on_the_library(&python, &class, sample);
        assert_eq!(collected, on_the_engine(sample), "{class}\n{told}");
    }
}

/// A document with one routine whose every event is collected.
fn document_of(class: &str, config: &str, items: &[(f64, &str, &str)]) -> String {
    let draft = format!("routines: {{it: {{class: {class}, config: {config}}}}}");
    let ports = catalogue().ports(&read_text(&draft, Format::Yaml).into_flow().unwrap().routines[0]);
    let mut text = format!("routines:\n  it: {{class: {class}, config: {config}}}\n");
    let mut connections = String::from("connections:\n");
    for event in &ports.events {
        let name = &event.name;
        writeln!(text, "  to {name}: {{class: Sink, config: {{output_type: {name}}}}}").unwrap();
        writeln!(connections, "- {{from: it.{name}, to: to {name}.input}}").unwrap();
    }
    text.push_str(&connections);
    text.push_str("inputs:\n");
    for (at, slot, data) in items {
        writeln!(text, "- {{to: it.{slot}, at: {at:?}, data: {data}}}").unwrap();
    }
    text
}

#[test]
fn settings_make_the_same_on_the_library() {
    let Some(python) = python() else { return };
    let mut unequal = String::new();
    for (number, (class, config, items)) in CASES.iter().enumerate() {
        parse_value(config).unwrap();
        let text = document_of(class, config, items);
        let expected = on_the_engine(&text);
        let (collected, told) = on_the_library(&python, &format!("{class}-{number}"), &text);
        if collected != expected {
            writeln!(unequal, "{class} {config}\n  engine  {expected:?}\n  library {collected:?}\n{told}").unwrap();
        }
    }
    assert!(unequal.is_empty(), "{unequal}");
}

type Item = (f64, &'static str, &'static str);

const BURST: &[Item] = &[
    (0.0, "input", "1"),
    (0.0, "input", "2"),
    (0.2, "input", "3"),
    (0.4, "input", "4"),
    (1.0, "input", "5"),
    (1.0, "input", "6"),
    (2.0, "input", "7"),
    (7.5, "input", "8"),
];
const SOURCES: &[Item] =
    &[(0.0, "a", "1"), (1.0, "b", "2"), (2.0, "a", "[3, [4]]"), (2.5, "a", "5"), (20.0, "b", "{\"x\": 6}")];
const START: &[Item] = &[(1.0, "trigger", "null"), (1.5, "trigger", "1")];
const SALES: &[Item] = &[
    (0.0, "input", r#"{"shop": "n", "euro": 5}"#),
    (0.5, "input", r#"{"shop": "s", "euro": 2.5}"#),
    (1.0, "input", r#"{"shop": "n", "euro": 1}"#),
    (1.2, "input", r#"{"euro": 7}"#),
    (4.0, "input", r#"{"shop": "n", "euro": -3}"#),
];
const SHOPS: &[Item] =
    &[(0.0, "input", r#"{"shop": "n"}"#), (0.5, "input", r#"{"shop": "s"}"#), (1.0, "input", r#"{"shop": "n"}"#)];
const THINGS: &[Item] = &[
    (0.0, "input", r#"{"a": 1, "b": {"c": [1, {"d": "x<y"}], "e": null}, "text": "ä long text"}"#),
    (0.0, "input", r#"[1, 2.5, "x", null, true, {"k": []}]"#),
    (0.0, "input", r#""a text\nof two lines""#),
    (0.0, "input", "7"),
    (0.0, "input", "2.0"),
    (0.0, "input", "null"),
    (0.0, "input", "false"),
    (0.0, "input", "{}"),
    (0.0, "input", "[]"),
    (0.0, "input", r#"{"a": "1", "flag": "true", "list": ["1", "2"]}"#),
];
const ANSWERS: &[Item] = &[
    (0.0, "input", r#""text ```json\n{\"a\": 1}\n``` and ```\nplain\n```\nend""#),
    (0.0, "input", r#""```yaml\na: 1\n```\n```xml\n<a/>\n```\n```python\nprint(1)""#),
    (0.0, "input", r#"" [1, 2] ""#),
    (0.0, "input", r#"{"data": "{\"x\": 2}"}"#),
    (0.0, "input", r#"[{"format": "text", "content": "one"}, {"format": "json", "content": {"two": 2}}]"#),
    (0.0, "input", r#"{"k": 1}"#),
    (0.0, "input", "[3]"),
    (0.0, "input", "5"),
];

/// Class, config, and what comes when to which slot.
const CASES: &[(&str, &str, &[Item])] = &[
    ("Batcher", r#"{"batch_size": 2, "batch_timeout": 5}"#, BURST),
    ("Batcher", r#"{"batch_size": 3, "batch_timeout": 0.5}"#, BURST),
    ("Batcher", "{}", BURST),
    ("Debouncer", "{}", BURST),
    ("Debouncer", r#"{"leading": true}"#, BURST),
    ("Debouncer", r#"{"wait": 0.5, "max_wait": 0.7}"#, BURST),
    ("Aggregator", r#"{"slots": ["a", "b"], "timeout": 5}"#, SOURCES),
    ("Aggregator", r#"{"slots": ["a", "b"], "mode": "any", "merge_strategy": "flatten"}"#, SOURCES),
    ("Aggregator", r#"{"slots": ["a", "b"], "mode": "n_of_m", "threshold": 1, "merge_strategy": "list"}"#, SOURCES),
    ("Aggregator", r#"{"slots": ["a", "b"], "timeout": 0, "mode": "n_of_m"}"#, SOURCES),
    ("Delay", "{}", BURST),
    ("Delay", r#"{"seconds": 0}"#, BURST),
    ("Delay", r#"{"seconds": 0.3}"#, BURST),
    ("Throttle", "{}", BURST),
    ("Throttle", r#"{"mode": "drop", "interval": 0.3}"#, BURST),
    ("Throttle", r#"{"max_waiting": 1, "interval": 0.5}"#, BURST),
    ("Throttle", r#"{"interval": 0}"#, BURST),
    ("Generator", r#"{"count": 3, "interval": 0.5, "start": 5, "step": -2}"#, START),
    ("Generator", r#"{"count": 2, "interval": 0, "start": -5, "step": 3}"#, START),
    ("Generator", r#"{"source": "random", "count": 20, "interval": 0.1, "low": 1, "high": 6}"#, START),
    ("Generator", r#"{"source": "random", "count": 20, "interval": 0, "low": -0.5, "high": 6, "seed": -7}"#, START),
    (
        "Generator",
        r#"{"source": "csv", "interval": 0.3, "text": "name, n\n\"a, \"\"b\"\"\",1\r\n\nc,-2.5\nd,\"7\"\ne\n007,1e3"}"#,
        START,
    ),
    ("Generator", r#"{"source": "csv", "separator": ";", "count": 1, "text": "a;b\n\"x\ny\";2\n3;4"}"#, START),
    ("Generator", r#"{"source": "json_lines", "interval": 0, "text": "{\"a\": 1}\n\n[2]\n"}"#, START),
    ("Generator", r#"{"source": "list", "items": [1, "x", null], "count": 2}"#, START),
    ("TimeProvider", "{}", &[(1.5, "request", "7"), (90.25, "request", "{}")]),
    ("TimeProvider", r#"{"format": "formatted", "start": "2024-02-28T23:59:59"}"#, &[(1.5, "request", "7")]),
    ("TimeProvider", r#"{"format": "timestamp", "start": "1969-12-31"}"#, &[(1.5, "request", "7")]),
    (
        "TimeProvider",
        r#"{"format": "custom", "custom_format": "%d.%m.%Y %j %f %% %q"}"#,
        &[(0.000_001, "request", "7"), (5.0, "request", "8")],
    ),
    (
        "RetryHandler",
        r#"{"operation": "data['ok'] if random < 0.4 else 1 / 0", "max_attempts": 4, "backoff": "exponential_jitter"}"#,
        &[(0.0, "input", r#"{"ok": 1}"#), (0.1, "input", r#"{"ok": 2}"#), (0.1, "input", r#"{"no": 3}"#)],
    ),
    (
        "RetryHandler",
        r#"{"operation": "1 / (attempt - 3)", "backoff": "linear", "base_delay": 0.5, "max_errors_kept": 1, "max_attempts": 6}"#,
        &[(0.0, "input", "1"), (0.2, "input", "2")],
    ),
    (
        "RetryHandler",
        r#"{"operation": "data['x'] + attempt", "retryable_exceptions": ["LookupError"], "backoff": "fixed", "max_attempts": 2}"#,
        &[(0.0, "input", r#"{"x": 1}"#), (0.0, "input", "{}"), (0.0, "input", r#"{"x": "y"}"#)],
    ),
    ("RetryHandler", "{}", BURST),
    ("Reduce", r#"{"field": "euro"}"#, SALES),
    ("Reduce", r#"{"field": "euro", "key": "shop", "operation": "mean"}"#, SALES),
    ("Reduce", r#"{"field": "euro", "key": "shop", "operation": "max", "window": 2}"#, SALES),
    ("Reduce", r#"{"field": "euro", "key": "shop", "operation": "list", "window_seconds": 1}"#, SALES),
    ("Reduce", r#"{"operation": "count", "window": 2}"#, SALES),
    ("Reduce", r#"{"field": "euro", "operation": "min"}"#, SALES),
    ("Reduce", r#"{"field": "shop", "operation": "first"}"#, SHOPS),
    ("Reduce", r#"{"field": "shop", "operation": "last", "initial": "none"}"#, SHOPS),
    ("Reduce", r#"{"expression": "total + value['euro'] * 2", "initial": 10}"#, SALES),
    ("Counter", r#"{"key": "shop", "every": 2}"#, SALES),
    ("Counter", "{}", SALES),
    ("Loop", r#"{"max_iterations": 3}"#, &[(0.0, "input", "1"), (1.0, "again", r#"{"data": 5, "iteration": 1}"#)]),
    (
        "Loop",
        r#"{"condition": "data < 4 and iteration < 9"}"#,
        &[
            (0.0, "input", "1"),
            (1.0, "again", "3"),
            (2.0, "again", r#"{"data": 5, "iteration": 1}"#),
            (2.0, "input", "7"),
        ],
    ),
    ("Branch", r#"{"condition": "isinstance(data, dict)"}"#, THINGS),
    ("Branch", r#"{"field": "a"}"#, THINGS),
    ("Branch", r#"{"field": "a", "operator": "exists"}"#, THINGS),
    ("Branch", r#"{"field": "a", "operator": "==", "value": 1.0}"#, THINGS),
    ("Branch", r#"{"field": "a", "operator": "!=", "value": "1"}"#, THINGS),
    ("Branch", r#"{"operator": ">=", "value": 7}"#, THINGS),
    ("Branch", r#"{"operator": "<", "value": 2.5}"#, THINGS),
    ("Branch", r#"{"operator": "in", "value": [7, false, "x"]}"#, THINGS),
    ("Branch", r#"{"operator": "contains", "value": "x"}"#, THINGS),
    (
        "ConditionalRouter",
        r#"{"routes": [["one", {"a": 1}], ["text", "isinstance(data, str)"], ["flag", "data.flag"]], "default_route": "rest"}"#,
        THINGS,
    ),
    (
        "ConditionalRouter",
        r#"{"routes": {"map": "isinstance(data, dict)", "a": "'a' in data"}, "route_priority": "all_matches"}"#,
        THINGS,
    ),
    ("Filter", r#"{"condition": "a"}"#, THINGS),
    ("Filter", r#"{"condition": {"a": 1, "text": "ä long text"}, "invert": true}"#, THINGS),
    ("Filter", r#"{"condition": [7, 2, {}], "include_reason": false}"#, THINGS),
    ("Filter", "{}", THINGS),
    ("FilterExpression", r#"{"expression": "data"}"#, THINGS),
    ("Map", r#"{"expression": "[data, str(data), type(data).__name__]"}"#, THINGS),
    ("Merge", "{}", THINGS),
    ("Splitter", "{}", THINGS),
    ("Splitter", r#"{"field": "b", "dict_mode": "items", "include_index": true, "include_count": true}"#, THINGS),
    ("Splitter", r#"{"dict_mode": "keys", "split_strings": true}"#, THINGS),
    ("Splitter", r#"{"dict_mode": "entries"}"#, THINGS),
    ("DataFlattener", "{}", THINGS),
    ("DataFlattener", r#"{"separator": "/", "preserve_lists": false, "max_depth": 2}"#, THINGS),
    ("Mapper", r#"{"mappings": {"x": "$.b.c[-1].d", "y": "b.c[*]", "z": "a"}, "keep_unmapped": true}"#, THINGS),
    (
        "Mapper",
        r#"{"mappings": {"x": {"path": "a", "transform": "value + 1", "default": 9}, "y": "$.none", "z": "list[*]"},
            "drop_missing": false, "default_value": []}"#,
        THINGS,
    ),
    ("Logger", r#"{"message": "{a} {{b}} {b.c[0]} {none}", "level": "warn"}"#, THINGS),
    ("TextClipper", r#"{"max_length": 5, "truncation_message": "…"}"#, THINGS),
    ("TextClipper", r#"{"max_length": 3, "field": "b.c"}"#, THINGS),
    ("TextClipper", r#"{"max_length": 3}"#, &[(0.0, "input", r#""Traceback (most recent call last): x""#)]),
    ("TextRenderer", "{}", THINGS),
    ("TextRenderer", r#"{"tag_format": "markdown"}"#, THINGS),
    ("TextRenderer", r#"{"template": "{a}: {b.c} {{x}} {text}"}"#, THINGS),
    ("ResultExtractor", "{}", ANSWERS),
    (
        "ResultExtractor",
        r#"{"strategy": "priority", "extractor_priority": ["code_block", "xml_code_block"], "extract_xml_blocks": true}"#,
        ANSWERS,
    ),
    ("ResultExtractor", r#"{"strategy": "all", "extract_yaml_blocks": true, "extract_xml_blocks": true}"#, ANSWERS),
    ("ResultExtractor", r#"{"strategy": "best", "extract_yaml_blocks": true}"#, ANSWERS),
    (
        "SchemaValidator",
        r#"{"schema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 1}, "flag": {"type": "boolean"},
            "list": {"type": "array", "items": {"type": "number"}, "maxItems": 2}, "b": {"properties": {"c": {"minItems": 3}}}}}}"#,
        THINGS,
    ),
    (
        "SchemaValidator",
        r#"{"schema": {"anyOf": [{"type": ["string", "null"], "maxLength": 30}, {"enum": [7, [], {}]}, {"const": 2}]}, "coerce_types": false}"#,
        THINGS,
    ),
    ("SchemaValidator", r#"{"schema": {"properties": {"a": {}}}, "strict_mode": true}"#, THINGS),
    ("SchemaValidator", r#"{"schema": "len(data) > 1"}"#, THINGS),
    ("SchemaValidator", r#"{"custom_validators": {"a": "value == 1", "b.c": "value"}}"#, THINGS),
    ("SchemaValidator", r#"{"schema": {"type": "string", "minLength": 2}}"#, THINGS),
];
