//! One step of one job: a delivery, or the turn of a timer.

use std::rc::Rc;
use std::sync::Arc;

use crate::flow::model::Overflow;
use crate::flow::value::{Map, Value};

use super::activation;
use super::behaviour::{Binding, Expression, Failure, Level};
use super::errors;
use super::job::{Job, JobStatus};
use super::policy::{Decision, PolicyView};
use super::program::ConnectionProgram;
use super::runtime::Core;
use super::slot::Item;
use super::task::Task;
use super::trace::{Cause, EXTERNAL, Kind, NO_CONNECTION};

/// Takes one step of a job whose turn it is.
pub(super) fn take(core: &mut Core, job: &mut Job) {
    if job.instant_us != core.now_us {
        job.instant_us = core.now_us;
        job.instant_steps = 0;
    }
    job.instant_steps += 1;
    job.steps += 1;
    core.steps += 1;
    core.turn = job.index + 1;
    run_head(core, job);
    // What the step led to is caused by its last record.
    let cause = core.trace.next_seq.wrapping_sub(1);
    core.settle(job, cause);
    if matches!(job.tasks.front(), Some(Task::Handle(_))) {
        // An error held for a breakpoint is the second half of this step: nobody may come between.
        core.turn = job.index;
    }
}

fn run_head(core: &mut Core, job: &mut Job) {
    // A route stays at the head until all its deliveries are done; the last one has the payload itself.
    if let Some(Task::Route { routine, event, data, cause, next }) = job.tasks.front_mut() {
        let connections = &job.program.routines[*routine as usize].events[*event as usize].connections;
        if let Some(connection) =
            connections.get(*next as usize).copied().filter(|_| connections.len() > *next as usize + 1)
        {
            *next += 1;
            let (data, cause) = (data.clone(), *cause);
            deliver_through(core, job, connection, data, cause);
            return;
        }
    }
    match job.tasks.pop_front() {
        Some(Task::Route { routine, event, data, cause, next }) => {
            let connections = &job.program.routines[routine as usize].events[event as usize].connections;
            if let Some(connection) = connections.get(next as usize).copied() {
                deliver_through(core, job, connection, data, cause);
            }
        }
        Some(Task::Post { routine, slot, data }) => deliver(core, job, (routine, slot), data, NO_CONNECTION, EXTERNAL),
        Some(Task::Check { routine, cause }) => {
            // The routine may have been activated since this came due, and have set its next timer.
            let state = &mut job.routines[routine as usize];
            state.policy_timer = state.policy_timer.filter(|timer| job.timers.contains_key(timer));
            check_policy(core, job, routine, cause);
        }
        Some(Task::Start(activation)) => activation::run(core, job, *activation, None),
        Some(Task::Retry(activation)) => activation::claim(core, job, *activation),
        Some(Task::Resume(activation, rest)) => activation::run(core, job, *activation, Some(&rest)),
        Some(Task::End(activation)) => activation::complete(core, job, *activation),
        Some(Task::Handle(error)) => {
            // It belongs to the step that failed.
            core.steps -= 1;
            job.steps -= 1;
            job.instant_steps -= 1;
            errors::handle(core, job, *error);
        }
        None => {}
    }
}

/// A delivery by a connection: its `map` and `transform` come first.
fn deliver_through(core: &mut Core, job: &mut Job, index: u32, data: Value, cause: Cause) {
    let connection = &job.program.connections[index as usize];
    let to = connection.to;
    if connection.map.is_none() && connection.transform.is_none() {
        return deliver(core, job, to, data, index, cause);
    }
    match on_the_way(connection, data) {
        Ok(data) => deliver(core, job, to, data, index, cause),
        Err(failure) => errors::outside_activation(core, job, to.0, failure, cause),
    }
}

/// The payload as it arrives at the other end of a connection.
///
/// # Errors
/// What the `transform` raised.
pub fn on_the_way(connection: &ConnectionProgram, data: Value) -> Result<Value, Failure> {
    let data = match (&connection.map, &data) {
        (Some(names), Value::Map(map)) => Value::Map(Arc::new(rename(names, map))),
        _ => data,
    };
    match &connection.transform {
        Some(expression) => transform(expression, data),
        None => Ok(data),
    }
}

fn transform(expression: &Rc<dyn Expression>, data: Value) -> Result<Value, Failure> {
    let value = expression.evaluate(&[("data", Binding::Value(data))])?;
    match super::limits::refusal(&value) {
        Some(why) => Err(Failure::new("ValueError", format!("the transformed payload is {why}"))),
        None => Ok(value),
    }
}

/// Renames keys, all at once. Unmapped keys pass through in their order, but a renamed key replaces an
/// unmapped one of the same name; a source that is missing renames nothing.
fn rename(names: &[(Arc<str>, Arc<str>)], map: &Map) -> Map {
    let target_of = |key: &str| names.iter().find(|(source, _)| **source == *key).map(|(_, target)| target);
    let replaced = |key: &str| names.iter().any(|(source, target)| **target == *key && map.contains_key(&**source));
    let mut renamed = Map::with_capacity(map.len());
    for (key, value) in map {
        match target_of(key) {
            Some(target) => {
                renamed.insert(target.clone(), value.clone());
            }
            None if !replaced(key) => {
                renamed.insert(key.clone(), value.clone());
            }
            None => {}
        }
    }
    renamed
}

/// The enqueue, its record, and one check of the receiver's policy.
fn deliver(core: &mut Core, job: &mut Job, to: (u32, u32), data: Value, connection: u32, cause: Cause) {
    let (routine, slot) = to;
    let queue = &mut job.routines[routine as usize].slots[slot as usize];
    let refused = queue.enqueue(Item { data, enqueued_us: core.now_us }).err();
    let accepted = refused.is_none();
    let queue_length = queue.unconsumed() as u32;
    let overflow = queue.overflow;
    let call = core.trace.add(core.now_us, job.index, cause, || Kind::SlotCall {
        overflow: !accepted,
        routine,
        slot,
        data: refused.as_ref().or(queue.newest()).map(|item| item.data.clone()).unwrap_or_default(),
        connection,
        queue_length,
    });
    if accepted {
        check_policy(core, job, routine, call);
        return;
    }
    let place = format!(
        "{}.{}",
        job.program.routines[routine as usize].id, job.routines[routine as usize].slots[slot as usize].name
    );
    let message = format!("slot {place} is full ({queue_length} items wait): the new item is lost");
    match overflow {
        Overflow::DropNewest => {
            core.trace
                .add(core.now_us, job.index, call, || Kind::Log(Level::Warn, message.into(), Some(routine), None));
        }
        Overflow::Fail => {
            let failure = Failure::new("SlotQueueFullError", message);
            errors::outside_activation(core, job, routine, failure, call);
        }
    }
}

/// One check of a routine's policy, and at most one activation.
fn check_policy(core: &mut Core, job: &mut Job, routine: u32, cause: Cause) {
    let state = &job.routines[routine as usize];
    let Some(policy) = state.policy(&job.program.routines[routine as usize]) else { return };
    let decision = policy.check(&PolicyView {
        slots: &state.slots,
        now_us: core.now_us,
        last_activation_us: state.last_activation_us,
        job: &|| job.view(),
    });
    match decision {
        Ok(Decision::Hold) => {}
        Ok(Decision::HoldUntil(due_us)) => set_policy_timer(core, job, routine, due_us, cause),
        Ok(Decision::Run { take, message }) => {
            if let Some(timer) = job.routines[routine as usize].policy_timer.take() {
                core.cancel_timer(job, timer);
            }
            activation::begin(core, job, routine, take, message, cause);
        }
        Err(failure) => errors::outside_activation(core, job, routine, failure, cause),
    }
}

/// One timer for each routine: the policy's last word on when to check again.
fn set_policy_timer(core: &mut Core, job: &mut Job, routine: u32, due_us: u64, cause: Cause) {
    if let Some(timer) = job.routines[routine as usize].policy_timer {
        if timer.0 == due_us {
            return;
        }
        core.cancel_timer(job, timer);
    }
    let wait_us = due_us.saturating_sub(core.now_us);
    job.routines[routine as usize].policy_timer = core.after(job, wait_us, Task::Check { routine, cause });
}

/// Fails a job that has lived too long.
pub(super) fn time_out(core: &mut Core, job: &mut Job) {
    if job.status != JobStatus::Running {
        return;
    }
    let seconds = job.program.flow.execution.timeout;
    let message = format!("the job was not finished {seconds} virtual seconds after its start (execution.timeout)");
    errors::fail_job(core, job, "TimeoutError".into(), message.into(), EXTERNAL);
}
