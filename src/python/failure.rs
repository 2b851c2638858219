//! Errors between the engine and the Python interpreter, in both directions.

use std::sync::Arc;

use monty_types::{ExcType, MontyException, StackFrame, StringRepr};

use crate::engine::behaviour::{CompileError, Failure};
use crate::engine::limits;

use super::budget::{Limit, limit};
use super::own::Own;

/// All types that can be a base, nearest first where one is a base of the other.
const BASES: [ExcType; 16] = [
    ExcType::DecimalInvalidOperation,
    ExcType::DecimalInexact,
    ExcType::DecimalRounded,
    ExcType::DecimalSubnormal,
    ExcType::DecimalException,
    ExcType::ZeroDivisionError,
    ExcType::ArithmeticError,
    ExcType::LookupError,
    ExcType::RuntimeError,
    ExcType::AttributeError,
    ExcType::NameError,
    ExcType::ImportError,
    ExcType::OSError,
    ExcType::TypeError,
    ExcType::ValueError,
    ExcType::Exception,
];

/// The bases of an exception type, nearest first. CPython's `UnicodeError`, which the interpreter leaves out, is there.
pub fn builtin_bases(exc_type: ExcType) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    if matches!(exc_type, ExcType::UnicodeDecodeError | ExcType::UnicodeEncodeError) {
        names.push("UnicodeError".into());
    }
    names.extend(BASES.into_iter().filter(|base| exc_type != *base && exc_type.is_subclass_of(*base)).map(short_name));
    if exc_type != ExcType::BaseException {
        names.push("BaseException".into());
    }
    names
}

/// The name as `type(e).__name__` gives it: without its module.
fn short_name(exc_type: ExcType) -> Arc<str> {
    let name: &'static str = exc_type.into();
    name.rsplit('.').next().unwrap_or(name).into()
}

/// What the engine records of an exception that the script did not catch.
pub fn failure(error: &MontyException, own: &Own) -> Failure {
    if let Some(limit) = limit(error) {
        return struck(limit);
    }
    let exc_type = error.exc_type();
    let (error_type, bases) = match own.exceptions.carried_by(exc_type) {
        Some((name, bases)) => (name.into(), bases.iter().map(|base| base.as_str().into()).collect()),
        None => (short_name(exc_type), builtin_bases(exc_type)),
    };
    let message = message(error, &bases);
    Failure {
        traceback: traceback(error, &error_type, &message, own).into(),
        error_type,
        bases,
        message: message.into(),
        timed_out: false,
    }
}

/// What Python's `str` makes of the exception.
fn message(error: &MontyException, bases: &[Arc<str>]) -> String {
    let message = error.message().unwrap_or_default();
    let is_key = error.exc_type() == ExcType::KeyError || bases.iter().any(|base| **base == *"KeyError");
    if is_key && error.message().is_some() {
        return key(message, error);
    }
    cannot_wait(error.exc_type(), message).unwrap_or_else(|| message.to_owned())
}

/// The message of a call of the host where the interpreter cannot stop.
fn cannot_wait(exc_type: ExcType, message: &str) -> Option<String> {
    let call = message.strip_suffix(" cannot suspend in this synchronous context")?;
    let name = call.split('\'').nth(1).filter(|_| exc_type == ExcType::NotImplementedError)?;
    let name = name.rsplit('.').next().unwrap_or(name);
    Some(format!(
        "{name}() cannot be called here: a special method such as __eq__, or a function that a builtin calls, \
         cannot wait for the flow; call it before and use its result"
    ))
}

/// The key of a `KeyError` as CPython shows it, with its quotes. The interpreter keeps only its text: what reads like
/// a number, a tuple or a constant is taken for one, unless the source has it in quotes.
fn key(text: &str, error: &MontyException) -> String {
    const EMPTY_DICT: &str = "'popitem(): dictionary is empty'";
    let tuple = text.starts_with('(') && text.ends_with(')');
    let other = text.parse::<f64>().is_ok() || tuple || ["None", "True", "False"].contains(&text);
    if text == EMPTY_DICT || (other && !ends_in_quotes(error.traceback().last())) {
        text.to_owned()
    } else {
        StringRepr(text).to_string()
    }
}

/// Whether the place of the error is `x['key']`.
fn ends_in_quotes(frame: Option<&StackFrame>) -> bool {
    let segment = frame.and_then(|frame| {
        let line = frame.preview_line.as_deref()?;
        Some(line.chars().take(frame.end.column.saturating_sub(1) as usize).collect::<String>())
    });
    segment.is_some_and(|segment| segment.ends_with("']") || segment.ends_with("\"]"))
}

/// The failure of a limit that depends on the machine: the same text in the first run and in a replay.
fn struck(limit: Limit) -> Failure {
    match limit {
        Limit::Time => limits::wall_time_failure(),
        Limit::Memory => limits::memory_failure(),
    }
}

/// The traceback as CPython prints it, with the user's lines only.
fn traceback(error: &MontyException, error_type: &str, message: &str, own: &Own) -> String {
    let frames = own.frames(error);
    let last = if own.exceptions.carried_by(error.exc_type()).is_some() {
        if message.is_empty() { error_type.to_owned() } else { format!("{error_type}: {message}") }
    } else {
        let message = if message.is_empty() { None } else { Some(message.to_owned()) };
        // The last line has the type with its module.
        MontyException::with_traceback(error.exc_type(), message, Vec::new()).to_string()
    };
    super::traceback::render(&frames, error_type) + &last
}

/// A failure of the host as an exception of the script.
pub fn exception(failure: &Failure) -> MontyException {
    match failure.error_type.parse::<ExcType>() {
        Ok(exc_type) => MontyException::new(exc_type, Some(failure.message.to_string())),
        Err(_) => {
            let message = format!("{}: {}", failure.error_type, failure.message);
            MontyException::new(ExcType::RuntimeError, Some(message))
        }
    }
}

/// How the interpreter begins its messages about what it does not know.
const UNSUPPORTED: &str = "The monty syntax parser does not yet support ";

/// Why a source does not compile.
pub fn compile_error(error: &MontyException, own: &Own) -> CompileError {
    let place = error.traceback().last().map(|frame| own.place(frame.start)).unwrap_or_default();
    let error_type: &'static str = error.exc_type().into();
    let message = error.message().unwrap_or("does not compile");
    let message = match message.strip_prefix(UNSUPPORTED) {
        Some(what) => format!("the playground's Python does not know {what}"),
        None => message.to_owned(),
    };
    CompileError { error_type: error_type.to_owned(), message, line: place.line, column: place.column.max(1) }
}
