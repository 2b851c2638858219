//! Arguments and bodies of what controls a run by hand: interventions, running to a place, branches.

use serde::{Deserialize, Serialize};

use crate::flow::value::Value;

use super::timeline::Row;

/// Arguments of `pause` and `continue`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OneJob {
    /// Only this job; all of them if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
}

/// Arguments of `runTo`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RunTo {
    /// Where to, in the form of a document's breakpoint; its condition and hit condition count too. `{type: error}` is
    /// the next error. Breakpoints that come before it stop the run as always.
    pub breakpoint: Value,
}

/// Arguments of `intervene`: one change by hand. Each leaves a record (of the type `log` with the field `intervention`;
/// a post its delivery, a cancellation its end), and replays include it. In the past it begins a new branch of the run.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Intervene {
    /// The job; the newest if empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub job: String,
    /// What to do.
    pub kind: Deed,
    /// A position among the job's pending events, [`super::report::JobState::tasks`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<usize>,
    /// The slot (`routine.slot`) of an item that waits, in place of a pending event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// The position among the items that wait in the slot, 0 the oldest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// The position to move to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<usize>,
    /// Where to inject: `routine.slot` (delivered as a post) or `routine.event` (delivered along its connections); a name
    /// that is both is the slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The payload, or the new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// The entry of the shared data or the state; all of it if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The routine whose state or work is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routine: Option<String>,
    /// Its new config.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// Its new policy, in the document's form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
    /// Its new logic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logic: Option<String>,
}

/// What can be done by hand; in brackets what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Deed {
    /// Takes a pending event now, in place of the next in order (`task`).
    #[default]
    StepTask,
    /// Puts a pending event in front, without the step (`task`).
    Choose,
    /// Loses a pending event or an item (`task`, or `slot` and `item`).
    Drop,
    /// Doubles a pending event (`task`).
    Duplicate,
    /// Another payload, before `map` and `transform` (`task`, or `slot` and `item`; `data`).
    Edit,
    /// Another position (`task`, or `slot` and `item`; `to`).
    Move,
    /// An event or a post from outside (`at`, `data`).
    Inject,
    /// The shared data (`data`, maybe `key`).
    SetSharedData,
    /// A routine's state (`routine`, `data`, maybe `key`).
    SetState,
    /// How a routine of this job works from now on; what is absent stays (`routine`; `config`, `policy`, `logic`).
    SetRoutine,
    /// Cancels the job.
    Cancel,
}

/// Arguments of `switchBranch` and `forgetBranch`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchRef {
    /// Its number.
    pub branch: u32,
}

/// Arguments of `renameBranch`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RenameBranch {
    /// Its number.
    pub branch: u32,
    /// Its new name.
    pub name: String,
}

/// Arguments of `compare`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Compare {
    /// One branch.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// So many records before the first difference come with it; none if 0, at most 100.
    pub before: usize,
    /// So many records of each side from the first difference on; none if 0, at most 100.
    pub after: usize,
}

/// One run or branch. Body of `branches`: `{branches: [BranchReport]}`, oldest first.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchReport {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Whether it is the one that is shown.
    pub current: bool,
    /// The branch that it left.
    pub parent: Option<u32>,
    /// The first `seq` of its own.
    pub forked_at: Option<u64>,
    /// The `seq` of its oldest record that is kept.
    pub first: u64,
    /// The `seq` that its next record will have.
    pub total: u64,
    /// Its steps.
    pub steps: u64,
    /// Whether it ran the document as it is now.
    pub of_this_document: bool,
}

/// Body of `compare`.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Comparison {
    /// Whether the runs are alike in all that is kept.
    pub same: bool,
    /// Records that are alike before the first difference.
    pub alike: u64,
    /// The `seq` of the first difference in `a`.
    pub seq_a: Option<u64>,
    /// The `seq` of the first difference in `b`.
    pub seq_b: Option<u64>,
    /// The record there; null if that run ends before.
    pub a: Value,
    /// The record there; null if that run ends before.
    pub b: Value,
    /// The records of `a` around the first difference.
    pub rows_a: Vec<Row>,
    /// The records of `b` around the first difference.
    pub rows_b: Vec<Row>,
    /// How many rows of each side are before the first difference.
    pub before: usize,
    /// In words.
    pub text: String,
}
