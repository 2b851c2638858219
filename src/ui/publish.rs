//! One frame: publish what changed, look up what is near, paint. And the viewport, which only frames read.

use leptos::prelude::*;

use crate::browser::canvas2d::Painter;
use crate::browser::wall_clock;
use crate::flow::model::{Point, Size};
use crate::view::canvas::edge_path::EdgePath;
use crate::view::canvas::geometry::Side;
use crate::view::canvas::lit;
use crate::view::canvas::paint::{self, Emphasis, PaintList};
use crate::view::canvas::paint_nodes;
use crate::view::canvas::scene::{Lod, Visible};
use crate::view::canvas::viewport::{Rect, Viewport};

use super::store::Store;

/// Padding around a flow that is fitted, in pixels.
const FIT_PADDING: f64 = 56.0;
/// A flow opens no smaller than this, so that its names can be read.
const READABLE_ZOOM: f64 = 0.6;
/// How far the viewport may move before what is near is looked up again, in pixels.
const CULL_STEP: f64 = 96.0;

/// In a large flow nothing is looked up, built or dropped while the canvas moves, but so long after it.
const SETTLE_MS: f64 = 120.0;

/// What is painted on: one canvas for what rests most of the time, and above it one for what moves in every frame.
pub struct Painters {
    /// The grid, the wires, and routines from afar.
    pub wires: Painter,
    /// The tokens, and the wire that is being drawn.
    pub tokens: Painter,
}

/// What is kept from frame to frame.
#[derive(Default)]
pub struct Frame {
    wires: PaintList,
    tokens: PaintList,
    visible: Visible,
    culled_at: Option<Viewport>,
    seen: Option<Viewport>,
    moved_ms: f64,
}

impl Frame {
    /// Shows the moment. True: something still moves.
    pub fn show(&mut self, store: &Store, painters: &mut Painters) -> bool {
        let now = wall_clock::now_ms();
        store.publish_run();
        let viewport = store.viewport_now();
        let size = store.canvas.size.get_untracked();
        if self.seen != Some(viewport) {
            self.seen = Some(viewport);
            self.moved_ms = now;
        }
        let is_stale = store.canvas.is_stale.try_update_value(std::mem::take).unwrap_or_default();
        let has_moved = self.has_moved_away(&viewport);
        let is_settled = now - self.moved_ms > SETTLE_MS || !store.is_large();
        if is_stale || (has_moved && is_settled) {
            store.refresh_rows(is_stale);
            self.culled_at = Some(viewport);
        }
        self.paint(store, &viewport, size, now);
        painters.wires.paint(&mut self.wires, size.w, size.h);
        painters.tokens.paint(&mut self.tokens, size.w, size.h);
        let is_waiting = has_moved && !is_settled;
        is_waiting || store.run.mirror.try_with_value(|mirror| !mirror.tokens.is_idle()).unwrap_or_default()
    }

    fn has_moved_away(&self, viewport: &Viewport) -> bool {
        self.culled_at.is_none_or(|at| {
            at.zoom != viewport.zoom || (at.x - viewport.x).abs() > CULL_STEP || (at.y - viewport.y).abs() > CULL_STEP
        })
    }

    fn paint(&mut self, store: &Store, viewport: &Viewport, size: Size, now: f64) {
        self.wires.clear();
        self.tokens.clear();
        let (list, visible) = (&mut self.wires, &mut self.visible);
        let above = &mut self.tokens;
        let hovered = store.canvas.hovered_edge.get_untracked();
        let is_large = store.is_large();
        let lit = store.run.lit.get_untracked();
        store.canvas.scene.with_value(|scene| {
            scene.visible_into(visible, viewport, size);
            paint_nodes::paint_grid(list, viewport, size);
            store.run.mirror.try_update_value(|mirror| {
                mirror.tokens.advance(now);
                let looks = &mut mirror.looks;
                for &edge in &visible.edges {
                    let Some(look) = looks.edges.get_mut(edge as usize) else { continue };
                    let is_hovered = hovered == Some(edge as usize);
                    // These two come and go with frames; the others are set when they change.
                    if look.emphasis <= Emphasis::Hovered {
                        look.emphasis = if is_hovered {
                            Emphasis::Hovered
                        } else if mirror.tokens.is_active(edge) {
                            Emphasis::Active
                        } else {
                            lit::emphasis(&lit, lit.connection(edge as usize))
                        };
                    }
                }
                if visible.lod == Lod::Near {
                    // The dots are elements here: the painted ones would lie under them.
                    let kept: Vec<_> = visible
                        .edges
                        .iter()
                        .filter_map(|&edge| {
                            let look = looks.edges.get_mut(edge as usize)?;
                            Some((edge, std::mem::take(&mut look.breakpoint)))
                        })
                        .collect();
                    paint::paint_wires(list, scene, visible, looks, viewport);
                    for (edge, breakpoint) in kept {
                        if let Some(look) = looks.edges.get_mut(edge as usize) {
                            look.breakpoint = breakpoint;
                        }
                    }
                } else {
                    paint::paint_wires(list, scene, visible, looks, viewport);
                }
                paint_nodes::paint_far_nodes(list, scene, visible, looks, viewport);
                if visible.lod == Lod::Near && is_large {
                    // What has come into view is painted until its element is there.
                    let missing = store.canvas.node_rows.with_value(|rows| {
                        let is_missing = |number: &u32| !rows.contains_key(&scene.nodes[*number as usize].id);
                        visible.nodes.iter().copied().filter(is_missing).collect()
                    });
                    let missing = Visible { nodes: missing, lod: Lod::Far, ..Visible::default() };
                    paint_nodes::paint_far_nodes(list, scene, &missing, looks, viewport);
                }
                mirror.tokens.paint(above, scene, visible, viewport);
            });
            if let Some(path) = store.draft_path(scene) {
                paint::paint_draft(above, &path, viewport);
            }
        });
    }
}

impl Store {
    /// The viewport, without subscribing to it.
    pub fn viewport_now(&self) -> Viewport {
        self.canvas.viewport.try_get_untracked().unwrap_or_default()
    }

    /// Shows another part of the canvas.
    pub fn set_viewport(&self, viewport: Viewport) {
        if self.viewport_now() != viewport {
            self.canvas.viewport.set(viewport);
            // A popover stands at a place of the flow: it goes when that place moves.
            if self.panels.float.with_untracked(Option::is_some) {
                self.panels.float.set(None);
            }
            self.keep_later();
            self.repaint();
        }
    }

    /// Shows the whole flow.
    pub fn fit(&self) {
        let bounds = self.canvas.scene.with_value(|scene| scene.bounds());
        self.fit_rect(bounds);
    }

    /// Shows the whole flow if it can be read then, else its start at a size that can.
    pub fn fit_start(&self) {
        let bounds = self.canvas.scene.with_value(|scene| scene.bounds());
        if bounds.is_none() {
            return self.set_viewport(Viewport::default());
        }
        self.fit();
        let viewport = self.viewport_now();
        if let Some(bounds) = bounds.filter(|_| viewport.zoom < READABLE_ZOOM) {
            let size = self.canvas.size.get_untracked();
            let middle = Point { x: bounds.x, y: bounds.center().y };
            let shown = Viewport::centred(middle, size, READABLE_ZOOM);
            self.set_viewport(Viewport { x: 24.0 - bounds.x * READABLE_ZOOM, ..shown });
        }
    }

    /// Shows the selected routines, or the whole flow.
    pub fn fit_selection(&self) {
        let selection = self.document.selection.get_untracked();
        let bounds = self.canvas.scene.with_value(|scene| {
            let numbers: Vec<u32> = selection.routines.iter().filter_map(|id| scene.number(id)).collect();
            scene.bounds_of(&numbers).or_else(|| scene.bounds())
        });
        self.fit_rect(bounds);
    }

    fn fit_rect(&self, bounds: Option<Rect>) {
        let size = self.canvas.size.get_untracked();
        if let Some(bounds) = bounds.filter(|_| size.w > 0.0) {
            let padding = FIT_PADDING.min(size.w / 8.0);
            self.set_viewport(Viewport::fit(bounds, size, padding));
        }
    }

    /// Zooms about the middle of the canvas.
    pub fn zoom_by(&self, factor: f64) {
        let viewport = self.viewport_now();
        self.set_viewport(viewport.zoom_about(self.middle_of_canvas(), factor));
    }

    /// Zooms to 100 %.
    pub fn zoom_reset(&self) {
        let viewport = self.viewport_now();
        self.set_viewport(viewport.with_zoom_about(self.middle_of_canvas(), 1.0));
    }

    /// The middle of the canvas on the screen.
    pub fn middle_of_canvas(&self) -> Point {
        let size = self.canvas.size.get_untracked();
        Point { x: size.w / 2.0, y: size.h / 2.0 }
    }

    /// The connection under the pointer.
    pub fn hover_edge(&self, edge: Option<usize>) {
        if self.canvas.hovered_edge.try_get_untracked() != Some(edge) {
            self.canvas.hovered_edge.set(edge);
            self.repaint();
        }
    }

    /// The drawn connection ends here, on the screen.
    pub fn draft_to(&self, at: Point) {
        let at = self.viewport_now().canvas_from_screen(at);
        self.canvas.draft_end.set_value(at);
        self.repaint();
    }

    /// Gives up drawing a connection.
    pub fn stop_connecting(&self) {
        if self.canvas.connecting.get_untracked().is_some() {
            self.canvas.connecting.set(None);
            self.canvas.snap.set(None);
            self.canvas.cursor.set("");
            self.repaint();
        }
    }

    fn draft_path(&self, scene: &crate::view::canvas::scene::Scene) -> Option<EdgePath> {
        let origin = self.canvas.connecting.get_untracked()?;
        let start = scene.nodes.get(origin.node as usize)?.anchor(origin.side, origin.index as usize);
        let snapped = self
            .canvas
            .snap
            .get_untracked()
            .and_then(|port| Some(scene.nodes.get(port.node as usize)?.anchor(port.side, port.index as usize)));
        let end = snapped.unwrap_or_else(|| self.canvas.draft_end.get_value());
        Some(match origin.side {
            Side::Event => EdgePath::draft(start, end),
            Side::Slot => EdgePath::draft(end, start),
        })
    }
}
