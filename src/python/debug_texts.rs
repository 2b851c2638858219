//! `f"{round(x)=}"` shows what the user wrote: where something in such braces is written otherwise, its own text is put
//! before them.

use ruff_python_ast::visitor::{Visitor, walk_interpolated_string_element};
use ruff_python_ast::{ConversionFlag, InterpolatedStringElement};
use ruff_text_size::Ranged;

use super::own::Edit;

/// Finds the places that show their own text and have a change in them.
pub struct DebugTexts<'a> {
    source: &'a str,
    changes: Vec<usize>,
    /// What has to be written otherwise there.
    pub edits: Vec<Edit>,
}

impl<'a> DebugTexts<'a> {
    /// Of a source with these changes.
    pub fn new(source: &'a str, changes: &[&[Edit]]) -> Self {
        let changes = changes.iter().flat_map(|edits| edits.iter().map(|edit| edit.start)).collect();
        Self { source, changes, edits: Vec::new() }
    }
}

impl<'a> Visitor<'a> for DebugTexts<'_> {
    fn visit_interpolated_string_element(&mut self, element: &'a InterpolatedStringElement) {
        if let InterpolatedStringElement::Interpolation(part) = element
            && let Some(text) = &part.debug_text
        {
            let (open, start, end) =
                (part.start().to_usize(), part.expression.start().to_usize(), part.expression.end().to_usize());
            if self.changes.iter().any(|change| (start..=end).contains(change))
                && let (Some(equals), Some(own)) = (text.trailing().rfind('='), self.source.get(open + 1..end))
            {
                let own = format!("{own}{}", text.trailing()).replace('{', "{{").replace('}', "}}");
                let is_plain = part.conversion == ConversionFlag::None && part.format_spec.is_none();
                self.edits.push(Edit::insert(open, own));
                let after = end + text.trailing().len();
                self.edits.push(Edit::replace(end + equals, after, if is_plain { "!r" } else { "" }));
            }
        }
        walk_interpolated_string_element(self, element);
    }
}
