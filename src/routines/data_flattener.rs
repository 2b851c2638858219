//! `DataFlattener`: makes one flat map of nested ones.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "DataFlattener",
        category: "Data",
        about: "Makes one flat map of nested maps: {a: {b: 1}} becomes {a.b: 1}",
        config: &[
            field("separator", "a text", "\".\"", "what is put between the keys"),
            field("preserve_lists", "true or false", "true", "whether lists stay; else their indexes become keys"),
            field("max_depth", "an integer from 1 to 100", "100", "what is deeper stays as it is"),
        ],
        ports: |_| ports(&["input"], &[("output", &["flattened_data", "original_type", "depth"])]),
        policy: immediate,
        example: r#"{"separator": "."}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "DataFlattener: no maps inside maps"
description: Nested keys become one key with dots. With `preserve_lists` off, lists are taken apart too.
routines:
  flatten: { class: DataFlattener, config: { preserve_lists: false } }
  show: { class: Sink, config: { output_type: flat } }
connections:
  - { from: flatten.output, to: show.input }
inputs:
  - { to: flatten.input, data: { user: { name: Ada, tags: [a, b] }, active: true } }
"#,
};

struct DataFlattener {
    separator: String,
    preserve_lists: bool,
    max_depth: usize,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    Ok(each(DataFlattener {
        separator: read.text("separator")?.unwrap_or(".").into(),
        preserve_lists: read.flag("preserve_lists", true)?,
        max_depth: read.count("max_depth", 100, 1, 100)?,
    }))
}

/// The flat map while it grows.
struct Flat {
    map: Map,
    deepest: usize,
}

impl DataFlattener {
    fn flatten(&self, value: &Value, path: &str, depth: usize, flat: &mut Flat) {
        flat.deepest = flat.deepest.max(depth);
        let at = |key: &str| if depth == 0 { key.to_owned() } else { format!("{path}{}{key}", self.separator) };
        match value {
            Value::Map(map) if depth < self.max_depth && !map.is_empty() => {
                map.iter().for_each(|(key, part)| self.flatten(part, &at(key), depth + 1, flat));
            }
            Value::List(items) if depth < self.max_depth && !items.is_empty() && !self.preserve_lists => {
                for (index, part) in items.iter().enumerate() {
                    self.flatten(part, &at(&index.to_string()), depth + 1, flat);
                }
            }
            // A scalar, a list that stays or something empty has no keys of its own.
            _ if depth == 0 && !matches!(value, Value::Map(_)) => {
                flat.map.insert("value".into(), value.clone());
            }
            _ if depth == 0 => {}
            _ => {
                flat.map.insert(path.into(), value.clone());
            }
        }
    }
}

impl EachItem for DataFlattener {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let mut flat = Flat { map: Map::default(), deepest: 0 };
        self.flatten(item, "", 0, &mut flat);
        let original_type = match item {
            Value::Null => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) | Value::BigInt(_) => "int",
            Value::Float(_) => "float",
            Value::Str(_) => "str",
            Value::List(_) => "list",
            Value::Map(_) => "dict",
        };
        host.emit(
            "output",
            Value::map([
                ("flattened_data", Value::Map(flat.map.into())),
                ("original_type", Value::from(original_type)),
                ("depth", Value::from(flat.deepest as u64)),
            ]),
        )
    }
}
