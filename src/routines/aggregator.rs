//! `Aggregator`: waits for its sources and merges what they sent. What is incomplete leaves after a timeout.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take, reason};
use crate::engine::slot::SlotQueue;
use crate::flow::catalogue::{Class, Ports};
use crate::flow::model::{Policy, Slot};
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::{BuiltIn, field, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Aggregator",
        category: "Flow",
        about: "Waits until its slots have data and merges them into one item",
        config: &[
            field("slots", "a list of names", "[]", "its slots; at least one"),
            field("mode", "`all`, `any` or `n_of_m`", "\"all\"", "how many slots must have data"),
            field("threshold", "an integer", "null", "how many with `n_of_m`; null: all"),
            field(
                "timeout",
                "a number, at least 0",
                "30",
                "incomplete data leave this long after the oldest came, in virtual seconds; 0: never",
            ),
            field(
                "merge_strategy",
                "`dict`, `list` or `flatten`",
                "\"dict\"",
                "by slot; in one list; lists inside are unpacked too",
            ),
            field(
                "max_pending_items",
                "an integer from 1 to 10000",
                "1000",
                "how many items one slot holds while it waits",
            ),
        ],
        ports: aggregator_ports,
        policy: |_| Some(Policy::AllSlotsReady),
        example: r#"{"slots": ["left", "right"], "timeout": 30}"#,
    },
    behaviour: make,
    policy: |config| Some(Rc::new(read(config).ok()?)),
    sample: r#"
name: "Aggregator: weather and traffic together"
description: |
  Waits until both have come and makes one item of them. What is incomplete leaves by `timeout`: here the second
  weather report, five virtual seconds after it came.
routines:
  both: { class: Aggregator, config: { slots: [weather, traffic], timeout: 5 } }
  report: { class: Sink, config: { output_type: report } }
  late: { class: Sink, config: { output_type: incomplete } }
connections:
  - { from: both.aggregated, to: report.input }
  - { from: both.timeout, to: late.input }
inputs:
  - { to: both.weather, data: { rain: true } }
  - { to: both.traffic, data: { jam: 4 }, at: 1 }
  - { to: both.weather, data: { rain: false }, at: 10 }
"#,
};

/// When it activates, and how it merges.
struct Aggregator {
    /// How many slots must have data.
    wanted: usize,
    timeout_us: Option<u64>,
    merge: Merge,
}

#[derive(Clone, Copy)]
enum Merge {
    BySlot,
    List,
    Flatten,
}

#[derive(Clone, Copy)]
enum Mode {
    All,
    Any,
    Some,
}

fn slot_names(config: &Map) -> Vec<Arc<str>> {
    let mut names = Config(config).texts("slots").unwrap_or_default();
    let mut seen = Vec::new();
    names.retain(|name| {
        !name.is_empty() && !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    names
}

fn max_pending(config: &Map) -> Result<usize, String> {
    Config(config).count("max_pending_items", 1000, 1, 10_000)
}

fn aggregator_ports(config: &Map) -> Ports {
    let max_queue_length = max_pending(config).unwrap_or(1000) as u32;
    let slot = |name: Arc<str>| Slot { max_queue_length, ..Slot::new(&*name) };
    // Nothing can go wrong here; Routilux declares `error`, and its documents may connect it.
    let timeout: &[&str] = &["partial_data", "missing_slots"];
    let events =
        ports(&[], &[("aggregated", &["data", "sources"]), ("timeout", timeout), ("error", &["error", "slot"])]);
    Ports { slots: slot_names(config).into_iter().map(slot).collect(), ..events }
}

fn read(config: &Map) -> Result<Aggregator, String> {
    let read = Config(config);
    let names = read.texts("slots")?;
    if names.is_empty() || slot_names(config).len() != names.len() {
        return Err("`slots` must be a list of different names, at least one".into());
    }
    let count = names.len() as u64;
    let threshold = read.count("threshold", count, 1, count)?;
    max_pending(config)?;
    Ok(Aggregator {
        wanted: match read.choice("mode", &[("all", Mode::All), ("any", Mode::Any), ("n_of_m", Mode::Some)])? {
            Mode::All => names.len(),
            Mode::Any => 1,
            Mode::Some => threshold,
        },
        timeout_us: read.us_or_none("timeout", 30.0)?,
        merge: read
            .choice("merge_strategy", &[("dict", Merge::BySlot), ("list", Merge::List), ("flatten", Merge::Flatten)])?,
    })
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    Ok(Rc::new(read(config)?))
}

impl PolicyCheck for Aggregator {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        let oldest = |slot: &SlotQueue| slot.new_items().next().map(|item| item.enqueued_us);
        let ready = view.slots.iter().filter(|slot| slot.unconsumed() > 0).count();
        if ready > 0 && ready >= self.wanted {
            return Ok(Decision::Run { take: Take::All, message: reason("sources_ready") });
        }
        let due = view.slots.iter().filter_map(oldest).min().zip(self.timeout_us);
        Ok(match due.map(|(oldest_us, timeout_us)| oldest_us.saturating_add(timeout_us)) {
            Some(due_us) if view.now_us >= due_us => Decision::Run { take: Take::All, message: reason("timeout") },
            Some(due_us) => Decision::HoldUntil(due_us),
            None => Decision::Hold,
        })
    }
}

impl Aggregator {
    fn merged(&self, input: &Input) -> Value {
        match self.merge {
            Merge::BySlot => Value::map(input.slots().filter(|(_, items)| !items.is_empty()).map(|(name, items)| {
                let value = if let [item] = items { item.clone() } else { Value::list(items.iter().cloned()) };
                (name.clone(), value)
            })),
            Merge::List => Value::list(input.items().iter().cloned()),
            Merge::Flatten => Value::list(input.items().iter().flat_map(|item| match item {
                Value::List(items) => items.to_vec(),
                other => vec![other.clone()],
            })),
        }
    }
}

impl Behaviour for Aggregator {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let names = |has_data: bool| {
            let slots = input.slots().filter(move |(_, items)| items.is_empty() != has_data);
            Value::list(slots.map(|(name, _)| Value::Str(name.clone())))
        };
        let data = self.merged(input);
        if input.policy_message.get("reason").and_then(Value::as_str) == Some("timeout") {
            host.emit("timeout", Value::map([("partial_data", data), ("missing_slots", names(false))]))?;
        } else {
            host.emit("aggregated", Value::map([("data", data), ("sources", names(true))]))?;
        }
        Ok(Progress::Done)
    }
}
