//! `FilterExpression`: lets items pass for which a Python expression is true. They pass as they came.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::formula::Formula;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "FilterExpression",
        category: "Flow",
        about: "Lets items pass for which a Python expression is true",
        config: &[field(
            "expression",
            "a Python expression",
            "\"True\"",
            "sees the item as `data`: `data.value` or `data[\"value\"]`; if it raises, that is the routine's error",
        )],
        ports: |_| ports(&["input"], &[("passed", &[]), ("rejected", &[])]),
        policy: immediate,
        example: r#"{"expression": "data.value > 10"}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "FilterExpression: hot or not"
description: A Python expression over the item decides. The items themselves stay as they are.
routines:
  hot: { class: FilterExpression, config: { expression: "data.celsius > config.limit", limit: 30 } }
  alarm: { class: Sink, config: { output_type: alarm } }
  fine: { class: Sink, config: { output_type: fine } }
connections:
  - { from: hot.passed, to: alarm.input }
  - { from: hot.rejected, to: fine.input }
inputs:
  - { to: hot.input, data: { celsius: 35 } }
  - { to: hot.input, data: { celsius: 20 } }
"#,
};

struct FilterExpression {
    condition: Formula,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let source = Config(config).text("expression")?.unwrap_or("True");
    Ok(each(FilterExpression { condition: Formula::condition("expression", source, config)? }))
}

impl EachItem for FilterExpression {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let passes = self.condition.is_true(host, item, &[])?;
        host.emit(if passes { "passed" } else { "rejected" }, item.clone())
    }
}
