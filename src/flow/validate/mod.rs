//! What is wrong with a flow beyond its document: names that mean nothing, source that does not compile, parts that
//! can never run.
//!
//! Codes of the problems:
//! - errors: `unknown-class`, `unknown-routine`, `unknown-slot`, `unknown-event`, `bad-logic`, `bad-transform`, `bad-check`,
//!   `bad-config` (a built-in class refuses its config), `too-many-inputs`
//! - warnings: `duplicate-connection`, `no-policy`, `no-logic`, `ignored-key` (slots, events or logic of a class that has its
//!   own), `unknown-config` (a key that is nearly one of the class's), `unconnected-slot`, `unconnected-event`,
//!   `unreachable-routine`, `missing-place`, `bad-condition`, `bad-hit-condition`, `bad-log-message`
//! - hints: `cycle`, `unconnected-event` of a built-in class's side events: all but the first, and the first too where
//!   another one is connected
//!
//! A problem of source has the place inside that source; [`super::document::Reading::validate`] makes one in the
//! document of it.

mod ports;
mod shape;
mod sources;

#[cfg(all(test, feature = "yaml"))]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Catalogue, Class};
use super::model::{BreakpointPlace, Connection, Flow, PYTHON_CLASS, PortRef, Routine};
use super::problem::Problem;
use super::suggest;
use ports::{Direction, PortTable};

/// Compiles Python source without keeping it.
pub trait SourceCheck {
    /// Checks a routine's logic.
    ///
    /// # Errors
    /// Why it does not compile.
    fn logic(&self, source: &str) -> Result<(), SyntaxProblem>;

    /// Checks an expression: a transform, a policy's check, a breakpoint's condition.
    ///
    /// # Errors
    /// Why it does not compile.
    fn expression(&self, source: &str) -> Result<(), SyntaxProblem>;

    /// Checks the config of a routine of a built-in class by making the routine, which takes its source too.
    ///
    /// # Errors
    /// Why the class refuses it.
    fn config(&self, _routine: &Routine) -> Result<(), Problem> {
        Ok(())
    }
}

/// Why Python source does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// What is wrong.
    pub message: String,
    /// Line in the source, from 1.
    pub line: u32,
    /// Column in the source, from 1.
    pub column: u32,
}

/// Most posts that the inputs of one document make at a start: more would only fill the memory.
pub const MAX_INPUT_POSTS: u64 = 1_000_000;

/// All problems of a flow. Source is only checked with something to check it.
pub fn validate(flow: &Flow, catalogue: &Catalogue, sources: Option<&dyn SourceCheck>) -> Vec<Problem> {
    validate_draft(flow, &BTreeSet::new(), catalogue, sources)
}

/// All problems of a flow that may be read in part only: ports with an empty routine and empty classes are passed over,
/// and nothing is said about the ports of the routines that are `unsure`.
pub fn validate_draft(
    flow: &Flow,
    unsure: &BTreeSet<String>,
    catalogue: &Catalogue,
    sources: Option<&dyn SourceCheck>,
) -> Vec<Problem> {
    let table = PortTable::new(flow, unsure, catalogue);
    let mut check = Check { flow, catalogue, table: &table, problems: Vec::new() };
    for routine in &flow.routines {
        check.class(routine);
        check.runs(routine);
    }
    let links = check.connections();
    let fed = check.inputs();
    check.breakpoints();
    let mut problems = check.problems;
    shape::unconnected(flow, &table, &links, &fed, &mut problems);
    shape::unreachable(flow, &table, &links, &fed, &mut problems);
    shape::cycles(flow, &links, &mut problems);
    sources::check_hits(flow, &mut problems);
    if let Some(sources) = sources {
        sources::check(flow, sources, &mut problems);
        sources::check_configs(flow, catalogue, sources, &mut problems);
    }
    problems
}

/// So many unknown keys of one config are compared with the class's.
const KEYS_COMPARED: usize = 100;

/// A port of a routine, by the routine's position and the port's name.
type Port<'f> = (usize, &'f str);

/// The connections whose ends exist.
type Links<'f> = Vec<(Port<'f>, Port<'f>)>;

struct Check<'f> {
    flow: &'f Flow,
    catalogue: &'f Catalogue,
    table: &'f PortTable<'f>,
    problems: Vec<Problem>,
}

impl<'f> Check<'f> {
    fn class(&mut self, routine: &Routine) {
        let path = |key: &str| format!("routines.{}.{key}", routine.id);
        let Some(class) = self.catalogue.class(&routine.class) else {
            if !routine.class.is_empty() {
                let names = self.catalogue.classes.iter().map(|class| class.name);
                let advice = match suggest::nearest(&routine.class, names) {
                    Some(name) => format!("did you mean '{name}'?"),
                    None => "use a name from the catalogue, or 'Python' for a logic of your own".into(),
                };
                let message = format!("the class '{}' is not known; {advice}", routine.class);
                self.problems.push(Problem::error("unknown-class", path("class"), message));
            }
            return;
        };
        if class.name != PYTHON_CLASS {
            let given = [
                ("slots", !routine.slots.is_empty()),
                ("events", !routine.events.is_empty()),
                ("logic", routine.logic.is_some()),
            ];
            for (key, _) in given.iter().filter(|(_, is_given)| *is_given) {
                let message =
                    format!("'{key}' has no effect on the class '{}', which has its own; remove it", class.name);
                self.problems.push(Problem::warning("ignored-key", path(key), message));
            }
            self.config_keys(routine, class);
        }
    }

    /// A config may have keys of its own, which expressions see; one that is nearly a parameter is a slip of the pen.
    fn config_keys(&mut self, routine: &Routine, class: &Class) {
        let is_known = |key: &str| class.config.iter().any(|field| field.name == key);
        for key in routine.config.keys().filter(|key| !is_known(key)).take(KEYS_COMPARED) {
            if let Some(meant) = suggest::nearest(key, class.config.iter().map(|field| field.name)) {
                let message = format!("the class '{}' has no parameter '{key}'; did you mean '{meant}'?", class.name);
                let path = format!("routines.{}.config.{key}", routine.id);
                self.problems.push(Problem::warning("unknown-config", path, message));
            }
        }
    }

    fn runs(&mut self, routine: &Routine) {
        if routine.class != PYTHON_CLASS {
            return;
        }
        if self.catalogue.policy(routine).is_none() {
            let message = "without a policy this routine never runs; add one, such as { type: immediate }";
            self.problems.push(Problem::warning("no-policy", format!("routines.{}.policy", routine.id), message));
        }
        if routine.logic.is_none() {
            let message = "without a logic this routine does nothing; add one that defines logic(slot_data)";
            self.problems.push(Problem::warning("no-logic", format!("routines.{}.logic", routine.id), message));
        }
    }

    fn connections(&mut self) -> Links<'f> {
        let mut first: BTreeMap<(&PortRef, &PortRef), usize> = BTreeMap::new();
        let mut links = Vec::new();
        for (index, connection) in self.flow.connections.iter().enumerate() {
            let Connection { from, to, .. } = connection;
            let path = format!("connections[{index}]");
            let source = self.port(from, Direction::Out, &format!("{path}.from"));
            let target = self.port(to, Direction::In, &format!("{path}.to"));
            links.extend(source.zip(target));
            if from.routine.is_empty() || to.routine.is_empty() {
                continue;
            }
            if let Some(earlier) = first.get(&(from, to)) {
                let message = format!("connections[{earlier}] has the same ends, so every item is delivered twice");
                self.problems.push(Problem::warning("duplicate-connection", path, message));
            } else {
                first.insert((from, to), index);
            }
        }
        links
    }

    /// The slots that inputs feed.
    fn inputs(&mut self) -> BTreeSet<Port<'f>> {
        let mut fed = BTreeSet::new();
        for (index, input) in self.flow.inputs.iter().enumerate() {
            fed.extend(self.port(&input.to, Direction::In, &format!("inputs[{index}].to")));
        }
        let posts: u64 = self.flow.inputs.iter().map(|input| u64::from(input.repeat)).sum();
        if posts > MAX_INPUT_POSTS {
            let message = format!(
                "the inputs post {posts} items, at most {MAX_INPUT_POSTS} are possible; repeat them less often"
            );
            self.problems.push(Problem::error("too-many-inputs", "inputs", message));
        }
        fed
    }

    /// The port, if it exists. If not, this is an error.
    fn port(&mut self, port: &'f PortRef, direction: Direction, path: &str) -> Option<Port<'f>> {
        match self.table.find(port, direction) {
            Ok(routine) => routine.map(|routine| (routine, &*port.port)),
            Err((code, message)) => {
                self.problems.push(Problem::error(code, path, message));
                None
            }
        }
    }

    fn breakpoints(&mut self) {
        let connections: BTreeSet<(&PortRef, &PortRef)> =
            self.flow.connections.iter().map(|connection| (&connection.from, &connection.to)).collect();
        for (index, breakpoint) in self.flow.breakpoints.iter().enumerate() {
            let found = match &breakpoint.place {
                BreakpointPlace::Connection { from, to } if connections.contains(&(from, to)) => Ok(()),
                BreakpointPlace::Connection { from, to } => Err(format!("there is no connection from {from} to {to}")),
                BreakpointPlace::Slot(port) => self.missing(port, Direction::In),
                BreakpointPlace::Event(port) => self.missing(port, Direction::Out),
                BreakpointPlace::Routine(id) => self.table.routine(id).map(drop),
                BreakpointPlace::Error(id) => id.as_ref().map_or(Ok(()), |id| self.table.routine(id).map(drop)),
            };
            if let Err(message) = found {
                let message = format!("{message}; the breakpoint never stops");
                self.problems.push(Problem::warning("missing-place", format!("breakpoints[{index}]"), message));
            }
        }
    }

    fn missing(&self, port: &PortRef, direction: Direction) -> Result<(), String> {
        self.table.find(port, direction).map(drop).map_err(|(_, message)| message)
    }
}
