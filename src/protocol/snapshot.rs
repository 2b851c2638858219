//! Everything about one moment of a session, as a report.

use crate::debugger::moment::Moment;
use crate::debugger::session::{Mode, Session, Stop};
use crate::engine::job::{Job, JobRoutine};
use crate::engine::task::Task;
use crate::engine::trace::EXTERNAL;
use crate::flow::value::Value;

use super::cut::cut;
use super::report::{BreakpointReport, JobState, Pending, RoutineState, RunState, SlotState, State, Stopped};

/// Most tasks of a job, and most items of a slot, that a report holds.
const MAX_TASKS: usize = 200;
const MAX_ITEMS: usize = 50;

/// Everything about the moment that is shown.
pub fn state(session: &Session) -> State {
    let runtime = session.runtime();
    State {
        run: run_state(session),
        t: runtime.now_us(),
        seq: runtime.trace().next_seq,
        step: runtime.steps(),
        steps: session.head(),
        branch: session.branch().id,
        stopped: session.stop().map(stopped),
        next: runtime.upcoming().map(|(job, task)| pending(job, task, runtime.now_us())),
        jobs: runtime.jobs().iter().map(|job| job_state(job, runtime.now_us())).collect(),
        breakpoints: breakpoints(session),
    }
}

/// What the run does.
pub fn run_state(session: &Session) -> RunState {
    match session.mode() {
        Mode::Ready if session.flow().routines.is_empty() => RunState::Empty,
        Mode::Ready => RunState::Ready,
        Mode::Running => RunState::Running,
        Mode::Held if session.is_past() => RunState::Past,
        Mode::Held if session.stop() == Some(&Stop::End) => RunState::Done,
        Mode::Held => RunState::Paused,
    }
}

/// How the breakpoints fare.
pub fn breakpoints(session: &Session) -> Vec<BreakpointReport> {
    let reports = session.breakpoints().reports(session.runtime().steps());
    reports
        .enumerate()
        .map(|(id, (model, report))| {
            let missing = super::places::missing(&model.place, session.flow(), session.catalogue());
            BreakpointReport {
                id,
                verified: report.is_good && missing.is_none(),
                message: missing.or(report.message),
                hit_count: report.hit_count,
                error_count: report.error_count,
            }
        })
        .collect()
}

/// Why a run is held, in words.
pub fn stopped(stop: &Stop) -> Stopped {
    let plain = |reason: &str, text: &str| Stopped { reason: reason.into(), text: text.into(), ..Stopped::default() };
    match stop {
        Stop::Entry => plain("entry", "Before the first step"),
        Stop::Pause => plain("pause", "Paused"),
        Stop::Step => plain("step", "After a step"),
        Stop::Arrived => plain("goto", "Arrived"),
        Stop::End => plain("end", "Nothing is left to do"),
        Stop::JobsPaused(jobs) => plain("pause", &format!("Only paused jobs are left: {jobs}")),
        Stop::Runaway(reason) => plain("runaway", reason),
        Stop::Breakpoint(hit) => Stopped {
            reason: "breakpoint".into(),
            text: hit_text(&hit.moment),
            breakpoint: Some(hit.breakpoint),
            hit_count: hit.hit_count,
        },
    }
}

fn hit_text(moment: &Moment) -> String {
    let routine = &moment.routine;
    match (moment.kind, &moment.slot, &moment.event) {
        ("error", ..) => format!("{routine} raised an error"),
        ("routine", ..) => format!("Before the logic of {routine}"),
        ("event", _, Some(event)) => format!("{routine} emitted {event}"),
        (_, Some(slot), _) => format!("Before the delivery to {routine}.{slot}"),
        _ => format!("At {routine}"),
    }
}

/// What a task will do.
fn pending(job: &Job, task: &Task, now_us: u64) -> Pending {
    let mut pending = Pending { kind: kind_name(task).into(), job: job.id.to_string(), ..Pending::default() };
    if let Task::Route { routine, event, next, .. } = task {
        let emitter = &job.program.routines[*routine as usize];
        let model = &emitter.events[*event as usize];
        pending.from = Some(format!("{}.{}", emitter.id, model.name));
        pending.connection = model.connections.get(*next as usize).map(|index| *index as usize);
        if pending.connection.is_none() {
            pending.kind = "emission".into();
        }
    }
    if let Some(moment) = Moment::of_task(job, task, now_us) {
        if let Task::Route { data, .. } = task
            && *data != moment.data
        {
            pending.payload = Some(cut(data));
        }
        pending.routine = moment.routine;
        pending.slot = moment.slot;
        pending.data = Some(cut(&moment.data));
        pending.cause = (moment.cause != EXTERNAL).then_some(moment.cause);
    }
    pending
}

fn kind_name(task: &Task) -> &'static str {
    match task {
        Task::Post { .. } => "post",
        Task::Route { .. } => "delivery",
        Task::Check { .. } => "check",
        Task::Start(_) => "start",
        Task::Retry(_) => "retry",
        Task::Resume(..) => "resume",
        Task::End(_) => "end",
        Task::Handle(_) => "error",
    }
}

fn job_state(job: &Job, now_us: u64) -> JobState {
    let error = job.error.as_ref().map(|(error_type, message)| {
        Value::map([("type", Value::Str(error_type.clone())), ("message", Value::Str(message.clone()))])
    });
    JobState {
        id: job.id.to_string(),
        flow: job.program.flow.flow_id.clone(),
        status: job.status.name().into(),
        error,
        routines: job
            .program
            .routines
            .iter()
            .zip(&job.routines)
            .map(|(program, routine)| routine_state(&program.id, routine))
            .collect(),
        shared_data: cut(&Value::Map(job.shared_data.clone())),
        tasks: job.tasks.iter().take(MAX_TASKS).map(|task| pending(job, task, now_us)).collect(),
        task_count: job.tasks.len(),
        timers: job
            .timers
            .iter()
            .take(MAX_TASKS)
            .map(|((due, _), task)| Pending { due: Some(*due), ..pending(job, task, now_us) })
            .collect(),
        timer_count: job.timers.len(),
    }
}

fn routine_state(id: &str, routine: &JobRoutine) -> RoutineState {
    RoutineState {
        id: id.into(),
        status: routine.status.name().into(),
        activations: routine.activations,
        error: routine.error.as_ref().map(|(error_type, message)| format!("{error_type}: {message}")),
        state: cut(&Value::Map(routine.state.clone())),
        slots: routine
            .slots
            .iter()
            .map(|slot| SlotState {
                name: slot.name.to_string(),
                unconsumed: slot.unconsumed(),
                total: slot.total(),
                max: slot.max,
                pressure: slot.pressure().name().into(),
                items: slot.new_items().take(MAX_ITEMS).map(|item| cut(&item.data)).collect(),
            })
            .collect(),
    }
}
