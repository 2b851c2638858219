//! A logic that does its worst: each ends in a clear error or a pause, and the other job goes on.
//!
//! A binary of its own, because its allocator counts for the whole process: one test at a time.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "tests are no API, and a test may fail")]

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use flow_playground::engine::job::JobStatus;
use flow_playground::engine::program::Program;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::document::{self, Format};
use flow_playground::flow::json;
use flow_playground::python::{CountingAllocator, limit_wall_time};
use flow_playground::routines::{self, StandardLibrary};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a Web Worker's stack can be made to hold is less; a build that is not optimised needs more.
const STACK_BYTES: usize = 16 << 20;

fn program(body: &str, connections: &str) -> Rc<Program> {
    let body: String = body.lines().map(|line| format!("      {line}\n")).collect();
    let text = format!(
        "flow_id: fault\nroutines:\n  a:\n    class: Python\n    slots: [input]\n    events: [output]\n    policy: {{ type: immediate }}\n    \
         logic: |\n{body}connections: [{connections}]\ninputs:\n  - {{ to: a.input, data: {{ value: 1 }} }}\n"
    );
    let Ok(flow) = document::read_text(&text, Format::Yaml).into_flow() else { panic!("{text}") };
    match Program::compile(&Arc::new(flow), &routines::catalogue(), &StandardLibrary) {
        Ok(program) => program,
        Err(problems) => panic!("{problems:#?}"),
    }
}

/// What an activation of a test gets that is about the time; and of any other, so that it never meets this limit.
const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(600);

/// How a job ended: its status, and the error or why it is paused.
struct End {
    status: JobStatus,
    error_type: String,
    message: String,
}

/// Runs a logic in one job and then a harmless one in another, which must complete, on a stack of limited size.
fn run(body: &str, connections: &'static str, wall_time: Duration) -> End {
    let body = body.to_owned();
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let (bad, good) = (program(&body, connections), program("def logic(slot_data):\n    emit('output', x=1)", ""));
        let mut runtime = Runtime::new(Recording::On);
        runtime.exec(&bad, Start::Inputs, None);
        limit_wall_time(wall_time);
        while runtime.step() {}
        limit_wall_time(LONG);
        runtime.exec(&good, Start::Inputs, None);
        while runtime.step() {}
        // What the engine keeps can be told and freed. Of a million equal records the last ones tell the same.
        for record in runtime.trace().records.iter().rev().take(20_000) {
            let mut text = String::new();
            json::write_sorted(&flow_playground::engine::record::to_value(record, &runtime), &mut text);
            assert!(text.len() < 64 << 20);
        }
        let jobs = runtime.jobs();
        assert_eq!(jobs[1].status, JobStatus::Completed);
        let (error_type, message) = match &jobs[0].error {
            Some((error_type, message)) => (error_type.to_string(), message.to_string()),
            None => (String::new(), String::new()),
        };
        End { status: jobs[0].status, error_type, message }
    });
    thread.unwrap().join().unwrap()
}

/// Statements as a logic.
fn logic(statements: &str) -> String {
    format!("def logic(slot_data, message, job_state):\n    {}", statements.replace('\n', "\n    "))
}

#[track_caller]
fn fails(statements: &str, error_type: &str, message: &str) {
    fails_within(LONG, statements, error_type, message);
}

/// Fails with one of the error types, within this much wall time.
#[track_caller]
fn fails_within(wall_time: Duration, statements: &str, error_type: &str, message: &str) {
    let end = run(&logic(statements), "", wall_time);
    assert_eq!(end.status, JobStatus::Failed, "{statements}");
    assert!(
        error_type.split(' ').any(|known| known == end.error_type) && end.message.contains(message),
        "{statements}\n{}: {}",
        end.error_type,
        end.message
    );
}

#[track_caller]
fn completes(statements: &str) {
    let end = run(&logic(statements), "", LONG);
    assert_eq!(end.status, JobStatus::Completed, "{statements}\n{}: {}", end.error_type, end.message);
}

#[test]
fn loops_for_ever() {
    for statements in [
        "while True:\n    pass",
        "while True:\n    try:\n        [n for n in range(10**6)]\n    except BaseException:\n        pass",
        "sum(range(10**12))",
        "sorted(range(3), key=lambda n: sum(range(10**12)))",
        "while True:\n    log('x')",
    ] {
        fails_within(SHORT, statements, "TimeoutError", "more than 2 s of wall time: does it loop for ever?");
    }
}

#[test]
fn recurses_for_ever() {
    fails("f = lambda n: f(n + 1)\nf(0)", "RecursionError", "maximum recursion depth exceeded");
    fails("f = lambda n: sorted([n], key=f)\nf(0)", "RecursionError", "maximum recursion depth exceeded");
    fails("x = []\nx.append(x)\nemit('output', x=x)", "TypeError", "a reference to itself");
    completes(
        "def f(n):\n    return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as error:\n    emit('output', x=str(error))",
    );
}

#[test]
fn allocates_for_ever() {
    let more = "more than 256 MiB of memory";
    fails("x = []\nwhile True:\n    x.append('a' * 100000)", "MemoryError", more);
    fails("x = []\nwhile True:\n    x.append([len(x)] * 50)", "MemoryError", more);
    fails("x = {}\nwhile True:\n    x[len(x)] = {'n': len(x)}", "MemoryError", more);
    fails("x = 'a'\nwhile True:\n    x += x", "MemoryError", more);
    fails("x = [1]\nwhile True:\n    x = x + x", "MemoryError", more);
    fails("try:\n    x = 'a'\n    while True:\n        x += x\nexcept BaseException:\n    pass", "MemoryError", more);
    fails(
        "def f():\n    x = []\n    while True:\n        x.append('a' * 100000)\nsorted([1], key=lambda n: f())",
        "MemoryError",
        more,
    );
}

#[test]
fn asks_for_too_much_at_once() {
    let kinds = ["MemoryError", "OverflowError", "ValueError", "TimeoutError"];
    for expression in [
        "'x' * 10**12",
        "[0] * 10**10",
        "10**10**10",
        "2 ** 10**11",
        "list(range(10**10))",
        "b'x' * 10**11",
        "bytes(10**12)",
        "'{:>9999999999}'.format(1)",
        "f'{1:>{10**10}}'",
        "'%99999999999d' % 1",
        "1 << 10**12",
        "'x'.center(10**12)",
        "'a'.zfill(10**12)",
        "'a,' * 10**9",
        "int('9' * 10**7)",
        "str(10**10**6)",
        "[[0] * 10**5 for n in range(10**6)]",
        "'\\t'.expandtabs(10**12)",
        "sorted(range(10**9))",
        "set(range(10**9))",
        "dict.fromkeys(range(10**9))",
        "tuple(range(10**9))",
        "list('x' * 10**8)",
        "'x'.replace('', 'y' * 10**9)",
        "(1,) * 10**10",
        "','.join(['x' * 10**6] * 10**4)",
        "pow(3, 10**9)",
        "math.factorial(10**7)",
        "list(itertools.product(range(10**9), repeat=9))",
    ] {
        let end = run(&format!("import itertools\nimport math\n{}", logic(&format!("x = {expression}"))), "", SHORT);
        assert_eq!(end.status, JobStatus::Failed, "{expression}");
        assert!(kinds.contains(&&*end.error_type), "{expression}: {} {}", end.error_type, end.message);
    }
}

#[test]
fn emits_for_ever() {
    let more = "more than 256 MiB of memory";
    fails("while True:\n    emit('output', x=1)", "RuntimeError", "more than 10000 emissions in one activation");
    fails("while True:\n    emit('output', x='a' * 1000000)", "MemoryError", more);
    fails("while True:\n    job_state.append_to_shared_log({'x': 'a' * 1000000})", "MemoryError", more);
    fails("while True:\n    send_output('x', x='a' * 1000000)", "MemoryError", more);
    fails("n = 0\nwhile True:\n    n += 1\n    set_state(str(n), 'a' * 1000000)", "MemoryError", more);
    let end = run("def logic(slot_data):\n    emit('output', x=1)", "{ from: a.output, to: a.input }", LONG);
    assert_eq!(end.status, JobStatus::Paused);
}

#[test]
fn makes_large_texts() {
    completes("x = 'a' * (100 << 20)\nreturn x");
    completes("x = 'a'\nwhile len(x) < 100 << 20:\n    x += x\nlog(len(x))");
    fails("emit('output', x='a' * (100 << 20))", "ValueError", "more than 16 MiB");
    fails("emit('output', x='a' * (2 << 20))", "ValueError", "larger than 1 MiB");
    fails("set_state('x', 'a' * (100 << 20))", "ValueError", "more than 16 MiB");
    fails("raise ValueError('a' * (10 << 20))", "ValueError", "aaa");
}

#[test]
fn nests_values() {
    let deep = "x = 1\nfor n in range(10000):\n    x = [x]\n";
    let wide = "x = []\nfor n in range(60):\n    x = [x, x]\n";
    let maps = "x = 1\nfor n in range(150):\n    x = {'x': x}\n";
    for build in [deep, wide, maps] {
        for use_of in [
            "emit('output', x=x)",
            "set_state('x', x)",
            "send_output('t', x=x)",
            "job_state.update_shared_data('x', x)",
            "job_state.append_to_shared_log({'x': x})",
            "job_state.shared_data['x'] = x",
        ] {
            fails(&format!("{build}{use_of}"), "ValueError TypeError", "");
        }
    }
    fails(&format!("{maps}emit('output', x=x)"), "ValueError", "more than 100 lists and maps inside one another");
    completes("x = 1\nfor n in range(90):\n    x = [x]\nemit('output', x=x)\nset_state('x', x)");
    // Equality, text, JSON, sorting and freeing inside the interpreter.
    for use_of in [
        "repr(x)",
        "x == [x]",
        "str(x)",
        "import json\njson.dumps(x)",
        "hash((x,))",
        "import copy\ncopy.deepcopy(x)",
        "sorted([x, x])",
        "x < x",
    ] {
        let end = run(&logic(&format!("{deep}{use_of}")), "", LONG);
        assert!(
            end.status == JobStatus::Completed
                || ["RecursionError", "TypeError", "ValueError"].contains(&&*end.error_type),
            "{use_of}: {:?} {} {}",
            end.status,
            end.error_type,
            end.message
        );
    }
    fails("import json\njson.loads('[' * 100000)", "RecursionError ValueError JSONDecodeError", "");
    fails("eval('(' * 100000)", "SyntaxError MemoryError RecursionError NameError", "");
}

#[test]
fn a_payload_that_grows_on_its_way_round_is_stopped() {
    // One level more at each turn, by a connection from the routine to itself.
    let end = run(
        "def logic(slot_data):\n    emit('output', x=slot_data['input'][0])",
        "{ from: a.output, to: a.input }",
        LONG,
    );
    assert_eq!((end.status, &*end.error_type), (JobStatus::Failed, "ValueError"), "{}", end.message);
    assert!(end.message.contains("100"), "{}", end.message);
    let doubled = "def logic(slot_data):\n    x = slot_data['input'][0]\n    emit('output', x=x, y=x)";
    let end = run(doubled, "{ from: a.output, to: a.input }", LONG);
    assert_eq!((end.status, &*end.error_type), (JobStatus::Failed, "ValueError"), "{}", end.message);
    let kept = "def logic(slot_data):\n    set_state('x', [get_state('x')])\n    emit('output', x=1)";
    let end = run(kept, "{ from: a.output, to: a.input }", LONG);
    assert_eq!((end.status, &*end.error_type), (JobStatus::Failed, "ValueError"), "{}", end.message);
}

#[test]
fn searches_for_ever() {
    // The engine of `re` is free of back-tracking or limited: it ends either way.
    for search in [
        "re.match('(a+)+$', 'a' * 40 + 'b')",
        "re.match('(a|aa)+$', 'a' * 60 + 'b')",
        "re.search('(x+x+)+y', 'x' * 40)",
        "re.match('(.*)*' * 5 + 'c', 'a' * 300)",
        r"re.match(r'(a*)*\\1b', 'a' * 40)",
    ] {
        let body = format!("import re\ndef logic(slot_data):\n    {search}");
        let end = run(&body, "", SHORT);
        assert!(
            end.status == JobStatus::Completed
                || ["TimeoutError", "RuntimeError", "RecursionError", "PatternError", "error"]
                    .contains(&&*end.error_type),
            "{search}: {} {}",
            end.error_type,
            end.message
        );
    }
}

#[test]
fn sorts_huge_lists() {
    completes("x = sorted([n * 7919 % 200003 for n in range(200000)])\nemit('output', x=x[0])");
    fails_within(
        SHORT,
        "x = list(range(300000))\nwhile True:\n    x.sort(key=lambda n: -n)",
        "TimeoutError",
        "more than 2 s",
    );
}

/// Sources that are long or deep in one direction: compiled and run, or refused, but never the end of the process.
#[test]
fn sources_of_any_depth() {
    let sources = [
        format!("x = {}1", "1 + ".repeat(20_000)),
        format!("x = {}1", "1 < ".repeat(20_000)),
        format!("x = {}1", "0 or ".repeat(20_000)),
        format!("x = {}1", "1 if 0 else ".repeat(5_000)),
        format!("x = {}1", "not ".repeat(20_000)),
        format!("x = {}1", "- ".repeat(20_000)),
        format!("x = {}1", "2 ** ".repeat(5_000)),
        format!("x = a{}", ".b".repeat(20_000)),
        format!("x = a{}", "()".repeat(20_000)),
        format!("x = a{}", "[0]".repeat(20_000)),
        format!("x = {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("x = {}1{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("x = {}1{}", "{1: ".repeat(5_000), "}".repeat(5_000)),
        format!("x = {}1{}", "f(".repeat(5_000), ")".repeat(5_000)),
        format!("x = {}1", "lambda: ".repeat(5_000)),
        format!("x = {}1", "y = ".repeat(20_000)),
        format!("x = {}", "'a' ".repeat(20_000)),
        format!("x = {}1{}", "f'{".repeat(200), "}'".repeat(200)),
        format!("if 0:\n        pass\n{}", "    elif 1:\n        pass\n".repeat(5_000)),
        format!("x = [{}]", "1, ".repeat(100_000)),
        (0..150).map(|depth| format!("{}if 1:\n    ", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(160)
            + "pass",
        format!("del {}", "x[0], ".repeat(5_000)),
        format!("raise {}1{}", "ValueError(".repeat(500), ", 2)".repeat(500)),
    ];
    for source in sources {
        let head: String = source.chars().take(40).collect();
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let work = move || {
            let logic = format!("def logic(slot_data):\n    {source}\n");
            let ended = flow_playground::python::check_logic(&logic).map_err(|error| error.message);
            let expression = source.strip_prefix("x = ").unwrap_or(&source);
            let condition = flow_playground::python::compile_condition(expression).map_err(|error| error.message);
            let value = condition.map(|condition| condition.evaluate(&[]).map_err(|failure| failure.message));
            assert!(ended.err().is_none_or(|message| !message.is_empty()));
            assert!(value.err().is_none_or(|message| !message.is_empty()));
        };
        let ended = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join();
        assert!(ended.is_ok(), "{head}");
    }
}
