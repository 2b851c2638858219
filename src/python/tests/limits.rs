//! Limits: time, recursion, memory; and the turns that make a replay exact.

use std::time::Duration;

use super::{Notes, check, failing, input, run_on};
use crate::python::{check_logic, compile_condition, compile_logic, limit_wall_time};

#[test]
fn time_is_limited() {
    limit_wall_time(Duration::from_millis(100));
    let failure = failing("def logic(slot_data):\n    print('x')\n    while True:\n        pass");
    assert_eq!((&*failure.error_type, failure.timed_out), ("TimeoutError", true));
    assert_eq!(&*failure.message, "more than 2 s of wall time: does it loop for ever?");
    assert_eq!(&*failure.traceback, "TimeoutError: more than 2 s of wall time: does it loop for ever?");
    let failure = failing(
        "def logic(slot_data):\n    while True:\n        try:\n            log('x')\n            sum(range(10**9))\n        except BaseException:\n            pass",
    );
    assert!(failure.timed_out);
}

#[test]
fn time_that_the_host_takes_counts_too() {
    limit_wall_time(Duration::from_millis(100));
    for line in ["while True: set_state('a', 1)", "while get_state('done') is None: pass"] {
        // Of its own the interpreter takes some microseconds a turn, so that its limit would not strike for long.
        let mut notes = Notes { slowness: Duration::from_millis(2), last_turn: Some(1000), ..Notes::default() };
        let failure = run_on(&mut notes, &format!("def logic(slot_data):\n    {line}"), "[1]").unwrap_err();
        assert_eq!(&*failure.message, "more than 2 s of wall time: does it loop for ever?");
        assert!(failure.timed_out);
    }
}

#[test]
fn a_timeout_of_its_own_is_an_error_like_any_other() {
    let failure = failing("def logic(slot_data):\n    raise TimeoutError('own')");
    assert_eq!((&*failure.message, failure.timed_out), ("own", false));
}

#[test]
fn recursion_is_limited_on_a_small_stack() {
    let scripts = [
        "def f(n):\n    return f(n + 1)\ndef logic(slot_data):\n    f(0)",
        "f = lambda n: sorted([n], key=f)\ndef logic(slot_data):\n    f(0)",
        "class A:\n    def __repr__(self):\n        return repr([self])\ndef logic(slot_data):\n    repr(A())",
        "class A:\n    def __eq__(self, other):\n        return [self] == [other]\ndef logic(slot_data):\n    A() == A()",
        "class A:\n    def __init__(self):\n        A()\ndef logic(slot_data):\n    A()",
    ];
    for script in scripts {
        let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(move || failing(script)).unwrap();
        let failure = thread.join().unwrap();
        assert_eq!(&*failure.error_type, "RecursionError", "{script}");
        assert!(failure.message.starts_with("maximum recursion depth exceeded"), "{}", failure.message);
        assert!(failure.traceback.len() < 4000, "{}", failure.traceback);
    }
}

#[test]
fn deep_values_do_not_overflow_the_stack() {
    let source =
        "def logic(slot_data):\n    x = []\n    for _ in range(100000):\n        x = [x]\n    emit('output', x=x)";
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(move || failing(source)).unwrap();
    let failure = thread.join().unwrap();
    assert_eq!(&*failure.error_type, "ValueError");
    assert!(failure.message.contains("more than 100 lists and maps inside one another"), "{}", failure.message);
}

#[test]
fn recursion_errors_can_be_caught() {
    check(
        "def f(n):\n    return f(n + 1)\ndef logic(slot_data):\n    try:\n        f(0)\n    except RecursionError as e:\n        log(str(e))",
        &["info maximum recursion depth exceeded"],
    );
}

#[test]
fn huge_allocations_are_errors() {
    for expression in
        ["[0] * 10 ** 9", "'a' * 10 ** 10", "list(range(10 ** 9))", "2 ** 10 ** 11", "'{:>9999999999}'.format(1)"]
    {
        let failure = failing(&format!("def logic(slot_data):\n    x = {expression}"));
        assert!(
            ["MemoryError", "OverflowError", "ValueError", "TimeoutError"].contains(&&*failure.error_type),
            "{expression}: {failure:?}"
        );
    }
    let failure = failing("def logic(slot_data):\n    x = []\n    while True:\n        x.append(1)");
    assert!(["MemoryError", "TimeoutError"].contains(&&*failure.error_type), "{failure:?}");
}

#[test]
fn texts_of_records_are_cut() {
    let mut notes = Notes::default();
    run_on(&mut notes, "def logic(slot_data):\n    print('é' * 50000)\n    log('x' * 70000)", "[1]").unwrap();
    assert_eq!(notes.lines[0].len(), "info ".len() + 65536 + "… (34464 bytes more)".len());
    assert!(notes.lines[1].ends_with("x… (4464 bytes more)"));
}

#[test]
fn a_turn_before_the_start_and_after_each_call() {
    let source = "def logic(slot_data, m, job):\n    emit('output')\n    print('x')\n    self.config\n    sleep(1)\n    log('y')";
    let mut notes = Notes::default();
    run_on(&mut notes, source, "[1]").unwrap();
    assert_eq!(notes.turns, 6);
    for last in 0..6 {
        let mut notes = Notes { last_turn: Some(last), ..Notes::default() };
        let failure = run_on(&mut notes, source, "[1]").unwrap_err();
        assert_eq!(&*failure.message, "from the record");
        let lines = ["emit output {}", "info x", "sleep 1000000", "info y"];
        let done = [0, 1, 2, 2, 3, 4][last];
        assert_eq!(notes.lines, lines[..done], "{last}");
    }
}

#[test]
fn what_a_timed_out_turn_printed_is_not_seen() {
    limit_wall_time(Duration::from_secs(1));
    // Only what went through the host before is certain to come again in a replay.
    let mut notes = Notes::default();
    let source = "def spin(n):\n    print('hidden')\n    while True:\n        pass\ndef logic(s):\n    print('seen')\n    sorted([1], key=spin)";
    let failure = run_on(&mut notes, source, "[1]").unwrap_err();
    assert!(failure.timed_out);
    assert_eq!(notes.lines, ["info seen"]);
}

#[test]
fn many_small_calls_are_no_problem() {
    let logic = compile_logic("def logic(slot_data):\n    for n in range(5000):\n        emit('output', n=n)").unwrap();
    let mut notes = Notes::default();
    logic.start(&mut notes, &input("[1]")).unwrap();
    assert_eq!(notes.lines.len(), 5000);
}

#[test]
fn a_source_that_is_nested_too_deeply_is_refused_where_it_becomes_so() {
    let refused = |source: &str| {
        let error = check_logic(&format!("def logic(slot_data):\n    x = 1\n    {source}\n")).unwrap_err();
        assert_eq!(compile_condition(source).map(|_| ()).unwrap_err().message, error.message, "{source:.40}");
        assert_eq!((error.error_type.as_str(), error.line), ("SyntaxError", 3), "{source:.40}: {error:?}");
        error
    };
    let error = refused(&format!("x{}", " + x".repeat(20_000)));
    assert_eq!(error.message, "the source is nested too deeply: name its parts");
    assert_eq!(error.column, 4 + 1 + 4 * 1000 + 1 + 1);
    refused(&format!("x{}", ".x".repeat(20_000)));
    refused(&format!("x{}", "(1)[2]".repeat(20_000)));
    refused(&format!("{}x{}", "f(1 - ".repeat(1_500), ")".repeat(1_500)));
    refused(&format!("{}x{}", "(".repeat(1_500), ")".repeat(1_500)));
    refused(&format!("{}x", "not ".repeat(20_000)));
    refused(&format!("{}x", "lambda: ".repeat(20_000)));
    assert!(check_logic(&format!("x = {}\u{10348}", "(".repeat(1_500))).is_err());
}

#[test]
fn a_long_source_is_not_a_deep_one() {
    let numbers = "-1 + 2, ".repeat(20_000);
    let calls = "    x = (x + 1) * 2 - len([x])\n".repeat(5_000);
    let source = format!("DATA = [{numbers}]\ndef logic(slot_data):\n    x = 1\n{calls}");
    assert_eq!(check_logic(&source), Ok(()));
}

#[test]
fn a_string_without_its_end_is_a_syntax_error_whatever_it_ends_with() {
    for end in ["\u{fffd}", "é", "\u{10348}", "'''é"] {
        let text = "long enough to be looked at".repeat(40);
        let error = check_logic(&format!("def logic(slot_data):\n    f(\"{text}{end}")).unwrap_err();
        assert_eq!((error.error_type.as_str(), error.line), ("SyntaxError", 2), "{error:?}");
    }
}
