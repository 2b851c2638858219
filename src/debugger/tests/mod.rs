//! Sessions of random flows whose logic is Rust, so that these tests need no Python.

mod history;
mod late;
mod promises;
mod stepping;

use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;

use crate::engine::behaviour::{
    Behaviour, CompileError, Expression, Failure, Host, Input, Library, LineTracer, Progress, Suspended,
};
use crate::engine::policy::PolicyCheck;
use crate::engine::runtime::Runtime;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{
    Connection, ErrorHandler, Event, Flow, Input as Post, Policy, PortRef, Routine, Slot, Strategy as OnError,
};
use crate::flow::problem::Problem;
use crate::flow::value::{Map, Value};

use super::session::{Mode, RunOptions, Session};

/// A logic in Rust, picked by what stands for it in the document.
struct Logic(String);

impl Logic {
    /// Passes items on until they have come through a number of routines.
    fn pass_on(&self, host: &mut dyn Host, items: &[Value]) -> Result<(), Failure> {
        for item in items {
            let hops = item.get("hops").and_then(Value::as_int).unwrap_or(0);
            if hops < 4 {
                host.emit("output", Value::map([("hops", Value::Int(hops + 1))]))?;
            }
        }
        Ok(())
    }
}

impl Behaviour for Logic {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let seen = host.state("seen").and_then(|seen| seen.as_int()).unwrap_or(0) + 1;
        host.set_state("seen", Value::Int(seen));
        match self.0.as_str() {
            "fail" if seen % 3 == 1 => return Err(Failure::new("ValueError", format!("number {seen}"))),
            "sleep" => {
                self.pass_on(host, input.items())?;
                let rest = crate::flow::json::value_to_json(&Value::list(input.items().iter().cloned()));
                return Ok(Progress::Sleeping { us: 250_000, rest: Suspended(rest.into_bytes().into()) });
            }
            "loop" => host.emit("output", Value::map([("n", Value::Int(seen))]))?,
            _ => self.pass_on(host, input.items())?,
        }
        Ok(Progress::Done)
    }

    fn resume(&self, host: &mut dyn Host, _: &Input, rest: &Suspended) -> Result<Progress, Failure> {
        let text = std::str::from_utf8(&rest.0).unwrap();
        let items = crate::flow::document::parse_value(text).unwrap();
        self.pass_on(host, items.as_list().unwrap())?;
        Ok(Progress::Done)
    }
}

/// Logic in Rust, and no expressions.
struct RustLibrary;

fn no_python() -> CompileError {
    CompileError { error_type: "SyntaxError".into(), message: "no Python here".into(), line: 1, column: 1 }
}

impl Library for RustLibrary {
    fn behaviour(&self, routine: &Routine) -> Result<Rc<dyn Behaviour>, Problem> {
        Ok(Rc::new(Logic(routine.logic.clone().unwrap_or_default())))
    }

    fn own_policy(&self, _: &Routine) -> Option<Rc<dyn PolicyCheck>> {
        None
    }

    fn condition(&self, _: &str) -> Result<Rc<dyn Expression>, CompileError> {
        Err(no_python())
    }

    fn expression(&self, _: &str) -> Result<Rc<dyn Expression>, CompileError> {
        Err(no_python())
    }

    fn check_logic(&self, _: &str) -> Result<(), CompileError> {
        Ok(())
    }

    fn line_tracer(&self, _: &Routine) -> Result<Option<LineTracer>, CompileError> {
        Ok(None)
    }

    fn asked_keys(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// A routine with this logic.
pub fn routine(id: &str, logic: &str, policy: Policy) -> Routine {
    Routine {
        slots: vec![Slot::new("input")],
        events: vec![Event::new("output")],
        policy: Some(policy),
        logic: Some(logic.into()),
        ..Routine::new(id, "Python")
    }
}

/// What a flow posts to a routine.
pub fn posts(to: &str, at: f64, repeat: u32, every: f64) -> Post {
    let to = PortRef::new(to, "input");
    Post { to, data: Value::map([("hops", Value::Int(0))]), at, repeat, every, extra: Map::default() }
}

/// A connection from one routine to another.
pub fn wire(from: &str, to: &str) -> Connection {
    Connection::new(PortRef::new(from, "output"), PortRef::new(to, "input"))
}

/// A session with a flow.
pub fn session(flow: Flow) -> Session {
    let mut session = Session::new(Rc::new(RustLibrary), Catalogue { classes: vec![] });
    session.set_flow(flow);
    session
}

/// Starts jobs of the flow and holds them before their first step.
pub fn start(session: &mut Session, jobs: u32) {
    let started = session.run(&RunOptions { jobs, held: true, ..RunOptions::default() });
    assert!(started.is_ok(), "{:?}", started.err());
}

/// Runs until something holds it, at most so many steps.
pub fn run_on(session: &mut Session, most: u64) -> u64 {
    let mut taken = 0;
    while session.mode() == Mode::Running && taken < most {
        taken += session.advance(1);
    }
    taken
}

/// Everything a run can differ in.
pub fn state(runtime: &Runtime) -> String {
    crate::flow::json::value_to_json(&crate::engine::save::state(runtime))
}

/// Random flows: loops, joins, sleeps, errors with all handlers, few workers, small queues, all at several instants.
pub fn flows() -> impl Strategy<Value = Flow> {
    let policy = prop_oneof![
        Just(Policy::Immediate),
        (1..3u32).prop_map(Policy::BatchSize),
        (0..3u32).prop_map(|seconds| Policy::TimeInterval(f64::from(seconds) * 0.75)),
    ];
    let handler = prop_oneof![
        Just(None),
        Just(Some(ErrorHandler::new(OnError::Continue))),
        Just(Some(ErrorHandler { max_retries: Some(2), ..ErrorHandler::new(OnError::Retry) })),
    ];
    let routines = prop::collection::vec((policy, 0..4usize, 0..3u32, handler), 2..6);
    let connections = prop::collection::vec((0..6usize, 0..6usize), 1..10);
    let inputs = prop::collection::vec((0..6usize, 0..3u32, 1..6u32), 1..5);
    (routines, connections, inputs, 1..4u32).prop_map(|(routines, connections, inputs, workers)| {
        let id = |index: usize| format!("r{}", index % routines.len());
        let mut flow = Flow::default();
        flow.execution.thread_pool_size = workers;
        flow.connections = connections.iter().map(|(from, to)| wire(&id(*from), &id(*to))).collect();
        flow.inputs = inputs
            .iter()
            .map(|(to, at, repeat)| posts(&id(*to), f64::from(*at) * 0.5, *repeat, f64::from(*at) * 0.25))
            .collect();
        flow.routines = routines
            .iter()
            .enumerate()
            .map(|(index, (policy, logic, duration, handler))| {
                let routine = routine(&id(index), ["pass", "sleep", "fail", "pass"][*logic], policy.clone());
                Arc::new(Routine {
                    slots: vec![Slot { max_queue_length: 6, ..Slot::new("input") }],
                    duration: f64::from(*duration) * 0.25,
                    error_handler: handler.clone(),
                    ..routine
                })
            })
            .collect();
        flow
    })
}
