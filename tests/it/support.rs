//! What the tests share: flows from text, and traces as text.

use std::rc::Rc;
use std::sync::Arc;

use flow_playground::debugger::session::{Mode, RunOptions, Session};
use flow_playground::engine::program::Program;
use flow_playground::engine::record;
use flow_playground::engine::runtime::Runtime;
use flow_playground::flow::document::{self, Format};
use flow_playground::flow::json;
use flow_playground::flow::model::Flow;
use flow_playground::flow::value::Value;
use flow_playground::routines::{self, StandardLibrary};

/// A flow from YAML without errors.
pub fn flow(text: &str) -> Flow {
    let reading = document::read_text(text, Format::Yaml);
    let problems = reading.validate(&routines::catalogue(), Some(&StandardLibrary));
    match reading.into_flow() {
        Ok(flow) => flow,
        Err(_) => panic!("{problems:#?}"),
    }
}

/// A flow made ready.
pub fn program(flow: Flow) -> Rc<Program> {
    match Program::compile(&Arc::new(flow), &routines::catalogue(), &StandardLibrary) {
        Ok(program) => program,
        Err(problems) => panic!("{problems:#?}"),
    }
}

/// A session with a flow.
pub fn session(flow: Flow) -> Session {
    let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
    session.set_breakpoints(flow.breakpoints.clone());
    session.set_flow(flow);
    session
}

/// Starts a run with the document's inputs.
pub fn start(session: &mut Session, jobs: u32) {
    let started = session.run(&RunOptions { jobs, ..RunOptions::default() });
    assert!(started.is_ok(), "{:?}", started.err());
}

/// Runs until something holds it.
pub fn run_on(session: &mut Session) {
    for _ in 0..1_000_000 {
        if session.mode() != Mode::Running {
            return;
        }
        session.advance(1000);
    }
    panic!("the run does not end");
}

/// All records of a session, one line each.
pub fn trace(session: &Session) -> Vec<String> {
    session.history().records().from(0).map(|entry| line(&record::to_value(entry, session.runtime()))).collect()
}

/// A value as compact JSON with sorted keys.
pub fn line(value: &Value) -> String {
    let mut text = String::new();
    json::write_sorted(value, &mut text);
    text
}

/// Everything about the jobs that a run can differ in, as text.
pub fn state(runtime: &Runtime) -> String {
    use std::fmt::Write;
    let mut text = format!("t={} seq={} steps={}\n", runtime.now_us(), runtime.trace().next_seq, runtime.steps());
    for job in runtime.jobs() {
        let _ = writeln!(text, "{} {:?} shared={:?} log={:?}", job.id, job.status, job.shared_data, job.shared_log);
        let _ = writeln!(text, " tasks={:?}\n timers={:?}\n waiting={:?}", job.tasks, job.timers, job.waiting);
        for routine in &job.routines {
            let _ = writeln!(
                text,
                " {:?} {} {:?} {:?} {:?}",
                routine.status, routine.activations, routine.slots, routine.state, routine.last_activation_us
            );
        }
    }
    text
}
