//! Promises of the specification that no conformance vector holds.

use proptest::prelude::*;

use super::super::session::Stop;
use super::{flows, posts, routine, session, start, wire};
use crate::engine::alter::{Change, Refusal};
use crate::engine::record::type_name;
use crate::engine::runtime::{PostError, Runtime, Start};
use crate::engine::trace::{Kind, Recording};
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow, Overflow, Policy, PortRef, Routine, Slot};
use crate::flow::value::Value;

fn alone(routine: Routine, repeat: u32) -> Flow {
    let mut flow = Flow { inputs: vec![posts(&routine.id, 0.0, repeat, 0.0)], ..Flow::default() };
    flow.routines.push(routine.into());
    flow
}

/// All records of a run: seconds, type and, of workers, which.
fn run(flow: Flow) -> Vec<String> {
    let mut session = session(flow);
    start(&mut session, 1);
    let program = session.runtime().jobs()[0].program.clone();
    let mut runtime = Runtime::new(Recording::On);
    runtime.exec(&program, Start::Inputs, None);
    while runtime.step() {}
    let records = &runtime.trace().records;
    assert!(records.is_sorted_by_key(|record| record.t), "records are in the order of time");
    let tell = |kind: &Kind| match kind {
        Kind::WorkerClaimed(worker, ..) | Kind::WorkerHeartbeat(worker) => format!(" {worker}"),
        _ => String::new(),
    };
    records
        .iter()
        .map(|record| format!("{} {}{}", record.t / 1_000_000, type_name(&record.kind), tell(&record.kind)))
        .collect()
}

/// A breakpoint on a routine.
fn stop_at(routine: &str) -> Breakpoint {
    Breakpoint::new(BreakpointPlace::Routine(routine.to_owned()))
}

fn only(records: &[String], wanted: &str) -> Vec<String> {
    records.iter().filter(|record| record.contains(wanted)).cloned().collect()
}

#[test]
fn a_worker_is_claimed_once_for_sleeps_and_the_duration() {
    let slow = Routine { duration: 1.0, ..routine("a", "sleep", Policy::Immediate) };
    let mut flow = alone(slow, 2);
    flow.execution.thread_pool_size = 1;
    let records = run(flow);
    assert_eq!(only(&records, "claimed"), ["0 worker.claimed_job 0", "1 worker.claimed_job 0"]);
    assert_eq!(only(&records, "job.queued").len(), 1);
}

#[test]
fn busy_workers_have_heartbeats() {
    let slow = Routine { duration: 150.0, ..routine("a", "pass", Policy::Immediate) };
    let mut flow = alone(slow, 1);
    flow.execution.thread_pool_size = 3;
    // Something happens while it is busy, so that the clock comes by.
    flow.routines.push(routine("b", "pass", Policy::Immediate).into());
    flow.inputs.push(posts("b", 10.0, 20, 10.0));
    let records = run(flow);
    assert_eq!(only(&records, "heartbeat"), ["60 worker.heartbeat 0", "120 worker.heartbeat 0"]);
}

#[test]
fn a_post_to_a_full_slot_is_told() {
    let waits = routine("a", "pass", Policy::BatchSize(10));
    let small = |overflow| vec![Slot { max_queue_length: 2, overflow, ..Slot::new("input") }];
    for (overflow, expected) in [(Overflow::DropNewest, Err(PostError::SlotQueueFull)), (Overflow::Fail, Ok(()))] {
        let mut flow = alone(Routine { slots: small(overflow), ..waits.clone() }, 2);
        flow.execution.completion = crate::flow::model::Completion::Manual;
        let mut session = session(flow);
        start(&mut session, 1);
        session.resume();
        session.advance(10);
        assert_eq!(session.post("", &PortRef::new("a", "input"), Value::Null), expected);
        session.advance(10);
        let failed = session.runtime().jobs()[0].status.name() == "failed";
        assert_eq!(failed, overflow == Overflow::Fail);
    }
}

#[test]
fn a_post_to_a_job_that_is_about_to_time_out_is_refused() {
    let mut flow = alone(routine("a", "pass", Policy::Immediate), 1);
    flow.execution.timeout = 5.0;
    flow.inputs.push(posts("a", 9.0, 1, 0.0));
    let mut session = session(flow);
    start(&mut session, 1);
    session.step_into();
    assert_eq!(session.post("", &PortRef::new("a", "input"), Value::Null), Ok(()));
    for _ in 0..3 {
        session.step_into();
    }
    let refused = session.post("", &PortRef::new("a", "input"), Value::Null);
    assert_eq!(refused, Err(PostError::JobAlreadyCompleted));
}

#[test]
fn what_would_only_fill_the_memory_is_refused() {
    let mut flow = alone(routine("a", "pass", Policy::Immediate), 1000);
    let options = |jobs| crate::debugger::session::RunOptions { jobs, held: true, ..Default::default() };
    let problems = session(flow.clone()).run(&options(2000)).unwrap_err();
    assert!(problems[0].message.contains("start up to 1000"), "{}", problems[0].message);
    assert!(session(flow.clone()).run(&options(u32::MAX)).is_err());
    flow.execution.thread_pool_size = u32::MAX;
    let problems = session(flow).run(&options(1)).unwrap_err();
    assert_eq!(problems[0].code, "too-many-workers");
}

#[test]
fn a_policy_of_one_job_holds_in_that_job_only_and_is_saved() {
    let mut flow = alone(routine("a", "pass", Policy::BatchSize(3)), 4);
    flow.routines.push(routine("b", "pass", Policy::Immediate).into());
    flow.connections.push(wire("a", "b"));
    let mut session = session(flow);
    start(&mut session, 2);
    let program = session.runtime().jobs()[0].program.clone();
    let library = session.library().clone();
    let mut runtime = Runtime::new(Recording::On);
    for _ in 0..2 {
        runtime.exec(&program, Start::Inputs, None);
    }
    for _ in 0..2 {
        runtime.step();
    }
    let policy = crate::engine::job::PolicyOverride::new(Policy::Immediate, &*library).unwrap();
    runtime.alter(1, &Change::Policy(0, Some(policy))).unwrap();
    let text = runtime.save();
    assert!(text.contains(r#""policy":{"type":"immediate"}"#), "{text}");
    let catalogue = session.catalogue().clone();
    let restored = Runtime::restore(&text, Recording::On, &catalogue, &*library).unwrap();
    for mut runtime in [runtime, restored] {
        while runtime.step() {}
        let activations: Vec<u64> = runtime.jobs().iter().map(|job| job.routines[0].activations).collect();
        // What waited in the second job is looked at at once, then with each arrival.
        assert_eq!(activations, [1, 3]);
        assert_eq!(runtime.alter(0, &Change::Policy(0, None)), Err(Refusal::Finished));
        assert_eq!(runtime.alter(7, &Change::Policy(0, None)), Err(Refusal::UnknownJob));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_job_that_is_saved_alone_does_what_it_would_have_done(flow in flows(), at in 0..120u64, job in 0..3u32) {
        // With a worker for everybody the other jobs do not matter to it.
        let mut flow = flow;
        flow.execution.thread_pool_size = 2000;
        let mut session = session(flow);
        start(&mut session, 3);
        session.resume();
        session.advance(at);
        session.pause();
        let (catalogue, library) = (session.catalogue().clone(), session.library().clone());
        let text = session.runtime().save_job(job).unwrap();
        let mut whole = session.runtime().clone();
        let mut alone = Runtime::restore(&text, Recording::On, &catalogue, &*library).unwrap();
        prop_assert_eq!(alone.jobs().len(), 1);
        prop_assert_eq!(&alone.jobs()[0].id, &whole.jobs()[job as usize].id);
        prop_assert_eq!(own(&mut alone, 0), own(&mut whole, job));
    }
}

/// What a job does in its next 150 steps, without numbers of records and of workers.
fn own(runtime: &mut Runtime, job: u32) -> Vec<String> {
    let first = runtime.jobs()[job as usize].steps;
    runtime.trace_mut().records.clear();
    while runtime.jobs()[job as usize].steps < first + 150 && runtime.step() {}
    let records = runtime.trace().records.iter().filter(|record| record.job == job);
    let records = records.filter(|record| !matches!(record.kind, Kind::WorkerClaimed(..)));
    records.map(|record| format!("{} {:?}", record.t, record.kind)).collect()
}

proptest! {
    /// Also where the worker comes later, and where an attempt is made again.
    #[test]
    fn a_breakpoint_on_a_routine_stops_once_before_each_of_its_starts(flow in flows(), jobs in 1..3u32) {
        let mut session = session(flow);
        session.set_breakpoints(vec![stop_at("r0")]);
        start(&mut session, jobs);
        session.resume();
        for _ in 0..5000 {
            session.advance(1000);
            match session.stop() {
                Some(Stop::End) => break,
                Some(_) => session.resume(),
                None => {}
            }
        }
        let is_at_end = session.stop() == Some(&Stop::End);
        let runtime = session.runtime();
        let is_first = |job: u32, routine: u32| &*runtime.jobs()[job as usize].program.routines[routine as usize].id == "r0";
        let mut hits = Vec::new();
        for record in session.history().records().from(0) {
            match &record.kind {
                Kind::BreakpointHit(hit) => hits.push((record.job, hit.data.clone())),
                Kind::RoutineStart(routine, _, _, input) if is_first(record.job, *routine) => {
                    prop_assert_eq!(hits.pop(), Some((record.job, input.slot_data())));
                }
                _ => {}
            }
        }
        prop_assert!(hits.is_empty() || !is_at_end, "{hits:?}");
    }
}
