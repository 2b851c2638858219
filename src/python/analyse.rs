//! Looks at Python source before it runs: what it defines and what it mentions, so that an activation pays only for that.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Parameters, Stmt, StmtFunctionDef};
use ruff_python_parser::{parse_expression, parse_module};
use ruff_text_size::Ranged;

use super::debug_texts::DebugTexts;
use super::exceptions::Exceptions;
use super::idioms::Idioms;
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
        find_logic(statement, source, parsed.suite(), &mut facts);
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
fn find_logic(statement: &Stmt, source: &str, module: &[Stmt], facts: &mut LogicFacts) {
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
        Stmt::Assign(assign) if assign.targets.iter().any(is_logic) => bind(form_of_value(&assign.value, module)),
        Stmt::AnnAssign(assign) if is_logic(&assign.target) => {
            if let Some(value) = &assign.value {
                bind(form_of_value(value, module));
            }
        }
        Stmt::ClassDef(class) if class.name.as_str() == "logic" => bind(ALL),
        Stmt::Import(import) if import.names.iter().any(alias_is_logic) => bind(ALL),
        Stmt::ImportFrom(import) if import.names.iter().any(alias_is_logic) => bind(ALL),
        Stmt::If(branch) => {
            let clauses = branch.elif_else_clauses.iter().flat_map(|clause| clause.body.iter());
            branch.body.iter().chain(clauses).for_each(|inner| find_logic(inner, source, module, facts));
        }
        Stmt::Try(attempt) => {
            let last = attempt.orelse.iter().chain(&attempt.finalbody);
            attempt.body.iter().chain(last).for_each(|inner| find_logic(inner, source, module, facts));
        }
        Stmt::With(with) => with.body.iter().for_each(|inner| find_logic(inner, source, module, facts)),
        Stmt::For(each) => each.body.iter().for_each(|inner| find_logic(inner, source, module, facts)),
        Stmt::While(again) => again.body.iter().for_each(|inner| find_logic(inner, source, module, facts)),
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

/// The form of something that is assigned to `logic`: a function of this module, or one that such a function returns.
fn form_of_value(value: &Expr, module: &[Stmt]) -> Form {
    match value {
        Expr::Lambda(lambda) => {
            lambda.parameters.as_deref().map_or(Form::Map { with_self: false, taken: 0 }, routilux::form)
        }
        Expr::Name(name) => {
            function(name.id.as_str(), module).map_or(ALL, |function| routilux::form(&function.parameters))
        }
        Expr::Call(call) => {
            let Expr::Name(maker) = &*call.func else { return ALL };
            let Some(maker) = function(maker.id.as_str(), module) else { return ALL };
            let returned = maker.body.iter().rev().find_map(|statement| statement.as_return_stmt());
            match returned.and_then(|returned| returned.value.as_deref()) {
                Some(value @ (Expr::Lambda(_) | Expr::Name(_))) => form_of_value(value, &maker.body),
                _ => ALL,
            }
        }
        _ => ALL,
    }
}

/// The function of this name among statements; the last one counts.
fn function<'a>(name: &str, statements: &'a [Stmt]) -> Option<&'a StmtFunctionDef> {
    let functions = statements.iter().rev().filter_map(|statement| statement.as_function_def_stmt());
    functions.into_iter().find(|function| function.name.as_str() == name)
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
    /// What has to be written otherwise in any case.
    pub idioms: Idioms,
}

/// Looks at an expression, which the interpreter has compiled already; nothing if it is no expression.
pub fn expression(source: &str) -> Option<ExpressionFacts> {
    let parsed = parse_expression(source).ok()?;
    let mut collector = Collector::default();
    collector.visit_expr(parsed.expr());
    let mut idioms = Idioms::of_expression(source, parsed.expr());
    let mut attributes = Attributes { source, edits: Vec::new(), others: &idioms.attributes };
    attributes.visit_expr(parsed.expr());
    Edit::sort(&mut attributes.edits);
    let mut texts = DebugTexts::new(source, &[&attributes.edits, &idioms.edits]);
    texts.visit_expr(parsed.expr());
    idioms.edits.append(&mut texts.edits);
    Some(ExpressionFacts { mentions: collector.mentions, edits: attributes.edits, idioms })
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
    /// Those that are written otherwise already.
    others: &'s [(usize, usize)],
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
            Expr::Attribute(attribute)
                if !self.others.contains(&(attribute.start().to_usize(), attribute.end().to_usize())) =>
            {
                let (after, name) = (attribute.value.end().to_usize(), attribute.attr.start().to_usize());
                let gap = self.source.get(after..name).unwrap_or_default();
                // A comment may hold dots of its own; nobody writes one here.
                if let (Some(dot), false) = (gap.rfind('.'), gap.contains('#')) {
                    let (start, end) = (attribute.start().to_usize(), attribute.attr.end().to_usize());
                    let read = format!(", \"{}\")", attribute.attr.as_str());
                    self.edits.push(Edit::open(start, end, "__flow_attribute("));
                    self.edits.push(Edit::replace(after + dot, end, read));
                }
                walk_expr(self, expression);
            }
            _ => walk_expr(self, expression),
        }
    }
}
