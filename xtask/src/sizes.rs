//! What the site weighs, and how much it may weigh.

use crate::project::Project;
use crate::run::{Failure, Result, capture};

/// Node.js has the compressors; it is needed for wasm-opt anyway.
const SCRIPT: &str = include_str!("sizes.mjs");

/// What a wasm file may weigh, in bytes after Brotli.
struct Budget {
    /// How the file's path in `dist/` begins.
    prefix: &'static str,
    what: &'static str,
    /// What the project wants to reach. Not there yet, which every build says.
    goal: u64,
    /// What no change may go beyond: lowered whenever something was saved. Raised once, for the rest of the page, when the
    /// whole debugger came into it (220,000 before that).
    limit: u64,
}

const BUDGETS: &[Budget] = &[
    Budget { prefix: "page", what: "the page's first part", goal: 300_000, limit: 300_000 },
    Budget { prefix: "snippets/later/later", what: "the rest of the page", goal: 380_000, limit: 420_000 },
    Budget { prefix: "worker", what: "the worker", goal: 1_800_000, limit: 1_900_000 },
];

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
    for Budget { prefix, what, goal, limit } in BUDGETS {
        let Some(row) = rows.iter().find(|row| row.name.starts_with(prefix) && row.name.ends_with(".wasm")) else {
            failures.push(format!("{what} is missing: no {prefix}*.wasm in dist/"));
            continue;
        };
        let percent = row.brotli * 100 / goal;
        let reached = if row.brotli <= *goal { "reached" } else { "NOT reached" };
        println!("{what}: {} bytes; goal {goal} {reached} ({percent} %), limit {limit}", row.brotli);
        if row.brotli > *limit {
            failures.push(format!(
                "{what} is over its budget: {} is {} bytes after Brotli, {limit} are allowed",
                row.name, row.brotli
            ));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(Failure::new(failures.join("\n"))) }
}
