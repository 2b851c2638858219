//! Deliveries that move along wires: a view of the trace with a clock of its own, which the caller tells.

use std::collections::BTreeMap;

use super::paint::{Ink, PaintCommand, PaintList};
use super::scene::{Scene, Visible};
use super::viewport::{Rect, Viewport};
use crate::debugger::pace::Pace;
use crate::flow::model::Point;
use crate::view::format;
use crate::view::jobs::{CIRCLE, COLOURS, JobMark, mark};

/// How long a token takes at normal pace, in milliseconds of the wall.
pub const FLIGHT_MS: f64 = 450.0;
/// How long it takes at most, at the slowest pace.
pub const FLIGHT_MAX_MS: f64 = 1_600.0;
/// The share of the time between two steps that a token takes at a slow pace: it arrives before the next one leaves.
const FLIGHT_SHARE: f64 = 0.8;
/// How long it takes at least.
pub const FLIGHT_MIN_MS: f64 = 120.0;
/// Up to this factor of speed a token takes [`FLIGHT_MS`].
const FULL_FLIGHT_SPEED: f64 = 2.0;
/// Most tokens in flight on the whole canvas.
pub const TOKENS_MAX: usize = 300;
/// More tokens than this on one wire merge into a stream.
const FOLLOWED_ON_WIRE: usize = 3;
/// So does a wire with more deliveries than this in a second.
const FOLLOWED_PER_SECOND: f64 = 8.0;
/// A stream with fewer deliveries than this in a second is followed token by token again.
const STREAM_LEAST_PER_SECOND: f64 = 2.0;
/// Time constant of the smoothed rate.
const RATE_WINDOW_MS: f64 = 700.0;
/// A stream or a reduced-motion count is forgotten so long after its last delivery.
const QUIET_AFTER_MS: f64 = 1_500.0;
/// A wire is active so long after a delivery.
const ACTIVE_MS: f64 = 400.0;
/// Labels of values are drawn from this zoom on.
const LABEL_ZOOM: f64 = 0.6;
/// Labels are drawn if no more tokens than this are in flight.
const LABELS_MAX: usize = 24;
const TOKEN_RADIUS_PX: f64 = 5.0;
/// A job's shape is drawn so much larger than a plain dot, for its corners to be seen.
const SHAPE_SCALE: f64 = 1.2;
const LABEL_SIZE_PX: f64 = 11.0;
/// Between a label and the routines at the ends of its wire.
const LABEL_GAP_PX: f64 = 3.0;

/// One token in flight.
#[derive(Clone, Debug, PartialEq)]
struct Token {
    edge: u32,
    started_ms: f64,
    flight_ms: f64,
    label: String,
    /// Its job's number; 0 if it does not matter or nobody knows.
    job: usize,
}

/// What is known about the deliveries of one wire.
#[derive(Clone, Debug, PartialEq, Default)]
struct Wire {
    in_flight: usize,
    per_second: f64,
    /// The moment for which the rate holds.
    rate_ms: f64,
    /// The last delivery.
    last_ms: f64,
    /// Deliveries since it was last quiet; what reduced motion shows.
    count: u64,
    is_stream: bool,
    /// Numbers of the jobs whose deliveries came last; none if they do not matter.
    jobs: Vec<usize>,
}

/// All tokens of a canvas, by numbers of connections.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    in_flight: Vec<Token>,
    wires: BTreeMap<u32, Wire>,
    flight_ms: f64,
    is_motion_reduced: bool,
    now_ms: f64,
}

impl Tokens {
    /// No tokens, normal pace.
    pub fn new() -> Self {
        Self { flight_ms: FLIGHT_MS, ..Self::default() }
    }

    /// Sets the pace of the run as its speed factor; infinity for as fast as possible.
    pub fn set_speed(&mut self, factor: f64) {
        let shorter = FLIGHT_MS * FULL_FLIGHT_SPEED / factor.max(FULL_FLIGHT_SPEED);
        let at_slow_pace = (Pace::Factor(factor).step_ms() * FLIGHT_SHARE).min(FLIGHT_MAX_MS);
        self.flight_ms = shorter.max(at_slow_pace).max(FLIGHT_MIN_MS);
    }

    /// Shows counts in place of movement.
    pub fn set_reduced_motion(&mut self, is_reduced: bool) {
        self.is_motion_reduced = is_reduced;
        if is_reduced {
            self.in_flight.clear();
            self.wires.values_mut().for_each(|wire| wire.in_flight = 0);
        }
    }

    /// Forgets all tokens: a step back, a new run, new numbers in the scene.
    pub fn clear(&mut self) {
        self.in_flight.clear();
        self.wires.clear();
    }

    /// Takes `count` deliveries of a connection that came at once. The label is the short text of the last payload; `jobs`
    /// are the numbers of the jobs of the newest of them, oldest first, if several jobs are shown.
    pub fn push(&mut self, edge: u32, count: u32, label: &str, jobs: &[usize], now_ms: f64) {
        if count == 0 {
            return;
        }
        let wire = self.wires.entry(edge).or_insert_with(|| Wire { rate_ms: now_ms, ..Wire::default() });
        wire.count += u64::from(count);
        wire.decay(now_ms);
        wire.per_second += f64::from(count) * 1_000.0 / RATE_WINDOW_MS;
        wire.last_ms = now_ms;
        wire.jobs.extend_from_slice(&jobs[jobs.len().saturating_sub(FOLLOWED_ON_WIRE)..]);
        wire.jobs.drain(..wire.jobs.len().saturating_sub(FOLLOWED_ON_WIRE));
        let room_on_wire = FOLLOWED_ON_WIRE.saturating_sub(wire.in_flight);
        // One delivery alone counts as more than one a second at first: a wire is a stream only if several came.
        let too_fast = wire.per_second > FOLLOWED_PER_SECOND && wire.count > FOLLOWED_ON_WIRE as u64;
        wire.is_stream |= too_fast || count as usize > room_on_wire;
        if self.is_motion_reduced || wire.is_stream || self.in_flight.len() + count as usize > TOKENS_MAX {
            return;
        }
        wire.in_flight += count as usize;
        for index in 0..count {
            let started_ms = now_ms + f64::from(index) * self.flight_ms * 0.2;
            let label = if index + 1 == count { label.to_string() } else { String::new() };
            let job = (jobs.len() + index as usize).checked_sub(count as usize).and_then(|at| jobs.get(at));
            let job = job.copied().unwrap_or_default();
            self.in_flight.push(Token { edge, started_ms, flight_ms: self.flight_ms, label, job });
        }
    }

    /// Goes on to this moment: tokens that arrived and wires that fell quiet are forgotten.
    pub fn advance(&mut self, now_ms: f64) {
        self.now_ms = now_ms;
        let wires = &mut self.wires;
        self.in_flight.retain(|token| {
            let is_flying = now_ms < token.started_ms + token.flight_ms;
            if !is_flying && let Some(wire) = wires.get_mut(&token.edge) {
                wire.in_flight = wire.in_flight.saturating_sub(1);
            }
            is_flying
        });
        wires.retain(|_, wire| {
            wire.decay(now_ms);
            // Otherwise a wire would hide its values for ever after one burst.
            wire.is_stream &= wire.per_second >= STREAM_LEAST_PER_SECOND;
            wire.in_flight > 0 || now_ms - wire.last_ms < QUIET_AFTER_MS
        });
    }

    /// Whether nothing moves or fades any more, so that the frame loop can stop.
    pub fn is_idle(&self) -> bool {
        self.in_flight.is_empty() && self.wires.is_empty()
    }

    /// How many tokens are in flight.
    pub fn in_flight_count(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether something came over a wire just now, for its ink.
    pub fn is_active(&self, edge: u32) -> bool {
        self.wires.get(&edge).is_some_and(|wire| wire.in_flight > 0 || self.now_ms - wire.last_ms < ACTIVE_MS)
    }

    /// The text in the middle of a wire that is a stream or, with reduced motion, that had deliveries.
    pub fn wire_label(&self, edge: u32) -> Option<String> {
        let wire = self.wires.get(&edge)?;
        if self.is_motion_reduced {
            return Some(format::count_text(wire.count));
        }
        wire.is_stream.then(|| format::rate_text(wire.per_second))
    }

    /// Paints tokens, streams and labels in view.
    pub fn paint(&self, list: &mut PaintList, scene: &Scene, visible: &Visible, viewport: &Viewport) {
        let is_seen = |edge: u32| visible.edges.binary_search(&edge).is_ok();
        self.paint_dots(list, scene, viewport, &is_seen);
        self.paint_labels(list, scene, visible, viewport, &is_seen);
    }

    fn paint_dots(&self, list: &mut PaintList, scene: &Scene, viewport: &Viewport, is_seen: &dyn Fn(u32) -> bool) {
        let radius_px = (TOKEN_RADIUS_PX * viewport.zoom.sqrt()).clamp(2.0, TOKEN_RADIUS_PX * 1.5);
        let mut dots: Vec<Dot> = Vec::new();
        for token in self.in_flight.iter().filter(|token| is_seen(token.edge)) {
            if let Some(at) = self.place_of(token, scene) {
                dots.push(Dot { at: viewport.screen_from_canvas(at), radius_px, job: token.job });
            }
        }
        if !self.is_motion_reduced {
            self.add_streams(&mut dots, scene, viewport, is_seen, radius_px);
        }
        paint_plain(list, &dots);
        paint_marked(list, &dots);
    }

    /// A stream is a few dots at even distances that move as one.
    fn add_streams(
        &self,
        dots: &mut Vec<Dot>,
        scene: &Scene,
        viewport: &Viewport,
        is_seen: &dyn Fn(u32) -> bool,
        radius_px: f64,
    ) {
        let turns = self.now_ms / self.flight_ms;
        // How far the dots are between two of their places, and how many have set out before the newest.
        let (phase, turn) = (turns.fract(), turns as usize);
        for (&edge, wire) in self.wires.iter().filter(|(edge, wire)| wire.is_stream && is_seen(**edge)) {
            let Some(shape) = scene.edges.get(edge as usize) else { continue };
            for dot in 0..FOLLOWED_ON_WIRE {
                let at = shape.path.point_at((dot as f64 + phase) / FOLLOWED_ON_WIRE as f64);
                // A dot keeps its job on its whole way.
                let job = match wire.jobs.len() {
                    0 => 0,
                    count => wire.jobs[(turn + FOLLOWED_ON_WIRE * count - dot) % count],
                };
                dots.push(Dot { at: viewport.screen_from_canvas(at), radius_px: radius_px * 0.8, job });
            }
        }
    }

    fn paint_labels(
        &self,
        list: &mut PaintList,
        scene: &Scene,
        visible: &Visible,
        viewport: &Viewport,
        is_seen: &dyn Fn(u32) -> bool,
    ) {
        let on_screen = |point: Point| viewport.screen_from_canvas(point);
        let mut labels = Labels::default();
        for &edge in self.wires.keys().filter(|&&edge| is_seen(edge)) {
            if let (Some(text), Some(shape)) = (self.wire_label(edge), scene.edges.get(edge as usize)) {
                let at = viewport.screen_from_canvas(shape.path.midpoint());
                labels.add(at.x, at.y - 18.0, text);
            }
        }
        if viewport.zoom >= LABEL_ZOOM && self.in_flight.len() <= LABELS_MAX {
            let nodes = visible.nodes.iter().filter_map(|&node| scene.nodes.get(node as usize));
            let boxes: Vec<Rect> = nodes.map(|node| viewport.screen_rect(node.rect)).collect();
            for token in self.in_flight.iter().filter(|token| !token.label.is_empty() && is_seen(token.edge)) {
                if let (Some(at), Some(shape)) = (self.place_of(token, scene), scene.edges.get(token.edge as usize)) {
                    let [at, start, end] = [at, shape.path.start(), shape.path.end()].map(on_screen);
                    labels.add_between(&boxes, at.x, at.y - 16.0, (start.x, end.x), token.label.clone());
                }
            }
        }
        if labels.placed.is_empty() {
            return;
        }
        list.push(PaintCommand::Begin(Ink::TokenLabelBox));
        for (rect, _) in &labels.placed {
            list.push(PaintCommand::RoundBox(*rect, 4.0));
        }
        list.push(PaintCommand::Fill);
        list.push(PaintCommand::Begin(Ink::TokenLabel));
        for (rect, text) in &labels.placed {
            list.push_text(text, rect.x + rect.w / 2.0, rect.y + rect.h / 2.0, LABEL_SIZE_PX, true);
        }
    }

    fn place_of(&self, token: &Token, scene: &Scene) -> Option<Point> {
        let share = (self.now_ms - token.started_ms) / token.flight_ms;
        // A token that starts a little later than its siblings is not to be seen yet.
        (share >= 0.0).then(|| scene.edges.get(token.edge as usize))?.map(|edge| edge.path.point_at(eased(share)))
    }
}

/// A token on the screen.
struct Dot {
    at: Point,
    radius_px: f64,
    /// Its job's number, or 0.
    job: usize,
}

fn paint_plain(list: &mut PaintList, dots: &[Dot]) {
    let begun_at = list.commands.len();
    list.push(PaintCommand::Begin(Ink::Token));
    for dot in dots.iter().filter(|dot| dot.job == 0) {
        list.push(PaintCommand::Dot(dot.at.x, dot.at.y, dot.radius_px));
    }
    list.end_path(begun_at, PaintCommand::Fill);
}

/// Tokens with the colour and the shape of their jobs, colour by colour.
fn paint_marked(list: &mut PaintList, dots: &[Dot]) {
    let marked: Vec<(JobMark, &Dot)> = dots.iter().filter(|dot| dot.job > 0).map(|dot| (mark(dot.job), dot)).collect();
    if marked.is_empty() {
        return;
    }
    for colour in 0..COLOURS {
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(Ink::TokenOf(colour)));
        for (mark, dot) in marked.iter().filter(|(mark, _)| mark.colour == colour) {
            let scale = dot.radius_px * SHAPE_SCALE / CIRCLE;
            let corners = mark.shape.corners();
            if corners.is_empty() {
                list.push(PaintCommand::Dot(dot.at.x, dot.at.y, dot.radius_px * SHAPE_SCALE));
            }
            for (index, (x, y)) in corners.iter().enumerate() {
                let (x, y) = (dot.at.x + x * scale, dot.at.y + y * scale);
                list.push(if index == 0 { PaintCommand::MoveTo(x, y) } else { PaintCommand::LineTo(x, y) });
            }
        }
        list.end_path(begun_at, PaintCommand::Fill);
    }
}

/// The place of a label around a point of the screen.
fn label_around(x: f64, y: f64, text: &str) -> Rect {
    let w = text.chars().count() as f64 * LABEL_SIZE_PX * 0.6 + 10.0;
    Rect { x: x - w / 2.0, y: y - 8.0, w, h: 16.0 }
}

/// Labels that have found room: none lies over another, and whoever comes first has it.
#[derive(Default)]
struct Labels {
    placed: Vec<(Rect, String)>,
}

impl Labels {
    /// Adds a label around a point of the screen, if there is room.
    fn add(&mut self, x: f64, y: f64, text: String) {
        self.place(label_around(x, y, &text), text);
    }

    /// Adds the label of a token whose wire goes from left to right between these two: beside the routines' boxes, which
    /// would hide a part of it, or not at all.
    fn add_between(&mut self, boxes: &[Rect], x: f64, y: f64, (start, end): (f64, f64), text: String) {
        let mut rect = label_around(x, y, &text);
        let (first, last) = (start + LABEL_GAP_PX, end - LABEL_GAP_PX - rect.w);
        // On a wire that is shorter than its label it stays where the token is.
        if first <= last {
            rect.x = rect.x.clamp(first, last);
        }
        if !boxes.iter().any(|other| other.touches(&rect)) {
            self.place(rect, text);
        }
    }

    fn place(&mut self, rect: Rect, text: String) {
        if !self.placed.iter().any(|(other, _)| other.touches(&rect)) {
            self.placed.push((rect, text));
        }
    }
}

impl Wire {
    /// The rate is a sum of exponentials: each delivery adds to it and is forgotten gradually.
    fn decay(&mut self, now_ms: f64) {
        let elapsed_ms = (now_ms - self.rate_ms).max(0.0);
        self.per_second *= (-elapsed_ms / RATE_WINDOW_MS).exp();
        self.rate_ms = now_ms;
    }
}

/// Starts and ends gently.
fn eased(share: f64) -> f64 {
    let t = share.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests;
