//! Editing in a text area in the way code is edited. The browser's own undo goes with it.

use wasm_bindgen::JsCast;

const INDENT: &str = "    ";

/// Indents the selected lines by four spaces, or takes that back. Answers the new text.
pub fn indent(event: &web_sys::Event, takes_back: bool) -> Option<String> {
    let area = area_of(event)?;
    let text = area.value();
    let (start, end) = (position(&text, area.selection_start().ok()??), position(&text, area.selection_end().ok()??));
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    if start == end && !takes_back {
        let room = INDENT.len() - (text[first..start].chars().count() % INDENT.len());
        return replace(&area, &text, start, end, &INDENT[..room], None);
    }
    let block = &text[first..end];
    let changed: Vec<String> = block
        .split('\n')
        .map(|line| {
            if takes_back {
                line.strip_prefix(INDENT).unwrap_or_else(|| line.trim_start_matches(' ')).to_owned()
            } else if line.is_empty() {
                String::new()
            } else {
                format!("{INDENT}{line}")
            }
        })
        .collect();
    let changed = changed.join("\n");
    let after = (start != end).then_some((first, first + changed.len()));
    replace(&area, &text, first, end, &changed, after)
}

/// A new line with the indentation of this one, and one more after a colon. Answers the new text.
pub fn new_line(event: &web_sys::Event) -> Option<String> {
    let area = area_of(event)?;
    let text = area.value();
    let (start, end) = (position(&text, area.selection_start().ok()??), position(&text, area.selection_end().ok()??));
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[first..start];
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let deeper = if line.trim_end().ends_with(':') { INDENT } else { "" };
    replace(&area, &text, start, end, &format!("\n{indentation}{deeper}"), None)
}

fn replace(
    area: &web_sys::HtmlTextAreaElement,
    text: &str,
    start: usize,
    end: usize,
    new: &str,
    selected: Option<(usize, usize)>,
) -> Option<String> {
    let changed = format!("{}{new}{}", &text[..start], &text[end..]);
    area.set_value(&changed);
    let (from, to) = selected.unwrap_or((start + new.len(), start + new.len()));
    area.set_selection_range(units(&changed, from), units(&changed, to)).ok()?;
    Some(changed)
}

fn area_of(event: &web_sys::Event) -> Option<web_sys::HtmlTextAreaElement> {
    event.target()?.dyn_into().ok()
}

/// Browsers count in UTF-16 units, Rust in bytes.
fn position(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, character) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(character.len_utf16());
    }
    text.len()
}

fn units(text: &str, position: usize) -> u32 {
    u32::try_from(text.get(..position).unwrap_or(text).encode_utf16().count()).unwrap_or(u32::MAX)
}
