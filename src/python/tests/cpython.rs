//! The same sources on CPython and here: `tests/cpython/generate.py` writes a few thousand expressions, programs and
//! conditions with what CPython makes of them, and each must end here with the same value or the same type of error.

use std::process::Command;

use serde_json::Value as Json;

use super::{Notes, input, value};
use crate::engine::behaviour::Binding;
use crate::flow::value::Value;
use crate::python::{compile_condition, compile_logic};

/// What a source ends with.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    /// A value, as its `repr`.
    Value(String),
    /// An error, by its type.
    Error(String),
    /// It does not compile here.
    Refused(String),
}

/// One source, and what CPython makes of it.
struct Case {
    group: String,
    source: String,
    expected: Outcome,
}

fn cases() -> Vec<Case> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cpython/generate.py");
    let output = Command::new("python3").args(["-W", "ignore", script]).env("PYTHONIOENCODING", "utf-8").output();
    let output = output.expect("python3 is needed to compare with CPython: `cargo xtask check` says how to install it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(case).collect()
}

fn case(line: &str) -> Case {
    let json: Json = serde_json::from_str(line).unwrap();
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let expected = match text("error") {
        Some(error) => Outcome::Error(error),
        None => Outcome::Value(text("value").unwrap_or_else(|| json["value"].to_string())),
    };
    Case { group: text("group").unwrap(), source: text("source").unwrap(), expected }
}

/// What the source ends with here.
fn ours(case: &Case) -> Outcome {
    if case.group == "condition" {
        return condition(&case.source);
    }
    let logic = match compile_logic(&case.source) {
        Ok(logic) => logic,
        Err(error) => return Outcome::Refused(error.message),
    };
    let mut notes = Notes::default();
    match logic.start(&mut notes, &input("[]")) {
        Ok(_) => {
            let emitted = notes.lines.iter().rev().find_map(|line| line.strip_prefix("emit output "));
            let json: Json = emitted.map_or(Json::Null, |text| serde_json::from_str(text).unwrap());
            Outcome::Value(json["value"].as_str().map_or_else(|| "null".to_owned(), str::to_owned))
        }
        Err(failure) => Outcome::Error(failure.error_type.to_string()),
    }
}

/// The names that `generate.py` gives to conditions.
fn names() -> Vec<(&'static str, Binding)> {
    let data = r#"{"value": 150, "name": "sensor", "ratio": 0.25, "tags": ["a", "b"], "inner": {"x": 1, "y": null}, "none": null}"#;
    vec![
        ("data", Binding::Record(value(data))),
        ("slot_data", Binding::Record(value(r#"{"input": [{"value": 1}, {"value": 2}], "other": []}"#))),
        ("hit_count", Binding::Value(Value::Int(7))),
        ("value", Binding::Record(Value::Int(150))),
        ("name", Binding::Record(Value::from("sensor"))),
    ]
}

fn condition(source: &str) -> Outcome {
    let condition = match compile_condition(source) {
        Ok(condition) => condition,
        Err(error) => return Outcome::Refused(error.message),
    };
    match condition.evaluate(&names()) {
        Ok(value) => Outcome::Value(value.is_truthy().to_string()),
        Err(failure) => Outcome::Error(failure.error_type.to_string()),
    }
}

/// What is known to end otherwise: what it is, what the source has in it, and how it ends here (as [`tell`] says it, from
/// its beginning). `README.md` lists the same. One that is met no more is good news and has to go.
const DIFFERENCES: &[(&str, &[&str], &str)] = &[
    ("no generator functions", &["yield "], "refused: the playground's Python does not know yield"),
    (
        "no inheritance",
        &["class B(A)", "class E(Exception)"],
        "refused: the playground's Python does not know class inh",
    ),
    (
        "no method decorators",
        &["@property", "@staticmethod"],
        "refused: the playground's Python does not know method dec",
    ),
    ("no `del name`", &["del x", "del undefined"], "refused: the playground's Python does not know the 'del'"),
    ("no `__lt__` of classes", &["__lt__"], "TypeError"),
    ("`__len__` is not asked for the truth", &["bool(Stack())"], ""),
    ("no `__cause__`", &["__cause__"], "AttributeError"),
    ("methods of builtin types are no values", &["hasattr('', 'upper')", "str.upper", "list.append"], ""),
    ("no `str.translate`", &[".translate("], "AttributeError"),
    ("no `int.bit_length`", &[".bit_length("], "AttributeError"),
    ("no `slice.indices`", &["slice("], "AttributeError"),
    ("no `bytearray`", &["bytearray("], "NameError"),
    ("no `ExceptionGroup`", &["ExceptionGroup"], "NameError"),
    ("the format of what is no number is a `ValueError`", &["format(None,", "format([1],"], ""),
    ("`chr` of what is far too large is a `ValueError`", &["chr((2**40))", "chr(2**40)", "chr("], "ValueError"),
    ("`range` has 64 bits", &["range(-(2**70))"], ""),
    ("half a surrogate is replaced", &["\\ud800"], ""),
    ("files are refused with `PermissionError`", &["open("], ""),
    ("`round` of a float differs in the last digit", &["round("], "value"),
    ("a dataclass does not say in which function it is", &["@dataclass"], "value"),
];

fn tell(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Value(text) => format!("value {text}"),
        Outcome::Error(error) => error.clone(),
        Outcome::Refused(why) => format!("refused: {why}"),
    }
}

#[test]
fn sources_end_as_on_cpython() {
    let cases = cases();
    assert!(cases.len() > 4000, "{}", cases.len());
    let mut met = vec![0; DIFFERENCES.len()];
    let mut news = Vec::new();
    for case in &cases {
        let (ours, theirs) = (ours(case), &case.expected);
        if ours == *theirs {
            continue;
        }
        let known = |(_, parts, end): &(&str, &[&str], &str)| {
            parts.iter().any(|part| case.source.contains(part)) && tell(&ours).starts_with(end)
        };
        match DIFFERENCES.iter().position(known) {
            Some(position) => met[position] += 1,
            None => news.push(format!("CPython: {}\nhere: {}\n{}", tell(theirs), tell(&ours), case.source)),
        }
    }
    assert!(news.is_empty(), "{} new differences:\n{}", news.len(), news.join("\n\n"));
    let gone: Vec<&str> =
        DIFFERENCES.iter().zip(&met).filter(|(_, met)| **met == 0).map(|(known, _)| known.0).collect();
    assert!(gone.is_empty(), "no longer different: {gone:?}");
}

/// Errors whose tracebacks are compared, line by line. Each is a logic that takes one argument.
const FAILING: &[&str] = &[
    "def logic(s):\n    x = 1 / 0\n    return x",
    "def logic(s):\n    data = {'a': 1}\n    return data['b'] + 1",
    "def helper(n):\n    return [1, 2][n]\ndef logic(s):\n    return helper(5)",
    "def logic(s):\n    raise ValueError('bad')",
    "def logic(s):\n    return undefined_name",
    "def logic(s):\n    return int('x')",
    "def logic(s):\n    a = None\n    return a.b.c",
    "def logic(s):\n    return 'a' + 1",
    "def logic(s):\n    total = sum([1, 2]) + len(5)",
    "def logic(s):\n    y = 1 + (2 * (3 / 0))",
    "def logic(s):\n    y = [1, 2, 3]['x']",
    "def logic(s):\n    y = {'a': {}}['a']['é'] + 1",
    "def logic(s):\n    y = 7 / 0 if True else 0",
    "def f(n):\n    return f(n + 1)\ndef logic(s):\n    f(0)",
    "def logic(s):\n    return (lambda q: q.z)(5)",
    "class A:\n    def m(self):\n        return self.q\ndef logic(s):\n    A().m()",
    "X = 1\nY = X / 0\ndef logic(s):\n    pass",
    "def a(x):\n    b(x)\ndef b(x):\n    c(x * 2)\ndef c(x):\n    raise KeyError(x)\ndef logic(s):\n    a(4)",
    "import json\ndef logic(s):\n    json.loads('{')",
    "def f(a):\n    return a\ndef g():\n    return f()\ndef logic(s):\n    g()",
    "def f():\n    return 1\ndef logic(s):\n    x = 1\n    return [1, f(x)][0]",
    "def f(a):\n    return a\ndef logic(s):\n    def call(what):\n        return what()\n    call(f)",
    "f = lambda: 1\ndef logic(s):\n    f(1)",
    "def f(a, b):\n    return a\ndef logic(s):\n    f(*[1])",
    "def logic(s):\n    n += 1",
    "def logic(s):\n    for i in [1, 2]:\n        count += 1",
    "def logic(s):\n    def inner():\n        y = 2\n        n += 1\n    inner()",
    "total = 1\ndef logic(s):\n    if 1 > 2:\n        pass\n    else:\n        total += 1",
    "def logic(s):\n    global count\n    count += 1",
    "def logic(s):\n    x = 1\n    raise",
    "def f():\n    raise\ndef logic(s):\n    f()",
    "def logic(s):\n    print(total)\n    total = 3",
    "def logic(s):\n    if True:\n        for i in range(3):\n            z = [1, 2][i]",
];

/// Whether the marks of this `python3` are those of 3.11, and what it prints for each source: the source's own lines.
fn tracebacks_of_cpython(sources: &[&str]) -> (bool, Vec<String>) {
    let script = "import json, sys, traceback, linecache\nout = []\nfor source in json.load(sys.stdin):\n    linecache.cache['<logic>'] = (len(source), None, (source + '\\n').splitlines(True), '<logic>')\n    scope = {}\n    try:\n        exec(compile(source, '<logic>', 'exec'), scope)\n        scope['logic']({})\n        out.append('')\n    except BaseException as error:\n        told = traceback.TracebackException.from_exception(error)\n        told.stack = traceback.StackSummary.from_list(told.stack)\n        own = [frame for frame in told.stack if frame.filename == '<logic>']\n        told.stack[:] = own\n        out.append(''.join(told.format(chain=False)).rstrip())\nprint(json.dumps([list(sys.version_info[:2]), out]))\n";
    let (version, texts): ((u32, u32), Vec<String>) = serde_json::from_slice(&python3(script, sources)).unwrap();
    // Later versions mark other parts of a line.
    (version <= (3, 12), texts)
}

fn without_marks(text: &str) -> String {
    let marks = |line: &&str| line.trim().is_empty() || line.trim().contains(|c: char| c != '~' && c != '^');
    text.lines().filter(marks).collect::<Vec<_>>().join("\n")
}

/// What is printed otherwise.
fn is_known_traceback(source: &str) -> bool {
    // CPython shows its own library's lines too; and it counts one call less before it is too deep.
    source.contains("json.loads") || source.contains("return f(n + 1)")
}

#[test]
fn tracebacks_are_those_of_cpython() {
    let (marks, theirs) = tracebacks_of_cpython(FAILING);
    for (source, theirs) in FAILING.iter().zip(theirs) {
        let ours = super::failing(source).traceback.to_string();
        let (ours, theirs) = if marks { (ours, theirs) } else { (without_marks(&ours), without_marks(&theirs)) };
        if is_known_traceback(source) {
            assert_eq!(ours.lines().next(), theirs.lines().next(), "{source}");
        } else {
            assert_eq!(ours, theirs, "{source}");
        }
    }
}

/// Sources that do not compile, each with its one mistake.
const WRONG: &[&str] = &[
    "def logic(s):\n    x = = 1\n",
    "def logic(s)\n    pass",
    "def logic(s):\n    if x\n        pass",
    "def logic(s):\nreturn 1",
    "def logic(s):\n    return (1, 2\n",
    "def logic(s):\n    'abc\n",
    "def logic(s):\n    x = 1 +\n",
    "def logic(s):\n    for in x:\n        pass",
    "def logic(s):\n    print 'x'\n",
    "def logic(s):\n    else:\n        pass",
    "def logic(s):\n    1 = x\n",
    "def logic(s):\n    f(a=1, 2)\n",
    "def logic(s):\n    x = [1, 2\n    y = 3\n",
    "def logic(s):\n    return 1\n  x = 2\n",
    "break\ndef logic(s):\n    pass",
    "def logic(a, a):\n    pass",
    "def logic(s):\n    nonlocal x\n",
    "def logic(s):\n    x = 5 5\n",
    "def logic(s):\n    d = {1: 2, 3}\n",
    "def logic(s):\n    import\n",
    "def logic(s):\n    f'{x'\n",
    "def logic(s):\n    x = 08\n",
    "return 1\ndef logic(s):\n    pass",
    "def logic(s):\n    await x\n",
];

/// Those whose mistake is seen at another line, because CPython points at the bracket that is never closed, and those that
/// are no mistake here.
const KNOWN: &[&str] = &["never closed", "outside function", "outside async"];

#[test]
fn mistakes_have_the_line_that_cpython_gives() {
    let script = "import json, sys\nout = []\nfor source in json.load(sys.stdin):\n    try:\n        compile(source, '<logic>', 'exec')\n        out.append(None)\n    except SyntaxError as error:\n        out.append([error.lineno, error.offset or 1, error.msg])\nprint(json.dumps(out))\n";
    let places: Vec<Option<(u32, u32, String)>> = serde_json::from_slice(&python3(script, WRONG)).unwrap();
    let mut news = Vec::new();
    for (source, place) in WRONG.iter().zip(places) {
        let (line, column, message) = place.expect(source);
        let known = KNOWN.iter().any(|part| message.contains(part));
        let Err(ours) = crate::python::check_logic(source) else {
            if known {
                continue;
            }
            news.push(format!("{source}\ncompiles here; CPython: {line}:{column} {message}"));
            continue;
        };
        let text = source.lines().nth(ours.line as usize - 1).unwrap_or_default();
        assert!(ours.column as usize <= text.chars().count() + 1, "{source}: {ours:?}");
        if ours.line != line && !known {
            news.push(format!(
                "{source}\n{}:{} {}; CPython: {line}:{column} {message}",
                ours.line, ours.column, ours.message
            ));
        }
    }
    assert!(news.is_empty(), "{}", news.join("\n\n"));
}

/// What a script for `python3` prints when it is given these sources as JSON.
fn python3(script: &str, sources: &[&str]) -> Vec<u8> {
    use std::io::Write;
    use std::process::Stdio;
    let mut command = Command::new("python3");
    let command = command.args(["-W", "ignore", "-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("python3 is needed to compare with CPython");
    child.stdin.take().unwrap().write_all(serde_json::to_string(sources).unwrap().as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}
