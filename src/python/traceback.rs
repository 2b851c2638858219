//! Tracebacks as CPython 3.11 and 3.12 print them.

use monty_types::StackFrame;
use ruff_python_ast::Expr;
use ruff_python_parser::parse_expression;
use ruff_text_size::Ranged;

/// How often a frame is shown before its repetitions are only counted.
const MOST_REPEATED: usize = 3;

/// The lines of the frames, outermost first, each with its source and the marks under it; nothing without frames.
/// `error_type` is the name of the error's type.
pub fn render(frames: &[StackFrame], error_type: &str) -> String {
    let mut text = String::new();
    if frames.is_empty() {
        return text;
    }
    text.push_str("Traceback (most recent call last):\n");
    let mut repeated = 0;
    for (index, frame) in frames.iter().enumerate() {
        let again = index > 0 && is_same(&frames[index - 1], frame);
        if !again {
            tell_repeated(&mut text, repeated);
        }
        repeated = if again { repeated + 1 } else { 0 };
        if repeated < MOST_REPEATED {
            let raised = (index + 1 == frames.len()).then_some(error_type);
            add(&mut text, frame, raised);
        }
    }
    tell_repeated(&mut text, repeated);
    text
}

fn is_same(one: &StackFrame, other: &StackFrame) -> bool {
    one.start.line == other.start.line && one.frame_name == other.frame_name && one.filename == other.filename
}

/// How often the last frame came again beyond those that were shown; `repeated` is 0 for its first time.
fn tell_repeated(text: &mut String, repeated: usize) {
    let Some(more) = (repeated + 1).checked_sub(MOST_REPEATED).filter(|more| *more > 0) else { return };
    let plural = if more == 1 { "" } else { "s" };
    text.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
}

/// Appends a frame; `raised` is the type of the error that came up in it, unless it came from further inside.
fn add(text: &mut String, frame: &StackFrame, raised: Option<&str>) {
    let name = frame.frame_name.as_deref().unwrap_or("<module>");
    text.push_str(&format!("  File \"{}\", line {}, in {name}\n", frame.filename, frame.start.line));
    let Some(line) = frame.preview_line.as_deref().and_then(|lines| lines.lines().next()) else { return };
    let shown = line.trim();
    text.push_str(&format!("    {shown}\n"));
    let indentation = line.chars().count() - line.trim_start().chars().count();
    let start = (frame.start.column.max(1) as usize - 1).saturating_sub(indentation);
    let length = shown.chars().count();
    let several = frame.start.line != frame.end.line;
    let end =
        if several { length } else { (frame.end.column.max(1) as usize - 1).saturating_sub(indentation).min(length) };
    if start < end
        && !raised.is_some_and(|error_type| is_raise(shown, start, error_type))
        && let Some(marks) = marks(shown, start, end, several)
    {
        text.push_str(&format!("    {}{marks}\n", " ".repeat(start)));
    }
}

/// Whether it is the statement `raise` itself that raised: CPython takes all of it for the place of the error, the
/// interpreter what comes after the word.
fn is_raise(line: &str, start: usize, error_type: &str) -> bool {
    let Some(rest) = line.strip_prefix("raise ").filter(|_| start == "raise ".len()) else { return false };
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    name == error_type || (name == rest && error_type != "NameError")
}

/// The marks under a part of a line: `~` with `^` under the operator or the key, else `^`; nothing if it is all of the
/// line and no part of it stands out.
fn marks(line: &str, start: usize, end: usize, several: bool) -> Option<String> {
    let part: String = line.chars().skip(start).take(end - start).collect();
    let anchors = if several { None } else { anchors(&part) };
    match anchors {
        Some((left, right)) => {
            let rest = (end - start).saturating_sub(right);
            Some(format!("{}{}{}", "~".repeat(left), "^".repeat(right - left), "~".repeat(rest)))
        }
        None if part == line => None,
        None => Some("^".repeat(end - start)),
    }
}

/// What stands out in an expression, in characters: the operator of a calculation, the key of a subscript.
fn anchors(part: &str) -> Option<(usize, usize)> {
    let parsed = parse_expression(part).ok()?;
    let characters = |bytes: usize| part.get(..bytes).map(|text| text.chars().count());
    match parsed.expr() {
        Expr::BinOp(operation) => {
            let (from, to) = (operation.left.end().to_usize(), operation.right.start().to_usize());
            let between = part.get(from..to)?;
            let operator = between.find(|c: char| !c.is_whitespace() && c != ')')?;
            let wide = between
                .get(operator + 1..)
                .is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace() && c != '('));
            let left = characters(from + operator)?;
            Some((left, left + 1 + usize::from(wide)))
        }
        Expr::Subscript(subscript) => {
            let (left, right) = (subscript.value.end().to_usize(), subscript.slice.end().to_usize());
            Some((characters(left)?, characters(right)? + 1))
        }
        _ => None,
    }
}
