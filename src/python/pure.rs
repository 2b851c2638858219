//! Whether a module holds anything that an activation could leave behind for the next one.
//!
//! A logic starts anew with each activation: only state, shared data and the queues remember. Where the module's own
//! lines only define functions and constants, a program that stays alive cannot be told from one that starts anew, and
//! costs less than half. In doubt it starts anew.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Parameters, Stmt};

use super::exceptions::Exceptions;

/// Modules without a clock, chance, or settings that a script can change.
const MODULES: [&str; 15] = [
    "__future__",
    "bisect",
    "collections",
    "copy",
    "functools",
    "heapq",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "typing",
];

/// Builtins through which it could be seen where in memory something lies.
const PLACES: [&str; 2] = ["id", "hash"];

/// Whether nothing but functions and constants is left when the module has run, and nothing changes them later.
pub fn is_pure(statements: &[Stmt], exceptions: &Exceptions) -> bool {
    let is_definition = |statement: &Stmt| match statement {
        Stmt::ClassDef(class) => exceptions.has(class),
        _ => is_definition(statement),
    };
    let mut looker = Looker { pure: statements.iter().all(is_definition) };
    for statement in statements {
        looker.visit_stmt(statement);
    }
    looker.pure
}

/// Whether a statement of the module only defines a function or a constant, or imports.
fn is_definition(statement: &Stmt) -> bool {
    match statement {
        Stmt::FunctionDef(function) => {
            function.decorator_list.is_empty() && has_constant_defaults(&function.parameters)
        }
        Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Pass(_) => true,
        Stmt::Expr(text) => matches!(*text.value, Expr::StringLiteral(_)),
        Stmt::Assign(assign) => {
            matches!(&*assign.targets, [Expr::Name(_)])
                && match &*assign.value {
                    Expr::Lambda(lambda) => lambda.parameters.as_deref().is_none_or(has_constant_defaults),
                    value => is_constant(value),
                }
        }
        _ => false,
    }
}

fn has_constant_defaults(parameters: &Parameters) -> bool {
    parameters.iter_non_variadic_params().filter_map(|parameter| parameter.default.as_deref()).all(is_constant)
}

/// Whether a value cannot be changed.
fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_) => true,
        Expr::UnaryOp(operation) => is_constant(&operation.operand),
        Expr::BinOp(operation) => is_constant(&operation.left) && is_constant(&operation.right),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_constant),
        _ => false,
    }
}

struct Looker {
    pure: bool,
}

fn is_known(module: &str) -> bool {
    MODULES.contains(&module.split('.').next().unwrap_or_default())
}

impl<'a> Visitor<'a> for Looker {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Global(_) => self.pure = false,
            Stmt::Import(import) => self.pure &= import.names.iter().all(|name| is_known(&name.name)),
            Stmt::ImportFrom(import) => self.pure &= import.module.as_ref().is_some_and(|module| is_known(module)),
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression {
            self.pure &= !PLACES.contains(&name.id.as_str());
        }
        walk_expr(self, expression);
    }
}
