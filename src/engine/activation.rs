//! The life of an activation: its slice, its worker, its attempts and its end.

use std::rc::Rc;

use crate::flow::value::Value;

use super::behaviour::{Failure, Progress, Suspended};
use super::errors;
use super::host::JobHost;
use super::job::{Job, RoutineStatus};
use super::limits;
use super::policy::Take;
use super::runtime::Core;
use super::task::{Activation, HeldError, Task};
use super::trace::{Cause, EXTERNAL, EndStatus, Kind};

/// A policy activates a routine: its slice is consumed, and the activation claims a worker.
pub(super) fn begin(core: &mut Core, job: &mut Job, routine: u32, take: Take, message: Value, cause: Cause) {
    let state = &mut job.routines[routine as usize];
    let count = match take {
        Take::All => usize::MAX,
        Take::Oldest(count) => count,
    };
    let mut input = core.spare_input.take(&job.program.routines[routine as usize].slot_names, message);
    // Nobody else has it yet.
    let slices = Rc::make_mut(&mut input);
    for slot in &mut state.slots {
        slices.push_slot(slot.consume(count));
    }
    state.last_activation_us = Some(core.now_us);
    state.activations += 1;
    let number = job.next_activation;
    job.next_activation += 1;
    claim(
        core,
        job,
        Activation {
            routine,
            number,
            attempt: 1,
            input,
            cause,
            start: EXTERNAL,
            claimed_us: core.now_us,
            worker: None,
            emissions: 0,
            turns: 0,
        },
    );
}

/// Starts an attempt if a worker is free, else lets it wait for one.
pub(super) fn claim(core: &mut Core, job: &mut Job, mut activation: Activation) {
    if core.free_workers.is_empty() {
        let (routine, number) = (activation.routine, activation.number);
        core.trace.add(core.now_us, job.index, activation.cause, || Kind::JobQueued(routine, number));
        job.routines[routine as usize].status = RoutineStatus::Waiting;
        core.waiting.push_back((job.index, number));
        job.waiting.insert(number, activation);
        return;
    }
    activation.claimed_us = core.now_us;
    run(core, job, activation, None);
}

/// Runs an attempt from its start, or the rest of it after a sleep.
pub(super) fn run(core: &mut Core, job: &mut Job, mut activation: Activation, rest: Option<&Suspended>) {
    let program = job.program.clone();
    let routine = &program.routines[activation.routine as usize];
    if rest.is_none() {
        if activation.worker.is_some() {
            // It waited for this one.
            record_claim(core, job, &activation);
        } else if routine.duration_us > 0 {
            occupy(core, job, &mut activation);
        }
        let (index, number, attempt, input) =
            (activation.routine, activation.number, activation.attempt, &activation.input);
        activation.start = core.trace.add(core.now_us, job.index, activation.cause, || {
            Kind::RoutineStart(index, number, attempt, input.clone())
        });
    }
    let input = activation.input.clone();
    let mut host = JobHost::new(core, job, &mut activation, routine);
    let progress = match rest {
        None => routine.behaviour.start(&mut host, &input),
        Some(rest) => routine.behaviour.resume(&mut host, &input, rest),
    };
    drop(input);
    match progress {
        Ok(Progress::Done) if routine.duration_us > 0 => {
            job.routines[activation.routine as usize].status = RoutineStatus::Running;
            core.after(job, routine.duration_us, Task::End(Box::new(activation)));
        }
        Ok(Progress::Done) => complete(core, job, activation),
        Ok(Progress::Sleeping { us, rest }) => {
            occupy(core, job, &mut activation);
            job.routines[activation.routine as usize].status = RoutineStatus::Running;
            core.after(job, us, Task::Resume(Box::new(activation), rest));
        }
        Err(failure) => fail(core, job, activation, failure),
    }
}

/// An activation that takes virtual time has a worker of its own, which it claims once.
fn occupy(core: &mut Core, job: &Job, activation: &mut Activation) {
    if activation.worker.is_none() {
        activation.worker = core.free_workers.pop_first();
        record_claim(core, job, activation);
    }
}

fn record_claim(core: &mut Core, job: &Job, activation: &Activation) {
    if let Some(worker) = activation.worker {
        let (routine, number) = (activation.routine, activation.number);
        core.trace.add(core.now_us, job.index, activation.cause, || Kind::WorkerClaimed(worker, routine, number));
    }
}

/// The end of an activation without an error.
pub(super) fn complete(core: &mut Core, job: &mut Job, activation: Activation) {
    job.routines[activation.routine as usize].status = RoutineStatus::Completed;
    end(core, job, &activation, EndStatus::Completed);
    if let Some(worker) = activation.worker {
        core.release(job, worker);
    }
    core.spare_input.keep(activation.input);
}

/// The record of an attempt's end. Tells its `seq`.
pub(super) fn end(core: &mut Core, job: &Job, activation: &Activation, status: EndStatus) -> Cause {
    let Activation { routine, number, attempt, claimed_us, start, .. } = *activation;
    let duration_us = core.now_us - claimed_us;
    core.trace.add(core.now_us, job.index, start, || Kind::RoutineEnd {
        routine,
        activation: number,
        attempt,
        status,
        duration_us,
    })
}

/// An attempt that fails ends at once: its worker is free before its handler acts.
fn fail(core: &mut Core, job: &mut Job, mut activation: Activation, failure: Failure) {
    if failure.timed_out {
        let strike = limits::strike(&failure, activation.turns);
        core.strikes.insert((job.index, activation.number, activation.attempt), strike);
    }
    let failure = std::sync::Arc::new(failure);
    let (routine, number, attempt) = (activation.routine, activation.number, activation.attempt);
    job.routines[routine as usize].error = Some((failure.error_type.clone(), failure.message.clone()));
    let recorded = failure.clone();
    let error = core
        .trace
        .add(core.now_us, job.index, activation.start, || Kind::Error(routine, Some((number, attempt)), recorded));
    if let Some(worker) = activation.worker.take() {
        core.release(job, worker);
    }
    errors::handle_or_hold(core, job, HeldError { routine, activation: Some(activation), failure, record: error });
}
