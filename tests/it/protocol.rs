//! A whole debugging story through the protocol alone, as a page or an embedder drives it.

use std::rc::Rc;

use serde_json::{Value, json};

use flow_playground::debugger::session::Session;
use flow_playground::protocol::server::Server;
use flow_playground::routines::{self, StandardLibrary};

pub struct Client {
    pub server: Server,
    seq: u64,
    pub events: Vec<Value>,
}

impl Client {
    pub fn new() -> Self {
        let session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
        let mut server = Server::new(session, Box::new(StandardLibrary));
        server.start();
        let mut client = Self { server, seq: 0, events: Vec::new() };
        assert!(client.drain().is_none());
        client
    }

    /// The response among the messages that came, if there is one; events are kept.
    fn drain(&mut self) -> Option<Value> {
        let mut response = None;
        for text in self.server.take_outbox() {
            let message: Value = serde_json::from_str(&text).unwrap();
            match message["type"].as_str() {
                Some("response") => response = Some(message),
                _ => self.events.push(message),
            }
        }
        response
    }

    pub fn request(&mut self, command: &str, arguments: Value) -> Value {
        self.seq += 1;
        let request = json!({"seq": self.seq, "type": "request", "command": command, "arguments": arguments});
        self.server.receive(&request.to_string());
        for _ in 0..1000 {
            if let Some(response) = self.drain() {
                assert_eq!(response["request_seq"], self.seq);
                return response;
            }
            self.server.advance(1);
        }
        panic!("no response to {command}");
    }

    pub fn ok(&mut self, command: &str, arguments: Value) -> Value {
        let response = self.request(command, arguments);
        assert_eq!(response["success"], true, "{response}");
        response["body"].clone()
    }

    pub fn fails(&mut self, command: &str, arguments: Value) -> String {
        let response = self.request(command, arguments);
        assert_eq!(response["success"], false, "{response}");
        response["message"].as_str().unwrap().to_owned()
    }

    pub fn run_on(&mut self) {
        for _ in 0..10_000 {
            if !self.server.is_running() {
                break;
            }
            self.server.advance(100);
        }
        assert!(self.drain().is_none());
    }

    pub fn event(&self, name: &str) -> Option<&Value> {
        self.events.iter().rev().find(|event| event["event"] == name)
    }
}

const FLOW: &str = "
flow_id: story
routines:
  a:
    class: Python
    slots: [input]
    events: [output]
    policy: { type: immediate }
    logic: |
      def logic(slot_data):
          for item in slot_data['input']:
              emit('output', value=item['value'])
  b: { class: Sink }
connections:
  - { from: a.output, to: b.input }
inputs:
  - { to: a.input, data: { value: 50 } }
  - { to: a.input, data: { value: 150 } }
";

#[test]
fn a_debugging_story() {
    let mut client = Client::new();
    assert_eq!(client.events[0]["event"], "ready");
    client.ok("initialize", json!({"protocolVersion": "1.0", "clientId": "test"}));
    let loaded = client.ok("load", json!({"document": FLOW}));
    assert_eq!((&loaded["loaded"], &loaded["problems"]), (&json!(true), &json!([])));
    let wire = json!({"type": "connection", "from": "a.output", "to": "b.input", "condition": "value > 100"});
    let set = client.ok("setBreakpoints", json!({"breakpoints": [wire]}));
    assert_eq!((&set[0]["id"], &set[0]["verified"]), (&json!(0), &json!(true)));
    assert_eq!(client.ok("run", json!({"speed": "max"}))["job"], "job-1");
    client.run_on();
    let stopped = client.event("stopped").unwrap()["body"].clone();
    assert_eq!(stopped["run"], "paused");
    assert_eq!(stopped["stopped"]["reason"], "breakpoint");
    assert_eq!(stopped["stopped"]["hit_count"], 1);
    assert_eq!(stopped["next"]["data"], json!({"value": 150}));
    assert_eq!(stopped["next"]["connection"], 0);
    assert_eq!(client.ok("evaluate", json!({"expression": "value * 2"}))["result"], 300);
    assert_eq!(
        client.ok("evaluate", json!({"expression": "nothing"}))["error"],
        "NameError: name 'nothing' is not defined"
    );
    let back = client.ok("step", json!({"kind": "back"}));
    assert_eq!(back["run"], "past");
    assert!(back["step"].as_u64() < stopped["step"].as_u64());
    client.ok("continue", Value::Null);
    client.run_on();
    assert_eq!(
        client.event("stopped").unwrap()["body"]["stopped"]["reason"],
        "breakpoint",
        "it stops at the same place"
    );
    client.ok("continue", json!({}));
    client.run_on();
    assert_eq!(client.event("stopped").unwrap()["body"]["run"], "done");
    let trace = client.ok("trace", json!({"from": 0, "limit": 5}));
    assert_eq!(trace["records"].as_array().unwrap().len(), 5);
    assert_eq!(trace["records"][0]["type"], "system.startup");
    assert_eq!(client.event("job").unwrap()["body"], json!({"job": "job-1", "status": "completed"}));
}

#[test]
fn bad_requests_are_answered_with_what_is_wrong() {
    let mut client = Client::new();
    for (request, said) in [
        ("{", "not JSON"),
        ("{}", "needs a `command`"),
        (r#"{"seq": 7, "command": "fly"}"#, "unknown variant `fly`"),
        (r#"{"seq": 8, "command": "seek", "arguments": {"seq": "x"}}"#, "seek"),
        (r#"{"seq": 9, "command": "setSpeed", "arguments": {"speed": -1}}"#, "above 0"),
        (r#"{"seq": 10, "command": "continue"}"#, "nothing was run"),
        (r#"{"seq": 11, "command": "post", "arguments": {"to": "a.b"}}"#, "no job"),
        (r#"{"seq": 12, "command": "setBreakpoints", "arguments": {"breakpoints": [{"type": "moon"}]}}"#, "moon"),
    ] {
        client.server.receive(request);
        let response = client.drain().unwrap();
        assert_eq!(response["success"], false, "{request}");
        assert!(response["message"].as_str().unwrap().contains(said), "{request}: {response}");
    }
}

#[test]
fn a_document_with_errors_leaves_the_flow_before() {
    let mut client = Client::new();
    client.ok("load", json!({"document": FLOW}));
    let refused = client.ok("load", json!({"document": FLOW.replace("to: b.input", "to: b.inputs")}));
    assert_eq!(refused["loaded"], false);
    let problem =
        refused["problems"].as_array().unwrap().iter().find(|problem| problem["severity"] == "error").unwrap();
    assert_eq!((&problem["code"], &problem["severity"]), (&json!("unknown-slot"), &json!("error")));
    assert!(problem["line"].as_u64().is_some());
    let text = client.ok("getDocument", json!({"format": "yaml"}))["text"].as_str().unwrap().to_owned();
    assert!(text.contains("to: b.input }"), "{text}");
}

/// Who asks again before the first answer came gets both.
#[test]
fn every_step_is_answered() {
    const SLOW: &str = "
routines: { a: { class: Delay, config: { seconds: 1 } }, b: { class: Sink } }
connections: [{ from: a.output, to: b.input }]
inputs: [{ to: a.input, data: 1, repeat: 3 }]
";
    let ask = |client: &mut Client, seq: u64, command: &str, arguments: Value| {
        let request = json!({"seq": seq, "type": "request", "command": command, "arguments": arguments});
        client.server.receive(&request.to_string());
    };
    let answers = |client: &mut Client| -> Vec<(u64, bool)> {
        let messages =
            client.server.take_outbox().into_iter().map(|text| serde_json::from_str::<Value>(&text).unwrap());
        let responses = messages.filter(|message| message["type"] == "response");
        responses.map(|one| (one["request_seq"].as_u64().unwrap(), one["success"].as_bool().unwrap())).collect()
    };
    let begun = || {
        let mut client = Client::new();
        client.ok("load", json!({"document": SLOW}));
        client.ok("run", json!({"speed": "max", "paused": true}));
        ask(&mut client, 100, "step", json!({"kind": "over"}));
        assert_eq!(answers(&mut client), [], "the activation waits");
        client
    };
    let mut client = begun();
    ask(&mut client, 101, "step", json!({"kind": "over"}));
    client.server.advance(100);
    assert_eq!(answers(&mut client), [(100, true), (101, true)]);
    for (command, arguments, first) in [
        ("step", json!({}), true),
        ("pause", json!({}), true),
        ("run", json!({"speed": "max"}), false),
        ("load", json!({"document": SLOW}), false),
    ] {
        let mut client = begun();
        ask(&mut client, 101, command, arguments);
        let mut told = answers(&mut client);
        told.sort_unstable();
        assert_eq!(told, [(100, first), (101, true)], "{command}");
    }
}

#[test]
fn an_edit_leaves_the_run_alone() {
    let mut client = Client::new();
    client.ok("load", json!({"document": FLOW}));
    client.ok("run", json!({"speed": "max", "paused": true}));
    client.ok("step", json!({}));
    client.ok(
        "edit",
        json!({"document": FLOW.replace("  b: { class: Sink }", "  b: { class: Sink }\n  c: { class: Sink }")}),
    );
    client.ok("continue", Value::Null);
    client.run_on();
    let state = client.ok("state", Value::Null);
    assert_eq!(state["run"], "done");
    assert_eq!(
        state["jobs"][0]["routines"].as_array().unwrap().len(),
        2,
        "the run has the routines it was started with"
    );
    client.ok("run", json!({"speed": "max"}));
    client.run_on();
    assert_eq!(client.ok("state", Value::Null)["jobs"][0]["routines"].as_array().unwrap().len(), 3);
}

#[test]
fn a_run_is_saved_and_restored() {
    let mut client = Client::new();
    client.ok("load", json!({"document": FLOW}));
    client.ok("run", json!({"speed": "max", "paused": true}));
    client.ok("step", json!({}));
    let wire = json!({"type": "connection", "from": "a.output", "to": "b.input", "condition": "value > 100"});
    client.ok("setBreakpoints", json!({"breakpoints": [wire]}));
    client.ok("continue", Value::Null);
    client.run_on();
    let state = client.ok("state", Value::Null);
    assert_eq!(state["stopped"]["reason"], "breakpoint");
    let saved = client.ok("save", Value::Null)["state"].as_str().unwrap().to_owned();
    let history = client.ok("executionHistory", json!({"job": "job-1"}));
    assert_eq!(history["records"][0]["type"], "job.created");
    let mut other = Client::new();
    assert_eq!(other.ok("restore", json!({"state": saved})), state);
    assert_eq!(other.event("stopped").unwrap()["body"]["stopped"]["reason"], state["stopped"]["reason"]);
    assert_eq!(other.event("edited").unwrap()["body"]["document"]["flow_id"], "story");
    assert_eq!(other.ok("executionHistory", json!({"job": "job-1"})), history);
    other.ok("continue", Value::Null);
    other.run_on();
    client.ok("continue", Value::Null);
    client.run_on();
    assert_eq!(other.ok("state", Value::Null), client.ok("state", Value::Null));
    let damaged = saved.replace("job-1", "job-7");
    let message = other.fails("restore", json!({"state": damaged}));
    assert!(message.contains("damaged"), "{message}");
}

#[test]
fn the_catalogue_comes_with_samples_that_load() {
    let mut client = Client::new();
    let body = client.ok("catalogue", Value::Null);
    let classes = body["classes"].as_array().unwrap();
    assert_eq!(classes.len(), routines::catalogue().classes.len());
    for class in classes {
        let loaded = client.ok("load", json!({"document": class["sample"]}));
        assert_eq!(loaded["loaded"], true, "{class}");
        assert!(class["events"].as_array().is_some() && class["category"].as_str().is_some());
    }
    let filter = classes.iter().find(|class| class["name"] == "Filter").unwrap();
    assert_eq!(filter["events"][1], json!(["rejected", ["data", "reason"]]));
    assert_eq!(filter["example"], json!({"condition": {"status": "ok"}}));
    assert_eq!(filter["config"][1]["default"], json!(false));
}

#[test]
fn a_document_is_exported_as_a_python_module() {
    let mut client = Client::new();
    client.ok("load", json!({"document": FLOW}));
    let text = client.ok("getDocument", json!({"format": "routilux"}))["text"].as_str().unwrap().to_owned();
    assert!(text.contains("from routilux import") && text.contains("def run("), "{text}");
    let converted = client.ok("convert", json!({"text": FLOW, "to": "routilux"}));
    assert_eq!(converted["text"], json!(text));
    assert_eq!(client.request("convert", json!({"text": FLOW, "to": "xml"}))["success"], false);
}
