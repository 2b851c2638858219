//! Where things are, and the environment that every child command gets.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Failure, Result};

/// Which Rust the child commands use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The one this tool was started with.
    Active,
    /// One that rustup knows by this name.
    Rustup(String),
    /// A folder with `bin/rustc`, for machines without rustup.
    Folder(PathBuf),
}

pub struct Project {
    /// The clone's top folder.
    pub root: PathBuf,
    /// What is installed once for all clones: the toolchain, trunk, wasm-bindgen.
    pub cache: PathBuf,
    pub toolchain: Toolchain,
    /// Folders that come first on the `PATH` of child commands.
    first_on_path: Vec<PathBuf>,
}

impl Project {
    pub fn find() -> Result<Self> {
        // Where this was compiled says which clone it belongs to, wherever it is called from.
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .filter(|root| root.join("Cargo.toml").is_file())
            .ok_or_else(|| Failure::new("this clone has moved: run `cargo clean --manifest-path xtask/Cargo.toml`"))?;
        let cache = match std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
            Some(folder) => PathBuf::from(folder),
            None => std::env::var_os("HOME")
                .map(|home| PathBuf::from(home).join(".cache"))
                .ok_or_else(|| Failure::new("neither XDG_CACHE_HOME nor HOME is set: where may tools be kept?"))?,
        };
        Ok(Self {
            root: root.to_path_buf(),
            cache: cache.join("flow-playground"),
            toolchain: Toolchain::Active,
            first_on_path: Vec::new(),
        })
    }

    /// The built site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The folder of the browser tests, which is also where npm's packages are.
    pub fn e2e(&self) -> PathBuf {
        self.root.join("tests/e2e")
    }

    pub fn put_first_on_path(&mut self, folder: PathBuf) {
        if !self.first_on_path.contains(&folder) {
            self.first_on_path.insert(0, folder);
        }
    }

    /// A command in the project's root with the project's toolchain and tools.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        self.apply_environment(&mut command, &self.toolchain);
        command
    }

    /// The same with another toolchain, to try it.
    pub fn command_with(&self, toolchain: &Toolchain, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        self.apply_environment(&mut command, toolchain);
        command
    }

    /// The lines that give a shell the environment of `command`.
    pub fn export_lines(&self) -> String {
        let mut lines = String::new();
        if let Toolchain::Rustup(name) = &self.toolchain {
            lines += &format!("export RUSTUP_TOOLCHAIN={}\n", quoted(name));
        }
        for folder in self.folders_first(&self.toolchain).iter().rev() {
            lines += &format!("export PATH={}:\"$PATH\"\n", quoted(&folder.to_string_lossy()));
        }
        lines
    }

    fn folders_first(&self, toolchain: &Toolchain) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        if let Toolchain::Folder(folder) = toolchain {
            folders.push(folder.join("bin"));
        }
        folders.extend(self.first_on_path.iter().cloned());
        folders
    }

    fn apply_environment(&self, command: &mut Command, toolchain: &Toolchain) {
        remove_outer_cargo(command, &self.root);
        if let Toolchain::Rustup(name) = toolchain {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.folders_first(toolchain).into_iter().chain(std::env::split_paths(&inherited));
        // A folder with a colon in its name cannot be put on the PATH; then the inherited one has to do.
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
    }
}

/// `cargo xtask` starts this tool with variables and library folders of its own toolchain, which would reach into
/// the builds that are started from here.
fn remove_outer_cargo(command: &mut Command, root: &Path) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let of_cargo = text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_");
        if of_cargo || matches!(&*text, "CARGO" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR" | "RUST_RECURSION_COUNT") {
            command.env_remove(&name);
        }
    }
    let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") else { return };
    let foreign = |folder: &PathBuf| {
        folder.starts_with(root.join("xtask")) || folder.components().any(|part| part.as_os_str() == "toolchains")
    };
    let kept: Vec<PathBuf> =
        std::env::split_paths(&libraries).filter(|folder| !folder.as_os_str().is_empty() && !foreign(folder)).collect();
    match std::env::join_paths(kept) {
        Ok(kept) if kept != OsString::new() => command.env("LD_LIBRARY_PATH", kept),
        _ => command.env_remove("LD_LIBRARY_PATH"),
    };
}

/// A word in single quotes for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
