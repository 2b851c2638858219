//! Comma separated values as items: the first line names the keys.

use std::sync::Arc;

use crate::flow::document;
use crate::flow::value::Value;

/// The rows of a CSV text as maps. Cells that look like numbers are numbers; quoted ones stay texts.
///
/// # Errors
/// A quote that nobody closes, or a row that is longer than the first line.
pub fn items(text: &str, separator: char) -> Result<Vec<Value>, String> {
    let mut rows = rows(text, separator)?.into_iter();
    let Some((_, header)) = rows.next() else { return Ok(Vec::new()) };
    let names: Vec<Arc<str>> = header.iter().map(|cell| cell.text.trim().into()).collect();
    rows.map(|(line, cells)| {
        if cells.len() > names.len() {
            return Err(format!("line {line} has {} cells; the first line names {}", cells.len(), names.len()));
        }
        let values = cells.iter().map(Cell::value).chain(std::iter::repeat(Value::Null));
        Ok(Value::map(names.iter().cloned().zip(values)))
    })
    .collect()
}

#[derive(Default)]
struct Cell {
    text: String,
    quoted: bool,
}

impl Cell {
    fn value(&self) -> Value {
        let text = self.text.trim();
        let starts_as_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        match document::parse_value(text) {
            Ok(number) if starts_as_number && !self.quoted => number,
            _ if self.quoted => Value::from(self.text.as_str()),
            _ => Value::from(text),
        }
    }
}

/// The rows with their line numbers. Empty lines are no rows.
fn rows(text: &str, separator: char) -> Result<Vec<(usize, Vec<Cell>)>, String> {
    let mut rows = Vec::new();
    let mut row = vec![Cell::default()];
    let (mut line, mut first_line, mut open) = (1, 1, false);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let Some(cell) = row.last_mut() else { break };
        match character {
            '"' if open && rest.peek() == Some(&'"') => {
                rest.next();
                cell.text.push('"');
            }
            '"' if open => open = false,
            '"' if cell.text.trim().is_empty() && !cell.quoted => {
                *cell = Cell { text: String::new(), quoted: true };
                open = true;
            }
            '\n' if !open => {
                line += 1;
                finish(&mut rows, &mut row, first_line);
                first_line = line;
            }
            '\r' if !open => {}
            other if other == separator && !open => row.push(Cell::default()),
            other => {
                line += usize::from(other == '\n');
                cell.text.push(other);
            }
        }
    }
    if open {
        return Err(format!("a quote in line {first_line} is never closed"));
    }
    finish(&mut rows, &mut row, first_line);
    Ok(rows)
}

fn finish(rows: &mut Vec<(usize, Vec<Cell>)>, row: &mut Vec<Cell>, line: usize) {
    let cells = std::mem::replace(row, vec![Cell::default()]);
    let is_empty = cells.len() == 1 && cells.iter().all(|cell| cell.text.trim().is_empty() && !cell.quoted);
    if !is_empty {
        rows.push((line, cells));
    }
}
