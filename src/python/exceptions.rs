//! Exceptions that the interpreter lacks: some of Python's own, Routilux's, and those that a script defines as
//! `class OrderError(ValueError): pass`.
//!
//! The interpreter knows a fixed set of exceptions and no inheritance. So each exception that a script needs is *carried*
//! by one of that set that nothing in the script can raise otherwise: the name is bound to it, `except` and `isinstance`
//! of a base name the carriers of what derives from it too, and what leaves the script gets its own name and bases
//! back. A class whose body does anything is left to the interpreter, which says that it cannot have a base.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::rc::Rc;

use monty_types::ExcType;
use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_interpolated_string_element};
use ruff_python_ast::{
    ConversionFlag, ExceptHandler, Expr, ExprAttribute, InterpolatedStringElement, Stmt, StmtClassDef,
};
use ruff_text_size::Ranged;

use super::failure::builtin_bases;
use super::own::Edit;
use super::routilux;

/// Python's exceptions that the interpreter lacks, with their bases; a base comes before what derives from it.
const LACKING: [(&str, &str); 25] = [
    ("UnicodeError", "ValueError"),
    ("FloatingPointError", "ArithmeticError"),
    ("ConnectionError", "OSError"),
    ("ConnectionResetError", "ConnectionError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("BrokenPipeError", "ConnectionError"),
    ("BlockingIOError", "OSError"),
    ("ChildProcessError", "OSError"),
    ("InterruptedError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("EOFError", "Exception"),
    ("BufferError", "Exception"),
    ("ReferenceError", "Exception"),
    ("StopAsyncIteration", "Exception"),
    ("SystemError", "Exception"),
    ("IndentationError", "SyntaxError"),
    ("TabError", "IndentationError"),
    ("Warning", "Exception"),
    ("UserWarning", "Warning"),
    ("DeprecationWarning", "Warning"),
    ("RuntimeWarning", "Warning"),
    ("FutureWarning", "Warning"),
    ("ResourceWarning", "Warning"),
    ("GeneratorExit", "BaseException"),
];

/// Other names of exceptions.
const ALIASES: [(&str, &str); 2] = [("EnvironmentError", "OSError"), ("IOError", "OSError")];

/// What Routilux raises, and lets its users raise: each derives from the first.
const OF_ROUTILUX: [&str; 6] =
    ["RoutiluxError", "ExecutionError", "SerializationError", "ConfigurationError", "StateError", "SlotHandlerError"];

/// An exception of the interpreter's that can stand for another one.
#[derive(Debug)]
struct Carrier {
    exc_type: ExcType,
    /// The module that has it, and raises it; the builtin ones are raised by nothing here, because there are no files.
    module: Option<&'static str>,
    name: &'static str,
    /// The base by which it is caught too.
    base: &'static str,
}

const CARRIERS: [Carrier; 10] = [
    Carrier { exc_type: ExcType::FileExistsError, module: None, name: "FileExistsError", base: "OSError" },
    Carrier { exc_type: ExcType::IsADirectoryError, module: None, name: "IsADirectoryError", base: "OSError" },
    Carrier { exc_type: ExcType::NotADirectoryError, module: None, name: "NotADirectoryError", base: "OSError" },
    Carrier {
        exc_type: ExcType::TomlDecodeError,
        module: Some("tomllib"),
        name: "TOMLDecodeError",
        base: "ValueError",
    },
    Carrier { exc_type: ExcType::BinasciiIncomplete, module: Some("binascii"), name: "Incomplete", base: "Exception" },
    Carrier { exc_type: ExcType::BinasciiError, module: Some("binascii"), name: "Error", base: "ValueError" },
    Carrier { exc_type: ExcType::JsonDecodeError, module: Some("json"), name: "JSONDecodeError", base: "ValueError" },
    Carrier { exc_type: ExcType::RePatternError, module: Some("re"), name: "PatternError", base: "Exception" },
    Carrier {
        exc_type: ExcType::DecimalSubnormal,
        module: Some("decimal"),
        name: "Subnormal",
        base: "ArithmeticError",
    },
    Carrier { exc_type: ExcType::DecimalRounded, module: Some("decimal"), name: "Rounded", base: "ArithmeticError" },
];

/// `repr` of what is carried has its own name too.
const REPR: &str = "\
def __flow_repr(value):
    text = repr(value)
    if isinstance(value, BaseException):
        return __flow_name(type(value).__name__) + text[text.find('('):]
    return text
";

/// An exception that is carried.
#[derive(Debug)]
struct Carried {
    name: String,
    /// All its bases, nearest first.
    bases: Vec<String>,
    carrier: &'static Carrier,
}

/// The carried exceptions of a script.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    carried: Rc<[Carried]>,
    aliases: Vec<(&'static str, &'static str)>,
}

impl Exceptions {
    /// The exceptions that a module needs, as far as there are carriers.
    pub fn of(source: &str, statements: &[Stmt]) -> Self {
        let mut names = Names::default();
        statements.iter().for_each(|statement| names.visit_stmt(statement));
        let names = names.0;
        let aliases: Vec<_> = ALIASES.into_iter().filter(|(name, _)| names.contains(*name)).collect();
        let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
        for (name, _) in LACKING.into_iter().filter(|(name, _)| names.contains(*name)) {
            wanted.push((name.to_owned(), bases_of_lacking(name)));
        }
        for name in routilux::imported(statements).filter(|name| names.contains(*name) && OF_ROUTILUX.contains(name)) {
            let own = OF_ROUTILUX.iter().take(usize::from(name != OF_ROUTILUX[0])).copied();
            let bases = own.chain(["Exception", "BaseException"]).map(str::to_owned).collect();
            wanted.push((name.to_owned(), bases));
        }
        for class in statements.iter().filter_map(|statement| statement.as_class_def_stmt()) {
            let Some(base) = plain_base(class) else { continue };
            let known = wanted.iter().find(|(name, _)| name == base).map(|(_, bases)| bases.clone());
            let Some(rest) = known.or_else(|| of_builtin(base)) else { continue };
            wanted.push((class.name.to_string(), [vec![base.to_owned()], rest].concat()));
        }
        let mut free: Vec<&'static Carrier> = CARRIERS
            .iter()
            .filter(|carrier| match carrier.module {
                None => !names.contains(carrier.name),
                Some("binascii") => !source.contains("binascii") && !source.contains("base64"),
                Some(module) => !source.contains(module),
            })
            .collect();
        let mut carried = Vec::new();
        for (name, bases) in wanted {
            // The nearest is caught by what catches the real one; the next best is caught by nothing that is written.
            let own =
                free.iter().position(|carrier| carrier.base != "Exception" && bases.iter().any(|b| b == carrier.base));
            let unseen =
                || free.iter().position(|carrier| carrier.base == "Exception" || !names.contains(carrier.base));
            let Some(position) = own.or_else(unseen).or((!free.is_empty()).then_some(0)) else { break };
            carried.push(Carried { name, bases, carrier: free.remove(position) });
        }
        Self { carried: carried.into(), aliases }
    }

    /// Whether a class is one of them: it holds nothing that could change.
    pub fn has(&self, class: &StmtClassDef) -> bool {
        plain_base(class).is_some() && self.find(class.name.as_str()).is_some()
    }

    /// Whether a name is one of them.
    pub fn is_exception(&self, name: &str) -> bool {
        self.find(name).is_some() || self.aliases.iter().any(|(alias, _)| *alias == name)
    }

    /// Whether a name is one of Routilux's, which take more than a text: where it happened.
    pub fn is_of_routilux(&self, name: &str) -> bool {
        OF_ROUTILUX.contains(&name) && self.find(name).is_some()
    }

    /// The name and the bases of what an exception of the interpreter's carries.
    pub fn carried_by(&self, exc_type: ExcType) -> Option<(&str, &[String])> {
        let carried = self.carried.iter().find(|carried| carried.carrier.exc_type == exc_type)?;
        Some((&carried.name, &carried.bases))
    }

    /// What has to come before the script.
    pub fn before(&self) -> String {
        let mut text = String::new();
        let mut written = Ok(());
        for (alias, name) in &self.aliases {
            written = written.and(writeln!(text, "{alias} = {name}"));
        }
        for Carried { name, carrier, .. } in self.carried.iter() {
            written = written.and(match carrier.module {
                None => writeln!(text, "{name} = {}", carrier.name),
                Some(module) => writeln!(text, "from {module} import {} as {name}", carrier.name),
            });
        }
        if !self.carried.is_empty() {
            let names = self.carried.iter().map(|carried| format!("{:?}: {:?}", carried.carrier.name, carried.name));
            let names = names.collect::<Vec<_>>().join(", ");
            written = written.and(writeln!(text, "def __flow_name(name):\n    return {{{names}}}.get(name, name)"));
            text.push_str(REPR);
        }
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
        text
    }

    /// What has to be written otherwise in the script.
    pub fn edits(&self, source: &str, statements: &[Stmt]) -> Vec<Edit> {
        if self.carried.is_empty() {
            return Vec::new();
        }
        let mut finder = Finder { source, exceptions: self, edits: Vec::new() };
        for statement in statements {
            if let Stmt::ClassDef(class) = statement
                && self.has(class)
            {
                finder.class(class);
            } else {
                finder.visit_stmt(statement);
            }
        }
        finder.edits
    }

    fn find(&self, name: &str) -> Option<&Carried> {
        self.carried.iter().find(|carried| carried.name == name)
    }

    /// What derives from an exception and is carried.
    fn derived(&self, base: &str) -> Vec<&str> {
        if ["Exception", "BaseException"].contains(&base) {
            return Vec::new();
        }
        let base = ALIASES.iter().find(|(alias, _)| *alias == base).map_or(base, |(_, name)| name);
        let derived = self.carried.iter().filter(|carried| carried.bases.iter().any(|other| other == base));
        derived.map(|carried| carried.name.as_str()).collect()
    }
}

/// The bases of an exception that the interpreter lacks, nearest first.
fn bases_of_lacking(name: &str) -> Vec<String> {
    match LACKING.iter().find(|(lacking, _)| *lacking == name) {
        Some((_, base)) => [vec![(*base).to_owned()], bases_of_lacking(base)].concat(),
        None => of_builtin(name).unwrap_or_default(),
    }
}

/// The bases of an exception that the interpreter has, nearest first.
fn of_builtin(name: &str) -> Option<Vec<String>> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name);
    let exc_type: ExcType = name.parse().ok()?;
    Some(builtin_bases(exc_type).iter().map(|base| base.to_string()).collect())
}

/// The one base of a class that has nothing of its own.
fn plain_base(class: &StmtClassDef) -> Option<&str> {
    let arguments = class.arguments.as_deref()?;
    let ([Expr::Name(base)], true) = (&*arguments.args, arguments.keywords.is_empty()) else { return None };
    let is_plain = |statement: &Stmt| match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(expression) => {
            expression.value.is_string_literal_expr() || expression.value.is_ellipsis_literal_expr()
        }
        _ => false,
    };
    let is_plain = class.decorator_list.is_empty() && class.type_params.is_none() && class.body.iter().all(is_plain);
    is_plain.then_some(base.id.as_str())
}

/// All names that a source mentions.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'a> Visitor<'a> for Names {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression {
            self.0.insert(name.id.to_string());
        }
        walk_expr(self, expression);
    }
}

struct Finder<'s> {
    source: &'s str,
    exceptions: &'s Exceptions,
    edits: Vec<Edit>,
}

impl Finder<'_> {
    /// `class OrderError(ValueError):` becomes `if True:`: its lines stay where they are.
    fn class(&mut self, class: &StmtClassDef) {
        let (Some(arguments), Some(first)) = (&class.arguments, class.body.first()) else { return };
        let after = arguments.end().to_usize();
        let gap = self.source.get(after..first.start().to_usize()).unwrap_or_default();
        if let Some(colon) = gap.find(':') {
            self.edits.push(Edit::replace(class.start().to_usize(), after + colon, "if True"));
        }
    }

    /// A base stands for what derives from it, too.
    fn base(&mut self, expression: &Expr, alone: bool) {
        match expression {
            Expr::Name(name) => {
                let derived = self.exceptions.derived(name.id.as_str());
                if !derived.is_empty() {
                    let (start, end) = (name.start().to_usize(), name.end().to_usize());
                    let more = format!(", {}", derived.join(", "));
                    if alone {
                        self.edits.push(Edit::open(start, end, "("));
                    }
                    self.edits.push(Edit::close(start, end, if alone { format!("{more})") } else { more }));
                }
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.base(element, false)),
            _ => {}
        }
    }

    fn name_of(&mut self, attribute: &ExprAttribute) {
        let (start, end) = (attribute.start().to_usize(), attribute.end().to_usize());
        self.edits.push(Edit::open(start, end, "__flow_name("));
        self.edits.push(Edit::close(start, end, ")"));
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(caught) = handler;
        if let Some(caught) = &caught.type_ {
            self.base(caught, true);
        }
        walk_except_handler(self, handler);
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        // `{error!r}`; `{error=}` shows its own text, which must stay as it is.
        if let InterpolatedStringElement::Interpolation(part) = element
            && part.conversion == ConversionFlag::Repr
            && part.debug_text.is_none()
        {
            let end = part.expression.end().to_usize();
            let rest = self.source.get(end..part.range.end().to_usize()).unwrap_or_default();
            if let Some(gap) = rest.find("!r") {
                self.edits.push(Edit::open(part.expression.start().to_usize(), end, "__flow_repr("));
                self.edits.push(Edit::replace(end + gap, end + gap + 2, ")"));
            }
        }
        walk_interpolated_string_element(self, element);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression
            && let Expr::Name(function) = &*call.func
        {
            match (function.id.as_str(), &*call.arguments.args) {
                ("isinstance", [_, bases]) => self.base(bases, true),
                ("repr", [_]) => {
                    let (start, end) = (function.start().to_usize(), function.end().to_usize());
                    self.edits.push(Edit::replace(start, end, "__flow_repr"));
                }
                _ => {}
            }
        }
        if let Expr::Attribute(attribute) = expression
            && attribute.attr.as_str() == "__name__"
            && attribute.ctx.is_load()
        {
            self.name_of(attribute);
        }
        walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use ruff_python_parser::parse_module;

    use super::super::own::{Edit, apply};
    use super::Exceptions;

    #[track_caller]
    fn check(source: &str, before: &str, expected: &str) {
        let parsed = parse_module(source).unwrap();
        let exceptions = Exceptions::of(source, parsed.suite());
        let mut edits = exceptions.edits(source, parsed.suite());
        Edit::sort(&mut edits);
        assert_eq!(apply(source, &edits), expected);
        assert_eq!(exceptions.before().split("def ").next().unwrap(), before);
    }

    #[test]
    fn lines_stay_where_they_are() {
        check(
            "class A(ValueError):\n    \"\"\"Why.\"\"\"\nclass B(A): pass\ntry:\n    raise B('x')\nexcept (KeyError, A) as e:\n    f(type(e).__name__)\n",
            "from tomllib import TOMLDecodeError as A\nfrom binascii import Error as B\n",
            "if True:\n    \"\"\"Why.\"\"\"\nif True: pass\ntry:\n    raise B('x')\nexcept (KeyError, A, B) as e:\n    f(__flow_name(type(e).__name__))\n",
        );
        check(
            "try:\n    raise ConnectionError\nexcept IOError:\n    isinstance(e, ConnectionError)\n",
            "IOError = OSError\nConnectionError = FileExistsError\n",
            "try:\n    raise ConnectionError\nexcept (IOError, ConnectionError):\n    isinstance(e, ConnectionError)\n",
        );
    }

    #[test]
    fn other_classes_are_left_alone() {
        let source = "class A(ValueError):\n    x = 1\nclass B(C): pass\nclass D: pass\n";
        check(source, "", source);
    }
}
