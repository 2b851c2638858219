//! The user's own lines inside the program that the interpreter runs: where they are, what was changed in them, and
//! how places in the program are told in the user's terms.

use std::borrow::Cow;

use monty_types::{CodeLoc, MontyException, StackFrame};

use super::exceptions::Exceptions;
use super::places;

/// One change of a source: these bytes are replaced by this text, which has no line break.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Start of the bytes.
    pub start: usize,
    /// Their end; the start if nothing is taken out.
    pub end: usize,
    /// What is written there.
    pub text: Cow<'static, str>,
    /// Of what is put around a part, where the other half is.
    pair: Option<usize>,
}

impl Edit {
    /// A text in place of these bytes.
    pub fn replace(start: usize, end: usize, text: impl Into<Cow<'static, str>>) -> Self {
        Self { start, end, text: text.into(), pair: None }
    }

    /// A text before everything else that is put at a place.
    pub fn insert(at: usize, text: impl Into<Cow<'static, str>>) -> Self {
        Self::replace(at, at, text)
    }

    /// What opens around the part from a place to an end.
    pub fn open(at: usize, end: usize, text: impl Into<Cow<'static, str>>) -> Self {
        Self { pair: Some(end), ..Self::insert(at, text) }
    }

    /// What closes around the part from a start to a place.
    pub fn close(start: usize, at: usize, text: impl Into<Cow<'static, str>>) -> Self {
        Self { pair: Some(start), ..Self::insert(at, text) }
    }

    /// Sorts changes: at one place first what closes, the inner parts before the outer ones, then what opens, the outer
    /// parts before the inner ones, then what is replaced.
    pub fn sort(edits: &mut [Self]) {
        edits.sort_by_key(|edit| {
            let (class, other) = match edit.pair {
                Some(pair) if pair < edit.start => (0, pair),
                Some(pair) => (1, pair),
                None if edit.start == edit.end => (1, usize::MAX),
                None => (2, 0),
            };
            (edit.start, class, std::cmp::Reverse(other))
        });
    }
}

/// Applies changes that do not overlap. They must be sorted by their start.
pub fn apply(source: &str, edits: &[Edit]) -> String {
    let mut text = String::with_capacity(source.len() + edits.len() * 24);
    let mut from = 0;
    for edit in edits {
        text.push_str(source.get(from..edit.start).unwrap_or_default());
        text.push_str(&edit.text);
        from = edit.end;
    }
    text.push_str(source.get(from..).unwrap_or_default());
    text
}

/// How many lines a text has.
pub fn count_lines(text: &str) -> u32 {
    u32::try_from(text.lines().count()).unwrap_or(u32::MAX)
}

/// The line of a byte, from 1, and its column in characters, from 0.
pub fn place_of(source: &str, offset: usize) -> (u32, u32) {
    let before = source.get(..offset.min(source.len())).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.get(start..).unwrap_or_default().chars().count();
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// The user's lines in a program.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// What the user wrote.
    source: String,
    /// How many lines of the program come before it.
    before: u32,
    /// What was changed in it, in order.
    changes: Vec<Change>,
    /// Its exceptions that are carried by others.
    pub exceptions: Exceptions,
}

/// A change of one line, in characters.
#[derive(Clone, Copy, Debug)]
struct Change {
    line: u32,
    column: u32,
    removed: u32,
    inserted: u32,
}

impl Own {
    /// A source that was changed like this and has this many lines before it.
    pub fn new(source: &str, edits: &[Edit], before: u32) -> Self {
        let length = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let changes = edits.iter().map(|edit| {
            let (line, column) = place_of(source, edit.start);
            let removed = length(source.get(edit.start..edit.end).unwrap_or_default());
            Change { line, column, removed, inserted: length(&edit.text) }
        });
        Self { source: source.to_owned(), before, changes: changes.collect(), exceptions: Exceptions::default() }
    }

    /// A place of the program in the user's terms, at the latest at the end of what the user wrote.
    pub fn place(&self, place: CodeLoc) -> CodeLoc {
        let last = count_lines(&self.source).max(1);
        let line = place.line.saturating_sub(self.before).clamp(1, last);
        CodeLoc { line, column: self.column(line, place.column) }
    }

    /// The frames of an error that lie in the user's lines, with places and lines as the user knows them.
    pub fn frames(&self, error: &MontyException) -> Vec<StackFrame> {
        let own = self.before + 1..=self.before.saturating_add(count_lines(&self.source));
        let is_own = |frame: &&StackFrame| own.contains(&frame.start.line) && frame.filename != places::NOWHERE;
        let mut frames: Vec<_> = error.traceback().iter().filter(is_own).map(|frame| self.frame(frame)).collect();
        if let Some(raised) = error.traceback().last() {
            let last = if is_own(&raised) { frames.pop() } else { None };
            let mended = places::mended(error, last.as_ref(), &self.source);
            frames.extend(mended.or(last));
        }
        frames
    }

    fn frame(&self, frame: &StackFrame) -> StackFrame {
        let mut frame = frame.clone();
        (frame.start, frame.end) = (self.place(frame.start), self.place(frame.end));
        if frame.preview_line.is_some() {
            let (first, last) = (frame.start.line as usize, frame.end.line as usize);
            let lines: Vec<&str> = self.source.lines().skip(first - 1).take(last + 1 - first.min(last)).collect();
            let preview = if let [line] = lines.as_slice() { (*line).to_owned() } else { dedent(&lines) };
            frame.preview_line = Some(preview.into());
        }
        frame
    }

    /// A column of a changed line (from 1) as a column of the line that the user wrote.
    fn column(&self, line: u32, column: u32) -> u32 {
        let mut shift: i64 = 0;
        let column = i64::from(column) - 1;
        for change in self.changes.iter().filter(|change| change.line == line) {
            let start = i64::from(change.column) + shift;
            if column < start {
                break;
            }
            if column < start + i64::from(change.inserted) {
                return change.column + 1;
            }
            shift += i64::from(change.inserted) - i64::from(change.removed);
        }
        u32::try_from(column - shift + 1).unwrap_or(1)
    }
}

/// Lines without the indentation that they have in common.
fn dedent(lines: &[&str]) -> String {
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or_default()).collect();
    lines.join("\n")
}
