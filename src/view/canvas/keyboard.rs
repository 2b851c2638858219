//! Moving around a flow by keys, and what a screen reader says about its parts.

use super::scene::Scene;
use crate::flow::model::{Flow, PYTHON_CLASS};
use crate::view::format::counted;
use crate::view::run_view::RunView;

/// Where an arrow key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// The routine nearest in a direction, by the geometry alone.
pub fn nearest_in_direction(scene: &Scene, from: u32, direction: Direction) -> Option<u32> {
    let start = scene.nodes.get(from as usize)?.rect.center();
    let mut nearest: Option<(f64, u32)> = None;
    for (number, node) in scene.nodes.iter().enumerate() {
        let center = node.rect.center();
        let (dx, dy) = (center.x - start.x, center.y - start.y);
        let (ahead, aside) = match direction {
            Direction::Left => (-dx, dy.abs()),
            Direction::Right => (dx, dy.abs()),
            Direction::Up => (-dy, dx.abs()),
            Direction::Down => (dy, dx.abs()),
        };
        // Within 60 degrees or so of the direction; what is aside counts double.
        let cost = ahead + 2.0 * aside;
        if ahead > 0.0 && aside <= ahead * 2.0 && nearest.is_none_or(|(other, _)| cost < other) {
            nearest = Some((cost, number as u32));
        }
    }
    nearest.map(|(_, number)| number)
}

/// The routines that connections from here lead to, in the delivery order, each once.
pub fn downstream(scene: &Scene, from: u32) -> Vec<u32> {
    neighbours(scene, from, true)
}

/// The routines that connections to here come from, each once.
pub fn upstream(scene: &Scene, from: u32) -> Vec<u32> {
    neighbours(scene, from, false)
}

fn neighbours(scene: &Scene, from: u32, is_downstream: bool) -> Vec<u32> {
    let mut found = Vec::new();
    let Some(node) = scene.nodes.get(from as usize) else { return found };
    for &edge in &node.edges {
        let edge = &scene.edges[edge as usize];
        let (here, there) = if is_downstream { (edge.from, edge.to) } else { (edge.to, edge.from) };
        let (Some(here), Some(there)) = (here, there) else { continue };
        if here.node == from && there.node != from && !found.contains(&there.node) {
            found.push(there.node);
        }
    }
    found
}

/// Where an arrow key leads: right and left follow connections first, then the geometry; up and down the geometry.
pub fn arrow_target(scene: &Scene, from: u32, direction: Direction) -> Option<u32> {
    let followed = match direction {
        Direction::Right => downstream(scene, from),
        Direction::Left => upstream(scene, from),
        Direction::Up | Direction::Down => Vec::new(),
    };
    followed.first().copied().or_else(|| nearest_in_direction(scene, from, direction))
}

/// All routines as one reads them: in rows from top to bottom, each from left to right.
pub fn reading_order(scene: &Scene) -> Vec<u32> {
    let mut order: Vec<u32> = (0..scene.nodes.len() as u32).collect();
    let rect = |number: u32| scene.nodes[number as usize].rect;
    order.sort_by(|&a, &b| rect(a).y.total_cmp(&rect(b).y).then(a.cmp(&b)));
    // A routine is in the row whose first one's middle it reaches.
    let mut row_start = 0;
    for index in 0..order.len() {
        if rect(order[index]).y > rect(order[row_start]).center().y {
            sort_row(&mut order[row_start..index], &rect);
            row_start = index;
        }
    }
    sort_row(&mut order[row_start..], &rect);
    order
}

fn sort_row(row: &mut [u32], rect: &impl Fn(u32) -> super::viewport::Rect) {
    row.sort_by(|&a, &b| rect(a).x.total_cmp(&rect(b).x).then(a.cmp(&b)));
}

/// The first routine after `from` in the list whose id starts with what was typed, letter case aside.
pub fn type_ahead(scene: &Scene, order: &[u32], from: u32, typed: &str) -> Option<u32> {
    let typed = typed.to_lowercase();
    let start = order.iter().position(|&number| number == from).map_or(0, |index| index + 1);
    let starts_so = |number: &u32| scene.nodes[*number as usize].id.to_lowercase().starts_with(&typed);
    order.iter().cycle().skip(start).take(order.len()).copied().find(starts_so)
}

/// The name of a routine for screen readers: `filter, Python, 1 slot, 2 events, completed, 3 waiting`.
pub fn routine_description(scene: &Scene, node: u32, run: &RunView) -> String {
    let Some(shape) = scene.nodes.get(node as usize) else { return String::new() };
    let mut text = format!(
        "{}, {}, {}, {}, {}",
        shape.id,
        shape.class,
        counted(shape.slots.len(), "slot"),
        counted(shape.events.len(), "event"),
        run.status(&shape.id).text(),
    );
    let waiting = run.waiting(&shape.id);
    if waiting > 0 {
        text.push_str(&format!(", {waiting} waiting"));
    }
    if run.held.as_ref().is_some_and(|held| held.routine == shape.id) {
        text.push_str(", the run is held here");
    }
    text
}

/// The name of a connection for screen readers: `sensor.output to alarms.input, breakpoint, 12 delivered`.
pub fn connection_description(flow: &Flow, index: usize, run: &RunView) -> String {
    use crate::flow::model::BreakpointPlace;
    let Some(connection) = flow.connections.get(index) else { return String::new() };
    let mut text = format!("{} to {}", connection.from, connection.to);
    let place = BreakpointPlace::Connection { from: connection.from.clone(), to: connection.to.clone() };
    if let Some(breakpoint) = flow.breakpoints.iter().find(|breakpoint| breakpoint.place == place) {
        text.push_str(if breakpoint.enabled { ", breakpoint" } else { ", disabled breakpoint" });
    }
    if connection.map.is_some() || connection.transform.is_some() {
        text.push_str(", changes the data");
    }
    let delivered = run.delivered(&connection.key());
    if delivered > 0 {
        text.push_str(&format!(", {delivered} delivered"));
    }
    text
}

/// The canvas as a whole for screen readers.
pub fn flow_description(flow: &Flow) -> String {
    let own = flow.routines.iter().filter(|routine| routine.class == PYTHON_CLASS).count();
    let name = flow.name.as_deref().unwrap_or(&flow.flow_id);
    format!(
        "Flow {name}: {}, {own} of them with logic of their own, {}",
        counted(flow.routines.len(), "routine"),
        counted(flow.connections.len(), "connection"),
    )
}

#[cfg(test)]
mod tests;
