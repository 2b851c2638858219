//! Completing words in fields of Python.

use super::*;

fn key(path: &str, example: &str) -> SeenKey {
    SeenKey { path: path.into(), kinds: vec!["an integer".into()], count: 1, example: example.into() }
}

fn labels(word: &str, keys: &[SeenKey], names: &[&str]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let word = word_at(word, word.encode_utf16().count()).unwrap();
    suggestions(&word, keys, &names).into_iter().map(|suggestion| suggestion.label).collect()
}

#[test]
fn the_word_before_the_caret_is_completed() {
    let text = "value > 1 and cust";
    let word = word_at(text, text.len()).unwrap();
    assert_eq!(word.text, "cust");
    let keys = [key("customer.name", "Ada"), key("value", "1")];
    let found = suggestions(&word, &keys, &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(accept(text, &word, &found[0]), ("value > 1 and customer.name".into(), 27));
}

#[test]
fn the_caret_may_stand_anywhere_and_counts_utf_16() {
    let text = "naïve🙂 == va and x";
    let caret = "naïve🙂 == va".encode_utf16().count();
    let word = word_at(text, caret).unwrap();
    assert_eq!(word.text, "va");
    let found = suggestions(&word, &[key("value", "1")], &[]);
    let (text, caret) = accept(text, &word, &found[0]);
    assert_eq!(text, "naïve🙂 == value and x");
    assert_eq!(caret, "naïve🙂 == value".encode_utf16().count());
    assert_eq!(word_at("ab", 3), None);
}

#[test]
fn keys_come_before_names_and_beginnings_before_parts() {
    let keys = [key("average", "2"), key("value", "1"), key("old_value", "0")];
    assert_eq!(labels("va", &keys, &["data"]), ["value", "old_value"]);
    assert_eq!(labels("d", &keys, &["data"]), ["data", "old_value"]);
    assert_eq!(labels("data.va", &keys, &["data"]), ["value", "old_value"]);
    assert_eq!(labels("", &keys, &["data"]).len(), 4);
    assert_eq!(labels("1", &keys, &["data"]), Vec::<String>::new());
    assert_eq!(labels("value", &keys, &[]), ["old_value"], "what is there already completes nothing");
}

#[test]
fn a_key_that_is_no_name_is_written_as_an_index() {
    let text = "odd";
    let word = word_at(text, 3).unwrap();
    let found = suggestions(&word, &[key("odd key", "1")], &[]);
    assert_eq!(accept(text, &word, &found[0]).0, "data[\"odd key\"]");
}

#[test]
fn log_messages_are_completed_only_inside_of_braces() {
    let at_end = |text: &str| is_in_braces(text, text.len());
    assert!(at_end("got {va"));
    assert!(!at_end("got va") && !at_end("got {value} va") && !at_end("got {{va"));
    assert_eq!(expressions_of("got {value} of {data['x']}, {{plain}}"), ["value", "data['x']"]);
}
