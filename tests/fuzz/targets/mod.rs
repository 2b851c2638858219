//! What is fuzzed: one file each with a `pub const TARGET`, and one line in [`TARGETS`].

mod conditions;
mod documents;
mod messages;
mod states;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Something that reads bytes from outside.
pub struct Target {
    /// Its name on the command line, and of its folders.
    pub name: &'static str,
    /// What is read and what has to hold.
    pub about: &'static str,
    /// Words of the language that is read.
    pub words: &'static [&'static str],
    /// Good inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads an input; panics when something does not hold.
    pub check: fn(&[u8]) -> Traits,
}

/// All targets.
pub const TARGETS: &[Target] = &[conditions::TARGET, documents::TARGET, messages::TARGET, states::TARGET];

/// What an input showed, such as the code of a problem: an input with a new trait is worth mutating further.
#[derive(Debug, Default)]
pub struct Traits(pub BTreeSet<u64>);

impl Traits {
    /// Notes something, whatever it is called.
    pub fn add(&mut self, name: &str) {
        let hash = name
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        self.0.insert(hash);
    }
}

/// `tests/fuzz/KIND/TARGET`, where a kind is `seeds` or `regressions`.
pub fn folder(kind: &str, target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(kind).join(target)
}

/// The files below some folders of the project, in the order of their names.
pub fn files(folders: &[PathBuf], endings: &[&str]) -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    for folder in folders {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths);
    }
    let wanted = |path: &PathBuf| {
        endings.is_empty() || path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
    };
    paths.sort();
    paths.into_iter().filter(wanted).filter_map(|path| std::fs::read(path).ok()).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() { collect(&entry.path(), paths) } else { paths.push(entry.path()) }
    }
}
