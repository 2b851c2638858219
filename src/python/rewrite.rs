//! Writes what the interpreter does not know as something that it knows, line by line.
//!
//! - `del x[k]` becomes a call of a function that does it.
//! - `bytes(x)` becomes a call of a function that also takes iterables.
//! - An assertion's message that is no text becomes one.
//! - Functions that some call does not fit: see `arity.rs`.
//! - Everyday Python that it takes otherwise: see `idioms.rs`.
//! - Builtins whose callbacks come to the host: see `callbacks.rs`.
//! - Exceptions that it lacks are carried by others: see `exceptions.rs`. Those of Routilux keep only their text.
//! - Exceptions with arguments that are no single text, as `ValueError(5)` or `ValueError("bad", 5)`, get as their
//!   argument the text that Python's `str` gives of the exception.

use monty_types::ExcType;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, ExprSubscript, Stmt, StmtAssert, StmtDelete};
use ruff_python_parser::parse_module;
use ruff_text_size::{Ranged, TextRange};

use super::arity;
use super::callbacks::Callbacks;
use super::debug_texts::DebugTexts;
use super::exceptions::Exceptions;
use super::idioms::Idioms;
use super::mend;
use super::own::Edit;
use super::routilux;
use super::texts;

/// The function behind `del x[k]`.
pub const DELETE: &str = r#"def __flow_delete(container, key):
    if isinstance(container, dict):
        container.pop(key)
    elif isinstance(container, list):
        if isinstance(key, slice):
            gone = set(list(range(len(container)))[key])
            container[:] = [item for index, item in enumerate(container) if index not in gone]
        elif -len(container) <= key < len(container):
            container.pop(key)
        else:
            raise IndexError("list assignment index out of range")
    elif hasattr(container, "__delitem__"):
        container.__delitem__(key)
    else:
        raise TypeError(f"'{type(container).__name__}' object doesn't support item deletion")
"#;

/// What has to be written otherwise in a source.
#[derive(Debug, Default)]
pub struct Rewriting {
    /// The changes, in order.
    pub edits: Vec<Edit>,
    /// Whether `DELETE` is needed.
    pub deletes: bool,
    /// Its exceptions that are carried by others.
    pub exceptions: Exceptions,
    /// Its everyday Python; the edits have gone to the others.
    pub idioms: Idioms,
    /// Its callbacks; the edits have gone to the others.
    pub callbacks: Callbacks,
}

/// Finds what has to be written otherwise. The source must not be nested too deeply.
pub fn rewriting(source: &str) -> Rewriting {
    let Ok(parsed) = parse_module(source) else {
        return Rewriting::default();
    };
    let exceptions = Exceptions::of(source, parsed.suite());
    let mut finder = Finder { source, found: Rewriting { exceptions, ..Rewriting::default() } };
    for statement in parsed.suite() {
        finder.visit_stmt(statement);
    }
    let exceptions = finder.found.exceptions.edits(source, parsed.suite());
    finder.found.edits.extend(exceptions);
    let mut idioms = Idioms::of(source, parsed.suite(), &finder.found.exceptions);
    finder.found.edits.append(&mut idioms.edits);
    finder.found.idioms = idioms;
    let mut callbacks = Callbacks::of(source, parsed.suite());
    if !callbacks.texts.is_empty() {
        // What makes a text of what is logged.
        for edit in finder.found.edits.iter_mut().filter(|edit| edit.text == "str(") {
            edit.text = format!("{}(", texts::STR).into();
        }
    }
    finder.found.edits.append(&mut callbacks.edits);
    finder.found.callbacks = callbacks;
    finder.found.edits.extend(routilux::edits(source, parsed.suite()));
    finder.found.edits.extend(arity::edits(source, parsed.suite()));
    let mut texts = DebugTexts::new(source, &[&finder.found.edits]);
    parsed.suite().iter().for_each(|statement| texts.visit_stmt(statement));
    let texts = texts.edits;
    finder.found.edits.extend(texts);
    Edit::sort(&mut finder.found.edits);
    finder.found
}

struct Finder<'s> {
    source: &'s str,
    found: Rewriting,
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Delete(delete) => self.delete(delete),
            Stmt::Assert(assert) => self.assert(assert),
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression
            && let Expr::Name(name) = &*call.func
        {
            let text = name.id.as_str();
            if self.found.exceptions.is_of_routilux(text) && !call.arguments.keywords.is_empty() {
                self.exception_of_routilux(call);
            } else if text.parse::<ExcType>().is_ok() || self.found.exceptions.is_exception(text) {
                self.exception(call);
            } else if text == "bytes" && call.arguments.args.len() == 1 && call.arguments.keywords.is_empty() {
                self.edit(name.start().to_usize(), name.end().to_usize(), mend::BYTES);
            }
        }
        walk_expr(self, expression);
    }
}

impl Finder<'_> {
    fn text(&self, start: usize, end: usize) -> &str {
        self.source.get(start..end).unwrap_or_default()
    }

    fn edit(&mut self, start: usize, end: usize, text: impl Into<std::borrow::Cow<'static, str>>) {
        self.found.edits.push(Edit::replace(start, end, text));
    }

    /// Makes a text of what is from a place to another.
    fn around(&mut self, start: usize, end: usize, text: &'static str) {
        self.found.edits.push(Edit::open(start, end, text));
        self.found.edits.push(Edit::close(start, end, "),)"));
    }

    /// `del x[k], y[1:2]` becomes `__flow_delete(x, (k)), __flow_delete(y, slice(1, 2, None))`.
    fn delete(&mut self, delete: &StmtDelete) {
        let targets: Option<Vec<&ExprSubscript>> = delete
            .targets
            .iter()
            .map(|target| if let Expr::Subscript(subscript) = target { Some(subscript) } else { None })
            .collect();
        let Some(targets) = targets else { return };
        let Some(first) = targets.first() else { return };
        let keyword = delete.start().to_usize();
        let after = self.text(keyword + 3, first.start().to_usize());
        // Only spaces go with the keyword: an opening parenthesis stays.
        let spaces = after.len() - after.trim_start_matches(' ').len();
        self.edit(keyword, keyword + 3 + spaces, "");
        for target in targets {
            self.delete_one(target);
        }
        self.found.deletes = true;
    }

    fn delete_one(&mut self, target: &ExprSubscript) {
        let (start, end) = (target.start().to_usize(), target.end().to_usize());
        let (object, key) = (target.value.end().to_usize(), target.slice.start().to_usize());
        let Some(bracket) = self.text(object, key).find('[').map(|offset| object + offset) else { return };
        self.found.edits.push(Edit::open(start, end, "__flow_delete("));
        if let Expr::Slice(slice) = &*target.slice {
            let part = |part: &Option<Box<Expr>>| {
                part.as_ref()
                    .map_or("None", |part| self.text(part.start().to_usize(), part.end().to_usize()))
                    .to_owned()
            };
            let call = format!(", slice({}, {}, {}))", part(&slice.lower), part(&slice.upper), part(&slice.step));
            self.edit(bracket, end, call);
        } else {
            self.edit(bracket, bracket + 1, ", (");
            self.edit(end - 1, end, "))");
        }
    }

    /// `assert x, 5` becomes `assert x, "%s" % ((5),)`.
    fn assert(&mut self, assert: &StmtAssert) {
        let Some(message) = assert.msg.as_deref() else { return };
        if !matches!(message, Expr::StringLiteral(_) | Expr::FString(_)) {
            // Also what stands in brackets of its own is one expression here.
            let start = assert.test.end().to_usize();
            let Some(comma) = self.text(start, message.start().to_usize()).find(',') else { return };
            self.around(start + comma + 1, assert.end().to_usize(), " \"%s\" % ((");
        }
    }

    /// `ValueError(5)` becomes `ValueError("%s" % ((5),))`, `ValueError(a, b)` becomes `ValueError("%s" % ((a, b),))`.
    fn exception(&mut self, call: &ExprCall) {
        let arguments = &call.arguments;
        let starred = arguments.args.iter().any(|argument| matches!(argument, Expr::Starred(_)));
        let Some(last) = arguments.args.last().filter(|_| arguments.keywords.is_empty() && !starred) else { return };
        let range: TextRange = arguments.range();
        let (open, close) = (range.start().to_usize() + 1, range.end().to_usize().saturating_sub(1));
        if let [only] = &*arguments.args {
            let trailing_comma = self.text(last.end().to_usize(), close).contains(',');
            if trailing_comma || matches!(only, Expr::StringLiteral(_) | Expr::FString(_)) {
                return;
            }
        }
        self.around(open, close, "\"%s\" % ((");
    }

    /// `ExecutionError("late", routine_id="a")` becomes `ExecutionError("late")`: only the text is seen.
    fn exception_of_routilux(&mut self, call: &ExprCall) {
        let is_plain = |value: &Expr| value.is_name_expr() || value.is_literal_expr();
        if let [Expr::StringLiteral(_) | Expr::FString(_)] = &*call.arguments.args
            && call.arguments.keywords.iter().all(|keyword| is_plain(&keyword.value))
        {
            let start = call.arguments.args[0].end().to_usize();
            self.edit(start, call.arguments.range().end().to_usize().saturating_sub(1), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::own::apply;
    use super::rewriting;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(apply(source, &rewriting(source).edits), expected);
    }

    #[test]
    fn deletions_become_calls() {
        check("del x[0]", "__flow_delete(x, (0))");
        check(
            "if y:\n    del x.a['k'][1, 2], (y)[f(0)] # why",
            "if y:\n    __flow_delete(x.a['k'], (1, 2)), __flow_delete((y), (f(0))) # why",
        );
        check("del x[1:], x[::2]", "__flow_delete(x, slice(1, None, None)), __flow_delete(x, slice(None, None, 2))");
        check("del(x[0])", "(__flow_delete(x, (0)))");
        check("del x", "del x");
        check("del x.y, z[0]", "del x.y, z[0]");
    }

    #[test]
    fn messages_of_assertions_become_texts() {
        check("assert x", "assert x");
        check("assert x, 'why'", "assert x, 'why'");
        check("assert f(x, 1), (5)", "assert f(x, 1), \"%s\" % (( (5)),)");
        check("assert (x), [x, y]", "assert (x), \"%s\" % (( [x, y]),)");
    }

    #[test]
    fn arguments_of_exceptions_become_texts() {
        for same in
            ["raise ValueError('x')", "raise ValueError(f'{x}')", "raise ValueError", "raise ValueError(*x)", "f(5)"]
        {
            check(same, same);
        }
        check("raise ValueError(5)", "raise ValueError(\"%s\" % ((5),))");
        check("raise KeyError((a), b)", "raise KeyError(\"%s\" % (((a), b),))");
        check("e = ValueError(\n    a  # why\n)", "e = ValueError(\"%s\" % ((\n    a  # why\n),))");
    }
}
