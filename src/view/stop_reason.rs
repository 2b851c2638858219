//! Why a run is held, in one sentence, and which routines wait there.

use crate::flow::model::{Breakpoint, BreakpointPlace, given};
use crate::flow::value::Value;
use crate::protocol::report::{JobState, RoutineState, State, Stopped};

use super::condition;
use super::format::{counted, value_text};

/// Most characters of a value in the sentence.
const VALUE_CHARS: usize = 60;
/// Most routines whose waiting is told.
const MOST_WAITING: usize = 3;

/// Why the run is held, with code between backticks. `breakpoint` is the one that stopped it; `values` are the values of
/// its condition's parts, once they are known.
pub fn sentence(state: &State, breakpoint: Option<&Breakpoint>, values: &[(String, Value)]) -> String {
    let Some(stopped) = &state.stopped else { return String::new() };
    match stopped.reason.as_str() {
        "breakpoint" => hit_sentence(state, stopped, breakpoint, values),
        "step" => "It went as far as it was told to, and what comes next waits".into(),
        "pause" if stopped.text.contains("job") => "Every job that is left is paused: let one of them go on".into(),
        "pause" => "Somebody asked for a pause: it is held between two steps, and nothing is lost".into(),
        "entry" => "It was started so: nothing has happened yet".into(),
        "goto" => arrived_sentence(state),
        "runaway" => {
            "It would never come to an end by itself, so the guard holds it; Continue lets it go on as far again".into()
        }
        _ => String::new(),
    }
}

fn hit_sentence(
    state: &State,
    stopped: &Stopped,
    breakpoint: Option<&Breakpoint>,
    values: &[(String, Value)],
) -> String {
    let Some(breakpoint) = breakpoint else { return "A breakpoint that is gone by now stopped it".into() };
    let mut text = match given(&breakpoint.condition) {
        Some(source) => match known_values(values) {
            Some(values) => format!("`{source}` is true, because {values}"),
            None => format!("`{source}` is true"),
        },
        None => format!("The breakpoint {} stops at everything", place_words(&breakpoint.place)),
    };
    if let Some(hits) = given(&breakpoint.hit_condition) {
        text.push_str(&format!(", and hit {} meets `{hits}`", stopped.hit_count));
    }
    if let Some(job) = given(&breakpoint.scope) {
        text.push_str(&format!(", in {job} only"));
    }
    if let Some(error) = raised(state) {
        text.push_str(&format!(": `{error}`"));
    }
    text
}

fn arrived_sentence(state: &State) -> String {
    match raised(state) {
        Some(error) => format!("It was told to run to the next error, and this is it: `{error}`"),
        None => "It was told to run to here".into(),
    }
}

/// The error that waits for its handler, `Type: message`.
fn raised(state: &State) -> Option<String> {
    let next = state.next.as_ref().filter(|next| next.kind == "error")?;
    let part = |name: &str| next.data.as_ref()?.get(name)?.as_str().map(str::to_owned);
    Some(match part("message").filter(|message| !message.is_empty()) {
        Some(message) => format!("{}: {message}", part("error_type")?),
        None => part("error_type")?,
    })
}

/// `value` is `150` and `limit` is `100`.
fn known_values(values: &[(String, Value)]) -> Option<String> {
    let known: Vec<String> =
        values.iter().map(|(part, value)| format!("`{part}` is `{}`", value_text(value, VALUE_CHARS))).collect();
    let (last, others) = known.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
}

fn place_words(place: &BreakpointPlace) -> &'static str {
    match place {
        BreakpointPlace::Connection { .. } => "on this connection",
        BreakpointPlace::Slot(_) => "at this slot",
        BreakpointPlace::Event(_) => "at this event",
        BreakpointPlace::Routine(_) => "before this logic",
        BreakpointPlace::Error(_) => "on errors",
    }
}

/// The parts of a breakpoint's condition whose values the sentence tells.
pub fn asked_parts(breakpoint: Option<&Breakpoint>) -> Vec<String> {
    breakpoint.and_then(|breakpoint| given(&breakpoint.condition)).map(condition::parts).unwrap_or_default()
}

/// A routine that has something and does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub routine: String,
    /// What it has, such as `2 in readings`.
    pub has: String,
    /// The question whose answer the inspector has.
    pub question: String,
}

/// The routines of a job that wait although something lies in their slots: the one that is next first.
pub fn waiting(job: &JobState, next: &str) -> Vec<Waiting> {
    let mut waiting: Vec<&RoutineState> =
        job.routines.iter().filter(|routine| routine.slots.iter().any(|slot| slot.unconsumed > 0)).collect();
    waiting.sort_by_key(|routine| routine.id != next);
    waiting.into_iter().take(MOST_WAITING).map(one_waiting).collect()
}

fn one_waiting(routine: &RoutineState) -> Waiting {
    let slots = routine.slots.iter().filter(|slot| slot.unconsumed > 0);
    let has: Vec<String> = slots.map(|slot| format!("{} in {}", counted(slot.unconsumed, "item"), slot.name)).collect();
    let id = &routine.id;
    let question = match routine.activations {
        0 => format!("Why did {id} not run?"),
        _ => format!("Why does {id} not run now?"),
    };
    Waiting { routine: id.clone(), has: has.join(", "), question }
}

#[cfg(test)]
mod tests;
