//! The sizes of elements, told when they change.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Watches an element's size until it is dropped.
pub struct SizeWatch {
    observer: web_sys::ResizeObserver,
    _closure: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Calls back with width and height in CSS pixels: at once, because an observer reports a frame late and not at
    /// all in a hidden tab, and then at every change.
    pub fn new(element: &web_sys::Element, callback: impl Fn(f64, f64) + 'static) -> Option<Self> {
        let watched = element.clone();
        let report = move || callback(f64::from(watched.client_width()), f64::from(watched.client_height()));
        report();
        let closure = Closure::<dyn Fn()>::new(report);
        let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _closure: closure })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// How many device pixels one CSS pixel has.
pub fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(0.5, 4.0)
}

/// The place of an element in the window: left, top, width, height.
pub fn place(element: &web_sys::Element) -> [f64; 4] {
    let rect = element.get_bounding_client_rect();
    [rect.left(), rect.top(), rect.width(), rect.height()]
}
