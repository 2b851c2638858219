//! Far routines, the grid and the minimap.

use super::*;
use crate::flow::catalogue::Catalogue;
use crate::view::canvas::paint::tests::summary;
use crate::view::canvas::scene::tests::large_flow;

const SCREEN: Size = Size { w: 1280.0, h: 800.0 };

fn painted(zoom: f64, change: impl Fn(&mut Looks)) -> String {
    let scene = Scene::build(&large_flow(100, &[]), &Catalogue::default());
    let mut looks = Looks::plain(&scene);
    change(&mut looks);
    let viewport = Viewport { zoom, ..Viewport::default() };
    let mut visible = scene.visible(&viewport, SCREEN);
    visible.nodes.truncate(3);
    visible.lod = if zoom < 0.45 { Lod::Far } else { Lod::Near };
    let mut list = PaintList::default();
    paint_far_nodes(&mut list, &scene, &visible, &looks, &viewport);
    summary(&list)
}

#[test]
fn near_routines_are_left_to_the_dom() {
    assert_eq!(painted(1.0, |_| ()), "");
}

#[test]
fn far_routines_are_boxes_with_names_while_these_can_be_read() {
    assert_eq!(
        painted(0.3, |looks| looks.nodes[1].status = Status::Failed),
        "Node(Pending): round round | fill\nNode(Failed): round | fill\nNodeBorder: round round round | stroke 1\n\
         NodeStatus(Pending): '○ r0' '○ r2'\nNodeStatus(Failed): '✕ r1'"
    );
    assert_eq!(painted(0.06, |_| ()), "Node(Pending): box box box | fill");
}

#[test]
fn the_held_and_the_selected_routine_stand_out_at_any_zoom() {
    let text = painted(0.06, |looks| {
        looks.nodes[0].emphasis = Emphasis::Selected;
        looks.nodes[1].emphasis = Emphasis::Hit;
    });
    assert_eq!(text, "Node(Pending): box box box | fill\nNodeSelected: box | stroke 2\nNodeHit: box | stroke 3");
}

#[test]
fn the_grid_never_gets_dense() {
    for zoom in [0.05, 0.2, 1.0, 4.0] {
        let mut list = PaintList::default();
        paint_grid(&mut list, &Viewport { x: 3.0, y: -8.0, zoom }, SCREEN);
        assert!(list.commands.len() < 6000 && list.commands.len() > 100, "{} at {zoom}", list.commands.len());
    }
}

#[test]
fn the_minimap_has_room_for_all() {
    let scene = Scene::build(&large_flow(5000, &[]), &Catalogue::default());
    let size = Size { w: 180.0, h: 120.0 };
    let minimap = minimap_viewport(&scene, size);
    let shown = minimap.screen_rect(scene.bounds().unwrap_or_default());
    assert!(shown.x >= 0.0 && shown.y >= 0.0 && shown.right() <= 180.0 && shown.bottom() <= 120.0);
    let mut list = PaintList::default();
    paint_minimap(&mut list, &scene, &Looks::plain(&scene), &minimap, Rect::default());
    assert!(summary(&list).ends_with("MinimapFrame: box | stroke 2"));
}
