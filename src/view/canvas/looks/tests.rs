//! Looks from run, breakpoints and attention.

use super::*;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::PortRef;
use crate::protocol::report::{Pending, RunState, State, Stopped};
use crate::view::canvas::scene::tests::large_flow;

fn place(flow: &Flow, index: usize) -> BreakpointPlace {
    BreakpointPlace::Connection { from: flow.connections[index].from.clone(), to: flow.connections[index].to.clone() }
}

#[test]
fn looks_come_from_run_breakpoints_and_attention() {
    let mut flow = large_flow(4, &[(0, 1), (1, 2), (2, 3)]);
    flow.breakpoints.push(Breakpoint::new(place(&flow, 0)));
    flow.breakpoints.push(Breakpoint { enabled: false, ..Breakpoint::new(place(&flow, 1)) });
    flow.breakpoints.push(Breakpoint::new(BreakpointPlace::Routine("r2".into())));
    flow.breakpoints.push(Breakpoint::new(BreakpointPlace::Slot(PortRef::new("r3", "in"))));
    let scene = Scene::build(&flow, &Catalogue::default());
    let mut run = RunView::default();
    run.start(&flow);
    let next = Pending { routine: "r1".into(), connection: Some(0), ..Pending::default() };
    let stopped = Stopped { reason: "breakpoint".into(), breakpoint: Some(0), ..Stopped::default() };
    let state = State { run: RunState::Paused, next: Some(next), stopped: Some(stopped), ..State::default() };
    assert!(run.apply_state(&state).held);
    let reports = [BreakpointReport { id: 2, verified: false, ..BreakpointReport::default() }];
    let attention = Attention { selected_nodes: vec![1, 3], hovered_edge: Some(2), ..Attention::default() };
    let mut looks = Looks::default();
    refresh_looks(&mut looks, &scene, &flow, &run, &reports, &attention);
    let nodes: Vec<_> = looks.nodes.iter().map(|look| look.emphasis).collect();
    assert_eq!(nodes, [Emphasis::None, Emphasis::Hit, Emphasis::None, Emphasis::Selected]);
    let edges: Vec<_> = looks.edges.iter().map(|look| (look.emphasis, look.breakpoint)).collect();
    assert_eq!(
        edges,
        [
            (Emphasis::Hit, BreakpointLook::Hit),
            (Emphasis::None, BreakpointLook::Disabled),
            (Emphasis::Hovered, BreakpointLook::None)
        ]
    );
    assert_eq!(looks.nodes[2].breakpoint, BreakpointLook::Invalid);
    let slot = BreakpointPlace::Slot(PortRef::new("r3", "in"));
    assert_eq!(look_at_place(&flow, &slot, &reports, run.held.as_ref()), BreakpointLook::Enabled);
    assert_eq!(look_at_place(&flow, &BreakpointPlace::Error(None), &reports, None), BreakpointLook::None);
}

#[test]
fn ports_and_routines_show_each_state_and_only_the_one_that_spoke_as_hit() {
    let mut flow = large_flow(2, &[(0, 1)]);
    let slot = PortRef::new("r1", "in");
    flow.breakpoints = vec![
        Breakpoint::new(BreakpointPlace::Slot(slot.clone())),
        Breakpoint::new(BreakpointPlace::Routine("r1".into())),
        Breakpoint { monitor: true, ..Breakpoint::new(BreakpointPlace::Event(PortRef::new("r0", "out"))) },
        Breakpoint { log_message: Some("x".into()), ..Breakpoint::new(BreakpointPlace::Routine("r0".into())) },
        Breakpoint { enabled: false, ..Breakpoint::new(BreakpointPlace::Error(Some("r0".into()))) },
    ];
    let stopped = Stopped { reason: "breakpoint".into(), breakpoint: Some(0), ..Stopped::default() };
    let held =
        HeldPlace { routine: "r1".into(), slot: Some(slot), stopped: Some(stopped.clone()), ..HeldPlace::default() };
    // An engine reports a disabled breakpoint as it reports the others: it stays a ring.
    let reports = [BreakpointReport { id: 4, verified: false, ..BreakpointReport::default() }];
    let looks = |held: &HeldPlace| {
        let looks = looks_by_place(&flow, &reports, Some(held));
        flow.breakpoints.iter().map(|breakpoint| looks[&breakpoint.place]).collect::<Vec<_>>()
    };
    use BreakpointLook::{Disabled, Enabled, Hit, Log, Monitor};
    assert_eq!(looks(&held), [Hit, Enabled, Monitor, Log, Disabled]);
    let step = HeldPlace { stopped: Some(Stopped { reason: "step".into(), ..stopped.clone() }), ..held.clone() };
    assert_eq!(looks(&step)[0], Enabled);
    // The number belongs to a list that was edited since.
    let elsewhere = HeldPlace { slot: Some(PortRef::new("r0", "in")), ..held };
    assert_eq!(looks(&elsewhere)[0], Enabled);
}

#[test]
fn wires_are_active_for_a_moment() {
    let flow = large_flow(2, &[(0, 1)]);
    let scene = Scene::build(&flow, &Catalogue::default());
    let mut looks = Looks::plain(&scene);
    let mut tokens = Tokens::new();
    tokens.push(0, 1, "", &[], 0.0);
    mark_active(&mut looks, &[0], &tokens);
    assert_eq!(looks.edges[0].emphasis, Emphasis::Active);
    tokens.advance(5000.0);
    mark_active(&mut looks, &[0], &tokens);
    assert_eq!(looks.edges[0].emphasis, Emphasis::None);
}
