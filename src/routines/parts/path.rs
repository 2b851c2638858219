//! Paths into an item: `customer.orders[0].price`, `orders[*].price`, `$['key with dots']`.

use std::sync::Arc;

use crate::flow::value::Value;

/// A path. Without segments it is the item itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    segments: Vec<Segment>,
    text: Arc<str>,
}

#[derive(Clone, Debug, PartialEq)]
enum Segment {
    Key(Arc<str>),
    /// Counted from the end if it is negative.
    Index(i64),
    Every,
}

impl Path {
    /// Reads a path. A `$` in front, as JSONPath has it, stands for the item.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(key: &str, text: &str) -> Result<Self, String> {
        let wrong = || format!("`{key}`: `{text}` is no path; write it as `name`, `a.b`, `list[0]` or `list[*].x`");
        let mut segments = Vec::new();
        let mut rest = text.strip_prefix('$').unwrap_or(text);
        while !rest.is_empty() {
            rest = match rest.strip_prefix('[') {
                Some(inside) => {
                    let (inner, after) = inside.split_once(']').ok_or_else(wrong)?;
                    segments.push(in_brackets(inner).ok_or_else(wrong)?);
                    after
                }
                None => {
                    let name = rest.strip_prefix('.').unwrap_or(rest);
                    let end = name.find(['.', '[']).unwrap_or(name.len());
                    match &name[..end] {
                        "" => return Err(wrong()),
                        "*" => segments.push(Segment::Every),
                        key => segments.push(Segment::Key(key.into())),
                    }
                    &name[end..]
                }
            };
        }
        Ok(Self { segments, text: text.into() })
    }

    /// The value there. A path with `*` gives the one value that it finds, or a list of several.
    pub fn find(&self, item: &Value) -> Option<Value> {
        let mut found = vec![item];
        for segment in &self.segments {
            let mut next = Vec::new();
            found.iter().for_each(|value| step(value, segment, &mut next));
            found = next;
        }
        match found.as_slice() {
            [] => None,
            [value] => Some((*value).clone()),
            values => Some(Value::list(values.iter().map(|value| (*value).clone()))),
        }
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn in_brackets(inner: &str) -> Option<Segment> {
    let quoted = |quote: char| inner.strip_prefix(quote)?.strip_suffix(quote);
    if inner == "*" {
        return Some(Segment::Every);
    }
    match quoted('\'').or_else(|| quoted('"')) {
        Some(key) => Some(Segment::Key(key.into())),
        None => inner.parse().ok().map(Segment::Index),
    }
}

fn step<'v>(value: &'v Value, segment: &Segment, found: &mut Vec<&'v Value>) {
    match (segment, value) {
        (Segment::Key(key), Value::Map(map)) => found.extend(map.get(key)),
        (Segment::Index(index), Value::List(items)) => {
            let from_start = if *index < 0 { index.checked_add(items.len() as i64) } else { Some(*index) };
            found.extend(from_start.and_then(|index| items.get(usize::try_from(index).ok()?)));
        }
        (Segment::Every, Value::List(items)) => found.extend(items.iter()),
        (Segment::Every, Value::Map(map)) => found.extend(map.values()),
        _ => {}
    }
}
