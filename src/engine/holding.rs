//! A job on its own; another policy for one job; pausing a job, letting it go on, discarding what it had left to do; and who gets a worker that is free again.

use std::rc::Rc;

use super::job::{Job, JobStatus, PolicyOverride};
use super::runtime::{Core, Runtime};
use super::step;
use super::task::{Activation, Task};
use super::trace::{Cause, EXTERNAL, JobEvent, Kind, Recording};

impl Runtime {
    /// One job in a runtime of its own. It goes on as here, except that the others occupy no workers.
    pub fn alone(&self, job: u32) -> Option<Self> {
        let recording = self.trace().recording;
        let mut others = self.clone();
        // What the others leave behind is no news.
        others.trace_mut().recording = Recording::Off;
        for index in (0..self.jobs().len()).filter(|index| *index != job as usize) {
            let (core, jobs) = others.parts_mut();
            core.discard(Rc::make_mut(&mut jobs[index]));
        }
        others.hand_over();
        let mut kept = Job::clone(others.jobs().get(job as usize)?);
        (kept.index, kept.is_runnable) = (0, false);
        let mut alone = Self::empty(recording);
        let (core, before) = (&mut alone.core, others.core);
        core.now_us = before.now_us;
        core.trace.next_seq = before.trace.next_seq;
        core.next_timer = before.next_timer;
        core.worker_count = before.worker_count;
        core.free_workers = before.free_workers;
        core.guard = before.guard;
        core.held_errors = before.held_errors;
        core.steps = before.steps;
        core.waiting = before.waiting.into_iter().map(|(_, activation)| (0, activation)).collect();
        let own = before.strikes.into_iter().filter(|((index, ..), _)| *index == job);
        core.strikes = own.map(|((_, activation, attempt), turns)| ((0, activation, attempt), turns)).collect();
        alone.adopt(kept);
        Some(alone)
    }
}

impl Core {
    /// Holds a job between steps.
    pub(super) fn pause(&mut self, job: &mut Job, reason: &str) {
        if job.status != JobStatus::Running && job.status != JobStatus::Idle {
            return;
        }
        job.status = JobStatus::Paused;
        self.deadlines.remove(&(job.deadline_us, job.index));
        for (due, number) in job.timers.keys() {
            self.timers.remove(&(*due, *number, job.index));
        }
        self.settle_runnable(job);
        self.trace.add(self.now_us, job.index, EXTERNAL, || Kind::JobPaused(reason.into()));
    }

    /// Gives a routine another policy in one job only, or the document's again. What waits in its slots is looked at with
    /// a task of its own; a timer of the policy before is stopped.
    pub(super) fn override_policy(
        &mut self,
        job: &mut Job,
        routine: u32,
        policy: Option<PolicyOverride>,
        cause: Cause,
    ) {
        let state = &mut job.routines[routine as usize];
        state.policy_override = policy;
        let timer = state.policy_timer.take();
        let has_data = state.slots.iter().any(|slot| slot.unconsumed() > 0);
        if let Some(timer) = timer {
            self.cancel_timer(job, timer);
        }
        if has_data {
            job.tasks.push_back(Task::Check { routine, cause });
            self.wake(job);
        }
    }

    /// Lets a paused job go on; one that is over its time fails.
    pub(super) fn resume(&mut self, job: &mut Job) {
        if job.status != JobStatus::Paused {
            return;
        }
        job.status = JobStatus::Running;
        let resumed = self.trace.add(self.now_us, job.index, EXTERNAL, || Kind::Job(JobEvent::Resumed));
        if job.deadline_us <= self.now_us {
            step::time_out(self, job);
            return;
        }
        self.deadlines.insert((job.deadline_us, job.index));
        // Everything up to this instant is due; no timer has the last of all numbers.
        let late = job.timers.split_off(&(self.now_us, u64::MAX));
        for (_, task) in std::mem::replace(&mut job.timers, late) {
            job.tasks.push_back(task);
        }
        for (due, number) in job.timers.keys() {
            self.timers.insert((*due, *number, job.index));
        }
        self.settle(job, resumed);
    }

    /// Discards everything a job had left to do; its workers are free for others.
    pub(super) fn discard(&mut self, job: &mut Job) {
        self.deadlines.remove(&(job.deadline_us, job.index));
        for (due, number) in job.timers.keys() {
            self.timers.remove(&(*due, *number, job.index));
        }
        self.waiting.retain(|(waiting, _)| *waiting != job.index);
        job.waiting.clear();
        let timers = std::mem::take(&mut job.timers).into_values();
        let tasks = std::mem::take(&mut job.tasks);
        for task in timers.chain(tasks) {
            if let Task::Start(activation) | Task::Resume(activation, _) | Task::End(activation) = task
                && let Some(worker) = activation.worker
            {
                self.release(job, worker);
            }
        }
        for routine in &mut job.routines {
            routine.policy_timer = None;
        }
        // No task is left, so it can take no step.
        self.settle_runnable(job);
    }

    /// Frees a worker: it goes at once to the activation that has waited longest.
    pub(super) fn release(&mut self, job: &mut Job, worker: u32) {
        match self.waiting.pop_front() {
            None => {
                self.free_workers.insert(worker);
            }
            Some((index, activation)) if index == job.index => self.start_waiting(job, activation, worker),
            Some((index, activation)) => self.handed_over.push((index, activation, worker)),
        }
    }

    /// Gives an activation that waited its worker and its place in the FIFO. If its job has ended at this same instant the
    /// worker goes to the next one.
    pub(super) fn start_waiting(&mut self, job: &mut Job, number: u64, worker: u32) {
        let Some(activation) = job.waiting.remove(&number) else {
            return self.release(job, worker);
        };
        let claimed = Activation { worker: Some(worker), claimed_us: self.now_us, ..activation };
        job.tasks.push_back(Task::Start(Box::new(claimed)));
    }
}
