//! `Throttle`: lets at most one item pass in an interval; the others wait, or are dropped.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress, Suspended};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take, reason};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::saved::{load, save};
use super::{BuiltIn, field, immediate, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Throttle",
        category: "Time",
        about: "Lets at most one item pass in an interval",
        config: &[
            field("interval", "a number, at least 0", "1", "the least time between two items, in virtual seconds"),
            field("mode", "`queue` or `drop`", "\"queue\"", "whether the others wait or leave at once by `dropped`"),
            field("max_waiting", "an integer from 1 to 5000", "1000", "how many can wait; more leave by `dropped`"),
        ],
        ports: |_| ports(&["input"], &[("output", &[]), ("dropped", &[])]),
        policy: immediate,
        example: r#"{"interval": 1}"#,
    },
    behaviour: |config| Ok(Rc::new(read(config)?)),
    policy: |config| Some(Rc::new(read(config).ok()?)),
    sample: r#"
name: "Throttle: at most one a second"
description: A burst goes on one by one; two can wait, what is too much leaves by `dropped`.
routines:
  slow: { class: Throttle, config: { interval: 1, max_waiting: 2 } }
  show: { class: Sink, config: { output_type: sent } }
  lost: { class: Sink, config: { output_type: dropped } }
connections:
  - { from: slow.output, to: show.input }
  - { from: slow.dropped, to: lost.input }
inputs:
  - { to: slow.input, data: { request: 1 } }
  - { to: slow.input, data: { request: 2 } }
  - { to: slow.input, data: { request: 3 } }
  - { to: slow.input, data: { request: 4 } }
"#,
};

struct Throttle {
    interval_us: u64,
    queues: bool,
    max_waiting: usize,
}

fn read(config: &Map) -> Result<Throttle, String> {
    let read = Config(config);
    Ok(Throttle {
        interval_us: read.us("interval", 1.0)?,
        queues: read.choice("mode", &[("queue", true), ("drop", false)])?,
        max_waiting: read.count("max_waiting", 1000, 1, 5000)?,
    })
}

impl PolicyCheck for Throttle {
    /// In the mode `queue` new items are fetched once in an interval: nothing could leave before.
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        if view.slots.iter().all(|slot| slot.unconsumed() == 0) {
            return Ok(Decision::Hold);
        }
        let due_us = view.last_activation_us.map_or(0, |last_us| last_us.saturating_add(self.interval_us));
        Ok(if self.queues && view.now_us < due_us {
            Decision::HoldUntil(due_us)
        } else {
            Decision::Run { take: Take::All, message: reason("interval_over") }
        })
    }
}

/// When the next item may pass. It has to outlive activations, so it is in the routine's state.
fn free_at_us(host: &dyn Host) -> u64 {
    // What is no 64-bit integer is an instant that never comes.
    host.state("free_at_us").map_or(0, |at| at.as_int().and_then(|at| u64::try_from(at).ok()).unwrap_or(u64::MAX))
}

impl Throttle {
    fn pass(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let free_at_us = host.now_us().saturating_add(self.interval_us);
        host.set_state("free_at_us", Value::from(free_at_us));
        host.emit("output", item.clone())
    }

    /// Lets the waiting items pass, one in each interval, unless a later activation has taken over.
    fn drain(&self, host: &mut dyn Host, turn: Value) -> Result<Progress, Failure> {
        if host.state("turn").as_ref() != Some(&turn) {
            return Ok(Progress::Done);
        }
        let waiting = host.state("waiting").unwrap_or_default();
        let mut waiting = waiting.as_list().unwrap_or_default();
        while let [first, rest @ ..] = waiting {
            let wait_us = free_at_us(host).saturating_sub(host.now_us());
            if wait_us > 0 {
                host.set_state("waiting", Value::list(waiting.iter().cloned()));
                return Ok(Progress::Sleeping { us: wait_us, rest: save(&turn) });
            }
            waiting = rest;
            host.set_state("waiting", Value::list(waiting.iter().cloned()));
            self.pass(host, first)?;
        }
        Ok(Progress::Done)
    }
}

impl Behaviour for Throttle {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        if !self.queues {
            for item in input.items() {
                let is_free = free_at_us(host) <= host.now_us();
                if is_free { self.pass(host, item) } else { host.emit("dropped", item.clone()) }?;
            }
            return Ok(Progress::Done);
        }
        let mut waiting =
            host.state("waiting").and_then(|list| list.as_list().map(<[Value]>::to_vec)).unwrap_or_default();
        for item in input.items() {
            if waiting.len() < self.max_waiting {
                waiting.push(item.clone());
            } else {
                host.emit("dropped", item.clone())?;
            }
        }
        host.set_state("waiting", Value::list(waiting));
        // The newest activation drains: each has its own limit of emissions, so none runs into it.
        let turn = Value::Int(host.state("turn").and_then(|turn| turn.as_int()).unwrap_or(0) + 1);
        host.set_state("turn", turn.clone());
        self.drain(host, turn)
    }

    fn resume(&self, host: &mut dyn Host, _: &Input, rest: &Suspended) -> Result<Progress, Failure> {
        self.drain(host, load(rest)?)
    }
}
