//! The virtual workers' life: they are registered and tell that they live. What they work on is in `holding.rs`.

use super::runtime::{Core, Runtime};
use super::trace::{EXTERNAL, Kind, NO_JOB, Recording};

/// How often a busy worker tells that it lives, in virtual microseconds.
const HEARTBEAT_US: u64 = 60_000_000;

impl Runtime {
    /// Sees to it that there are at least so many workers.
    pub(super) fn hire_workers(&mut self, count: u32) {
        let now = self.core.now_us;
        for worker in self.core.worker_count..count {
            self.core.free_workers.insert(worker);
            self.core.trace.add(now, NO_JOB, EXTERNAL, || Kind::WorkerRegistered(worker));
        }
        self.core.worker_count = self.core.worker_count.max(count);
    }
}

impl Core {
    /// Busy workers tell that they live, once in [`HEARTBEAT_US`] at most, when the clock is about to move on.
    pub(super) fn beat_hearts(&mut self, now_us: u64) {
        let beat_us = now_us - now_us % HEARTBEAT_US;
        if beat_us <= self.now_us || self.trace.recording == Recording::Off {
            return;
        }
        for worker in (0..self.worker_count).filter(|worker| !self.free_workers.contains(worker)) {
            self.trace.add(beat_us, NO_JOB, EXTERNAL, || Kind::WorkerHeartbeat(worker));
        }
    }
}
