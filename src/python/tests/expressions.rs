//! Expressions: what they see, and what becomes of their values.

use std::rc::Rc;
use std::time::Duration;

use super::{show, value};
use crate::engine::behaviour::{Binding, Failure, JobView};
use crate::python::{compile_condition, compile_expression, limit_wall_time};

fn names() -> Vec<(&'static str, Binding)> {
    let data =
        r#"{"value": 150, "name": "n", "inner": {"deep": {"x": 1}, "list": [{"price": 3}, {"price": 5}]}, "items": 2}"#;
    vec![
        ("data", Binding::Record(value(data))),
        ("plain", Binding::Value(value(data))),
        ("items", Binding::Value(value("[1, 2]"))),
        (
            "job_state",
            Binding::Job(JobView {
                job_id: "job-1".into(),
                status: "running",
                shared_data: value(r#"{"count": {"n": 4}}"#),
                shared_log: Rc::new(vec![value(r#"{"a": 1}"#)]),
            }),
        ),
    ]
}

fn evaluate(source: &str) -> Result<String, Failure> {
    let expression = compile_expression(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    expression.evaluate(&names()).map(|value| show(&value))
}

#[track_caller]
fn gives(source: &str, expected: &str) {
    assert_eq!(evaluate(source).unwrap_or_else(|failure| panic!("{source}: {failure:?}")), expected, "{source}");
}

#[track_caller]
fn raises(source: &str, expected: &str) {
    let failure = evaluate(source).expect_err(source);
    assert_eq!(format!("{}: {}", failure.error_type, failure.message), expected, "{source}");
}

#[test]
fn plain_values() {
    gives("data['value'] > 100 and len(items) > 0", "true");
    gives(
        "{'sum': plain['value'] + items[0], 'keys': sorted(plain)}",
        r#"{"sum":151,"keys":["inner","items","name","value"]}"#,
    );
    gives("[v * 2 for v in items if v > 1]", "[4]");
    gives("None if plain['value'] else 'zero'", "null");
    gives("(1, (2, 3))", "[1,[2,3]]");
    gives("1, 2", "[1,2]");
    gives("  2 ** 70\n", "1180591620717411303424");
    gives("(lambda x: x + len(items))(1)", "3");
    gives("[\n  1,\n  # a comment\n  2,\n]", "[1,2]");
}

#[test]
fn records_have_entries_as_attributes_at_every_depth() {
    gives("data.value > 100 and data['value'] > 100", "true");
    gives("data.inner.deep.x + data['inner'].deep['x'] + data.inner['deep'].x", "3");
    gives("[i.price for i in data.inner.list if i.price > 3]", "[5]");
    gives("data.get('value') + data.inner.deep.get('y', 7)", "157");
    gives(
        "'value' in data and len(data) == 4 and sorted(data.keys()) == ['inner', 'items', 'name', 'value'] and data.value",
        "150",
    );
    gives("data.items", "2");
    gives("len(data.items())", "4");
    gives("(data).value", "150");
    gives("data . value", "150");
    gives("data == plain and data.name.upper()", r#""N""#);
    gives("f\"{data.value:>5} {data.inner.deep.x!r} {job_state.status}\"", r#""  150 1 running""#);
    gives("max(data.inner.list, key=lambda i: i.price).price", "5");
    gives("{**data.inner.deep, 'z': data.value}", r#"{"x":1,"z":150}"#);
    gives("isinstance(data.inner, dict)", "true");
}

#[test]
fn what_is_missing_raises() {
    raises("data['nothing']", "KeyError: 'nothing'");
    raises("data.nothing", "AttributeError: 'dict' object has no attribute 'nothing'");
    raises("data.inner.nothing", "AttributeError: 'dict' object has no attribute 'nothing'");
    raises("plain.value", "AttributeError: 'dict' object has no attribute 'value'");
    raises("nothing > 1", "NameError: name 'nothing' is not defined");
    raises("items['a']", "TypeError: list indices must be integers or slices, not str");
    raises("emit('x')", "NameError: name 'emit' is not defined");
}

#[test]
fn the_job_can_be_looked_at() {
    gives("job_state.status == 'running' and job_state.job_id", r#""job-1""#);
    gives("job_state.shared_data['count']['n'] + job_state.get_shared_data('count')['n']", "8");
    gives("job_state.get_shared_data('none', 5) + len(job_state.get_shared_log())", "6");
    gives("job_state.shared_data.count.n + data.value", "154");
    raises("job_state.nothing", "AttributeError: 'JobState' object has no attribute 'nothing'");
}

#[test]
fn values_are_json_but_conditions_only_need_truth() {
    raises("{1, 2}", "TypeError: the expression's value has a set, which is no JSON value");
    raises("len", "TypeError: the expression's value has a function, which is no JSON value");
    let truth = |source: &str| compile_condition(source).unwrap().evaluate(&names()).map(|value| show(&value));
    assert_eq!(truth("{1, 2}").unwrap(), "true");
    assert_eq!(truth("len").unwrap(), "true");
    assert_eq!(truth("set()").unwrap(), "false");
    assert_eq!(truth("range(0)").unwrap(), "false");
    assert_eq!(truth("data.inner").unwrap(), "true");
    assert_eq!(truth("0, 0").unwrap(), "true");
    assert_eq!(truth("(x for x in items)").unwrap(), "true");
    assert!(truth("data.nothing").is_err());
}

#[test]
fn names_may_differ_from_time_to_time() {
    let expression = compile_expression("x + y").unwrap();
    let number = |number: i64| Binding::Value(number.into());
    assert_eq!(show(&expression.evaluate(&[("x", number(1)), ("y", number(2))]).unwrap()), "3");
    assert_eq!(&*expression.evaluate(&[("x", number(1))]).unwrap_err().message, "name 'y' is not defined");
    assert_eq!(show(&expression.evaluate(&[("y", number(1)), ("x", number(2)), ("z", number(3))]).unwrap()), "3");
    assert_eq!(show(&expression.evaluate(&[("x", number(1)), ("y", number(2)), ("x", number(5))]).unwrap()), "7");
}

#[test]
fn failures_show_the_users_line() {
    let failure = evaluate("(1 +\n data.value / 0)").unwrap_err();
    assert_eq!(
        &*failure.traceback,
        "Traceback (most recent call last):\n  File \"<expression>\", line 2, in <module>\n    data.value / 0)\n    ~~~~~~~~~~~^~~\n\
         ZeroDivisionError: division by zero"
    );
    limit_wall_time(Duration::from_millis(100));
    let failure = evaluate("[x for x in iter(int, 1)]").unwrap_err();
    assert!(failure.timed_out);
    assert_eq!(&*failure.message, "more than 2 s of wall time: does it loop for ever?");
}

#[test]
fn no_expression_is_refused() {
    let place = |source: &str| {
        let error = compile_expression(source).err().expect("should not compile");
        (error.line, error.column)
    };
    assert_eq!(place("x = 1"), (1, 3));
    assert_eq!(place("1 +"), (1, 4));
    assert_eq!(place("(1,\n2"), (2, 2));
    assert_eq!(place("import os"), (1, 1));
    assert_eq!(place(""), (1, 1));
    assert_eq!(place("1)+(2"), (1, 2));
}
