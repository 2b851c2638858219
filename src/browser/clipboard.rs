//! Text to and from the clipboard.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Writes a text and tells whether that worked.
pub fn write(text: &str, done: impl FnOnce(bool) + 'static) {
    let Some(window) = web_sys::window() else { return done(false) };
    let clipboard = window.navigator().clipboard();
    // It is missing on pages that did not come over a safe connection.
    if clipboard.is_undefined() {
        return done(false);
    }
    let done = Rc::new(Cell::new(Some(done)));
    let answer = |worked: bool| {
        let done = Rc::clone(&done);
        Closure::once(move |_: JsValue| {
            if let Some(done) = done.take() {
                done(worked);
            }
        })
    };
    let (written, refused) = (answer(true), answer(false));
    drop(clipboard.write_text(text).then2(&written, &refused));
    // Exactly one of them is called, once: they give themselves back.
    written.forget();
    refused.forget();
}

/// The text of a paste event.
pub fn pasted_text(event: &web_sys::Event) -> Option<String> {
    data_transfer(event)?.get_data("text/plain").ok().filter(|text| !text.is_empty())
}

/// Puts a text into a copy or cut event.
pub fn put_text(event: &web_sys::Event, text: &str) -> bool {
    let put = data_transfer(event).is_some_and(|data| data.set_data("text/plain", text).is_ok());
    if put {
        event.prevent_default();
    }
    put
}

/// Whether some text of the page is selected: then copying is about that text.
pub fn has_text_selection() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

fn data_transfer(event: &web_sys::Event) -> Option<web_sys::DataTransfer> {
    event.dyn_ref::<web_sys::ClipboardEvent>()?.clipboard_data()
}
