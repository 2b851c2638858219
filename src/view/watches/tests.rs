//! What watches say.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;
use crate::protocol::parts::part;

fn history(values: &[(u64, Value)]) -> WatchHistory {
    let point = |(seq, value): &(u64, Value)| WatchPoint {
        seq: *seq,
        t: *seq * 1000,
        job: "job-1".into(),
        part: part("", "", value),
    };
    WatchHistory {
        valid: true,
        evaluated: values.len() as u64,
        points: values.iter().map(point).collect(),
        ..WatchHistory::default()
    }
}

fn known(values: &[(u64, Value)]) -> Known {
    let mut known = Known::default();
    known.take(history(values));
    known
}

#[test]
fn the_value_at_a_moment_is_the_last_one_before_it() {
    let known = known(&[(0, Value::Int(0)), (5, Value::Int(10)), (9, Value::Int(20))]);
    let at = |seq| known.at(seq).map(|(index, point)| (index, point.part.text.clone())).unwrap();
    assert_eq!(at(0), (0, "0".into()));
    assert_eq!(at(5), (0, "0".into()));
    assert_eq!(at(6), (1, "10".into()));
    assert_eq!(at(100), (2, "20".into()));
    assert_eq!(Known::default().at(3), None);
}

#[test]
fn pieces_join_without_saying_a_value_twice() {
    let mut known = Known::default();
    let first = WatchHistory { next: Some(7), ..history(&[(0, Value::Int(1)), (4, Value::Int(2))]) };
    assert_eq!(known.take(first), Some(7));
    assert!(known.summary(false).contains("looking further"));
    assert_eq!(known.take(history(&[(7, Value::Int(2)), (8, Value::Int(3))])), None);
    assert_eq!(known.numbers(), [(0, 1.0), (4, 2.0), (8, 3.0)]);
    assert_eq!(known.summary(false), "2 changes, 1 to 3");
}

#[test]
fn summaries_are_in_words() {
    assert_eq!(known(&[(0, Value::Int(4))]).summary(false), "never changed");
    assert_eq!(known(&[]).summary(true), "nothing came by");
    assert_eq!(known(&[(1, Value::from("a")), (2, Value::from("b"))]).summary(true), "2 values");
    let bad = WatchHistory { message: Some("SyntaxError".into()), ..WatchHistory::default() };
    let mut known = Known::default();
    assert_eq!(known.take(bad), None);
    assert_eq!(known.summary(false), "SyntaxError");
}

#[test]
fn numbers_are_drawn_as_steps_and_never_too_many() {
    assert_eq!(spark_path(&[(0, 1.0)], 100.0, 20.0), None);
    let path = spark_path(&[(0, 0.0), (5, 1.0), (10, 0.0)], 102.0, 20.0).unwrap();
    assert_eq!(path, "M1.0 18.0H51.0V2.0H101.0V18.0H101.0");
    assert!(spark_path(&[(0, 3.0), (9, 3.0)], 102.0, 20.0).unwrap().starts_with("M1.0 10.0"));
    let many: Vec<(u64, f64)> = (0..100_000).map(|seq| (seq, (seq % 7) as f64)).collect();
    assert!(spark_path(&many, 120.0, 20.0).unwrap().len() < 5_000);
}

#[test]
fn watches_are_kept_and_read_again() {
    let watches = [
        Watch { expression: "shared_data['a']".into(), place: None },
        Watch { expression: "n * 2".into(), place: Some(connection_place("a.x", "b.y")) },
    ];
    assert_eq!(from_value(&to_value(&watches)), watches);
    assert_eq!(from_value(&Value::from("nonsense")), []);
    assert_eq!(place_name(watches[1].place.as_ref()), "a.x → b.y");
    assert_eq!(place_name(None), "shared data and states");
    assert_eq!(place_name(Some(&slot_place("b.y"))), "b.y");
    assert_eq!(place_name(Some(&event_place("a.x"))), "a.x");
}

#[test]
fn an_expression_can_be_followed_by_the_way_into_its_value() {
    let name = |expression: &str| Watch { expression: expression.into(), place: None }.name();
    assert_eq!(name("state['sink'].get(\"rows\")"), "state['sink'].get(\"rows\")");
    assert_eq!(name("a + b"), "(a + b)");
}
