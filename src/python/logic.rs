//! A routine's Python logic: compiled once, run anew at each activation.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use monty::{FunctionCall, MontyRun, NameLookup, RunProgress};
use monty_types::unstable::{ClassTypeNode, MontyGraph, MontyNode, NodeId};
use monty_types::{
    AssertMessageAnnotations, CallArgs, CompileOptions, ExcType, MontyException, MontyObject, MontyUuid, OsPolicy,
    PrintWriter,
};

use crate::engine::behaviour::{Behaviour, CompileError, Failure, Host, Input, Progress, Suspended};

use super::budget::{self, Deadline, tracker};
use super::calls::{self, Answer, raise};
use super::convert::{finish, map_to_python, push, push_map, push_slots};
use super::depth::check_depth;
use super::failure::{compile_error, failure};
use super::history::{History, Said, answer};
use super::lines::{CALL, Sink, instrumentation};
use super::own::{Own, apply};
use super::program::{Ambient, Filling, Program, build};
use super::rewrite::rewriting;
use super::{analyse, clock, saved};

/// The name of the logic's file in tracebacks.
const FILE: &str = "<logic>";

/// The question of a program that is kept for the inputs of its next activation.
const NEXT: &str = "flow.next";

/// Identities of the objects behind `self` and `job_state`, and of their classes.
const SELF: MontyUuid = MontyUuid::from_u128(1);
pub const JOB: MontyUuid = MontyUuid::from_u128(2);
const SELF_CLASS: MontyUuid = MontyUuid::from_u128(3);
const JOB_CLASS: MontyUuid = MontyUuid::from_u128(4);

/// The most text that `print` may leave behind between two calls of the host, in bytes.
const MAX_PRINTED: usize = 1 << 20;

/// How sources are compiled: `assert` as in CPython.
pub fn options() -> CompileOptions {
    CompileOptions { assert_message_annotations: AssertMessageAnnotations::Off, ..CompileOptions::default() }
}

thread_local! {
    /// The logics in use, by their sources: routines with the same one share it, and so the program that is kept alive.
    static COMPILED: RefCell<BTreeMap<Box<str>, Weak<Logic>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Compiles a logic.
///
/// # Errors
/// The syntax error, with its line, or that there is no function `logic`.
pub fn compile_logic(source: &str) -> Result<Rc<dyn Behaviour>, CompileError> {
    let known = COMPILED.with_borrow(|compiled| compiled.get(source).and_then(Weak::upgrade));
    if let Some(logic) = known {
        return Ok(logic);
    }
    let logic = Rc::new(compile(source, None)?);
    COMPILED.with_borrow_mut(|compiled| {
        compiled.retain(|_, logic| logic.strong_count() > 0);
        compiled.insert(source.into(), Rc::downgrade(&logic));
    });
    Ok(logic)
}

/// Compiles a logic that tells its lines.
///
/// # Errors
/// The syntax error, with its line, or that there is no function `logic`.
pub fn compile_traced(source: &str, sink: Sink) -> Result<Rc<dyn Behaviour>, CompileError> {
    compile(source, Some(sink)).map(|logic| Rc::new(logic) as Rc<dyn Behaviour>)
}

/// Checks a logic without keeping it.
///
/// # Errors
/// The syntax error, with its line, or that there is no function `logic`.
pub fn check_logic(source: &str) -> Result<(), CompileError> {
    compile(source, None).map(|_| ())
}

fn compile(source: &str, sink: Option<Sink>) -> Result<Logic, CompileError> {
    check_depth(source)?;
    let rewriting = rewriting(source);
    // First alone, so that an error cannot come from what stands around it.
    let own = Own::new(source, &rewriting.edits, 0);
    MontyRun::new(apply(source, &rewriting.edits), FILE, Vec::new(), options())
        .map_err(|error| compile_error(&error, &own))?;
    let facts = analyse::logic(source, &rewriting.exceptions);
    let lines = sink.as_ref().map(|_| instrumentation(source));
    if facts.form.is_none() {
        return Err(no_logic("the logic has no function `logic`: write `def logic(slot_data):`", 1));
    }
    if let Some(line) = facts.async_line {
        return Err(no_logic("`logic` must be a plain function, not `async def`", line));
    }
    let Program { source, bare, own, inputs, kept, prints, ambient } =
        build(source, &facts, &rewriting, lines.as_deref());
    let program = |source: String, kept: bool| {
        let names = inputs.iter().filter(|(_, filling)| !kept || matches!(filling, Filling::Function(_)));
        let names = names.map(|(name, _)| (*name).to_owned()).collect();
        MontyRun::new(source, FILE, names, options())
            .map(|run| run.with_os_policy(clock::policy(Ambient::default(), 0, 0)))
            .map_err(|error| compile_error(&error, &own))
    };
    let run = program(source, kept)?;
    let bare = bare.map(|source| program(source, false)).transpose()?;
    let fillings: Vec<Filling> = inputs.into_iter().map(|(_, filling)| filling).collect();
    let values = || fillings.iter().copied().filter(|filling| !matches!(filling, Filling::Function(_))).collect();
    let kept = kept.then(values);
    Ok(Logic {
        run,
        bare,
        fillings,
        kept,
        alive: RefCell::default(),
        activations: Cell::default(),
        own,
        prints,
        ambient,
        sink,
    })
}

fn no_logic(message: &str, line: u32) -> CompileError {
    CompileError { error_type: "SyntaxError".to_owned(), message: message.to_owned(), line, column: 1 }
}

/// A compiled logic.
struct Logic {
    run: MontyRun,
    /// With live shared data: the program without a `try` around the logic.
    bare: Option<MontyRun>,
    fillings: Vec<Filling>,
    /// If the program is kept between activations: what it gets for each of them.
    kept: Option<Vec<Filling>>,
    /// The program that waits for its next activation.
    alive: RefCell<Option<Waiting>>,
    /// How many activations the running program has begun.
    activations: Cell<u32>,
    own: Own,
    prints: bool,
    ambient: Ambient,
    /// Where its lines go, if it tells them.
    sink: Option<Sink>,
}

/// A program between two activations.
struct Waiting {
    call: FunctionCall,
    activations: u32,
}

/// How many activations one program serves: then it starts anew, in case something was left behind in it.
const MAX_ACTIVATIONS: u32 = 1000;

/// The values of an activation of a program that is kept.
fn tuple(values: &[Filling], host: &dyn Host, input: &Input) -> MontyObject {
    let mut graph = MontyGraph::with_capacity(16);
    let items = values.iter().map(|filling| fill(&mut graph, *filling, host, input)).collect();
    let root = graph.push(MontyNode::Tuple(items));
    finish(graph, root)
}

impl Behaviour for Logic {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        host.turn()?;
        let policy = self.policy(host);
        let inputs =
            |host: &dyn Host| self.fillings.iter().map(|filling| fill_one(*filling, host, input)).collect::<Vec<_>>();
        let history = self.bare.is_some().then(|| History::new(&inputs(host), policy.clone()));
        let mut printed = String::new();
        let Some(values) = &self.kept else {
            let mut run = self.run.clone();
            if let Some(policy) = policy {
                run = run.with_os_policy(policy);
            }
            let progress = run.start(inputs(host), tracker(), self.writer(&mut printed));
            return self.go_on(host, progress, printed, history, None);
        };
        let next = tuple(values, host, input);
        let progress = match self.alive.take() {
            Some(waiting) if waiting.activations < MAX_ACTIVATIONS => {
                self.activations.set(waiting.activations + 1);
                Ok(RunProgress::FunctionCall(waiting.call))
            }
            _ => {
                self.activations.set(1);
                let functions = self.fillings.iter().filter(|filling| matches!(filling, Filling::Function(_)));
                let functions = functions.map(|filling| fill_one(*filling, host, input)).collect();
                self.run.clone().start(functions, tracker(), self.writer(&mut printed))
            }
        };
        self.go_on(host, progress, printed, history, Some(next))
    }

    fn resume(&self, host: &mut dyn Host, _: &Input, rest: &Suspended) -> Result<Progress, Failure> {
        let (call, mut history) = saved::read(rest)?;
        budget::begin();
        host.turn()?;
        let said = if history.is_some() { Said::Value(map_to_python(host.shared_data())) } else { Said::Nothing };
        let mut printed = String::new();
        let progress = self.say(call, said, &mut history, &mut printed)?;
        self.go_on(host, progress, printed, history, None)
    }

    fn check(&self, rest: &Suspended) -> Result<(), Failure> {
        saved::check(rest).map(|_| ())
    }
}

impl Logic {
    /// The clock and the random numbers, for a logic that may read them.
    fn policy(&self, host: &dyn Host) -> Option<OsPolicy> {
        let Ambient { clock, random, sleeps } = self.ambient;
        (random || (clock && !sleeps)).then(|| {
            let seed = if random { host.random_seed() } else { 0 };
            clock::policy(self.ambient, host.now_us(), seed)
        })
    }

    /// Where the interpreter's own `print` writes: nowhere, unless the logic prints.
    fn writer<'a>(&self, printed: &'a mut String) -> PrintWriter<'a> {
        if self.prints { PrintWriter::CollectString(printed, Some(MAX_PRINTED)) } else { PrintWriter::Disabled }
    }

    /// Answers the script and lets it go on.
    fn say(
        &self,
        question: RunProgress,
        said: Said,
        history: &mut Option<History>,
        printed: &mut String,
    ) -> Result<Result<RunProgress, MontyException>, Failure> {
        if let Some(history) = history {
            history.note(said.clone());
        }
        answer(question, said, self.writer(printed))
            .ok_or_else(|| Failure::new("RuntimeError", "the logic awaits what never comes"))
    }

    /// Serves the script until it ends, fails or sleeps. A script that is kept ends where it asks for the inputs of its
    /// next activation; `next` are those of this one.
    fn go_on(
        &self,
        host: &mut dyn Host,
        mut progress: Result<RunProgress, MontyException>,
        mut printed: String,
        mut history: Option<History>,
        mut next: Option<MontyObject>,
    ) -> Result<Progress, Failure> {
        let mut deadline = Deadline::default();
        loop {
            let question = match progress {
                Ok(question) => question,
                Err(error) => {
                    let failure = self.failure(&error, history);
                    // What ran into the limit differs from run to run: its turn leaves nothing behind.
                    if !failure.timed_out {
                        flush(host, &mut printed);
                    }
                    return Err(failure);
                }
            };
            flush(host, &mut printed);
            let (question, said) = match question {
                RunProgress::Complete(_) => return Ok(Progress::Done),
                RunProgress::FunctionCall(mut call) if call.function_name == NEXT => match next.take() {
                    Some(values) => {
                        *call.tracker_mut() = tracker();
                        progress = call.resume(values, self.writer(&mut printed));
                        continue;
                    }
                    None => {
                        self.alive.replace(Some(Waiting { call, activations: self.activations.get() }));
                        return Ok(Progress::Done);
                    }
                },
                RunProgress::FunctionCall(mut call) => {
                    let args = std::mem::take(&mut call.args);
                    if let (Some(sink), CALL) = (&self.sink, call.function_name.as_str()) {
                        // No turn of the logic: it does not know.
                        sink.take(args, host.next_record())?;
                        let writer = self.writer(&mut printed);
                        progress = call.resume(MontyObject::none(), writer);
                        continue;
                    }
                    match call_host(host, &call, args) {
                        Answer::Say(said) => (RunProgress::FunctionCall(call), said),
                        Answer::Sleep(us) => {
                            return saved::write(call, history).map(|rest| Progress::Sleeping { us, rest });
                        }
                        Answer::End(failure) => return Err(failure),
                    }
                }
                RunProgress::NameLookup(lookup) => {
                    let said = look_up(host, &lookup).map_or(Said::Nothing, Said::Value);
                    (RunProgress::NameLookup(lookup), said)
                }
                RunProgress::OsCall(call) => {
                    let said = clock::answer(&call.function_call, host.now_us()).map_or_else(Said::Raise, Said::Value);
                    (RunProgress::OsCall(call), said)
                }
                question @ RunProgress::ResolveFutures(_) => (question, Said::Nothing),
            };
            host.turn()?;
            deadline.check()?;
            progress = self.say(question, said, &mut history, &mut printed)?;
        }
    }

    /// What to record of an error, with its traceback.
    fn failure(&self, error: &MontyException, history: Option<History>) -> Failure {
        let mut failure = failure(error, &self.own);
        if let (Some(history), Some(bare), false) = (history, &self.bare, failure.timed_out)
            && let Some(error) = history.error_of(bare.clone())
        {
            let again = super::failure::failure(&error, &self.own);
            if (&again.error_type, &again.message) == (&failure.error_type, &failure.message) {
                failure = again;
            }
        }
        failure
    }
}

/// Logs what was printed where the script could not stop for the host.
fn flush(host: &mut dyn Host, printed: &mut String) {
    if printed.is_empty() {
        return;
    }
    for text in printed.split_terminator('\x1e') {
        calls::print_text(host, text);
    }
    printed.clear();
}

/// Does what a call asks for, whether of a function or of a method.
fn call_host(host: &mut dyn Host, call: &FunctionCall, args: CallArgs) -> Answer {
    let name = call.function_name.as_str();
    let known: &[&str] = match call.object_id {
        Some(JOB) => &JOB_METHODS,
        Some(_) => &METHODS,
        None => return call_function(host, name, args),
    };
    if known.contains(&name) {
        return calls::call(host, name, args);
    }
    let class = if call.object_id == Some(JOB) { "JobState" } else { "Routine" };
    Answer::Say(Said::Raise(if name == "__call__" {
        raise(ExcType::TypeError, format!("'{class}' object is not callable"))
    } else {
        raise(ExcType::AttributeError, format!("'{class}' object has no attribute '{name}'"))
    }))
}

/// Does what a call of a plain name asks for. A name that the script does not know comes here too when it is called;
/// those of the host's own functions that are no names in a script have a dot, which no name has.
fn call_function(host: &mut dyn Host, name: &str, args: CallArgs) -> Answer {
    let function = name.split_once('.').map(|(_, function)| function);
    match function.or_else(|| METHODS.contains(&name).then_some(name)) {
        Some(function) => calls::call(host, function, args),
        None => Answer::Say(Said::Raise(raise(ExcType::NameError, format!("name '{name}' is not defined")))),
    }
}

/// The methods of `self`.
const METHODS: [&str; 8] = ["emit", "get_config", "get_state", "set_state", "log", "progress", "send_output", "sleep"];

/// The methods of `job_state`.
const JOB_METHODS: [&str; 4] = ["get_shared_data", "update_shared_data", "append_to_shared_log", "get_shared_log"];

/// What a name or an attribute stands for that the script does not know.
fn look_up(host: &dyn Host, lookup: &NameLookup) -> Option<MontyObject> {
    let name = lookup.name.as_str();
    match lookup.object_id() {
        Some(SELF) => match name {
            "config" => Some(map_to_python(host.config())),
            "routine_id" | "name" => Some(MontyObject::string(host.routine_id())),
            _ => METHODS.contains(&name).then(|| MontyObject::function(name, None)),
        },
        Some(JOB) => JOB_METHODS.contains(&name).then(|| MontyObject::function(format!("job_state.{name}"), None)),
        _ => None,
    }
}

/// Appends the value of one input of the program.
fn fill(graph: &mut MontyGraph, filling: Filling, host: &dyn Host, input: &Input) -> NodeId {
    match filling {
        Filling::Function(name) => graph.push(MontyNode::Function { name: name.to_owned(), docstring: None }),
        Filling::Config => push_map(graph, host.config()),
        Filling::Routine => push_object(graph, "Routine", SELF_CLASS, SELF, |_| Vec::new()),
        Filling::Slots => push_slots(graph, input.slots()),
        Filling::Message => push(graph, &input.policy_message),
        Filling::Job { live } => push_object(graph, "JobState", JOB_CLASS, JOB, |graph| {
            let mut attributes = vec![
                ("job_id", graph.push(MontyNode::String(host.job_id().to_owned()))),
                ("status", graph.push(MontyNode::String(host.job_status().to_owned()))),
            ];
            if live {
                attributes.push(("shared_data", push_map(graph, host.shared_data())));
            }
            attributes
        }),
    }
}

/// An object of its own for one input.
fn fill_one(filling: Filling, host: &dyn Host, input: &Input) -> MontyObject {
    let mut graph = MontyGraph::with_capacity(16);
    let root = fill(&mut graph, filling, host, input);
    finish(graph, root)
}

/// Appends an object whose methods are calls of the host.
pub fn push_object(
    graph: &mut MontyGraph,
    class: &str,
    class_id: MontyUuid,
    id: MontyUuid,
    attributes: impl FnOnce(&mut MontyGraph) -> Vec<(&'static str, NodeId)>,
) -> NodeId {
    let class_type = graph.push(MontyNode::ClassType(Box::new(ClassTypeNode {
        name: class.to_owned(),
        id: class_id,
        host_defined: true,
        is_dataclass: false,
        attrs: Vec::new(),
    })));
    let attributes = attributes(graph);
    let attrs =
        attributes.into_iter().map(|(name, value)| (graph.push(MontyNode::String(name.to_owned())), value)).collect();
    graph.push(MontyNode::ClassInstance { class_type, instance_id: id, attrs })
}
