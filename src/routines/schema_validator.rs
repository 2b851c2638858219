//! `SchemaValidator`: checks every item against a schema.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::formula::Formula;
use super::parts::path::Path;
use super::parts::schema::{Rules, Schema};
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "SchemaValidator",
        category: "Data",
        about: "Checks every item against a schema: types, required keys, ranges",
        config: &[
            field(
                "schema",
                "a JSON Schema, or a Python expression over `data`",
                "null",
                "type, properties, required, items, minimum, maxLength, enum, anyOf and the like; null: all is valid",
            ),
            field(
                "schema_type",
                "`auto`, `jsonschema`, `custom` or `none`",
                "\"auto\"",
                "`auto` sees it by the schema",
            ),
            field("strict_mode", "true or false", "false", "whether keys that the schema does not name are refused"),
            field("coerce_types", "true or false", "true", "whether \"42\" is taken for 42 where a number is wanted"),
            field("custom_validators", "a map from paths to Python expressions", "{}", "true for a good `value`"),
        ],
        ports: |_| {
            let invalid: &[&str] = &["errors", "original_data", "schema_type"];
            ports(&["input"], &[("valid", &["validated_data", "schema_type"]), ("invalid", invalid)])
        },
        policy: immediate,
        example: r#"{"schema": {"type": "object", "required": ["value"], "properties": {"value": {"type": "number", "minimum": 0}}}}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "SchemaValidator: keep bad readings out"
description: What fits the schema leaves by `valid`, the number in quotes made a number; the rest by `invalid`.
routines:
  check:
    class: SchemaValidator
    config:
      schema:
        type: object
        required: [sensor, value]
        properties: { sensor: { type: string }, value: { type: number, minimum: 0, maximum: 100 } }
  good: { class: Sink, config: { output_type: valid } }
  bad: { class: Sink, config: { output_type: invalid } }
connections:
  - { from: check.valid, to: good.input }
  - { from: check.invalid, to: bad.input }
inputs:
  - { to: check.input, data: { sensor: roof, value: "42" } }
  - { to: check.input, data: { sensor: roof, value: 120 } }
  - { to: check.input, data: { value: 3 } }
"#,
};

struct Validator {
    check: Check,
    rules: Rules,
    custom: Vec<(Path, Formula)>,
}

enum Check {
    Nothing,
    Schema(Schema),
    Asks(Formula),
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let kinds = [("auto", "auto"), ("jsonschema", "jsonschema"), ("custom", "custom"), ("none", "none")];
    let check = match (read.choice("schema_type", &kinds)?, read.given("schema")) {
        ("none", _) | ("auto", None) => Check::Nothing,
        ("auto" | "jsonschema", Some(Value::Map(schema))) => Check::Schema(Schema::parse(schema)?),
        ("auto" | "custom", Some(Value::Str(source))) => Check::Asks(Formula::condition("schema", source, config)?),
        ("custom", _) => return Err("`schema` must be a Python expression if `schema_type` is `custom`".into()),
        _ => return Err("`schema` must be a map such as `{type: object, required: [id]}`".into()),
    };
    let validator = |(path, source): (&std::sync::Arc<str>, &Value)| {
        let key = format!("custom_validators.{path}");
        let source = source.as_str().ok_or_else(|| format!("`{key}` must be a Python expression, as text"))?;
        Ok((Path::parse(&key, path)?, Formula::condition(&key, source, config)?))
    };
    Ok(each(Validator {
        check,
        rules: Rules { coerce: read.flag("coerce_types", true)?, strict: read.flag("strict_mode", false)? },
        custom: read.map("custom_validators")?.into_iter().flatten().map(validator).collect::<Result<_, String>>()?,
    }))
}

impl Validator {
    fn kind(&self) -> &'static str {
        match self.check {
            Check::Nothing => "none",
            Check::Schema(_) => "jsonschema",
            Check::Asks(_) => "custom",
        }
    }

    /// The item with what was coerced, or the first fault.
    fn checked(&self, host: &mut dyn Host, item: &Value) -> Result<Result<Value, String>, Failure> {
        let checked = match &self.check {
            Check::Nothing => Ok(item.clone()),
            Check::Schema(schema) => schema.check(item, self.rules),
            Check::Asks(formula) => verdict(formula.is_true(host, item, &[]), "root")?.map(|()| item.clone()),
        };
        let Ok(data) = checked else { return Ok(checked) };
        for (path, formula) in &self.custom {
            let value = path.find(&data).unwrap_or_default();
            if let Err(fault) = verdict(formula.is_true(host, &data, &[("value", value)]), path.text())? {
                return Ok(Err(fault));
            }
        }
        Ok(Ok(data))
    }
}

/// An expression that raises says no; only the wall-time limit is an error of the routine.
fn verdict(answer: Result<bool, Failure>, place: &str) -> Result<Result<(), String>, Failure> {
    match answer {
        Err(failure) if failure.timed_out => Err(failure),
        Err(failure) => Ok(Err(format!("{place}: {}: {}", failure.error_type, failure.message))),
        Ok(true) => Ok(Ok(())),
        Ok(false) => Ok(Err(format!("{place}: the expression is not true"))),
    }
}

impl EachItem for Validator {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let kind = ("schema_type", Value::from(self.kind()));
        match self.checked(host, item)? {
            Ok(data) => host.emit("valid", Value::map([("validated_data", data), kind])),
            Err(fault) => {
                let errors = ("errors", Value::list([Value::from(fault)]));
                host.emit("invalid", Value::map([errors, ("original_data", item.clone()), kind]))
            }
        }
    }
}
