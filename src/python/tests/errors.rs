//! Errors have CPython's types, messages and tracebacks, and point into the logic's own lines.

use super::{check, failing};
use crate::engine::behaviour::CompileError;
use crate::python::{check_logic, compile_logic};

#[track_caller]
fn raises(body: &str, expected: &str) {
    check(&format!("import json, decimal\ndef logic(slot_data):\n    {}", body.replace('\n', "\n    ")), &[expected]);
}

#[test]
fn messages_are_those_of_cpython() {
    raises("1 / 0", "ZeroDivisionError: division by zero");
    raises("{'a': 1}['b']", "KeyError: 'b'");
    raises("[1, 2][5]", "IndexError: list index out of range");
    raises("int('x1')", "ValueError: invalid literal for int() with base 10: 'x1'");
    raises("'a' + 1", "TypeError: can only concatenate str (not \"int\") to str");
    raises("None.upper()", "AttributeError: 'NoneType' object has no attribute 'upper'");
    raises("unknown_name", "NameError: name 'unknown_name' is not defined");
    raises("unknown_name()", "NameError: name 'unknown_name' is not defined");
    raises("append_to_shared_log({})", "NameError: name 'append_to_shared_log' is not defined");
    raises("__flow_sync({}, True)", "NameError: name '__flow_sync' is not defined");
    raises(
        "try:\n    unknown()\nexcept NameError as e:\n    raise ValueError(e)",
        "ValueError: name 'unknown' is not defined",
    );
    raises("a, b = [1]", "ValueError: not enough values to unpack (expected 2, got 1)");
    raises("assert 1 == 2, 'not nine'", "AssertionError: not nine");
    raises("assert 1 == 2", "AssertionError: ");
    raises("raise RuntimeError('of its own')", "RuntimeError: of its own");
    raises("raise RuntimeError", "RuntimeError: ");
    raises("raise KeyError('zero')", "KeyError: 'zero'");
    raises("{}[5]", "KeyError: 5");
    raises("{}['5']", "KeyError: '5'");
    raises("{}[\"it's\"]", "KeyError: \"it's\"");
    raises("raise KeyError", "KeyError: ");
    raises("raise KeyError(5)", "KeyError: 5");
    raises("raise ValueError(5)", "ValueError: 5");
    raises("x = 'of a name'\nraise ValueError(x)", "ValueError: of a name");
    raises("raise ValueError('bad', 5)", "ValueError: ('bad', 5)");
    raises("raise Exception({'code': (1,)})", "Exception: {'code': (1,)}");
    raises("raise ValueError(1 / 0)", "ZeroDivisionError: division by zero");
    raises("{}.pop('x')", "KeyError: 'x'");
    raises("{1}.remove(2)", "KeyError: 2");
    raises("json.loads('x')", "JSONDecodeError: Expecting value: line 1 column 1 (char 0)");
    raises("del [1][1]", "IndexError: list assignment index out of range");
    raises("del {}['x']", "KeyError: 'x'");
    raises("del 'abc'[0]", "TypeError: 'str' object doesn't support item deletion");
    raises("assert 1 == 2, 5", "AssertionError: 5");
    raises("assert False, [1, 'a']", "AssertionError: [1, 'a']");
    raises("assert not 'x', {}", "AssertionError: {}");
}

#[test]
fn exceptions_that_the_interpreter_lacks_are_there() {
    raises("raise ConnectionError('refused')", "ConnectionError: refused");
    raises("raise BrokenPipeError", "BrokenPipeError: ");
    raises("raise EOFError('end')", "EOFError: end");
    raises("raise IOError('disk')", "OSError: disk");
    let caught = |handler: &str, expected: &str| {
        let body = format!("try:\n    raise ConnectionResetError('again')\n{handler}");
        check(&format!("def logic(slot_data):\n    {}", body.replace('\n', "\n    ")), &[expected]);
    };
    caught("except ConnectionError as e:\n    log(type(e).__name__ + ' ' + str(e))", "info ConnectionResetError again");
    caught("except (ValueError, OSError) as e:\n    log(repr(e))", "info ConnectionResetError('again')");
    caught("except Exception as e:\n    log(str(isinstance(e, OSError)))", "info True");
    caught("except ConnectionRefusedError:\n    log('wrong')", "ConnectionResetError: again");
    let failure = failing("def logic(slot_data):\n    raise ConnectionResetError('again')");
    let bases: Vec<_> = failure.bases.iter().map(|base| &**base).collect();
    assert_eq!(bases, ["ConnectionError", "OSError", "Exception", "BaseException"]);
    assert_eq!(failure.traceback.lines().last(), Some("ConnectionResetError: again"));
}

#[test]
fn scripts_have_exceptions_of_their_own() {
    let classes = "class OrderError(ValueError):\n    \"\"\"An order.\"\"\"\n\nclass Late(OrderError): pass\n\n";
    let own = |body: &str, expected: &[&str]| {
        check(&format!("{classes}def logic(slot_data):\n    {}", body.replace('\n', "\n    ")), expected);
    };
    own("raise Late('two days')", &["Late: two days"]);
    own("raise Late(2)", &["Late: 2"]);
    own("raise OrderError", &["OrderError: "]);
    own("try:\n    raise Late('x')\nexcept OrderError as e:\n    log(type(e).__name__)", &["info Late"]);
    own("try:\n    raise Late('x')\nexcept ValueError as e:\n    log(f'{e}')\n    raise", &["info x", "Late: x"]);
    own("try:\n    raise OrderError('x')\nexcept Late:\n    log('wrong')", &["OrderError: x"]);
    own(
        "try:\n    int('x')\nexcept OrderError:\n    log('wrong')\nexcept ValueError:\n    log('right')",
        &["info right"],
    );
    own("e = Late('x')\nlog(f'{e!r:>12} {(e)!r}' + repr([1]))", &["info    Late('x') Late('x')[1]"]);
    own("log(str(isinstance(Late('x'), (KeyError, OrderError))))", &["info True"]);
    let failure = failing(&format!("{classes}def logic(slot_data):\n    raise Late('two days')"));
    let bases: Vec<_> = failure.bases.iter().map(|base| &**base).collect();
    assert_eq!(bases, ["OrderError", "ValueError", "Exception", "BaseException"]);
    assert_eq!(
        &*failure.traceback,
        "Traceback (most recent call last):\n  File \"<logic>\", line 7, in logic\n    raise Late('two days')\nLate: two days"
    );
}

#[test]
fn bases_are_complete() {
    let bases = |body: &str| {
        let failure = failing(&format!("import json\ndef logic(slot_data):\n    {body}"));
        failure.bases.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(bases("1 / 0"), "ArithmeticError Exception BaseException");
    assert_eq!(bases("{}[1]"), "LookupError Exception BaseException");
    assert_eq!(bases("raise TimeoutError('x')"), "OSError Exception BaseException");
    assert_eq!(bases("raise Exception('x')"), "BaseException");
    assert_eq!(bases("raise NotImplementedError('x')"), "RuntimeError Exception BaseException");
    assert_eq!(bases("json.loads('{')"), "ValueError Exception BaseException");
    assert_eq!(bases("b'\\xff'.decode()"), "UnicodeError ValueError Exception BaseException");
    assert_eq!(bases("open('x')"), "OSError Exception BaseException");
}

#[test]
fn what_was_done_stands_and_host_errors_can_be_caught() {
    check(
        r#"def logic(slot_data):
    try:
        emit("nowhere", n=1)
    except ValueError as error:
        log(f"caught {error}")
    emit("output", n=2)
    emit("nowhere", n=3)
    log("never reached")
"#,
        &[
            "info caught the routine has no event 'nowhere'",
            r#"emit output {"n":2}"#,
            "ValueError: the routine has no event 'nowhere'",
        ],
    );
}

#[test]
fn tracebacks_have_only_own_lines() {
    let source = "LIMIT = 1\n\ndef helper(n):\n    return n / 0\n\ndef logic(slot_data, m, job):\n    print(job.shared_data)\n    helper(LIMIT)\n";
    assert_eq!(
        &*failing(source).traceback,
        "Traceback (most recent call last):\n  File \"<logic>\", line 8, in logic\n    helper(LIMIT)\n  \
         File \"<logic>\", line 4, in helper\n    return n / 0\n           ~~^~~\nZeroDivisionError: division by zero"
    );
    let source = "print('x')\nvalue = {}['a']\ndef logic(slot_data):\n    pass";
    let failure = failing(source);
    assert_eq!(
        &*failure.traceback,
        "Traceback (most recent call last):\n  File \"<logic>\", line 2, in <module>\n    value = {}['a']\n            \
         ~~^^^^^\nKeyError: 'a'"
    );
    let failure = failing("def logic(slot_data):\n    raise ValueError(1 / 0)");
    assert!(
        failure.traceback.contains("    raise ValueError(1 / 0)\n                     ~~^~~\n"),
        "{}",
        failure.traceback
    );
    // What comes before the user's lines moves nothing, and neither do places that the interpreter does not know.
    let failure = failing("def logic(slot_data):\n    n += 1\n    print(bytes([1]))");
    assert_eq!(
        &*failure.traceback,
        "Traceback (most recent call last):\n  File \"<logic>\", line 2, in logic\n    n += 1\n    ^\nUnboundLocalError: \
         cannot access local variable 'n' where it is not associated with a value"
    );
    // CPython says `A.__init__()` and `A.m()`.
    let class = "class A:\n    def __init__(self, a):\n        self.a = a\n    def m(self, b=1):\n        return b\ndef logic(s):\n";
    for (body, message) in [
        ("    x = A()", "__init__() missing 1 required positional argument: 'a'"),
        ("    A(1).m(1, 2)", "m() takes from 1 to 2 positional arguments but 3 were given"),
    ] {
        let failure = failing(&format!("{class}    x = 1\n{body}"));
        let marks = if body.contains('=') { "        ^^^\n" } else { "" };
        let expected = format!(
            "Traceback (most recent call last):\n  File \"<logic>\", line 8, in logic\n{body}\n{marks}TypeError: {message}"
        );
        assert_eq!(&*failure.traceback, expected);
    }
    let failure = failing("def logic(slot_data):\n    print(1, end=2)");
    assert!(failure.traceback.contains("line 2, in logic"), "{}", failure.traceback);
    assert!(!failure.traceback.contains("__flow"), "{}", failure.traceback);
}

#[track_caller]
fn refused(source: &str, line: u32, column: u32, message: &str) {
    let error = compile_logic(source).err().expect("should not compile");
    assert_eq!((error.line, error.column), (line, column), "{error:?}");
    assert!(error.message.contains(message), "{error:?}");
    assert_eq!(check_logic(source), Err(error));
}

#[test]
fn syntax_errors_have_their_place() {
    refused("def logic(slot_data):\n    x = = 1\n", 2, 9, "xpected an expression");
    refused("def logic(slot_data)\n    pass", 1, 21, "xpected");
    refused("def logic(slot_data):\n    print((1, 2)\n", 2, 1, "");
    refused("", 1, 1, "no function `logic`");
    refused("def other(slot_data):\n    pass", 1, 1, "no function `logic`");
    refused("\nasync def logic(slot_data):\n    pass", 2, 1, "async");
    assert_eq!(check_logic("def logic(slot_data):\n    pass"), Ok(()));
}

#[test]
fn what_the_interpreter_does_not_know_is_told_at_compile_time() {
    refused("def logic(slot_data):\n    yield 1", 2, 5, "yield");
    refused("class A(dict):\n    pass\ndef logic(slot_data):\n    pass", 1, 1, "inherit");
    let known = CompileError::clone(&compile_logic("class E(dict): pass\ndef logic(): pass").err().unwrap());
    assert_eq!(known.line, 1);
}
