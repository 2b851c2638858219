//! Python expressions: transforms, policies' checks, breakpoints' conditions.
//!
//! An expression is compiled once for each set of names that it is given, because the interpreter wants its inputs to
//! be known; usually that is one. It gets only those names that it mentions.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

use monty::MontyRun;
use monty_types::unstable::{MontyGraph, MontyNode, graph_parts};
use monty_types::{MontyObject, MontyUuid, PrintWriter};

use crate::engine::behaviour::{Binding, CompileError, Expression, Failure, JobView};
use crate::flow::value::Value;

use super::analyse::{ExpressionFacts, expression, expression_error};
use super::budget::tracker;
use super::clock;
use super::convert::{finish, from_python, push, to_python};
use super::depth::check_depth;
use super::failure::{compile_error, failure};
use super::logic::{options, push_object};
use super::mend;
use super::own::{Edit, Own, apply, count_lines};
use super::program::Ambient;

/// The name of the expression's file in tracebacks.
const FILE: &str = "<expression>";

/// Identities of `job_state` and of its class.
const JOB: MontyUuid = MontyUuid::from_u128(2);
const JOB_CLASS: MontyUuid = MontyUuid::from_u128(4);

/// How many sets of names one expression is compiled for before it starts anew.
const MAX_SHAPES: usize = 16;

/// Reads an entry as an attribute; a method of the dict only if there is no such entry.
const ATTRIBUTE: &str = "def __flow_attribute(value, name):
    if isinstance(value, dict) and name in value:
        return value[name]
    return getattr(value, name)
";

/// Compiles an expression whose value is wanted. A value that JSON does not know is a `TypeError`; tuples become lists.
///
/// # Errors
/// The syntax error, with its line.
pub fn compile_expression(source: &str) -> Result<Rc<dyn Expression>, CompileError> {
    Compiled::new(source, false).map(|compiled| Rc::new(compiled) as Rc<dyn Expression>)
}

/// Compiles an expression of which only the truth is wanted: its value is `true` or `false`, whatever kind of object
/// the expression gives.
///
/// # Errors
/// The syntax error, with its line.
pub fn compile_condition(source: &str) -> Result<Rc<dyn Expression>, CompileError> {
    Compiled::new(source, true).map(|compiled| Rc::new(compiled) as Rc<dyn Expression>)
}

/// What kind of thing a mentioned name is given as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Absent,
    Plain,
    Record,
    Job,
}

/// The expression, compiled for certain names.
struct Shape {
    kinds: Vec<Kind>,
    run: MontyRun,
    own: Own,
}

/// A compiled expression.
struct Compiled {
    source: String,
    /// The names that it mentions, in order.
    names: Vec<String>,
    facts: ExpressionFacts,
    /// Whether only its truth is wanted.
    truth: bool,
    shapes: RefCell<Vec<Shape>>,
}

impl Expression for Compiled {
    fn evaluate(&self, names: &[(&str, Binding)]) -> Result<Value, Failure> {
        let given: Vec<Option<&Binding>> = self.names.iter().map(|name| binding(names, name)).collect();
        let kinds = given.iter().map(|binding| kind(*binding)).collect();
        let inputs = given.into_iter().flatten().map(|binding| input(binding, &self.source)).collect();
        let mut shapes = self.shapes.borrow_mut();
        let shape = self.shape(&mut shapes, kinds)?;
        let result = if self.facts.mentions.dynamic {
            // What `eval` compiles would stay in the program.
            shape.run.clone().run(inputs, tracker(), PrintWriter::Disabled)
        } else {
            shape.run.run(inputs, tracker(), PrintWriter::Disabled)
        };
        let value = result.map_err(|error| failure(&error, &shape.own))?;
        let (graph, root) = graph_parts(&value);
        from_python(graph, root).map_err(|error| {
            let error = error.at("the expression's value");
            failure(&error, &shape.own)
        })
    }
}

/// What a name is bound to; of a name that is given twice the last counts.
fn binding<'a>(names: &'a [(&str, Binding)], name: &str) -> Option<&'a Binding> {
    names.iter().rev().find(|(given, _)| *given == name).map(|(_, binding)| binding)
}

fn kind(binding: Option<&Binding>) -> Kind {
    match binding {
        None => Kind::Absent,
        Some(Binding::Value(_)) => Kind::Plain,
        Some(Binding::Record(_)) => Kind::Record,
        Some(Binding::Job(_)) => Kind::Job,
    }
}

fn input(binding: &Binding, source: &str) -> MontyObject {
    match binding {
        Binding::Value(value) | Binding::Record(value) => to_python(value),
        Binding::Job(job) => job_state(job, source),
    }
}

/// The job for an expression. Only what the source names is copied: the shared data and the log may be long.
fn job_state(job: &JobView, source: &str) -> MontyObject {
    let mut graph = MontyGraph::with_capacity(16);
    let root = push_object(&mut graph, "JobState", JOB_CLASS, JOB, |graph| {
        let mut attributes = vec![
            ("job_id", graph.push(MontyNode::String(job.job_id.as_ref().to_owned()))),
            ("status", graph.push(MontyNode::String(job.status.to_owned()))),
        ];
        if source.contains("shared_data") {
            attributes.push(("shared_data", push(graph, &job.shared_data)));
        }
        if source.contains("shared_log") {
            attributes.push(("shared_log", push(graph, &Value::list(job.shared_log.iter().cloned()))));
        }
        attributes
    });
    finish(graph, root)
}

impl Compiled {
    fn new(source: &str, truth: bool) -> Result<Self, CompileError> {
        let source = source.trim();
        let own = Own::new(source, &[], 0);
        check_depth(source)?;
        // First alone, so that errors have the user's own lines and columns.
        MontyRun::new(source.to_owned(), FILE, Vec::new(), options()).map_err(|error| compile_error(&error, &own))?;
        let Some(facts) = expression(source) else {
            let (message, line, column) =
                expression_error(source).unwrap_or_else(|| ("not an expression".to_owned(), 1, 1));
            return Err(CompileError { error_type: "SyntaxError".to_owned(), message, line, column });
        };
        let names = facts.mentions.names().map(str::to_owned).collect();
        Ok(Self { source: source.to_owned(), names, facts, truth, shapes: RefCell::default() })
    }

    /// The program for these kinds of names, compiled now if it is wanted for the first time.
    fn shape<'a>(&self, shapes: &'a mut Vec<Shape>, kinds: Vec<Kind>) -> Result<&'a mut Shape, Failure> {
        let position = match shapes.iter().position(|shape| shape.kinds == kinds) {
            Some(position) => position,
            None => {
                if shapes.len() >= MAX_SHAPES {
                    shapes.clear();
                }
                let shape = self.compile(kinds)?;
                shapes.push(shape);
                shapes.len() - 1
            }
        };
        Ok(&mut shapes[position])
    }

    fn compile(&self, kinds: Vec<Kind>) -> Result<Shape, Failure> {
        let (source, own) = self.text(&kinds);
        let given = self.names.iter().zip(&kinds).filter(|(_, kind)| **kind != Kind::Absent);
        let inputs = given.map(|(name, _)| name.clone()).collect();
        let run = MontyRun::new(source, FILE, inputs, options())
            .map_err(|error| failure(&error, &own))?
            .with_os_policy(clock::policy(Ambient::default(), 0, 0));
        Ok(Shape { kinds, run, own })
    }

    fn text(&self, kinds: &[Kind]) -> (String, Own) {
        let mut text = mend::before(&self.facts.mentions) + &self.facts.idioms.before();
        let attributes = !self.facts.edits.is_empty() && kinds.contains(&Kind::Record);
        if attributes {
            text.push_str(ATTRIBUTE);
        }
        let mentions = &self.facts.mentions;
        for (name, _) in self.names.iter().zip(kinds).filter(|(_, kind)| **kind == Kind::Job) {
            let mut written = Ok(());
            if mentions.attribute("get_shared_data") {
                written = writeln!(
                    text,
                    "{name}.get_shared_data = lambda key, default=None: {name}.shared_data.get(key, default)"
                );
            }
            if mentions.attribute("get_shared_log") {
                written = written.and(writeln!(text, "{name}.get_shared_log = lambda: list({name}.shared_log)"));
            }
            debug_assert!(written.is_ok(), "writing to a string cannot fail");
        }
        text.push_str(if self.truth { "bool((\n" } else { "(\n" });
        let mut edits = self.facts.idioms.edits.clone();
        if attributes {
            edits.extend_from_slice(&self.facts.edits);
        }
        Edit::sort(&mut edits);
        let own = Own::new(&self.source, &edits, count_lines(&text));
        text.push_str(&apply(&self.source, &edits));
        text.push_str(if self.truth { "\n))" } else { "\n)" });
        (text, own)
    }
}
