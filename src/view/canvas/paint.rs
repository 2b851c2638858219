//! What to paint on the 2D canvas, as plain commands in screen pixels, grouped so that styles change rarely.
//!
//! The painter in `browser` maps each [`Ink`] to colours of the theme, and knows nothing about flows.

use super::edge_path::EdgePath;
use super::scene::{Lod, Scene, Visible};
use super::viewport::{Rect, Viewport};
use crate::flow::model::Point;
use crate::view::run_view::Status;

/// Below this zoom wires are straight and thin.
pub const STRAIGHT_WIRE_ZOOM: f64 = 0.12;
/// Below this zoom breakpoint dots are not drawn, but for hits.
pub const DOT_ZOOM: f64 = 0.25;

/// A style: the painter knows its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ink {
    /// Dots of the grid.
    Grid,
    /// A wire at rest.
    Wire,
    /// A wire out of the way of what goes on: an illegal target while connecting, a node outside the filter.
    WireFaded,
    /// A wire over which something came recently.
    WireActive,
    /// A wire by which what led to the selected record came.
    WireCause,
    /// A wire by which what the selected record led to went.
    WireEffect,
    /// The wire under the pointer or the one that a list row points at.
    WireHovered,
    /// A selected wire.
    WireSelected,
    /// The wire at which the run is held.
    WireHit,
    /// A wire whose slot or event is missing.
    WireInvalid,
    /// The wire that is being drawn.
    WireDraft,
    /// An enabled breakpoint: a filled dot.
    BreakpointEnabled,
    /// A disabled breakpoint: a hollow dot.
    BreakpointDisabled,
    /// The breakpoint at which the run is held: a larger dot in a ring.
    BreakpointHit,
    /// A breakpoint that cannot work: a cross.
    BreakpointInvalid,
    /// A logpoint: a diamond.
    BreakpointLog,
    /// A monitor: a bar.
    BreakpointMonitor,
    /// The place for a breakpoint on a hovered wire.
    BreakpointHint,
    /// A routine's box.
    Node(Status),
    /// The border of a routine's box.
    NodeBorder,
    /// The border of a selected routine.
    NodeSelected,
    /// The border of the routine at which the run is held.
    NodeHit,
    /// The name of a routine.
    NodeTitle,
    /// The status's glyph in front of the name.
    NodeStatus(Status),
    /// A token on a wire.
    Token,
    /// A token of a job that has this colour, if several jobs are shown.
    TokenOf(usize),
    /// The background of a token's label.
    TokenLabelBox,
    /// A token's label.
    TokenLabel,
    /// The selection box's border.
    SelectionBorder,
    /// The selection box's inside.
    SelectionFill,
    /// The part of the flow that is on the screen, in the minimap.
    MinimapFrame,
}

/// One thing to do with the 2D context. Lengths are CSS pixels of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PaintCommand {
    /// Starts a path in this style.
    Begin(Ink),
    /// Moves the pen.
    MoveTo(f64, f64),
    /// A line to a point.
    LineTo(f64, f64),
    /// A cubic curve: two control points and an end.
    CurveTo([f64; 6]),
    /// A rectangle.
    Box(Rect),
    /// A rectangle with rounded corners.
    RoundBox(Rect, f64),
    /// A circle, by centre and radius.
    Dot(f64, f64, f64),
    /// Draws the path's line with this width.
    Stroke(f64),
    /// Draws the path's line with this width, dashed.
    StrokeDashed(f64),
    /// Fills the path.
    Fill,
    /// Text in the ink of the last `Begin`; see [`PaintList::text_of`].
    Text(PaintText),
}

/// Text to paint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaintText {
    /// Left end, or the middle if `is_centred`.
    pub x: f64,
    /// The vertical middle of the line.
    pub y: f64,
    /// Font size.
    pub size_px: f64,
    /// Whether `x` is the middle.
    pub is_centred: bool,
    start: usize,
    end: usize,
}

/// A list of commands that is filled anew for each frame and keeps its memory.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PaintList {
    /// The commands in painting order.
    pub commands: Vec<PaintCommand>,
    text: String,
}

impl PaintList {
    /// Empties the list for the next frame.
    pub fn clear(&mut self) {
        self.commands.clear();
        self.text.clear();
    }

    /// The characters of a text command of this list.
    pub fn text_of(&self, text: &PaintText) -> &str {
        self.text.get(text.start..text.end).unwrap_or_default()
    }

    pub(super) fn push(&mut self, command: PaintCommand) {
        self.commands.push(command);
    }

    pub(super) fn push_text(&mut self, text: &str, x: f64, y: f64, size_px: f64, is_centred: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        self.push(PaintCommand::Text(PaintText { x, y, size_px, is_centred, start, end: self.text.len() }));
    }

    /// Ends a path that was begun at this length of the list, or takes it back if it stayed empty.
    pub(super) fn end_path(&mut self, begun_at: usize, end: PaintCommand) {
        if self.commands.len() == begun_at + 1 {
            self.commands.truncate(begun_at);
        } else {
            self.push(end);
        }
    }

    /// Adds a wire to the path that was begun.
    pub(super) fn add_path(&mut self, path: &EdgePath, viewport: &Viewport) {
        let points = path.control_points();
        let on_screen = |point: Point| viewport.screen_from_canvas(point);
        let start = on_screen(points[0]);
        self.push(PaintCommand::MoveTo(start.x, start.y));
        for curve in points[1..].chunks_exact(3) {
            let [a, b, c] = [on_screen(curve[0]), on_screen(curve[1]), on_screen(curve[2])];
            self.push(PaintCommand::CurveTo([a.x, a.y, b.x, b.y, c.x, c.y]));
        }
    }

    /// Adds a straight wire to the path that was begun, unless nobody could see it.
    pub(super) fn add_line(&mut self, path: &EdgePath, viewport: &Viewport) {
        let (start, end) = (viewport.screen_from_canvas(path.start()), viewport.screen_from_canvas(path.end()));
        if (start.x - end.x).abs() + (start.y - end.y).abs() < 2.0 {
            return;
        }
        self.push(PaintCommand::MoveTo(start.x, start.y));
        self.push(PaintCommand::LineTo(end.x, end.y));
    }
}

/// How a wire stands out; the later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Emphasis {
    /// It does not.
    #[default]
    None,
    /// It steps back.
    Faded,
    /// Something came over it recently.
    Active,
    /// What led to the selected record came by it.
    Cause,
    /// What the selected record led to went by it.
    Effect,
    /// The pointer or a list row points at it.
    Hovered,
    /// It is selected.
    Selected,
    /// The run is held at it.
    Hit,
}

/// How a breakpoint looks, for `data-breakpoint` and its dot. Each differs in shape too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum BreakpointLook {
    /// There is none.
    #[default]
    None,
    /// It stops.
    Enabled,
    /// It is switched off.
    Disabled,
    /// The run is held at it.
    Hit,
    /// It cannot work.
    Invalid,
    /// It logs.
    Log,
    /// It shows what comes by.
    Monitor,
}

impl BreakpointLook {
    /// The value of `data-breakpoint`.
    pub fn name(self) -> &'static str {
        match self {
            BreakpointLook::None => "none",
            BreakpointLook::Enabled => "enabled",
            BreakpointLook::Disabled => "disabled",
            BreakpointLook::Hit => "hit",
            BreakpointLook::Invalid => "invalid",
            BreakpointLook::Log => "log",
            BreakpointLook::Monitor => "monitor",
        }
    }

    /// In words for screen readers; empty if there is none.
    pub fn text(self) -> &'static str {
        match self {
            BreakpointLook::None => "",
            BreakpointLook::Enabled => "breakpoint",
            BreakpointLook::Disabled => "disabled breakpoint",
            BreakpointLook::Hit => "breakpoint, the run is held at it",
            BreakpointLook::Invalid => "breakpoint that cannot work",
            BreakpointLook::Log => "logpoint",
            BreakpointLook::Monitor => "monitor",
        }
    }
}

/// How one wire looks now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct EdgeLook {
    /// How it stands out.
    pub emphasis: Emphasis,
    /// Its breakpoint.
    pub breakpoint: BreakpointLook,
}

/// How one routine looks now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct NodeLook {
    /// Its status.
    pub status: Status,
    /// How it stands out.
    pub emphasis: Emphasis,
    /// Its breakpoint: one on the routine itself.
    pub breakpoint: BreakpointLook,
}

/// How everything looks, by the numbers of the scene. Kept by the caller and changed in place.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Looks {
    /// One for each routine.
    pub nodes: Vec<NodeLook>,
    /// One for each connection.
    pub edges: Vec<EdgeLook>,
}

impl Looks {
    /// Plain looks for all of a scene: where a caller starts after [`super::scene::SceneChange::Everything`].
    pub fn plain(scene: &Scene) -> Self {
        Self {
            nodes: vec![NodeLook::default(); scene.nodes.len()],
            edges: vec![EdgeLook::default(); scene.edges.len()],
        }
    }

    pub(super) fn edge(&self, number: u32) -> EdgeLook {
        self.edges.get(number as usize).copied().unwrap_or_default()
    }

    pub(super) fn node(&self, number: u32) -> NodeLook {
        self.nodes.get(number as usize).copied().unwrap_or_default()
    }
}

/// The inks of wires in painting order, with their widths in pixels.
const WIRE_INKS: [(Ink, f64); 9] = [
    (Ink::WireFaded, 1.5),
    (Ink::Wire, 2.0),
    (Ink::WireInvalid, 2.0),
    (Ink::WireActive, 2.0),
    (Ink::WireCause, 3.0),
    (Ink::WireEffect, 3.0),
    (Ink::WireHovered, 3.0),
    (Ink::WireSelected, 3.0),
    (Ink::WireHit, 4.0),
];

/// Paints the wires in view and, where they are no elements, the breakpoint dots on them.
pub fn paint_wires(list: &mut PaintList, scene: &Scene, visible: &Visible, looks: &Looks, viewport: &Viewport) {
    let is_straight = viewport.zoom < STRAIGHT_WIRE_ZOOM;
    for (ink, width_px) in WIRE_INKS {
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(ink));
        for &number in &visible.edges {
            let edge = &scene.edges[number as usize];
            if ink_of_wire(looks.edge(number).emphasis, edge.is_valid()) != ink {
                continue;
            }
            if is_straight {
                list.add_line(&edge.path, viewport);
            } else {
                list.add_path(&edge.path, viewport);
            }
        }
        let is_quiet = matches!(ink, Ink::Wire | Ink::WireFaded);
        let width_px =
            if is_straight && is_quiet { 1.0 } else { (width_px * viewport.zoom.sqrt()).clamp(1.0, width_px * 1.5) };
        let is_dashed = matches!(ink, Ink::WireInvalid | Ink::WireCause);
        list.end_path(
            begun_at,
            if is_dashed { PaintCommand::StrokeDashed(width_px) } else { PaintCommand::Stroke(width_px) },
        );
    }
    if visible.lod == Lod::Far {
        paint_breakpoints(list, scene, visible, looks, viewport);
    }
}

fn ink_of_wire(emphasis: Emphasis, is_valid: bool) -> Ink {
    match emphasis {
        Emphasis::None if !is_valid => Ink::WireInvalid,
        Emphasis::None => Ink::Wire,
        Emphasis::Faded => Ink::WireFaded,
        Emphasis::Active => Ink::WireActive,
        Emphasis::Cause => Ink::WireCause,
        Emphasis::Effect => Ink::WireEffect,
        Emphasis::Hovered => Ink::WireHovered,
        Emphasis::Selected => Ink::WireSelected,
        Emphasis::Hit => Ink::WireHit,
    }
}

fn paint_breakpoints(list: &mut PaintList, scene: &Scene, visible: &Visible, looks: &Looks, viewport: &Viewport) {
    use BreakpointLook as Look;
    for look in [Look::None, Look::Disabled, Look::Monitor, Look::Enabled, Look::Log, Look::Invalid, Look::Hit] {
        if viewport.zoom < DOT_ZOOM && look != Look::Hit {
            continue;
        }
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(ink_of_breakpoint(look)));
        for &number in &visible.edges {
            let edge_look = looks.edge(number);
            // The place for a breakpoint shows only on the wire that is pointed at.
            let is_hint = edge_look.emphasis == Emphasis::Hovered || edge_look.emphasis == Emphasis::Selected;
            if edge_look.breakpoint == look && (look != Look::None || is_hint) {
                let middle = viewport.screen_from_canvas(scene.edges[number as usize].path.midpoint());
                add_breakpoint_shape(list, look, middle);
            }
        }
        let is_filled = matches!(look, Look::Enabled | Look::Hit | Look::Log | Look::Monitor);
        list.end_path(begun_at, if is_filled { PaintCommand::Fill } else { PaintCommand::Stroke(2.0) });
    }
}

fn ink_of_breakpoint(look: BreakpointLook) -> Ink {
    match look {
        BreakpointLook::None => Ink::BreakpointHint,
        BreakpointLook::Enabled => Ink::BreakpointEnabled,
        BreakpointLook::Disabled => Ink::BreakpointDisabled,
        BreakpointLook::Hit => Ink::BreakpointHit,
        BreakpointLook::Invalid => Ink::BreakpointInvalid,
        BreakpointLook::Log => Ink::BreakpointLog,
        BreakpointLook::Monitor => Ink::BreakpointMonitor,
    }
}

fn add_breakpoint_shape(list: &mut PaintList, look: BreakpointLook, Point { x, y }: Point) {
    let corner = |list: &mut PaintList, dx: f64, dy: f64| list.push(PaintCommand::LineTo(x + dx, y + dy));
    match look {
        BreakpointLook::Log => {
            list.push(PaintCommand::MoveTo(x, y - 7.0));
            [(7.0, 0.0), (0.0, 7.0), (-7.0, 0.0), (0.0, -7.0)].into_iter().for_each(|(dx, dy)| corner(list, dx, dy));
        }
        BreakpointLook::Invalid => {
            list.push(PaintCommand::MoveTo(x - 5.0, y - 5.0));
            corner(list, 5.0, 5.0);
            list.push(PaintCommand::MoveTo(x - 5.0, y + 5.0));
            corner(list, 5.0, -5.0);
        }
        BreakpointLook::Monitor => {
            list.push(PaintCommand::RoundBox(Rect { x: x - 9.0, y: y - 4.5, w: 18.0, h: 9.0 }, 4.5));
        }
        BreakpointLook::Hit => list.push(PaintCommand::Dot(x, y, 8.0)),
        _ => list.push(PaintCommand::Dot(x, y, 6.0)),
    }
}

/// Paints the wire that is being drawn, to the pointer or to the port it snaps to.
pub fn paint_draft(list: &mut PaintList, path: &EdgePath, viewport: &Viewport) {
    list.push(PaintCommand::Begin(Ink::WireDraft));
    list.add_path(path, viewport);
    list.push(PaintCommand::StrokeDashed(2.0));
}

/// Paints the selection box, given in screen pixels.
pub fn paint_selection_box(list: &mut PaintList, rect_on_screen: Rect) {
    for (ink, end) in [(Ink::SelectionFill, PaintCommand::Fill), (Ink::SelectionBorder, PaintCommand::Stroke(1.0))] {
        list.push(PaintCommand::Begin(ink));
        list.push(PaintCommand::Box(rect_on_screen));
        list.push(end);
    }
}

#[cfg(test)]
pub(crate) mod tests;
