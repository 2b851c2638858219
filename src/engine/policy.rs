//! Activation policies: when a routine runs, and with which of the items that wait for it.

use std::rc::Rc;

use crate::flow::value::Value;

use super::behaviour::{Binding, Expression, Failure, JobView};
use super::slot::SlotQueue;

/// What a policy looks at.
pub struct PolicyView<'a> {
    /// The routine's slots in their order.
    pub slots: &'a [SlotQueue],
    /// The virtual clock, in microseconds.
    pub now_us: u64,
    /// When this policy last activated the routine in this job.
    pub last_activation_us: Option<u64>,
    /// Makes the job as expressions see it; a closure, because only custom checks need it.
    pub job: &'a dyn Fn() -> JobView,
}

/// What a policy says.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Not now; the next arrival asks again.
    Hold,
    /// Not now; ask again at this instant (virtual microseconds), or at the next arrival.
    HoldUntil(u64),
    /// Activate.
    Run {
        /// Which items the logic gets.
        take: Take,
        /// The logic's `policy_message`.
        message: Value,
    },
}

/// Which of the new items of every slot the logic gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// All of them, maybe none.
    All,
    /// Exactly the oldest ones, this many.
    Oldest(usize),
}

/// When a routine activates. A check looks and tells; the engine consumes what it takes.
pub trait PolicyCheck {
    /// Decides after one arrival or one timer.
    ///
    /// # Errors
    /// What a custom check raised: an error of the routine, without an activation.
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure>;
}

/// Any slot has new data.
pub struct Immediate {
    /// `{reason: immediate}`, made once.
    pub message: Value,
}

/// Every slot has at least one new item.
pub struct AllSlotsReady {
    /// `{reason: all_slots_ready}`, made once.
    pub message: Value,
}

/// Every slot has at least `size` new items.
pub struct BatchSize {
    /// At least 1.
    pub size: usize,
    /// `{reason: batch_ready, batch_size: n}`, made once.
    pub message: Value,
}

/// There is new data and the interval is over.
pub struct TimeInterval {
    /// In virtual microseconds.
    pub interval_us: u64,
    /// As the document gives it, for the message.
    pub interval: Value,
}

/// A Python expression is true.
pub struct Custom {
    /// Over `slots` and `job_state`.
    pub check: Rc<dyn Expression>,
}

/// A message that tells only a reason.
pub fn reason(reason: &str) -> Value {
    Value::map([("reason", Value::from(reason))])
}

impl PolicyCheck for Immediate {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        Ok(if view.slots.iter().any(|slot| slot.unconsumed() > 0) {
            Decision::Run { take: Take::All, message: self.message.clone() }
        } else {
            Decision::Hold
        })
    }
}

impl PolicyCheck for AllSlotsReady {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        Ok(if !view.slots.is_empty() && view.slots.iter().all(|slot| slot.unconsumed() > 0) {
            Decision::Run { take: Take::Oldest(1), message: self.message.clone() }
        } else {
            Decision::Hold
        })
    }
}

impl PolicyCheck for BatchSize {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        Ok(if !view.slots.is_empty() && view.slots.iter().all(|slot| slot.unconsumed() >= self.size) {
            Decision::Run { take: Take::Oldest(self.size), message: self.message.clone() }
        } else {
            Decision::Hold
        })
    }
}

impl PolicyCheck for TimeInterval {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        if view.slots.iter().all(|slot| slot.unconsumed() == 0) {
            return Ok(Decision::Hold);
        }
        let due = view.last_activation_us.map_or(0, |last| last.saturating_add(self.interval_us));
        if view.now_us < due {
            return Ok(Decision::HoldUntil(due));
        }
        let last = view.last_activation_us.map_or(Value::Null, |us| Value::Float(us as f64 / 1e6));
        let message = Value::map([
            ("reason", Value::from("time_interval_met")),
            ("interval", self.interval.clone()),
            ("last_activation", last),
        ]);
        Ok(Decision::Run { take: Take::All, message })
    }
}

impl PolicyCheck for Custom {
    fn check(&self, view: &PolicyView<'_>) -> Result<Decision, Failure> {
        let slots = Value::map(
            view.slots
                .iter()
                .map(|slot| (slot.name.clone(), Value::list(slot.new_items().map(|item| item.data.clone())))),
        );
        let names = [("slots", Binding::Value(slots)), ("job_state", Binding::Job((view.job)()))];
        Ok(if self.check.evaluate(&names)?.is_truthy() {
            Decision::Run { take: Take::All, message: reason("custom_policy_met") }
        } else {
            Decision::Hold
        })
    }
}
