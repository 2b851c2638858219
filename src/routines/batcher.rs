//! `Batcher`: collects items and passes them on together, when there are enough or the oldest has waited long enough.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take};
use crate::flow::catalogue::{Class, Ports};
use crate::flow::model::{Policy, Slot};
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::{BuiltIn, field, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Batcher",
        category: "Flow",
        about: "Collects items and emits them together as a list",
        config: &[
            field("batch_size", "an integer from 1 to 10000", "100", "how many items make a `batch`"),
            field(
                "batch_timeout",
                "a number, at least 0",
                "5",
                "fewer leave by `timeout` when the oldest has waited this long, in virtual seconds; 0: never",
            ),
        ],
        ports: |config| {
            // Nothing can go wrong here; Routilux declares `error`, and its documents may connect it.
            let batch: &[&str] = &["items", "count", "batch_number"];
            let events = ports(&[], &[("batch", batch), ("timeout", &["items", "count"]), ("error", &["error"])]);
            // The slot has to hold a whole batch.
            let max_queue_length = batch_size(config).unwrap_or_default().max(1000) as u32;
            Ports { slots: vec![Slot { max_queue_length, ..Slot::new("input") }], ..events }
        },
        policy: |config| Some(Policy::BatchSize(batch_size(config).ok()? as u32)),
        example: r#"{"batch_size": 5, "batch_timeout": 5}"#,
    },
    behaviour: |config| {
        read(config)?;
        Ok(Rc::new(Batcher))
    },
    policy: |config| Some(Rc::new(read(config).ok()?)),
    sample: r#"
name: "Batcher: boxes of three"
description: Three items make a box. What is left after four virtual seconds leaves by `timeout`.
routines:
  pack: { class: Batcher, config: { batch_size: 3, batch_timeout: 4 } }
  full: { class: Sink, config: { output_type: box } }
  rest: { class: Sink, config: { output_type: rest } }
connections:
  - { from: pack.batch, to: full.input }
  - { from: pack.timeout, to: rest.input }
inputs:
  - { to: pack.input, data: egg, repeat: 4, every: 1 }
"#,
};

fn batch_size(config: &Map) -> Result<usize, String> {
    Config(config).count("batch_size", 100, 1, 10_000)
}

fn read(config: &Map) -> Result<Collect, String> {
    Ok(Collect { size: batch_size(config)?, timeout_us: Config(config).us_or_none("batch_timeout", 5.0)? })
}

struct Batcher;

impl Behaviour for Batcher {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let items = input.items();
        let number = host.state("batch_number").and_then(|number| number.as_int()).unwrap_or(0) + 1;
        host.set_state("batch_number", Value::Int(number));
        let mut batch = Map::default();
        batch.insert("items".into(), Value::list(items.iter().cloned()));
        batch.insert("count".into(), Value::from(items.len() as u64));
        if input.policy_message.get("reason").and_then(Value::as_str) == Some("batch_timeout") {
            host.emit("timeout", Value::Map(batch.into()))?;
        } else {
            batch.insert("batch_number".into(), Value::Int(number));
            host.emit("batch", Value::Map(batch.into()))?;
        }
        Ok(Progress::Done)
    }
}

/// Enough items, or the oldest has waited long enough.
struct Collect {
    size: usize,
    timeout_us: Option<u64>,
}

impl PolicyCheck for Collect {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        let Some(slot) = view.slots.first() else { return Ok(Decision::Hold) };
        let run = |reason: &str| {
            let message = [("reason", Value::from(reason)), ("batch_size", Value::from(self.size as u64))];
            // Nothing may stay behind: what is taken here is what the timer was for.
            Decision::Run { take: Take::All, message: Value::map(message) }
        };
        if slot.unconsumed() >= self.size {
            return Ok(run("batch_ready"));
        }
        let oldest_us = slot.new_items().next().map(|item| item.enqueued_us);
        Ok(match oldest_us.zip(self.timeout_us).map(|(oldest_us, timeout_us)| oldest_us.saturating_add(timeout_us)) {
            Some(due_us) if view.now_us >= due_us => run("batch_timeout"),
            Some(due_us) => Decision::HoldUntil(due_us),
            None => Decision::Hold,
        })
    }
}
