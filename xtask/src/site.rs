//! The site: built by Trunk into `dist/`, finished here.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::lock::Lock;
use crate::project::Project;
use crate::run::{During, Failure, Result, announce, run, shown};
use crate::{server, sizes, split};

/// What lies in the project's folder and is not part of the site: changes there need no new build.
const NO_INPUTS: &[&str] = &[".git", ".ci", "target", "dist", "tests", "xtask"];

/// Builds the optimised site, unless `dist/` already is what this source makes.
pub fn build_release(project: &Project) -> Result<()> {
    let lock = Lock::take(&project.root)?;
    let fingerprint = fingerprint(project);
    let stamp = stamp(project);
    if project.dist().join("index.html").is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) {
        println!("The site in dist/ is up to date.");
        return Ok(());
    }
    announce("Building the site (3 to 8 minutes the first time, about 1 after a change)");
    build(project, &lock, &["--release"])?;
    fs::write(&stamp, &fingerprint).during(|| format!("cannot write {}", stamp.display()))
}

/// Builds the optimised site and fails if it has become too large.
pub fn build_and_measure(project: &Project) -> Result<()> {
    build_release(project)?;
    sizes::report(project)
}

/// A quick build, large and slow to run.
pub fn build_dev(project: &Project) -> Result<()> {
    build(project, &Lock::take(&project.root)?, &[])
}

/// Serves a quick build and rebuilds it at every change, with Trunk's own server.
pub fn watch(project: &Project, wanted: u16) -> Result<()> {
    let port = server::free_port(wanted)?;
    forget_stamp(project)?;
    std::thread::spawn(move || {
        while !server::answers(port) {
            std::thread::sleep(Duration::from_millis(300));
        }
        println!("Ready: http://127.0.0.1:{port}/ (rebuilt at every change; Ctrl+C ends it)");
    });
    let mut trunk = project.command("trunk");
    run(trunk.args(["serve", "--port", &port.to_string()]))
}

/// Builds beside `dist/` and puts the whole result in its place, so that what is served is never half a site.
fn build(project: &Project, lock: &Lock, options: &[&str]) -> Result<()> {
    forget_stamp(project)?;
    let built = project.root.join("target/xtask/site");
    let mut trunk = project.command("trunk");
    // Trunk asks cargo about the project without its own `offline`; this holds for that too.
    trunk.env("CARGO_NET_OFFLINE", "true").env("RUST_BACKTRACE", "0").env("NO_COLOR", "true");
    trunk.arg("build").args(options).arg("--dist").arg(&built);
    let mut child = trunk.spawn().during(|| format!("cannot run `{}`", shown(&trunk)))?;
    // Trunk goes on when only this tool is ended.
    lock.belongs_to(child.id())?;
    let status = child.wait().during(|| "cannot wait for trunk".into())?;
    lock.belongs_to(std::process::id())?;
    if !status.success() {
        return Err(Failure::new(format!("`{}` failed ({status}); the reason is above", shown(&trunk))));
    }
    finish(&built)?;
    let dist = project.dist();
    let swap = || {
        if dist.exists() {
            fs::remove_dir_all(&dist)?;
        }
        fs::rename(&built, &dist)
    };
    swap().during(|| format!("cannot replace {}", dist.display()))
}

/// What Trunk leaves undone.
fn finish(dist: &Path) -> Result<()> {
    name_worker_by_content(dist)?;
    remove_old_parts(dist)?;
    write_embeddable_page(dist)
}

/// Trunk gives the worker's files fixed names, because the page has to know them. Only the loader needs one: with a
/// hash in the other two names, no cache can pair a new script with an old engine.
fn name_worker_by_content(dist: &Path) -> Result<()> {
    let (script, wasm) = (dist.join("worker.js"), dist.join("worker_bg.wasm"));
    let mut hasher = DefaultHasher::new();
    for file in [&script, &wasm] {
        fs::read(file).during(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    let hash = format!("{:016x}", hasher.finish());
    let (script_name, wasm_name) = (format!("worker-{hash}.js"), format!("worker-{hash}_bg.wasm"));
    for (file, name) in [(&script, &script_name), (&wasm, &wasm_name)] {
        fs::rename(file, dist.join(name)).during(|| format!("cannot rename {}", file.display()))?;
    }
    let loader = dist.join("worker_loader.js");
    let text = format!("importScripts(\"./{script_name}\");wasm_bindgen({{module_or_path:\"./{wasm_name}\"}});\n");
    fs::write(&loader, text).during(|| format!("cannot write {}", loader.display()))
}

/// Trunk copies wasm-bindgen's folder of snippets once for the page and once for the worker, which may come first: then
/// it still holds what an earlier build cut off the page. Only what a script of the site names is of this one.
fn remove_old_parts(dist: &Path) -> Result<()> {
    let is_script = |file: &&PathBuf| file.extension().is_some_and(|ending| ending == "js");
    let files = sorted_entries(dist);
    let scripts: Vec<String> =
        files.iter().filter(is_script).filter_map(|file| fs::read_to_string(file).ok()).collect();
    for part in sorted_entries(&split::parts_folder(dist)) {
        let name = part.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !scripts.iter().any(|script| script.contains(&name)) {
            fs::remove_file(&part).during(|| format!("cannot remove {}", part.display()))?;
        }
    }
    Ok(())
}

/// The embeddable page is the same application, told by an attribute to show itself without its frame.
fn write_embeddable_page(dist: &Path) -> Result<()> {
    let (whole, embed) = (dist.join("index.html"), dist.join("embed.html"));
    let page = fs::read_to_string(&whole).during(|| format!("cannot read {}", whole.display()))?;
    let embeddable = page.replacen("<html", "<html data-embed", 1);
    if embeddable == page {
        return Err(Failure::new("the built index.html has no <html> tag to mark for embedding"));
    }
    fs::write(&embed, embeddable).during(|| format!("cannot write {}", embed.display()))
}

fn stamp(project: &Project) -> PathBuf {
    project.root.join("target/xtask/site-fingerprint")
}

/// From here until the next whole release build, `dist/` is not what the stamp says.
fn forget_stamp(project: &Project) -> Result<()> {
    let stamp = stamp(project);
    if stamp.exists() {
        fs::remove_file(&stamp).during(|| format!("cannot remove {}", stamp.display()))?;
    }
    Ok(())
}

/// Names, sizes and times of every input, and the toolchain. Files that cannot be read count as absent: the build
/// itself will say what is wrong with them.
fn fingerprint(project: &Project) -> String {
    let mut hasher = DefaultHasher::new();
    format!("{:?}", project.toolchain).hash(&mut hasher);
    for entry in sorted_entries(&project.root) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !NO_INPUTS.contains(&&*name) && !name.ends_with(".md") {
            hash_tree(&entry, &mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

fn hash_tree(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = fs::metadata(path) else { return };
    path.hash(hasher);
    if metadata.is_dir() {
        for entry in sorted_entries(path) {
            hash_tree(&entry, hasher);
        }
    } else {
        metadata.len().hash(hasher);
        metadata.modified().ok().hash(hasher);
    }
}

fn sorted_entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_earlier_builds_are_removed() {
        let dist = std::env::temp_dir().join(format!("xtask-site-{}", std::process::id()));
        let parts = split::parts_folder(&dist);
        let write = || {
            fs::create_dir_all(&parts)?;
            fs::write(dist.join("page-1.js"), "fetch(\"./snippets/later/later-new.wasm\")")?;
            fs::write(parts.join("later-new.wasm"), "new")?;
            fs::write(parts.join("later-old.wasm"), "old")
        };
        assert!(write().is_ok());
        assert!(remove_old_parts(&dist).is_ok());
        assert_eq!(sorted_entries(&parts), [parts.join("later-new.wasm")]);
        assert!(fs::remove_dir_all(&dist).is_ok());
    }
}
