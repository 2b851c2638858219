//! The engine's Web Worker: feeds a protocol server with the page's messages, and takes steps in between.
//!
//! A turn takes steps for [`SLICE_MS`] at most, then lets messages through: a pause is answered at once, also
//! during a flow that emits for ever.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use flow_playground::browser::worker_scope;
use flow_playground::debugger::pace::Pace;
use flow_playground::debugger::session::Session;
use flow_playground::protocol::server::Server;
use flow_playground::python::CountingAllocator;
use flow_playground::routines::{self, StandardLibrary};

/// It counts, so that a logic that allocates for ever ends in an error.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// How long a turn takes steps, in milliseconds.
const SLICE_MS: f64 = 8.0;

/// How many steps are taken between two looks at the clock: fewest, and most of those that take next to no time.
const STEPS_PER_LOOK: (u64, u64) = (16, 1024);

/// How long the steps between two looks should take, in milliseconds.
const LOOK_MS: f64 = 1.0;

/// How often changes are told at most, in milliseconds: about once per animation frame.
const PUBLISH_MS: f64 = 16.0;

/// How much of its time a run without a pace spends on telling: the rest between two reports is this many times as long.
const PUBLISH_REST: f64 = 9.0;

/// How seldom changes are told at most, in milliseconds, however long telling takes.
const MOST_PUBLISH_MS: f64 = 100.0;

fn main() {
    worker_scope::report_panics();
    let session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    let engine = Rc::new(Engine {
        server: RefCell::new(Server::new(session, Box::new(StandardLibrary))),
        publish_ms: Cell::new(0.0),
        steps_per_look: Cell::new(STEPS_PER_LOOK.0),
        next_step_ms: Cell::new(0.0),
        turns: RefCell::new(None),
    });
    let turning = engine.clone();
    engine.turns.replace(Some(worker_scope::Turns::new(move || turning.take_turn())));
    engine.server.borrow_mut().start();
    engine.flush();
    worker_scope::on_text(move |text| {
        engine.server.borrow_mut().receive(text);
        engine.flush();
        engine.schedule();
    });
}

struct Engine {
    server: RefCell<Server>,
    /// When a run without a pace tells its changes again.
    publish_ms: Cell<f64>,
    steps_per_look: Cell<u64>,
    /// When a paced run takes its next step.
    next_step_ms: Cell<f64>,
    turns: RefCell<Option<worker_scope::Turns>>,
}

impl Engine {
    fn take_turn(&self) {
        let started_ms = worker_scope::now_ms();
        let pace = self.server.borrow().pace();
        match pace {
            Pace::Max => self.run_for_a_slice(started_ms),
            Pace::Factor(_) => self.run_paced(started_ms, pace.step_ms()),
        }
        let now_ms = worker_scope::now_ms();
        if now_ms >= self.publish_ms.get() || matches!(pace, Pace::Factor(_)) {
            self.server.borrow_mut().publish();
            self.flush();
            let took_ms = worker_scope::now_ms() - now_ms;
            self.publish_ms.set(now_ms + (took_ms * (1.0 + PUBLISH_REST)).clamp(PUBLISH_MS, MOST_PUBLISH_MS));
        }
        self.flush();
        worker_scope::keep_room();
        self.schedule();
    }

    fn run_for_a_slice(&self, started_ms: f64) {
        let mut server = self.server.borrow_mut();
        let (mut looked_ms, mut steps) = (started_ms, self.steps_per_look.get());
        while server.is_running() && looked_ms - started_ms < SLICE_MS {
            server.advance(steps);
            let now_ms = worker_scope::now_ms();
            // Fewer at once if they may take long, so that a slice keeps to its length.
            steps = if now_ms - looked_ms > LOOK_MS { steps / 4 } else { steps * 2 };
            steps = steps.clamp(STEPS_PER_LOOK.0, STEPS_PER_LOOK.1);
            looked_ms = now_ms;
        }
        self.steps_per_look.set(steps);
    }

    /// Takes the steps that are due. A worker that was held up does not race to catch up.
    fn run_paced(&self, now_ms: f64, step_ms: f64) {
        let mut server = self.server.borrow_mut();
        let due_ms = self.next_step_ms.get();
        if now_ms + 1.0 < due_ms {
            return;
        }
        server.advance(1);
        self.next_step_ms.set(due_ms.max(now_ms - step_ms) + step_ms);
    }

    /// Sees to it that a run goes on.
    fn schedule(&self) {
        let server = self.server.borrow();
        let turns = self.turns.borrow();
        let Some(turns) = turns.as_ref() else { return };
        if !server.is_running() {
            turns.cancel();
            return;
        }
        let delay_ms = match server.pace() {
            Pace::Max => 0.0,
            Pace::Factor(_) => {
                // A slower pace that was chosen a moment ago must not make the next step wait longer than it says.
                let now_ms = worker_scope::now_ms();
                let due_ms = self.next_step_ms.get().min(now_ms + server.pace().step_ms());
                self.next_step_ms.set(due_ms);
                (due_ms - now_ms).max(0.0)
            }
        };
        turns.schedule(delay_ms.ceil() as u32);
    }

    fn flush(&self) {
        let outbox = self.server.borrow_mut().take_outbox();
        for text in outbox {
            // A page that is gone takes nothing; its worker ends with it.
            if !worker_scope::send(&text) {
                break;
            }
        }
    }
}
