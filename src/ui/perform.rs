//! What each action does.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::{focus, keyboard, listen, root};
use crate::flow::edit::{Edit, RoutineChange};
use crate::flow::model::{Breakpoint, BreakpointPlace, PortRef};
use crate::protocol::command::StepKind;
use crate::protocol::report::RunState;
use crate::view::by_hand::Subject;
use crate::view::canvas::geometry::Side;
use crate::view::canvas::hit::Port;
use crate::view::layout;
use crate::view::problems::Target;

use super::action::Action;
use super::keymap::{self, Place};
use super::store::{Dialog, DockTab, Float, QuickAdd, Sheet, SideTab, Store};

const ZOOM_STEP: f64 = 1.25;
/// The panels that F6 goes through.
const PANES: &[&str] = &["[data-canvas]", "[data-panel=palette]", "[data-pane=side]", "[data-pane=dock]", ".fx-topbar"];

impl Store {
    /// Does an action, or tells why it cannot be done.
    pub fn perform_now(&self, action: Action) {
        if let Some(reason) = action.refusal(&untrack(|| self.situation())) {
            self.say(reason);
            return;
        }
        self.panels.menu.set(None);
        match action {
            Action::Run => self.run(false),
            Action::Pause => self.pause(),
            Action::Continue => self.resume(),
            Action::Step => self.step(StepKind::Into),
            Action::StepOver => self.step(StepKind::Over),
            Action::StepOut => self.step(StepKind::Out),
            Action::StepBack => self.step(StepKind::Back),
            Action::ReverseContinue => self.reverse_continue(),
            Action::RunToHere => match self.chosen_place() {
                Some(place) => self.run_to(&Breakpoint::new(place)),
                None => self.say("Select a connection, a port or a routine"),
            },
            Action::RunToError => self.run_to(&Breakpoint::new(BreakpointPlace::Error(None))),
            Action::Stop => self.stop(),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Arrange => self.arrange(),
            Action::Fit => self.fit(),
            Action::FitSelection => self.fit_selection(),
            Action::ZoomIn => self.zoom_by(ZOOM_STEP),
            Action::ZoomOut => self.zoom_by(1.0 / ZOOM_STEP),
            Action::ZoomReset => self.zoom_reset(),
            Action::AddRoutine => {
                let at = self.middle_of_canvas();
                self.open_float(Float::QuickAdd(QuickAdd { x: at.x, y: (at.y - 120.0).max(20.0), from: None }));
            }
            Action::Connect => self.connect_by_key(),
            Action::Breakpoint => self.breakpoint_by_key(),
            Action::Inject => self.inject_at(self.chosen_place()),
            Action::Rename => match focus::focused_attribute("data-routine").or_else(|| self.selected_routine()) {
                Some(id) => self.open_float(Float::Rename(id)),
                None => self.say("Select one routine"),
            },
            Action::Details => self.show_details(),
            Action::Duplicate | Action::Delete => {
                if self.document.selection.with_untracked(super::store::Selection::is_empty) {
                    self.select_focused();
                }
                if self.document.selection.with_untracked(super::store::Selection::is_empty) {
                    self.say("Nothing is selected");
                } else if action == Action::Duplicate {
                    self.duplicate();
                } else {
                    self.delete_selection();
                }
            }
            Action::SelectAll => {
                let routines = self.flow_now().routines.iter().map(|routine| routine.id.clone()).collect();
                self.select(super::store::Selection { routines, ..Default::default() });
            }
            Action::Cancel => self.cancel(),
            Action::NewFlow => self.open(crate::flow::model::Flow::default()),
            Action::Share => self.panels.dialog.set(Some(Dialog::Share)),
            Action::Import => self.panels.dialog.set(Some(Dialog::Import)),
            Action::Export => self.panels.dialog.set(Some(Dialog::Export)),
            Action::Settings => self.panels.dialog.set(Some(Dialog::Settings)),
            Action::Help => self.panels.dialog.set(Some(Dialog::Help)),
            Action::Theme => self.set_theme(if self.is_dark_now() { "light" } else { "dark" }),
            Action::Tokens => self.switch_tokens(),
            Action::NextPane => self.next_pane(),
        }
    }

    fn arrange(&self) {
        let places = layout::arrange(&self.flow_now(), &self.catalogue());
        if self.edit_all("Arrange", vec![Edit::Move(places.into_iter().collect())]) {
            self.fit();
            self.say("Arranged");
        }
    }

    fn connect_by_key(&self) {
        let named =
            |attribute: &str, side| focus::focused_attribute(attribute).and_then(|name| self.port_named(side, &name));
        let port = named("data-slot", Side::Slot).or_else(|| named("data-event", Side::Event)).or_else(|| {
            let id = focus::focused_attribute("data-routine").or_else(|| self.selected_routine())?;
            self.canvas.scene.with_value(|scene| {
                let node = scene.number(&id)?;
                let shape = &scene.nodes[node as usize];
                let side = if shape.events.is_empty() { Side::Slot } else { Side::Event };
                (!shape.ports(side).is_empty()).then_some(Port { node, side, index: 0 })
            })
        });
        match port {
            Some(port) => self.open_float(Float::PickPort(port)),
            None => self.say("Select a routine with a slot or an event"),
        }
    }

    fn breakpoint_by_key(&self) {
        match self.chosen_place() {
            Some(place) => self.open_float(self.float_of(place)),
            None => self.say("Select a connection, a port or a routine"),
        }
    }

    /// Opens the window for something from outside at a place.
    pub fn inject_at(&self, place: Option<BreakpointPlace>) {
        if let Some(reason) = Action::Inject.refusal(&untrack(|| self.situation())) {
            return self.tell(reason);
        }
        let ports = match place {
            Some(BreakpointPlace::Connection { from, to }) => vec![to, from],
            Some(BreakpointPlace::Slot(port) | BreakpointPlace::Event(port)) => vec![port],
            Some(BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id))) => self.ports_of(&id),
            _ => Vec::new(),
        };
        if ports.is_empty() {
            return self.say("Select a connection, a port or a routine with ports");
        }
        self.change_by_hand(Subject::Injection { ports });
    }

    /// The connection, port or routine that has the keyboard's focus, or else is selected, as a place to stop.
    fn chosen_place(&self) -> Option<BreakpointPlace> {
        let connection = |index: usize| self.flow_now().connections.get(index).map(super::editing::place_of);
        let port = |attribute: &str| PortRef::parse(&focus::focused_attribute(attribute)?);
        let focused = focus::focused_attribute("data-index").and_then(|index| connection(index.parse().ok()?));
        focused
            .or_else(|| port("data-slot").map(BreakpointPlace::Slot))
            .or_else(|| port("data-event").map(BreakpointPlace::Event))
            .or_else(|| focus::focused_attribute("data-routine").map(BreakpointPlace::Routine))
            .or_else(|| connection(self.document.selection.with_untracked(|selection| selection.only_connection())?))
            .or_else(|| self.selected_routine().map(BreakpointPlace::Routine))
    }

    /// What has the keyboard's focus is meant, unless it is a part of what is selected.
    pub fn select_focused(&self) {
        let selection = self.document.selection.get_untracked();
        if let Some(index) = focus::focused_attribute("data-index").and_then(|index| index.parse().ok()) {
            if !selection.connections.contains(&index) {
                self.select(super::store::Selection::of_connection(index));
            }
        } else if let Some(id) = focus::focused_attribute("data-routine").filter(|id| !selection.routines.contains(id))
        {
            self.select(super::store::Selection::of_routine(&id));
        }
    }

    /// The routine, if exactly one is selected.
    pub fn selected_routine(&self) -> Option<String> {
        self.document.selection.with_untracked(|selection| selection.only_routine().cloned())
    }

    fn show_details(&self) {
        if let Some(index) = focus::focused_attribute("data-index").and_then(|index| index.parse().ok()) {
            return self.open_float(Float::Edge(index));
        }
        if let Some(id) = focus::focused_attribute("data-routine") {
            self.select(super::store::Selection::of_routine(&id));
        }
        self.show_side(SideTab::Inspector);
        set_timeout(
            || {
                focus::focus_first_inside("[data-panel=inspector] .fx-inspector");
            },
            Duration::from_millis(40),
        );
    }

    /// Shows a tab on the right.
    pub fn show_side(&self, tab: SideTab) {
        self.panels.side.set(tab);
        self.panels.right.set(true);
        self.panels.sheet.set(Sheet::Side);
    }

    /// Shows the inspector for what was just selected, where that does not cover the canvas.
    pub fn show_details_if_wide(&self) {
        if !crate::browser::media::matches("(max-width: 820px)") {
            self.panels.side.set(SideTab::Inspector);
        }
    }

    fn cancel(&self) {
        if self.panels.menu.get_untracked().is_some() {
            self.panels.menu.set(None);
        } else if self.panels.float.with_untracked(Option::is_some) {
            self.close_float();
        } else if self.canvas.connecting.get_untracked().is_some() {
            self.stop_connecting();
            self.say("Cancelled");
        } else {
            self.select(super::store::Selection::default());
        }
    }

    /// Gives the focus to the canvas.
    pub fn next_pane_from_start(&self) {
        if !focus::focus("[data-canvas] [tabindex=\"0\"]") {
            focus::focus("[data-canvas]");
        }
    }

    fn next_pane(&self) {
        let here = PANES.iter().position(|pane| focus::is_inside_or_nowhere(pane)).unwrap_or(0);
        for by in 1..PANES.len() {
            let pane = PANES[(here + by) % PANES.len()];
            let inside = if pane == "[data-canvas]" {
                "[data-canvas] [tabindex=\"0\"]".to_owned()
            } else {
                format!("{pane} button, {pane} input")
            };
            if focus::focus(&inside) {
                return;
            }
        }
    }

    /// Whether Space is held: then dragging pans.
    pub fn is_space_held(&self) -> bool {
        self.canvas.space.get_value().0
    }

    /// Something was dragged while Space was held: releasing it means nothing else.
    pub fn space_was_used(&self) {
        self.canvas.space.update_value(|space| space.1 = true);
    }

    fn run_or_hold(&self) {
        self.perform(match self.run.state.get_untracked() {
            RunState::Running => Action::Pause,
            RunState::Paused | RunState::Past => Action::Continue,
            _ => Action::Run,
        });
    }

    /// Sets the theme: `light`, `dark` or `auto`.
    pub fn set_theme(&self, theme: &str) {
        self.settings.theme.set(theme.to_owned());
        self.apply_theme();
        self.keep_later();
    }

    /// Moving tokens, or counts in their place.
    fn switch_tokens(&self) {
        self.settings.is_motion_reduced.update(|is_reduced| *is_reduced = !*is_reduced);
        self.apply_theme();
        self.keep_later();
        let is_still = self.settings.is_still();
        self.tell(if is_still { "Connections show counts" } else { "Connections show moving tokens" });
    }

    /// Whether the page is dark now.
    pub fn is_dark_now(&self) -> bool {
        match self.settings.theme.get_untracked().as_str() {
            "dark" => true,
            "light" => false,
            _ => crate::browser::media::matches("(prefers-color-scheme: dark)"),
        }
    }

    /// A number that changes with the colours, for those who paint.
    pub fn theme_now(&self) -> u64 {
        self.canvas.theme_revision.try_get_value().unwrap_or_default()
    }

    /// Paints in the theme's colours, read anew.
    pub fn repaint_theme(&self) {
        self.canvas.theme_revision.try_update_value(|revision| *revision += 1);
        self.repaint();
    }

    /// Tells the style sheets about theme and motion.
    pub fn apply_theme(&self) {
        root::set_attribute("data-theme", Some(if self.is_dark_now() { "dark" } else { "light" }));
        root::set_attribute("data-motion", self.settings.is_motion_reduced.get_untracked().then_some("reduced"));
        let is_still = self.settings.is_still();
        self.run.mirror.update_value(|mirror| mirror.tokens.set_reduced_motion(is_still));
        self.repaint_theme();
    }

    /// Listens to keys, as long as the page is open.
    pub fn listen(&self) {
        let store = *self;
        listen::on_key_down(move |event| {
            if !store.later.is_missing() {
                store.later(move |parts| (parts.key_down)(&store, &event));
            }
        });
        listen::on_key_up(move |event| {
            if !store.later.is_missing() {
                store.later(move |parts| (parts.key_up)(&store, &event));
            }
        });
    }

    /// Takes a key that went down.
    pub fn key_down(&self, event: &leptos::ev::KeyboardEvent) {
        let press = keyboard::key_press(event);
        let is_typing = keyboard::is_typing(event);
        let is_dialog = self.panels.dialog.with_untracked(Option::is_some);
        if is_dialog || event.default_prevented() {
            return;
        }
        let is_canvas = focus::is_inside_or_nowhere("[data-canvas]");
        let place = Place {
            is_typing,
            is_canvas,
            is_button: keyboard::is_inside(event, "button, a, summary"),
            has_single_keys: self.settings.has_single_keys.get_untracked(),
        };
        if press.key == " " && is_canvas && !is_typing && !place.is_button {
            event.prevent_default();
            if !press.repeat {
                self.canvas.space.set_value((true, false));
                self.canvas.cursor.set("pan");
            }
            return;
        }
        if is_canvas && !is_typing && self.canvas_key(&press) {
            return event.prevent_default();
        }
        if is_typing && press.key == "Escape" {
            return;
        }
        if let Some(action) = keymap::action_for(&press, place) {
            // Keys that belong to the browser are taken only when they do something.
            let is_browsers = press.key.starts_with('F') && press.key.len() > 1;
            if is_browsers && action.refusal(&untrack(|| self.situation())).is_some() {
                return;
            }
            event.prevent_default();
            if is_canvas && matches!(action, Action::Duplicate | Action::Delete) {
                let is_port = ["data-slot", "data-event"].iter().any(|port| focus::focused_attribute(port).is_some());
                if is_port {
                    return self.say("A port belongs to its routine: move the focus there");
                }
                self.select_focused();
            }
            self.perform(action);
        }
    }

    /// Takes a key that went up.
    pub fn key_up(&self, event: &leptos::ev::KeyboardEvent) {
        if event.key() == " " && self.is_space_held() {
            let was_used = self.canvas.space.get_value().1;
            self.canvas.space.set_value((false, false));
            self.canvas.cursor.set("");
            if !was_used {
                self.run_or_hold();
            }
        }
    }

    /// Listens to the clipboard, as long as the page is open.
    pub fn listen_to_clipboard(&self) {
        use crate::browser::clipboard;
        let store = *self;
        let is_about_canvas = |event: &_| {
            !keyboard::is_typing(event)
                && !clipboard::has_text_selection()
                && focus::is_inside_or_nowhere("[data-canvas]")
        };
        for name in ["copy", "cut"] {
            listen::on_clipboard(name, move |event| {
                if !is_about_canvas(&event) {
                    return;
                }
                if let Some(text) = store.copied_text()
                    && clipboard::put_text(&event, &text)
                {
                    if name == "cut" {
                        store.delete_selection();
                    } else {
                        store.say("Copied");
                    }
                }
            });
        }
        listen::on_clipboard("paste", move |event| {
            if keyboard::is_typing(&event) || !focus::is_inside_or_nowhere("[data-canvas]") {
                return;
            }
            if let Some(text) = clipboard::pasted_text(&event) {
                event.prevent_default();
                if !store.paste_text(&text) {
                    store.tell("The clipboard holds no routines");
                }
            }
        });
    }

    /// Shows what a problem is about.
    pub fn go_to_target(&self, target: &Target) {
        match target {
            Target::Routine(id) => self.go_to_routine(id),
            Target::Slot(port) => self.go_to_routine(&port.routine),
            Target::Connection(index) => self.go_to_connection(*index),
            Target::Breakpoint(_) => return self.show_dock(DockTab::Breakpoints),
            Target::Flow | Target::Input(_) => self.select(super::store::Selection::default()),
        }
        self.show_side(SideTab::Inspector);
    }

    /// Replaces the condition-free breakpoint of a connection, or removes it: one click in the outline.
    pub fn toggle_connection_breakpoint(&self, index: usize) {
        let flow = self.flow_now();
        if let Some(connection) = flow.connections.get(index) {
            let place = super::editing::place_of(connection);
            let now = self.breakpoint_at(&place).is_some();
            self.set_breakpoint(&place, (!now).then(|| Breakpoint::new(place.clone())));
        }
    }

    /// Sets a routine's logic.
    pub fn set_logic(&self, id: &str, text: String) {
        self.change(id, RoutineChange::Logic(text));
    }
}
