//! The routines a document can name: `Python` and the built-in classes, one file each.
//!
//! To add a class, copy `merge.rs` (or `counter.rs`, which has a config) under the new name, and change in it the name, the
//! sentence about it, the ports, the sample and what `handle` does. Put the file's name into the list of [`classes!`] below,
//! where the palette is to show it. That is all: `cargo test` then tries its defaults, its example, its sample and items
//! of every kind, and palette, inspector, validation, runner and documents know it.
//!
//! What classes have in common is in [`parts`].

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, CompileError, Expression, Library, LineTracer};
use crate::engine::policy::PolicyCheck;
use crate::flow::catalogue::{Catalogue, Class, ConfigField, Ports};
use crate::flow::model::{Event, PYTHON_CLASS, Policy, Routine, Slot};
use crate::flow::problem::Problem;
use crate::flow::validate::{SourceCheck, SyntaxProblem};
use crate::flow::value::Map;

mod parts;
mod python;
#[cfg(test)]
mod tests;

/// A built-in class: how it looks, and how it is made.
pub struct BuiltIn {
    /// What the palette, the inspector and validation know.
    pub class: Class,
    /// Makes the behaviour of a routine with this config.
    pub behaviour: fn(&Map) -> Result<Rc<dyn Behaviour>, String>,
    /// A policy beyond those that a document can name.
    pub policy: fn(&Map) -> Option<Rc<dyn PolicyCheck>>,
    /// A small flow that shows what it does, as a document; its sinks collect something.
    pub sample: &'static str,
}

/// Declares the files of the classes and collects what they have.
macro_rules! classes {
    ($($file:ident),* $(,)?) => {
        $(mod $file;)*

        /// All built-in classes in the palette's order.
        const BUILT_IN: &[BuiltIn] = &[$($file::CLASS),*];
    };
}

classes! {
    generator,
    sink,
    logger,
    map,
    mapper,
    data_flattener,
    schema_validator,
    result_extractor,
    text_renderer,
    text_clipper,
    filter,
    filter_expression,
    branch,
    conditional_router,
    merge,
    splitter,
    aggregator,
    batcher,
    reduce,
    counter,
    loop_back,
    delay,
    throttle,
    debouncer,
    retry_handler,
    time_provider,
}

/// How the built-in classes look, apart from what makes them: the page shows them and must not link what they do.
static CLASSES: [Class; BUILT_IN.len()] = {
    let mut classes = [const { python::CLASS }; BUILT_IN.len()];
    let mut index = 0;
    while index < BUILT_IN.len() {
        let Class { name, category, about, config, ports, policy, example } = BUILT_IN[index].class;
        classes[index] = Class { name, category, about, config, ports, policy, example };
        index += 1;
    }
    classes
};

/// The classes that documents can name.
pub fn catalogue() -> Catalogue {
    Catalogue { classes: std::iter::once(python::CLASS).chain(CLASSES.iter().cloned()).collect() }
}

/// Where the engine gets behaviours and expressions from.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardLibrary;

impl Library for StandardLibrary {
    fn behaviour(&self, routine: &Routine) -> Result<Rc<dyn Behaviour>, Problem> {
        if routine.class == PYTHON_CLASS {
            return python::behaviour(routine);
        }
        match BUILT_IN.iter().find(|built_in| built_in.class.name == routine.class) {
            Some(built_in) => {
                (built_in.behaviour)(&routine.config).map_err(|message| bad_config(&built_in.class, routine, message))
            }
            None => Err(Problem::error(
                "unknown-class",
                format!("routines.{}.class", routine.id),
                format!("there is no class `{}`", routine.class),
            )),
        }
    }

    fn own_policy(&self, routine: &Routine) -> Option<Rc<dyn PolicyCheck>> {
        let built_in = BUILT_IN.iter().find(|built_in| built_in.class.name == routine.class)?;
        (built_in.policy)(&routine.config)
    }

    fn sample(&self, class: &str) -> Option<&'static str> {
        if class == PYTHON_CLASS {
            return Some(python::SAMPLE);
        }
        BUILT_IN.iter().find(|built_in| built_in.class.name == class).map(|built_in| built_in.sample)
    }

    fn condition(&self, source: &str) -> Result<Rc<dyn Expression>, CompileError> {
        python::condition(source)
    }

    fn expression(&self, source: &str) -> Result<Rc<dyn Expression>, CompileError> {
        python::expression(source)
    }

    fn check_logic(&self, source: &str) -> Result<(), CompileError> {
        python::check_logic(source)
    }

    fn line_tracer(&self, routine: &Routine) -> Result<Option<LineTracer>, CompileError> {
        routine.logic.as_deref().map(python::trace_lines).transpose()
    }

    fn asked_keys(&self, source: &str) -> Vec<String> {
        python::asked_keys(source)
    }
}

impl SourceCheck for StandardLibrary {
    fn logic(&self, source: &str) -> Result<(), SyntaxProblem> {
        python::check_logic(source).map_err(syntax_problem)
    }

    fn expression(&self, source: &str) -> Result<(), SyntaxProblem> {
        python::expression(source).map(|_| ()).map_err(syntax_problem)
    }

    fn config(&self, routine: &Routine) -> Result<(), Problem> {
        Library::behaviour(self, routine).map(drop)
    }
}

/// Why a class refuses a config, at the key that the message names first, in backquotes.
fn bad_config(class: &Class, routine: &Routine, message: String) -> Problem {
    let named = message.split('`').nth(1).unwrap_or_default();
    let key = named.split('.').next().unwrap_or_default();
    let is_key = class.config.iter().any(|field| field.name == key);
    let below = if is_key { format!(".{named}") } else { String::new() };
    Problem::error("bad-config", format!("routines.{}.config{below}", routine.id), message)
}

fn syntax_problem(err: CompileError) -> SyntaxProblem {
    SyntaxProblem { message: format!("{}: {}", err.error_type, err.message), line: err.line, column: err.column }
}

/// One parameter of a class: its key, what it takes, its default as JSON, and what it does.
const fn field(name: &'static str, kind: &'static str, default: &'static str, about: &'static str) -> ConfigField {
    ConfigField { name, kind, default, about }
}

/// Slots by name; events by name, with the names of their parameters.
fn ports(slots: &[&str], events: &[(&str, &[&str])]) -> Ports {
    let event = |(name, params): &(&str, &[&str])| Event {
        params: params.iter().map(|&param| param.to_owned()).collect(),
        ..Event::new(*name)
    };
    Ports { slots: slots.iter().map(|&name| Slot::new(name)).collect(), events: events.iter().map(event).collect() }
}

/// One slot `input` and one event `output`, whose items are not wrapped.
fn input_and_output(_: &Map) -> Ports {
    ports(&["input"], &[("output", &[])])
}

/// The policy `immediate`.
fn immediate(_: &Map) -> Option<Policy> {
    Some(Policy::Immediate)
}

/// No policy of its own.
fn no_own_policy(_: &Map) -> Option<Rc<dyn PolicyCheck>> {
    None
}
