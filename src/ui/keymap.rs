//! From keys to actions, and how keys are written for people.

use crate::browser::keyboard::KeyPress;

use super::action::{Action, Reach, TABLE};

/// Where a key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// In a field that takes text.
    pub is_typing: bool,
    /// On the canvas or nowhere.
    pub is_canvas: bool,
    /// On a button, which Enter and Space press.
    pub is_button: bool,
    /// Keys without Ctrl or Alt act.
    pub has_single_keys: bool,
}

/// The action of a key there.
pub fn action_for(press: &KeyPress, place: Place) -> Option<Action> {
    let (entry, key) = TABLE.iter().find_map(|entry| {
        let key = entry.keys.iter().find(|key| matches(key, press))?;
        Some((entry, *key))
    })?;
    let is_single = !press.ctrl && !press.alt && key.trim_start_matches("Shift+").chars().count() == 1;
    if entry.reach == Reach::Canvas && (!place.is_canvas || place.is_typing) && key != "Ctrl+Enter" {
        return None;
    }
    if place.is_typing && (is_single || matches!(entry.action, Action::Undo | Action::Redo)) {
        return None;
    }
    if is_single && !place.has_single_keys {
        return None;
    }
    if place.is_button && matches!(key, "Space" | "Enter") {
        return None;
    }
    Some(entry.action)
}

fn matches(key: &str, press: &KeyPress) -> bool {
    let mut rest = key;
    let (mut ctrl, mut shift, mut alt) = (false, false, false);
    while let Some((modifier, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
        match modifier {
            "Ctrl" => ctrl = true,
            "Shift" => shift = true,
            "Alt" => alt = true,
            _ => return false,
        }
        rest = after;
    }
    let pressed = if press.key == " " { "Space" } else { press.key.as_str() };
    // Signs such as `?` and `+` need Shift on some keyboards and not on others.
    let is_sign = rest.chars().count() == 1 && !rest.chars().all(char::is_alphanumeric);
    pressed.eq_ignore_ascii_case(rest) && press.ctrl == ctrl && press.alt == alt && (is_sign || press.shift == shift)
}

/// A key as people read it.
pub fn shown(key: &str) -> String {
    key.replace("ArrowLeft", "←").replace("Escape", "Esc").replace("Delete", "Del")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Place = Place { is_typing: false, is_canvas: true, is_button: false, has_single_keys: true };

    fn press(key: &str) -> KeyPress {
        KeyPress { key: key.into(), ..KeyPress::default() }
    }

    #[test]
    fn no_key_is_taken_while_somebody_types() {
        let typing = Place { is_typing: true, is_canvas: false, ..CANVAS };
        for key in [".", ",", "/", " ", "Delete", "Backspace", "?", "b", "1"] {
            assert_eq!(action_for(&press(key), typing), None, "{key}");
        }
        assert_eq!(action_for(&press("F8"), typing), Some(Action::Continue));
    }

    #[test]
    fn keys_find_their_actions_on_the_canvas() {
        assert_eq!(action_for(&press(" "), CANVAS), Some(Action::Run));
        assert_eq!(action_for(&press("."), CANVAS), Some(Action::Step));
        assert_eq!(action_for(&KeyPress { ctrl: true, ..press("z") }, CANVAS), Some(Action::Undo));
        assert_eq!(action_for(&KeyPress { ctrl: true, shift: true, ..press("Z") }, CANVAS), Some(Action::Redo));
        assert_eq!(action_for(&KeyPress { shift: true, ..press("?") }, CANVAS), Some(Action::Help));
        assert_eq!(action_for(&KeyPress { shift: true, ..press("+") }, CANVAS), Some(Action::ZoomIn));
    }
}
