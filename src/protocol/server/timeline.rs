//! The views of a whole record, page by page.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::debugger::spans::Span as Activation;
use crate::engine::behaviour::{Binding, Expression};
use crate::engine::job::Job;
use crate::engine::record;
use crate::engine::runtime::Runtime;
use crate::engine::trace::{EXTERNAL, Kind, NO_CONNECTION, NO_JOB, Record};
use crate::flow::short_text::{cut, value_text};
use crate::flow::value::Value;

use super::super::command::{Command, Filter, Lanes, Rows};
use super::super::timeline::{Density, JobSummary, LANE_BUCKETS, LanePage, Row, RowPage, Span};
use super::{Answer, Server, done, told};

/// Most characters of what a row says.
const TEXT_CHARS: usize = 160;

/// How many records one question looks at: with a text, and with an expression.
const MOST_SCANNED: (u64, u64) = (400_000, 20_000);

/// How many filters are remembered: several views ask in turn, each with its own.
const MOST_FILTERS: usize = 4;

/// The records that pass a filter, as far as they were looked at.
#[derive(Default)]
pub(super) struct Passing {
    filter: Filter,
    branch: u32,
    expression: Option<Rc<dyn Expression>>,
    message: Option<String>,
    seqs: Vec<u64>,
    next: u64,
}

impl Server {
    /// Answers about the whole record.
    pub(super) fn answer_timeline(&mut self, command: &Command) -> Answer {
        match command {
            Command::Rows(rows) => told(&self.rows(rows)),
            Command::Lanes(lanes) => told(&self.lanes(lanes)),
            Command::Jobs(_) => told(&BTreeMap::from([("jobs", self.jobs())])),
            Command::SetJobFilter(filter) => {
                self.tracker.show_jobs(&filter.solo, &filter.muted);
                self.publish();
                done()
            }
            _ => self.answer_lines(command),
        }
    }

    fn rows(&mut self, rows: &Rows) -> RowPage {
        let (first, total) = self.session.history().records().range();
        let count = if rows.count == 0 { 100 } else { rows.count.min(1000) };
        if rows.filter == Filter::default() {
            // All records: a row's number is its record's, less what is no longer kept.
            let all = (total - first) as usize;
            let start = match rows.around {
                Some(seq) => (seq.saturating_sub(first) as usize).saturating_sub(count / 2),
                None => rows.start,
            };
            let start = start.min(all.saturating_sub(1));
            let records = self.session.history().records().from(first + start as u64).take(count);
            let rows = records.map(|record| self.row(record)).collect();
            return RowPage { total: all, start, rows, complete: true, scanned: total, message: None };
        }
        let passing = self.look_at_more(&rows.filter);
        let start = match rows.around {
            Some(seq) => passing.seqs.partition_point(|other| *other < seq).saturating_sub(count / 2),
            None => rows.start,
        };
        let seqs = passing.seqs.iter().skip(start).take(count);
        let records = self.session.history().records();
        let page = RowPage {
            total: passing.seqs.len(),
            start,
            rows: seqs.filter_map(|seq| records.get(*seq)).map(|record| self.row(record)).collect(),
            complete: passing.next >= total,
            scanned: passing.next,
            message: passing.message.clone(),
        };
        self.passing.insert(0, passing);
        self.passing.truncate(MOST_FILTERS);
        page
    }

    /// Asks the filter about records that it has not seen. Takes what it let pass out of the list.
    fn look_at_more(&mut self, filter: &Filter) -> Passing {
        let branch = self.session.branch().id;
        let (first, total) = self.session.history().records().range();
        let known = self.passing.iter().position(|passing| passing.filter == *filter);
        let known = known.map(|index| self.passing.remove(index));
        let known = known.filter(|passing| passing.branch == branch && passing.next <= total);
        let is_known = known.is_some();
        let mut passing = known.unwrap_or_default();
        if !is_known {
            passing = Passing { filter: filter.clone(), branch, ..Passing::default() };
            if !filter.expression.trim().is_empty() {
                match self.session.library().condition(&filter.expression) {
                    Ok(expression) => passing.expression = Some(expression),
                    Err(err) => passing.message = Some(format!("{}: {}", err.error_type, err.message)),
                }
            }
        }
        let gone = passing.seqs.partition_point(|seq| *seq < first);
        passing.seqs.drain(..gone);
        let most = if passing.expression.is_some() { MOST_SCANNED.1 } else { MOST_SCANNED.0 };
        let from = passing.next.max(first);
        let until = total.min(from.saturating_add(most));
        let text = filter.text.to_lowercase();
        for record in self.session.history().records().from(from).take_while(|record| record.seq < until) {
            if passing.message.is_none() && self.passes(record, filter, &text, passing.expression.as_deref()) {
                passing.seqs.push(record.seq);
            }
        }
        passing.next = if passing.message.is_some() { total } else { until };
        passing
    }

    fn passes(&self, record: &Record, filter: &Filter, text: &str, expression: Option<&dyn Expression>) -> bool {
        let one_of = |list: &[String], name: &str| list.iter().any(|item| item == name);
        if !filter.types.is_empty() && !one_of(&filter.types, record::type_name(&record.kind)) {
            return false;
        }
        let job = self.job_of(record);
        let job_id = job.map_or("", |job| &*job.id);
        if (!filter.jobs.is_empty() && !one_of(&filter.jobs, job_id)) || one_of(&filter.muted, job_id) {
            return false;
        }
        if !filter.routines.is_empty() {
            let touches = routines_of(&record.kind, job).into_iter().flatten().any(|index| {
                let routine = job.and_then(|job| job.program.routines.get(index as usize));
                routine.is_some_and(|routine| one_of(&filter.routines, &routine.id))
            });
            if !touches {
                return false;
            }
        }
        if !filter.connections.is_empty() {
            let Kind::SlotCall { connection, .. } = &record.kind else { return false };
            if !filter.connections.contains(&(*connection as usize)) {
                return false;
            }
        }
        if !text.is_empty() {
            let row = self.row(record);
            let parts = [Some(row.kind), row.job, row.routine, row.port, row.from];
            let is_named = parts.iter().flatten().any(|part| part.to_lowercase().contains(text));
            if !is_named && !self.says(record, text) {
                return false;
            }
        }
        expression.is_none_or(|expression| {
            let value = record::to_value(record, self.session.runtime());
            let mut names: Vec<(&str, Binding)> = vec![("record", Binding::Record(value.clone()))];
            if let Value::Map(map) = &value {
                names.extend(map.iter().map(|(key, value)| (&**key, Binding::Record(value.clone()))));
            }
            expression.evaluate(&names).is_ok_and(|value| value.is_truthy())
        })
    }

    /// Whether a record's own words or its payload hold a text.
    fn says(&self, record: &Record, text: &str) -> bool {
        match &record.kind {
            Kind::Log(_, message, ..) => message.to_lowercase().contains(text),
            Kind::SlotCall { data, .. } | Kind::EventEmit { data, .. } | Kind::Output(_, _, data) => {
                super::super::parts::search(data, text, 1).total > 0
            }
            _ => words(record).to_lowercase().contains(text),
        }
    }

    fn job_of(&self, record: &Record) -> Option<&Job> {
        job_of(record, self.session.runtime())
    }

    /// A record in short.
    pub(super) fn row(&self, record: &Record) -> Row {
        row_of(record, self.session.runtime())
    }

    fn lanes(&mut self, lanes: &Lanes) -> LanePage {
        let end = (self.session.runtime().now_us(), self.session.history().records().range().1);
        let last = self.session.history().records().from(0).next_back().map_or(end.0, |record| record.t);
        let end = (end.0.max(last), end.1);
        let until = match (lanes.until, lanes.by_seq) {
            (0, true) => end.1,
            (0, false) => end.0,
            (until, _) => until,
        };
        let limit = if lanes.limit == 0 { 1000 } else { lanes.limit.min(5000) };
        let jobs = self.session.runtime().jobs().to_vec();
        let spans = self.session.spans().all();
        let starts = |span: &Activation| if lanes.by_seq { span.start_seq } else { span.ready_us };
        let ends = |span: &Activation| if lanes.by_seq { span.end_seq } else { span.end_us };
        let one_of = |list: &[String], name: &str| list.iter().any(|item| item == name);
        let wanted = |span: &&Activation| {
            let Some(job) = jobs.get(span.job as usize) else { return false };
            let Some(routine) = job.program.routines.get(span.routine as usize) else { return false };
            (lanes.jobs.is_empty() || one_of(&lanes.jobs, &job.id))
                && !one_of(&lanes.muted, &job.id)
                && (lanes.routines.is_empty() || one_of(&lanes.routines, &routine.id))
                && starts(span) <= until
                && ends(span).is_none_or(|end| end >= lanes.from)
        };
        let names = |span: &Activation| {
            let job = &jobs[span.job as usize];
            (job.program.routines[span.routine as usize].id.to_string(), job.id.to_string())
        };
        let mut page = LanePage { end, ..LanePage::default() };
        let mut density: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
        let width = (until.saturating_sub(lanes.from) / LANE_BUCKETS as u64).max(1);
        for span in spans.iter().filter(wanted) {
            page.total += 1;
            let at = (starts(span).saturating_sub(lanes.from) / width).min(LANE_BUCKETS as u64 - 1) as usize;
            density.entry((span.routine, span.job)).or_insert_with(|| vec![0; LANE_BUCKETS])[at] += 1;
            if page.spans.len() > limit {
                continue;
            }
            let (routine, job) = names(span);
            page.spans.push(Span {
                routine,
                job,
                activation: span.activation,
                attempt: span.attempt,
                ready: span.ready_us,
                start: span.start_us,
                end: span.end_us,
                worker: span.worker,
                status: span.status.map_or("running", |status| status.name()).into(),
                seqs: (span.start_seq, span.end_seq),
            });
        }
        if page.total > limit {
            page.spans.clear();
            page.density = density
                .into_iter()
                .map(|((routine, job), counts)| Density {
                    routine: jobs[job as usize].program.routines[routine as usize].id.to_string(),
                    job: jobs[job as usize].id.to_string(),
                    counts,
                })
                .collect();
        }
        page
    }

    fn jobs(&self) -> Vec<JobSummary> {
        let runtime = self.session.runtime();
        let next = runtime.upcoming().map(|(job, _)| job.index);
        let summary = |job: &Rc<Job>| JobSummary {
            id: job.id.to_string(),
            number: job.index + 1,
            flow: job.program.flow.flow_id.clone(),
            status: job.status.name().into(),
            started: job.started_us,
            steps: job.steps,
            activations: job.routines.iter().map(|routine| routine.activations).sum(),
            tasks: job.tasks.len(),
            timers: job.timers.len(),
            unconsumed: job.routines.iter().flat_map(|routine| &routine.slots).map(|slot| slot.unconsumed()).sum(),
            error: job.error.as_ref().map(|(error_type, message)| format!("{error_type}: {message}")),
            next: next == Some(job.index),
        };
        runtime.jobs().iter().map(summary).collect()
    }
}

/// The job that a record is of.
fn job_of<'a>(record: &Record, runtime: &'a Runtime) -> Option<&'a Job> {
    if record.job == NO_JOB {
        return None;
    }
    runtime.jobs().get(record.job as usize).map(|job| &**job)
}

/// A record of a run in short.
pub(super) fn row_of(record: &Record, runtime: &Runtime) -> Row {
    let job = job_of(record, runtime);
    let program = job.map(|job| &*job.program);
    let routine = |index: u32| program.and_then(|program| program.routines.get(index as usize));
    let mut row = Row {
        seq: record.seq,
        t: record.t,
        kind: record::type_name(&record.kind).into(),
        job: job.map(|job| job.id.to_string()),
        cause: (record.cause != EXTERNAL).then_some(record.cause),
        text: cut(words(record), TEXT_CHARS),
        ..Row::default()
    };
    let [first, _] = routines_of(&record.kind, job);
    row.routine = first.and_then(routine).map(|routine| routine.id.to_string());
    match &record.kind {
        Kind::SlotCall { routine: to, slot, connection, .. } => {
            row.port = routine(*to).and_then(|to| to.slots.get(*slot as usize)).map(|slot| slot.name.clone());
            if *connection != NO_CONNECTION {
                row.connection = Some(*connection as usize);
                row.from = program
                    .and_then(|program| program.flow.connections.get(*connection as usize))
                    .map(|connection| connection.from.to_string());
            }
        }
        Kind::EventEmit { routine: from, event, activation, .. } => {
            row.port = routine(*from).and_then(|from| from.events.get(*event as usize)).map(|e| e.name.to_string());
            row.activation = Some(*activation);
        }
        Kind::RoutineStart(_, activation, ..)
        | Kind::RoutineEnd { activation, .. }
        | Kind::JobQueued(_, activation)
        | Kind::JobRetrying { activation, .. }
        | Kind::WorkerClaimed(_, _, activation)
        | Kind::Error(_, Some((activation, _)), _)
        | Kind::Log(.., Some(activation)) => row.activation = Some(*activation),
        Kind::Intervened(done) => row.intervention = Some(done.what.into()),
        _ => {}
    }
    row
}

/// What a record says.
fn words(record: &Record) -> String {
    let short = |value: &Value| value_text(value, TEXT_CHARS);
    match &record.kind {
        Kind::SlotCall { data, .. } | Kind::EventEmit { data, .. } => short(data),
        Kind::Output(_, kind, data) => format!("{kind}: {}", short(data)),
        Kind::Log(_, message, ..) => message.to_string(),
        Kind::Intervened(done) => done.message.to_string(),
        Kind::RoutineStart(_, _, attempt, input) => {
            let again = if *attempt > 1 { format!("attempt {attempt}: ") } else { String::new() };
            format!("{again}{}", short(&input.slot_data()))
        }
        Kind::RoutineEnd { status, duration_us, .. } => {
            format!("{} after {} s", status.name(), *duration_us as f64 / 1e6)
        }
        Kind::Error(_, _, failure) => format!("{}: {}", failure.error_type, failure.message),
        Kind::JobFailed(error_type, message) => format!("{error_type}: {message}"),
        Kind::JobPaused(reason) => reason.to_string(),
        Kind::JobDrained(_, left) if !left.is_empty() => {
            let left: Vec<String> = left.iter().map(|(place, count)| format!("{place}: {count}")).collect();
            format!("left behind: {}", left.join(", "))
        }
        Kind::JobRetrying { retry_count, max_retries, retry_delay, .. } => {
            format!("retry {retry_count} of {max_retries} in {retry_delay} s")
        }
        Kind::Progress(_, ratio) => format!("{} %", (ratio * 100.0).round()),
        Kind::WorkerRegistered(worker) | Kind::WorkerHeartbeat(worker) | Kind::WorkerClaimed(worker, ..) => {
            format!("worker-{}", worker + 1)
        }
        Kind::System(_, message) => message.to_string(),
        Kind::BreakpointHit(hit) => {
            format!("breakpoint {} (hit {}): {}", hit.breakpoint + 1, hit.hit_count, short(&hit.data))
        }
        Kind::Job(_) | Kind::JobDrained(..) | Kind::JobQueued(..) => String::new(),
    }
}

/// The routines that a record is about: the one it happened to, and the one it comes from.
fn routines_of(kind: &Kind, job: Option<&Job>) -> [Option<u32>; 2] {
    match kind {
        Kind::SlotCall { routine, connection, .. } => {
            let from = job.and_then(|job| job.program.connections.get(*connection as usize));
            [Some(*routine), from.map(|connection| connection.from.0)]
        }
        Kind::RoutineStart(routine, ..)
        | Kind::EventEmit { routine, .. }
        | Kind::RoutineEnd { routine, .. }
        | Kind::Error(routine, ..)
        | Kind::Output(routine, ..)
        | Kind::Progress(routine, _)
        | Kind::JobQueued(routine, _)
        | Kind::JobRetrying { routine, .. }
        | Kind::WorkerClaimed(_, routine, _) => [Some(*routine), None],
        Kind::Log(_, _, routine, _) => [*routine, None],
        Kind::Intervened(done) => [done.routine, None],
        Kind::BreakpointHit(hit) => {
            let id = hit.place.iter().find(|(key, _)| *key == "routine").map(|(_, id)| id.as_str());
            [id.and_then(|id| job.and_then(|job| job.program.routine(id))), None]
        }
        Kind::Job(_)
        | Kind::JobPaused(_)
        | Kind::JobDrained(..)
        | Kind::JobFailed(..)
        | Kind::WorkerRegistered(_)
        | Kind::WorkerHeartbeat(_)
        | Kind::System(..) => [None, None],
    }
}
