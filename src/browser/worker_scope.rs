//! The inside of the engine's worker: texts come in and go out, and a loop that lets messages through between its turns.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The worker's global scope, if this code runs in a worker.
fn scope() -> Option<web_sys::DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Writes panics to the console with their place: the page sees only that the worker died.
pub fn report_panics() {
    console_error_panic_hook::set_once();
}

/// Calls back for every text that the page sends, for as long as the worker lives.
pub fn on_text(receive: impl Fn(&str) + 'static) {
    let listener = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        if let Some(text) = event.data().as_string() {
            receive(&text);
        }
    });
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    }
    // It listens until the worker ends, which frees all its memory.
    listener.forget();
}

/// Sends a text to the page. False: the browser could not.
pub fn send(text: &str) -> bool {
    scope().is_some_and(|scope| scope.post_message(&JsValue::from_str(text)).is_ok())
}

/// Milliseconds since the worker started.
pub fn now_ms() -> f64 {
    scope().and_then(|scope| scope.performance()).map_or(0.0, |performance| performance.now())
}

/// Bytes that memory grows ahead by: a quarter of what there is, but at least and at most so many.
#[cfg(target_arch = "wasm32")]
const ROOM: (usize, usize) = (8 << 20, 64 << 20);

/// Memory beyond this does not grow ahead: a page has 4 GiB at most.
#[cfg(target_arch = "wasm32")]
const MOST_AHEAD: usize = 1 << 30;

/// Grows the memory ahead if it has grown since this was asked last. A browser takes a millisecond and more for it, whether
/// it grows by one page of 64 KiB, as the allocator asks for, or by a thousand: a run that records grows all the time.
pub fn keep_room() {
    #[cfg(target_arch = "wasm32")]
    {
        const PAGE: usize = 1 << 16;
        thread_local! {
            static PAGES: Cell<usize> = const { Cell::new(0) };
        }
        let pages = core::arch::wasm32::memory_size::<0>();
        if PAGES.replace(pages) != pages && pages * PAGE < MOST_AHEAD {
            // What the allocator gets and is given back stays with it, at the end of the memory where new things go.
            let room = Vec::<u8>::with_capacity((pages * PAGE / 4).clamp(ROOM.0, ROOM.1));
            drop(std::hint::black_box(room));
            PAGES.set(core::arch::wasm32::memory_size::<0>());
        }
    }
}

/// Something that is to be called again and again, with the worker's messages let through in between.
///
/// A turn "at once" goes through a message channel: a timer of 0 ms is stretched to 4 ms by every browser after
/// a few turns, which would leave the engine idle most of the time. `cargo xtask bench` measures both.
pub struct Turns {
    sender: Option<web_sys::MessagePort>,
    _listener: Option<Closure<dyn Fn(web_sys::MessageEvent)>>,
    take: Rc<dyn Fn()>,
    timer: RefCell<Option<Timeout>>,
    is_due: Rc<Cell<bool>>,
}

impl Turns {
    /// Turns that call `take`.
    pub fn new(take: impl Fn() + 'static) -> Self {
        let take: Rc<dyn Fn()> = Rc::new(take);
        let is_due = Rc::new(Cell::new(false));
        let (on_message, due) = (take.clone(), is_due.clone());
        let listener = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |_| {
            if due.replace(false) {
                on_message();
            }
        });
        let channel = web_sys::MessageChannel::new().ok();
        if let Some(channel) = &channel {
            channel.port1().set_onmessage(Some(listener.as_ref().unchecked_ref()));
        }
        Self {
            sender: channel.map(|channel| channel.port2()),
            _listener: Some(listener),
            take,
            timer: RefCell::new(None),
            is_due,
        }
    }

    /// Calls after some milliseconds, at once if there are none. An earlier call that is still to come is replaced.
    pub fn schedule(&self, delay_ms: u32) {
        self.timer.replace(None);
        let sender = self.sender.as_ref().filter(|_| delay_ms == 0);
        if let Some(sender) = sender {
            if !self.is_due.replace(true) && sender.post_message(&JsValue::NULL).is_err() {
                self.is_due.set(false);
            }
            return;
        }
        self.is_due.set(false);
        let take = self.take.clone();
        self.timer.replace(Some(Timeout::new(delay_ms, move || take())));
    }

    /// Takes back a call that is still to come.
    pub fn cancel(&self) {
        self.timer.replace(None);
        self.is_due.set(false);
    }
}
