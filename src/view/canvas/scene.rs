//! The flow as shapes on the canvas, with an index that finds what a viewport shows, kept up to date in small steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edge_path::{EdgePath, Lane, NoObstacles, Obstacles};
use super::geometry::{self, Side};
use super::grid::Grid;
use super::viewport::{Rect, Viewport};
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{Connection, Flow, Point, PortRef, Routine, Size};
use crate::view::layout;

/// From this zoom on, routines are DOM nodes.
pub const NEAR_ZOOM: f64 = 0.45;
/// From this zoom on, they are if there are few of them.
pub const NEAR_ZOOM_IF_FEW: f64 = 0.15;
/// What "few" means.
pub const FEW_ROUTINES: usize = 60;

/// In flows up to this size wires make way for all boxes. In larger ones nobody follows a wire so
/// far, and a drag would have to look at too many of them.
const WIRES_MAKE_WAY: usize = 400;

/// How much detail is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lod {
    /// Routines are DOM nodes; wires and tokens are painted.
    #[default]
    Near,
    /// Everything is painted.
    Far,
}

/// One routine on the canvas. Its number is its index in [`Scene::nodes`] and in the flow's routines.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneNode {
    /// The routine's id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Its box in canvas units.
    pub rect: Rect,
    /// Names of its slots.
    pub slots: Vec<String>,
    /// Names of its events.
    pub events: Vec<String>,
    /// Numbers of the connections that start or end here.
    pub edges: Vec<u32>,
}

impl SceneNode {
    /// Where wires meet a port.
    pub fn anchor(&self, side: Side, index: usize) -> Point {
        geometry::port_anchor(self.rect, side, index)
    }

    /// The names of the ports on a side.
    pub fn ports(&self, side: Side) -> &[String] {
        match side {
            Side::Slot => &self.slots,
            Side::Event => &self.events,
        }
    }

    /// The port of this side with this index, as the document names it.
    pub fn port_ref(&self, side: Side, index: usize) -> Option<PortRef> {
        Some(PortRef::new(&self.id, self.ports(side).get(index)?))
    }
}

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SceneEnd {
    /// The routine's number.
    pub node: u32,
    /// The port's index; none if the routine has no such port.
    pub port: Option<u32>,
}

/// One connection on the canvas. Its number is its index in [`Scene::edges`] and in the flow's connections.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneEdge {
    /// The key of page hooks: `a.output->b.input`.
    pub key: String,
    /// Where it starts; none if there is no such routine.
    pub from: Option<SceneEnd>,
    /// Where it ends; none if there is no such routine.
    pub to: Option<SceneEnd>,
    /// Which of several it is.
    pub lane: Lane,
    /// Its curve; meaningless unless both ends are known ([`SceneEdge::is_drawn`]).
    pub path: EdgePath,
    /// The rectangle around the curve.
    pub bounds: Rect,
}

impl SceneEdge {
    /// Whether both routines exist.
    pub fn is_drawn(&self) -> bool {
        self.from.is_some() && self.to.is_some()
    }

    /// Whether both ports exist.
    pub fn is_valid(&self) -> bool {
        let has_port = |end: Option<SceneEnd>| end.is_some_and(|end| end.port.is_some());
        has_port(self.from) && has_port(self.to)
    }
}

/// What a viewport shows. Kept by the caller, so that its lists are reused from frame to frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visible {
    /// Numbers of the routines, ascending.
    pub nodes: Vec<u32>,
    /// Numbers of the connections, ascending.
    pub edges: Vec<u32>,
    /// How they are drawn.
    pub lod: Lod,
}

/// What an update of the scene did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SceneChange {
    /// These routines were moved or changed; numbers stay.
    Nodes(Vec<u32>),
    /// Everything was rebuilt: all numbers are new.
    Everything,
}

/// All shapes of one flow.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// The routines in the document's order.
    pub nodes: Vec<SceneNode>,
    /// The connections in the document's order.
    pub edges: Vec<SceneEdge>,
    number_of_id: BTreeMap<String, u32>,
    number_of_key: BTreeMap<String, u32>,
    node_grid: Grid,
    edge_grid: Grid,
    routines: Vec<Arc<Routine>>,
    connections: Vec<Connection>,
}

impl Scene {
    /// The shapes of a flow. Routines without a position get one from [`layout::missing_positions`].
    pub fn build(flow: &Flow, catalogue: &Catalogue) -> Self {
        let mut scene =
            Self { routines: flow.routines.clone(), connections: flow.connections.clone(), ..Self::default() };
        let missing = layout::missing_positions(flow, catalogue);
        for (number, routine) in flow.routines.iter().enumerate() {
            let position = routine.position.or_else(|| missing.get(&routine.id).copied()).unwrap_or_default();
            let node = node_of(routine, catalogue, position);
            scene.node_grid.insert(number as u32, &node.rect);
            scene.number_of_id.insert(node.id.clone(), number as u32);
            scene.nodes.push(node);
        }
        scene.build_edges();
        scene
    }

    fn build_edges(&mut self) {
        let mut pair_counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        let mut twin_counts: BTreeMap<(u32, u32, Option<u32>, Option<u32>), usize> = BTreeMap::new();
        for number in 0..self.connections.len() {
            let connection = &self.connections[number];
            let from = self.end_of(&connection.from, Side::Event);
            let to = self.end_of(&connection.to, Side::Slot);
            let mut lane = Lane::default();
            if let (Some(from), Some(to)) = (from, to) {
                lane.among_pair = count_one_more(pair_counts.entry((from.node, to.node)).or_default());
                let twins = twin_counts.entry((from.node, to.node, from.port, to.port)).or_default();
                lane.among_twins = count_one_more(twins);
                self.nodes[from.node as usize].edges.push(number as u32);
                if from.node != to.node {
                    self.nodes[to.node as usize].edges.push(number as u32);
                }
            }
            let path = self.path_between(from, to, lane);
            let edge = SceneEdge { key: connection.key(), from, to, lane, bounds: path.bounds(), path };
            // Of several with one key it is the first.
            self.number_of_key.entry(edge.key.clone()).or_insert(number as u32);
            if edge.is_drawn() {
                self.edge_grid.insert(number as u32, &edge.bounds);
            }
            self.edges.push(edge);
        }
    }

    fn end_of(&self, port: &PortRef, side: Side) -> Option<SceneEnd> {
        let node = self.number(&port.routine)?;
        let names = self.nodes[node as usize].ports(side);
        let index = names.iter().position(|name| *name == port.port);
        Some(SceneEnd { node, port: index.map(|index| index as u32) })
    }

    fn path_between(&self, from: Option<SceneEnd>, to: Option<SceneEnd>, lane: Lane) -> EdgePath {
        let (Some(from), Some(to)) = (from, to) else {
            return EdgePath::draft(Point::default(), Point::default());
        };
        let (start, end) = (self.anchor(from, Side::Event), self.anchor(to, Side::Slot));
        let boxes = [self.nodes[from.node as usize].rect, self.nodes[to.node as usize].rect];
        let is_small = self.nodes.len() <= WIRES_MAKE_WAY;
        let obstacles: &dyn Obstacles = if is_small { self } else { &NoObstacles };
        EdgePath::between(start, end, boxes, lane, obstacles)
    }

    fn anchor(&self, end: SceneEnd, side: Side) -> Point {
        let node = &self.nodes[end.node as usize];
        match end.port {
            Some(port) => node.anchor(side, port as usize),
            None => geometry::title_anchor(node.rect, side),
        }
    }

    /// Brings the scene up to date with an edited flow, in as few steps as possible.
    pub fn update(&mut self, flow: &Flow, catalogue: &Catalogue) -> SceneChange {
        let same_routines = self.routines.len() == flow.routines.len()
            && self.routines.iter().zip(&flow.routines).all(|(old, new)| Arc::ptr_eq(old, new) || old.id == new.id);
        if !same_routines || !same_ends(&self.connections, &flow.connections) {
            return self.rebuild(flow, catalogue);
        }
        let mut changed = Vec::new();
        let mut touched = Vec::new();
        for (number, routine) in flow.routines.iter().enumerate() {
            if Arc::ptr_eq(&self.routines[number], routine) {
                continue;
            }
            let position = routine.position.unwrap_or(corner(self.nodes[number].rect));
            let node = node_of(routine, catalogue, position);
            if node.slots != self.nodes[number].slots || node.events != self.nodes[number].events {
                return self.rebuild(flow, catalogue);
            }
            self.nodes[number].class = node.class;
            self.set_rect(number as u32, node.rect, &mut touched);
            changed.push(number as u32);
        }
        self.refresh_edges(touched);
        self.routines.clone_from(&flow.routines);
        SceneChange::Nodes(changed)
    }

    /// Builds all anew, with routines that have no position of their own where they are.
    fn rebuild(&mut self, flow: &Flow, catalogue: &Catalogue) -> SceneChange {
        let mut placed = flow.clone();
        for routine in placed.routines.iter_mut().filter(|routine| routine.position.is_none()) {
            if let Some(number) = self.number(&routine.id) {
                let position = corner(self.nodes[number as usize].rect);
                Arc::make_mut(routine).position = Some(position);
            }
        }
        *self = Self::build(&placed, catalogue);
        self.routines.clone_from(&flow.routines);
        SceneChange::Everything
    }

    /// Moves routines without a new flow: what a drag does in each frame, before it becomes one edit.
    pub fn move_nodes(&mut self, moves: &[(u32, Point)]) {
        let mut touched = Vec::new();
        for &(number, position) in moves {
            if let Some(node) = self.nodes.get(number as usize) {
                let rect = Rect { x: position.x, y: position.y, ..node.rect };
                self.set_rect(number, rect, &mut touched);
            }
        }
        self.refresh_edges(touched);
    }

    /// Moves a box and notes the connections whose wires that may change.
    fn set_rect(&mut self, number: u32, rect: Rect, touched: &mut Vec<u32>) {
        let old_rect = self.nodes[number as usize].rect;
        if old_rect == rect {
            return;
        }
        self.node_grid.remove(number, &old_rect);
        self.node_grid.insert(number, &rect);
        self.nodes[number as usize].rect = rect;
        if self.nodes.len() <= WIRES_MAKE_WAY {
            // Any wire may have to make way, or need to no longer: how far one looks around depends on its detour.
            if touched.len() < self.edges.len() {
                *touched = (0..self.edges.len() as u32).collect();
            }
        } else {
            touched.extend_from_slice(&self.nodes[number as usize].edges);
        }
    }

    fn refresh_edges(&mut self, mut numbers: Vec<u32>) {
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let edge = &self.edges[number as usize];
            let path = self.path_between(edge.from, edge.to, edge.lane);
            if path == edge.path {
                continue;
            }
            let bounds = path.bounds();
            self.edge_grid.remove(number, &edge.bounds);
            self.edge_grid.insert(number, &bounds);
            let edge = &mut self.edges[number as usize];
            edge.path = path;
            edge.bounds = bounds;
        }
    }

    /// The number of the routine with this id.
    pub fn number(&self, id: &str) -> Option<u32> {
        self.number_of_id.get(id).copied()
    }

    /// The number of the first connection with this key.
    pub fn edge_number(&self, key: &str) -> Option<u32> {
        self.number_of_key.get(key).copied()
    }

    /// The rectangle around all routines, for fit and the minimap.
    pub fn bounds(&self) -> Option<Rect> {
        geometry::bounds(self.nodes.iter().map(|node| node.rect))
    }

    /// The rectangle around these routines, for fitting a selection.
    pub fn bounds_of(&self, numbers: &[u32]) -> Option<Rect> {
        geometry::bounds(numbers.iter().filter_map(|&number| self.nodes.get(number as usize)).map(|node| node.rect))
    }

    /// What a viewport shows, into lists that are reused.
    pub fn visible_into(&self, visible: &mut Visible, viewport: &Viewport, size_on_screen: Size) {
        visible.nodes.clear();
        visible.edges.clear();
        let shown = viewport.visible_rect(size_on_screen);
        self.nodes_near(&shown, |number| visible.nodes.push(number));
        self.edges_near(&shown, |number| visible.edges.push(number));
        // The document's order is the painting order, and a list that keeps its order spares the DOM moves.
        visible.nodes.sort_unstable();
        visible.edges.sort_unstable();
        visible.lod = lod(viewport.zoom, visible.nodes.len());
    }

    /// What a viewport shows.
    pub fn visible(&self, viewport: &Viewport, size_on_screen: Size) -> Visible {
        let mut visible = Visible::default();
        self.visible_into(&mut visible, viewport, size_on_screen);
        visible
    }

    /// Each routine whose box touches the rectangle.
    pub fn nodes_near(&self, rect_in_canvas: &Rect, found: impl FnMut(u32)) {
        self.node_grid.each_near(rect_in_canvas, |number| self.nodes[number as usize].rect, found);
    }

    /// Each connection whose bounds touch the rectangle.
    pub fn edges_near(&self, rect_in_canvas: &Rect, found: impl FnMut(u32)) {
        self.edge_grid.each_near(rect_in_canvas, |number| self.edges[number as usize].bounds, found);
    }
}

impl Obstacles for Scene {
    fn around(&self, rect: &Rect) -> Option<Rect> {
        let mut all: Option<Rect> = None;
        self.nodes_near(rect, |number| {
            let found = self.nodes[number as usize].rect;
            all = Some(all.map_or(found, |all| all.joined(&found)));
        });
        all
    }
}

/// How routines are drawn at this zoom if so many are in view.
pub fn lod(zoom: f64, visible_routine_count: usize) -> Lod {
    let few = visible_routine_count <= FEW_ROUTINES && zoom >= NEAR_ZOOM_IF_FEW;
    if zoom >= NEAR_ZOOM || few { Lod::Near } else { Lod::Far }
}

fn node_of(routine: &Routine, catalogue: &Catalogue, position: Point) -> SceneNode {
    let ports = catalogue.ports(routine);
    let size = geometry::node_size(&routine.id, &routine.class, &ports);
    SceneNode {
        id: routine.id.clone(),
        class: routine.class.clone(),
        rect: Rect { x: position.x, y: position.y, w: size.w, h: size.h },
        slots: ports.slots.into_iter().map(|slot| slot.name).collect(),
        events: ports.events.into_iter().map(|event| event.name).collect(),
        edges: Vec::new(),
    }
}

fn corner(rect: Rect) -> Point {
    Point { x: rect.x, y: rect.y }
}

fn count_one_more(count: &mut usize) -> usize {
    *count += 1;
    *count - 1
}

fn same_ends(old: &[Connection], new: &[Connection]) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.from == new.from && old.to == new.to)
}

#[cfg(test)]
pub(crate) mod tests;
