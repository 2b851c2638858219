//! Where errors are whose place the interpreter tells wrongly: what `n += 1` reads, and a `raise` alone, have none of
//! their own, so that the place of what comes before them is told, or none at all.

use monty_types::{CodeLoc, ExcType, MontyException, StackFrame};
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};
use ruff_python_parser::parse_module;
use ruff_text_size::{Ranged, TextRange};

use super::own::place_of;

/// What the file is called of a frame that has no place.
pub const NOWHERE: &str = "\0";

/// What a statement does that has no place of its own.
enum Wanted<'a> {
    /// It reads a name in order to change it.
    Change(&'a str),
    /// It raises again what is handled.
    Raise,
}

/// The last frame with the place where the error really is, if that is another one. `frame` is the last one in the
/// user's terms, unless it lies elsewhere.
pub fn mended(error: &MontyException, frame: Option<&StackFrame>, source: &str) -> Option<StackFrame> {
    let message = error.message().unwrap_or_default();
    let wanted = match error.exc_type() {
        ExcType::RuntimeError if message == "No active exception to reraise" => Wanted::Raise,
        ExcType::NameError | ExcType::UnboundLocalError => Wanted::Change(message.split('\'').nth(1)?),
        _ => return None,
    };
    let raw = error.traceback().last()?;
    if raw.filename != NOWHERE {
        let line = source.lines().nth(frame?.start.line.saturating_sub(1) as usize)?;
        let columns = frame?.start.column.saturating_sub(1) as usize..frame?.end.column.saturating_sub(1) as usize;
        let text: String = line.chars().skip(columns.start).take(columns.len()).collect();
        if let Wanted::Change(name) = wanted
            && text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
        {
            return None;
        }
    }
    let parsed = parse_module(source).ok()?;
    let after = frame.map(|frame| (frame.end.line, frame.end.column));
    let name = raw.frame_name.as_deref().filter(|name| *name != "<module>");
    let mut finder = Finder { source, wanted, function: None, name, after, found: None };
    parsed.suite().iter().for_each(|statement| finder.visit_stmt(statement));
    let (start, end) = finder.found?;
    let line = source.lines().nth(start.line.saturating_sub(1) as usize)?;
    let mut mended = raw.clone();
    (mended.start, mended.end, mended.preview_line) = (start, end, Some(line.into()));
    if let Some(first) = error.traceback().iter().find(|frame| frame.filename != NOWHERE) {
        mended.filename.clone_from(&first.filename);
    }
    Some(mended)
}

/// Finds the first such statement of a function after a place.
struct Finder<'a> {
    source: &'a str,
    wanted: Wanted<'a>,
    /// The function around the current place.
    function: Option<String>,
    /// The function that is looked for; nothing for the module's own lines.
    name: Option<&'a str>,
    after: Option<(u32, u32)>,
    found: Option<(CodeLoc, CodeLoc)>,
}

impl Finder<'_> {
    fn find(&mut self, range: TextRange) {
        let place = |offset: usize| {
            let (line, column) = place_of(self.source, offset);
            CodeLoc { line, column: column + 1 }
        };
        let (start, end) = (place(range.start().to_usize()), place(range.end().to_usize()));
        let is_there = self.function.as_deref() == self.name;
        if is_there && self.found.is_none() && self.after.is_none_or(|after| (start.line, start.column) >= after) {
            self.found = Some((start, end));
        }
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match (statement, &self.wanted) {
            (Stmt::FunctionDef(function), _) => {
                let outer = self.function.replace(function.name.to_string());
                walk_stmt(self, statement);
                self.function = outer;
                return;
            }
            (Stmt::AugAssign(assign), Wanted::Change(name)) => {
                if let Expr::Name(target) = &*assign.target
                    && target.id.as_str() == *name
                {
                    self.find(target.range());
                }
            }
            (Stmt::Raise(raise), Wanted::Raise) if raise.exc.is_none() => self.find(raise.range()),
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}
