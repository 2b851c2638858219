//! A document as text in the formats that a client can ask for.

use crate::flow::catalogue::Catalogue;
use crate::flow::document;
use crate::flow::export;
use crate::flow::model::Flow;

/// The flow as `json` (also for empty text), `yaml`, or `routilux`, which is a Python module for that library.
///
/// # Errors
/// There is no such format.
pub fn text_of(flow: &Flow, format: &str, catalogue: &Catalogue) -> Result<String, String> {
    match format {
        "" | "json" => Ok(document::to_json(flow)),
        "yaml" => Ok(document::to_yaml(flow)),
        "routilux" => Ok(export::to_routilux(flow, catalogue)),
        other => Err(format!("`{other}` is none of `yaml`, `json`, `routilux`")),
    }
}
