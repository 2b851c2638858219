//! The flows that the benchmarks run, and how they are timed.

use std::sync::Arc;
use std::time::Instant;

use flow_playground::debugger::session::{RunOptions, Session};
use flow_playground::flow::model::{Connection, Event, Flow, Input, Policy, PortRef, Routine, Slot};
use flow_playground::flow::value::{Map, Value};

const PASS: &str = "def logic(slot_data):\n    for item in slot_data[\"input\"]:\n        emit(\"output\", **item)\n";

const JOIN: &str =
    "def logic(slot_data):\n    emit(\"output\", left=slot_data[\"left\"][0], right=slot_data[\"right\"][0])\n";

/// The built-in class that passes on what it gets.
pub const BUILT_IN: &str = "Merge";

/// A routine of every flow that nothing reaches: the place of breakpoints that never hit.
pub const ELSEWHERE: &str = "elsewhere";

/// The class of [`PASS`] and [`JOIN`].
pub const PYTHON: &str = "Python";

fn routine(id: &str, class: &str) -> Arc<Routine> {
    let mut routine = Routine::new(id, class);
    if class == PYTHON {
        routine.slots = vec![Slot::new("input")];
        routine.events = vec![Event::new("output")];
        routine.policy = Some(Policy::Immediate);
        routine.logic = Some(PASS.into());
    }
    Arc::new(routine)
}

/// Routines and the input of the first of them.
fn flow(class: &str, ids: impl IntoIterator<Item = String>, messages: u32) -> Flow {
    let mut flow = Flow::default();
    flow.execution.timeout = 1e6;
    flow.routines.extend(ids.into_iter().map(|id| routine(&id, class)));
    let data = Value::map([("value", Value::Int(1)), ("name", Value::from("sensor"))]);
    let to = PortRef::new(flow.routines[0].id.clone(), "input");
    flow.routines.push(routine(ELSEWHERE, BUILT_IN));
    flow.inputs = vec![Input { to, data, at: 0.0, repeat: messages, every: 0.0, extra: Map::default() }];
    flow
}

fn connect(flow: &mut Flow, from: &str, to: &str, slot: &str) {
    flow.connections.push(Connection::new(PortRef::new(from, "output"), PortRef::new(to, slot)));
}

/// One routine after the other.
pub fn linear(class: &str, length: u32, messages: u32) -> Flow {
    let mut flow = flow(class, (0..length).map(|index| format!("r{index}")), messages);
    for index in 1..length {
        connect(&mut flow, &format!("r{}", index - 1), &format!("r{index}"), "input");
    }
    flow
}

/// One routine before many.
pub fn fan_out(class: &str, width: u32, messages: u32) -> Flow {
    let ids = std::iter::once("source".to_owned()).chain((0..width).map(|index| format!("r{index}")));
    let mut flow = flow(class, ids, messages);
    for index in 0..width {
        connect(&mut flow, "source", &format!("r{index}"), "input");
    }
    flow
}

/// A source that posts to two branches, and what joins them pair by pair: four activations a message.
pub fn join(class: &str, messages: u32) -> Flow {
    let mut flow = flow(class, ["source", "left", "right"].map(str::to_owned), messages);
    let mut joining = Routine::new("join", if class == PYTHON { PYTHON } else { "Aggregator" });
    if class == PYTHON {
        joining.slots = vec![Slot::new("left"), Slot::new("right")];
        joining.events = vec![Event::new("output")];
        joining.policy = Some(Policy::AllSlotsReady);
        joining.logic = Some(JOIN.into());
    } else {
        joining.config.insert("slots".into(), Value::list([Value::from("left"), Value::from("right")]));
        joining.config.insert("timeout".into(), Value::Int(0));
    }
    flow.routines.push(Arc::new(joining));
    for side in ["left", "right"] {
        connect(&mut flow, "source", side, "input");
        connect(&mut flow, side, "join", side);
    }
    flow
}

/// Compiles the flow of a session before its time is taken.
pub fn prepare(session: &mut Session) {
    if session.run(&RunOptions { held: true, ..RunOptions::default() }).is_err() {
        println!("the flow does not run");
    }
    session.reset();
}

/// Seconds that this thread had a processor, so that a busy machine changes them little; seconds that have passed where
/// the system does not tell.
pub fn processor_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.with(Instant::elapsed).as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

thread_local! {
    static START: Instant = Instant::now();
}

/// The least time of one measurement, in seconds: the system counts a processor's time in steps of some milliseconds.
const LEAST_SECONDS: f64 = 0.2;

/// Repeats a run, which tells its seconds and how much it did, until that took long enough to be measured. Answers the
/// seconds of one run, in the middle, and what the last one did.
pub fn repeated(mut run: impl FnMut() -> (f64, u64)) -> (f64, u64) {
    let (mut seconds, mut runs) = (0.0, 0.0);
    loop {
        let (took, done) = run();
        (seconds, runs) = (seconds + took, runs + 1.0);
        if seconds >= LEAST_SECONDS {
            return (seconds / runs, done);
        }
    }
}
