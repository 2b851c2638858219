//! Whether the Python source in a flow compiles.

use super::super::catalogue::Catalogue;
use super::super::hit::HitCondition;
use super::super::log_message::{self, Fault};
use super::super::model::{Flow, PYTHON_CLASS, Policy, given};
use super::super::problem::{Place, Problem};
use super::{SourceCheck, SyntaxProblem};

/// Checks all source of a flow. What only a breakpoint needs is a warning: the flow runs without it.
pub fn check(flow: &Flow, sources: &dyn SourceCheck, problems: &mut Vec<Problem>) {
    for routine in &flow.routines {
        if let Some(logic) = routine.logic.as_deref().filter(|_| routine.class == PYTHON_CLASS)
            && let Err(problem) = sources.logic(logic)
        {
            problems.push(broken("bad-logic", format!("routines.{}.logic", routine.id), "logic", problem));
        }
        if let Some(Policy::Custom(check)) = &routine.policy
            && let Err(problem) = sources.expression(check)
        {
            problems.push(broken("bad-check", format!("routines.{}.policy.check", routine.id), "check", problem));
        }
    }
    for (index, connection) in flow.connections.iter().enumerate() {
        if let Some(transform) = &connection.transform
            && let Err(problem) = sources.expression(transform)
        {
            problems.push(broken("bad-transform", format!("connections[{index}].transform"), "transform", problem));
        }
    }
    for (index, breakpoint) in flow.breakpoints.iter().enumerate() {
        if let Some(condition) = given(&breakpoint.condition)
            && let Err(problem) = sources.expression(condition)
        {
            let error = broken("bad-condition", format!("breakpoints[{index}].condition"), "condition", problem);
            let message = format!("{}; the breakpoint never stops", error.message);
            problems.push(Problem::warning(error.code, error.path, message).at(error.place));
        }
        let mut fault = None;
        if let Some(message) = given(&breakpoint.log_message) {
            log_message::parts(message, &mut |source| sources.expression(source), &mut |found| {
                fault.get_or_insert(found);
            });
        }
        let why = match fault {
            None => continue,
            Some(Fault::NotClosed) => "a `{` is not closed; write `{{` for a brace".to_owned(),
            Some(Fault::Expression(problem)) => format!("what is in braces does not compile: {}", problem.message),
        };
        let path = format!("breakpoints[{index}].log_message");
        problems.push(Problem::warning("bad-log-message", path, format!("{why}; it is shown as it is")));
    }
}

/// Checks what built-in classes think of their configs.
pub fn check_configs(flow: &Flow, catalogue: &Catalogue, sources: &dyn SourceCheck, problems: &mut Vec<Problem>) {
    let is_built_in = |class: &str| class != PYTHON_CLASS && catalogue.class(class).is_some();
    let built_in = flow.routines.iter().filter(|routine| is_built_in(&routine.class));
    problems.extend(built_in.filter_map(|routine| sources.config(routine).err()));
}

/// Checks the conditions on hits, which are no Python.
pub fn check_hits(flow: &Flow, problems: &mut Vec<Problem>) {
    for (index, breakpoint) in flow.breakpoints.iter().enumerate() {
        let Some(condition) = given(&breakpoint.hit_condition) else { continue };
        if HitCondition::parse(condition).is_none() {
            let message = format!("'{condition}' is no condition on hits; write one such as '>= 5', '== 3' or '% 10'");
            problems.push(Problem::warning(
                "bad-hit-condition",
                format!("breakpoints[{index}].hit_condition"),
                message,
            ));
        }
    }
}

fn broken(code: &'static str, path: String, what: &str, problem: SyntaxProblem) -> Problem {
    let SyntaxProblem { message, line, column } = problem;
    Problem::error(code, path, format!("the {what} does not compile: {message} (line {line})"))
        .at(Some(Place { line, column }))
}
