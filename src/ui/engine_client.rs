//! The page's side of the protocol: requests and their answers, events, and a new engine when one dies.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::browser::engine_worker::EngineWorker;
use crate::browser::root;
use crate::flow::value::Value;
use crate::protocol::PROTOCOL_VERSION;
use crate::protocol::command::{Command, Initialize, Load, SetBreakpoints, SetSpeed};
use crate::protocol::message::Request;
use crate::protocol::report::{BreakpointReport, Capabilities, Loaded, RunState};

use super::store::{Dialog, EngineStatus, Store};
use super::transfer;

/// How long an engine may take to come; the network may be slow.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often in a row an engine that never answered is started again.
const MOST_ATTEMPTS: u32 = 3;
/// Typing is told to the engine when it pauses.
const EDIT_DELAY: Duration = Duration::from_millis(160);

/// What everybody is told who asks an engine that was ended for good.
pub const ENDED: &str = "The playground was destroyed";

type OnAnswer = Box<dyn FnOnce(Result<String, String>)>;

/// The engine as the page knows it.
#[derive(Default)]
pub struct Engine {
    worker: Option<EngineWorker>,
    /// Counts the workers: a message of an old one is not for us.
    generation: u32,
    next_seq: u64,
    waiting: BTreeMap<u64, OnAnswer>,
    /// What was asked before it answered.
    queued: Vec<String>,
    is_ready: bool,
    deaths_in_a_row: u32,
    edit_timer: Option<TimeoutHandle>,
    /// It was ended for good: there will be no other.
    is_ended: bool,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    request_seq: Option<u64>,
    #[serde(default)]
    success: bool,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    event: Option<String>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

impl Store {
    /// Starts an engine. What was asked before waits for it.
    pub fn start_engine(&self) {
        let store = *self;
        let Some(generation) = self
            .engine
            .try_update_value(|engine| {
                engine.generation += 1;
                engine.is_ready = false;
                (!engine.is_ended).then_some(engine.generation)
            })
            .flatten()
        else {
            return;
        };
        self.run.engine.set(EngineStatus::Starting);
        let worker = EngineWorker::spawn(
            move |text| store.take_message(generation, &text),
            move |reason| store.bury_engine_soon(generation, reason),
        );
        match worker {
            Ok(worker) => {
                self.engine.update_value(|engine| engine.worker = Some(worker));
                set_timeout(
                    move || {
                        let waits =
                            store.engine.try_with_value(|engine| engine.generation == generation && !engine.is_ready);
                        if waits == Some(true) {
                            store.bury_engine(generation, "it did not answer within a minute".into());
                        }
                    },
                    PATIENCE,
                );
            }
            Err(reason) => self.run.engine.set(EngineStatus::Lost(reason)),
        }
    }

    /// Asks the engine. The answer's body is read as `T`.
    pub fn request<T: DeserializeOwned>(&self, command: Command, answer: impl FnOnce(Result<T, String>) + 'static) {
        self.request_text(command, move |body| {
            answer(body.and_then(|text| {
                serde_json::from_str(&text).map_err(|err| format!("the answer cannot be read: {err}"))
            }));
        });
    }

    /// Asks the engine. The answer's body is JSON text.
    pub fn request_text(&self, command: Command, answer: impl FnOnce(Result<String, String>) + 'static) {
        if self.is_ended() {
            return answer(Err(ENDED.to_owned()));
        }
        if let EngineStatus::Lost(reason) = self.run.engine.get_untracked() {
            answer(Err(format!("The engine is not there: {reason}")));
            return self.start_engine();
        }
        self.engine.update_value(|engine| {
            engine.next_seq += 1;
            let seq = engine.next_seq;
            engine.waiting.insert(seq, Box::new(answer));
            if let Ok(text) = serde_json::to_string(&Request::new(seq, command)) {
                if engine.is_ready { engine.send(&text) } else { engine.queued.push(text) }
            }
        });
    }

    /// Asks the engine where only a failure matters.
    pub fn order(&self, command: Command) {
        let store = *self;
        self.request_text(command, move |body| {
            if let Err(reason) = body {
                store.complain(&reason);
            }
        });
    }

    fn take_message(&self, generation: u32, text: &str) {
        if self.engine.try_with_value(|engine| engine.generation) != Some(generation) {
            return;
        }
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else { return };
        let body = envelope.body.map_or("null", RawValue::get);
        if let Some(seq) = envelope.request_seq {
            // Taken out first: the answer may ask again.
            let answer = self.engine.try_update_value(|engine| engine.waiting.remove(&seq)).flatten();
            if let Some(answer) = answer {
                answer(if envelope.success { Ok(body.to_owned()) } else { Err(envelope.message.unwrap_or_default()) });
            }
        } else if let Some(event) = envelope.event {
            if event == "ready" { self.greet() } else { self.take_event(&event, body) }
        }
    }

    /// The engine has come: it gets the flow, the speed and all that was asked meanwhile.
    fn greet(&self) {
        let store = *self;
        self.engine.update_value(|engine| {
            engine.is_ready = true;
            engine.deaths_in_a_row = 0;
        });
        let hello = Initialize { protocol_version: PROTOCOL_VERSION.into(), client_id: "page".into() };
        self.request(Command::Initialize(hello), move |body: Result<Capabilities, String>| {
            let ours = PROTOCOL_VERSION.split('.').next();
            if body.is_ok_and(|engine| engine.protocol_version.split('.').next() != ours) {
                store.complain("The engine is of another version than the page: reload the page");
            }
        });
        self.order(Command::SetSpeed(SetSpeed { speed: self.speed_value() }));
        let load = Load { document: transfer::to_tree(&self.flow_now()) };
        self.request(Command::Load(load), move |body: Result<Loaded, String>| {
            if let Ok(loaded) = body {
                store.document.problems.set(loaded.problems);
            }
            store.send_breakpoints();
            store.run.engine.set(EngineStatus::Ready);
            root::set_attribute("data-ready", Some("true"));
            crate::browser::page_api::emit("ready", || "{}".into());
        });
        self.engine.update_value(|engine| {
            for text in std::mem::take(&mut engine.queued) {
                engine.send(&text);
            }
        });
    }

    /// Replaces the engine's document by the page's.
    pub fn load_into_engine(&self) {
        self.cancel_edit();
        self.forget_run();
        let load = Load { document: transfer::to_tree(&self.flow_now()) };
        let store = *self;
        self.request(Command::Load(load), move |body: Result<Loaded, String>| {
            if let Ok(loaded) = body {
                store.document.problems.set(loaded.problems);
            }
        });
        self.send_breakpoints();
    }

    /// Tells the engine of the edited flow when typing pauses.
    pub fn tell_engine_later(&self) {
        self.cancel_edit();
        let store = *self;
        if let Ok(timer) =
            set_timeout_with_handle(move || store.later(move |parts| (parts.tell_engine)(&store)), EDIT_DELAY)
        {
            self.engine.update_value(|engine| engine.edit_timer = Some(timer));
        }
    }

    /// Tells the engine of the edited flow, if it does not know it yet.
    pub fn tell_engine_now(&self) {
        if !self.cancel_edit() {
            return;
        }
        let store = *self;
        let load = Load { document: transfer::to_tree(&self.flow_now()) };
        self.request(Command::Edit(load), move |body: Result<Loaded, String>| {
            if let Ok(loaded) = body {
                store.document.problems.set(loaded.problems);
                store.refresh();
            }
        });
        self.send_breakpoints();
    }

    fn cancel_edit(&self) -> bool {
        let timer = self.engine.try_update_value(|engine| engine.edit_timer.take()).flatten();
        timer.inspect(TimeoutHandle::clear).is_some()
    }

    /// Tells the engine all breakpoints.
    pub fn send_breakpoints(&self) {
        let store = *self;
        let breakpoints = transfer::breakpoint_trees(&self.flow_now());
        let hold_job = Some(self.run.holds_one_job.get_untracked());
        self.request(
            Command::SetBreakpoints(SetBreakpoints { breakpoints, hold_job }),
            move |body: Result<Vec<BreakpointReport>, String>| {
                if let Ok(reports) = body {
                    store.run.breakpoints.set(reports);
                    store.refresh();
                }
            },
        );
    }

    /// The chosen speed as the protocol writes it.
    pub fn speed_value(&self) -> Value {
        match self.settings.speed.get_untracked() {
            speed if speed > 0.0 => Value::Float(speed),
            _ => Value::text("max"),
        }
    }

    // Not at once: the worker's own listener is still running, and must not be dropped under its feet.
    fn bury_engine_soon(&self, generation: u32, reason: String) {
        let store = *self;
        set_timeout(move || store.bury_engine(generation, reason), Duration::ZERO);
    }

    fn bury_engine(&self, generation: u32, reason: String) {
        let Some((waiting, had_come, attempts)) = self
            .engine
            .try_update_value(|engine| {
                if engine.generation != generation {
                    return None;
                }
                engine.worker = None;
                engine.generation += 1;
                engine.queued.clear();
                engine.deaths_in_a_row += 1;
                let had_come = std::mem::take(&mut engine.is_ready);
                Some((std::mem::take(&mut engine.waiting), had_come, engine.deaths_in_a_row))
            })
            .flatten()
        else {
            return;
        };
        root::set_attribute("data-ready", None);
        self.run.engine.set(EngineStatus::Lost(reason.clone()));
        for answer in waiting.into_values() {
            answer(Err(format!("The engine stopped: {reason}")));
        }
        self.forget_run();
        let body = serde_json::to_string(&reason).unwrap_or_default();
        crate::browser::page_api::emit("error", move || format!("{{\"message\":{body}}}"));
        if had_come {
            self.panels.dialog.set(Some(Dialog::EngineLost(reason)));
        }
        if attempts <= MOST_ATTEMPTS {
            let store = *self;
            set_timeout(move || store.start_engine(), Duration::from_millis(300 * u64::from(attempts)));
        }
    }

    /// Whether the engine was ended for good.
    pub fn is_ended(&self) -> bool {
        self.engine.try_with_value(|engine| engine.is_ended).unwrap_or(true)
    }

    /// Ends the engine for good, and with it the run.
    pub fn end_engine(&self) {
        let waiting = self.engine.try_update_value(|engine| {
            let waiting = std::mem::take(&mut engine.waiting);
            *engine = Engine { generation: engine.generation + 1, is_ended: true, ..Engine::default() };
            waiting
        });
        root::set_attribute("data-ready", None);
        self.run.engine.set(EngineStatus::Lost(ENDED.to_owned()));
        for answer in waiting.into_iter().flat_map(BTreeMap::into_values) {
            answer(Err(ENDED.to_owned()));
        }
        self.forget_run();
    }

    /// The run is over for good: another flow was opened, or its engine died.
    pub fn forget_run(&self) {
        let flow = self.flow_now();
        self.run.mirror.update_value(|mirror| mirror.start(&flow));
        let state = if flow.routines.is_empty() { RunState::Empty } else { RunState::Ready };
        self.run.moment.set(None);
        self.select_record(None);
        self.show_run_state(state);
        self.refresh();
    }
}

impl Engine {
    fn send(&self, text: &str) {
        if let Some(worker) = &self.worker {
            // A worker that cannot be told anything reports its death itself.
            worker.send(text);
        }
    }
}
