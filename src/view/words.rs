//! Sentences of the engine as pieces for the screen: what stands between backticks is code.

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// It is a name or a piece of Python.
    pub is_code: bool,
}

/// The pieces of a sentence. A backtick without a partner is only a character.
pub fn pieces(sentence: &str) -> Vec<Piece> {
    let parts: Vec<&str> = sentence.split('`').collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let is_odd = parts.len().is_multiple_of(2);
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        if is_odd && is_last {
            pieces.push(Piece { text: format!("`{part}"), is_code: false });
        } else if !part.is_empty() {
            pieces.push(Piece { text: (*part).to_owned(), is_code: index % 2 == 1 });
        }
    }
    pieces
}

/// A sentence with a capital at its start and no point at its end. A name at its start stays as it is: it is an id.
pub fn sentence(text: &str, name: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    if text.starts_with("job-") || (!name.is_empty() && text.starts_with(name)) {
        return text.to_owned();
    }
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sentence: &str) -> Vec<String> {
        pieces(sentence).into_iter().map(|p| if p.is_code { format!("<{}>", p.text) } else { p.text }).collect()
    }

    #[test]
    fn code_is_told_from_words() {
        assert_eq!(text("it asks for `ready`, but gets `redy`"), ["it asks for ", "<ready>", ", but gets ", "<redy>"]);
        assert_eq!(text("no code"), ["no code"]);
        assert_eq!(text("one ` alone"), ["one ", "` alone"]);
        assert_eq!(text("`a``b`"), ["<a>", "<b>"]);
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(sentence("it waits. ", "batch"), "It waits");
        assert_eq!(sentence("batch waits", "batch"), "batch waits");
        assert_eq!(sentence("job-1 is over", ""), "job-1 is over");
        assert_eq!(sentence("", ""), "");
    }
}
