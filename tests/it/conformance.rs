//! The conformance vectors: what `shared/conformance/check.py` checks, on the runner that this package builds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

const COMPARED: &[&str] = &[
    "slot_call",
    "slot_overflow",
    "routine_start",
    "event_emit",
    "routine_end",
    "error",
    "job.retrying",
    "job.progress.updated",
    "output",
    "log",
];

const LIFECYCLE: &[(&str, &str)] = &[
    ("job.created", "pending"),
    ("job.started", "running"),
    ("job.idle", "idle"),
    ("job.paused", "paused"),
    ("job.resumed", "running"),
    ("job.completed", "completed"),
    ("job.failed", "failed"),
    ("job.cancelled", "cancelled"),
];

fn vectors() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths
}

#[test]
fn all_vectors_pass() {
    let paths = vectors();
    assert!(paths.len() >= 40, "only {} vectors found", paths.len());
    let failures: Vec<String> = paths
        .iter()
        .filter_map(|path| {
            check(path).err().map(|fault| format!("{}: {fault}", path.file_stem().unwrap().to_string_lossy()))
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} fail\n{}", failures.len(), paths.len(), failures.join("\n"));
}

fn check(path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).unwrap();
    let vector: Value = serde_json::from_str(&text).unwrap();
    let (code, output) = run(path, &vector, document_of(&text));
    let (_, again) = run(path, &vector, document_of(&text));
    if without_tracebacks(&output) != without_tracebacks(&again) {
        return Err("a second run prints something else".into());
    }
    let trace: Vec<Map<String, Value>> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (index, record) in trace.iter().enumerate() {
        if record["seq"].as_u64() != Some(index as u64) {
            return Err(format!("record {index} has seq {}", record["seq"]));
        }
    }
    let expect = &vector["expect"];
    compare(&trace, expect["trace"].as_array().unwrap())?;
    compare_ends(&trace, expect)?;
    if Some(i64::from(code)) != expect["exit"].as_i64() {
        return Err(format!("exit {code} instead of {}", expect["exit"]));
    }
    Ok(())
}

/// The vector's document as it stands there: the order of its keys means something.
fn document_of(text: &str) -> &str {
    let parts: BTreeMap<&str, &RawValue> = serde_json::from_str(text).unwrap();
    parts["document"].get()
}

fn run(path: &Path, vector: &Value, text: &str) -> (i32, String) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let document = std::env::temp_dir().join(format!("flow-vector-{}-{name}", std::process::id()));
    fs::write(&document, text).unwrap();
    let args = vector["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_flow")).arg("run").arg(&document).args(args).output().unwrap();
    fs::remove_file(&document).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or(-1);
    assert!(!output.stdout.is_empty() || code == 2, "{name}: no output: {stderr}");
    (code, String::from_utf8(output.stdout).unwrap())
}

fn without_tracebacks(output: &str) -> Vec<Value> {
    let records = output.lines().map(|line| serde_json::from_str::<Map<String, Value>>(line).unwrap());
    records
        .map(|mut record| {
            record.remove("traceback");
            Value::Object(record)
        })
        .collect()
}

fn kind(record: &Map<String, Value>) -> &str {
    record["type"].as_str().unwrap()
}

fn life(record: &Map<String, Value>) -> Option<&'static str> {
    LIFECYCLE.iter().find(|(name, _)| *name == kind(record)).map(|(_, status)| *status)
}

/// The last lifecycle record of every job.
fn last_of_jobs(trace: &[Map<String, Value>]) -> BTreeMap<String, usize> {
    let mut last = BTreeMap::new();
    for (index, record) in trace.iter().enumerate() {
        if life(record).is_some() {
            last.insert(record["job"].as_str().unwrap().to_owned(), index);
        }
    }
    last
}

fn compare(trace: &[Map<String, Value>], wanted: &[Value]) -> Result<(), String> {
    let last = last_of_jobs(trace);
    let got: Vec<&Map<String, Value>> = trace
        .iter()
        .enumerate()
        .filter(|(index, record)| COMPARED.contains(&kind(record)) || last.values().any(|last| last == index))
        .map(|(_, record)| record)
        .collect();
    for (index, want) in wanted.iter().enumerate() {
        let Some(record) = got.get(index) else {
            return Err(format!("only {} of {} records; next would be {want}", got.len(), wanted.len()));
        };
        for (key, value) in want.as_object().unwrap() {
            let found = field(record, key);
            if !found.is_some_and(|found| equal(value, found)) {
                return Err(format!("record {index}: {key}: want {value}, got {found:?} in {record:?}"));
            }
        }
    }
    match got.get(wanted.len()) {
        Some(record) => Err(format!("{} records instead of {}: {record:?}", got.len(), wanted.len())),
        None => Ok(()),
    }
}

fn compare_ends(trace: &[Map<String, Value>], expect: &Value) -> Result<(), String> {
    let last = last_of_jobs(trace);
    let status: Map<String, Value> =
        last.iter().map(|(job, index)| (job.clone(), life(&trace[*index]).unwrap().into())).collect();
    let unconsumed: Map<String, Value> = last
        .iter()
        .map(|(job, index)| {
            (job.clone(), trace[*index].get("unconsumed").cloned().unwrap_or_else(|| Map::new().into()))
        })
        .collect();
    let (status, unconsumed) = if expect["status"].is_object() {
        (Value::Object(status), Value::Object(unconsumed))
    } else {
        (status["job-1"].clone(), unconsumed["job-1"].clone())
    };
    for (name, found) in [("status", status), ("unconsumed", unconsumed)] {
        if !equal(&expect[name], &found) {
            return Err(format!("{name}: want {}, got {found}", expect[name]));
        }
    }
    Ok(())
}

fn field<'a>(record: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    if let Some(value) = record.get(key) {
        return Some(value);
    }
    let mut parts = key.split('.');
    let first = record.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

/// Numbers are equal by value: 2 equals 2.0.
fn equal(want: &Value, got: &Value) -> bool {
    match (want, got) {
        (Value::Number(want), Value::Number(got)) => want == got || want.as_f64() == got.as_f64(),
        (Value::Object(want), Value::Object(got)) => {
            want.len() == got.len() && want.iter().all(|(key, value)| got.get(key).is_some_and(|got| equal(value, got)))
        }
        (Value::Array(want), Value::Array(got)) => {
            want.len() == got.len() && want.iter().zip(got).all(|(want, got)| equal(want, got))
        }
        _ => want == got,
    }
}
