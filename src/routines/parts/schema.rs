//! What an item has to look like: the part of JSON Schema that needs no regular expressions and no references.
//!
//! Keywords: `type` (`object`, `array`, `string`, `integer`, `number`, `boolean`, `null`, or a list of them), `enum`,
//! `const`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`, `minItems`,
//! `maxItems`, `items`, `properties`, `required`, `additionalProperties` (true or false), `anyOf`.
//! `$schema`, `$id`, `$comment`, `title`, `description`, `default` and `examples` say nothing. Any other is refused.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::flow::document;
use crate::flow::json::value_to_json;
use crate::flow::value::{Map, Value};

use super::number::{compare, same};
use super::template::plain;

/// How deep schemas may be inside each other.
const MAX_DEPTH: usize = 64;

/// A schema that has been read.
#[derive(Debug, Default)]
pub struct Schema {
    types: Vec<Type>,
    choices: Option<Vec<Value>>,
    /// Bounds: of a number, of a text's length, of a list's length.
    bounds: Vec<(Measure, Bound, Value)>,
    items: Option<Box<Schema>>,
    properties: Vec<(Arc<str>, Schema)>,
    required: Vec<Arc<str>>,
    additional: Option<bool>,
    any_of: Vec<Schema>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Measure {
    Number,
    Length,
    Items,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Type {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Null,
}

const TYPES: &[(&str, Type)] = &[
    ("object", Type::Object),
    ("array", Type::Array),
    ("string", Type::String),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
    ("null", Type::Null),
];

const BOUNDS: &[(&str, Measure, Bound)] = &[
    ("minimum", Measure::Number, Bound::AtLeast),
    ("maximum", Measure::Number, Bound::AtMost),
    ("exclusiveMinimum", Measure::Number, Bound::MoreThan),
    ("exclusiveMaximum", Measure::Number, Bound::LessThan),
    ("minLength", Measure::Length, Bound::AtLeast),
    ("maxLength", Measure::Length, Bound::AtMost),
    ("minItems", Measure::Items, Bound::AtLeast),
    ("maxItems", Measure::Items, Bound::AtMost),
];

/// How strictly items are checked.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Texts that hold the wanted kind of value are taken for it, and scalars for texts.
    pub coerce: bool,
    /// Keys that `properties` does not name are refused unless the schema allows them.
    pub strict: bool,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(map: &Map) -> Result<Self, String> {
        Self::parse_at(map, "schema", 0)
    }

    fn parse_at(map: &Map, place: &str, depth: usize) -> Result<Self, String> {
        if depth > MAX_DEPTH {
            return Err(format!(
                "`{place}` is nested too deeply: at most {MAX_DEPTH} schemas may be inside each other"
            ));
        }
        let mut schema = Self::default();
        for (key, value) in map {
            schema.keyword(key, value, &format!("{place}.{key}"), depth)?;
        }
        Ok(schema)
    }

    fn keyword(&mut self, key: &str, value: &Value, place: &str, depth: usize) -> Result<(), String> {
        if let Some((_, measure, bound)) = BOUNDS.iter().find(|(name, ..)| *name == key) {
            value.as_f64().ok_or_else(|| format!("`{place}` must be a number"))?;
            self.bounds.push((*measure, *bound, value.clone()));
            return Ok(());
        }
        let inner = |value: &Value, place: &str| match value {
            Value::Map(map) => Self::parse_at(map, place, depth + 1),
            _ => Err(format!("`{place}` must be a schema, which is a map")),
        };
        match key {
            "type" => self.types = types(value, place)?,
            "const" => self.choices = Some(vec![value.clone()]),
            "enum" => self.choices = Some(list(value, place)?.to_vec()),
            "items" => self.items = Some(Box::new(inner(value, place)?)),
            "anyOf" => {
                self.any_of = list(value, place)?.iter().map(|value| inner(value, place)).collect::<Result<_, _>>()?;
            }
            "properties" => {
                let map = value.as_map().ok_or_else(|| format!("`{place}` must be a map from keys to schemas"))?;
                let property =
                    |(key, value): (&Arc<str>, &Value)| Ok((key.clone(), inner(value, &format!("{place}.{key}"))?));
                self.properties = map.iter().map(property).collect::<Result<_, String>>()?;
            }
            "required" => {
                let name = |name: &Value| name.as_str().map(Arc::from);
                let names = value.as_list().and_then(|names| names.iter().map(name).collect());
                self.required = names.ok_or_else(|| format!("`{place}` must be a list of keys"))?;
            }
            "additionalProperties" => match value {
                Value::Bool(allowed) => self.additional = Some(*allowed),
                _ => return Err(format!("`{place}` must be true or false")),
            },
            "$schema" | "$id" | "$comment" | "title" | "description" | "default" | "examples" => {}
            _ => return Err(format!("`{place}`: `{key}` is not one of the keywords that a schema can have here")),
        }
        Ok(())
    }

    /// The item, with what was coerced, if it is as the schema says.
    ///
    /// # Errors
    /// The first thing that is not: its path, `root` for the item itself, and a message.
    pub fn check(&self, value: &Value, rules: Rules) -> Result<Value, String> {
        self.check_at(value, "", rules)
    }

    fn check_at(&self, value: &Value, path: &str, rules: Rules) -> Result<Value, String> {
        let fault = |message: String| format!("{}: {message}", if path.is_empty() { "root" } else { path });
        let value = self.typed(value, rules).map_err(fault)?;
        if self.choices.as_ref().is_some_and(|choices| !choices.iter().any(|choice| same(choice, &value))) {
            return Err(fault(format!("{} is not one of the allowed values", value_to_json(&value))));
        }
        self.bounds.iter().try_for_each(|bound| within(&value, bound)).map_err(fault)?;
        let value = match &value {
            Value::Map(map) => self.check_map(map, path, rules)?,
            Value::List(items) => match &self.items {
                Some(schema) => {
                    let place = |index: usize| format!("{path}[{index}]");
                    let checked =
                        items.iter().enumerate().map(|(index, item)| schema.check_at(item, &place(index), rules));
                    Value::List(checked.collect::<Result<_, _>>()?)
                }
                None => value,
            },
            _ => value,
        };
        if self.any_of.is_empty() {
            return Ok(value);
        }
        let first = self.any_of.iter().find_map(|schema| schema.check_at(&value, path, rules).ok());
        first.ok_or_else(|| fault("it fits none of the schemas of `anyOf`".into()))
    }

    /// The value if it is of a wanted type, or can be made so.
    fn typed(&self, value: &Value, rules: Rules) -> Result<Value, String> {
        if self.types.is_empty() || self.types.iter().any(|wanted| wanted.fits(value)) {
            return Ok(value.clone());
        }
        let coerced = rules.coerce.then(|| self.types.iter().find_map(|wanted| wanted.coerced(value))).flatten();
        coerced.ok_or_else(|| {
            let wanted: Vec<&str> = self.types.iter().map(|wanted| wanted.name()).collect();
            format!("{} is not of type {}", value.kind(), wanted.join(" or "))
        })
    }

    fn check_map(&self, map: &Map, path: &str, rules: Rules) -> Result<Value, String> {
        let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let here = if path.is_empty() { "root" } else { path };
        if let Some(missing) = self.required.iter().find(|key| !map.contains_key(&***key)) {
            return Err(format!("{here}: the key '{missing}' is missing"));
        }
        let others_allowed = self.additional.unwrap_or(!rules.strict || self.properties.is_empty());
        let mut checked = map.clone();
        for (key, value) in map {
            match self.properties.iter().find(|(name, _)| name == key) {
                Some((_, schema)) => {
                    checked.insert(key.clone(), schema.check_at(value, &at(key), rules)?);
                }
                None if others_allowed => {}
                None => return Err(format!("{here}: the key '{key}' is not expected")),
            }
        }
        Ok(Value::Map(checked.into()))
    }
}

fn list<'v>(value: &'v Value, place: &str) -> Result<&'v [Value], String> {
    value.as_list().ok_or_else(|| format!("`{place}` must be a list"))
}

fn types(value: &Value, place: &str) -> Result<Vec<Type>, String> {
    let one = |value: &Value| {
        let found = value.as_str().and_then(|name| TYPES.iter().find(|(known, _)| *known == name));
        found.map(|(_, found)| *found).ok_or_else(|| {
            let known: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
            format!("`{place}` must be one of {}, or a list of them", known.join(", "))
        })
    };
    match value {
        Value::List(names) => names.iter().map(one).collect(),
        name => Ok(vec![one(name)?]),
    }
}

impl Type {
    fn name(self) -> &'static str {
        TYPES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Type::Object => matches!(value, Value::Map(_)),
            Type::Array => matches!(value, Value::List(_)),
            Type::String => matches!(value, Value::Str(_)),
            Type::Integer => match value {
                Value::Int(_) | Value::BigInt(_) => true,
                Value::Float(number) => number.fract() == 0.0,
                _ => false,
            },
            Type::Number => matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_)),
            Type::Boolean => matches!(value, Value::Bool(_)),
            Type::Null => *value == Value::Null,
        }
    }

    /// A text as the value that it spells, or a scalar as its text.
    fn coerced(self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Type::Integer | Type::Number | Type::Boolean, Value::Str(text)) => {
                document::parse_value(text.trim()).ok().filter(|spelled| self.fits(spelled))
            }
            (Type::String, Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => {
                Some(Value::from(plain(value)))
            }
            _ => None,
        }
    }
}

/// A bound only says something about values that have its measure.
fn within(value: &Value, (measure, bound, limit): &(Measure, Bound, Value)) -> Result<(), String> {
    let (measured, what) = match (measure, value) {
        (Measure::Number, Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => (value.clone(), "the number"),
        (Measure::Length, Value::Str(text)) => (Value::from(text.chars().count() as u64), "the text's length"),
        (Measure::Items, Value::List(items)) => (Value::from(items.len() as u64), "the list's length"),
        _ => return Ok(()),
    };
    let order = compare(&measured, limit).unwrap_or(Ordering::Equal);
    let (holds, words) = match bound {
        Bound::AtLeast => (order.is_ge(), "at least"),
        Bound::MoreThan => (order.is_gt(), "more than"),
        Bound::AtMost => (order.is_le(), "at most"),
        Bound::LessThan => (order.is_lt(), "less than"),
    };
    if holds { Ok(()) } else { Err(format!("{what} {} is not {words} {}", plain(&measured), plain(limit))) }
}
