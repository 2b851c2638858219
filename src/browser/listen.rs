//! Listeners on the window, for as long as the page is open.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Calls back on every event of this name that reaches the window.
pub fn on_window<E: JsCast + 'static>(name: &str, callback: impl Fn(E) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let closure = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        callback(event.unchecked_into());
    });
    // Fails only for names that are no event names.
    drop(window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()));
    closure.forget();
}

/// Calls back on every key that is pressed anywhere.
pub fn on_key_down(callback: impl Fn(web_sys::KeyboardEvent) + 'static) {
    on_window("keydown", callback);
}

/// Calls back on every key that is released anywhere.
pub fn on_key_up(callback: impl Fn(web_sys::KeyboardEvent) + 'static) {
    on_window("keyup", callback);
}

/// Calls back on `copy`, `cut` or `paste` anywhere.
pub fn on_clipboard(name: &str, callback: impl Fn(web_sys::Event) + 'static) {
    on_window(name, callback);
}

/// Calls back when the page's fragment was changed by hand or by a link.
pub fn on_fragment_change(callback: impl Fn() + 'static) {
    on_window("hashchange", move |_: web_sys::Event| callback());
}

/// Calls back when the page is about to be hidden or closed: the last moment to keep something.
pub fn on_page_hide(callback: impl Fn() + 'static) {
    on_window("pagehide", move |_: web_sys::Event| callback());
}
