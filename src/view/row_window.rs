//! Which rows of a long list are on the screen, and whether it follows its end.

/// The rows of a long list that are on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RowWindow {
    /// Index of the first row.
    pub first: usize,
    /// Index after the last row.
    pub end: usize,
}

/// The rows to render when the list is scrolled so far, with some before and after that make scrolling smooth.
pub fn row_window(
    row_count: usize,
    row_height_px: f64,
    scroll_top_px: f64,
    height_px: f64,
    overscan: usize,
) -> RowWindow {
    if row_height_px <= 0.0 {
        return RowWindow { first: 0, end: row_count };
    }
    let first_seen = (scroll_top_px.max(0.0) / row_height_px) as usize;
    let seen_count = (height_px.max(0.0) / row_height_px).ceil() as usize + 1;
    let first = first_seen.saturating_sub(overscan).min(row_count);
    RowWindow { first, end: first_seen.saturating_add(seen_count + overscan).min(row_count).max(first) }
}

/// Whether a list follows its end: only while it is scrolled there.
pub fn is_at_end(scroll_top_px: f64, height_px: f64, content_height_px: f64) -> bool {
    scroll_top_px + height_px >= content_height_px - 4.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_on_the_screen_are_rendered() {
        assert_eq!(row_window(10_000, 24.0, 0.0, 240.0, 5), RowWindow { first: 0, end: 16 });
        assert_eq!(row_window(10_000, 24.0, 2400.0, 240.0, 5), RowWindow { first: 95, end: 116 });
        assert_eq!(row_window(3, 24.0, 90_000.0, 240.0, 5), RowWindow { first: 3, end: 3 });
        assert_eq!(row_window(0, 24.0, 0.0, 240.0, 5), RowWindow::default());
        assert!(is_at_end(760.0, 240.0, 1000.0) && !is_at_end(700.0, 240.0, 1000.0));
    }
}
