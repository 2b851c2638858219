//! `Loop`: sends an item round until a condition fails, but never more often than a limit.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::formula::Formula;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Loop",
        category: "Flow",
        about: "Sends items round: connect `body` to the work and the work to the slot `again`",
        config: &[
            field("max_iterations", "an integer from 1 to 1000000", "10", "how often an item goes round at most"),
            field(
                "condition",
                "a Python expression",
                "null",
                "whether it goes round (once more); sees `data` and `iteration`, from 0; null: always",
            ),
        ],
        ports: |_| {
            let done: &[&str] = &["data", "iterations", "reason"];
            ports(&["input", "again"], &[("body", &["data", "iteration"]), ("done", done)])
        },
        policy: immediate,
        example: r#"{"max_iterations": 10}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Loop: double it until it is enough"
description: The work goes round while the condition is true, at most ten times. The loop is in the flow, so it can be watched.
routines:
  round: { class: Loop, config: { condition: "data < 100", max_iterations: 10 } }
  double: { class: Map, config: { expression: "{'data': data.data * 2, 'iteration': data.iteration}" } }
  show: { class: Sink, config: { output_type: result } }
connections:
  - { from: round.body, to: double.input }
  - { from: double.output, to: round.again }
  - { from: round.done, to: show.input }
inputs:
  - { to: round.input, data: 7 }
"#,
};

struct Loop {
    most: i64,
    condition: Option<Formula>,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let condition = read.text("condition")?.map(|source| Formula::condition("condition", source, config));
    Ok(Rc::new(Loop {
        most: read.count("max_iterations", 10, 1, 1_000_000)? as i64,
        condition: condition.transpose()?,
    }))
}

impl Loop {
    /// Sends an item that has been round so often on its way.
    fn turn(&self, host: &mut dyn Host, data: &Value, iterations: i64) -> Result<(), Failure> {
        let count = Value::Int(iterations);
        let goes_on = match &self.condition {
            Some(condition) => condition.is_true(host, data, &[("iteration", count.clone())])?,
            None => true,
        };
        let data = ("data", data.clone());
        if goes_on && iterations < self.most {
            host.set_state("iteration", Value::Int(iterations + 1));
            return host.emit("body", Value::map([data, ("iteration", Value::Int(iterations + 1))]));
        }
        let reason = Value::from(if goes_on { "max_iterations" } else { "condition" });
        host.emit("done", Value::map([data, ("iterations", count), ("reason", reason)]))
    }
}

/// What comes back as `{data, iteration}` knows how often it has been round. Anything else counts as the item that was
/// sent last: with several items under way that is not exact, but it keeps the loop bounded.
fn returned<'v>(host: &dyn Host, item: &'v Value) -> (&'v Value, i64) {
    let own = item.get("iteration").and_then(Value::as_int);
    let last = || host.state("iteration").and_then(|last| last.as_int()).unwrap_or(0);
    let data = if own.is_some() { item.get("data").unwrap_or(item) } else { item };
    (data, own.unwrap_or_else(last).max(0))
}

impl Behaviour for Loop {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        for (slot, items) in input.slots() {
            for item in items {
                let (data, iterations) = if &**slot == "again" { returned(host, item) } else { (item, 0) };
                self.turn(host, data, iterations)?;
            }
        }
        Ok(Progress::Done)
    }
}
