//! Automatic layout from left to right: layers along the connections, few crossings, no overlaps.
//!
//! The steps are those of Sugiyama's method. Ports count: the wires of one routine are kept in the order of its
//! ports. The same flow always gets the same layout.

mod coordinates;
mod layers;
mod order;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;

use super::canvas::geometry::{self, GRID, Side};
use super::canvas::grid::Grid;
use super::canvas::viewport::Rect;
use crate::flow::catalogue::{Catalogue, Ports};
use crate::flow::model::{Flow, Point, Size};

/// Room between two columns: wires bend there.
const COLUMN_GAP: f64 = 120.0;
/// Room between two routines of a column. Snapping to the grid may take half of it.
const ROW_GAP: f64 = 48.0;
/// Room between parts of a flow that are not connected.
const PART_GAP: f64 = 80.0;
/// Width to height of the whole, where there are many unconnected parts.
const ASPECT: f64 = 1.6;

/// A routine to be placed.
struct Shape {
    size: Size,
    ports: Ports,
}

/// A connection between two shapes, with the heights of its ends within their boxes.
#[derive(Clone, Copy)]
struct Wire {
    from: usize,
    to: usize,
    from_y: f64,
    to_y: f64,
    /// How much it matters that the wire is level.
    weight: f64,
}

/// Places for all routines, from left to right along the connections.
pub fn arrange(flow: &Flow, catalogue: &Catalogue) -> BTreeMap<String, Point> {
    let places = arranged(flow, &shapes_of(flow, catalogue));
    flow.routines.iter().zip(places).map(|(routine, place)| (routine.id.clone(), place)).collect()
}

/// Places for the routines that have none; the others stay where they are.
pub fn missing_positions(flow: &Flow, catalogue: &Catalogue) -> BTreeMap<String, Point> {
    if flow.routines.iter().all(|routine| routine.position.is_some()) {
        return BTreeMap::new();
    }
    let shapes = shapes_of(flow, catalogue);
    let ideal = arranged(flow, &shapes);
    let mut found = BTreeMap::new();
    let mut taken = Taken::default();
    for (routine, shape) in flow.routines.iter().zip(&shapes) {
        if let Some(position) = routine.position {
            taken.add(rect_at(position, shape.size));
        }
    }
    let shifts = shifts_to_neighbours(flow, &ideal);
    for (index, routine) in flow.routines.iter().enumerate().filter(|(_, routine)| routine.position.is_none()) {
        let wished = Point { x: ideal[index].x + shifts[index].x, y: ideal[index].y + shifts[index].y };
        let rect = taken.add_below(rect_at(geometry::snap_to_grid(wished), shapes[index].size));
        found.insert(routine.id.clone(), Point { x: rect.x, y: rect.y });
    }
    found
}

fn shapes_of(flow: &Flow, catalogue: &Catalogue) -> Vec<Shape> {
    let shape = |routine: &crate::flow::model::Routine| {
        let ports = catalogue.ports(routine);
        Shape { size: geometry::node_size(&routine.id, &routine.class, &ports), ports }
    };
    flow.routines.iter().map(|routine| shape(routine)).collect()
}

fn wires_of(flow: &Flow, shapes: &[Shape]) -> Vec<Wire> {
    let numbers: BTreeMap<&str, usize> =
        flow.routines.iter().enumerate().map(|(number, routine)| (routine.id.as_str(), number)).collect();
    let anchor_y = |number: usize, side: Side, name: &str| {
        let ports = &shapes[number].ports;
        let index = match side {
            Side::Slot => ports.slots.iter().position(|slot| slot.name == name),
            Side::Event => ports.events.iter().position(|event| event.name == name),
        };
        index.map_or(geometry::TITLE_HEIGHT / 2.0, |index| geometry::port_anchor(Rect::default(), side, index).y)
    };
    let wire = |connection: &crate::flow::model::Connection| {
        let from = *numbers.get(connection.from.routine.as_str())?;
        let to = *numbers.get(connection.to.routine.as_str())?;
        let from_y = anchor_y(from, Side::Event, &connection.from.port);
        (from != to).then(|| Wire {
            from,
            to,
            from_y,
            to_y: anchor_y(to, Side::Slot, &connection.to.port),
            weight: 1.0,
        })
    };
    flow.connections.iter().filter_map(wire).collect()
}

/// The place of each routine, by number.
fn arranged(flow: &Flow, shapes: &[Shape]) -> Vec<Point> {
    let wires = wires_of(flow, shapes);
    let sizes: Vec<Size> = shapes.iter().map(|shape| shape.size).collect();
    let mut places = vec![Point::default(); sizes.len()];
    let mut boxes = Vec::new();
    let parts = parts(sizes.len(), &wires);
    for part in &parts {
        boxes.push(arrange_part(part, &sizes, &mut places));
    }
    for (part, corner) in parts.iter().zip(packed(&boxes)) {
        for &number in &part.members {
            places[number].x += corner.x;
            places[number].y += corner.y;
        }
    }
    places
}

/// Routines that are connected with each other, and their wires by positions among the members.
struct Part {
    members: Vec<usize>,
    wires: Vec<Wire>,
}

fn parts(count: usize, wires: &[Wire]) -> Vec<Part> {
    let mut sets = UnionFind::new(count);
    for wire in wires {
        sets.union(wire.from, wire.to);
    }
    let mut part_of_root: BTreeMap<usize, usize> = BTreeMap::new();
    let mut position = vec![0; count];
    let mut parts: Vec<Part> = Vec::new();
    for (number, its_position) in position.iter_mut().enumerate() {
        let part = *part_of_root.entry(sets.find_mut(number)).or_insert(parts.len());
        if part == parts.len() {
            parts.push(Part { members: Vec::new(), wires: Vec::new() });
        }
        *its_position = parts[part].members.len();
        parts[part].members.push(number);
    }
    for wire in wires {
        let part = part_of_root[&sets.find_mut(wire.from)];
        parts[part].wires.push(Wire { from: position[wire.from], to: position[wire.to], ..*wire });
    }
    parts
}

/// Places the members of a part from (0, 0) on. Tells the size of the whole.
fn arrange_part(part: &Part, sizes: &[Size], places: &mut [Point]) -> Size {
    let own_sizes: Vec<Size> = part.members.iter().map(|&number| sizes[number]).collect();
    let mut layered = layers::layered(&own_sizes, &part.wires);
    order::reduce_crossings(&mut layered);
    let own_places = coordinates::places(&layered, &own_sizes);
    let mut whole = Size::default();
    for ((&number, place), size) in part.members.iter().zip(own_places).zip(&own_sizes) {
        places[number] = place;
        whole = Size { w: whole.w.max(place.x + size.w), h: whole.h.max(place.y + size.h) };
    }
    whole
}

/// Corners for the parts: side by side in rows that are as long as the whole should be wide, in their order.
fn packed(sizes: &[Size]) -> Vec<Point> {
    let area: f64 = sizes.iter().map(|size| (size.w + PART_GAP) * (size.h + PART_GAP)).sum();
    let widest = sizes.iter().map(|size| size.w).fold(0.0, f64::max);
    // A flow of a few parts reads better as a stack.
    let row_width = if sizes.len() <= 3 { widest } else { widest.max((area * ASPECT).sqrt()) };
    let snap_up = |length: f64| (length / GRID).ceil() * GRID;
    let (mut x, mut y, mut row_height) = (0.0, 0.0, 0.0f64);
    let mut corners = Vec::with_capacity(sizes.len());
    for size in sizes {
        if x > 0.0 && x + size.w > row_width {
            (x, y, row_height) = (0.0, y + snap_up(row_height + PART_GAP), 0.0);
        }
        corners.push(Point { x, y });
        x += snap_up(size.w + PART_GAP);
        row_height = row_height.max(size.h);
    }
    corners
}

/// How far each routine without a position is to be moved from its ideal place to be near the ones with a position.
fn shifts_to_neighbours(flow: &Flow, ideal: &[Point]) -> Vec<Point> {
    let mut sums = vec![(Point::default(), 0.0); ideal.len()];
    let mut overall = (Point::default(), 0.0);
    let shift_of = |number: usize| {
        let position = flow.routines[number].position?;
        Some(Point { x: position.x - ideal[number].x, y: position.y - ideal[number].y })
    };
    let add = |sum: &mut (Point, f64), shift: Point| {
        *sum = (Point { x: sum.0.x + shift.x, y: sum.0.y + shift.y }, sum.1 + 1.0);
    };
    for shift in (0..ideal.len()).filter_map(shift_of) {
        add(&mut overall, shift);
    }
    let numbers: BTreeMap<&str, usize> =
        flow.routines.iter().enumerate().map(|(number, routine)| (routine.id.as_str(), number)).collect();
    for connection in &flow.connections {
        let ends = [&connection.from, &connection.to].map(|end| numbers.get(end.routine.as_str()).copied());
        let [Some(from), Some(to)] = ends else { continue };
        for (here, there) in [(from, to), (to, from)] {
            if let Some(shift) = shift_of(there) {
                add(&mut sums[here], shift);
            }
        }
    }
    let mean = |(sum, count): (Point, f64)| Point { x: sum.x / f64::max(count, 1.0), y: sum.y / f64::max(count, 1.0) };
    sums.into_iter().map(|sum| mean(if sum.1 > 0.0 { sum } else { overall })).collect()
}

/// Places that are taken.
#[derive(Default)]
struct Taken {
    rects: Vec<Rect>,
    grid: Grid,
}

impl Taken {
    fn add(&mut self, rect: Rect) {
        self.grid.insert(self.rects.len() as u32, &rect);
        self.rects.push(rect);
    }

    /// Takes the place, or the first free one below.
    fn add_below(&mut self, mut rect: Rect) -> Rect {
        loop {
            let mut free_y = rect.y;
            self.grid.each_near(
                &rect.grown(GRID - 1.0),
                |number| self.rects[number as usize],
                |number| {
                    free_y = free_y.max(self.rects[number as usize].bottom() + GRID);
                },
            );
            if free_y <= rect.y {
                self.add(rect);
                return rect;
            }
            rect.y = (free_y / GRID).ceil() * GRID;
        }
    }
}

fn rect_at(position: Point, size: Size) -> Rect {
    Rect { x: position.x, y: position.y, w: size.w, h: size.h }
}
