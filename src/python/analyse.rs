//! Looks at Python source before it runs: what it defines and what it mentions, so that an activation pays only for that.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Parameters, Stmt};
use ruff_python_parser::{parse_expression, parse_module};
use ruff_text_size::Ranged;

use super::exceptions::Exceptions;
use super::own::{Edit, place_of};
use super::pure;
use super::routilux::{self, Form};

/// What a logic's source says about itself.
#[derive(Debug, Default)]
pub struct LogicFacts {
    /// How its logic is written, if it has one.
    pub form: Option<Form>,
    /// Line of an `async def logic`, which nothing would await.
    pub async_line: Option<u32>,
    /// Whether nothing but functions and constants outlives an activation, so that one program can serve many.
    pub pure: bool,
    /// What it mentions.
    pub mentions: Mentions,
}

/// What a source mentions anywhere.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Names.
    names: BTreeSet<String>,
    /// Names after a dot.
    attributes: BTreeSet<String>,
    /// Whether `self` is used where no parameter has that name.
    pub own_self: bool,
    /// Whether it may reach names that are not written in it.
    pub dynamic: bool,
}

impl Mentions {
    /// Whether a name may be used.
    pub fn name(&self, name: &str) -> bool {
        self.dynamic || self.names.contains(name)
    }

    /// Whether a name is written in it.
    pub fn writes(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether an attribute may be used.
    pub fn attribute(&self, name: &str) -> bool {
        self.dynamic || self.attributes.contains(name)
    }

    /// All names that are written in it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

/// Builtins through which code can reach names and attributes by their text.
const DYNAMIC: [&str; 8] = ["eval", "exec", "getattr", "globals", "locals", "vars", "setattr", "hasattr"];

/// Looks at a logic's source, which the interpreter has compiled already: that bounds its depth.
pub fn logic(source: &str, exceptions: &Exceptions) -> LogicFacts {
    let Ok(parsed) = parse_module(source) else {
        return LogicFacts::default();
    };
    let mut facts = LogicFacts::default();
    for statement in parsed.suite() {
        find_logic(statement, source, &mut facts);
    }
    let mut collector = Collector::default();
    for statement in parsed.suite() {
        collector.visit_stmt(statement);
    }
    facts.mentions = collector.mentions;
    facts.pure = facts.form.is_some() && pure::is_pure(parsed.suite(), exceptions);
    if facts.form.is_none() {
        facts.form = routilux::class(parsed.suite()).map(Form::Class);
    }
    facts
}

/// Finds what binds the name `logic` when the module runs; the last one counts.
fn find_logic(statement: &Stmt, source: &str, facts: &mut LogicFacts) {
    let mut bind = |form: Form| {
        facts.form = Some(form);
        facts.async_line = None;
    };
    match statement {
        Stmt::FunctionDef(function) if function.name.as_str() == "logic" => {
            bind(routilux::form(&function.parameters));
            if function.is_async {
                facts.async_line = Some(place_of(source, function.start().to_usize()).0);
            }
        }
        Stmt::Assign(assign) if assign.targets.iter().any(is_logic) => bind(form_of_value(&assign.value)),
        Stmt::AnnAssign(assign) if is_logic(&assign.target) => {
            if let Some(value) = &assign.value {
                bind(form_of_value(value));
            }
        }
        Stmt::ClassDef(class) if class.name.as_str() == "logic" => bind(ALL),
        Stmt::Import(import) if import.names.iter().any(alias_is_logic) => bind(ALL),
        Stmt::ImportFrom(import) if import.names.iter().any(alias_is_logic) => bind(ALL),
        Stmt::If(branch) => {
            let clauses = branch.elif_else_clauses.iter().flat_map(|clause| clause.body.iter());
            branch.body.iter().chain(clauses).for_each(|inner| find_logic(inner, source, facts));
        }
        Stmt::Try(attempt) => {
            let last = attempt.orelse.iter().chain(&attempt.finalbody);
            attempt.body.iter().chain(last).for_each(|inner| find_logic(inner, source, facts));
        }
        Stmt::With(with) => with.body.iter().for_each(|inner| find_logic(inner, source, facts)),
        Stmt::For(each) => each.body.iter().for_each(|inner| find_logic(inner, source, facts)),
        Stmt::While(again) => again.body.iter().for_each(|inner| find_logic(inner, source, facts)),
        _ => {}
    }
}

fn is_logic(target: &Expr) -> bool {
    match target {
        Expr::Name(name) => name.id.as_str() == "logic",
        Expr::Tuple(tuple) => tuple.elts.iter().any(is_logic),
        _ => false,
    }
}

fn alias_is_logic(alias: &ruff_python_ast::Alias) -> bool {
    alias.asname.as_ref().unwrap_or(&alias.name).as_str() == "logic"
}

/// What cannot be looked into gets all three arguments.
const ALL: Form = Form::Map { with_self: false, taken: 3 };

/// The form of something that is assigned to `logic`.
fn form_of_value(value: &Expr) -> Form {
    match value {
        Expr::Lambda(lambda) => {
            lambda.parameters.as_deref().map_or(Form::Map { with_self: false, taken: 0 }, routilux::form)
        }
        _ => ALL,
    }
}

/// Collects what a source mentions.
#[derive(Default)]
struct Collector {
    mentions: Mentions,
    /// How many functions around the current place have a parameter `self`.
    bound_self: usize,
}

impl Collector {
    fn within(&mut self, parameters: Option<&Parameters>, walk: impl FnOnce(&mut Self)) {
        let binds = parameters.is_some_and(|parameters| parameters.includes("self"));
        self.bound_self += usize::from(binds);
        walk(self);
        self.bound_self -= usize::from(binds);
    }
}

impl<'a> Visitor<'a> for Collector {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.within(Some(&function.parameters), |collector| walk_stmt(collector, statement));
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                let name = name.id.as_str();
                self.mentions.own_self |= name == "self" && self.bound_self == 0;
                self.mentions.dynamic |= DYNAMIC.contains(&name);
                if !self.mentions.names.contains(name) {
                    self.mentions.names.insert(name.to_owned());
                }
            }
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                self.mentions.dynamic |= name == "__dict__";
                self.mentions.attributes.insert(name.to_owned());
                walk_expr(self, expression);
            }
            Expr::Lambda(lambda) => {
                self.within(lambda.parameters.as_deref(), |collector| walk_expr(collector, expression));
            }
            _ => walk_expr(self, expression),
        }
    }
}

/// What an expression's source says about itself.
#[derive(Debug, Default)]
pub struct ExpressionFacts {
    /// What it mentions.
    pub mentions: Mentions,
    /// The changes after which each attribute that is not called, `x.name`, is read through a function:
    /// `__flow_attribute(x, "name")`.
    pub edits: Vec<Edit>,
}

/// Looks at an expression, which the interpreter has compiled already; nothing if it is no expression.
pub fn expression(source: &str) -> Option<ExpressionFacts> {
    let parsed = parse_expression(source).ok()?;
    let mut collector = Collector::default();
    collector.visit_expr(parsed.expr());
    let mut attributes = Attributes { source, edits: Vec::new() };
    attributes.visit_expr(parsed.expr());
    attributes.edits.sort_by_key(|edit| edit.start);
    Some(ExpressionFacts { mentions: collector.mentions, edits: attributes.edits })
}

/// Why a source is no expression, with the line and the column.
pub fn expression_error(source: &str) -> Option<(String, u32, u32)> {
    let error = parse_expression(source).err()?;
    let (line, column) = place_of(source, error.location.start().to_usize());
    Some((error.error.to_string(), line, column + 1))
}

/// Finds the attributes that are read but not called.
struct Attributes<'s> {
    source: &'s str,
    edits: Vec<Edit>,
}

impl<'a> Visitor<'a> for Attributes<'_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            // `data.get("x")` is a method of the dict; only what stands before the dot is looked at.
            Expr::Call(call) => {
                match &*call.func {
                    Expr::Attribute(method) => self.visit_expr(&method.value),
                    function => self.visit_expr(function),
                }
                self.visit_arguments(&call.arguments);
            }
            Expr::Attribute(attribute) => {
                let (after, name) = (attribute.value.end().to_usize(), attribute.attr.start().to_usize());
                let gap = self.source.get(after..name).unwrap_or_default();
                // A comment may hold dots of its own; nobody writes one here.
                if let (Some(dot), false) = (gap.rfind('.'), gap.contains('#')) {
                    let (start, end) = (attribute.start().to_usize(), attribute.attr.end().to_usize());
                    let read = format!(", \"{}\")", attribute.attr.as_str());
                    self.edits.push(Edit { start, end: start, text: "__flow_attribute(".into() });
                    self.edits.push(Edit { start: after + dot, end, text: read.into() });
                }
                walk_expr(self, expression);
            }
            _ => walk_expr(self, expression),
        }
    }
}
