//! `cargo xtask`: installs what the project needs, builds and serves the site, runs every check.
//!
//! It has no dependencies and needs only a stable Rust, because it must run before anything else is there.

mod debian;
mod lock;
mod project;
mod routilux;
mod run;
mod server;
mod site;
mod sizes;
mod split;
mod stages;
mod toolchain;
mod tools;

use std::process::ExitCode;

use project::Project;
use run::{Failure, Result};
use tools::Needs;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  serve [--port N] [--watch]  build the site, serve it on this machine and print its address
  test                        install what is missing and run every check
  check                       the quick part of `test`: formatting, lints, native tests
  build [--dev]               build the site into dist/ and check its size
  bench                       measure the engine, the runner and the page
  setup                       only install what is missing; safe to repeat
  env                         print shell `export` lines for using cargo and trunk by hand";

enum Command {
    Serve { port: u16, watch: bool },
    Test,
    Check,
    Build { dev: bool },
    Bench,
    Setup,
    Env,
}

fn main() -> ExitCode {
    if let Some(arguments) = split::stands_in() {
        return exit(split::run_in_place(arguments));
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments.is_empty() || matches!(arguments[0], "help" | "--help" | "-h") {
        println!("{USAGE}");
        return if arguments.is_empty() { ExitCode::from(2) } else { ExitCode::SUCCESS };
    }
    exit(parse(&arguments).and_then(|command| execute(&command)))
}

fn exit(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[&str]) -> Result<Command> {
    let (name, options) = (arguments[0], &arguments[1..]);
    let command = match (name, options) {
        ("serve", _) => return parse_serve(options),
        ("test", []) => Command::Test,
        ("check", []) => Command::Check,
        ("build", []) => Command::Build { dev: false },
        ("build", ["--dev"]) => Command::Build { dev: true },
        ("bench", []) => Command::Bench,
        ("setup", []) => Command::Setup,
        ("env", []) => Command::Env,
        _ => {
            return Err(Failure::new(format!("unknown command or option: {}\n{USAGE}", arguments.join(" "))));
        }
    };
    Ok(command)
}

fn parse_serve(options: &[&str]) -> Result<Command> {
    let (mut port, mut watch) = (server::DEFAULT_PORT, false);
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--watch" => watch = true,
            "--port" => {
                let text = rest.next().copied().unwrap_or_default();
                port = text
                    .parse()
                    .map_err(|_| Failure::new(format!("--port needs a number up to 65535, not `{text}`")))?;
            }
            other => return Err(Failure::new(format!("unknown option of serve: {other}\n{USAGE}"))),
        }
    }
    Ok(Command::Serve { port, watch })
}

fn execute(command: &Command) -> Result<()> {
    let mut project = Project::find()?;
    match *command {
        Command::Setup => {
            tools::ensure(&mut project, Needs::Everything)?;
            routilux::python(&project)?;
            println!(
                "Everything is installed. `cargo xtask serve` shows the site, `cargo xtask test` runs the checks."
            );
            Ok(())
        }
        Command::Env => {
            toolchain::ensure(&mut project)?;
            tools::add_to_path(&mut project)?;
            print!("{}", project.export_lines());
            Ok(())
        }
        Command::Serve { port, watch } => {
            tools::ensure(&mut project, Needs::Site)?;
            if watch {
                return site::watch(&project, port);
            }
            site::build_release(&project)?;
            server::serve_forever(&project.dist(), port)
        }
        Command::Build { dev } => {
            tools::ensure(&mut project, Needs::Site)?;
            if dev { site::build_dev(&project) } else { site::build_and_measure(&project) }
        }
        Command::Check => {
            toolchain::ensure(&mut project)?;
            stages::check(&project)
        }
        Command::Test => {
            tools::ensure(&mut project, Needs::Everything)?;
            stages::test(&project)
        }
        Command::Bench => {
            tools::ensure(&mut project, Needs::Everything)?;
            stages::bench(&project)
        }
    }
}
