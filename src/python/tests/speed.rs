//! How fast it is; run with `cargo test --release -- --ignored --nocapture python::tests::speed`.

use std::hint::black_box;
use std::time::Instant;

use super::{Notes, input, value};
use crate::engine::behaviour::{Binding, Progress};
use crate::python::{compile_condition, compile_logic};

/// Best of many short batches, so that other work on the machine counts little.
fn time(name: &str, mut run: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..200 {
        let start = Instant::now();
        for _ in 0..100 {
            run();
        }
        best = best.min(start.elapsed().as_secs_f64() / 100.0);
    }
    println!("{name:45} {:7.2} µs", best * 1e6);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let sources = [
        ("forward", "def logic(slot_data):\n    for item in slot_data[\"input\"]:\n        emit(\"output\", **item)"),
        ("self", "def logic(slot_data):\n    for item in slot_data[\"input\"]:\n        self.emit(\"output\", **item)"),
        ("print", "def logic(slot_data):\n    print(slot_data)"),
        ("live shared data", "def logic(slot_data, m, job):\n    job.shared_data[\"k\"] = 1"),
        ("sleep", "def logic(slot_data):\n    sleep(1)"),
        ("no call", "def logic(slot_data):\n    pass"),
    ];
    let input = input(r#"[{"value": 150, "name": "abc"}]"#);
    for (name, source) in sources {
        let logic = compile_logic(source).unwrap();
        time(name, || {
            let mut notes = Notes::default();
            let mut progress = logic.start(&mut notes, &input).unwrap();
            while let Progress::Sleeping { rest, .. } = progress {
                progress = logic.resume(&mut notes, &rest).unwrap();
            }
        });
    }
    let names = [("data", Binding::Record(value(r#"{"value": 150}"#))), ("items", Binding::Value(value("[1]")))];
    for source in ["data['value'] > 100 and len(items) > 0", "data.value > 100 and len(items) > 0"] {
        let condition = compile_condition(source).unwrap();
        time(source, || {
            black_box(condition.evaluate(&names).unwrap());
        });
    }
    time("compile", || {
        black_box(compile_logic(sources[0].1).unwrap());
    });
}
