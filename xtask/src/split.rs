//! Cutting the page's wasm in two. Trunk has no place for that between cargo and wasm-bindgen, so this tool stands in
//! for wasm-bindgen on the `PATH` that Trunk gets: a copy of it under that name, which cuts the page, runs the real
//! one on the part that is loaded first, and leaves everything else to the real one alone.
//!
//! The rest of the page goes into the folder that Trunk copies as it is, named after its content; what loads it goes
//! into the page's script. Where the cut is, the page's source says (`src/ui/later.rs`).

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::Project;
use crate::run::{During, Failure, Result, capture, run};

/// The program that this tool stands in for.
const STAND_IN: &str = "wasm-bindgen";
/// The program that cuts.
pub const SPLITTER: &str = "wasm-split-cli";
/// The file that is cut; the worker's is not.
const PAGE: &str = "page.wasm";
/// Trunk copies this folder of wasm-bindgen's output.
const COPIED: &str = "snippets";
/// The folder in it that is ours.
const FOLDER: &str = "later";
/// The script as the splitter names it.
const SCRIPT: &str = "__wasm_split.js";
/// Hosts that do not know wasm's media type are common, and what they say about a missing file is no wasm.
const INSTANTIATE: &str = r#"
async function instantiate(response, imports) {
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
    if (response.headers.get("Content-Type")?.startsWith("application/wasm")) {
        return WebAssembly.instantiateStreaming(response, imports);
    }
    return WebAssembly.instantiate(await response.arrayBuffer(), imports);
}
"#;
/// The same as Trunk is told for the page's first part in index.html.
const OPTIMISE: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Where the copy of this tool is.
pub fn folder(project: &Project) -> PathBuf {
    project.root.join("target/xtask/bin")
}

/// Where the rest of the page is, in wasm-bindgen's output and in the site.
pub fn parts_folder(output: &Path) -> PathBuf {
    output.join(COPIED).join(FOLDER)
}

/// Puts a copy of this tool there.
pub fn install(project: &Project) -> Result<()> {
    let folder = folder(project);
    let copy = folder.join(format!("{STAND_IN}{}", env::consts::EXE_SUFFIX));
    let install = || {
        let own = env::current_exe()?;
        if fs::read(&copy).is_ok_and(|old| fs::read(&own).is_ok_and(|new| old == new)) {
            return Ok(());
        }
        fs::create_dir_all(&folder)?;
        // Another build may be running the old one: it keeps it until it ends.
        let fresh = folder.join(format!("{STAND_IN}-{}", std::process::id()));
        fs::copy(&own, &fresh)?;
        fs::rename(&fresh, &copy)
    };
    install().during(|| format!("cannot write {}", copy.display()))
}

/// The arguments, if this tool runs in wasm-bindgen's place.
pub fn stands_in() -> Option<Vec<OsString>> {
    let mut arguments = env::args_os();
    let program = PathBuf::from(arguments.next()?);
    (program.file_stem()? == STAND_IN).then(|| arguments.collect())
}

/// Does what wasm-bindgen was asked to do.
pub fn run_in_place(mut arguments: Vec<OsString>) -> Result<()> {
    let real = real_program()?;
    let page = arguments.iter().position(|argument| Path::new(argument).file_name().is_some_and(|name| name == PAGE));
    let Some(page) = page else { return run(Command::new(real).args(arguments)) };
    let whole = PathBuf::from(&arguments[page]);
    let output = option(&arguments, "--out-dir").ok_or_else(|| Failure::new("wasm-bindgen was given no --out-dir"))?;
    let name = option(&arguments, "--out-name").unwrap_or_else(|| "page".into());
    let cut = whole.with_extension("cut");
    empty_folder(&cut)?;
    capture(Command::new(SPLITTER).arg(&whole).arg(&cut).args(["--out-name", "page"]))?;
    arguments[page] = cut.join(PAGE).into_os_string();
    // The rest needs the table of functions, which is no longer exported otherwise.
    run(Command::new(real).arg("--keep-lld-exports").args(&arguments))?;
    let is_quick = whole.parent().and_then(Path::file_name).is_some_and(|profile| profile == "debug");
    join(&cut, Path::new(&output), &name.to_string_lossy(), !is_quick)
}

/// The next program of the name on the `PATH`.
fn real_program() -> Result<PathBuf> {
    let own = env::current_exe().and_then(fs::canonicalize).during(|| "cannot find this program".into())?;
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{STAND_IN}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file() && fs::canonicalize(file).is_ok_and(|file| file != own))
        .ok_or_else(|| Failure::new("wasm-bindgen is not on the PATH; `cargo xtask setup` installs it"))
}

/// What follows an option, or stands after its equals sign.
fn option(arguments: &[OsString], name: &str) -> Option<OsString> {
    let prefix = format!("{name}=");
    arguments.iter().enumerate().find_map(|(index, argument)| {
        if argument == name {
            return arguments.get(index + 1).cloned();
        }
        argument.to_str()?.strip_prefix(&prefix).map(OsString::from)
    })
}

fn empty_folder(folder: &Path) -> Result<()> {
    let make = || {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)
    };
    make().during(|| format!("cannot make {}", folder.display()))
}

/// Puts what the splitter made beside what wasm-bindgen made, and joins them.
fn join(cut: &Path, output: &Path, page: &str, is_small: bool) -> Result<()> {
    let folder = parts_folder(output);
    fs::create_dir_all(&folder).during(|| format!("cannot make {}", folder.display()))?;
    let mut names = Vec::new();
    let mut script = read(&cut.join(SCRIPT))?;
    for chunk in chunks(cut)? {
        let file = cut.join(&chunk);
        if is_small {
            run(Command::new("wasm-opt").args(OPTIMISE).arg(&file).arg("-o").arg(&file))?;
        }
        let bytes = fs::read(&file).during(|| format!("cannot read {}", file.display()))?;
        let name = format!("{}-{}.wasm", chunk.trim_start_matches("split_").trim_end_matches(".wasm"), hash(&bytes));
        fs::write(folder.join(&name), bytes).during(|| format!("cannot write {name}"))?;
        script = replaced(&script, &format!("./{chunk}"), &format!("./{COPIED}/{FOLDER}/{name}"))?;
        names.push(name);
    }
    keep_only(&folder, &names)?;
    let (bindings, wasm) = (output.join(format!("{page}.js")), output.join(format!("{page}_bg.wasm")));
    let text = joined(&read(&bindings)?, &script)?;
    // Trunk names the page after its wasm alone: without this, another rest would come under the same name.
    let mut bytes = fs::read(&wasm).during(|| format!("cannot read {}", wasm.display()))?;
    bytes.extend(custom_section(FOLDER, hash(text.as_bytes()).as_bytes()));
    fs::write(&bindings, text).during(|| format!("cannot write {}", bindings.display()))?;
    fs::write(&wasm, bytes).during(|| format!("cannot write {}", wasm.display()))
}

/// Removes what earlier builds left.
fn keep_only(folder: &Path, names: &[String]) -> Result<()> {
    let entries = fs::read_dir(folder).during(|| format!("cannot read {}", folder.display()))?;
    for entry in entries.flatten() {
        if !names.iter().any(|name| entry.file_name() == name.as_str()) {
            fs::remove_file(entry.path()).during(|| format!("cannot remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// The names of the wasm files beside the first part.
fn chunks(cut: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(cut).during(|| format!("cannot read {}", cut.display()))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".wasm") && name != PAGE).collect();
    names.sort();
    Ok(names)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).during(|| format!("cannot read {}", file.display()))
}

fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn replaced(text: &str, old: &str, new: &str) -> Result<String> {
    if !text.contains(old) {
        return Err(Failure::new(format!(
            "the cut page does not name {old}: is it another version of wasm-split-cli?"
        )));
    }
    Ok(text.replace(old, new))
}

/// The page's script with the one that loads the rest inside: one file less to wait for, and no names to keep in step.
fn joined(bindings: &str, script: &str) -> Result<String> {
    let end = format!(" from \"./{SCRIPT}\"");
    let import = bindings.lines().find(|line| line.trim_end_matches(';').ends_with(&end)).unwrap_or_default();
    let name = import.strip_prefix("import * as ").and_then(|rest| rest.split(' ').next()).ok_or_else(|| {
        Failure::new(format!("wasm-bindgen's script does not import ./{SCRIPT}: is nothing cut off the page?"))
    })?;
    let script = replaced(script, "import { initSync } from \"./page.js\";", "")?;
    let script =
        replaced(&script, "WebAssembly.instantiateStreaming(src, imports)", "instantiate(await src, imports)")?;
    let loaders: Vec<&str> =
        script.lines().filter_map(|line| line.strip_prefix("export const ")?.split(' ').next()).collect();
    let inner = script.replace("export const ", "const ");
    let outer = format!("const {name} = (() => {{\n{inner}\n{INSTANTIATE}return {{ {} }};\n}})();", loaders.join(", "));
    replaced(bindings, import, &outer)
}

/// A section of a wasm file that nobody reads.
fn custom_section(name: &str, content: &[u8]) -> Vec<u8> {
    let length = 1 + name.len() + content.len();
    assert!(length < 128, "one byte has to hold the length");
    let mut section = vec![0, length as u8, name.len() as u8];
    section.extend(name.as_bytes());
    section.extend(content);
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_the_two_parts() {
        let folder = env::temp_dir().join(format!("xtask-split-{}", std::process::id()));
        let (cut, output) = (folder.join("page.cut"), folder.join("out"));
        let script = "import { initSync } from \"./page.js\";\n\
            export const load_later = () => {\nfetch(\"./split_later.wasm\");\n\
            return WebAssembly.instantiateStreaming(src, imports) }";
        let write = || {
            fs::create_dir_all(&cut)?;
            fs::create_dir_all(parts_folder(&output))?;
            fs::write(parts_folder(&output).join("later-old.wasm"), "old")?;
            fs::write(cut.join(SCRIPT), script)?;
            fs::write(cut.join("split_later.wasm"), "rest")?;
            fs::write(cut.join(PAGE), "first")?;
            fs::write(output.join("page.js"), "import * as rest from \"./__wasm_split.js\"\nfunction initSync() {}")?;
            fs::write(output.join("page_bg.wasm"), "first")
        };
        assert!(write().is_ok());
        assert!(join(&cut, &output, "page", false).is_ok());
        let wasm = format!("later-{}.wasm", hash(b"rest"));
        assert_eq!(chunks(&parts_folder(&output)).unwrap_or_default(), [wasm.as_str()]);
        let page = read(&output.join("page.js")).unwrap_or_default();
        assert!(page.starts_with("const rest = (() => {") && !page.contains("import *"), "{page}");
        assert!(page.contains("return { load_later };") && !page.contains("export"), "{page}");
        assert!(page.contains(&format!("fetch(\"./snippets/later/{wasm}\")")), "{page}");
        assert!(page.contains("return instantiate(await src, imports)"), "{page}");
        let marked = fs::read(output.join("page_bg.wasm")).unwrap_or_default();
        assert!(marked.ends_with(hash(page.as_bytes()).as_bytes()));
        assert!(fs::remove_dir_all(&folder).is_ok());
    }

    #[test]
    fn finds_options_in_both_forms() {
        let arguments: Vec<OsString> = ["--target=web", "--out-dir", "a", "--out-name=b"].map(OsString::from).into();
        assert_eq!(option(&arguments, "--out-dir"), Some("a".into()));
        assert_eq!(option(&arguments, "--out-name"), Some("b".into()));
        assert_eq!(option(&arguments, "--debug"), None);
    }
}
