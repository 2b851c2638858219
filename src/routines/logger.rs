//! `Logger`: writes a log record for every item and passes it on.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Level};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::template::Template;
use super::{BuiltIn, field, immediate, input_and_output, no_own_policy};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "Logger",
        category: "Ends",
        about: "Writes every item to the log and passes it on as it came",
        config: &[
            field("message", "a text", "\"{}\"", "with `{path}` for parts of the item and `{}` for all of it"),
            field("level", "`info`, `debug`, `warn` or `error`", "\"info\"", "how important it is"),
        ],
        ports: input_and_output,
        policy: immediate,
        example: r#"{"message": "got {}"}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "Logger: a line for every item"
description: The log gets a line with parts of the item; the item goes on as it came.
routines:
  note: { class: Logger, config: { message: "{customer.name} ordered {pieces} pieces", level: info } }
  show: { class: Sink }
connections:
  - { from: note.output, to: show.input }
inputs:
  - { to: note.input, data: { customer: { name: Ada }, pieces: 3 } }
  - { to: note.input, data: { customer: { name: Bob }, pieces: 1 } }
"#,
};

struct Logger {
    message: Template,
    level: Level,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let level = read.text("level")?.unwrap_or("info");
    Ok(each(Logger {
        message: Template::parse("message", read.text("message")?.unwrap_or("{}"))?,
        level: Level::parse(level).ok_or("`level` must be one of `debug`, `info`, `warn`, `error`")?,
    }))
}

impl EachItem for Logger {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        host.log(self.level, &self.message.fill(item));
        host.emit("output", item.clone())
    }
}
