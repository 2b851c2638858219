//! Walking through a routine's Python, line by line.

use crate::debugger::lines::{LineGoal, LineWalk};
use crate::flow::value::Value;

use super::super::command::{Command, LineStep, LineStepKind, OpenLines};
use super::super::lines::{LineError, LineFrame, LineState};
use super::super::parts::part;
use super::{Answer, Server, done, told};

impl Server {
    /// Answers what walks through lines.
    pub(super) fn answer_lines(&mut self, command: &Command) -> Answer {
        match command {
            Command::OpenLines(OpenLines { seq, at }) => {
                self.session.open_lines(*seq)?;
                let walk = self.session.lines_mut().ok_or("there are no lines")?;
                match at.as_str() {
                    "" | "start" => {}
                    "end" => walk.at = walk.stops.len(),
                    "error" => walk.go_to_error(),
                    other => return Err(format!("`{other}` is neither `start`, `end` nor `error`")),
                }
                let mut state = self.line_state()?;
                state.source = self.session.lines().map(|walk| walk.source.clone());
                told(&state)
            }
            Command::LineStep(LineStep { kind, to, back }) => {
                let walk = self.session.lines_mut().ok_or("no walk is open: `openLines` first")?;
                let goal = match kind {
                    LineStepKind::Into => LineGoal::Into,
                    LineStepKind::Over => LineGoal::Over,
                    LineStepKind::Out => LineGoal::Out,
                    LineStepKind::To => LineGoal::Line(*to),
                    LineStepKind::At => LineGoal::At(*to as usize),
                };
                walk.go(goal, *back);
                told(&self.line_state()?)
            }
            Command::CloseLines(_) => {
                self.session.close_lines();
                done()
            }
            _ => Err(format!("`{}` is not answered here", command.name())),
        }
    }

    fn line_state(&self) -> Result<LineState, String> {
        let walk = self.session.lines().ok_or("no walk is open: `openLines` first")?;
        let stop = walk.stop().ok_or("there are no lines")?;
        let at_end = walk.at >= walk.stops.len();
        let variables = stop.variables.iter().map(|(name, variable)| {
            let mut part = part(name, "", &variable.value);
            part.access = name.to_string();
            if !variable.is_exact {
                part.kind = "an object".into();
            }
            part
        });
        let done = walk.done().map(|record| self.row(record)).map(|row| {
            let text = row.port.map_or_else(|| row.text.clone(), |port| format!("{port} {}", row.text));
            (row.kind, text)
        });
        Ok(LineState {
            routine: walk.routine.to_string(),
            job: walk.job.to_string(),
            activation: walk.activation,
            attempt: walk.attempt,
            source: None,
            line: stop.line,
            stop: walk.at.min(walk.stops.len()) as u32,
            stops: walk.stops.len() as u32,
            at_end,
            stack: walk.stack().into_iter().map(|(name, line)| LineFrame { name: name.to_string(), line }).collect(),
            variables: variables.collect(),
            done: done.collect(),
            error: error_of(walk),
            cut: walk.cut.clone(),
        })
    }

    /// A variable of the line that is shown.
    pub(super) fn line_variable(&self, name: &str) -> Result<Value, String> {
        let stop = self.session.lines().and_then(LineWalk::stop).ok_or("no walk is open: `openLines` first")?;
        let found = stop.variables.iter().find(|(variable, _)| **variable == *name);
        found.map(|(_, variable)| variable.value.clone()).ok_or_else(|| format!("there is no variable `{name}` here"))
    }
}

/// What the attempt raises, told at all its lines, so that nobody has to walk to the end to know.
fn error_of(walk: &LineWalk) -> Option<LineError> {
    walk.failure.as_ref().map(|failure| LineError {
        error_type: failure.error_type.to_string(),
        message: failure.message.to_string(),
        line: walk.error_line().unwrap_or_default(),
        traceback: failure.traceback.to_string(),
    })
}
