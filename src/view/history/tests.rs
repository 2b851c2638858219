//! Undo and redo.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;
use crate::flow::model::PortRef;

fn named(name: &str) -> Flow {
    let connections = vec![Connection::new(PortRef::new("a", "x"), PortRef::new("b", "in"))];
    Flow { name: Some(name.into()), connections, ..Flow::default() }
}

fn name(history: &History) -> &str {
    history.present().name.as_deref().unwrap_or_default()
}

#[test]
fn steps_go_back_and_forth() {
    let mut history = History::new(named("0"));
    for step in ["1", "2", "3"] {
        history.record(named(step), format!("step {step}"), None);
    }
    assert_eq!(history.undo_label(), Some("step 3"));
    assert_eq!(history.undo().unwrap(), "step 3");
    assert_eq!(history.undo().unwrap(), "step 2");
    assert_eq!((name(&history), history.redo_label()), ("1", Some("step 2")));
    assert_eq!(history.redo().unwrap(), "step 2");
    assert_eq!(*history.present(), named("2"));
    history.record(named("other"), "other".into(), None);
    assert_eq!(history.redo(), None);
    assert_eq!(history.undo_labels().collect::<Vec<_>>(), ["other", "step 2", "step 1"]);
}

#[test]
fn steps_with_the_same_key_are_one() {
    let mut history = History::new(named("0"));
    let key = Some("name".to_string());
    for step in ["1", "2", "3"] {
        history.record(named(step), "Rename".into(), key.clone());
    }
    history.close_step();
    history.record(named("4"), "Rename".into(), key.clone());
    assert_eq!(history.undo_labels().count(), 2);
    history.undo();
    assert_eq!(name(&history), "3");
    // After an undo a new step begins, even with the same key.
    history.record(named("5"), "Rename".into(), key);
    assert_eq!(history.undo_labels().count(), 2);
    history.undo();
    history.undo();
    assert_eq!(name(&history), "0");
    assert_eq!(history.undo(), None);
}

#[test]
fn what_changes_nothing_is_no_step() {
    let mut history = History::new(named("0"));
    history.record(named("0"), "nothing".into(), None);
    assert_eq!(history.undo_label(), None);
}

#[test]
fn the_oldest_steps_are_forgotten() {
    let mut history = History::new(named("start"));
    for step in 0..HISTORY_CAPACITY + 10 {
        history.record(named(&step.to_string()), String::new(), None);
    }
    assert_eq!(history.undo_labels().count(), HISTORY_CAPACITY);
    while history.undo().is_some() {}
    assert_eq!(name(&history), "9");
}

#[test]
fn steps_share_connections_that_did_not_change() {
    let mut history = History::new(named("0"));
    history.record(named("1"), String::new(), None);
    history.record(named("2"), String::new(), None);
    assert!(Arc::ptr_eq(&history.past[0].connections, &history.past[1].connections));
}
