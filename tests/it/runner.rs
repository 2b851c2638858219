//! The headless runner's command line: exit codes, and what goes to which stream.

use std::fs;
use std::process::{Command, Output};

fn flow(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_flow")).args(args).output().unwrap()
}

/// A file that is there while a test runs.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("flow-runner-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

const FLOW: &str = "
routines:
  a: { class: Merge }
  b: { class: Sink }
connections:
  - { from: a.output, to: b.input }
inputs:
  - { to: a.input, data: 1 }
  - { to: a.input, data: 2 }
breakpoints:
  - { type: connection, from: a.output, to: b.input, condition: data == 2 }
";

#[test]
fn run_prints_the_trace_and_nothing_else() {
    let file = File::new("plain.yaml", FLOW);
    let output = flow(&["run", file.name()]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.starts_with('{') && !line.contains("\": ")));
    assert_eq!(text.matches(r#""type":"output""#).count(), 2);
}

#[test]
fn a_second_attempt_is_no_second_activation() {
    let text = "
routines:
  a:
    class: Python
    slots: [input]
    policy: { type: immediate }
    error_handler: { strategy: retry, max_retries: 2, retry_delay: 1 }
    logic: \"def logic():\\n    raise ValueError('no')\"
connections: []
inputs:
  - { to: a.input, data: 1 }
";
    let file = File::new("attempts.yaml", text);
    let output = flow(&["run", file.name(), "--format", "summary"]);
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&summary["metrics"]["activations"], &summary["metrics"]["attempts"]),
        (&1.into(), &3.into()),
        "{summary}"
    );
}

#[test]
fn run_stops_where_it_is_told() {
    let file = File::new("stops.yaml", FLOW);
    let output = flow(&["run", file.name(), "--break"]);
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().last().unwrap().contains("breakpoint_hit"), "{text}");
    assert_eq!(text.matches(r#""type":"output""#).count(), 1);
    assert_eq!(flow(&["run", file.name(), "--max-steps", "1"]).status.code(), Some(3));
    assert_eq!(flow(&["run", file.name(), "--max-steps", "4"]).status.code(), Some(0));
}

#[test]
fn the_step_limit_leaves_no_record() {
    // After the only step something is due: the job's timeout, in 3 s.
    let text = "
routines:
  a: { class: Python, slots: [input], logic: \"def logic(slot_data):\\n    pass\", policy: { type: batch_size, min_batch_size: 5 } }
  late: { class: Sink }
connections: []
execution: { timeout: 3 }
inputs:
  - { to: a.input, data: 1 }
  - { to: late.input, data: 1, at: 9 }
";
    let file = File::new("limit.yaml", text);
    let limited = flow(&["run", file.name(), "--max-steps", "1"]);
    assert_eq!(limited.status.code(), Some(3), "{}", String::from_utf8_lossy(&limited.stderr));
    let limited = String::from_utf8(limited.stdout).unwrap();
    assert!(limited.lines().last().unwrap().contains(r#""type":"slot_call""#), "{limited}");
    let whole = flow(&["run", file.name()]);
    assert_eq!(whole.status.code(), Some(1));
    let whole = String::from_utf8(whole.stdout).unwrap();
    assert!(whole.starts_with(&limited));
    assert!(whole.contains("TimeoutError"), "{whole}");
}

#[test]
fn posts_and_entry_replace_the_inputs() {
    let file = File::new("posts.yaml", FLOW);
    let output = flow(&["run", file.name(), "--post", r#"b.input={"x":1}"#, "--seed", "7", "--jobs", "2"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap().matches(r#""data":{"x":1}"#).count(), 4);
    let output = flow(&["run", file.name(), "--entry", "[1]", "--format", "summary"]);
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["jobs"]["job-1"]["status"], "completed");
    assert_eq!(summary["metrics"]["deliveries"], 2);
    let both = flow(&["run", file.name(), "--post", "b.input=2", "--entry", "1"]).stdout;
    let both = String::from_utf8(both).unwrap();
    assert!(both.find(r#""data":1"#) < both.find(r#""data":2"#), "{both}");
    assert_eq!(flow(&["run", file.name(), "--post", "nowhere.input=1"]).status.code(), Some(2));
}

#[test]
fn bad_input_is_told_on_stderr_with_code_2() {
    let broken = File::new("broken.yaml", "routines: { a: { class: Nothing } }\nconnections: []\n");
    for args in [
        vec!["run", broken.name()],
        vec!["run", "no such file"],
        vec!["run"],
        vec!["fly"],
        vec!["run", broken.name(), "--jobs", "0"],
        vec!["convert", broken.name()],
    ] {
        let output = flow(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    let output = flow(&["validate", broken.name(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let problems: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(problems[0]["code"], "unknown-class");
}

#[test]
fn convert_goes_there_and_back() {
    let file = File::new("convert.yaml", FLOW);
    let json = flow(&["convert", file.name(), "--to", "json"]).stdout;
    let as_json = File::new("convert.json", std::str::from_utf8(&json).unwrap());
    let yaml = flow(&["convert", as_json.name(), "--to", "yaml"]).stdout;
    let again = File::new("again.yaml", std::str::from_utf8(&yaml).unwrap());
    assert_eq!(flow(&["convert", again.name(), "--to", "json"]).stdout, json);
}

#[test]
fn a_run_that_was_saved_goes_on_in_another_process() {
    let file = File::new("saves.yaml", FLOW);
    let saved = File::new("saved.json", "");
    let again = File::new("again.json", "");
    let text = |output: Output| String::from_utf8(output.stdout).unwrap();
    let whole = text(flow(&["run", file.name(), "--jobs", "2"]));
    for step in 0..8 {
        let at = step.to_string();
        let first = flow(&["run", file.name(), "--jobs", "2", "--save", saved.name(), "--save-at", &at]);
        assert_eq!(first.status.code(), Some(3));
        let second = flow(&["resume", saved.name()]);
        assert_eq!(second.status.code(), Some(0));
        assert_eq!(text(first) + &text(second), whole, "saved at {step}");
    }
    // Held at a breakpoint: the step is taken once, and the breakpoint does not speak twice.
    let whole = flow(&["run", file.name(), "--break", "--save", saved.name()]);
    assert_eq!(whole.status.code(), Some(3));
    let rest = flow(&["resume", saved.name(), "--break", "--save", again.name()]);
    assert_eq!(rest.status.code(), Some(0));
    assert_eq!(text(rest).matches(r#""type":"output""#).count(), 1);
    assert_eq!(flow(&["resume", again.name()]).status.code(), Some(0), "a run at its end has nothing more to do");
    for args in [
        vec!["resume"],
        vec!["resume", file.name()],
        vec!["resume", "no such file"],
        vec!["run", file.name(), "--save-at", "1"],
    ] {
        let output = flow(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_routine_has_one_timer_of_its_policy() {
    // At 2 s the timer and three posts are due: the first post activates, the third waits for 4 s. The timer that came
    // due before must not bring a second one for 4 s.
    let text = "
routines:
  c: { class: Python, slots: [x], logic: \"def logic(): pass\", policy: { type: time_interval, min_interval_seconds: 2 } }
connections: []
inputs:
  - { to: c.x, data: 1, at: 2, repeat: 3 }
  - { to: c.x, data: 2 }
  - { to: c.x, data: 3, at: 1 }
";
    let file = File::new("timers.yaml", text);
    let summary = flow(&["run", file.name(), "--format", "summary"]);
    let summary: serde_json::Value = serde_json::from_slice(&summary.stdout).unwrap();
    // Five posts, the timer of 2 s and the timer of 4 s; each activation is part of the step that brings it.
    assert_eq!(summary["steps"], 7, "{summary}");
    assert_eq!(summary["jobs"]["job-1"]["status"], "completed");
}
