//! How many bytes of memory something takes, as an estimate: a budget has to be kept without asking the allocator.
//!
//! What several records or states share is counted once as far as that is cheap to know, else again: an estimate is
//! rather too high than too low.

use std::collections::BTreeMap;
use std::mem::size_of;

use crate::engine::behaviour::Input;
use crate::engine::job::{Job, JobRoutine};
use crate::engine::slot::Item;
use crate::engine::task::{Activation, HeldError, Task};
use crate::engine::trace::{Kind, Record};
use crate::flow::value::{Map, Value};

/// What an allocation takes with the allocator's own part.
fn allocation(bytes: usize) -> usize {
    (bytes + 8).next_multiple_of(16).max(32)
}

/// Two counters before what is shared.
const COUNTERS: usize = 2 * size_of::<usize>();

fn text(length: usize) -> usize {
    allocation(COUNTERS + length)
}

/// What is known about shared content, by its address.
pub trait Shared {
    /// The bytes of content at an address, as `count` says; 0 if they were counted already.
    fn count(&mut self, address: usize, count: impl FnOnce(&mut Self) -> usize) -> usize;
}

/// Remembers content that was counted lately. What was counted must stay alive, or [`Recent::forget`] be called.
#[derive(Clone)]
pub struct Recent([usize; 256]);

impl Default for Recent {
    fn default() -> Self {
        Self([0; 256])
    }
}

impl Recent {
    /// Forgets everything: addresses may come again.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Shared for Recent {
    #[inline]
    fn count(&mut self, address: usize, count: impl FnOnce(&mut Self) -> usize) -> usize {
        let place = (address >> 4) % self.0.len();
        if self.0[place] == address {
            return 0;
        }
        self.0[place] = address;
        rarely(|| count(self))
    }
}

/// Keeps what is done for new content out of the way of content that was counted already.
#[cold]
#[inline(never)]
fn rarely(work: impl FnOnce() -> usize) -> usize {
    work()
}

/// Remembers all content of one state, and how large it was in the state before, which must be alive.
#[derive(Default)]
pub struct Whole {
    before: BTreeMap<usize, usize>,
    now: BTreeMap<usize, usize>,
}

impl Whole {
    /// A new state begins.
    pub fn turn(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}

impl Shared for Whole {
    fn count(&mut self, address: usize, count: impl FnOnce(&mut Self) -> usize) -> usize {
        if self.now.contains_key(&address) {
            return 0;
        }
        let bytes = match self.before.get(&address) {
            Some(bytes) => *bytes,
            None => count(&mut Self::default()),
        };
        self.now.insert(address, bytes);
        bytes
    }
}

/// What a value holds beside itself.
#[inline]
pub fn of_value(value: &Value, shared: &mut impl Shared) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 0,
        Value::BigInt(content) | Value::Str(content) => {
            shared.count(content.as_ptr() as usize, |_| text(content.len()))
        }
        Value::List(items) => shared.count(items.as_ptr() as usize, |shared| {
            let within: usize = items.iter().map(|item| of_value(item, shared)).sum();
            allocation(COUNTERS + items.len() * size_of::<Value>()) + within
        }),
        Value::Map(map) => {
            shared.count(std::sync::Arc::as_ptr(map) as usize, |shared| allocation(COUNTERS) + of_map(map, shared))
        }
    }
}

fn of_map(map: &Map, shared: &mut impl Shared) -> usize {
    // Entries with their hashes in one piece, their positions in another.
    let entries = allocation(map.capacity() * (size_of::<(usize, std::sync::Arc<str>, Value)>()));
    let positions = allocation(map.capacity() * 8 / 7 * (size_of::<usize>() + 1));
    let within = map.iter().map(|(key, value)| text(key.len()) + of_value(value, shared));
    size_of::<Map>() + entries + positions + within.sum::<usize>()
}

/// What a start has besides its payloads, which came with records that have counted them.
#[inline]
fn of_started(input: &Input, shared: &mut impl Shared) -> usize {
    let items = input.items();
    let spilled = if items.len() > 1 { allocation(std::mem::size_of_val(items)) } else { 0 };
    allocation(COUNTERS + size_of::<Input>()) + spilled + of_value(&input.policy_message, shared)
}

fn of_input(input: &Input, shared: &mut impl Shared) -> usize {
    let items = input.items();
    let spilled = if items.len() > 1 { allocation(std::mem::size_of_val(items)) } else { 0 };
    let within: usize = items.iter().map(|item| of_value(item, shared)).sum();
    allocation(COUNTERS + size_of::<Input>()) + spilled + within + of_value(&input.policy_message, shared)
}

/// A record with all it holds.
#[inline]
pub fn of_record(record: &Record, shared: &mut impl Shared) -> usize {
    size_of::<Record>() + of_kind(&record.kind, shared)
}

/// What a kind of record holds beside itself.
#[inline]
pub fn of_kind(kind: &Kind, shared: &mut impl Shared) -> usize {
    match kind {
        Kind::Job(_)
        | Kind::JobQueued(..)
        | Kind::JobRetrying { .. }
        | Kind::Progress(..)
        | Kind::WorkerRegistered(_)
        | Kind::WorkerHeartbeat(_)
        | Kind::WorkerClaimed(..)
        | Kind::RoutineEnd { .. } => 0,
        Kind::JobPaused(reason) => text(reason.len()),
        Kind::JobDrained(_, left) => left.iter().map(|(place, _)| 32 + text(place.len())).sum(),
        Kind::JobFailed(error_type, message) => text(error_type.len()) + text(message.len()),
        Kind::System(_, message) | Kind::Log(_, message, ..) => {
            shared.count(message.as_ptr() as usize, |_| text(message.len()))
        }
        Kind::SlotCall { data, .. } | Kind::EventEmit { data, .. } => of_value(data, shared),
        Kind::RoutineStart(.., input) => of_started(input, shared),
        Kind::Error(.., failure) => {
            let texts = [&failure.error_type, &failure.message, &failure.traceback];
            256 + texts.iter().map(|content| text(content.len())).sum::<usize>()
        }
        Kind::BreakpointHit(hit) => {
            256 + hit.place.iter().map(|(_, place)| text(place.len())).sum::<usize>() + of_value(&hit.data, shared)
        }
        Kind::Intervened(done) => 128 + text(done.message.len()) + of_value(&done.data, shared),
        Kind::Output(_, output_type, data) => text(output_type.len()) + of_value(data, shared),
    }
}

fn of_activation(activation: &Activation, shared: &mut impl Shared) -> usize {
    let address = std::rc::Rc::as_ptr(&activation.input) as usize;
    allocation(size_of::<Activation>()) + shared.count(address, |shared| of_input(&activation.input, shared))
}

fn of_task(task: &Task, shared: &mut impl Shared) -> usize {
    let within = match task {
        Task::Post { data, .. } | Task::Route { data, .. } => of_value(data, shared),
        Task::Check { .. } => 0,
        Task::Start(activation) | Task::Retry(activation) | Task::End(activation) => of_activation(activation, shared),
        Task::Resume(activation, rest) => of_activation(activation, shared) + text(rest.0.len()),
        Task::Handle(error) => {
            let activation = error.activation.as_ref().map_or(0, |activation| of_activation(activation, shared));
            let HeldError { failure, .. } = &**error;
            size_of::<HeldError>() + activation + text(failure.message.len()) + text(failure.traceback.len())
        }
    };
    size_of::<Task>() + within
}

fn of_routine(routine: &JobRoutine, shared: &mut impl Shared) -> usize {
    let slots = routine.slots.iter().map(|slot| {
        let items = slot.new_items().map(|item| size_of::<Item>() + of_value(&item.data, shared));
        std::mem::size_of_val(slot) + items.sum::<usize>()
    });
    size_of::<JobRoutine>() + slots.sum::<usize>() + of_value(&Value::Map(routine.state.clone()), shared)
}

/// A job with all it holds.
pub fn of_job(job: &Job, shared: &mut impl Shared) -> usize {
    // What a tree of timers takes for each beside the task.
    const NODE: usize = 32;
    let own: usize = job.tasks.own().map(|task| of_task(task, shared)).sum();
    let in_pieces = job.tasks.pieces().map(|(address, tasks)| {
        shared.count(address, |shared| {
            allocation(COUNTERS) + tasks.iter().map(|task| of_task(task, shared)).sum::<usize>()
        })
    });
    let tasks = own + in_pieces.sum::<usize>();
    let timers: usize = job.timers.values().map(|task| NODE + of_task(task, shared)).sum();
    let waiting: usize = job.waiting.values().map(|activation| NODE + of_activation(activation, shared)).sum();
    let routines: usize = job.routines.iter().map(|routine| of_routine(routine, shared)).sum();
    let log: usize = job.shared_log.iter().map(|entry| size_of::<Value>() + of_value(entry, shared)).sum();
    let data = of_value(&Value::Map(job.shared_data.clone()), shared);
    allocation(size_of::<Job>()) + tasks + timers + waiting + routines + log + data
}
