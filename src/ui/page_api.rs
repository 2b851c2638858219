//! `window.playground`: what lessons, tests and host pages call.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::page_api::{self, Call, Reply};
use crate::browser::root;
use crate::flow::document;
use crate::flow::edit::Edit;
use crate::flow::value::Value;
use crate::protocol::command::{
    Command, Empty, Evaluate, GetDocument, Load, OneJob, Run, Seek, SetBreakpoints, Step, StepKind, Trace,
};
use crate::protocol::report::State;

use super::engine_client::ENDED;
use super::store::Store;
use super::transfer;

const METHODS: &[&str] = &[
    "load",
    "getDocument",
    "run",
    "pause",
    "continue",
    "step",
    "reverseContinue",
    "stop",
    "seek",
    "setBreakpoints",
    "evaluate",
    "state",
    "trace",
    "destroy",
];

/// Puts the object on the window.
pub fn install(store: Store) {
    page_api::install(METHODS, move |call| store.later(move |parts| (parts.answer)(store, call)));
}

/// Answers a call.
pub fn answer(store: Store, call: Call) {
    let Call { method, arguments, reply } = call;
    if store.is_ended() && method != "destroy" {
        return reply.reject(ENDED);
    }
    let argument = |index: usize| -> Value {
        let text = arguments.get(index).and_then(Option::as_deref).unwrap_or("null");
        document::parse_value(text).unwrap_or_default()
    };
    let pass = |reply: Reply| move |body: Result<String, String>| finish(reply, body);
    match method {
        "load" => load(store, argument(0), reply),
        "getDocument" => get_document(store, argument(0), reply),
        "run" => match serde_json::from_str::<Run>(&object_text(&argument(0))) {
            Ok(options) => {
                let speed = options.speed.clone();
                if let Some(speed) = speed.as_ref().and_then(Value::as_f64) {
                    store.settings.speed.set(speed);
                } else if speed.as_ref().and_then(Value::as_str) == Some("max") {
                    store.settings.speed.set(0.0);
                }
                store.start_run(Run { speed: speed.or_else(|| Some(store.speed_value())), ..options }, pass(reply));
            }
            Err(err) => reply.reject(&format!("run: {err}")),
        },
        "pause" => store.request_text(Command::Pause(OneJob::default()), pass(reply)),
        "continue" => store.request_text(Command::Continue(OneJob::default()), pass(reply)),
        "stop" => store.request_text(Command::Stop(Empty {}), pass(reply)),
        "step" => {
            let kind = match argument(0).as_str() {
                None | Some("into") => StepKind::Into,
                Some("over") => StepKind::Over,
                Some("out") => StepKind::Out,
                Some("back") => StepKind::Back,
                Some(other) => return reply.reject(&format!("a step is into, over, out or back, not {other}")),
            };
            show(store, Command::Step(Step { kind, ..Step::default() }), reply);
        }
        "reverseContinue" => store.request_text(Command::ReverseContinue(Empty {}), pass(reply)),
        "seek" => {
            let seq = argument(0).as_int().and_then(|seq| u64::try_from(seq).ok());
            match seq {
                Some(seq) => show(store, Command::Seek(Seek { seq, ..Seek::default() }), reply),
                None => reply.reject("seek takes the number of a record"),
            }
        }
        "setBreakpoints" => set_breakpoints(store, argument(0), reply),
        "evaluate" => {
            let expression = argument(0).as_str().unwrap_or_default().to_owned();
            store.request_text(Command::Evaluate(Evaluate { expression }), pass(reply));
        }
        "state" => store.request_text(Command::State(Empty {}), pass(reply)),
        "trace" => match serde_json::from_str::<Trace>(&object_text(&argument(0))) {
            Ok(range) => store.request_text(Command::Trace(range), pass(reply)),
            Err(err) => reply.reject(&format!("trace: {err}")),
        },
        "destroy" => destroy(store, reply),
        _ => reply.reject("there is no such method"),
    }
}

fn finish(reply: Reply, body: Result<String, String>) {
    match body {
        Ok(json) => reply.resolve(&json),
        Err(reason) => reply.reject(&reason),
    }
}

/// Ends the engine and empties the page: nothing of it goes on, and every later call is told so.
fn destroy(store: Store, reply: Reply) {
    // Not at once: a listener of the engine's events may be what called.
    set_timeout(
        move || {
            store.end_engine();
            page_api::forget_listeners();
            root::empty();
            reply.resolve("null");
        },
        Duration::ZERO,
    );
}

/// A command whose answer is the moment, which the page shows too.
fn show(store: Store, command: Command, reply: Reply) {
    store.request_text(command, move |body| {
        if let Some(state) = body.as_deref().ok().and_then(|text| serde_json::from_str::<State>(text).ok()) {
            store.take_state(state);
        }
        finish(reply, body);
    });
}

/// A map as JSON text; anything else is an empty map.
fn object_text(value: &Value) -> String {
    let empty = Value::map::<&str>([]);
    serde_json::to_string(if value.as_map().is_some() { value } else { &empty }).unwrap_or_default()
}

fn load(store: Store, document: Value, reply: Reply) {
    // The engine reads it, because it knows YAML; the page takes the tree that comes back.
    store.request::<Value>(Command::Load(Load { document }), move |body| {
        let body = match body {
            Ok(body) => body,
            Err(reason) => return reply.reject(&reason),
        };
        let opened = match body.get("document") {
            Some(tree) if tree.as_map().is_some() => transfer::from_tree(tree),
            _ => Err(transfer::problem_lines(&body)),
        };
        match opened {
            Ok(flow) => {
                store.open(flow);
                reply.resolve(&serde_json::to_string(&body).unwrap_or_default());
            }
            Err(reason) => reply.reject(&reason),
        }
    });
}

fn get_document(store: Store, format: Value, reply: Reply) {
    match format.as_str() {
        Some("yaml") => {
            store.tell_engine_now();
            let command = Command::GetDocument(GetDocument { format: "yaml".into() });
            store.request::<Value>(command, move |body| {
                let text = body.map(|body| body.get("text").cloned().unwrap_or_default());
                finish(reply, text.map(|text| serde_json::to_string(&text).unwrap_or_default()));
            });
        }
        Some("json") => {
            let text = transfer::to_json(&store.flow_now());
            reply.resolve(&serde_json::to_string(&text).unwrap_or_default());
        }
        _ => reply.resolve(&serde_json::to_string(&transfer::to_tree(&store.flow_now())).unwrap_or_default()),
    }
}

fn set_breakpoints(store: Store, list: Value, reply: Reply) {
    let Some(breakpoints) = list.as_list().map(<[Value]>::to_vec) else {
        return reply.reject("setBreakpoints takes a list");
    };
    let tree = Value::map([("routines", Value::map::<&str>([])), ("breakpoints", list)]);
    match transfer::from_tree(&tree) {
        Ok(flow) => {
            let old = store.flow_now().breakpoints.len();
            let mut edits = Vec::new();
            if old > 0 {
                edits.push(Edit::RemoveBreakpoints((0..old).collect()));
            }
            edits.extend(flow.breakpoints.into_iter().map(Edit::AddBreakpoint));
            store.edit_all("Set breakpoints", edits);
            store.tell_engine_now();
            store.request_text(
                Command::SetBreakpoints(SetBreakpoints { breakpoints, ..SetBreakpoints::default() }),
                move |body| finish(reply, body),
            );
        }
        Err(reason) => reply.reject(&reason),
    }
}
