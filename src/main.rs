//! The page: Leptos on the main thread. The engine runs in its worker.

fn main() {
    flow_playground::browser::crash::report_panics();
    flow_playground::ui::app::mount();
}
