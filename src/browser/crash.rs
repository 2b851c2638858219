//! What the person sees if the page's program itself fails: a plain sentence and a way on, not a frozen page.

/// Reports panics to the console and on the page.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // Nothing of the program may be relied on here: only plain calls of the document. If they fail too, the
        // console has it.
        let _shown: Option<()> = show(&panic.to_string());
    }));
}

fn show(what: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    if document.get_element_by_id("crash").is_some() {
        return None;
    }
    let panel = document.create_element("div").ok()?;
    panel.set_id("crash");
    panel.set_class_name("fx-crash");
    panel.set_attribute("role", "alert").ok()?;
    for (name, text) in [
        ("h2", "The page has stopped working"),
        ("p", "This is a mistake in the playground. Your flow is kept in this browser: reload the page to go on."),
        ("pre", what),
    ] {
        let part = document.create_element(name).ok()?;
        part.set_text_content(Some(text));
        panel.append_child(&part).ok()?;
    }
    let link = document.create_element("a").ok()?;
    link.set_attribute("href", "").ok()?;
    link.set_text_content(Some("Reload"));
    panel.append_child(&link).ok()?;
    document.body()?.append_child(&panel).ok()?;
    Some(())
}
