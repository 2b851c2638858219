//! `window.playground`: the same object that an embedder gets, with everything as promises.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// One call from outside: arguments and answer are JSON texts.
pub struct Call {
    /// The method.
    pub method: &'static str,
    /// Its arguments; `None` for `undefined`.
    pub arguments: Vec<Option<String>>,
    /// Takes the answer.
    pub reply: Reply,
}

/// Takes the answer to one call.
pub struct Reply {
    resolve: Function,
    reject: Function,
}

impl Reply {
    /// Answers with a JSON text.
    pub fn resolve(self, json: &str) {
        let value = JSON::parse(json).unwrap_or(JsValue::UNDEFINED);
        // A resolve function of a promise never throws.
        drop(self.resolve.call1(&JsValue::NULL, &value));
    }

    /// Answers with an error.
    pub fn reject(self, message: &str) {
        drop(self.reject.call1(&JsValue::NULL, &js_sys::Error::new(message)));
    }
}

thread_local! {
    static LISTENERS: RefCell<Vec<(u32, String, Function)>> = const { RefCell::new(Vec::new()) };
    static NEXT_LISTENER: RefCell<u32> = const { RefCell::new(0) };
}

/// Puts the object on the window. Every listed method calls back.
pub fn install(methods: &[&'static str], on_call: impl Fn(Call) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let on_call: Rc<dyn Fn(Call)> = Rc::new(on_call);
    let playground = Object::new();
    for method in methods {
        let method: &'static str = method;
        let on_call = Rc::clone(&on_call);
        let closure = Closure::<dyn Fn(JsValue, JsValue, JsValue) -> Promise>::new(move |first, second, third| {
            let arguments: Vec<Option<String>> = [first, second, third].iter().map(to_json).collect();
            let on_call = Rc::clone(&on_call);
            Promise::new(&mut move |resolve, reject| {
                on_call(Call { method, arguments: arguments.clone(), reply: Reply { resolve, reject } });
            })
        });
        set(&playground, method, closure.as_ref());
        closure.forget();
    }
    let on = Closure::<dyn Fn(String, Function) -> JsValue>::new(subscribe);
    set(&playground, "on", on.as_ref());
    on.forget();
    set(&window, "playground", &playground);
}

/// Tells everybody who listens to an event.
pub fn emit(event: &str, json: impl FnOnce() -> String) {
    let listeners: Vec<Function> = LISTENERS.with_borrow(|all| {
        all.iter().filter(|(_, name, _)| name == event).map(|(_, _, listener)| listener.clone()).collect()
    });
    if listeners.is_empty() {
        return;
    }
    let body = JSON::parse(&json()).unwrap_or(JsValue::NULL);
    for listener in listeners {
        if let Err(err) = listener.call1(&JsValue::NULL, &body) {
            // The listener's mistake is its author's to see, and must not stop the page.
            report(&err);
        }
    }
}

/// Takes everybody who listens off.
pub fn forget_listeners() {
    LISTENERS.with_borrow_mut(Vec::clear);
}

fn subscribe(event: String, listener: Function) -> JsValue {
    let id = NEXT_LISTENER.with_borrow_mut(|next| {
        *next += 1;
        *next
    });
    LISTENERS.with_borrow_mut(|all| all.push((id, event, listener)));
    Closure::once_into_js(move || LISTENERS.with_borrow_mut(|all| all.retain(|(other, _, _)| *other != id)))
}

fn report(err: &JsValue) {
    let console = js_sys::global();
    let error = Reflect::get(&console, &"reportError".into()).ok().and_then(|error| error.dyn_into::<Function>().ok());
    if let Some(error) = error {
        drop(error.call1(&JsValue::UNDEFINED, err));
    }
}

fn to_json(value: &JsValue) -> Option<String> {
    if value.is_undefined() {
        return None;
    }
    JSON::stringify(value).ok().and_then(|text| text.as_string())
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // Fails only for frozen objects: the window and our own are not.
    drop(Reflect::set(target, &name.into(), value));
}
