//! What the connections of a flow make of it: loose ends, cycles, parts that nothing reaches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::super::entry::entry_slot;
use super::super::model::{Event, Flow, PYTHON_CLASS};
use super::super::problem::Problem;
use super::ports::PortTable;
use super::{Links, Port};

/// So many routines of a cycle are listed.
const LISTED: usize = 20;

/// Slots that nothing feeds and events that nobody hears.
pub fn unconnected(
    flow: &Flow,
    table: &PortTable<'_>,
    links: &Links<'_>,
    fed: &BTreeSet<Port<'_>>,
    problems: &mut Vec<Problem>,
) {
    let heard: BTreeSet<Port<'_>> = links.iter().map(|(from, _)| *from).collect();
    let mut fed = fed.clone();
    fed.extend(links.iter().map(|(_, to)| *to));
    for (index, routine) in flow.routines.iter().enumerate() {
        let Some(ports) = table.ports(index) else { continue };
        let path = |kind: &str, name: &str| match &*routine.class {
            PYTHON_CLASS => format!("routines.{}.{kind}.{name}", routine.id),
            _ => format!("routines.{}", routine.id),
        };
        for slot in ports.all.slots.iter().filter(|slot| !fed.contains(&(index, &*slot.name))) {
            let name = &slot.name;
            let message = format!("no connection and no input feeds the slot '{}.{name}'", routine.id);
            problems.push(Problem::warning("unconnected-slot", path("slots", name), message));
        }
        let is_heard = |event: &Event| heard.contains(&(index, &*event.name));
        let is_built_in = routine.class != PYTHON_CLASS;
        let some_heard = ports.all.events.iter().any(is_heard);
        for (position, event) in ports.all.events.iter().enumerate().filter(|(_, event)| !is_heard(event)) {
            let name = &event.name;
            let path = path("events", name);
            // Nobody chose the events of a built-in class, and hardly anybody needs all of them.
            problems.push(if is_built_in && (position > 0 || some_heard) {
                let message = format!("the event '{}.{name}' has no connection", routine.id);
                Problem::hint("unconnected-event", path, message)
            } else {
                let message = format!("the event '{}.{name}' has no connection, so what it emits is lost", routine.id);
                Problem::warning("unconnected-event", path, message)
            });
        }
    }
}

/// Routines that nothing reaches from outside.
pub fn unreachable(
    flow: &Flow,
    table: &PortTable<'_>,
    links: &Links<'_>,
    fed: &BTreeSet<Port<'_>>,
    problems: &mut Vec<Problem>,
) {
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((from, _), (to, _)) in links {
        next.entry(*from).or_default().push(*to);
    }
    let mut reached = vec![false; flow.routines.len()];
    let mut waiting = starts(flow, table, links, fed);
    while let Some(index) = waiting.pop() {
        if !std::mem::replace(&mut reached[index], true) {
            waiting.extend(next.get(&index).into_iter().flatten());
        }
    }
    for (routine, _) in flow.routines.iter().zip(reached).filter(|(_, reached)| !reached) {
        let message = format!("nothing reaches the routine '{}'; connect it or post to it with 'inputs'", routine.id);
        problems.push(Problem::warning("unreachable-routine", format!("routines.{}", routine.id), message));
    }
}

/// Where data comes in: what inputs feed, or without any the slot that entry parameters go to; and the routines of
/// which nobody can tell: built-in ones without slots, and those whose ports are not known.
fn starts(flow: &Flow, table: &PortTable<'_>, links: &Links<'_>, fed: &BTreeSet<Port<'_>>) -> Vec<usize> {
    let is_open = |index: &usize| match table.ports(*index) {
        None => true,
        Some(ports) => ports.all.slots.is_empty() && flow.routines[*index].class != PYTHON_CLASS,
    };
    let mut starts: Vec<usize> = (0..flow.routines.len()).filter(is_open).collect();
    if fed.is_empty() {
        starts.extend(entry(flow, table, links));
    }
    starts.extend(fed.iter().map(|(index, _)| *index));
    starts
}

/// The routine that entry parameters go to.
fn entry(flow: &Flow, table: &PortTable<'_>, links: &Links<'_>) -> Option<usize> {
    let connected: BTreeSet<Port<'_>> = links.iter().map(|(_, to)| *to).collect();
    let known = (0..flow.routines.len()).filter_map(|index| Some((index, table.ports(index)?)));
    let slots =
        known.flat_map(|(index, ports)| ports.all.slots.iter().map(move |slot| ((index, &*slot.name), &*slot.name)));
    entry_slot(slots, |place| connected.contains(place)).map(|(index, _)| index)
}

/// Cycles: one for every group of routines that reach each other, and every routine that is connected to itself.
pub fn cycles(flow: &Flow, links: &Links<'_>, problems: &mut Vec<Problem>) {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(flow.routines.len(), links.len());
    for _ in &flow.routines {
        graph.add_node(());
    }
    let mut own: BTreeSet<usize> = BTreeSet::new();
    for ((from, _), (to, _)) in links {
        if from == to {
            own.insert(*from);
        } else {
            graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), ());
        }
    }
    let groups = kosaraju_scc(&graph).into_iter().filter(|group| group.len() > 1);
    let mut cycles: Vec<Vec<usize>> = groups.map(|group| shortest_cycle(&graph, &group)).collect();
    cycles.extend(own.into_iter().map(|index| vec![index, index]));
    cycles.sort();
    for cycle in cycles {
        let mut ids: Vec<&str> = cycle.iter().map(|index| &*flow.routines[*index].id).collect();
        let count = ids.len() - 1;
        let first = ids[0];
        if count > LISTED {
            ids.truncate(LISTED);
            ids.extend(["…", first]);
        }
        let how_many =
            if count == 1 { "a routine feeds itself".into() } else { format!("{count} routines form a cycle") };
        let message = format!("{how_many}: {}", ids.join(" -> "));
        problems.push(Problem::hint("cycle", format!("routines.{first}"), message));
    }
}

/// A shortest cycle through the first routine of a group in which all reach each other.
fn shortest_cycle(graph: &DiGraph<(), ()>, group: &[NodeIndex]) -> Vec<usize> {
    let members: BTreeSet<NodeIndex> = group.iter().copied().collect();
    let Some(start) = members.first().copied() else { return Vec::new() };
    let mut came_from: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(node) = waiting.pop_front() {
        // Petgraph lists the newest edge first; the document's order is the one to show.
        let mut next: Vec<NodeIndex> = graph.neighbors(node).filter(|next| members.contains(next)).collect();
        next.sort_unstable();
        for neighbour in next {
            if neighbour == start {
                return path_back(&came_from, start, node);
            }
            if let std::collections::btree_map::Entry::Vacant(entry) = came_from.entry(neighbour) {
                entry.insert(node);
                waiting.push_back(neighbour);
            }
        }
    }
    Vec::new()
}

fn path_back(came_from: &BTreeMap<NodeIndex, NodeIndex>, start: NodeIndex, last: NodeIndex) -> Vec<usize> {
    let mut cycle = vec![start.index(), last.index()];
    let mut node = last;
    while let Some(before) = came_from.get(&node).filter(|_| node != start) {
        cycle.push(before.index());
        node = *before;
    }
    cycle.reverse();
    cycle
}
