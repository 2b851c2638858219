//! `Generator`: a source. Every trigger lets it emit its items, one after each interval.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress, Suspended};
use crate::engine::limits::MAX_EMISSIONS;
use crate::engine::program::us_from_seconds;
use crate::flow::catalogue::Class;
use crate::flow::document;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::csv;
use super::parts::number::{from_integer, random, random_between};
use super::parts::saved::{load, save};
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Generator",
        category: "Ends",
        about: "Emits numbers, random numbers or pasted data when it is triggered",
        config: &[
            field(
                "source",
                "`count`, `random`, `list`, `csv` or `json_lines`",
                "\"count\"",
                "what is emitted; numbers as {index, value}",
            ),
            field("count", "an integer from 0 to 9999", "10", "how many items at most; null: all of the data"),
            field("interval", "a number, at least 0", "1", "the time between items, in virtual seconds"),
            field("start", "an integer", "0", "`count`: the first number"),
            field("step", "an integer", "1", "`count`: what is added each time"),
            field("low", "a number", "0", "`random`: the least; of two integers come integers"),
            field("high", "a number", "100", "`random`: the most"),
            field("seed", "an integer", "null", "`random`: the same numbers in each run; null: by the job's seed"),
            field("items", "a list", "[]", "`list`: the items"),
            field(
                "text",
                "a text",
                "\"\"",
                "`csv`: rows, the first one names the keys; `json_lines`: one JSON value in each line",
            ),
            field("separator", "one character", "\",\"", "`csv`: what is between the cells"),
        ],
        ports: |_| ports(&["trigger"], &[("output", &["index", "value"])]),
        policy: immediate,
        example: r#"{"source": "count", "count": 10, "interval": 1}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Generator: a sensor every two seconds"
description: One trigger, five readings. Set the source to `random`, or to `csv` and paste a table.
routines:
  sensor: { class: Generator, config: { source: count, count: 5, interval: 2, start: 20, step: 5 } }
  show: { class: Sink, config: { output_type: reading } }
connections:
  - { from: sensor.output, to: show.input }
inputs:
  - { to: sensor.trigger, data: {} }
"#,
};

struct Generator {
    source: Source,
    count: u64,
    interval: f64,
}

enum Source {
    Count { start: i64, step: i64 },
    Integers { low: i64, high: i64, seed: Option<i64> },
    Floats { low: f64, high: f64, seed: Option<i64> },
    Items(Arc<[Value]>),
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let most = u64::from(MAX_EMISSIONS) - 1;
    let kinds =
        [("count", "count"), ("random", "random"), ("list", "list"), ("csv", "csv"), ("json_lines", "json_lines")];
    let text = read.text("text")?.unwrap_or("");
    let source = match read.choice("source", &kinds)? {
        "count" => Source::Count { start: read.whole("start")?.unwrap_or(0), step: read.whole("step")?.unwrap_or(1) },
        "random" => random_source(read)?,
        "list" => Source::Items(match read.given("items") {
            None => Arc::default(),
            Some(Value::List(items)) => items.clone(),
            Some(_) => return Err("`items` must be a list".into()),
        }),
        "csv" => {
            Source::Items(csv::items(text, separator(read)?).map_err(|message| format!("`text`: {message}"))?.into())
        }
        _ => Source::Items(json_lines(text)?.into()),
    };
    let available = match &source {
        Source::Items(items) => items.len() as u64,
        _ => u64::MAX,
    };
    // Data are emitted whole unless a number is given.
    let default = if available == u64::MAX { 10 } else { available };
    let count = (read.count("count", default, 0, most)? as u64).min(available);
    if count > most {
        return Err(format!(
            "`{}` has {count} items; one trigger can emit {most}",
            if text.is_empty() { "items" } else { "text" }
        ));
    }
    Ok(Rc::new(Generator { source, count, interval: read.seconds("interval", 1.0)? }))
}

fn random_source(read: Config<'_>) -> Result<Source, String> {
    let seed = read.whole("seed")?;
    let (low, high) = (read.given("low").unwrap_or(&Value::Int(0)), read.given("high").unwrap_or(&Value::Int(100)));
    if let (Some(low), Some(high)) = (low.as_int(), high.as_int()) {
        return if low <= high { Ok(Source::Integers { low, high, seed }) } else { Err(wrong_range()) };
    }
    match (low.as_f64(), high.as_f64()) {
        (Some(low), Some(high)) if low <= high && (high - low).is_finite() => Ok(Source::Floats { low, high, seed }),
        _ => Err(wrong_range()),
    }
}

fn wrong_range() -> String {
    "`low` and `high` must be numbers, `low` not above `high`".into()
}

fn separator(read: Config<'_>) -> Result<char, String> {
    let text = read.text("separator")?.unwrap_or(",");
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if !matches!(one, '"' | '\n' | '\r') => Ok(one),
        _ => Err("`separator` must be one character, such as `,` or `;`".into()),
    }
}

fn json_lines(text: &str) -> Result<Vec<Value>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let value = |(index, line): (usize, &str)| {
        let problem =
            |problem: crate::flow::problem::Problem| format!("`text`: line {}: {}", index + 1, problem.message);
        document::parse_value(line.trim()).map_err(problem)
    };
    lines.map(value).collect()
}

impl Generator {
    fn item(&self, index: u64, seed: u64) -> Value {
        let chosen = |own: Option<i64>| own.map_or(seed, |own| own as u64);
        let number = match &self.source {
            Source::Items(items) => return items.get(index as usize).cloned().unwrap_or_default(),
            Source::Count { start, step } => from_integer(i128::from(*start) + i128::from(*step) * i128::from(index)),
            Source::Integers { low, high, seed } => Value::Int(random_between(chosen(*seed), index, *low, *high)),
            Source::Floats { low, high, seed } => Value::Float(low + random(chosen(*seed), index) * (high - low)),
        };
        Value::map([("index", Value::from(index)), ("value", number)])
    }

    /// Emits from an index on, until the next item has to wait. The k-th is due at `start + k * interval`.
    fn emit(&self, host: &mut dyn Host, first: u64, start_us: u64) -> Result<Progress, Failure> {
        let seed = host.random_seed();
        for index in first..self.count {
            let due_us = start_us.saturating_add(us_from_seconds(index as f64 * self.interval));
            let wait_us = due_us.saturating_sub(host.now_us());
            if wait_us > 0 {
                let rest = save(&Value::list([Value::from(index), Value::from(start_us)]));
                return Ok(Progress::Sleeping { us: wait_us, rest });
            }
            host.emit("output", self.item(index, seed))?;
        }
        Ok(Progress::Done)
    }
}

impl Behaviour for Generator {
    fn start(&self, host: &mut dyn Host, _: &Input) -> Result<Progress, Failure> {
        let start_us = host.now_us();
        self.emit(host, 0, start_us)
    }

    fn resume(&self, host: &mut dyn Host, _: &Input, rest: &Suspended) -> Result<Progress, Failure> {
        let position = load(rest)?;
        let number = |value: &Value| value.as_int().and_then(|number| u64::try_from(number).ok());
        match position.as_list() {
            Some([index, start]) => self.emit(host, number(index).unwrap_or(0), number(start).unwrap_or(0)),
            _ => Err(Failure::new("ValueError", "the saved position of the generator is damaged")),
        }
    }
}
