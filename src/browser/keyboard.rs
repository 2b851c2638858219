//! What was pressed, and whether somebody is typing.

use wasm_bindgen::JsCast;

/// One press of a key.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct KeyPress {
    /// The key's meaning: `a`, `Enter`, `ArrowLeft`.
    pub key: String,
    /// Ctrl, or ⌘ on a Mac.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// It comes from a key that is held.
    pub repeat: bool,
}

/// What was pressed.
pub fn key_press(event: &web_sys::KeyboardEvent) -> KeyPress {
    KeyPress {
        key: event.key(),
        ctrl: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        repeat: event.repeat(),
    }
}

/// Whether the event belongs to a field that takes text: no shortcut may act then.
pub fn is_typing(event: &web_sys::Event) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return false;
    };
    let kind = element.get_attribute("type").unwrap_or_default();
    match element.tag_name().to_ascii_lowercase().as_str() {
        "textarea" | "select" => true,
        "input" => !matches!(kind.as_str(), "checkbox" | "radio" | "button" | "range"),
        _ => element.closest("[contenteditable=true]").ok().flatten().is_some(),
    }
}

/// Whether the event comes from inside an element that matches a selector.
pub fn is_inside(event: &web_sys::Event, selector: &str) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.and_then(|element| element.closest(selector).ok().flatten()).is_some()
}

/// The text field that an event comes from.
pub fn input_of(event: &web_sys::Event) -> Option<web_sys::HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// Writes a text into the field that a selector finds, and puts the caret at a place in UTF-16 units.
pub fn set_text(selector: &str, text: &str, caret: usize) {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector(selector).ok().flatten());
    let Some(input) = found.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return };
    input.set_value(text);
    let caret = u32::try_from(caret).unwrap_or(u32::MAX);
    // Fails only for fields that hold no text.
    drop(input.set_selection_range(caret, caret));
}
