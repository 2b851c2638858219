//! `Splitter`: takes lists and maps apart and passes their elements on one by one.

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
        name: "Splitter",
        category: "Flow",
        about: "Takes lists and maps apart and emits their elements one by one",
        config: &[
            field("field", "a key", "null", "which part of an item is split; null: the item"),
            field("split_strings", "true or false", "false", "whether texts are split into characters"),
            field("dict_mode", "`values`, `keys`, `items` or `entries`", "\"values\"", "what of a map is emitted"),
            field("include_index", "true or false", "false", "whether elements carry their `index`, from 0"),
            field("include_count", "true or false", "false", "whether elements carry the `count` of all"),
        ],
        ports: |_| {
            let item: &[&str] = &["item", "index", "count"];
            ports(&["input"], &[("item", item), ("empty", &[]), ("error", &["error", "data"])])
        },
        policy: immediate,
        example: r#"{"field": "items"}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Splitter: one item for every reading"
description: A list is taken apart; an empty one leaves by `empty`.
routines:
  split: { class: Splitter, config: { field: readings, include_index: true } }
  show: { class: Sink, config: { output_type: reading } }
  nothing: { class: Sink, config: { output_type: empty } }
connections:
  - { from: split.item, to: show.input }
  - { from: split.empty, to: nothing.input }
inputs:
  - { to: split.input, data: { readings: [3, 5] } }
  - { to: split.input, data: { readings: [] } }
"#,
};

#[derive(Clone, Copy)]
enum OfMap {
    Values,
    Keys,
    Pairs,
    Entries,
}

struct Splitter {
    field: Option<String>,
    split_strings: bool,
    of_map: OfMap,
    include_index: bool,
    include_count: bool,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let modes =
        [("values", OfMap::Values), ("keys", OfMap::Keys), ("items", OfMap::Pairs), ("entries", OfMap::Entries)];
    Ok(each(Splitter {
        field: read.text("field")?.map(str::to_owned),
        split_strings: read.flag("split_strings", false)?,
        of_map: read.choice("dict_mode", &modes)?,
        include_index: read.flag("include_index", false)?,
        include_count: read.flag("include_count", false)?,
    }))
}

impl Splitter {
    fn elements(&self, value: &Value) -> Vec<Value> {
        match value {
            Value::Null => Vec::new(),
            Value::List(items) => items.to_vec(),
            Value::Str(text) if self.split_strings => text.chars().map(|one| Value::from(one.to_string())).collect(),
            Value::Map(map) => map
                .iter()
                .map(|(key, value)| {
                    let key = Value::Str(key.clone());
                    match self.of_map {
                        OfMap::Values => value.clone(),
                        OfMap::Keys => key,
                        OfMap::Pairs => Value::list([key, value.clone()]),
                        OfMap::Entries => Value::map([("key", key), ("value", value.clone())]),
                    }
                })
                .collect(),
            scalar => vec![scalar.clone()],
        }
    }
}

impl EachItem for Splitter {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let whole = match (&self.field, item) {
            (Some(field), Value::Map(map)) => match map.get(&**field) {
                Some(part) => part,
                None => {
                    let error = Value::from(format!("the item has no key '{field}'"));
                    return host.emit("error", Value::map([("error", error), ("data", item.clone())]));
                }
            },
            _ => item,
        };
        let elements = self.elements(whole);
        if elements.is_empty() {
            return host.emit("empty", Value::Map(Map::default().into()));
        }
        let count = self.include_count.then(|| ("count", Value::from(elements.len() as u64)));
        for (index, element) in elements.into_iter().enumerate() {
            let index = self.include_index.then(|| ("index", Value::from(index as u64)));
            host.emit("item", Value::map([("item", element)].into_iter().chain(index).chain(count.clone())))?;
        }
        Ok(())
    }
}
