//! The header of an exported module: what it is, how to run it, and what the library does not do.

use super::super::model::{Completion, Flow, Overflow, PYTHON_CLASS, Routine, Strategy};
use super::classes::is_supported;
use super::text::in_docs;

/// Classes whose activations take time.
const WAITING: [&str; 4] = ["Generator", "Delay", "Throttle", "RetryHandler"];

/// The docstring.
pub fn header(flow: &Flow) -> String {
    let name = in_docs(flow.name.as_deref().unwrap_or(&flow.flow_id));
    let mut text = format!("\"\"\"{name}: a flow of the flow playground, for routilux 1.1 from PyPI.\n\n");
    text.push_str("    pip install routilux\n    python THIS_FILE        # prints what is sent as output, one JSON object a line\n\n");
    text.push_str("or import it and call `run()`. The library has no timers, so the module keeps the flow's time: it stands still while\n");
    text.push_str("anything is left to do, then goes on to what is due next. A second of it takes TIME_SCALE real seconds, and never\n");
    text.push_str(
        "passes while a logic works. Only the timeout of the whole flow is the library's own, in real seconds.\n\n",
    );
    text.push_str("What the library does not do, of what this flow says:\n");
    let differences = differences(flow);
    for difference in &differences {
        text.push_str(&wrapped(difference));
    }
    if differences.is_empty() {
        text.push_str("- Nothing that is known: it behaves as in the playground.\n");
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

fn differences(flow: &Flow) -> Vec<String> {
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
    let says = |words: &[&str]| {
        any(&|routine| routine.logic.as_deref().is_some_and(|logic| words.iter().any(|word| logic.contains(word))))
    };
    if any(&|routine| routine.duration > 0.0) {
        found.push(
            "Durations are left out, and nothing waits for a worker: the library has no virtual ones.".to_owned(),
        );
    } else if says(&["sleep("]) || any(&|routine| WAITING.contains(&routine.class.as_str())) {
        found.push("What waits or sleeps occupies no worker: the library has no virtual ones.".to_owned());
    }
    if says(&["datetime", "time.", "random"]) {
        found.push("The time of day and the random numbers of a logic are the machine's, not the flow's.".to_owned());
    }
    if any(&|routine| routine.slots.iter().any(|slot| slot.overflow == Overflow::Fail)) {
        found.push("A full slot always drops the new item with a warning; it is no error.".to_owned());
    }
    if flow.execution.completion == Completion::Manual {
        found.push("`run()` ends when nothing is left to do; a job does not stay open.".to_owned());
    }
    let missing: Vec<String> = flow
        .routines
        .iter()
        .filter(|routine| !is_supported(&routine.class))
        .map(|routine| format!("{} ({})", in_docs(&routine.id), in_docs(&routine.class)))
        .collect();
    if !missing.is_empty() {
        found.push(format!(
            "These routines raise NotImplementedError, because their classes have no counterpart here: {}.",
            missing.join(", ")
        ));
    }
    if flow.inputs.is_empty() {
        found.push("The flow has no inputs: call `run([(routine, slot, payload)])`.".to_owned());
    }
    found
}
