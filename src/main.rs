//! The page: Leptos on the main thread. The engine runs in its worker.

fn main() {
    console_error_panic_hook::set_once();
    flow_playground::ui::app::mount();
}
