//! A spatial index: which things may touch a rectangle, without looking at all of them.

use std::collections::BTreeMap;

use super::viewport::Rect;

const CELL: f64 = 1024.0;
/// A thing over more cells than this is kept in a list of its own that every query looks through.
const CELLS_MAX: i64 = 24;

/// A uniform grid of cells, each with the numbers of the things that touch it.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    cells: BTreeMap<(i32, i32), Vec<u32>>,
    large: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq)]
struct Cells {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Cells {
    fn of(rect: &Rect) -> Self {
        // The conversion saturates, so absurd coordinates end in the outermost cells.
        let cell = |value: f64| (value / CELL).floor() as i32;
        Self { left: cell(rect.x), top: cell(rect.y), right: cell(rect.right()), bottom: cell(rect.bottom()) }
    }

    fn count(&self) -> i64 {
        (i64::from(self.right) - i64::from(self.left) + 1) * (i64::from(self.bottom) - i64::from(self.top) + 1)
    }
}

impl Grid {
    /// Adds a thing.
    pub fn insert(&mut self, number: u32, rect: &Rect) {
        let cells = Cells::of(rect);
        if cells.count() > CELLS_MAX {
            self.large.push(number);
            return;
        }
        for y in cells.top..=cells.bottom {
            for x in cells.left..=cells.right {
                self.cells.entry((y, x)).or_default().push(number);
            }
        }
    }

    /// Takes a thing out; the rectangle is the one it was added with.
    pub fn remove(&mut self, number: u32, rect: &Rect) {
        let cells = Cells::of(rect);
        if cells.count() > CELLS_MAX {
            self.large.retain(|&other| other != number);
            return;
        }
        for y in cells.top..=cells.bottom {
            for x in cells.left..=cells.right {
                if let Some(cell) = self.cells.get_mut(&(y, x)) {
                    cell.retain(|&other| other != number);
                    if cell.is_empty() {
                        self.cells.remove(&(y, x));
                    }
                }
            }
        }
    }

    /// Tells each thing that may touch the rectangle once, in no useful order. `rect_of` tells a thing's rectangle.
    pub fn each_near(&self, rect: &Rect, rect_of: impl Fn(u32) -> Rect, mut found: impl FnMut(u32)) {
        let asked = Cells::of(rect);
        self.large.iter().filter(|&&number| rect_of(number).touches(rect)).for_each(|&number| found(number));
        let mut look_into = |y: i32, x: i32, cell: &[u32]| {
            for &number in cell {
                let its_rect = rect_of(number);
                let own = Cells::of(&its_rect);
                // A thing lies in several cells: only the first one that the query sees tells it.
                let is_first = own.left.max(asked.left) == x && own.top.max(asked.top) == y;
                if is_first && its_rect.touches(rect) {
                    found(number);
                }
            }
        };
        if asked.count() > self.cells.len() as i64 {
            let inside =
                |y: i32, x: i32| (asked.top..=asked.bottom).contains(&y) && (asked.left..=asked.right).contains(&x);
            self.cells.iter().filter(|((y, x), _)| inside(*y, *x)).for_each(|((y, x), cell)| look_into(*y, *x, cell));
            return;
        }
        for row in asked.top..=asked.bottom {
            for ((y, x), cell) in self.cells.range((row, asked.left)..=(row, asked.right)) {
                look_into(*y, *x, cell);
            }
        }
    }
}
