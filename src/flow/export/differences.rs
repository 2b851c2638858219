//! The header of an exported module: what it is, how to run it, and what the library does not do.

use super::super::catalogue::Catalogue;
use super::super::model::{Completion, Flow, Overflow, PYTHON_CLASS, Policy, Routine, Strategy};
use super::SUPPORTED;
use super::text::in_docs;

/// The docstring.
pub fn header(flow: &Flow, catalogue: &Catalogue) -> String {
    let name = in_docs(flow.name.as_deref().unwrap_or(&flow.flow_id));
    let mut text = format!("\"\"\"{name}: a flow of the flow playground, for routilux 1.1 from PyPI.\n\n");
    text.push_str("    pip install routilux\n    python THIS_FILE        # prints what is sent as output, one JSON object a line\n\n");
    text.push_str("or import it and call `run()`. Seconds of the flow are real seconds times TIME_SCALE.\n\n");
    text.push_str("What the library does not do, of what this flow says:\n");
    let differences = differences(flow, catalogue);
    for difference in &differences {
        text.push_str(&wrapped(difference));
    }
    if differences.is_empty() {
        text.push_str("- Nothing that is known: it behaves as in the playground, as far as no time is involved.\n");
    }
    text.push_str("\"\"\"\n");
    text
}

/// An item of a list, in lines of at most 110 characters.
fn wrapped(item: &str) -> String {
    let (mut text, mut column) = (String::from("-"), 1);
    for word in item.split(' ') {
        let width = word.chars().count() + 1;
        if column + width > 110 {
            text.push_str("\n ");
            column = 1;
        }
        text.push(' ');
        text.push_str(word);
        column += width;
    }
    text + "\n"
}

fn differences(flow: &Flow, catalogue: &Catalogue) -> Vec<String> {
    let mut found = Vec::new();
    let any = |test: &dyn Fn(&Routine) -> bool| flow.routines.iter().any(|routine| test(routine));
    let strategies =
        flow.routines.iter().filter_map(|routine| routine.error_handler.as_ref()).chain(&flow.error_handler);
    let strategies: Vec<Strategy> = strategies.map(|handler| handler.strategy).collect();
    if !flow.breakpoints.is_empty() {
        found.push("Breakpoints are left out: the library's never pause a run, they lose what they stop.".to_owned());
    }
    if !strategies.is_empty() {
        found.push(
            "Error handlers are set, but the library asks them only for the routine that is posted to: elsewhere an \
             error is logged, the data of that activation are lost, and the rest goes on. An error never stops a job."
                .to_owned(),
        );
    } else if any(&|routine| routine.class == PYTHON_CLASS) {
        found
            .push("An error in a logic is logged and the rest goes on; in the playground it stops the job.".to_owned());
    }
    if strategies.contains(&Strategy::Retry) {
        found.push("Retries never retry: the handler counts and waits, and the logic is not run again.".to_owned());
    }
    if any(&|routine| matches!(catalogue.policy(routine), Some(Policy::TimeInterval(_)))) {
        found.push(
            "Nothing wakes a time interval: data that wait for it are looked at when the next item arrives.".to_owned(),
        );
    }
    if any(&|routine| routine.duration > 0.0) {
        found.push("Durations are left out: the library has no virtual workers.".to_owned());
    }
    if any(&|routine| routine.logic.as_deref().is_some_and(|logic| logic.contains("sleep("))) {
        found.push("A sleep holds up everything else: the library runs one logic after another.".to_owned());
    }
    if any(&|routine| routine.slots.iter().any(|slot| slot.overflow == Overflow::Fail)) {
        found.push("A full slot always drops the new item with a warning; it is no error.".to_owned());
    }
    if any(&|routine| routine.class == "Batcher") {
        found.push("A Batcher waits for full batches: there are no timers, so `batch_timeout` never fires.".to_owned());
    }
    if flow.execution.completion == Completion::Manual {
        found.push("`run()` ends when nothing is left to do; a job does not stay open.".to_owned());
    }
    let missing: Vec<String> = flow
        .routines
        .iter()
        .filter(|routine| !SUPPORTED.contains(&routine.class.as_str()))
        .map(|routine| format!("{} ({})", in_docs(&routine.id), in_docs(&routine.class)))
        .collect();
    if !missing.is_empty() {
        found.push(format!(
            "These routines raise NotImplementedError, because the library has no such class or its own never runs: {}.",
            missing.join(", ")
        ));
    }
    if flow.inputs.is_empty() {
        found.push("The flow has no inputs: call `run([(routine, slot, payload)])`.".to_owned());
    }
    found
}
