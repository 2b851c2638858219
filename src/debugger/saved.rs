//! A run with what was done to stop it, as the text of a file: the engine's format with a member `session`.
//!
//! ```text
//! "session": { "document": null or the document, if it differs from what runs,
//!              "breakpoints": [ as in a document … ], "hits": [ [ step … ] … ] for each of them,
//!              "stop": null (nothing was started) or { "reason": "breakpoint" | "pause" | "runaway", "breakpoint", "text" },
//!              "history": { job id: [ record … ] … }   the newest records of each job }
//! ```
//!
//! A file without this member is a run that is paused, without breakpoints. A run that is saved while it runs is
//! restored held. What is held at a breakpoint stays so: continuing takes the held step exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::behaviour::Library;
use crate::engine::runtime::Runtime;
use crate::engine::save::{self, Part, Refusal};
use crate::engine::trace::Recording;
use crate::flow::catalogue::Catalogue;
use crate::flow::document;
use crate::flow::model::{Breakpoint, Flow};
use crate::flow::problem::Problem;
use crate::flow::value::Value;

/// What a file holds.
pub struct Saved {
    /// What runs.
    pub runtime: Runtime,
    /// What was done to stop it.
    pub session: SavedSession,
}

/// What was done to stop a run.
#[derive(Default)]
pub struct SavedSession {
    /// The document, if it differs from what runs.
    pub document: Option<Arc<Flow>>,
    /// The breakpoints, each with the steps before which it was hit.
    pub breakpoints: Vec<(Breakpoint, Vec<u64>)>,
    /// Why it is held; nothing before a start.
    pub stop: Option<SavedStop>,
    /// The newest records of each job, by its position.
    pub history: BTreeMap<u32, Vec<Value>>,
}

/// Why a saved run is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedStop {
    /// `breakpoint`, `pause` or `runaway`.
    reason: Reason,
    /// Which breakpoint.
    pub breakpoint: Option<usize>,
    /// What the runaway guard said.
    pub text: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Breakpoint,
    Pause,
    Runaway,
}

impl Reason {
    fn name(self) -> &'static str {
        match self {
            Reason::Breakpoint => "breakpoint",
            Reason::Pause => "pause",
            Reason::Runaway => "runaway",
        }
    }
}

impl SavedStop {
    /// Held between two steps.
    pub fn pause() -> Self {
        Self { reason: Reason::Pause, breakpoint: None, text: None }
    }

    /// Held before a step about which the breakpoints have spoken.
    pub fn hit() -> Self {
        Self { reason: Reason::Breakpoint, breakpoint: None, text: None }
    }

    /// Held by a breakpoint of this number.
    pub fn hit_of(breakpoint: usize) -> Self {
        Self { breakpoint: Some(breakpoint), ..Self::hit() }
    }

    /// Held because the runaway guard paused a job.
    pub fn runaway(text: &str) -> Self {
        Self { reason: Reason::Runaway, breakpoint: None, text: Some(text.into()) }
    }

    /// Whether the breakpoints have spoken about the next step.
    pub fn is_hit(&self) -> bool {
        self.reason == Reason::Breakpoint
    }
}

/// The text of a file.
pub fn write(runtime: &Runtime, session: &SavedSession) -> String {
    save::seal([("state", save::state(runtime)), ("session", write_session(session, runtime))])
}

fn write_session(session: &SavedSession, runtime: &Runtime) -> Value {
    let history = session.history.iter().filter_map(|(index, records)| {
        let job = runtime.jobs().get(*index as usize)?;
        Some((job.id.clone(), Value::list(records.iter().cloned())))
    });
    let stop = session.stop.as_ref().map_or(Value::Null, |stop| {
        Value::map([
            ("reason", Value::from(stop.reason.name())),
            ("breakpoint", stop.breakpoint.map_or(Value::Null, |index| Value::from(index as u64))),
            ("text", stop.text.as_deref().map_or(Value::Null, Value::from)),
        ])
    });
    let breakpoints: Vec<Breakpoint> = session.breakpoints.iter().map(|(model, _)| model.clone()).collect();
    let hits = session.breakpoints.iter().map(|(_, hits)| Value::list(hits.iter().map(|step| Value::from(*step))));
    Value::map([
        ("document", session.document.as_ref().map_or(Value::Null, |flow| document::to_value(flow))),
        ("breakpoints", breakpoints_to_value(breakpoints)),
        ("hits", Value::list(hits)),
        ("stop", stop),
        ("history", Value::map(history)),
    ])
}

/// Breakpoints as a document has them.
pub fn breakpoints_to_value(breakpoints: Vec<Breakpoint>) -> Value {
    let flow = Flow { breakpoints, ..Flow::default() };
    document::to_value(&flow).get("breakpoints").cloned().unwrap_or_else(|| Value::list([]))
}

/// Breakpoints as the document has them.
///
/// # Errors
/// What is wrong with which of them.
pub fn read_breakpoints(breakpoints: Value) -> Result<Vec<Breakpoint>, String> {
    let document = Value::map([("routines", Value::map::<&str>([])), ("breakpoints", breakpoints)]);
    match document::from_value(&document).into_flow() {
        Ok(flow) => Ok(flow.breakpoints),
        Err(problems) => Err(problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")),
    }
}

/// What a file holds.
///
/// # Errors
/// Where and why it is refused.
pub fn read(text: &str, recording: Recording, catalogue: &Catalogue, library: &dyn Library) -> Result<Saved, Refusal> {
    let members = save::open(text)?;
    let root = Part::root(&members);
    let runtime = save::restore(&root.key("state")?, recording, catalogue, library)?;
    let session = if members.get("session").is_some() {
        read_session(&root.key("session")?, &runtime)?
    } else {
        SavedSession { stop: Some(SavedStop::pause()), ..SavedSession::default() }
    };
    Ok(Saved { runtime, session })
}

fn read_session(part: &Part<'_, '_>, runtime: &Runtime) -> Result<SavedSession, Refusal> {
    let document = part.key("document")?;
    let document = document.given().map(|document| match document::from_value(document.value()).into_flow() {
        Ok(flow) => Ok(Arc::new(flow)),
        Err(problems) => Err(document.refuse(problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))),
    });
    let breakpoints = part.key("breakpoints")?;
    let models = read_breakpoints(breakpoints.value().clone()).map_err(|message| breakpoints.refuse(message))?;
    let (hits, count) = (part.key("hits")?, models.len());
    let steps = hits.items()?.map(|hits| read_hits(&hits)).collect::<Result<Vec<_>, _>>()?;
    if steps.len() != count {
        return Err(hits.refuse(format!("there are {count} breakpoints")));
    }
    let breakpoints = models.into_iter().zip(steps).collect();
    let stop = part.key("stop")?;
    let stop = stop.given().map(|stop| {
        Ok(SavedStop {
            reason: stop.key("reason")?.choice(&[Reason::Breakpoint, Reason::Pause, Reason::Runaway], Reason::name)?,
            breakpoint: stop
                .key("breakpoint")?
                .given()
                .map(|index| index.below(count as u64).map(|index| index as usize))
                .transpose()?,
            text: stop.key("text")?.given().map(|text| text.text().map(|text| text.to_string())).transpose()?,
        })
    });
    let history = read_history(&part.key("history")?, runtime)?;
    Ok(SavedSession { document: document.transpose()?, breakpoints, stop: stop.transpose()?, history })
}

fn read_history(part: &Part<'_, '_>, runtime: &Runtime) -> Result<BTreeMap<u32, Vec<Value>>, Refusal> {
    let by_id: BTreeMap<&str, u32> = runtime.jobs().iter().map(|job| (&*job.id, job.index)).collect();
    let mut history = BTreeMap::new();
    for id in part.map()?.keys() {
        let records = part.key(id)?;
        let index = by_id.get(&**id).ok_or_else(|| records.refuse(format!("there is no job `{id}`")))?;
        let records = records.items()?.map(|record| record.map().map(|_| record.value().clone()));
        history.insert(*index, records.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(history)
}

fn read_hits(part: &Part<'_, '_>) -> Result<Vec<u64>, Refusal> {
    let steps = part.items()?.map(|step| step.count()).collect::<Result<Vec<_>, _>>()?;
    if steps.is_sorted() { Ok(steps) } else { Err(part.refuse("the steps must be in their order")) }
}
