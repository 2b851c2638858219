//! The runaway guard: a job that never lets the clock advance, or never ends, is paused with the cycle it runs in.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use super::job::Job;
use super::program::Program;
use super::runtime::Core;
use super::task::Task;

/// Most steps of a job at one virtual instant.
pub const MAX_STEPS_AT_ONE_INSTANT: u64 = 100_000;

/// Most steps of a job.
pub const MAX_STEPS: u64 = 10_000_000;

/// After how many steps a job is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// At one virtual instant; at least 1.
    pub instant_steps: u64,
    /// In all, and again after as many more; at least 1.
    pub steps: u64,
}

impl Default for Guard {
    fn default() -> Self {
        Self { instant_steps: MAX_STEPS_AT_ONE_INSTANT, steps: MAX_STEPS }
    }
}

/// Why a job has to be paused before its next step, if it has.
#[inline]
pub fn runaway(core: &Core, job: &Job) -> Option<String> {
    let at_one_instant = job.instant_us == core.now_us && job.instant_steps >= core.guard.instant_steps;
    // Asked before every step, and dividing takes longer than the rest.
    if at_one_instant || job.steps >= core.guard.steps { reason(core, job, at_one_instant) } else { None }
}

#[cold]
fn reason(core: &Core, job: &Job, at_one_instant: bool) -> Option<String> {
    let guard = core.guard;
    if at_one_instant {
        let cycle = cycle_of(job);
        return Some(format!("runaway: {} steps at one virtual instant{cycle}", guard.instant_steps));
    }
    (job.steps.is_multiple_of(guard.steps) && job.instant_steps > 0)
        .then(|| format!("runaway: {} steps in one job{}", job.steps, cycle_of(job)))
}

/// The cycle of the flow that the next task runs in, as ` in the cycle a -> b -> a`, or nothing.
fn cycle_of(job: &Job) -> String {
    let Some(routine) = job.tasks.front().map(Task::routine) else { return String::new() };
    match cycle_through(&job.program, routine) {
        Some(cycle) => {
            let names: Vec<&str> = cycle.iter().map(|index| &*job.program.routines[*index as usize].id).collect();
            format!(" in the cycle {}", names.join(" -> "))
        }
        None => String::new(),
    }
}

/// A shortest cycle through a routine, or through one that it can reach; first and last are the same.
fn cycle_through(program: &Program, routine: u32) -> Option<Vec<u32>> {
    let mut graph = DiGraph::<(), ()>::new();
    let nodes: Vec<_> = program.routines.iter().map(|_| graph.add_node(())).collect();
    let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for connection in &program.connections {
        let (from, to) = (connection.from.0, connection.to.0);
        graph.add_edge(nodes[from as usize], nodes[to as usize], ());
        next.entry(from).or_default().push(to);
    }
    let in_cycle = |index: u32| next.get(&index).is_some_and(|targets| targets.contains(&index));
    let components = tarjan_scc(&graph);
    let cyclic: Vec<u32> = components
        .iter()
        .filter(|component| component.len() > 1 || component.iter().any(|node| in_cycle(node.index() as u32)))
        .flatten()
        .map(|node| node.index() as u32)
        .collect();
    let start = if cyclic.contains(&routine) {
        routine
    } else {
        path(&next, routine, &|index| cyclic.contains(&index))?.pop()?
    };
    let mut cycle = path(&next, start, &|index| index == start)?;
    cycle.insert(0, start);
    Some(cycle)
}

/// The shortest way from a routine to the first that is wanted, without its start.
fn path(next: &BTreeMap<u32, Vec<u32>>, start: u32, wanted: &dyn Fn(u32) -> bool) -> Option<Vec<u32>> {
    let mut came_from: BTreeMap<u32, u32> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(index) = queue.pop_front() {
        for &target in next.get(&index).map_or(&[][..], Vec::as_slice) {
            if wanted(target) {
                let mut way = vec![target];
                let mut at = index;
                while at != start {
                    way.insert(0, at);
                    at = came_from[&at];
                }
                return Some(way);
            }
            if target != start && !came_from.contains_key(&target) {
                came_from.insert(target, index);
                queue.push_back(target);
            }
        }
    }
    None
}
