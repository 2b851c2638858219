//! The form of a breakpoint, and what is said about one.

use super::*;
use crate::flow::model::PortRef;

fn place() -> BreakpointPlace {
    BreakpointPlace::Slot(PortRef::new("sink", "input"))
}

#[test]
fn a_form_gives_back_the_breakpoint_it_was_opened_with() {
    let whole = Breakpoint {
        condition: Some("value > 1".into()),
        hit_condition: Some(">= 2".into()),
        log_message: Some("got {value}".into()),
        scope: Some("job-2".into()),
        ..Breakpoint::new(place())
    };
    let monitor = Breakpoint { monitor: true, ..Breakpoint::new(place()) };
    for breakpoint in [Breakpoint::new(place()), whole, monitor] {
        for enabled in [true, false] {
            let breakpoint = Breakpoint { enabled, ..breakpoint.clone() };
            let draft = Draft::of(Some(&breakpoint));
            assert_eq!(draft.deed == Deed::Off, !enabled);
            assert_eq!(draft.breakpoint(place(), Some(&breakpoint)), Some(breakpoint));
        }
    }
}

#[test]
fn off_keeps_what_was_set_and_sets_nothing_where_nothing_was() {
    let log = Breakpoint { log_message: Some("got {value}".into()), ..Breakpoint::new(place()) };
    let off = Draft { deed: Deed::Off, ..Draft::of(Some(&log)) }.breakpoint(place(), Some(&log)).unwrap();
    assert!(!off.enabled && off.log_message == log.log_message);
    assert_eq!(Draft { deed: Deed::Off, ..Draft::default() }.breakpoint(place(), None), None);
}

#[test]
fn what_is_not_wanted_any_more_goes() {
    let log = Breakpoint { log_message: Some("got {value}".into()), ..Breakpoint::new(place()) };
    let draft = Draft { deed: Deed::Monitor, ..Draft::of(Some(&log)) };
    let monitor = draft.breakpoint(place(), Some(&log)).unwrap();
    assert!(monitor.monitor && monitor.log_message.is_none() && monitor.enabled);
    let plain = Draft { deed: Deed::Break, ..Draft::of(Some(&monitor)) }.breakpoint(place(), Some(&monitor));
    assert_eq!(plain, Some(Breakpoint::new(place())));
    let logs_all = Draft { deed: Deed::Log, ..Draft::default() }.breakpoint(place(), None).unwrap();
    assert_eq!(logs_all.log_message.as_deref(), Some("{data}"));
}

#[test]
fn a_condition_on_hits_is_checked() {
    let fault = |hits: &str| Draft { hits: hits.into(), ..Draft::default() }.fault_of_hits();
    assert_eq!((fault(""), fault(" >= 5 "), fault("% 10")), (None, None, None));
    assert!(fault("every 5").is_some());
}

#[test]
fn a_preview_is_told_in_words() {
    let preview = |events, stops| BreakpointPreview { valid: true, events, stops, ..BreakpointPreview::default() };
    assert_eq!(preview_text(&preview(240, 12), Deed::Break), "Would have stopped at 12 of 240 recorded events");
    assert_eq!(preview_text(&preview(240, 240), Deed::Log), "Would have logged all 240 recorded events");
    assert_eq!(preview_text(&preview(3, 0), Deed::Break), "Would have stopped at none of 3 recorded events");
    assert_eq!(preview_text(&preview(0, 0), Deed::Break), "Nothing came by here in this run");
    let cut = BreakpointPreview { cut: true, ..preview(2, 1) };
    assert!(preview_text(&cut, Deed::Break).ends_with("as far as they are kept"));
}

#[test]
fn jumps_go_from_where_the_run_stands() {
    let seqs = [4, 9, 12];
    assert_eq!((jump(&seqs, 0, true), jump(&seqs, 4, true), jump(&seqs, 12, true)), (Some(4), Some(9), None));
    assert_eq!((jump(&seqs, 4, false), jump(&seqs, 10, false)), (None, Some(9)));
}

#[test]
fn lists_say_all_that_was_set() {
    let all = Breakpoint {
        condition: Some("value > 1".into()),
        hit_condition: Some("% 2".into()),
        scope: Some("job-1".into()),
        ..Breakpoint::new(place())
    };
    assert_eq!(detail(&all), "value > 1 · hits % 2 · only job-1");
    assert_eq!(kind(&all), "breakpoint");
    assert_eq!(kind(&Breakpoint { monitor: true, ..all }), "monitor");
}

#[test]
fn what_a_condition_raised_is_told_with_how_often() {
    let on = Breakpoint::new(place());
    let report = |error_count| BreakpointReport {
        message: Some("KeyError: x".into()),
        verified: true,
        error_count,
        ..BreakpointReport::default()
    };
    assert_eq!(report_text(&on, &report(0)).as_deref(), Some("KeyError: x"));
    assert!(report_text(&on, &report(3)).unwrap().contains("3 times"));
    assert_eq!(report_text(&Breakpoint { enabled: false, ..on.clone() }, &report(3)), None);
    assert_eq!(report_text(&on, &BreakpointReport::default()), None);
}
