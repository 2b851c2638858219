//! Problems of the document as rows that lead to their place, and rules that find problems in a run.

use super::format::{self, counted};
use crate::flow::model::{Flow, PortRef};
use crate::protocol::report::{ProblemReport, State};

/// The share of a slot's capacity from which its queue is a problem.
const NEARLY_FULL: f64 = 0.8;

/// What a click on a problem selects.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The flow as a whole.
    Flow,
    /// A routine, by id.
    Routine(String),
    /// A slot.
    Slot(PortRef),
    /// A connection, by index.
    Connection(usize),
    /// An input, by index.
    Input(usize),
    /// A breakpoint, by index.
    Breakpoint(usize),
}

/// One problem, as a row.
#[derive(Clone, Debug, PartialEq)]
pub struct ProblemRow {
    /// `error`, `warning` or `hint`.
    pub severity: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Where, as the document's path, `2:5` lines and columns aside; may be empty.
    pub path: String,
    /// Line and column in the text, from 1.
    pub place: Option<(u32, u32)>,
    /// What a click selects.
    pub target: Target,
}

/// The problems of a document: errors first, else in the document's order.
pub fn document_problems(reports: &[ProblemReport]) -> Vec<ProblemRow> {
    let mut rows: Vec<ProblemRow> = reports.iter().map(document_problem).collect();
    rows.sort_by_key(|row| match row.severity.as_str() {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    });
    rows
}

fn document_problem(report: &ProblemReport) -> ProblemRow {
    ProblemRow {
        severity: report.severity.clone(),
        message: report.message.clone(),
        path: report.path.clone(),
        place: report.line.map(|line| (line, report.column.unwrap_or(1))),
        target: target_of_path(&report.path),
    }
}

/// What a path of the document is about: `routines.sensor.slots.input` is about a slot of `sensor`.
pub fn target_of_path(path: &str) -> Target {
    let indexed = |prefix: &str| -> Option<usize> {
        let (digits, _) = path.strip_prefix(prefix)?.split_once(']')?;
        digits.parse().ok()
    };
    if let Some(index) = indexed("connections[") {
        return Target::Connection(index);
    }
    if let Some(index) = indexed("inputs[") {
        return Target::Input(index);
    }
    if let Some(index) = indexed("breakpoints[") {
        return Target::Breakpoint(index);
    }
    // Ids have no dots, so the parts of a path are told apart.
    let mut parts = path.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("routines"), Some(id), Some("slots"), Some(slot)) => Target::Slot(PortRef::new(id, slot)),
        (Some("routines"), Some(id), ..) if !id.is_empty() => Target::Routine(id.to_string()),
        _ => Target::Flow,
    }
}

/// Counts of errors and of warnings, for the panel's tab.
pub fn severity_counts(rows: &[ProblemRow]) -> (usize, usize) {
    let count = |severity: &str| rows.iter().filter(|row| row.severity == severity).count();
    (count("error"), count("warning"))
}

/// What a run shows to be wrong, by small rules, at the moment of a state.
pub fn run_problems(flow: &Flow, state: &State) -> Vec<ProblemRow> {
    let mut rows = Vec::new();
    for job in &state.jobs {
        for routine in &job.routines {
            if let Some(error) = &routine.error {
                let severity = if routine.status == "failed" { "error" } else { "warning" };
                rows.push(run_problem(
                    severity,
                    format!("{}: {error}", routine.id),
                    Target::Routine(routine.id.clone()),
                ));
            }
            for slot in &routine.slots {
                let place = PortRef::new(&routine.id, &slot.name);
                rows.extend(nearly_full(&place, slot.unconsumed, slot.max));
            }
        }
        if job.status == "completed" || job.status == "idle" {
            rows.extend(job.routines.iter().filter_map(left_behind));
        }
    }
    rows.extend(state.breakpoints.iter().filter(|report| report.error_count > 0).map(|report| {
        let why = report.message.as_deref().unwrap_or("it raised an error");
        let text = format!("the condition of breakpoint {} failed {}: {why}", report.id + 1, times(report.error_count));
        run_problem("warning", text, Target::Breakpoint(report.id))
    }));
    // The same problem in several jobs is one problem.
    let mut unique: Vec<ProblemRow> = Vec::new();
    for row in rows {
        let is_known = unique.contains(&row);
        let is_current = match &row.target {
            Target::Routine(id) => flow.routine(id).is_some(),
            Target::Slot(port) => flow.routine(&port.routine).is_some(),
            _ => true,
        };
        if !is_known && is_current {
            unique.push(row);
        }
    }
    unique
}

fn nearly_full(slot: &PortRef, unconsumed: usize, max: usize) -> Option<ProblemRow> {
    if max == 0 || (unconsumed as f64) < max as f64 * NEARLY_FULL {
        return None;
    }
    let text = if unconsumed >= max {
        format!("slot {slot} is full ({unconsumed} items): further items are refused")
    } else {
        format!("slot {slot} is nearly full: {unconsumed} of {max} items")
    };
    Some(run_problem("warning", text, Target::Slot(slot.clone())))
}

fn left_behind(routine: &crate::protocol::report::RoutineState) -> Option<ProblemRow> {
    let slot = routine.slots.iter().find(|slot| slot.unconsumed > 0)?;
    let place = PortRef::new(&routine.id, &slot.name);
    let left = counted(slot.unconsumed, "item");
    let why = if routine.activations == 0 { "its policy never activated it" } else { "nothing activated it again" };
    Some(run_problem("hint", format!("{left} left in slot {place}: {why}"), Target::Slot(place)))
}

fn times(count: u64) -> String {
    if count == 1 { "once".into() } else { format!("{} times", format::count_text(count)) }
}

fn run_problem(severity: &str, message: String, target: Target) -> ProblemRow {
    ProblemRow { severity: severity.into(), message, path: String::new(), place: None, target }
}

#[cfg(test)]
mod tests;
