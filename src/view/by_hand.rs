//! Changes of a run by hand: what can be changed, as a form of JSON texts, and the order that comes of it.

use crate::flow::document;
use crate::flow::model::{Flow, PortRef};
use crate::flow::value::Value;
use crate::protocol::control::{Deed, Intervene};
use crate::protocol::report::{Pending, State};

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The data that a job's routines share.
    SharedData {
        /// The job.
        job: String,
    },
    /// The state of a routine.
    State {
        /// The job.
        job: String,
        /// The routine.
        routine: String,
    },
    /// How a routine of a job works: its config and its policy.
    Work {
        /// The job.
        job: String,
        /// The routine.
        routine: String,
    },
    /// The payload of a pending event.
    Task {
        /// The job.
        job: String,
        /// Its position among the pending events.
        task: usize,
    },
    /// The payload of an item that waits in a slot.
    Item {
        /// The job.
        job: String,
        /// The slot.
        slot: PortRef,
        /// Its position in the slot.
        item: usize,
    },
    /// An event or a post from outside, at one of these ports.
    Injection {
        /// The first is offered.
        ports: Vec<PortRef>,
    },
}

/// One text of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub label: &'static str,
    /// What it opens with, as JSON.
    pub text: String,
}

impl Subject {
    /// The form's heading.
    pub fn title(&self) -> String {
        match self {
            Subject::SharedData { job } => format!("Shared data of {job}"),
            Subject::State { job, routine } => format!("State of {routine} in {job}"),
            Subject::Work { job, routine } => format!("How {routine} works in {job}"),
            Subject::Task { task, .. } => format!("Pending event {}", task + 1),
            Subject::Item { slot, item, .. } => format!("Item {} in {slot}", item + 1),
            Subject::Injection { ports } => match ports.as_slice() {
                [port] => format!("Inject at {port}"),
                _ => "Inject an event".into(),
            },
        }
    }

    /// What the change means.
    pub fn hint(&self) -> &'static str {
        match self {
            Subject::SharedData { .. } => "All entries, as one JSON object",
            Subject::State { .. } => "All entries of its state, as one JSON object",
            Subject::Work { .. } => "For this job, from now on; the flow stays as it is",
            Subject::Task { .. } => "Its payload, before the connection's renaming and transform",
            Subject::Item { .. } => "Its payload, as the routine will get it",
            Subject::Injection { .. } => {
                "At a slot it arrives like a post from outside; at an event it goes along the event's connections"
            }
        }
    }

    /// The job, if it is about one.
    pub fn job(&self) -> &str {
        match self {
            Subject::SharedData { job }
            | Subject::State { job, .. }
            | Subject::Work { job, .. }
            | Subject::Task { job, .. }
            | Subject::Item { job, .. } => job,
            Subject::Injection { .. } => "",
        }
    }

    /// What the form opens with at this moment.
    pub fn fields(&self, flow: &Flow, moment: Option<&State>) -> Vec<Field> {
        let job = moment.and_then(|moment| moment.jobs.iter().find(|job| job.id == self.job()));
        let routine_now = |id: &str| job?.routines.iter().find(|routine| routine.id == id);
        let field =
            |label, value: Option<Value>| Field { label, text: value.map(|value| pretty(&value)).unwrap_or_default() };
        match self {
            Subject::SharedData { .. } => vec![field("Shared data", job.map(|job| job.shared_data.clone()))],
            Subject::State { routine, .. } => {
                vec![field("State", routine_now(routine).map(|routine| routine.state.clone()))]
            }
            Subject::Work { routine, .. } => {
                let tree = document::to_value(flow);
                let written = tree.get("routines").and_then(|routines| routines.get(routine));
                let part = |name: &str| written.and_then(|written| written.get(name)).cloned();
                vec![
                    field("Config", Some(part("config").unwrap_or_else(|| Value::map::<&str>([])))),
                    field("Policy", part("policy")),
                ]
            }
            Subject::Task { task, .. } => {
                vec![field("Payload", job.and_then(|job| job.tasks.get(*task)).and_then(payload_of))]
            }
            Subject::Item { slot, item, .. } => {
                let found = routine_now(&slot.routine).and_then(|routine| {
                    routine.slots.iter().find(|other| other.name == slot.port)?.items.get(*item).cloned()
                });
                vec![field("Payload", found)]
            }
            Subject::Injection { ports } => {
                let input = flow.inputs.iter().find(|input| ports.contains(&input.to));
                vec![field("Payload", Some(input.map_or_else(|| Value::map::<&str>([]), |input| input.data.clone())))]
            }
        }
    }

    /// The order that the form's texts make. `opened` is what it opened with: what is still the same is not changed.
    ///
    /// # Errors
    /// Which field is wrong, and what is wrong with it.
    pub fn change(&self, texts: &[String], opened: &[Field]) -> Result<Intervene, (usize, String)> {
        let value = |index: usize| read(texts.get(index).map_or("", String::as_str)).map_err(|fault| (index, fault));
        let entries = || match value(0)? {
            Value::Map(map) => Ok(Some(Value::Map(map))),
            _ => Err((0, "Write all entries as one JSON object, { … }".to_owned())),
        };
        let order = |kind| Intervene { job: self.job().to_owned(), kind, ..Intervene::default() };
        match self {
            Subject::SharedData { .. } => Ok(Intervene { data: entries()?, ..order(Deed::SetSharedData) }),
            Subject::State { routine, .. } => {
                Ok(Intervene { routine: Some(routine.clone()), data: entries()?, ..order(Deed::SetState) })
            }
            Subject::Work { routine, .. } => {
                let is_changed = |index: usize| {
                    let old = opened.get(index).map_or("", |field| field.text.as_str());
                    texts.get(index).is_some_and(|text| text.trim() != old.trim())
                };
                let config = if is_changed(0) { entries()? } else { None };
                let policy = if is_changed(1) { Some(value(1)?) } else { None };
                if let Some(policy) = &policy {
                    let faults = document::read_policy(policy).err().unwrap_or_default();
                    if let Some(fault) = faults.first() {
                        return Err((1, fault.message.clone()));
                    }
                }
                if config.is_none() && policy.is_none() {
                    return Err((0, "Nothing was changed yet".into()));
                }
                Ok(Intervene { routine: Some(routine.clone()), config, policy, ..order(Deed::SetRoutine) })
            }
            Subject::Task { task, .. } => {
                Ok(Intervene { task: Some(*task), data: Some(value(0)?), ..order(Deed::Edit) })
            }
            Subject::Item { slot, item, .. } => Ok(Intervene {
                slot: Some(slot.to_string()),
                item: Some(*item),
                data: Some(value(0)?),
                ..order(Deed::Edit)
            }),
            Subject::Injection { ports } => Ok(Intervene {
                at: ports.first().map(ToString::to_string),
                data: Some(value(0)?),
                ..order(Deed::Inject)
            }),
        }
    }
}

/// The payload of a pending event as an edit replaces it.
pub fn payload_of(task: &Pending) -> Option<Value> {
    task.payload.clone().or_else(|| task.data.clone())
}

/// Whether somebody may change a pending event: activations cannot be changed.
pub fn is_event(task: &Pending) -> bool {
    matches!(task.kind.as_str(), "post" | "delivery" | "emission")
}

/// What a pending step does, in few words: `post to a.input`, `a.output → b.input`, `attempt of b`.
pub fn task_text(task: &Pending) -> String {
    let at = match &task.slot {
        Some(slot) => format!("{}.{slot}", task.routine),
        None => task.routine.clone(),
    };
    match (task.kind.as_str(), &task.from) {
        ("delivery", Some(from)) => format!("{from} → {at}"),
        ("emission", Some(from)) => format!("{from}, heard by nobody"),
        ("post", _) => format!("post to {at}"),
        ("check", _) => format!("check of {at}"),
        ("start", _) => format!("start of {at}"),
        ("retry", _) => format!("next attempt of {at}"),
        ("resume", _) => format!("{at} goes on"),
        ("end", _) => format!("end of {at}"),
        (kind, _) => format!("{kind} {at}"),
    }
}

/// A value as JSON over several lines.
pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The value that somebody typed, or what to write instead.
pub fn read(text: &str) -> Result<Value, String> {
    document::parse_value(text.trim()).map_err(|problem| format!("Write JSON, text in quotes: {}", problem.message))
}

#[cfg(test)]
mod tests;
