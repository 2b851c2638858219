//! A breakpoint as a form: what happens at a place, on which condition, and what came of looking at the run.

use crate::flow::hit::HitCondition;
use crate::flow::model::{Breakpoint, BreakpointPlace};
use crate::protocol::inspect::BreakpointPreview;
use crate::protocol::report::BreakpointReport;

use super::format::counted;

/// What happens at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Deed {
    /// The run stops.
    #[default]
    Break,
    /// A text is logged and the run goes on.
    Log,
    /// What comes by is shown, nothing else.
    Monitor,
    /// Nothing, but what was set is kept.
    Off,
}

impl Deed {
    /// Its name in the form's row of choices.
    pub fn name(self) -> &'static str {
        match self {
            Deed::Break => "break",
            Deed::Log => "log",
            Deed::Monitor => "monitor",
            Deed::Off => "off",
        }
    }

    /// Reads a choice; an unknown one breaks.
    pub fn parse(name: &str) -> Self {
        [Deed::Log, Deed::Monitor, Deed::Off].into_iter().find(|deed| deed.name() == name).unwrap_or_default()
    }

    /// What a breakpoint does if it is on.
    pub fn of(breakpoint: &Breakpoint) -> Self {
        match breakpoint {
            Breakpoint { monitor: true, .. } => Deed::Monitor,
            Breakpoint { log_message: Some(_), .. } => Deed::Log,
            _ => Deed::Break,
        }
    }
}

/// What is in the form's fields.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Draft {
    /// What happens.
    pub deed: Deed,
    /// Python that has to be true; empty means always.
    pub condition: String,
    /// Which hits count; empty means all.
    pub hits: String,
    /// The text that is logged; empty means the payload.
    pub message: String,
    /// The one job it is for; empty means all.
    pub scope: String,
}

impl Draft {
    /// What the form opens with.
    pub fn of(breakpoint: Option<&Breakpoint>) -> Self {
        let Some(breakpoint) = breakpoint else { return Self::default() };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            deed: if breakpoint.enabled { Deed::of(breakpoint) } else { Deed::Off },
            condition: text(&breakpoint.condition),
            hits: text(&breakpoint.hit_condition),
            message: text(&breakpoint.log_message),
            scope: text(&breakpoint.scope),
        }
    }

    /// The breakpoint that the form describes; none if nothing was there and nothing is wanted. What is off stays what it
    /// was, so that switching it on again brings it back.
    pub fn breakpoint(&self, place: BreakpointPlace, old: Option<&Breakpoint>) -> Option<Breakpoint> {
        if self.deed == Deed::Off && old.is_none() {
            return None;
        }
        let deed = match (self.deed, old) {
            (Deed::Off, Some(old)) => Deed::of(old),
            (deed, _) => deed,
        };
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Some(Breakpoint {
            condition: filled(&self.condition),
            hit_condition: filled(&self.hits),
            log_message: (deed == Deed::Log).then(|| filled(&self.message).unwrap_or_else(|| "{data}".into())),
            monitor: deed == Deed::Monitor,
            scope: filled(&self.scope),
            enabled: self.deed != Deed::Off,
            ..old.cloned().unwrap_or_else(|| Breakpoint::new(place))
        })
    }

    /// What is wrong with the text about hits.
    pub fn fault_of_hits(&self) -> Option<&'static str> {
        let is_bad = !self.hits.trim().is_empty() && HitCondition::parse(&self.hits).is_none();
        is_bad.then_some("Write it like >= 5, == 3 or % 10")
    }
}

/// What a breakpoint does and on what condition, in short, for lists.
pub fn detail(breakpoint: &Breakpoint) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(text) = &breakpoint.log_message {
        parts.push(format!("logs {text}"));
    }
    if breakpoint.monitor {
        parts.push("shows values".into());
    }
    parts.extend(breakpoint.condition.clone());
    parts.extend(breakpoint.hit_condition.as_ref().map(|hits| format!("hits {hits}")));
    parts.extend(breakpoint.scope.as_ref().map(|job| format!("only {job}")));
    parts.join(" · ")
}

/// What is wrong with a breakpoint that is on: why it cannot work, or what its condition raised and how often.
pub fn report_text(breakpoint: &Breakpoint, report: &BreakpointReport) -> Option<String> {
    let message = report.message.clone().filter(|_| breakpoint.enabled)?;
    match report.error_count {
        0 => Some(message),
        1 => Some(format!("The condition raised: {message}")),
        count => Some(format!("The condition raised {count} times, last: {message}")),
    }
}

/// The kind of a breakpoint in one word, for lists and screen readers.
pub fn kind(breakpoint: &Breakpoint) -> &'static str {
    match Deed::of(breakpoint) {
        Deed::Log => "logpoint",
        Deed::Monitor => "monitor",
        _ => "breakpoint",
    }
}

/// Whether values can be shown at a place: they come by at connections and ports.
pub fn can_monitor(place: &BreakpointPlace) -> bool {
    matches!(place, BreakpointPlace::Connection { .. } | BreakpointPlace::Slot(_) | BreakpointPlace::Event(_))
}

/// The routine that a place belongs to: the receiver of a connection.
pub fn routine_of(place: &BreakpointPlace) -> Option<&str> {
    match place {
        BreakpointPlace::Connection { to: port, .. } | BreakpointPlace::Slot(port) | BreakpointPlace::Event(port) => {
            Some(&port.routine)
        }
        BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => Some(id),
        BreakpointPlace::Error(None) => None,
    }
}

/// When a breakpoint at this place acts, for the form's heading.
pub fn moment_text(place: &BreakpointPlace) -> &'static str {
    match place {
        BreakpointPlace::Connection { .. } => "Before each delivery over this connection",
        BreakpointPlace::Slot(_) => "Before each item that this slot takes, whichever way it comes",
        BreakpointPlace::Event(_) => "Before the first delivery of each emission",
        BreakpointPlace::Routine(_) => "Before its logic runs",
        BreakpointPlace::Error(_) => "When an error is raised, before a handler acts",
    }
}

/// What looking at the recorded run says: `Would have stopped at 12 of 240 recorded events`.
pub fn preview_text(preview: &BreakpointPreview, deed: Deed) -> String {
    let would = match deed {
        Deed::Log => "Would have logged",
        Deed::Monitor => "Would have shown",
        Deed::Break | Deed::Off => "Would have stopped at",
    };
    let of_what = counted_events(preview.events);
    let mut text = match (preview.events, preview.stops) {
        (0, _) => "Nothing came by here in this run".to_owned(),
        (events, stops) if events == stops => format!("{would} all {of_what}"),
        (_, 0) => format!("{would} none of {of_what}"),
        (_, stops) => format!("{would} {stops} of {of_what}"),
    };
    if preview.cut {
        text.push_str(", as far as they are kept");
    }
    text
}

fn counted_events(events: u64) -> String {
    counted(usize::try_from(events).unwrap_or(usize::MAX), "recorded event")
}

/// The position of the first jump at or after a record, for `next` and `previous` among the places of a preview.
pub fn jump(seqs: &[u64], now: u64, forward: bool) -> Option<u64> {
    if forward {
        seqs.iter().find(|seq| **seq > now).copied()
    } else {
        seqs.iter().rev().find(|seq| **seq < now).copied()
    }
}

#[cfg(test)]
mod tests;
