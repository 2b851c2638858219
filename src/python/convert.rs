//! Values between the engine and the Python interpreter, in both directions.

use std::sync::Arc;

use monty_types::unstable::{MontyGraph, MontyNode, NodeId, object_from_graph};
use monty_types::{ExcType, MontyException, MontyObject};

use crate::engine::limits::MAX_DEPTH;
use crate::flow::value::{Map, Value};

/// The largest value that a logic may keep or send, in bytes as JSON. A script can make a value that holds one part a
/// million times; everything that looks at values would take them for a million parts.
const MAX_BYTES: usize = 16 << 20;

/// The most digits of an integer that Python writes out (CPython's `sys.get_int_max_str_digits()`).
const MAX_INT_DIGITS: usize = 4300;

/// A value for the interpreter: maps become dicts, lists become lists.
pub fn to_python(value: &Value) -> MontyObject {
    let mut graph = MontyGraph::with_capacity(8);
    let root = push(&mut graph, value);
    finish(graph, root)
}

/// Appends the slots as the logic's `slot_data`, without building the map in between.
pub fn push_slots<'a>(graph: &mut MontyGraph, slots: impl Iterator<Item = (&'a Arc<str>, &'a [Value])>) -> NodeId {
    let pairs = slots
        .map(|(name, items)| {
            let key = graph.push(MontyNode::String(name.as_ref().to_owned()));
            let ids = items.iter().map(|item| push(graph, item)).collect();
            (key, graph.push(MontyNode::List(ids)))
        })
        .collect();
    graph.push(MontyNode::Dict(pairs))
}

/// A map as a dict.
pub fn map_to_python(map: &Map) -> MontyObject {
    let mut graph = MontyGraph::with_capacity(8);
    let root = push_map(&mut graph, map);
    finish(graph, root)
}

/// Pairs a graph that was built here with its root, which is always in range.
pub fn finish(graph: MontyGraph, root: NodeId) -> MontyObject {
    object_from_graph(graph, root).unwrap_or_else(|_| MontyObject::none())
}

/// Appends a value and what it holds.
pub fn push(graph: &mut MontyGraph, value: &Value) -> NodeId {
    let node = match value {
        Value::Null => MontyNode::None,
        Value::Bool(value) => MontyNode::Bool(*value),
        Value::Int(number) => MontyNode::Int(*number),
        Value::BigInt(digits) => digits.parse().map_or(MontyNode::None, MontyNode::BigInt),
        Value::Float(number) => MontyNode::Float(*number),
        Value::Str(text) => MontyNode::String(text.as_ref().to_owned()),
        Value::List(items) => {
            let ids = items.iter().map(|item| push(graph, item)).collect();
            MontyNode::List(ids)
        }
        Value::Map(map) => return push_map(graph, map),
    };
    graph.push(node)
}

/// Appends a map and what it holds.
pub fn push_map(graph: &mut MontyGraph, map: &Map) -> NodeId {
    let pairs = map
        .iter()
        .map(|(key, value)| (graph.push(MontyNode::String(key.as_ref().to_owned())), push(graph, value)))
        .collect();
    graph.push(MontyNode::Dict(pairs))
}

/// Why a Python object is no JSON value.
#[derive(Debug)]
pub struct NotJson {
    /// The exception that says so.
    pub exc_type: ExcType,
    /// What was found, such as `a set, which is no JSON value`.
    found: String,
}

impl NotJson {
    fn new(found: impl Into<String>) -> Self {
        Self { exc_type: ExcType::TypeError, found: format!("{}, which is no JSON value", found.into()) }
    }

    /// What would be JSON if it were smaller.
    fn limit(found: impl Into<String>) -> Self {
        Self { exc_type: ExcType::ValueError, found: found.into() }
    }

    /// The exception, naming the place: `emit: payload 'x' has a set, which is no JSON value`.
    pub fn at(self, place: &str) -> MontyException {
        MontyException::new(self.exc_type, Some(format!("{place} has {}", self.found)))
    }
}

/// The JSON value of a node: tuples become lists, anything else that JSON does not know is refused.
///
/// A part that several places share is shared in the value too, so that a small graph cannot grow into a huge tree.
pub fn from_python(graph: &MontyGraph, root: NodeId) -> Result<Value, NotJson> {
    Reader { graph, memo: Vec::new() }.read(root, 0).map(|(value, _)| value)
}

impl Size {
    /// A part more, and this many bytes around it.
    fn add(&mut self, part: Size, around: usize) -> Result<(), NotJson> {
        self.bytes += part.bytes + around;
        self.depth = self.depth.max(part.depth + 1);
        check_bytes(self.bytes)
    }
}

fn check_bytes(bytes: usize) -> Result<(), NotJson> {
    if bytes <= MAX_BYTES { Ok(()) } else { Err(NotJson::limit("more than 16 MiB")) }
}

fn check_depth(depth: usize) -> Result<(), NotJson> {
    if depth <= MAX_DEPTH { Ok(()) } else { Err(NotJson::limit("more than 100 lists and maps inside one another")) }
}

/// Reads the nodes of one graph.
struct Reader<'a> {
    graph: &'a MontyGraph,
    /// Containers that were read already, sorted by their id: the nodes come in post-order, so ids only grow.
    memo: Vec<(NodeId, (Value, Size))>,
}

/// How large a value is, when all that it shares is counted each time.
#[derive(Clone, Copy, Debug)]
struct Size {
    /// About how many bytes it has as JSON.
    bytes: usize,
    /// How many lists and maps lie inside one another.
    depth: usize,
}

impl Reader<'_> {
    /// Reads a node that lies this deep.
    fn read(&mut self, id: NodeId, depth: usize) -> Result<(Value, Size), NotJson> {
        let scalar = |value: Value, bytes: usize| Ok((value, Size { bytes, depth: 0 }));
        match self.graph.node(id) {
            MontyNode::None => scalar(Value::Null, 4),
            MontyNode::Bool(value) => scalar(Value::Bool(*value), 4),
            MontyNode::Int(number) => scalar(Value::Int(*number), 8),
            MontyNode::BigInt(number) => {
                // An estimate is enough to keep the conversion, which is quadratic, small.
                let digits = number.bits() as usize * 3 / 10;
                if digits > MAX_INT_DIGITS {
                    return Err(NotJson::limit(format!("an integer of more than {MAX_INT_DIGITS} digits")));
                }
                scalar(Value::BigInt(number.to_string().into()), digits)
            }
            MontyNode::Float(number) if number.is_finite() => scalar(Value::Float(*number), 8),
            MontyNode::Float(number) if number.is_nan() => Err(NotJson::new("nan")),
            MontyNode::Float(_) => Err(NotJson::new("an infinite number")),
            MontyNode::String(text) => {
                check_bytes(text.len())?;
                scalar(Value::text(text.as_str()), text.len() + 2)
            }
            MontyNode::List(ids) | MontyNode::Tuple(ids) | MontyNode::NamedTuple { values: ids, .. } => {
                self.shared(id, depth, |reader| reader.list(ids, depth + 1))
            }
            MontyNode::Dict(pairs) => self.shared(id, depth, |reader| reader.map(pairs, depth + 1)),
            other => Err(NotJson::new(describe(other, self.graph))),
        }
    }

    /// Reads a container once.
    fn shared(
        &mut self,
        id: NodeId,
        depth: usize,
        read: impl FnOnce(&mut Self) -> Result<(Value, Size), NotJson>,
    ) -> Result<(Value, Size), NotJson> {
        let (value, size) = match self.memo.binary_search_by_key(&id, |(known, _)| *known) {
            Ok(position) => self.memo[position].1.clone(),
            Err(_) => {
                check_depth(depth + 1)?;
                let read = read(self)?;
                if let Err(position) = self.memo.binary_search_by_key(&id, |(known, _)| *known) {
                    self.memo.insert(position, (id, read.clone()));
                }
                read
            }
        };
        check_depth(depth + size.depth)?;
        Ok((value, size))
    }

    fn list(&mut self, ids: &[NodeId], depth: usize) -> Result<(Value, Size), NotJson> {
        let mut size = Size { bytes: 2, depth: 1 };
        let items = ids.iter().map(|id| {
            let (value, item) = self.read(*id, depth)?;
            size.add(item, 1)?;
            Ok(value)
        });
        let items = items.collect::<Result<Arc<[Value]>, NotJson>>()?;
        Ok((Value::List(items), size))
    }

    fn map(&mut self, pairs: &[(NodeId, NodeId)], depth: usize) -> Result<(Value, Size), NotJson> {
        let mut size = Size { bytes: 2, depth: 1 };
        let mut map = Map::with_capacity(pairs.len());
        for (key, value) in pairs {
            let key = self.key(*key)?;
            let (value, item) = self.read(*value, depth)?;
            size.add(item, key.len() + 4)?;
            map.insert(key, value);
        }
        Ok((Value::Map(Arc::new(map)), size))
    }

    fn key(&self, id: NodeId) -> Result<Arc<str>, NotJson> {
        match self.graph.node(id) {
            MontyNode::String(key) => Ok(key.as_str().into()),
            _ => {
                let key = self.graph.value(id);
                Err(NotJson::new(format!("the key {} ({}), not text", key.py_repr(), key.type_name())))
            }
        }
    }
}

/// What a node is, with its article, for messages.
fn describe(node: &MontyNode, graph: &MontyGraph) -> String {
    match node {
        MontyNode::Set(_) => "a set".to_owned(),
        MontyNode::FrozenSet(_) => "a frozenset".to_owned(),
        MontyNode::Bytes(_) => "bytes".to_owned(),
        MontyNode::Function { .. } | MontyNode::BuiltinFunction(_) => "a function".to_owned(),
        MontyNode::Type(_) | MontyNode::ClassType(_) => "a class".to_owned(),
        MontyNode::Cycle(_) => "a reference to itself".to_owned(),
        MontyNode::Repr(text) => text.clone(),
        MontyNode::ClassInstance { class_type, .. } => match graph.node(*class_type) {
            MontyNode::ClassType(class) => format!("an instance of {}", class.name),
            _ => "an instance".to_owned(),
        },
        MontyNode::Exception { exc_type, .. } => format!("an instance of {exc_type}"),
        MontyNode::Date(_) => "a date".to_owned(),
        MontyNode::DateTime(_) => "a datetime".to_owned(),
        MontyNode::Time(_) => "a time".to_owned(),
        MontyNode::TimeDelta(_) => "a timedelta".to_owned(),
        MontyNode::Decimal(_) => "a Decimal".to_owned(),
        MontyNode::Complex(_) => "a complex number".to_owned(),
        MontyNode::Ellipsis => "an Ellipsis".to_owned(),
        _ => "a Python object".to_owned(),
    }
}

/// The keyword arguments of a call as a map, or the exception that names the bad one.
pub fn payload(graph: &MontyGraph, pairs: &[(NodeId, NodeId)], function: &str) -> Result<Value, MontyException> {
    let mut map = Map::with_capacity(pairs.len());
    for (key, value) in pairs {
        let key = graph.value(*key).as_str().unwrap_or_default();
        // A reader of its own for each: what two arguments share is small enough to be read twice.
        let value = from_python(graph, *value).map_err(|error| error.at(&format!("{function}: payload '{key}'")))?;
        map.insert(key.into(), value);
    }
    Ok(Value::Map(Arc::new(map)))
}
