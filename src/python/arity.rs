//! Functions that may be called with too few or too many arguments.
//!
//! The interpreter has a quick way of calling functions with plain parameters only. What does not fit there loses the
//! frame of the call from its traceback; what takes more than plain parameters keeps it. So a function that some call of
//! the source does not fit gets one more parameter, which no call names; all others stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Arguments, Expr, ExprCall, Parameters, Stmt};
use ruff_text_size::Ranged;

use super::own::Edit;

/// The parameter that no call names.
const MORE: &str = "*, __flow_more=None";

/// The functions that some call does not fit, each with one parameter more.
pub fn edits(source: &str, statements: &[Stmt]) -> Vec<Edit> {
    let mut finder = Finder::default();
    statements.iter().for_each(|statement| finder.visit_stmt(statement));
    let Finder { functions, calls, passed, unknown, .. } = finder;
    let unfit = functions.iter().filter(|function| {
        let own = calls.get(&(function.name.clone(), function.is_method));
        let counts = own.into_iter().flatten();
        // A function that is handed on may be called by a name of any kind.
        let is_passed = passed.contains(&function.name) || function.name.is_empty();
        let others = unknown.iter().filter(|_| is_passed);
        counts.chain(others).any(|count| !function.fits(*count))
    });
    unfit.filter_map(|function| function.edit(source)).collect()
}

/// How many plain arguments a call gives; nothing if that is known only when it is made.
type Count = Option<usize>;

/// A function with plain parameters.
struct Function {
    /// Nothing for a lambda that has no name of its own.
    name: String,
    is_method: bool,
    fewest: usize,
    most: usize,
    /// The bytes from the end of its name, or of the word `lambda`, to its body.
    head: (usize, usize),
    /// The end of its last parameter.
    last: Option<usize>,
}

impl Function {
    fn fits(&self, count: Count) -> bool {
        count.is_some_and(|count| (self.fewest..=self.most).contains(&(count + usize::from(self.is_method))))
    }

    fn edit(&self, source: &str) -> Option<Edit> {
        if let Some(last) = self.last {
            return Some(Edit::insert(last, format!(", {MORE}")));
        }
        let (start, end) = self.head;
        let head = source.get(start..end)?;
        match head.find('(') {
            Some(open) => Some(Edit::insert(start + open + 1, MORE)),
            // `lambda: 0`
            None => head.starts_with(':').then(|| Edit::insert(start, format!(" {MORE}"))),
        }
    }
}

#[derive(Default)]
struct Finder {
    functions: Vec<Function>,
    /// The calls of each name, plain or after a dot.
    calls: BTreeMap<(String, bool), BTreeSet<Count>>,
    /// The names that are used otherwise than in calls.
    passed: BTreeSet<String>,
    /// The calls of what is no function's name.
    unknown: BTreeSet<Count>,
    /// The class around the current place.
    class: Option<String>,
    /// The names that parameters have.
    parameters: BTreeSet<String>,
}

impl Finder {
    fn function(&mut self, name: &str, parameters: Option<&Parameters>, head: (usize, usize)) {
        let is_method = self.class.is_some();
        // A class is called by its own name.
        let (name, is_method) = match &self.class {
            Some(class) if name == "__init__" => (class.clone(), true),
            _ => (name.to_owned(), is_method),
        };
        let Some(parameters) = parameters else {
            let function = Function { name, is_method, fewest: 0, most: 0, head, last: None };
            self.functions.push(function);
            return;
        };
        self.parameters.extend(parameters.iter().map(|parameter| parameter.name().to_string()));
        let is_plain = parameters.posonlyargs.is_empty()
            && parameters.kwonlyargs.is_empty()
            && parameters.vararg.is_none()
            && parameters.kwarg.is_none();
        if is_plain {
            let most = parameters.args.len();
            let fewest = parameters.args.iter().filter(|parameter| parameter.default.is_none()).count();
            let last = parameters.args.last().map(|last| last.end().to_usize());
            self.functions.push(Function { name, is_method, fewest, most, head, last });
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let Some(count) = count(&call.arguments) else { return };
        match &*call.func {
            Expr::Name(name) => {
                // The class behind a name is called without its `self`, as its methods are after a dot.
                for is_method in [false, true] {
                    self.calls.entry((name.id.to_string(), is_method)).or_default().insert(count);
                }
                if self.parameters.contains(name.id.as_str()) {
                    self.unknown.insert(count);
                }
            }
            Expr::Attribute(attribute) => {
                self.calls.entry((attribute.attr.to_string(), true)).or_default().insert(count);
            }
            _ => {
                self.unknown.insert(count);
            }
        }
    }
}

/// How many arguments a call gives, unless some have names: those calls keep their frames.
fn count(arguments: &Arguments) -> Option<Count> {
    if !arguments.keywords.is_empty() {
        return None;
    }
    let starred = arguments.args.iter().any(Expr::is_starred_expr);
    Some((!starred).then_some(arguments.args.len()))
}

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                let body = function.body.first().map_or(function.end(), Ranged::start);
                let head = (function.name.end().to_usize(), body.to_usize());
                if function.decorator_list.is_empty() {
                    self.function(function.name.as_str(), Some(&function.parameters), head);
                }
                let class = self.class.take();
                walk_stmt(self, statement);
                self.class = class;
            }
            Stmt::ClassDef(class) => {
                let outer = self.class.replace(class.name.to_string());
                walk_stmt(self, statement);
                self.class = outer;
            }
            Stmt::Assign(assign) => {
                if let ([Expr::Name(name)], Expr::Lambda(lambda)) = (&*assign.targets, &*assign.value) {
                    let start = lambda.start().to_usize() + "lambda".len();
                    self.function(name.id.as_str(), lambda.parameters.as_deref(), (start, lambda.end().to_usize()));
                    self.visit_expr(&lambda.body);
                } else {
                    walk_stmt(self, statement);
                }
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => {
                self.call(call);
                match &*call.func {
                    Expr::Name(_) => {}
                    Expr::Attribute(attribute) => self.visit_expr(&attribute.value),
                    function => self.visit_expr(function),
                }
                self.visit_arguments(&call.arguments);
                return;
            }
            Expr::Name(name) if name.ctx.is_load() => {
                self.passed.insert(name.id.to_string());
            }
            Expr::Attribute(attribute) => {
                self.passed.insert(attribute.attr.to_string());
            }
            Expr::Lambda(lambda) => {
                let start = lambda.start().to_usize() + "lambda".len();
                let class = self.class.take();
                self.function("", lambda.parameters.as_deref(), (start, lambda.end().to_usize()));
                self.class = class;
            }
            _ => {}
        }
        walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::super::own::apply;
    use super::edits;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let parsed = parse_module(source).unwrap();
        let mut edits = edits(source, parsed.suite());
        super::Edit::sort(&mut edits);
        assert_eq!(apply(source, &edits), expected);
    }

    #[test]
    fn only_what_a_call_does_not_fit_is_changed() {
        check("def f(a): return a\nf()\n", "def f(a, *, __flow_more=None): return a\nf()\n");
        check("def f( ): return 1\nf(2)\n", "def f(*, __flow_more=None ): return 1\nf(2)\n");
        check("def f(a: int = 1): pass\nf(1, 2)\n", "def f(a: int = 1, *, __flow_more=None): pass\nf(1, 2)\n");
        check("f = lambda: 0\nf(1)\n", "f = lambda *, __flow_more=None: 0\nf(1)\n");
        check("def f(a): pass\nf(*x)\n", "def f(a, *, __flow_more=None): pass\nf(*x)\n");
        check(
            "class A:\n    def __init__(self, a): pass\n    def m(self): pass\nA().m(1)\n",
            "class A:\n    def __init__(self, a, *, __flow_more=None): pass\n    def m(self, *, __flow_more=None): pass\nA().m(1)\n",
        );
        check("def f(a): pass\ndef g(h): h()\ng(f)\n", "def f(a, *, __flow_more=None): pass\ndef g(h): h()\ng(f)\n");
        for fits in [
            "def f(a, b=1): pass\nf(1)\nf(1, 2)\nf(b=1)\n",
            "def f(a, *b): pass\nf()\n",
            "class A:\n    def __init__(self, a): pass\n    def m(self): pass\nA(1).m()\n",
            "def f(a): pass\nsorted(x, key=f)\nsorted(x, key=lambda a: 1)\nlen()\n",
        ] {
            check(fits, fits);
        }
    }
}
