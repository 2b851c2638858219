//! Fields of payloads, what they make, and jobs that take nothing any more.

use super::*;
use crate::flow::document::{Format, parse_value, read_text};

fn value(text: &str) -> Value {
    parse_value(text).unwrap()
}

fn texts(fields: &[KeyField]) -> Vec<(&str, &str)> {
    fields.iter().map(|field| (field.key.as_str(), field.text.as_str())).collect()
}

fn added(number: usize, key: &str, text: &str) -> KeyField {
    KeyField { number, key: key.into(), text: text.into(), is_added: true }
}

#[test]
fn the_newest_payload_fills_the_fields_and_others_add_keys() {
    let recent = [value(r#"{"name": "x", "size": 1}"#), value(r#"{"name": "y", "tags": []}"#), value("7")];
    let fields = fields(&recent[0], &recent).unwrap();
    assert_eq!(texts(&fields), [("name", "\"x\""), ("size", "1"), ("tags", "")]);
    assert_eq!(payload(&fields).unwrap(), recent[0], "what is empty is left out");
    assert_eq!(next_number(&fields), 3);
}

#[test]
fn what_is_no_map_has_no_fields() {
    assert_eq!(fields(&value("[1]"), &[]), None);
    assert_eq!(fields(&value("{}"), &[]), Some(Vec::new()));
}

#[test]
fn faults_stand_beside_their_fields() {
    let fields = [added(4, "a", "1"), added(5, "b", "one"), added(6, "", "2"), added(7, "a", "3"), added(8, "", " ")];
    let faults = payload(&fields).unwrap_err();
    assert_eq!(faults.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [5, 6, 7]);
    assert!(faults[0].1.contains("JSON") && faults[1].1.contains("name") && faults[2].1.contains("already"));
}

#[test]
fn fields_become_text_even_if_they_are_wrong() {
    let fields = [added(0, "a", "[1]"), added(1, "b\"", "one"), added(2, "c", "")];
    assert_eq!(as_text(&fields), "{\n  \"a\": [1],\n  \"b\\\"\": one\n}");
    assert_eq!(value(&as_text(&fields[..1])), value(r#"{"a": [1]}"#));
    assert_eq!(as_text(&[]), "{}");
}

#[test]
fn jobs_that_have_ended_say_so_and_what_helps() {
    let jobs = |statuses: &[&str]| {
        let job = |(index, status): (usize, &&str)| (format!("job-{}", index + 1), (*status).to_owned());
        statuses.iter().enumerate().map(job).collect::<Vec<_>>()
    };
    let some = jobs(&["running", "completed"]);
    assert_eq!(offered_job(&some), "job-1");
    assert_eq!(refusal(&some, "job-1"), None);
    assert!(refusal(&some, "job-2").unwrap().contains("choose another job"));
    let none = jobs(&["failed", "completed"]);
    assert_eq!(offered_job(&none), "job-2");
    assert_eq!(
        refusal(&none, "job-2").unwrap(),
        "job-2 is completed and takes nothing any more: start a new run for this"
    );
    assert!(refusal(&[], "").unwrap().contains("Nothing has been started"));
    assert_eq!(refusal(&jobs(&["idle"]), "job-1"), None, "an idle job waits for more");
}

#[test]
fn entry_data_go_where_the_engine_puts_them() {
    let flow = |slots: &str| {
        let text = format!(
            r#"{{"flow_id": "f", "routines": {{
                "a": {{"class": "Python", "slots": ["fed"], "events": ["out"], "logic": "def logic():\n    pass\n"}},
                "b": {{"class": "Python", "slots": {slots}, "logic": "def logic():\n    pass\n"}}}},
                "connections": [{{"from": "a.out", "to": "a.fed"}}]}}"#
        );
        read_text(&text, Format::Json).into_flow().unwrap()
    };
    let entry = |slots: &str| entry_port(&flow(slots), &Catalogue::default()).map(|slot| slot.to_string());
    assert_eq!(entry(r#"["x", "trigger"]"#).as_deref(), Some("b.trigger"));
    assert_eq!(entry(r#"["x", "y"]"#).as_deref(), Some("b.x"));
    assert_eq!(entry("[]"), None);
}
