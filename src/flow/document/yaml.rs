//! YAML 1.2 text to a tree with places, by the core schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};

use super::super::problem::{Place, Problem};
use super::node::{Entry, Node, NodeKind};
use super::scalar;
use super::{MAX_DEPTH, MAX_TEXT};

/// Reads the one document of a YAML text.
///
/// # Errors
/// What is wrong with the text, with the place.
pub fn parse(text: &str) -> Result<Node, Problem> {
    refuse_control_characters(text)?;
    let mut options = granit_parser::options! {
        // JSON is a part of YAML, and its keys may be long.
        simple_key_max_lookahead: MAX_TEXT,
    };
    options.set_emit_comments(false);
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        builder.event(event, span)?;
    }
    builder.root.map(|built| built.node).ok_or_else(super::empty_document)
}

fn syntax(error: &ScanError) -> Problem {
    let marker = error.marker();
    let place = place(marker.line(), marker.col());
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return super::too_deep(MAX_DEPTH).at(Some(place));
    }
    Problem::error("syntax", "", format!("this is not valid YAML: {}", error.info())).at(Some(place))
}

/// YAML text has no control characters, which the parser would take for content. (Those above U+007E may be in quotes, as
/// in JSON, and do no harm elsewhere.)
fn refuse_control_characters(text: &str) -> Result<(), Problem> {
    let is_allowed = |c: char| c >= ' ' || matches!(c, '\t' | '\n' | '\r');
    match text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        None => Ok(()),
        Some((offset, c)) => {
            let message = format!(
                "the text has the control character U+{:04X}; remove it, or write \"\\x{:02X}\" in double quotes",
                u32::from(c),
                u32::from(c)
            );
            let place = super::position::Positions::new(text).place(offset);
            Err(Problem::error("syntax", "", message).at(Some(place)))
        }
    }
}

fn place(line: usize, column_from_0: usize) -> Place {
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Place { line: narrow(line), column: narrow(column_from_0 + 1) }
}

/// A part that is complete, and what it takes to use it as a key or by an alias.
#[derive(Clone, Debug)]
struct Built {
    node: Node,
    /// The text of a scalar, whatever type it resolved to.
    text: Option<Arc<str>>,
    /// About how many bytes of text it stands for, with its aliases expanded.
    bytes: usize,
}

/// A list or a map that is not complete yet.
#[derive(Debug)]
struct Open {
    kind: OpenKind,
    place: Place,
    anchor: usize,
    bytes: usize,
}

#[derive(Debug)]
enum OpenKind {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(Arc<str>, Option<Place>)> },
}

#[derive(Debug, Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Built>,
    expanded: usize,
    documents: usize,
    root: Option<Built>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let at = place(span.start.line(), span.start.col());
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "the text has several documents; keep one of them";
                    return Err(Problem::error("several-documents", "", message).at(Some(at)));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let built = Self::scalar(&text, style, tag.as_deref(), &span)?;
                self.complete(built, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => self.start(OpenKind::List(Vec::new()), at, anchor, tag.as_deref()),
            Event::MappingStart(_, anchor, tag) => {
                self.start(OpenKind::Map { entries: Vec::new(), key: None }, at, anchor, tag.as_deref())
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => Ok(()),
        }
    }

    fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) -> Result<Built, Problem> {
        let at = place(span.start.line(), span.start.col());
        let kind = match tag {
            Some(tag) => scalar::tagged(text, &name_of(tag)),
            None if style == ScalarStyle::Plain => scalar::resolve(text),
            None => Ok(NodeKind::Str(text.into())),
        };
        let kind = kind.map_err(|message| Problem::error("bad-scalar", "", message).at(Some(at)))?;
        let mut node = Node::new(kind, Some(at));
        node.is_blank = tag.is_none() && node.kind == NodeKind::Null && span.start.index() == span.end.index();
        if style == ScalarStyle::Literal {
            // The parser's span starts at the first line that is not blank.
            let blank = text.bytes().take_while(|byte| *byte == b'\n').count();
            node.literal = Some(place(span.start.line().saturating_sub(blank), span.start.col()));
        }
        Ok(Built { node, text: Some(text.into()), bytes: text.len() + 2 })
    }

    fn start(&mut self, kind: OpenKind, at: Place, anchor: usize, tag: Option<&Tag>) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(super::too_deep(MAX_DEPTH).at(Some(at)));
        }
        let (fitting, name) = match kind {
            OpenKind::List(_) => ("!!seq", "list"),
            OpenKind::Map { .. } => ("!!map", "map"),
        };
        if let Some(tag) = tag.map(name_of).filter(|tag| tag != fitting && tag != "!") {
            let message = format!("the tag {tag} does not fit a {name}; remove it");
            return Err(Problem::error("bad-scalar", "", message).at(Some(at)));
        }
        self.open.push(Open { kind, place: at, anchor, bytes: 2 });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let kind = match open.kind {
            OpenKind::List(items) => NodeKind::List(Arc::new(items)),
            OpenKind::Map { entries, .. } => NodeKind::Map(Arc::new(entries)),
        };
        let node = Node::new(kind, Some(open.place));
        self.complete(Built { node, text: None, bytes: open.bytes }, open.anchor)
    }

    fn alias(&mut self, anchor: usize, at: Place) -> Result<(), Problem> {
        let Some(target) = self.anchors.get(&anchor) else {
            let message = "this alias is inside the part that it repeats; write the part out";
            return Err(Problem::error("bad-alias", "", message).at(Some(at)));
        };
        self.expanded = self.expanded.saturating_add(target.bytes);
        if self.expanded > MAX_TEXT {
            let message = "the aliases of this document expand to more than 1 MiB; write less with them";
            return Err(Problem::error("alias-expansion", "", message).at(Some(at)));
        }
        let mut built = target.clone();
        if self.open.len() + built.node.depth() > MAX_DEPTH {
            return Err(super::too_deep(MAX_DEPTH).at(Some(at)));
        }
        built.node.place = Some(at);
        self.complete(built, 0)
    }

    /// Puts a complete part where it belongs.
    fn complete(&mut self, built: Built, anchor: usize) -> Result<(), Problem> {
        if anchor != 0 {
            self.anchors.insert(anchor, built.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(built);
            return Ok(());
        };
        open.bytes = open.bytes.saturating_add(built.bytes);
        match &mut open.kind {
            OpenKind::List(items) => items.push(built.node),
            OpenKind::Map { entries, key } => match key.take() {
                Some((key, place)) => entries.push(Entry { key, place, value: built.node }),
                None if built.node.is_blank => {
                    let message = "a name is missing before this ':'";
                    return Err(Problem::error("bad-key", "", message).at(built.node.place));
                }
                None => {
                    let Some(text) = built.text else {
                        let message = format!("a key is text, not {}", built.node.kind_name());
                        return Err(Problem::error("bad-key", "", message).at(built.node.place));
                    };
                    *key = Some((text, built.node.place));
                }
            },
        }
        Ok(())
    }
}

/// The tag as people write it: `!!str`, `!mine`, and `!` for the one that says "not resolved".
fn name_of(tag: &Tag) -> String {
    match tag.core_suffix() {
        Some(suffix) => format!("!!{suffix}"),
        None => match (tag.handle(), tag.suffix()) {
            ("tag:yaml.org,2002:", suffix) => format!("!!{suffix}"),
            ("" | "!", "" | "!") => "!".into(),
            _ => tag.original(),
        },
    }
}
