//! Runs and branches: what is changed in the past goes another way, and the way it went stays to be looked at.

use std::sync::Arc;

use crate::engine::record;
use crate::engine::runtime::Runtime;
use crate::engine::trace::{Kind, Record};
use crate::flow::model::{Breakpoint, Flow};
use crate::flow::value::Value;

use super::history::History;
use super::replay::Replay;
use super::session::{Mode, Session, Stop};

/// Most runs and branches that are kept besides the one that is shown, all together within one more budget of bytes;
/// the oldest are given up first.
pub const MAX_OTHERS: usize = 7;

/// Which run or branch something is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BranchName {
    /// Its number, from 1; 0 before the first run.
    pub id: u32,
    /// What people call it.
    pub name: String,
    /// Where it left another one: that one's number, and the first `seq` of its own.
    pub forked: Option<(u32, u64)>,
}

/// A run or branch that is not shown.
pub struct Branch {
    pub(super) name: BranchName,
    pub(super) history: History,
    pub(super) replay: Replay,
    pub(super) head: u64,
    pub(super) head_in_error: bool,
    pub(super) flow: Arc<Flow>,
    /// The breakpoints as they were then, with their hits.
    pub(super) hits: Vec<(Breakpoint, Vec<u64>)>,
}

/// One run or branch, for a list.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchSummary {
    /// Its number and name.
    pub name: BranchName,
    /// Whether it is the one that is shown.
    pub is_current: bool,
    /// The `seq` of its first record that is kept, and of the next to come.
    pub range: (u64, u64),
    /// Its steps.
    pub steps: u64,
    /// Whether it ran the document as it is now.
    pub is_of_this_document: bool,
}

/// Where two runs part.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The `seq` of the first record that differs in the first run, or of the next to come if that one is shorter.
    pub seq_a: u64,
    /// The same of the second.
    pub seq_b: u64,
    /// The record there.
    pub a: Option<Value>,
    /// The record there.
    pub b: Option<Value>,
    /// Records that were the same.
    pub same: u64,
}

impl Session {
    /// Keeps the run among the others, if it was one.
    pub(super) fn put_aside(&mut self) {
        if self.mode == Mode::Ready {
            return;
        }
        self.make_records();
        let position = self.head_position();
        let head_in_error = !position.is_whole;
        let replay = if self.is_past() || head_in_error {
            self.history.replay(position, &self.replay.runtime)
        } else {
            Replay::from_present(&self.replay)
        };
        let history = std::mem::take(&mut self.history);
        self.forget_views();
        let (name, head) = (std::mem::take(&mut self.current), self.head);
        let flow = self.ran.take().unwrap_or_else(|| self.flow.clone());
        let hits = self.breakpoints.with_hits(u64::MAX);
        self.others.push(Branch { name, history, replay, head, head_in_error, flow, hits });
        let bytes = |others: &[Branch]| others.iter().map(|branch| branch.history.usage().total()).sum::<usize>();
        while self.others.len() > MAX_OTHERS || bytes(&self.others) > self.settings.history_bytes {
            self.others.remove(0);
        }
    }

    pub(super) fn name_run(&mut self) {
        let id = self.next_branch;
        self.next_branch += 1;
        self.current = BranchName { id, name: format!("run {id}"), forked: None };
        self.ran = Some(self.flow.clone());
    }

    /// In the past: leaves the way that the run went, to go another one from here.
    pub(super) fn fork(&mut self) {
        if !self.is_past() {
            return;
        }
        let fork = self.history.fork(&self.replay);
        let seq = self.replay.runtime.trace().next_seq;
        let strikes = self.history.strikes_before(seq, self.replay.runtime.strikes());
        let old = self.current.clone();
        let runtime = self.replay.runtime.clone();
        let applied = self.replay.applied;
        let ran = self.ran.clone();
        self.put_aside();
        self.history = fork;
        self.replay = Replay { runtime, applied };
        self.replay.runtime.set_strikes(strikes);
        self.replay.runtime.trace_mut().recording = self.history.keep().recording();
        self.head = self.replay.runtime.steps();
        self.has_jumped = true;
        self.breakpoints.forget_after(self.head);
        self.ran = ran;
        let id = self.next_branch;
        self.next_branch += 1;
        self.current = BranchName { id, name: format!("branch {id} of {}", old.name), forked: Some((old.id, seq)) };
    }

    /// All runs and branches, oldest first; the one that is shown is among them.
    pub fn branches(&self) -> Vec<BranchSummary> {
        let others = self.others.iter().map(|branch| BranchSummary {
            name: branch.name.clone(),
            is_current: false,
            range: branch.history.records().range(),
            steps: branch.head,
            is_of_this_document: *branch.flow == *self.flow,
        });
        let mut all: Vec<BranchSummary> = others.collect();
        if self.mode != Mode::Ready {
            all.push(BranchSummary {
                name: self.current.clone(),
                is_current: true,
                range: self.history.records().range(),
                steps: self.head,
                is_of_this_document: self.ran.as_ref().is_none_or(|ran| **ran == *self.flow),
            });
        }
        all.sort_by_key(|summary| summary.name.id);
        all
    }

    /// Shows another run or branch, at its end. `false` if there is none of this number.
    pub fn switch_branch(&mut self, id: u32) -> bool {
        if id == self.current.id {
            return true;
        }
        let Some(index) = self.others.iter().position(|branch| branch.name.id == id) else { return false };
        let branch = self.others.remove(index);
        self.put_aside();
        self.current = branch.name;
        self.history = branch.history;
        (self.head, self.head_in_error) = (branch.head, branch.head_in_error);
        self.ran = Some(branch.flow);
        self.breakpoints.take_hits(&branch.hits);
        self.present(branch.replay, Stop::Pause);
        true
    }

    /// Gives a run or branch another name. `false` if there is none of this number.
    pub fn rename_branch(&mut self, id: u32, name: &str) -> bool {
        let others = self.others.iter_mut().map(|branch| &mut branch.name);
        let found = others.chain(std::iter::once(&mut self.current)).find(|branch| branch.id == id);
        found.is_some_and(|branch| {
            branch.name = name.into();
            true
        })
    }

    /// Forgets a run or branch that is not shown. `false` if there is none of this number.
    pub fn forget_branch(&mut self, id: u32) -> bool {
        let before = self.others.len();
        self.others.retain(|branch| branch.name.id != id);
        self.others.len() < before
    }

    /// Where two runs or branches part; nothing differs if it tells nothing. Hits of breakpoints do not count, nor do
    /// the numbers of records.
    ///
    /// # Errors
    /// Which of the numbers is unknown.
    pub fn compare(&self, a: u32, b: u32) -> Result<Option<Difference>, u32> {
        let (history_a, replay_a) = self.side(a).ok_or(a)?;
        let (history_b, replay_b) = self.side(b).ok_or(b)?;
        let first = history_a.records().range().0.max(history_b.records().range().0);
        let mut left = history_a.records().from(first).filter(is_essential);
        let mut right = history_b.records().from(first).filter(is_essential);
        let (tell_a, tell_b) = (
            |record: &Record| record::to_value(record, &replay_a.runtime),
            |record: &Record| record::to_value(record, &replay_b.runtime),
        );
        let alike = |x: &Record, y: &Record| {
            // Equal positions of the same program are equal names; only what differs has to be looked at by name.
            std::ptr::eq(x, y) || {
                (x.t, x.job) == (y.t, y.job) && without_numbers(tell_a(x)) == without_numbers(tell_b(y))
            }
        };
        let mut same = 0;
        loop {
            let (x, y) = (left.next(), right.next());
            if let (Some(x), Some(y)) = (x, y)
                && alike(x, y)
            {
                same += 1;
                continue;
            }
            if x.is_none() && y.is_none() {
                return Ok(None);
            }
            return Ok(Some(Difference {
                seq_a: x.map_or(history_a.records().range().1, |record| record.seq),
                seq_b: y.map_or(history_b.records().range().1, |record| record.seq),
                a: x.map(tell_a),
                b: y.map(tell_b),
                same,
            }));
        }
    }

    /// What counts of a run or branch around a record: the run itself, to tell them, and so many records before it, and
    /// from it on. Nothing if there is no run of this number.
    pub fn around(&self, id: u32, seq: u64, before: usize, after: usize) -> Option<(&Runtime, Vec<&Record>)> {
        let (history, replay) = self.side(id)?;
        let records = history.records();
        let earlier = (records.range().0..seq).rev().filter_map(|seq| records.get(seq)).filter(is_essential);
        let mut around: Vec<&Record> = earlier.take(before).collect();
        around.reverse();
        around.extend(records.from(seq).filter(is_essential).take(after));
        Some((&replay.runtime, around))
    }

    fn side(&self, id: u32) -> Option<(&History, &Replay)> {
        if id == self.current.id && self.mode != Mode::Ready {
            return Some((&self.history, &self.replay));
        }
        self.others.iter().find(|branch| branch.name.id == id).map(|branch| (&branch.history, &branch.replay))
    }
}

/// Whether a record tells of the run, not of who looks at it.
fn is_essential(record: &&Record) -> bool {
    !matches!(record.kind, Kind::BreakpointHit(_))
}

/// A record without what only counts.
fn without_numbers(record: Value) -> Value {
    let Value::Map(map) = record else { return record };
    let mut map = crate::flow::value::Map::clone(&map);
    for key in ["seq", "cause"] {
        map.shift_remove(key);
    }
    Value::Map(map.into())
}
