//! What the browser keeps between visits; memory takes its place where it is forbidden or full.

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static MEMORY: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// The text kept under a name.
pub fn read(name: &str) -> Option<String> {
    let kept = local_storage().and_then(|storage| storage.get_item(name).ok().flatten());
    kept.or_else(|| MEMORY.with_borrow(|memory| memory.get(name).cloned()))
}

/// Keeps a text under a name. False: only until the page is closed.
pub fn write(name: &str, text: &str) -> bool {
    let kept = local_storage().is_some_and(|storage| storage.set_item(name, text).is_ok());
    MEMORY.with_borrow_mut(|memory| {
        if kept {
            memory.remove(name);
        } else {
            memory.insert(name.to_owned(), text.to_owned());
        }
    });
    kept
}

/// Forgets a name.
pub fn remove(name: &str) {
    if let Some(storage) = local_storage() {
        // Fails only where nothing could be kept either.
        drop(storage.remove_item(name));
    }
    MEMORY.with_borrow_mut(|memory| memory.remove(name));
}

// Only asking for it throws in a sandboxed frame and with cookies blocked.
fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
