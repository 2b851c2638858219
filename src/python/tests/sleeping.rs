//! A logic that sleeps can be copied, saved, compared and resumed elsewhere.

use super::{Notes, check, input};
use crate::engine::behaviour::{Progress, Suspended};
use crate::python::compile_logic;

const LOOP: &str =
    "def logic(slot_data):\n    for n in range(2):\n        emit('output', n=n)\n        sleep(0.5)\n    log('end')";

#[test]
fn sleeps_in_any_place() {
    check(LOOP, &[r#"emit output {"n":0}"#, "sleep 500000", r#"emit output {"n":1}"#, "sleep 500000", "info end"]);
    check(
        "class Worker:\n    def work(self):\n        sleep(1e-6)\n        return 3\ndef logic(slot_data):\n    \
         log(str([Worker().work() for _ in range(2)]))\n    self.sleep(True)\n    sleep(0)\n    sleep(0.0000014)",
        &["sleep 1", "sleep 1", "info [3, 3]", "sleep 1000000", "sleep 0", "sleep 1"],
    );
}

#[test]
fn wrong_lengths_raise_as_in_cpython() {
    let raises = |seconds: &str, message: &str| check(&format!("def logic(s):\n    sleep({seconds})"), &[message]);
    raises("-1", "ValueError: sleep length must be non-negative");
    raises("float('nan')", "ValueError: Invalid value NaN (not a number)");
    raises("'x'", "TypeError: 'str' object cannot be interpreted as an integer");
    raises("None", "TypeError: 'NoneType' object cannot be interpreted as an integer");
    raises("1e30", "OverflowError: timestamp too large to convert to C PyTime_t");
    raises("10 ** 400", "OverflowError: timestamp too large to convert to C PyTime_t");
    raises("", "TypeError: sleep() missing 1 required positional argument: 'seconds'");
}

fn first_sleep(source: &str) -> Suspended {
    let mut notes = Notes::default();
    match compile_logic(source).unwrap().start(&mut notes, &input("[{}]")).unwrap() {
        Progress::Sleeping { rest, .. } => rest,
        Progress::Done => panic!("should sleep"),
    }
}

#[test]
fn the_bytes_are_the_same_each_time_and_can_be_used_twice() {
    for source in [
        LOOP,
        "import re\ndef logic(s, m, job):\n    x = {1, 'a', 'b'}\n    sleep(sum(range(10000)))\n    job.shared_data['k'] = len(x)",
    ] {
        assert_eq!(first_sleep(source), first_sleep(source));
    }
    let rest = first_sleep(LOOP);
    let logic = compile_logic(LOOP).unwrap();
    for _ in 0..2 {
        let mut notes = Notes::default();
        assert!(matches!(logic.resume(&mut notes, &input("[]"), &rest), Ok(Progress::Sleeping { .. })));
        assert_eq!(notes.lines, [r#"emit output {"n":1}"#]);
    }
}

#[test]
fn damaged_bytes_are_refused() {
    let rest = first_sleep(LOOP);
    let logic = compile_logic(LOOP).unwrap();
    let mut damaged = rest.0.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for bytes in [damaged, rest.0[..20].to_vec(), Vec::new(), vec![9; 40]] {
        let failure = logic.resume(&mut Notes::default(), &input("[]"), &Suspended(bytes.into())).unwrap_err();
        assert_eq!(&*failure.error_type, "RuntimeError");
    }
}

#[test]
fn modules_survive_a_sleep() {
    let modules = [
        "json",
        "re",
        "math",
        "random",
        "time",
        "datetime",
        "itertools",
        "functools",
        "collections",
        "bisect",
        "csv",
        "decimal",
        "os",
        "sys",
        "dataclasses",
        "typing",
        "copy",
        "base64",
        "hashlib",
        "pathlib",
    ];
    for module in modules {
        check(
            &format!("import {module}\ndef logic(s):\n    sleep(1)\n    log('awake')"),
            &["sleep 1000000", "info awake"],
        );
    }
    check(
        "import collections, re, random, dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int = 1\ndef logic(s):\n    \
         kept = [collections.Counter('aab'), collections.defaultdict(list), collections.deque([1]), re.compile('x+'), \
         {1, 'a'}, frozenset([2]), P(2), (1, None), b'x', 2 ** 80, 1.5, range(3), lambda: 5, random.random(), iter([7])]\n    \
         try:\n        1 / 0\n    except ZeroDivisionError as error:\n        sleep(1)\n        log(str(error))\n    \
         log(f'{kept[0].most_common(1)} {kept[3].findall(\"axx\")} {sorted(kept[4], key=str)} {kept[6]} {kept[9]} {kept[12]()} {next(kept[14])}')",
        &[
            "sleep 1000000",
            "info division by zero",
            "info [('a', 2)] ['xx'] [1, 'a'] P(x=2) 1208925819614629174706176 5 7",
        ],
    );
}
