//! Tokens over time.

use super::*;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::Size;
use crate::view::canvas::paint::tests::summary;
use crate::view::canvas::scene::tests::large_flow;

fn scene() -> Scene {
    Scene::build(&large_flow(101, &[(0, 50), (50, 100)]), &Catalogue::default())
}

fn painted(tokens: &Tokens) -> String {
    let scene = scene();
    let viewport = Viewport::default();
    let visible = scene.visible(&viewport, Size { w: 1280.0, h: 800.0 });
    let mut list = PaintList::default();
    tokens.paint(&mut list, &scene, &visible, &viewport);
    summary(&list)
}

#[test]
fn a_delivery_flies_and_then_all_is_idle() {
    let mut tokens = Tokens::new();
    assert!(tokens.is_idle());
    tokens.push(0, 1, "{value: 1}", &[], 1000.0);
    tokens.advance(1200.0);
    assert!(!tokens.is_idle() && tokens.is_active(0) && !tokens.is_active(1));
    assert_eq!(painted(&tokens), "Token: dot | fill\nTokenLabelBox: round | fill\nTokenLabel: '{value: 1}'");
    tokens.advance(1451.0);
    assert_eq!(tokens.in_flight_count(), 0);
    tokens.advance(3000.0);
    assert!(tokens.is_idle());
    assert_eq!(painted(&tokens), "");
}

#[test]
fn a_token_gets_from_one_end_to_the_other() {
    let scene = scene();
    let mut tokens = Tokens::new();
    tokens.push(0, 1, "", &[], 0.0);
    let mut last_x = f64::NEG_INFINITY;
    for step in 0..9 {
        tokens.advance(f64::from(step) * 50.0);
        let place = tokens.in_flight.first().and_then(|token| tokens.place_of(token, &scene));
        let x = place.map_or(f64::INFINITY, |place| place.x);
        assert!(x > last_x || step == 0);
        last_x = x;
    }
    assert!((last_x - scene.edges[0].path.end().x).abs() < 20.0);
}

#[test]
fn flights_are_shorter_at_a_faster_pace() {
    let mut tokens = Tokens::new();
    let mut flights = Vec::new();
    for speed in [0.5, 1.0, 2.0, 4.0, 1000.0, f64::INFINITY] {
        tokens.set_speed(speed);
        flights.push(tokens.flight_ms);
    }
    assert_eq!(flights, [450.0, 450.0, 450.0, 225.0, 120.0, 120.0]);
}

#[test]
fn at_the_slowest_paces_a_token_arrives_before_the_next_step() {
    let mut tokens = Tokens::new();
    for speed in [0.1, 0.25] {
        tokens.set_speed(speed);
        let step_ms = Pace::Factor(speed).step_ms();
        assert!(tokens.flight_ms < step_ms && tokens.flight_ms > 0.7 * step_ms, "{} of {step_ms}", tokens.flight_ms);
    }
}

#[test]
fn a_stream_that_runs_dry_is_followed_token_by_token_again() {
    let mut tokens = Tokens::new();
    for frame in 0..60 {
        tokens.push(0, 4, "x", &[], f64::from(frame) * 16.0);
        tokens.advance(f64::from(frame) * 16.0);
    }
    assert!(tokens.wire_label(0).is_some());
    // One delivery a second: never quiet, but slow enough for the eye.
    for second in 2..8 {
        tokens.advance(f64::from(second) * 1000.0);
        tokens.push(0, 1, "x", &[], f64::from(second) * 1000.0);
    }
    assert_eq!(tokens.wire_label(0), None);
    assert_eq!(tokens.in_flight_count(), 1);
}

#[test]
fn labels_never_lie_over_each_other() {
    let mut tokens = Tokens::new();
    // Two tokens of one wire a few pixels apart: there is room for one label.
    tokens.push(0, 1, "{value: 1}", &[], 0.0);
    tokens.push(0, 1, "{value: 2}", &[], 10.0);
    tokens.advance(200.0);
    assert_eq!(painted(&tokens), "Token: dot dot | fill\nTokenLabelBox: round | fill\nTokenLabel: '{value: 1}'");
}

#[test]
fn labels_stay_beside_the_routines_that_would_hide_them() {
    let mut flow = large_flow(2, &[(0, 1)]);
    std::sync::Arc::make_mut(&mut flow.routines[1]).position = Some(Point { x: 420.0, y: 0.0 });
    let scene = Scene::build(&flow, &Catalogue::default());
    let viewport = Viewport::default();
    let visible = scene.visible(&viewport, Size { w: 1280.0, h: 800.0 });
    let mut tokens = Tokens::new();
    tokens.push(0, 1, "{v: 1}", &[], 0.0);
    let mut places = Vec::new();
    for now_ms in [5.0, 100.0, 225.0, 350.0, 445.0] {
        tokens.advance(now_ms);
        let mut list = PaintList::default();
        tokens.paint(&mut list, &scene, &visible, &viewport);
        let label = list.commands.iter().find_map(|command| match command {
            PaintCommand::RoundBox(rect, _) => Some(*rect),
            _ => None,
        });
        let Some(label) = label else { panic!("there is room at {now_ms}") };
        assert!(scene.nodes.iter().all(|node| !viewport.screen_rect(node.rect).touches(&label)), "at {now_ms}");
        places.push(label.x);
    }
    assert!(places.is_sorted() && places[0] < places[4], "it moves with its token: {places:?}");
}

#[test]
fn many_deliveries_merge_into_a_stream_with_a_rate() {
    let mut tokens = Tokens::new();
    for frame in 0..120 {
        let now_ms = f64::from(frame) * 16.0;
        tokens.push(0, 4, "x", &[], now_ms);
        tokens.push(1, u32::from(frame == 119), "y", &[], now_ms);
        tokens.advance(now_ms);
    }
    let rate: f64 = tokens.wire_label(0).unwrap_or_default().trim_end_matches("/s").parse().unwrap_or_default();
    assert!((200.0..=300.0).contains(&rate), "{rate}");
    assert_eq!(tokens.wire_label(1), None);
    assert_eq!(tokens.in_flight_count(), 1, "the stream is no row of tokens");
    assert!(painted(&tokens).starts_with("Token: dot dot dot dot | fill"));
}

#[test]
fn never_too_many_tokens_are_in_flight() {
    let mut tokens = Tokens::new();
    for edge in 0..1000 {
        tokens.push(edge, 1, "", &[], 0.0);
    }
    tokens.push(7, u32::MAX, "", &[], 1.0);
    assert!(tokens.in_flight_count() <= TOKENS_MAX);
}

#[test]
fn a_slow_wire_is_followed_token_by_token() {
    let mut tokens = Tokens::new();
    for step in 0..20 {
        let now_ms = f64::from(step) * 250.0;
        tokens.advance(now_ms);
        tokens.push(0, 1, "", &[], now_ms);
        assert_eq!(tokens.wire_label(0), None, "at {now_ms}");
    }
}

#[test]
fn reduced_motion_shows_counts() {
    let mut tokens = Tokens::new();
    tokens.push(0, 2, "", &[], 0.0);
    tokens.set_reduced_motion(true);
    tokens.push(0, 3, "", &[], 10.0);
    tokens.advance(20.0);
    assert_eq!(tokens.in_flight_count(), 0);
    assert_eq!(painted(&tokens), "TokenLabelBox: round | fill\nTokenLabel: '5'");
    tokens.advance(2000.0);
    assert!(tokens.is_idle());
}

#[test]
fn tokens_carry_the_marks_of_their_jobs() {
    let mut tokens = Tokens::new();
    // Of three deliveries the jobs of the newest two are known: a dot for the first, a circle and a square.
    tokens.push(0, 3, "", &[1, 2], 0.0);
    tokens.advance(300.0);
    assert_eq!(painted(&tokens), "Token: dot | fill\nTokenOf(0): dot | fill\nTokenOf(1): move line line line | fill");
}

#[test]
fn the_dots_of_a_stream_keep_their_jobs_on_their_way() {
    let mut tokens = Tokens::new();
    tokens.push(0, 9, "", &[4, 1, 2, 3], 0.0);
    let marks = |tokens: &Tokens| {
        let (mut dots, scene, viewport) = (Vec::new(), scene(), Viewport::default());
        tokens.add_streams(&mut dots, &scene, &viewport, &|_| true, 4.0);
        dots.into_iter().map(|dot| dot.job).collect::<Vec<_>>()
    };
    tokens.advance(FLIGHT_MS * 1.9);
    let before = marks(&tokens);
    assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "the newest three: {before:?}");
    assert!(!before.contains(&4));
    // Where each dot stands at the place of the one before it.
    tokens.advance(FLIGHT_MS * 2.1);
    assert_eq!(marks(&tokens)[1..], before[..2]);
}
