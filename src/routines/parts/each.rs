//! The most common behaviour: every item on its own, at once.

use std::rc::Rc;

use crate::engine::behaviour::{Behaviour, Failure, Host, Input, Progress};
use crate::flow::value::Value;

/// What happens to one item.
pub trait EachItem {
    /// Handles an item.
    ///
    /// # Errors
    /// What the routine's error handler gets; the rest of the items is not handled then.
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure>;
}

/// The behaviour that handles every item that came, oldest first.
pub fn each(item: impl EachItem + 'static) -> Rc<dyn Behaviour> {
    Rc::new(Each(item))
}

struct Each<T>(T);

impl<T: EachItem> Behaviour for Each<T> {
    fn start(&self, host: &mut dyn Host, input: &Input) -> Result<Progress, Failure> {
        input.items().iter().try_for_each(|item| self.0.handle(host, item))?;
        Ok(Progress::Done)
    }
}
