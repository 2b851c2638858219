//! `Map`: replaces every item by the value of a Python expression.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::formula::Formula;
use super::{BuiltIn, field, immediate, input_and_output, no_own_policy};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Map",
        category: "Data",
        about: "Replaces every item by the value of a Python expression",
        config: &[field(
            "expression",
            "a Python expression",
            "\"data\"",
            "sees the item as `data`: `data.value` or `data[\"value\"]`; if it raises, that is the routine's error",
        )],
        ports: input_and_output,
        policy: immediate,
        example: r#"{"expression": "{'value': data.value * 2}"}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Map: Celsius to Fahrenheit"
description: A Python expression makes a new item of every item.
routines:
  convert: { class: Map, config: { expression: "{'place': data.place, 'fahrenheit': data.celsius * 9 / 5 + 32}" } }
  show: { class: Sink, config: { output_type: temperature } }
connections:
  - { from: convert.output, to: show.input }
inputs:
  - { to: convert.input, data: { place: roof, celsius: 35 } }
  - { to: convert.input, data: { place: cellar, celsius: -10 } }
"#,
};

struct MapItems {
    expression: Formula,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let source = Config(config).text("expression")?.unwrap_or("data");
    Ok(each(MapItems { expression: Formula::value("expression", source, config)? }))
}

impl EachItem for MapItems {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let value = self.expression.evaluate(host, item, &[])?;
        host.emit("output", value)
    }
}
