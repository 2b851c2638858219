//! `TimeProvider`: tells the virtual time.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::calendar::{self, Moment};
use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "TimeProvider",
        category: "Time",
        about: "Answers every request with the virtual time",
        config: &[
            field("format", "`iso`, `timestamp`, `formatted` or `custom`", "\"iso\"", "how `time` is written"),
            field("custom_format", "a text", "\"%Y-%m-%d %H:%M:%S\"", "for `custom`: %Y %m %d %H %M %S %f %j"),
            field("start", "a date and time", "\"2000-01-01T00:00:00\"", "when virtual time 0 is, in UTC"),
        ],
        ports: |_| ports(&["request"], &[("output", &["time", "timestamp", "request"])]),
        policy: immediate,
        example: r#"{"format": "iso"}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "TimeProvider: what time is it in the flow?"
description: The flow has a clock of its own, which starts where `start` says and jumps from event to event.
routines:
  clock: { class: TimeProvider, config: { format: iso, start: "2024-05-01T12:00:00" } }
  show: { class: Sink, config: { output_type: time } }
connections:
  - { from: clock.output, to: show.input }
inputs:
  - { to: clock.request, data: { who: Ada } }
  - { to: clock.request, data: { who: Bob }, at: 90 }
"#,
};

#[derive(Clone, Copy)]
enum Format {
    Iso,
    Timestamp,
    Formatted,
    Custom,
}

struct TimeProvider {
    format: Format,
    pattern: String,
    start: i64,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let formats = [
        ("iso", Format::Iso),
        ("timestamp", Format::Timestamp),
        ("formatted", Format::Formatted),
        ("custom", Format::Custom),
    ];
    let start = match read.text("start")? {
        Some(text) => calendar::parse(text)
            .ok_or_else(|| format!("`start`: `{text}` is no date and time; write it as `2024-05-01T12:00:00`"))?,
        None => calendar::EPOCH_SECONDS,
    };
    let pattern = read.text("custom_format")?.unwrap_or("%Y-%m-%d %H:%M:%S").into();
    Ok(each(TimeProvider { format: read.choice("format", &formats)?, pattern, start }))
}

impl EachItem for TimeProvider {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let now = Moment::new(self.start, host.now_us());
        let time = match self.format {
            Format::Iso => Value::from(now.iso()),
            Format::Timestamp => Value::Float(now.timestamp()),
            Format::Formatted => Value::from(now.format("%Y-%m-%d %H:%M:%S")),
            Format::Custom => Value::from(now.format(&self.pattern)),
        };
        let timestamp = ("timestamp", Value::Float(now.timestamp()));
        host.emit("output", Value::map([("time", time), timestamp, ("request", item.clone())]))
    }
}
