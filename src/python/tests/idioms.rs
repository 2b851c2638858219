//! Everyday Python does what CPython does: the expected values are what CPython 3.11 printed.

use super::{check, failing};

/// The imports are written in all ways.
const HEAD: &str = "import re, json\nimport decimal, operator, functools, statistics as statistics\nimport string\nfrom heapq import (\n    nlargest,\n    heappush as push,\n)\nimport heapq\nfrom statistics import mean, median as med\n";

#[test]
fn expressions_have_the_values_of_cpython() {
    for (source, expected) in [
        (
            r##"str(round(2.675, 2)) + str(round(2.5)) + str(round(1234.5678, -2)) + str(round(0.5, 0)) + str(round(7, 2))"##,
            r##"'2.6721200.00.07'"##,
        ),
        (r##"round(1e300, 2) == 1e300 and str(round(float("inf"), 2)) + str(round(-0.004, 2))"##, r##"'inf-0.0'"##),
        (r##"next(x for x in [1, 2, 3] if x > 1)"##, r##"2"##),
        (r##"next((x for x in [] if x), "none")"##, r##"'none'"##),
        (r##"(lambda g: [next(g), next(g), list(g), list(g)])((x * x for x in range(4)))"##, r##"[0, 1, [4, 9], []]"##),
        (
            r##"[next(zip("ab", [1, 2])), next(map(str, [5])), next(filter(None, [0, 7])), next(enumerate("x")), next(reversed([1, 2]))]"##,
            r##"[('a', 1), '5', 7, (0, 'x'), 2]"##,
        ),
        (r##"max({"a": 1, "b": 3}, key={"a": 1, "b": 3}.get)"##, r##"'b'"##),
        (
            r##"sorted(["b", "A", "c"], key=str.lower) + list(map(str.upper, ["x"])) + list(filter(str.isdigit, ["1", "z"]))"##,
            r##"['A', 'b', 'c', 'X', '1']"##,
        ),
        (r##"[min(names, key=counts.get) for names, counts in [(["p", "q"], {"p": 2, "q": 1})]]"##, r##"['q']"##),
        (
            r##"(5).__class__.__name__ + "x".__class__.__name__ + str([].__class__ is list) + type(None).__name__"##,
            r##"'intstrTrueNoneType'"##,
        ),
        (r##"ValueError("x").__class__.__name__ + type(KeyError()).__name__"##, r##"'ValueErrorKeyError'"##),
        (r##"(lambda: 0).__name__"##, r##"'<lambda>'"##),
        (
            r##"re.sub(r"\d", lambda m: str(int(m.group()) + 1), "a1b29") + re.sub("a", "b", "aba", count=1)"##,
            r##"'a2b310bba'"##,
        ),
        (r##"re.sub(r"(\w)(\d)", lambda m: m[2] + m[1], "a1b2c3", 2)"##, r##"'1a2bc3'"##),
        (
            r##"json.dumps({"a": (1, 2), "b": {1}, "c": None}, default=str) + json.dumps([1], default=None)"##,
            r##"'{"a": [1, 2], "b": "{1}", "c": null}[1]'"##,
        ),
        (r##"json.dumps({"d": decimal.Decimal("1.5")}, default=float, indent=1)"##, r##"'{\n "d": 1.5\n}'"##),
        (
            r##"operator.itemgetter("a")({"a": 5}), operator.itemgetter(1, 0)("xy"), operator.add(2, 3)"##,
            r##"(5, ('y', 'x'), 5)"##,
        ),
        (r##"sorted([{"n": 2}, {"n": 1}], key=operator.itemgetter("n"))"##, r##"[{'n': 1}, {'n': 2}]"##),
        (r##"functools.reduce(operator.mul, [1, 2, 3, 4])"##, r##"24"##),
        (
            r##"statistics.mean([1, 2, 3, 4]), statistics.mean([1, 2, 3]), statistics.mean([0.1, 0.2, 0.3]), statistics.median([5, 1, 3]), statistics.median([1, 2])"##,
            r##"(2.5, 2, 0.2, 3, 1.5)"##,
        ),
        (
            r##"statistics.stdev([1, 2, 3, 4]), statistics.pstdev([1.5, 2.5]), statistics.variance([1, 2, 3]), statistics.mode("abcb"), statistics.fmean([1, 2])"##,
            r##"(1.2909944487358056, 0.5, 1, 'b', 1.5)"##,
        ),
        (
            r##"string.ascii_letters[:3] + string.digits + string.punctuation + string.capwords("a bc")"##,
            r##"'abc0123456789!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~A Bc'"##,
        ),
        (
            r##"[heapq.nsmallest(2, [5, 1, 4]), heapq.nlargest(2, [{"v": 1}, {"v": 9}], key=lambda d: d["v"])]"##,
            r##"[[1, 4], [{'v': 9}, {'v': 1}]]"##,
        ),
        (
            r##"(lambda h: ([heapq.heappush(h, n) for n in [5, 2, 8, 1, 9, 3]], [heapq.heappop(h) for _ in range(6)])[1])([])"##,
            r##"[1, 2, 3, 5, 8, 9]"##,
        ),
        (
            r##"(lambda h: (heapq.heapify(h), h[0], heapq.heapreplace(h, 7), heapq.heappushpop(h, 0), len(h)))([4, 6, 2])"##,
            r##"(None, 2, 2, 0, 3)"##,
        ),
        (r##"mean([2, 4]) + med([1, 9, 3])"##, r##"6"##),
    ] {
        check(
            &format!("{HEAD}def logic(slot_data):\n    result = {source}\n    log(repr(result))"),
            &[&format!("info {expected}")],
        );
    }
}

#[test]
fn they_work_in_methods_and_with_names_of_ones_own() {
    check(
        "import functools\nclass Table:\n    def __init__(self, rows):\n        self.rows = rows\n    def best(self):\n        first = next(row for row in self.rows if row > 1)\n        return round(max(self.rows, key=self.cost) + first, 1)\n    def cost(self, row):\n        return -row\ndef logic(slot_data):\n    table = Table([1.25, 2.5])\n    log(table.best())\n    log(Table.__name__ + logic.__name__)",
        &["info 2.5", "info Tablelogic"],
    );
    // What is only called like a builtin's method is left alone.
    check(
        "class Data:\n    pass\ndef logic(slot_data):\n    data = Data()\n    data.key = 5\n    emit('output', key=data.key)",
        &[r#"emit output {"key":5}"#],
    );
}

#[test]
fn what_is_logged_is_text() {
    check(
        "def logic(slot_data):\n    log((1,))\n    log(ValueError('x'))\n    log(range(3))\n    log(None, 'warn')\n    log(f'{5}')",
        &["info (1,)", "info x", "info range(0, 3)", "warn None", "info 5"],
    );
}

#[test]
fn logging_goes_to_the_log() {
    check(
        "import logging\nlogger = logging.getLogger(__name__)\ndef logic(slot_data):\n    logger.info('got %d of %s', 5, 'x')\n    logger.warning('100%')\n    logging.error('bad')\n    logger.debug({'a': 1})",
        &["info got 5 of x", "warn 100%", "error bad", "debug {'a': 1}"],
    );
}

#[test]
fn errors_point_at_the_lines_of_the_user() {
    let failure = failing(
        "import json, statistics\nfrom heapq import (\n    heappop,\n    heappush,\n)\ndef logic(slot_data):\n    heappop([])",
    );
    assert_eq!(failure.message.as_ref(), "pop from empty list");
    assert!(failure.traceback.contains("line 7, in logic\n    heappop([])"), "{}", failure.traceback);
}

#[test]
fn types_of_exceptions_are_the_values_of_their_names() {
    check(
        "class OrderError(ValueError): pass\nCODES = {KeyError: 1, ValueError: 2, OrderError: 3}\ndef logic(s):\n    for fault in (KeyError, ValueError, OrderError):\n        try:\n            raise fault('x')\n        except Exception as e:\n            kind = type(e)\n            log(f'{CODES.get(type(e))} {type(e) == ValueError} {e.__class__ is KeyError} {kind in (OrderError,)} {type(e).__name__} {kind.__name__} {ValueError.__name__}')\n    log(str(type(5) is int))\n    log(type(5).__name__)",
        &[
            "info 1 False True False KeyError KeyError ValueError",
            "info 2 True False False ValueError ValueError ValueError",
            "info 3 False False True OrderError OrderError ValueError",
            "info True",
            "info int",
        ],
    );
}

#[test]
fn faults_of_json_are_told_as_cpython_does() {
    // What a later CPython tells otherwise, a comma before the end, is not here.
    let texts = [
        "not json",
        "nul",
        "f",
        "tru",
        "{",
        "[",
        "{\"a\"",
        "-",
        "01",
        "\"a\nb\"",
        "",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "[1",
        "[1,",
        "[1 2]",
        "\"abc",
        "\"\\x\"",
        "1 2",
        "{a:1}",
        "{'a': 1}",
        "1.",
        "1e",
        "[1,2",
        "{\"a\" 1}",
        "{\"a\":1 \"b\"}",
        "  ",
        "nope",
        "{\"a\": tru}",
        "[1]]",
        "{\"a\":[1,{\"b\":x}]}",
        "\n\n x",
        "--1",
        "{1:2}",
        "[true, nul]",
        ".5",
        "+1",
        "1.5 x",
        "[-]",
        "\"\\u12x4\"",
        "\"a\\",
        "{} {}",
        "[\n1,\n 2\n 3]",
    ];
    let literal = serde_json::to_string(&texts[..]).unwrap();
    let source = format!(
        "import json\ndef logic(s):\n    for text in {literal}:\n        try:\n            json.loads(text)\n            log('good')\n        except ValueError as e:\n            log(str(e))\n    log(str(json.loads('[1, {{}}]')))"
    );
    let theirs =
        std::process::Command::new("python3").args(["-c", &format!("{source}\nlog = print\nlogic(0)")]).output();
    let theirs = String::from_utf8(theirs.expect("python3 is needed to compare with CPython").stdout).unwrap();
    let theirs: Vec<String> = theirs.lines().map(|line| format!("info {line}")).collect();
    assert_eq!(theirs.len(), texts.len() + 1);
    check(&source, &theirs.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn an_object_marks_what_is_missing() {
    check(
        "_MISSING = object()\ndef logic(s):\n    log(str(({}.get('a', _MISSING) is _MISSING, {'a': None}.get('a', _MISSING) is _MISSING, object() == object())))",
        &["info (True, False, False)"],
    );
}

#[test]
fn braces_that_show_their_text_show_what_was_written() {
    check(
        "def logic(s):\n    x = 2.5\n    log(f'{round(x, 0)=} {round(x, 1) = :>5} {x=}')",
        &["info round(x, 0)=2.0 round(x, 1) =   2.5 x=2.5"],
    );
    let data = [("data", crate::engine::behaviour::Binding::Record(crate::python::tests::value(r#"{"value": "a"}"#)))];
    let expression = crate::python::compile_expression("f'{data.value=} {data=} { data.value = !s}'").unwrap();
    let told = expression.evaluate(&data).unwrap();
    assert_eq!(told.as_str(), Some("data.value='a' data={'value': 'a'}  data.value = a"));
}
