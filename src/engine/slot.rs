//! The queue of one slot: a bounded FIFO with a consumption cursor.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::flow::model::{Overflow, Slot};
use crate::flow::value::Value;

/// One queued item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The payload.
    pub data: Value,
    /// When it was queued, in virtual microseconds.
    pub enqueued_us: u64,
}

/// The queue of one slot in one job.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotQueue {
    /// The slot's name.
    pub name: Arc<str>,
    /// Most items it holds, consumed ones included.
    pub max: usize,
    /// From this length on consumed items are dropped: floor(max * watermark).
    pub threshold: usize,
    /// The watermark, for the pressure.
    pub watermark: f64,
    /// What happens to an item that finds it full.
    pub overflow: Overflow,
    /// What waits.
    items: VecDeque<Item>,
    /// Places that consumed items still take: they are given back all at once.
    consumed: usize,
}

/// How full a slot is with items that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// Below 0.6.
    Low,
    /// Below the watermark.
    Medium,
    /// Below 1.
    High,
    /// Full.
    Critical,
}

impl Pressure {
    /// The name in records and reports.
    pub fn name(self) -> &'static str {
        match self {
            Pressure::Low => "low",
            Pressure::Medium => "medium",
            Pressure::High => "high",
            Pressure::Critical => "critical",
        }
    }
}

impl SlotQueue {
    /// An empty queue for a slot of the document.
    pub fn new(slot: &Slot) -> Self {
        let max = slot.max_queue_length as usize;
        Self {
            name: slot.name.as_str().into(),
            max,
            threshold: (max as f64 * slot.watermark).floor() as usize,
            watermark: slot.watermark,
            overflow: slot.overflow,
            items: VecDeque::new(),
            consumed: 0,
        }
    }

    /// Queues an item.
    ///
    /// # Errors
    /// The slot is full and refuses it: here it is again.
    pub fn enqueue(&mut self, item: Item) -> Result<(), Item> {
        if self.total() >= self.threshold {
            self.consumed = 0;
        }
        if self.total() >= self.max {
            return Err(item);
        }
        self.items.push_back(item);
        Ok(())
    }

    /// How many items wait.
    pub fn unconsumed(&self) -> usize {
        self.items.len()
    }

    /// Places that consumed items still take.
    pub fn consumed(&self) -> usize {
        self.consumed
    }

    /// How many places are taken, those of consumed items included.
    pub fn total(&self) -> usize {
        self.consumed + self.items.len()
    }

    /// The items that wait, oldest first.
    pub fn new_items(&self) -> impl DoubleEndedIterator<Item = &Item> + ExactSizeIterator {
        self.items.iter()
    }

    /// Consumes the oldest `count` waiting items, or all if there are fewer, and gives their payloads.
    /// The items keep their places in the queue until it has reached its watermark.
    pub fn consume(&mut self, count: usize) -> impl Iterator<Item = Value> {
        let count = count.min(self.items.len());
        self.consumed += count;
        // Nearly always it is one: taking them singly costs less than a drain.
        (0..count).filter_map(|_| self.items.pop_front()).map(|item| item.data)
    }

    /// The item that came last among those that wait.
    pub fn newest(&self) -> Option<&Item> {
        self.items.back()
    }

    /// Puts back what was saved; `false` if there is no room for it.
    pub(super) fn refill(&mut self, consumed: usize, items: VecDeque<Item>) -> bool {
        (self.consumed, self.items) = (consumed, items);
        self.total() <= self.max
    }

    /// Takes a waiting item out, by its position among those that wait.
    pub fn remove(&mut self, position: usize) -> Option<Item> {
        self.items.remove(position)
    }

    /// Puts an item among those that wait, at the latest at their end.
    pub fn insert(&mut self, position: usize, item: Item) {
        self.items.insert(position.min(self.items.len()), item);
    }

    /// Gives a waiting item another payload.
    pub fn replace(&mut self, position: usize, data: Value) {
        if let Some(item) = self.items.get_mut(position) {
            item.data = data;
        }
    }

    /// How full it is with items that wait.
    pub fn pressure(&self) -> Pressure {
        let share = self.unconsumed() as f64 / self.max as f64;
        if share >= 1.0 {
            Pressure::Critical
        } else if share >= self.watermark {
            Pressure::High
        } else if share >= 0.6 {
            Pressure::Medium
        } else {
            Pressure::Low
        }
    }
}
