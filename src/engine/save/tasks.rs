//! Tasks and activations as JSON.
//!
//! ```text
//! task        { "kind": "post", "routine", "slot", "data" }
//!             { "kind": "route", "routine", "event", "data", "cause", "next": which connection of the event }
//!             { "kind": "check", "routine", "cause" }
//!             { "kind": "start" | "retry" | "end", "activation" }
//!             { "kind": "resume", "activation", "rest": base64 }
//!             { "kind": "handle", "activation", "cause",
//!               "failure": { "type", "bases", "message", "traceback", "timed_out" } }
//! activation  { "routine", "number", "attempt", "slots": { name: [ payload … ] }, "policy_message",
//!               "cause", "start", "claimed", "worker": null or number, "emissions", "turns" }
//! ```

use std::rc::Rc;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::engine::behaviour::{Failure, Input, Suspended};
use crate::engine::program::{Program, RoutineProgram};
use crate::engine::task::{Activation, HeldError, Task};
use crate::engine::trace::{Cause, EXTERNAL};
use crate::flow::value::Value;

use super::parts::{Part, Refusal};

/// What a task may refer to.
pub struct Known<'a> {
    /// The flow of its job.
    pub program: &'a Program,
    /// The virtual clock.
    pub now_us: u64,
    /// The number of the next record.
    pub next_seq: u64,
    /// The number of the job's next activation.
    pub next_activation: u64,
    /// How many workers there are.
    pub workers: u64,
}

/// The cause of a record or null.
fn write_cause(cause: Cause) -> Value {
    if cause == EXTERNAL { Value::Null } else { Value::from(cause) }
}

/// A task.
pub fn write_task(task: &Task, program: &Program) -> Value {
    let routine_name = |routine: u32| ("routine", Value::Str(program.routines[routine as usize].id.clone()));
    let kind = |kind: &str| ("kind", Value::from(kind));
    let with =
        |word: &str, activation: &Activation| [kind(word), ("activation", write_activation(activation, program))];
    match task {
        Task::Post { routine, slot, data } => {
            let slot = program.routines[*routine as usize].slots[*slot as usize].name.as_str();
            Value::map([kind("post"), routine_name(*routine), ("slot", Value::from(slot)), ("data", data.clone())])
        }
        Task::Route { routine, event, data, cause, next } => {
            let event = program.routines[*routine as usize].events[*event as usize].name.clone();
            Value::map([
                kind("route"),
                routine_name(*routine),
                ("event", Value::Str(event)),
                ("data", data.clone()),
                ("cause", write_cause(*cause)),
                ("next", Value::from(u64::from(*next))),
            ])
        }
        Task::Check { routine, cause } => {
            Value::map([kind("check"), routine_name(*routine), ("cause", write_cause(*cause))])
        }
        Task::Start(activation) => Value::map(with("start", activation)),
        Task::Retry(activation) => Value::map(with("retry", activation)),
        Task::End(activation) => Value::map(with("end", activation)),
        Task::Resume(activation, rest) => {
            let rest = ("rest", Value::from(STANDARD.encode(&rest.0)));
            Value::map(with("resume", activation).into_iter().chain([rest]))
        }
        Task::Handle(error) => {
            let whose = match &error.activation {
                Some(activation) => ("activation", write_activation(activation, program)),
                None => routine_name(error.routine),
            };
            let failure = ("failure", write_failure(&error.failure));
            Value::map([kind("handle"), whose, failure, ("cause", write_cause(error.record))])
        }
    }
}

/// An activation.
pub fn write_activation(activation: &Activation, program: &Program) -> Value {
    let input = &activation.input;
    let slots = Value::map(input.slots().map(|(name, items)| (name.clone(), Value::list(items.iter().cloned()))));
    Value::map([
        ("routine", Value::Str(program.routines[activation.routine as usize].id.clone())),
        ("number", Value::from(activation.number)),
        ("attempt", Value::from(u64::from(activation.attempt))),
        ("slots", slots),
        ("policy_message", input.policy_message.clone()),
        ("cause", write_cause(activation.cause)),
        ("start", write_cause(activation.start)),
        ("claimed", Value::from(activation.claimed_us)),
        ("worker", activation.worker.map_or(Value::Null, |worker| Value::from(u64::from(worker)))),
        ("emissions", Value::from(u64::from(activation.emissions))),
        ("turns", Value::from(u64::from(activation.turns))),
    ])
}

fn write_failure(failure: &Failure) -> Value {
    Value::map([
        ("type", Value::Str(failure.error_type.clone())),
        ("bases", Value::list(failure.bases.iter().cloned().map(Value::Str))),
        ("message", Value::Str(failure.message.clone())),
        ("traceback", Value::Str(failure.traceback.clone())),
        ("timed_out", Value::Bool(failure.timed_out)),
    ])
}

impl Known<'_> {
    fn cause(&self, part: &Part<'_, '_>) -> Result<Cause, Refusal> {
        part.given().map_or(Ok(EXTERNAL), |part| part.below(self.next_seq))
    }

    fn routine(&self, part: &Part<'_, '_>) -> Result<(u32, &RoutineProgram), Refusal> {
        let id = part.text()?;
        match self.program.routine(id) {
            Some(index) => Ok((index, &self.program.routines[index as usize])),
            None => Err(part.refuse(format!("its flow has no routine `{id}`"))),
        }
    }

    /// A task.
    ///
    /// # Errors
    /// Where and why it is none of this flow.
    pub fn task(&self, part: &Part<'_, '_>) -> Result<Task, Refusal> {
        let kind = part.key("kind")?;
        Ok(match &**kind.text()? {
            "post" => {
                let (routine, program) = self.routine(&part.key("routine")?)?;
                let slot = part.key("slot")?;
                let name = slot.text()?;
                let index = program.slots.iter().position(|slot| *slot.name == **name);
                let index = index.ok_or_else(|| slot.refuse(format!("`{}` has no slot `{name}`", program.id)))?;
                Task::Post { routine, slot: index as u32, data: part.key("data")?.value().clone() }
            }
            "route" => self.route(part)?,
            "check" => {
                let (routine, _) = self.routine(&part.key("routine")?)?;
                Task::Check { routine, cause: self.cause(&part.key("cause")?)? }
            }
            "start" => Task::Start(Box::new(self.activation(&part.key("activation")?)?)),
            "retry" => Task::Retry(Box::new(self.activation(&part.key("activation")?)?)),
            "end" => Task::End(Box::new(self.activation(&part.key("activation")?)?)),
            "resume" => self.resume(part)?,
            "handle" => self.held_error(part)?,
            other => return Err(kind.refuse(format!("there is no task `{other}`"))),
        })
    }

    fn held_error(&self, part: &Part<'_, '_>) -> Result<Task, Refusal> {
        let (routine, activation) = match part.map()?.contains_key("activation") {
            true => {
                let activation = self.activation(&part.key("activation")?)?;
                (activation.routine, Some(activation))
            }
            false => (self.routine(&part.key("routine")?)?.0, None),
        };
        let failure = Arc::new(read_failure(&part.key("failure")?)?);
        let record = self.cause(&part.key("cause")?)?;
        Ok(Task::Handle(Box::new(HeldError { routine, activation, failure, record })))
    }

    fn route(&self, part: &Part<'_, '_>) -> Result<Task, Refusal> {
        let (routine, program) = self.routine(&part.key("routine")?)?;
        let event = part.key("event")?;
        let name = event.text()?;
        let index = program.events.iter().position(|event| event.name == *name);
        let index = index.ok_or_else(|| event.refuse(format!("`{}` has no event `{name}`", program.id)))?;
        // An event without connections is one step.
        let turns = program.events[index].connections.len().max(1) as u64;
        Ok(Task::Route {
            routine,
            event: index as u32,
            data: part.key("data")?.value().clone(),
            cause: self.cause(&part.key("cause")?)?,
            next: part.key("next")?.below(turns)? as u32,
        })
    }

    fn resume(&self, part: &Part<'_, '_>) -> Result<Task, Refusal> {
        let activation = self.activation(&part.key("activation")?)?;
        let rest = part.key("rest")?;
        let bytes = STANDARD.decode(rest.text()?.as_bytes()).map_err(|err| rest.refuse(err.to_string()))?;
        let suspended = Suspended(bytes.into());
        self.program.routines[activation.routine as usize]
            .behaviour
            .check(&suspended)
            .map_err(|failure| rest.refuse(&*failure.message))?;
        Ok(Task::Resume(Box::new(activation), suspended))
    }

    /// An activation.
    ///
    /// # Errors
    /// Where and why it is none of this flow.
    pub fn activation(&self, part: &Part<'_, '_>) -> Result<Activation, Refusal> {
        let (routine, program) = self.routine(&part.key("routine")?)?;
        let slots = part.key("slots")?;
        let mut input = Input::new(program.slot_names.clone(), part.key("policy_message")?.value().clone());
        for name in program.slot_names.iter() {
            let items = slots.key(name)?;
            input.push_slot(items.items()?.map(|item| item.value().clone()));
        }
        if slots.map()?.len() != program.slot_names.len() {
            return Err(slots.refuse(format!("`{}` has {} slots", program.id, program.slot_names.len())));
        }
        let attempt = part.key("attempt")?;
        let worker = part.key("worker")?;
        Ok(Activation {
            routine,
            number: part.key("number")?.below(self.next_activation)?,
            attempt: match attempt.small()? {
                0 => return Err(attempt.refuse("attempts are counted from 1")),
                attempt => attempt,
            },
            input: Rc::new(input),
            cause: self.cause(&part.key("cause")?)?,
            start: self.cause(&part.key("start")?)?,
            claimed_us: part.key("claimed")?.us_until(self.now_us)?,
            worker: worker.given().map(|worker| worker.below(self.workers).map(|worker| worker as u32)).transpose()?,
            emissions: part.key("emissions")?.small()?,
            turns: part.key("turns")?.small()?,
        })
    }
}

fn read_failure(part: &Part<'_, '_>) -> Result<Failure, Refusal> {
    let bases = part.key("bases")?;
    let bases = bases.items()?.map(|base| base.text().cloned()).collect::<Result<_, _>>()?;
    Ok(Failure {
        error_type: part.key("type")?.text()?.clone(),
        bases,
        message: part.key("message")?.text()?.clone(),
        traceback: part.key("traceback")?.text()?.clone(),
        timed_out: part.key("timed_out")?.flag()?,
    })
}
