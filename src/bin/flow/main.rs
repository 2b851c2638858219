//! The headless runner: runs, checks and converts flows on a command line.

mod arguments;
mod run;

use std::io::Write;
use std::process::ExitCode;

use flow_playground::flow::document::{self, Format, Reading};
use flow_playground::flow::export;
use flow_playground::flow::problem::{Problem, Severity, has_errors};
use flow_playground::flow::value::Value;
use flow_playground::python::CountingAllocator;
use flow_playground::routines::{self, StandardLibrary};

use arguments::{Arguments, ConvertTo};

/// It counts, so that a logic that allocates for ever ends in an error.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Python may call itself 1,000 times deep, which takes more than a main thread's usual stack.
const STACK_BYTES: usize = 512 << 20;

fn main() -> ExitCode {
    // No lint against this one: the runner is not the engine, and the stack cannot be had in another way.
    let runner = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(|| {
        let words: Vec<String> = std::env::args().skip(1).collect();
        match Arguments::parse(&words) {
            Ok(arguments) => perform(&arguments),
            Err(message) => complain(&message),
        }
    });
    match runner.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => ExitCode::from(code),
        // A panic has already told where it was.
        Ok(Err(_)) => ExitCode::from(101),
        Err(err) => ExitCode::from(complain(&format!("cannot start: {err}"))),
    }
}

/// Tells on stderr why there is nothing to do.
fn complain(message: &str) -> u8 {
    let mut stderr = std::io::stderr().lock();
    // There is nobody left to tell if stderr is closed.
    writeln!(stderr, "flow: {message}").map_or(2, |()| 2)
}

fn perform(arguments: &Arguments) -> u8 {
    match arguments {
        Arguments::Help => print(arguments::USAGE),
        Arguments::Run(options) => match load(&options.file) {
            Ok(loaded) => run::run(loaded, options),
            Err(code) => code,
        },
        Arguments::Resume(options) => run::resume(options),
        Arguments::Validate { file, as_json } => match read(file) {
            Ok(reading) => validate(&reading, *as_json),
            Err(message) => complain(&message),
        },
        Arguments::Convert { file, to } => match load(file) {
            Ok(flow) => print(&match to {
                ConvertTo::Yaml => document::to_yaml(&flow),
                ConvertTo::Json => document::to_json(&flow),
                ConvertTo::Routilux => export::to_routilux(&flow, &routines::catalogue()),
            }),
            Err(code) => code,
        },
    }
}

fn print(text: &str) -> u8 {
    // A reader that has seen enough, such as `head`, closes the pipe: that is no error.
    std::io::stdout().lock().write_all(text.as_bytes()).map_or(0, |()| 0)
}

fn read(file: &str) -> Result<Reading, String> {
    let bytes = std::fs::read(file).map_err(|err| format!("cannot read {file}: {err}"))?;
    Ok(document::read_bytes(&bytes, Format::of_file(file)))
}

fn problems_of(reading: &Reading) -> Vec<Problem> {
    reading.validate(&routines::catalogue(), Some(&StandardLibrary))
}

/// A flow without errors, or the exit code after telling them.
fn load(file: &str) -> Result<flow_playground::flow::model::Flow, u8> {
    let reading = read(file).map_err(|message| complain(&message))?;
    let problems = problems_of(&reading);
    let refused = has_errors(&problems);
    match reading.into_flow() {
        Ok(flow) if !refused => Ok(flow),
        _ => {
            for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
                complain(&format!("{file}:{problem}"));
            }
            Err(2)
        }
    }
}

fn validate(reading: &Reading, as_json: bool) -> u8 {
    let problems = problems_of(reading);
    let mut text = String::new();
    if as_json {
        let list = Value::list(problems.iter().map(|problem| {
            Value::map([
                ("code", Value::from(problem.code)),
                ("severity", Value::from(problem.severity.name())),
                ("path", Value::from(problem.path.as_str())),
                ("message", Value::from(problem.message.as_str())),
                ("line", problem.place.map_or(Value::Null, |place| Value::Int(i64::from(place.line)))),
                ("column", problem.place.map_or(Value::Null, |place| Value::Int(i64::from(place.column)))),
            ])
        }));
        flow_playground::flow::json::write_sorted(&list, &mut text);
        text.push('\n');
    } else {
        for problem in &problems {
            text.push_str(&format!("{problem}\n"));
        }
    }
    print(&text);
    if has_errors(&problems) { 2 } else { 0 }
}
