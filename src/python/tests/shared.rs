//! The job's shared data is one live dict.

use super::{Notes, check, check_with, failing, map, run_on, show};
use crate::flow::value::Value;

#[test]
fn changes_of_all_kinds_are_written_back() {
    let notes = Notes { shared: map(r#"{"old": 1, "list": [1], "gone": 0}"#), ..Notes::default() };
    let notes = check_with(
        notes,
        r#"def logic(slot_data, message, job_state):
    data = job_state.shared_data
    data["new"] = 2
    data["list"].append((2, 3))
    del data["gone"]
    data.setdefault("words", []).append("a")
    data.update(old=5)
    job_state.get_shared_data("words").append("b")
    job_state.update_shared_data("more", [1])
    data["more"].append(2)
    log(str(data))
    job_state.append_to_shared_log({"n": 1})
    log(str(job_state.get_shared_log()))
"#,
        "[{}]",
        &["info {'list': [1, (2, 3)], 'old': 5, 'new': 2, 'words': ['a', 'b'], 'more': [1, 2]}", "info [{'n': 1}]"],
    );
    assert_eq!(
        show(&Value::Map(notes.shared.into())),
        r#"{"list":[1,[2,3]],"old":5,"new":2,"words":["a","b"],"more":[1,2]}"#
    );
}

#[test]
fn the_functions_alone_need_no_dict() {
    let notes = check_with(
        Notes::default(),
        "def logic(slot_data, message, job_state):\n    job_state.update_shared_data('k', (1,))\n    f = job_state.get_shared_log\n    log(str(f()))",
        "[{}]",
        &["info []"],
    );
    assert_eq!(show(&Value::Map(notes.shared.into())), r#"{"k":[1]}"#);
}

#[test]
fn what_was_written_before_an_error_stands() {
    let mut notes = Notes { shared: map(r#"{"bad": 1}"#), ..Notes::default() };
    let source = "def logic(s, m, job):\n    job.shared_data['k'] = 1\n    job.shared_data['bad'] = len\n    1 / 0";
    let failure = run_on(&mut notes, source, "[1]").unwrap_err();
    assert_eq!(&*failure.error_type, "ZeroDivisionError");
    assert_eq!(
        &*failure.traceback,
        "Traceback (most recent call last):\n  File \"<logic>\", line 4, in logic\n    1 / 0\n    ~~^~~\nZeroDivisionError: division by zero"
    );
    assert_eq!(show(&Value::Map(notes.shared.into())), r#"{"bad":1,"k":1}"#);
}

#[test]
fn only_what_is_no_json_is_refused() {
    let mut notes = Notes { shared: map(r#"{"when": 1}"#), ..Notes::default() };
    let source = "def logic(s, m, job):\n    job.shared_data['first'] = 1\n    emit('o', a=1)\n    \
                  job.shared_data['when'] = {1, 2}\n    job.shared_data[5] = 6\n    job.shared_data['last'] = 2";
    let failure = run_on(&mut notes, source, "[1]").unwrap_err();
    assert_eq!(&*failure.message, "shared_data['when'] has a set, which is no JSON value");
    assert_eq!(show(&Value::Map(notes.shared.into())), r#"{"when":1,"first":1,"last":2}"#);
}

#[test]
fn shared_data_is_json() {
    check(
        "def logic(s, m, job):\n    job.shared_data['k'] = [{1}]",
        &["TypeError: shared_data['k'] has a set, which is no JSON value"],
    );
    check(
        "def logic(s, m, job):\n    job.shared_data[1] = 2",
        &["TypeError: shared_data has the key 1, which is no text"],
    );
    check("def logic(s, m, job):\n    job.shared_data = 3", &["TypeError: shared_data must be a dict, not int"]);
    let failure = failing("def logic(s, m, job):\n    job.update_shared_data('k', len)\n    job.shared_data");
    assert!(failure.traceback.contains("line 2, in logic"), "{}", failure.traceback);
    assert_eq!(&*failure.message, "update_shared_data: 'k' has a function, which is no JSON value");
}

#[test]
fn others_changes_are_seen_after_a_sleep_in_place() {
    use crate::engine::behaviour::Progress;
    let source = r#"def logic(slot_data, message, job_state):
    data = job_state.shared_data
    words = data.setdefault("words", ["a"])
    inner = data.setdefault("inner", {"x": {"y": 1}})["x"]
    self.sleep(1)
    log(f"{data} {words} {inner} {data is job_state.shared_data} {words is data['words']}")
    words.append("c")
"#;
    let logic = crate::python::compile_logic(source).unwrap();
    let mut notes = Notes::default();
    let Progress::Sleeping { rest, .. } = logic.start(&mut notes, &super::input("[1]")).unwrap() else {
        panic!("should sleep");
    };
    assert_eq!(show(&Value::Map(notes.shared.clone().into())), r#"{"words":["a"],"inner":{"x":{"y":1}}}"#);
    notes.shared = map(r#"{"inner": {"x": {"y": 2}}, "words": ["a", "b"], "new": 1}"#);
    assert!(matches!(logic.resume(&mut notes, &super::input("[1]"), &rest), Ok(Progress::Done)));
    assert_eq!(
        notes.lines,
        ["info {'words': ['a', 'b'], 'inner': {'x': {'y': 2}}, 'new': 1} ['a', 'b'] {'y': 2} True True"]
    );
    assert_eq!(show(&Value::Map(notes.shared.into())), r#"{"words":["a","b","c"],"inner":{"x":{"y":2}},"new":1}"#);
}

#[test]
fn errors_after_a_sleep_have_their_lines() {
    let mut notes = Notes::default();
    let source = "import random\ndef logic(s, m, job):\n    job.shared_data['k'] = random.random()\n    log(str(self.config))\n    \
                  sleep(1)\n    print('x')\n    1 / len([])";
    let failure = run_on(&mut notes, source, "[1]").unwrap_err();
    assert!(failure.traceback.contains("line 7, in logic\n    1 / len([])"), "{}", failure.traceback);
    assert_eq!(notes.lines, ["info {}", "sleep 1000000", "info x"]);
}
