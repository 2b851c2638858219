//! Wires as display lists in short.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{PortRef, Size};
use crate::view::canvas::scene::tests::large_flow;

const SCREEN: Size = Size { w: 1280.0, h: 800.0 };

/// The list in short: `Wire: move curve curve | stroke 2`.
pub(crate) fn summary(list: &PaintList) -> String {
    let mut text = String::new();
    for command in &list.commands {
        let word = match command {
            PaintCommand::Begin(ink) => format!("\n{ink:?}:"),
            PaintCommand::MoveTo(..) => " move".into(),
            PaintCommand::LineTo(..) => " line".into(),
            PaintCommand::CurveTo(_) => " curve".into(),
            PaintCommand::Box(_) => " box".into(),
            PaintCommand::RoundBox(..) => " round".into(),
            PaintCommand::Dot(..) => " dot".into(),
            PaintCommand::Stroke(width_px) => format!(" | stroke {width_px:.0}"),
            PaintCommand::StrokeDashed(width_px) => format!(" | dashed {width_px:.0}"),
            PaintCommand::Fill => " | fill".into(),
            PaintCommand::Text(shown) => format!(" '{}'", list.text_of(shown)),
        };
        text.push_str(&word);
    }
    text.trim_start().to_string()
}

fn scene() -> Scene {
    let mut flow = large_flow(51, &[(0, 50), (50, 0), (0, 1), (0, 1)]);
    flow.connections[3].to = PortRef::new("r1", "missing");
    Scene::build(&flow, &Catalogue::default())
}

fn painted(looks: &Looks, viewport: Viewport) -> String {
    let scene = scene();
    let mut list = PaintList::default();
    let visible = Visible { lod: Lod::Far, ..scene.visible(&viewport, SCREEN) };
    paint_wires(&mut list, &scene, &visible, looks, &viewport);
    summary(&list)
}

#[test]
fn wires_are_grouped_by_style() {
    let mut looks = Looks::plain(&scene());
    let one = "move curve";
    let around = "move curve curve curve";
    assert_eq!(
        painted(&looks, Viewport::default()),
        format!("Wire: {one} {around} {around} | stroke 2\nWireInvalid: {around} | dashed 2")
    );
    looks.edges[0].emphasis = Emphasis::Hit;
    looks.edges[0].breakpoint = BreakpointLook::Hit;
    looks.edges[1].emphasis = Emphasis::Hovered;
    looks.edges[2].breakpoint = BreakpointLook::Log;
    assert_eq!(
        painted(&looks, Viewport::default()),
        format!(
            "Wire: {around} | stroke 2\nWireInvalid: {around} | dashed 2\nWireHovered: {around} | stroke 3\n\
             WireHit: {one} | stroke 4\nBreakpointHint: dot | stroke 2\nBreakpointLog: move line line line line | fill\n\
             BreakpointHit: dot | fill"
        )
    );
}

#[test]
fn near_dots_are_left_to_the_dom() {
    let scene = scene();
    let mut looks = Looks::plain(&scene);
    looks.edges[0].breakpoint = BreakpointLook::Enabled;
    let viewport = Viewport::default();
    let mut list = PaintList::default();
    paint_wires(&mut list, &scene, &Visible { lod: Lod::Near, ..scene.visible(&viewport, SCREEN) }, &looks, &viewport);
    assert!(!summary(&list).contains("Breakpoint"));
}

#[test]
fn far_wires_are_straight_and_thin() {
    let looks = Looks::plain(&scene());
    let text = painted(&looks, Viewport { zoom: 0.1, ..Viewport::default() });
    assert!(text.starts_with("Wire: move line move line move line | stroke 1"), "{text}");
}

#[test]
fn nothing_in_view_paints_nothing() {
    let looks = Looks::plain(&scene());
    assert_eq!(painted(&looks, Viewport { x: 9000.0, ..Viewport::default() }), "");
}

#[test]
fn each_breakpoint_has_its_own_shape_or_ink() {
    let mut seen = std::collections::BTreeSet::new();
    for look in [
        BreakpointLook::Enabled,
        BreakpointLook::Disabled,
        BreakpointLook::Hit,
        BreakpointLook::Invalid,
        BreakpointLook::Log,
    ] {
        let mut looks = Looks::plain(&scene());
        looks.edges[0].breakpoint = look;
        assert!(seen.insert(painted(&looks, Viewport::default()).lines().last().unwrap().to_string()));
    }
}

#[test]
fn memory_is_kept_from_frame_to_frame() {
    let scene = scene();
    let viewport = Viewport::default();
    let visible = scene.visible(&viewport, SCREEN);
    let mut list = PaintList::default();
    paint_wires(&mut list, &scene, &visible, &Looks::plain(&scene), &viewport);
    let capacity = list.commands.capacity();
    list.clear();
    paint_wires(&mut list, &scene, &visible, &Looks::plain(&scene), &viewport);
    assert_eq!(list.commands.capacity(), capacity);
}
