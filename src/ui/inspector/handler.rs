//! What happens to errors, of a routine or of the whole flow.

use leptos::prelude::*;

use crate::flow::model::{ErrorHandler, Strategy};
use crate::ui::field::{Look, number_field, select_field, text_field};
use crate::ui::store::Store;

/// The section of an error handler. `inherited` says what happens without one.
pub fn handler_section(
    _store: Store,
    handler: Option<ErrorHandler>,
    inherited: &'static str,
    set: impl Fn(Option<ErrorHandler>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let chosen = match handler.as_ref().map(|handler| handler.strategy) {
        None => "none",
        Some(Strategy::Stop) => "stop",
        Some(Strategy::Continue) => "continue",
        Some(Strategy::Skip) => "skip",
        Some(Strategy::Retry) => "retry",
    };
    let options = [
        ("none", inherited),
        ("stop", "Stop the job"),
        ("continue", "Go on"),
        ("skip", "Skip the routine"),
        ("retry", "Try again"),
    ]
    .map(|(value, text)| (value.to_owned(), text.to_owned()))
    .to_vec();
    let kept = StoredValue::new(handler.clone());
    let details =
        handler.filter(|handler| handler.strategy == Strategy::Retry).map(|handler| retry_fields(handler, set));
    view! {
        <section class="fx-section">
            {select_field("On error", options, chosen.to_owned(), move |value| {
                let strategy = match value.as_str() {
                    "stop" => Strategy::Stop,
                    "continue" => Strategy::Continue,
                    "skip" => Strategy::Skip,
                    "retry" => Strategy::Retry,
                    _ => return set(None),
                };
                let old = kept.get_value().unwrap_or_else(|| ErrorHandler::new(strategy));
                set(Some(ErrorHandler { strategy, ..old }));
            })}
            {details}
        </section>
    }
    .into_any()
}

fn retry_fields(handler: ErrorHandler, set: impl Fn(Option<ErrorHandler>) + Copy + Send + Sync + 'static) -> AnyView {
    let kept = StoredValue::new(handler.clone());
    let types = handler.retryable.clone().unwrap_or_default().join(", ");
    view! {
        {number_field("Retries", f64::from(handler.max_retries.unwrap_or(3)), 0.0, "", move |count| {
            set(Some(ErrorHandler { max_retries: Some(count.round() as u32), ..kept.get_value() }));
            true
        })}
        {number_field("First delay", handler.retry_delay.unwrap_or(1.0), 0.0, "Virtual seconds", move |seconds| {
            set(Some(ErrorHandler { retry_delay: Some(seconds), ..kept.get_value() }));
            true
        })}
        {number_field("Backoff", handler.retry_backoff.unwrap_or(2.0), 1.0, "Each further delay is so many times longer", move |factor| {
            set(Some(ErrorHandler { retry_backoff: Some(factor), ..kept.get_value() }));
            true
        })}
        {text_field("Only for", types, "Exception types with commas between them; empty means all", Look::Code, move |text| {
            let types: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
            set(Some(ErrorHandler { retryable: (!types.is_empty()).then_some(types), ..kept.get_value() }));
            Ok(())
        })}
    }
    .into_any()
}
