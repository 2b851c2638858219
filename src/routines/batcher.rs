//! `Batcher`: collects items and passes them on together, when there are enough or the oldest has waited long enough.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress, Suspended};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take};
use crate::engine::program::us_from_seconds;
use crate::flow::catalogue::{Class, ConfigField, number};
use crate::flow::model::Policy;
use crate::flow::value::{Map, Value};

use super::{BuiltIn, input_and_output};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Batcher",
        category: "Flow",
        about: "Collects items and emits them together as a list",
        config: &[
            ConfigField {
                name: "batch_size",
                kind: "an integer, at least 1",
                default: "10",
                about: "how many items make a batch",
            },
            ConfigField {
                name: "batch_timeout",
                kind: "a number, at least 0; 0 for none",
                default: "0",
                about: "a smaller batch goes out when its oldest item has waited this long, in virtual seconds",
            },
        ],
        ports: input_and_output,
        policy: |config| Some(Policy::BatchSize(batch_size(config) as u32)),
        example: r#"{"batch_size": 5}"#,
    },
    behaviour: make,
    policy: |config| {
        let seconds = number(config, "batch_timeout", 0.0);
        let (size, timeout_us) = (batch_size(config), (seconds > 0.0).then(|| us_from_seconds(seconds)));
        Some(Rc::new(Collect { size, timeout_us }))
    },
};

fn batch_size(config: &Map) -> usize {
    config.get("batch_size").and_then(Value::as_int).unwrap_or(10).clamp(1, i64::from(u32::MAX)) as usize
}

struct Batcher;

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    if config.get("batch_size").is_some_and(|size| size.as_int().is_none_or(|size| size < 1)) {
        return Err("`batch_size` must be an integer of at least 1".into());
    }
    if config.get("batch_timeout").is_some_and(|seconds| seconds.as_f64().is_none_or(|seconds| seconds < 0.0)) {
        return Err("`batch_timeout` must be a number of at least 0".into());
    }
    Ok(Rc::new(Batcher))
}

impl Behaviour for Batcher {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let items = input.items();
        let batch = [("items", Value::list(items.iter().cloned())), ("count", Value::from(items.len() as u64))];
        host.emit("output", Value::map(batch))?;
        Ok(Progress::Done)
    }

    fn resume(&self, _: &mut dyn Host, _: &Suspended) -> Result<Progress, Failure> {
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
        let message = |reason: &str| {
            Value::map([("reason", Value::from(reason)), ("batch_size", Value::from(self.size as u64))])
        };
        if slot.unconsumed() >= self.size {
            return Ok(Decision::Run { take: Take::Oldest(self.size), message: message("batch_ready") });
        }
        Ok(match (slot.new_items().next(), self.timeout_us) {
            (Some(oldest), Some(timeout_us)) => {
                let due_us = oldest.enqueued_us.saturating_add(timeout_us);
                if view.now_us >= due_us {
                    Decision::Run { take: Take::All, message: message("batch_timeout") }
                } else {
                    Decision::HoldUntil(due_us)
                }
            }
            _ => Decision::Hold,
        })
    }
}
