//! A flow made ready to run: names become positions, expressions and logic are compiled, seconds are microseconds.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::flow::catalogue::Catalogue;
use crate::flow::entry::entry_slot;
use crate::flow::model::{Completion, Connection, ErrorHandler, Flow, Policy, PortRef, Routine, Slot, Strategy};
use crate::flow::problem::Problem;
use crate::flow::value::{Map, Value};

use super::behaviour::{Behaviour, Expression, Library};
use super::limits;
use super::policy::{self, PolicyCheck};

/// A flow made ready to run. Jobs share it; editing the flow makes a new one and disturbs no job.
#[derive(Clone)]
pub struct Program {
    /// The flow it was made from.
    pub flow: Arc<Flow>,
    /// In the document's order.
    pub routines: Vec<RoutineProgram>,
    /// In the document's order.
    pub connections: Vec<ConnectionProgram>,
    /// What a run without entry data posts, in the document's order.
    pub inputs: Vec<InputProgram>,
    /// The slot that entry data goes to: routine and slot.
    pub entry: Option<(u32, u32)>,
    /// What takes the errors that no routine's handler takes.
    pub handler: Handler,
    /// How long a job may live.
    pub timeout_us: u64,
    /// Virtual workers.
    pub workers: u32,
    /// What a drained job does.
    pub completion: Completion,
    /// Seed of every random choice.
    pub seed: i64,
    index_of: Index,
}

/// A routine made ready.
#[derive(Clone)]
pub struct RoutineProgram {
    /// Its id.
    pub id: Arc<str>,
    /// Its static parameters.
    pub config: Arc<Map>,
    /// Its slots.
    pub slots: Vec<Slot>,
    /// Their names.
    pub slot_names: Rc<[Arc<str>]>,
    /// Its events.
    pub events: Vec<EventProgram>,
    /// When it activates; never without one.
    pub policy: Option<Rc<dyn PolicyCheck>>,
    /// What it does.
    pub behaviour: Rc<dyn Behaviour>,
    /// What takes its errors.
    pub handler: Option<Handler>,
    /// How long an activation occupies its worker.
    pub duration_us: u64,
}

/// An event made ready.
#[derive(Clone)]
pub struct EventProgram {
    /// Its name.
    pub name: Arc<str>,
    /// Its connections in the document's order.
    pub connections: Vec<u32>,
}

/// A connection made ready.
#[derive(Clone)]
pub struct ConnectionProgram {
    /// The emitter and its event.
    pub from: (u32, u32),
    /// The receiver and its slot.
    pub to: (u32, u32),
    /// Renames payload keys.
    pub map: Option<Vec<(Arc<str>, Arc<str>)>>,
    /// Replaces the payload.
    pub transform: Option<Rc<dyn Expression>>,
}

/// An input made ready.
#[derive(Clone)]
pub struct InputProgram {
    /// The receiver.
    pub routine: u32,
    /// Its slot.
    pub slot: u32,
    /// The payload.
    pub data: Value,
    /// Virtual seconds after the start.
    pub at: f64,
    /// How often.
    pub repeat: u32,
    /// Virtual seconds between repeats.
    pub every: f64,
}

/// An error handler with its defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The reaction.
    pub strategy: Strategy,
    /// Most retries of one activation.
    pub max_retries: u32,
    /// Virtual seconds before the first retry.
    pub retry_delay: f64,
    /// What each further delay is multiplied with.
    pub retry_backoff: f64,
    /// Names of the exception types that are retried.
    pub retryable: Vec<String>,
    /// Whether exhausted retries stop the job.
    pub stops_when_exhausted: bool,
}

impl Handler {
    fn new(handler: &ErrorHandler) -> Self {
        Self {
            strategy: handler.strategy,
            max_retries: handler.max_retries.unwrap_or(3),
            retry_delay: handler.retry_delay.unwrap_or(1.0),
            retry_backoff: handler.retry_backoff.unwrap_or(2.0),
            retryable: handler.retryable.clone().unwrap_or_else(|| vec!["Exception".into()]),
            stops_when_exhausted: handler.is_critical != Some(false),
        }
    }
}

/// Whole virtual microseconds of a number of seconds; what is too long lasts for ever.
pub fn us_from_seconds(seconds: f64) -> u64 {
    // A float cast saturates, so no length can wrap around.
    (seconds * 1e6).round() as u64
}

impl Program {
    /// Makes a flow ready.
    ///
    /// # Errors
    /// Everything that keeps it from running: unknown classes and ports, Python that does not compile.
    pub fn compile(flow: &Arc<Flow>, catalogue: &Catalogue, library: &dyn Library) -> Result<Rc<Self>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut routines = Vec::new();
        for routine in &flow.routines {
            match compile_routine(routine, catalogue, library) {
                Ok(routine) => routines.push(routine),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let index_of: Index = routines.iter().enumerate().map(|(index, routine)| (routine.id.clone(), index)).collect();
        let mut connections = Vec::new();
        for (index, connection) in flow.connections.iter().enumerate() {
            match compile_connection(connection, index, &routines, &index_of, library) {
                Ok(connection) => connections.push(connection),
                Err(problem) => problems.push(problem),
            }
        }
        let mut inputs = Vec::new();
        for (index, input) in flow.inputs.iter().enumerate() {
            match find_slot(&routines, &index_of, &input.to) {
                Some((routine, slot)) => inputs.push(InputProgram {
                    routine,
                    slot,
                    data: input.data.clone(),
                    at: input.at,
                    repeat: input.repeat,
                    every: input.every,
                }),
                None => problems.push(unknown_port(&format!("inputs[{index}].to"), &input.to)),
            }
        }
        let workers = flow.execution.thread_pool_size;
        if workers > limits::MAX_WORKERS {
            let message = format!("there are {workers} workers; at most {} are possible", limits::MAX_WORKERS);
            problems.push(Problem::error("too-many-workers", "execution.thread_pool_size", message));
        }
        let posts: u64 = inputs.iter().map(|input| u64::from(input.repeat)).sum();
        if posts > limits::MAX_INPUT_POSTS {
            let message = format!("the inputs post {posts} items; at most {} are possible", limits::MAX_INPUT_POSTS);
            problems.push(Problem::error("too-many-inputs", "inputs", message));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        for (index, connection) in connections.iter().enumerate() {
            let (routine, event) = connection.from;
            routines[routine as usize].events[event as usize].connections.push(index as u32);
        }
        let entry = entry_place(&routines, &connections);
        Ok(Rc::new(Self {
            flow: flow.clone(),
            routines,
            connections,
            inputs,
            entry,
            index_of,
            handler: Handler::new(flow.error_handler.as_ref().unwrap_or(&ErrorHandler::new(Strategy::Stop))),
            timeout_us: us_from_seconds(flow.execution.timeout),
            workers,
            completion: flow.execution.completion,
            seed: flow.execution.seed,
        }))
    }

    /// Whether so many jobs may start at once.
    ///
    /// # Errors
    /// They, or all that their inputs post, would only fill the memory.
    pub fn check_jobs(&self, jobs: u32, with_inputs: bool) -> Result<(), Problem> {
        let posts: u64 = self.inputs.iter().map(|input| u64::from(input.repeat)).sum();
        let most = if with_inputs { limits::MAX_INPUT_POSTS / posts.max(1) } else { u64::MAX };
        let most = most.max(1).min(u64::from(limits::MAX_JOBS));
        if u64::from(jobs) <= most {
            return Ok(());
        }
        Err(Problem::error(
            "too-many-jobs",
            "",
            format!("{jobs} jobs of this flow are too many at once: start up to {most}"),
        ))
    }

    /// The slot of this reference.
    pub fn slot(&self, port: &PortRef) -> Option<(u32, u32)> {
        find_slot(&self.routines, &self.index_of, port)
    }

    /// The event of this reference.
    pub fn event(&self, port: &PortRef) -> Option<(u32, u32)> {
        find_event(&self.routines, &self.index_of, port)
    }

    /// The routine of this id.
    pub fn routine(&self, id: &str) -> Option<u32> {
        self.index_of.get(id).map(|index| *index as u32)
    }
}

/// Makes one routine ready; also for one that replaces another in a single job. Its connections are not told yet.
///
/// # Errors
/// Everything that keeps it from running.
pub fn compile_routine(
    routine: &Routine,
    catalogue: &Catalogue,
    library: &dyn Library,
) -> Result<RoutineProgram, Vec<Problem>> {
    let ports = catalogue.ports(routine);
    let policy = compile_policy(routine, catalogue, library);
    let behaviour = library.behaviour(routine);
    match (policy, behaviour) {
        (Ok(policy), Ok(behaviour)) => Ok(RoutineProgram {
            id: routine.id.as_str().into(),
            config: Arc::new(routine.config.clone()),
            slot_names: ports.slots.iter().map(|slot| slot.name.as_str().into()).collect(),
            slots: ports.slots,
            events: ports
                .events
                .into_iter()
                .map(|event| EventProgram { name: event.name.into(), connections: Vec::new() })
                .collect(),
            policy,
            behaviour,
            handler: routine.error_handler.as_ref().map(Handler::new),
            duration_us: us_from_seconds(routine.duration),
        }),
        (policy, behaviour) => Err([policy.err(), behaviour.err()].into_iter().flatten().collect()),
    }
}

fn compile_policy(
    routine: &Routine,
    catalogue: &Catalogue,
    library: &dyn Library,
) -> Result<Option<Rc<dyn PolicyCheck>>, Problem> {
    if routine.policy.is_none()
        && let Some(own) = library.own_policy(routine)
    {
        return Ok(Some(own));
    }
    match catalogue.policy(routine) {
        Some(policy) => policy_check(&policy, library)
            .map(Some)
            .map_err(|message| Problem::error("bad-check", format!("routines.{}.policy.check", routine.id), message)),
        None => Ok(None),
    }
}

/// Makes a policy of the document ready; also for a policy that overrides one in a single job.
///
/// # Errors
/// Why its `check` does not compile.
pub fn policy_check(policy: &Policy, library: &dyn Library) -> Result<Rc<dyn PolicyCheck>, String> {
    Ok(match policy {
        Policy::Immediate => Rc::new(policy::Immediate { message: policy::reason("immediate") }),
        Policy::AllSlotsReady => Rc::new(policy::AllSlotsReady { message: policy::reason("all_slots_ready") }),
        Policy::BatchSize(size) => Rc::new(policy::BatchSize {
            size: (*size).max(1) as usize,
            message: Value::map([("reason", Value::from("batch_ready")), ("batch_size", Value::Int(i64::from(*size)))]),
        }),
        Policy::TimeInterval(seconds) => {
            Rc::new(policy::TimeInterval { interval_us: us_from_seconds(*seconds), interval: number(*seconds) })
        }
        Policy::Custom(check) => Rc::new(policy::Custom {
            check: library.condition(check).map_err(|err| {
                format!("{}: {} (line {}, column {})", err.error_type, err.message, err.line, err.column)
            })?,
        }),
    })
}

/// A number as people write it: whole ones as integers.
pub fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { Value::Int(number as i64) } else { Value::Float(number) }
}

fn compile_connection(
    connection: &Connection,
    index: usize,
    routines: &[RoutineProgram],
    index_of: &Index,
    library: &dyn Library,
) -> Result<ConnectionProgram, Problem> {
    let path = format!("connections[{index}]");
    let from = find_event(routines, index_of, &connection.from)
        .ok_or_else(|| unknown_port(&format!("{path}.from"), &connection.from))?;
    let to = find_slot(routines, index_of, &connection.to)
        .ok_or_else(|| unknown_port(&format!("{path}.to"), &connection.to))?;
    let transform = match &connection.transform {
        Some(source) => Some(library.expression(source).map_err(|err| {
            Problem::error("bad-transform", format!("{path}.transform"), format!("{}: {}", err.error_type, err.message))
        })?),
        None => None,
    };
    let map = connection.map.as_ref().map(|entries| {
        entries.iter().map(|(source, target)| (source.as_str().into(), target.as_str().into())).collect()
    });
    Ok(ConnectionProgram { from, to, map, transform })
}

fn unknown_port(path: &str, port: &PortRef) -> Problem {
    Problem::error("unknown-port", path, format!("`{port}` is not there"))
}

/// Routines by id: a large flow has thousands of them and of connections.
type Index = BTreeMap<Arc<str>, usize>;

fn find_slot(routines: &[RoutineProgram], index_of: &Index, port: &PortRef) -> Option<(u32, u32)> {
    let routine = *index_of.get(port.routine.as_str())?;
    let slot = routines[routine].slots.iter().position(|slot| slot.name == port.port)?;
    Some((routine as u32, slot as u32))
}

fn find_event(routines: &[RoutineProgram], index_of: &Index, port: &PortRef) -> Option<(u32, u32)> {
    let routine = *index_of.get(port.routine.as_str())?;
    let event = routines[routine].events.iter().position(|event| *event.name == *port.port)?;
    Some((routine as u32, event as u32))
}

fn entry_place(routines: &[RoutineProgram], connections: &[ConnectionProgram]) -> Option<(u32, u32)> {
    let slots = routines.iter().enumerate().flat_map(|(routine, program)| {
        program.slots.iter().enumerate().map(move |(slot, model)| ((routine as u32, slot as u32), &*model.name))
    });
    let fed: std::collections::BTreeSet<_> = connections.iter().map(|connection| connection.to).collect();
    entry_slot(slots, |place| fed.contains(place))
}
