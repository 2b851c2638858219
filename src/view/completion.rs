//! Completing the word before the caret in a field of Python: payload keys that were seen, and the debugger's names.
//!
//! Positions are UTF-16 units, because fields of a page count so.

use crate::protocol::inspect::SeenKey;

/// Most suggestions at once.
const MOST: usize = 8;

/// The word before the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it begins, in bytes.
    start: usize,
    /// Where the caret is, in bytes.
    end: usize,
    /// What was typed of it.
    pub text: String,
}

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is shown: a key's path or a name.
    pub label: String,
    /// What is written into the field.
    pub insert: String,
    /// A value it had and of what kind, or what it is.
    pub about: String,
}

/// The word before the caret; none if there is no caret in the text.
pub fn word_at(text: &str, caret: usize) -> Option<Word> {
    let end = byte_of(text, caret)?;
    let start = text[..end]
        .char_indices()
        .rev()
        .take_while(|(_, character)| character.is_alphanumeric() || matches!(character, '_' | '.'))
        .last()
        .map_or(end, |(index, _)| index);
    Some(Word { start, end, text: text[start..end].to_owned() })
}

/// Whether the caret stands in an expression of a log message, between `{` and `}`.
pub fn is_in_braces(text: &str, caret: usize) -> bool {
    let Some(end) = byte_of(text, caret) else { return false };
    let before = text[..end].replace("{{", "  ");
    match (before.rfind('{'), before.rfind('}')) {
        (Some(open), Some(close)) => open > close,
        (open, _) => open.is_some(),
    }
}

/// What completes a word: keys first, then names, those that begin with it before those that only hold it.
pub fn suggestions(word: &Word, keys: &[SeenKey], names: &[String]) -> Vec<Suggestion> {
    let typed = word.text.strip_prefix("data.").unwrap_or(&word.text).to_lowercase();
    if typed.starts_with(|first: char| first.is_ascii_digit()) {
        return Vec::new();
    }
    let from_keys = keys.iter().map(|key| Suggestion {
        label: key.path.clone(),
        insert: python_of(&key.path),
        about: match key.example.is_empty() {
            true => key.kinds.join(" or "),
            false => format!("{} · {}", key.example, key.kinds.join(" or ")),
        },
    });
    let from_names =
        names.iter().map(|name| Suggestion { label: name.clone(), insert: name.clone(), about: about(name).into() });
    let all: Vec<Suggestion> = from_keys.chain(from_names).collect();
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for suggestion in all {
        let label = suggestion.label.to_lowercase();
        if label == typed && suggestion.insert == word.text {
            continue;
        }
        if label.starts_with(&typed) {
            first.push(suggestion);
        } else if !typed.is_empty() && label.contains(&typed) {
            later.push(suggestion);
        }
    }
    first.append(&mut later);
    first.truncate(MOST);
    first
}

/// The text with the suggestion in place of the word, and where the caret stands then.
pub fn accept(text: &str, word: &Word, suggestion: &Suggestion) -> (String, usize) {
    let before = format!("{}{}", &text[..word.start], suggestion.insert);
    let caret = before.encode_utf16().count();
    (before + &text[word.end..], caret)
}

/// The expressions of a log message.
pub fn expressions_of(message: &str) -> Vec<String> {
    let plain = message.replace("{{", "").replace("}}", "");
    let parts = plain.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(expression, _)| expression.trim().to_owned()).collect()
}

fn byte_of(text: &str, caret: usize) -> Option<usize> {
    let mut units = 0;
    for (index, character) in text.char_indices() {
        if units == caret {
            return Some(index);
        }
        units += character.len_utf16();
    }
    (units == caret).then_some(text.len())
}

/// A path in Python: `customer.name`, or `data["odd key"]` where a part is no name.
fn python_of(path: &str) -> String {
    let is_name = |part: &str| {
        !part.starts_with(|first: char| first.is_ascii_digit())
            && !part.is_empty()
            && part.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    if path.split('.').all(is_name) {
        return path.to_owned();
    }
    let parts: Vec<String> = path.split('.').map(|part| format!("[{part:?}]")).collect();
    format!("data{}", parts.concat())
}

fn about(name: &str) -> &'static str {
    match name {
        "data" => "the payload",
        "slot_data" => "what the routine would get, by slot",
        "job_state" => "the job: shared data, status",
        "job_id" => "the job's id",
        "routine_id" => "the routine's id",
        "event_name" => "the event's name",
        "slot_name" => "the slot's name",
        "hit_count" => "how often it was hit",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
