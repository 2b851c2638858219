//! What happens to errors: stop, continue, skip or retry.

use std::sync::Arc;

use crate::flow::model::Strategy;

use super::activation;
use super::behaviour::Failure;
use super::job::{Job, JobStatus, RoutineStatus};
use super::program::{Handler, Program, us_from_seconds};
use super::runtime::Core;
use super::task::{Activation, HeldError, Task};
use super::trace::{Cause, EndStatus, Kind};

/// What a handler makes of an error that is not retried.
fn outcome(handler: &Handler) -> EndStatus {
    match handler.strategy {
        Strategy::Continue => EndStatus::ErrorContinued,
        Strategy::Skip => EndStatus::Skipped,
        Strategy::Retry if !handler.stops_when_exhausted => EndStatus::ErrorContinued,
        Strategy::Stop | Strategy::Retry => EndStatus::Failed,
    }
}

/// The routine's handler, else the flow's.
fn handler_of(program: &Program, routine: u32) -> &Handler {
    program.routines[routine as usize].handler.as_ref().unwrap_or(&program.handler)
}

/// Handles an error whose record is made, unless somebody asked to hold it before.
pub(super) fn handle_or_hold(core: &mut Core, job: &mut Job, error: HeldError) {
    if core.held_errors.name(&job.program.routines[error.routine as usize].id) {
        job.tasks.push_front(Task::Handle(Box::new(error)));
    } else {
        handle(core, job, error);
    }
}

/// Handles an error whose record is made.
pub(super) fn handle(core: &mut Core, job: &mut Job, error: HeldError) {
    let HeldError { routine, activation, failure, record } = error;
    let program = job.program.clone();
    let handler = handler_of(&program, routine);
    // What belongs to no activation cannot be run again, so `retry` acts as exhausted.
    let Some(activation) = activation else {
        return finish(core, job, routine, outcome(handler), &failure, record);
    };
    let retries = handler.strategy == Strategy::Retry
        && activation.attempt <= handler.max_retries
        && handler.retryable.iter().any(|name| failure.is_a(name));
    if retries {
        activation::end(core, job, &activation, EndStatus::Retrying);
        retry(core, job, activation, handler, record);
        return;
    }
    let status = outcome(handler);
    activation::end(core, job, &activation, status);
    finish(core, job, routine, status, &failure, record);
}

/// The power that Python's `**` gives, to the last digit on every machine: `powi` is a digit or two off, `powf` is
/// another one's in wasm. Reckoned with twice the digits, and rounded once.
fn power(base: f64, mut exponent: u32) -> f64 {
    let times = |a: (f64, f64), b: (f64, f64)| {
        let high = a.0 * b.0;
        let low = a.0.mul_add(b.0, -high) + (a.0 * b.1 + a.1 * b.0);
        let sum = high + low;
        // What has left the range of numbers has no digits to correct.
        if sum.is_finite() { (sum, low - (sum - high)) } else { (high, 0.0) }
    };
    let (mut result, mut square) = ((1.0, 0.0), (base, 0.0));
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = times(result, square);
        }
        square = times(square, square);
        exponent /= 2;
    }
    result.0
}

fn retry(core: &mut Core, job: &mut Job, activation: Activation, handler: &Handler, error: Cause) {
    let Activation { routine, number, attempt, .. } = activation;
    let growth = power(handler.retry_backoff, attempt.saturating_sub(1));
    // Nothing stays nothing, and a delay that has left the range of numbers is the longest there is.
    let retry_delay = if handler.retry_delay > 0.0 { (handler.retry_delay * growth).min(f64::MAX) } else { 0.0 };
    let max_retries = handler.max_retries;
    job.routines[routine as usize].status = RoutineStatus::Retrying;
    let cause = core.trace.add(core.now_us, job.index, error, || Kind::JobRetrying {
        routine,
        activation: number,
        retry_count: attempt,
        max_retries,
        retry_delay,
    });
    let next = Activation { attempt: attempt + 1, cause, turns: 0, emissions: 0, ..activation };
    core.after(job, us_from_seconds(retry_delay), Task::Retry(Box::new(next)));
}

/// An error that belongs to no activation: of a transform, a policy's check or a full slot.
pub(super) fn outside_activation(core: &mut Core, job: &mut Job, routine: u32, failure: Failure, cause: Cause) {
    let failure = Arc::new(failure);
    let recorded = failure.clone();
    let record = core.trace.add(core.now_us, job.index, cause, || Kind::Error(routine, None, recorded));
    job.routines[routine as usize].error = Some((failure.error_type.clone(), failure.message.clone()));
    handle_or_hold(core, job, HeldError { routine, activation: None, failure, record });
}

fn finish(core: &mut Core, job: &mut Job, routine: u32, status: EndStatus, failure: &Failure, error: Cause) {
    job.routines[routine as usize].status = match status {
        EndStatus::Completed => RoutineStatus::Completed,
        EndStatus::Failed => RoutineStatus::Failed,
        EndStatus::ErrorContinued => RoutineStatus::ErrorContinued,
        EndStatus::Skipped => RoutineStatus::Skipped,
        EndStatus::Retrying => RoutineStatus::Retrying,
    };
    if status == EndStatus::Failed {
        fail_job(core, job, failure.error_type.clone(), failure.message.clone(), error);
    }
}

/// The job fails: what it had left to do is discarded.
pub(super) fn fail_job(core: &mut Core, job: &mut Job, error_type: Arc<str>, message: Arc<str>, cause: Cause) {
    core.discard(job);
    job.status = JobStatus::Failed;
    job.error = Some((error_type.clone(), message.clone()));
    core.trace.add(core.now_us, job.index, cause, || Kind::JobFailed(error_type, message));
}

#[cfg(test)]
mod tests {
    use super::power;

    #[test]
    fn powers_are_pythons() {
        // What CPython prints for `base ** exponent`.
        for (base, exponent, expected) in [
            (1.3, 3, "2.197"),
            (1.1, 8, "2.1435888100000016"),
            (1.7, 15, "2862.4230515098147"),
            (0.3, 20, "3.4867844009999975e-11"),
            (2.0, 0, "1"),
            (2.5, 1, "2.5"),
            (1.01, 1000, "20959.155637813845"),
        ] {
            let expected: f64 = expected.parse().unwrap();
            assert_eq!(power(base, exponent), expected, "{base} ** {exponent}");
        }
        assert_eq!(power(10.0, 400), f64::INFINITY);
        assert_eq!(power(0.0, 3), 0.0);
    }
}
