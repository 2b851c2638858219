//! What a logpoint says: `text {expression} text`, where `{{` and `}}` stand for braces.

/// Most closing braces that one placeholder is tried with.
const MOST_BRACES: usize = 8;

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<E> {
    /// Text as it is.
    Text(String),
    /// What becomes of an expression.
    Expression(E),
}

/// What is wrong with a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault<F> {
    /// It has no end.
    NotClosed,
    /// It holds no expression.
    Expression(F),
}

/// Splits a message. What cannot be read is told, and is text as it is.
pub fn parts<E, F>(
    text: &str,
    compile: &mut impl FnMut(&str) -> Result<E, F>,
    tell: &mut impl FnMut(Fault<F>),
) -> Vec<Part<E>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
        } else if brace == "{"
            && let Some(first) = rest.find('}')
        {
            match placeholder(rest, compile) {
                Ok((expression, end)) => {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    parts.push(Part::Expression(expression));
                    rest = &rest[end + 1..];
                }
                Err(fault) => {
                    tell(fault);
                    plain.push_str(&text[text.len() - rest.len() - 1..][..first + 2]);
                    rest = &rest[first + 1..];
                }
            }
        } else {
            if brace == "{" {
                tell(Fault::NotClosed);
            }
            plain.push_str(brace);
        }
    }
    plain.push_str(rest);
    parts.push(Part::Text(plain));
    parts
}

/// The expression at the start of a text that ends with the first `}` that makes one, and where that is. As in an
/// f-string it may hold braces, and end with `=`, `!r` or `:>5`.
fn placeholder<E, F>(text: &str, compile: &mut impl FnMut(&str) -> Result<E, F>) -> Result<(E, usize), Fault<F>> {
    let mut first = None;
    for (end, _) in text.match_indices('}').take(MOST_BRACES) {
        let inner = &text[..end];
        // Two braces would be a text.
        let space = if inner.starts_with('{') { " " } else { "" };
        // What it says is what Python's `str` says.
        match compile(&format!("f'''{{{space}{inner}}}'''")).or_else(|_| compile(inner.trim())) {
            Ok(expression) => return Ok((expression, end)),
            Err(err) => first = first.or(Some(err)),
        }
    }
    Err(first.map_or(Fault::NotClosed, Fault::Expression))
}
