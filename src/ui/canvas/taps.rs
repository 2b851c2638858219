//! What clicks do, and what becomes of a connection that was drawn.

use leptos::prelude::*;

use crate::flow::edit::Edit;
use crate::flow::model::Point;
use crate::view::canvas::geometry::Side;
use crate::view::canvas::hit::{self, Hit, Port};

use crate::ui::run_events::set_if_changed;
use crate::ui::store::{Float, QuickAdd, Selection, Store};

impl Store {
    /// The connection that is being drawn ends here, or at the port it snaps to.
    pub fn draw_to(&self, origin: Port, at: Point) {
        let store = *self;
        let viewport = store.viewport_now();
        let snap = store.canvas.scene.with_value(|scene| hit::snap_port(scene, &viewport, origin, at));
        set_if_changed(store.canvas.snap, snap);
        store.draft_to(at);
    }

    /// The drag of a connection ended: it joins, leads elsewhere, goes, or asks for a new routine.
    pub fn finish_connect(&self, origin: Port, rewires: Option<usize>, at: Point) {
        let store = *self;
        let snap = store.canvas.snap.get_untracked();
        store.stop_connecting();
        let viewport = store.viewport_now();
        match (snap, rewires) {
            (Some(port), None) => {
                store.connect(origin, port);
            }
            (Some(port), Some(index)) => {
                let (event, slot) = if origin.side == Side::Event { (origin, port) } else { (port, origin) };
                if let Some((from, to)) = store.port_ref(event).zip(store.port_ref(slot)) {
                    store.edit(Edit::Rewire { index, from, to });
                }
            }
            (None, Some(index)) => {
                store.edit(Edit::Disconnect(vec![index]));
            }
            (None, None) => {
                let under =
                    store.canvas.scene.with_value(|scene| hit::hit_at(scene, &viewport, at, hit::WIRE_REACH_PX));
                match under {
                    Hit::Port(port) if port == origin => store.canvas.connecting.set(Some(origin)),
                    Hit::Port(port) => {
                        store.complain(hit::refusal(origin, port).unwrap_or("These cannot be connected"));
                    }
                    Hit::Node(_) if origin.side == Side::Event => {
                        store.complain("This routine has no slot to connect to");
                    }
                    Hit::Node(_) => store.complain("This routine has no event to connect to"),
                    _ => store.open_float(Float::QuickAdd(QuickAdd { x: at.x, y: at.y, from: Some(origin) })),
                }
            }
        }
    }

    /// A click, tap or press of a pen.
    pub fn tap(&self, hit: Hit, adds: bool, at: Point) {
        let store = *self;
        let connecting = store.canvas.connecting.get_untracked();
        match (hit, connecting) {
            (Hit::Port(port), Some(origin)) if port != origin => {
                store.stop_connecting();
                store.connect(origin, port);
            }
            (Hit::Port(_), Some(_)) => store.stop_connecting(),
            (Hit::Port(port), None) => {
                if store.settings.is_read_only.get_untracked() {
                    return;
                }
                store.canvas.connecting.set(Some(port));
                store.draft_to(at);
                store.say(if port.side == Side::Event {
                    "Choose a slot to connect to"
                } else {
                    "Choose an event to connect from"
                });
            }
            (Hit::Node(node), Some(origin)) => {
                store.stop_connecting();
                let best = store.canvas.scene.with_value(|scene| hit::best_port(scene, node, origin));
                match best {
                    Some(port) => {
                        store.connect(origin, port);
                    }
                    None => store.complain("This routine has no port to connect to"),
                }
            }
            (Hit::Node(node), None) => {
                let id = store.canvas.scene.with_value(|scene| scene.nodes[node as usize].id.clone());
                let mut selection = if adds { store.document.selection.get_untracked() } else { Selection::default() };
                if !selection.routines.remove(&id) {
                    selection.routines.insert(id.clone());
                }
                store.canvas.focusable.set(Some(id.clone()));
                store.select(selection);
                store.focus_element(&id);
                store.show_details_if_wide();
            }
            (Hit::Edge(edge) | Hit::EdgeDot(edge), _) if adds => {
                let mut selection = store.document.selection.get_untracked();
                if !selection.connections.remove(&(edge as usize)) {
                    selection.connections.insert(edge as usize);
                }
                store.select(selection);
            }
            (Hit::Edge(edge) | Hit::EdgeDot(edge), _) => {
                store.stop_connecting();
                store.select(Selection::of_connection(edge as usize));
                store.open_float(Float::Edge(edge as usize));
            }
            (Hit::Nothing, _) => {
                store.stop_connecting();
                if !adds {
                    store.select(Selection::default());
                }
            }
        }
    }

    /// A context menu is about what it was opened on.
    pub fn select_for_menu(&self, hit: Hit) {
        let selection = match hit {
            Hit::Node(node) => {
                let id = self.canvas.scene.with_value(|scene| scene.nodes[node as usize].id.clone());
                if self.document.selection.with_untracked(|selection| selection.routines.contains(&id)) {
                    return;
                }
                Selection::of_routine(&id)
            }
            Hit::Edge(edge) | Hit::EdgeDot(edge) => Selection::of_connection(edge as usize),
            _ => return,
        };
        self.select(selection);
    }
}
