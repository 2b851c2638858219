//! A run with what was done to stop it, as the text of a file: the engine's format with a member `session`.
//!
//! ```text
//! "session": { "document": null or the document, if it differs from what runs,
//!              "breakpoints": [ as in a document … ], "hits": [ [ step … ] … ] for each of them,
//!              "stop": null (nothing was started) or { "reason": "breakpoint" | "pause" | "runaway", "breakpoint", "text" },
//!              "history": { job id: [ record … ] }  the newest records of each job }
//! ```
//!
//! A file without this member is a run that is paused, without breakpoints. A run that is saved while it runs is
//! restored held. What is held at a breakpoint stays so: continuing takes the held step exactly once.

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

use super::breakpoint::Breakpoints;

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
    /// The breakpoints with their hits.
    pub breakpoints: Breakpoints,
    /// Why it is held; nothing before a start.
    pub stop: Option<SavedStop>,
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
    save::seal([("state", save::state(runtime)), ("session", write_session(session))])
}

fn write_session(session: &SavedSession) -> Value {
    let stop = session.stop.as_ref().map_or(Value::Null, |stop| {
        Value::map([
            ("reason", Value::from(stop.reason.name())),
            ("breakpoint", stop.breakpoint.map_or(Value::Null, |index| Value::from(index as u64))),
            ("text", stop.text.as_deref().map_or(Value::Null, Value::from)),
        ])
    });
    let breakpoints: Vec<Breakpoint> = session.breakpoints.with_hits().map(|(model, _)| model.clone()).collect();
    let hits = session.breakpoints.with_hits().map(|(_, hits)| Value::list(hits.iter().map(|step| Value::from(*step))));
    Value::map([
        ("document", session.document.as_ref().map_or(Value::Null, |flow| document::to_value(flow))),
        ("breakpoints", breakpoints_to_value(breakpoints)),
        ("hits", Value::list(hits)),
        ("stop", stop),
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
pub fn read(
    text: &str,
    recording: Recording,
    catalogue: &Catalogue,
    library: &dyn Library,
) -> Result<Saved, Refusal> {
    let members = save::open(text)?;
    let root = Part::root(&members);
    let runtime = save::restore(&root.key("state")?, recording, catalogue, library)?;
    let session = if members.get("session").is_some() {
        read_session(&root.key("session")?, library)?
    } else {
        SavedSession { stop: Some(SavedStop::pause()), ..SavedSession::default() }
    };
    Ok(Saved { runtime, session })
}

fn read_session(part: &Part<'_, '_>, library: &dyn Library) -> Result<SavedSession, Refusal> {
    let document = part.key("document")?;
    let document = document.given().map(|document| match document::from_value(document.value()).into_flow() {
        Ok(flow) => Ok(Arc::new(flow)),
        Err(problems) => {
            Err(document.refuse(problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")))
        }
    });
    let breakpoints = part.key("breakpoints")?;
    let models = read_breakpoints(breakpoints.value().clone()).map_err(|message| breakpoints.refuse(message))?;
    let (hits, count) = (part.key("hits")?, models.len());
    let mut breakpoints = Breakpoints::new(models, library);
    let hits = hits.items()?.map(|hits| read_hits(&hits)).collect::<Result<Vec<_>, _>>()?;
    if hits.len() != count {
        return Err(part.key("hits")?.refuse(format!("there are {count} breakpoints")));
    }
    breakpoints.set_hits(hits);
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
    Ok(SavedSession { document: document.transpose()?, breakpoints, stop: stop.transpose()? })
}

fn read_hits(part: &Part<'_, '_>) -> Result<Vec<u64>, Refusal> {
    let steps = part.items()?.map(|step| step.count()).collect::<Result<Vec<_>, _>>()?;
    if steps.is_sorted() { Ok(steps) } else { Err(part.refuse("the steps must be in their order")) }
}
