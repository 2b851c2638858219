//! `Merge`: brings several connections together. Every item goes on as it came, in the order of arrival.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::flow::catalogue::Class;

use super::{BuiltIn, immediate, input_and_output, no_own_policy};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Merge",
        category: "Flow",
        about: "Passes every item of its input on to its output, in the order of arrival",
        config: &[],
        ports: input_and_output,
        policy: immediate,
        example: "{}",
    },
    behaviour: |_| Ok(Rc::new(Merge)),
    policy: no_own_policy,
    sample: r#"
name: "Merge: two shops, one till"
description: Everything that arrives goes on as it came, in the order in which it came.
routines:
  till: { class: Merge }
  show: { class: Sink, config: { output_type: sale } }
connections:
  - { from: till.output, to: show.input }
inputs:
  - { to: till.input, data: { shop: north, euro: 5 }, repeat: 2, every: 2 }
  - { to: till.input, data: { shop: south, euro: 7 }, at: 1 }
"#,
};

struct Merge;

impl Behaviour for Merge {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        for item in input.items() {
            host.emit("output", item.clone())?;
        }
        Ok(Progress::Done)
    }
}
