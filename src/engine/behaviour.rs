//! What a routine does when it is activated, and what it may touch while it does.
//!
//! The engine knows neither the built-in routines nor Python: both come to it as [`Behaviour`]s from a
//! [`Library`], and all they can reach is the [`Host`].

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::flow::model::Routine;
use crate::flow::problem::Problem;
use crate::flow::value::{Map, Value};

use super::policy::PolicyCheck;

/// What a routine does when it is activated. It holds no run state: the same behaviour serves all jobs.
pub trait Behaviour {
    /// Runs the logic from its beginning to its end or to its first `sleep`.
    ///
    /// # Errors
    /// What the logic raised. What was done before stands.
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure>;

    /// Runs the rest of a logic that slept, with the input that it started with. One that never sleeps needs none.
    ///
    /// # Errors
    /// What the logic raised.
    fn resume(&self, _: &mut dyn Host, _: &Input, _: &Suspended) -> Result<Progress, Failure> {
        Ok(Progress::Done)
    }

    /// Whether bytes that were saved are such a rest, as far as that can be told without running it.
    ///
    /// # Errors
    /// What is wrong with them.
    fn check(&self, _: &Suspended) -> Result<(), Failure> {
        Ok(())
    }
}

/// How far an activation came.
#[derive(Clone, Debug)]
pub enum Progress {
    /// To its end.
    Done,
    /// To a `sleep`.
    Sleeping {
        /// How long, in virtual microseconds.
        us: u64,
        /// What is left to do.
        rest: Suspended,
    },
}

/// The rest of an activation that sleeps, as bytes, so that it can be copied, saved and compared.
/// Only the behaviour that made it can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended(pub Arc<[u8]>);

/// What the logic gets: every slot's payloads, in the order of the slots, and what the policy says.
///
/// An activation makes one of these, so it is laid out to cost one allocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    names: Rc<[Arc<str>]>,
    /// All slots' payloads, one slot after the other.
    items: SmallVec<[Value; 1]>,
    /// Where each slot's payloads end.
    ends: SmallVec<[u32; 4]>,
    /// What the policy says.
    pub policy_message: Value,
}

impl Input {
    /// No payloads yet, for slots of these names.
    pub fn new(names: Rc<[Arc<str>]>, policy_message: Value) -> Self {
        Self { names, items: SmallVec::new(), ends: SmallVec::new(), policy_message }
    }

    /// Forgets all payloads, but keeps their room.
    pub fn clear(&mut self) {
        self.items.clear();
        self.ends.clear();
        self.policy_message = Value::Null;
    }

    /// What [`Self::new`] makes, in the room of an input that was cleared.
    pub fn begin(&mut self, names: &Rc<[Arc<str>]>, policy_message: Value) {
        if !Rc::ptr_eq(&self.names, names) {
            self.names = names.clone();
        }
        self.policy_message = policy_message;
    }

    /// Adds the payloads of the next slot.
    pub fn push_slot(&mut self, items: impl IntoIterator<Item = Value>) {
        for item in items {
            self.items.push(item);
        }
        self.ends.push(self.items.len() as u32);
    }

    /// Every slot's name and payloads.
    pub fn slots(&self) -> impl Iterator<Item = (&Arc<str>, &[Value])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(self.ends.iter().copied());
        self.names.iter().zip(ranges).map(|(name, (start, end))| (name, &self.items[start as usize..end as usize]))
    }

    /// The number of slots that were added.
    pub fn slot_count(&self) -> usize {
        self.ends.len()
    }

    /// All payloads, whichever slot they came by.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// The slots as one map value, the logic's `slot_data`.
    pub fn slot_data(&self) -> Value {
        Value::map(self.slots().map(|(name, items)| (name.clone(), Value::list(items.iter().cloned()))))
    }
}

/// What a behaviour may touch while it runs: one activation of one routine of one job.
pub trait Host {
    /// Emits an event with its payload (a map). The deliveries come later: nothing downstream runs inside.
    ///
    /// # Errors
    /// `ValueError` for an event that the routine does not declare; a limit (payload size, emissions).
    fn emit(&mut self, event: &str, data: Value) -> Result<(), Failure>;
    /// The static parameters.
    fn config(&self) -> &Map;
    /// This routine's state in this job.
    fn state(&self, key: &str) -> Option<Value>;
    /// Changes this routine's state in this job.
    fn set_state(&mut self, key: &str, value: Value);
    /// Writes a log record.
    fn log(&mut self, level: Level, message: &str);
    /// Tells how far the work is: 0 to 1, clamped.
    fn progress(&mut self, ratio: f64);
    /// Sends an output to whoever watches the job.
    fn send_output(&mut self, output_type: &str, data: Value);
    /// The job's id.
    fn job_id(&self) -> &str;
    /// The job's status, by name.
    fn job_status(&self) -> &'static str;
    /// The routine's id.
    fn routine_id(&self) -> &str;
    /// The job's shared data: one map that all its routines read and write.
    fn shared_data(&self) -> &Map;
    /// Replaces the job's shared data.
    fn set_shared_data(&mut self, data: Map);
    /// The job's shared log.
    fn shared_log(&self) -> Rc<Vec<Value>>;
    /// Appends to the job's shared log.
    fn append_to_shared_log(&mut self, entry: Value);
    /// The virtual clock, in microseconds.
    fn now_us(&self) -> u64;
    /// The `seq` of the record that comes next.
    fn next_record(&self) -> u64 {
        0
    }
    /// A seed for random choices of this attempt: the same in every replay, another in every activation.
    fn random_seed(&self) -> u64;
    /// Asks whether the logic may go on for one more turn, that is until its next call of the host.
    ///
    /// Logic that can run for ever calls this before it starts and after each of its calls. The wall-time
    /// limit is the only thing that differs from run to run, so a replay ends the attempt where the record
    /// says that the limit struck.
    ///
    /// # Errors
    /// The failure that the record holds for this turn.
    fn turn(&mut self) -> Result<(), Failure>;
}

/// Level of a log record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For those who debug.
    Debug,
    /// What happens.
    Info,
    /// What may be wrong.
    Warn,
    /// What is wrong.
    Error,
}

impl Level {
    /// The name in records.
    pub fn name(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }

    /// The level of this name; Python's `warning` and `critical` are known too.
    pub fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "debug" => Some(Level::Debug),
            "info" => Some(Level::Info),
            "warn" | "warning" => Some(Level::Warn),
            "error" | "critical" => Some(Level::Error),
            _ => None,
        }
    }
}

/// An error of a logic, a transform, a check or a slot: data, not a fault of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exception's type, such as `ValueError`.
    pub error_type: Arc<str>,
    /// Its bases, nearest first, so that `retryable: [Exception]` takes them all.
    pub bases: Vec<Arc<str>>,
    /// What it says.
    pub message: Arc<str>,
    /// Where in the logic's own lines, outermost first, as CPython prints it; empty if it has no lines.
    pub traceback: Arc<str>,
    /// Whether the wall-time limit struck: only this has to be remembered for a replay.
    pub timed_out: bool,
}

impl Failure {
    /// A failure that is an `Exception` without lines.
    pub fn new(error_type: &str, message: impl Into<Arc<str>>) -> Self {
        Self {
            error_type: error_type.into(),
            bases: vec!["Exception".into(), "BaseException".into()],
            message: message.into(),
            traceback: "".into(),
            timed_out: false,
        }
    }

    /// Whether its type or a base of it has this name, or this other name.
    pub fn is_a(&self, error_type: &str) -> bool {
        let error_type = if ["IOError", "EnvironmentError"].contains(&error_type) { "OSError" } else { error_type };
        &*self.error_type == error_type || self.bases.iter().any(|base| &**base == error_type)
    }
}

/// A compiled Python expression: a `transform`, a policy's `check`, a breakpoint's condition.
pub trait Expression {
    /// Its value with these names in scope. Names that are not given raise `NameError`.
    ///
    /// # Errors
    /// What the expression raised.
    fn evaluate(&self, names: &[(&str, Binding)]) -> Result<Value, Failure>;
}

/// What a name in an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Binding {
    /// A plain value: maps are dicts.
    Value(Value),
    /// A map whose entries can be read as items and as attributes, at every depth: `data["value"]`, `data.value`.
    Record(Value),
    /// The job, as `job_state`.
    Job(JobView),
}

/// The job as an expression sees it: attributes `job_id`, `status`, `shared_data`, and `get_shared_data(key, default)`,
/// `get_shared_log()`.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Its id.
    pub job_id: Arc<str>,
    /// Its status, by name.
    pub status: &'static str,
    /// Its shared data.
    pub shared_data: Value,
    /// Its shared log, which is copied only for an expression that asks for it.
    pub shared_log: Rc<Vec<Value>>,
}

/// Where behaviours come from: the built-in routines, and Python.
pub trait Library {
    /// The behaviour of a routine.
    ///
    /// # Errors
    /// Why there is none: an unknown class, a config it cannot use, logic that does not compile.
    fn behaviour(&self, routine: &Routine) -> Result<Rc<dyn Behaviour>, Problem>;

    /// The policy that a built-in class brings beyond those a document can name.
    fn own_policy(&self, routine: &Routine) -> Option<Rc<dyn PolicyCheck>>;

    /// A small flow that shows what a class does, as the text of a document.
    fn sample(&self, _class: &str) -> Option<&'static str> {
        None
    }

    /// Compiles a Python expression of which only the truth matters: its value is a boolean, whatever it gives.
    ///
    /// # Errors
    /// The syntax error, with its line.
    fn condition(&self, source: &str) -> Result<Rc<dyn Expression>, CompileError>;

    /// Compiles a Python expression whose value matters.
    ///
    /// # Errors
    /// The syntax error, with its line.
    fn expression(&self, source: &str) -> Result<Rc<dyn Expression>, CompileError>;

    /// Checks a logic without keeping it.
    ///
    /// # Errors
    /// The syntax error, with its line.
    fn check_logic(&self, source: &str) -> Result<(), CompileError>;

    /// The routine's logic with every line told; nothing if it has none.
    ///
    /// # Errors
    /// Why its lines cannot be told.
    fn line_tracer(&self, routine: &Routine) -> Result<Option<LineTracer>, CompileError>;

    /// The keys that a Python source reads from what it is given, as far as they are written in it.
    fn asked_keys(&self, source: &str) -> Vec<String>;
}

/// A behaviour that does what a routine's logic does, and tells every line it comes to.
pub struct LineTracer {
    /// The behaviour.
    pub behaviour: Rc<dyn Behaviour>,
    /// What it has told so far.
    pub log: Rc<RefCell<LineLog>>,
}

/// The lines that a logic came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineLog {
    /// In their order.
    pub stops: Vec<LineStop>,
    /// Why not all of them are there.
    pub cut: Option<String>,
}

/// A line that is next, in one call of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct LineStop {
    /// From 1.
    pub line: u32,
    /// The call: calls of functions are numbered as they begin.
    pub frame: u32,
    /// The function's name.
    pub function: Arc<str>,
    /// The function's variables.
    pub variables: Vec<(Arc<str>, Variable)>,
    /// The `seq` of the record that comes next.
    pub next_record: u64,
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The value, or how Python writes it.
    pub value: Value,
    /// Whether it is the value: what JSON does not know is told as text.
    pub is_exact: bool,
}

/// Why Python source does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Usually `SyntaxError`.
    pub error_type: String,
    /// What is wrong.
    pub message: String,
    /// Line in the source, from 1.
    pub line: u32,
    /// Column in the source, from 1.
    pub column: u32,
}
