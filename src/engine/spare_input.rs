//! Room for the next activation's input: without records an activation allocates nothing for its own.

use std::rc::Rc;
use std::sync::Arc;

use crate::flow::value::Value;

use super::behaviour::Input;

/// An input that was read and is empty again. A copy of the run has its own.
#[derive(Default)]
pub struct SpareInput(Option<Rc<Input>>);

impl Clone for SpareInput {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl SpareInput {
    /// An empty input for slots of these names, which nobody else has.
    pub fn take(&mut self, names: &Rc<[Arc<str>]>, policy_message: Value) -> Rc<Input> {
        let Some(mut spare) = self.0.take() else { return Rc::new(Input::new(names.clone(), policy_message)) };
        Rc::make_mut(&mut spare).begin(names, policy_message);
        spare
    }

    /// Keeps an input that has been read, unless a record or somebody else has it too.
    pub fn keep(&mut self, mut input: Rc<Input>) {
        if let Some(read) = Rc::get_mut(&mut input) {
            read.clear();
            self.0 = Some(input);
        }
    }
}
