//! What somebody outside may change in a job while it is held: its pending events, its queues, its data, its routines.
//!
//! A change is data, so that a replay can make it again. Each leaves a record of the type `log` with a field
//! `intervention`: what was done stays visible in everything that reads the trace.

use std::rc::Rc;
use std::sync::Arc;

use crate::flow::model::{Flow, Routine};
use crate::flow::value::{Map, Value};

use super::job::{Job, JobStatus, PolicyOverride};
use super::limits;
use super::program::{Program, RoutineProgram};
use super::runtime::{Core, Runtime};
use super::task::Task;
use super::trace::{EXTERNAL, Intervened, Kind};

/// One change of one job.
#[derive(Clone)]
pub enum Change {
    /// This job takes the next step, whoever's turn it is.
    Turn,
    /// The task at this position becomes the job's next step.
    Choose(usize),
    /// The pending event at this position is lost.
    DropTask(usize),
    /// The pending event at this position comes twice.
    DuplicateTask(usize),
    /// The pending event at this position gets another payload.
    EditTask(usize, Value),
    /// The task at a position goes to another one.
    MoveTask(usize, usize),
    /// An item that waits in a slot is lost: routine, slot, position among those that wait.
    DropItem(u32, u32, usize),
    /// An item that waits in a slot gets another payload.
    EditItem(u32, u32, usize, Value),
    /// An item that waits in a slot goes to another position.
    MoveItem(u32, u32, usize, usize),
    /// An event comes from a routine that did not emit it: routine, event, payload.
    Emit(u32, u32, Value),
    /// Data for a slot, as a post: routine, slot, payload.
    Post(u32, u32, Value),
    /// The shared data are these.
    SharedData(Arc<Map>),
    /// The state of a routine is this.
    State(u32, Arc<Map>),
    /// A routine works differently from now on: other config, other logic.
    Routine(u32, Rc<RoutineProgram>, Arc<Routine>),
    /// A routine has another policy in this job, or the document's again.
    Policy(u32, Option<PolicyOverride>),
    /// The job is held while others go on.
    Pause,
    /// The job goes on.
    Resume,
    /// The job is cancelled.
    Cancel,
}

/// Why a change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such job.
    UnknownJob,
    /// The job has ended.
    Finished,
    /// The job is held.
    Paused,
    /// The job is not held.
    NotPaused,
    /// There is no such task, item, routine, slot or event.
    NotThere,
    /// The task is no pending event: an activation cannot be changed.
    NoEvent,
    /// The payload is larger than 1 MiB.
    TooLarge,
    /// The job has no step to take at this instant.
    NothingToDo,
    /// The slot is full.
    Full,
}

impl Refusal {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Refusal::UnknownJob => "there is no such job",
            Refusal::Finished => "the job has ended",
            Refusal::Paused => "the job is paused: let it go on first",
            Refusal::NotPaused => "the job is not paused",
            Refusal::NotThere => "there is nothing at this place",
            Refusal::NoEvent => "only posts and emitted events can be changed; this step belongs to an activation",
            Refusal::TooLarge => "the payload is larger than 1 MiB",
            Refusal::NothingToDo => "the job has nothing to do at this instant",
            Refusal::Full => "the slot is full",
        }
    }
}

impl Runtime {
    /// Changes a job. The runtime has to be prepared.
    ///
    /// # Errors
    /// Why it is not possible; then nothing is changed.
    pub fn alter(&mut self, index: u32, change: &Change) -> Result<(), Refusal> {
        let job = self.jobs_mut().get_mut(index as usize).ok_or(Refusal::UnknownJob)?;
        check(job, change)?;
        match change {
            Change::Pause => self.pause_job(index, "paused by hand"),
            Change::Resume => self.resume_job(index),
            Change::Cancel => self.cancel_job(index),
            Change::Post(routine, slot, data) => {
                if self.post(index, *routine, *slot, data.clone()).is_err() {
                    return Err(Refusal::NotThere);
                }
            }
            _ => {
                let (core, jobs) = self.parts_mut();
                apply(core, Rc::make_mut(&mut jobs[index as usize]), change);
            }
        }
        Ok(())
    }
}

/// Whether a change is possible.
fn check(job: &Job, change: &Change) -> Result<(), Refusal> {
    if job.status.is_finished() {
        return Err(Refusal::Finished);
    }
    let task = |index: usize| job.tasks.get(index).ok_or(Refusal::NotThere);
    let event = |index: usize| match task(index)? {
        Task::Post { .. } | Task::Route { .. } => Ok(()),
        _ => Err(Refusal::NoEvent),
    };
    let routine = |index: u32| job.routines.get(index as usize).ok_or(Refusal::NotThere);
    let slot = |index: u32, slot: u32| routine(index)?.slots.get(slot as usize).ok_or(Refusal::NotThere);
    let item = |index: u32, number: u32, at: usize| {
        let there = slot(index, number)?.unconsumed() > at;
        if there { Ok(()) } else { Err(Refusal::NotThere) }
    };
    let fits = |data: &Value| if limits::refusal(data).is_some() { Err(Refusal::TooLarge) } else { Ok(()) };
    match change {
        Change::Turn | Change::Choose(_) if job.status == JobStatus::Paused => Err(Refusal::Paused),
        Change::Turn if job.tasks.is_empty() => Err(Refusal::NothingToDo),
        Change::Turn => Ok(()),
        Change::Choose(index) => task(*index).map(|_| ()),
        Change::DropTask(index) | Change::DuplicateTask(index) => event(*index),
        Change::EditTask(index, data) => event(*index).and_then(|()| fits(data)),
        Change::MoveTask(from, to) => task(*from).and(task(*to)).map(|_| ()),
        Change::DropItem(routine, slot, at) => item(*routine, *slot, *at),
        Change::EditItem(routine, slot, at, data) => item(*routine, *slot, *at).and_then(|()| fits(data)),
        Change::MoveItem(routine, slot, from, to) => item(*routine, *slot, *from).and(item(*routine, *slot, *to)),
        Change::Emit(index, event, data) => {
            let known = job.program.routines.get(*index as usize).and_then(|r| r.events.get(*event as usize));
            known.ok_or(Refusal::NotThere).and_then(|_| fits(data))
        }
        Change::Post(routine, number, data) => slot(*routine, *number).and_then(|_| fits(data)),
        Change::State(index, _) | Change::Routine(index, ..) | Change::Policy(index, _) => routine(*index).map(|_| ()),
        Change::SharedData(_) => Ok(()),
        Change::Pause if job.status == JobStatus::Paused => Err(Refusal::Paused),
        Change::Resume if job.status != JobStatus::Paused => Err(Refusal::NotPaused),
        Change::Pause | Change::Resume | Change::Cancel => Ok(()),
    }
}

/// Makes a change that is possible, and its record.
fn apply(core: &mut Core, job: &mut Job, change: &Change) {
    if matches!(change, Change::Turn) && core.next_job() == Some(job.index) {
        return;
    }
    let intervened = tell(job, change);
    let record = core.trace.add(core.now_us, job.index, EXTERNAL, || Kind::Intervened(Rc::new(intervened)));
    match change {
        Change::Turn => core.turn = job.index,
        Change::Choose(index) => {
            move_task(job, *index, 0);
            core.turn = job.index;
        }
        Change::DropTask(index) => {
            job.tasks.as_one().remove(*index);
        }
        Change::DuplicateTask(index) => {
            let copy = job.tasks[*index].clone();
            job.tasks.as_one().insert(*index + 1, copy);
        }
        Change::EditTask(index, new) => {
            if let Some(Task::Post { data, .. } | Task::Route { data, .. }) = job.tasks.as_one().get_mut(*index) {
                *data = new.clone();
            }
        }
        Change::MoveTask(from, to) => move_task(job, *from, *to),
        Change::DropItem(routine, slot, at) => {
            job.routines[*routine as usize].slots[*slot as usize].remove(*at);
        }
        Change::EditItem(routine, slot, at, data) => {
            job.routines[*routine as usize].slots[*slot as usize].replace(*at, data.clone());
        }
        Change::MoveItem(routine, slot, from, to) => {
            let queue = &mut job.routines[*routine as usize].slots[*slot as usize];
            if let Some(item) = queue.remove(*from) {
                queue.insert(*to, item);
            }
        }
        Change::Emit(routine, event, data) => {
            let (routine, event, data) = (*routine, *event, data.clone());
            job.tasks.push_back(Task::Route { routine, event, data, cause: record, next: 0 });
            core.wake(job);
        }
        Change::SharedData(data) => job.shared_data = data.clone(),
        Change::State(routine, state) => job.routines[*routine as usize].state = state.clone(),
        Change::Routine(routine, replacement, model) => {
            let mut program = Program::clone(&job.program);
            program.routines[*routine as usize] = RoutineProgram::clone(replacement);
            let mut flow = Flow::clone(&program.flow);
            if let Some(place) = flow.routines.get_mut(*routine as usize) {
                *place = model.clone();
            }
            program.flow = Arc::new(flow);
            job.program = Rc::new(program);
        }
        Change::Policy(routine, policy) => {
            core.override_policy(job, *routine, policy.clone(), record);
        }
        Change::Post(..) | Change::Pause | Change::Resume | Change::Cancel => {}
    }
    core.settle(job, record);
}

fn move_task(job: &mut Job, from: usize, to: usize) {
    let tasks = job.tasks.as_one();
    if let Some(task) = tasks.remove(from) {
        tasks.insert(to, task);
    }
}

/// What a change is, in words, with what it is about.
fn tell(job: &Job, change: &Change) -> Intervened {
    let program = &job.program;
    let id = |routine: u32| program.routines[routine as usize].id.to_string();
    let slot_of = |routine: u32, slot: u32| {
        format!("{}.{}", id(routine), job.routines[routine as usize].slots[slot as usize].name)
    };
    let event_of = |routine: u32, event: u32| {
        format!("{}.{}", id(routine), program.routines[routine as usize].events[event as usize].name)
    };
    let task = |index: usize| match job.tasks.get(index) {
        Some(Task::Post { routine, slot, data }) => (format!("the post to {}", slot_of(*routine, *slot)), data.clone()),
        Some(Task::Route { routine, event, data, .. }) => {
            (format!("the event {}", event_of(*routine, *event)), data.clone())
        }
        _ => (format!("the step at position {index}"), Value::Null),
    };
    let (what, message, routine, data) = match change {
        Change::Turn => ("turn", format!("{} takes the turn", job.id), None, Value::Null),
        Change::Choose(index) => ("choose", format!("{} comes next", task(*index).0), None, task(*index).1),
        Change::DropTask(index) => ("drop", format!("{} is dropped", task(*index).0), None, task(*index).1),
        Change::DuplicateTask(index) => ("duplicate", format!("{} comes twice", task(*index).0), None, task(*index).1),
        Change::EditTask(index, data) => {
            ("edit", format!("{} gets another payload", task(*index).0), None, data.clone())
        }
        Change::MoveTask(from, to) => {
            ("move", format!("{} moves from position {from} to {to}", task(*from).0), None, task(*from).1)
        }
        Change::DropItem(routine, slot, at) => {
            ("drop", format!("item {at} of {} is dropped", slot_of(*routine, *slot)), Some(*routine), Value::Null)
        }
        Change::EditItem(routine, slot, at, data) => {
            let message = format!("item {at} of {} gets another payload", slot_of(*routine, *slot));
            ("edit", message, Some(*routine), data.clone())
        }
        Change::MoveItem(routine, slot, from, to) => {
            let message = format!("item {from} of {} moves to {to}", slot_of(*routine, *slot));
            ("move", message, Some(*routine), Value::Null)
        }
        Change::Emit(routine, event, data) => {
            ("inject", format!("{} is injected", event_of(*routine, *event)), Some(*routine), data.clone())
        }
        Change::SharedData(data) => {
            ("shared_data", "the shared data are changed".into(), None, Value::Map(data.clone()))
        }
        Change::State(routine, state) => {
            let message = format!("the state of {} is changed", id(*routine));
            ("state", message, Some(*routine), Value::Map(state.clone()))
        }
        Change::Routine(routine, replacement, _) => {
            let message = format!("{} works differently from now on", id(*routine));
            ("routine", message, Some(*routine), Value::Map(replacement.config.clone()))
        }
        Change::Policy(routine, _) => {
            ("policy", format!("{} has another policy from now on", id(*routine)), Some(*routine), Value::Null)
        }
        // These have records of their own.
        Change::Post(..) | Change::Pause | Change::Resume | Change::Cancel => ("job", String::new(), None, Value::Null),
    };
    Intervened { what, message: message.into(), routine, data }
}
