//! One loop over animation frames: it runs while there is something to show and stops when there is not.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::wall_clock;

/// The longest time a frame may claim to have taken: a tab that was hidden goes on where it was.
const LONGEST_FRAME_MS: f64 = 100.0;

/// A handle to the loop; clones drive the same loop.
#[derive(Clone)]
pub struct FrameLoop(Rc<Inner>);

type OnFrame = Box<dyn FnMut(f64) -> bool>;

struct Inner {
    on_frame: RefCell<OnFrame>,
    // Kept for all frames: a closure for each frame would leak the one that is cancelled.
    closure: RefCell<Option<Closure<dyn FnMut()>>>,
    requested: Cell<bool>,
    last_ms: Cell<Option<f64>>,
}

impl FrameLoop {
    /// A loop that calls back once a frame with the milliseconds since the last one, 0 after a rest, and goes on
    /// as long as the callback answers true.
    pub fn new(on_frame: impl FnMut(f64) -> bool + 'static) -> Self {
        let inner = Rc::new(Inner {
            on_frame: RefCell::new(Box::new(on_frame)),
            closure: RefCell::new(None),
            requested: Cell::new(false),
            last_ms: Cell::new(None),
        });
        let weak = Rc::downgrade(&inner);
        let closure = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                FrameLoop(inner).frame();
            }
        });
        inner.closure.replace(Some(closure));
        Self(inner)
    }

    /// Asks for a frame; asking again before it comes changes nothing.
    pub fn request(&self) {
        if self.0.requested.get() {
            return;
        }
        let closure = self.0.closure.borrow();
        let Some((window, closure)) = web_sys::window().zip(closure.as_ref()) else { return };
        if window.request_animation_frame(closure.as_ref().unchecked_ref()).is_ok() {
            self.0.requested.set(true);
        }
    }

    fn frame(&self) {
        self.0.requested.set(false);
        let now = wall_clock::now_ms();
        let elapsed = self.0.last_ms.get().map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_FRAME_MS));
        // A callback that asks for a frame must not find the loop borrowed; a nested frame cannot happen.
        let goes_on = match self.0.on_frame.try_borrow_mut() {
            Ok(mut on_frame) => on_frame(elapsed),
            Err(_) => false,
        };
        self.0.last_ms.set(goes_on.then_some(now));
        if goes_on {
            self.request();
        }
    }
}
