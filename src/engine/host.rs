//! What one activation may touch: the [`Host`] of its behaviour.

use std::rc::Rc;
use std::sync::Arc;

use crate::flow::value::{Map, Value};

use super::behaviour::{Failure, Host, Level};
use super::job::Job;
use super::limits;
use super::program::RoutineProgram;
use super::runtime::Core;
use super::task::{Activation, Task};
use super::trace::Kind;

/// One activation of one routine of one job, while its behaviour runs.
pub(super) struct JobHost<'a> {
    core: &'a mut Core,
    job: &'a mut Job,
    activation: &'a mut Activation,
    routine: &'a RoutineProgram,
}

impl<'a> JobHost<'a> {
    pub(super) fn new(
        core: &'a mut Core,
        job: &'a mut Job,
        activation: &'a mut Activation,
        routine: &'a RoutineProgram,
    ) -> Self {
        Self { core, job, activation, routine }
    }

    fn add(&mut self, kind: impl FnOnce() -> Kind) -> u64 {
        self.core.trace.add(self.core.now_us, self.job.index, self.activation.start, kind)
    }
}

impl Host for JobHost<'_> {
    fn emit(&mut self, event: &str, data: Value) -> Result<(), Failure> {
        let Some(index) = self.routine.events.iter().position(|candidate| &*candidate.name == event) else {
            let known: Vec<&str> = self.routine.events.iter().map(|event| &*event.name).collect();
            let known = if known.is_empty() { "it has none".into() } else { format!("it has {}", known.join(", ")) };
            let message = format!("routine '{}' has no event '{event}': {known}", self.routine.id);
            return Err(Failure::new("ValueError", message));
        };
        if let Some(why) = limits::refusal(&data) {
            return Err(Failure::new("ValueError", format!("the payload of '{event}' is {why}")));
        }
        if self.activation.emissions >= limits::MAX_EMISSIONS {
            let message = format!("more than {} emissions in one activation", limits::MAX_EMISSIONS);
            return Err(Failure::new("RuntimeError", message));
        }
        self.activation.emissions += 1;
        let (routine, activation, event) = (self.activation.routine, self.activation.number, index as u32);
        let cause = self.add(|| Kind::EventEmit { routine, activation, event, data: data.clone() });
        self.job.tasks.push_back(Task::Route { routine, event, data, cause, next: 0 });
        Ok(())
    }

    fn config(&self) -> &Map {
        &self.routine.config
    }

    fn state(&self, key: &str) -> Option<Value> {
        self.job.routines[self.activation.routine as usize].state.get(key).cloned()
    }

    fn set_state(&mut self, key: &str, value: Value) {
        let state = &mut self.job.routines[self.activation.routine as usize].state;
        Arc::make_mut(state).insert(key.into(), value);
    }

    fn log(&mut self, level: Level, message: &str) {
        let (routine, activation) = (self.activation.routine, self.activation.number);
        self.add(|| Kind::Log(level, message.into(), Some(routine), Some(activation)));
    }

    fn progress(&mut self, ratio: f64) {
        let routine = self.activation.routine;
        let ratio = if ratio.is_nan() { 0.0 } else { ratio.clamp(0.0, 1.0) };
        self.add(|| Kind::Progress(routine, ratio));
    }

    fn send_output(&mut self, output_type: &str, data: Value) {
        let routine = self.activation.routine;
        self.add(|| Kind::Output(routine, output_type.into(), data));
    }

    fn job_id(&self) -> &str {
        &self.job.id
    }

    fn job_status(&self) -> &'static str {
        self.job.status.name()
    }

    fn routine_id(&self) -> &str {
        &self.routine.id
    }

    fn shared_data(&self) -> &Map {
        &self.job.shared_data
    }

    fn set_shared_data(&mut self, data: Map) {
        self.job.shared_data = Arc::new(data);
    }

    fn shared_log(&self) -> Rc<Vec<Value>> {
        self.job.shared_log.clone()
    }

    fn append_to_shared_log(&mut self, entry: Value) {
        Rc::make_mut(&mut self.job.shared_log).push(entry);
    }

    fn now_us(&self) -> u64 {
        self.core.now_us
    }

    fn next_record(&self) -> u64 {
        self.core.trace.next_seq
    }

    fn random_seed(&self) -> u64 {
        let parts = [
            self.job.seed as u64,
            u64::from(self.job.number),
            u64::from(self.activation.routine),
            self.activation.number,
            u64::from(self.activation.attempt),
        ];
        parts.into_iter().fold(0, |seed, part| mix(seed ^ part))
    }

    fn turn(&mut self) -> Result<(), Failure> {
        let key = (self.job.index, self.activation.number, self.activation.attempt);
        self.activation.turns += 1;
        // The limit struck after this many turns had begun, so the last of them is not taken again.
        match self.core.strikes.get(&key) {
            Some(strike) => limits::struck(*strike, self.activation.turns).map_or(Ok(()), Err),
            None => Ok(()),
        }
    }
}

/// The mixing step of SplitMix64: neighbouring numbers get seeds that have nothing in common.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
