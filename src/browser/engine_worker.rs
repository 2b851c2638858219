//! The engine in its Web Worker: JSON texts go in and come out, and its death is told.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Where the build puts the worker's loader, next to the page.
const LOADER: &str = "worker_loader.js";

/// A running worker. Dropping it ends it.
pub struct EngineWorker {
    worker: web_sys::Worker,
    _on_message: Closure<dyn Fn(web_sys::MessageEvent)>,
    _on_error: Closure<dyn Fn(web_sys::Event)>,
}

impl EngineWorker {
    /// Starts a worker.
    ///
    /// # Errors
    /// Why the browser refuses.
    pub fn spawn(on_message: impl Fn(String) + 'static, on_death: impl Fn(String) + 'static) -> Result<Self, String> {
        // Relative to the document, so that the page works in any folder.
        let address = super::url::resolve(LOADER).ok_or("the page's address is unknown")?;
        let worker = web_sys::Worker::new(&address).map_err(|err| describe(&err))?;
        let on_message = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            if let Some(text) = event.data().as_string() {
                on_message(text);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
            // A script that cannot be fetched gives a plain event without a message.
            let message = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message);
            on_death(message.filter(|text| !text.is_empty()).unwrap_or_else(|| "it could not be loaded".into()));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a text. False: the browser could not.
    pub fn send(&self, text: &str) -> bool {
        self.worker.post_message(&JsValue::from_str(text)).is_ok()
    }
}

impl Drop for EngineWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn describe(err: &JsValue) -> String {
    let message = js_sys::Reflect::get(err, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| "the browser refuses workers".into())
}
