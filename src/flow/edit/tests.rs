//! What edits do to a flow.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::sync::Arc;

use super::fragment::{copied, fitted};
use super::*;
use crate::flow::catalogue::{Class, Ports};
use crate::flow::model::{Connection, PYTHON_CLASS};

/// The class `Batcher` with the slot `input` and the event `output`.
fn catalogue() -> Catalogue {
    let ports = |_: &Map| Ports { slots: vec![Slot::new("input")], events: vec![Event::new("output")] };
    let batcher = Class {
        name: "Batcher",
        category: "",
        about: "",
        config: &[],
        ports,
        policy: |_| Some(Policy::BatchSize(5)),
        example: "{}",
    };
    Catalogue { classes: vec![batcher] }
}

fn port(text: &str) -> PortRef {
    PortRef::parse(text).unwrap()
}

/// a.x -> b.in (twice), b.x -> c.input (a Batcher), a.y -> a.in; an input of b and a breakpoint at each kind of place.
fn flow() -> Flow {
    let mut flow = Flow::default();
    for id in ["a", "b"] {
        let mut routine = Routine::new(id, PYTHON_CLASS);
        routine.slots = vec![Slot::new("in"), Slot::new("more")];
        routine.events = vec![Event::new("x"), Event::new("y")];
        routine.position = Some(Point { x: 0.0, y: 0.0 });
        flow.routines.push(Arc::new(routine));
    }
    flow.routines.push(Arc::new(Routine::new("c", "Batcher")));
    for (from, to) in [("a.x", "b.in"), ("a.x", "b.in"), ("b.x", "c.input"), ("a.y", "a.in")] {
        flow.connections.push(Connection::new(port(from), port(to)));
    }
    let to = port("b.in");
    flow.inputs.push(Input { to, data: Value::Null, at: 0.0, repeat: 1, every: 0.0, extra: Map::default() });
    flow.breakpoints = vec![
        Breakpoint::new(BreakpointPlace::Connection { from: port("a.x"), to: port("b.in") }),
        Breakpoint::new(BreakpointPlace::Slot(port("b.in"))),
        Breakpoint::new(BreakpointPlace::Event(port("b.x"))),
        Breakpoint::new(BreakpointPlace::Routine("b".into())),
        Breakpoint::new(BreakpointPlace::Error(Some("b".into()))),
        Breakpoint::new(BreakpointPlace::Error(None)),
    ];
    flow
}

/// The flow in short: ids, connections, inputs, places of breakpoints.
fn short(flow: &Flow) -> String {
    let ids: Vec<&str> = flow.routines.iter().map(|routine| routine.id.as_str()).collect();
    let wires: Vec<String> = flow.connections.iter().map(Connection::key).collect();
    let inputs: Vec<String> = flow.inputs.iter().map(|input| input.to.to_string()).collect();
    let place = |breakpoint: &Breakpoint| match &breakpoint.place {
        BreakpointPlace::Connection { from, to } => format!("{from}->{to}"),
        BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => port.to_string(),
        BreakpointPlace::Routine(id) => id.clone(),
        BreakpointPlace::Error(id) => format!("!{}", id.as_deref().unwrap_or_default()),
    };
    let places: Vec<String> = flow.breakpoints.iter().map(place).collect();
    [ids.join(" "), wires.join(" "), inputs.join(" "), places.join(" ")].join(" | ")
}

fn edited(edit: &Edit) -> Flow {
    edit.apply(&flow(), &catalogue()).unwrap()
}

fn refused(edit: &Edit) -> String {
    edit.apply(&flow(), &catalogue()).unwrap_err()
}

fn change(id: &str, change: RoutineChange) -> Edit {
    Edit::ChangeRoutine { id: id.into(), change }
}

#[test]
fn ids_are_made_from_class_names() {
    let mut flow = flow();
    assert_eq!(fresh_id(&flow, "Python"), "python");
    flow.routines.push(Arc::new(Routine::new("python", PYTHON_CLASS)));
    assert_eq!(fresh_id(&flow, "Python"), "python_2");
    flow.routines.push(Arc::new(Routine::new("python_2", PYTHON_CLASS)));
    assert_eq!(fresh_id(&flow, "Python"), "python_3");
    assert_eq!(fresh_id(&flow, "ConditionalRouter"), "conditional_router");
    assert_eq!(fresh_id(&flow, "a.B\n"), "a_b");
    assert_eq!(fresh_id(&flow, ""), "routine");
    assert_eq!(free_name("item_9", |name| name == "item_9" || name == "item_2"), "item_3");
}

#[test]
fn a_routine_is_renamed_wherever_it_is_named() {
    let flow = edited(&Edit::RenameRoutine { from: "b".into(), to: "z".into() });
    assert_eq!(short(&flow), "a z c | a.x->z.in a.x->z.in z.x->c.input a.y->a.in | z.in | a.x->z.in z.in z.x z !z !");
    assert_eq!(
        refused(&Edit::RenameRoutine { from: "b".into(), to: "a".into() }),
        "There is a routine with the id a already"
    );
    assert!(refused(&Edit::RenameRoutine { from: "b".into(), to: "a.b".into() }).contains("dot"));
    assert!(refused(&Edit::RenameRoutine { from: "b".into(), to: String::new() }).contains("needs an id"));
    assert_eq!(refused(&Edit::RenameRoutine { from: "nobody".into(), to: "d".into() }), "There is no routine nobody");
    assert_eq!(edited(&Edit::RenameRoutine { from: "b".into(), to: "b".into() }), self::flow());
}

#[test]
fn a_removed_routine_leaves_nothing_behind() {
    assert_eq!(short(&edited(&Edit::RemoveRoutines(vec!["b".into()]))), "a c | a.y->a.in |  | !");
    assert_eq!(short(&edited(&Edit::RemoveRoutines(vec!["a".into(), "b".into(), "c".into()]))), " |  |  | !");
}

#[test]
fn slots_and_events_are_renamed_and_removed_with_what_names_them() {
    let renamed = edited(&change("b", RoutineChange::RenameSlot("in".into(), "input".into())));
    assert_eq!(
        short(&renamed),
        "a b c | a.x->b.input a.x->b.input b.x->c.input a.y->a.in | b.input | a.x->b.input b.input b.x b !b !"
    );
    let renamed = edited(&change("b", RoutineChange::RenameEvent("x".into(), "out".into())));
    assert!(short(&renamed).contains("b.out->c.input") && short(&renamed).contains(" b.out "));
    let removed = edited(&change("b", RoutineChange::RemoveSlot("in".into())));
    assert_eq!(short(&removed), "a b c | b.x->c.input a.y->a.in |  | b.x b !b !");
    let removed = edited(&change("a", RoutineChange::RemoveEvent("x".into())));
    assert_eq!(short(&removed), "a b c | b.x->c.input a.y->a.in | b.in | b.in b.x b !b !");
    assert!(refused(&change("b", RoutineChange::RenameSlot("in".into(), "more".into()))).contains("already"));
    assert!(refused(&change("b", RoutineChange::AddEvent(Event::new("x")))).contains("already"));
    assert!(refused(&change("b", RoutineChange::AddSlot(Slot::new("")))).contains("empty"));
    assert_eq!(refused(&change("b", RoutineChange::RemoveSlot("none".into()))), "There is no slot none");
    assert!(refused(&change("c", RoutineChange::AddSlot(Slot::new("new")))).contains("come with its class"));
    let reordered = edited(&change("a", RoutineChange::ReorderSlot("in".into(), 9)));
    assert_eq!(reordered.routines[0].slots[1].name, "in");
    let slot = Slot { max_queue_length: 3, ..Slot::new("more") };
    assert_eq!(edited(&change("a", RoutineChange::SetSlot(slot.clone()))).routines[0].slots[1], slot);
}

#[test]
fn a_class_that_turns_into_python_keeps_ports_and_policy() {
    let flow = edited(&change("c", RoutineChange::Class(PYTHON_CLASS.into())));
    assert_eq!(flow.routines[2].slots, [Slot::new("input")]);
    assert_eq!(flow.routines[2].policy, Some(Policy::BatchSize(5)));
    let flow = edited(&change("a", RoutineChange::Class("Batcher".into())));
    assert!(flow.routines[0].slots.is_empty());
    let flow = edited(&change("a", RoutineChange::Class("Unknown".into())));
    assert_eq!(flow.routines[0].slots.len(), 2);
}

#[test]
fn properties_of_a_routine_change() {
    let flow = edited(&change("a", RoutineChange::ConfigEntry("size".into(), Some(Value::Int(3)))));
    assert_eq!(flow.routines[0].config.get("size"), Some(&Value::Int(3)));
    let removal = change("a", RoutineChange::ConfigEntry("size".into(), None));
    assert!(removal.apply(&flow, &catalogue()).unwrap().routines[0].config.is_empty());
    assert_eq!(edited(&change("a", RoutineChange::Logic(String::new()))).routines[0].logic, None);
    assert_eq!(edited(&change("a", RoutineChange::Duration(0.5))).routines[0].duration, 0.5);
    assert!(refused(&change("a", RoutineChange::Duration(f64::NAN))).contains("0 or more"));
    assert_eq!(refused(&change("nobody", RoutineChange::Duration(1.0))), "There is no routine nobody");
}

#[test]
fn connections_join_events_to_slots_that_exist() {
    let connect = |from: &str, to: &str| Edit::Connect { from: port(from), to: port(to) };
    assert_eq!(edited(&connect("a.y", "c.input")).connections[4].key(), "a.y->c.input");
    assert_eq!(refused(&connect("a.in", "b.in")), "a has no event in");
    assert_eq!(refused(&connect("a.x", "c.output")), "c has no slot output");
    assert_eq!(refused(&connect("a.x", "nobody.in")), "There is no routine nobody");
}

#[test]
fn a_breakpoint_stays_as_long_as_its_place_is_connected() {
    let with_breakpoint = |flow: &Flow| matches!(flow.breakpoints[0].place, BreakpointPlace::Connection { .. });
    assert!(with_breakpoint(&edited(&Edit::Disconnect(vec![0]))));
    assert!(!with_breakpoint(&edited(&Edit::Disconnect(vec![0, 1]))));
    let rewire = |index| Edit::Rewire { index, from: port("a.x"), to: port("b.more") };
    let one = edited(&rewire(0));
    assert!(short(&one).contains("| a.x->b.in b.in"));
    let both = rewire(1).apply(&one, &catalogue()).unwrap();
    assert!(short(&both).contains("| a.x->b.more b.in"));
    assert_eq!(refused(&rewire(9)), "There is no connection number 10");
}

#[test]
fn breakpoints_are_toggled_by_place() {
    let place = BreakpointPlace::Slot(port("c.input"));
    let toggle = Edit::ToggleBreakpoint(place.clone());
    let on = edited(&toggle);
    assert_eq!(on.breakpoints.last().unwrap().place, place);
    assert_eq!(toggle.apply(&on, &catalogue()).unwrap(), flow());
    assert!(refused(&Edit::AddBreakpoint(Breakpoint::new(BreakpointPlace::Error(None)))).contains("already"));
}

#[test]
fn a_fragment_is_pasted_with_fresh_ids() {
    let fragment = copied(&flow(), &["a".into(), "b".into()]);
    assert_eq!(short(&fragment), "a b | a.x->b.in a.x->b.in a.y->a.in | b.in | a.x->b.in b.in b.x b !b");
    let fitted = fitted(&fragment, &flow(), Point { x: 40.0, y: 20.0 });
    let pasted = edited(&Edit::Paste(fitted.clone()));
    assert_eq!(
        short(&pasted),
        "a b c a_2 b_2 | a.x->b.in a.x->b.in b.x->c.input a.y->a.in a_2.x->b_2.in a_2.x->b_2.in a_2.y->a_2.in \
         | b.in b_2.in | a.x->b.in b.in b.x b !b ! a_2.x->b_2.in b_2.in b_2.x b_2 !b_2"
    );
    assert_eq!(pasted.routines[3].position, Some(Point { x: 40.0, y: 20.0 }));
    assert!(Edit::Paste(fitted).apply(&pasted, &catalogue()).unwrap_err().contains("already"));
    // A fragment whose own ids would collide after the change.
    let routines = vec![Arc::new(Routine::new("a", "Batcher")), Arc::new(Routine::new("a_2", "Batcher"))];
    let other = Flow { routines, ..Flow::default() };
    let ids: Vec<String> =
        super::fragment::fitted(&other, &flow(), Point::default()).routines.iter().map(|r| r.id.clone()).collect();
    assert_eq!(ids, ["a_2", "a_3"]);
}

#[test]
fn a_batch_happens_wholly_or_not_at_all() {
    let insert = |to: &str| Edit::Batch {
        label: "Insert into a wire".into(),
        edits: vec![
            Edit::Disconnect(vec![2]),
            Edit::AddRoutine(Routine::new("new", "Batcher")),
            Edit::Connect { from: port("b.x"), to: port("new.input") },
            Edit::Connect { from: port("new.output"), to: port(to) },
        ],
    };
    assert!(short(&edited(&insert("c.input"))).contains("b.x->new.input new.output->c.input"));
    assert_eq!(refused(&insert("c.nothing")), "c has no slot nothing");
}

#[test]
fn lists_are_changed_by_index() {
    assert!(edited(&Edit::RemoveInputs(vec![0, 7])).inputs.is_empty());
    assert_eq!(edited(&Edit::RemoveBreakpoints(vec![0, 5])).breakpoints.len(), 4);
    let moved = edited(&Edit::ReorderConnection { index: 0, to: 3 });
    assert_eq!(moved.connections[3].key(), "a.x->b.in");
    assert_eq!(edited(&Edit::ReorderRoutine { id: "a".into(), to: 2 }).routines[2].id, "a");
    assert_eq!(refused(&Edit::SetTransform { index: 4, transform: "data".into() }), "There is no connection number 5");
    let mapped = edited(&Edit::SetConnectionMap { index: 1, map: Some(vec![("x".into(), "y".into())]) });
    assert_eq!(mapped.connections[1].map.as_ref().unwrap().len(), 1);
    assert!(refused(&Edit::SetFlowId(String::new())).contains("cannot be empty"));
    assert_eq!(edited(&Edit::SetName("x".into())).name.as_deref(), Some("x"));
}

#[test]
fn labels_are_what_the_undo_list_says() {
    let moves = |ids: &[&str]| Edit::Move(ids.iter().map(|id| ((*id).to_string(), Point::default())).collect());
    assert_eq!(moves(&["a", "b", "c"]).label(), "Move 3 routines");
    assert_eq!(moves(&["a"]).label(), "Move a");
    assert_eq!(Edit::Disconnect(vec![1]).label(), "Delete a connection");
    assert_eq!(change("a", RoutineChange::ConfigEntry("size".into(), None)).label(), "Change size of a");
    assert_eq!(change("a", RoutineChange::AddSlot(Slot::new("s"))).label(), "Add the slot s of a");
}

#[test]
fn steps_of_one_gesture_have_one_key() {
    let key = |edit: Edit| edit.coalescing_key();
    let moves = |id: &str, x| Edit::Move(vec![(id.into(), Point { x, y: 0.0 })]);
    assert_eq!(key(moves("a", 1.0)), key(moves("a", 2.0)));
    assert_ne!(key(moves("a", 1.0)), key(moves("b", 1.0)));
    let logic = |id: &str, text: &str| change(id, RoutineChange::Logic(text.into()));
    assert_eq!(key(logic("a", "x")), key(logic("a", "xy")));
    assert_ne!(key(logic("a", "x")), key(logic("b", "x")));
    assert_ne!(key(logic("a", "x")), key(change("a", RoutineChange::Duration(1.0))));
    assert_eq!(key(Edit::Disconnect(vec![0])), None);
    assert_eq!(key(change("a", RoutineChange::AddSlot(Slot::new("s")))), None);
}

#[test]
fn an_edit_shares_what_it_does_not_change() {
    let before = flow();
    let after = Edit::Move(vec![("a".into(), Point::default())]).apply(&before, &catalogue()).unwrap();
    assert!(!Arc::ptr_eq(&before.routines[0], &after.routines[0]));
    assert!(Arc::ptr_eq(&before.routines[1], &after.routines[1]));
}
