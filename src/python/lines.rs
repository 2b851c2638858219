//! A logic that tells every line it comes to, with its variables: a copy of the source with a call of the host before
//! each statement of its functions.
//!
//! What the copy does is what the plain source does, but for three things: it takes more of the interpreter's time,
//! each function's frame holds one call more (so a recursion within a few frames of its limit ends earlier), and where
//! the interpreter cannot stop for the host (in a `key=` function, say) lines are not told. Tracebacks of the copy are
//! not shown: the plain run has the right ones.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use monty_types::CallArgs;
use monty_types::unstable::{MontyGraph, MontyNode, NodeId, into_call_args_parts};
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;

use crate::engine::behaviour::{CompileError, Failure, LineLog, LineStop, LineTracer, Variable};
use crate::flow::value::Value;

use super::convert::from_python;
use super::own::{Edit, place_of};

/// The name under which lines come to the host.
pub const CALL: &str = "flow.line";

/// Most lines of one attempt.
const MOST_STOPS: usize = 20_000;

/// About how many bytes the variables of all lines may take; beyond that they are told in short.
const MOST_BYTES: usize = 64 << 20;

/// Most characters of what is no JSON.
const TEXT_CHARS: usize = 400;

/// What the instrumented copy needs before its own lines.
pub const PRELUDE: &str = r#"__flow_frames = [0]
def __flow_enter():
    __flow_frames[0] += 1
    return __flow_frames[0]
def __flow_at(line, frame, name, names):
    try:
        __flow_line(line, frame, name, names)
    except NotImplementedError:
        pass
"#;

/// Where lines are kept.
#[derive(Clone, Default)]
pub struct Sink {
    log: Rc<RefCell<LineLog>>,
    bytes: Rc<RefCell<usize>>,
}

/// Makes the tracer of a logic.
///
/// # Errors
/// The syntax error, with its line.
pub fn trace_lines(source: &str) -> Result<LineTracer, CompileError> {
    let sink = Sink::default();
    let behaviour = super::logic::compile_traced(source, sink.clone())?;
    Ok(LineTracer { behaviour, log: sink.log })
}

/// The calls that have to be put into a source, in order.
pub fn instrumentation(source: &str) -> Vec<Edit> {
    let Ok(parsed) = parse_module(source) else { return Vec::new() };
    let mut instrument = Instrument { source, function: None, edits: Vec::new() };
    parsed.suite().iter().for_each(|statement| instrument.visit_stmt(statement));
    Edit::sort(&mut instrument.edits);
    instrument.edits
}

struct Instrument<'s> {
    source: &'s str,
    /// The function around the current place.
    function: Option<String>,
    edits: Vec<Edit>,
}

impl<'s> Instrument<'s> {
    fn within(&mut self, function: Option<String>, walk: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.function, function);
        walk(self);
        self.function = outer;
    }

    /// The indentation of a statement that is the first in its line.
    fn indentation(&self, start: usize) -> Option<&'s str> {
        let before = self.source.get(..start)?;
        let line = before.get(before.rfind('\n').map_or(0, |newline| newline + 1)..)?;
        line.trim().is_empty().then_some(line)
    }

    fn call(&mut self, statement: &Stmt, function: &str) {
        let start = statement.start().to_usize();
        let (line, _) = place_of(self.source, start);
        let call = format!("__flow_at({line}, __flow_frame, {function:?}, __flow_locals())");
        let is_compound = matches!(
            statement,
            Stmt::If(_)
                | Stmt::For(_)
                | Stmt::While(_)
                | Stmt::With(_)
                | Stmt::Try(_)
                | Stmt::Match(_)
                | Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
        );
        let text = match (is_compound, self.indentation(start)) {
            (true, Some(indentation)) => format!("{call}\n{indentation}"),
            (true, None) => return,
            (false, _) => format!("{call}; "),
        };
        self.edits.push(Edit::insert(start, text));
    }
}

impl<'a> Visitor<'a> for Instrument<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Some(function) = self.function.clone()
            && !matches!(statement, Stmt::Global(_) | Stmt::Nonlocal(_))
            && !is_text(statement)
        {
            self.call(statement, &function);
        }
        match statement {
            Stmt::FunctionDef(function) => {
                // The frame's number comes before all calls, but after a docstring.
                if let Some(first) = function.body.iter().find(|first| !is_text(first)) {
                    let start = first.start().to_usize();
                    let text = "__flow_frame = __flow_enter(); ";
                    self.edits.push(Edit::insert(start, text));
                }
                let name = function.name.as_str().to_owned();
                self.within(Some(name), |inner| walk_stmt(inner, statement));
            }
            Stmt::ClassDef(_) => self.within(None, |inner| walk_stmt(inner, statement)),
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn is_text(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(expression) if expression.value.is_string_literal_expr())
}

impl Sink {
    /// Takes a line. `next_record` is the record that the logic would make next.
    ///
    /// # Errors
    /// That there are too many lines: the attempt must not go on.
    pub fn take(&self, args: CallArgs, next_record: u64) -> Result<(), Failure> {
        let (graph, positional, _) = into_call_args_parts(args);
        let mut log = self.log.borrow_mut();
        if log.stops.len() >= MOST_STOPS {
            let message = format!("more than {MOST_STOPS} lines: only the first are shown");
            log.cut = Some(message.clone());
            return Err(Failure::new("RuntimeError", message));
        }
        let number = |index: usize| positional.get(index).and_then(|id| graph.value(*id).as_int());
        let name = positional.get(2).and_then(|id| graph.value(*id).as_str().map(Arc::from)).unwrap_or_default();
        let names = positional.get(3).map(|id| self.variables(&graph, *id)).unwrap_or_default();
        log.stops.push(LineStop {
            line: number(0).and_then(|line| u32::try_from(line).ok()).unwrap_or(0),
            frame: number(1).and_then(|frame| u32::try_from(frame).ok()).unwrap_or(0),
            function: name,
            variables: names,
            next_record,
        });
        Ok(())
    }

    fn variables(&self, graph: &MontyGraph, names: NodeId) -> Vec<(Arc<str>, Variable)> {
        let MontyNode::Dict(pairs) = graph.node(names) else { return Vec::new() };
        let named = pairs.iter().filter_map(|(key, value)| {
            let key = graph.value(*key);
            Some((Arc::<str>::from(key.as_str().filter(|key| !key.starts_with("__flow_"))?), *value))
        });
        named.map(|(name, value)| (name, self.variable(graph, value))).collect()
    }

    fn variable(&self, graph: &MontyGraph, id: NodeId) -> Variable {
        let mut used = self.bytes.borrow_mut();
        let whole = if *used < MOST_BYTES { from_python(graph, id).ok() } else { None };
        if let Some(value) = whole {
            *used += size(&value);
            return Variable { value, is_exact: true };
        }
        let text: String = graph.value(id).py_repr().chars().take(TEXT_CHARS).collect();
        Variable { value: Value::from(text), is_exact: false }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Str(text) => 32 + text.len(),
        Value::List(items) => 32 + items.iter().map(size).sum::<usize>(),
        Value::Map(map) => 64 + map.iter().map(|(key, item)| 48 + key.len() + size(item)).sum::<usize>(),
        _ => 24,
    }
}

#[cfg(test)]
mod tests {
    use super::super::own::apply;
    use super::instrumentation;

    #[test]
    fn calls_come_before_each_statement_of_a_function() {
        let source = "N = 1\ndef logic(a):\n    \"\"\"Text.\"\"\"\n    b = a; c = b\n    if b: return c\n    else:\n        pass\n";
        let text = apply(source, &instrumentation(source));
        let at = |line: u32| format!("__flow_at({line}, __flow_frame, \"logic\", __flow_locals())");
        let expected = format!(
            "N = 1\ndef logic(a):\n    \"\"\"Text.\"\"\"\n    {}; {}; b = a; {}; c = b\n    {}\n    if b: {}; return c\n    else:\n        {}; pass\n",
            "__flow_frame = __flow_enter()",
            at(4),
            at(4),
            at(5),
            at(5),
            at(7)
        );
        assert_eq!(text, expected);
    }
}
