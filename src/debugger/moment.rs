//! What a breakpoint sees: the step that is next, before anything of it has happened.

use crate::engine::job::Job;
use crate::engine::policy::{Decision, PolicyView, Take};
use crate::engine::runtime::Runtime;
use crate::engine::slot::{Item, SlotQueue};
use crate::engine::step::on_the_way;
use crate::engine::task::Task;
use crate::engine::trace::{Cause, EXTERNAL};
use crate::flow::model::{BreakpointPlace, PortRef};
use crate::flow::value::Value;

/// The step that is next, as a breakpoint at one place sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// `connection`, `slot`, `event`, `routine` or `error`.
    pub kind: &'static str,
    /// The job's position.
    pub job: u32,
    /// The routine it is about: the receiver of a delivery, the emitter of an event.
    pub routine: String,
    /// The slot of a delivery.
    pub slot: Option<String>,
    /// The event of an emission or a delivery.
    pub event: Option<String>,
    /// The payload; the slice of a routine; the error of an error.
    pub data: Value,
    /// The record that led to it.
    pub cause: Cause,
    /// What arrives: routine, slot and payload, for what the routine would get.
    arrival: Option<(u32, u32, Value)>,
    now_us: u64,
}

/// The places at which a breakpoint could stop a step.
pub struct Places(Vec<BreakpointPlace>);

impl Places {
    /// The places of a task of a job, the outermost first.
    pub fn of(job: &Job, task: &Task) -> Option<Self> {
        let program = &job.program;
        let id = |routine: u32| program.routines[routine as usize].id.to_string();
        let slot = |(routine, slot): (u32, u32)| {
            PortRef::new(id(routine), program.routines[routine as usize].slots[slot as usize].name.clone())
        };
        let places = match task {
            Task::Post { routine, slot: index, .. } => {
                vec![BreakpointPlace::Slot(slot((*routine, *index))), BreakpointPlace::Routine(id(*routine))]
            }
            Task::Route { routine, event, next, .. } => {
                let model = &program.routines[*routine as usize].events[*event as usize];
                let from = PortRef::new(id(*routine), model.name.to_string());
                let mut places = Vec::new();
                if *next == 0 {
                    places.push(BreakpointPlace::Event(from.clone()));
                }
                if let Some(connection) = model.connections.get(*next as usize) {
                    let target = program.connections[*connection as usize].to;
                    let to = slot(target);
                    places.push(BreakpointPlace::Connection { from, to: to.clone() });
                    places.push(BreakpointPlace::Slot(to));
                    places.push(BreakpointPlace::Routine(id(target.0)));
                }
                places
            }
            Task::Check { routine, .. } => vec![BreakpointPlace::Routine(id(*routine))],
            Task::Start(activation) | Task::Retry(activation) => vec![BreakpointPlace::Routine(id(activation.routine))],
            Task::Handle(error) => {
                vec![BreakpointPlace::Error(Some(id(error.routine))), BreakpointPlace::Error(None)]
            }
            Task::Resume(..) | Task::End(_) => return None,
        };
        Some(Self(places))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = BreakpointPlace> + '_ {
        self.0.iter().cloned()
    }
}

impl Moment {
    /// What a breakpoint at a place sees; nothing if it would not happen: a routine that would not activate,
    /// a transform that raises.
    pub fn new(place: &BreakpointPlace, runtime: &Runtime) -> Option<Self> {
        let (job, task) = runtime.upcoming()?;
        let now_us = runtime.now_us();
        if let (BreakpointPlace::Event(from), Task::Route { data, cause, next, .. }) = (place, task) {
            // Whatever becomes of its deliveries: the emission itself has happened.
            let base = Self::of_task(job, task, now_us).unwrap_or_else(|| Self::nothing(job, now_us));
            let (routine, event) = (from.routine.clone(), Some(from.port.clone()));
            let here = Self { kind: "event", routine, event, slot: None, data: data.clone(), cause: *cause, ..base };
            return (*next == 0).then_some(here);
        }
        let base = Self::of_task(job, task, now_us)?;
        match place {
            BreakpointPlace::Connection { .. } => Some(Self { kind: "connection", ..base }),
            BreakpointPlace::Slot(_) => Some(Self { kind: "slot", ..base }),
            BreakpointPlace::Event(_) => None,
            // With no worker free the activation will wait: its logic runs with a later step, which has its worker.
            BreakpointPlace::Routine(_) if !matches!(task, Task::Start(_)) && !runtime.has_free_worker() => None,
            BreakpointPlace::Routine(_) => {
                let slice = match task {
                    Task::Start(activation) | Task::Retry(activation) => activation.input.slot_data(),
                    _ => base.slice(job)?,
                };
                Some(Self { kind: "routine", data: slice, ..base })
            }
            BreakpointPlace::Error(_) => Some(Self { kind: "error", ..base }),
        }
    }

    /// A step of which nothing is known.
    fn nothing(job: &Job, now_us: u64) -> Self {
        Self {
            kind: "step",
            job: job.index,
            routine: String::new(),
            slot: None,
            event: None,
            data: Value::Null,
            cause: EXTERNAL,
            arrival: None,
            now_us,
        }
    }

    /// What a task is about, whatever stops there.
    pub fn of_task(job: &Job, task: &Task, now_us: u64) -> Option<Self> {
        let program = &job.program;
        let mut moment = Self::nothing(job, now_us);
        let mut about = None;
        match task {
            Task::Post { routine, slot, data } => about = Some((*routine, *slot, data.clone())),
            Task::Route { routine, event, data, cause, next } => {
                let emitter = &program.routines[*routine as usize];
                let model = &emitter.events[*event as usize];
                moment.event = Some(model.name.to_string());
                moment.cause = *cause;
                match model.connections.get(*next as usize) {
                    Some(connection) => {
                        let connection = &program.connections[*connection as usize];
                        let data = on_the_way(connection, data.clone()).ok()?;
                        about = Some((connection.to.0, connection.to.1, data));
                    }
                    None => {
                        moment.routine = emitter.id.to_string();
                        moment.data = data.clone();
                    }
                }
            }
            Task::Check { routine, cause } => {
                moment.routine = program.routines[*routine as usize].id.to_string();
                moment.cause = *cause;
                moment.arrival = Some((*routine, u32::MAX, Value::Null));
            }
            Task::Start(activation) | Task::Retry(activation) | Task::Resume(activation, _) | Task::End(activation) => {
                moment.routine = program.routines[activation.routine as usize].id.to_string();
                moment.data = activation.input.slot_data();
                moment.cause = activation.cause;
            }
            Task::Handle(error) => {
                moment.routine = program.routines[error.routine as usize].id.to_string();
                moment.cause = error.record;
                moment.data = Value::map([
                    ("error_type", Value::Str(error.failure.error_type.clone())),
                    ("message", Value::Str(error.failure.message.clone())),
                ]);
            }
        }
        if let Some((routine, slot, data)) = about {
            moment.routine = program.routines[routine as usize].id.to_string();
            moment.slot = Some(program.routines[routine as usize].slots[slot as usize].name.clone());
            moment.data = data.clone();
            moment.arrival = Some((routine, slot, data));
        }
        Some(moment)
    }

    /// What the routine would get if the step were taken: its slice if it activates, else what would wait. At an error:
    /// what the failed attempt got, or what waits where there was none.
    pub fn slot_data(&self, job: &Job) -> Value {
        if self.kind == "routine" {
            return self.data.clone();
        }
        if let Some(Task::Handle(error)) = job.tasks.front().filter(|_| self.kind == "error") {
            return match &error.activation {
                Some(activation) => activation.input.slot_data(),
                None => waiting(&job.routines[error.routine as usize].slots),
            };
        }
        self.slice(job).unwrap_or_else(|| waiting(&self.queues_after(job).unwrap_or_default()))
    }

    /// The receiver's queues with what arrives.
    fn queues_after(&self, job: &Job) -> Option<Vec<SlotQueue>> {
        let (routine, slot, data) = self.arrival.as_ref()?;
        let mut queues = job.routines[*routine as usize].slots.clone();
        if let Some(queue) = queues.get_mut(*slot as usize)
            && queue.enqueue(Item { data: data.clone(), enqueued_us: self.now_us }).is_err()
        {
            return None;
        }
        Some(queues)
    }

    /// The slice that the receiver's policy would take, if it would activate.
    fn slice(&self, job: &Job) -> Option<Value> {
        let (routine, ..) = self.arrival.as_ref()?;
        let mut queues = self.queues_after(job)?;
        let state = &job.routines[*routine as usize];
        let policy = state.policy(&job.program.routines[*routine as usize])?;
        let decision = policy.check(&PolicyView {
            slots: &queues,
            now_us: self.now_us,
            last_activation_us: state.last_activation_us,
            job: &|| job.view(),
        });
        let Ok(Decision::Run { take, .. }) = decision else { return None };
        let count = match take {
            Take::All => usize::MAX,
            Take::Oldest(count) => count,
        };
        Some(Value::map(queues.iter_mut().map(|queue| (queue.name.clone(), Value::list(queue.consume(count))))))
    }
}

/// What waits in a routine's slots.
fn waiting(queues: &[SlotQueue]) -> Value {
    let items = |queue: &SlotQueue| Value::list(queue.new_items().map(|item| item.data.clone()));
    Value::map(queues.iter().map(|queue| (queue.name.clone(), items(queue))))
}
