//! Where problems are in the text.

use super::super::super::catalogue::{Catalogue, Class, Ports};
use super::super::super::model::Routine;
use super::super::super::problem::Problem;
use super::super::super::validate::{SourceCheck, SyntaxProblem};
use super::super::{Format, read_text};
use super::read;

/// Where each problem is, as `line:column code`.
fn places(text: &str, format: Format) -> Vec<String> {
    let show = |problem: &Problem| {
        let place = problem.place.unwrap_or_else(|| panic!("{problem} has no place"));
        format!("{}:{} {}", place.line, place.column, problem.code)
    };
    read_text(text, format).problems().iter().map(show).collect()
}

#[test]
fn of_yaml() {
    let text =
        "routines:\n  ä: { class: 5, duration: -1 }\n  b:\n    slots:\n      x: {max_queue_length: 0}\nwhat: 1\n";
    assert_eq!(
        places(text, Format::Yaml),
        ["2:15 wrong-type", "2:28 out-of-range", "3:3 missing-key", "5:29 out-of-range", "6:1 unknown-key"]
    );
    assert_eq!(places("routines: {}\nname: [\n", Format::Yaml), ["2:7 syntax"]);
    assert_eq!(places("routines: {}\r\nname: 5\r\n", Format::Yaml), ["2:7 wrong-type"]);
}

#[test]
fn of_json() {
    let text = "{\n  \"ä\": 1, \"name\": 5,\n  \"routines\": {\"a\": {}}\n}";
    assert_eq!(places(text, Format::Json), ["2:19 wrong-type", "3:16 missing-key", "2:3 unknown-key"]);
    assert_eq!(places("{\n  \"ä\": x\n}", Format::Json), ["2:8 syntax"]);
    assert_eq!(places("{\"name\": \"\\ud800\"}", Format::Json), ["1:17 syntax"]);
    assert_eq!(places("{\"routines\": {}", Format::Json), ["1:15 syntax"]);
}

/// Finds the word `bad` wrong.
struct NoBad;

impl SourceCheck for NoBad {
    fn logic(&self, source: &str) -> Result<(), SyntaxProblem> {
        for (line, text) in source.lines().enumerate() {
            if let Some(column) = text.find("bad") {
                let (line, column) = (line as u32 + 1, column as u32 + 1);
                return Err(SyntaxProblem { message: "invalid syntax".into(), line, column });
            }
        }
        Ok(())
    }

    fn expression(&self, source: &str) -> Result<(), SyntaxProblem> {
        self.logic(source)
    }

    fn config(&self, _: &Routine) -> Result<(), Problem> {
        Ok(())
    }
}

fn python() -> Catalogue {
    let class = Class {
        name: "Python",
        category: "",
        about: "",
        config: &[],
        ports: |_| Ports::default(),
        policy: |_| None,
        example: "{}",
    };
    Catalogue { classes: vec![class] }
}

#[test]
fn of_source() {
    let text = "routines:\n  a:\n    class: Python\n    policy: {type: immediate}\n    logic: |\n\n      def logic():\n        x = bad\n  \
                b:\n    class: Python\n    policy: {type: custom, check: bad}\n    logic: \"bad\"\n  \
                c:\n    class: Python\n    policy: {type: immediate}\n    logic: |2\n        bad\n";
    let found: Vec<String> = read(text)
        .validate(&python(), Some(&NoBad))
        .iter()
        .filter(|problem| problem.code.starts_with("bad-"))
        .map(|problem| format!("{}:{} {}", problem.place.unwrap().line, problem.place.unwrap().column, problem.code))
        .collect();
    assert_eq!(found, ["8:13 bad-logic", "11:35 bad-check", "12:12 bad-logic", "17:9 bad-logic"]);
}

#[test]
fn of_paths() {
    let reading = read("routines:\n  a: {class: Python, config: {'x.y[0]': 1}}\n");
    let at = |path: &str| reading.place(path).map(|place| (place.line, place.column));
    assert_eq!(at("routines.a.config.x.y[0]"), Some((2, 41)));
    assert_eq!(at("routines.a.nothing"), Some((2, 3)));
    assert_eq!(at("routines"), Some((1, 1)));
    assert_eq!(at("connections[5].to"), Some((1, 1)));
}

#[test]
fn problems_of_reading_and_of_the_flow_come_together() {
    let text = "routines:\n  a: {class: Pyton, duration: -1}\nconnections:\n  - {from: a}\n  - {from: a.x, to: b.y}\n";
    let codes: Vec<&str> = read(text).validate(&python(), None).iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["unknown-class", "out-of-range", "missing-key", "bad-endpoint", "unknown-routine"]);
}

#[test]
fn what_could_not_be_read_is_not_missing() {
    let text = "routines: {a: {class: Python, policy: {type: x}, logic: 5}, b: {class: Python}}";
    let mut codes: Vec<&str> = read(text).validate(&python(), None).iter().map(|problem| problem.code).collect();
    codes.retain(|code| *code != "unreachable-routine");
    assert_eq!(codes, ["unknown-value", "wrong-type", "no-policy", "no-logic"]);
}
