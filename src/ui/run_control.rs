//! Starting, holding and stepping a run.

use leptos::prelude::*;

use crate::flow::model::Breakpoint;
use crate::flow::value::Value;
use crate::protocol::command::{Command, Empty, OneJob, Run, RunTo, Seek, SetSpeed, Step, StepKind};
use crate::protocol::report::{RunState, State};

use super::store::{EngineStatus, Store};
use crate::view::outline::place_text;

impl Store {
    /// Runs the flow from its start.
    pub fn start_run(&self, options: Run, answer: impl FnOnce(Result<String, String>) + 'static) {
        let store = *self;
        self.tell_engine_now();
        let flow = self.flow_now();
        self.run.mirror.update_value(|mirror| {
            mirror.start(&flow);
            mirror.tokens.set_speed(store.speed_factor());
            mirror.tokens.set_reduced_motion(store.settings.is_still());
        });
        self.run.moment.set(None);
        self.panels.is_hint_shown.set(false);
        if self.run.engine.get_untracked() == EngineStatus::Starting {
            self.tell("The engine is still on its way: the run starts when it is here");
        }
        self.request_text(Command::Run(options), answer);
        self.refresh();
    }

    /// Runs the flow from its start and tells what went wrong.
    pub fn run(&self, paused: bool) {
        let store = *self;
        let options = Run { paused, speed: Some(self.speed_value()), ..Run::default() };
        self.start_run(options, move |body| match body {
            Ok(_) if !paused => store.say("Running"),
            Ok(_) => {}
            Err(reason) => store.complain(&reason),
        });
    }

    /// Holds the run.
    pub fn pause(&self) {
        self.order(Command::Pause(OneJob::default()));
    }

    /// Goes on.
    pub fn resume(&self) {
        self.run.moment.set(None);
        self.order(Command::Continue(OneJob::default()));
    }

    /// Steps. Before a run, the first step starts one that is held.
    pub fn step(&self, kind: StepKind) {
        let state = self.run.state.get_untracked();
        if matches!(state, RunState::Ready | RunState::Done | RunState::Empty) && kind != StepKind::Back {
            return self.run(true);
        }
        self.ask_for_moment(Command::Step(Step { kind, ..Step::default() }));
    }

    /// Back to the previous hit, or to the start.
    pub fn reverse_continue(&self) {
        self.order(Command::ReverseContinue(Empty {}));
    }

    /// To the instant right after a record.
    pub fn seek(&self, seq: u64) {
        self.ask_for_moment(Command::Seek(Seek { seq, ..Seek::default() }));
    }

    /// To the instant right before the step that made a record.
    pub fn seek_before(&self, seq: u64) {
        self.ask_for_moment(Command::Seek(Seek { seq, before: true }));
    }

    /// Goes on until a place is reached, on its condition; a flow that does not run is started for it.
    pub fn run_to(&self, target: &Breakpoint) {
        let store = *self;
        let Some(breakpoint) = super::stop_popover::tree_of(target) else { return };
        let text = format!("Running to {}", place_text(&target.place));
        if matches!(self.run.state.get_untracked(), RunState::Ready | RunState::Done | RunState::Empty) {
            let options = Run { to: Some(breakpoint), speed: Some(self.speed_value()), ..Run::default() };
            return self.start_run(options, move |body| match body {
                Ok(_) => store.say(&text),
                Err(reason) => store.complain(&reason),
            });
        }
        self.run.moment.set(None);
        self.order(Command::RunTo(RunTo { breakpoint }));
        self.say(&text);
    }

    /// Ends all jobs.
    pub fn stop(&self) {
        self.order(Command::Stop(Empty {}));
    }

    /// Sets how fast runs go: a factor, or 0 for no pace at all.
    pub fn set_speed_now(&self, speed: f64) {
        self.settings.speed.set(speed);
        let factor = self.speed_factor();
        self.run.mirror.update_value(|mirror| mirror.tokens.set_speed(factor));
        if self.run.engine.get_untracked() == EngineStatus::Ready {
            self.order(Command::SetSpeed(SetSpeed { speed: self.speed_value() }));
        }
        self.keep_later();
    }

    fn speed_factor(&self) -> f64 {
        let speed = self.settings.speed.get_untracked();
        if speed > 0.0 { speed } else { f64::INFINITY }
    }

    /// Fetches the picture of the moment, for panels that show values while the run goes on.
    pub fn fetch_moment(&self) {
        let store = *self;
        if self.run.engine.get_untracked() != EngineStatus::Ready {
            return;
        }
        self.request(Command::State(Empty {}), move |body: Result<State, String>| {
            if let Ok(state) = body {
                store.run.moment.set(Some(std::sync::Arc::new(state)));
            }
        });
    }

    /// Posts data to a slot of the newest job.
    pub fn post(&self, to: String, data: Value) {
        self.order(Command::Post(crate::protocol::command::Post { job: String::new(), to, data }));
    }
}
