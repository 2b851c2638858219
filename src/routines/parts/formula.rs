//! Python expressions in a config. They see the item as `data`, the config as `config` and the job as `job_state`.

use std::rc::Rc;

use crate::engine::behaviour::{Binding, CompileError, Expression, Failure, Host, JobView};
use crate::flow::value::{Map, Value};
use crate::routines::python;

/// A compiled expression of a config.
pub struct Formula {
    expression: Rc<dyn Expression>,
    config: Value,
    /// Whether it mentions the job: making the job's view costs a copy of its shared data.
    sees_job: bool,
}

impl Formula {
    /// An expression whose value matters.
    ///
    /// # Errors
    /// It is no Python expression.
    pub fn value(key: &str, source: &str, config: &Map) -> Result<Self, String> {
        Self::new(key, source, config, python::expression(source))
    }

    /// An expression of which only the truth matters.
    ///
    /// # Errors
    /// It is no Python expression.
    pub fn condition(key: &str, source: &str, config: &Map) -> Result<Self, String> {
        Self::new(key, source, config, python::condition(source))
    }

    fn new(
        key: &str,
        source: &str,
        config: &Map,
        compiled: Result<Rc<dyn Expression>, CompileError>,
    ) -> Result<Self, String> {
        let expression = compiled.map_err(|err| {
            format!("`{key}` is no Python expression: {}: {} (line {})", err.error_type, err.message, err.line)
        })?;
        let config = Value::Map(config.clone().into());
        Ok(Self { expression, config, sees_job: source.contains("job_state") })
    }

    /// Its value for an item, with more names.
    ///
    /// # Errors
    /// What the expression raised.
    pub fn evaluate(&self, host: &mut dyn Host, data: &Value, more: &[(&str, Value)]) -> Result<Value, Failure> {
        // An expression can run for ever: a replay ends it where the record says that the limit struck.
        host.turn()?;
        let record = |value: &Value| Binding::Record(value.clone());
        let mut names = vec![("data", record(data)), ("config", record(&self.config))];
        names.extend(more.iter().map(|(name, value)| (*name, record(value))));
        if self.sees_job {
            names.push(("job_state", Binding::Job(job_view(host))));
        }
        self.expression.evaluate(&names)
    }

    /// Whether it is true for an item.
    ///
    /// # Errors
    /// What the expression raised.
    pub fn is_true(&self, host: &mut dyn Host, data: &Value, more: &[(&str, Value)]) -> Result<bool, Failure> {
        self.evaluate(host, data, more).map(|value| value.is_truthy())
    }
}

fn job_view(host: &dyn Host) -> JobView {
    JobView {
        job_id: host.job_id().into(),
        status: host.job_status(),
        shared_data: Value::Map(host.shared_data().clone().into()),
        shared_log: host.shared_log(),
    }
}
