//! What updates and states change.

use super::*;
use crate::flow::model::{Connection, Routine};
use crate::protocol::report::{JobState, Pending, RoutineState, SlotState};

fn flow() -> Flow {
    let mut flow = Flow::default();
    for id in ["a", "b"] {
        flow.routines.push(Routine::new(id, "Python").into());
    }
    flow.connections.push(Connection::new(PortRef::new("a", "out"), PortRef::new("b", "in")));
    flow.connections.push(Connection::new(PortRef::new("a", "out"), PortRef::new("b", "in")));
    flow
}

fn started() -> RunView {
    let mut view = RunView::default();
    view.start(&flow());
    view
}

fn update() -> Update {
    Update {
        run: RunState::Running,
        t: 5,
        routines: vec![("b".into(), "running".into())],
        queues: vec![("b.in".into(), 2)],
        deliveries: vec![(0, 2), (1, 1), (9, 1)],
        jobs: vec![("job-1".into(), "running".into())],
        ..Update::default()
    }
}

#[test]
fn an_update_tells_what_it_changed() {
    let mut view = started();
    let changed = view.apply_update(&update());
    assert_eq!(
        changed,
        Changed {
            run: true,
            time: true,
            jobs: true,
            routines: vec!["b".into()],
            slots: vec!["b.in".into()],
            // Both connections have the same key; the tenth does not exist.
            connections: vec![("a.out->b.in".into(), 3)],
            ..Changed::default()
        }
    );
    assert_eq!((view.status("b"), view.queue("b.in"), view.waiting("b")), (Status::Running, 2, 2));
    assert_eq!(view.waiting("a"), 0);
    let again = view.apply_update(&Update { deliveries: vec![], ..update() });
    assert_eq!(again, Changed::default());
}

#[test]
fn a_reset_forgets_all_before_it() {
    let mut view = started();
    assert!(view.apply_update(&update()).run);
    let changed = view.apply_update(&Update { reset: true, run: RunState::Past, ..Update::default() });
    assert!(changed.everything);
    assert_eq!((view.status("b"), view.queue("b.in"), view.delivered("a.out->b.in")), (Status::Pending, 0, 0));
    assert!(view.jobs.is_empty());
}

fn job(status: &str, waiting: usize) -> JobState {
    let slot = SlotState { name: "in".into(), unconsumed: waiting, ..SlotState::default() };
    let routine = RoutineState { id: "b".into(), status: status.into(), slots: vec![slot], ..RoutineState::default() };
    JobState { id: format!("job of {waiting}"), routines: vec![routine], ..JobState::default() }
}

#[test]
fn a_state_sums_all_jobs() {
    let mut view = started();
    let state = State { jobs: vec![job("completed", 1), job("failed", 4), job("pending", 0)], ..State::default() };
    let changed = view.apply_state(&state);
    assert_eq!((view.status("b"), view.queue("b.in")), (Status::Failed, 5));
    assert_eq!((changed.routines, changed.slots), (vec!["b".to_string()], vec!["b.in".to_string()]));
    let changed = view.apply_state(&State::default());
    assert_eq!((view.status("b"), view.queue("b.in")), (Status::Pending, 0));
    assert_eq!((changed.routines, changed.slots), (vec!["b".to_string()], vec!["b.in".to_string()]));
}

#[test]
fn the_held_place_is_known_until_the_run_goes_on() {
    let mut view = started();
    let next = Pending {
        routine: "b".into(),
        slot: Some("in".into()),
        from: Some("a.out".into()),
        connection: Some(1),
        ..Pending::default()
    };
    let state = State { run: RunState::Paused, next: Some(next), ..State::default() };
    assert!(view.apply_state(&state).held);
    let held = view.held.clone().unwrap_or_default();
    assert_eq!(held.connection.as_deref(), Some("a.out->b.in"));
    assert_eq!((held.slot, held.event), (PortRef::parse("b.in"), PortRef::parse("a.out")));
    assert!(!view.apply_state(&state).held);
    assert!(view.apply_update(&Update { run: RunState::Running, ..Update::default() }).held);
    assert_eq!(view.held, None);
}

#[test]
fn statuses_have_the_engines_names() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.name()), status);
    }
    assert_eq!(Status::parse("something new"), Status::Pending);
    let glyphs: BTreeSet<_> = Status::ALL.iter().map(|status| status.glyph()).collect();
    assert_eq!(glyphs.len(), Status::ALL.len());
}

#[test]
fn jobs_that_are_shown_keep_their_numbers() {
    let mut view = started();
    let jobs = (1..=3).map(|number| (format!("job-{number}"), "running".to_owned())).collect();
    let _changed = view.apply_update(&Update { jobs, ..Update::default() });
    view.show_jobs(JobFilter { muted: vec!["job-1".into()], ..JobFilter::default() });
    assert_eq!(view.shown_numbers().into_iter().collect::<Vec<_>>(), [("job-2", 2), ("job-3", 3)]);
}
