//! The Python that stands in for the playground's classes on the library: one file for each class, and what several need.

use std::collections::BTreeSet;

use super::super::model::Flow;

/// What classes have in common, in the order in which it has to come.
const PARTS: [(Part, &str); 6] = [
    (Part::BuiltIn, include_str!("python/parts/built_in.py")),
    (Part::Paths, include_str!("python/parts/paths.py")),
    (Part::Texts, include_str!("python/parts/texts.py")),
    (Part::Comparing, include_str!("python/parts/comparing.py")),
    (Part::Chance, include_str!("python/parts/chance.py")),
    (Part::NotExported, include_str!("python/parts/not_exported.py")),
];

/// Something that several classes need.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    BuiltIn,
    Paths,
    /// With [`Part::Paths`].
    Texts,
    Comparing,
    Chance,
    NotExported,
}

/// Declares the classes: each has a file of its name, and the parts that it needs.
macro_rules! classes {
    ($($name:literal: $($part:ident)*;)*) => {
        &[$(($name, &[$(Part::$part),*], include_str!(concat!("python/classes/", $name, ".py")))),*]
    };
}

/// Name, needed parts and source of each class that can be exported.
const CLASSES: &[(&str, &[Part], &str)] = classes! {
    "Python": ;
    "Generator": BuiltIn Chance;
    "Sink": BuiltIn;
    "Logger": BuiltIn Paths Texts;
    "Map": BuiltIn;
    "Mapper": BuiltIn Paths;
    "DataFlattener": BuiltIn;
    "SchemaValidator": BuiltIn Paths Texts Comparing;
    "ResultExtractor": BuiltIn Paths Texts;
    "TextRenderer": BuiltIn Paths Texts;
    "TextClipper": BuiltIn Paths Texts;
    "Filter": BuiltIn Comparing;
    "FilterExpression": BuiltIn;
    "Branch": BuiltIn Paths Comparing;
    "ConditionalRouter": BuiltIn Comparing;
    "Merge": BuiltIn;
    "Splitter": BuiltIn;
    "Aggregator": BuiltIn;
    "Batcher": BuiltIn;
    "Reduce": BuiltIn Paths Texts Comparing;
    "Counter": BuiltIn Paths Texts;
    "Loop": BuiltIn;
    "Delay": BuiltIn;
    "Throttle": BuiltIn;
    "Debouncer": BuiltIn;
    "RetryHandler": BuiltIn Chance;
    "TimeProvider": BuiltIn;
};

/// Whether a class can be exported.
pub fn is_supported(class: &str) -> bool {
    CLASSES.iter().any(|(name, ..)| *name == class)
}

/// What a flow's classes need, as sources that follow each other.
pub fn sources(flow: &Flow) -> Vec<&'static str> {
    let is_used = |class: &str| flow.routines.iter().any(|routine| routine.class == class);
    let used: Vec<_> = CLASSES.iter().filter(|(name, ..)| is_used(name)).collect();
    let mut parts: BTreeSet<Part> = used.iter().flat_map(|(_, parts, _)| parts.iter().copied()).collect();
    if flow.routines.iter().any(|routine| !is_supported(&routine.class)) {
        parts.insert(Part::NotExported);
    }
    let shared = PARTS.iter().filter(|(part, _)| parts.contains(part)).map(|(_, source)| *source);
    shared.chain(used.iter().map(|(_, _, source)| *source)).collect()
}
