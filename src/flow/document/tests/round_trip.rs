//! What is saved is what was read.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::super::json;
use super::super::super::model::{
    Breakpoint, BreakpointPlace, Completion, Connection, ErrorHandler, Event, Execution, Flow, Input, Note, Overflow,
    Point, Policy, PortRef, Routine, Size, Slot, Strategy as Reaction,
};
use super::super::super::value::{Map, Value};
use super::super::{Format, from_value, parse_value, read_text, to_json, to_value, to_yaml, value_to_yaml};

/// Text that tempts a reader of YAML.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z_][a-zA-Z0-9_ ]{0,12}",
        2 => "[ \\t\\n#:,\\[\\]{}&*!|>'\"%@`?~<=.+0-9a-z-]{0,12}",
        1 => any::<String>(),
        1 => "([ \\t]{0,3}[a-z#:\"]{0,4}\n){0,5}[a-z ]{0,3}",
        1 => prop::sample::select(vec![
            "null", "~", "true", "Yes", "no", "ON", "off", "y", "N", "1", "-1.5", "1e3", "0x1f", "0o7", "017", ".inf", ".NaN",
            "2024-01-01", "1:30", "<<", "=", "-", "---", "...", "?", "a: b", "a #b", "a:", " a", "a ", "", "\u{feff}", "\u{85}",
            "\u{2028}x\ny", "a\r\nb", "a\n\n", "\n", "\n\na", "a\n \nb", "  a\nb\n", "\ta\nb", "a\tb\nc\t\n", "é ü", "日本", "\u{7f}",
            "%a", "@a", "`a", "a\n---\nb", "a\n...\n", "#a\n#b\n", "a\n\n\n", "a\n  b\n\n c",
        ]).prop_map(String::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (any::<u64>(), any::<u64>()).prop_map(|(a, b)| Value::BigInt(format!("-{}{b}", a | 1 << 63).into())),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Float),
        (-1e6..1e6).prop_map(Value::Float),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::list),
            prop::collection::vec((text(), inner), 0..5).prop_map(Value::map),
        ]
    })
}

fn config() -> impl Strategy<Value = Map> {
    prop::collection::vec((text(), value()), 0..3)
        .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Unknown keys.
fn extra() -> impl Strategy<Value = Map> {
    let entries = prop::collection::vec(("x-[a-z]{1,5}", value()), 0..2);
    let extra = |entries: Vec<(String, Value)>| entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
    prop_oneof![4 => Just(Map::default()), 1 => entries.prop_map(extra)]
}

fn seconds() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (0u32..100).prop_map(f64::from), 0.0..1e9, Just(1e-9), Just(1e22)]
}

fn id() -> impl Strategy<Value = String> {
    let is_id = |id: &String| super::super::check_id(id).is_ok();
    prop_oneof![Just("a".to_owned()), Just("b".to_owned()), text().prop_filter("an id", is_id)]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just("input".to_owned()), text().prop_filter("a name", |name| !name.is_empty())]
}

fn port() -> impl Strategy<Value = PortRef> {
    (id(), name()).prop_map(|(routine, port)| PortRef::new(routine, port))
}

fn handler() -> impl Strategy<Value = ErrorHandler> {
    let strategy = prop::sample::select(vec![Reaction::Stop, Reaction::Continue, Reaction::Skip, Reaction::Retry]);
    let retryable = prop::option::of(prop::collection::vec(text(), 0..3));
    let numbers = (prop::option::of(any::<u32>()), prop::option::of(seconds()), prop::option::of(1.0..9.0f64));
    (strategy, numbers, retryable, prop::option::of(any::<bool>()), extra()).prop_map(
        |(strategy, (max_retries, retry_delay, retry_backoff), retryable, is_critical, extra)| ErrorHandler {
            strategy,
            max_retries,
            retry_delay,
            retry_backoff,
            retryable,
            is_critical,
            extra,
        },
    )
}

fn slots() -> impl Strategy<Value = Vec<Slot>> {
    let overflow = prop::sample::select(vec![Overflow::DropNewest, Overflow::Fail]);
    let slot = (name(), 1..=u32::MAX, 0.0..=1.0f64, overflow, extra()).prop_map(
        |(name, max_queue_length, watermark, overflow, extra)| Slot {
            name,
            max_queue_length,
            watermark,
            overflow,
            extra,
        },
    );
    let slot = prop_oneof![slot, name().prop_map(Slot::new)];
    prop::collection::btree_map(name(), slot, 0..4)
        .prop_map(|slots| slots.into_iter().map(|(name, slot)| Slot { name, ..slot }).collect())
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::btree_map(name(), prop::collection::vec(text(), 0..3), 0..4)
        .prop_map(|events| events.into_iter().map(|(name, params)| Event { name, params }).collect())
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Immediate),
        Just(Policy::AllSlotsReady),
        (1..=u32::MAX).prop_map(Policy::BatchSize),
        seconds().prop_map(Policy::TimeInterval),
        text().prop_map(Policy::Custom),
    ]
}

fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![(-5000i32..5000).prop_map(f64::from), -1e4..1e4, Just(-0.0)]
}

fn point() -> impl Strategy<Value = Point> {
    (coordinate(), coordinate()).prop_map(|(x, y)| Point { x, y })
}

fn routine() -> impl Strategy<Value = Routine> {
    let class = prop_oneof![Just("Python".to_owned()), "[A-Z][a-z]{1,8}"];
    let first = (id(), class, config(), slots(), events(), prop::option::of(policy()));
    let second = (seconds(), prop::option::of(text()), prop::option::of(handler()), prop::option::of(point()), extra());
    (first, second).prop_map(
        |((id, class, config, slots, events, policy), (duration, logic, error_handler, position, extra))| Routine {
            id,
            class,
            config,
            slots,
            events,
            policy,
            duration,
            logic,
            error_handler,
            position,
            extra,
        },
    )
}

fn connection() -> impl Strategy<Value = Connection> {
    let map =
        prop::option::of(prop::collection::btree_map(text(), text(), 0..3).prop_map(|map| map.into_iter().collect()));
    (port(), port(), map, prop::option::of(text()), extra()).prop_map(|(from, to, map, transform, extra)| Connection {
        from,
        to,
        map,
        transform,
        extra,
    })
}

fn input() -> impl Strategy<Value = Input> {
    (port(), value(), seconds(), 1u32..9, seconds(), extra()).prop_map(|(to, data, at, repeat, every, extra)| Input {
        to,
        data,
        at,
        repeat,
        every,
        extra,
    })
}

fn breakpoint() -> impl Strategy<Value = Breakpoint> {
    let place = prop_oneof![
        (port(), port()).prop_map(|(from, to)| BreakpointPlace::Connection { from, to }),
        port().prop_map(BreakpointPlace::Slot),
        port().prop_map(BreakpointPlace::Event),
        id().prop_map(BreakpointPlace::Routine),
        prop::option::of(id()).prop_map(BreakpointPlace::Error),
    ];
    let optional = || prop::option::of(text());
    let acts = (any::<bool>(), any::<bool>(), prop::option::of(Just("job-2".to_owned())));
    (place, optional(), optional(), optional(), acts, extra()).prop_map(
        |(place, condition, hit_condition, log_message, (monitor, enabled, scope), extra)| Breakpoint {
            place,
            condition,
            hit_condition,
            log_message,
            monitor,
            scope,
            enabled,
            extra,
        },
    )
}

fn note() -> impl Strategy<Value = Note> {
    let size = (0.0..1e4, 0.0..1e4f64).prop_map(|(w, h)| Size { w, h });
    (text(), point(), prop::option::of(size), extra()).prop_map(|(text, position, size, extra)| Note {
        text,
        position,
        size,
        extra,
    })
}

fn execution() -> impl Strategy<Value = Execution> {
    let completion = prop::sample::select(vec![Completion::Auto, Completion::Manual]);
    let given = (0.001..1e9f64, 1u32..99, completion, any::<i64>(), extra()).prop_map(
        |(timeout, thread_pool_size, completion, seed, extra)| Execution {
            timeout,
            thread_pool_size,
            completion,
            seed,
            extra,
        },
    );
    prop_oneof![Just(Execution::default()), given]
}

fn flow() -> impl Strategy<Value = Flow> {
    let texts = (text().prop_filter("an id", |id| !id.is_empty()), prop::option::of(text()), prop::option::of(text()));
    let routines = prop::collection::vec(routine(), 0..4).prop_map(|mut routines| {
        let mut seen = std::collections::BTreeSet::new();
        routines.retain(|routine| seen.insert(routine.id.clone()));
        routines.into_iter().map(Arc::new).collect::<Vec<_>>()
    });
    let lists = (
        prop::collection::vec(connection(), 0..3),
        prop::collection::vec(input(), 0..3),
        prop::collection::vec(breakpoint(), 0..3),
        prop::collection::vec(note(), 0..2),
    );
    (texts, execution(), prop::option::of(handler()), routines, lists, extra()).prop_map(
        |((flow_id, name, description), execution, error_handler, routines, lists, extra)| {
            let (connections, inputs, breakpoints, notes) = lists;
            Flow {
                flow_id,
                name,
                description,
                execution,
                error_handler,
                routines,
                connections,
                inputs,
                breakpoints,
                notes,
                extra,
            }
        },
    )
}

fn again(text: &str, format: Format) -> Flow {
    read_text(text, format).into_flow().unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flows_survive(flow in flow()) {
        let json = to_json(&flow);
        let read = again(&json, Format::Json);
        prop_assert_eq!(&read, &flow);
        prop_assert_eq!(to_json(&read), json);
        let yaml = to_yaml(&flow);
        let read = again(&yaml, Format::Yaml);
        prop_assert_eq!(&read, &flow, "{}", yaml);
        prop_assert_eq!(to_yaml(&read), yaml);
        prop_assert_eq!(from_value(&to_value(&flow)).into_flow().unwrap(), flow);
    }

    #[test]
    fn values_survive(value in value()) {
        let compact = json::value_to_json(&value);
        prop_assert_eq!(&parse_value(&compact).unwrap(), &value);
        let theirs: serde_json::Value = serde_json::from_str(&compact).unwrap();
        let mut sorted = String::new();
        json::write_sorted(&value, &mut sorted);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&sorted).unwrap(), theirs);
        let mut pretty = String::new();
        json::write_pretty(&value, 0, &mut pretty);
        prop_assert_eq!(&parse_value(&pretty).unwrap(), &value);
        let yaml = value_to_yaml(&value);
        let tree = super::super::yaml::parse(&yaml).unwrap_or_else(|problem| panic!("{problem}\n{yaml}"));
        let mut problems = Vec::new();
        prop_assert_eq!(tree.to_value(&super::super::Path::Root, &mut problems), value, "{}", yaml);
        prop_assert_eq!(problems, []);
    }

    #[test]
    fn no_text_brings_the_reader_down(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        for format in [Format::Json, Format::Yaml] {
            let reading = super::super::read_bytes(&bytes, format);
            prop_assert!(reading.flow().is_some() || !reading.problems().is_empty());
            read_text(&text, format);
        }
    }

    #[test]
    fn damaged_documents_are_refused_or_read(flow in flow(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        for (text, format) in [(to_json(&flow), Format::Json), (to_yaml(&flow), Format::Yaml)] {
            let mut chars: Vec<char> = text.chars().collect();
            let index = at.index(chars.len());
            chars[index] = with;
            let reading = read_text(&chars.into_iter().collect::<String>(), format);
            prop_assert!(reading.flow().is_some() || !reading.problems().is_empty());
        }
    }
}

#[test]
fn conformance_documents_load() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let vector = parse_value(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let reading = from_value(vector.get("document").unwrap());
        assert_eq!(reading.problems(), [], "{}", path.display());
        let flow = reading.into_flow().unwrap();
        assert_eq!(again(&to_yaml(&flow), Format::Yaml), flow);
        assert_eq!(again(&to_json(&flow), Format::Json), flow);
        count += 1;
    }
    assert!(count >= 40, "{count}");
}
