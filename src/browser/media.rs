//! What the person's system asks for: dark colours, less motion, a coarse pointer.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    query_list(query).is_some_and(|list| list.matches())
}

/// Calls back whenever a media query starts or stops to hold, as long as the page is open.
pub fn on_change(query: &str, callback: impl Fn(bool) + 'static) {
    let Some(list) = query_list(query) else { return };
    let listener = {
        let list = list.clone();
        Closure::<dyn Fn()>::new(move || callback(list.matches()))
    };
    list.set_onchange(Some(listener.as_ref().unchecked_ref()));
    // The page listens until it is closed: there is nothing to give back earlier.
    listener.forget();
}

fn query_list(query: &str) -> Option<web_sys::MediaQueryList> {
    web_sys::window()?.match_media(query).ok().flatten()
}
