//! Every rule of the format, one by one.

use super::super::super::model::{BreakpointPlace, Completion, Flow, Overflow, Policy, PortRef, Strategy};
use super::super::super::problem::Severity;
use super::super::super::value::Value;
use super::super::{Format, from_value, read_text, to_json, to_value, to_yaml};
use super::{read, told};

/// The example of the format's description.
const EXAMPLE: &str = r#"version: 1                       # optional on reading
flow_id: greenhouse
name: Greenhouse alarm
description: Markdown text
execution:
  timeout: 300
  thread_pool_size: 10
  completion: auto
  seed: 0
error_handler: { strategy: stop }
routines:
  sensor:
    class: Python
    config: { scale: 2 }
    slots:  { input: { max_queue_length: 1000, watermark: 0.8, overflow: drop_newest } }
    events: { output: [result] }
    policy: { type: immediate }
    duration: 0
    logic: |
      def logic(slot_data, policy_message, job_state):
          for item in slot_data["input"]:
              emit("output", result=item["value"] * get_config("scale"))
    error_handler: { strategy: retry, max_retries: 2, retry_delay: 0.5, retry_backoff: 3.0, retryable: [ValueError] }
    position: { x: 40, y: 80 }
  alarms:
    class: Batcher
    config: { batch_size: 5, batch_timeout: 10 }
connections:
  - { from: sensor.output, to: alarms.input, map: { result: value } }
  - { from: sensor.output, to: alarms.input, transform: "{'value': data['result'] / 2}" }
inputs:
  - { to: sensor.input, data: { value: 21 } }
  - { to: sensor.input, data: { value: 35 }, at: 1.5 }
  - { to: sensor.input, data: { value: 1 }, repeat: 10, every: 0.1 }
breakpoints:
  - { type: connection, from: sensor.output, to: alarms.input, condition: "value > 100" }
notes:
  - { text: "…", position: { x: 0, y: 0 }, size: { w: 200, h: 80 } }
"#;

fn flow(text: &str) -> Flow {
    read(text).into_flow().unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The problems of a routine `r` with these entries besides its class.
fn routine(entries: &str) -> Vec<String> {
    told(&format!("routines: {{ r: {{ class: Python, {entries} }} }}"))
}

#[test]
fn the_example_loads() {
    let reading = read(EXAMPLE);
    assert_eq!(reading.problems(), []);
    let flow = reading.into_flow().unwrap();
    assert_eq!(flow.name.as_deref(), Some("Greenhouse alarm"));
    let sensor = flow.routine("sensor").unwrap();
    assert_eq!(sensor.policy, Some(Policy::Immediate));
    assert_eq!(sensor.events[0].params, ["result"]);
    assert!(sensor.logic.as_ref().unwrap().starts_with("def logic(slot_data, policy_message, job_state):\n    for"));
    let handler = sensor.error_handler.as_ref().unwrap();
    assert_eq!((handler.strategy, handler.max_retries, handler.is_critical), (Strategy::Retry, Some(2), None));
    assert_eq!(flow.connections[0].map, Some(vec![("result".into(), "value".into())]));
    assert_eq!((flow.inputs[2].repeat, flow.inputs[2].every), (10, 0.1));
    assert_eq!(flow.notes[0].size.unwrap().w, 200.0);
}

#[test]
fn the_example_saves_as_it_was_written() {
    let saved = to_yaml(&flow(EXAMPLE));
    let wanted = r#"version: 1
flow_id: greenhouse
name: Greenhouse alarm
description: Markdown text
error_handler: { strategy: stop }
routines:
  sensor:
    class: Python
    config: { scale: 2 }
    slots: [input]
    events: { output: [result] }
    policy: { type: immediate }
    logic: |
      def logic(slot_data, policy_message, job_state):
          for item in slot_data["input"]:
              emit("output", result=item["value"] * get_config("scale"))
    error_handler: { strategy: retry, max_retries: 2, retry_delay: 0.5, retry_backoff: 3, retryable: [ValueError] }
    position: { x: 40, y: 80 }
  alarms:
    class: Batcher
    config: { batch_size: 5, batch_timeout: 10 }
connections:
  - { from: sensor.output, to: alarms.input, map: { result: value } }
  - { from: sensor.output, to: alarms.input, transform: "{'value': data['result'] / 2}" }
inputs:
  - { to: sensor.input, data: { value: 21 } }
  - { to: sensor.input, data: { value: 35 }, at: 1.5 }
  - { to: sensor.input, data: { value: 1 }, repeat: 10, every: 0.1 }
breakpoints:
  - { type: connection, from: sensor.output, to: alarms.input, condition: value > 100 }
notes:
  - { text: "…", position: { x: 0, y: 0 }, size: { w: 200, h: 80 } }
"#;
    assert_eq!(saved, wanted);
}

#[test]
fn the_shortest_documents() {
    let flow = flow("routines: {}");
    assert_eq!(flow, Flow::default());
    assert_eq!(to_yaml(&flow), "version: 1\nflow_id: flow\nroutines: {}\n");
    assert_eq!(to_json(&flow), "{\n  \"version\": 1,\n  \"flow_id\": \"flow\",\n  \"routines\": {}\n}\n");
    assert_eq!(super::rules::flow("name: My Flow\nroutines: {}").flow_id, "my-flow");
}

#[test]
fn empty_text_is_an_error() {
    for text in ["", " \n\t", "\u{feff}", "# nothing\n", "---\n", "null", "~"] {
        assert_eq!(told(text), ["empty-document "], "{text:?}");
    }
    assert_eq!(read_text("null", Format::Json).problems()[0].code, "empty-document");
}

#[test]
fn the_root_is_a_map() {
    for text in ["[]", "5", "hello", "- a"] {
        assert_eq!(told(text), ["wrong-type "], "{text:?}");
    }
}

#[test]
fn required_keys() {
    assert_eq!(told("{}"), ["missing-key routines"]);
    assert_eq!(told("routines: {a: {}}"), ["missing-key routines.a.class"]);
    assert_eq!(
        told(
            "routines: {}\nconnections: [{}]\ninputs: [{}]\nbreakpoints: [{}, {type: connection}, {type: slot}, {type: routine}]"
        ),
        [
            "missing-key breakpoints[0].type",
            "missing-key breakpoints[1].from",
            "missing-key breakpoints[1].to",
            "missing-key breakpoints[2].to",
            "missing-key breakpoints[3].routine",
            "missing-key connections[0].from",
            "missing-key connections[0].to",
            "missing-key inputs[0].to",
        ]
    );
}

#[test]
fn keys_given_twice() {
    assert_eq!(told("routines: {}\nroutines: {}"), ["duplicate-key routines"]);
    assert_eq!(
        told("{\"routines\": {\"a\": {\"class\": \"B\"}, \"a\": {\"class\": \"C\"}}}"),
        ["duplicate-key routines.a"]
    );
    assert_eq!(routine("config: {deep: [{a: 1, a: 2}]}"), ["duplicate-key routines.r.config.deep[0].a"]);
    assert_eq!(routine("slots: [a, a]"), ["duplicate-key routines.r.slots[1]"]);
    assert_eq!(
        routine("unknown: {a: 1, a: 2}"),
        ["duplicate-key routines.r.unknown.a", "unknown-key routines.r.unknown"]
    );
    assert_eq!(routine("config: {1: 1, '1': 2}"), ["duplicate-key routines.r.config.1"]);
}

#[test]
fn wrong_types() {
    for (key, value) in [
        ("name", "5"),
        ("flow_id", "[]"),
        ("description", "{}"),
        ("execution", "null"),
        ("execution", "[]"),
        ("error_handler", "null"),
        ("error_handler", "[continue]"),
        ("routines", "[]"),
        ("connections", "{}"),
        ("connections", "null"),
        ("inputs", "null"),
        ("breakpoints", "5"),
        ("notes", "text"),
        ("version", "null"),
        ("version", "'1'"),
        ("version", "1.0"),
        ("version", "true"),
    ] {
        let routines = if key == "routines" { "" } else { "\nroutines: {}" };
        assert_eq!(told(&format!("{key}: {value}{routines}")), [format!("wrong-type {key}")], "{key}: {value}");
    }
    for (entry, path) in [
        ("config: null", "config"),
        ("config: []", "config"),
        ("slots: null", "slots"),
        ("slots: input", "slots"),
        ("slots: [1]", "slots[0]"),
        ("slots: {a: null}", "slots.a"),
        ("slots: {a: {watermark: null}}", "slots.a.watermark"),
        ("slots: {a: {overflow: null}}", "slots.a.overflow"),
        ("slots: {a: {max_queue_length: 1.5}}", "slots.a.max_queue_length"),
        ("slots: {a: {max_queue_length: '1'}}", "slots.a.max_queue_length"),
        ("events: {x: null}", "events.x"),
        ("events: {x: y}", "events.x"),
        ("events: {x: [null]}", "events.x[0]"),
        ("policy: immediate", "policy"),
        ("policy: null", "policy"),
        ("policy: {type: null}", "policy.type"),
        ("policy: {type: custom, check: 5}", "policy.check"),
        ("policy: {type: batch_size, min_batch_size: 2.0}", "policy.min_batch_size"),
        ("policy: {type: time_interval, min_interval_seconds: true}", "policy.min_interval_seconds"),
        ("duration: null", "duration"),
        ("duration: '1'", "duration"),
        ("logic: [1]", "logic"),
        ("error_handler: {retryable: ValueError}", "error_handler.retryable"),
        ("error_handler: {is_critical: 'yes'}", "error_handler.is_critical"),
        ("position: [1, 2]", "position"),
        ("position: {x: null}", "position.x"),
    ] {
        assert_eq!(routine(entry), [format!("wrong-type routines.r.{path}")], "{entry}");
    }
    assert_eq!(told("routines: {r: null}"), ["wrong-type routines.r"]);
    assert_eq!(told("routines: {r: {class: null}}"), ["wrong-type routines.r.class"]);
    assert_eq!(told("routines: {r: {class: 5}}"), ["wrong-type routines.r.class"]);
}

#[test]
fn null_is_no_text() {
    let text = "{flow_id: null, name: null, description: null, routines: {a: {class: A, logic: null, \
                error_handler: {strategy: null, is_critical: null}}}}";
    let flow = flow(text);
    assert_eq!((flow.flow_id.as_str(), flow.name), ("flow", None));
    assert_eq!(flow.routines[0].error_handler.as_ref().unwrap().strategy, Strategy::Stop);
}

#[test]
fn numbers_have_ranges() {
    for (execution, path) in [
        ("timeout: 0", "timeout"),
        ("timeout: -1", "timeout"),
        ("thread_pool_size: 0", "thread_pool_size"),
        ("thread_pool_size: -3", "thread_pool_size"),
        ("thread_pool_size: 5000000000", "thread_pool_size"),
        ("seed: 9223372036854775808", "seed"),
    ] {
        let text = format!("execution: {{ {execution} }}\nroutines: {{}}");
        assert_eq!(told(&text), [format!("out-of-range execution.{path}")], "{execution}");
    }
    for (entry, path) in [
        ("slots: {a: {max_queue_length: 0}}", "slots.a.max_queue_length"),
        ("slots: {a: {watermark: 1.01}}", "slots.a.watermark"),
        ("slots: {a: {watermark: -0.1}}", "slots.a.watermark"),
        ("policy: {type: batch_size, min_batch_size: 0}", "policy.min_batch_size"),
        ("policy: {type: time_interval, min_interval_seconds: -1}", "policy.min_interval_seconds"),
        ("duration: -0.5", "duration"),
        ("error_handler: {max_retries: -1}", "error_handler.max_retries"),
        ("error_handler: {retry_delay: -1}", "error_handler.retry_delay"),
        ("error_handler: {retry_backoff: 0.9}", "error_handler.retry_backoff"),
    ] {
        assert_eq!(routine(entry), [format!("out-of-range routines.r.{path}")], "{entry}");
    }
    let text = "routines: {}\ninputs: [{to: a.b, at: -1, repeat: 0, every: -2}]";
    assert_eq!(
        told(text),
        ["out-of-range inputs[0].at", "out-of-range inputs[0].every", "out-of-range inputs[0].repeat"]
    );
    assert_eq!(routine("duration: 0, slots: {a: {watermark: 1}, b: {watermark: 0}}"), Vec::<String>::new());
}

#[test]
fn numbers_are_finite() {
    assert_eq!(routine("duration: .inf"), ["not-finite routines.r.duration"]);
    assert_eq!(routine("slots: {a: {max_queue_length: .nan}}"), ["not-finite routines.r.slots.a.max_queue_length"]);
    assert_eq!(routine("config: {a: [1e999]}"), ["not-finite routines.r.config.a[0]"]);
    let json = r#"{"routines": {}, "inputs": [{"to": "a.b", "data": {"x": -1e999}}]}"#;
    assert_eq!(told(json), ["not-finite inputs[0].data.x"]);
}

#[test]
fn words_are_known() {
    assert_eq!(told("execution: {completion: later}\nroutines: {}"), ["unknown-value execution.completion"]);
    assert_eq!(routine("policy: {type: sometimes}"), ["unknown-value routines.r.policy.type"]);
    assert_eq!(routine("slots: {a: {overflow: block}}"), ["unknown-value routines.r.slots.a.overflow"]);
    assert_eq!(told("version: 2\nroutines: {}"), ["unknown-version version"]);
    for (policy, key) in
        [("batch_size", "min_batch_size"), ("time_interval", "min_interval_seconds"), ("custom", "check")]
    {
        assert_eq!(routine(&format!("policy: {{type: {policy}}}")), [format!("missing-key routines.r.policy.{key}")]);
    }
    assert_eq!(routine("policy: {}"), ["missing-key routines.r.policy.type"]);
}

#[test]
fn ids_and_ends() {
    assert_eq!(told("routines: {a.b: {class: C}}"), ["bad-routine-id routines.a.b"]);
    assert_eq!(told("routines: {'': {class: C}}"), ["bad-routine-id routines."]);
    assert_eq!(told("routines: {\"a\\nb\": {class: C}}"), ["bad-routine-id routines.a\nb"]);
    for end in ["a", "a.", ".b", "''", "."] {
        let text = format!("routines: {{}}\nconnections: [{{from: {end}, to: x.y}}]");
        assert_eq!(told(&text), ["bad-endpoint connections[0].from"], "{end}");
    }
    let flow = flow("routines: {1: {class: C}, true: {class: C}, 'x y': {class: C}}");
    assert_eq!(flow.routines.iter().map(|routine| &*routine.id).collect::<Vec<_>>(), ["1", "true", "x y"]);
}

#[test]
fn all_problems_at_once() {
    let text = "version: 3\nname: 5\nexecution: {timeout: 0, thread_pool_size: x}\nroutines:\n  a.b: {}\n  c: 7\n\
                connections: [{from: x}, 5]\nnotes: 1\nwhat: 1\n";
    let reading = read(text);
    assert_eq!(reading.problems().len(), 12, "{:#?}", reading.problems());
    assert!(reading.flow().is_none());
    let problems = reading.into_flow().unwrap_err();
    assert!(problems.iter().all(|problem| problem.place.is_some()));
}

#[test]
fn unknown_keys_warn_and_survive() {
    let text = r#"{"version": 1, "flow_id": "f", "routines": {"a": {"class": "Python", "colour": "red",
        "slots": {"s": {"watermark": 0.5, "z": 1}}, "policy": {"type": "immediate", "note": {"deep": [1]}},
        "error_handler": {"strategy": "skip", "h": null}, "position": {"x": 1, "y": 2, "z": 3}}},
        "execution": {"e": 1.0}, "connections": [{"from": "a.b", "to": "c.d", "c": 12345678901234567890}],
        "inputs": [{"to": "a.s", "i": true}], "breakpoints": [{"type": "error", "b": {}}],
        "notes": [{"text": "", "position": {"p": 1}, "size": {"w": 1, "h": 1, "s": 1}, "n": []}], "top": "level"}"#;
    let reading = read(text);
    let (unknown, others): (Vec<_>, Vec<_>) = reading.problems().iter().partition(|p| p.code == "unknown-key");
    assert_eq!(others, Vec::<&super::super::super::problem::Problem>::new());
    assert_eq!(unknown.len(), 13);
    assert!(unknown.iter().all(|problem| problem.severity == Severity::Warning));
    let flow = reading.into_flow().unwrap();
    let saved = to_json(&flow);
    for kept in
        ["colour", "\"z\": 1", "deep", "\"h\": null", "\"z\": 3", "\"e\": 1.0", "12345678901234567890", "\"top\""]
    {
        assert!(saved.contains(kept), "{kept} in {saved}");
    }
    assert_eq!(read(&saved).into_flow().unwrap(), flow);
    assert_eq!(to_json(&read(&to_yaml(&flow)).into_flow().unwrap()), saved);
}

#[test]
fn unknown_keys_get_advice() {
    let message = |text: &str| read(text).problems()[0].message.clone();
    assert!(message("routines: {}\nconections: []").contains("did you mean 'connections'?"));
    assert!(message("routines: {a: {class: B, <<: {}}}").contains("merge keys"));
}

#[test]
fn routilux_documents_load_unchanged() {
    let text = "flow_id: greenhouse\nexecution: { timeout: 120 }\nroutines:\n  sensor: { class: Splitter, config: { field: readings } }\n  \
                hot:\n    class: Filter\n    config: { condition: overheated }\n    error_handler: { strategy: retry, max_retries: 2, \
                retry_delay: 0.5, retry_backoff: 3.0, is_critical: false }\nconnections:\n  - { from: sensor.item, to: hot.input }\n";
    assert_eq!(told(text), Vec::<String>::new());
    // Routilux takes an unknown strategy for `stop`.
    let reading = read("routines: {a: {class: Filter, error_handler: {strategy: explode}}}");
    assert_eq!(reading.problems()[0].code, "unknown-strategy");
    assert_eq!(reading.flow().unwrap().routines[0].error_handler.as_ref().unwrap().strategy, Strategy::Stop);
    let flow = flow("routines: {a: {class: routilux.builtin_routines.Filter}}");
    assert_eq!(flow.routines[0].class, "Filter");
}

#[test]
fn what_routilux_writes_otherwise_loads_too() {
    let reading = read(
        "flow_id: x\nroutines:\n  a:\n    class: routilux.builtin_routines.data_processing.DataTransformer\n    config:\n      \
         # nothing yet\n    error_handler: RETRY\n  b: {class_name: DataValidator, error_handler: {strategy: Skip, \
         retryable_exceptions: [KeyError]}}\nconnections:\n  # nothing yet\nexecution:\n  timeout: 5\n",
    );
    assert_eq!(
        reading.problems().iter().map(|p| (p.code, p.severity)).collect::<Vec<_>>(),
        [
            ("class-path", Severity::Hint),
            ("class-alias", Severity::Hint),
            ("blank-value", Severity::Warning),
            ("class-alias", Severity::Hint),
            ("blank-value", Severity::Warning),
        ]
    );
    let flow = reading.into_flow().unwrap();
    assert_eq!((&*flow.routines[0].class, &*flow.routines[1].class), ("Mapper", "SchemaValidator"));
    assert_eq!(flow.routines[0].error_handler.as_ref().unwrap().strategy, Strategy::Retry);
    let second = flow.routines[1].error_handler.as_ref().unwrap();
    assert_eq!((second.strategy, second.retryable.clone()), (Strategy::Skip, Some(vec!["KeyError".to_owned()])));
    assert!(flow.connections.is_empty());
    // Where the library has no such habit, nothing is no map and no list either.
    for name in ["execution", "error_handler", "inputs", "breakpoints", "notes"] {
        assert_eq!(told(&format!("routines: {{}}\n{name}:\n")), [format!("wrong-type {name}")]);
    }
    // A null that is written out is no list and no map, and a list needs its brackets.
    assert_eq!(told("routines: {}\nconnections: null"), ["wrong-type connections"]);
    assert_eq!(told("routines: {}\nconnections: ~"), ["wrong-type connections"]);
    assert_eq!(told("routines:\nconnections: []"), ["wrong-type routines"]);
    let ends = "routines: {}\nconnections:\n- {connection_id: c, source_routine: a, source_event: x, target_routine: b, target_slot: y}\n";
    let flow = read(ends).into_flow().unwrap();
    assert_eq!(flow.connections[0].key(), "a.x->b.y");
    assert_eq!(
        told("routines: {}\nconnections: [{source_routine: a, source_event: x, target_routine: b}]"),
        ["missing-key connections[0].target_slot"]
    );
    let wrong =
        "routines: {}\nconnections: [{source_routine: a.b, source_event: '', target_routine: null, target_slot: 1}]";
    assert_eq!(
        told(wrong),
        [
            "bad-endpoint connections[0].source_event",
            "bad-endpoint connections[0].source_routine",
            "wrong-type connections[0].target_routine",
            "wrong-type connections[0].target_slot",
        ]
    );
}

#[test]
fn short_forms() {
    let flow = flow(
        "routines: {a: {class: Python, slots: [x, y], events: [z]}, b: {class: Python, slots: {x: {overflow: fail}, y: {}}}}",
    );
    let a = &flow.routines[0];
    assert_eq!((a.slots[1].name.as_str(), a.slots[1].max_queue_length, a.slots[1].watermark), ("y", 1000, 0.8));
    assert_eq!(a.events[0].name, "z");
    let b = &flow.routines[1];
    assert_eq!((b.slots[0].overflow, b.slots[1].overflow), (Overflow::Fail, Overflow::DropNewest));
}

#[test]
fn breakpoints_have_forms() {
    let text = "routines: {}\nbreakpoints:\n\
                - { type: slot, to: a.in }\n- { type: slot, slot: a.in }\n- { type: slot, routine: a, slot: in }\n\
                - { type: event, from: a.out }\n- { type: event, event: a.out }\n- { type: event, routine: a, event: out }\n\
                - { type: routine, routine: a, hit_condition: 3 }\n- { type: error, routine: a, enabled: false }\n\
                - { type: error, hit_condition: '>= 5' }\n- { type: connection, from: a.out, to: b.in, log_message: 'x {x}' }\n";
    let reading = read(text);
    assert_eq!(reading.problems(), []);
    let flow = reading.into_flow().unwrap();
    let places: Vec<&BreakpointPlace> = flow.breakpoints.iter().map(|breakpoint| &breakpoint.place).collect();
    assert!(places[..3].iter().all(|place| **place == BreakpointPlace::Slot(PortRef::new("a", "in"))));
    assert!(places[3..6].iter().all(|place| **place == BreakpointPlace::Event(PortRef::new("a", "out"))));
    assert_eq!(flow.breakpoints[6].hit_condition.as_deref(), Some("3"));
    assert_eq!(*places[7], BreakpointPlace::Error(Some("a".into())));
    assert!(!flow.breakpoints[7].enabled);
    assert_eq!(from_value(&to_value(&flow)).into_flow().unwrap(), flow);
    assert_eq!(
        told("routines: {}\nbreakpoints: [{type: line, line: 5, to: a.b}]"),
        ["unknown-key breakpoints[0].line", "unknown-value breakpoints[0].type",]
    );
}

#[test]
fn yaml_is_read_by_the_core_schema() {
    let flow = flow(
        "routines:\n  r:\n    class: Python\n    config: {a: yes, b: 0x10, c: 0o17, d: 1e3, e: ~, f: '1', g: !!str 1, h: 1_000, i: 2024-01-01, j: on}\n",
    );
    let config = &flow.routines[0].config;
    let wanted = [
        ("a", Value::text("yes")),
        ("b", Value::Int(16)),
        ("c", Value::Int(15)),
        ("d", Value::Float(1000.0)),
        ("e", Value::Null),
        ("f", Value::text("1")),
        ("g", Value::text("1")),
        ("h", Value::text("1_000")),
        ("i", Value::text("2024-01-01")),
        ("j", Value::text("on")),
    ];
    for (key, value) in wanted {
        assert_eq!(config[key], value, "{key}");
    }
}

#[test]
fn yaml_anchors_are_expanded() {
    let text = "routines:\n  a: &one {class: Python, config: &config {x: [1]}}\n  b: *one\n  c: {class: Python, config: *config}\n";
    let flow = flow(text);
    assert_eq!(flow.routines[0].config, flow.routines[1].config);
    assert_eq!(flow.routines[0].config, flow.routines[2].config);
    assert_eq!(told("routines: &r {a: *r}"), ["bad-alias "]);
    assert_eq!(told("routines: {a: *nobody}"), ["syntax "]);
}

#[test]
fn one_yaml_document() {
    assert_eq!(told("routines: {}\n---\nroutines: {}\n"), ["several-documents "]);
    assert_eq!(told("%YAML 1.2\n---\nroutines: {}\n...\n"), Vec::<String>::new());
    assert_eq!(told("routines: {[a, b]: {class: C}}"), ["bad-key "]);
    assert_eq!(told("routines: !mine {}"), ["bad-scalar "]);
    assert_eq!(told("routines: {}\nname: !!int x"), ["bad-scalar "]);
}

#[test]
fn file_names_decide() {
    assert_eq!(Format::of_file("a/b.json"), Format::Json);
    assert_eq!(Format::of_file("a/b.JSON"), Format::Json);
    for name in ["a.yaml", "a.yml", "json", "a.json.txt", "flow"] {
        assert_eq!(Format::of_file(name), Format::Yaml, "{name}");
    }
    for text in ["routines: {}", "{routines: {}}", "{\"routines\": {},}", "{\"routines\": {}} x", "{'routines': {}}"] {
        let reading = read_text(text, Format::Json);
        assert_eq!(reading.problems()[0].code, "syntax", "{text}");
        assert!(reading.problems()[0].place.is_some());
    }
    assert!(read_text("\u{feff}{\"routines\": {}}", Format::Json).flow().is_some());
    assert!(read("\u{feff}routines: {}").flow().is_some());
    assert_eq!(flow("{routines: {}}"), Flow::default());
    let completion = flow("{\"routines\": {}, \"execution\": {\"completion\": \"m\\u0061nual\"}}").execution.completion;
    assert_eq!(completion, Completion::Manual);
}

#[test]
fn a_key_that_is_missing_is_no_name() {
    assert_eq!(read("routines:\n  : {class: Sink}").problems().iter().map(|p| p.code).collect::<Vec<_>>(), ["bad-key"]);
    assert_eq!(told("routines:\n  '~': {class: Sink}"), Vec::<String>::new());
}

#[test]
fn more_workers_than_there_can_be_are_told_at_once() {
    assert_eq!(
        told("routines: {}\nexecution: {thread_pool_size: 100001}"),
        ["out-of-range execution.thread_pool_size"]
    );
    assert_eq!(told("routines: {}\nexecution: {thread_pool_size: 100000}"), Vec::<String>::new());
}
