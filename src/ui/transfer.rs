//! Flows in and out of the page: text, files, links.

use leptos::prelude::*;

use crate::flow::document::{self, Format};
use crate::flow::model::Flow;
use crate::flow::problem::Problem;
use crate::flow::value::Value;
use crate::protocol::command::{Command, Convert};
use crate::view::link;

use super::samples;
use super::store::Store;

/// A flow as JSON text.
pub fn to_json(flow: &Flow) -> String {
    document::to_json(flow)
}

/// A flow as a tree.
pub fn to_tree(flow: &Flow) -> Value {
    document::to_value(flow)
}

/// The flow's breakpoints as trees, for `setBreakpoints`.
pub fn breakpoint_trees(flow: &Flow) -> Vec<Value> {
    let only = Flow { breakpoints: flow.breakpoints.clone(), ..Flow::default() };
    to_tree(&only).get("breakpoints").and_then(Value::as_list).map(<[Value]>::to_vec).unwrap_or_default()
}

/// A flow from JSON text.
///
/// # Errors
/// The first problems, in words.
pub fn from_json(text: &str) -> Result<Flow, String> {
    document::read_text(text, Format::Json).into_flow().map_err(|problems| in_words(&problems))
}

/// A flow from a tree.
///
/// # Errors
/// The first problems, in words.
pub fn from_tree(tree: &Value) -> Result<Flow, String> {
    document::from_value(tree).into_flow().map_err(|problems| in_words(&problems))
}

fn in_words(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().take(5).map(ToString::to_string).collect();
    lines.join("\n")
}

impl Store {
    /// Opens a flow from text, JSON at once, YAML with the engine's help.
    pub fn import_text(&self, text: &str, name: &str) {
        let store = *self;
        let is_json = text.trim_start().starts_with('{');
        if is_json {
            return match from_json(text) {
                Ok(flow) => self.take_import(flow),
                Err(reason) => self.import_failed(name, &reason),
            };
        }
        let name = name.to_owned();
        let convert = Convert { text: text.to_owned(), to: "json".into() };
        self.request(Command::Convert(convert), move |body: Result<Value, String>| {
            let converted = body.and_then(|body| {
                let text = body.get("text").and_then(Value::as_str).unwrap_or_default();
                if text.is_empty() { Err(problem_lines(&body)) } else { from_json(text) }
            });
            match converted {
                Ok(flow) => store.take_import(flow),
                Err(reason) => store.import_failed(&name, &reason),
            }
        });
    }

    fn take_import(&self, flow: Flow) {
        let name = flow.name.clone().unwrap_or_else(|| flow.flow_id.clone());
        self.panels.dialog.set(None);
        self.open(flow);
        self.tell(&format!("Opened {name}"));
    }

    fn import_failed(&self, name: &str, reason: &str) {
        let what = if name.is_empty() { "The text" } else { name };
        self.panels.import_problem.set(format!("{what} is no flow that can be read.\n{reason}"));
        self.complain(&format!("{what} could not be opened"));
    }

    /// The flow as YAML, with the engine's help.
    pub fn export_yaml(&self, done: impl FnOnce(Result<String, String>) + 'static) {
        let convert = Convert { text: to_json(&self.flow_now()), to: "yaml".into() };
        self.request(Command::Convert(convert), move |body: Result<Value, String>| {
            done(body.map(|body| body.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()));
        });
    }

    /// A link that opens this flow.
    pub fn link(&self) -> String {
        let tree = Value::map([("document", to_tree(&self.flow_now()))]);
        crate::browser::url::with_fragment(&link::fragment(&serde_json::to_string(&tree).unwrap_or_default()))
    }
}

/// The flow that a link's fragment carries.
pub fn from_fragment(fragment: &str) -> Option<Result<Flow, String>> {
    if let Some(id) = fragment.strip_prefix("ex.") {
        return Some(samples::find(id).ok_or_else(|| format!("There is no sample called {id}")));
    }
    let json = link::read_fragment(fragment)?;
    Some(json.and_then(|json| {
        let tree = document::parse_value(&json).map_err(|problem| problem.to_string())?;
        from_tree(tree.get("document").unwrap_or(&tree))
    }))
}

/// The problems of a report, in lines.
pub fn problem_lines(body: &Value) -> String {
    let problems = body.get("problems").and_then(Value::as_list).unwrap_or_default();
    let lines: Vec<String> = problems
        .iter()
        .take(6)
        .map(|problem| {
            let text = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            match problem.get("line").and_then(Value::as_int) {
                Some(line) => format!("Line {line}: {}", text("message")),
                None => text("message"),
            }
        })
        .collect();
    lines.join("\n")
}
