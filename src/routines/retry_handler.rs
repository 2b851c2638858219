//! `RetryHandler`: tries an operation on every item, again after a growing delay if it raises.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Level, Progress, Suspended};
use crate::engine::program::{number, us_from_seconds};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::formula::Formula;
use super::parts::number::random;
use super::parts::saved::{load, save};
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "RetryHandler",
        category: "Time",
        about: "Tries a Python expression on every item, again after a delay if it raises",
        config: &[
            field(
                "operation",
                "a Python expression",
                "null",
                "sees `data`, `attempt` (from 1) and `random` (0 to 1); null: always succeeds",
            ),
            field("max_attempts", "an integer from 1 to 1000", "3", "how often it is tried"),
            field(
                "backoff",
                "`exponential`, `fixed`, `linear` or `exponential_jitter`",
                "\"exponential\"",
                "how the delays grow",
            ),
            field("base_delay", "a number, at least 0", "1", "the first delay, in virtual seconds"),
            field("max_delay", "a number, at least 0", "60", "the longest delay, in virtual seconds"),
            field(
                "retryable_exceptions",
                "a list of exception types",
                "null",
                "others are not tried again; null: all are",
            ),
            field(
                "max_items",
                "an integer from 1 to 1000",
                "100",
                "how many items of one activation are handled; the rest is dropped",
            ),
            field("max_errors_kept", "an integer from 1 to 1000", "10", "how many `errors` `exhausted` tells"),
        ],
        ports: |_| {
            let success: &[&str] = &["data", "attempts", "result"];
            let retry: &[&str] = &["data", "attempt", "error", "delay"];
            let exhausted: &[&str] = &["data", "attempts", "errors"];
            ports(
                &["input"],
                &[("success", success), ("retry", retry), ("exhausted", exhausted), ("error", &["error", "data"])],
            )
        },
        policy: immediate,
        example: r#"{"operation": "1 / 0 if attempt < 3 else data", "max_attempts": 3}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "RetryHandler: a service that fails at first"
description: |
  The operation raises twice and then succeeds; each retry tells how long it waits. The second item fails for ever
  and leaves by `exhausted`.
routines:
  call: { class: RetryHandler, config: { operation: "data.id / max(0, attempt - data.failures)", max_attempts: 3, base_delay: 1 } }
  done: { class: Sink, config: { output_type: success } }
  retries: { class: Sink, config: { output_type: retry } }
  failed: { class: Sink, config: { output_type: exhausted } }
connections:
  - { from: call.success, to: done.input }
  - { from: call.retry, to: retries.input }
  - { from: call.exhausted, to: failed.input }
inputs:
  - { to: call.input, data: { id: 8, failures: 2 } }
  - { to: call.input, data: { id: 9, failures: 5 }, at: 20 }
"#,
};

#[derive(Clone, Copy)]
enum Backoff {
    Fixed,
    Linear,
    Exponential,
    Jitter,
}

struct RetryHandler {
    operation: Option<Formula>,
    max_attempts: usize,
    backoff: Backoff,
    base_delay: f64,
    max_delay: f64,
    retryable: Option<Vec<Arc<str>>>,
    max_items: usize,
    max_errors: usize,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let backoffs = [
        ("exponential", Backoff::Exponential),
        ("fixed", Backoff::Fixed),
        ("linear", Backoff::Linear),
        ("exponential_jitter", Backoff::Jitter),
    ];
    let operation = read.text("operation")?.map(|source| Formula::value("operation", source, config));
    Ok(Rc::new(RetryHandler {
        operation: operation.transpose()?,
        max_attempts: read.count("max_attempts", 3, 1, 1000)?,
        backoff: read.choice("backoff", &backoffs)?,
        base_delay: read.seconds("base_delay", 1.0)?,
        max_delay: read.seconds("max_delay", 60.0)?,
        retryable: read.given("retryable_exceptions").map(|_| read.texts("retryable_exceptions")).transpose()?,
        max_items: read.count("max_items", 100, 1, 1000)?,
        max_errors: read.count("max_errors_kept", 10, 1, 1000)?,
    }))
}

/// How far an activation is: the items that are left, and what happened to the first of them.
struct Work {
    items: Vec<Value>,
    attempt: usize,
    errors: Vec<Value>,
}

impl Work {
    fn save(&self) -> Suspended {
        let (items, errors) = (self.items.iter().cloned(), self.errors.iter().cloned());
        save(&Value::list([Value::list(items), Value::from(self.attempt as u64), Value::list(errors)]))
    }

    fn load(rest: &Suspended) -> Result<Self, Failure> {
        match load(rest)?.as_list() {
            Some([Value::List(items), Value::Int(attempt), Value::List(errors)]) => Ok(Self {
                items: items.to_vec(),
                attempt: usize::try_from(*attempt).unwrap_or(1),
                errors: errors.to_vec(),
            }),
            _ => Err(Failure::new("ValueError", "the saved attempts are damaged")),
        }
    }
}

impl RetryHandler {
    /// Virtual seconds before the attempt after this one.
    fn delay(&self, host: &dyn Host, work: &Work) -> f64 {
        let exponential = || self.base_delay * 2f64.powi(work.attempt as i32 - 1);
        let delay = match self.backoff {
            Backoff::Fixed => self.base_delay,
            Backoff::Linear => self.base_delay * work.attempt as f64,
            Backoff::Exponential => exponential(),
            Backoff::Jitter => exponential().min(self.max_delay) * random(!host.random_seed(), chance(work)),
        };
        delay.min(self.max_delay)
    }

    fn attempt(&self, host: &mut dyn Host, work: &Work) -> Result<Value, Failure> {
        let Some(data) = work.items.first() else { return Ok(Value::Null) };
        let Some(operation) = &self.operation else { return Ok(data.clone()) };
        let random = Value::Float(random(host.random_seed(), chance(work)));
        operation.evaluate(host, data, &[("attempt", Value::from(work.attempt as u64)), ("random", random)])
    }

    /// Handles the items one after the other, until one has to wait.
    fn go_on(&self, host: &mut dyn Host, mut work: Work) -> Result<Progress, Failure> {
        while let Some(data) = work.items.first().cloned() {
            let data = ("data", data);
            let attempts = ("attempts", Value::from(work.attempt as u64));
            match self.attempt(host, &work) {
                Err(failure) if failure.timed_out => return Err(failure),
                Ok(result) => host.emit("success", Value::map([data, attempts, ("result", result)]))?,
                Err(failure) => {
                    let error = Value::from(format!("{}: {}", failure.error_type, failure.message));
                    let is_retryable = |types: &Vec<Arc<str>>| types.iter().any(|name| failure.is_a(name));
                    if !self.retryable.as_ref().is_none_or(is_retryable) {
                        host.emit("error", Value::map([("error", error), data]))?;
                    } else if work.attempt >= self.max_attempts {
                        work.errors.push(error);
                        let kept = work.errors.len().saturating_sub(self.max_errors);
                        let errors = Value::list(work.errors.split_off(kept));
                        host.emit("exhausted", Value::map([data, attempts, ("errors", errors)]))?;
                    } else {
                        return self.wait(host, work, error);
                    }
                }
            }
            work = Work { items: work.items.split_off(1), attempt: 1, errors: Vec::new() };
        }
        Ok(Progress::Done)
    }

    fn wait(&self, host: &mut dyn Host, mut work: Work, error: Value) -> Result<Progress, Failure> {
        let delay = self.delay(host, &work);
        host.emit(
            "retry",
            Value::map([
                ("data", work.items.first().cloned().unwrap_or_default()),
                ("attempt", Value::from(work.attempt as u64)),
                ("error", error.clone()),
                ("delay", number(delay)),
            ]),
        )?;
        work.attempt += 1;
        work.errors.push(error);
        Ok(Progress::Sleeping { us: us_from_seconds(delay), rest: work.save() })
    }
}

/// A number of its own for every attempt of an activation.
fn chance(work: &Work) -> u64 {
    work.items.len() as u64 * 1000 + work.attempt as u64
}

impl Behaviour for RetryHandler {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let items: Vec<Value> = input.items().iter().take(self.max_items).cloned().collect();
        let dropped = input.items().len() - items.len();
        if dropped > 0 {
            host.log(Level::Warn, &format!("{dropped} items more than `max_items` came at once: they are lost"));
        }
        self.go_on(host, Work { items, attempt: 1, errors: Vec::new() })
    }

    fn resume(&self, host: &mut dyn Host, _: &Input, rest: &Suspended) -> Result<Progress, Failure> {
        self.go_on(host, Work::load(rest)?)
    }
}
