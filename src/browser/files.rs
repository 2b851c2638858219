//! Files to and from the person's disk.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Offers a text as a file to keep.
///
/// # Errors
/// What the browser says.
pub fn download(name: &str, kind: &str, text: &str) -> Result<(), String> {
    save(name, kind, text).ok_or_else(|| "the browser did not let the file be saved".into())
}

fn save(name: &str, kind: &str, text: &str) -> Option<()> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&text.into());
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = new_element("a")?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&address).ok()
}

/// Lets the person choose a text file and reads it: its name and its text.
pub fn open(accept: &str, read: impl Fn(String, String) + 'static) {
    let Some(input) = new_element::<web_sys::HtmlInputElement>("input") else { return };
    input.set_type("file");
    input.set_accept(accept);
    let chosen = {
        let input = input.clone();
        Closure::once_into_js(move || {
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                read_text(&file, read);
            }
        })
    };
    input.set_onchange(Some(chosen.unchecked_ref()));
    input.click();
}

/// Reads the first file that was dropped.
pub fn dropped(event: &web_sys::DragEvent, read: impl Fn(String, String) + 'static) -> bool {
    let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
    file.inspect(|file| read_text(file, read)).is_some()
}

/// The largest file that is read; documents may have 1 MiB.
const LARGEST: f64 = 4_000_000.0;

fn read_text(file: &web_sys::File, read: impl Fn(String, String) + 'static) {
    let name = file.name();
    if file.size() > LARGEST {
        return read(name, String::new());
    }
    let done = Closure::once(move |text: wasm_bindgen::JsValue| {
        read(name, text.as_string().unwrap_or_default());
    });
    drop(file.text().then(&done));
    done.forget();
}

fn new_element<E: JsCast>(name: &str) -> Option<E> {
    web_sys::window()?.document()?.create_element(name).ok()?.dyn_into().ok()
}
