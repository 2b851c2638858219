//! The promise of time travel: the same document gives the same trace at any step budget, and a replay to any
//! moment is the moment.

use std::sync::Arc;

use proptest::prelude::*;

use crate::support::{program, session, start, state, trace};
use flow_playground::debugger::session::{Mode, Stop};
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::Recording;
use flow_playground::flow::model::{
    Connection, ErrorHandler, Event, Flow, Input, Policy, PortRef, Routine, Slot, Strategy as OnError,
};
use flow_playground::flow::value::{Map, Value};

/// Logic that passes on, doubles, sleeps, fails now and then, counts and shares.
const LOGICS: &[&str] = &[
    "def logic(slot_data):\n    for item in slot_data['input']:\n        if item.get('hops', 0) < 4:\n            emit('output', n=item['n'], hops=item.get('hops', 0) + 1)\n",
    "def logic(slot_data):\n    for item in slot_data['input']:\n        if item.get('hops', 0) < 3:\n            emit('output', n=item['n'] * 2, hops=item.get('hops', 0) + 1)\n            sleep(item['n'] % 3 * 0.5)\n            emit('output', n=item['n'] + 1, hops=item.get('hops', 0) + 2)\n",
    "def logic(slot_data, policy_message, job_state):\n    seen = job_state.get_shared_data('seen', 0) + 1\n    job_state.update_shared_data('seen', seen)\n    if seen % 5 == 0:\n        raise ValueError(f'number {seen}')\n    set_state('last', seen)\n    log(f'seen {seen}')\n",
    "import random\ndef logic(slot_data):\n    send_output('dice', value=random.randint(1, 6))\n",
];

fn policies() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Immediate),
        Just(Policy::AllSlotsReady),
        (1..4u32).prop_map(Policy::BatchSize),
        (0..3u32).prop_map(|seconds| Policy::TimeInterval(f64::from(seconds) * 0.75)),
        Just(Policy::Custom("len(slots['input']) >= 2".into())),
    ]
}

fn handlers() -> impl Strategy<Value = Option<ErrorHandler>> {
    prop_oneof![
        Just(None),
        Just(Some(ErrorHandler::new(OnError::Continue))),
        Just(Some(ErrorHandler::new(OnError::Skip))),
        Just(Some(ErrorHandler { max_retries: Some(2), ..ErrorHandler::new(OnError::Retry) })),
    ]
}

pub fn flows() -> impl Strategy<Value = Flow> {
    let routine = (policies(), 0..LOGICS.len(), 0..3u32, handlers());
    let connection = (0..5usize, 0..5usize);
    let input = (0..5usize, 0..9i64, 0..3u32, 1..4u32);
    (
        prop::collection::vec(routine, 2..5),
        prop::collection::vec(connection, 1..7),
        prop::collection::vec(input, 1..5),
        1..4u32,
    )
        .prop_map(|(routines, connections, inputs, workers)| build(&routines, &connections, &inputs, workers))
}

type RoutineParts = (Policy, usize, u32, Option<ErrorHandler>);

fn build(
    routines: &[RoutineParts],
    connections: &[(usize, usize)],
    inputs: &[(usize, i64, u32, u32)],
    workers: u32,
) -> Flow {
    let count = routines.len();
    let id = |index: usize| format!("r{}", index % count);
    let mut flow = Flow::default();
    flow.execution.thread_pool_size = workers;
    flow.routines = routines
        .iter()
        .enumerate()
        .map(|(index, (policy, logic, duration, handler))| {
            Arc::new(Routine {
                slots: vec![Slot { max_queue_length: 5, ..Slot::new("input") }],
                events: vec![Event::new("output")],
                policy: Some(policy.clone()),
                logic: Some(LOGICS[*logic].into()),
                duration: f64::from(*duration) * 0.25,
                error_handler: handler.clone(),
                ..Routine::new(id(index), "Python")
            })
        })
        .collect();
    flow.connections = connections
        .iter()
        .map(|(from, to)| Connection::new(PortRef::new(id(*from), "output"), PortRef::new(id(*to), "input")))
        .collect();
    flow.inputs = inputs
        .iter()
        .map(|(to, n, at, repeat)| Input {
            to: PortRef::new(id(*to), "input"),
            data: Value::map([("n", Value::Int(*n))]),
            at: f64::from(*at) * 0.5,
            repeat: *repeat,
            every: 0.25,
            extra: Map::default(),
        })
        .collect();
    flow
}

/// Enough for these flows, and a bound for those that go round for ever.
const STEPS: u64 = 400;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_trace_is_the_same_at_any_step_budget(flow in flows(), budget in 1..9u64) {
        let mut whole = session(flow.clone());
        start(&mut whole, 2);
        whole.advance(STEPS);
        let mut pieces = session(flow);
        start(&mut pieces, 2);
        let mut left = STEPS;
        while left > 0 && pieces.mode() == Mode::Running {
            let taken = pieces.advance(budget.min(left));
            left -= taken;
            // Stepping and pausing must not be seen in the trace either.
            if left > 1 && pieces.mode() == Mode::Running {
                pieces.pause();
                pieces.step_into();
                left -= 1;
                pieces.resume();
            }
        }
        whole.pause();
        pieces.pause();
        prop_assert_eq!(state(whole.runtime()), state(pieces.runtime()));
        prop_assert_eq!(trace(&whole), trace(&pieces));
    }

    #[test]
    fn a_replay_to_any_moment_is_that_moment(flow in flows(), cut in 0.0..1.0f64) {
        let program = program(flow.clone());
        let mut runtime = Runtime::new(Recording::On);
        for _ in 0..2 {
            runtime.exec(&program, Start::Inputs, None);
        }
        runtime.prepare();
        let mut states = vec![state(&runtime)];
        while runtime.steps() < STEPS && runtime.step() {
            runtime.prepare();
            states.push(state(&runtime));
        }
        let mut session = session(flow);
        start(&mut session, 2);
        session.advance(runtime.steps());
        session.pause();
        let moment = ((states.len() - 1) as f64 * cut) as u64;
        session.show(moment, Stop::Step);
        prop_assert_eq!(&state(session.runtime()), &states[moment as usize]);
        let before = trace(&session);
        session.step_into();
        let next = (moment as usize + 1).min(states.len() - 1);
        prop_assert_eq!(&state(session.runtime()), &states[next]);
        session.step_back();
        session.resume();
        session.advance(runtime.steps() - session.runtime().steps());
        session.pause();
        prop_assert_eq!(&state(session.runtime()), states.last().unwrap());
        prop_assert_eq!(trace(&session), before, "going forward again makes no new records");
    }

    #[test]
    fn recording_changes_nothing(flow in flows()) {
        let program = program(flow);
        let mut runs = Vec::new();
        for recording in [Recording::On, Recording::Off, Recording::Count] {
            let mut runtime = Runtime::new(recording);
            runtime.exec(&program, Start::Inputs, None);
            while runtime.steps() < STEPS && runtime.step() {}
            let job = &runtime.jobs()[0];
            let queues: Vec<_> = job.routines.iter().map(|routine| (routine.slots.clone(), routine.activations)).collect();
            runs.push((runtime.now_us(), runtime.steps(), job.status, format!("{queues:?}")));
        }
        prop_assert_eq!(&runs[0], &runs[1]);
        prop_assert_eq!(&runs[0], &runs[2]);
    }
}
