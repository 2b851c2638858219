//! The history's budget: what is kept takes no more, and every moment that can be shown is exact.

use proptest::prelude::*;

use super::{flows, posts, routine, session, start, state, wire};
use crate::debugger::history::MIN_BUDGET;
use crate::debugger::session::{Mode, Session, Stop};
use crate::debugger::settings::{Keep, NEWEST_BYTES, Settings};
use crate::engine::guard::Guard;
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow, Policy, PortRef};

/// Two routines that pass one item to and fro for ever.
fn endless() -> Flow {
    let mut flow = Flow::default();
    flow.routines.push(routine("a", "loop", Policy::Immediate).into());
    flow.routines.push(routine("b", "loop", Policy::Immediate).into());
    flow.connections = vec![wire("a", "b"), wire("b", "a")];
    flow.inputs = vec![posts("a", 0.0, 1, 0.0)];
    flow
}

fn settings(bytes: usize) -> Settings {
    let guard = Guard { instant_steps: u64::MAX >> 1, steps: u64::MAX >> 1 };
    Settings { history_bytes: bytes, guard, ..Settings::default() }
}

#[test]
fn a_long_run_keeps_to_its_budget_and_its_moments_are_exact() {
    const BUDGET: usize = 4_000_000;
    const STEPS: u64 = 60_000;
    let mut session = session(endless());
    session.configure(settings(BUDGET));
    start(&mut session, 1);
    let mut states = std::collections::BTreeMap::new();
    session.resume();
    while session.runtime().steps() < STEPS {
        let next = session.runtime().steps() + 997;
        session.advance(next.min(STEPS) - session.runtime().steps());
        states.insert(session.runtime().steps(), state(session.runtime()));
        let usage = session.history().usage();
        assert!(usage.total() <= BUDGET, "{usage:?}");
    }
    session.pause();
    let (first, next) = session.history().records().range();
    assert!(first > 0 && next - first > 10_000, "the oldest records were given up, the newest kept: {first} {next}");
    for (steps, expected) in states {
        assert!(session.show(steps, Stop::Step));
        assert_eq!(state(session.runtime()), expected, "after {steps} steps");
    }
    assert!(session.seek(0, false) && session.runtime().steps() == 0, "the start is kept");
}

#[test]
fn a_smaller_budget_is_kept_at_once() {
    let mut session = session(endless());
    session.configure(settings(50_000_000));
    start(&mut session, 1);
    session.resume();
    session.advance(30_000);
    assert!(session.history().usage().total() > 2 * MIN_BUDGET);
    session.configure(settings(1));
    let usage = session.history().usage();
    assert_eq!(usage.budget, MIN_BUDGET);
    assert!(usage.total() <= MIN_BUDGET, "{usage:?}");
}

#[test]
fn logpoints_beyond_the_budget_move_the_start() {
    let mut session = session(endless());
    session.configure(settings(MIN_BUDGET));
    let place = BreakpointPlace::Slot(PortRef::new("b", "input"));
    session.set_breakpoints(vec![Breakpoint { log_message: Some("here".into()), ..Breakpoint::new(place) }]);
    start(&mut session, 1);
    session.resume();
    session.advance(20_000);
    session.pause();
    let usage = session.history().usage();
    assert!(usage.total() <= MIN_BUDGET, "{usage:?}");
    let start = session.history().start();
    assert!(start > 0 && start < 20_000, "{start}");
    let now = state(session.runtime());
    assert!(session.show(0, Stop::Step));
    assert_eq!(session.runtime().steps(), start, "what is before cannot be shown");
    assert!(!session.step_back());
    session.resume();
    session.advance(20_000 - start);
    session.pause();
    assert_eq!(state(session.runtime()), now, "the way from there is the same");
}

#[test]
fn only_the_newest_records_are_kept_if_that_is_asked_for_and_every_moment_can_be_shown() {
    let mut session = session(endless());
    session.configure(Settings { keep: Keep::Newest, ..settings(100_000_000) });
    start(&mut session, 1);
    session.resume();
    session.advance(10_000);
    let then = state(session.runtime());
    session.advance(30_000);
    session.pause();
    let now = state(session.runtime());
    let (first, next) = session.history().records().range();
    assert!(first > 0 && next - first > 4_000, "{first} {next}");
    let usage = session.history().usage();
    assert!(usage.total() < NEWEST_BYTES + NEWEST_BYTES / 2, "{usage:?}");
    assert!(session.show(10_000, Stop::Step));
    assert_eq!(state(session.runtime()), then);
    session.resume();
    session.advance(30_000);
    session.pause();
    assert_eq!(state(session.runtime()), now, "the way from there is the same");
}

#[test]
fn nothing_is_recorded_if_that_is_asked_for_and_the_run_is_the_same() {
    let run = |keep| {
        let mut session = session(endless());
        session.configure(Settings { keep, ..settings(100_000_000) });
        start(&mut session, 1);
        session.resume();
        session.advance(5_000);
        session.pause();
        session
    };
    let counts = |session: &Session| {
        let routines = session.runtime().jobs().iter().flat_map(|job| &job.routines);
        (session.head(), routines.map(|routine| routine.activations).collect::<Vec<_>>())
    };
    let (mut off, all) = (run(Keep::Off), run(Keep::All));
    assert_eq!(counts(&off), counts(&all));
    assert_ne!(all.history().records().range(), (0, 0));
    assert_eq!(off.history().records().range(), (0, 0));
    assert!(off.step_back());
    assert_eq!(off.runtime().steps(), 4_999);
    off.resume();
    off.advance(1_000);
    off.pause();
    assert_eq!((off.runtime().steps(), off.history().records().range()), (5_999, (0, 0)));
}

#[test]
fn the_guard_of_the_settings_holds_from_the_next_run_on() {
    let mut session = session(endless());
    session.configure(Settings { guard: Guard { instant_steps: 50, steps: 1000 }, ..Settings::default() });
    start(&mut session, 1);
    session.resume();
    session.advance(10_000);
    assert_eq!(session.mode(), Mode::Held);
    assert_eq!(session.runtime().steps(), 50);
    let Some(Stop::Runaway(reason)) = session.stop() else { panic!("{:?}", session.stop()) };
    assert!(reason.contains("50 steps at one virtual instant in the cycle"), "{reason}");
    session.resume();
    session.advance(10_000);
    assert_eq!(session.runtime().steps(), 100, "it goes on as far again");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn saved_text_is_the_state(flow in flows(), at in 0..150u64) {
        let mut session = session(flow);
        start(&mut session, 2);
        session.resume();
        session.advance(at);
        session.pause();
        let text = session.save();
        let mut other = super::session(Flow::default());
        other.restore(&text).unwrap();
        prop_assert_eq!(state(other.runtime()), state(session.runtime()));
        for each in [&mut session, &mut other] {
            each.resume();
            each.advance(300);
        }
        prop_assert_eq!(state(other.runtime()), state(session.runtime()));
    }
}
