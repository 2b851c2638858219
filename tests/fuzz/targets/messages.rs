//! Messages of the protocol: an input is one request a line, for one engine.
//!
//! Whatever they are, each line gets exactly one response, at once or when the step it asked for is done; all that is sent
//! is JSON; nothing panics, hangs or fills the memory.

use std::rc::Rc;

use flow_playground::debugger::session::Session;
use flow_playground::flow::document;
use flow_playground::flow::value::Value;
use flow_playground::protocol::server::Server;
use flow_playground::routines::{self, StandardLibrary};

use super::{Target, Traits, files, folder};

pub const TARGET: Target =
    Target { name: "messages", about: "requests of the protocol, several to one engine", words: WORDS, seeds, check };

const WORDS: &[&str] = &[
    "{\"command\":\"run\",\"arguments\":{\"speed\":\"max\"}}\n",
    "{\"command\":\"run\",\"arguments\":{\"paused\":true,\"jobs\":3,\"seed\":1}}\n",
    "{\"command\":\"run\",\"arguments\":{\"jobs\":4294967295}}\n",
    "{\"command\":\"pause\"}\n",
    "{\"command\":\"continue\"}\n",
    "{\"command\":\"step\"}\n",
    "{\"command\":\"step\",\"arguments\":{\"kind\":\"over\"}}\n",
    "{\"command\":\"step\",\"arguments\":{\"kind\":\"out\"}}\n",
    "{\"command\":\"step\",\"arguments\":{\"kind\":\"back\"}}\n",
    "{\"command\":\"reverseContinue\"}\n",
    "{\"command\":\"seek\",\"arguments\":{\"seq\":7}}\n",
    "{\"command\":\"stop\"}\n",
    "{\"command\":\"state\"}\n",
    "{\"command\":\"trace\",\"arguments\":{\"from\":3,\"limit\":5}}\n",
    "{\"command\":\"evaluate\",\"arguments\":{\"expression\":\"data\"}}\n",
    "{\"command\":\"post\",\"arguments\":{\"to\":\"a.input\",\"data\":{\"n\":1}}}\n",
    "{\"command\":\"setBreakpoints\",\"arguments\":{\"breakpoints\":[{\"type\":\"routine\",\"routine\":\"a\"}]}}\n",
    "{\"command\":\"configure\",\"arguments\":{\"historyBytes\":1,\"instantSteps\":9}}\n",
    "{\"command\":\"save\"}\n",
    "{\"command\":\"executionHistory\",\"arguments\":{\"job\":\"job-1\"}}\n",
    "\"arguments\":null",
    "\"seq\":18446744073709551616",
];

/// Most lines of an input that are tried, and most steps between two of them.
const LINES: usize = 40;
const STEPS: u64 = 60;

fn seeds() -> Vec<Vec<u8>> {
    files(&[folder("seeds", TARGET.name)], &[])
}

fn check(input: &[u8]) -> Traits {
    let mut traits = Traits::default();
    let text = String::from_utf8_lossy(input);
    let session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    let mut server = Server::new(session, Box::new(StandardLibrary));
    server.start();
    let (mut asked, mut answered) = (0, 0);
    let mut last_saved: Option<String> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(LINES) {
        asked += 1;
        match (&last_saved, line.contains("\"LAST\"")) {
            // A client sends back what it was given.
            (Some(saved), true) => server.receive(&line.replacen("\"LAST\"", saved, 1)),
            _ => server.receive(line),
        }
        server.advance(STEPS);
        server.publish();
        for message in server.take_outbox() {
            let Ok(message) = document::parse_value(&message) else { panic!("no JSON: {message}") };
            let name = |key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            if name("type") == "response" {
                answered += 1;
                let words = name("message");
                let words = words.split(['\'', '`', '"', '0', '1', '2']).next().unwrap_or_default();
                traits.add(&format!("{} {words}", name("command")));
                if let Some(state) =
                    message.get("body").and_then(|body| body.get("state")).filter(|_| name("command") == "save")
                {
                    last_saved = Some(flow_playground::flow::json::value_to_json(state));
                }
            } else {
                let reason = message.get("body").and_then(|body| body.get("stopped")?.get("reason")).cloned();
                traits.add(&format!("{} {reason:?}", name("event")));
            }
        }
    }
    // A step that goes on for ever is answered when it is done; a second one takes its place.
    assert!(answered <= asked, "{answered} responses to {asked} requests");
    traits
}
