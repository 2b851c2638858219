//! Painting of routines that are too small or too many for the DOM, of the grid, and of the minimap.

use super::geometry::GRID;
use super::paint::{Emphasis, Ink, Looks, PaintCommand, PaintList};
use super::scene::{Lod, Scene, Visible};
use super::viewport::{Rect, Viewport};
use crate::flow::model::{Point, Size};
use crate::view::run_view::Status;

/// A name is painted if its line gets at least so many pixels.
const TITLE_SIZE_MIN_PX: f64 = 7.0;
/// Boxes at least so high get borders and round corners.
const BORDER_HEIGHT_PX: f64 = 8.0;
/// Size of the title's text at 100 %.
const TITLE_SIZE: f64 = 26.0;

/// Paints the routines in view, if they are not DOM nodes at this level of detail.
pub fn paint_far_nodes(list: &mut PaintList, scene: &Scene, visible: &Visible, looks: &Looks, viewport: &Viewport) {
    if visible.lod == Lod::Near {
        return;
    }
    for status in Status::ALL {
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(Ink::Node(status)));
        for &number in visible.nodes.iter().filter(|&&number| looks.node(number).status == status) {
            add_box(list, viewport.screen_rect(scene.nodes[number as usize].rect));
        }
        list.end_path(begun_at, PaintCommand::Fill);
    }
    paint_borders(list, scene, visible, looks, viewport);
    paint_titles(list, scene, visible, looks, viewport);
}

fn add_box(list: &mut PaintList, rect: Rect) {
    if rect.h >= 2.0 * BORDER_HEIGHT_PX {
        list.push(PaintCommand::RoundBox(rect, (rect.h / 12.0).clamp(1.0, 8.0)));
    } else {
        // A routine never vanishes, however far away.
        list.push(PaintCommand::Box(Rect { w: rect.w.max(2.0), h: rect.h.max(2.0), ..rect }));
    }
}

fn paint_borders(list: &mut PaintList, scene: &Scene, visible: &Visible, looks: &Looks, viewport: &Viewport) {
    for (ink, width_px) in [(Ink::NodeBorder, 1.0), (Ink::NodeSelected, 2.0), (Ink::NodeHit, 3.0)] {
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(ink));
        for &number in &visible.nodes {
            let its_ink = match looks.node(number).emphasis {
                Emphasis::Hit => Ink::NodeHit,
                Emphasis::Selected | Emphasis::Hovered | Emphasis::Cause | Emphasis::Effect => Ink::NodeSelected,
                Emphasis::None | Emphasis::Faded | Emphasis::Active => Ink::NodeBorder,
            };
            let rect = viewport.screen_rect(scene.nodes[number as usize].rect);
            if its_ink == ink && (ink != Ink::NodeBorder || rect.h >= BORDER_HEIGHT_PX) {
                add_box(list, rect);
            }
        }
        list.end_path(begun_at, PaintCommand::Stroke(width_px));
    }
}

fn paint_titles(list: &mut PaintList, scene: &Scene, visible: &Visible, looks: &Looks, viewport: &Viewport) {
    let size_px = (TITLE_SIZE * viewport.zoom).min(14.0);
    if size_px < TITLE_SIZE_MIN_PX {
        return;
    }
    let mut short = String::new();
    for status in Status::ALL {
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(Ink::NodeStatus(status)));
        for &number in visible.nodes.iter().filter(|&&number| looks.node(number).status == status) {
            let node = &scene.nodes[number as usize];
            let rect = viewport.screen_rect(node.rect);
            // About 0.6 of its size is a character's mean width.
            let room = ((rect.w - size_px) / (size_px * 0.6)).max(1.0) as usize;
            short.clear();
            short.push_str(status.glyph());
            short.push(' ');
            match node.id.char_indices().nth(room) {
                Some((end, _)) => {
                    short.push_str(&node.id[..end]);
                    short.push('…');
                }
                None => short.push_str(&node.id),
            }
            list.push_text(&short, rect.x + size_px * 0.4, rect.y + rect.h / 2.0, size_px, false);
        }
        if list.commands.len() == begun_at + 1 {
            list.commands.truncate(begun_at);
        }
    }
}

/// Paints the dots of the grid, coarser when far away.
pub fn paint_grid(list: &mut PaintList, viewport: &Viewport, size_on_screen: Size) {
    let mut spacing = GRID;
    while spacing * viewport.zoom < 16.0 {
        spacing *= 4.0;
    }
    let spacing_px = spacing * viewport.zoom;
    let begun_at = list.commands.len();
    list.push(PaintCommand::Begin(Ink::Grid));
    let mut y = viewport.y.rem_euclid(spacing_px);
    while y < size_on_screen.h {
        let mut x = viewport.x.rem_euclid(spacing_px);
        while x < size_on_screen.w {
            list.push(PaintCommand::Box(Rect { x, y, w: 1.0, h: 1.0 }));
            x += spacing_px;
        }
        y += spacing_px;
    }
    list.end_path(begun_at, PaintCommand::Fill);
}

/// The viewport of a minimap of this size.
pub fn minimap_viewport(scene: &Scene, size_on_screen: Size) -> Viewport {
    let Some(bounds) = scene.bounds() else { return Viewport::default() };
    let zoom = (size_on_screen.w / (bounds.w + 400.0)).min(size_on_screen.h / (bounds.h + 400.0)).min(0.25);
    let middle = bounds.center();
    // Not limited as the canvas's zoom is: all has to fit.
    Viewport { x: size_on_screen.w / 2.0 - middle.x * zoom, y: size_on_screen.h / 2.0 - middle.y * zoom, zoom }
}

/// Paints all routines and the frame around what the canvas shows.
pub fn paint_minimap(list: &mut PaintList, scene: &Scene, looks: &Looks, minimap: &Viewport, shown_in_canvas: Rect) {
    for status in Status::ALL {
        let begun_at = list.commands.len();
        list.push(PaintCommand::Begin(Ink::Node(status)));
        for (number, node) in scene.nodes.iter().enumerate() {
            if looks.node(number as u32).status == status {
                let rect = minimap.screen_rect(node.rect);
                list.push(PaintCommand::Box(Rect { w: rect.w.max(1.5), h: rect.h.max(1.5), ..rect }));
            }
        }
        list.end_path(begun_at, PaintCommand::Fill);
    }
    list.push(PaintCommand::Begin(Ink::MinimapFrame));
    list.push(PaintCommand::Box(minimap.screen_rect(shown_in_canvas)));
    list.push(PaintCommand::Stroke(1.5));
}

/// The canvas point under a press on the minimap.
pub fn canvas_from_minimap(minimap: &Viewport, point_on_minimap: Point) -> Point {
    minimap.canvas_from_screen(point_on_minimap)
}

#[cfg(test)]
mod tests;
