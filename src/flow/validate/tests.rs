//! Tests of what validation finds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::catalogue::{Catalogue, Class, ConfigField, Ports};
use super::super::document::{Format, read_text};
use super::super::model::{Connection, Event, Flow, Policy, PortRef, Routine, Slot};
use super::super::problem::{Problem, Severity};
use super::super::value::Value;
use super::{SourceCheck, SyntaxProblem, validate};

fn class(name: &'static str, slots: &'static str) -> Class {
    let ports = match slots {
        "" => |_: &_| Ports { slots: Vec::new(), events: vec![Event::new("output")] },
        _ => |_: &_| Ports { slots: vec![Slot::new("input")], events: vec![Event::new("output")] },
    };
    let policy = if name == "Python" { |_: &_| None } else { |_: &_| Some(Policy::Immediate) };
    Class { name, category: "", about: "", config: CONFIG, ports, policy, example: "{}" }
}

const CONFIG: &[ConfigField] = &[ConfigField { name: "size", kind: "an integer", default: "1", about: "how many" }];

/// `Python`, `Pass` with a slot and an event, `Source` without a slot, `Two` with two events.
fn catalogue() -> Catalogue {
    let two = Class {
        ports: |_: &_| Ports { slots: vec![Slot::new("input")], events: ["main", "side"].map(Event::new).into() },
        ..class("Two", "input")
    };
    Catalogue { classes: vec![class("Python", ""), class("Pass", "input"), class("Source", ""), two] }
}

/// Finds the word `bad` wrong.
struct NoBad;

impl SourceCheck for NoBad {
    fn logic(&self, source: &str) -> Result<(), SyntaxProblem> {
        let line = source.lines().position(|line| line.contains("bad"));
        line.map_or(Ok(()), |line| {
            Err(SyntaxProblem { message: "invalid syntax".into(), line: line as u32 + 1, column: 3 })
        })
    }

    fn expression(&self, source: &str) -> Result<(), SyntaxProblem> {
        self.logic(source)
    }

    fn config(&self, routine: &Routine) -> Result<(), Problem> {
        match routine.config.get("size") {
            Some(Value::Str(_)) => {
                let path = format!("routines.{}.config.size", routine.id);
                Err(Problem::error("bad-config", path, "`size` must be an integer, not a text"))
            }
            _ => Ok(()),
        }
    }
}

fn problems(text: &str) -> Vec<Problem> {
    let flow = read_text(text, Format::Yaml).into_flow().unwrap_or_else(|problems| panic!("{problems:#?}"));
    validate(&flow, &catalogue(), Some(&NoBad))
}

/// The problems of these codes, as `code path`.
fn told(text: &str, codes: &[&str]) -> Vec<String> {
    let chosen = |problem: &Problem| codes.contains(&problem.code);
    let all = problems(text);
    all.iter().filter(|problem| chosen(problem)).map(|problem| format!("{} {}", problem.code, problem.path)).collect()
}

fn message(text: &str, code: &str) -> String {
    let all = problems(text);
    let found = all.iter().find(|problem| problem.code == code);
    found.unwrap_or_else(|| panic!("no {code} in {all:#?}")).message.clone()
}

#[test]
fn a_good_flow_has_no_problems() {
    let text = "routines:\n  a: {class: Python, slots: [in], events: [out], policy: {type: immediate}, logic: x}\n  \
                b: {class: Python, slots: [in], policy: {type: custom, check: 'True'}, logic: x}\n\
                connections: [{from: a.out, to: b.in}]\ninputs: [{to: a.in, data: 1}]\n";
    assert_eq!(problems(text), []);
}

#[test]
fn classes() {
    let text = "routines: {a: {class: Pas}, b: {class: Nothing}, c: {class: Pass}, d: {class: pass}}";
    assert_eq!(
        told(text, &["unknown-class"]),
        ["unknown-class routines.a.class", "unknown-class routines.b.class", "unknown-class routines.d.class"]
    );
    assert!(message(text, "unknown-class").contains("did you mean 'Pass'?"));
    // What is not known has no ports that could be missing.
    let text = "routines: {a: {class: Nope}, b: {class: Pass}}\nconnections: [{from: a.x, to: b.input}]";
    assert_eq!(
        told(text, &["unknown-event", "unknown-slot", "unconnected-slot", "unreachable-routine"]),
        Vec::<String>::new()
    );
}

#[test]
fn ends_exist() {
    let text = "routines: {a: {class: Pass}, b: {class: Pass}}\nconnections:\n- {from: a.output, to: c.input}\n\
                - {from: x.output, to: b.input}\n- {from: a.inptu, to: b.output}\n- {from: a.input, to: b.imput}\n\
                inputs: [{to: a.output}, {to: z.input}, {to: a.input}]";
    assert_eq!(
        told(text, &["unknown-routine", "unknown-slot", "unknown-event"]),
        [
            "unknown-routine connections[0].to",
            "unknown-routine connections[1].from",
            "unknown-event connections[2].from",
            "unknown-slot connections[2].to",
            "unknown-event connections[3].from",
            "unknown-slot connections[3].to",
            "unknown-slot inputs[0].to",
            "unknown-routine inputs[1].to",
        ]
    );
    let all = problems(text);
    let messages: Vec<&str> = all.iter().map(|problem| problem.message.as_str()).collect();
    assert!(messages.contains(&"the routine 'b' has no slot 'imput'; did you mean 'input'?"), "{messages:#?}");
    assert!(messages.contains(&"the routine 'a' has no event 'input'; 'input' is a slot of it"), "{messages:#?}");
    assert!(messages.contains(&"there is no routine 'z'; there is a, b"), "{messages:#?}");
}

#[test]
fn duplicate_connections() {
    let text = "routines: {a: {class: Pass}, b: {class: Pass}}\nconnections:\n- {from: a.output, to: b.input}\n\
                - {from: a.output, to: b.input, map: {x: y}}\n- {from: b.output, to: a.input}";
    assert_eq!(told(text, &["duplicate-connection"]), ["duplicate-connection connections[1]"]);
}

#[test]
fn what_never_runs() {
    let text = "routines: {a: {class: Python, slots: [x]}, b: {class: Pass, logic: x, slots: [y], events: [z]}}";
    assert_eq!(
        told(text, &["no-policy", "no-logic", "ignored-key"]),
        [
            "no-policy routines.a.policy",
            "no-logic routines.a.logic",
            "ignored-key routines.b.slots",
            "ignored-key routines.b.events",
            "ignored-key routines.b.logic",
        ]
    );
}

#[test]
fn messages_of_logpoints_are_read() {
    let text = |message: &str| {
        format!("routines: {{a: {{class: Pass}}}}\nbreakpoints: [{{type: error, log_message: '{message}'}}]")
    };
    for wrong in ["{bad}", "{a", "a {x} {bad} {", "{{{a"] {
        let told = told(&text(wrong), &["bad-log-message"]);
        assert_eq!(told, ["bad-log-message breakpoints[0].log_message"], "{wrong}");
    }
    for good in ["plain", "{a}", "{{bad", "}", "{{a}} {b}"] {
        assert!(told(&text(good), &["bad-log-message"]).is_empty(), "{good}");
    }
}

#[test]
fn source_compiles() {
    let text = "routines: {a: {class: Python, policy: {type: custom, check: bad}, logic: \"x\\n  bad\"}}\n\
                connections: [{from: a.x, to: a.y, transform: bad}]\n\
                breakpoints: [{type: error, condition: bad, hit_condition: bad}, {type: error, hit_condition: '% 2'}, \
                {type: error, condition: '', hit_condition: ' '}]";
    assert_eq!(
        told(text, &["bad-logic", "bad-check", "bad-transform", "bad-condition", "bad-hit-condition"]),
        [
            "bad-hit-condition breakpoints[0].hit_condition",
            "bad-logic routines.a.logic",
            "bad-check routines.a.policy.check",
            "bad-transform connections[0].transform",
            "bad-condition breakpoints[0].condition",
        ]
    );
    let all = problems(text);
    let logic = all.iter().find(|problem| problem.code == "bad-logic").unwrap();
    assert_eq!(logic.place.unwrap().line, 2);
    assert!(logic.message.ends_with("(line 2)"));
    let severities: BTreeMap<&str, Severity> = all.iter().map(|problem| (problem.code, problem.severity)).collect();
    assert_eq!(severities["bad-transform"], Severity::Error);
    assert_eq!(severities["bad-condition"], Severity::Warning);
}

#[test]
fn loose_ends() {
    let text = "routines:\n  a: {class: Python, slots: [in, more], events: [out, other]}\n  b: {class: Pass}\n\
                connections: [{from: a.out, to: b.input}]\ninputs: [{to: a.in}]";
    assert_eq!(
        told(text, &["unconnected-slot", "unconnected-event"]),
        [
            "unconnected-slot routines.a.slots.more",
            "unconnected-event routines.a.events.other",
            "unconnected-event routines.b",
        ]
    );
}

#[test]
fn side_events_are_hints() {
    let severities = |connections: &str| -> Vec<(String, Severity)> {
        let all =
            problems(&format!("routines: {{a: {{class: Two}}, b: {{class: Source}}}}\nconnections: [{connections}]"));
        let found =
            all.into_iter().filter(|problem| problem.code == "unconnected-event" && problem.path == "routines.a");
        found.map(|problem| (problem.message.split('\'').nth(1).unwrap().to_owned(), problem.severity)).collect()
    };
    let (main, side) = ("a.main".to_owned(), "a.side".to_owned());
    assert_eq!(severities(""), [(main.clone(), Severity::Warning), (side.clone(), Severity::Hint)]);
    assert_eq!(severities("{from: a.main, to: a.input}"), [(side, Severity::Hint)]);
    assert_eq!(severities("{from: a.side, to: a.input}"), [(main, Severity::Hint)]);
}

#[test]
fn configs_are_checked() {
    let text = "routines:\n  a: {class: Pass, config: {size: many}}\n  b: {class: Pass, config: {sizes: 2, other: 1}}\n  \
                c: {class: Python, config: {size: x, siz: 1}}\n";
    assert_eq!(
        told(text, &["bad-config", "unknown-config"]),
        ["unknown-config routines.b.config.sizes", "bad-config routines.a.config.size"]
    );
    assert!(message(text, "unknown-config").ends_with("did you mean 'size'?"));
    let reading = read_text(text, Format::Yaml);
    let problems = reading.validate(&catalogue(), Some(&NoBad));
    let place = problems.iter().find(|problem| problem.code == "bad-config").unwrap().place.unwrap();
    assert_eq!((place.line, place.column), (2, 35));
}

#[test]
fn inputs_are_bounded() {
    let text = |repeat: u32| {
        format!(
            "routines: {{a: {{class: Pass}}}}\ninputs: [{{to: a.input, repeat: 999999}}, {{to: a.input, repeat: {repeat}}}]"
        )
    };
    assert_eq!(told(&text(1), &["too-many-inputs"]), Vec::<String>::new());
    assert_eq!(told(&text(2), &["too-many-inputs"]), ["too-many-inputs inputs"]);
}

#[test]
fn reachability() {
    let unreachable = |text: &str| told(text, &["unreachable-routine"]);
    // Without inputs, entry parameters go to the first slot that nothing feeds, or to `trigger`.
    let chain = "routines: {a: {class: Pass}, b: {class: Pass}, c: {class: Pass}}\nconnections: [{from: a.output, to: b.input}]";
    assert_eq!(unreachable(chain), ["unreachable-routine routines.c"]);
    assert_eq!(
        unreachable(&format!("{chain}\ninputs: [{{to: c.input}}]")),
        ["unreachable-routine routines.a", "unreachable-routine routines.b"]
    );
    let trigger = "routines: {a: {class: Pass}, b: {class: Python, slots: [trigger]}}";
    assert_eq!(unreachable(trigger), ["unreachable-routine routines.a"]);
    // A built-in routine without slots starts by itself, a Python routine without slots never does.
    let source = "routines: {s: {class: Source}, a: {class: Pass}, p: {class: Python}}\nconnections: [{from: s.output, to: a.input}]";
    assert_eq!(unreachable(source), ["unreachable-routine routines.p"]);
    let island = "routines: {a: {class: Pass}, x: {class: Pass}, y: {class: Pass}}\n\
                  connections: [{from: x.output, to: y.input}, {from: y.output, to: x.input}]\ninputs: [{to: a.input}]";
    assert_eq!(unreachable(island), ["unreachable-routine routines.x", "unreachable-routine routines.y"]);
}

#[test]
fn cycles_are_listed() {
    let text = "routines: {a: {class: Pass}, b: {class: Pass}, c: {class: Pass}, d: {class: Pass}}\n\
                connections: [{from: b.output, to: c.input}, {from: c.output, to: b.input}, {from: a.output, to: b.input}, \
                {from: c.output, to: d.input}, {from: d.output, to: d.input}, {from: d.output, to: b.input}]";
    let all = problems(text);
    let cycles: Vec<&Problem> = all.iter().filter(|problem| problem.code == "cycle").collect();
    assert!(cycles.iter().all(|problem| problem.severity == Severity::Hint));
    let messages: Vec<&str> = cycles.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["2 routines form a cycle: b -> c -> b", "a routine feeds itself: d -> d"]);
}

#[test]
fn breakpoints_name_places() {
    let text = "routines: {a: {class: Pass}, b: {class: Pass}}\nconnections: [{from: a.output, to: b.input}]\nbreakpoints:\n\
                - {type: connection, from: a.output, to: b.input}\n- {type: connection, from: b.output, to: a.input}\n\
                - {type: slot, to: a.input}\n- {type: slot, to: a.output}\n- {type: event, from: c.output}\n\
                - {type: routine, routine: b}\n- {type: routine, routine: c}\n- {type: error}\n- {type: error, routine: c}\n";
    let missing: Vec<String> = [1, 3, 4, 6, 8].map(|index| format!("missing-place breakpoints[{index}]")).into();
    assert_eq!(told(text, &["missing-place"]), missing);
}

// What each item costs must not grow with the flow: if it did, this would take minutes.
#[test]
fn large_flows_come_to_an_end() {
    let mut flow = Flow::default();
    let id = |index: usize| format!("routine{index}");
    flow.routines = (0..5000).map(|index| Arc::new(Routine::new(id(index), "Pass"))).collect();
    for index in 0..20_000 {
        let to = if index % 7 == 0 { format!("missing{index}") } else { id((index + 1) % 5000) };
        let ends = (PortRef::new(id(index % 5000), "output"), PortRef::new(to, "input"));
        flow.connections.push(Connection::new(ends.0, ends.1));
    }
    let found = validate(&flow, &catalogue(), None);
    assert!(found.len() > 2000);
    assert!(found.iter().all(|problem| problem.message.len() < 500));
}
