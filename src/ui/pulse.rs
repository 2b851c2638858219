//! When views of the whole record ask again: at once when the run is held, and now and then while it goes on.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::protocol::report::RunState;

use super::run_events::set_if_changed;
use super::store::Store;

/// How long views wait while the run goes on.
const EVERY: Duration = Duration::from_millis(200);

/// Lets the pulse beat. To be called once, by what is always on the page.
pub fn start_pulse(store: Store) {
    let is_waiting = StoredValue::new(false);
    Effect::new(move |_| {
        let state = store.run.state.get();
        store.run.at.track();
        store.run.steps.track();
        store.run.log_length.track();
        if state != RunState::Running {
            return beat(store);
        }
        if !is_waiting.get_value() {
            is_waiting.set_value(true);
            set_timeout(
                move || {
                    is_waiting.try_set_value(false);
                    beat(store);
                },
                EVERY,
            );
        }
    });
}

fn beat(store: Store) {
    let ids = store.run.mirror.try_with_value(|mirror| mirror.view.jobs.iter().map(|(id, _)| id.clone()).collect());
    if let Some(ids) = ids {
        set_if_changed(store.run.job_ids, Arc::<Vec<String>>::new(ids));
    }
    store.look_again();
}

impl Store {
    /// Views of the whole record ask again.
    pub fn look_again(&self) {
        self.run.pulse.try_update(|pulse| *pulse = pulse.wrapping_add(1));
    }
}
