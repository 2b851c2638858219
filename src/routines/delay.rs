//! `Delay`: passes every item on after a time.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress, Suspended};
use crate::engine::program::us_from_seconds;
use crate::flow::catalogue::{Class, ConfigField, number};
use crate::flow::value::{Map, Value};

use super::{BuiltIn, immediate, input_and_output, no_own_policy};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Delay",
        category: "Time",
        about: "Passes every item on after some virtual seconds",
        config: &[ConfigField {
            name: "seconds",
            kind: "a number, at least 0",
            default: "1",
            about: "how long an item waits, in virtual seconds",
        }],
        ports: input_and_output,
        policy: immediate,
        example: r#"{"seconds": 1}"#,
    },
    behaviour: make,
    policy: no_own_policy,
};

struct Delay {
    wait_us: u64,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let seconds = number(config, "seconds", 1.0);
    if !(seconds.is_finite() && seconds >= 0.0) {
        return Err("`seconds` must be a number of at least 0".into());
    }
    Ok(Rc::new(Delay { wait_us: us_from_seconds(seconds) }))
}

impl Behaviour for Delay {
    fn start(&self, _: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        let items = Value::list(input.items().iter().cloned());
        let rest = serde_json::to_vec(&items).map_err(|err| Failure::new("ValueError", err.to_string()))?;
        Ok(Progress::Sleeping { us: self.wait_us, rest: Suspended(rest.into()) })
    }

    fn resume(&self, host: &mut dyn Host, rest: &Suspended) -> Result<Progress, Failure> {
        let items: Value =
            serde_json::from_slice(&rest.0).map_err(|err| Failure::new("ValueError", err.to_string()))?;
        for item in items.as_list().unwrap_or_default() {
            host.emit("output", item.clone())?;
        }
        Ok(Progress::Done)
    }
}
