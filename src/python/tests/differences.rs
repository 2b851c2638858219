//! What monty does otherwise than CPython, as of today: a test that fails here is good news for `README.md`.

use super::check;
use crate::python::compile_logic;

#[track_caller]
fn does_not_compile(source: &str, message: &str) {
    let error = compile_logic(&format!("{source}\ndef logic(slot_data):\n    pass")).err().expect("should not compile");
    assert!(error.message.contains(message), "{error:?}");
}

#[test]
fn no_generators_and_no_inheritance() {
    does_not_compile("def f():\n    yield 1", "yield");
    does_not_compile("class A:\n    pass\nclass B(A):\n    pass", "inherit");
    does_not_compile("class E(Exception):\n    def code(self):\n        return 5", "inherit");
    does_not_compile("class A(metaclass=type):\n    pass", "");
    check("def logic(slot_data):\n    log(str(sum(n for n in range(4))))", &["info 6"]);
}

#[test]
fn the_host_cannot_be_called_from_everywhere() {
    let refused = |call: &str| {
        let classes = "class A:\n    def __str__(self):\n        emit('output')\n        return ''\n    def __eq__(self, other):\n        \
                       emit('output')\nclass B:\n    def __repr__(self):\n        emit('output')\n";
        let mut notes = super::Notes::default();
        let failure =
            super::run_on(&mut notes, &format!("import itertools\n{classes}def logic(s):\n    {call}"), "[{}]");
        let failure = failure.expect_err(call);
        assert_eq!(failure.error_type.as_ref(), "NotImplementedError", "{call}");
        assert!(failure.message.starts_with("emit() cannot be called here"), "{}", failure.message);
    };
    refused("list(itertools.takewhile(lambda n: emit('output', n=n), [1]))");
    refused("[1].sort(**{'key': lambda n: emit('output', n=n)})");
    refused("'%s' % A()");
    refused("str([B()])");
    refused("A() == A()");
}

#[test]
fn methods_of_builtin_types_are_no_values() {
    check("def logic(s):\n    f = {}.get", &["AttributeError: 'dict' object has no attribute 'get'"]);
    check("def logic(s):\n    f = str.lower", &["AttributeError: type object 'str' has no attribute 'lower'"]);
}

#[test]
fn classes_are_simple() {
    does_not_compile("class A:\n    @property\n    def x(self):\n        pass", "method decorators");
    does_not_compile("x = 1\ndel x", "'del'");
}

#[test]
fn a_missing_key_has_quotes_within_the_script() {
    check(
        "def logic(s):\n    try:\n        {}[5]\n    except KeyError as error:\n        log(str(error))",
        &["info '5'"],
    );
}

#[test]
fn an_error_that_was_caught_and_raised_again_starts_its_traceback_there() {
    let failure =
        super::failing("def f():\n    1 / 0\ndef logic(s):\n    try:\n        f()\n    finally:\n        pass");
    assert!(!failure.traceback.contains("line 2, in f"), "{}", failure.traceback);
}

#[test]
fn special_methods_that_are_not_asked() {
    let class = "class A:\n    def __len__(self):\n        return 0\n    def __bool__(self):\n        return False\n    def __gt__(self, o):\n        return True\n    def __le__(self, o):\n        return True\n    def __eq__(self, o):\n        return True\n    def __ne__(self, o):\n        return True\n    def __getattr__(self, n):\n        return n\n    def __format__(self, spec):\n        return 'F'\n    def __iadd__(self, o):\n        return self\n    def __add__(self, o):\n        return 'added'\n";
    let of_a =
        |body: &str, expected: &str| check(&format!("{class}def logic(s):\n    a = A()\n    {body}"), &[expected]);
    of_a("len(a)", "TypeError: object of type 'A' has no len()");
    of_a("log(str(bool(a)))", "info True");
    of_a("a > 1", "TypeError: '>' not supported between instances of 'A' and 'int'");
    of_a("a <= 1", "TypeError: '<=' not supported between instances of 'A' and 'int'");
    of_a("log(str(a != 1))", "info False");
    of_a("a.other", "AttributeError: 'A' object has no attribute 'other'");
    of_a("log(str(f'{a}' == 'F'))", "info False");
    of_a("a += 1\n    log(str(a))", "info added");
    of_a("a.__dict__", "AttributeError: 'A' object has no attribute '__dict__'");
}

#[test]
fn errors_say_less() {
    check("def logic(s):\n    log(str(OSError(2, 'x')))", &["info (2, 'x')"]);
    check(
        "import re\ndef logic(s):\n    re.compile('(')",
        &["PatternError: Parsing error at position 1: Opening parenthesis without closing parenthesis"],
    );
    check(
        "import json\ndef logic(s):\n    try:\n        json.loads('x')\n    except ValueError as e:\n        e.pos",
        &["AttributeError: 'json.JSONDecodeError' object has no attribute 'pos'"],
    );
    let failure = super::failing("def logic(s, m, job):\n    job.shared_data['k'] = {1}");
    assert!(!failure.traceback.contains("line"), "{}", failure.traceback);
}
