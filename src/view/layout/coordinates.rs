//! Third step: places. Wires get as level as the order in the layers allows.

use super::layers::Layered;
use super::{COLUMN_GAP, ROW_GAP};
use crate::flow::model::{Point, Size};
use crate::view::canvas::geometry::GRID;

/// How often all layers are brought in line with their neighbours.
const ROUNDS: usize = 8;
/// Room around the place where a wire passes a layer.
const PASSING_GAP: f64 = 16.0;

/// The place of each routine, with the whole at (0, 0).
pub(super) fn places(layered: &Layered, sizes: &[Size]) -> Vec<Point> {
    let columns = columns(layered, sizes);
    let tops = tops(layered, sizes.len());
    let highest = tops[..sizes.len()].iter().copied().fold(f64::INFINITY, f64::min);
    let place = |number: usize| Point {
        x: columns[layered.items[number].layer],
        // Always down, so that what was apart stays apart by all but one step of the grid.
        y: ((tops[number] - highest) / GRID).floor() * GRID,
    };
    (0..sizes.len()).map(place).collect()
}

fn columns(layered: &Layered, sizes: &[Size]) -> Vec<f64> {
    let mut x = 0.0;
    let mut columns = Vec::with_capacity(layered.layers.len());
    for layer in &layered.layers {
        columns.push(x);
        let widest = layer.iter().filter_map(|&item| sizes.get(item)).map(|size| size.w).fold(0.0, f64::max);
        x += ((widest + COLUMN_GAP) / GRID).ceil() * GRID;
    }
    columns
}

/// The top of each item.
fn tops(layered: &Layered, routine_count: usize) -> Vec<f64> {
    let mut tops = vec![0.0; layered.items.len()];
    let mut wishes = Vec::new();
    for layer in &layered.layers {
        wishes.clear();
        wishes.resize(layer.len(), (0.0, 1.0));
        settle(layered, layer, routine_count, &wishes, &mut tops);
    }
    for round in 0..ROUNDS {
        let is_rightwards = round % 2 == 0;
        // The last rounds look both ways, so that neither side's wishes win outright.
        let looks_both_ways = round + 2 >= ROUNDS;
        for step in 0..layered.layers.len() {
            let index = if is_rightwards { step } else { layered.layers.len() - 1 - step };
            let layer = &layered.layers[index];
            let (left, right) = (looks_both_ways || is_rightwards, looks_both_ways || !is_rightwards);
            wishes.clear();
            wishes.extend(layer.iter().map(|&item| wished_top(layered, item, &tops, left, right)));
            settle(layered, layer, routine_count, &wishes, &mut tops);
        }
    }
    tops
}

/// Where an item would be if its wires were level, and how much that matters.
fn wished_top(layered: &Layered, item: usize, tops: &[f64], looks_left: bool, looks_right: bool) -> (f64, f64) {
    let (mut sum, mut weight) = (0.0, 0.0);
    if looks_left {
        for &link in &layered.items[item].from_left {
            let link = &layered.links[link];
            sum += link.weight * (tops[link.left] + link.left_y - link.right_y);
            weight += link.weight;
        }
    }
    if looks_right {
        for &link in &layered.items[item].to_right {
            let link = &layered.links[link];
            sum += link.weight * (tops[link.right] + link.right_y - link.left_y);
            weight += link.weight;
        }
    }
    if weight == 0.0 { (tops[item], 0.1) } else { (sum / weight, weight) }
}

/// Neighbours in a layer that touch and move as one.
struct Block {
    /// Mean wish of its items for the block's top, and the weight of it.
    top: f64,
    weight: f64,
    item_count: usize,
}

/// Puts the items of a layer as near to their wishes as order and gaps allow: least squares, exactly, by joining
/// blocks that would overlap (pool adjacent violators).
fn settle(layered: &Layered, layer: &[usize], routine_count: usize, wishes: &[(f64, f64)], tops: &mut [f64]) {
    let mut blocks: Vec<Block> = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    // In coordinates in which each item is pushed up by all that is above it, the order is all that is left to keep.
    let mut offsets = Vec::with_capacity(layer.len());
    for (position, (&item, &(wish, weight))) in layer.iter().zip(wishes).enumerate() {
        offsets.push(offset);
        blocks.push(Block { top: wish - offset, weight, item_count: 1 });
        while let [.., above, last] = &mut blocks[..]
            && above.top > last.top
        {
            let weight = above.weight + last.weight;
            above.top = (above.top * above.weight + last.top * last.weight) / weight;
            above.weight = weight;
            above.item_count += last.item_count;
            blocks.pop();
        }
        let next = layer.get(position + 1).copied().unwrap_or(item);
        let is_roomy = item < routine_count || next < routine_count;
        offset += layered.items[item].height + if is_roomy { ROW_GAP } else { PASSING_GAP };
    }
    let mut position = 0;
    for block in blocks {
        for _ in 0..block.item_count {
            tops[layer[position]] = block.top + offsets[position];
            position += 1;
        }
    }
}
