//! The page's address: options in the query, a flow in the fragment.

/// The address of a file next to the page.
pub fn resolve(file: &str) -> Option<String> {
    let base = web_sys::window()?.document()?.base_uri().ok().flatten()?;
    web_sys::Url::new_with_base(file, &base).ok().map(|url| url.href())
}

/// The fragment without its `#`, empty if there is none.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Puts a fragment into the address bar, without a new entry in the history.
pub fn replace_fragment(fragment: &str) {
    let address = with_fragment(fragment);
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Fails in sandboxed frames, where nobody sees the address.
        drop(history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address)));
    }
}

/// This page's address with another fragment.
pub fn with_fragment(fragment: &str) -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    if fragment.is_empty() { page.to_owned() } else { format!("{page}#{fragment}") }
}

/// An option of the query: `None` if it is not there, empty if it has no value.
pub fn option(name: &str) -> Option<String> {
    let query = web_sys::window()?.location().search().ok()?;
    query.trim_start_matches('?').split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| js_sys::decode_uri_component(value).map_or_else(|_| value.to_owned(), String::from))
    })
}
