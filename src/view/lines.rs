//! A routine's source while somebody walks through its lines.

use std::collections::BTreeMap;

use crate::protocol::lines::LineState;

/// One line of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// It is taken next.
    pub is_current: bool,
    /// A function that was called from it is not back yet.
    pub is_caller: bool,
    /// It raised.
    pub has_raised: bool,
}

/// A walk that is open, with what only came at its start and what it was a stop before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walk {
    /// The stop that is shown.
    pub now: LineState,
    source: String,
    before: BTreeMap<String, String>,
}

impl Walk {
    /// A walk begins.
    pub fn new(state: LineState) -> Self {
        let source = state.source.clone().unwrap_or_default();
        Self { now: state, source, before: BTreeMap::new() }
    }

    /// The walk is at another stop.
    pub fn go(&mut self, state: LineState) {
        self.before = self.now.variables.iter().map(|part| (part.label.clone(), part.text.clone())).collect();
        self.now = state;
    }

    /// The source, line by line.
    pub fn lines(&self) -> Vec<SourceLine> {
        let error_line = self.now.error.as_ref().filter(|_| self.has_raised()).map(|error| error.line);
        let callers: Vec<u32> = self.now.stack.iter().skip(1).map(|frame| frame.line).collect();
        let line = |(index, text): (usize, &str)| {
            let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
            SourceLine {
                number,
                text: text.to_owned(),
                is_current: number == self.now.line,
                is_caller: callers.contains(&number),
                has_raised: error_line == Some(number),
            }
        };
        self.source.trim_end().split('\n').enumerate().map(line).collect()
    }

    /// Whether it is at what it raises: before that nobody knows it yet.
    pub fn has_raised(&self) -> bool {
        let now = &self.now;
        let is_last = now.stop + 1 >= now.stops;
        now.error.as_ref().is_some_and(|error| now.at_end || (is_last && error.line == now.line))
    }

    /// Whether a variable is new or another one than a stop before.
    pub fn has_changed(&self, name: &str, text: &str) -> bool {
        self.now.stop > 0 && self.before.get(name).is_none_or(|before| before != text)
    }

    /// Where the walk is, in words.
    pub fn place(&self) -> String {
        let now = &self.now;
        let what = match (&now.error, now.at_end) {
            (Some(error), _) if self.has_raised() => format!("{} at line {}", error.error_type, error.line),
            (_, true) => "At its end".to_owned(),
            _ => format!("Line {} is next", now.line),
        };
        let function = now.stack.first().map(|frame| frame.name.as_str()).filter(|name| *name != "logic");
        match function {
            Some(name) if !now.at_end => format!("{what}, in {name}"),
            _ => what,
        }
    }

    /// How far it is, in stops.
    pub fn progress(&self) -> String {
        let LineState { stop, stops, at_end, .. } = self.now;
        if at_end { format!("end of {stops}") } else { format!("{} of {stops}", stop + 1) }
    }

    /// Which of the routine's activations this is.
    pub fn activation(&self) -> String {
        let LineState { routine, job, activation, attempt, .. } = &self.now;
        let attempt = if *attempt > 1 { format!(", attempt {attempt}") } else { String::new() };
        format!("{routine}, activation {activation}{attempt} of {job}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::value::Value;
    use crate::protocol::lines::{LineError, LineFrame};
    use crate::protocol::parts::part;

    fn at(line: u32, stop: u32) -> LineState {
        LineState {
            routine: "batch".into(),
            job: "job-1".into(),
            activation: 2,
            attempt: 1,
            line,
            stop,
            stops: 3,
            stack: vec![LineFrame { name: "logic".into(), line }],
            variables: vec![part("total", "", &Value::Int(i64::from(stop)))],
            ..LineState::default()
        }
    }

    #[test]
    fn the_source_shows_where_the_walk_is() {
        let first = LineState { source: Some("def logic():\n    a = f()\n\n".into()), ..at(2, 0) };
        let mut walk = Walk::new(first);
        let lines = walk.lines();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[1].is_current, lines[0].is_current), (true, false));
        assert_eq!((walk.place(), walk.activation()), ("Line 2 is next".into(), "batch, activation 2 of job-1".into()));
        assert!(!walk.has_changed("total", "0"));
        let mut inner = at(1, 1);
        inner.stack.insert(0, LineFrame { name: "f".into(), line: 1 });
        inner.stack[1].line = 2;
        walk.go(inner);
        assert_eq!((walk.lines()[0].is_current, walk.lines()[1].is_caller), (true, true));
        assert_eq!(walk.place(), "Line 1 is next, in f");
        assert!(walk.has_changed("total", "1") && !walk.has_changed("total", "0") && walk.has_changed("new", "1"));
    }

    #[test]
    fn an_error_is_marked_when_it_has_happened() {
        let error = LineError { error_type: "KeyError".into(), line: 2, ..LineError::default() };
        let source = Some("def logic():\n    fail()\n".into());
        let mut walk = Walk::new(LineState { source, error: Some(error.clone()), ..at(1, 0) });
        assert!(!walk.lines()[1].has_raised);
        assert_eq!(walk.progress(), "1 of 3");
        walk.go(LineState { error: Some(error.clone()), ..at(2, 2) });
        assert!(walk.lines()[1].has_raised, "it stands at the line that raises");
        walk.go(LineState { error: Some(error), at_end: true, ..at(2, 3) });
        assert!(walk.lines()[1].has_raised);
        assert_eq!((walk.place(), walk.progress()), ("KeyError at line 2".into(), "end of 3".into()));
    }
}
