//! `Sink`: the end of the line. It keeps count of what arrives and sends it out as the job's output.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::flow::catalogue::{Class, ConfigField, Ports};
use crate::flow::model::Slot;
use crate::flow::value::{Map, Value};

use super::{BuiltIn, immediate, no_own_policy};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Sink",
        category: "Ends",
        about: "Collects what arrives: every item becomes an output of the job",
        config: &[ConfigField {
            name: "output_type",
            kind: "text",
            default: "\"item\"",
            about: "the type of the outputs",
        }],
        ports: |_| Ports { slots: vec![Slot::new("input")], events: Vec::new() },
        policy: immediate,
        example: "{}",
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Sink: collect what arrives"
description: A sink makes an output of every item. The job's outputs are what a flow is for.
routines:
  orders: { class: Sink, config: { output_type: order } }
inputs:
  - { to: orders.input, data: { item: tulips, pieces: 20 } }
  - { to: orders.input, data: { item: roses, pieces: 12 }, at: 1 }
"#,
};

struct Sink {
    output_type: String,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let output_type = config.get("output_type").map_or(Some("item"), Value::as_str);
    match output_type {
        Some(output_type) => Ok(Rc::new(Sink { output_type: output_type.into() })),
        None => Err("`output_type` must be a text".into()),
    }
}

impl Behaviour for Sink {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        for item in input.items() {
            let count = host.state("count").and_then(|count| count.as_int()).unwrap_or(0);
            host.set_state("count", Value::Int(count + 1));
            host.send_output(&self.output_type, item.clone());
        }
        Ok(Progress::Done)
    }
}
