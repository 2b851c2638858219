//! What can be wrong with a document, told so that somebody can mend it.

use std::fmt;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Hint,
    /// The flow runs, but probably not as meant.
    Warning,
    /// The document is refused.
    Error,
}

impl Severity {
    /// The name used in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in the document's text, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable name of this kind of problem, such as `unknown-slot`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the document's tree, such as `routines.sensor.slots.input.watermark` or `connections[2].to`.
    pub path: String,
    /// What is wrong, and what to do about it.
    pub message: String,
    /// Where in the text, if the document came as text.
    pub place: Option<Place>,
}

impl Problem {
    /// An error at a path.
    pub fn error(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, path: path.into(), message: shortened(message.into()), place: None }
    }

    /// A warning at a path.
    pub fn warning(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, message) }
    }

    /// A hint at a path.
    pub fn hint(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Hint, ..Self::error(code, path, message) }
    }

    /// The same problem with its place in the text.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }
}

/// The most bytes of a message: what it quotes may be as long as the document.
const MOST_MESSAGE_BYTES: usize = 2000;

/// A message without its middle if it is very long: what is wrong stands at its beginning, what to do at its end.
fn shortened(message: String) -> String {
    if message.len() <= MOST_MESSAGE_BYTES {
        return message;
    }
    let half = MOST_MESSAGE_BYTES / 2;
    let start = message.floor_char_boundary(half);
    let end = message.ceil_char_boundary(message.len() - half);
    format!("{} … {}", &message[..start], &message[end..])
}

/// Whether one of the problems refuses the document.
pub fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{}:{}: ", place.line, place.column)?;
        }
        write!(f, "{}: {} [{}]", self.severity.name(), self.message, self.code)?;
        if self.path.is_empty() { Ok(()) } else { write!(f, " at {}", self.path) }
    }
}
