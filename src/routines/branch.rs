//! `Branch`: if and else. Every item leaves by one of two events, as it came.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::formula::Formula;
use super::parts::number::{compare, same};
use super::parts::path::Path;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Branch",
        category: "Flow",
        about: "Sends every item to `then` if it meets a condition, else to `otherwise`",
        config: &[
            field("field", "a path, such as `a.b` or `list[0]`", "null", "what is looked at; null: the item"),
            field(
                "operator",
                "true, ==, !=, <, <=, >, >=, in, contains or exists",
                "\"true\"",
                "how it is compared with `value`; `true`: it is there and not empty, zero or false",
            ),
            field("value", "any value", "null", "what it is compared with"),
            field("condition", "a Python expression over `data`", "null", "asked instead, if given"),
        ],
        ports: |_| ports(&["input"], &[("then", &[]), ("otherwise", &[])]),
        policy: immediate,
        example: r#"{"field": "value", "operator": ">", "value": 10}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Branch: large orders go to a person"
description: Compares one part of the item, without any Python.
routines:
  large: { class: Branch, config: { field: order.total, operator: ">=", value: 100 } }
  person: { class: Sink, config: { output_type: person } }
  machine: { class: Sink, config: { output_type: machine } }
connections:
  - { from: large.then, to: person.input }
  - { from: large.otherwise, to: machine.input }
inputs:
  - { to: large.input, data: { order: { id: 1, total: 250 } } }
  - { to: large.input, data: { order: { id: 2, total: 99.5 } } }
"#,
};

#[derive(Clone, Copy)]
enum Operator {
    True,
    Equal,
    Different,
    Order(fn(Ordering) -> bool),
    In,
    Contains,
    Exists,
}

const OPERATORS: &[(&str, Operator)] = &[
    ("true", Operator::True),
    ("==", Operator::Equal),
    ("!=", Operator::Different),
    ("<", Operator::Order(Ordering::is_lt)),
    ("<=", Operator::Order(Ordering::is_le)),
    (">", Operator::Order(Ordering::is_gt)),
    (">=", Operator::Order(Ordering::is_ge)),
    ("in", Operator::In),
    ("contains", Operator::Contains),
    ("exists", Operator::Exists),
];

enum Branch {
    Asks(Formula),
    Compares { path: Path, operator: Operator, value: Value },
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    Ok(each(match read.text("condition")? {
        Some(source) => Branch::Asks(Formula::condition("condition", source, config)?),
        None => Branch::Compares {
            path: Path::parse("field", read.text("field")?.unwrap_or(""))?,
            operator: read.choice("operator", OPERATORS)?,
            value: config.get("value").cloned().unwrap_or_default(),
        },
    }))
}

/// What is not there is different from everything, and nothing else is true of it.
fn holds(found: Option<&Value>, operator: Operator, value: &Value) -> bool {
    let Some(found) = found else { return matches!(operator, Operator::Different) };
    match operator {
        Operator::True => found.is_truthy(),
        Operator::Equal => same(found, value),
        Operator::Different => !same(found, value),
        Operator::Order(fits) => compare(found, value).is_some_and(fits),
        Operator::In => contains(value, found),
        Operator::Contains => contains(found, value),
        Operator::Exists => true,
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::List(items), part) => items.iter().any(|item| same(item, part)),
        (Value::Str(text), Value::Str(part)) => text.contains(&**part),
        (Value::Map(map), Value::Str(key)) => map.contains_key(key),
        _ => false,
    }
}

impl EachItem for Branch {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let met = match self {
            Branch::Asks(condition) => condition.is_true(host, item, &[])?,
            Branch::Compares { path, operator, value } => holds(path.find(item).as_ref(), *operator, value),
        };
        host.emit(if met { "then" } else { "otherwise" }, item.clone())
    }
}
