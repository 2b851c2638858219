//! Which part of the canvas the screen shows: pan, zoom, and the way between the two kinds of coordinates.

use crate::flow::model::{Point, Size};

/// The smallest zoom.
pub const ZOOM_MIN: f64 = 0.05;
/// The largest zoom.
pub const ZOOM_MAX: f64 = 4.0;

/// A rectangle, in canvas units or in screen pixels, as its user says.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Rect {
    /// The rectangle between two opposite corners, given in any order.
    pub fn between(a: Point, b: Point) -> Self {
        Self { x: a.x.min(b.x), y: a.y.min(b.y), w: (a.x - b.x).abs(), h: (a.y - b.y).abs() }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// The bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The middle.
    pub fn center(&self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// Whether the point is inside or on the border.
    pub fn contains(&self, point: Point) -> bool {
        point.x >= self.x && point.x <= self.right() && point.y >= self.y && point.y <= self.bottom()
    }

    /// Whether the rectangles have a point in common.
    pub fn touches(&self, other: &Rect) -> bool {
        self.x <= other.right() && other.x <= self.right() && self.y <= other.bottom() && other.y <= self.bottom()
    }

    /// Whether the other rectangle lies wholly inside this one.
    pub fn covers(&self, other: &Rect) -> bool {
        self.x <= other.x && self.y <= other.y && self.right() >= other.right() && self.bottom() >= other.bottom()
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn joined(&self, other: &Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect { x, y, w: self.right().max(other.right()) - x, h: self.bottom().max(other.bottom()) - y }
    }

    /// The rectangle with a margin on all sides.
    #[must_use]
    pub fn grown(&self, margin: f64) -> Rect {
        Rect { x: self.x - margin, y: self.y - margin, w: self.w + 2.0 * margin, h: self.h + 2.0 * margin }
    }
}

/// Pan and zoom: `screen = canvas * zoom + (x, y)`, with the origin in the canvas element's top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Where the canvas's origin is on the screen, in pixels from the left.
    pub x: f64,
    /// Where the canvas's origin is on the screen, in pixels from the top.
    pub y: f64,
    /// Screen pixels per canvas unit.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, zoom: 1.0 }
    }
}

impl Viewport {
    /// The canvas point that the screen shows there.
    pub fn canvas_from_screen(&self, point_on_screen: Point) -> Point {
        Point { x: (point_on_screen.x - self.x) / self.zoom, y: (point_on_screen.y - self.y) / self.zoom }
    }

    /// Where the screen shows a canvas point.
    pub fn screen_from_canvas(&self, point_in_canvas: Point) -> Point {
        Point { x: point_in_canvas.x * self.zoom + self.x, y: point_in_canvas.y * self.zoom + self.y }
    }

    /// Where the screen shows a canvas rectangle.
    pub fn screen_rect(&self, rect_in_canvas: Rect) -> Rect {
        Rect {
            x: rect_in_canvas.x * self.zoom + self.x,
            y: rect_in_canvas.y * self.zoom + self.y,
            w: rect_in_canvas.w * self.zoom,
            h: rect_in_canvas.h * self.zoom,
        }
    }

    /// The part of the canvas that a screen area of this size shows.
    pub fn visible_rect(&self, size_on_screen: Size) -> Rect {
        let Point { x, y } = self.canvas_from_screen(Point::default());
        Rect { x, y, w: size_on_screen.w / self.zoom, h: size_on_screen.h / self.zoom }
    }

    /// Zoomed by a factor while the canvas point under the pointer stays under it.
    #[must_use]
    pub fn zoom_about(&self, pointer_on_screen: Point, factor: f64) -> Viewport {
        self.with_zoom_about(pointer_on_screen, self.zoom * factor)
    }

    /// With this zoom, while the canvas point under the pointer stays under it.
    #[must_use]
    pub fn with_zoom_about(&self, pointer_on_screen: Point, zoom: f64) -> Viewport {
        let zoom = if zoom.is_finite() { zoom.clamp(ZOOM_MIN, ZOOM_MAX) } else { self.zoom };
        let fixed = self.canvas_from_screen(pointer_on_screen);
        Viewport { x: pointer_on_screen.x - fixed.x * zoom, y: pointer_on_screen.y - fixed.y * zoom, zoom }
    }

    /// Moved by so many screen pixels; the content follows the pointer.
    #[must_use]
    pub fn pan(&self, dx_px: f64, dy_px: f64) -> Viewport {
        Viewport { x: self.x + dx_px, y: self.y + dy_px, zoom: self.zoom }
    }

    /// The viewport that shows the bounds centred with padding on all sides. It never zooms above 100 %.
    pub fn fit(bounds: Rect, size_on_screen: Size, padding_px: f64) -> Viewport {
        let room = |px: f64| (px - 2.0 * padding_px).max(1.0);
        let zoom = (room(size_on_screen.w) / bounds.w.max(1.0)).min(room(size_on_screen.h) / bounds.h.max(1.0));
        Self::centred(bounds.center(), size_on_screen, zoom.min(1.0))
    }

    /// The viewport with a canvas point in the middle of the screen area.
    pub fn centred(point_in_canvas: Point, size_on_screen: Size, zoom: f64) -> Viewport {
        let zoom = zoom.clamp(ZOOM_MIN, ZOOM_MAX);
        Viewport {
            x: size_on_screen.w / 2.0 - point_in_canvas.x * zoom,
            y: size_on_screen.h / 2.0 - point_in_canvas.y * zoom,
            zoom,
        }
    }

    /// Moved as little as possible so that the rectangle is on the screen, with a margin; for focus that moves.
    #[must_use]
    pub fn revealing(&self, rect_in_canvas: Rect, size_on_screen: Size, margin_px: f64) -> Viewport {
        let rect = self.screen_rect(rect_in_canvas);
        let shift = |start: f64, length: f64, room: f64| {
            if start < margin_px || length > room - 2.0 * margin_px {
                margin_px - start
            } else {
                (room - margin_px - start - length).min(0.0)
            }
        };
        self.pan(shift(rect.x, rect.w, size_on_screen.w), shift(rect.y, rect.h, size_on_screen.h))
    }

    /// The CSS transform of the layer that holds the DOM nodes (its `transform-origin` is `0 0`).
    pub fn css_transform(&self) -> String {
        format!("translate({}px,{}px) scale({})", self.x, self.y, self.zoom)
    }
}

#[cfg(test)]
mod tests;
