//! `Counter`: counts items, all together or by a key.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::path::Path;
use super::parts::template::plain;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Counter",
        category: "Flow",
        about: "Counts items, all together or by a key, and tells the count",
        config: &[
            field("key", "a path", "null", "what is counted apart, such as `customer.name`; null: all together"),
            field("every", "an integer, at least 1", "1", "emits only when the count is a multiple of this"),
        ],
        ports: |_| ports(&["input"], &[("output", &["count", "key", "data"])]),
        policy: immediate,
        example: r#"{"every": 1}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Counter: visits by page"
description: Counts apart for each page and tells every count.
routines:
  visits: { class: Counter, config: { key: page } }
  show: { class: Sink, config: { output_type: visits } }
connections:
  - { from: visits.output, to: show.input, transform: "{'page': data['key'], 'visits': data['count']}" }
inputs:
  - { to: visits.input, data: { page: home } }
  - { to: visits.input, data: { page: shop } }
  - { to: visits.input, data: { page: home } }
"#,
};

struct Counter {
    key: Option<Path>,
    every: i64,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    Ok(each(Counter {
        key: read.text("key")?.map(|path| Path::parse("key", path)).transpose()?,
        every: read.count("every", 1, 1, u64::from(u32::MAX))? as i64,
    }))
}

impl EachItem for Counter {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let key = self.key.as_ref().map(|path| path.find(item).unwrap_or_default());
        let name = key.as_ref().map_or_else(|| "count".into(), |key| format!("count {}", plain(key)));
        let count = host.state(&name).and_then(|count| count.as_int()).unwrap_or(0) + 1;
        host.set_state(&name, Value::Int(count));
        if count % self.every != 0 {
            return Ok(());
        }
        let data = [("count", Value::Int(count)), ("key", key.unwrap_or_default()), ("data", item.clone())];
        host.emit("output", Value::map(data))
    }
}
