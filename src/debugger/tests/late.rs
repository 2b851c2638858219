//! Records that are made when somebody looks are those that would have been made at once.

use proptest::prelude::*;

use super::{flows, posts, routine, session, start, state, wire};
use crate::debugger::late::NEWEST_STEPS;
use crate::debugger::session::{Mode, Session, Stop};
use crate::debugger::settings::{Keep, Settings};
use crate::engine::guard::Guard;
use crate::engine::record::to_value;
use crate::flow::model::{Breakpoint, BreakpointPlace, Flow, Policy, PortRef};
use crate::flow::value::Value;

/// What somebody does to a run.
#[derive(Clone, Debug)]
enum Act {
    Advance(u64),
    Post(usize),
    PauseAndGoOn,
    Step,
    Look,
    BackAndGoOn(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1..400u64).prop_map(Act::Advance),
        1 => (0..6usize).prop_map(Act::Post),
        1 => Just(Act::PauseAndGoOn),
        1 => Just(Act::Step),
        1 => Just(Act::Look),
        1 => (1..40u64).prop_map(Act::BackAndGoOn),
    ];
    prop::collection::vec(act, 1..12)
}

fn breakpoints() -> impl Strategy<Value = Vec<Breakpoint>> {
    let place = (0..6usize, 0..3usize).prop_map(|(routine, kind)| {
        let id = format!("r{routine}");
        Breakpoint::new(match kind {
            0 => BreakpointPlace::Error(None),
            1 => BreakpointPlace::Slot(PortRef::new(&id, "input")),
            _ => BreakpointPlace::Routine(id),
        })
    });
    // Every seventh time.
    let rare = place.prop_map(|point| Breakpoint { hit_condition: Some("%7".into()), ..point });
    prop::collection::vec(rare, 0..3)
}

impl Act {
    fn perform(&self, session: &mut Session) {
        match self {
            Act::Advance(steps) => {
                if session.mode() == Mode::Held {
                    session.resume();
                }
                session.advance(*steps);
            }
            Act::Post(routine) => {
                let to = PortRef::new(format!("r{routine}"), "input");
                // A full slot, or one that the flow has not, refuses alike in both.
                let _refused = session.post("", &to, Value::map([("hops", Value::Int(0))]));
            }
            Act::PauseAndGoOn => {
                session.pause();
                session.resume();
            }
            Act::Step => {
                session.pause();
                session.step_into();
            }
            Act::Look => session.make_records(),
            Act::BackAndGoOn(steps) => {
                session.show(session.runtime().steps().saturating_sub(*steps), Stop::Step);
                session.resume();
                session.advance(2 * steps);
            }
        }
    }
}

fn started(flow: &Flow, keep: Keep, breakpoints: Vec<Breakpoint>) -> Session {
    let mut session = session(flow.clone());
    let guard = Guard { instant_steps: u64::MAX >> 1, steps: u64::MAX >> 1 };
    session.configure(Settings { keep, guard, ..Settings::default() });
    session.set_breakpoints(breakpoints);
    start(&mut session, 2);
    session
}

fn records(session: &Session) -> Vec<Value> {
    session.history().records().from(0).map(|record| to_value(record, session.runtime())).collect()
}

/// All records of the one that keeps less are the last ones of the other.
fn assert_same_newest(newest: &Session, all: &Session) {
    let (newest, all) = (records(newest), records(all));
    assert!(newest.len() <= all.len(), "{} {}", newest.len(), all.len());
    assert_eq!(newest, all[all.len() - newest.len()..]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn late_records_are_the_same(flow in flows(), breakpoints in breakpoints(), acts in acts()) {
        let mut newest = started(&flow, Keep::Newest, breakpoints.clone());
        let mut all = started(&flow, Keep::All, breakpoints);
        for act in &acts {
            act.perform(&mut newest);
            act.perform(&mut all);
            prop_assert_eq!(state(newest.runtime()), state(all.runtime()));
            prop_assert_eq!(newest.stop(), all.stop());
            if newest.mode() == Mode::Held {
                assert_same_newest(&newest, &all);
            }
        }
        newest.pause();
        all.pause();
        assert_same_newest(&newest, &all);
        let (made, next) = newest.history().records().range();
        prop_assert_eq!((made, next), (0, newest.runtime().trace().next_seq.max(next)), "so few are all kept");
    }
}

#[test]
fn the_newest_records_of_a_long_run_are_there_whenever_it_is_held() {
    let mut flow = Flow::default();
    flow.routines.push(routine("a", "loop", Policy::Immediate).into());
    flow.routines.push(routine("b", "loop", Policy::Immediate).into());
    flow.connections = vec![wire("a", "b"), wire("b", "a")];
    flow.inputs = vec![posts("a", 0.0, 1, 0.0)];
    let (mut newest, mut all) = (started(&flow, Keep::Newest, vec![]), started(&flow, Keep::All, vec![]));
    for steps in [3_000, 9_000, 1, 30_000, 257] {
        for session in [&mut newest, &mut all] {
            session.resume();
            session.advance(steps);
            assert_eq!(session.mode(), Mode::Running);
            session.pause();
        }
        assert_same_newest(&newest, &all);
        let (first, next) = newest.history().records().range();
        assert_eq!(next, all.history().records().range().1);
        let enough = NEWEST_STEPS.min(newest.head());
        assert!(next - first >= enough, "{first} {next} after {enough}");
    }
    assert!(records(&newest).len() < records(&all).len() / 2, "the oldest were never made");
}
