//! The document's root element: the attributes that themes, tests and documentation read.

/// Sets an attribute of `<html>`, or removes it.
pub fn set_attribute(name: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    // Both fail only for names that are no attribute names.
    drop(match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    });
}

/// Sets the title of the tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Removes the placeholder that is shown until the program runs.
pub fn remove_placeholder(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.remove();
    }
}

/// Takes everything off the page.
pub fn empty() {
    if let Some(body) = document().and_then(|document| document.body()) {
        body.set_inner_html("");
    }
}

/// The text of `<script type="application/json" id="…">`, where a host page has put a flow.
pub fn embedded_text(id: &str) -> Option<String> {
    document()?.get_element_by_id(id)?.text_content()
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

fn root() -> Option<web_sys::Element> {
    document()?.document_element()
}
