//! `Merge`: brings several connections together. Every item goes on as it came, in the order of arrival.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress, Suspended};
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
};

struct Merge;

impl Behaviour for Merge {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        for item in input.items() {
            host.emit("output", item.clone())?;
        }
        Ok(Progress::Done)
    }

    fn resume(&self, _: &mut dyn Host, _: &Suspended) -> Result<Progress, Failure> {
        Ok(Progress::Done)
    }
}
