//! Short texts.

use super::*;
use crate::flow::value::Value;

#[test]
fn values_are_cut_to_the_room_there_is() {
    let value = Value::map([("value", Value::Int(150)), ("name", Value::from("böiler")), ("list", Value::list([]))]);
    assert_eq!(value_text(&value, 80), r#"{value: 150, name: "böiler", list: []}"#);
    assert_eq!(value_text(&value, 15), "{value: 150, n…");
    assert_eq!(value_text(&value, 0), "");
    assert_eq!(value_text(&Value::from("plain"), 80), "plain");
    assert_eq!(value_text(&Value::from("two\nlines"), 80), "two lines");
    assert_eq!(value_text(&Value::Float(2.0), 80), "2.0");
    assert_eq!(value_text(&Value::from("ééééé"), 3), "éé…");
    for max_chars in 1..60 {
        assert!(value_text(&value, max_chars).chars().count() <= max_chars);
    }
}

#[test]
fn a_huge_value_is_cut_where_the_text_ends() {
    let huge = Value::list((0..1_000_000).map(Value::Int));
    let deep = (0..10_000).fold(Value::Null, |inner, _| Value::list([inner]));
    assert_eq!(value_text(&huge, 10), "[0, 1, 2,…");
    assert_eq!(value_text(&deep, 10), "[[[[…]]]]");
    // A value nested so deeply would end the stack when it is freed; no document can hold one.
    std::mem::forget(deep);
}

#[test]
fn counts_are_short() {
    let texts = [0, 999, 1_000, 1_234, 15_900, 999_999, 1_000_000, 12_000_000_000].map(count_text);
    assert_eq!(texts, ["0", "999", "1k", "1.2k", "15.9k", "999k", "1M", "12G"]);
    assert_eq!([badge_text(7), badge_text(999), badge_text(1_000)], ["7", "999", "999+"]);
}

#[test]
fn rates_are_short() {
    let texts = [0.0, 0.04, 0.5, 2.0, 9.94, 9.99, 240.3, 1234.0, f64::NAN].map(rate_text);
    assert_eq!(texts, ["0/s", "0.1/s", "0.5/s", "2/s", "9.9/s", "10/s", "240/s", "1.2k/s", "0/s"]);
}

#[test]
fn times_have_the_unit_that_fits() {
    let texts = [0, 999, 1_000, 1_500, 250_000, 1_500_000, 59_999_999, 125_000_000, 3_600_000_000, 5_460_000_000]
        .map(time_text);
    let wanted = ["0 µs", "999 µs", "1 ms", "1.5 ms", "250 ms", "1.5 s", "59.999 s", "2 min 5 s", "1 h", "1 h 31 min"];
    assert_eq!(texts, wanted);
    assert_eq!(seconds_text(0.25), "250 ms");
}
