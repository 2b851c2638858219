//! The commands that a client can send, with their arguments.

use serde::{Deserialize, Serialize};

use crate::debugger::settings::Keep;
use crate::flow::value::Value;

pub use super::control::{BranchRef, Compare, Deed, Intervene, OneJob, RenameBranch, RunTo};
pub use super::inspect::{
    Children, CopyValue, LastChange, PayloadKeys, PreviewBreakpoint, Related, SearchValue, ValueAt, ValueRef, Watch,
    Why,
};
pub use super::lines::{LineStep, LineStepKind, OpenLines};
pub use super::timeline::{Filter, JobFilter, Lanes, Rows};

/// A command and its arguments, named as in `shared/spec/interface.md`.
///
/// A command without arguments may come with none, with `null` or with an empty map: [`Command::parse`] takes all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", content = "arguments", rename_all = "camelCase")]
pub enum Command {
    /// Says hello. Body of the response: [`super::report::Capabilities`].
    Initialize(Initialize),
    /// Replaces the document and ends what runs. Body: [`super::report::Loaded`].
    Load(Load),
    /// Tells that the document was edited. What runs goes on undisturbed with the flow it was started with.
    /// Body: [`super::report::Loaded`].
    Edit(Load),
    /// The document as text. Body: `{text}`.
    GetDocument(GetDocument),
    /// Converts text that is not loaded. Body: `{text, problems}`.
    Convert(Convert),
    /// The classes that a document can name, with a sample of each. Body: [`super::classes::CatalogueReport`].
    Catalogue(Empty),
    /// Starts jobs of the document. Body: `{job, jobs}`.
    Run(Run),
    /// Holds everything between two steps, or only one job while the others go on.
    Pause(OneJob),
    /// Goes on from a hold, or lets one paused job go on.
    Continue(OneJob),
    /// One step. Body: [`super::report::State`].
    Step(Step),
    /// Back to the previous hit, or to the start.
    ReverseContinue(Empty),
    /// To the instant right after a record. Body: [`super::report::State`].
    Seek(Seek),
    /// Cancels all jobs.
    Stop(Empty),
    /// How fast paced runs go.
    SetSpeed(SetSpeed),
    /// Replaces all breakpoints. Body: a list of [`super::report::BreakpointReport`].
    SetBreakpoints(SetBreakpoints),
    /// Whether an expression compiles. Body: [`super::report::ExpressionCheck`].
    CheckExpression(CheckExpression),
    /// Evaluates an expression where the run is held. Body: [`super::report::Evaluation`].
    Evaluate(Evaluate),
    /// Everything about this moment. Body: [`super::report::State`].
    State(Empty),
    /// Records. Body: `{records, total, first}`: `first` is the oldest `seq` that is still kept.
    Trace(Trace),
    /// Posts data to a slot of a job.
    Post(Post),
    /// The moment that is shown, with the document and the breakpoints, as the text of a file; or one job of it, alone.
    /// Body: `{state}`.
    Save(Save),
    /// Changes what the engine may take; what is not given stays. Body: [`super::report::Settings`].
    Configure(Configure),
    /// Replaces everything by what `save` gave, held. Body: [`super::report::State`].
    Restore(Restore),
    /// The newest records of a job up to the moment that is shown. Body: `{records}`.
    ExecutionHistory(ExecutionHistory),
    /// Goes on until a place is reached: run to here, run to the next error.
    RunTo(RunTo),
    /// Changes the run by hand. Body: [`super::report::State`].
    Intervene(Intervene),
    /// All runs and branches. Body: `{branches}`, a list of [`super::control::BranchReport`].
    Branches(Empty),
    /// Shows another run or branch, at its end. Body: [`super::report::State`].
    SwitchBranch(BranchRef),
    /// Gives a run or branch another name. Body: as of `branches`.
    RenameBranch(RenameBranch),
    /// Forgets a run or branch that is not shown. Body: as of `branches`.
    ForgetBranch(BranchRef),
    /// Where two runs or branches part. Body: [`super::control::Comparison`].
    Compare(Compare),
    /// Where a breakpoint would have stopped. Body: [`super::inspect::BreakpointPreview`].
    PreviewBreakpoint(PreviewBreakpoint),
    /// What completes an expression at a place. Body: `{keys, names, payloads}`: [`super::inspect::SeenKey`].
    PayloadKeys(PayloadKeys),
    /// What places have carried: values on hover, monitors. Body: `{values}`, a list of [`super::inspect::Carried`].
    ValueAt(ValueAt),
    /// A page of a value's parts. Body: [`super::inspect::Part`].
    Children(Children),
    /// A part of a value as text. Body: `{text}`.
    CopyValue(CopyValue),
    /// Parts of a value that hold a text. Body: [`super::inspect::Found`].
    SearchValue(SearchValue),
    /// Every value that an expression has had. Body: [`super::inspect::WatchHistory`].
    Watch(Watch),
    /// Who last changed shared data or state. Body: [`super::inspect::Changed`], or null.
    LastChange(LastChange),
    /// What led to a record. Body: [`super::inspect::Relatives`].
    Ancestry(Related),
    /// What a record led to. Body: [`super::inspect::Relatives`].
    Descendants(Related),
    /// Why a routine ran, and why it does not. Body: [`super::inspect::Explanation`].
    Why(Why),
    /// A page of records. Body: [`super::timeline::RowPage`].
    Rows(Rows),
    /// Activations along an axis. Body: [`super::timeline::LanePage`].
    Lanes(Lanes),
    /// All jobs in short. Body: `{jobs}`, a list of [`super::timeline::JobSummary`].
    Jobs(Empty),
    /// Which jobs updates tell of.
    SetJobFilter(JobFilter),
    /// Opens a walk through a routine's lines. Body: [`super::lines::LineState`].
    OpenLines(OpenLines),
    /// Goes on in it, or back. Body: [`super::lines::LineState`].
    LineStep(LineStep),
    /// Ends it.
    CloseLines(Empty),
}

/// No arguments.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Empty {}

/// Arguments of `initialize`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Initialize {
    /// The client's [`super::PROTOCOL_VERSION`].
    pub protocol_version: String,
    /// Who asks.
    pub client_id: String,
}

/// Arguments of `load` and `edit`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The document: YAML or JSON text, or the tree itself.
    pub document: Value,
}

/// Arguments of `getDocument`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GetDocument {
    /// `yaml`, `json` (the default), or `routilux`: a Python module for that library.
    pub format: String,
}

/// Arguments of `convert`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Convert {
    /// The document's text, YAML or JSON.
    pub text: String,
    /// `yaml`, `json`, or `routilux`: a Python module for that library.
    pub to: String,
}

/// Arguments of `run`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// Posted to the entry slot in place of the document's inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Value>,
    /// How many jobs; 1 if 0.
    pub jobs: u32,
    /// Speed, as in [`SetSpeed`]; absent leaves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Value>,
    /// In place of the document's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Starts held before the first step.
    pub paused: bool,
    /// Runs to this place, a breakpoint as the document writes it, as `runTo` does from a run that is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// Arguments of `step`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// How far.
    pub kind: StepKind,
    /// Only this job takes steps, while the others hold; all of them if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// The next step of any job.
    #[default]
    Into,
    /// Until the held delivery's activation and the deliveries of what it emitted are done.
    Over,
    /// Until every step caused by the same parent is done.
    Out,
    /// To the exact earlier state, one step ago.
    Back,
}

/// Arguments of `seek`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Seek {
    /// The record.
    pub seq: u64,
    /// Right before the step that made it, in place of right after.
    #[serde(default)]
    pub before: bool,
}

/// Arguments of `setSpeed`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetSpeed {
    /// A factor (1 is [`crate::debugger::pace::STEPS_PER_SECOND`] steps a second), or the text `max`.
    pub speed: Value,
}

/// Arguments of `setBreakpoints`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetBreakpoints {
    /// All of them, as in the document.
    pub breakpoints: Vec<Value>,
    /// A hit pauses only its job, while the others go on; absent leaves it. Each such hit is a `job.paused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_job: Option<bool>,
}

/// Arguments of `checkExpression`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckExpression {
    /// Python source.
    pub expression: String,
    /// `expression` (the default) or `logic`.
    pub kind: String,
}

/// Arguments of `evaluate`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluate {
    /// Python source over the names of a breakpoint's condition.
    pub expression: String,
}

/// Arguments of `trace`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// The first `seq`.
    pub from: u64,
    /// At most this many; 1000 if 0.
    pub limit: u64,
}

/// Arguments of `post`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Post {
    /// The job; the newest if empty.
    pub job: String,
    /// The slot, as `routine.slot`.
    pub to: String,
    /// The payload.
    pub data: Value,
}

/// Arguments of `configure`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Configure {
    /// Most bytes of a run's history, estimated: the oldest detail is given up first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_bytes: Option<u64>,
    /// What is kept of a run, from the next one on: `off` (nothing is recorded: no log, no timeline), `newest` (the records of
    /// the last steps; at speed `max` they are made when the run is held or somebody asks) or `all` (as much as the budget
    /// allows, with a quick way back).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<Keep>,
    /// After how many steps at one virtual instant a job is paused; from the next run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant_steps: Option<u64>,
    /// After how many steps a job is paused; from the next run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_steps: Option<u64>,
}

/// Arguments of `save`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Save {
    /// The job; everything if empty.
    pub job: String,
}

/// Arguments of `restore`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Restore {
    /// The text of the file.
    pub state: String,
}

/// Arguments of `executionHistory`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ExecutionHistory {
    /// The job.
    pub job: String,
}

impl Command {
    /// Reads a command and its arguments.
    ///
    /// # Errors
    /// Which command is unknown, or which argument is not as it should be.
    pub fn parse(command: &str, arguments: Value) -> Result<Self, String> {
        let arguments = if arguments == Value::Null { Value::map::<&str>([]) } else { arguments };
        let tree = Value::map([("command", Value::from(command)), ("arguments", arguments)]);
        let text = serde_json::to_string(&tree).map_err(|err| err.to_string())?;
        serde_json::from_str(&text).map_err(|err| format!("{command}: {err}"))
    }

    /// The command's name.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Initialize(_) => "initialize",
            Command::Load(_) => "load",
            Command::Edit(_) => "edit",
            Command::GetDocument(_) => "getDocument",
            Command::Convert(_) => "convert",
            Command::Catalogue(_) => "catalogue",
            Command::Run(_) => "run",
            Command::Pause(_) => "pause",
            Command::Continue(_) => "continue",
            Command::Step(_) => "step",
            Command::ReverseContinue(_) => "reverseContinue",
            Command::Seek(_) => "seek",
            Command::Stop(_) => "stop",
            Command::SetSpeed(_) => "setSpeed",
            Command::SetBreakpoints(_) => "setBreakpoints",
            Command::CheckExpression(_) => "checkExpression",
            Command::Evaluate(_) => "evaluate",
            Command::State(_) => "state",
            Command::Trace(_) => "trace",
            Command::Post(_) => "post",
            Command::Configure(_) => "configure",
            Command::Save(_) => "save",
            Command::Restore(_) => "restore",
            Command::ExecutionHistory(_) => "executionHistory",
            Command::RunTo(_) => "runTo",
            Command::Intervene(_) => "intervene",
            Command::Branches(_) => "branches",
            Command::SwitchBranch(_) => "switchBranch",
            Command::RenameBranch(_) => "renameBranch",
            Command::ForgetBranch(_) => "forgetBranch",
            Command::Compare(_) => "compare",
            Command::PreviewBreakpoint(_) => "previewBreakpoint",
            Command::PayloadKeys(_) => "payloadKeys",
            Command::ValueAt(_) => "valueAt",
            Command::Children(_) => "children",
            Command::CopyValue(_) => "copyValue",
            Command::SearchValue(_) => "searchValue",
            Command::Watch(_) => "watch",
            Command::LastChange(_) => "lastChange",
            Command::Ancestry(_) => "ancestry",
            Command::Descendants(_) => "descendants",
            Command::Why(_) => "why",
            Command::Rows(_) => "rows",
            Command::Lanes(_) => "lanes",
            Command::Jobs(_) => "jobs",
            Command::SetJobFilter(_) => "setJobFilter",
            Command::OpenLines(_) => "openLines",
            Command::LineStep(_) => "lineStep",
            Command::CloseLines(_) => "closeLines",
        }
    }
}

/// The names of all commands.
pub const COMMANDS: &[&str] = &[
    "initialize",
    "load",
    "edit",
    "getDocument",
    "convert",
    "catalogue",
    "run",
    "pause",
    "continue",
    "step",
    "reverseContinue",
    "seek",
    "stop",
    "setSpeed",
    "setBreakpoints",
    "checkExpression",
    "evaluate",
    "state",
    "trace",
    "post",
    "configure",
    "save",
    "restore",
    "executionHistory",
    "runTo",
    "intervene",
    "branches",
    "switchBranch",
    "renameBranch",
    "forgetBranch",
    "compare",
    "previewBreakpoint",
    "payloadKeys",
    "valueAt",
    "children",
    "copyValue",
    "searchValue",
    "watch",
    "lastChange",
    "ancestry",
    "descendants",
    "why",
    "rows",
    "lanes",
    "jobs",
    "setJobFilter",
    "openLines",
    "lineStep",
    "closeLines",
];
