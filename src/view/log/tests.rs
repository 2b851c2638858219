//! Lines, filters and windows.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;

fn record(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbered(seq: u64, kind: &str, routine: &str) -> Value {
    record(&format!(r#"{{"seq": {seq}, "t": 0, "job": "job-1", "type": "{kind}", "routine": "{routine}"}}"#))
}

fn line_of(text: &str) -> String {
    log_row(&record(text)).text
}

#[test]
fn each_record_is_a_line() {
    let lines = [
        r#"{"type":"slot_call","routine":"b","slot":"in","data":{"v":1},"from":{"routine":"a","event":"out"}}"#,
        r#"{"type":"slot_call","routine":"b","slot":"in","data":1,"from":null}"#,
        r#"{"type":"slot_overflow","routine":"b","slot":"in","data":1}"#,
        r#"{"type":"routine_start","routine":"b","attempt":2,"slot_data":{"in":[1]}}"#,
        r#"{"type":"routine_end","routine":"b","status":"error_continued","duration":1500}"#,
        r#"{"type":"event_emit","routine":"a","event":"out","data":{"v":1}}"#,
        r#"{"type":"error","routine":"a","error_type":"ValueError","message":"no"}"#,
        r#"{"type":"log","level":"info","routine":null,"message":"hello"}"#,
        r#"{"type":"breakpoint_hit","kind":"connection","from":"a.out","to":"b.in","hit_count":3}"#,
        r#"{"type":"breakpoint_hit","kind":"slot","routine":"b","slot":"in","hit_count":1}"#,
        r#"{"type":"job.failed","error":{"type":"ValueError","message":"no"}}"#,
        r#"{"type":"job.completed","flow":"f"}"#,
        r#"{"type":"worker.registered","worker":"worker-1"}"#,
        r#"{"type":"system.startup","message":"ready"}"#,
        r#"{"type":"something.new"}"#,
        r#"{}"#,
        r#"[1]"#,
    ];
    let texts = lines.map(line_of);
    let wanted = [
        "b.in ← a.out {v: 1}",
        "b.in ← post 1",
        "b.in is full: refused 1",
        "b starts, attempt 2 {in: [1]}",
        "b continued after an error after 1.5 ms",
        "a.out → {v: 1}",
        "a: ValueError: no",
        "hello",
        "breakpoint at a.out → b.in hit, 3 times",
        "breakpoint at b.in hit, first time",
        "job failed: ValueError: no",
        "job completed",
        "worker registered worker-1",
        "system startup: ready",
        "something new",
        "",
        "",
    ];
    assert_eq!(texts, wanted);
}

#[test]
fn the_filter_passes_what_it_names() {
    let mut log = Log::default();
    let records = [
        numbered(0, "job.started", ""),
        numbered(1, "slot_call", "a"),
        numbered(2, "routine_start", "a"),
        numbered(3, "slot_call", "b"),
        numbered(4, "job.completed", ""),
    ];
    log.add(&records, 7);
    let mut passing = |filter: LogFilter| -> Vec<u64> {
        log.set_filter(filter);
        (0..log.count()).map(|index| log.row(index).unwrap().seq).collect()
    };
    let all = LogFilter::default();
    assert_eq!(passing(LogFilter { kinds: vec!["job.".into(), "routine_start".into()], ..all.clone() }), [0, 2, 4]);
    assert_eq!(passing(LogFilter { routines: vec!["a".into()], ..all.clone() }), [1, 2]);
    assert_eq!(passing(LogFilter { text: "A STARTS".into(), ..all.clone() }), [2]);
    assert!(passing(LogFilter { job: "job-2".into(), ..all.clone() }).is_empty());
    assert_eq!(passing(all), [0, 1, 2, 3, 4]);
    assert_eq!((log.dropped(), log.total()), (7, 5));
    assert_eq!(log.kinds(), ["job.completed", "job.started", "routine_start", "slot_call"]);
}

#[test]
fn the_newest_records_stay() {
    let mut log = Log::default();
    log.set_filter(LogFilter { routines: vec!["even".into()], ..LogFilter::default() });
    let count = LOG_CAPACITY as u64 + 500;
    for seq in 0..count {
        log.add(&[numbered(seq, "slot_call", if seq % 2 == 0 { "even" } else { "odd" })], 0);
    }
    assert_eq!((log.total(), log.count()), (LOG_CAPACITY, LOG_CAPACITY / 2));
    assert_eq!(log.row(0).unwrap().seq, 500);
    assert_eq!(log.row(log.count() - 1).unwrap().seq, count - 2);
    assert_eq!(log.row(log.count()), None);
    assert_eq!(log.index_of_seq(503), Some(1));
    assert_eq!(log.index_of_seq(3), None);
    log.add(&[numbered(4, "slot_call", "even")], 0);
    assert_eq!(log.total(), LOG_CAPACITY, "an old record comes too late");
    let revision = log.revision();
    log.cut_from(600);
    assert_eq!((log.total(), log.count()), (100, 50));
    assert_ne!(log.revision(), revision);
    log.add(&[numbered(600, "slot_call", "even")], 0);
    assert_eq!(log.count(), 51);
    log.clear();
    assert_eq!((log.total(), log.count(), log.filter().routines.len()), (0, 0, 1));
}

#[test]
fn only_rows_on_the_screen_are_rendered() {
    assert_eq!(row_window(10_000, 24.0, 0.0, 240.0, 5), RowWindow { first: 0, end: 16 });
    assert_eq!(row_window(10_000, 24.0, 2400.0, 240.0, 5), RowWindow { first: 95, end: 116 });
    assert_eq!(row_window(3, 24.0, 90_000.0, 240.0, 5), RowWindow { first: 3, end: 3 });
    assert_eq!(row_window(0, 24.0, 0.0, 240.0, 5), RowWindow::default());
    assert!(is_at_end(760.0, 240.0, 1000.0) && !is_at_end(700.0, 240.0, 1000.0));
}

#[test]
fn what_matters_has_a_tone() {
    let tone_of = |text: &str| log_row(&record(text)).tone;
    assert_eq!(tone_of(r#"{"type":"job.failed"}"#), Tone::Error);
    assert_eq!(tone_of(r#"{"type":"log","level":"warn"}"#), Tone::Warning);
    assert_eq!(tone_of(r#"{"type":"breakpoint_hit"}"#), Tone::Hit);
    assert_eq!(tone_of(r#"{"type":"routine_end","status":"completed"}"#), Tone::Quiet);
    assert_eq!(tone_of(r#"{"type":"slot_call"}"#), Tone::Normal);
}
