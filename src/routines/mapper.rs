//! `Mapper`: makes a new map of every item, key by key.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::{Config, wrong};
use super::parts::each::{EachItem, each};
use super::parts::formula::Formula;
use super::parts::path::Path;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Mapper",
        category: "Data",
        about: "Makes a new map of every item: each key gets what its path finds",
        config: &[
            field(
                "mappings",
                "a map from new keys to paths, or to {path, transform, default}",
                "{}",
                "`transform` is Python over `value` and `data`; a path is like `a.b`, `list[0].x` or `$.list[*].x`",
            ),
            field("jsonpath_enabled", "true or false", "true", "whether `$.` in front of a path stands for the item"),
            field("drop_missing", "true or false", "true", "whether keys whose path finds nothing are left out"),
            field("default_value", "any value", "null", "what they get otherwise"),
            field("keep_unmapped", "true or false", "false", "whether the item's other keys are copied"),
        ],
        ports: |_| {
            let error: &[&str] = &["error", "original_data"];
            ports(&["input"], &[("output", &["mapped_data", "fields_mapped"]), ("error", error)])
        },
        policy: immediate,
        example: r#"{"mappings": {"name": "customer.name", "total": "price"}}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Mapper: an order in another shape"
description: |
  Each new key has a path into the item, or a path with a transform and a default. A transform that raises tells so
  by `error`, and its key gets the default.
routines:
  shape:
    class: Mapper
    config:
      mappings:
        name: customer.name
        first: lines[0].item
        total: { path: "lines[*].price", transform: "sum(value)" }
        city: { path: customer.city, default: unknown }
  show: { class: Sink, config: { output_type: order } }
  faults: { class: Sink, config: { output_type: fault } }
connections:
  - { from: shape.output, to: show.input }
  - { from: shape.error, to: faults.input }
inputs:
  - { to: shape.input, data: { customer: { name: Ada }, lines: [{ item: tulips, price: 20 }, { item: roses, price: 15 }] } }
  - { to: shape.input, data: { customer: { name: Bob, city: Ulm }, lines: [{ item: fern, price: 8 }, { item: moss, price: free }] } }
"#,
};

struct Mapper {
    rules: Vec<Rule>,
    drop_missing: bool,
    default: Value,
    keep_unmapped: bool,
}

struct Rule {
    target: Arc<str>,
    /// The whole item without a path.
    path: Option<Path>,
    transform: Option<Formula>,
    default: Option<Value>,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let jsonpath = read.flag("jsonpath_enabled", true)?;
    let rules = read.map("mappings")?.into_iter().flatten();
    Ok(each(Mapper {
        rules: rules.map(|(target, rule)| parse(target, rule, jsonpath, config)).collect::<Result<_, _>>()?,
        drop_missing: read.flag("drop_missing", true)?,
        default: config.get("default_value").cloned().unwrap_or_default(),
        keep_unmapped: read.flag("keep_unmapped", false)?,
    }))
}

fn parse(target: &Arc<str>, rule: &Value, jsonpath: bool, config: &Map) -> Result<Rule, String> {
    let key = format!("mappings.{target}");
    let (path, transform, default) = match rule {
        Value::Str(path) => (Some(&**path), None, None),
        Value::Map(map) => (Config(map).text("path")?, Config(map).text("transform")?, map.get("default").cloned()),
        other => return Err(wrong(&key, "a path, or a map with `path`, `transform` and `default`", other)),
    };
    let path = path.filter(|path| !path.is_empty()).map(|path| match path.strip_prefix("$.") {
        Some(rest) if !jsonpath => Path::parse(&key, rest),
        _ => Path::parse(&key, path),
    });
    let transform = transform.map(|source| Formula::value(&format!("{key}.transform"), source, config));
    Ok(Rule { target: target.clone(), path: path.transpose()?, transform: transform.transpose()?, default })
}

impl Rule {
    /// What the key gets; nothing if the path finds nothing or the transform raises, which is told.
    fn value(&self, host: &mut dyn Host, item: &Value, faults: &mut Vec<String>) -> Result<Option<Value>, Failure> {
        let found = match &self.path {
            Some(path) => path.find(item),
            None => Some(item.clone()),
        };
        let value = match (found, &self.transform) {
            (Some(found), Some(transform)) => match transform.evaluate(host, item, &[("value", found)]) {
                Ok(value) => Some(value),
                Err(failure) if failure.timed_out => return Err(failure),
                Err(failure) => {
                    faults.push(format!("mappings.{}: {}: {}", self.target, failure.error_type, failure.message));
                    None
                }
            },
            (found, _) => found,
        };
        Ok(value.or_else(|| self.default.clone()))
    }
}

impl EachItem for Mapper {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let item = if item.as_map().is_some() { item.clone() } else { Value::map([("value", item.clone())]) };
        let (mut mapped, mut fields, mut faults) = (Map::default(), Vec::new(), Vec::new());
        for rule in &self.rules {
            let value = rule.value(host, &item, &mut faults)?;
            if value.is_some() {
                fields.push(Value::Str(rule.target.clone()));
            }
            if let Some(value) = value.or_else(|| (!self.drop_missing).then(|| self.default.clone())) {
                mapped.insert(rule.target.clone(), value);
            }
        }
        for (key, value) in item.as_map().into_iter().flatten().filter(|_| self.keep_unmapped) {
            if !self.rules.iter().any(|rule| rule.target == *key) {
                mapped.insert(key.clone(), value.clone());
            }
        }
        let data = [("mapped_data", Value::Map(mapped.into())), ("fields_mapped", Value::list(fields))];
        host.emit("output", Value::map(data))?;
        for fault in faults {
            host.emit("error", Value::map([("error", Value::from(fault)), ("original_data", item.clone())]))?;
        }
        Ok(())
    }
}
