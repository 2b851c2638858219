//! `flow run` and `flow resume`: jobs to their end, the trace on stdout.

use std::io::{BufWriter, Write};
use std::rc::Rc;
use std::sync::Arc;

use flow_playground::debugger::breakpoint::Breakpoints;
use flow_playground::debugger::saved::{self, Saved, SavedSession, SavedStop};
use flow_playground::engine::job::JobStatus;
use flow_playground::engine::program::Program;
use flow_playground::engine::record;
use flow_playground::engine::runtime::{Runtime, Start};
use flow_playground::engine::trace::{BreakpointHit, Kind, Recording};
use flow_playground::flow::json;
use flow_playground::flow::model::Flow;
use flow_playground::monitor::metrics::Metrics;
use flow_playground::routines::{self, StandardLibrary};

use crate::arguments::RunOptions;
use crate::complain;

/// Runs a flow. Tells the exit code.
pub fn run(flow: Flow, options: &RunOptions) -> u8 {
    let flow = Arc::new(flow);
    let program = match Program::compile(&flow, &routines::catalogue(), &StandardLibrary) {
        Ok(program) => program,
        Err(problems) => {
            for problem in problems {
                complain(&problem.to_string());
            }
            return 2;
        }
    };
    let mut runtime = Runtime::new(Recording::On);
    for _ in 0..options.jobs {
        match start(&program, options) {
            Ok(start) => runtime.exec(&program, start, options.seed),
            Err(message) => return complain(&message),
        };
    }
    let models = if options.breaks { flow.breakpoints.clone() } else { Vec::new() };
    drive(runtime, Breakpoints::new(models, &StandardLibrary), false, options)
}

/// Goes on with a saved run. Tells the exit code.
pub fn resume(options: &RunOptions) -> u8 {
    let text = match std::fs::read_to_string(&options.file) {
        Ok(text) => text,
        Err(err) => return complain(&format!("cannot read {}: {err}", options.file)),
    };
    let saved = saved::read(&text, Recording::On, &routines::catalogue(), &StandardLibrary);
    match saved {
        Ok(Saved { runtime, session }) => {
            let is_released = session.stop.as_ref().is_some_and(SavedStop::is_hit);
            let breakpoints = if options.breaks { session.breakpoints } else { Vec::new() };
            drive(runtime, Breakpoints::restored(breakpoints, &StandardLibrary), is_released, options)
        }
        Err(refusal) => complain(&format!("{}: {refusal}", options.file)),
    }
}

/// Takes steps until something stops them, prints what happens, and saves what is left if somebody asked for it.
/// `is_released`: the breakpoints have spoken about the first step already.
fn drive(mut runtime: Runtime, mut breakpoints: Breakpoints, is_released: bool, options: &RunOptions) -> u8 {
    let mut output = Output::new(options.as_summary);
    let stopped = take_steps(&mut runtime, &mut breakpoints, is_released, options, &mut output);
    output.finish(&mut runtime);
    if let Some(file) = &options.save {
        let stop = if stopped == Some(Stopped::Breakpoint) { SavedStop::hit() } else { SavedStop::pause() };
        let breakpoints = breakpoints.with_hits(runtime.steps());
        let text = saved::write(&runtime, &SavedSession { breakpoints, stop: Some(stop), ..SavedSession::default() });
        if let Err(err) = std::fs::write(file, text) {
            return complain(&format!("cannot write {file}: {err}"));
        }
    }
    exit_code(&runtime, stopped.is_some())
}

/// What a job starts with: the entry's payload comes before the posts, as `exec` and then `post` do it.
fn start(program: &Program, options: &RunOptions) -> Result<Start, String> {
    if options.entry.is_none() && options.posts.is_empty() {
        return Ok(Start::Inputs);
    }
    let mut posts = Vec::new();
    if let Some(data) = &options.entry {
        let Some((routine, slot)) = program.entry else {
            return Err("--entry: no slot is free to take it; every one is fed by a connection".into());
        };
        posts.push((routine, slot, data.clone()));
    }
    for (place, data) in &options.posts {
        let Some((routine, slot)) = program.slot(place) else {
            return Err(format!("--post: there is no slot `{place}`"));
        };
        posts.push((routine, slot, data.clone()));
    }
    Ok(Start::Posts(posts))
}

/// What stopped a run before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stopped {
    Breakpoint,
    StepLimit,
}

/// Takes steps to the end. Tells what stopped it before.
fn take_steps(
    runtime: &mut Runtime,
    breakpoints: &mut Breakpoints,
    mut is_released: bool,
    options: &RunOptions,
    output: &mut Output,
) -> Option<Stopped> {
    runtime.hold_errors(breakpoints.held_errors());
    loop {
        // Told before the next step is made ready: that may let the clock advance, and a timeout would have its record.
        if options.max_steps.is_some_and(|most| runtime.steps() >= most) {
            let goes_on = runtime.jobs().iter().any(|job| job.status == JobStatus::Running);
            return goes_on.then_some(Stopped::StepLimit);
        }
        if !runtime.prepare() {
            return None;
        }
        if !breakpoints.is_idle() && !std::mem::take(&mut is_released) && stops(runtime, breakpoints) {
            return Some(Stopped::Breakpoint);
        }
        runtime.step();
        if !output.take(runtime) {
            return None;
        }
    }
}

/// Lets the breakpoints speak about the step that is next; whether one stops it.
fn stops(runtime: &mut Runtime, breakpoints: &mut Breakpoints) -> bool {
    let verdict = breakpoints.check(runtime);
    let now_us = runtime.now_us();
    for (text, moment) in verdict.logs {
        let routine = runtime.jobs().get(moment.job as usize).and_then(|job| job.program.routine(&moment.routine));
        let level = flow_playground::engine::behaviour::Level::Info;
        runtime.trace_mut().add(now_us, moment.job, moment.cause, || Kind::Log(level, text.into(), routine, None));
    }
    let Some(hit) = verdict.hit else { return false };
    runtime
        .trace_mut()
        .add(now_us, hit.moment.job, hit.moment.cause, || Kind::BreakpointHit(Rc::new(BreakpointHit::from(&hit))));
    true
}

fn exit_code(runtime: &Runtime, stopped: bool) -> u8 {
    let any = |wanted: fn(JobStatus) -> bool| runtime.jobs().iter().any(|job| wanted(job.status));
    if stopped || any(|status| status == JobStatus::Paused) {
        3
    } else if any(|status| matches!(status, JobStatus::Failed | JobStatus::Cancelled)) {
        1
    } else {
        0
    }
}

/// Where the records go.
struct Output {
    stdout: BufWriter<std::io::StdoutLock<'static>>,
    line: String,
    metrics: Option<Metrics>,
}

impl Output {
    fn new(as_summary: bool) -> Self {
        Self {
            stdout: BufWriter::with_capacity(1 << 16, std::io::stdout().lock()),
            line: String::new(),
            metrics: as_summary.then(Metrics::default),
        }
    }

    /// Takes the new records. `false` if nobody reads them any more.
    fn take(&mut self, runtime: &mut Runtime) -> bool {
        let records = std::mem::take(&mut runtime.trace_mut().records);
        for record in &records {
            match &mut self.metrics {
                Some(metrics) => metrics.add(record),
                None => {
                    self.line.clear();
                    json::write_sorted(&record::to_value(record, runtime), &mut self.line);
                    self.line.push('\n');
                    if self.stdout.write_all(self.line.as_bytes()).is_err() {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn finish(mut self, runtime: &mut Runtime) {
        self.take(runtime);
        if let Some(metrics) = &self.metrics {
            let mut text = String::new();
            json::write_sorted(&metrics.summary(runtime), &mut text);
            text.push('\n');
            // As above: who closes the pipe has seen enough.
            if self.stdout.write_all(text.as_bytes()).is_err() {
                return;
            }
        }
        self.stdout.flush().unwrap_or_default();
    }
}
