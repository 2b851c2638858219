//! What runs, as a tree.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::job::{Job, JobRoutine, TimerKey};
use crate::engine::program::Program;
use crate::engine::runtime::Runtime;
use crate::engine::slot::SlotQueue;
use crate::flow::document;
use crate::flow::value::Value;

use super::tasks::{write_activation, write_task};

/// Everything that decides what happens next, as described in [`super`].
pub fn state(runtime: &Runtime) -> Value {
    let core = &runtime.core;
    let mut programs: Vec<&Rc<Program>> = Vec::new();
    let jobs: Vec<Value> = runtime
        .jobs()
        .iter()
        .map(|job| {
            let known = programs.iter().position(|program| Rc::ptr_eq(program, &job.program));
            let flow = known.unwrap_or_else(|| {
                programs.push(&job.program);
                programs.len() - 1
            });
            write_job(job, flow)
        })
        .collect();
    let waiting = core.waiting.iter().map(|(job, activation)| pair(u64::from(*job), *activation));
    let strikes = core.strikes.iter().map(|((job, activation, attempt), turns)| {
        Value::list([u64::from(*job), *activation, u64::from(*attempt), u64::from(*turns)].map(Value::from))
    });
    let limits = [("instant_steps", Value::from(core.guard.instant_steps)), ("steps", Value::from(core.guard.steps))];
    Value::map([
        ("now", Value::from(core.now_us)),
        ("steps", Value::from(core.steps)),
        ("next_seq", Value::from(core.trace.next_seq)),
        ("next_timer", Value::from(core.next_timer)),
        ("turn", Value::from(u64::from(core.turn))),
        ("workers", Value::from(u64::from(core.worker_count))),
        ("limits", Value::map(limits)),
        ("waiting", Value::list(waiting)),
        ("strikes", Value::list(strikes)),
        ("flows", Value::list(programs.iter().map(|program| document::to_value(&program.flow)))),
        ("jobs", Value::list(jobs)),
    ])
}

fn pair(first: u64, second: u64) -> Value {
    Value::list([Value::from(first), Value::from(second)])
}

fn timer_key(key: &TimerKey) -> Value {
    pair(key.0, key.1)
}

fn error(error: &Option<(Arc<str>, Arc<str>)>) -> Value {
    error.as_ref().map_or(Value::Null, |(error_type, message)| {
        Value::map([("type", Value::Str(error_type.clone())), ("message", Value::Str(message.clone()))])
    })
}

fn write_job(job: &Job, flow: usize) -> Value {
    let program = &*job.program;
    let timers = job.timers.iter().map(|(key, task)| {
        Value::map([("due", Value::from(key.0)), ("number", Value::from(key.1)), ("task", write_task(task, program))])
    });
    let routines = program.routines.iter().zip(&job.routines);
    Value::map([
        ("id", Value::Str(job.id.clone())),
        ("number", Value::from(u64::from(job.number))),
        ("flow", Value::from(flow as u64)),
        ("status", Value::from(job.status.name())),
        ("seed", Value::Int(job.seed)),
        ("error", error(&job.error)),
        ("started", Value::from(job.started_us)),
        ("deadline", Value::from(job.deadline_us)),
        ("idle_since", Value::from(job.idle_since_us)),
        ("instant", Value::from(job.instant_us)),
        ("instant_steps", Value::from(job.instant_steps)),
        ("steps", Value::from(job.steps)),
        ("next_activation", Value::from(job.next_activation)),
        ("shared_data", Value::Map(job.shared_data.clone())),
        ("shared_log", Value::list(job.shared_log.iter().cloned())),
        ("tasks", Value::list(job.tasks.iter().map(|task| write_task(task, program)))),
        ("timers", Value::list(timers)),
        ("waiting", Value::list(job.waiting.values().map(|activation| write_activation(activation, program)))),
        ("routines", Value::map(routines.map(|(program, routine)| (program.id.clone(), write_routine(routine))))),
    ])
}

fn write_routine(routine: &JobRoutine) -> Value {
    let policy = routine.policy_override.as_ref();
    Value::map([
        ("status", Value::from(routine.status.name())),
        ("activations", Value::from(routine.activations)),
        ("last_activation", routine.last_activation_us.map_or(Value::Null, Value::from)),
        ("policy_timer", routine.policy_timer.as_ref().map_or(Value::Null, timer_key)),
        ("policy", policy.map_or(Value::Null, |policy| document::policy_to_value(&policy.model))),
        ("error", error(&routine.error)),
        ("state", Value::Map(routine.state.clone())),
        ("slots", Value::map(routine.slots.iter().map(|slot| (slot.name.clone(), write_slot(slot))))),
    ])
}

fn write_slot(slot: &SlotQueue) -> Value {
    let items = slot.new_items().map(|item| Value::list([Value::from(item.enqueued_us), item.data.clone()]));
    Value::map([("consumed", Value::from(slot.consumed() as u64)), ("items", Value::list(items))])
}
