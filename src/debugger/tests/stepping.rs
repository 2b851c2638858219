//! Step over and out: where they end is what looking at all tasks after every step says, and costs no such look.

use std::cell::Cell;

use proptest::prelude::*;

use super::{flows, posts, routine, run_on, session, start, wire};
use crate::debugger::history::History;
use crate::debugger::session::{Mode, Session};
use crate::debugger::stepping::Witness;
use crate::engine::runtime::{Runtime, Start};
use crate::engine::task::{Activation, Task};
use crate::engine::trace::{Cause, EXTERNAL, Kind, Recording};
use crate::flow::model::{Flow, Policy};

/// All that a job has left to do.
fn left(runtime: &Runtime, job: u32) -> Vec<Task> {
    let job = &runtime.jobs()[job as usize];
    let waiting = job.waiting.values().map(|activation| Task::Start(Box::new(Activation::clone(activation))));
    job.tasks.iter().chain(job.timers.values()).cloned().chain(waiting).collect()
}

/// Whether a record goes back to one of a step without passing a delivery.
fn leads_to(history: &History, mut seq: Cause, step: &std::ops::Range<Cause>) -> bool {
    loop {
        if step.contains(&seq) {
            return true;
        }
        match history.records().get(seq) {
            Some(record) if !matches!(record.kind, Kind::SlotCall { .. }) => seq = record.cause,
            _ => return false,
        }
    }
}

fn belongs_to_step(history: &History, task: &Task, step: &std::ops::Range<Cause>) -> bool {
    match task {
        Task::Post { .. } | Task::Check { .. } => false,
        Task::Route { cause, .. } => leads_to(history, *cause, step),
        Task::Handle(_) => true,
        other => leads_to(history, other.activation().unwrap().cause, step),
    }
}

fn parent(history: &History, task: &Task) -> Cause {
    match task {
        Task::Post { .. } => EXTERNAL,
        Task::Route { cause, .. } => history.records().get(*cause).map_or(EXTERNAL, |emit| emit.cause),
        Task::Check { cause, .. } => *cause,
        Task::Handle(error) => history.records().get(error.record).map_or(EXTERNAL, |error| error.cause),
        other => other.activation().unwrap().cause,
    }
}

/// Where step over or out has to end: looked for step by step in a session of its own.
fn expected(flow: &Flow, jobs: u32, at: u64, out: bool, most: u64) -> u64 {
    let mut session = session(flow.clone());
    start(&mut session, jobs);
    while session.runtime().steps() < at {
        session.step_into();
    }
    let Some((job, task)) = session.runtime().upcoming() else { return at };
    let (job, wanted) = (job.index, parent(session.history(), task));
    let first = session.runtime().trace().next_seq;
    let mut step = first..first;
    for _ in 0..most {
        session.step_into();
        if step.is_empty() {
            step = first..session.runtime().trace().next_seq;
        }
        let history = session.history();
        let goes_on = left(session.runtime(), job)
            .iter()
            .any(|task| if out { parent(history, task) == wanted } else { belongs_to_step(history, task, &step) });
        if !goes_on {
            break;
        }
    }
    session.runtime().steps()
}

fn step_to(session: &mut Session, at: u64) {
    while session.runtime().steps() < at {
        session.step_into();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn over_and_out_end_where_nothing_is_left(flow in flows(), cut in 0.0..1.0f64, out in any::<bool>()) {
        const MOST: u64 = 200;
        let mut whole = session(flow.clone());
        start(&mut whole, 2);
        whole.resume();
        let length = run_on(&mut whole, MOST);
        let at = (length as f64 * cut) as u64;
        let mut stepping = session(flow.clone());
        start(&mut stepping, 2);
        step_to(&mut stepping, at);
        if out { stepping.step_out() } else { stepping.step_over() };
        run_on(&mut stepping, MOST);
        prop_assert_eq!(stepping.runtime().steps(), expected(&flow, 2, at, out, MOST));
    }
}

#[test]
fn a_long_queue_is_looked_at_once() {
    // 50,000 posts wait while one item goes through a chain of routines.
    let mut flow = Flow::default();
    for index in 0..4 {
        flow.routines.push(routine(&format!("r{index}"), "pass", Policy::Immediate).into());
    }
    flow.connections = (1..4).map(|index| wire(&format!("r{}", index - 1), &format!("r{index}"))).collect();
    flow.inputs = vec![posts("r0", 0.0, 1, 0.0), posts("r3", 0.0, 50_000, 0.0)];
    let mut session = session(flow);
    start(&mut session, 1);
    let program = session.runtime().jobs()[0].program.clone();
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&program, Start::Inputs, None);
    let looks = Cell::new(0_u64);
    let mut witness = Witness::default();
    let mut steps = 0_u64;
    runtime.step();
    while steps < 60_000 {
        let goes_on = witness.is_left(&runtime.jobs()[0], |left| {
            looks.set(looks.get() + 1);
            // What comes of the first post: deliveries that are not posts.
            matches!(left, crate::debugger::stepping::Left::Task(Task::Route { .. }))
        });
        if !goes_on {
            break;
        }
        runtime.step();
        steps += 1;
    }
    assert!(steps > 50_000, "the item came behind all posts: {steps}");
    assert!(looks.get() < 3 * steps + 200_000, "{} looks in {steps} steps", looks.get());
}

#[test]
fn stepping_over_a_delivery_waits_for_its_sleep_and_its_duration() {
    let mut flow = Flow::default();
    flow.routines.push(routine("a", "sleep", Policy::Immediate).into());
    flow.inputs = vec![posts("a", 0.0, 1, 0.0)];
    let mut session = session(flow);
    start(&mut session, 1);
    session.step_over();
    run_on(&mut session, 100);
    assert_eq!(session.mode(), Mode::Held);
    assert_eq!(session.runtime().now_us(), 250_000);
}
