//! `Delay`: passes every item on after a time. Waiting items stay in the slot, where they can be seen.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress, Suspended};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take};
use crate::flow::catalogue::{Class, Ports};
use crate::flow::model::{Event, Slot};
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::saved::{load, save};
use super::{BuiltIn, field, immediate};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Delay",
        category: "Time",
        about: "Passes every item on after some virtual seconds",
        config: &[field("seconds", "a number, at least 0", "1", "how long an item waits, in virtual seconds")],
        ports: |_| {
            let slot = Slot { max_queue_length: 10_000, ..Slot::new("input") };
            Ports { slots: vec![slot], events: vec![Event::new("output")] }
        },
        policy: immediate,
        example: r#"{"seconds": 1}"#,
    },
    behaviour: |config| {
        wait_us(config)?;
        Ok(Rc::new(Delay))
    },
    policy: |config| Some(Rc::new(Waited { wait_us: wait_us(config).ok()? })),
    sample: r#"
name: "Delay: an answer takes its time"
description: Every item waits three virtual seconds; nothing else waits with it.
routines:
  wait: { class: Delay, config: { seconds: 3 } }
  clock: { class: TimeProvider, config: { format: timestamp } }
  show: { class: Sink, config: { output_type: arrival } }
connections:
  - { from: wait.output, to: clock.request }
  - { from: clock.output, to: show.input, transform: "{'letter': data['request']['letter'], 'after': data['timestamp'] - 946684800}" }
inputs:
  - { to: wait.input, data: { letter: a } }
  - { to: wait.input, data: { letter: b }, at: 1 }
"#,
};

fn wait_us(config: &Map) -> Result<u64, String> {
    Config(config).us("seconds", 1.0)
}

/// The oldest item has waited long enough.
struct Waited {
    wait_us: u64,
}

impl PolicyCheck for Waited {
    /// Takes all items, also those that are not due: the activation keeps them until they are. So one activation at a
    /// time waits, however many items there are, and occupies one worker.
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        let items = view.slots.iter().flat_map(|slot| slot.new_items());
        let due: Vec<u64> = items.map(|item| item.enqueued_us.saturating_add(self.wait_us)).collect();
        Ok(match due.first() {
            None => Decision::Hold,
            Some(first_us) if view.now_us < *first_us => Decision::HoldUntil(*first_us),
            Some(_) => {
                let due = Value::list(due.into_iter().map(Value::from));
                Decision::Run {
                    take: Take::All,
                    message: Value::map([("reason", "delay_over".into()), ("due_us", due)]),
                }
            }
        })
    }
}

struct Delay;

impl Behaviour for Delay {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let now_us = host.now_us();
        let first = Rest { index: 0, begun_us: now_us };
        // An activation before this one may have slept for an item of this very instant: that one goes first.
        let behind = host.state("last_due_us") == Some(Value::from(now_us));
        if let Some(last) = input.items().len().checked_sub(1) {
            let last_us = due_us(host, input, Rest { index: last, ..first });
            if last_us != now_us {
                host.set_state("last_due_us", Value::from(last_us));
            }
        }
        if behind {
            return Ok(Progress::Sleeping { us: 0, rest: first.save() });
        }
        pass_on(host, input, first)
    }

    fn resume(&self, host: &mut dyn Host, input: &Input, rest: &Suspended) -> Result<Progress, Failure> {
        pass_on(host, input, Rest::load(rest)?)
    }

    fn check(&self, rest: &Suspended) -> Result<(), Failure> {
        Rest::load(rest).map(|_| ())
    }
}

/// What is left to do: a few bytes, however many items wait, because the slice itself stays with the activation.
#[derive(Clone, Copy)]
struct Rest {
    /// The item that is next.
    index: usize,
    /// When the activation began, in virtual microseconds.
    begun_us: u64,
}

impl Rest {
    fn save(self) -> Suspended {
        save(&Value::list([Value::from(self.index as u64), Value::from(self.begun_us)]))
    }

    fn load(rest: &Suspended) -> Result<Self, Failure> {
        let rest = load(rest)?;
        let number = |index: usize| u64::try_from(rest.as_list()?.get(index)?.as_int()?).ok();
        match (number(0).map(usize::try_from), number(1)) {
            (Some(Ok(index)), Some(begun_us)) => Ok(Self { index, begun_us }),
            _ => Err(Failure::new("ValueError", "a waiting Delay is `[item, since when]`, two integers, at least 0")),
        }
    }
}

/// When the next item is due, in virtual microseconds.
fn due_us(host: &dyn Host, input: &Input, rest: Rest) -> u64 {
    match input.policy_message.get("due_us").and_then(Value::as_list).and_then(|due| due.get(rest.index)) {
        Some(due) => due.as_int().and_then(|due| u64::try_from(due).ok()).unwrap_or(u64::MAX),
        // With a policy of the document nobody says when the items are due: they wait from the activation on.
        None => rest.begun_us.saturating_add(wait_us(host.config()).unwrap_or(0)),
    }
}

/// Emits what is due and sleeps until the next is.
fn pass_on(host: &mut dyn Host, input: &Input, mut rest: Rest) -> Result<Progress, Failure> {
    while let Some(item) = input.items().get(rest.index) {
        let wait_us = due_us(host, input, rest).saturating_sub(host.now_us());
        if wait_us > 0 {
            return Ok(Progress::Sleeping { us: wait_us, rest: rest.save() });
        }
        host.emit("output", item.clone())?;
        rest.index += 1;
    }
    Ok(Progress::Done)
}
