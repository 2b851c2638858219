//! Second step: the order within the layers, so that few wires cross.

use super::layers::Layered;

/// Sweeps over all layers, to the right and back.
const SWEEPS: usize = 12;
/// Sweeps over a flow that is so large that each takes long.
const SWEEPS_IF_LARGE: usize = 4;
/// What "large" means, in links.
const LARGE: usize = 20_000;

/// Reorders the layers: each item to the mean of where its neighbours' ports are, again and again; the best order stays.
pub(super) fn reduce_crossings(layered: &mut Layered) {
    let mut place = vec![0usize; layered.items.len()];
    for layer in &layered.layers {
        note_places(layer, &mut place);
    }
    let mut best = layered.layers.clone();
    let mut best_count = crossing_count(layered, &place);
    let sweeps = if layered.links.len() > LARGE { SWEEPS_IF_LARGE } else { SWEEPS };
    for sweep in 0..sweeps {
        if best_count == 0 {
            break;
        }
        let is_rightwards = sweep % 2 == 0;
        for step in 1..layered.layers.len() {
            let index = if is_rightwards { step } else { layered.layers.len() - 1 - step };
            let mut layer = std::mem::take(&mut layered.layers[index]);
            sort_layer(layered, &mut layer, &place, is_rightwards);
            note_places(&layer, &mut place);
            layered.layers[index] = layer;
        }
        let count = crossing_count(layered, &place);
        if count < best_count {
            best_count = count;
            best.clone_from(&layered.layers);
        }
    }
    layered.layers = best;
}

fn note_places(layer: &[usize], place: &mut [usize]) {
    for (index, &item) in layer.iter().enumerate() {
        place[item] = index;
    }
}

fn sort_layer(layered: &Layered, layer: &mut [usize], place: &[usize], is_rightwards: bool) {
    let mut keyed: Vec<(f64, usize)> = layer
        .iter()
        .map(|&item| (wished_place(layered, item, place, is_rightwards).unwrap_or(place[item] as f64), item))
        .collect();
    // Stable, so that equals keep the document's order.
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (slot, (_, item)) in layer.iter_mut().zip(keyed) {
        *slot = item;
    }
}

/// The mean place of the ports on the fixed side; a port's share of its box's height orders wires of one routine.
fn wished_place(layered: &Layered, item: usize, place: &[usize], is_rightwards: bool) -> Option<f64> {
    let links = if is_rightwards { &layered.items[item].from_left } else { &layered.items[item].to_right };
    if links.is_empty() {
        return None;
    }
    let mut sum = 0.0;
    for &link in links {
        let link = &layered.links[link];
        let (other, other_y, own_y) = if is_rightwards {
            (link.left, link.left_y, link.right_y)
        } else {
            (link.right, link.right_y, link.left_y)
        };
        sum += place[other] as f64 + share(other_y, layered.items[other].height)
            - share(own_y, layered.items[item].height);
    }
    Some(sum / links.len() as f64)
}

fn share(y: f64, height: f64) -> f64 {
    y / height.max(1.0) * 0.9
}

/// How many pairs of links cross.
fn crossing_count(layered: &Layered, place: &[usize]) -> usize {
    let mut crossings = 0;
    for pair in layered.layers.windows(2) {
        let [left, right] = pair else { continue };
        let mut ends: Vec<(usize, f64, usize, f64)> = Vec::new();
        for &item in left {
            for &link in &layered.items[item].to_right {
                let link = &layered.links[link];
                ends.push((place[item], link.left_y, place[link.right], link.right_y));
            }
        }
        ends.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)).then(a.3.total_cmp(&b.3)));
        crossings += inversion_count(&ends, right.len());
    }
    crossings
}

/// Pairs in the wrong order at the right end, counted with a Fenwick tree over the right layer.
fn inversion_count(ends: &[(usize, f64, usize, f64)], right_count: usize) -> usize {
    let mut tree = vec![0usize; right_count + 1];
    let mut count = 0;
    for (seen, &(_, _, right, _)) in ends.iter().enumerate() {
        let mut not_after = 0;
        let mut index = right + 1;
        while index > 0 {
            not_after += tree[index];
            index &= index - 1;
        }
        count += seen - not_after;
        index = right + 1;
        while index <= right_count {
            tree[index] += 1;
            index += index & index.wrapping_neg();
        }
    }
    // Links between the same two routines that cross because of their ports.
    count + ends.windows(2).filter(|two| two[0].0 == two[1].0 && two[0].2 == two[1].2 && two[0].3 > two[1].3).count()
}
