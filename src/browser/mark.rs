//! Marks the elements that a row of a list is about, while somebody points at the row.

const NAME: &str = "data-lit";

/// Marks all elements that match a selector, and no others any more.
pub fn light(selector: Option<&str>) {
    each(&format!("[{NAME}]"), |element| drop(element.remove_attribute(NAME)));
    if let Some(selector) = selector {
        // Fails only for names that are no attribute names.
        each(selector, |element| drop(element.set_attribute(NAME, "")));
    }
}

fn each(selector: &str, act: impl Fn(&web_sys::Element)) {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    let Some(found) = document.and_then(|document| document.query_selector_all(selector).ok()) else { return };
    for index in 0..found.length() {
        if let Some(element) = found.item(index).and_then(|node| node.dyn_into().ok()) {
            act(&element);
        }
    }
}
