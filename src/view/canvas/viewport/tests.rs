//! Coordinates, zoom and fit.

use super::*;

const SCREEN: Size = Size { w: 1000.0, h: 600.0 };

fn near(a: Point, b: Point) -> bool {
    (a.x - b.x).abs() < 1e-6 && (a.y - b.y).abs() < 1e-6
}

#[test]
fn screen_and_canvas_are_each_others_inverse() {
    let viewport = Viewport { x: 31.0, y: -7.5, zoom: 0.3 };
    let point = Point { x: 123.0, y: -456.0 };
    assert!(near(viewport.canvas_from_screen(viewport.screen_from_canvas(point)), point));
}

#[test]
fn zooming_keeps_the_point_under_the_pointer() {
    let viewport = Viewport { x: 10.0, y: 20.0, zoom: 1.0 };
    let pointer = Point { x: 400.0, y: 300.0 };
    for factor in [0.01, 0.5, 1.7, 100.0] {
        let zoomed = viewport.zoom_about(pointer, factor);
        assert!(near(zoomed.canvas_from_screen(pointer), viewport.canvas_from_screen(pointer)));
        assert!((ZOOM_MIN..=ZOOM_MAX).contains(&zoomed.zoom));
    }
    assert_eq!(viewport.zoom_about(pointer, f64::NAN).zoom, 1.0);
}

#[test]
fn fit_shows_the_bounds_with_padding_and_never_enlarges() {
    let bounds = Rect { x: -500.0, y: 100.0, w: 4000.0, h: 300.0 };
    let viewport = Viewport::fit(bounds, SCREEN, 40.0);
    let shown = viewport.screen_rect(bounds);
    assert!(shown.x >= 39.9 && shown.right() <= 960.1 && shown.y >= 39.9 && shown.bottom() <= 560.1);
    assert_eq!(Viewport::fit(Rect { x: 0.0, y: 0.0, w: 10.0, h: 10.0 }, SCREEN, 40.0).zoom, 1.0);
    assert!(Viewport::fit(Rect::default(), Size::default(), 40.0).zoom.is_finite());
}

#[test]
fn revealing_moves_only_as_far_as_needed() {
    let viewport = Viewport::default();
    let inside = Rect { x: 100.0, y: 100.0, w: 160.0, h: 80.0 };
    assert_eq!(viewport.revealing(inside, SCREEN, 40.0), viewport);
    let right = Rect { x: 950.0, y: 100.0, w: 160.0, h: 80.0 };
    let moved = viewport.revealing(right, SCREEN, 40.0);
    assert_eq!((moved.x, moved.y), (-150.0, 0.0));
    let above = Rect { x: 100.0, y: -300.0, w: 160.0, h: 80.0 };
    assert_eq!(viewport.revealing(above, SCREEN, 40.0).y, 340.0);
}

#[test]
fn rectangles_touch_at_their_borders() {
    let a = Rect { x: 0.0, y: 0.0, w: 10.0, h: 10.0 };
    assert!(a.touches(&Rect { x: 10.0, y: 10.0, w: 5.0, h: 5.0 }));
    assert!(!a.touches(&Rect { x: 10.1, y: 0.0, w: 5.0, h: 5.0 }));
    assert_eq!(
        Rect::between(Point { x: 5.0, y: -1.0 }, Point { x: 1.0, y: 2.0 }),
        Rect { x: 1.0, y: -1.0, w: 4.0, h: 3.0 }
    );
}
