//! The class `Python`: a routine with its own logic.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, CompileError, Expression, Failure, Host, Input, LineTracer, Progress};
use crate::flow::catalogue::{Class, Ports};
use crate::flow::model::{PYTHON_CLASS, Routine};
use crate::flow::problem::Problem;

/// A flow that shows what it does.
pub const SAMPLE: &str = include_str!("../samples/pipeline.yaml");

/// How it looks in the palette. Its ports are the document's, and it has no policy of its own.
pub const CLASS: Class = Class {
    name: PYTHON_CLASS,
    category: "Logic",
    about: "Runs Python that you write: reads its slots, emits events",
    config: &[],
    ports: |_| Ports::default(),
    policy: |_| None,
    example: "{}",
};

/// A routine without logic takes what it gets and does nothing.
struct Nothing;

impl Behaviour for Nothing {
    fn start(&self, _: &mut dyn Host, _: &Input) -> Result<Progress, Failure> {
        Ok(Progress::Done)
    }
}

/// The behaviour of a routine's logic.
pub fn behaviour(routine: &Routine) -> Result<Rc<dyn Behaviour>, Problem> {
    match &routine.logic {
        None => Ok(Rc::new(Nothing)),
        Some(source) => compile(source).map_err(|err| {
            let message = format!("{}: {} (line {}, column {})", err.error_type, err.message, err.line, err.column);
            Problem::error("bad-logic", format!("routines.{}.logic", routine.id), message)
        }),
    }
}

#[cfg(feature = "python")]
fn compile(source: &str) -> Result<Rc<dyn Behaviour>, CompileError> {
    crate::python::compile_logic(source)
}

#[cfg(feature = "python")]
pub fn expression(source: &str) -> Result<Rc<dyn Expression>, CompileError> {
    crate::python::compile_expression(source)
}

#[cfg(feature = "python")]
pub fn condition(source: &str) -> Result<Rc<dyn Expression>, CompileError> {
    crate::python::compile_condition(source)
}

#[cfg(feature = "python")]
pub fn check_logic(source: &str) -> Result<(), CompileError> {
    crate::python::check_logic(source)
}

#[cfg(feature = "python")]
pub fn trace_lines(source: &str) -> Result<LineTracer, CompileError> {
    crate::python::trace_lines(source)
}

#[cfg(not(feature = "python"))]
pub fn trace_lines(_: &str) -> Result<LineTracer, CompileError> {
    Err(no_python())
}

#[cfg(feature = "python")]
pub fn asked_keys(source: &str) -> Vec<String> {
    crate::python::asked_keys(source)
}

#[cfg(not(feature = "python"))]
pub fn asked_keys(_: &str) -> Vec<String> {
    Vec::new()
}

/// The page has no Python: its worker has.
#[cfg(not(feature = "python"))]
fn no_python() -> CompileError {
    CompileError {
        error_type: "ImportError".into(),
        message: "this build has no Python engine".into(),
        line: 1,
        column: 1,
    }
}

#[cfg(not(feature = "python"))]
fn compile(_: &str) -> Result<Rc<dyn Behaviour>, CompileError> {
    Err(no_python())
}

#[cfg(not(feature = "python"))]
pub fn expression(_: &str) -> Result<Rc<dyn Expression>, CompileError> {
    Err(no_python())
}

#[cfg(not(feature = "python"))]
pub fn condition(_: &str) -> Result<Rc<dyn Expression>, CompileError> {
    Err(no_python())
}

#[cfg(not(feature = "python"))]
pub fn check_logic(_: &str) -> Result<(), CompileError> {
    Err(no_python())
}
