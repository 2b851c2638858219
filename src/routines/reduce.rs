//! `Reduce`: makes one value of many items, apart for each key, over all items or over windows.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::engine::policy::{Decision, PolicyCheck, PolicyView, Take, reason};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::formula::Formula;
use super::parts::number::{add, compare, finite, float};
use super::parts::path::Path;
use super::parts::template::plain;
use super::{BuiltIn, field, immediate, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Reduce",
        category: "Flow",
        about: "Makes one value of many items: a sum, a mean, a list, by key and window",
        config: &[
            field(
                "operation",
                "`sum`, `count`, `min`, `max`, `mean`, `first`, `last` or `list`",
                "\"sum\"",
                "what becomes of the values",
            ),
            field("field", "a path", "null", "where an item's value is; null: the item"),
            field("key", "a path", "null", "items with different keys are reduced apart; null: all together"),
            field(
                "window",
                "an integer, at least 0",
                "0",
                "emits after so many items of a key and starts anew; 0: at every item, over all so far",
            ),
            field(
                "window_seconds",
                "a number, at least 0",
                "0",
                "emits every key when the window's first item has waited so long, in virtual seconds; 0: never",
            ),
            field(
                "expression",
                "a Python expression",
                "null",
                "used instead of `operation`: the new total, of `total`, `value` and `data`",
            ),
            field("initial", "any value", "null", "the first `total`; null: the first value"),
        ],
        ports: |_| ports(&["input"], &[("output", &["key", "value", "count"])]),
        policy: immediate,
        example: r#"{"operation": "sum", "field": "value"}"#,
    },
    behaviour: |config| Ok(Rc::new(read(config)?)),
    policy: |config| Some(Rc::new(Window { us: window_us(config).ok()?? })),
    sample: r#"
name: "Reduce: turnover by shop"
description: Adds up the values of each shop, and tells the sum after every two sales of a shop.
routines:
  turnover: { class: Reduce, config: { operation: sum, field: euro, key: shop, window: 2 } }
  show: { class: Sink, config: { output_type: turnover } }
connections:
  - { from: turnover.output, to: show.input }
inputs:
  - { to: turnover.input, data: { shop: north, euro: 5 } }
  - { to: turnover.input, data: { shop: south, euro: 7 } }
  - { to: turnover.input, data: { shop: north, euro: 2.5 } }
  - { to: turnover.input, data: { shop: south, euro: 1 } }
"#,
};

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Sum,
    Count,
    Min,
    Max,
    Mean,
    First,
    Last,
    List,
}

const OPERATIONS: &[(&str, Operation)] = &[
    ("sum", Operation::Sum),
    ("count", Operation::Count),
    ("min", Operation::Min),
    ("max", Operation::Max),
    ("mean", Operation::Mean),
    ("first", Operation::First),
    ("last", Operation::Last),
    ("list", Operation::List),
];

struct Reduce {
    operation: Operation,
    field: Option<Path>,
    key: Option<Path>,
    window: i64,
    by_time: bool,
    expression: Option<Formula>,
    initial: Option<Value>,
}

fn window_us(config: &Map) -> Result<Option<u64>, String> {
    Config(config).us_or_none("window_seconds", 0.0)
}

fn read(config: &Map) -> Result<Reduce, String> {
    let read = Config(config);
    let path = |key: &str| read.text(key)?.map(|path| Path::parse(key, path)).transpose();
    let expression = read.text("expression")?.map(|source| Formula::value("expression", source, config));
    let reduce = Reduce {
        operation: read.choice("operation", OPERATIONS)?,
        field: path("field")?,
        key: path("key")?,
        window: read.count("window", 0, 0, u64::from(u32::MAX))? as i64,
        by_time: window_us(config)?.is_some(),
        expression: expression.transpose()?,
        initial: read.given("initial").cloned(),
    };
    if reduce.by_time && reduce.window > 0 {
        return Err("`window` and `window_seconds` exclude each other: set one of them to 0".into());
    }
    Ok(reduce)
}

/// What has come of the items of one key.
struct Group {
    key: Value,
    total: Option<Value>,
    count: i64,
}

impl Group {
    fn to_value(&self) -> Value {
        let total = self.total.iter().map(|total| ("total", total.clone()));
        Value::map([("count", Value::Int(self.count))].into_iter().chain(total))
    }
}

impl Reduce {
    fn group(&self, key: Value, saved: Option<&Value>) -> Group {
        let count = saved.and_then(|saved| saved.get("count")?.as_int());
        let total = if count.is_some() { saved.and_then(|saved| saved.get("total")) } else { self.initial.as_ref() };
        Group { key, total: total.cloned(), count: count.unwrap_or(0) }
    }

    fn add_item(&self, host: &mut dyn Host, group: &mut Group, item: &Value) -> Result<(), Failure> {
        let value = match &self.field {
            Some(path) => path
                .find(item)
                .ok_or_else(|| Failure::new("KeyError", format!("the item has nothing at '{}'", path.text())))?,
            None => item.clone(),
        };
        group.count += 1;
        let total = group.total.take();
        group.total = Some(match (&self.expression, total) {
            (Some(_), None) => value,
            (Some(formula), Some(total)) => formula.evaluate(host, item, &[("total", total), ("value", value)])?,
            (None, total) => combine(self.operation, total, value)?,
        });
        Ok(())
    }

    fn emit(&self, host: &mut dyn Host, group: &Group) -> Result<(), Failure> {
        let total = group.total.clone().unwrap_or_default();
        let value = match self.operation {
            Operation::Mean if self.expression.is_none() => finite(float(&total)? / group.count as f64)?,
            _ => total,
        };
        let data = [("key", group.key.clone()), ("value", value), ("count", Value::Int(group.count))];
        host.emit("output", Value::map(data))
    }

    fn key_of(&self, item: &Value) -> (String, Value) {
        let key = self.key.as_ref().and_then(|path| path.find(item)).unwrap_or_default();
        (if self.key.is_some() { format!("total {}", plain(&key)) } else { "total".into() }, key)
    }

    /// One item, with what was before in the routine's state.
    fn one_by_one(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let (name, key) = self.key_of(item);
        let mut group = self.group(key, host.state(&name).as_ref());
        self.add_item(host, &mut group, item)?;
        let is_full = self.window > 0 && group.count >= self.window;
        host.set_state(&name, if is_full { Value::Null } else { group.to_value() });
        if is_full || self.window == 0 { self.emit(host, &group) } else { Ok(()) }
    }

    /// All items of a window at once: nothing has to be kept.
    fn together(&self, host: &mut dyn Host, items: &[Value]) -> Result<(), Failure> {
        let mut groups = indexmap::IndexMap::<String, Group>::new();
        for item in items {
            let (name, key) = self.key_of(item);
            let group = groups.entry(name).or_insert_with(|| self.group(key, None));
            self.add_item(host, group, item)?;
        }
        groups.values().try_for_each(|group| self.emit(host, group))
    }
}

fn combine(operation: Operation, total: Option<Value>, value: Value) -> Result<Value, Failure> {
    let better = |wanted: Ordering, total: Value, value: Value| match compare(&value, &total) {
        Some(order) => Ok(if order == wanted { value } else { total }),
        None => Err(Failure::new("TypeError", format!("{} and {} have no order", value.kind(), total.kind()))),
    };
    Ok(match (operation, total) {
        (Operation::Count, total) => add(&total.unwrap_or(Value::Int(0)), &Value::Int(1))?,
        (Operation::Sum | Operation::Mean, total) => add(&total.unwrap_or(Value::Int(0)), &value)?,
        (Operation::List, total) => match total {
            Some(Value::List(items)) => Value::list(items.iter().cloned().chain([value])),
            other => Value::list(other.into_iter().chain([value])),
        },
        (Operation::Last, _) | (_, None) => value,
        (Operation::First, Some(total)) => total,
        (Operation::Min, Some(total)) => better(Ordering::Less, total, value)?,
        (Operation::Max, Some(total)) => better(Ordering::Greater, total, value)?,
    })
}

impl Behaviour for Reduce {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        if self.by_time {
            self.together(host, input.items())?;
        } else {
            input.items().iter().try_for_each(|item| self.one_by_one(host, item))?;
        }
        Ok(Progress::Done)
    }
}

/// The oldest item has waited for the length of the window.
struct Window {
    us: u64,
}

impl PolicyCheck for Window {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        let oldest = view.slots.iter().filter_map(|slot| slot.new_items().next()).map(|item| item.enqueued_us).min();
        Ok(match oldest.map(|oldest_us| oldest_us.saturating_add(self.us)) {
            None => Decision::Hold,
            Some(due_us) if view.now_us < due_us => Decision::HoldUntil(due_us),
            Some(_) => Decision::Run { take: Take::All, message: reason("window_over") },
        })
    }
}
