//! `ResultExtractor`: finds the data in what a program or a language model answered.

use std::cell::LazyCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::document;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::template::plain;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "ResultExtractor",
        category: "Data",
        about: "Finds JSON, code blocks and program output in texts",
        config: &[
            field(
                "strategy",
                "`auto`, `first_match`, `priority`, `all` or `best`",
                "\"auto\"",
                "which finding counts; `auto`: the first",
            ),
            field("extractor_priority", "a list of formats", "[]", "`priority`: which are tried first"),
            field("extract_json_blocks", "true or false", "true", "whether ```json blocks are read"),
            field("extract_code_blocks", "true or false", "true", "whether other ``` blocks are taken"),
            field("extract_yaml_blocks", "true or false", "false", "whether ```yaml blocks are taken, as text"),
            field("extract_xml_blocks", "true or false", "false", "whether ```xml blocks are taken, as text"),
            field(
                "code_block_languages",
                "a list of texts",
                "[\"json\", \"python\", \"output\", \"yaml\", \"xml\"]",
                "which ``` blocks are code; those without a language are too",
            ),
            field(
                "format_interpreter_output",
                "true or false",
                "true",
                "whether lists of {format, content} become one text",
            ),
            field("parse_json_strings", "true or false", "true", "whether a text that is JSON is read"),
            field(
                "return_original_on_failure",
                "true or false",
                "true",
                "whether an item without a finding leaves as it is; else it is an error",
            ),
        ],
        ports: |_| {
            let output: &[&str] = &["extracted_result", "format", "metadata", "confidence", "extraction_path"];
            ports(&["input"], &[("output", output)])
        },
        policy: immediate,
        example: "{}",
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "ResultExtractor: the JSON in an answer"
description: Language models wrap their answers in prose; this finds the part that a program can use.
routines:
  extract: { class: ResultExtractor }
  show: { class: Sink, config: { output_type: found } }
connections:
  - { from: extract.output, to: show.input }
inputs:
  - to: extract.input
    data: |
      Here is the forecast:
      ```json
      {"city": "Ulm", "rain": true}
      ```
      Take an umbrella.
  - { to: extract.input, data: "[1, 2, 3]" }
  - { to: extract.input, data: "no result at all" }
"#,
};

/// All extractors in their order.
const FORMATS: &[&str] = &[
    "interpreter_output",
    "json_code_block",
    "json_string",
    "yaml_code_block",
    "xml_code_block",
    "code_block",
    "dict",
    "list",
];

#[derive(Clone, Copy, PartialEq)]
enum Strategy {
    First,
    All,
    Best,
}

struct ResultExtractor {
    strategy: Strategy,
    /// The extractors that are on, in the order in which they are tried.
    formats: Vec<&'static str>,
    languages: Vec<Arc<str>>,
    keeps_original: bool,
}

struct Found {
    result: Value,
    format: &'static str,
    /// The language of a code block.
    language: Option<String>,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let strategies =
        [("auto", "auto"), ("first_match", "auto"), ("priority", "priority"), ("all", "all"), ("best", "best")];
    let strategy = read.choice("strategy", &strategies)?;
    let flags = [
        ("format_interpreter_output", true, "interpreter_output"),
        ("extract_json_blocks", true, "json_code_block"),
        ("parse_json_strings", true, "json_string"),
        ("extract_yaml_blocks", false, "yaml_code_block"),
        ("extract_xml_blocks", false, "xml_code_block"),
        ("extract_code_blocks", true, "code_block"),
    ];
    let mut formats = FORMATS.to_vec();
    for (key, default, format) in flags {
        if !read.flag(key, default)? {
            formats.retain(|other| *other != format);
        }
    }
    let wanted = read.texts("extractor_priority")?;
    if let Some(unknown) = wanted.iter().find(|name| !FORMATS.contains(&&***name)) {
        return Err(format!("`extractor_priority`: there is no `{unknown}`; there are {}", FORMATS.join(", ")));
    }
    if strategy == "priority" {
        // A stable sort: those that are not named keep their order behind the others.
        formats.sort_by_key(|format| wanted.iter().position(|name| **name == **format).unwrap_or(usize::MAX));
    }
    let languages = match read.given("code_block_languages") {
        None => ["json", "python", "output", "yaml", "xml"].map(Arc::from).to_vec(),
        Some(_) => read.texts("code_block_languages")?,
    };
    Ok(each(ResultExtractor {
        strategy: match strategy {
            "all" => Strategy::All,
            "best" => Strategy::Best,
            _ => Strategy::First,
        },
        formats,
        languages,
        keeps_original: read.flag("return_original_on_failure", true)?,
    }))
}

/// The fenced blocks of a text, last first: language and content. A block that nobody closes ends with the text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, Vec<&str>)> = None;
    for line in text.lines() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some((language.trim().to_lowercase(), Vec::new())),
            (Some(_), Some(_)) => blocks.extend(open.take().map(|(language, lines)| (language, lines.join("\n")))),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    blocks.extend(open.map(|(language, lines)| (language, lines.join("\n"))));
    blocks.reverse();
    blocks
}

/// The contents of a list of `{format, content}`, as interpreters give them.
fn interpreter_output(data: &Value) -> Option<Value> {
    let items = data.as_list().filter(|items| !items.is_empty())?;
    let content = |item: &Value| item.get("format").and_then(|_| item.get("content")).map(plain);
    let contents: Vec<String> = items.iter().map(content).collect::<Option<_>>()?;
    Some(Value::from(contents.join("\n")))
}

fn json(text: &str) -> Option<Value> {
    let text = text.trim();
    // A bare word or number is text, not data.
    text.starts_with(['{', '[']).then(|| document::parse_value(text).ok())?
}

impl ResultExtractor {
    fn find(&self, format: &'static str, data: &Value, blocks: &[(String, String)]) -> Option<Found> {
        let found = |result| Found { result, format, language: None };
        let block = |wanted: &dyn Fn(&str) -> bool, read: &dyn Fn(&str) -> Option<Value>| {
            let candidates = blocks.iter().filter(|(language, _)| wanted(language));
            candidates.into_iter().find_map(|(language, content)| {
                Some(Found { result: read(content)?, format, language: Some(language.clone()) })
            })
        };
        let as_text = |content: &str| Some(Value::from(content));
        match format {
            "interpreter_output" => interpreter_output(data).map(found),
            "json_code_block" => block(&|language| language == "json" || language.is_empty(), &json),
            "json_string" => data.as_str().and_then(json).map(found),
            "yaml_code_block" => block(&|language| language == "yaml" || language == "yml", &as_text),
            "xml_code_block" => block(&|language| language == "xml", &as_text),
            "code_block" => block(
                &|language| language.is_empty() || self.languages.iter().any(|known| **known == *language),
                &as_text,
            ),
            "dict" => data.as_map().map(|_| found(data.clone())),
            _ => data.as_list().map(|_| found(data.clone())),
        }
    }
}

impl Found {
    /// How sure it is: 0.5, and more for structure, a block and a known notation; less for nothing.
    fn confidence(&self) -> f64 {
        let mut points = 5;
        points += if matches!(self.result, Value::Map(_) | Value::List(_)) { 2 } else { 0 };
        points += if self.format.ends_with("block") { 1 } else { 0 };
        points += if self.format.starts_with("json") || self.format.starts_with("yaml") { 1 } else { 0 };
        points -= if self.result.is_truthy() { 0 } else { 3 };
        f64::from(points.clamp(0, 10)) / 10.0
    }

    fn metadata(&self) -> Value {
        Value::map(self.language.iter().map(|language| ("language", Value::from(language.as_str()))))
    }
}

impl EachItem for ResultExtractor {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        // Most routines wrap what they pass on.
        let data = item.get("data").unwrap_or(item);
        let blocks = LazyCell::new(|| data.as_str().map(blocks).unwrap_or_default());
        let mut all = self.formats.iter().filter_map(|format| self.find(format, data, &blocks));
        let found = match self.strategy {
            Strategy::First => all.next(),
            Strategy::Best => {
                all.reduce(|best, other| if other.confidence() > best.confidence() { other } else { best })
            }
            Strategy::All => {
                let found: Vec<Found> = all.collect();
                let results = Value::map(found.iter().map(|found| (found.format, found.result.clone())));
                (!found.is_empty()).then_some(Found { result: results, format: "all", language: None })
            }
        };
        let found = match found {
            None if !self.keeps_original => {
                return Err(Failure::new("ValueError", "no extractor found anything in the item"));
            }
            found => found,
        };
        let confidence = found.as_ref().map_or(0.0, Found::confidence);
        let metadata = found.as_ref().map_or_else(|| Value::Map(Arc::default()), Found::metadata);
        let (result, format) = found.map_or((data.clone(), "original"), |found| (found.result, found.format));
        host.emit(
            "output",
            Value::map([
                ("extracted_result", result),
                ("format", Value::from(format)),
                ("metadata", metadata),
                ("confidence", Value::Float(confidence)),
                ("extraction_path", Value::list([Value::from(format)])),
            ]),
        )
    }
}
