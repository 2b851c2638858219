//! `Debouncer`: waits until nothing has come for a while and passes the last item of the burst on.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take, reason};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::{BuiltIn, field, immediate, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Debouncer",
        category: "Time",
        about: "Emits the last item of a burst when nothing more has come for a while",
        config: &[
            field("wait", "a number, at least 0", "0.3", "how long it must be quiet, in virtual seconds"),
            field(
                "max_wait",
                "a number, at least 0",
                "null",
                "the longest a burst can hold its first item, in virtual seconds",
            ),
            field(
                "leading",
                "true or false",
                "false",
                "whether the first item leaves at once by `leading`; it is the first if nothing left for `wait` seconds",
            ),
        ],
        ports: |_| ports(&["input"], &[("debounced", &["data"]), ("leading", &["data"])]),
        policy: immediate,
        example: r#"{"wait": 0.5}"#,
    },
    behaviour: |config| {
        read(config)?;
        Ok(Rc::new(Debouncer))
    },
    policy: |config| Some(Rc::new(read(config).ok()?)),
    sample: r#"
name: "Debouncer: search when the typing stops"
description: Each key is an item; only the last one before half a virtual second of silence becomes a search.
routines:
  quiet: { class: Debouncer, config: { wait: 0.5 } }
  search: { class: Sink, config: { output_type: search } }
connections:
  - { from: quiet.debounced, to: search.input }
inputs:
  - { to: quiet.input, data: { text: f } }
  - { to: quiet.input, data: { text: fl }, at: 0.2 }
  - { to: quiet.input, data: { text: flow }, at: 0.4 }
  - { to: quiet.input, data: { text: flows }, at: 2 }
"#,
};

fn read(config: &Map) -> Result<Quiet, String> {
    let read = Config(config);
    Ok(Quiet {
        wait_us: read.us("wait", 0.3)?,
        max_wait_us: read.given("max_wait").map(|_| read.us("max_wait", 0.0)).transpose()?,
        leading: read.flag("leading", false)?,
    })
}

struct Debouncer;

impl Behaviour for Debouncer {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let is_leading = input.policy_message.get("reason").and_then(Value::as_str) == Some("leading");
        let event = if is_leading { "leading" } else { "debounced" };
        if let Some(last) = input.items().last() {
            host.emit(event, Value::map([("data", last.clone())]))?;
        }
        Ok(Progress::Done)
    }
}

/// Nothing has come for a while.
struct Quiet {
    wait_us: u64,
    max_wait_us: Option<u64>,
    leading: bool,
}

impl PolicyCheck for Quiet {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        let mut waiting = view.slots.iter().flat_map(|slot| slot.new_items()).map(|item| item.enqueued_us);
        let Some(first_us) = waiting.next() else { return Ok(Decision::Hold) };
        let newest_us = waiting.next_back();
        let quiet_since = view.last_activation_us.map(|last_us| last_us.saturating_add(self.wait_us));
        if self.leading && newest_us.is_none() && quiet_since.is_none_or(|since| first_us >= since) {
            return Ok(Decision::Run { take: Take::All, message: reason("leading") });
        }
        let quiet_us = newest_us.unwrap_or(first_us).saturating_add(self.wait_us);
        let due_us = self.max_wait_us.map_or(quiet_us, |max_us| quiet_us.min(first_us.saturating_add(max_us)));
        Ok(if view.now_us >= due_us {
            Decision::Run { take: Take::All, message: reason("quiet") }
        } else {
            Decision::HoldUntil(due_us)
        })
    }
}
