//! Rows in sight, pages, and records in words.

use super::*;

fn rows(from: usize, count: usize) -> Vec<Row> {
    (from..from + count).map(|seq| Row { seq: seq as u64, ..Row::default() }).collect()
}

fn page(start: usize, count: usize, total: usize) -> RowPage {
    RowPage { total, start, rows: rows(start, count), complete: true, ..RowPage::default() }
}

#[test]
fn a_short_table_is_drawn_where_it_is_scrolled() {
    let seen = sight(1_000, 24.0, 240.0, 96.0, 2);
    assert_eq!((seen.first, seen.end), (8, 16));
    assert!((seen.top_px - 8.0 * 24.0).abs() < 1e-6);
    assert_eq!(sight(0, 24.0, 0.0, 96.0, 2), Sight::default());
    assert_eq!(sight(3, 24.0, 0.0, 96.0, 2).end, 3);
}

#[test]
fn a_million_rows_can_be_scrolled_from_the_first_to_the_last() {
    let total = 1_000_000;
    let space = space_px(total, 24.0);
    assert!(space < 10_000_000.0);
    assert_eq!(sight(total, 24.0, 0.0, 240.0, 0).first, 0);
    let last = sight(total, 24.0, space - 240.0, 240.0, 0);
    assert_eq!((last.first, last.end), (total - 10, total));
    assert!((last.top_px + 10.0 * 24.0 - space).abs() < 1e-3);
}

#[test]
fn scrolling_to_a_row_brings_it_into_sight_wherever_it_is() {
    for total in [50, 1_000_000] {
        for index in [0, 1, 25, 49, total / 2, total - 1] {
            for from in [0.0, space_px(total, 24.0) - 240.0] {
                let to = scroll_to(index, total, 24.0, from, 240.0).unwrap_or(from);
                assert_eq!(
                    scroll_to(index, total, 24.0, to + 1e-6, 240.0 + 1e-3),
                    None,
                    "{index} of {total} from {from}"
                );
            }
        }
    }
}

#[test]
fn a_row_in_sight_does_not_move_the_table() {
    assert_eq!(scroll_to(12, 1_000, 24.0, 240.0, 240.0), None);
    // The next one moves it by one row only.
    assert_eq!(scroll_to(20, 1_000, 24.0, 240.0, 240.0).map(f64::round), Some(264.0));
}

#[test]
fn pages_are_asked_for_once_and_only_few_are_kept() {
    let mut pages = Pages::default();
    assert_eq!(pages.missing(0, 10), None);
    pages.take(page(0, PAGE_ROWS, 2_000));
    assert_eq!(pages.missing(0, 10), None);
    assert_eq!(pages.missing(100, 130), Some(1));
    for number in 1..12 {
        pages.take(page(number * PAGE_ROWS, PAGE_ROWS, 2_000));
    }
    assert_eq!(pages.row(11 * PAGE_ROWS + 3).map(|row| row.seq), Some((11 * PAGE_ROWS + 3) as u64));
    assert_eq!(pages.row(0), None);
    assert_eq!(pages.missing(0, 10), Some(0));
}

#[test]
fn a_page_that_was_not_full_is_asked_for_again_when_the_run_goes_on() {
    let mut pages = Pages::default();
    pages.take(page(0, 50, 50));
    assert_eq!(pages.missing(0, 50), None);
    pages.take(RowPage { rows: Vec::new(), start: PAGE_ROWS, ..page(0, 0, 60) });
    assert_eq!(pages.missing(40, 60), Some(0));
}

#[test]
fn other_records_in_place_of_known_ones_empty_the_table() {
    let mut pages = Pages::default();
    pages.take(page(0, 50, 50));
    pages.take(RowPage { rows: rows(7, 40), ..page(0, 0, 60) });
    assert_eq!(pages.row(0).map(|row| row.seq), Some(7));
    pages.take(page(0, 10, 10));
    assert_eq!(pages.total(), 10);
    assert_eq!(pages.row(30), None);
}

#[test]
fn records_say_where_and_what() {
    let delivery = Row {
        seq: 4,
        kind: "slot_call".into(),
        routine: Some("alarm".into()),
        port: Some("input".into()),
        from: Some("scale.scaled".into()),
        text: "{value: 3}".into(),
        ..Row::default()
    };
    assert_eq!(place_text(&delivery), "alarm.input ← scale.scaled");
    assert_eq!(
        sentence(&delivery, Some(2)),
        "Record 4, job 2, at 0 µs: scale.scaled delivers to alarm.input: {value: 3}"
    );
    let post = Row { from: None, ..delivery.clone() };
    assert_eq!(place_text(&post), "alarm.input ← post");
    let system = Row { kind: "worker.registered".into(), text: "worker-1".into(), ..Row::default() };
    assert_eq!(sentence(&system, None), "Record 0, at 0 µs: worker registered: worker-1");
    assert_eq!(place_text(&system), "");
}

#[test]
fn a_record_tells_beside_its_values_only_what_they_do_not() {
    let row = |kind: &str, text: &str| Row { kind: kind.into(), text: text.into(), ..Row::default() };
    let said = |kind: &str, text: &str| said_beside_values(&row(kind, text));
    assert_eq!(said("slot_call", "{\"a\": 1}"), "");
    assert_eq!(said("output", "report: {\"a\": 1}"), "report");
    assert_eq!(said("breakpoint_hit", "breakpoint 1 (hit 2): {\"a\": 1}"), "breakpoint 1 (hit 2)");
    assert_eq!(said("routine_start", "{\"input\": [1]}"), "");
    assert_eq!(said("routine_start", "attempt 2: {\"input\": [1]}"), "attempt 2");
    assert_eq!(said("error", "ValueError: no: never"), "ValueError: no: never");
    assert!(value_fields(&row("log", "x")).is_empty());
    let by_hand = Row { intervention: Some("drop".into()), ..row("log", "x") };
    assert_eq!(value_fields(&by_hand), [("data", "Data")]);
}

#[test]
fn a_payload_can_be_watched_where_it_came_by() {
    let row = Row { kind: "slot_call".into(), routine: Some("b".into()), port: Some("input".into()), ..Row::default() };
    assert_eq!(payload_place(&row), Some(slot_place("b.input")));
    let wired = Row { from: Some("a.output".into()), ..row.clone() };
    assert_eq!(payload_place(&wired), Some(connection_place("a.output", "b.input")));
    assert_eq!(payload_place(&Row { kind: "routine_start".into(), ..row }), None);
}
