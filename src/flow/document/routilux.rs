//! What documents of the library Routilux have that ours write in another way.
//!
//! Its loader takes a factory's name as the class; its dumps and older releases have paths into its package, and its
//! own export writes an alias where a class is registered twice. Its HTTP server lists flows with the ends of a
//! connection apart. An error handler that is only a word crashes its loader, and one that leaves out a number too;
//! here both mean what they say. All of these are saved in this project's form.

use super::super::model::{PortRef, Strategy};
use super::super::problem::Problem;
use super::fields::{Fields, Reader, unknown_word};
use super::node::{Node, Path};
use super::read::STRATEGIES;

/// Names under which Routilux registers a class once more, and the name that the catalogue has.
const ALIASES: [(&str, &str); 2] = [("DataTransformer", "Mapper"), ("DataValidator", "SchemaValidator")];

/// The catalogue's name of a class, told with a hint where the document has another one.
pub fn class(reader: &Reader, path: &Path<'_>, node: &Node, name: &str) -> String {
    let mut class = name;
    if let Some((package, last)) = name.rsplit_once('.')
        && !last.is_empty()
        && (package == "routilux" || package.starts_with("routilux."))
    {
        class = last;
        let message = format!("the class path '{name}' is taken for the class '{class}'");
        reader.report(Problem::hint("class-path", path.to_string(), message).at(node.place));
    }
    if let Some((alias, meant)) = ALIASES.iter().find(|(alias, _)| *alias == class) {
        class = meant;
        let message = format!("'{alias}' is another name of the class '{meant}'");
        reader.report(Problem::hint("class-alias", path.to_string(), message).at(node.place));
    }
    class.to_owned()
}

/// The strategy of this name in any case, as Routilux reads it. It takes an unknown strategy for `stop`.
pub fn strategy(reader: &Reader, path: &Path<'_>, node: &Node, word: &str) -> Strategy {
    if let Some((_, strategy)) = STRATEGIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
        return *strategy;
    }
    let told = unknown_word("strategy", word, STRATEGIES.iter().map(|(known, _)| *known));
    let message = format!("{told}; it is taken for stop");
    reader.report(Problem::warning("unknown-strategy", path.to_string(), message).at(node.place));
    Strategy::Stop
}

/// The ends of a connection as the library's server lists them: `source_routine`, `source_event`, `target_routine`,
/// `target_slot`. Nothing if the connection is not written so, or an end cannot be read, which is told.
pub fn ends(fields: &mut Fields<'_>) -> Option<(PortRef, PortRef)> {
    let names = ["source_routine", "source_event", "target_routine", "target_slot"];
    let [routine, event, target, slot] = names.map(|name| end(fields, name));
    Some((PortRef::new(routine?, event?), PortRef::new(target?, slot?)))
}

/// One part of an end. Anything that could not stand in `routine.port` is told.
fn end(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    let node = fields.required(name)?;
    let path = Path::Key(fields.path, name);
    let text = fields.reader.text(&path, node)?;
    if text.is_empty() || (name.ends_with("routine") && text.contains('.')) {
        let message =
            format!("'{text}' names no part of a port; write a routine's id, or the name of its event or slot");
        fields.reader.error("bad-endpoint", &path, node.place, message);
        return None;
    }
    Some(text.to_string())
}
