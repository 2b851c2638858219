//! What the site weighs, and how much it may weigh.

use crate::project::Project;
use crate::run::{Failure, Result, capture};

/// Node.js has the compressors; it is needed for wasm-opt anyway.
const SCRIPT: &str = include_str!("sizes.mjs");

/// The most that a wasm file may weigh, in bytes after Brotli: prefix of its name, limit, what it is.
const BUDGETS: &[(&str, u64, &str)] = &[("page", 300_000, "the page"), ("worker", 1_800_000, "the worker")];

struct Row {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints a table of the site's files and fails if one is over its budget.
pub fn report(project: &Project) -> Result<()> {
    let memory = project.root.join("target/xtask/sizes.json");
    let mut node = project.command("node");
    node.args(["--input-type=module", "--eval", SCRIPT]).arg(project.dist()).arg(memory);
    let rows: Vec<Row> = capture(&mut node)?.lines().filter_map(parse).collect();
    println!("{:<44} {:>12} {:>12} {:>12}", "dist/", "raw", "gzip", "brotli");
    for row in &rows {
        println!("{:<44} {:>12} {:>12} {:>12}", row.name, row.raw, row.gzip, row.brotli);
    }
    judge(&rows)
}

fn parse(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let name = fields.next()?.to_owned();
    let mut number = || fields.next()?.parse().ok();
    Some(Row { name, raw: number()?, gzip: number()?, brotli: number()? })
}

fn judge(rows: &[Row]) -> Result<()> {
    let mut failures = Vec::new();
    for (prefix, limit, what) in BUDGETS {
        let Some(row) = rows.iter().find(|row| row.name.starts_with(prefix) && row.name.ends_with(".wasm")) else {
            failures.push(format!("{what} is missing: no {prefix}*.wasm in dist/"));
            continue;
        };
        let percent = row.brotli * 100 / limit;
        println!("{what}: {} of {limit} bytes ({percent} %)", row.brotli);
        if row.brotli > *limit {
            failures.push(format!(
                "{what} is over its budget: {} is {} bytes after Brotli, {limit} are allowed",
                row.name, row.brotli
            ));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(Failure::new(failures.join("\n"))) }
}
