//! The debugger through the protocol alone: a whole story, then each question that the page asks.

use serde_json::{Value, json};

use crate::protocol::Client;

/// A batch that waits for three items that are ready. The sensor says `redy`.
const STORY: &str = "
flow_id: story
routines:
  source:
    class: Python
    slots: [trigger]
    events: [reading]
    policy: { type: immediate }
    logic: |
      def logic(slot_data, policy_message, job_state):
          for item in slot_data['trigger']:
              job_state.update_shared_data('seen', item['n'])
              set_state('last', item['n'])
              emit('reading', n=item['n'], redy=True)
  batch:
    class: Python
    slots: [input]
    events: [full]
    policy: { type: custom, check: \"sum(1 for item in slots['input'] if item.get('ready')) >= 3\" }
    logic: |
      def logic(slot_data):
          total = 0
          for item in slot_data['input']:
              total = total + item['n']
          emit('full', total=total)
  sink: { class: Sink }
connections:
  - { from: source.reading, to: batch.input }
  - { from: batch.full, to: sink.input }
inputs:
  - { to: source.trigger, data: { n: 10 } }
  - { to: source.trigger, data: { n: 20 } }
  - { to: source.trigger, data: { n: 30 } }
";

fn loaded(document: &str) -> Client {
    let mut client = Client::new();
    let loaded = client.ok("load", json!({"document": document}));
    assert_eq!(loaded["loaded"], true, "{loaded}");
    client
}

fn ran(document: &str) -> Client {
    let mut client = loaded(document);
    client.ok("run", json!({"speed": "max"}));
    client.run_on();
    client
}

fn wire() -> Value {
    json!({"type": "connection", "from": "source.reading", "to": "batch.input"})
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

#[test]
fn a_batch_that_never_fires_is_found_mended_and_compared() {
    let mut client = ran(STORY);
    let done = client.event("stopped").unwrap()["body"].clone();
    assert_eq!(done["run"], "done");
    // Why did the batch not run?
    let why = client.ok("why", json!({"routine": "batch"}));
    assert_eq!(why["ran"], "");
    let first = &why["reasons"][0];
    assert_eq!(first["code"], "missing-key", "{why}");
    let text = first["text"].as_str().unwrap();
    assert!(text.contains("`ready`") && text.contains("`redy`"), "{text}");
    let codes: Vec<&str> = why["reasons"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"check-false") && codes.contains(&"job-finished"), "{codes:?}");
    // A breakpoint at the wire shows what it carries; the preview knows before it is set.
    let typo = with(wire(), "condition", json!("not data.get('ready')"));
    let preview = client.ok("previewBreakpoint", json!({"breakpoint": typo}));
    assert_eq!((&preview["events"], &preview["stops"], &preview["valid"]), (&json!(3), &json!(3), &json!(true)));
    client.ok("setBreakpoints", json!({"breakpoints": [typo]}));
    assert_eq!(client.ok("reverseContinue", json!({}))["stopped"]["reason"], "breakpoint");
    let state = client.ok("state", json!({}));
    assert_eq!(state["next"]["data"], json!({"n": 30, "redy": true}));
    assert_eq!(state["run"], "past");
    // A watch that was added after the run has its whole history.
    let watch = client.ok("watch", json!({"expression": "shared_data.get('seen', 0)"}));
    let values: Vec<i64> =
        watch["points"].as_array().unwrap().iter().map(|point| point["part"]["value"].as_i64().unwrap()).collect();
    assert_eq!(values, [0, 10, 20, 30]);
    let place = client.ok("watch", json!({"expression": "n * 2", "place": wire()}));
    let values: Vec<i64> =
        place["points"].as_array().unwrap().iter().map(|point| point["part"]["value"].as_i64().unwrap()).collect();
    assert_eq!(values, [20, 40, 60]);
    // Each of those values can be looked into where it was.
    for (history, asked) in [
        (&watch, json!({"expression": "[shared_data.get('seen', 0)]"})),
        (&place, json!({"expression": "[n * 2]", "place": wire()})),
    ] {
        for point in history["points"].as_array().unwrap() {
            let of = json!({"seq": point["seq"], "watch": with(asked.clone(), "job", point["job"].clone())});
            for _ in 0..2 {
                let page = client.ok("children", json!({"of": of}));
                assert_eq!(page["children"][0]["value"], point["part"]["value"], "{point}");
            }
        }
    }
    let nowhere = json!({"seq": 3, "watch": {"expression": "1 / 0"}});
    assert!(client.fails("children", json!({"of": nowhere})).contains("ZeroDivisionError"));
    // Step back, then mend the wire in the document and run again.
    let before = client.ok("step", json!({"kind": "back"}));
    assert_eq!(before["run"], "past");
    client.ok("setBreakpoints", json!({"breakpoints": []}));
    client.ok("edit", json!({"document": STORY.replace("redy=", "ready=")}));
    client.ok("run", json!({"speed": "max"}));
    client.run_on();
    let why = client.ok("why", json!({"routine": "batch"}));
    assert!(why["ran"].as_str().unwrap().contains("3 of `input`"), "{why}");
    let branches = client.ok("branches", json!({}));
    assert_eq!(branches["branches"].as_array().unwrap().len(), 2, "{branches}");
    assert_eq!(
        (&branches["branches"][0]["of_this_document"], &branches["branches"][1]["of_this_document"]),
        (&json!(false), &json!(true))
    );
    let comparison = client.ok("compare", json!({"a": 1, "b": 2, "before": 3, "after": 5}));
    assert_eq!(comparison["same"], false);
    // Some records that are alike come with it, and what each run did from the difference on.
    assert_eq!(comparison["before"], 3);
    let [rows_a, rows_b] = ["rows_a", "rows_b"].map(|side| comparison[side].as_array().unwrap());
    assert_eq!((rows_a.len(), rows_b.len()), (8, 8), "{comparison}");
    for (a, b) in rows_a.iter().zip(rows_b).take(3) {
        assert_eq!((&a["type"], &a["text"], &a["t"]), (&b["type"], &b["text"], &b["t"]));
    }
    assert_eq!((&rows_a[3]["seq"], &rows_b[3]["seq"]), (&comparison["seq_a"], &comparison["seq_b"]));
    assert!(
        rows_a[3]["text"].as_str().unwrap().contains("redy") && rows_b[3]["text"].as_str().unwrap().contains("ready")
    );
    assert_eq!(client.ok("compare", json!({"a": 1, "b": 2}))["rows_a"], json!([]));
    assert_eq!((&comparison["a"]["data"]["redy"], &comparison["b"]["data"]["ready"]), (&json!(true), &json!(true)));
    assert_eq!(comparison["a"]["type"], "event_emit");
}

#[test]
fn what_is_changed_in_the_past_is_another_branch() {
    let mut client = ran(STORY);
    let first = client.ok("trace", json!({}));
    let starts = client.ok("rows", json!({"filter": {"types": ["routine_start"], "routines": ["source"]}}));
    assert_eq!(starts["total"], 3);
    let seq = starts["rows"][1]["seq"].as_u64().unwrap();
    let past = client.ok("seek", json!({"seq": seq, "before": true}));
    assert_eq!(past["next"]["data"], json!({"n": 20}));
    let changed = client.ok("intervene", json!({"kind": "edit", "task": 0, "data": {"n": 99}}));
    assert_eq!((&changed["run"], &changed["branch"]), (&json!("paused"), &json!(2)));
    client.ok("intervene", json!({"kind": "inject", "at": "source.reading", "data": {"n": 7, "ready": true}}));
    client.ok("intervene", json!({"kind": "setSharedData", "key": "seen", "data": -1}));
    client.ok("intervene", json!({"kind": "setState", "routine": "source", "key": "last", "data": "x"}));
    let routine =
        json!({"kind": "setRoutine", "routine": "batch", "policy": {"type": "batch_size", "min_batch_size": 2}});
    client.ok("intervene", routine);
    let logic = "def logic(slot_data):\n    emit('full', total=-sum(item['n'] for item in slot_data['input']))\n";
    client.ok("intervene", json!({"kind": "setRoutine", "routine": "batch", "logic": logic}));
    client.ok("continue", json!({}));
    client.run_on();
    let carried = client.ok("valueAt", json!({"places": [{"type": "slot", "to": "sink.input"}], "points": 10}));
    let series: Vec<f64> =
        carried["values"][0]["series"].as_array().unwrap().iter().map(|point| point[2].as_f64().unwrap()).collect();
    assert_eq!(series.len(), 2, "{carried}");
    assert_eq!(series.iter().sum::<f64>(), -f64::from(10 + 99 + 30 + 7));
    let marked = client.ok("rows", json!({"filter": {"expression": "'intervention' in record"}}));
    assert_eq!(marked["total"], 6, "{marked}");
    let change = client.ok("lastChange", json!({"key": "seen"}));
    assert_eq!((&change["routine"], &change["after"]["value"]), (&json!("source"), &json!(30)));
    let before = client.ok("lastChange", json!({"key": "seen", "before": change["seq"]}));
    assert_eq!((&before["routine"], &before["after"]["value"]), (&json!("source"), &json!(99)), "{before}");
    let by_hand = client.ok("lastChange", json!({"key": "seen", "before": before["seq"]}));
    assert_eq!((&by_hand["routine"], &by_hand["after"]["value"]), (&Value::Null, &json!(-1)), "{by_hand}");
    let old = client.ok("switchBranch", json!({"branch": 1}));
    assert_eq!((&old["branch"], &old["run"]), (&json!(1), &json!("done")));
    assert_eq!(client.ok("trace", json!({})), first, "the old run is as it was");
    let compared = client.ok("compare", json!({"a": 1, "b": 2}));
    assert_eq!(compared["b"]["intervention"], "edit", "{compared}");
}

#[test]
fn interventions_that_make_no_sense_are_refused_in_words() {
    let mut client = loaded(STORY);
    let response = client.request("intervene", json!({"kind": "drop", "task": 0}));
    assert!(response["message"].as_str().unwrap().contains("nothing was run"), "{response}");
    client.ok("run", json!({"paused": true}));
    for (arguments, said) in [
        (json!({"kind": "drop"}), "`task`"),
        (json!({"kind": "drop", "task": 17}), "nothing at this place"),
        (json!({"kind": "edit", "task": 0}), "`data`"),
        (json!({"kind": "inject", "at": "moon.input"}), "no slot and no event"),
        (json!({"kind": "setState", "routine": "moon", "data": {}}), "no routine"),
        (json!({"kind": "setSharedData", "data": 3}), "as a map"),
        (json!({"kind": "setRoutine", "routine": "batch", "logic": "def logic("}), "SyntaxError"),
        (json!({"kind": "setRoutine", "routine": "batch", "policy": {"type": "moon"}}), "moon"),
        (json!({"kind": "fly"}), "fly"),
        (json!({"kind": "cancel", "job": "job-7"}), "no job"),
    ] {
        let response = client.request("intervene", arguments.clone());
        assert_eq!(response["success"], false, "{arguments}");
        assert!(response["message"].as_str().unwrap().contains(said), "{arguments}: {response}");
    }
}

#[test]
fn a_preview_counts_what_a_run_counts() {
    let mut client = ran(STORY);
    for (breakpoint, events, stops) in [
        (wire(), 3, 3),
        (with(wire(), "condition", json!("n > 10")), 3, 2),
        (with(wire(), "hit_condition", json!("== 2")), 3, 1),
        (with(wire(), "condition", json!("len(slot_data['input']) == 2")), 3, 1),
        (with(wire(), "condition", json!("nothing > 1")), 3, 0),
        (json!({"type": "event", "from": "source.reading", "condition": "n == 30"}), 3, 1),
        (json!({"type": "slot", "to": "source.trigger"}), 3, 3),
        (json!({"type": "routine", "routine": "source"}), 3, 3),
        (json!({"type": "routine", "routine": "batch"}), 0, 0),
        (json!({"type": "error"}), 0, 0),
    ] {
        let preview = client.ok("previewBreakpoint", json!({"breakpoint": breakpoint}));
        assert_eq!((&preview["events"], &preview["stops"]), (&json!(events), &json!(stops)), "{breakpoint}: {preview}");
        // A run with it stops as often.
        let mut other = loaded(STORY);
        other.ok("setBreakpoints", json!({"breakpoints": [breakpoint]}));
        other.ok("run", json!({"speed": "max"}));
        let mut count = 0;
        loop {
            other.run_on();
            if other.event("stopped").unwrap()["body"]["run"] == "done" {
                break;
            }
            count += 1;
            other.ok("continue", json!({}));
        }
        assert_eq!(count, stops, "{breakpoint}");
        // And each of its jumps stops there.
        client.ok("setBreakpoints", json!({"breakpoints": [breakpoint]}));
        for seq in preview["seqs"].as_array().unwrap() {
            let state = client.ok("seek", json!({"seq": seq, "before": true}));
            if breakpoint.get("hit_condition").is_none() {
                assert_eq!(state["stopped"]["reason"], "breakpoint", "{breakpoint}: {seq}");
            }
        }
        client.ok("setBreakpoints", json!({"breakpoints": []}));
    }
    let bad = client.ok("previewBreakpoint", json!({"breakpoint": with(wire(), "condition", json!("n >"))}));
    assert_eq!(bad["valid"], false);
    assert!(bad["message"].as_str().unwrap().contains("SyntaxError"));
    let raises = client.ok("previewBreakpoint", json!({"breakpoint": with(wire(), "condition", json!("nope > 1"))}));
    assert_eq!(raises["errors"], 3);
}

#[test]
fn keys_are_completed_and_forms_prefilled_from_what_came_by() {
    let mut client = ran(STORY);
    let keys = client.ok("payloadKeys", json!({"place": wire()}));
    let paths: Vec<&str> = keys["keys"].as_array().unwrap().iter().map(|key| key["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["n", "redy"]);
    assert_eq!(keys["payloads"][0], json!({"n": 30, "redy": true}), "the newest first");
    let slice = client.ok("payloadKeys", json!({"place": {"type": "routine", "routine": "source"}, "prefix": "tri"}));
    assert_eq!(slice["keys"][0]["path"], "trigger");
}

#[test]
fn a_place_tells_what_it_carried_at_any_moment() {
    let mut client = ran(STORY);
    let ask = json!({"places": [wire(), {"type": "event", "from": "batch.full"}, {"type": "slot", "to": "a.b"}], "points": 9});
    let all = client.ok("valueAt", ask.clone());
    let first = &all["values"][0];
    assert_eq!((&first["count"], &first["last"]["value"]), (&json!(3), &json!({"n": 30, "redy": true})));
    assert_eq!(first["key"], "n");
    assert_eq!(first["series"].as_array().unwrap().iter().map(|p| p[2].as_f64().unwrap()).sum::<f64>(), 60.0);
    assert_eq!(all["values"][1]["count"], 0);
    assert!(all["values"][2]["message"].as_str().unwrap().contains("a.b"));
    // In the past it is the value then.
    let seq = first["series"][1][0].as_u64().unwrap();
    client.ok("seek", json!({"seq": seq}));
    let then = client.ok("valueAt", ask);
    assert_eq!(then["values"][0]["last"]["value"]["n"], 20);
}

#[test]
fn values_are_read_in_pages_wherever_they_are() {
    let mut client = ran(STORY);
    for (of, access, value) in [
        (json!({"shared_data": true}), "['seen']", json!(30)),
        (json!({"state": "source"}), "['last']", json!(30)),
        (json!({"expression": "{'a': 1 + 1}"}), "['a']", json!(2)),
    ] {
        let part = client.ok("children", json!({"of": of}));
        assert_eq!((&part["children"][0]["access"], &part["children"][0]["value"]), (&json!(access), &value), "{of}");
    }
    let items = client.ok("children", json!({"of": {"slot": "batch.input"}, "path": [1]}));
    assert_eq!((&items["access"], &items["children"][0]["value"]), (&json!("[1]"), &json!(20)));
    let found = client.ok("searchValue", json!({"of": {"slot": "batch.input"}, "text": "RED"}));
    assert_eq!(found["total"], 3);
    let copied = client.ok("copyValue", json!({"of": {"slot": "batch.input"}, "path": [0], "format": "python"}));
    assert_eq!(copied["text"], "{\"n\": 10, \"redy\": True}");
    let response = client.request("children", json!({"of": {}}));
    assert!(response["message"].as_str().unwrap().contains("which value"));
}

#[test]
fn causes_go_both_ways() {
    let mut client = ran(&STORY.replace("redy=", "ready="));
    let full = client.ok("rows", json!({"filter": {"types": ["slot_call"], "routines": ["sink"]}}));
    let seq = full["rows"][0]["seq"].as_u64().unwrap();
    assert_eq!(full["rows"][0]["from"], "batch.full");
    let ancestry = client.ok("ancestry", json!({"seq": seq}));
    assert_eq!(ancestry["routines"], json!(["batch", "source"]));
    let types: Vec<&str> =
        ancestry["records"].as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["event_emit", "routine_start", "slot_call", "event_emit", "routine_start", "slot_call"]);
    let root = ancestry["records"][5]["seq"].clone();
    let descendants = client.ok("descendants", json!({"seq": root, "limit": 3}));
    assert_eq!(descendants["records"].as_array().unwrap().len(), 3);
    assert!(descendants["total"].as_u64().unwrap() > 6);
    let all = client.ok("descendants", json!({"seq": root}));
    assert!(all["records"].as_array().unwrap().iter().any(|row| row["seq"] == seq));
    assert_eq!(client.request("ancestry", json!({"seq": 10_000_000}))["success"], false);
}

#[test]
fn why_tells_the_reason_of_every_kind() {
    for (change, routine, code, said) in [
        (
            ("policy: { type: custom, check: \"sum(1 for item in slots['input'] if item.get('ready')) >= 3\" }", ""),
            "batch",
            "no-policy",
            "no policy",
        ),
        (("  - { from: source.reading, to: batch.input }\n", ""), "batch", "not-connected", "nothing is connected"),
        (("redy=True)", "redy=True) if item['n'] > 50 else None"), "batch", "source-silent", "never emitted `reading`"),
        (("check: \"sum(1", "check: \"missing or sum(1"), "batch", "check-raises", "NameError"),
        (
            (
                "type: custom, check: \"sum(1 for item in slots['input'] if item.get('ready')) >= 3\"",
                "type: batch_size, min_batch_size: 5",
            ),
            "batch",
            "too-few",
            "3 of the 5",
        ),
        (("redy=", "redy="), "sink", "source-silent", "has not run either"),
    ] {
        let mut client = ran(&STORY.replace(change.0, change.1));
        let why = client.ok("why", json!({"routine": routine}));
        let found = why["reasons"].as_array().unwrap().iter().find(|reason| reason["code"] == code);
        let found = found.unwrap_or_else(|| panic!("{code}: {why}"));
        assert!(found["text"].as_str().unwrap().contains(said), "{found}");
    }
    let mut client = loaded(STORY);
    assert_eq!(client.ok("why", json!({"routine": "batch"}))["reasons"][0]["code"], "no-run");
    client.ok("run", json!({"paused": true}));
    assert_eq!(client.ok("why", json!({"routine": "source"}))["reasons"][0]["code"], "upcoming");
    assert_eq!(client.request("why", json!({"routine": "moon"}))["success"], false);
}

#[test]
fn rows_and_lanes_come_in_pages() {
    let mut client = ran(STORY);
    let total = client.ok("trace", json!({}))["total"].as_u64().unwrap();
    let page = client.ok("rows", json!({"start": 5, "count": 3}));
    assert_eq!((&page["total"], &page["start"], &page["rows"][0]["seq"]), (&json!(total), &json!(5), &json!(5)));
    let around = client.ok("rows", json!({"around": 20, "count": 5}));
    assert_eq!((&around["start"], &around["rows"][2]["seq"]), (&json!(18), &json!(20)));
    for (filter, count) in [
        (json!({"types": ["event_emit"]}), 3),
        (json!({"text": "REDY"}), 6),
        (json!({"text": "batch", "types": ["slot_call"]}), 3),
        (json!({"connections": [0]}), 3),
        (json!({"expression": "type == 'event_emit' and data.n >= 20"}), 2),
        (json!({"jobs": ["job-2"]}), 0),
        (json!({"muted": ["job-1"], "types": ["slot_call"]}), 0),
    ] {
        let page = client.ok("rows", json!({"filter": filter}));
        assert_eq!((&page["total"], &page["complete"]), (&json!(count), &json!(true)), "{filter}: {page}");
    }
    let bad = client.ok("rows", json!({"filter": {"expression": "type =="}}));
    assert!(bad["message"].as_str().unwrap().contains("SyntaxError"));
    let lanes = client.ok("lanes", json!({"by_seq": true}));
    assert_eq!(lanes["total"], 3);
    assert_eq!((&lanes["spans"][0]["routine"], &lanes["spans"][0]["status"]), (&json!("source"), &json!("completed")));
    let full = client.ok("lanes", json!({"by_seq": true, "limit": 2}));
    assert_eq!((full["spans"].as_array().unwrap().len(), &full["density"][0]["routine"]), (0, &json!("source")));
    let later = client.ok("lanes", json!({"by_seq": true, "from": lanes["spans"][2]["seqs"][0]}));
    assert_eq!(later["total"], 1);
}

#[test]
fn jobs_are_told_apart() {
    let mut client = loaded(STORY);
    client.ok("run", json!({"jobs": 2, "paused": true, "speed": "max"}));
    let stopped = client.event("stopped").unwrap();
    assert_eq!(stopped["body"]["stopped"]["reason"], "entry", "a run that is held at once says so");
    let stepped = client.ok("step", json!({"kind": "into", "job": "job-2"}));
    assert_eq!(stepped["jobs"][0]["routines"][0]["activations"], 0);
    assert_eq!(stepped["jobs"][1]["routines"][0]["activations"], 1);
    client.ok("step", json!({"kind": "over", "job": "job-2"}));
    let jobs = client.ok("jobs", json!({}));
    assert_eq!((&jobs["jobs"][0]["steps"], &jobs["jobs"][1]["number"]), (&json!(0), &json!(2)), "{jobs}");
    assert!(jobs["jobs"][1]["steps"].as_u64().unwrap() > 1, "{jobs}");
    let paused = client.ok("pause", json!({"job": "job-1"}));
    assert_eq!(paused["jobs"][0]["status"], "paused");
    client.ok("continue", json!({}));
    client.run_on();
    let state = client.ok("state", json!({}));
    assert_eq!((&state["jobs"][0]["status"], &state["jobs"][1]["status"]), (&json!("paused"), &json!("completed")));
    assert!(state["stopped"]["text"].as_str().unwrap().contains("job-1"));
    client.ok("setJobFilter", json!({"solo": ["job-1"]}));
    let update = &client.event("update").unwrap()["body"];
    assert_eq!(update["reset"], true);
    assert!(update["queues"].as_array().unwrap().is_empty(), "{update}");
    client.ok("continue", json!({"job": "job-1"}));
    client.ok("continue", json!({}));
    client.run_on();
    assert_eq!(client.ok("state", json!({}))["run"], "done");
}

#[test]
fn a_hit_can_hold_only_its_job() {
    let mut client = loaded(STORY);
    let second = with(wire(), "condition", json!("job_id == 'job-2' and n == 20"));
    client.ok("setBreakpoints", json!({"breakpoints": [second], "hold_job": true}));
    client.ok("run", json!({"jobs": 2, "speed": "max"}));
    client.run_on();
    let held = client.event("jobStopped").unwrap()["body"].clone();
    assert_eq!((&held["job"], &held["stopped"]["reason"]), (&json!("job-2"), &json!("breakpoint")));
    let state = client.ok("state", json!({}));
    assert_eq!((&state["jobs"][0]["status"], &state["jobs"][1]["status"]), (&json!("completed"), &json!("paused")));
    client.ok("continue", json!({}));
    client.run_on();
    assert_eq!(client.ok("state", json!({}))["run"], "done", "the held step is taken once, and nothing asks again");
}

#[test]
fn a_run_goes_to_a_place_and_to_the_next_error() {
    let mut client = loaded(&STORY.replace("emit('reading'", "1 / (item['n'] - 30)\n              emit('reading'"));
    client.ok("run", json!({"paused": true, "speed": "max"}));
    let second = json!({"type": "slot", "to": "source.trigger", "condition": "n == 20"});
    client.ok("runTo", json!({"breakpoint": second}));
    client.run_on();
    arrived_at_the_second(&mut client);
    client.ok("runTo", json!({"breakpoint": {"type": "error"}}));
    client.run_on();
    let state = client.ok("state", json!({}));
    assert_eq!((&state["stopped"]["reason"], &state["next"]["kind"]), (&json!("goto"), &json!("error")), "{state}");
    client.ok("continue", json!({}));
    client.run_on();
    assert_eq!(client.ok("state", json!({}))["jobs"][0]["status"], "failed");
}

fn arrived_at_the_second(client: &mut Client) {
    let state = client.ok("state", json!({}));
    assert_eq!((&state["stopped"]["reason"], &state["next"]["data"]["n"]), (&json!("goto"), &json!(20)));
}

#[test]
fn a_run_that_begins_for_a_place_is_never_held_before_it() {
    let mut client = loaded(STORY);
    let second = json!({"type": "slot", "to": "source.trigger", "condition": "n == 20"});
    client.ok("run", json!({"to": second, "speed": "max"}));
    client.run_on();
    arrived_at_the_second(&mut client);
    let stops = client.events.iter().filter(|event| event["event"] == "stopped").count();
    assert_eq!(stops, 1, "whoever waits for the run to be held must not take its start for that");

    let before = client.ok("state", json!({}));
    let refused = client.fails("run", json!({"to": {"type": "slot"}}));
    assert!(refused.contains("breakpoint"), "{refused}");
    let unreadable = json!({"type": "slot", "to": "source.trigger", "condition": "n =="});
    let refused = client.fails("run", json!({"to": unreadable}));
    assert!(refused.starts_with("the condition `n ==` cannot be read"), "{refused}");
    client.fails("runTo", json!({"breakpoint": unreadable}));
    client.fails("run", json!({"to": second, "paused": true}));
    assert_eq!(client.ok("state", json!({})), before, "a request that is refused changes nothing");
}
