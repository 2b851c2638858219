//! The engine's side of the protocol: one session that answers requests and tells what happens.
//!
//! It knows no worker and no clock: whoever owns it feeds it with text, calls [`Server::advance`] as often as its
//! pace says, calls [`Server::publish`] once per frame, and sends on what [`Server::take_outbox`] holds.

use std::sync::Arc;

use serde::Serialize;

use crate::debugger::pace::Pace;
use crate::debugger::saved::read_breakpoints;
use crate::debugger::session::{Mode, RunOptions, Session};
use crate::engine::alter::Change;
use crate::engine::record;
use crate::engine::runtime::PostError;
use crate::flow::document::{self, Format};
use crate::flow::model::PortRef;
use crate::flow::problem::{Problem, has_errors};
use crate::flow::validate::SourceCheck;
use crate::flow::value::Value;

use super::PROTOCOL_VERSION;
use super::classes;
use super::command::{
    COMMANDS, CheckExpression, Command, Convert, Evaluate, GetDocument, Post, Run, SetBreakpoints, SetSpeed, Step,
    Trace, Watch,
};
use super::control::OneJob;
use super::formats::text_of;
use super::message::{event_text, response_text};
use super::report::{self, Capabilities, Evaluation, ExpressionCheck, JobChange, Loaded, ProblemReport, Stopped};
use super::snapshot;
use super::tracker::Tracker;

mod body;
mod control;
mod inspect;
mod lines;
mod steps;
mod timeline;

use body::{Answer, done, told};

/// Answers requests about one session.
pub struct Server {
    session: Session,
    sources: Box<dyn SourceCheck>,
    pace: Pace,
    seq: u64,
    outbox: Vec<String>,
    tracker: Tracker,
    /// Each `step` that goes on for more than one step: its response waits for the hold.
    unanswered_steps: Vec<u64>,
    /// What the last filters of rows let pass, the newest first.
    passing: Vec<timeline::Passing>,
    /// The value of a watch that was looked into last: the branch, the record, the watch, the value.
    watched: Option<((u32, u64, Watch), Value)>,
}

impl Server {
    /// A server for a session. `sources` checks Python without running it.
    pub fn new(session: Session, sources: Box<dyn SourceCheck>) -> Self {
        Self {
            session,
            sources,
            pace: Pace::Factor(2.0),
            seq: 0,
            outbox: Vec::new(),
            tracker: Tracker::default(),
            unanswered_steps: Vec::new(),
            passing: Vec::new(),
            watched: None,
        }
    }

    /// Says that it is ready.
    pub fn start(&mut self) {
        self.event("ready", &capabilities());
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How fast it wants to be advanced.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// Whether steps are to be taken.
    pub fn is_running(&self) -> bool {
        self.session.mode() == Mode::Running
    }

    /// Messages to send, oldest first.
    pub fn take_outbox(&mut self) -> Vec<String> {
        std::mem::take(&mut self.outbox)
    }

    /// Answers one request. Text that is none gets a failing response to request 0.
    pub fn receive(&mut self, text: &str) {
        let request = match document::parse_value(text) {
            Ok(request) => request,
            Err(problem) => return self.respond(0, "", Err(format!("the request is not JSON: {problem}"))),
        };
        let request_seq =
            request.get("seq").and_then(Value::as_int).and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
        let Some(name) = request.get("command").and_then(Value::as_str) else {
            return self.respond(request_seq, "", Err("a request needs a `command`".into()));
        };
        let arguments = request.get("arguments").cloned().unwrap_or_default();
        match Command::parse(name, arguments) {
            Ok(command) => self.perform(request_seq, &command),
            Err(message) => self.respond(request_seq, name, Err(message)),
        }
    }

    fn perform(&mut self, request_seq: u64, command: &Command) {
        let before = self.session.mode();
        // An answer may look at the newest records.
        self.session.make_records();
        if matches!(command, Command::Load(_) | Command::Restore(_)) {
            // Their runs are numbered from 1 again: what is known of a number is of another run.
            self.passing.clear();
            self.watched = None;
        }
        let answer = self.answer(command);
        if let (Command::Step(_), Ok(_)) = (command, &answer)
            && self.is_running()
        {
            self.unanswered_steps.push(request_seq);
            self.after_change(before);
            return;
        }
        if matches!(command, Command::Run(_)) && answer.is_ok() {
            self.give_up_steps("another run was started before this step was done");
        }
        self.respond(request_seq, command.name(), answer);
        self.after_change(before);
    }

    /// Takes up to `steps` steps. Tells how many it took.
    pub fn advance(&mut self, steps: u64) -> u64 {
        let before = self.session.mode();
        let taken = self.session.advance(steps);
        for (job, stop) in self.session.take_held_jobs() {
            self.event("jobStopped", &JobStopped { job, stopped: snapshot::stopped(&stop) });
        }
        self.after_change(before);
        taken
    }

    /// Tells what changed since the last time, if anything did.
    pub fn publish(&mut self) {
        if let Some(update) = self.tracker.update(&mut self.session) {
            for (job, status) in &update.jobs {
                self.event("job", &JobChange { job: job.clone(), status: status.clone() });
            }
            if !update.records.is_empty() {
                let batch = report::Batch { records: &update.records, dropped: update.dropped };
                self.event("trace", &batch);
            }
            self.event("update", &update);
        }
    }

    /// Tells of holds and continuations.
    fn after_change(&mut self, before: Mode) {
        let now = self.session.mode();
        if before != Mode::Running && now == Mode::Running {
            self.event("continued", &Value::map::<&str>([]));
        }
        if before == Mode::Running && now == Mode::Held {
            self.publish();
            let state = snapshot::state(&self.session);
            for request_seq in std::mem::take(&mut self.unanswered_steps) {
                self.respond(request_seq, "step", told(&state));
            }
            self.event("stopped", &state);
        }
        if now == Mode::Ready {
            self.give_up_steps("the run was forgotten before this step was done");
        }
    }

    fn answer(&mut self, command: &Command) -> Answer {
        match command {
            Command::Initialize(hello) => self.initialize(&hello.protocol_version),
            Command::Load(load) => self.load(&load.document, true),
            Command::Edit(load) => self.load(&load.document, false),
            Command::GetDocument(GetDocument { format }) => {
                let text = text_of(self.session.flow(), format, self.session.catalogue())?;
                told(&Value::map([("text", Value::from(text))]))
            }
            Command::Convert(convert) => self.convert(convert),
            Command::Catalogue(_) => told(&classes::report(self.session.catalogue(), &**self.session.library())),
            Command::Run(run) => self.run(run),
            Command::Pause(OneJob { job }) if !job.is_empty() => self.alter(job, Change::Pause),
            Command::Pause(_) => {
                self.session.pause();
                done()
            }
            Command::Continue(OneJob { job }) if !job.is_empty() => self.alter(job, Change::Resume),
            Command::Continue(_) => self.resume(),
            Command::Step(Step { kind, job }) => self.step(*kind, job),
            Command::ReverseContinue(_) => {
                let moved = self.session.reverse_continue();
                self.moved(moved, "there is nothing to go back to")
            }
            Command::Seek(seek) => {
                let moved = self.session.seek(seek.seq, seek.before);
                self.moved(moved, "nothing was run yet")
            }
            Command::Stop(_) => {
                self.session.cancel();
                self.moved(true, "")
            }
            Command::SetSpeed(SetSpeed { speed }) => {
                self.pace = Pace::parse(speed)?;
                done()
            }
            Command::SetBreakpoints(set) => self.set_breakpoints(set),
            Command::CheckExpression(check) => self.check_expression(check),
            Command::Evaluate(evaluate) => self.evaluate(evaluate),
            Command::State(_) => told(&snapshot::state(&self.session)),
            Command::Trace(trace) => self.trace(trace),
            Command::Post(post) => self.post(post),
            Command::Configure(change) => self.configure(change),
            Command::Save(save) => {
                let text =
                    if save.job.is_empty() { Some(self.session.save()) } else { self.session.save_job(&save.job) };
                let text = text.ok_or_else(|| format!("there is no job `{}`", save.job))?;
                told(&Value::map([("state", Value::from(text))]))
            }
            Command::Restore(restore) => self.restore(&restore.state),
            Command::ExecutionHistory(history) => {
                let records = self.session.execution_history(&history.job);
                let records = records.ok_or_else(|| format!("there is no job `{}`", history.job))?;
                told(&Value::map([("records", Value::list(records))]))
            }
            _ => self.answer_about_the_run(command),
        }
    }

    fn restore(&mut self, text: &str) -> Answer {
        self.session.restore(text).map_err(|refusal| refusal.to_string())?;
        self.tracker.forget();
        let document = document::to_value(self.session.flow());
        self.event("edited", &Loaded { loaded: true, document, ..Loaded::default() });
        if self.session.mode() == Mode::Ready {
            self.publish();
            return told(&snapshot::state(&self.session));
        }
        self.moved(true, "")
    }

    fn initialize(&self, version: &str) -> Answer {
        let major = |version: &str| version.split('.').next().map(str::to_owned);
        if !version.is_empty() && major(version) != major(PROTOCOL_VERSION) {
            return Err(format!("this engine speaks version {PROTOCOL_VERSION}, not {version}"));
        }
        told(&capabilities())
    }

    /// Reads a document that came as text or as a tree; takes it unless it has an error.
    fn load(&mut self, source: &Value, ends_the_run: bool) -> Answer {
        let reading = match source.as_str() {
            Some(text) => document::read_text(text, Format::Yaml),
            None => document::from_value(source),
        };
        let problems = reading.validate(self.session.catalogue(), Some(&*self.sources));
        let mut loaded = Loaded { problems: problems.iter().map(problem_report).collect(), ..Loaded::default() };
        if !has_errors(&problems)
            && let Ok(flow) = reading.into_flow()
        {
            loaded.loaded = true;
            loaded.document = document::to_value(&flow);
            if ends_the_run {
                self.session.reset();
                self.tracker.forget();
            }
            self.session.set_breakpoints(flow.breakpoints.clone());
            self.session.set_flow(flow);
            if ends_the_run {
                self.publish();
            }
            self.event("edited", &loaded);
        }
        told(&loaded)
    }

    fn convert(&self, convert: &Convert) -> Answer {
        let reading = document::read_text(&convert.text, Format::Yaml);
        let problems = reading.validate(self.session.catalogue(), Some(&*self.sources));
        let text = match reading.flow() {
            Some(flow) => Value::from(text_of(flow, &convert.to, self.session.catalogue())?),
            None => Value::Null,
        };
        let problems: Vec<ProblemReport> = problems.iter().map(problem_report).collect();
        told(&Converted { text, problems })
    }

    fn run(&mut self, run: &Run) -> Answer {
        if let Some(speed) = &run.speed {
            self.pace = Pace::parse(speed)?;
        }
        let target = run.to.as_ref().map(|to| self.target(to)).transpose()?;
        if run.paused && target.is_some() {
            return Err("a run starts `paused` or runs `to` a place: only one of them".into());
        }
        let held = run.paused || target.is_some();
        let options = RunOptions { entry: run.entry.clone(), jobs: run.jobs, seed: run.seed, held };
        self.tracker.forget();
        let jobs = self.session.run(&options).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
            format!("the flow cannot run: {}", lines.join("; "))
        })?;
        if run.paused {
            self.moved(true, "")?;
        }
        if let Some(target) = target {
            self.session.run_to(target);
        }
        let first = jobs.first().map_or(Value::Null, |job| Value::Str(job.clone()));
        told(&Value::map([("job", first), ("jobs", Value::list(jobs.into_iter().map(Value::Str)))]))
    }

    fn resume(&mut self) -> Answer {
        match self.session.mode() {
            Mode::Ready => Err("nothing was run yet".into()),
            Mode::Running => done(),
            Mode::Held => {
                self.session.resume();
                done()
            }
        }
    }

    /// The answer of a command that goes to another moment.
    fn moved(&mut self, moved: bool, otherwise: &str) -> Answer {
        if !moved {
            return Err(otherwise.into());
        }
        if self.is_running() {
            return done();
        }
        self.publish();
        let state = snapshot::state(&self.session);
        self.event("stopped", &state);
        told(&state)
    }

    fn set_breakpoints(&mut self, set: &SetBreakpoints) -> Answer {
        let breakpoints = read_breakpoints(Value::list(set.breakpoints.iter().cloned()))?;
        if let Some(only) = set.hold_job {
            self.session.hold_only_the_job(only);
        }
        self.session.set_breakpoints(breakpoints);
        told(&snapshot::breakpoints(&self.session))
    }

    fn check_expression(&self, check: &CheckExpression) -> Answer {
        let found = match check.kind.as_str() {
            "logic" => self.sources.logic(&check.expression),
            _ => self.sources.expression(&check.expression),
        };
        told(&match found {
            Ok(()) => ExpressionCheck { valid: true, ..ExpressionCheck::default() },
            Err(problem) => ExpressionCheck {
                valid: false,
                message: Some(problem.message),
                line: Some(problem.line),
                column: Some(problem.column),
            },
        })
    }

    fn evaluate(&self, evaluate: &Evaluate) -> Answer {
        told(&match self.evaluated(&evaluate.expression) {
            Ok(result) => Evaluation { kind: result.kind().into(), result, error: None },
            Err(error) => Evaluation { error: Some(error), ..Evaluation::default() },
        })
    }

    /// The value of an expression where the run, or the walk through a logic, is held.
    fn evaluated(&self, source: &str) -> Result<Value, String> {
        let expression =
            self.session.library().expression(source).map_err(|err| format!("{}: {}", err.error_type, err.message))?;
        let value = self.session.evaluate(&*expression, source);
        value.map_err(|failure| format!("{}: {}", failure.error_type, failure.message))
    }

    fn trace(&self, trace: &Trace) -> Answer {
        let limit = if trace.limit == 0 { 1000 } else { trace.limit };
        let history = self.session.history();
        let (first, total) = history.records().range();
        let records = history.records().from(trace.from).take(usize::try_from(limit).unwrap_or(usize::MAX));
        let records = Value::list(records.map(|record| record::to_value(record, self.session.runtime())));
        told(&Value::map([("records", records), ("total", Value::from(total)), ("first", Value::from(first))]))
    }

    fn post(&mut self, post: &Post) -> Answer {
        let to = PortRef::parse(&post.to).ok_or_else(|| format!("`{}` is not like `routine.slot`", post.to))?;
        self.session.post(&post.job, &to, post.data.clone()).map_err(|err| match err {
            PostError::UnknownJob => format!("there is no job `{}`", post.job),
            PostError::UnknownSlot => format!("there is no slot `{to}`"),
            PostError::JobAlreadyCompleted => "JOB_ALREADY_COMPLETED: the job has ended".to_owned(),
            PostError::SlotQueueFull => format!("SLOT_QUEUE_FULL: `{to}` is full, nothing was posted"),
        })?;
        done()
    }

    fn respond(&mut self, request_seq: u64, command: &str, answer: Answer) {
        self.seq += 1;
        self.outbox.extend(response_text(self.seq, request_seq, command, &answer));
    }

    fn event(&mut self, event: &str, body: &impl Serialize) {
        self.seq += 1;
        self.outbox.extend(event_text(self.seq, event, body));
    }
}

/// A job that a breakpoint held, while the others go on.
#[derive(Serialize)]
struct JobStopped {
    job: Arc<str>,
    stopped: Stopped,
}

/// A document in another format.
#[derive(Serialize)]
struct Converted {
    /// Null if it cannot be read.
    text: Value,
    problems: Vec<ProblemReport>,
}

fn problem_report(problem: &Problem) -> ProblemReport {
    ProblemReport {
        code: problem.code.into(),
        severity: problem.severity.name().into(),
        path: problem.path.clone(),
        message: problem.message.clone(),
        line: problem.place.map(|place| place.line),
        column: problem.place.map(|place| place.column),
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        protocol_version: PROTOCOL_VERSION.into(),
        python: "monty 1.4".into(),
        commands: COMMANDS.iter().map(|&command| command.to_owned()).collect(),
        supports_conditional_breakpoints: true,
        supports_log_points: true,
        supports_step_back: true,
    }
}
