//! Texts of objects whose `__str__` or `__repr__` ask the host for something.
//!
//! The interpreter cannot stop for the host within `str`. So in a source that has such a class (`callbacks.rs` tells)
//! `str(x)`, `repr(x)`, `f"{x}"`, `print(x)` and `map(str, items)` call the method themselves. What is inside a list or a
//! dict is out of reach, and so is `"%s" % x`.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_interpolated_string_element, walk_stmt};
use ruff_python_ast::{ConversionFlag, Expr, ExprName, InterpolatedElement, InterpolatedStringElement, Stmt};
use ruff_text_size::Ranged;

use super::own::Edit;

/// What stands in for `str`.
pub const STR: &str = "__flow_str";

/// A class with such a method.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Whether it has `__str__`.
    pub has_str: bool,
    /// Whether it has `__repr__`.
    pub has_repr: bool,
}

/// What has to come before a source with these classes.
pub fn before(classes: &[Class]) -> String {
    if classes.is_empty() {
        return String::new();
    }
    let names = |wanted: &dyn Fn(&Class) -> bool| {
        let names = classes.iter().filter(|class| wanted(class)).map(|class| format!("'{}', ", class.name));
        names.collect::<String>()
    };
    let (with_str, with_repr) = (names(&|class| class.has_str), names(&|class| class.has_repr));
    format!(
        r#"def __flow_text(text, method):
    if not isinstance(text, str):
        raise TypeError(f"{{method}} returned non-string (type {{type(text).__name__}})")
    return text
def __flow_repr(value):
    return __flow_text(value.__repr__(), "__repr__") if type(value).__name__ in ({with_repr}) else repr(value)
def __flow_str(value):
    if type(value).__name__ in ({with_str}):
        return __flow_text(value.__str__(), "__str__")
    return __flow_repr(value) if type(value).__name__ in ({with_repr}) else str(value)
"#
    )
}

/// What has to be written otherwise in a source with such a class.
pub fn edits(source: &str, statements: &[Stmt]) -> Vec<Edit> {
    let mut finder = Finder { source, edits: Vec::new() };
    statements.iter().for_each(|statement| finder.visit_stmt(statement));
    finder.edits
}

struct Finder<'s> {
    source: &'s str,
    edits: Vec<Edit>,
}

impl Finder<'_> {
    /// `str` and `repr` by name.
    fn name(&mut self, name: &ExprName) {
        if matches!(name.id.as_str(), "str" | "repr") {
            let (start, end) = (name.start().to_usize(), name.end().to_usize());
            self.edits.push(Edit::replace(start, end, format!("__flow_{}", name.id)));
        }
    }

    /// `{x}`, `{x!s:>9}` and `{x!r}` in an f-string.
    fn interpolation(&mut self, element: &InterpolatedElement) {
        let function = match element.conversion {
            ConversionFlag::None if element.format_spec.is_none() => "__flow_str(",
            ConversionFlag::Str => "__flow_str(",
            ConversionFlag::Repr => "__flow_repr(",
            _ => return,
        };
        if element.debug_text.is_some() || element.expression.is_literal_expr() {
            return;
        }
        let (start, end) = (element.expression.start().to_usize(), element.expression.end().to_usize());
        if element.conversion == ConversionFlag::Repr {
            let rest = self.source.get(end..element.end().to_usize()).unwrap_or_default();
            let Some(flag) = rest.find("!r") else { return };
            self.edits.push(Edit::replace(end + flag, end + flag + 2, "!s"));
        }
        self.edits.push(Edit::open(start, end, function));
        self.edits.push(Edit::close(start, end, ")"));
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression {
            match (&*call.func, &*call.arguments.args) {
                (Expr::Name(function), [_]) if call.arguments.keywords.is_empty() => self.name(function),
                (Expr::Name(function), [Expr::Name(given), ..]) if function.id.as_str() == "map" => self.name(given),
                _ => {}
            }
            if let Some(Expr::Name(key)) = call.arguments.find_keyword("key").map(|keyword| &keyword.value) {
                self.name(key);
            }
        }
        walk_expr(self, expression);
    }

    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if let InterpolatedStringElement::Interpolation(element) = element {
            self.interpolation(element);
        }
        walk_interpolated_string_element(self, element);
    }
}
