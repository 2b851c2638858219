//! Where a breakpoint would have stopped in what is kept of a run, before it is set.

use crate::engine::runtime::HeldErrors;
use crate::flow::model::Breakpoint;

use super::breakpoint::Breakpoints;
use super::session::{Mode, Session};

/// What came of looking at the whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// How often its place came by.
    pub events: u64,
    /// How often it would have stopped.
    pub stops: u64,
    /// The first record of each step before which it would have stopped, the first ones only.
    pub seqs: Vec<u64>,
    /// How often its condition raised.
    pub errors: u64,
    /// What is wrong with its expressions, or the last error of its condition.
    pub message: Option<String>,
    /// Whether its expressions are good.
    pub is_good: bool,
}

impl Session {
    /// Runs through what is kept of the run, asking a breakpoint at every step as a run asks it. It is asked as if it
    /// stopped, whether it logs or monitors, or is off.
    pub fn preview(&self, mut breakpoint: Breakpoint, limit: usize) -> Preview {
        breakpoint.enabled = true;
        breakpoint.monitor = false;
        breakpoint.log_message = None;
        let mut anywhere = Breakpoints::new(
            vec![Breakpoint { condition: None, hit_condition: None, ..breakpoint.clone() }],
            &*self.library,
        );
        let has_conditions = breakpoint.condition.is_some() || breakpoint.hit_condition.is_some();
        let mut asked = Breakpoints::new(vec![breakpoint], &*self.library);
        let mut preview = Preview::default();
        let held: HeldErrors = anywhere.held_errors();
        if self.mode() != Mode::Ready {
            self.history.walk(0, self.head, &held, &self.replay.runtime, |runtime| {
                if anywhere.would_stop(runtime) {
                    preview.events += 1;
                    if !has_conditions || asked.check(runtime).hit.is_some() {
                        preview.stops += 1;
                        if preview.seqs.len() < limit {
                            preview.seqs.push(runtime.trace().next_seq);
                        }
                    }
                }
                true
            });
        }
        if let Some((_, report)) = asked.reports(u64::MAX).next() {
            preview.is_good = report.is_good;
            preview.message = report.message;
            preview.errors = report.error_count;
        }
        preview
    }
}
