//! First step: each routine gets a layer to the right of what it takes from.

use super::Wire;
use crate::flow::model::Size;

/// Room that a long wire takes in a layer that it passes.
const PASSING_HEIGHT: f64 = 8.0;

/// Weight of a wire that leads back.
const TURNED_WEIGHT: f64 = 0.05;

/// A routine, or the place where a long wire passes a layer.
pub(super) struct Item {
    pub(super) layer: usize,
    pub(super) height: f64,
    /// Numbers of links from the layer before.
    pub(super) from_left: Vec<usize>,
    /// Numbers of links to the layer after.
    pub(super) to_right: Vec<usize>,
}

/// A wire, or a piece of one, between two neighbouring layers.
#[derive(Clone, Copy)]
pub(super) struct Link {
    pub(super) left: usize,
    pub(super) right: usize,
    /// Where it is attached, from the item's top.
    pub(super) left_y: f64,
    pub(super) right_y: f64,
    /// How much it matters that the link is level.
    pub(super) weight: f64,
}

/// A part of a flow in layers. Routines come first among the items, with their numbers.
pub(super) struct Layered {
    pub(super) items: Vec<Item>,
    pub(super) links: Vec<Link>,
    /// Items from top to bottom, layer by layer.
    pub(super) layers: Vec<Vec<usize>>,
}

/// Puts routines into layers and cuts wires into links.
pub(super) fn layered(sizes: &[Size], wires: &[Wire]) -> Layered {
    let forward = without_cycles(sizes, wires);
    let layer_of = layers_of(sizes.len(), &forward);
    let item = |(layer, height)| Item { layer, height, from_left: Vec::new(), to_right: Vec::new() };
    let items: Vec<Item> = layer_of.iter().copied().zip(sizes.iter().map(|size| size.h)).map(item).collect();
    let layer_count = layer_of.iter().max().map_or(0, |last| last + 1);
    let mut layered = Layered { items, links: Vec::new(), layers: vec![Vec::new(); layer_count] };
    for wire in &forward {
        let (mut left, mut left_y) = (wire.from, wire.from_y);
        for layer in layer_of[wire.from] + 1..layer_of[wire.to] {
            let passing = layered.items.len();
            layered.items.push(item((layer, PASSING_HEIGHT)));
            layered.link(Link { left, right: passing, left_y, right_y: PASSING_HEIGHT / 2.0, weight: wire.weight });
            (left, left_y) = (passing, PASSING_HEIGHT / 2.0);
        }
        layered.link(Link { left, right: wire.to, left_y, right_y: wire.to_y, weight: wire.weight });
    }
    layered.fill_layers(sizes.len());
    layered
}

impl Layered {
    fn link(&mut self, link: Link) {
        self.items[link.left].to_right.push(self.links.len());
        self.items[link.right].from_left.push(self.links.len());
        self.links.push(link);
    }

    /// A first order: along the wires from the first routines on, so that what belongs together starts together.
    fn fill_layers(&mut self, routine_count: usize) {
        let mut is_seen = vec![false; self.items.len()];
        for start in 0..routine_count {
            if !self.items[start].from_left.is_empty() {
                continue;
            }
            let mut waiting = vec![start];
            while let Some(number) = waiting.pop() {
                if std::mem::replace(&mut is_seen[number], true) {
                    continue;
                }
                self.layers[self.items[number].layer].push(number);
                waiting.extend(self.items[number].to_right.iter().rev().map(|&link| self.links[link].right));
            }
        }
    }
}

/// The wires with those turned around that lead back: what is left has no cycles.
///
/// A depth-first walk from the entries finds them, in the document's order. The greedy feedback arc set turns fewer
/// wires in dense graphs, but in a plain loop it may turn the wrong one, and the loop's entry ends up in its middle.
fn without_cycles(sizes: &[Size], wires: &[Wire]) -> Vec<Wire> {
    let mut outgoing = vec![Vec::new(); sizes.len()];
    let mut is_entry = vec![true; sizes.len()];
    for (number, wire) in wires.iter().enumerate() {
        outgoing[wire.from].push(number);
        is_entry[wire.to] = false;
    }
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        OnTheWay,
        Done,
    }
    let mut marks = vec![Mark::New; sizes.len()];
    let mut forward = wires.to_vec();
    let starts = (0..sizes.len()).filter(|&number| is_entry[number]).chain(0..sizes.len());
    for start in starts {
        if marks[start] != Mark::New {
            continue;
        }
        // Not recursive: a chain of thousands of routines must not end the stack.
        let mut way = vec![(start, 0)];
        marks[start] = Mark::OnTheWay;
        while let Some((number, next)) = way.last_mut() {
            let Some(&wire_number) = outgoing[*number].get(*next) else {
                marks[*number] = Mark::Done;
                way.pop();
                continue;
            };
            *next += 1;
            let wire = wires[wire_number];
            match marks[wire.to] {
                Mark::New => {
                    marks[wire.to] = Mark::OnTheWay;
                    way.push((wire.to, 0));
                }
                Mark::OnTheWay => {
                    // Such a wire goes around both boxes: it is never level, and where it is attached does not matter.
                    let (from_y, to_y) = (sizes[wire.to].h, sizes[wire.from].h);
                    forward[wire_number] = Wire { from: wire.to, to: wire.from, from_y, to_y, weight: TURNED_WEIGHT };
                }
                Mark::Done => {}
            }
        }
    }
    forward
}

/// The longest way from an entry. Entries move to the right, next to what they feed.
fn layers_of(count: usize, wires: &[Wire]) -> Vec<usize> {
    let mut waits_for = vec![0usize; count];
    let mut outgoing = vec![Vec::new(); count];
    for wire in wires {
        waits_for[wire.to] += 1;
        outgoing[wire.from].push(wire.to);
    }
    let is_entry: Vec<bool> = waits_for.iter().map(|&count| count == 0).collect();
    let mut layer_of = vec![0; count];
    let mut ready: Vec<usize> = (0..count).filter(|&number| is_entry[number]).collect();
    while let Some(number) = ready.pop() {
        for &next in &outgoing[number] {
            layer_of[next] = layer_of[next].max(layer_of[number] + 1);
            waits_for[next] -= 1;
            if waits_for[next] == 0 {
                ready.push(next);
            }
        }
    }
    for number in (0..count).filter(|&number| is_entry[number]) {
        if let Some(nearest) = outgoing[number].iter().map(|&next| layer_of[next]).min() {
            layer_of[number] = nearest - 1;
        }
    }
    let first = layer_of.iter().min().copied().unwrap_or_default();
    layer_of.iter().map(|layer| layer - first).collect()
}
