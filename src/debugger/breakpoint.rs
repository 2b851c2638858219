//! Breakpoints: where a run stops, on what condition, and how often it did.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::engine::behaviour::{Binding, CompileError, Expression, Failure, Library};
use crate::engine::job::Job;
use crate::engine::runtime::{HeldErrors, Runtime};
use crate::engine::trace::BreakpointHit;
use crate::flow::hit::HitCondition;
use crate::flow::log_message::{self, Fault, Part};
use crate::flow::model::{Breakpoint, BreakpointPlace, given};
use crate::flow::value::Value;

use super::armed::Armed;
use super::moment::{Moment, Places};

/// All breakpoints of a session, ready to be asked before every step.
#[derive(Default)]
pub struct Breakpoints {
    points: Vec<Point>,
    by_place: BTreeMap<BreakpointPlace, Vec<usize>>,
    armed: Armed,
}

struct Point {
    model: Breakpoint,
    condition: Option<Rc<dyn Expression>>,
    hit_condition: Option<HitCondition>,
    message: Option<Vec<MessagePart>>,
    problem: Option<String>,
    /// The steps before which it was hit, in order: on the way back the count goes back too.
    hits: Vec<u64>,
    error: Option<String>,
    /// The steps before which its condition raised, in order.
    errors: Vec<u64>,
}

type MessagePart = Part<Rc<dyn Expression>>;

/// A breakpoint that stops the run before the step that is next.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its number.
    pub breakpoint: usize,
    /// How often it was hit, this time included.
    pub hit_count: u64,
    /// What it saw.
    pub moment: Moment,
}

impl From<&Hit> for BreakpointHit {
    fn from(hit: &Hit) -> Self {
        let moment = &hit.moment;
        let mut place = vec![("routine", moment.routine.clone())];
        place.extend(moment.slot.clone().map(|slot| ("slot", slot)));
        place.extend(moment.event.clone().map(|event| ("event", event)));
        Self {
            breakpoint: hit.breakpoint,
            kind: moment.kind,
            place,
            data: moment.data.clone(),
            hit_count: hit.hit_count,
        }
    }
}

/// What the breakpoints say about the step that is next.
#[derive(Default)]
pub struct Verdict {
    /// It stops the run.
    pub hit: Option<Hit>,
    /// It has not stopped the run here before: somebody may have looked at the past in between.
    pub is_first: bool,
    /// Logpoints that speak: the text and what they saw.
    pub logs: Vec<(String, Moment)>,
}

/// How a breakpoint fares.
pub struct Report {
    /// Whether its expressions are good.
    pub is_good: bool,
    /// What is wrong with them, or the last error of its condition.
    pub message: Option<String>,
    /// How often it was hit up to a step.
    pub hit_count: u64,
    /// How often its condition raised.
    pub error_count: u64,
}

impl Breakpoints {
    /// Compiles breakpoints. One that cannot work is kept and tells why.
    pub fn new(models: Vec<Breakpoint>, library: &dyn Library) -> Self {
        let points: Vec<Point> = models.into_iter().map(|model| Point::new(model, library)).collect();
        let mut by_place: BTreeMap<BreakpointPlace, Vec<usize>> = BTreeMap::new();
        for (index, point) in points.iter().enumerate() {
            if point.model.enabled && !point.model.monitor && point.problem.is_none() {
                by_place.entry(point.model.place.clone()).or_default().push(index);
            }
        }
        Self { points, by_place, armed: Armed::default() }
    }

    /// The breakpoints, each with the steps before which it was hit up to a moment.
    pub fn with_hits(&self, steps: u64) -> Vec<(Breakpoint, Vec<u64>)> {
        let hits = |point: &Point| point.hits[..point.hits.partition_point(|step| *step <= steps)].to_vec();
        self.points.iter().map(|point| (point.model.clone(), hits(point))).collect()
    }

    /// Compiles breakpoints that were hit before these steps.
    pub fn restored(saved: Vec<(Breakpoint, Vec<u64>)>, library: &dyn Library) -> Self {
        let (models, hits): (Vec<_>, Vec<_>) = saved.into_iter().unzip();
        let mut breakpoints = Self::new(models, library);
        for (point, hits) in breakpoints.points.iter_mut().zip(hits) {
            point.hits = hits;
        }
        breakpoints
    }

    /// What a breakpoint sees of the step that is next, as if it were hit there, and how often it was hit.
    pub fn hit(&self, index: usize, runtime: &Runtime) -> Option<Hit> {
        let point = self.points.get(index)?;
        let moment = Moment::new(&point.model.place, runtime)?;
        Some(Hit { breakpoint: index, hit_count: point.hits.len() as u64, moment })
    }

    /// Forgets what was hit after a moment: the run goes another way from there.
    pub fn forget_after(&mut self, steps: u64) {
        for point in &mut self.points {
            point.hits.retain(|hit| *hit < steps);
            point.errors.retain(|error| *error < steps);
        }
    }

    /// The hits of another run, as far as these breakpoints were set in it.
    pub fn take_hits(&mut self, of: &[(Breakpoint, Vec<u64>)]) {
        self.forget_hits();
        for point in &mut self.points {
            if let Some((_, hits)) = of.iter().find(|(model, _)| *model == point.model) {
                point.hits.clone_from(hits);
            }
        }
    }

    /// Forgets the hits: a new run begins.
    pub fn forget_hits(&mut self) {
        for point in &mut self.points {
            point.hits.clear();
            point.error = None;
            point.errors.clear();
        }
    }

    /// Whose errors must be held.
    pub fn held_errors(&self) -> HeldErrors {
        let mut held = HeldErrors::default();
        for place in self.by_place.keys() {
            match place {
                BreakpointPlace::Error(None) => held.all = true,
                BreakpointPlace::Error(Some(routine)) => {
                    held.routines.insert(routine.as_str().into());
                }
                _ => {}
            }
        }
        held
    }

    /// Whether no breakpoint acts.
    pub fn is_idle(&self) -> bool {
        self.by_place.is_empty()
    }

    /// How each breakpoint fares after a number of steps.
    pub fn reports(&self, steps: u64) -> impl Iterator<Item = (&Breakpoint, Report)> {
        self.points.iter().map(move |point| {
            let report = Report {
                is_good: point.problem.is_none(),
                message: point.problem.clone().or_else(|| point.error.clone()),
                hit_count: point.hits.partition_point(|step| *step <= steps) as u64,
                error_count: point.errors.partition_point(|error| *error <= steps) as u64,
            };
            (&point.model, report)
        })
    }

    /// Asks all breakpoints about the step that is next, and counts their hits.
    pub fn check(&mut self, runtime: &Runtime) -> Verdict {
        self.ask(runtime, true)
    }

    /// Whether a breakpoint would stop the run here; nothing is counted.
    pub fn would_stop(&mut self, runtime: &Runtime) -> bool {
        self.ask(runtime, false).hit.is_some()
    }

    /// Whether any breakpoint has to be asked about the step that is next. Most times none has.
    #[inline]
    pub fn concern(&mut self, runtime: &Runtime, job: u32) -> bool {
        let Some(job) = runtime.jobs().get(job as usize) else { return false };
        job.tasks.front().is_some_and(|task| self.armed.concerns(|| self.by_place.keys(), job, task))
    }

    fn ask(&mut self, runtime: &Runtime, counts: bool) -> Verdict {
        let mut verdict = Verdict::default();
        let Some((job, task)) = runtime.upcoming() else { return verdict };
        if !self.concern(runtime, job.index) {
            return verdict;
        }
        let Some(places) = Places::of(job, task) else { return verdict };
        for place in places.iter() {
            let Some(indices) = self.by_place.get(&place) else { continue };
            for &index in indices {
                let Some(moment) = Moment::new(&place, runtime) else { continue };
                self.points[index].ask(index, moment, job, runtime.steps(), counts, &mut verdict);
            }
        }
        verdict
    }
}

impl Point {
    fn new(model: Breakpoint, library: &dyn Library) -> Self {
        let problem = std::cell::RefCell::new(None);
        let keep = |what: &str, compiled: Result<Rc<dyn Expression>, CompileError>| match compiled {
            Ok(expression) => Some(expression),
            Err(err) => {
                problem.borrow_mut().get_or_insert(format!("{what}: {}: {}", err.error_type, err.message));
                None
            }
        };
        let condition = given(&model.condition).and_then(|source| keep("condition", library.condition(source)));
        // What a message has that cannot be read is shown as it is: the rest still logs.
        let mut error = None;
        let message = given(&model.log_message).map(|text| {
            log_message::parts(text, &mut |source| library.expression(source), &mut |fault| {
                let fault = match fault {
                    Fault::NotClosed => "`{` is not closed; write `{{` for a brace".to_owned(),
                    Fault::Expression(CompileError { error_type, message, .. }) => format!("{error_type}: {message}"),
                };
                error.get_or_insert(format!("log message: {fault}"));
            })
        });
        let hit_condition = given(&model.hit_condition).and_then(|text| {
            let condition = HitCondition::parse(text);
            if condition.is_none() {
                let fault = format!("hit condition: `{text}` is not like `>= 5`, `== 3` or `% 10`");
                problem.borrow_mut().get_or_insert(fault);
            }
            condition
        });
        let problem = problem.into_inner();
        Self { model, condition, hit_condition, message, problem, hits: Vec::new(), error, errors: Vec::new() }
    }

    fn ask(&mut self, index: usize, moment: Moment, job: &Job, step: u64, counts: bool, verdict: &mut Verdict) {
        if self.model.scope.as_ref().is_some_and(|scope| **scope != *job.id) {
            return;
        }
        let earlier = self.hits.partition_point(|hit| *hit < step) as u64;
        let hit_count = earlier + 1;
        if let Some(condition) = &self.condition {
            let source = self.model.condition.as_deref().unwrap_or_default();
            match condition.evaluate(&bindings(&moment, job, hit_count, source)) {
                Ok(value) if value.is_truthy() => {}
                Ok(_) => return,
                // A condition that raises counts as false; the breakpoint tells.
                Err(failure) => {
                    if counts {
                        self.error = Some(error_text(&failure));
                        if self.errors.last().is_none_or(|last| *last < step) {
                            self.errors.push(step);
                        }
                    }
                    return;
                }
            }
        }
        let is_first = counts && self.hits.last().is_none_or(|last| *last < step);
        if is_first {
            self.hits.push(step);
        }
        if self.hit_condition.is_some_and(|condition| !condition.holds(hit_count)) {
            return;
        }
        match &self.message {
            // What it has said of this step stands.
            Some(_) if !is_first => {}
            Some(parts) => {
                let source = self.model.log_message.as_deref().unwrap_or_default();
                let names = bindings(&moment, job, hit_count, source);
                verdict.logs.push((message_text(parts, &names), moment));
            }
            None if verdict.hit.is_none() => {
                verdict.hit = Some(Hit { breakpoint: index, hit_count, moment });
                verdict.is_first = is_first;
            }
            None => {}
        }
    }
}

fn error_text(failure: &Failure) -> String {
    format!("{}: {}", failure.error_type, failure.message)
}

/// The names of an expression at a breakpoint. Those of the debugger win over payload keys of the same name,
/// because those can still be reached through `data`. What is costly is only made if the source names it.
pub fn bindings<'a>(moment: &'a Moment, job: &Job, hit_count: u64, source: &str) -> Vec<(&'a str, Binding)> {
    let mut names: Vec<(&str, Binding)> = Vec::new();
    let own = ["data", "slot_data", "job_state", "job_id", "routine_id", "event_name", "slot_name", "hit_count"];
    if let Value::Map(map) = &moment.data {
        let keys = map.iter().filter(|(key, _)| !own.contains(&&***key));
        names.extend(keys.map(|(key, value)| (&**key, Binding::Record(value.clone()))));
    }
    let text = |text: &Option<String>| Binding::Value(text.as_deref().map_or(Value::Null, Value::from));
    names.push(("data", Binding::Record(moment.data.clone())));
    if source.contains("slot_data") {
        names.push(("slot_data", Binding::Record(moment.slot_data(job))));
    }
    if source.contains("job_state") {
        names.push(("job_state", Binding::Job(job.view())));
    }
    names.push(("job_id", Binding::Value(Value::Str(job.id.clone()))));
    names.push(("routine_id", Binding::Value(Value::from(moment.routine.as_str()))));
    names.push(("event_name", text(&moment.event)));
    names.push(("slot_name", text(&moment.slot)));
    names.push(("hit_count", Binding::Value(Value::from(hit_count))));
    names
}

fn message_text(parts: &[MessagePart], names: &[(&str, Binding)]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(plain) => text.push_str(plain),
            Part::Expression(expression) => match expression.evaluate(names) {
                Ok(Value::Str(value)) => text.push_str(&value),
                Ok(value) => text.push_str(&serde_json::to_string(&value).unwrap_or_default()),
                Err(failure) => text.push_str(&format!("<{}>", error_text(&failure))),
            },
        }
    }
    text
}
