//! What happens to errors: stop, continue, skip or retry.

use std::sync::Arc;

use crate::flow::model::Strategy;

use super::activation;
use super::behaviour::Failure;
use super::job::{Job, JobStatus, RoutineStatus};
use super::program::{Handler, Program, us_from_seconds};
use super::runtime::Core;
use super::task::{Activation, Task};
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

/// Handles the error of an attempt, whose record is made.
pub(super) fn handle_attempt(core: &mut Core, job: &mut Job, activation: Activation, failure: &Failure, error: Cause) {
    let program = job.program.clone();
    let handler = handler_of(&program, activation.routine);
    let retries = handler.strategy == Strategy::Retry
        && activation.attempt <= handler.max_retries
        && handler.retryable.iter().any(|name| failure.is_a(name));
    if retries {
        activation::end(core, job, &activation, EndStatus::Retrying);
        retry(core, job, activation, handler, error);
        return;
    }
    let status = outcome(handler);
    activation::end(core, job, &activation, status);
    finish(core, job, activation.routine, status, failure, error);
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
    let retry_delay = handler.retry_delay * power(handler.retry_backoff, attempt.saturating_sub(1));
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

/// Handles an error that belongs to no activation: of a transform, a policy's check or a full slot.
/// There is nothing to run again, so `retry` acts as exhausted.
pub(super) fn outside_activation(core: &mut Core, job: &mut Job, routine: u32, failure: Failure, cause: Cause) {
    let failure = Arc::new(failure);
    let recorded = failure.clone();
    let error = core.trace.add(core.now_us, job.index, cause, || Kind::Error(routine, None, recorded));
    job.routines[routine as usize].error = Some((failure.error_type.clone(), failure.message.clone()));
    let program = job.program.clone();
    let status = outcome(handler_of(&program, routine));
    finish(core, job, routine, status, &failure, error);
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
