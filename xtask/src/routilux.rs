//! The library Routilux in a folder of its own: the tests run exported flows on it.

use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::project::Project;
use crate::run::{Failure, Result, announce, capture, run, succeeds, which};

/// The release that the documents and the exports are made for.
const VERSION: &str = "1.1.0";

/// The Python that has the library; installed with pip when it is missing.
pub fn python(project: &Project) -> Result<PathBuf> {
    let folder = project.root.join("target/routilux");
    let python = folder.join("bin/python");
    let has_library = |python: &PathBuf| {
        let ask = "import importlib.metadata, routilux; print(importlib.metadata.version('routilux'))";
        capture(Command::new(python).args(["-c", ask])).is_ok_and(|version| version.trim() == VERSION)
    };
    if has_library(&python) {
        return Ok(python);
    }
    announce(&format!("Installing routilux {VERSION} from PyPI into target/routilux (half a minute)"));
    ensure_python()?;
    // A folder that an interruption left half made is made anew.
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let package = format!("routilux=={VERSION}");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package]))?;
    if has_library(&python) {
        return Ok(python);
    }
    Err(Failure::new(format!("{package} was installed, but {} cannot import it", python.display())))
}

/// Python 3.9 or newer, with venv and pip.
fn ensure_python() -> Result<()> {
    let works = || {
        let ask = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))";
        succeeds(Command::new("python3").args(["-c", ask]))
    };
    if works() {
        return Ok(());
    }
    let hint = "Python 3.9 or newer with its modules venv and ensurepip is needed, because exported flows are tried on the \
                library they are for: install python3 and python3-venv";
    if which("apt-get").is_none() {
        return Err(Failure::new(hint));
    }
    announce("Installing Python's venv from Debian's packages (under a minute)");
    debian::apt(&["update", "-q"])
        .and_then(|()| debian::apt_install(&["python3", "python3-venv"]))
        .map_err(|failure| Failure::new(format!("{failure}\n{hint}")))?;
    if works() { Ok(()) } else { Err(Failure::new(hint)) }
}
