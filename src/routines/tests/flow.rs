//! Classes that direct, split, merge and count items.

use super::*;

#[test]
fn a_merge_passes_on_and_a_sink_collects() {
    assert_eq!(run("Merge", "{}", &["1", "null"]), ["output 1", "output null"]);
    assert_eq!(run("Sink", r#"{"output_type": "x"}"#, &["1"]), ["x: 1"]);
}

#[test]
fn a_filter_knows_keys_values_and_lists() {
    let passed = |config: &str, item: &str| run("Filter", config, &[item])[0].starts_with("passed");
    assert!(passed("{}", "null"));
    assert!(passed(r#"{"condition": "ok"}"#, r#"{"ok": 1}"#));
    assert!(!passed(r#"{"condition": "ok"}"#, r#"{"ok": 0}"#));
    assert!(!passed(r#"{"condition": "ok"}"#, "\"ok\""));
    assert!(passed(r#"{"condition": {"a": 1}}"#, r#"{"a": 1.0, "b": 2}"#));
    assert!(passed(r#"{"condition": [1, "x"]}"#, "\"x\""));
    assert!(passed(r#"{"condition": [1, "x"], "invert": true}"#, "2"));
    assert_eq!(
        run("Filter", r#"{"condition": {"a": 1}}"#, &[r#"{"a": 2}"#]),
        [r#"rejected {"data":{"a":2},"reason":"'a' is not as wanted"}"#]
    );
    assert_eq!(run("Filter", r#"{"condition": [], "include_reason": false}"#, &["2"]), [r#"rejected {"data":2}"#]);
    assert!(refusal("Filter", r#"{"condition": 1}"#).contains("`condition` must be"));
}

#[test]
fn a_branch_compares() {
    let met = |operator: &str, item: &str, value: &str| {
        let config = format!(r#"{{"field": "v", "operator": "{operator}", "value": {value}}}"#);
        run("Branch", &config, &[&format!("{{\"v\":{item}}}")])[0] == format!("then {{\"v\":{item}}}")
    };
    assert!(met("==", "1", "1.0") && !met("==", "\"1\"", "1") && met("!=", "2", "1"));
    assert!(met("<", "123456789012345678901234567890", "123456789012345678901234567891"));
    assert!(met("<", "-99999999999999999999999999999999999999999", "-5") && !met("<", "\"a\"", "1"));
    assert!(met(">=", "\"b\"", "\"a\"") && met("<=", "1.5", "2"));
    assert!(met("in", "1", "[1, 2]") && met("contains", "\"hello\"", "\"ell\"") && met("exists", "null", "0"));
    assert_eq!(run("Branch", r#"{"field": "v"}"#, &["{}", r#"{"v": [0]}"#]), ["otherwise {}", r#"then {"v":[0]}"#]);
    assert!(refusal("Branch", r#"{"operator": "~"}"#).contains("one of `true`, `==`"));
    assert!(refusal("Branch", r#"{"field": "a..b"}"#).contains("is no path"));
}

#[test]
fn a_router_has_an_event_for_each_route() {
    let config = r#"{"routes": [["a", {"x": 1}], ["b", {"y": 1}]]"#;
    let first = run("ConditionalRouter", &format!("{config}}}"), &[r#"{"x": 1, "y": 1}"#, "5"]);
    assert_eq!(first, [r#"a {"data":{"x":1,"y":1},"route":"a"}"#, r#"output {"data":5,"route":"unmatched"}"#]);
    let all = run(
        "ConditionalRouter",
        &format!(r#"{config}, "route_priority": "all_matches", "default_route": "rest"}}"#),
        &[r#"{"x": 1, "y": 1}"#, "5"],
    );
    assert_eq!(all.len(), 3);
    assert_eq!(all[2], r#"rest {"data":5,"route":"rest"}"#);
    assert!(refusal("ConditionalRouter", r#"{"routes": [["a"]]}"#).contains("pairs"));
    assert!(refusal("ConditionalRouter", r#"{"routes": {"a": 5}}"#).contains("`routes.a` must be"));
}

#[test]
fn a_splitter_takes_apart() {
    assert_eq!(run("Splitter", "{}", &["[1,[2]]"]), [r#"item {"item":1}"#, r#"item {"item":[2]}"#]);
    let counted =
        run("Splitter", r#"{"field": "l", "include_index": true, "include_count": true}"#, &[r#"{"l": ["a"]}"#, "{}"]);
    assert_eq!(
        counted,
        [r#"item {"item":"a","index":0,"count":1}"#, r#"error {"error":"the item has no key 'l'","data":{}}"#]
    );
    assert_eq!(run("Splitter", "{}", &["null", "{}", "\"ab\""]), ["empty {}", "empty {}", r#"item {"item":"ab"}"#]);
    assert_eq!(run("Splitter", r#"{"split_strings": true}"#, &["\"äb\""]).len(), 2);
    let of_map = |mode: &str| run("Splitter", &format!(r#"{{"dict_mode": "{mode}"}}"#), &[r#"{"k": 1}"#])[0].clone();
    assert_eq!(of_map("values"), r#"item {"item":1}"#);
    assert_eq!(of_map("keys"), r#"item {"item":"k"}"#);
    assert_eq!(of_map("items"), r#"item {"item":["k",1]}"#);
    assert_eq!(of_map("entries"), r#"item {"item":{"key":"k","value":1}}"#);
}

#[test]
fn a_loop_is_bounded() {
    let mut flow = flow_of("Loop", r#"{"max_iterations": 3}"#, &[(0.0, "input", "\"x\"")]);
    connect(&mut flow, "it.body", "it.again");
    let lines = run_flow(flow.clone());
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[2], r#"0 body {"data":"x","iteration":3}"#);
    assert_eq!(lines[3], r#"0 done {"data":"x","iterations":3,"reason":"max_iterations"}"#);
    // The work may throw the count away.
    flow.connections[0].map = Some(vec![("iteration".into(), "lost".into())]);
    assert_eq!(run_flow(flow).len(), 4);
}

#[test]
fn reduce_knows_keys_and_windows() {
    let items = [r#"{"k":"a","v":1}"#, r#"{"k":"b","v":2.5}"#, r#"{"k":"a","v":3}"#];
    assert_eq!(
        run("Reduce", r#"{"field": "v", "key": "k"}"#, &items),
        [
            r#"output {"key":"a","value":1,"count":1}"#,
            r#"output {"key":"b","value":2.5,"count":1}"#,
            r#"output {"key":"a","value":4,"count":2}"#,
        ]
    );
    assert_eq!(
        run("Reduce", r#"{"field": "v", "key": "k", "window": 2}"#, &items),
        [r#"output {"key":"a","value":4,"count":2}"#]
    );
    let last = |config: &str, items: &[&str]| run("Reduce", config, items).pop().unwrap();
    let of = |operation: &str| last(&format!(r#"{{"operation": "{operation}"}}"#), &["2", "5", "1"]);
    assert_eq!(of("min"), r#"output {"key":null,"value":1,"count":3}"#);
    assert_eq!(of("max"), r#"output {"key":null,"value":5,"count":3}"#);
    assert_eq!(of("count"), r#"output {"key":null,"value":3,"count":3}"#);
    assert!(of("mean").contains(r#""value":2.6666"#) && of("first").contains(":2,") && of("last").contains(":1,"));
    assert!(of("list").contains("[2,5,1]"));
    assert!(last("{}", &["9223372036854775807", "1"]).contains("9223372036854775808"));
    assert!(last(r#"{"initial": 10}"#, &["1"]).contains(r#""value":11"#));
    assert_eq!(last("{}", &["1e308", "1e308"]), "OverflowError: the result is too large a number");
    assert_eq!(last(r#"{"field": "v"}"#, &["{}"]), "KeyError: the item has nothing at 'v'");
    assert!(refusal("Reduce", r#"{"window": 2, "window_seconds": 1}"#).contains("exclude each other"));
}

#[test]
fn reduce_by_time_tells_every_key() {
    let items = [
        (0.0, r#"{"k":"a","v":1}"#),
        (1.0, r#"{"k":"b","v":2}"#),
        (1.5, r#"{"k":"a","v":3}"#),
        (7.0, r#"{"k":"a","v":4}"#),
    ];
    assert_eq!(
        run_at("Reduce", r#"{"field": "v", "key": "k", "window_seconds": 2}"#, &items),
        [
            r#"2 output {"key":"a","value":4,"count":2}"#,
            r#"2 output {"key":"b","value":2,"count":1}"#,
            r#"9 output {"key":"a","value":4,"count":1}"#,
        ]
    );
}

#[test]
fn a_counter_counts() {
    let items = [r#"{"k":"a"}"#, r#"{"k":"b"}"#, r#"{"k":"a"}"#];
    assert_eq!(run("Counter", "{}", &items)[2], r#"output {"count":3,"key":null,"data":{"k":"a"}}"#);
    assert_eq!(
        run("Counter", r#"{"key": "k", "every": 2}"#, &items),
        [r#"output {"count":2,"key":"a","data":{"k":"a"}}"#]
    );
}

#[test]
fn a_logger_fills_its_template() {
    assert_eq!(
        run("Logger", r#"{"message": "{{{name}}} {n[0]} {}", "level": "warn"}"#, &[r#"{"name": "x", "n": [1]}"#]),
        [r#"warn {x} 1 {"name":"x","n":[1]}"#, r#"output {"name":"x","n":[1]}"#]
    );
    assert!(refusal("Logger", r#"{"message": "{a"}"#).contains("without its partner"));
    assert!(refusal("Logger", r#"{"level": "loud"}"#).contains("`level` must be one of"));
}
