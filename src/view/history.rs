//! Undo and redo: a list of flows, which share all that did not change.

use std::sync::Arc;

use crate::flow::model::{Connection, Flow};

/// How many steps are kept.
pub const HISTORY_CAPACITY: usize = 200;

/// One flow in the history, and what the step between it and the next is called.
///
/// Its connections are kept apart: routines share what did not change, and thousands of connections times
/// [`HISTORY_CAPACITY`] would not fit the memory if most steps did not share theirs too.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    flow_without_connections: Flow,
    connections: Arc<Vec<Connection>>,
    label: String,
}

impl Step {
    fn new(mut flow: Flow, label: String, neighbour: Option<&Step>) -> Self {
        let own = std::mem::take(&mut flow.connections);
        let connections = match neighbour {
            Some(step) if *step.connections == own => Arc::clone(&step.connections),
            _ => Arc::new(own),
        };
        Self { flow_without_connections: flow, connections, label }
    }

    fn into_flow(self) -> (Flow, String) {
        let connections = Arc::unwrap_or_clone(self.connections);
        (Flow { connections, ..self.flow_without_connections }, self.label)
    }
}

/// The flow that is edited, with what it was and what it could be again. Selection and viewport are not in here.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    past: Vec<Step>,
    present: Flow,
    future: Vec<Step>,
    /// Key of the last step, while further steps may still join it.
    open_key: Option<String>,
}

impl History {
    /// A history without a past.
    pub fn new(flow: Flow) -> Self {
        Self { past: Vec::new(), present: flow, future: Vec::new(), open_key: None }
    }

    /// The flow as it is.
    pub fn present(&self) -> &Flow {
        &self.present
    }

    /// Takes an edited flow as a new step. With the key of the step before, it joins that step.
    /// A flow equal to the present is no step.
    pub fn record(&mut self, flow: Flow, label: String, key: Option<String>) {
        if flow == self.present {
            return;
        }
        let joins = key.is_some() && key == self.open_key && self.future.is_empty() && !self.past.is_empty();
        let before = std::mem::replace(&mut self.present, flow);
        self.future.clear();
        self.open_key = key;
        if joins {
            return;
        }
        if self.past.len() == HISTORY_CAPACITY {
            self.past.remove(0);
        }
        let step = Step::new(before, label, self.past.last());
        self.past.push(step);
    }

    /// Lets no later step join the last one: the drag ended, the field lost the focus.
    pub fn close_step(&mut self) {
        self.open_key = None;
    }

    /// Back by one step. Tells its label, or nothing if there is none.
    pub fn undo(&mut self) -> Option<String> {
        let (flow, label) = self.past.pop()?.into_flow();
        let after = std::mem::replace(&mut self.present, flow);
        let step = Step::new(after, label.clone(), self.future.last());
        self.future.push(step);
        self.open_key = None;
        Some(label)
    }

    /// Forth by one step. Tells its label, or nothing if there is none.
    pub fn redo(&mut self) -> Option<String> {
        let (flow, label) = self.future.pop()?.into_flow();
        let before = std::mem::replace(&mut self.present, flow);
        let step = Step::new(before, label.clone(), self.past.last());
        self.past.push(step);
        self.open_key = None;
        Some(label)
    }

    /// What undo would undo.
    pub fn undo_label(&self) -> Option<&str> {
        self.past.last().map(|step| step.label.as_str())
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.future.last().map(|step| step.label.as_str())
    }

    /// Labels of all steps that can be undone, newest first.
    pub fn undo_labels(&self) -> impl Iterator<Item = &str> {
        self.past.iter().rev().map(|step| step.label.as_str())
    }
}

#[cfg(test)]
mod tests;
