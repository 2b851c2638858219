//! The house rules as a test: layers, banned names, file headers and file sizes.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};

/// Which layers a layer may name. Whatever is not here is forbidden; `src/README.md` draws the picture.
const LAYERS: &[(&str, &[&str])] = &[
    ("flow", &[]),
    ("engine", &["flow"]),
    ("python", &["flow", "engine"]),
    ("routines", &["flow", "engine", "python"]),
    ("debugger", &["flow", "engine"]),
    ("monitor", &["flow", "engine"]),
    ("protocol", &["flow", "engine", "debugger", "monitor"]),
    ("view", &["flow", "debugger", "protocol"]),
    ("browser", &["view"]),
    ("ui", &["flow", "routines", "debugger", "protocol", "view", "browser"]),
];

/// Layers that know no platform: they compile and are tested without a browser.
const CORE: &[&str] = &["flow", "engine", "python", "routines", "debugger", "monitor", "protocol", "view"];

/// Names that only some layers may use, and why.
const BANNED: &[(&str, &[&str], &str)] = &[
    ("web_sys", &["browser"], "the platform is named in one place"),
    ("js_sys", &["browser"], "the platform is named in one place"),
    ("wasm_bindgen", &["browser"], "the platform is named in one place"),
    ("gloo_", &["browser"], "the platform is named in one place"),
    ("leptos", &["ui", "browser"], "the core knows no screen"),
    ("monty::", &["python"], "the Python engine is behind two traits"),
    ("Instant", &["browser"], "the core knows no clock"),
    ("SystemTime", &["browser"], "the core knows no clock"),
    ("HashMap", &["ui", "browser"], "nothing may depend on a hash's order: use BTreeMap or IndexMap"),
    ("HashSet", &["ui", "browser"], "nothing may depend on a hash's order: use BTreeSet or IndexSet"),
    ("println!", &[], "the library does not print"),
    ("thread::", &["browser"], "there is one thread"),
];

const MOST_LINES: usize = 500;
const VAGUE_NAMES: &[&str] = &["utils", "util", "helpers", "common", "misc"];

struct Source {
    path: PathBuf,
    /// The folder below `src`, or nothing for the binaries and the root.
    layer: Option<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "xtask/src"] {
        collect(&root.join(folder), &mut found);
    }
    assert!(found.len() > 50, "only {} sources found: the test looks in the wrong place", found.len());
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_path_buf();
            let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
            let is_layer = parts[0] == "src" && parts.len() > 2 && parts[1] != "bin";
            let layer = is_layer.then(|| parts[1].to_owned());
            Source { path, layer, text }
        })
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("target") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The source without comments; enough for names, which no string of ours holds by chance.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The part before the tests at the bottom of a file.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn is_test(path: &Path) -> bool {
    path.starts_with("tests") || path.iter().any(|part| part == "tests" || part == "tests.rs")
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The layers that a source names: `crate::x`, also inside braces.
fn named_layers(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            Some(list) => {
                let list = list.split(';').next().unwrap_or_default();
                let mut depth = 0;
                let mut start = true;
                for (index, character) in list.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if c.is_whitespace() => {}
                        _ if start && depth == 0 => {
                            named.push(word(&list[index..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
            None => named.push(word(rest)),
        }
    }
    named
}

#[test]
fn layers_name_only_what_is_below_them() {
    let mut faults = Vec::new();
    for source in sources() {
        let Some(layer) = &source.layer else { continue };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| name == layer) else {
            faults.push(format!("{}: `{layer}` is no layer that tests/tidy.rs knows", source.path.display()));
            continue;
        };
        if is_test(&source.path) {
            continue;
        }
        for named in named_layers(&code(without_tests(&source.text))) {
            let is_layer = LAYERS.iter().any(|(name, _)| *name == named);
            if is_layer && named != *layer && !allowed.contains(&named.as_str()) {
                faults.push(format!("{}: `{layer}` may not name `{named}`", source.path.display()));
            }
        }
    }
    report(&faults);
}

#[test]
fn banned_names_stay_where_they_belong() {
    let mut faults = Vec::new();
    for source in sources() {
        let Some(layer) = &source.layer else { continue };
        if is_test(&source.path) {
            continue;
        }
        let code = code(without_tests(&source.text));
        for (name, allowed, reason) in BANNED {
            let core_only = matches!(*name, "println!" | "thread::" | "HashMap" | "HashSet");
            if allowed.contains(&layer.as_str()) || (core_only && !CORE.contains(&layer.as_str())) {
                continue;
            }
            let is_word = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if code.match_indices(name).any(|(at, _)| is_word(at)) {
                faults.push(format!("{}: `{name}` may not be named here: {reason}", source.path.display()));
            }
        }
    }
    report(&faults);
}

#[test]
fn files_begin_with_a_summary() {
    let without =
        sources().into_iter().filter(|source| !source.text.starts_with("//!") && !source.text.starts_with("#!["));
    report(
        &without
            .map(|source| format!("{}: the first line is no `//!` summary", source.path.display()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn files_are_short_and_named_after_something() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = without_tests(&source.text).lines().count();
        if lines > MOST_LINES && !is_test(&source.path) {
            faults.push(format!("{}: {lines} lines; split it by idea at {MOST_LINES}", source.path.display()));
        }
        let name = source.path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if VAGUE_NAMES.contains(&name) {
            faults.push(format!("{}: name it after what it is for", source.path.display()));
        }
    }
    report(&faults);
}

#[test]
fn views_have_no_inline_styles() {
    // A strict content security policy forbids them; `style:left=…` sets properties and is allowed.
    let inline = sources().into_iter().filter(|source| source.layer.as_deref() == Some("ui"));
    let inline = inline.filter(|source| code(&source.text).contains(" style=\""));
    report(&inline.map(|source| format!("{}: inline `style=`", source.path.display())).collect::<Vec<_>>());
}
