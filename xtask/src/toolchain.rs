//! Finds or installs a Rust that can build the project: recent enough for the Python engine and with the browser's
//! target.
//!
//! Tried in this order: the Rust this tool was started with; one that an earlier run installed; rustup; Debian's
//! packages. `RUSTUP_AUTO_INSTALL=0` says that rustup shall not download by itself, which is respected.

use std::path::{Path, PathBuf};

use crate::debian;
use crate::project::{Project, Toolchain};
use crate::run::{Failure, Result, announce, capture, succeeds, which};

/// What the crate `monty` needs.
pub const MINIMUM: Version = Version(1, 96);
/// What rustup is asked for: a fixed version, so that nobody's own `stable` is changed.
const PINNED: &str = "1.96.0";
pub const WASM: &str = "wasm32-unknown-unknown";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

impl Version {
    /// Reads the start of `1.96.0`, `1.96.0+dfsg1` or `1.97.0-nightly`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        Some(Self(parts.next()??, parts.next()??))
    }
}

/// What one toolchain turned out to be.
struct Probe {
    version: Version,
    has_wasm: bool,
    sysroot: PathBuf,
}

impl Probe {
    fn fits(&self) -> bool {
        self.version >= MINIMUM && self.has_wasm
    }
}

/// Settles which Rust the project's commands use.
pub fn ensure(project: &mut Project) -> Result<()> {
    project.toolchain = choose(project)?;
    Ok(())
}

fn choose(project: &Project) -> Result<Toolchain> {
    let active = probe(project, &Toolchain::Active);
    if let Some(found) = &active {
        // Our own folder may be active already, but then it has to be whole and up to date.
        if found.fits() && !found.sysroot.starts_with(&project.cache) {
            return Ok(Toolchain::Active);
        }
    }
    let pinned = Toolchain::Rustup(PINNED.to_owned());
    let fits = |toolchain: &Toolchain| probe(project, toolchain).is_some_and(|found| found.fits());
    if let Some(ours) = debian::installed(project)? {
        if fits(&ours) {
            return Ok(ours);
        }
    }
    let rustup = which("rustup").is_some();
    if rustup && fits(&pinned) {
        return Ok(pinned);
    }
    let mut reasons = Vec::new();
    if rustup && may_download() {
        let recent = active.is_some_and(|found| found.version >= MINIMUM);
        match by_rustup(project, recent) {
            Ok(toolchain) if fits(&toolchain) => return Ok(toolchain),
            Ok(_) => reasons.push("rustup ran, but its Rust cannot build for the browser".to_owned()),
            Err(failure) => reasons.push(first_line(&failure)),
        }
        println!("    That did not work ({}), so another way is tried.", reasons.join("; "));
    } else if rustup {
        reasons.push("RUSTUP_AUTO_INSTALL=0 forbids downloads by rustup".to_owned());
    } else {
        reasons.push("rustup is not installed".to_owned());
    }
    match debian::install(project) {
        Ok(toolchain) if fits(&toolchain) => Ok(toolchain),
        Ok(_) => Err(explanation(&reasons, "Debian's Rust was installed, but cannot build for the browser")),
        Err(failure) => Err(explanation(&reasons, &failure.to_string())),
    }
}

fn may_download() -> bool {
    std::env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0")
}

/// Adds the browser's target to the active Rust if that is recent enough, else installs the pinned one beside it.
fn by_rustup(project: &Project, active_is_recent: bool) -> Result<Toolchain> {
    let mut command = project.command("rustup");
    // With backtraces on, rustup's one line of explanation would be followed by a page of stack frames.
    command.env("RUST_BACKTRACE", "0");
    if active_is_recent {
        announce(&format!("Adding the target {WASM} to the active Rust, for the site (under a minute)"));
        capture(command.args(["target", "add", WASM]))?;
        return Ok(Toolchain::Active);
    }
    announce(&format!(
        "Installing Rust {PINNED} beside yours with rustup: the Python engine needs it (1 to 2 minutes)"
    ));
    capture(command.args(["toolchain", "install", PINNED, "--no-self-update", "--profile", "minimal"]).args([
        "--component",
        "clippy",
        "--component",
        "rustfmt",
        "--target",
        WASM,
    ]))?;
    Ok(Toolchain::Rustup(PINNED.to_owned()))
}

fn probe(project: &Project, toolchain: &Toolchain) -> Option<Probe> {
    let ask = |arguments: &[&str]| {
        let mut command = project.command_with(toolchain, "rustc");
        capture(command.args(arguments)).ok()
    };
    let version = ask(&["-vV"])?;
    let version = version.lines().find_map(|line| line.strip_prefix("release: ")).and_then(Version::parse)?;
    let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?.trim());
    let libraries = ask(&["--print", "target-libdir", "--target", WASM])?;
    Some(Probe { version, has_wasm: has_std(Path::new(libraries.trim())), sysroot })
}

/// Whether a folder of libraries holds the standard library.
fn has_std(libraries: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(libraries) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Whether `cargo NAME` works with the project's toolchain, e.g. `clippy`.
pub fn has_component(project: &Project, name: &str) -> bool {
    succeeds(project.command("cargo").args([name, "--version"]))
}

fn first_line(failure: &Failure) -> String {
    failure.to_string().lines().next().unwrap_or_default().to_owned()
}

fn explanation(reasons: &[String], debian: &str) -> Failure {
    Failure::new(format!(
        "no Rust {}.{} or newer with the target {WASM} was found or could be installed.\n  With rustup: {}\n  With \
         Debian's packages: {debian}\nInstall it in your own way and run this again, for example\n  rustup toolchain \
         install {PINNED} --component clippy --component rustfmt --target {WASM}",
        MINIMUM.0,
        MINIMUM.1,
        reasons.join("; ")
    ))
}
