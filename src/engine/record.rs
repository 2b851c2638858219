//! Records as `shared/spec/trace.md` describes them: the names of the flow in place of positions.

use crate::flow::value::Value;

use super::job::Job;
use super::program::{Program, number};
use super::runtime::Runtime;
use super::trace::{BreakpointHit, EXTERNAL, JobEvent, Kind, NO_CONNECTION, NO_JOB, Record};

/// A record as a map, with all the fields of its type.
pub fn to_value(record: &Record, runtime: &Runtime) -> Value {
    let job = (record.job != NO_JOB).then(|| runtime.jobs().get(record.job as usize)).flatten();
    let mut fields: Vec<(&'static str, Value)> = Vec::with_capacity(14);
    fields.push(("seq", Value::from(record.seq)));
    fields.push(("t", Value::from(record.t)));
    fields.push(("type", Value::from(type_name(&record.kind))));
    fields.push(("cause", if record.cause == EXTERNAL { Value::Null } else { Value::from(record.cause) }));
    match job {
        Some(job) => {
            fields.push(("job", Value::Str(job.id.clone())));
            add_fields(&mut fields, &record.kind, job);
        }
        None => add_system_fields(&mut fields, &record.kind),
    }
    Value::map(fields)
}

/// The `type` of a record.
pub fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Job(JobEvent::Created) => "job.created",
        Kind::Job(JobEvent::Started) => "job.started",
        Kind::Job(JobEvent::Resumed) => "job.resumed",
        Kind::Job(JobEvent::Cancelled) => "job.cancelled",
        Kind::JobPaused(_) => "job.paused",
        Kind::JobDrained(true, _) => "job.completed",
        Kind::JobDrained(false, _) => "job.idle",
        Kind::JobFailed(..) => "job.failed",
        Kind::JobQueued(..) => "job.queued",
        Kind::JobRetrying { .. } => "job.retrying",
        Kind::Progress(..) => "job.progress.updated",
        Kind::WorkerRegistered(_) => "worker.registered",
        Kind::WorkerHeartbeat(_) => "worker.heartbeat",
        Kind::WorkerClaimed(..) => "worker.claimed_job",
        Kind::System(name, _) => name,
        Kind::SlotCall { overflow: false, .. } => "slot_call",
        Kind::SlotCall { overflow: true, .. } => "slot_overflow",
        Kind::RoutineStart(..) => "routine_start",
        Kind::EventEmit { .. } => "event_emit",
        Kind::Error(..) => "error",
        Kind::RoutineEnd { .. } => "routine_end",
        Kind::BreakpointHit(_) => "breakpoint_hit",
        Kind::Log(..) | Kind::Intervened(_) => "log",
        Kind::Output(..) => "output",
    }
}

type Fields = Vec<(&'static str, Value)>;

fn add_system_fields(fields: &mut Fields, kind: &Kind) {
    match kind {
        Kind::System(_, message) => fields.push(("message", Value::Str(message.clone()))),
        Kind::WorkerRegistered(worker) | Kind::WorkerHeartbeat(worker) => fields.push(("worker", worker_name(*worker))),
        _ => {}
    }
}

fn worker_name(worker: u32) -> Value {
    Value::from(format!("worker-{}", worker + 1))
}

fn routine_name(program: &Program, routine: u32) -> Value {
    program.routines.get(routine as usize).map_or(Value::Null, |routine| Value::Str(routine.id.clone()))
}

fn add_fields(fields: &mut Fields, kind: &Kind, job: &Job) {
    let program = &*job.program;
    let routine_of = |routine: &u32| ("routine", routine_name(program, *routine));
    let activation_of = |activation: &u64| ("activation", Value::from(*activation));
    match kind {
        Kind::Job(_) => fields.push(("flow", flow_name(program))),
        Kind::JobPaused(reason) => {
            fields.extend([("flow", flow_name(program)), ("reason", Value::Str(reason.clone()))]);
        }
        Kind::JobDrained(_, left) => {
            let counts = Value::map(left.iter().map(|(place, count)| (place.as_str(), Value::from(*count as u64))));
            fields.extend([("flow", flow_name(program)), ("unconsumed", counts)]);
        }
        Kind::JobFailed(error_type, message) => {
            let error =
                Value::map([("type", Value::Str(error_type.clone())), ("message", Value::Str(message.clone()))]);
            fields.extend([("flow", flow_name(program)), ("error", error)]);
        }
        Kind::JobQueued(routine, activation) => fields.extend([routine_of(routine), activation_of(activation)]),
        Kind::JobRetrying { routine, activation, retry_count, max_retries, retry_delay } => fields.extend([
            routine_of(routine),
            activation_of(activation),
            ("retry_count", Value::Int(i64::from(*retry_count))),
            ("max_retries", Value::Int(i64::from(*max_retries))),
            ("retry_delay", number(*retry_delay)),
        ]),
        Kind::Progress(routine, ratio) => fields.extend([routine_of(routine), ("progress", number(*ratio))]),
        Kind::WorkerClaimed(worker, routine, activation) => {
            fields.extend([("worker", worker_name(*worker)), routine_of(routine), activation_of(activation)]);
        }
        Kind::SlotCall { .. } => add_slot_call(fields, kind, program),
        Kind::RoutineStart(routine, activation, attempt, input) => fields.extend([
            routine_of(routine),
            activation_of(activation),
            ("attempt", Value::Int(i64::from(*attempt))),
            ("slot_data", input.slot_data()),
            ("policy_message", input.policy_message.clone()),
        ]),
        Kind::EventEmit { routine, activation, event, data } => fields.extend([
            routine_of(routine),
            activation_of(activation),
            ("event", event_name(program, *routine, *event)),
            ("data", data.clone()),
        ]),
        Kind::Error(routine, attempt, failure) => fields.extend([
            routine_of(routine),
            ("activation", attempt.map_or(Value::Null, |(activation, _)| Value::from(activation))),
            ("attempt", attempt.map_or(Value::Null, |(_, attempt)| Value::Int(i64::from(attempt)))),
            ("error_type", Value::Str(failure.error_type.clone())),
            ("message", Value::Str(failure.message.clone())),
            ("traceback", Value::Str(failure.traceback.clone())),
        ]),
        Kind::RoutineEnd { routine, activation, attempt, status, duration_us } => fields.extend([
            routine_of(routine),
            activation_of(activation),
            ("attempt", Value::Int(i64::from(*attempt))),
            ("status", Value::from(status.name())),
            ("duration", Value::from(*duration_us)),
        ]),
        Kind::BreakpointHit(hit) => add_hit(fields, hit),
        Kind::Log(level, message, routine, activation) => fields.extend([
            ("level", Value::from(level.name())),
            ("message", Value::Str(message.clone())),
            ("routine", routine.map_or(Value::Null, |routine| routine_name(program, routine))),
            ("activation", activation.map_or(Value::Null, Value::from)),
        ]),
        Kind::Output(routine, output_type, data) => fields.extend([
            routine_of(routine),
            ("output_type", Value::Str(output_type.clone())),
            ("data", data.clone()),
        ]),
        Kind::Intervened(done) => fields.extend([
            ("level", Value::from("info")),
            ("message", Value::Str(done.message.clone())),
            ("routine", done.routine.map_or(Value::Null, |routine| routine_name(program, routine))),
            ("activation", Value::Null),
            ("intervention", Value::from(done.what)),
            ("data", done.data.clone()),
        ]),
        Kind::System(..) | Kind::WorkerRegistered(_) | Kind::WorkerHeartbeat(_) => add_system_fields(fields, kind),
    }
}

fn flow_name(program: &Program) -> Value {
    Value::from(program.flow.flow_id.as_str())
}

fn event_name(program: &Program, routine: u32, event: u32) -> Value {
    let routine = program.routines.get(routine as usize);
    routine
        .and_then(|routine| routine.events.get(event as usize))
        .map_or(Value::Null, |event| Value::Str(event.name.clone()))
}

fn add_slot_call(fields: &mut Fields, kind: &Kind, program: &Program) {
    let Kind::SlotCall { routine, slot, data, connection, queue_length, .. } = kind else { return };
    let slot_name = program.routines.get(*routine as usize).and_then(|routine| routine.slots.get(*slot as usize));
    let source = (*connection != NO_CONNECTION).then(|| program.connections.get(*connection as usize)).flatten();
    let from = source.map_or(Value::Null, |connection| {
        let (routine, event) = connection.from;
        Value::map([("routine", routine_name(program, routine)), ("event", event_name(program, routine, event))])
    });
    fields.extend([
        ("routine", routine_name(program, *routine)),
        ("slot", slot_name.map_or(Value::Null, |slot| Value::from(slot.name.as_str()))),
        ("data", data.clone()),
        ("from", from),
        ("connection", source.map_or(Value::Null, |_| Value::Int(i64::from(*connection)))),
        ("queue_length", Value::Int(i64::from(*queue_length))),
    ]);
}

fn add_hit(fields: &mut Fields, hit: &BreakpointHit) {
    fields.extend([("breakpoint", Value::from(hit.breakpoint as u64)), ("kind", Value::from(hit.kind))]);
    fields.extend(hit.place.iter().map(|(key, text)| (*key, Value::from(text.as_str()))));
    fields.extend([("data", hit.data.clone()), ("hit_count", Value::from(hit.hit_count))]);
}
