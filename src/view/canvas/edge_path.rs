//! The shape of a wire: one cubic curve forwards, three around the routines backwards.

use std::fmt::Write as _;

use super::viewport::Rect;
use crate::flow::model::Point;

/// Distance of a wire that goes around from the boxes it goes around.
const LANE_MARGIN: f64 = 16.0;
/// Distance between wires that would lie on each other.
const LANE_SPACING: f64 = 14.0;
/// How often a wire makes way for another box.
const OBSTACLES_MAX: usize = 12;
/// How often a wire that passes boxes tries again because it crosses others.
const PASSING_TRIES: usize = 3;
/// Points of a wire at which boxes in its way are looked for.
const OBSTACLE_SAMPLES: usize = 24;
/// Distance of a wire from the boxes that it passes.
const PASSING_MARGIN: f64 = 14.0;
/// Least distance of a wire's lane from any box.
const PASSING_CLEARANCE: f64 = 6.0;
/// Room to bend before and behind the boxes that it passes.
const PASSING_BEND: f64 = 20.0;
/// How far a wire that goes around reaches out to the right and to the left at most.
const REACH_MAX: f64 = 90.0;
/// Pieces into which a curve is cut for distances.
const FLAT_PIECES: usize = 16;

/// A wire's curve: up to three cubic curves, each starting where the one before ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgePath {
    points: [Point; 10],
    curve_count: usize,
    /// Approximate length up to the end of each curve, so that tokens move evenly.
    lengths: [f64; 3],
}

/// Which of several wires between the same two routines this is, so that they are drawn side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Lane {
    /// Position among all wires from the one routine to the other.
    pub among_pair: usize,
    /// Position among the wires between the very same two ports.
    pub among_twins: usize,
}

/// On which side a wire passes boxes.
#[derive(Clone, Copy)]
enum Pass {
    Below,
    Above,
}

/// The boxes that wires go around.
pub trait Obstacles {
    /// The rectangle around all boxes that touch this one, if any do.
    fn around(&self, rect: &Rect) -> Option<Rect>;
}

/// No boxes in the way.
pub struct NoObstacles;

impl Obstacles for NoObstacles {
    fn around(&self, _rect: &Rect) -> Option<Rect> {
        None
    }
}

impl EdgePath {
    /// The wire from an event's anchor to a slot's anchor, around the two boxes if it goes backwards, and past other
    /// boxes as far as `obstacles` tells of any.
    pub fn between(from: Point, to: Point, boxes: [Rect; 2], lane: Lane, obstacles: &dyn Obstacles) -> Self {
        if to.x < from.x {
            let lane_y = backward_lane(boxes, from.x - to.x);
            let lane_y = free_lane(to.x - REACH_MAX, from.x + REACH_MAX, lane_y, Pass::Below, obstacles);
            return Self::around(from, to, lane_y + lane.among_pair as f64 * LANE_SPACING);
        }
        let direct = match lane.among_twins {
            0 => Self::forward(from, to),
            twin => Self::beside(from, to, twin),
        };
        direct.past_obstacles(lane, obstacles)
    }

    /// The wire that is being drawn from an event to the pointer, or from the pointer to a slot.
    pub fn draft(from: Point, to: Point) -> Self {
        Self::forward(from, to)
    }

    fn forward(from: Point, to: Point) -> Self {
        let reach = forward_reach(from, to);
        Self::of_curves(&[from, Point { x: from.x + reach, y: from.y }, Point { x: to.x - reach, y: to.y }, to])
    }

    /// A forward wire whose middle is moved aside: alternately below and above.
    fn beside(from: Point, to: Point, twin: usize) -> Self {
        let side = if twin % 2 == 1 { 1.0 } else { -1.0 };
        let offset = side * twin.div_ceil(2) as f64 * LANE_SPACING;
        let middle = Point { x: (from.x + to.x) / 2.0, y: (from.y + to.y) / 2.0 + offset };
        let reach = (to.x - from.x) / 4.0;
        Self::of_curves(&[
            from,
            Point { x: from.x + reach, y: from.y },
            Point { x: middle.x - reach, y: middle.y },
            middle,
            Point { x: middle.x + reach, y: middle.y },
            Point { x: to.x - reach, y: to.y },
            to,
        ])
    }

    /// The same wire, or one that passes above or below the boxes that it would cross.
    fn past_obstacles(self, lane: Lane, obstacles: &dyn Obstacles) -> Self {
        let Some(crossed) = self.crossed_boxes(obstacles) else { return self };
        let level = (self.start().y + self.end().y) / 2.0;
        let margin = PASSING_MARGIN + lane.among_twins as f64 * LANE_SPACING;
        let below = self.passing(crossed, Pass::Below, margin, obstacles);
        let above = self.passing(crossed, Pass::Above, margin, obstacles);
        match (below, above) {
            (Some((below, below_y)), Some((above, above_y))) => {
                if (below_y - level).abs() <= (above_y - level).abs() {
                    below
                } else {
                    above
                }
            }
            (Some((path, _)), None) | (None, Some((path, _))) => path,
            (None, None) => self,
        }
    }

    /// The rectangle around the boxes that the wire crosses, if any.
    fn crossed_boxes(&self, obstacles: &dyn Obstacles) -> Option<Rect> {
        let found = (1..OBSTACLE_SAMPLES).filter_map(|piece| {
            let at = self.point_at(piece as f64 / OBSTACLE_SAMPLES as f64);
            obstacles.around(&Rect { x: at.x, y: at.y, w: 0.0, h: 0.0 }.grown(2.0))
        });
        found.reduce(|all, rect| all.joined(&rect))
    }

    /// A wire with the same ends that passes the boxes on one side, and the height of its lane; none if there is no
    /// room to bend or if it would always cross something else.
    fn passing(&self, crossed: Rect, side: Pass, margin: f64, obstacles: &dyn Obstacles) -> Option<(Self, f64)> {
        let (from, to) = (self.start(), self.end());
        let mut crossed = crossed;
        for _ in 0..PASSING_TRIES {
            let (left, right) = (crossed.x - PASSING_BEND, crossed.right() + PASSING_BEND);
            if left < from.x || right > to.x {
                return None;
            }
            let lane_y = match side {
                Pass::Below => crossed.bottom() + margin,
                Pass::Above => crossed.y - margin,
            };
            let lane_y = free_lane(left, right, lane_y, side, obstacles);
            let path = Self::along_lane(from, to, left, right, lane_y);
            match path.crossed_boxes(obstacles) {
                None => return Some((path, lane_y)),
                Some(more) => crossed = crossed.joined(&more),
            }
        }
        None
    }

    /// To a lane, along it from `left` to `right`, and on.
    fn along_lane(from: Point, to: Point, left: f64, right: f64, lane_y: f64) -> Self {
        let (bend_in, bend_out, third) = ((left - from.x) / 2.0, (to.x - right) / 2.0, (right - left) / 3.0);
        let on_lane = |x: f64| Point { x, y: lane_y };
        Self::of_curves(&[
            from,
            Point { x: from.x + bend_in, y: from.y },
            on_lane(left - bend_in),
            on_lane(left),
            on_lane(left + third),
            on_lane(right - third),
            on_lane(right),
            on_lane(right + bend_out),
            Point { x: to.x - bend_out, y: to.y },
            to,
        ])
    }

    /// Out to the right, back along a lane, and in from the left.
    fn around(from: Point, to: Point, lane_y: f64) -> Self {
        let out = around_reach(from.y, lane_y);
        let back = around_reach(to.y, lane_y);
        let third = (to.x - from.x) / 3.0;
        Self::of_curves(&[
            from,
            Point { x: from.x + out, y: from.y },
            Point { x: from.x + out, y: lane_y },
            Point { x: from.x, y: lane_y },
            Point { x: from.x + third, y: lane_y },
            Point { x: to.x - third, y: lane_y },
            Point { x: to.x, y: lane_y },
            Point { x: to.x - back, y: lane_y },
            Point { x: to.x - back, y: to.y },
            to,
        ])
    }

    fn of_curves(given: &[Point]) -> Self {
        let mut points = [Point::default(); 10];
        points[..given.len()].copy_from_slice(given);
        let mut path = Self { points, curve_count: (given.len() - 1) / 3, lengths: [0.0; 3] };
        let mut length = 0.0;
        for curve in 0..path.curve_count {
            let mut last = path.point_on_curve(curve, 0.0);
            for step in 1..=8 {
                let next = path.point_on_curve(curve, f64::from(step) / 8.0);
                length += distance(last, next);
                last = next;
            }
            path.lengths[curve] = length;
        }
        path
    }

    /// The control points: the start, then two control points and an end for each curve.
    pub fn control_points(&self) -> &[Point] {
        &self.points[..=self.curve_count * 3]
    }

    /// Where the wire starts.
    pub fn start(&self) -> Point {
        self.points[0]
    }

    /// Where the wire ends.
    pub fn end(&self) -> Point {
        self.points[self.curve_count * 3]
    }

    /// The approximate length in canvas units.
    pub fn length(&self) -> f64 {
        self.lengths[self.curve_count - 1]
    }

    /// The point after a share `t` (0 to 1) of the way.
    pub fn point_at(&self, t: f64) -> Point {
        let along = t.clamp(0.0, 1.0) * self.length();
        let curve =
            (0..self.curve_count - 1).find(|&curve| along < self.lengths[curve]).unwrap_or(self.curve_count - 1);
        let before = if curve == 0 { 0.0 } else { self.lengths[curve - 1] };
        let own_length = (self.lengths[curve] - before).max(f64::EPSILON);
        self.point_on_curve(curve, ((along - before) / own_length).min(1.0))
    }

    /// Where the breakpoint's dot sits.
    pub fn midpoint(&self) -> Point {
        self.point_at(0.5)
    }

    /// How far a point is from the wire.
    pub fn distance_to(&self, point: Point) -> f64 {
        let mut nearest = f64::INFINITY;
        for curve in 0..self.curve_count {
            let mut last = self.points[curve * 3];
            for piece in 1..=FLAT_PIECES {
                let next = self.point_on_curve(curve, piece as f64 / FLAT_PIECES as f64);
                nearest = nearest.min(distance_to_line(point, last, next));
                last = next;
            }
        }
        nearest
    }

    /// Whether any part of the wire lies in the rectangle, as exactly as hits are.
    pub fn touches(&self, rect: &Rect) -> bool {
        (0..self.curve_count).any(|curve| {
            (0..=FLAT_PIECES).any(|piece| rect.contains(self.point_on_curve(curve, piece as f64 / FLAT_PIECES as f64)))
        })
    }

    /// A rectangle around the wire: that of its control points.
    pub fn bounds(&self) -> Rect {
        let mut rect = Rect { x: self.points[0].x, y: self.points[0].y, w: 0.0, h: 0.0 };
        for point in self.control_points() {
            rect = rect.joined(&Rect { x: point.x, y: point.y, w: 0.0, h: 0.0 });
        }
        rect
    }

    /// The `d` attribute of an SVG path.
    pub fn svg_path(&self) -> String {
        let round = |value: f64| (value * 10.0).round() / 10.0;
        let mut text = format!("M{} {}", round(self.points[0].x), round(self.points[0].y));
        for curve in self.control_points()[1..].chunks(3) {
            text.push('C');
            for point in curve {
                // Writing to a String cannot fail.
                write!(text, "{} {} ", round(point.x), round(point.y)).ok();
            }
            text.pop();
        }
        text
    }

    fn point_on_curve(&self, curve: usize, t: f64) -> Point {
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| self.points[curve * 3 + index]);
        let u = 1.0 - t;
        let (wa, wb, wc, wd) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
        Point { x: wa * a.x + wb * b.x + wc * c.x + wd * d.x, y: wa * a.y + wb * b.y + wc * c.y + wd * d.y }
    }
}

/// The height of the lane of a wire that goes backwards: between the boxes if there is room, else below both, and
/// the further the longer it is, so that long wires lie outside of short ones.
fn backward_lane([from_box, to_box]: [Rect; 2], span: f64) -> f64 {
    let (upper, lower) = if from_box.y <= to_box.y { (from_box, to_box) } else { (to_box, from_box) };
    if lower.y - upper.bottom() >= 2.0 * LANE_MARGIN {
        (upper.bottom() + lower.y) / 2.0
    } else {
        upper.bottom().max(lower.bottom()) + LANE_MARGIN + ((span - 300.0) * 0.04).clamp(0.0, 3.0 * LANE_MARGIN)
    }
}

/// The first height from `lane_y` on at which a level strip meets no box.
fn free_lane(left: f64, right: f64, lane_y: f64, side: Pass, obstacles: &dyn Obstacles) -> f64 {
    let mut lane_y = lane_y;
    for _ in 0..OBSTACLES_MAX {
        let strip = Rect { x: left, y: lane_y, w: right - left, h: 0.0 };
        let Some(found) = obstacles.around(&strip.grown(PASSING_CLEARANCE)) else { break };
        lane_y = match side {
            Pass::Below => found.bottom() + PASSING_MARGIN,
            Pass::Above => found.y - PASSING_MARGIN,
        };
    }
    lane_y
}

fn forward_reach(from: Point, to: Point) -> f64 {
    let ahead = (to.x - from.x).abs();
    (ahead / 2.0).max((ahead + (to.y - from.y).abs()).min(240.0) / 4.0).max(12.0)
}

fn around_reach(y: f64, lane_y: f64) -> f64 {
    ((lane_y - y).abs() * 0.4).clamp(36.0, REACH_MAX)
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn distance_to_line(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length_squared = dx * dx + dy * dy;
    if length_squared == 0.0 {
        return distance(point, a);
    }
    let t = (((point.x - a.x) * dx + (point.y - a.y) * dy) / length_squared).clamp(0.0, 1.0);
    distance(point, Point { x: a.x + t * dx, y: a.y + t * dy })
}

#[cfg(test)]
mod tests;
