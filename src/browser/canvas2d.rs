//! Paints display lists on a 2D canvas, in the theme's colours, sharp on every screen.

use wasm_bindgen::JsCast;

use crate::view::canvas::paint::{Ink, PaintCommand, PaintList};
use crate::view::jobs::COLOURS;
use crate::view::run_view::Status;

/// A painter of one canvas element.
pub struct Painter {
    canvas: web_sys::HtmlCanvasElement,
    context: web_sys::CanvasRenderingContext2d,
    colours: Colours,
    font: String,
    size: (f64, f64, f64),
    /// What the canvas shows.
    shown: PaintList,
    /// It has to be painted again whatever the next list says.
    is_stale: bool,
}

impl Painter {
    /// A painter, unless the browser has no 2D canvas.
    pub fn new(canvas: web_sys::HtmlCanvasElement) -> Option<Self> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let (colours, font) = (Colours::default(), "sans-serif".into());
        let mut painter =
            Self { canvas, context, colours, font, size: (0.0, 0.0, 0.0), shown: PaintList::default(), is_stale: true };
        painter.read_theme();
        Some(painter)
    }

    /// Reads the colours again: the theme changed.
    pub fn read_theme(&mut self) {
        let Some(style) = web_sys::window().and_then(|window| window.get_computed_style(&self.canvas).ok().flatten())
        else {
            return;
        };
        self.is_stale = true;
        let read = |name: &str| {
            let colour = style.get_property_value(name).unwrap_or_default();
            let colour = colour.trim();
            if colour.is_empty() { "gray".to_owned() } else { colour.to_owned() }
        };
        self.font = read("--fx-font");
        self.colours = Colours {
            grid: read("--fx-grid"),
            wire: read("--fx-wire"),
            soft: read("--fx-wire-soft"),
            strong: read("--fx-wire-strong"),
            token: read("--fx-token"),
            hit: read("--fx-hit"),
            stop: read("--fx-break"),
            log: read("--fx-log"),
            monitor: read("--fx-monitor"),
            warn: read("--fx-warn"),
            bad: read("--fx-bad"),
            good: read("--fx-good"),
            active: read("--fx-active"),
            skip: read("--fx-skip"),
            far: read("--fx-node-far"),
            line: read("--fx-node-line"),
            text: read("--fx-text"),
            faint: read("--fx-text-faint"),
            panel: read("--fx-raised"),
            accent_soft: read("--fx-accent-soft"),
            good_soft: read("--fx-good-soft"),
            warn_soft: read("--fx-warn-soft"),
            bad_soft: read("--fx-bad-soft"),
            jobs: std::array::from_fn(|index| read(&format!("--fx-job-{index}"))),
        };
    }

    /// Shows a list on the canvas, `width` by `height` CSS pixels large. Where it shows that already nothing is painted: to
    /// stroke some hundred wires takes most of a frame without a graphics processor. Takes the list, and leaves an older one
    /// for its memory.
    pub fn paint(&mut self, list: &mut PaintList, width: f64, height: f64) {
        let ratio = super::measure::pixel_ratio();
        if self.size != (width, height, ratio) {
            self.size = (width, height, ratio);
            self.is_stale = true;
            // Setting the size clears the canvas and its state, so it is done only when it changes.
            self.canvas.set_width((width * ratio).round() as u32);
            self.canvas.set_height((height * ratio).round() as u32);
        }
        if !std::mem::take(&mut self.is_stale) && self.shown == *list {
            return;
        }
        std::mem::swap(&mut self.shown, list);
        let context = &self.context;
        // Fails only for numbers that are not finite.
        drop(context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0));
        context.clear_rect(0.0, 0.0, width, height);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_text_baseline("middle");
        for command in &self.shown.commands {
            self.obey(command);
        }
    }

    fn obey(&self, command: &PaintCommand) {
        let context = &self.context;
        match *command {
            PaintCommand::Begin(ink) => {
                let (stroke, fill) = self.colours.of(ink);
                context.begin_path();
                context.set_stroke_style_str(stroke);
                context.set_fill_style_str(fill);
                context.set_global_alpha(if ink == Ink::SelectionFill { 0.4 } else { 1.0 });
            }
            PaintCommand::MoveTo(x, y) => context.move_to(x, y),
            PaintCommand::LineTo(x, y) => context.line_to(x, y),
            PaintCommand::CurveTo([ax, ay, bx, by, x, y]) => context.bezier_curve_to(ax, ay, bx, by, x, y),
            PaintCommand::Box(rect) => context.rect(rect.x, rect.y, rect.w, rect.h),
            PaintCommand::RoundBox(rect, radius) => {
                // Fails only for negative radii.
                drop(context.round_rect_with_f64(rect.x, rect.y, rect.w, rect.h, radius));
            }
            PaintCommand::Dot(x, y, radius) => {
                context.move_to(x + radius, y);
                drop(context.arc(x, y, radius, 0.0, std::f64::consts::TAU));
            }
            PaintCommand::Stroke(width) => {
                context.set_line_width(width);
                context.stroke();
            }
            PaintCommand::StrokeDashed(width) => {
                context.set_line_width(width);
                self.set_dash(&[6.0, 5.0]);
                context.stroke();
                self.set_dash(&[]);
            }
            PaintCommand::Fill => context.fill(),
            PaintCommand::Text(text) => {
                context.set_font(&format!("600 {}px {}", text.size_px, self.font));
                context.set_text_align(if text.is_centred { "center" } else { "left" });
                drop(context.fill_text(self.shown.text_of(&text), text.x, text.y));
            }
        }
    }

    fn set_dash(&self, lengths: &[f64]) {
        let dash: js_sys::Array = lengths.iter().map(|length| wasm_bindgen::JsValue::from_f64(*length)).collect();
        drop(self.context.set_line_dash(&dash));
    }
}

/// The theme's colours that the canvas uses.
#[derive(Default)]
struct Colours {
    grid: String,
    wire: String,
    soft: String,
    strong: String,
    token: String,
    hit: String,
    stop: String,
    log: String,
    monitor: String,
    warn: String,
    bad: String,
    good: String,
    active: String,
    skip: String,
    far: String,
    line: String,
    text: String,
    faint: String,
    panel: String,
    accent_soft: String,
    good_soft: String,
    warn_soft: String,
    bad_soft: String,
    jobs: [String; COLOURS],
}

impl Colours {
    /// The colours of lines and of surfaces.
    fn of(&self, ink: Ink) -> (&str, &str) {
        let one: &str = match ink {
            Ink::Grid => &self.grid,
            Ink::Wire => &self.wire,
            Ink::WireFaded => &self.soft,
            Ink::WireActive | Ink::Token => &self.token,
            Ink::TokenOf(colour) => &self.jobs[colour % COLOURS],
            Ink::WireCause => &self.skip,
            Ink::WireEffect
            | Ink::WireHovered
            | Ink::WireSelected
            | Ink::WireDraft
            | Ink::NodeSelected
            | Ink::SelectionBorder
            | Ink::MinimapFrame
            | Ink::BreakpointHint => &self.strong,
            Ink::WireHit | Ink::NodeHit => &self.hit,
            Ink::WireInvalid => &self.bad,
            Ink::BreakpointEnabled | Ink::BreakpointHit => &self.stop,
            Ink::BreakpointDisabled => &self.faint,
            Ink::BreakpointInvalid => &self.warn,
            Ink::BreakpointLog => &self.log,
            Ink::BreakpointMonitor => &self.monitor,
            Ink::Node(status) => self.of_box(status),
            Ink::NodeBorder => &self.line,
            Ink::NodeTitle | Ink::TokenLabel => &self.text,
            Ink::NodeStatus(status) => self.of_status(status),
            Ink::TokenLabelBox => &self.panel,
            Ink::SelectionFill => &self.accent_soft,
        };
        (one, one)
    }

    fn of_box(&self, status: Status) -> &str {
        match status {
            Status::Pending | Status::Skipped => &self.far,
            Status::Running => &self.accent_soft,
            Status::Waiting | Status::Retrying => &self.warn_soft,
            Status::Completed => &self.good_soft,
            Status::Failed | Status::ErrorContinued => &self.bad_soft,
        }
    }

    fn of_status(&self, status: Status) -> &str {
        match status {
            Status::Pending => &self.faint,
            Status::Running => &self.active,
            Status::Waiting | Status::Retrying => &self.warn,
            Status::Completed => &self.good,
            Status::Failed | Status::ErrorContinued => &self.bad,
            Status::Skipped => &self.skip,
        }
    }
}
