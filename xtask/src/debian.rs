//! A toolchain out of Debian's packages, for machines whose rustup cannot download.
//!
//! Debian has a recent `rustc-web`, but no standard library for the browser's target. That is built once from the
//! packaged source. A folder then joins the two, shaped like any toolchain: `bin/` starts Debian's programs with the
//! folder as their sysroot, and `lib/rustlib/` holds both targets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{Project, Toolchain};
use crate::run::{During, Failure, Result, announce, capture, run, which};
use crate::toolchain::{MINIMUM, Version, WASM};

/// The name under which rustup knows the folder.
const LINK: &str = "flow-playground";
/// Written last: holds what `rustc -vV` said when the folder was made, so that a newer rustc makes it anew.
const STAMP: &str = "complete";
/// The way in which the standard library was built; part of the names of folders, so that another way makes new ones.
const STD: &str = "small";
const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web"];
const RUSTC: &str = "/usr/bin/rustc";

/// The toolchain that an earlier run made, if it is whole and fits the installed packages.
pub fn installed(project: &Project) -> Result<Option<Toolchain>> {
    let Some(rustc) = packaged_rustc() else { return Ok(None) };
    let folder = folder(project, &rustc);
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|stamp| stamp == rustc.description) {
        return named(&folder).map(Some);
    }
    Ok(None)
}

/// Installs the packages, builds the standard library and joins them.
pub fn install(project: &Project) -> Result<Toolchain> {
    if packaged_rustc().is_none() {
        install_packages()?;
    }
    let rustc =
        packaged_rustc().ok_or_else(|| Failure::new("the package rustc-web is there, but not recent enough"))?;
    let linker = linker(&rustc)?;
    let libraries = build_std(project, &rustc)?;
    let folder = folder(project, &rustc);
    assemble(&folder, &rustc, &libraries, &linker).during(|| format!("cannot write {}", folder.display()))?;
    named(&folder)
}

/// What Debian's rustc says about itself.
struct Rustc {
    description: String,
    release: String,
    host: String,
    llvm_major: String,
}

/// Debian's rustc, if it is recent enough and its companions are there too.
fn packaged_rustc() -> Option<Rustc> {
    let companions = ["/usr/bin/cargo", "/usr/bin/cargo-clippy", "/usr/bin/rustfmt", "/usr/lib/rustlib/src/rust"];
    if !Path::new("/etc/debian_version").is_file() || !companions.iter().all(|path| Path::new(path).exists()) {
        return None;
    }
    let description = capture(Command::new(RUSTC).arg("-vV").env_remove("LD_LIBRARY_PATH")).ok()?;
    let field = |name: &str| {
        let line = description.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().to_owned())
    };
    let (release, host, llvm) = (field("release:")?, field("host:")?, field("LLVM version:")?);
    if Version::parse(&release)? < MINIMUM {
        return None;
    }
    let llvm_major = llvm.split('.').next()?.to_owned();
    Some(Rustc { description, release, host, llvm_major })
}

fn folder(project: &Project, rustc: &Rustc) -> PathBuf {
    project.cache.join(format!("toolchain-{}-{STD}", rustc.release))
}

/// Tells rustup about the folder, so that `cargo +flow-playground` works by hand too; without rustup the folder is
/// used directly.
fn named(folder: &Path) -> Result<Toolchain> {
    if which("rustup").is_none() {
        return Ok(Toolchain::Folder(folder.to_path_buf()));
    }
    let known = capture(Command::new("rustup").args(["toolchain", "list", "-v"]))?;
    let place = folder.to_string_lossy();
    let is_linked = |line: &str| line.starts_with(LINK) && line.contains(&*place);
    if !known.lines().any(is_linked) {
        capture(Command::new("rustup").args(["toolchain", "link", LINK]).arg(folder))?;
    }
    Ok(Toolchain::Rustup(LINK.to_owned()))
}

fn install_packages() -> Result<()> {
    if !Path::new("/etc/debian_version").is_file() || which("apt-get").is_none() {
        return Err(Failure::new("this is not a Debian machine"));
    }
    announce("Installing Rust for the browser from Debian's packages (about a minute)");
    apt(&["update", "-q"])?;
    let policy = capture(Command::new("apt-cache").args(["policy", PACKAGES[0]]).env("LC_ALL", "C"))?;
    let candidate = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: ")).unwrap_or("(none)");
    if Version::parse(candidate).is_none_or(|version| version < MINIMUM) {
        return Err(Failure::new(format!("Debian's package {} is too old here: {candidate}", PACKAGES[0])));
    }
    apt_install(PACKAGES)
}

/// `apt-get install`, never asking anything.
pub fn apt_install(packages: &[&str]) -> Result<()> {
    let arguments = ["install", "-q", "-y", "--no-install-recommends"];
    apt(&[&arguments[..], packages].concat())
}

/// Runs apt-get as root: directly, or through a sudo that needs no password.
pub fn apt(arguments: &[&str]) -> Result<()> {
    let root = capture(Command::new("id").arg("-u"))?.trim() == "0";
    let mut command = if root {
        Command::new("apt-get")
    } else if which("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    } else {
        return Err(Failure::new(format!("ask an administrator to run `apt-get {}`", arguments.join(" "))));
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    run(&mut command).map_err(|failure| {
        let hint = if root { "" } else { "; `sudo -v` beforehand lets this tool use sudo" };
        Failure::new(format!("{failure}{hint}"))
    })
}

/// The linker of the LLVM that this rustc was built with, so that each understands the other's files.
fn linker(rustc: &Rustc) -> Result<PathBuf> {
    let linker = PathBuf::from(format!("/usr/lib/llvm-{}/bin/lld", rustc.llvm_major));
    if !linker.is_file() {
        announce("Installing the linker for WebAssembly from Debian's packages (some seconds)");
        apt_install(&[&format!("lld-{}", rustc.llvm_major)])?;
    }
    Ok(linker)
}

/// Compiles the standard library for the browser; returns the folder with its `.rlib` files.
fn build_std(project: &Project, rustc: &Rustc) -> Result<PathBuf> {
    announce("Building Rust's standard library for the browser, once for all clones (1 to 2 minutes)");
    let place = project.cache.join("std-build");
    let write = || {
        fs::create_dir_all(place.join("src"))?;
        fs::write(place.join("src/lib.rs"), "#![no_std]\n")?;
        let manifest = "[package]\nname = \"empty\"\nedition = \"2021\"\n\n[workspace]\n";
        fs::write(place.join("Cargo.toml"), manifest)
    };
    write().during(|| format!("cannot write {}", place.display()))?;
    let target = place.join(format!("target-{}-{STD}", rustc.release));
    let mut cargo = project.command("/usr/bin/cargo");
    cargo
        .current_dir(&place)
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1") // -Zbuild-std is not stable yet.
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes") // Without it, link-time optimisation would stop at std.
        .args(["build", "--quiet", "--release", "--target", WASM])
        // Sorting and number formatting in a small form: 20 KB less to download for the page.
        .args(["-Zbuild-std=std,panic_abort,proc_macro,test", "-Zbuild-std-features=optimize_for_size"]);
    run(&mut cargo)?;
    Ok(target.join(WASM).join("release/deps"))
}

fn assemble(folder: &Path, rustc: &Rustc, libraries: &Path, linker: &Path) -> std::io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let bin = folder.join("bin");
    let rustlib = folder.join("lib/rustlib");
    let host = rustlib.join(&rustc.host);
    let wasm = rustlib.join(WASM).join("lib");
    for place in [&bin, &wasm, &host.join("bin")] {
        fs::create_dir_all(place)?;
    }
    write_programs(folder, &bin)?;
    for name in ["src", "etc"] {
        symlink(Path::new("/usr/lib/rustlib").join(name), rustlib.join(name))?;
    }
    symlink(Path::new("/usr/lib/rustlib").join(&rustc.host).join("lib"), host.join("lib"))?;
    symlink(linker, host.join("bin/rust-lld"))?;
    for entry in fs::read_dir(libraries)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default();
        if file.extension().is_some_and(|kind| kind == "rlib") && !name.to_string_lossy().starts_with("libempty") {
            fs::copy(&file, wasm.join(name))?;
        }
    }
    fs::write(folder.join(STAMP), &rustc.description)
}

/// rustc takes its sysroot from where its library lies, so it is told by scripts. `cargo clippy` looks for its driver
/// beside itself, so it is copied: a link would lead it back to Debian's driver.
fn write_programs(folder: &Path, bin: &Path) -> std::io::Result<()> {
    let sysroot = folder.display();
    for name in ["rustc", "rustdoc"] {
        write_script(&bin.join(name), &format!("exec /usr/bin/{name} --sysroot '{sysroot}' \"$@\""))?;
    }
    write_script(&bin.join("clippy-driver"), &format!("exec /usr/bin/clippy-driver \"$@\" --sysroot '{sysroot}'"))?;
    fs::copy("/usr/bin/cargo-clippy", bin.join("cargo-clippy"))?;
    for name in ["cargo", "cargo-fmt", "rustfmt"] {
        symlink(Path::new("/usr/bin").join(name), bin.join(name))?;
    }
    Ok(())
}

#[cfg(unix)]
fn write_script(file: &Path, line: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(file, format!("#!/bin/sh\n{line}\n"))?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))
}

#[cfg(unix)]
fn symlink(original: impl AsRef<Path>, link: impl AsRef<Path>) -> std::io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

// Debian is never Windows; these only let the tool compile there.
#[cfg(not(unix))]
fn write_script(_file: &Path, _line: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn symlink(_original: impl AsRef<Path>, _link: impl AsRef<Path>) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
