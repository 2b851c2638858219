//! `TextRenderer`: makes texts of items, by a template, as XML or as Markdown.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::Class;
use crate::flow::value::{Map, Value};

use super::parts::config::Config;
use super::parts::each::{EachItem, each};
use super::parts::template::{Template, plain};
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "TextRenderer",
        category: "Data",
        about: "Makes a text of every item, by a template, as XML or as Markdown",
        config: &[
            field(
                "template",
                "a text",
                "null",
                "with `{path}` for parts of the item and `{}` for all of it; `{{` is a brace",
            ),
            field("tag_format", "`xml` or `markdown`", "\"xml\"", "how items are written without a template"),
        ],
        ports: |_| ports(&["input"], &[("output", &["rendered_text"])]),
        policy: immediate,
        example: r#"{"template": "{name} costs {price}"}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "TextRenderer: a sentence from data"
description: The template's braces hold paths into the item.
routines:
  render: { class: TextRenderer, config: { template: "{name} costs {price} euro, {tags[0]}" } }
  show: { class: Sink, config: { output_type: text } }
connections:
  - { from: render.output, to: show.input }
inputs:
  - { to: render.input, data: { name: Tea, price: 4.5, tags: [green] } }
"#,
};

/// Deeper lists and maps are written as JSON.
const MAX_DEPTH: usize = 32;

enum TextRenderer {
    Template(Template),
    Xml,
    Markdown,
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let is_xml = read.choice("tag_format", &[("xml", true), ("markdown", false)])?;
    Ok(each(match read.text("template")? {
        Some(template) => TextRenderer::Template(Template::parse("template", template)?),
        None if is_xml => TextRenderer::Xml,
        None => TextRenderer::Markdown,
    }))
}

impl EachItem for TextRenderer {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let mut text = String::new();
        match self {
            TextRenderer::Template(template) => text = template.fill(item),
            TextRenderer::Xml => write_xml(item, 0, &mut text),
            TextRenderer::Markdown => write_markdown(item, 0, &mut text),
        }
        host.emit("output", Value::map([("rendered_text", Value::from(text.trim_end_matches('\n')))]))
    }
}

/// The parts of a map or a list with their names.
fn parts(value: &Value) -> Option<Vec<(&str, &Value)>> {
    match value {
        Value::Map(map) => Some(map.iter().map(|(key, part)| (&**key, part)).collect()),
        Value::List(items) => Some(items.iter().map(|part| ("item", part)).collect()),
        _ => None,
    }
}

fn write_xml(value: &Value, depth: usize, out: &mut String) {
    let Some(parts) = parts(value).filter(|_| depth < MAX_DEPTH) else {
        return out.push_str(&escaped(&plain(value)));
    };
    for (name, part) in parts {
        let indent = "  ".repeat(depth);
        let tag = tag(name);
        let is_nested = depth + 1 < MAX_DEPTH && matches!(part, Value::Map(_) | Value::List(_));
        out.push_str(&format!("{indent}<{tag}>"));
        if is_nested {
            out.push('\n');
        }
        write_xml(part, depth + 1, out);
        out.push_str(&format!("{}</{tag}>\n", if is_nested { &*indent } else { "" }));
    }
}

/// A key as the name of a tag: what a name may not have becomes `_`.
fn tag(name: &str) -> String {
    let fits = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    let name: String = name.chars().map(|letter| if fits(letter) { letter } else { '_' }).collect();
    if name.starts_with(|first: char| first.is_alphabetic() || first == '_') { name } else { format!("_{name}") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn write_markdown(value: &Value, depth: usize, out: &mut String) {
    let Some(parts) = parts(value).filter(|_| depth < MAX_DEPTH) else {
        out.push_str(&plain(value));
        return out.push('\n');
    };
    for (name, part) in parts {
        let label = if matches!(value, Value::Map(_)) { format!("**{name}**:") } else { String::new() };
        out.push_str(format!("{}- {label}", "  ".repeat(depth)).trim_end());
        if matches!(part, Value::Map(_) | Value::List(_)) && depth + 1 < MAX_DEPTH {
            out.push('\n');
        } else {
            out.push(' ');
        }
        write_markdown(part, depth + 1, out);
    }
}
