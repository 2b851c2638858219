//! The parts of a condition whose values tell why it is true: names with all that is hung on them, as Python reads them.

/// Most parts of one condition: more would be no sentence any more.
const MOST_PARTS: usize = 4;
/// Words that are no names.
const WORDS: [&str; 15] =
    ["and", "or", "not", "in", "is", "if", "else", "for", "lambda", "None", "True", "False", "await", "async", "yield"];

/// The parts of a condition in the order in which they stand there, each once: `value`, `data["items"]`, `len(data)`.
/// Python that makes no sense has none, or some that raise.
pub fn parts(condition: &str) -> Vec<String> {
    let characters: Vec<char> = condition.chars().collect();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        let start = at;
        if is_quote(character) {
            at = after_text(&characters, at);
        } else if character.is_ascii_digit() {
            at = after_word(&characters, at);
        } else if is_name(character) {
            at = after_word(&characters, at);
            if characters.get(at).copied().is_some_and(is_quote) {
                // The letters in front of a text, as in r"…".
                continue;
            }
            let word: String = characters[start..at].iter().collect();
            if WORDS.contains(&word.as_str()) {
                continue;
            }
            at = after_trailers(&characters, at);
            let part: String = characters[start..at].iter().collect();
            // What follows a point belongs to something in brackets before it.
            let is_whole = start == 0 || characters[start - 1] != '.';
            if is_whole && !found.contains(&part) && found.len() < MOST_PARTS {
                found.push(part);
            }
        } else {
            at += 1;
        }
    }
    found
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn after_word(characters: &[char], mut at: usize) -> usize {
    while characters.get(at).copied().is_some_and(is_name) {
        at += 1;
    }
    at
}

/// Where a text in quotes ends, three quotes included; the end of all if it never does.
fn after_text(characters: &[char], start: usize) -> usize {
    let quote = characters[start];
    let is_long = characters.get(start + 1) == Some(&quote) && characters.get(start + 2) == Some(&quote);
    let quotes = if is_long { 3 } else { 1 };
    let mut at = start + quotes;
    while at < characters.len() {
        if characters[at] == '\\' {
            at += 2;
        } else if characters[at..].iter().take(quotes).filter(|other| **other == quote).count() == quotes {
            return at + quotes;
        } else {
            at += 1;
        }
    }
    characters.len()
}

/// Where what hangs on a name ends: `.name`, `[…]` and `(…)`, as often as they come.
fn after_trailers(characters: &[char], mut at: usize) -> usize {
    loop {
        match characters.get(at) {
            Some('.') if characters.get(at + 1).copied().is_some_and(is_name) => at = after_word(characters, at + 1),
            Some('[' | '(') => match after_brackets(characters, at) {
                Some(end) => at = end,
                None => return at,
            },
            _ => return at,
        }
    }
}

/// Where a pair of brackets ends, or nothing if it is not closed.
fn after_brackets(characters: &[char], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(&character) = characters.get(at) {
        if is_quote(character) {
            at = after_text(characters, at);
            continue;
        }
        match character {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_what_hangs_on_them() {
        assert_eq!(parts("value > 100 and value < limit"), ["value", "limit"]);
        assert_eq!(parts("data.get(\"a b\") is None"), ["data.get(\"a b\")"]);
        assert_eq!(parts("len(data['items'][0]) >= 3 or not data.ready"), ["len(data['items'][0])", "data.ready"]);
        assert_eq!(parts("(value + offset) % 2 == 0"), ["value", "offset"]);
        assert_eq!(parts("größe > 0x1F + 1e5"), ["größe"]);
    }

    #[test]
    fn texts_words_and_brackets_are_no_names() {
        assert_eq!(parts("'value' in data"), ["data"]);
        assert_eq!(parts("name == r'it\\'s' and not None"), ["name"]);
        assert_eq!(parts("kind in ('''a 'b' c''', \"d\")"), ["kind"]);
        assert_eq!(parts("(a or b).upper() == 'X'"), ["a", "b"]);
        assert_eq!(parts("sum(x for x in data['items'] if x) > 3"), ["sum(x for x in data['items'] if x)"]);
    }

    #[test]
    fn what_is_not_closed_ends_somewhere() {
        assert_eq!(parts("len(data"), ["len", "data"]);
        assert_eq!(parts("name == 'open"), ["name"]);
        assert_eq!(parts("x.\\"), ["x"]);
        assert!(parts("").is_empty());
        assert_eq!(parts("a b c d e f").len(), MOST_PARTS);
    }
}
