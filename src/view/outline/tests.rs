//! The outline as text.

use super::*;
use crate::flow::model::{Connection, Event, Input, PYTHON_CLASS, Slot};
use crate::flow::value::{Map, Value};
use crate::protocol::report::Update;

fn flow() -> Flow {
    let mut flow = Flow::default();
    let mut sensor = Routine::new("sensor", PYTHON_CLASS);
    sensor.slots = vec![Slot::new("input")];
    sensor.events = vec![Event::new("output")];
    sensor.policy = Some(Policy::BatchSize(3));
    flow.routines = vec![sensor.into(), Routine::new("alarms", "Batcher").into()];
    let output = PortRef::new("sensor", "output");
    let mut connection = Connection::new(output.clone(), PortRef::new("alarms", "input"));
    connection.map = Some(vec![("result".into(), "value".into())]);
    flow.connections = vec![connection, Connection::new(PortRef::new("gone", "x"), PortRef::new("sensor", "input"))];
    let data = Value::map([("value", Value::Int(21))]);
    let input =
        Input { to: PortRef::new("sensor", "input"), data, at: 1.5, repeat: 10, every: 0.1, extra: Map::default() };
    flow.inputs = vec![input];
    let place = BreakpointPlace::Connection { from: output, to: PortRef::new("alarms", "input") };
    flow.breakpoints = vec![
        Breakpoint { condition: Some("value > 100".into()), ..Breakpoint::new(place) },
        Breakpoint { enabled: false, ..Breakpoint::new(BreakpointPlace::Error(None)) },
    ];
    flow
}

#[test]
fn the_outline_says_all_that_the_canvas_shows() {
    let mut run = RunView::default();
    run.start(&flow());
    let update = Update {
        routines: vec![("sensor".into(), "completed".into())],
        queues: vec![("sensor.input".into(), 2)],
        deliveries: vec![(0, 5)],
        ..Update::default()
    };
    assert!(!run.apply_update(&update).everything);
    let rows = outline(&flow(), &Catalogue::default(), &run);
    let line = |row: &OutlineRow| {
        let place = format!("{}/{}", row.position, row.sibling_count);
        let text = format!("{}{} [{}] {place}", "  ".repeat(row.level - 1), row.text, row.detail);
        text.replace(" [] ", " ")
    };
    let text: Vec<String> = rows.iter().map(line).collect();
    assert_eq!(
        text,
        [
            "sensor (Python) [completed, batches of 3] 1/4",
            "  slot input [2 waiting] 1/2",
            "    input {value: 21} [after 1.5 s, 10 times every 100 ms] 1/1",
            "  event output 2/2",
            "    to alarms.input [5 delivered; result as value] 1/1",
            "      breakpoint at sensor.output → alarms.input when value > 100 1/1",
            "alarms (Batcher) [pending, no policy] 2/4",
            "gone.x to sensor.input 3/4",
            "breakpoint at any error [disabled] 4/4",
        ]
    );
    assert_eq!(rows[4].item, OutlineItem::Connection(0));
}
