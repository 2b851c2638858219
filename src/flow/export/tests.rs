//! Tests of the text of an export; `tests/it/routilux_export.rs` runs exports on the library.

use super::super::document::{Format, read_text};
use super::text::{class_name, literal, quoted, source};
use super::to_routilux;
use crate::flow::value::Value;
use crate::routines::catalogue;

fn exported(text: &str) -> String {
    let flow = read_text(text, Format::Yaml).into_flow().unwrap_or_else(|problems| panic!("{problems:#?}"));
    to_routilux(&flow, &catalogue())
}

#[test]
fn texts_are_python_literals() {
    assert_eq!(quoted("a\"b\\c\nd\t\u{1}é"), "\"a\\\"b\\\\c\\nd\\t\\U00000001é\"");
    assert_eq!(source("x = 1"), "\"x = 1\"");
    assert_eq!(source("a = \"\"\"b\"\"\"\nc = '\\n'"), "\"\"\"\\\na = \\\"\\\"\\\"b\\\"\\\"\\\"\nc = '\\\\n'\"\"\"");
    assert!(source("a\nb = \"c\"").ends_with("\"c\\\"\"\"\""));
    let value = Value::map([("a", Value::list([Value::Null, Value::from(true), Value::from(1.5)]))]);
    assert_eq!(literal(&value), "{\"a\": [None, True, 1.5]}");
}

#[test]
fn class_names_are_names_and_differ() {
    assert_eq!(class_name("hot-things 2", &[]), "HotThings2Routine");
    assert_eq!(class_name("2nd", &[]), "R2ndRoutine");
    assert_eq!(class_name("größe", &[]), "GrERoutine");
    assert_eq!(class_name("ö", &[]), "RRoutine");
    assert_eq!(class_name("python", &[]), "PythonRoutine2");
    assert_eq!(class_name("a", &["ARoutine".into(), "ARoutine2".into()]), "ARoutine3");
}

#[test]
fn the_header_says_what_the_library_does_not_do() {
    let simple = exported("routines: {a: {class: Merge}}\ninputs: [{to: a.input, data: 1}]");
    assert!(simple.contains("- Nothing that is known"), "{simple}");
    let rich = exported(
        "routines:\n  a: {class: Python, slots: {in: {overflow: fail}}, policy: {type: time_interval, min_interval_seconds: 1}, duration: 2, \
         logic: \"def logic():\\n    sleep(random())\\n\", error_handler: retry}\n  b: {class: Batcher}\n  c: {class: Newcomer}\n\
         execution: {completion: manual}\nbreakpoints: [{type: routine, routine: a}]\n",
    );
    for said in [
        "Breakpoints are left out",
        "Error handlers are set, but",
        "Retries never retry",
        "Durations are left out",
        "the machine's, not the flow's",
        "A full slot always drops",
        "does not stay open",
        "c (Newcomer)",
        "no inputs",
    ] {
        assert!(rich.replace("\n ", "").contains(said), "{said}\n{}", &rich[..2500]);
    }
    assert!(rich.contains("r0.set_error_handler(ErrorHandler(\"retry\"))"));
    assert!(rich.contains("class CRoutine(NotExported):"));
    assert!(!simple.contains("NotExported") && !simple.contains("class Batcher"), "{simple}");
    assert!(rich.contains("class Batcher(BuiltIn):"));
}

#[test]
fn a_connection_that_changes_what_passes_has_a_path_of_its_own() {
    let text = exported(
        "routines: {a: {class: Merge}, b: {class: Sink}}\nconnections:\n- {from: a.output, to: b.input}\n\
         - {from: a.output, to: b.input, map: {x: y}, transform: data}\n",
    );
    assert!(text.contains("path = r0.wire(\"output\", 0, {}, None)\n"), "{text}");
    assert!(text.contains(
        "path = r0.wire(\"output\", 1, {\"x\": \"y\"}, \"data\")\n    flow.connect(\"a\", path, \"b\", \"input\")"
    ));
}
