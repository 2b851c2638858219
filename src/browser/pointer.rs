//! Where pointers are and what they hold, in the coordinates of an element.

use wasm_bindgen::JsCast;

/// One event of a pointer.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PointerPress {
    /// Which pointer: two fingers have two.
    pub id: i32,
    /// From the element's left edge, in CSS pixels.
    pub x: f64,
    /// From the element's top edge, in CSS pixels.
    pub y: f64,
    /// Which button changed: 0 main, 1 middle, 2 right.
    pub button: i16,
    /// A finger, not a mouse or pen.
    pub is_touch: bool,
    /// Ctrl, or ⌘ on a Mac.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
}

/// A turn of the wheel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct WheelTurn {
    /// From the element's left edge.
    pub x: f64,
    /// From the element's top edge.
    pub y: f64,
    /// To the right, in CSS pixels.
    pub dx: f64,
    /// Down, in CSS pixels.
    pub dy: f64,
    /// Ctrl is held, or two fingers pinch a trackpad.
    pub zooms: bool,
}

/// What is under a pointer, read from the page hooks.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Under {
    /// The slot, as `routine.slot`.
    pub slot: Option<String>,
    /// The event, as `routine.event`.
    pub event: Option<String>,
    /// The routine.
    pub routine: Option<String>,
    /// The connection's key.
    pub connection: Option<String>,
    /// The mark of a breakpoint, or the place for one: `routine`, `error` or `port`.
    pub stop: Option<String>,
    /// A control that handles its own presses.
    pub is_control: bool,
}

/// The place of the first element that matches, on the canvas: left, top, width, height.
pub fn place_on_canvas(selector: &str) -> Option<[f64; 4]> {
    let canvas = canvas()?.get_bounding_client_rect();
    let element = web_sys::window()?.document()?.query_selector(selector).ok()??;
    let rect = element.get_bounding_client_rect();
    Some([rect.left() - canvas.left(), rect.top() - canvas.top(), rect.width(), rect.height()])
}

/// A pointer's event in the coordinates of the canvas around its target, or of the window.
pub fn press(event: &web_sys::PointerEvent) -> PointerPress {
    let (x, y) = on_canvas(event);
    PointerPress {
        id: event.pointer_id(),
        x,
        y,
        button: event.button(),
        is_touch: event.pointer_type() == "touch",
        ctrl: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
    }
}

/// The point of a mouse event in the coordinates of the canvas.
pub fn on_canvas(event: &web_sys::MouseEvent) -> (f64, f64) {
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    match canvas() {
        Some(canvas) => {
            let rect = canvas.get_bounding_client_rect();
            (x - rect.left(), y - rect.top())
        }
        None => (x, y),
    }
}

/// Whether a mouse event happened over the canvas.
pub fn is_over_canvas(event: &web_sys::MouseEvent) -> bool {
    let Some(rect) = canvas().map(|canvas| canvas.get_bounding_client_rect()) else { return false };
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    x >= rect.left() && x <= rect.right() && y >= rect.top() && y <= rect.bottom()
}

/// Keeps a pointer's events at the element that handles this event until the pointer is released.
pub fn capture(event: &web_sys::PointerEvent) {
    if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
        // Fails for pointers that are already gone.
        drop(element.set_pointer_capture(event.pointer_id()));
    }
}

/// A turn of the wheel.
pub fn wheel(event: &web_sys::WheelEvent) -> WheelTurn {
    let (x, y) = on_canvas(event);
    // Firefox counts lines for mice.
    let unit = if event.delta_mode() == web_sys::WheelEvent::DOM_DELTA_LINE { 16.0 } else { 1.0 };
    let (mut dx, mut dy) = (event.delta_x() * unit, event.delta_y() * unit);
    if event.shift_key() && dx == 0.0 {
        (dx, dy) = (dy, 0.0);
    }
    WheelTurn { x, y, dx, dy, zooms: event.ctrl_key() || event.meta_key() }
}

/// What an event's target is.
pub fn under(event: &web_sys::Event) -> Under {
    event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).map_or_else(Under::default, read)
}

/// What lies under a point of the window, whoever captured the pointer.
pub fn under_point(event: &web_sys::MouseEvent) -> Under {
    let document = web_sys::window().and_then(|window| window.document());
    let element =
        document.and_then(|document| document.element_from_point(event.client_x() as f32, event.client_y() as f32));
    element.map_or_else(Under::default, read)
}

fn read(element: web_sys::Element) -> Under {
    let nearest = |name: &str| {
        let found = element.closest(&format!("[{name}]")).ok().flatten()?;
        found.get_attribute(name)
    };
    Under {
        slot: nearest("data-slot"),
        event: nearest("data-event"),
        routine: nearest("data-routine"),
        connection: nearest("data-connection"),
        stop: nearest("data-stop"),
        is_control: element.closest("[data-control]").ok().flatten().is_some(),
    }
}

fn canvas() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.query_selector("[data-canvas]").ok()?
}
