//! The programs beside Rust: trunk, wasm-bindgen, npm's packages, a browser. Each is checked first and installed only
//! when missing; an interrupted installation is simply repeated.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::project::Project;
use crate::run::{During, Failure, Result, announce, capture, run, which};
use crate::split::{self, SPLITTER};
use crate::toolchain;

const TRUNK: &str = "0.21.14";
const WASM_SPLIT: &str = "0.2.4";
const NODE_MAJOR: u32 = 20;

/// How much has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Enough to build and serve the site.
    Site,
    /// The browser of the tests too.
    Everything,
}

/// A program that comes from crates.io.
struct CargoTool {
    package: &'static str,
    /// Its folder is named after the program.
    program: &'static str,
    version: String,
    why: &'static str,
    options: &'static [&'static str],
    minutes: &'static str,
}

/// Installs what is missing, the quick and most likely missing prerequisites first, so that nobody waits for a build
/// and then hears that Node.js is not there.
pub fn ensure(project: &mut Project, needs: Needs) -> Result<()> {
    check_node()?;
    check_c_compiler()?;
    if needs == Needs::Everything && browser().is_none() {
        install_browser()?;
    }
    toolchain::ensure(project)?;
    install_npm_packages(project)?;
    for tool in cargo_tools(project)? {
        install_cargo_tool(project, &tool)?;
    }
    add_to_path(project)?;
    fetch_crates(project)
}

/// Puts the tools' folders first on the `PATH` of the project's commands.
pub fn add_to_path(project: &mut Project) -> Result<()> {
    for tool in cargo_tools(project)? {
        project.put_first_on_path(tool_folder(project, &tool).join("bin"));
    }
    project.put_first_on_path(project.e2e().join("node_modules/.bin"));
    split::install(project)?;
    project.put_first_on_path(split::folder(project));
    Ok(())
}

/// The browser for the tests: `CHROMIUM`, or what the system has.
pub fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").filter(|path| !path.is_empty()).map(PathBuf::from);
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    named.or_else(|| names.into_iter().find_map(which)).or(Some(mac)).filter(|program| program.is_file())
}

fn install_browser() -> Result<()> {
    let hint = "the tests drive a Chromium or Chrome: install one, or set CHROMIUM to its path";
    if which("apt-get").is_none() {
        return Err(Failure::new(hint));
    }
    announce("Installing Chromium for the browser tests from Debian's packages (1 to 2 minutes)");
    debian::apt(&["update", "-q"])
        .and_then(|()| debian::apt_install(&["chromium"]))
        .map_err(|failure| Failure::new(format!("{failure}\n{hint}")))
}

fn check_node() -> Result<()> {
    let hint = format!("Node.js {NODE_MAJOR} or newer with npm is needed: install it from your system's packages");
    let version = capture(Command::new("node").arg("--version")).map_err(|_| Failure::new(hint.clone()))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR) {
        return Err(Failure::new(format!("{hint} (found {})", version.trim())));
    }
    if which("npm").is_none() {
        return Err(Failure::new(format!("{hint} (npm was not found)")));
    }
    Ok(())
}

/// Some crates, and rustc's own linking, need one; without it the failure would come late and be hard to read.
fn check_c_compiler() -> Result<()> {
    if cfg!(windows) || which("cc").is_some() {
        return Ok(());
    }
    if which("apt-get").is_some() {
        announce("Installing a C compiler, which Rust links with, from Debian's packages (under a minute)");
        debian::apt(&["update", "-q"])?;
        return debian::apt_install(&["gcc", "libc6-dev"]);
    }
    Err(Failure::new("a C compiler (`cc`) is needed, because Rust links with it: install gcc or clang"))
}

/// `npm ci` in the folder of the browser tests, which also brings wasm-opt.
fn install_npm_packages(project: &Project) -> Result<()> {
    let place = project.e2e();
    let lock = fs::read_to_string(place.join("package-lock.json")).during(|| "cannot read package-lock.json".into())?;
    // npm empties node_modules first, so the stamp is there only after a whole installation of this very lock file.
    let stamp = place.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    announce("Installing wasm-opt, Playwright and axe with npm (under a minute)");
    run(project.command("npm").current_dir(&place).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).during(|| format!("cannot write {}", stamp.display()))
}

fn cargo_tools(project: &Project) -> Result<[CargoTool; 3]> {
    Ok([
        CargoTool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: wasm_bindgen_version(project)?,
            why: "which makes JavaScript bindings for the site",
            options: &[],
            minutes: "2 to 3",
        },
        CargoTool {
            package: "trunk",
            program: "trunk",
            version: TRUNK.to_owned(),
            why: "which puts the site together",
            options: &["--no-default-features"], // Without TLS: it never downloads.
            minutes: "3 to 8",
        },
        CargoTool {
            package: "wasm_split_cli_support",
            program: SPLITTER,
            version: WASM_SPLIT.to_owned(),
            why: "which cuts the page in two, so that the canvas does not wait for the rest",
            options: &["--features", "build-binary"],
            minutes: "1 to 3",
        },
    ])
}

/// The program must have exactly the version of the library, so the library's lock file decides.
fn wasm_bindgen_version(project: &Project) -> Result<String> {
    let lock = project.root.join("Cargo.lock");
    let text = fs::read_to_string(&lock).during(|| format!("cannot read {}", lock.display()))?;
    let mut lines = text.lines();
    lines
        .find(|line| *line == "name = \"wasm-bindgen\"")
        .and_then(|_| lines.next()?.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("Cargo.lock does not name a version of wasm-bindgen"))
}

fn tool_folder(project: &Project, tool: &CargoTool) -> PathBuf {
    project.cache.join("tools").join(format!("{}-{}", tool.program, tool.version))
}

fn install_cargo_tool(project: &Project, tool: &CargoTool) -> Result<()> {
    let folder = tool_folder(project, tool);
    let program = folder.join("bin").join(tool.program);
    // cargo moves the program into place only when it is whole, so one that answers was installed completely.
    let answers = |program: &PathBuf| {
        if tool.program == SPLITTER {
            // It does not tell its version, but its folder does.
            return capture(Command::new(program).arg("--help")).is_ok();
        }
        capture(Command::new(program).arg("--version")).is_ok_and(|text| text.trim().ends_with(&tool.version))
    };
    if answers(&program) {
        return Ok(());
    }
    announce(&format!(
        "Building {} {}, {}, once for all clones ({} minutes)",
        tool.package, tool.version, tool.why, tool.minutes
    ));
    // A target folder that outlives an interruption lets the next attempt go on where this one stopped.
    let target = project.cache.join("tools").join(format!("build-{}-{}", tool.program, tool.version));
    let mut cargo = project.command("cargo");
    // Link-time optimisation would double the time to build a tool that runs for seconds.
    cargo
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_TARGET_DIR", &target)
        .args(["install", "--quiet", "--locked", "--force", tool.package, "--version", &tool.version])
        .args(tool.options)
        .arg("--root")
        .arg(&folder);
    run(&mut cargo)?;
    // Only space is lost if this does not work.
    let _ = fs::remove_dir_all(&target);
    if answers(&program) {
        return Ok(());
    }
    Err(Failure::new(format!("{} was built, but does not run", program.display())))
}

/// Downloads the crates now, because the site is built without network access.
fn fetch_crates(project: &Project) -> Result<()> {
    run(project.command("cargo").args(["fetch", "--quiet", "--locked"]))
}
