//! Classes that wait: their deadlines are timers of the virtual clock.

use super::*;

#[test]
fn a_batcher_waits_for_enough_or_long_enough() {
    let items = [(0.0, "1"), (1.0, "2"), (2.0, "3"), (9.0, "4")];
    assert_eq!(
        run_at("Batcher", r#"{"batch_size": 2, "batch_timeout": 5}"#, &items),
        [
            r#"1 batch {"items":[1,2],"count":2,"batch_number":1}"#,
            r#"7 timeout {"items":[3],"count":1}"#,
            r#"14 timeout {"items":[4],"count":1}"#
        ]
    );
    assert_eq!(run_at("Batcher", r#"{"batch_size": 5, "batch_timeout": 0}"#, &items), [""; 0]);
    assert!(
        refusal("Batcher", r#"{"batch_size": 0}"#).contains("`batch_size` must be an integer from 1 to 10000, not 0")
    );
}

#[test]
fn a_debouncer_lets_the_last_of_a_burst_pass() {
    let burst = [(0.0, "1"), (0.2, "2"), (0.4, "3"), (2.0, "4")];
    assert_eq!(run_at("Debouncer", "{}", &burst), [r#"0.7 debounced {"data":3}"#, r#"2.3 debounced {"data":4}"#]);
    assert_eq!(
        run_at("Debouncer", r#"{"leading": true}"#, &burst),
        [r#"0 leading {"data":1}"#, r#"0.7 debounced {"data":3}"#, r#"2 leading {"data":4}"#]
    );
    assert_eq!(
        run_at("Debouncer", r#"{"max_wait": 0.3}"#, &burst),
        [r#"0.3 debounced {"data":2}"#, r#"0.7 debounced {"data":3}"#, r#"2.3 debounced {"data":4}"#]
    );
}

#[test]
fn an_aggregator_joins_or_gives_up() {
    let items = [(0.0, "a", "1"), (1.0, "b", "2"), (2.0, "a", "[3]"), (2.5, "a", "4")];
    let run = |config| run_flow(flow_of("Aggregator", config, &items));
    assert_eq!(
        run(r#"{"slots": ["a", "b"], "timeout": 5}"#),
        [
            r#"1 aggregated {"data":{"a":1,"b":2},"sources":["a","b"]}"#,
            r#"7 timeout {"partial_data":{"a":[[3],4]},"missing_slots":["b"]}"#,
        ]
    );
    assert_eq!(
        run(r#"{"slots": ["a", "b"], "mode": "any", "merge_strategy": "flatten"}"#)[2],
        r#"2 aggregated {"data":[3],"sources":["a"]}"#
    );
    assert_eq!(
        run(r#"{"slots": ["a", "b"], "mode": "n_of_m", "threshold": 1, "merge_strategy": "list"}"#)[2],
        r#"2 aggregated {"data":[[3]],"sources":["a"]}"#
    );
    assert_eq!(run(r#"{"slots": ["a", "b"], "timeout": 0}"#).len(), 1);
    assert!(refusal("Aggregator", r#"{"slots": ["a", "a"]}"#).contains("different names"));
    assert!(refusal("Aggregator", r#"{"slots": ["a"], "threshold": 2}"#).contains("from 1 to 1"));
}

#[test]
fn a_delay_keeps_distances_and_order() {
    let items = [(0.0, "1"), (0.25, "2"), (1.0, "3"), (1.0, "4"), (1.5, "5")];
    assert_eq!(
        run_at("Delay", r#"{"seconds": 1}"#, &items),
        ["1 output 1", "1.25 output 2", "2 output 3", "2 output 4", "2.5 output 5"]
    );
    assert_eq!(run_at("Delay", r#"{"seconds": 0}"#, &items[..2]), ["0 output 1", "0.25 output 2"]);
    assert_eq!(run("Delay", r#"{"seconds": 0}"#, &["1", "2"]), ["output 1", "output 2"]);
    let many: Vec<String> = (0..2000).map(|number| number.to_string()).collect();
    let many: Vec<(f64, &str)> = many.iter().enumerate().map(|(index, item)| (index as f64 / 100.0, &**item)).collect();
    let lines = run_at("Delay", r#"{"seconds": 3}"#, &many);
    assert_eq!(lines.len(), 2000);
    assert_eq!(lines[1999], "22.99 output 1999");
    assert!(refusal("Delay", r#"{"seconds": -1}"#).contains("virtual seconds"));
}

/// Many items that wait must not take the workers of others.
#[test]
fn a_delay_occupies_one_worker() {
    let items: Vec<(f64, &str)> = (0..50).map(|_| (0.0, "1")).collect();
    let mut flow = flow_of("Delay", "{}", &items.iter().map(|(at, item)| (*at, "input", *item)).collect::<Vec<_>>());
    flow.routines.push(Routine::new("other", "Sink").into());
    flow.inputs.push(Input { to: PortRef::new("other", "input"), ..flow.inputs[0].clone() });
    assert_eq!(run_flow(flow)[0], "0 item: 1");
}

#[test]
fn a_throttle_spaces_items() {
    let items = [(0.0, "1"), (0.0, "2"), (0.5, "3"), (5.0, "4")];
    assert_eq!(run_at("Throttle", "{}", &items), ["0 output 1", "1 output 2", "2 output 3", "5 output 4"]);
    assert_eq!(
        run_at("Throttle", r#"{"mode": "drop"}"#, &items),
        ["0 output 1", "0 dropped 2", "0.5 dropped 3", "5 output 4"]
    );
    let burst: Vec<(f64, &str)> =
        (0..20).map(|_| (0.0, "7")).chain((0..20).map(|index| (f64::from(index), "8"))).collect();
    let lines = run_at("Throttle", r#"{"max_waiting": 5}"#, &burst);
    let passed: Vec<&String> = lines.iter().filter(|line| line.contains("output")).collect();
    assert!(passed.iter().enumerate().all(|(index, line)| line.starts_with(&format!("{index} "))), "{passed:?}");
    assert_eq!(lines.len(), 40);
    assert_eq!(run_at("Throttle", r#"{"interval": 1e300}"#, &items), ["0 output 1"]);
}

#[test]
fn a_generator_counts_chooses_and_reads() {
    let run = |config: &str| run_flow(flow_of("Generator", config, &[(1.0, "trigger", "null")]));
    assert_eq!(
        run(r#"{"count": 3, "interval": 0.5, "start": 5, "step": -2}"#),
        [
            r#"1 output {"index":0,"value":5}"#,
            r#"1.5 output {"index":1,"value":3}"#,
            r#"2 output {"index":2,"value":1}"#
        ]
    );
    assert_eq!(
        run(r#"{"count": 2, "interval": 0, "start": 9223372036854775807}"#)[1],
        r#"1 output {"index":1,"value":9223372036854775808}"#
    );
    assert_eq!(
        run(r#"{"source": "csv", "interval": 0, "text": "name,n\n\"a, \"\"b\"\"\",1\r\n\nc,-2.5\nd,\"7\"\ne"}"#),
        [
            r#"1 output {"name":"a, \"b\"","n":1}"#,
            r#"1 output {"name":"c","n":-2.5}"#,
            r#"1 output {"name":"d","n":"7"}"#,
            r#"1 output {"name":"e","n":null}"#
        ]
    );
    assert_eq!(
        run(r#"{"source": "json_lines", "interval": 0, "text": "{\"a\": 1}\n\n[2]\n"}"#),
        [r#"1 output {"a":1}"#, "1 output [2]"]
    );
    assert_eq!(run(r#"{"source": "list", "items": [1, "x"], "count": 1}"#), ["1 output 1"]);
    let random = run(r#"{"source": "random", "interval": 0, "low": 1, "high": 3, "count": 200}"#);
    for number in 1..=3 {
        assert!(random.iter().any(|line| line.ends_with(&format!("\"value\":{number}}}"))), "{random:?}");
    }
    assert_eq!(random, run(r#"{"source": "random", "interval": 0, "low": 1, "high": 3, "count": 200}"#));
    let by_seed = |seed: i64| run(&format!(r#"{{"source": "random", "low": 0.5, "high": 1, "seed": {seed}}}"#));
    assert_ne!(by_seed(1), by_seed(2));
    assert!(refusal("Generator", r#"{"source": "json_lines", "text": "1\n{"}"#).contains("`text`: line 2"));
    assert!(refusal("Generator", r#"{"source": "csv", "text": "a\n1,2"}"#).contains("line 2 has 2 cells"));
    assert!(refusal("Generator", r#"{"source": "random", "low": 2, "high": 1}"#).contains("`low`"));
}

#[test]
fn time_is_told_as_wanted() {
    let run = |config: &str| run_flow(flow_of("TimeProvider", config, &[(1.5, "request", "7")]))[0].clone();
    assert_eq!(run("{}"), r#"1.5 output {"time":"2000-01-01T00:00:01.500000","timestamp":946684801.5,"request":7}"#);
    assert!(run(r#"{"format": "formatted", "start": "2024-02-28T23:59:59"}"#).contains(r#""2024-02-29 00:00:00""#));
    assert!(
        run(r#"{"format": "custom", "custom_format": "%d.%m.%Y %j %f %% %q"}"#).contains("01.01.2000 001 500000 % %q")
    );
    assert!(run(r#"{"format": "timestamp", "start": "1970-01-01"}"#).contains(r#""time":1.5"#));
    assert!(refusal("TimeProvider", r#"{"start": "2023-02-29"}"#).contains("is no date"));
}

#[test]
fn without_an_operation_every_item_succeeds() {
    assert_eq!(run("RetryHandler", "{}", &["1"]), [r#"success {"data":1,"attempts":1,"result":1}"#]);
    assert!(refusal("RetryHandler", r#"{"backoff": "none"}"#).contains("`fixed`"));
}
