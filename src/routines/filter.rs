//! `Filter`: lets items pass that have certain keys or values. `FilterExpression` asks a Python expression.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::{Config, wrong};
use super::parts::each::{EachItem, each};
use super::parts::number::same;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Filter",
        category: "Flow",
        about: "Lets items pass that have a key, certain values, or are in a list",
        config: &[
            field(
                "condition",
                "a key, a map or a list",
                "null",
                "the key is there and true; all keys of the map are equal; the item is in the list; null: all pass",
            ),
            field("invert", "true or false", "false", "whether the others pass instead"),
            field("include_reason", "true or false", "true", "whether `rejected` says why"),
        ],
        ports: |_| ports(&["input"], &[("passed", &["data"]), ("rejected", &["data", "reason"])]),
        policy: immediate,
        example: r#"{"condition": {"status": "ok"}}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Filter: only paid orders"
description: Items with these values leave by `passed`, the others by `rejected`, with the reason.
routines:
  paid: { class: Filter, config: { condition: { status: paid } } }
  ship: { class: Sink, config: { output_type: shipped } }
  remind: { class: Sink, config: { output_type: reminded } }
connections:
  - { from: paid.passed, to: ship.input }
  - { from: paid.rejected, to: remind.input }
inputs:
  - { to: paid.input, data: { order: 1, status: paid } }
  - { to: paid.input, data: { order: 2, status: open } }
"#,
};

struct Filter {
    condition: Condition,
    invert: bool,
    include_reason: bool,
}

enum Condition {
    Always,
    HasKey(Arc<str>),
    Equals(Arc<Map>),
    OneOf(Arc<[Value]>),
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let condition = match read.given("condition") {
        None => Condition::Always,
        Some(Value::Str(key)) => Condition::HasKey(key.clone()),
        Some(Value::Map(map)) => Condition::Equals(map.clone()),
        Some(Value::List(items)) => Condition::OneOf(items.clone()),
        Some(other) => return Err(wrong("condition", "a key, a map of wanted values or a list of items", other)),
    };
    Ok(each(Filter {
        condition,
        invert: read.flag("invert", false)?,
        include_reason: read.flag("include_reason", true)?,
    }))
}

impl Condition {
    /// Why the item does not fit, if so.
    fn fault(&self, item: &Value) -> Result<(), String> {
        match self {
            Condition::Always => Ok(()),
            Condition::HasKey(key) if item.get(key).is_some_and(Value::is_truthy) => Ok(()),
            Condition::HasKey(key) => Err(format!("'{key}' is not there or not true")),
            Condition::Equals(wanted) => match first_difference(wanted, item) {
                Some(key) => Err(format!("'{key}' is not as wanted")),
                None => Ok(()),
            },
            Condition::OneOf(items) if items.iter().any(|candidate| same(candidate, item)) => Ok(()),
            Condition::OneOf(_) => Err("the item is not in the list".into()),
        }
    }
}

/// The first key of the wanted ones that the item does not have with an equal value.
pub fn first_difference<'m>(wanted: &'m Map, item: &Value) -> Option<&'m Arc<str>> {
    let differs = |(key, value): &(&Arc<str>, &Value)| !item.get(key).is_some_and(|found| same(found, value));
    wanted.iter().find(differs).map(|(key, _)| key)
}

impl EachItem for Filter {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let reason = match (self.condition.fault(item), self.invert) {
            (Ok(()), false) | (Err(_), true) => return host.emit("passed", Value::map([("data", item.clone())])),
            (Err(reason), false) => reason,
            (Ok(()), true) => "the condition is met, and `invert` is on".into(),
        };
        let reason = self.include_reason.then(|| ("reason", Value::from(reason)));
        host.emit("rejected", Value::map([("data", item.clone())].into_iter().chain(reason)))
    }
}
