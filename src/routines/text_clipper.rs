//! `TextClipper`: cuts long texts.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::path::Path;
use super::parts::template::plain;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "TextClipper",
        category: "Data",
        about: "Cuts texts that are too long",
        config: &[
            field("field", "a path", "null", "where the text is; null: the key `text`, else the item itself"),
            field("max_length", "an integer, at least 0", "1000", "how many characters stay"),
            field("preserve_tracebacks", "true or false", "true", "whether Python tracebacks are never cut"),
            field("truncation_message", "a text", "\"... (truncated)\"", "what is put at the end of a cut text"),
        ],
        ports: |_| ports(&["input"], &[("output", &["clipped_text", "was_clipped", "original_length"])]),
        policy: immediate,
        example: r#"{"max_length": 80}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "TextClipper: texts of a bearable length"
description: Cuts long texts and says so. Python tracebacks stay whole, because their end is what counts.
routines:
  clip: { class: TextClipper, config: { max_length: 12, truncation_message: "…" } }
  show: { class: Sink, config: { output_type: text } }
connections:
  - { from: clip.output, to: show.input }
inputs:
  - { to: clip.input, data: { text: short } }
  - { to: clip.input, data: { text: a text that is much too long to show } }
"#,
};

/// How Python begins a traceback.
const TRACEBACK: &str = "Traceback (most recent call last)";

struct TextClipper {
    field: Option<Path>,
    max_length: usize,
    preserve_tracebacks: bool,
    message: String,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    Ok(each(TextClipper {
        field: read.text("field")?.map(|path| Path::parse("field", path)).transpose()?,
        max_length: read.count("max_length", 1000, 0, u64::from(u32::MAX))?,
        preserve_tracebacks: read.flag("preserve_tracebacks", true)?,
        message: read.text("truncation_message")?.unwrap_or("... (truncated)").into(),
    }))
}

impl EachItem for TextClipper {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let found = match &self.field {
            Some(path) => path.find(item).unwrap_or_default(),
            None => item.get("text").unwrap_or(item).clone(),
        };
        let text = if found == Value::Null { String::new() } else { plain(&found) };
        let keeps_all = self.preserve_tracebacks && text.contains(TRACEBACK);
        let cut = if keeps_all { None } else { text.char_indices().nth(self.max_length) };
        let clipped = cut.map_or_else(|| text.clone(), |(end, _)| format!("{}{}", &text[..end], self.message));
        host.emit(
            "output",
            Value::map([
                ("clipped_text", Value::from(clipped)),
                ("was_clipped", Value::from(cut.is_some())),
                ("original_length", Value::from(text.chars().count() as u64)),
            ]),
        )
    }
}
