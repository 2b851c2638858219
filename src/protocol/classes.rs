//! The catalogue for a client: what a palette shows, what an inspector asks for, and a sample of each class.
//!
//! A page can offer "Open a sample" with it without carrying the samples itself.

use serde::{Deserialize, Serialize};

use crate::engine::behaviour::Library;
use crate::flow::catalogue::{Catalogue, Class};
use crate::flow::document::parse_value;
use crate::flow::value::Value;

/// All classes in the palette's order.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CatalogueReport {
    /// The classes.
    pub classes: Vec<ClassReport>,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassReport {
    /// The name that documents use.
    pub name: String,
    /// The group in the palette.
    pub category: String,
    /// One sentence for people.
    pub about: String,
    /// Its parameters.
    pub config: Vec<ParameterReport>,
    /// The slots it has with its example config.
    pub slots: Vec<String>,
    /// The events it has with its example config, and the names of their parameters.
    pub events: Vec<(String, Vec<String>)>,
    /// The config that the palette starts with.
    pub example: Value,
    /// A flow that shows what it does, as the text of a document; empty if there is none.
    pub sample: String,
}

/// One parameter of a class.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParameterReport {
    /// The key in `config`.
    pub name: String,
    /// What it takes, in words.
    pub kind: String,
    /// Its default.
    pub default: Value,
    /// What it does, with its unit.
    pub about: String,
}

/// The catalogue as a client gets it.
pub fn report(catalogue: &Catalogue, library: &dyn Library) -> CatalogueReport {
    CatalogueReport { classes: catalogue.classes.iter().map(|class| class_report(class, library)).collect() }
}

fn class_report(class: &Class, library: &dyn Library) -> ClassReport {
    let example = parse_value(class.example).unwrap_or_default();
    let ports = (class.ports)(&example.as_map().cloned().unwrap_or_default());
    let parameter = |field: &crate::flow::catalogue::ConfigField| ParameterReport {
        name: field.name.into(),
        kind: field.kind.into(),
        default: parse_value(field.default).unwrap_or_default(),
        about: field.about.into(),
    };
    ClassReport {
        name: class.name.into(),
        category: class.category.into(),
        about: class.about.into(),
        config: class.config.iter().map(parameter).collect(),
        slots: ports.slots.into_iter().map(|slot| slot.name).collect(),
        events: ports.events.into_iter().map(|event| (event.name, event.params)).collect(),
        example,
        sample: library.sample(class.name).unwrap_or_default().into(),
    }
}
