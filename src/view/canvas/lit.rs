//! The selected record's causes and effects on the canvas: their wires stand out, the others step back.

use super::paint::{Emphasis, Looks};
use super::scene::Scene;
use crate::view::causes::{Lit, Relation};

/// Lights up what is related. What the run is held at, what is selected and what is pointed at stays as it is.
pub fn light(looks: &mut Looks, scene: &Scene, lit: &Lit) {
    if lit.is_empty() {
        return;
    }
    for (index, look) in looks.edges.iter_mut().enumerate() {
        if look.emphasis <= Emphasis::Active {
            look.emphasis = emphasis(lit, lit.connection(index));
        }
    }
    for (look, node) in looks.nodes.iter_mut().zip(&scene.nodes) {
        if look.emphasis <= Emphasis::Active {
            look.emphasis = emphasis(lit, lit.routine(&node.id));
        }
    }
}

/// How something stands out that is related so; if anything is lit, what is not related steps back.
pub fn emphasis(lit: &Lit, relation: Option<Relation>) -> Emphasis {
    match relation {
        Some(Relation::Cause) => Emphasis::Cause,
        Some(Relation::Effect | Relation::Itself) => Emphasis::Effect,
        None if lit.is_empty() => Emphasis::None,
        None => Emphasis::Faded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::inspect::Relatives;
    use crate::view::canvas::paint::{EdgeLook, NodeLook};

    #[test]
    fn related_wires_stand_out_and_others_step_back() {
        let edge = |emphasis| EdgeLook { emphasis, ..EdgeLook::default() };
        let plain = Looks { nodes: vec![NodeLook::default()], edges: vec![edge(Emphasis::None); 3] };
        let mut looks = plain.clone();
        light(&mut looks, &Scene::default(), &Lit::default());
        assert_eq!(looks, plain, "nothing is selected");

        looks.edges.push(edge(Emphasis::Hit));
        let up = Relatives { connections: vec![0], ..Relatives::default() };
        let down = Relatives { connections: vec![1, 3], ..Relatives::default() };
        light(&mut looks, &Scene::default(), &Lit::new(None, &up, &down));
        let shown: Vec<_> = looks.edges.iter().map(|look| look.emphasis).collect();
        assert_eq!(shown, [Emphasis::Cause, Emphasis::Effect, Emphasis::Faded, Emphasis::Hit]);
    }
}
