//! Wires: where they go, and how far away things are from them.

use super::*;

fn boxed(x: f64, y: f64) -> Rect {
    Rect { x, y, w: 160.0, h: 100.0 }
}

fn wire(from: Rect, to: Rect, lane: Lane) -> EdgePath {
    let start = Point { x: from.right(), y: from.y + 60.0 };
    EdgePath::between(start, Point { x: to.x, y: to.y + 60.0 }, [from, to], lane, &NoObstacles)
}

/// How much of the wire lies inside a box, by samples.
fn share_inside(path: &EdgePath, rect: Rect) -> f64 {
    let inner = rect.grown(-4.0);
    (0..=200).filter(|step| inner.contains(path.point_at(f64::from(*step) / 200.0))).count() as f64 / 201.0
}

#[test]
fn a_wire_goes_from_its_event_to_its_slot() {
    for to in [boxed(400.0, 0.0), boxed(-400.0, 0.0), boxed(0.0, 300.0), boxed(170.0, 20.0)] {
        let path = wire(boxed(0.0, 0.0), to, Lane::default());
        assert_eq!((path.start(), path.end()), (Point { x: 160.0, y: 60.0 }, Point { x: to.x, y: to.y + 60.0 }));
        assert!(distance(path.point_at(0.0), path.start()) < 1e-9 && distance(path.point_at(1.0), path.end()) < 1e-9);
        assert!(path.length() >= distance(path.start(), path.end()) * 0.99);
    }
}

#[test]
fn backward_wires_and_loops_go_around_the_boxes() {
    let from = boxed(0.0, 0.0);
    for to in [boxed(0.0, 0.0), boxed(-400.0, 0.0), boxed(-400.0, 30.0), boxed(-200.0, 300.0), boxed(-100.0, -400.0)] {
        let path = wire(from, to, Lane::default());
        assert!(share_inside(&path, from) < 0.01, "through its own box to {to:?}");
        assert!(share_inside(&path, to) < 0.01, "through the box at {to:?}");
    }
}

impl Obstacles for Vec<Rect> {
    fn around(&self, rect: &Rect) -> Option<Rect> {
        self.iter().filter(|other| other.touches(rect)).copied().reduce(|all, other| all.joined(&other))
    }
}

#[test]
fn backward_wires_make_way_for_boxes_between_them() {
    let (from, to) = (boxed(800.0, 0.0), boxed(0.0, 0.0));
    let between = vec![Rect { h: 200.0, ..boxed(400.0, 0.0) }, Rect { y: 210.0, ..boxed(400.0, 210.0) }];
    let start = Point { x: from.right(), y: 60.0 };
    let path = EdgePath::between(start, Point { x: 0.0, y: 60.0 }, [from, to], Lane::default(), &between);
    assert!(between.iter().all(|rect| share_inside(&path, *rect) == 0.0));
}

#[test]
fn forward_wires_pass_boxes_between_them() {
    let (from, to) = (boxed(0.0, 0.0), boxed(900.0, 0.0));
    let (start, end) = (Point { x: 160.0, y: 60.0 }, Point { x: 900.0, y: 60.0 });
    for between in [
        vec![boxed(300.0, 20.0)],
        vec![boxed(300.0, -50.0), boxed(560.0, 20.0)],
        vec![boxed(450.0, -30.0), boxed(450.0, 90.0)],
    ] {
        let path = EdgePath::between(start, end, [from, to], Lane::default(), &between);
        assert!(between.iter().all(|rect| share_inside(&path, *rect) == 0.0), "{between:?}");
    }
    // Too near to its own boxes: rather through than with a kink.
    let narrow = vec![boxed(170.0, 20.0)];
    let path = EdgePath::between(start, end, [from, to], Lane::default(), &narrow);
    assert_eq!(path, EdgePath::draft(start, end));
}

#[test]
fn long_backward_wires_lie_outside_of_short_ones() {
    let long = wire(boxed(1200.0, 0.0), boxed(0.0, 0.0), Lane::default());
    let short = wire(boxed(1200.0, 0.0), boxed(400.0, 0.0), Lane::default());
    assert!(long.midpoint().y > short.midpoint().y + 8.0);
}

#[test]
fn wires_between_the_same_routines_have_their_own_middle() {
    for to in [boxed(400.0, 0.0), boxed(-400.0, 0.0), boxed(0.0, 0.0)] {
        let middles: Vec<Point> = (0..4)
            .map(|index| wire(boxed(0.0, 0.0), to, Lane { among_pair: index, among_twins: index }).midpoint())
            .collect();
        for (index, a) in middles.iter().enumerate() {
            assert!(middles[index + 1..].iter().all(|b| distance(*a, *b) > 6.0), "{middles:?}");
        }
    }
}

#[test]
fn tokens_move_evenly() {
    let path = wire(boxed(0.0, 0.0), boxed(-600.0, 40.0), Lane::default());
    let steps: Vec<f64> = (0..40)
        .map(|step| distance(path.point_at(f64::from(step) / 40.0), path.point_at(f64::from(step + 1) / 40.0)))
        .collect();
    let (least, most) = steps.iter().fold((f64::INFINITY, 0.0f64), |(a, b), step| (a.min(*step), b.max(*step)));
    assert!(most < 4.0 * least, "{least} to {most}");
}

#[test]
fn the_distance_to_a_wire_is_that_to_its_nearest_point() {
    let path = wire(boxed(0.0, 0.0), boxed(400.0, 200.0), Lane::default());
    assert!(path.distance_to(path.point_at(0.3)) < 1.5);
    let middle = path.midpoint();
    assert!(path.distance_to(Point { x: middle.x, y: middle.y - 300.0 }) > 100.0);
    assert!(path.bounds().contains(middle));
}

#[test]
fn svg_text_names_all_control_points() {
    let path = EdgePath::draft(Point { x: 0.0, y: 0.0 }, Point { x: 100.0, y: 0.0 });
    assert_eq!(path.svg_path(), "M0 0C50 0 50 0 100 0");
}
