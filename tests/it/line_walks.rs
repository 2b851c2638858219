//! Walking through Python line by line, through the protocol; and the promise that looking changes nothing.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::determinism::flows;
use crate::protocol::Client;
use crate::support::{session, start, state, trace};
use flow_playground::debugger::session::Stop;
use flow_playground::engine::trace::Kind;

const FLOW: &str = "
flow_id: lines
routines:
  sums:
    class: Python
    slots: [input]
    events: [total]
    policy: { type: immediate }
    error_handler: { strategy: continue }
    logic: |
      LIMIT = 100

      def double(n):
          m = n * 2
          return m

      def logic(slot_data, policy_message, job_state):
          total = 0
          for item in slot_data['input']:
              if item['n'] > LIMIT:
                  raise ValueError('too much')
              total = total + double(item['n'])
          job_state.update_shared_data('total', total)
          emit('total', total=total)
          things = {1, 2}
          print('done')
inputs:
  - { to: sums.input, data: { n: 3 } }
  - { to: sums.input, data: { n: 300 } }
";

fn held() -> Client {
    let mut client = Client::new();
    let loaded = client.ok("load", json!({"document": FLOW}));
    assert_eq!(loaded["loaded"], true, "{loaded}");
    client.ok("setBreakpoints", json!({"breakpoints": [{"type": "routine", "routine": "sums"}]}));
    client.ok("run", json!({"speed": "max"}));
    client.run_on();
    client
}

fn variable(state: &Value, name: &str) -> Value {
    let found = state["variables"].as_array().unwrap().iter().find(|variable| variable["label"] == name);
    found.map_or(Value::Null, |variable| variable["value"].clone())
}

fn lines(client: &mut Client, kind: &str) -> Vec<u64> {
    let mut seen = Vec::new();
    loop {
        let state = client.ok("lineStep", json!({"kind": kind}));
        if state["at_end"] == true {
            return seen;
        }
        seen.push(state["line"].as_u64().unwrap());
    }
}

#[test]
fn a_logic_is_walked_forwards_and_back_with_its_variables() {
    let mut client = held();
    let before = client.ok("state", json!({}));
    let first = client.ok("openLines", json!({}));
    assert_eq!((&first["line"], &first["stack"][0]["name"]), (&json!(8), &json!("logic")), "{first}");
    assert!(first["source"].as_str().unwrap().starts_with("LIMIT"));
    assert_eq!(lines(&mut client, "into"), [9, 10, 12, 4, 5, 13, 14, 15, 16]);
    client.ok("lineStep", json!({"kind": "at", "to": 0}));
    assert_eq!(lines(&mut client, "over"), [9, 10, 12, 13, 14, 15, 16]);
    // Into the function, its variables, its caller, and out again.
    let inside = client.ok("lineStep", json!({"kind": "to", "to": 5, "back": true}));
    assert_eq!((variable(&inside, "m"), variable(&inside, "n")), (json!(6), json!(3)));
    assert_eq!(inside["stack"], json!([{"name": "double", "line": 5}, {"name": "logic", "line": 12}]));
    assert_eq!(client.ok("evaluate", json!({"expression": "m + n"}))["result"], 9);
    let back = client.ok("lineStep", json!({"kind": "out", "back": true}));
    assert_eq!((&back["line"], variable(&back, "total")), (&json!(12), json!(0)));
    let out = client.ok("lineStep", json!({"kind": "over"}));
    assert_eq!((&out["line"], variable(&out, "total")), (&json!(13), json!(6)));
    let emitted = client.ok("lineStep", json!({"kind": "over"}));
    assert_eq!(emitted["done"].as_array().unwrap().iter().filter(|done| done[0] == "event_emit").count(), 0);
    let emitted = client.ok("lineStep", json!({"kind": "over"}));
    let emissions = emitted["done"].as_array().unwrap().iter().filter(|done| done[0] == "event_emit");
    assert_eq!(emissions.count(), 1, "{emitted}");
    let end = client.ok("lineStep", json!({"kind": "to", "to": 99}));
    assert_eq!(end["at_end"], true);
    let things = end["variables"].as_array().unwrap().iter().find(|variable| variable["label"] == "things").unwrap();
    assert_eq!(things["kind"], "an object", "a set is told as Python writes it");
    let item = client.ok("children", json!({"of": {"variable": "item"}}));
    assert_eq!(item["children"][0]["value"], 3);
    client.ok("closeLines", json!({}));
    assert_eq!(client.ok("state", json!({})), before, "looking changes nothing");
}

#[test]
fn an_error_shows_its_line_and_the_values_there() {
    let mut client = held();
    client.ok("setBreakpoints", json!({"breakpoints": []}));
    client.ok("continue", json!({}));
    client.run_on();
    let errors = client.ok("rows", json!({"filter": {"types": ["error"]}}));
    let at_error = client.ok("openLines", json!({"seq": errors["rows"][0]["seq"], "at": "error"}));
    assert_eq!((&at_error["line"], &at_error["error"]["error_type"]), (&json!(11), &json!("ValueError")), "{at_error}");
    assert_eq!(at_error["error"]["line"], 11);
    assert_eq!(variable(&at_error, "item"), json!({"n": 300}));
    assert_eq!(client.ok("evaluate", json!({"expression": "item['n'] - 200"}))["result"], 100);
    // The same where an error breakpoint holds.
    let mut client = held();
    client.ok("setBreakpoints", json!({"breakpoints": [{"type": "error"}]}));
    client.ok("continue", json!({}));
    client.run_on();
    assert_eq!(client.ok("openLines", json!({"at": "error"}))["line"], 11);
}

#[test]
fn what_has_no_lines_says_so() {
    let mut client = Client::new();
    assert!(client.request("openLines", json!({}))["message"].as_str().unwrap().contains("nothing was run"));
    client.ok("load", json!({"document": "routines: { m: { class: Merge } }\ninputs: [{ to: m.input, data: 1 }]"}));
    client.ok("run", json!({"paused": true}));
    assert!(client.request("openLines", json!({}))["message"].as_str().unwrap().contains("no Python logic"));
    assert!(client.request("lineStep", json!({}))["message"].as_str().unwrap().contains("openLines"));
    assert!(client.request("openLines", json!({"seq": 0}))["message"].as_str().unwrap().contains("no activation"));
}

#[test]
fn a_loop_without_end_is_cut_and_told() {
    let mut client = Client::new();
    let text = "
routines:
  r:
    class: Python
    slots: [input]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          n = 0
          while True:
              n = n + 1
inputs: [{ to: r.input, data: 1 }]
";
    client.ok("load", json!({"document": text}));
    client.ok("run", json!({"paused": true}));
    let state = client.request("openLines", json!({}));
    assert_eq!(state["success"], true, "{state}");
    assert!(state["body"]["cut"].as_str().unwrap().contains("20000 lines"), "{state}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn told_lines_have_the_same_effects_as_the_plain_run(flow in flows()) {
        let mut session = session(flow);
        start(&mut session, 1);
        session.advance(120);
        session.pause();
        let before = (state(session.runtime()), trace(&session));
        let starts: Vec<u64> = session
            .history()
            .records()
            .from(0)
            .filter(|record| matches!(record.kind, Kind::RoutineStart(..)))
            .map(|record| record.seq)
            .collect();
        for seq in starts {
            prop_assert_eq!(session.open_lines(Some(seq)), Ok(()));
            let walk = session.lines().unwrap();
            prop_assert_eq!(&walk.cut, &None);
            let recorded: Vec<_> = session
                .history()
                .records()
                .from(seq)
                .filter(|record| record.seq == seq || record.cause == seq)
                .map(|record| (record.seq, record.t, flow_playground::engine::record::type_name(&record.kind)))
                .collect();
            let walked: Vec<_> = walk
                .records
                .iter()
                .map(|record| (record.seq, record.t, flow_playground::engine::record::type_name(&record.kind)))
                .collect();
            // What is still asleep in the run goes on in the walk, and the end of a duration is no line of it.
            let both = recorded.len().min(walked.len());
            prop_assert_eq!(&walked[..both], &recorded[..both]);
            let missed = recorded[both..].iter().filter(|(.., kind)| *kind != "routine_end");
            prop_assert_eq!(missed.count(), 0, "{:?} {:?}", walked, recorded);
        }
        session.close_lines();
        prop_assert_eq!((state(session.runtime()), trace(&session)), before);
        session.show(0, Stop::Entry);
    }
}
