//! Everyday Python that the interpreter takes otherwise, written so that it does what Python does.
//!
//! - `round(x, 2)` rounds the number that a float really is: `round(2.675, 2)` is `2.67`.
//! - Generator expressions, and what `zip`, `map`, `filter`, `enumerate` and `reversed` give, are iterators where that
//!   can be seen: `next(x for x in items if x > 3)`.
//! - Methods of builtin types as functions: `max(d, key=d.get)`, `sorted(names, key=str.lower)`, `map(str.strip, lines)`.
//! - `error.__class__`, and the `__name__` of functions.
//! - `re.sub` with a function, `json.dumps` with `default`.
//! - `log` of what is no text.
//! - `json.loads` with the messages of CPython, `object()`, `type(error) is ValueError`.
//! - The modules in `modules/`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use monty_types::ExcType;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Alias, Expr, ExprAttribute, ExprCall, Stmt};
use ruff_text_size::Ranged;

use super::exceptions::Exceptions;
use super::own::Edit;

const ROUND: (&str, &str) = (
    "__flow_round",
    r#"def __flow_round(number, ndigits=None):
    if isinstance(number, float) and isinstance(ndigits, int) and 0 <= ndigits <= 300 and abs(number) < 1e300:
        return float(f"{number:.{int(ndigits)}f}")
    return round(number, ndigits)
"#,
);

const NEXT: (&str, &str) = (
    "__flow_next_of",
    r#"def __flow_next_of(items, *default):
    return next(iter(items), *default)
"#,
);

const NAMED: (&str, &str) = (
    "__flow_named",
    r#"def __flow_named(value):
    if type(value).__name__ == "function":
        return repr(value).split("'")[1]
    text = repr(value)
    if text.startswith("<class '"):
        return text.split("'")[1].split(".")[-1]
    return value.__name__
"#,
);

const SUB: (&str, &str) = (
    "__flow_sub",
    r#"import re as __flow_re
def __flow_sub(pattern, repl, string, count=0, flags=0):
    if isinstance(repl, str):
        return __flow_re.sub(pattern, repl, string, count, flags)
    matches = __flow_re.finditer(pattern, string, flags) if isinstance(pattern, str) else pattern.finditer(string)
    parts = []
    end = done = 0
    for match in matches:
        if count and done >= count:
            break
        parts += [string[end:match.start()], repl(match)]
        end = match.end()
        done += 1
    return "".join(parts) + string[end:]
"#,
);

const DUMPS: (&str, &str) = (
    "__flow_dumps",
    r#"import json as __flow_json
def __flow_dumps(value, default=None, **options):
    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        if value is None or isinstance(value, (str, int, float)):
            return value
        return plain(default(value))
    return __flow_json.dumps(value if default is None else plain(value), **options)
"#,
);

const LOADS: (&str, &str) = ("__flow_loads", include_str!("modules/json_loads.py"));

const OBJECT: (&str, &str) = ("__FlowObject", "class __FlowObject:\n    pass\n");

/// The type of an exception is not the value of its name: a table from what is shown of it to that value.
const TYPE: (&str, &str) = (
    "__flow_type",
    "def __flow_type(value):
    kind = type(value)
    return __flow_types.get(repr(kind), kind) if isinstance(value, BaseException) else kind
",
);

/// Modules that the interpreter lacks. The name of what holds one is `__flow_` and its own.
const MODULES: [(&str, &str); 6] = [
    ("heapq", include_str!("modules/heapq.py")),
    ("logging", include_str!("modules/logging.py")),
    ("operator", include_str!("modules/operator.py")),
    ("statistics", include_str!("modules/statistics.py")),
    ("string", include_str!("modules/string.py")),
    ("uuid", include_str!("modules/uuid.py")),
];

/// Builtins that give lists here.
const LAZY: [&str; 5] = ["zip", "map", "filter", "enumerate", "reversed"];

/// Builtin types whose methods are used as functions.
const TYPES: [&str; 8] = ["str", "bytes", "int", "float", "list", "dict", "set", "tuple"];

/// What has to be written otherwise, and what has to come before.
#[derive(Clone, Debug, Default)]
pub struct Idioms {
    /// The changes. Those at one place are in the order in which they have to be written.
    pub edits: Vec<Edit>,
    /// Whether the host's `log` is needed.
    pub logs: bool,
    /// Where the attributes are that are no longer read as they stand: start and end.
    pub attributes: Vec<(usize, usize)>,
    helpers: Vec<(&'static str, &'static str)>,
    modules: Vec<(&'static str, &'static str)>,
    /// The exceptions that types are compared with.
    compared: BTreeSet<String>,
}

impl Idioms {
    /// Those of a module.
    pub fn of(source: &str, statements: &[Stmt], exceptions: &Exceptions) -> Self {
        let mut compared = Compared { exceptions, names: BTreeSet::new() };
        statements.iter().for_each(|statement| compared.visit_stmt(statement));
        let found = Self { compared: compared.names, ..Self::default() };
        let mut finder = Finder { source, found };
        statements.iter().for_each(|statement| finder.visit_stmt(statement));
        finder.found
    }

    /// Those of an expression.
    pub fn of_expression(source: &str, expression: &Expr) -> Self {
        let mut finder = Finder { source, found: Self::default() };
        finder.visit_expr(expression);
        finder.found
    }

    /// What has to come before the script.
    pub fn before(&self) -> String {
        let helpers = self.helpers.iter().map(|(_, text)| *text);
        let class = (!self.modules.is_empty()).then_some("class __FlowModule:\n    pass\n");
        let text: String = helpers.chain(class).chain(self.modules.iter().map(|(_, text)| *text)).collect();
        if !self.helpers.contains(&TYPE) {
            return text;
        }
        let names = self.compared.iter().fold(String::new(), |names, name| names + name + ", ");
        format!("__flow_types = {{repr(kind): kind for kind in ({names})}}\n{text}")
    }
}

struct Finder<'s> {
    source: &'s str,
    found: Idioms,
}

impl Finder<'_> {
    fn replace(&mut self, start: usize, end: usize, text: impl Into<Cow<'static, str>>) {
        self.found.edits.push(Edit::replace(start, end, text));
    }

    fn around(&mut self, part: &impl Ranged, before: &'static str, after: &'static str) {
        let (start, end) = (part.start().to_usize(), part.end().to_usize());
        self.found.edits.push(Edit::open(start, end, before));
        self.found.edits.push(Edit::close(start, end, after));
    }

    fn helper(&mut self, helper: (&'static str, &'static str)) -> &'static str {
        if !self.found.helpers.contains(&helper) {
            self.found.helpers.push(helper);
        }
        helper.0
    }

    fn call(&mut self, call: &ExprCall) {
        match &*call.func {
            Expr::Name(function) => {
                let (start, end) = (function.start().to_usize(), function.end().to_usize());
                match (function.id.as_str(), &*call.arguments.args) {
                    ("round", arguments) if arguments.len() + call.arguments.keywords.len() == 2 => {
                        let name = self.helper(ROUND);
                        self.replace(start, end, name);
                    }
                    ("next", [first, ..]) if is_lazy_call(first) || first.is_generator_expr() => {
                        let name = self.helper(NEXT);
                        self.replace(start, end, name);
                    }
                    ("object", []) if call.arguments.keywords.is_empty() => {
                        let name = self.helper(OBJECT);
                        self.replace(start, end, name);
                    }
                    ("type", [_]) if !self.found.compared.is_empty() => {
                        let name = self.helper(TYPE);
                        self.replace(start, end, name);
                    }
                    ("map" | "filter", [Expr::Attribute(method), _]) => self.method(method),
                    ("sorted" | "min" | "max", _) => self.key(call),
                    ("log", [message, ..])
                        if !matches!(message, Expr::StringLiteral(_) | Expr::FString(_) | Expr::Starred(_)) =>
                    {
                        self.around(message, "str(", ")");
                    }
                    _ => {}
                }
            }
            Expr::Attribute(function) => {
                let of = if let Expr::Name(of) = &*function.value { of.id.as_str() } else { "" };
                let (start, end) = (function.start().to_usize(), function.end().to_usize());
                match (of, function.attr.as_str()) {
                    (_, "sort") | ("heapq", "nlargest" | "nsmallest") => self.key(call),
                    ("re", "sub") if matches!(call.arguments.args.get(1), Some(Expr::Lambda(_) | Expr::Name(_))) => {
                        let name = self.helper(SUB);
                        self.replace(start, end, name);
                    }
                    ("json", "loads") => {
                        let name = self.helper(LOADS);
                        self.replace(start, end, name);
                    }
                    ("json", "dumps") if call.arguments.find_keyword("default").is_some() => {
                        let name = self.helper(DUMPS);
                        self.replace(start, end, name);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn key(&mut self, call: &ExprCall) {
        if let Some(keyword) = call.arguments.find_keyword("key")
            && let Expr::Attribute(method) = &keyword.value
        {
            self.method(method);
        }
    }

    /// `d.get` becomes `lambda x: d.get(x)`, `str.lower` becomes `lambda x: x.lower()`.
    fn method(&mut self, method: &ExprAttribute) {
        if method.attr.as_str().starts_with("__") {
            return;
        }
        if matches!(&*method.value, Expr::Name(_) | Expr::Dict(_)) {
            self.found.attributes.push((method.start().to_usize(), method.end().to_usize()));
        }
        match &*method.value {
            Expr::Name(of) if TYPES.contains(&of.id.as_str()) => {
                self.replace(of.start().to_usize(), of.end().to_usize(), "lambda flow_item: flow_item");
                let (start, end) = (method.start().to_usize(), method.end().to_usize());
                self.found.edits.push(Edit::close(start, end, "()"));
            }
            // A name that the loop around it binds may be another one when the function is called.
            Expr::Name(_) | Expr::Dict(_) => self.around(method, "lambda flow_item: ", "(flow_item)"),
            _ => {}
        }
    }

    /// The import of modules that are here, as assignments in its lines.
    fn import(&mut self, names: &[Alias]) {
        for alias in names {
            let Some(module) = self.module(alias.name.as_str()) else { continue };
            let name = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
            // `import json, string` has other names too: each becomes a statement of its own.
            let (start, end) = (alias.start().to_usize(), alias.end().to_usize());
            self.replace(
                start,
                end,
                format!("math as __flow_math; {name} = __flow_{module}; import math as __flow_math"),
            );
        }
    }

    fn import_from(&mut self, module: &str, start: usize, names: &[Alias]) {
        let [first, ..] = names else { return };
        if first.name.as_str() == "*" {
            return;
        }
        let Some(module) = self.module(module) else { return };
        let all: String = names
            .iter()
            .map(|alias| format!("{} = __flow_{module}.{}; ", alias.asname.as_ref().unwrap_or(&alias.name), alias.name))
            .collect();
        let head = self.source.get(start..first.start().to_usize()).unwrap_or_default();
        let open = head.find('(').map_or(head.len(), |offset| offset);
        self.replace(start, start + open, all);
        for alias in names {
            self.replace(alias.start().to_usize(), alias.end().to_usize(), "0");
        }
    }

    fn module(&mut self, name: &str) -> Option<&'static str> {
        let module = MODULES.iter().find(|(known, _)| *known == name)?;
        if !self.found.modules.contains(module) {
            self.found.modules.push(*module);
        }
        self.found.logs |= module.0 == "logging";
        Some(module.0)
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.import(&import.names),
            Stmt::ImportFrom(import) if import.level == 0 => {
                if let Some(module) = &import.module {
                    self.import_from(module.as_str(), import.start().to_usize(), &import.names);
                }
            }
            Stmt::Assign(assign) if is_lazy_call(&assign.value) => self.around(&*assign.value, "iter(", ")"),
            Stmt::Return(returned) => {
                if let Some(value) = returned.value.as_deref().filter(|value| is_lazy_call(value)) {
                    self.around(value, "iter(", ")");
                }
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            Expr::Generator(generator) if generator.parenthesized => self.around(generator, "iter(", ")"),
            Expr::Attribute(attribute) if attribute.ctx.is_load() => {
                let (start, end) = (attribute.start().to_usize(), attribute.end().to_usize());
                let after = attribute.value.end().to_usize();
                let gap = self.source.get(after..attribute.attr.start().to_usize()).unwrap_or_default();
                // A comment may hold dots of its own; nobody writes one here.
                let Some(dot) = gap.rfind('.').filter(|_| !gap.contains('#')) else {
                    return walk_expr(self, expression);
                };
                let dot = after + dot;
                let is_class = |value: &Expr| match value {
                    Expr::Call(call) => matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "type"),
                    Expr::Attribute(attribute) => attribute.attr.as_str() == "__class__",
                    _ => false,
                };
                match attribute.attr.as_str() {
                    "__class__" => {
                        self.found.attributes.push((start, end));
                        let compares = !self.found.compared.is_empty();
                        let kind = if compares { self.helper(TYPE) } else { "type" };
                        self.found.edits.push(Edit::open(start, end, format!("{kind}(")));
                        self.replace(dot, end, ")");
                    }
                    "__name__" if !is_class(&attribute.value) || !self.found.compared.is_empty() => {
                        let name = self.helper(NAMED);
                        self.found.attributes.push((start, end));
                        self.found.edits.push(Edit::open(start, end, format!("{name}(")));
                        self.replace(dot, end, ")");
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        walk_expr(self, expression);
    }
}

/// Finds the exceptions that something is compared with, or looked up by.
struct Compared<'s> {
    exceptions: &'s Exceptions,
    names: BTreeSet<String>,
}

impl Compared<'_> {
    fn take(&mut self, value: &Expr) {
        match value {
            Expr::Name(name) => {
                let name = name.id.as_str();
                if name.parse::<ExcType>().is_ok() || self.exceptions.is_exception(name) {
                    self.names.insert(name.to_owned());
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|item| self.take(item)),
            Expr::List(list) => list.elts.iter().for_each(|item| self.take(item)),
            Expr::Set(set) => set.elts.iter().for_each(|item| self.take(item)),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Compared<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Assign(assign) = statement
            && !assign.value.is_name_expr()
        {
            self.take(&assign.value);
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Compare(compare) => {
                compare.operands.iter().for_each(|operand| self.take(operand));
            }
            Expr::Dict(dict) => dict.items.iter().filter_map(|item| item.key.as_ref()).for_each(|key| self.take(key)),
            _ => {}
        }
        walk_expr(self, expression);
    }
}

fn is_lazy_call(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    matches!(&*call.func, Expr::Name(name) if LAZY.contains(&name.id.as_str()))
}
