//! What was saved, made to run again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::Library;
use crate::engine::guard::Guard;
use crate::engine::job::{Job, JobRoutine, JobStatus, PolicyOverride, RoutineStatus, TimerKey};
use crate::engine::limits::{MAX_WORKERS, Strikes};
use crate::engine::program::Program;
use crate::engine::runtime::Runtime;
use crate::engine::slot::{Item, SlotQueue};
use crate::engine::task::{Activation, Task};
use crate::engine::trace::Recording;
use crate::flow::catalogue::Catalogue;
use crate::flow::document;
use crate::flow::problem::Problem;

use super::parts::{Part, Refusal};
use super::tasks::Known;

/// A runtime that goes on from a state.
///
/// # Errors
/// Where and why the state is refused.
pub fn restore(
    part: &Part<'_, '_>,
    recording: Recording,
    catalogue: &Catalogue,
    library: &dyn Library,
) -> Result<Runtime, Refusal> {
    let flows = part.key("flows")?;
    let programs = flows.items()?.map(|flow| read_program(&flow, catalogue, library)).collect::<Result<Vec<_>, _>>()?;
    let clock = Clock {
        now_us: part.key("now")?.us()?,
        next_seq: part.key("next_seq")?.count()?,
        next_timer: part.key("next_timer")?.count()?,
        workers: part.key("workers")?.below(u64::from(MAX_WORKERS) + 1)?,
    };
    let jobs = part.key("jobs")?;
    let mut ids = BTreeSet::new();
    let mut restored = Vec::new();
    for job in jobs.items()? {
        let index = restored.len() as u32;
        let restored_job = read_job(&job, index, &programs, &clock, library)?;
        if !ids.insert(restored_job.id.clone()) {
            return Err(job.key("id")?.refuse("another job has this id"));
        }
        restored.push(restored_job);
    }
    let mut runtime = Runtime::empty(recording);
    let core = &mut runtime.core;
    core.now_us = clock.now_us;
    core.steps = part.key("steps")?.count()?;
    core.trace.next_seq = clock.next_seq;
    core.next_timer = clock.next_timer;
    core.turn = part.key("turn")?.small()?;
    core.worker_count = clock.workers as u32;
    core.free_workers = free_workers(&jobs, &restored, core.worker_count)?;
    core.guard = read_guard(&part.key("limits")?)?;
    core.waiting = read_waiting(&part.key("waiting")?, &restored)?;
    core.strikes = read_strikes(&part.key("strikes")?)?;
    if !core.waiting.is_empty() && !core.free_workers.is_empty() {
        return Err(part.key("waiting")?.refuse("activations wait for a worker although one is free"));
    }
    for job in restored {
        runtime.adopt(job);
    }
    Ok(runtime)
}

/// What all jobs share, as far as they refer to it.
struct Clock {
    now_us: u64,
    next_seq: u64,
    next_timer: u64,
    workers: u64,
}

fn read_program(part: &Part<'_, '_>, catalogue: &Catalogue, library: &dyn Library) -> Result<Rc<Program>, Refusal> {
    let refuse = |problems: Vec<Problem>| {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        part.refuse(format!("the flow cannot run here: {}", lines.join("; ")))
    };
    let flow = document::from_value(part.value()).into_flow().map_err(refuse)?;
    Program::compile(&Arc::new(flow), catalogue, library).map_err(refuse)
}

fn read_guard(part: &Part<'_, '_>) -> Result<Guard, Refusal> {
    let at_least_one = |part: Part<'_, '_>| match part.count()? {
        0 => Err(part.refuse("a limit is at least 1")),
        limit => Ok(limit),
    };
    Ok(Guard { instant_steps: at_least_one(part.key("instant_steps")?)?, steps: at_least_one(part.key("steps")?)? })
}

/// Workers that no activation occupies.
fn free_workers(part: &Part<'_, '_>, jobs: &[Job], count: u32) -> Result<BTreeSet<u32>, Refusal> {
    let mut free: BTreeSet<u32> = (0..count).collect();
    for (job, part) in jobs.iter().zip(part.items()?) {
        for worker in job.tasks.iter().chain(job.timers.values()).filter_map(Task::worker) {
            if !free.remove(&worker) {
                return Err(part.refuse(format!("two activations occupy worker {worker}")));
            }
        }
    }
    Ok(free)
}

fn read_waiting(part: &Part<'_, '_>, jobs: &[Job]) -> Result<VecDeque<(u32, u64)>, Refusal> {
    let mut waiting = VecDeque::new();
    let mut seen = BTreeSet::new();
    for entry in part.items()? {
        let [job, activation] = entry.exactly()?;
        let index = job.below(jobs.len() as u64)? as usize;
        let number = activation.count()?;
        if !jobs[index].waiting.contains_key(&number) || !seen.insert((index, number)) {
            return Err(entry.refuse(format!("activation {number} of `{}` does not wait, or twice", jobs[index].id)));
        }
        waiting.push_back((index as u32, number));
    }
    if seen.len() != jobs.iter().map(|job| job.waiting.len()).sum::<usize>() {
        return Err(part.refuse("an activation of a job that waits for a worker is missing here"));
    }
    Ok(waiting)
}

fn read_strikes(part: &Part<'_, '_>) -> Result<Strikes, Refusal> {
    part.items()?
        .map(|entry| {
            let [job, activation, attempt, turns] = entry.exactly()?;
            Ok(((job.small()?, activation.count()?, attempt.small()?), turns.below(1 << 32)? as u32))
        })
        .collect()
}

fn read_job(
    part: &Part<'_, '_>,
    index: u32,
    programs: &[Rc<Program>],
    clock: &Clock,
    library: &dyn Library,
) -> Result<Job, Refusal> {
    let program = &programs[part.key("flow")?.below(programs.len() as u64)? as usize];
    let mut job = Job::new(part.key("id")?.text()?.clone(), index, program.clone(), part.key("seed")?.integer()?);
    job.number = part.key("number")?.small()?;
    job.status = part.key("status")?.choice(&JobStatus::ALL, JobStatus::name)?;
    job.error = read_error(&part.key("error")?)?;
    job.started_us = part.key("started")?.us_until(clock.now_us)?;
    job.deadline_us = part.key("deadline")?.us()?;
    job.idle_since_us = part.key("idle_since")?.us_until(clock.now_us)?;
    job.instant_us = part.key("instant")?.us_until(clock.now_us)?;
    job.instant_steps = part.key("instant_steps")?.count()?;
    job.steps = part.key("steps")?.count()?;
    job.next_activation = part.key("next_activation")?.count()?;
    job.shared_data = part.key("shared_data")?.shared_map()?;
    job.shared_log = Rc::new(part.key("shared_log")?.items()?.map(|entry| entry.value().clone()).collect());
    let known = Known {
        program,
        now_us: clock.now_us,
        next_seq: clock.next_seq,
        next_activation: job.next_activation,
        workers: clock.workers,
    };
    job.tasks = part.key("tasks")?.items()?.map(|task| known.task(&task)).collect::<Result<_, _>>()?;
    job.timers = read_timers(&part.key("timers")?, &known, clock)?;
    job.waiting = read_activations(&part.key("waiting")?, &known)?;
    let routines = part.key("routines")?;
    if routines.map()?.len() != program.routines.len() {
        return Err(routines.refuse(format!("its flow has {} routines", program.routines.len())));
    }
    for (routine, program) in job.routines.iter_mut().zip(&program.routines) {
        read_routine(&routines.key(&program.id)?, routine, clock, library)?;
    }
    check_job(part, &job)?;
    Ok(job)
}

/// What no run leads to.
fn check_job(part: &Part<'_, '_>, job: &Job) -> Result<(), Refusal> {
    let status = job.status.name();
    match job.status {
        JobStatus::Running if job.is_drained() => Err(part.refuse("it is running but has nothing left to do")),
        JobStatus::Idle | JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled if !job.is_drained() => {
            Err(part.refuse(format!("it is {status} but has something left to do")))
        }
        JobStatus::Pending => Err(part.key("status")?.refuse("a job is never saved before its start")),
        _ => {
            check_activations(part, job)?;
            check_policy_timers(part, job)
        }
    }
}

/// An activation is in one place, and has a worker only where it runs.
fn check_activations(part: &Part<'_, '_>, job: &Job) -> Result<(), Refusal> {
    let mut numbers: BTreeSet<u64> = job.waiting.keys().copied().collect();
    for (index, task) in job.tasks.iter().chain(job.timers.values()).enumerate() {
        if matches!(task, Task::Handle(_)) && (index > 0 || job.tasks.is_empty()) {
            return Err(part.key("tasks")?.refuse("an error can be held only by the first task"));
        }
        let Some(activation) = task.activation() else { continue };
        if !numbers.insert(activation.number) {
            return Err(part.refuse(format!("activation {} is in two places", activation.number)));
        }
        match task {
            Task::Retry(_) | Task::Handle(_) if activation.worker.is_some() => {
                return Err(part.refuse(format!("activation {} does not run but has a worker", activation.number)));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_policy_timers(part: &Part<'_, '_>, job: &Job) -> Result<(), Refusal> {
    for (index, routine) in job.routines.iter().enumerate() {
        // One that has come due is a task, and no timer any more.
        let timer = routine.policy_timer.and_then(|key| job.timers.get(&key));
        if timer.is_some_and(|task| !matches!(task, Task::Check { routine, .. } if *routine as usize == index)) {
            let id = &job.program.routines[index].id;
            return Err(part.refuse(format!("the timer of the policy of `{id}` is none")));
        }
    }
    Ok(())
}

fn read_timers(part: &Part<'_, '_>, known: &Known<'_>, clock: &Clock) -> Result<BTreeMap<TimerKey, Task>, Refusal> {
    let mut timers = BTreeMap::new();
    for timer in part.items()? {
        let key = (timer.key("due")?.us()?, timer.key("number")?.below(clock.next_timer)?);
        if timers.insert(key, known.task(&timer.key("task")?)?).is_some() {
            return Err(timer.refuse("another timer has this number"));
        }
    }
    Ok(timers)
}

fn read_activations(part: &Part<'_, '_>, known: &Known<'_>) -> Result<BTreeMap<u64, Activation>, Refusal> {
    let mut activations = BTreeMap::new();
    for activation in part.items()? {
        let restored = known.activation(&activation)?;
        if restored.worker.is_some() {
            return Err(activation.key("worker")?.refuse("who waits for a worker has none"));
        }
        if activations.insert(restored.number, restored).is_some() {
            return Err(activation.refuse("another activation has this number"));
        }
    }
    Ok(activations)
}

/// Type and message.
type Error = (Arc<str>, Arc<str>);

fn read_error(part: &Part<'_, '_>) -> Result<Option<Error>, Refusal> {
    let Some(part) = part.given() else { return Ok(None) };
    Ok(Some((part.key("type")?.text()?.clone(), part.key("message")?.text()?.clone())))
}

fn read_routine(
    part: &Part<'_, '_>,
    routine: &mut JobRoutine,
    clock: &Clock,
    library: &dyn Library,
) -> Result<(), Refusal> {
    routine.status = part.key("status")?.choice(&RoutineStatus::ALL, RoutineStatus::name)?;
    routine.activations = part.key("activations")?.count()?;
    routine.last_activation_us =
        part.key("last_activation")?.given().map(|part| part.us_until(clock.now_us)).transpose()?;
    routine.policy_timer = match part.key("policy_timer")?.given() {
        Some(key) => {
            let [due, number] = key.exactly()?;
            Some((due.us()?, number.below(clock.next_timer)?))
        }
        None => None,
    };
    let policy = part.key("policy")?;
    routine.policy_override = policy.given().map(|policy| read_policy(&policy, library)).transpose()?;
    routine.error = read_error(&part.key("error")?)?;
    routine.state = part.key("state")?.shared_map()?;
    let slots = part.key("slots")?;
    if slots.map()?.len() != routine.slots.len() {
        return Err(slots.refuse(format!("it has {} slots", routine.slots.len())));
    }
    for queue in &mut routine.slots {
        let name = queue.name.clone();
        read_slot(&slots.key(&name)?, queue, clock)?;
    }
    Ok(())
}

fn read_policy(part: &Part<'_, '_>, library: &dyn Library) -> Result<PolicyOverride, Refusal> {
    let model = document::read_policy(part.value()).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
        part.refuse(lines.join("; "))
    })?;
    PolicyOverride::new(model, library).map_err(|message| part.refuse(message))
}

fn read_slot(part: &Part<'_, '_>, queue: &mut SlotQueue, clock: &Clock) -> Result<(), Refusal> {
    let items = part.key("items")?;
    let items = items.items()?.map(|item| {
        let [enqueued, data] = item.exactly()?;
        Ok(Item { data: data.value().clone(), enqueued_us: enqueued.us_until(clock.now_us)? })
    });
    let items = items.collect::<Result<VecDeque<_>, Refusal>>()?;
    let consumed = part.key("consumed")?.below(queue.max as u64 + 1)? as usize;
    if queue.refill(consumed, items) {
        Ok(())
    } else {
        Err(part.refuse(format!("it holds at most {} items", queue.max)))
    }
}
