//! The classes of routines a document can name: what the palette shows and validation checks against.

use super::document::parse_value;
use super::model::{Event, PYTHON_CLASS, Policy, Routine, Slot};
use super::suggest;
use super::value::{Map, Value};

/// The ports of a routine.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Ports {
    /// Inputs in order.
    pub slots: Vec<Slot>,
    /// Outputs in order.
    pub events: Vec<Event>,
}

/// One parameter in a class's `config`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigField {
    /// The key.
    pub name: &'static str,
    /// What kind of value it takes, in words for people.
    pub kind: &'static str,
    /// The default, as JSON text.
    pub default: &'static str,
    /// What it does, with its unit.
    pub about: &'static str,
}

/// One class of routines.
#[derive(Clone, Debug)]
pub struct Class {
    /// The name that documents use.
    pub name: &'static str,
    /// The group in the palette.
    pub category: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Its parameters.
    pub config: &'static [ConfigField],
    /// Its ports, which may depend on the config.
    pub ports: fn(&Map) -> Ports,
    /// The policy it has unless the document gives one. `Python` has none.
    pub policy: fn(&Map) -> Option<Policy>,
    /// The config that the palette starts with, as JSON text.
    pub example: &'static str,
}

/// All classes a document can name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// In the palette's order.
    pub classes: Vec<Class>,
}

impl Catalogue {
    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// The names of the groups in the palette's order.
    pub fn categories(&self) -> Vec<&'static str> {
        let mut categories = Vec::new();
        for class in &self.classes {
            if !categories.contains(&class.category) {
                categories.push(class.category);
            }
        }
        categories
    }

    /// The classes of one group.
    pub fn in_category(&self, category: &str) -> impl Iterator<Item = &Class> {
        self.classes.iter().filter(move |class| class.category == category)
    }

    /// A routine of a class with the class's example config: what the palette puts on the canvas.
    ///
    /// # Errors
    /// There is no such class.
    pub fn create(&self, class: &str, id: &str) -> Result<Routine, String> {
        let Some(found) = self.class(class) else {
            let meant = suggest::nearest(class, self.classes.iter().map(|class| class.name));
            let advice = meant.map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
            return Err(format!("the class '{class}' is not known{advice}"));
        };
        let config = parse_value(found.example).ok().and_then(|example| example.as_map().cloned()).unwrap_or_default();
        Ok(Routine { config, ..Routine::new(id, class) })
    }

    /// The ports a routine has: its own if it is a `Python` routine, else its class's.
    /// A routine of an unknown class has those the document gives it.
    pub fn ports(&self, routine: &Routine) -> Ports {
        match self.class(&routine.class) {
            Some(class) if class.name != PYTHON_CLASS => (class.ports)(&routine.config),
            _ => Ports { slots: routine.slots.clone(), events: routine.events.clone() },
        }
    }

    /// The policy a routine has: the document's, else its class's.
    pub fn policy(&self, routine: &Routine) -> Option<Policy> {
        routine.policy.clone().or_else(|| self.class(&routine.class).and_then(|class| (class.policy)(&routine.config)))
    }
}

/// A number from a config, or its default.
pub fn number(config: &Map, key: &str, default: f64) -> f64 {
    config.get(key).and_then(Value::as_f64).unwrap_or(default)
}
