//! Every action of the page in one table: its label, its keys, its icon, and why it cannot be done now.

use crate::protocol::report::RunState;

/// Something a person can do. Buttons, menus, keys and the sheet of keys all come from [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below says what each does")]
pub enum Action {
    Run,
    Pause,
    Continue,
    Step,
    StepOver,
    StepOut,
    StepBack,
    ReverseContinue,
    RunToHere,
    RunToError,
    Stop,
    Undo,
    Redo,
    Arrange,
    Fit,
    FitSelection,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    AddRoutine,
    Connect,
    Breakpoint,
    Inject,
    Rename,
    Details,
    Duplicate,
    Delete,
    SelectAll,
    Cancel,
    NewFlow,
    Share,
    Import,
    Export,
    Settings,
    Help,
    Theme,
    Tokens,
    NextPane,
}

/// Where an action's keys act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere, except for keys without Ctrl, Alt or F while somebody types.
    Page,
    /// While the focus is on the canvas or nowhere.
    Canvas,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its name, also its accessible name.
    pub label: &'static str,
    /// Its icon in the page's sprite.
    pub icon: &'static str,
    /// Its keys, the first one is shown.
    pub keys: &'static [&'static str],
    /// Where they act.
    pub reach: Reach,
    /// Its group in the sheet of keys.
    pub group: &'static str,
}

const fn entry(
    action: Action,
    label: &'static str,
    icon: &'static str,
    keys: &'static [&'static str],
    group: &'static str,
) -> Entry {
    Entry { action, label, icon, keys, reach: Reach::Page, group }
}

const fn on_canvas(
    action: Action,
    label: &'static str,
    icon: &'static str,
    keys: &'static [&'static str],
    group: &'static str,
) -> Entry {
    Entry { action, label, icon, keys, reach: Reach::Canvas, group }
}

/// All actions, in the order of the sheet of keys.
pub const TABLE: &[Entry] = &[
    on_canvas(Action::Run, "Run", "play", &["Space", "Ctrl+Enter"], "Run"),
    on_canvas(Action::Pause, "Pause", "pause", &["P"], "Run"),
    entry(Action::Continue, "Continue", "continue", &["F8", "F5"], "Run"),
    entry(Action::Step, "Step", "step", &[".", "F11"], "Run"),
    entry(Action::StepOver, "Step over", "step-over", &["F10"], "Run"),
    entry(Action::StepOut, "Step out", "step-out", &["Shift+F11"], "Run"),
    entry(Action::StepBack, "Step back", "step-back", &[",", "Alt+ArrowLeft"], "Run"),
    entry(Action::ReverseContinue, "Reverse continue", "reverse", &["Shift+F8"], "Run"),
    on_canvas(Action::RunToHere, "Run to here", "run-to", &["Shift+B"], "Run"),
    entry(Action::RunToError, "Run to the next error", "bolt", &["Shift+E"], "Run"),
    entry(Action::Stop, "Stop", "stop", &["Shift+F5"], "Run"),
    on_canvas(Action::AddRoutine, "Add routine", "plus", &["/", "N"], "Draw"),
    on_canvas(Action::Connect, "Connect…", "share", &["C"], "Draw"),
    on_canvas(Action::Breakpoint, "Breakpoint…", "record", &["B", "F9"], "Draw"),
    on_canvas(Action::Inject, "Inject an event…", "in", &["I"], "Run"),
    on_canvas(Action::Rename, "Rename…", "text", &["F2"], "Draw"),
    on_canvas(Action::Details, "Show details", "list", &["Enter"], "Draw"),
    on_canvas(Action::Duplicate, "Duplicate", "copy", &["Ctrl+D"], "Draw"),
    on_canvas(Action::Delete, "Delete", "trash", &["Delete", "Backspace"], "Draw"),
    on_canvas(Action::SelectAll, "Select all", "shapes", &["Ctrl+A"], "Draw"),
    entry(Action::Cancel, "Cancel", "close", &["Escape"], "Draw"),
    entry(Action::Undo, "Undo", "undo", &["Ctrl+Z"], "Edit"),
    entry(Action::Redo, "Redo", "redo", &["Ctrl+Shift+Z", "Ctrl+Y"], "Edit"),
    entry(Action::Arrange, "Arrange", "arrange", &["Shift+A"], "View"),
    on_canvas(Action::Fit, "Fit", "fit", &["1"], "View"),
    on_canvas(Action::FitSelection, "Fit the selection", "fit", &["2"], "View"),
    on_canvas(Action::ZoomReset, "Zoom to 100 %", "search", &["0"], "View"),
    on_canvas(Action::ZoomIn, "Zoom in", "plus", &["+", "="], "View"),
    on_canvas(Action::ZoomOut, "Zoom out", "minus", &["-"], "View"),
    entry(Action::NextPane, "Next panel", "list", &["F6"], "View"),
    on_canvas(Action::Tokens, "Moving tokens on or off", "bolt", &["T"], "View"),
    entry(Action::Theme, "Light or dark", "moon", &[], "View"),
    entry(Action::NewFlow, "New flow", "plus", &[], "File"),
    entry(Action::Import, "Import", "import", &["Ctrl+O"], "File"),
    entry(Action::Export, "Export", "export", &["Ctrl+S"], "File"),
    entry(Action::Share, "Share", "share", &[], "File"),
    entry(Action::Settings, "Settings", "settings", &["Ctrl+,"], "File"),
    entry(Action::Help, "Help", "help", &["?", "F1"], "File"),
];

/// What decides whether actions can be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// What the run does.
    pub run: RunState,
    /// Steps taken.
    pub step: u64,
    /// There is a step to undo.
    pub can_undo: bool,
    /// There is a step to redo.
    pub can_redo: bool,
    /// The flow has no routines.
    pub is_empty: bool,
    /// Something is selected.
    pub has_selection: bool,
    /// Nothing can be edited.
    pub is_read_only: bool,
}

impl Action {
    /// Its row in the table.
    pub fn entry(self) -> &'static Entry {
        // Every action has a row: a test keeps it so, and the first row stands in until it has run.
        TABLE.iter().find(|entry| entry.action == self).unwrap_or(&TABLE[0])
    }

    /// Why it cannot be done now, in words for people.
    pub fn refusal(self, now: &Situation) -> Option<&'static str> {
        let held = matches!(now.run, RunState::Paused | RunState::Past);
        match self {
            Action::Run | Action::Fit | Action::SelectAll if now.is_empty => Some("The flow has no routines yet"),
            Action::Pause if now.run != RunState::Running => Some("Nothing is running"),
            Action::Continue if !held => Some("Nothing is held"),
            Action::Step if now.is_empty => Some("The flow has no routines yet"),
            Action::Step if now.run == RunState::Running => Some("Pause first"),
            Action::Inject if matches!(now.run, RunState::Empty | RunState::Ready) => {
                Some("Run the flow first: an event needs a job")
            }
            Action::RunToHere | Action::RunToError if now.is_empty => Some("The flow has no routines yet"),
            Action::StepOver | Action::StepOut if !held => Some("Nothing is held"),
            Action::StepBack | Action::ReverseContinue if now.run == RunState::Running => Some("Pause first"),
            Action::StepBack | Action::ReverseContinue if now.step == 0 => Some("There is no earlier step"),
            Action::Stop if now.run != RunState::Running && !held => Some("Nothing is running"),
            Action::Undo if !now.can_undo => Some("There is nothing to undo"),
            Action::Redo if !now.can_redo => Some("There is nothing to redo"),
            Action::Undo
            | Action::Redo
            | Action::Arrange
            | Action::AddRoutine
            | Action::Connect
            | Action::Rename
            | Action::Duplicate
            | Action::Delete
            | Action::Import
            | Action::NewFlow
                if now.is_read_only =>
            {
                Some("This flow can only be looked at")
            }
            Action::Arrange if now.is_empty => Some("The flow has no routines yet"),
            Action::FitSelection if !now.has_selection => Some("Nothing is selected"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_one_row_and_no_key_is_taken_twice() {
        let mut keys: Vec<&str> = Vec::new();
        for entry in TABLE {
            assert_eq!(TABLE.iter().filter(|other| other.action == entry.action).count(), 1, "{:?}", entry.action);
            for key in entry.keys {
                assert!(!keys.contains(key), "{key} is taken twice");
                keys.push(key);
            }
        }
    }

    #[test]
    fn a_run_can_be_paused_and_only_a_held_one_continued() {
        let running = Situation { run: RunState::Running, ..Situation::default() };
        assert_eq!(Action::Pause.refusal(&running), None);
        assert!(Action::Continue.refusal(&running).is_some());
        let held = Situation { run: RunState::Paused, step: 3, ..Situation::default() };
        assert!(Action::Pause.refusal(&held).is_some());
        assert_eq!(Action::StepBack.refusal(&held), None);
    }
}
