//! Large values cut short for a picture of the whole: `children` has all of them, page by page.

use std::sync::Arc;

use crate::flow::value::{Map, Value};

/// About how many bytes of JSON of one value a report holds.
pub const MOST_BYTES: usize = 16 * 1024;

/// How what is missing begins: the last item of a list, the last key of a map, the end of a text.
pub const CUT: &str = "…";

/// A value that is small enough to send; the same if it was.
pub fn cut(value: &Value) -> Value {
    // Nearly all values are small, and looking costs much less than copying.
    if is_small(value, &mut { MOST_BYTES }) { value.clone() } else { shorten(value, &mut { MOST_BYTES }) }
}

/// Whether nothing of a value would be cut.
fn is_small(value: &Value, left: &mut usize) -> bool {
    let own = match value {
        Value::Str(text) => text.len(),
        _ => 0,
    };
    *left = left.saturating_sub(8 + own);
    *left > 0
        && match value {
            Value::List(items) => items.iter().all(|item| is_small(item, left)),
            Value::Map(map) => map.iter().all(|(key, item)| {
                *left = left.saturating_sub(key.len());
                is_small(item, left)
            }),
            _ => true,
        }
}

/// Whether something of a value was cut. A value that only looks so counts too: it is no harm to ask for it.
pub fn is_cut(value: &Value) -> bool {
    match value {
        Value::Str(text) => text.contains(CUT) && text.ends_with(" bytes more)"),
        Value::List(items) => {
            let is_mark = |item: &Value| item.as_str().is_some_and(|text| text.starts_with(CUT));
            items.last().is_some_and(is_mark) || items.iter().any(is_cut)
        }
        Value::Map(map) => map.last().is_some_and(|(key, _)| &**key == CUT) || map.values().any(is_cut),
        _ => false,
    }
}

fn shorten(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(8);
    match value {
        Value::Str(text) if text.len() > *left => {
            let end = text.floor_char_boundary((*left).max(64).min(text.len()));
            *left = 0;
            let missing = text.len() - end;
            if missing == 0 {
                value.clone()
            } else {
                Value::from(format!("{}{CUT} ({missing} bytes more)", &text[..end]))
            }
        }
        Value::Str(text) => {
            *left -= text.len();
            value.clone()
        }
        Value::List(items) => {
            let mut kept = Vec::new();
            for item in items.iter() {
                if *left == 0 {
                    break;
                }
                kept.push(shorten(item, left));
            }
            if kept.len() < items.len() {
                kept.push(Value::from(format!("{CUT} {} more", items.len() - kept.len())));
            }
            Value::list(kept)
        }
        Value::Map(map) => {
            let mut kept = Map::default();
            for (key, item) in map.iter() {
                if *left == 0 {
                    break;
                }
                *left = left.saturating_sub(key.len());
                kept.insert(key.clone(), shorten(item, left));
            }
            if kept.len() < map.len() {
                kept.insert(CUT.into(), Value::from(format!("{} more", map.len() - kept.len())));
            }
            Value::Map(Arc::new(kept))
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::json::value_to_json;

    #[test]
    fn small_values_stay_and_large_ones_are_cut() {
        let small = Value::map([("a", Value::list([Value::Int(1), Value::from("x")]))]);
        assert_eq!(cut(&small), small);
        assert!(!is_cut(&small));
        let list = Value::list((0..100_000).map(Value::Int));
        let map = Value::map((0..10_000).map(|n| (format!("key{n}"), Value::from("x".repeat(100)))));
        for large in [Value::from("ä".repeat(1_000_000)), Value::list([list.clone(), map.clone()]), list, map] {
            let text = value_to_json(&cut(&large));
            assert!(is_cut(&cut(&large)));
            assert!(text.len() < 4 * MOST_BYTES && text.contains(CUT), "{}", text.len());
        }
    }
}
