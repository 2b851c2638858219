//! What all updates together say is what looking at all jobs says; and idle jobs are not looked at.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{RANKS, Tracker, UPDATE_RECORDS, rank};
use crate::debugger::session::{Mode, Session, Stop};
use crate::debugger::settings::{Keep, Settings};
use crate::debugger::tests::{flows, posts, routine, session, start, wire};
use crate::flow::model::{Completion, Flow, Policy, PortRef};
use crate::flow::value::Value;

/// What a client knows from the updates.
#[derive(Debug, Default, PartialEq)]
struct Client {
    routines: BTreeMap<String, String>,
    queues: BTreeMap<String, usize>,
    jobs: BTreeMap<String, String>,
}

impl Client {
    fn hear(&mut self, tracker: &mut Tracker, session: &mut Session) {
        let Some(update) = tracker.update(session) else { return };
        if update.reset {
            *self = Self::default();
        }
        self.routines.extend(update.routines);
        self.jobs.extend(update.jobs);
        self.queues.extend(update.queues);
        self.queues.retain(|_, count| *count > 0);
    }

    /// The same by looking at everything.
    fn all(session: &Session) -> Self {
        let mut all = Self::default();
        let mut ranks: BTreeMap<&str, usize> = BTreeMap::new();
        for job in session.runtime().jobs() {
            all.jobs.insert(job.id.to_string(), job.status.name().into());
            for (program, routine) in job.program.routines.iter().zip(&job.routines) {
                let highest = ranks.entry(&program.id).or_default();
                *highest = rank(routine.status).max(*highest);
                for slot in routine.slots.iter().filter(|slot| slot.unconsumed() > 0) {
                    *all.queues.entry(format!("{}.{}", program.id, slot.name)).or_default() += slot.unconsumed();
                }
            }
        }
        all.routines = ranks.into_iter().map(|(id, rank)| (id.into(), RANKS[rank].name().into())).collect();
        all
    }
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Advance(u64),
    Show(u64),
    Post,
    Cancel,
    Restore,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn updates_add_up_to_the_whole(
        flow in flows(),
        acts in prop::collection::vec(
            prop_oneof![
                4 => (1..40u64).prop_map(Act::Advance),
                2 => (0..120u64).prop_map(Act::Show),
                1 => Just(Act::Post),
                1 => Just(Act::Cancel),
                1 => Just(Act::Restore),
            ],
            1..14,
        ),
    ) {
        let mut session = session(flow);
        let (mut tracker, mut client) = (Tracker::default(), Client::default());
        start(&mut session, 3);
        client.hear(&mut tracker, &mut session);
        prop_assert_eq!(&client, &Client::all(&session));
        for act in acts {
            match act {
                Act::Advance(steps) => {
                    session.resume();
                    session.advance(steps);
                    session.pause();
                }
                Act::Show(steps) => {
                    session.show(steps, Stop::Step);
                }
                // A job that has ended refuses it.
                Act::Post => drop(session.post("job-2", &PortRef::new("r0", "input"), Value::Null)),
                Act::Cancel => session.cancel(),
                Act::Restore => {
                    let text = session.save();
                    session.restore(&text).unwrap();
                    tracker = Tracker::default();
                }
            }
            client.hear(&mut tracker, &mut session);
            prop_assert_eq!(&client, &Client::all(&session), "after {:?}", act);
        }
    }
}

#[test]
fn idle_jobs_are_not_looked_at() {
    const JOBS: u32 = 2_000;
    let mut flow = Flow::default();
    flow.execution.completion = Completion::Manual;
    flow.routines.push(routine("a", "pass", Policy::Immediate).into());
    flow.routines.push(routine("b", "pass", Policy::BatchSize(1000)).into());
    flow.connections.push(wire("a", "b"));
    flow.inputs.push(posts("a", 0.0, 1, 0.0));
    let mut session = session(flow);
    let (mut tracker, mut client) = (Tracker::default(), Client::default());
    start(&mut session, JOBS);
    client.hear(&mut tracker, &mut session);
    session.resume();
    while session.mode() == Mode::Running {
        session.advance(1000);
    }
    client.hear(&mut tracker, &mut session);
    assert_eq!(client, Client::all(&session));
    session.post("job-7", &PortRef::new("a", "input"), Value::map([("hops", Value::Int(0))])).unwrap();
    session.advance(2);
    assert_eq!(session.take_touched(), Some(vec![6]), "only one job did something");
    session.post("job-9", &PortRef::new("a", "input"), Value::map([("hops", Value::Int(0))])).unwrap();
    session.advance(2);
    let update = tracker.update(&mut session).unwrap();
    assert_eq!(update.queues, [("b.input".to_owned(), JOBS as usize + 1)], "job 7 was taken away, job 9 is new");
}

#[test]
fn at_full_speed_the_newest_records_are_told_when_the_run_is_held() {
    let mut flow = Flow::default();
    flow.routines.push(routine("a", "loop", Policy::Immediate).into());
    flow.connections.push(wire("a", "a"));
    flow.inputs.push(posts("a", 0.0, 1, 0.0));
    let mut session = session(flow);
    session.configure(Settings { keep: Keep::Newest, ..session.settings() });
    start(&mut session, 1);
    let mut tracker = Tracker::default();
    let told = |tracker: &mut Tracker, session: &mut Session| {
        let update = tracker.update(session).unwrap();
        (update.records.len() as u64, update.dropped, update.seq)
    };
    let (_, _, begin) = told(&mut tracker, &mut session);
    session.resume();
    session.advance(500);
    let (count, dropped, middle) = told(&mut tracker, &mut session);
    assert_eq!((count, dropped), (0, middle - begin), "how many there were is told at once");
    session.advance(500);
    session.pause();
    let (count, dropped, end) = told(&mut tracker, &mut session);
    assert_eq!(count, UPDATE_RECORDS as u64);
    assert_eq!(dropped, end - middle - count);
}
