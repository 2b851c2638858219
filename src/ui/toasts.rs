//! Short messages for eyes and for screen readers.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use super::store::{Store, Toast, use_store};
use super::widgets::icon;

const TOASTS_MAX: usize = 4;
const SHOWN_MS: u64 = 3_000;
const BAD_SHOWN_MS: u64 = 7_000;

impl Store {
    /// Tells something by eye and ear.
    pub fn tell(&self, text: &str) {
        self.toast(text, false);
    }

    /// Tells what failed.
    pub fn complain(&self, text: &str) {
        self.toast(text, true);
    }

    /// Tells screen readers.
    pub fn say(&self, text: &str) {
        // The same text twice would not be read again: an invisible difference makes it new.
        let again = self.notices.spoken.with_untracked(|now| now == text);
        self.notices.spoken.set(if again { format!("{text}\u{a0}") } else { text.to_owned() });
    }

    fn toast(&self, text: &str, is_bad: bool) {
        let store = *self;
        self.say(text);
        let Some(id) = self.notices.next.try_update_value(|next| {
            *next += 1;
            *next
        }) else {
            return;
        };
        self.notices.toasts.update(|toasts| {
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast { id, text: text.to_owned(), is_bad });
            if toasts.len() > TOASTS_MAX {
                toasts.remove(0);
            }
        });
        let shown = if is_bad { BAD_SHOWN_MS } else { SHOWN_MS };
        set_timeout(move || store.drop_toast(id), Duration::from_millis(shown));
    }

    fn drop_toast(&self, id: u64) {
        self.notices.toasts.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// The toasts, and the page's one polite live region.
#[component]
pub fn Toasts() -> impl IntoView {
    let store = use_store();
    view! {
        <div class="fx-unseen" role="status" aria-live="polite">{dynamic(move || store.notices.spoken.get())}</div>
        <div class="fx-toasts">
            <For each=move || store.notices.toasts.get() key=|toast| toast.id children=move |toast| {
                let id = toast.id;
                view! {
                    <div class="fx-toast" class=("fx-toast--bad", toast.is_bad) on:click=move |_| store.drop_toast(id)>
                        {icon(if toast.is_bad { "error" } else { "info" })}
                        <span>{toast.text}</span>
                    </div>
                }
            } />
        </div>
    }
    .into_any()
}
