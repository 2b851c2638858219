//! Mouse, pen and fingers on the canvas: from presses and moves to selections, edits and the viewport.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use crate::browser::pointer::{self, PointerPress};
use crate::flow::edit::Edit;
use crate::flow::model::{BreakpointPlace, Point, PortRef};
use crate::view::canvas::geometry::{self, Side};
use crate::view::canvas::hit::{self, Hit, Port};
use crate::view::canvas::viewport::{Rect, Viewport};

use crate::ui::store::{Float, QuickAdd, Selection, Store};

/// A finger that rests so long opens the menu.
const LONG_PRESS: Duration = Duration::from_millis(500);

/// What the pointers on the canvas are doing.
pub struct Gestures {
    store: Store,
    pointers: BTreeMap<i32, Point>,
    gesture: Gesture,
    long_press: Option<TimeoutHandle>,
}

enum Gesture {
    None,
    /// Not yet known whether it is a click or a drag.
    Press {
        hit: Hit,
        at: Point,
        adds: bool,
        is_touch: bool,
        /// The press is on the mark of a breakpoint, or on the place for one.
        stop: Option<BreakpointPlace>,
    },
    Pan {
        last: Point,
        start: Point,
        opens_menu: bool,
    },
    Move {
        at: Point,
        start: Vec<(u32, String, Point)>,
    },
    Marquee {
        at: Point,
        base: Selection,
    },
    /// Draws a connection; with the index of the one whose end was taken hold of.
    Connect {
        origin: Port,
        rewires: Option<usize>,
    },
    /// Two fingers: where they started and what was seen then, so that dropped frames do no harm.
    Pinch {
        center: Point,
        distance: f64,
        viewport: Viewport,
    },
}

impl Gestures {
    /// No pointers.
    pub fn new(store: Store) -> Self {
        Self { store, pointers: BTreeMap::new(), gesture: Gesture::None, long_press: None }
    }

    /// A pointer was pressed.
    pub fn down(&mut self, event: &ev::PointerEvent) {
        let press = pointer::press(event);
        let at = Point { x: press.x, y: press.y };
        self.pointers.insert(press.id, at);
        self.store.panels.float.set(None);
        self.store.panels.menu.set(None);
        self.end_long_press();
        if self.pointers.len() == 2 {
            return self.start_pinch();
        }
        let target = pointer::under(event);
        let hit = self.hit_of(&target, at, press.is_touch);
        pointer::capture(event);
        let pans = press.button != 0 || self.store.is_space_held();
        if pans {
            self.gesture = Gesture::Pan { last: at, start: at, opens_menu: press.button == 2 };
            self.store.canvas.cursor.set("panning");
            self.store.space_was_used();
            if press.button == 2 {
                self.store.select_for_menu(hit);
            }
            return;
        }
        if matches!(hit, Hit::Nothing) && target.routine.is_none() {
            crate::browser::focus::focus("[data-canvas]");
        }
        let stop = stop_under(&target);
        self.gesture = Gesture::Press { hit, at, adds: press.ctrl || press.shift, is_touch: press.is_touch, stop };
        if press.is_touch {
            self.start_long_press(hit, at);
        }
    }

    /// A pointer was moved.
    pub fn moved(&mut self, event: &ev::PointerEvent) {
        let press = pointer::press(event);
        let at = Point { x: press.x, y: press.y };
        if let Some(known) = self.pointers.get_mut(&press.id) {
            *known = at;
        }
        if matches!(self.gesture, Gesture::Press { at: start, .. } if hit::is_drag(start, at)) {
            self.end_long_press();
            self.start_drag(at);
        }
        match &mut self.gesture {
            Gesture::Pan { last, .. } => {
                let (dx, dy) = (at.x - last.x, at.y - last.y);
                *last = at;
                self.store.set_viewport(self.store.viewport_now().pan(dx, dy));
            }
            Gesture::Pinch { center, distance, viewport } => {
                let Some((now_center, now_distance)) = pinch(&self.pointers) else { return };
                let zoomed = viewport.zoom_about(*center, now_distance / distance.max(1.0));
                self.store.set_viewport(zoomed.pan(now_center.x - center.x, now_center.y - center.y));
            }
            Gesture::Move { at: start, start: places } => {
                let moves = moved_places(&self.store, *start, at, places, press.alt);
                self.store.canvas.scene.update_value(|scene| scene.move_nodes(&moves));
                self.store.refresh();
            }
            Gesture::Marquee { at: start, base } => {
                let rect = Rect::between(*start, at);
                self.store.canvas.marquee.set(Some(rect));
                let selection = boxed(&self.store, rect, base);
                self.store.select(selection);
            }
            Gesture::Connect { origin, .. } => {
                let origin = *origin;
                self.store.draw_to(origin, at);
            }
            Gesture::Press { .. } => {}
            Gesture::None => self.hover(event, &press, at),
        }
    }

    /// A pointer was released.
    pub fn up(&mut self, event: &ev::PointerEvent) {
        let press = pointer::press(event);
        let at = Point { x: press.x, y: press.y };
        self.pointers.remove(&press.id);
        self.end_long_press();
        self.store.canvas.marquee.set(None);
        match std::mem::replace(&mut self.gesture, Gesture::None) {
            Gesture::Press { stop: Some(place), .. } if self.store.canvas.connecting.get_untracked().is_none() => {
                self.store.open_float(Float::Breakpoint(place));
            }
            Gesture::Press { hit, adds, .. } => self.store.tap(hit, adds, at),
            Gesture::Pan { start, opens_menu, .. } if opens_menu && !hit::is_drag(start, at) => {
                self.store.open_float(Float::Menu { x: at.x, y: at.y });
            }
            Gesture::Move { at: start, start: places } => {
                let moves = moved_places(&self.store, start, at, &places, press.alt);
                let moves = moves.into_iter().zip(places).map(|((_, to), (_, id, _))| (id, to)).collect();
                self.store.edit(Edit::Move(moves));
                self.store.close_step();
            }
            Gesture::Connect { origin, rewires } => self.store.finish_connect(origin, rewires, at),
            Gesture::Pinch { .. } => {
                // The finger that is left goes on panning.
                if let Some(left) = self.pointers.values().next() {
                    self.gesture = Gesture::Pan { last: *left, start: *left, opens_menu: false };
                }
            }
            _ => {}
        }
        self.store.canvas.cursor.set(if self.store.canvas.connecting.get_untracked().is_some() {
            "connect"
        } else {
            ""
        });
        self.store.repaint();
    }

    /// The browser took a pointer away: nothing of the gesture stays.
    pub fn cancel(&mut self, event: &ev::PointerEvent) {
        self.pointers.remove(&event.pointer_id());
        self.end_long_press();
        if let Gesture::Move { start, .. } = std::mem::replace(&mut self.gesture, Gesture::None) {
            let back: Vec<(u32, Point)> = start.into_iter().map(|(number, _, at)| (number, at)).collect();
            self.store.canvas.scene.update_value(|scene| scene.move_nodes(&back));
        }
        self.store.canvas.marquee.set(None);
        self.store.stop_connecting();
        self.store.canvas.cursor.set("");
        self.store.refresh();
    }

    /// Twice in a row: a new routine on the empty canvas, a new name for a routine.
    pub fn double_click(&mut self, event: &ev::MouseEvent) {
        let (x, y) = pointer::on_canvas(event);
        let target = pointer::under(event);
        match self.hit_of(&target, Point { x, y }, false) {
            Hit::Nothing => self.store.open_float(Float::QuickAdd(QuickAdd { x, y, from: None })),
            Hit::Node(number) => {
                let id = self.store.canvas.scene.with_value(|scene| scene.nodes[number as usize].id.clone());
                self.store.open_float(Float::Rename(id));
            }
            _ => {}
        }
    }

    /// The menu key; the right button was handled when it was released.
    pub fn context_menu(&mut self, event: &ev::MouseEvent) {
        event.prevent_default();
        if event.button() != 2 && self.pointers.is_empty() {
            let (x, y) = pointer::on_canvas(event);
            self.store.select_focused();
            self.store.open_float(Float::Menu { x, y });
        }
    }

    /// The wheel pans; with Ctrl, and when two fingers pinch a trackpad, it zooms about the pointer.
    pub fn wheel(&mut self, event: &ev::WheelEvent) {
        let turn = pointer::wheel(event);
        let viewport = self.store.viewport_now();
        self.store.set_viewport(if turn.zooms {
            viewport.zoom_about(Point { x: turn.x, y: turn.y }, (-turn.dy.clamp(-60.0, 60.0) * 0.008).exp())
        } else {
            viewport.pan(-turn.dx, -turn.dy)
        });
    }

    fn start_pinch(&mut self) {
        self.store.canvas.marquee.set(None);
        self.store.stop_connecting();
        if let Gesture::Move { start, .. } = &self.gesture {
            let back: Vec<(u32, Point)> = start.iter().map(|(number, _, at)| (*number, *at)).collect();
            self.store.canvas.scene.update_value(|scene| scene.move_nodes(&back));
        }
        if let Some((center, distance)) = pinch(&self.pointers) {
            self.gesture = Gesture::Pinch { center, distance, viewport: self.store.viewport_now() };
        }
    }

    fn start_drag(&mut self, now: Point) {
        let Gesture::Press { hit, at, adds, is_touch, .. } = std::mem::replace(&mut self.gesture, Gesture::None) else {
            return;
        };
        let store = self.store;
        let is_read_only = store.settings.is_read_only.get_untracked();
        let pan = Gesture::Pan { last: at, start: at, opens_menu: false };
        self.gesture = match hit {
            _ if is_read_only => pan,
            Hit::Port(origin) => self.start_connect(origin, None),
            Hit::Node(number) => start_move(&store, number, at, adds),
            Hit::Edge(edge) | Hit::EdgeDot(edge) => match self.end_at(edge, at) {
                Some(origin) => self.start_connect(origin, Some(edge as usize)),
                None => pan,
            },
            Hit::Nothing if is_touch || store.settings.drag_pans.get_untracked() => pan,
            Hit::Nothing => {
                let base = if adds { store.document.selection.get_untracked() } else { Selection::default() };
                Gesture::Marquee { at, base }
            }
        };
        let cursor = match &self.gesture {
            Gesture::Pan { .. } => "panning",
            Gesture::Connect { .. } => "connect",
            Gesture::Move { .. } => "move",
            _ => "",
        };
        store.canvas.cursor.set(cursor);
        if let Gesture::Connect { origin, .. } = self.gesture {
            self.store.draw_to(origin, now);
        }
    }

    fn start_connect(&self, origin: Port, rewires: Option<usize>) -> Gesture {
        self.store.canvas.connecting.set(Some(origin));
        Gesture::Connect { origin, rewires }
    }

    /// The port at the other end of a wire whose end is held.
    fn end_at(&self, edge: u32, at: Point) -> Option<Port> {
        let viewport = self.store.viewport_now();
        self.store.canvas.scene.with_value(|scene| {
            let side = hit::wire_end_at(scene, &viewport, edge, at)?;
            let shape = scene.edges.get(edge as usize)?;
            let (end, origin_side) = match side {
                Side::Slot => (shape.from?, Side::Event),
                Side::Event => (shape.to?, Side::Slot),
            };
            Some(Port { node: end.node, side: origin_side, index: end.port? })
        })
    }

    fn hover(&self, event: &ev::PointerEvent, press: &PointerPress, at: Point) {
        if let Some(origin) = self.store.canvas.connecting.get_untracked() {
            return self.store.draw_to(origin, at);
        }
        if press.is_touch {
            return;
        }
        let target = pointer::under(event);
        match self.hit_of(&target, at, false) {
            Hit::Edge(edge) | Hit::EdgeDot(edge) => self.store.hover_edge(Some(edge as usize)),
            _ => self.store.hover_edge(None),
        }
    }

    /// What a press is on: elements first, because their targets are larger than what is drawn.
    fn hit_of(&self, target: &pointer::Under, at: Point, is_touch: bool) -> Hit {
        let store = &self.store;
        if let Some(port) = target.slot.as_deref().and_then(|name| store.port_named(Side::Slot, name)) {
            return Hit::Port(port);
        }
        if let Some(port) = target.event.as_deref().and_then(|name| store.port_named(Side::Event, name)) {
            return Hit::Port(port);
        }
        let viewport = store.viewport_now();
        store.canvas.scene.with_value(|scene| {
            if let Some(edge) = target.connection.as_deref().and_then(|key| scene.edge_number(key)) {
                return Hit::EdgeDot(edge);
            }
            if let Some(node) = target.routine.as_deref().and_then(|id| scene.number(id)) {
                return Hit::Node(node);
            }
            let reach = if is_touch { hit::WIRE_REACH_TOUCH_PX } else { hit::WIRE_REACH_PX };
            hit::hit_at(scene, &viewport, at, reach)
        })
    }

    fn start_long_press(&mut self, hit: Hit, at: Point) {
        let store = self.store;
        let selection = match hit {
            Hit::Node(node) => {
                store.canvas.scene.with_value(|scene| Selection::of_routine(&scene.nodes[node as usize].id))
            }
            Hit::Edge(edge) | Hit::EdgeDot(edge) => Selection::of_connection(edge as usize),
            _ => Selection::default(),
        };
        self.long_press = set_timeout_with_handle(
            move || {
                store.select(selection);
                store.open_float(Float::Menu { x: at.x, y: at.y });
            },
            LONG_PRESS,
        )
        .ok();
    }

    fn end_long_press(&mut self) {
        if let Some(timer) = self.long_press.take() {
            timer.clear();
        }
        // A press that became a menu is no click any more.
        let is_menu = self.store.panels.float.with_untracked(|float| matches!(float, Some(Float::Menu { .. })));
        if is_menu && matches!(self.gesture, Gesture::Press { is_touch: true, .. }) {
            self.gesture = Gesture::None;
        }
    }
}

/// The place of the breakpoint whose mark is pressed.
fn stop_under(target: &pointer::Under) -> Option<BreakpointPlace> {
    let port = |name: &Option<String>| name.as_deref().and_then(PortRef::parse);
    match target.stop.as_deref()? {
        "routine" => target.routine.clone().map(BreakpointPlace::Routine),
        "error" => target.routine.clone().map(|id| BreakpointPlace::Error(Some(id))),
        _ => port(&target.slot).map(BreakpointPlace::Slot).or_else(|| port(&target.event).map(BreakpointPlace::Event)),
    }
}

fn start_move(store: &Store, number: u32, at: Point, adds: bool) -> Gesture {
    let id = geometry_id(store, number);
    let selection = store.document.selection.get_untracked();
    if !selection.routines.contains(&id) {
        let mut selection = if adds { selection } else { Selection::default() };
        selection.routines.insert(id.clone());
        store.select(selection);
    }
    store.canvas.focusable.set(Some(id));
    let ids = store.document.selection.with_untracked(|selection| selection.routines.clone());
    let start = store.canvas.scene.with_value(|scene| {
        ids.iter()
            .filter_map(|id| {
                let number = scene.number(id)?;
                let rect = scene.nodes[number as usize].rect;
                Some((number, id.clone(), Point { x: rect.x, y: rect.y }))
            })
            .collect()
    });
    Gesture::Move { at, start }
}

fn geometry_id(store: &Store, number: u32) -> String {
    store
        .canvas
        .scene
        .with_value(|scene| scene.nodes.get(number as usize).map(|node| node.id.clone()))
        .unwrap_or_default()
}

/// Where moved routines are: the first one snaps to the grid unless Alt is held, the others keep their distance to it.
fn moved_places(
    store: &Store,
    from: Point,
    to: Point,
    start: &[(u32, String, Point)],
    is_free: bool,
) -> Vec<(u32, Point)> {
    let zoom = store.viewport_now().zoom;
    let (mut dx, mut dy) = ((to.x - from.x) / zoom, (to.y - from.y) / zoom);
    if !is_free && let Some((_, _, first)) = start.first() {
        let snapped = geometry::snap_to_grid(Point { x: first.x + dx, y: first.y + dy });
        (dx, dy) = (snapped.x - first.x, snapped.y - first.y);
    }
    start.iter().map(|(number, _, at)| (*number, Point { x: at.x + dx, y: at.y + dy })).collect()
}

fn boxed(store: &Store, rect_on_screen: Rect, base: &Selection) -> Selection {
    let viewport = store.viewport_now();
    let corner = viewport.canvas_from_screen(Point { x: rect_on_screen.x, y: rect_on_screen.y });
    let other = viewport.canvas_from_screen(Point { x: rect_on_screen.right(), y: rect_on_screen.bottom() });
    let mut selection = base.clone();
    store.canvas.scene.with_value(|scene| {
        let boxed = hit::box_selection(scene, &Rect::between(corner, other));
        selection.routines.extend(boxed.nodes.iter().map(|&number| scene.nodes[number as usize].id.clone()));
        if boxed.nodes.is_empty() {
            selection.connections.extend(boxed.edges.iter().map(|&number| number as usize));
        }
    });
    selection
}

fn pinch(pointers: &BTreeMap<i32, Point>) -> Option<(Point, f64)> {
    let mut two = pointers.values();
    let (a, b) = (two.next()?, two.next()?);
    let center = Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 };
    Some((center, (a.x - b.x).hypot(a.y - b.y)))
}
