//! What each routine and each connection's dot shows on the canvas, compared before it is written to its own signal.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;

use crate::flow::model::{BreakpointPlace, Flow, Point, PortRef};
use crate::protocol::report::BreakpointReport;
use crate::view::canvas::looks::looks_by_place;
use crate::view::canvas::paint::{BreakpointLook, Emphasis, Looks};
use crate::view::canvas::scene::{Lod, Scene, SceneNode, Visible, lod};
use crate::view::canvas::viewport::Rect;
use crate::view::canvas::{keyboard, lit};
use crate::view::causes::Lit;
use crate::view::run_view::{RunView, Status};

use crate::ui::editing::place_of;
use crate::ui::run_events::set_if_changed;
use crate::ui::store::Store;

/// Flows up to this size have all their routines as elements: looking up what is near would cost more.
const ALL_NEAR: usize = 150;
/// How far outside of the screen routines are elements already, in screen pixels.
const MARGIN_PX: f64 = 160.0;

/// A routine as an element.
#[derive(Clone, Debug)]
pub struct NodeRow {
    /// What it shows.
    pub view: ArcRwSignal<NodeView>,
}

/// What a routine shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeView {
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Where it is.
    pub rect: Rect,
    /// Its inputs.
    pub slots: Vec<PortView>,
    /// Its outputs.
    pub events: Vec<PortView>,
    /// Its status.
    pub status: Status,
    /// It is selected.
    pub is_selected: bool,
    /// The run is held at it.
    pub is_current: bool,
    /// 0: all is well, 1: a warning, 2: an error.
    pub severity: u8,
    /// Its breakpoints: before its logic, and on its errors.
    pub stops: [BreakpointLook; 2],
    /// How it is related to the selected record, for `data-related`: `cause`, `effect`, `self`, or `none` if others are.
    pub related: &'static str,
    /// What screen readers say.
    pub label: String,
}

/// What a port shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortView {
    /// Its name.
    pub name: String,
    /// Something is connected to it.
    pub is_linked: bool,
    /// How many items wait in it.
    pub queue: usize,
    /// Its breakpoint.
    pub stop: BreakpointLook,
}

/// A connection's dot as an element.
#[derive(Clone, Debug)]
pub struct DotView {
    /// The connection's index in the document.
    pub index: usize,
    /// Its key.
    pub key: String,
    /// What it shows.
    pub face: ArcRwSignal<DotFace>,
}

/// What a connection's dot shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotFace {
    /// Where it is.
    pub at: Point,
    /// Its breakpoint.
    pub look: BreakpointLook,
    /// The connection is selected.
    pub is_selected: bool,
    /// The keyboard comes here after its routine.
    pub is_tabbable: bool,
    /// What screen readers say.
    pub label: String,
    /// The payload that is held here.
    pub chip: Option<String>,
}

impl Store {
    /// Whether the flow is too large to have all of its routines as elements.
    pub fn is_large(&self) -> bool {
        self.canvas.scene.try_with_value(|scene| scene.nodes.len() > ALL_NEAR).unwrap_or_default()
    }

    /// Looks up what is near and brings all rows and looks up to date.
    ///
    /// Looks stay as they are if only the viewport moved.
    pub fn refresh_rows(&self, has_changed: bool) {
        let flow = self.flow_now();
        let viewport = self.canvas.viewport.get_untracked();
        let size = self.canvas.size.get_untracked();
        let selection = self.document.selection.get_untracked();
        let reports = self.run.breakpoints.get_untracked();
        let focusable = self.canvas.focusable.get_untracked();
        let lit = self.run.lit.get_untracked();
        let store = *self;
        self.canvas.scene.with_value(|scene| {
            let level = lod(viewport.zoom, scene.visible(&viewport, size).nodes.len());
            set_if_changed(store.canvas.lod, level);
            let near = near(scene, level, viewport.visible_rect(size).grown(MARGIN_PX / viewport.zoom));
            let severities = if near.nodes.is_empty() { BTreeMap::new() } else { severities(&store) };
            let focusable = focusable.filter(|id| scene.number(id).is_some()).or_else(|| {
                let first = keyboard::reading_order(scene).first().copied()?;
                Some(scene.nodes[first as usize].id.clone())
            });
            store.run.mirror.try_update_value(|mirror| {
                if has_changed {
                    update_looks(&mut mirror.looks, scene, &flow, &mirror.view, &selection, &reports);
                    lit::light(&mut mirror.looks, scene, &lit);
                }
                let held = mirror.view.held.as_ref();
                let stops = looks_by_place(&flow, &reports, held);
                let nodes = near.nodes.iter().map(|&number| {
                    node_view(
                        scene,
                        number,
                        &mirror.view,
                        &severities,
                        selection.routines.contains(&scene.nodes[number as usize].id),
                        &stops,
                        &lit,
                    )
                });
                write_nodes(&store, nodes.collect());
                let tab_node = focusable.as_deref().and_then(|id| scene.number(id));
                let dots = near.edges.iter().filter(|&&edge| scene.edges[edge as usize].is_drawn()).map(|&edge| {
                    let shape = &scene.edges[edge as usize];
                    let index = edge as usize;
                    let touches = |node: u32| [shape.from, shape.to].iter().flatten().any(|end| end.node == node);
                    let face = DotFace {
                        at: shape.path.midpoint(),
                        look: mirror.looks.edges.get(index).map(|look| look.breakpoint).unwrap_or_default(),
                        is_selected: selection.connections.contains(&index),
                        is_tabbable: tab_node.is_some_and(touches),
                        label: keyboard::connection_description(&flow, index, &mirror.view),
                        chip: held
                            .filter(|held| held.connection.as_ref() == Some(&shape.key))
                            .and_then(|held| held.data.as_ref())
                            .map(crate::ui::run_events::short_value),
                    };
                    (index, shape.key.clone(), face)
                });
                write_dots(&store, dots.collect());
            });
            set_if_changed(store.canvas.focusable, focusable);
        });
    }
}

fn near(scene: &Scene, level: Lod, shown: Rect) -> Visible {
    let mut visible = Visible { lod: level, ..Visible::default() };
    if level == Lod::Far {
        return visible;
    }
    if scene.nodes.len() <= ALL_NEAR {
        visible.nodes = (0..scene.nodes.len()).filter_map(|number| u32::try_from(number).ok()).collect();
        visible.edges = (0..scene.edges.len()).filter_map(|number| u32::try_from(number).ok()).collect();
        return visible;
    }
    scene.nodes_near(&shown, |number| visible.nodes.push(number));
    scene.edges_near(&shown, |number| {
        if shown.contains(scene.edges[number as usize].path.midpoint()) {
            visible.edges.push(number);
        }
    });
    visible.nodes.sort_unstable();
    visible.edges.sort_unstable();
    visible
}

fn node_view(
    scene: &Scene,
    number: u32,
    run: &RunView,
    severities: &BTreeMap<String, u8>,
    is_selected: bool,
    stops: &Stops<'_>,
    lit: &Lit,
) -> NodeView {
    let node = &scene.nodes[number as usize];
    let own = stops_of_routine(stops, &node.id);
    let relation = lit.routine(&node.id);
    let mut label = keyboard::routine_description(scene, number, run);
    for (look, when) in own.iter().zip(["before its logic", "on its errors"]) {
        if *look != BreakpointLook::None {
            label.push_str(&format!(", {} {when}", look.text()));
        }
    }
    if let Some(relation) = relation {
        label = format!("{label}, {}", relation.text());
    }
    NodeView {
        id: node.id.clone(),
        class: node.class.clone(),
        rect: node.rect,
        slots: port_views(scene, number, node, run, true, stops),
        events: port_views(scene, number, node, run, false, stops),
        status: run.status(&node.id),
        is_selected,
        is_current: run.held.as_ref().is_some_and(|held| held.routine == node.id),
        severity: severities.get(&node.id).copied().unwrap_or_default(),
        stops: own,
        related: match relation {
            Some(relation) => relation.name(),
            None if lit.is_empty() => "",
            None => "none",
        },
        label,
    }
}

/// How the breakpoints look, by place.
type Stops<'a> = BTreeMap<&'a BreakpointPlace, BreakpointLook>;

/// The looks before the logic and on errors of a routine.
fn stops_of_routine(stops: &Stops<'_>, id: &str) -> [BreakpointLook; 2] {
    if stops.is_empty() {
        return Default::default();
    }
    let places = [BreakpointPlace::Routine(id.to_owned()), BreakpointPlace::Error(Some(id.to_owned()))];
    places.map(|place| stops.get(&place).copied().unwrap_or_default())
}

fn stop_of_port(stops: &Stops<'_>, id: &str, name: &str, is_slot: bool) -> BreakpointLook {
    if stops.is_empty() {
        return BreakpointLook::None;
    }
    let port = PortRef::new(id, name);
    let place = if is_slot { BreakpointPlace::Slot(port) } else { BreakpointPlace::Event(port) };
    stops.get(&place).copied().unwrap_or_default()
}

fn port_views(
    scene: &Scene,
    number: u32,
    node: &SceneNode,
    run: &RunView,
    are_slots: bool,
    stops: &Stops<'_>,
) -> Vec<PortView> {
    let names = if are_slots { &node.slots } else { &node.events };
    names
        .iter()
        .enumerate()
        .map(|(index, name)| PortView {
            name: name.clone(),
            is_linked: node.edges.iter().any(|&edge| {
                let edge = &scene.edges[edge as usize];
                let end = if are_slots { edge.to } else { edge.from };
                end.is_some_and(|end| end.node == number && end.port.is_some_and(|port| port as usize == index))
            }),
            queue: if are_slots { run.queue(&format!("{}.{name}", node.id)) } else { 0 },
            stop: stop_of_port(stops, &node.id, name, are_slots),
        })
        .collect()
}

fn write_nodes(store: &Store, views: Vec<NodeView>) {
    let ids: Vec<String> = views.iter().map(|view| view.id.clone()).collect();
    store.canvas.node_rows.update_value(|rows| {
        let kept: BTreeSet<&String> = ids.iter().collect();
        rows.retain(|id, _| kept.contains(id));
        for view in views {
            match rows.get(&view.id) {
                Some(row) => {
                    if row.view.try_with_untracked(|now| *now != view) == Some(true) {
                        row.view.set(view);
                    }
                }
                None => {
                    rows.insert(view.id.clone(), NodeRow { view: ArcRwSignal::new(view) });
                }
            }
        }
    });
    set_if_changed(store.canvas.node_ids, ids);
}

fn write_dots(store: &Store, faces: Vec<(usize, String, DotFace)>) {
    let same = store.canvas.dots.with_untracked(|dots| {
        dots.len() == faces.len()
            && dots.iter().zip(&faces).all(|(dot, (index, key, _))| dot.index == *index && dot.key == *key)
    });
    if same {
        store.canvas.dots.with_untracked(|dots| {
            for (dot, (_, _, face)) in dots.iter().zip(faces) {
                write_face(dot, face);
            }
        });
        return;
    }
    let old = store.canvas.dots.get_untracked();
    let dots =
        faces.into_iter().map(|(index, key, face)| match old.iter().find(|dot| dot.index == index && dot.key == key) {
            Some(dot) => {
                write_face(dot, face);
                dot.clone()
            }
            None => DotView { index, key, face: ArcRwSignal::new(face) },
        });
    store.canvas.dots.set(dots.collect());
}

fn write_face(dot: &DotView, face: DotFace) {
    if dot.face.try_with_untracked(|now| *now != face) == Some(true) {
        dot.face.set(face);
    }
}

/// How bad the worst problem of each routine is.
fn severities(store: &Store) -> BTreeMap<String, u8> {
    let mut worst: BTreeMap<String, u8> = BTreeMap::new();
    store.document.problems.with_untracked(|problems| {
        for problem in problems {
            let Some(id) = routine_of_path(&problem.path) else { continue };
            let severity = match problem.severity.as_str() {
                "error" => 2,
                "warning" => 1,
                _ => continue,
            };
            let entry = worst.entry(id.to_owned()).or_default();
            *entry = severity.max(*entry);
        }
    });
    worst
}

/// The routine that a problem's path is about.
pub fn routine_of_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("routines.")?;
    Some(rest.split('.').next().unwrap_or(rest))
}

/// How everything looks on the painted layer.
pub fn update_looks(
    looks: &mut Looks,
    scene: &Scene,
    flow: &Flow,
    run: &RunView,
    selection: &crate::ui::store::Selection,
    reports: &[BreakpointReport],
) {
    if looks.nodes.len() != scene.nodes.len() || looks.edges.len() != scene.edges.len() {
        *looks = Looks::plain(scene);
    }
    let held = run.held.as_ref();
    let stops = looks_by_place(flow, reports, held);
    for (look, node) in looks.nodes.iter_mut().zip(&scene.nodes) {
        look.status = run.status(&node.id);
        look.breakpoint = stops_of_routine(&stops, &node.id)[0];
        look.emphasis = if held.is_some_and(|held| held.routine == node.id) {
            Emphasis::Hit
        } else if selection.routines.contains(&node.id) {
            Emphasis::Selected
        } else {
            Emphasis::None
        };
    }
    for (index, (look, edge)) in looks.edges.iter_mut().zip(&scene.edges).enumerate() {
        look.breakpoint = match flow.connections.get(index).filter(|_| !stops.is_empty()) {
            Some(connection) => stops.get(&place_of(connection)).copied().unwrap_or_default(),
            None => BreakpointLook::None,
        };
        look.emphasis = if held.is_some_and(|held| held.connection.as_ref() == Some(&edge.key)) {
            Emphasis::Hit
        } else if selection.connections.contains(&index) {
            Emphasis::Selected
        } else {
            Emphasis::None
        };
    }
}
