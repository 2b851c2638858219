//! Changes of an input that is JSON or YAML as a tree, so that it stays well formed.

use flow_playground::flow::document::{parse_value, value_to_yaml};
use flow_playground::flow::json::value_to_json;
use flow_playground::flow::value::{Map, Value};

use super::random::Random;

/// A changed copy of an input that is JSON; nothing if it is none.
pub fn mutated(random: &mut Random, input: &[u8], others: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut value = read(input)?;
    for _ in 0..1 + random.below(4) {
        let donor = read(random.pick(others)).unwrap_or_default();
        let mut position = random.below(size(&value));
        value = changed(random, &value, &mut position, &donor);
    }
    let text = if random.one_in(3) { value_to_yaml(&value) } else { value_to_json(&value) };
    Some(text.into_bytes())
}

fn read(input: &[u8]) -> Option<Value> {
    parse_value(std::str::from_utf8(input).ok()?).ok()
}

/// How many values a value is made of.
fn size(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// The value with the part at this position, counted in depth, replaced.
fn changed(random: &mut Random, value: &Value, left: &mut usize, donor: &Value) -> Value {
    if *left == 0 {
        *left = usize::MAX;
        return replacement(random, value, donor);
    }
    *left -= 1;
    match value {
        Value::List(items) => Value::list(items.iter().map(|item| changed(random, item, left, donor))),
        Value::Map(map) => Value::map(map.iter().map(|(key, item)| (key.clone(), changed(random, item, left, donor)))),
        other => other.clone(),
    }
}

fn replacement(random: &mut Random, value: &Value, donor: &Value) -> Value {
    let mut position = random.below(size(donor));
    let graft = part(donor, &mut position).cloned().unwrap_or_default();
    match random.below(10) {
        0 => Value::Null,
        1 => Value::Int(*random.pick(&[0, 1, -1, 2, 64, 1000, i64::MAX, i64::MIN, 1 << 32])),
        2 => Value::Float(*random.pick(&[0.0, -0.5, 1e308, 5e-324, 0.8, 1e18])),
        3 => Value::from(*random.pick(&[
            "",
            ".",
            "a.b",
            "input",
            "output",
            "Python",
            "\u{1F600}",
            "x\n",
            "- a: b",
            "stop",
        ])),
        4 => Value::list([value.clone(), graft]),
        5 => without_or_with(random, value, graft),
        6 => Value::map([(*random.pick(&["type", "class", "", "from", "config"]), value.clone())]),
        _ => graft,
    }
}

/// A list or map with one part fewer, or one more.
fn without_or_with(random: &mut Random, value: &Value, graft: Value) -> Value {
    match value {
        Value::List(items) if !items.is_empty() && random.one_in(2) => {
            let gone = random.below(items.len());
            Value::list(items.iter().enumerate().filter(|(index, _)| *index != gone).map(|(_, item)| item.clone()))
        }
        Value::List(items) => Value::list(items.iter().cloned().chain([graft])),
        Value::Map(map) if !map.is_empty() && random.one_in(2) => {
            let gone = random.below(map.len());
            let rest = map.iter().enumerate().filter(|(index, _)| *index != gone);
            Value::map(rest.map(|(_, (key, item))| (key.clone(), item.clone())))
        }
        Value::Map(map) => {
            let mut more: Map = (**map).clone();
            more.insert(format!("key{}", random.below(5)).into(), graft);
            Value::Map(more.into())
        }
        other => Value::list(vec![other.clone(); random.below(50)]),
    }
}

/// The part at this position, counted in depth.
fn part<'v>(value: &'v Value, left: &mut usize) -> Option<&'v Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::List(items) => items.iter().find_map(|item| part(item, left)),
        Value::Map(map) => map.values().find_map(|item| part(item, left)),
        _ => None,
    }
}
