//! Moves the keyboard's focus.

use wasm_bindgen::JsCast;

/// Focuses the first element that matches a selector. False: there is none.
pub fn focus(selector: &str) -> bool {
    find(selector).is_some_and(|element| element.focus().is_ok())
}

/// Answers a function that focuses the first element that matches, unless the focus has moved on by then: what the
/// person did meanwhile wins.
pub fn unless_moved(selector: String) -> impl FnOnce() {
    let active =
        || web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    let before = active();
    move || {
        if active() == before {
            focus(&selector);
        }
    }
}

/// Focuses the first field or button inside of an element.
pub fn focus_first_inside(selector: &str) -> bool {
    let inside = ["input", "select", "textarea", "button", "[tabindex]"]
        .map(|kind| format!("{selector} {kind}:not([disabled])"));
    focus(&inside.join(", "))
}

/// Selects the text of a field.
pub fn select_text(selector: &str) {
    if let Some(input) = find(selector).and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.select();
    }
}

/// The value of an attribute of the focused element or of the nearest one around it that has it.
pub fn focused_attribute(name: &str) -> Option<String> {
    let active = web_sys::window()?.document()?.active_element()?;
    active.closest(&format!("[{name}]")).ok()??.get_attribute(name)
}

/// The value of an attribute of the focused element itself, if the focus came by keyboard.
pub fn visibly_focused_attribute(name: &str) -> Option<String> {
    let active = web_sys::window()?.document()?.active_element()?;
    active.matches(":focus-visible").ok().filter(|is_visible| *is_visible)?;
    active.get_attribute(name)
}

/// Whether the focus is inside of an element that matches, or nowhere.
pub fn is_inside_or_nowhere(selector: &str) -> bool {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    active.is_none_or(|element| element.tag_name() == "BODY" || element.closest(selector).ok().flatten().is_some())
}

/// Remembers the focused element and answers a function that focuses it again.
pub fn keep() -> impl FnOnce() {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    let active = active.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    move || {
        if let Some(element) = active.filter(|element| element.is_connected()) {
            // An element that cannot take the focus leaves it where it is.
            drop(element.focus());
        }
    }
}

/// Moves the focus by some places among the elements that match, around the ends. Answers the new one's index.
pub fn step(selector: &str, by: i32) -> Option<usize> {
    let document = web_sys::window()?.document()?;
    let all = document.query_selector_all(selector).ok()?;
    let count = i32::try_from(all.length()).ok()?;
    if count == 0 {
        return None;
    }
    let active = document.active_element();
    let here = (0..count).find(|index| {
        let node = u32::try_from(*index).ok().and_then(|index| all.item(index));
        node.zip(active.as_ref()).is_some_and(|(node, active)| active.is_same_node(Some(&node)))
    });
    let next = here.map_or(if by < 0 { count - 1 } else { 0 }, |here| (here + by).rem_euclid(count));
    let next = u32::try_from(next).ok()?;
    let element = all.item(next)?.dyn_into::<web_sys::HtmlElement>().ok()?;
    element.focus().ok()?;
    usize::try_from(next).ok()
}

/// Scrolls an element into view.
pub fn reveal(selector: &str) {
    if let Some(element) = find(selector) {
        element.scroll_into_view_with_bool(false);
    }
}

/// Scrolls what is around an element by as little as brings it into view, but nothing further out.
pub fn reveal_inside(selector: &str) {
    let Some(element) = find(selector) else { return };
    let Some(around) = element.offset_parent().and_then(|around| around.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let (top, bottom) = (element.offset_top(), element.offset_top() + element.offset_height());
    let (shown_top, height) = (around.scroll_top(), around.client_height());
    if top < shown_top {
        around.set_scroll_top(top);
    } else if bottom > shown_top + height {
        around.set_scroll_top(bottom - height);
    }
}

/// Scrolls an element to its end.
pub fn scroll_to_end(selector: &str) {
    if let Some(element) = find(selector) {
        element.set_scroll_top(element.scroll_height());
    }
}

fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.query_selector(selector).ok()??.dyn_into().ok()
}
