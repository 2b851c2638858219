//! The Markdown of descriptions as plain data: paragraphs, headings, lists, code, emphasis and links. HTML is text like
//! any other, and a link leads to a web page or a mail address or is none: a flow from somebody else can do no harm.
//!
//! It is the part of Markdown that a few paragraphs need, not all of it.

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Text.
    Paragraph(Vec<Span>),
    /// A heading of any level.
    Heading(Vec<Span>),
    /// A list.
    List {
        /// Whether its items are numbered.
        is_numbered: bool,
        /// What stands in them.
        items: Vec<Vec<Span>>,
    },
    /// Lines between fences.
    Code(String),
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Text(String),
    /// Between backticks.
    Code(String),
    /// Between stars or underscores.
    Emphasis(Vec<Span>),
    /// Between two of them.
    Strong(Vec<Span>),
    /// What is shown, and where it leads to.
    Link(Vec<Span>, String),
}

/// In longer texts nothing is looked for: nobody reads them, and looking takes time.
const MOST_BYTES: usize = 64 * 1024;
/// How far the end of an emphasis, code or link may be from its beginning.
const MOST_SPAN_BYTES: usize = 1_000;
const MOST_DEPTH: usize = 4;
/// What a link may begin with.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// The blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    let mut paragraph: Vec<&str> = Vec::new();
    let close = |paragraph: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if !paragraph.is_empty() {
            blocks.push(Block::Paragraph(spans_of(&paragraph.join(" "), text.len())));
            paragraph.clear();
        }
    };
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if let Some(fence) = ["```", "~~~"].into_iter().find(|fence| trimmed.starts_with(fence)) {
            close(&mut paragraph, &mut blocks);
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim_start().starts_with(fence)).collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if trimmed.is_empty() {
            close(&mut paragraph, &mut blocks);
        } else if let Some(heading) = heading(trimmed) {
            close(&mut paragraph, &mut blocks);
            blocks.push(Block::Heading(spans_of(heading, text.len())));
        } else if let Some((is_numbered, item)) = item(trimmed) {
            close(&mut paragraph, &mut blocks);
            let mut item = item.to_owned();
            // What follows below an item belongs to it.
            while let Some(more) = lines.next_if(|line| line.starts_with("  ") && self::item(line.trim()).is_none()) {
                item.push(' ');
                item.push_str(more.trim());
            }
            let item = spans_of(&item, text.len());
            match blocks.last_mut() {
                Some(Block::List { is_numbered: other, items }) if *other == is_numbered => items.push(item),
                _ => blocks.push(Block::List { is_numbered, items: vec![item] }),
            }
        } else {
            paragraph.push(trimmed);
        }
    }
    close(&mut paragraph, &mut blocks);
    blocks
}

fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| rest.trim().trim_end_matches('#').trim_end())
}

fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(item) = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)) {
        return Some((false, item.trim_start()));
    }
    let rest = line.trim_start_matches(|character: char| character.is_ascii_digit());
    let digits = line.len() - rest.len();
    let item = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    (1..=9).contains(&digits).then(|| (true, item.trim_start()))
}

fn spans_of(text: &str, whole_bytes: usize) -> Vec<Span> {
    if whole_bytes > MOST_BYTES { vec![Span::Text(text.to_owned())] } else { spans(text, 0) }
}

fn spans(text: &str, depth: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let found = if depth < MOST_DEPTH { span(rest, first, before, depth) } else { None };
        let length = match found {
            Some((span, length)) => {
                if !plain.is_empty() {
                    spans.push(Span::Text(std::mem::take(&mut plain)));
                }
                spans.push(span);
                length
            }
            None => {
                let escaped = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
                let escaped = escaped.filter(char::is_ascii_punctuation);
                plain.push(escaped.unwrap_or(first));
                first.len_utf8() + escaped.map_or(0, char::len_utf8)
            }
        };
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    if !plain.is_empty() {
        spans.push(Span::Text(plain));
    }
    spans
}

/// The span that begins here and its length in bytes, if one does.
fn span(rest: &str, first: char, before: Option<char>, depth: usize) -> Option<(Span, usize)> {
    match first {
        '`' => {
            let ticks = run(rest, '`');
            let inside = &rest[ticks..];
            let end = near(inside)
                .match_indices(&rest[..ticks])
                .map(|(at, _)| at)
                .find(|at| run(&inside[*at..], '`') == ticks)?;
            Some((Span::Code(inside[..end].trim().to_owned()), ticks + end + ticks))
        }
        '*' | '_' => {
            let marks = run(rest, first);
            let is_in_a_word = first == '_' && before.is_some_and(char::is_alphanumeric);
            let inside = &rest[marks..];
            if marks > 2 || is_in_a_word || inside.starts_with(char::is_whitespace) {
                return None;
            }
            let ends = |at: &usize| {
                let (left, right) = (inside[..*at].chars().next_back(), &inside[*at..]);
                let after = right[marks.min(right.len())..].chars().next();
                left.is_some_and(|left| !left.is_whitespace() && left != '\\')
                    && run(right, first) == marks
                    && !(first == '_' && after.is_some_and(char::is_alphanumeric))
            };
            let mut ends_at =
                near(inside).match_indices(first).map(|(at, _)| at).filter(|at| !inside[..*at].ends_with(first));
            let end = ends_at.find(ends)?;
            let inner = spans(&inside[..end], depth + 1);
            let span = if marks == 2 { Span::Strong(inner) } else { Span::Emphasis(inner) };
            Some((span, marks + end + marks))
        }
        '[' => {
            let (shown, rest_of) = near(&rest[1..]).split_once("](")?;
            let (to, _) = rest_of.split_once(')')?;
            let address = to.split_whitespace().next().unwrap_or_default();
            let is_safe = SCHEMES.iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme));
            let length = "[".len() + shown.len() + "](".len() + to.len() + ")".len();
            is_safe.then(|| (Span::Link(spans(shown, depth + 1), address.to_owned()), length))
        }
        _ => None,
    }
}

fn run(text: &str, character: char) -> usize {
    text.len() - text.trim_start_matches(character).len()
}

/// The beginning of a text, in which the end of a span is looked for.
fn near(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_SPAN_BYTES)]
}

#[cfg(test)]
mod tests;
