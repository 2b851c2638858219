//! What can be asked where a run is held.

use crate::engine::behaviour::{Binding, Expression, Failure};
use crate::flow::value::Value;

use super::breakpoint::bindings;
use super::moment::Moment;
use super::session::{Session, Stop};

impl Session {
    /// What the next step is about.
    pub fn moment(&self) -> Option<Moment> {
        let (job, task) = self.replay.runtime.upcoming()?;
        Moment::of_task(job, task, self.replay.runtime.now_us())
    }

    /// Evaluates an expression over the names that a condition has where the run is held; over the variables of the line
    /// that is shown, if a walk through a logic is open.
    ///
    /// # Errors
    /// What the expression raised.
    pub fn evaluate(&self, expression: &dyn Expression, source: &str) -> Result<Value, Failure> {
        if let Some(walk) = &self.walk {
            let variables = walk.stop().map(|stop| stop.variables.as_slice()).unwrap_or_default();
            let names = variables.iter().map(|(name, variable)| (&**name, Binding::Value(variable.value.clone())));
            return expression.evaluate(&names.collect::<Vec<_>>());
        }
        let held = match &self.stop {
            Some(Stop::Breakpoint(hit)) => Some((hit.moment.clone(), hit.hit_count)),
            _ => self.moment().map(|moment| (moment, 0)),
        };
        match held
            .and_then(|(moment, count)| Some((self.replay.runtime.jobs().get(moment.job as usize)?, moment, count)))
        {
            Some((job, moment, count)) => expression.evaluate(&bindings(&moment, job, count, source)),
            None => {
                let job = self.replay.runtime.jobs().last().map(|job| ("job_state", Binding::Job(job.view())));
                expression.evaluate(&job.into_iter().collect::<Vec<_>>())
            }
        }
    }
}
