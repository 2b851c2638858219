//! What an activation got from outside, so that it can be run again to learn where it failed.
//!
//! A logic with live shared data runs inside a `try`, because the data has to be written back after an error; and what
//! passes a `finally` in the interpreter loses its traceback. So after an error such a logic runs once more without
//! the `try`, with the same inputs and answers, only for its traceback.

use monty::{MontyRun, RunProgress};
use monty_types::{MontyException, MontyObject, NameLookupResult, OsPolicy, PrintWriter};
use serde::{Deserialize, Serialize};

use super::budget::tracker;

/// All that came from outside.
#[derive(Debug, Serialize, Deserialize)]
pub struct History {
    inputs: Vec<MontyObject>,
    policy: Option<OsPolicy>,
    answers: Vec<Said>,
}

/// What the host said to one question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Said {
    /// `None`, or that a name stands for nothing.
    Nothing,
    /// This value.
    Value(MontyObject),
    /// This exception.
    Raise(MontyException),
}

impl History {
    /// An activation that starts.
    pub fn new(inputs: &[MontyObject], policy: Option<OsPolicy>) -> Self {
        Self { inputs: inputs.to_vec(), policy, answers: Vec::new() }
    }

    /// Notes an answer.
    pub fn note(&mut self, said: Said) {
        self.answers.push(said);
    }

    /// Runs another program with the same answers to its error.
    pub fn error_of(self, run: MontyRun) -> Option<MontyException> {
        let run = match self.policy {
            Some(policy) => run.with_os_policy(policy),
            None => run,
        };
        let mut answers = self.answers.into_iter();
        // What it prints was logged in the first run.
        let mut printed = String::new();
        let mut progress = run.start(self.inputs, tracker(), PrintWriter::CollectString(&mut printed, None));
        loop {
            progress = match progress {
                Err(error) => return Some(error),
                Ok(RunProgress::Complete(_)) => return None,
                Ok(question) => answer(question, answers.next()?, PrintWriter::CollectString(&mut printed, None))?,
            };
        }
    }
}

/// Answers a question of the interpreter, whatever its kind; nothing if it is none that the host answers.
pub fn answer(
    question: RunProgress,
    said: Said,
    print: PrintWriter<'_>,
) -> Option<Result<RunProgress, MontyException>> {
    Some(match (question, said) {
        (RunProgress::FunctionCall(call), Said::Nothing) => call.resume(MontyObject::none(), print),
        (RunProgress::FunctionCall(call), Said::Value(value)) => call.resume(value, print),
        (RunProgress::FunctionCall(call), Said::Raise(error)) => call.resume(error, print),
        (RunProgress::OsCall(call), Said::Nothing) => call.resume(MontyObject::none(), print),
        (RunProgress::OsCall(call), Said::Value(value)) => call.resume(value, print),
        (RunProgress::OsCall(call), Said::Raise(error)) => call.resume(error, print),
        (RunProgress::NameLookup(lookup), Said::Nothing) => lookup.resume(NameLookupResult::Undefined, print),
        (RunProgress::NameLookup(lookup), Said::Value(value)) => lookup.resume(value, print),
        (RunProgress::NameLookup(lookup), Said::Raise(error)) => lookup.resume(error, print),
        (RunProgress::ResolveFutures(_) | RunProgress::Complete(_), _) => return None,
    })
}
