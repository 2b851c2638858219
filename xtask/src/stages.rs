//! The checks, fastest first; the first that fails ends the run and says how to repeat it alone.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::project::Project;
use crate::run::{Failure, Result, announce, run, which};
use crate::toolchain::{WASM, has_component};
use crate::{debian, routilux, server, site, tools};

/// The quick part, for every change: formatting, lints and native tests.
pub fn check(project: &Project) -> Result<()> {
    formatting(project)?;
    native_lints(project)?;
    native_tests(project, None)
}

/// Everything, as the project's CI runs it.
pub fn test(project: &Project) -> Result<()> {
    let start = Instant::now();
    formatting(project)?;
    native_tests(project, Some(routilux::python(project)?))?;
    conformance(project)?;
    native_lints(project)?;
    wasm_lints(project)?;
    stage("site and its size", "cargo xtask build", || site::build_and_measure(project))?;
    browser_tests(project)?;
    announce(&format!("Everything passed in {}.", minutes(start)));
    Ok(())
}

/// How fast the engine and the page are.
pub fn bench(project: &Project) -> Result<()> {
    let examples = [
        ("throughput, and what watching costs", "bench"),
        ("cost of a step as things grow", "bench_scale"),
        ("a million records and the way back", "bench_debugger"),
        ("soak", "soak"),
    ];
    for (name, example) in examples {
        let mut bench = project.command("cargo");
        bench.args(["run", "--release", "--locked", "--example", example]);
        stage(name, &format!("cargo run --release --example {example}"), || run(&mut bench))?;
    }
    site::build_and_measure(project)?;
    let script = project.e2e().join("bench.mjs");
    if !script.is_file() {
        println!("    The page is not measured: there is no {}.", script.display());
        return Ok(());
    }
    let mut page = with_site(project, "node")?;
    stage("page", "cargo xtask bench", || run(page.arg(&script)))
}

fn formatting(project: &Project) -> Result<()> {
    if !has_component(project, "fmt") {
        println!("    Formatting is not checked: this Rust has no rustfmt.");
        return Ok(());
    }
    stage("formatting", "cargo fmt", || {
        run(project.command("cargo").args(["fmt", "--check"]))?;
        // The built-in classes are declared by a macro, behind which rustfmt does not look by itself.
        run(project
            .command("cargo")
            .args(["fmt", "--check", "--"])
            .args(rust_files(&project.root.join("src/routines"))))?;
        run(project.command("cargo").args(["fmt", "--check", "--manifest-path", "xtask/Cargo.toml"]))
    })
}

/// With a Python that has Routilux, exported flows are run on it; without, those tests pass themselves over.
fn native_tests(project: &Project, routilux: Option<PathBuf>) -> Result<()> {
    stage("tests of the build tool", "cargo test --manifest-path xtask/Cargo.toml", || {
        run(project.command("cargo").args([
            "test",
            "--release",
            "--locked",
            "--quiet",
            "--manifest-path",
            "xtask/Cargo.toml",
        ]))
    })?;
    needs_python3()?;
    let mut tests = project.command("cargo");
    if let Some(python) = routilux {
        tests.env("ROUTILUX_PYTHON", python);
    }
    stage("native tests", "cargo test", || run(tests.args(["test", "--locked"])))
}

/// The tests compare the playground's Python with CPython: told before a long build and not after it. On a Debian where
/// packages may be installed it is.
fn needs_python3() -> Result<()> {
    if which("python3").is_none() && which("apt-get").is_some() {
        announce("Installing python3 from Debian's packages");
        // Whether it worked is seen below, and the advice there says more than apt-get's own words.
        if let Err(error) = debian::apt_install(&["python3"]) {
            println!("    {error}");
        }
    }
    if which("python3").is_some() {
        return Ok(());
    }
    Err(Failure::new(
        "the tests compare the playground's Python with CPython and need python3, 3.11 or newer: install it (Debian and \
         Ubuntu: apt-get install python3; macOS: brew install python) and run this again",
    ))
}

/// The vectors that lie beside the clone, if they do. The runner is the one that `cargo test` has just built for its
/// own tests: `cargo build` would compile all dependencies once more, with other features.
fn conformance(project: &Project) -> Result<()> {
    let script = project.root.join("../shared/conformance/check.py");
    if !script.is_file() {
        println!("    The shared conformance vectors are not beside this clone; its own tests carry copies.");
        return Ok(());
    }
    stage("conformance", "python3 ../shared/conformance/check.py target/debug/flow", || {
        run(project.command("python3").arg(&script).arg("target/debug/flow"))
    })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "rs"));
    files.sort();
    files
}

fn native_lints(project: &Project) -> Result<()> {
    lints(project, "lints", &["--all-targets"])
}

/// The page and the worker have code that is only compiled for the browser.
fn wasm_lints(project: &Project) -> Result<()> {
    for bin in ["page", "worker"] {
        let name = format!("lints of the {bin}");
        lints(project, &name, &["--target", WASM, "--no-default-features", "--features", bin, "--bin", bin, "--lib"])?;
    }
    Ok(())
}

fn lints(project: &Project, name: &str, what: &[&str]) -> Result<()> {
    if !has_component(project, "clippy") {
        println!("    No {name}: this Rust has no clippy.");
        return Ok(());
    }
    let repeat = format!("cargo clippy {}", what.join(" "));
    stage(name, &repeat, || {
        let mut clippy = project.command("cargo");
        run(clippy.args(["clippy", "--locked"]).args(what).args(["--", "--deny", "warnings"]))
    })
}

/// Playwright drives a browser against the built site. Tests that need the engine compiled to wasm live there too.
fn browser_tests(project: &Project) -> Result<()> {
    let mut files = Vec::new();
    if let Ok(entries) = std::fs::read_dir(project.e2e()) {
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    if files.is_empty() {
        println!("    No browser tests: tests/e2e has no *.test.mjs.");
        return Ok(());
    }
    let mut node = with_site(project, "node")?;
    stage("browser tests", "cargo xtask test", || run(node.args(["--test", "--test-concurrency=1"]).args(&files)))
}

/// A command that finds the served site in `BASE_URL` and the browser in `CHROMIUM`.
fn with_site(project: &Project, program: &str) -> Result<Command> {
    let port = server::start(&project.dist(), 0)?;
    let mut command = project.command(program);
    command.env("BASE_URL", format!("http://127.0.0.1:{port}/"));
    if let Some(browser) = tools::browser() {
        command.env("CHROMIUM", browser);
    }
    Ok(command)
}

fn stage(name: &str, repeat: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    announce(name);
    let start = Instant::now();
    work().map_err(|failure| {
        Failure::new(format!("the stage `{name}` failed after {}: {failure}\nTo repeat it: {repeat}", minutes(start)))
    })?;
    println!("    {name}: done in {}", minutes(start));
    Ok(())
}

fn minutes(start: Instant) -> String {
    let seconds = start.elapsed().as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}
