//! What a script can call, and how its values cross the border.

use super::{Notes, check, check_with, map, value};

#[test]
fn forwards_items() {
    check_with(
        Notes::default(),
        "def logic(slot_data):\n    for item in slot_data[\"input\"]:\n        emit(\"output\", **item)",
        r#"[{"a": 1, "b": [1.5, null, {"c": "d"}]}, {}]"#,
        &[r#"emit output {"a":1,"b":[1.5,null,{"c":"d"}]}"#, "emit output {}"],
    );
}

#[test]
fn takes_up_to_three_parameters() {
    check("def logic():\n    log('none')", &["info none"]);
    check("def logic(slots, message):\n    log(message['reason'])", &["info immediate"]);
    check("def logic(slots, message, job):\n    log(f'{job.job_id} {job.status}')", &["info job-1 running"]);
    check("def logic(*args):\n    log(str(len(args)))", &["info 3"]);
    check("def logic(slots, /, message=None, *, more=1):\n    log(message['reason'])", &["info immediate"]);
    check("logic = lambda slots: log('lambda')", &["info lambda"]);
    check("if True:\n    def logic(slots):\n        log('nested')", &["info nested"]);
    check("class Box:\n    def run(self, *rest):\n        log(str(len(rest)))\nlogic = Box().run", &["info 3"]);
}

#[test]
fn calls_work_everywhere() {
    check(
        r#"
class Sender:
    def __init__(self):
        emit("output", from_="init")
    def send(self, n):
        emit("output", n=n)

def outer():
    def inner(n):
        emit("output", inner=n)
    return inner

def logic(slot_data):
    Sender().send(1)
    outer()(2)
    f = emit
    f("output", value=3)
    (lambda n: emit("output", n=n))(4)
    [emit("output", n=n) for n in range(5, 7)]
    {n: self.emit("output", n=n) for n in [7]}
    g = self.emit
    g("output", n=8)
"#,
        &[
            r#"emit output {"from_":"init"}"#,
            r#"emit output {"n":1}"#,
            r#"emit output {"inner":2}"#,
            r#"emit output {"value":3}"#,
            r#"emit output {"n":4}"#,
            r#"emit output {"n":5}"#,
            r#"emit output {"n":6}"#,
            r#"emit output {"n":7}"#,
            r#"emit output {"n":8}"#,
        ],
    );
}

#[test]
fn tells_in_order() {
    check(
        r#"def logic(slot_data):
    progress(0)
    print("one", 2, 3.0, None, True, [1, "x"], {"k": (1,)})
    print("a", "b", sep="-", end="!")
    print()
    log("plain")
    log("careful", level="warn")
    log("wrong", "error")
    progress(5)
    send_output("table", rows=[[1, 2]], title="T")
    send_output("empty")
    print("two\nlines\n")
    emit("output", last=True)
"#,
        &[
            "progress 0",
            "info one 2 3.0 None True [1, 'x'] {'k': (1,)}",
            "info a-b!",
            "info ",
            "info plain",
            "warn careful",
            "error wrong",
            "progress 1",
            r#"output table {"rows":[[1,2]],"title":"T"}"#,
            "output empty {}",
            "info two\nlines\n",
            r#"emit output {"last":true}"#,
        ],
    );
}

#[test]
fn print_shows_objects_and_works_at_the_top() {
    check(
        r#"
class Box:
    def __str__(self):
        return "a box"
print("loading")
def logic(slot_data):
    print(Box(), sep=None)
    print(*sorted([3, 1, 2], key=lambda n: print("key", n) or n))
    show = print
    show("as a value")
"#,
        &["info loading", "info a box", "info key 3", "info key 1", "info key 2", "info 1 2 3", "info as a value"],
    );
    check("def logic(slot_data):\n    print(1, sep=2)", &["TypeError: sep must be None or a string, not int"]);
}

#[test]
fn reads_the_config_and_keeps_state() {
    let notes = Notes { config: map(r#"{"limit": 3, "names": ["a"]}"#), ..Notes::default() };
    let notes = check_with(
        notes,
        r#"def logic(slot_data):
    log(f"{get_config('limit')} {get_config('none')} {get_config('none', 7)} {config['names']} {self.config['limit']}")
    log(str(get_state("count")) + str(self.get_state("count", default=(1, 2))))
    set_state("count", {"n": (1, 2)})
    log(str(get_state("count")))
"#,
        "[{}]",
        &["info 3 None 7 ['a'] 3", "info None(1, 2)", "info {'n': [1, 2]}"],
    );
    assert_eq!(notes.state["count"], value(r#"{"n": [1, 2]}"#));
}

#[test]
fn payloads_are_json() {
    let refused = |expression: &str, message: &str| {
        check(
            &format!(
                "import math, re, json\nclass Box:\n    pass\nloop = []\nloop.append(loop)\ndef logic(slot_data):\n    \
                 emit('output', x={expression})"
            ),
            &[&format!("TypeError: emit: payload 'x' has {message}, which is no JSON value")],
        );
    };
    refused("{1, 2}", "a set");
    refused("[1, {'deep': frozenset()}]", "a frozenset");
    refused("len", "a function");
    refused("Box()", "an instance of Box");
    refused("int", "a class");
    refused("Box", "<class 'Box'>");
    refused("b'x'", "bytes");
    refused("math.nan", "nan");
    refused("-math.inf", "an infinite number");
    refused("{1: 2}", "the key 1 (int), not text");
    refused("{None: 2}", "the key None (NoneType), not text");
    refused("loop", "a reference to itself");
    refused("3j", "a complex number");
    check(
        "def logic(slot_data):\n    emit('output', x=(1, (2,)), big=2 ** 70, small=-2 ** 63, n=-2**64)",
        &[
            r#"emit output {"x":[1,[2]],"big":1180591620717411303424,"small":-9223372036854775808,"n":-18446744073709551616}"#,
        ],
    );
    check(
        "def logic(slot_data):\n    emit('output', x=10 ** 5000)",
        &["ValueError: emit: payload 'x' has an integer of more than 4300 digits"],
    );
}

#[test]
fn integers_of_any_size_come_in() {
    let mut notes = Notes::default();
    notes.config.insert("big".into(), crate::flow::value::Value::BigInt("1180591620717411303424".into()));
    check_with(
        notes,
        "def logic(slot_data):\n    log(str(config['big'] == 2 ** 70))\n    emit('output', big=config['big'])",
        "[{}]",
        &["info True", r#"emit output {"big":1180591620717411303424}"#],
    );
}

#[test]
fn a_payload_may_have_an_entry_of_any_name() {
    check(
        "def logic(slot_data):\n    emit('output', event=1, self=2)\n    send_output('t', type=3)\n    emit(event='output')",
        &[r#"emit output {"event":1,"self":2}"#, r#"output t {"type":3}"#, "emit output {}"],
    );
}

#[test]
fn wrong_arguments_raise_as_in_python() {
    let raises = |call: &str, message: &str| {
        check(&format!("def logic(slot_data, m, job):\n    {call}"), &[message]);
    };
    raises("emit()", "TypeError: emit() missing 1 required positional argument: 'event'");
    raises("emit('a', 'b')", "TypeError: emit() takes 1 positional argument but 2 were given");
    raises("emit(3)", "TypeError: emit: event must be a str, not int");
    raises("get_state()", "TypeError: get_state() missing 1 required positional argument: 'key'");
    raises("set_state('k')", "TypeError: set_state() missing 1 required positional argument: 'value'");
    raises("set_state('k', len)", "TypeError: set_state: 'k' has a function, which is no JSON value");
    raises("log('x', colour=1)", "TypeError: log() got an unexpected keyword argument 'colour'");
    raises("log('x', 'info', level='info')", "TypeError: log() got multiple values for argument 'level'");
    raises("log('x', 'loud')", "ValueError: log: level must be debug, info, warn or error, not 'loud'");
    raises("progress('x')", "TypeError: progress: ratio must be a number, not str");
    raises("progress(float('nan'))", "ValueError: progress: ratio must not be nan");
    raises("job.append_to_shared_log([1])", "TypeError: append_to_shared_log: entry must be a dict, not list");
    raises("job.nothing()", "AttributeError: 'JobState' object has no attribute 'nothing'");
    raises("self.nothing", "AttributeError: 'Routine' object has no attribute 'nothing'");
    raises("self()", "TypeError: 'Routine' object is not callable");
}

#[test]
fn emissions_are_copies() {
    check(
        "def logic(slot_data):\n    items = [1]\n    emit('output', items=items)\n    items.append(2)\n    emit('output', items=items)",
        &[r#"emit output {"items":[1]}"#, r#"emit output {"items":[1,2]}"#],
    );
}

#[test]
fn items_can_be_deleted() {
    check(
        "class Box:\n    def __delitem__(self, key):\n        emit('output', key=key)\ndef logic(slot_data):\n    d = {'a': 1, 'b': {'c': 2}}\n    \
         l = list(range(9))\n    del d['a'], d['b']['c']\n    del l[0], l[-1], l[1:3], l[::2]\n    log(f'{d} {l}')\n    del Box()[1, 2]",
        &["info {'b': {}} [4, 6]", r#"emit output {"key":[1,2]}"#],
    );
}

#[test]
fn nothing_survives_an_activation() {
    let source = "seen = []\ndef logic(slot_data):\n    seen.append(1)\n    log(str(len(seen)))";
    let logic = super::super::compile_logic(source).unwrap();
    let mut notes = Notes::default();
    for _ in 0..3 {
        logic.start(&mut notes, &super::input("[1]")).unwrap();
    }
    assert_eq!(notes.lines, ["info 1", "info 1", "info 1"]);
}

#[test]
fn the_clock_and_the_dice_belong_to_the_run() {
    let source = "import random, time\nfrom datetime import datetime, date\ndef logic(slot_data):\n    \
                  log(f'{datetime.now()} {date.today()} {time.time()} {random.random()}')\n    time.sleep(1000)";
    let line = |seed: u64| {
        let mut notes = Notes { now_us: 86_400_000_000 * 60 + 1_500_000, seed, ..Notes::default() };
        super::run_on(&mut notes, source, "[1]").unwrap();
        notes.lines.remove(0)
    };
    assert!(line(1).starts_with("info 2000-03-01 00:00:01.500000 2000-03-01 951868801.5 0."), "{}", line(1));
    assert_eq!(line(1), line(1));
    assert_ne!(line(1), line(2));
    check(
        "from datetime import datetime\ndef logic(slot_data):\n    a = datetime.now()\n    sleep(90)\n    \
         log(str(datetime.now() - a))",
        &["sleep 90000000", "info 0:01:30"],
    );
}

#[test]
fn nothing_outside_can_be_reached() {
    check("def logic(slot_data):\n    open('/etc/passwd')", &["PermissionError: Permission denied: '/etc/passwd'"]);
    check("import os\ndef logic(slot_data):\n    os.listdir('/')", &["PermissionError: Permission denied: '/'"]);
    check(
        "import os\ndef logic(slot_data):\n    os.getenv('HOME')",
        &["PermissionError: 'os.getenv' is not available to a flow's logic"],
    );
    check("import socket\ndef logic(slot_data):\n    pass", &["ModuleNotFoundError: No module named 'socket'"]);
}

#[test]
fn a_logic_of_another_name_takes_what_it_takes() {
    for source in [
        "def run(slot_data):\n    log(f'{len(slot_data)}')\nlogic = run",
        "def make(n):\n    def run(slot_data):\n        log(f'{n}')\n    return run\nlogic = make(1)",
        "def make(n):\n    return lambda slot_data, message: log(f'{n}')\nlogic = make(1)",
    ] {
        check(source, &["info 1"]);
    }
}
