//! From byte offsets in a text to lines and columns, in constant time.

use super::super::problem::Place;

/// The distance of the offsets whose number of characters is known in advance, so that a document of one
/// long line needs no counting from its start for every place.
const STRIDE: usize = 256;

/// The lines of a text.
#[derive(Debug)]
pub struct Positions<'a> {
    text: &'a str,
    /// Where each line starts, in bytes.
    line_starts: Vec<usize>,
    /// How many characters are before each multiple of `STRIDE`.
    chars_before: Vec<usize>,
}

impl<'a> Positions<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect();
        let mut total = 0;
        let mut chars_before = vec![0];
        for chunk in text.as_bytes().chunks(STRIDE) {
            total += count_chars(chunk);
            chars_before.push(total);
        }
        Self { text, line_starts, chars_before }
    }

    /// The place of a byte offset; an offset past the end is the end.
    pub fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.line_starts.get(line).copied().unwrap_or(0);
        Place { line: narrow(line + 1), column: narrow(self.chars_to(offset) - self.chars_to(start) + 1) }
    }

    /// The byte offset of a line and a column counted in bytes, both from 1.
    pub fn offset(&self, line: usize, byte_column: usize) -> usize {
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        (start + byte_column.saturating_sub(1)).min(self.text.len())
    }

    fn chars_to(&self, offset: usize) -> usize {
        let chunk = offset / STRIDE;
        self.chars_before.get(chunk).copied().unwrap_or(0)
            + count_chars(self.text.as_bytes().get(chunk * STRIDE..offset).unwrap_or_default())
    }
}

fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let long = format!("ab\n{}x\r\ny", "é".repeat(1000));
        let positions = Positions::new(&long);
        let place = |offset| {
            let place = positions.place(offset);
            (place.line, place.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(3), (2, 1));
        assert_eq!(place(3 + 2000), (2, 1001));
        assert_eq!(place(long.len() - 1), (3, 1));
        assert_eq!(place(usize::MAX), (3, 2));
        assert_eq!(positions.offset(2, 3), 5);
    }
}
