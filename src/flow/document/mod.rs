//! The flow document: reading it with all its problems at once, and saving it the same way every time.
//!
//! Reading: [`read_bytes`], [`read_text`] or [`from_value`] give a [`Reading`]. Its [`Reading::flow`] is the flow if
//! there is no error in the document itself; [`Reading::validate`] tells these problems together with what
//! [`super::validate`] finds, all with their places in the text.
//!
//! Saving: [`to_json`], [`to_yaml`] and [`to_value`].
//!
//! Codes of the problems of reading (errors, unless said otherwise):
//! - text: `too-large`, `invalid-utf8`, `empty-document`, `syntax`, `several-documents`, `too-deep`,
//!   `alias-expansion`, `bad-alias`, `bad-scalar`, `bad-key`
//! - tree: `duplicate-key`, `missing-key`, `wrong-type`, `not-finite`, `out-of-range`, `unknown-value`,
//!   `unknown-version`, `bad-routine-id`, `bad-port-name`, `bad-endpoint`, `too-many-routines`
//! - warnings: `unknown-key`, `unknown-strategy`, `blank-value`; hints: `class-path`, `class-alias`
//!
//! Where the format leaves a choice:
//! - null stands for "not given" where text or true/false is meant, as in Routilux, and is an error elsewhere.
//! - `2.0` is not an integer.
//! - What Routilux writes in another way is read too; see `routilux.rs`.
//! - Unknown keys of a part that has no `extra` of its own (policy, position, size) are kept in the `extra` of the part
//!   around it, under the part's name.

mod emit;
mod fields;
mod finder;
mod json;
pub mod node;
mod position;
mod read;
mod read_breakpoint;
mod read_routine;
mod routilux;
#[cfg(feature = "yaml")]
mod scalar;
mod write;
#[cfg(feature = "yaml")]
mod yaml;

#[cfg(all(test, feature = "yaml"))]
mod tests;

use std::collections::BTreeSet;

use super::catalogue::Catalogue;
use super::model::{Flow, Policy};
use super::problem::{Place, Problem, Severity, has_errors};
use super::validate::{self, SourceCheck};
use super::value::Value;
use fields::Reader;
use finder::Finder;
use node::{Node, NodeKind, Path};
use read::Draft;

pub use emit::value_to_yaml;
pub use read::check_id;
pub use write::{policy as policy_to_value, to_json, to_value, to_yaml};

/// The most bytes of a document, and of what YAML aliases expand to.
pub const MAX_TEXT: usize = 1 << 20;
/// How deep lists and maps may be inside each other.
pub const MAX_DEPTH: usize = 64;
/// How deep lists and maps may be inside each other in a value that is no document.
const MAX_VALUE_DEPTH: usize = 128;
/// The most routines of a flow.
pub const MAX_ROUTINES: usize = 5000;

/// How the text of a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Strict JSON.
    Json,
    /// YAML 1.2, of which JSON is a part.
    Yaml,
}

impl Format {
    /// The format of a file of this name: `*.json` is JSON, any other is YAML.
    pub fn of_file(name: &str) -> Self {
        let is_json = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("json"));
        if is_json { Format::Json } else { Format::Yaml }
    }
}

/// What came of reading a document.
#[derive(Debug)]
pub struct Reading {
    draft: Option<Draft>,
    problems: Vec<Problem>,
    root: Option<Node>,
}

/// Reads a document from the bytes of a file.
pub fn read_bytes(bytes: &[u8], format: Format) -> Reading {
    if bytes.len() > MAX_TEXT {
        return Reading::refused(too_large());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read_text(text, format),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let place = position::Positions::new(&valid).place(valid.len());
            let message = "the text is not UTF-8; save it with that encoding";
            Reading::refused(Problem::error("invalid-utf8", "", message).at(Some(place)))
        }
    }
}

/// Reads a document from text.
pub fn read_text(text: &str, format: Format) -> Reading {
    match parse(text, format) {
        Ok(root) => Reading::of_tree(root),
        Err(problem) => Reading::refused(problem),
    }
}

/// Reads a document that came as a value.
pub fn from_value(value: &Value) -> Reading {
    if !is_shallow(value, MAX_DEPTH) {
        return Reading::refused(too_deep(MAX_DEPTH));
    }
    Reading::of_tree(Node::from_value(value))
}

/// Reads any JSON value from strict JSON text: a payload, a message, a saved run. These may be larger than a document
/// and hold one, so only their depth is limited.
///
/// # Errors
/// The first problem of the text.
pub fn parse_value(text: &str) -> Result<Value, Problem> {
    parse_json(text, MAX_VALUE_DEPTH)
}

/// Reads any JSON value with a depth limit of its own.
///
/// # Errors
/// The first problem of the text.
pub fn parse_json(text: &str, max_depth: usize) -> Result<Value, Problem> {
    let root = json::parse(text, max_depth)?;
    let mut problems = Vec::new();
    let value = root.to_value(&Path::Root, &mut problems);
    problems.into_iter().next().map_or(Ok(value), Err)
}

/// Reads one policy as a document has it; unknown keys are ignored.
///
/// # Errors
/// All that is wrong with it.
pub fn read_policy(value: &Value) -> Result<Policy, Vec<Problem>> {
    if !is_shallow(value, MAX_DEPTH) {
        return Err(vec![too_deep(MAX_DEPTH)]);
    }
    let reader = Reader::default();
    let policy = read_routine::policy(&reader, &Path::Root, &Node::from_value(value)).map(|(policy, _)| policy);
    let problems = reader.into_problems();
    match policy {
        Some(policy) if !has_errors(&problems) => Ok(policy),
        _ => Err(problems),
    }
}

impl Reading {
    fn refused(problem: Problem) -> Self {
        Self { draft: None, problems: vec![problem], root: None }
    }

    fn of_tree(root: Node) -> Self {
        if root.kind == NodeKind::Null {
            return Self::refused(empty_document());
        }
        let reader = Reader::default();
        let draft = read::flow(&reader, &root);
        Self { draft, problems: reader.into_problems(), root: Some(root) }
    }

    /// The problems of the document itself, in the order of reading.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The flow, unless the document has an error.
    pub fn flow(&self) -> Option<&Flow> {
        if has_errors(&self.problems) { None } else { self.draft.as_ref().map(|draft| &draft.flow) }
    }

    /// The flow, unless the document has an error.
    ///
    /// # Errors
    /// All problems of the document.
    pub fn into_flow(self) -> Result<Flow, Vec<Problem>> {
        match self.draft {
            Some(draft) if !has_errors(&self.problems) => Ok(draft.flow),
            _ => Err(self.problems),
        }
    }

    /// All problems: those of the document and those of the flow, in the order of their places. A document
    /// with errors is validated as far as it could be read.
    pub fn validate(&self, catalogue: &Catalogue, sources: Option<&dyn SourceCheck>) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        if let Some(draft) = &self.draft {
            let broken: BTreeSet<&str> = self.error_paths().collect();
            let finder = self.root.as_ref().map(Finder::new);
            let found = validate::validate_draft(&draft.flow, &draft.unsure, catalogue, sources);
            for problem in found.into_iter().filter(|problem| !follows_from(problem, &broken)) {
                problems.push(finder.as_ref().map_or_else(|| problem.clone(), |finder| finder.placed(&problem)));
            }
        }
        problems.sort_by_key(|problem| (problem.place.is_none(), problem.place));
        problems
    }

    /// Where a path of the document is in its text: the part itself or the nearest one around it.
    pub fn place(&self, path: &str) -> Option<Place> {
        Finder::new(self.root.as_ref()?).find(path).place
    }

    fn error_paths(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error).map(|problem| &*problem.path)
    }
}

/// Whether something only seems to be missing because it could not be read.
fn follows_from(problem: &Problem, broken: &BTreeSet<&str>) -> bool {
    matches!(problem.code, "no-policy" | "no-logic")
        && broken.range(&*problem.path..).next().is_some_and(|path| path.starts_with(&problem.path))
}

/// The tree of a text.
fn parse(text: &str, format: Format) -> Result<Node, Problem> {
    if text.len() > MAX_TEXT {
        return Err(too_large());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    if start.is_empty() {
        return Err(empty_document());
    }
    match format {
        Format::Json => json::parse(text, MAX_DEPTH),
        Format::Yaml if start.starts_with(['{', '[']) => json::parse(text, MAX_DEPTH)
            .or_else(|problem| if problem.code == "syntax" { yaml(text, problem) } else { Err(problem) }),
        Format::Yaml => yaml(text, no_yaml()),
    }
}

#[cfg(feature = "yaml")]
fn yaml(text: &str, _: Problem) -> Result<Node, Problem> {
    yaml::parse(text)
}

#[cfg(not(feature = "yaml"))]
fn yaml(_: &str, problem: Problem) -> Result<Node, Problem> {
    Err(problem)
}

fn no_yaml() -> Problem {
    Problem::error("syntax", "", "this program reads documents as JSON only; convert it first")
}

fn too_large() -> Problem {
    Problem::error("too-large", "", "the document is larger than 1 MiB; split the flow or move data out of it")
}

fn too_deep(limit: usize) -> Problem {
    let message = format!("lists and maps are nested deeper than {limit}; flatten them");
    Problem::error("too-deep", "", message)
}

fn empty_document() -> Problem {
    Problem::error("empty-document", "", "the document is empty; it needs at least 'routines'")
}

fn is_shallow(value: &Value, levels: usize) -> bool {
    match value {
        Value::List(items) => levels > 0 && items.iter().all(|item| is_shallow(item, levels - 1)),
        Value::Map(map) => levels > 0 && map.values().all(|value| is_shallow(value, levels - 1)),
        _ => true,
    }
}
