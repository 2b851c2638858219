//! What happens when a script calls a function of the host.

use monty_types::unstable::{MontyGraph, MontyNode, NodeId, into_call_args_parts};
use monty_types::{CallArgs, ExcType, MontyException, MontyObject};

use crate::engine::behaviour::{Failure, Host, Level};
use crate::flow::value::{Map, Value};

use super::convert::{from_python, payload, to_python};
use super::failure::exception;
use super::history::Said;
use super::logic::JOB;

/// The longest text of one log record, in bytes; what is longer is cut.
pub const MAX_TEXT: usize = 64 * 1024;

/// What becomes of a call.
pub enum Answer {
    /// It returns or raises.
    Say(Said),
    /// The script sleeps this many microseconds, then it returns.
    Sleep(u64),
    /// The attempt is over.
    End(Failure),
}

type Outcome = Result<Said, MontyException>;

/// The arguments of a call.
struct Arguments<'a> {
    function: &'a str,
    graph: MontyGraph,
    positional: Vec<NodeId>,
    named: Vec<(NodeId, NodeId)>,
}

/// Does what a script asks for.
pub fn call(host: &mut dyn Host, function: &str, args: CallArgs) -> Answer {
    let (graph, positional, named) = into_call_args_parts(args);
    let mut arguments = Arguments { function, graph, positional, named };
    arguments.leave_out_context();
    let outcome = match function {
        "emit" => return emit(host, arguments),
        "sleep" => return sleep(host, &arguments),
        "get_config" => get_config(host, &arguments),
        "get_state" => get_state(host, &arguments),
        "set_state" => set_state(host, &arguments),
        "log" => log(host, &arguments),
        "print" => print(host, &arguments),
        "progress" => progress(host, &arguments),
        "send_output" => send_output(host, arguments),
        "get_shared_data" => get_shared_data(host, &arguments),
        "update_shared_data" => update_shared_data(host, &arguments),
        "append_to_shared_log" => append_to_shared_log(host, &arguments),
        "get_shared_log" => get_shared_log(host, &arguments),
        "sync" => sync(host, &arguments),
        other => Err(raise(ExcType::AttributeError, format!("there is no function '{other}'"))),
    };
    Answer::Say(outcome.unwrap_or_else(Said::Raise))
}

/// An exception with a message.
pub fn raise(exc_type: ExcType, message: impl Into<String>) -> MontyException {
    MontyException::new(exc_type, Some(message.into()))
}

impl Arguments<'_> {
    /// Takes away what the library wants to be passed along: `emit(…, worker_state=…, runtime=…)` and
    /// `get_state(worker_state, key)`. The engine knows its job.
    fn leave_out_context(&mut self) {
        let graph = &self.graph;
        let is_job =
            |id: NodeId| matches!(graph.node(id), MontyNode::ClassInstance { instance_id, .. } if *instance_id == JOB);
        let key = |id: NodeId| graph.value(id).as_str().unwrap_or_default();
        let state = matches!(self.function, "get_state" | "set_state");
        if state && self.positional.first().is_some_and(|first| is_job(*first)) {
            self.positional.remove(0);
        }
        let is_context =
            |(name, value): &(NodeId, NodeId)| matches!(key(*name), "worker_state" | "job_state") && is_job(*value);
        if self.named.iter().any(is_context) {
            let is_runtime = |(name, value): &(NodeId, NodeId)| {
                key(*name) == "runtime" && matches!(graph.node(*value), MontyNode::None)
            };
            self.named.retain(|argument| !is_context(argument) && !is_runtime(argument));
        }
    }

    /// Binds the arguments to parameters as a Python call does, the first `required` of which have no default.
    fn bind<const N: usize>(&self, names: [&str; N], required: usize) -> Result<[Option<NodeId>; N], MontyException> {
        let mut bound = [None; N];
        if self.positional.len() > N {
            let (plural, were) = (if N == 1 { "" } else { "s" }, self.positional.len());
            let message = format!("{}() takes {N} positional argument{plural} but {were} were given", self.function);
            return Err(raise(ExcType::TypeError, message));
        }
        for (place, id) in bound.iter_mut().zip(&self.positional) {
            *place = Some(*id);
        }
        for (key, value) in &self.named {
            let key = self.graph.value(*key).as_str().unwrap_or_default();
            let Some(position) = names.iter().position(|name| *name == key) else {
                let message = format!("{}() got an unexpected keyword argument '{key}'", self.function);
                return Err(raise(ExcType::TypeError, message));
            };
            if bound[position].replace(*value).is_some() {
                let message = format!("{}() got multiple values for argument '{key}'", self.function);
                return Err(raise(ExcType::TypeError, message));
            }
        }
        self.check_required(&names, &bound, required)?;
        Ok(bound)
    }

    fn check_required(&self, names: &[&str], bound: &[Option<NodeId>], required: usize) -> Result<(), MontyException> {
        let missing: Vec<String> = names
            .iter()
            .zip(bound)
            .take(required)
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| format!("'{name}'"))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let plural = if missing.len() == 1 { "" } else { "s" };
        let (function, count, names) = (self.function, missing.len(), missing.join(" and "));
        let message = format!("{function}() missing {count} required positional argument{plural}: {names}");
        Err(raise(ExcType::TypeError, message))
    }

    /// Splits the arguments of `emit` and `send_output`: the name, and the rest as the payload. A payload may have an
    /// entry of the parameter's own name.
    fn name_and_payload(mut self, parameter: &str) -> Result<(String, Value), MontyException> {
        let function = self.function;
        let name = match self.positional.as_slice() {
            [name] => *name,
            [] => {
                let named = |(key, _): &(NodeId, NodeId)| self.graph.value(*key).as_str() == Some(parameter);
                let Some(position) = self.named.iter().position(named) else {
                    let message = format!("{function}() missing 1 required positional argument: '{parameter}'");
                    return Err(raise(ExcType::TypeError, message));
                };
                self.named.remove(position).1
            }
            more => {
                let message = format!("{function}() takes 1 positional argument but {} were given", more.len());
                return Err(raise(ExcType::TypeError, message));
            }
        };
        let text = self.text(name, parameter)?.to_owned();
        Ok((text, payload(&self.graph, &self.named, function)?))
    }

    /// The text of an argument.
    fn text(&self, id: NodeId, parameter: &str) -> Result<&str, MontyException> {
        let value = self.graph.value(id);
        value.as_str().ok_or_else(|| {
            let message = format!("{}: {parameter} must be a str, not {}", self.function, value.type_name());
            raise(ExcType::TypeError, message)
        })
    }

    /// The JSON value of an argument.
    fn json(&self, id: NodeId, place: &str) -> Result<Value, MontyException> {
        from_python(&self.graph, id).map_err(|error| error.at(&format!("{}: {place}", self.function)))
    }

    /// What Python's `str` makes of an argument.
    fn display(&self, id: NodeId) -> String {
        let value = self.graph.value(id);
        value.as_str().map_or_else(|| value.py_repr(), str::to_owned)
    }

    /// Reads `(key, default=None)`: the key, and what to return if there is no such entry.
    fn key_and_default(&self) -> Result<(&str, MontyObject), MontyException> {
        let [key, default] = self.bind(["key", "default"], 1)?;
        let key = self.text(key.unwrap_or(NodeId(0)), "key")?;
        Ok((key, default.map_or_else(MontyObject::none, |id| self.graph.value(id).to_owned())))
    }

    /// Reads `(key, value)`.
    fn key_and_value(&self) -> Result<(String, Value), MontyException> {
        let [key, value] = self.bind(["key", "value"], 2)?;
        let key = self.text(key.unwrap_or(NodeId(0)), "key")?.to_owned();
        let value = self.json(value.unwrap_or(NodeId(0)), &format!("'{key}'"))?;
        Ok((key, value))
    }
}

fn emit(host: &mut dyn Host, arguments: Arguments<'_>) -> Answer {
    match arguments.name_and_payload("event") {
        Ok((event, data)) => match host.emit(&event, data) {
            Ok(()) => Answer::Say(Said::Nothing),
            Err(failure) if failure.timed_out => Answer::End(failure),
            Err(failure) => Answer::Say(Said::Raise(exception(&failure))),
        },
        Err(error) => Answer::Say(Said::Raise(error)),
    }
}

fn send_output(host: &mut dyn Host, arguments: Arguments<'_>) -> Outcome {
    let (output_type, data) = arguments.name_and_payload("type")?;
    host.send_output(&output_type, data);
    Ok(Said::Nothing)
}

fn get_config(host: &dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let (key, default) = arguments.key_and_default()?;
    Ok(Said::Value(host.config().get(key).map_or(default, to_python)))
}

fn get_state(host: &dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let (key, default) = arguments.key_and_default()?;
    Ok(Said::Value(host.state(key).as_ref().map_or(default, to_python)))
}

fn set_state(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let (key, value) = arguments.key_and_value()?;
    host.set_state(&key, value);
    Ok(Said::Nothing)
}

fn log(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let [message, level] = arguments.bind(["message", "level"], 1)?;
    let level = match level {
        None => Level::Info,
        Some(id) => {
            let name = arguments.text(id, "level")?;
            Level::parse(name).ok_or_else(|| {
                let message = format!("log: level must be debug, info, warn or error, not '{name}'");
                raise(ExcType::ValueError, message)
            })?
        }
    };
    host.log(level, cut(&message.map_or_else(String::new, |id| arguments.display(id))).as_ref());
    Ok(Said::Nothing)
}

fn print(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let [text] = arguments.bind(["text"], 1)?;
    print_text(host, &text.map_or_else(String::new, |id| arguments.display(id)));
    Ok(Said::Nothing)
}

/// Logs what one `print` wrote, without the newline at its end.
pub fn print_text(host: &mut dyn Host, text: &str) {
    host.log(Level::Info, cut(text.strip_suffix('\n').unwrap_or(text)).as_ref());
}

/// Cuts a text that is too long for a record.
fn cut(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= MAX_TEXT {
        return text.into();
    }
    let end = text.floor_char_boundary(MAX_TEXT);
    let (kept, rest) = text.split_at(end);
    format!("{kept}… ({} bytes more)", rest.len()).into()
}

fn progress(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let [ratio] = arguments.bind(["ratio"], 1)?;
    let value = arguments.graph.value(ratio.unwrap_or(NodeId(0)));
    let number = value.as_float().or_else(|| value.as_bool().map(|value| f64::from(u8::from(value))));
    let Some(number) = number else {
        return Err(raise(ExcType::TypeError, format!("progress: ratio must be a number, not {}", value.type_name())));
    };
    if number.is_nan() {
        return Err(raise(ExcType::ValueError, "progress: ratio must not be nan"));
    }
    host.progress(number.clamp(0.0, 1.0));
    Ok(Said::Nothing)
}

fn get_shared_data(host: &dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let (key, default) = arguments.key_and_default()?;
    Ok(Said::Value(host.shared_data().get(key).map_or(default, to_python)))
}

fn update_shared_data(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let (key, value) = arguments.key_and_value()?;
    let mut data = host.shared_data().clone();
    data.insert(key.into(), value);
    host.set_shared_data(data);
    Ok(Said::Nothing)
}

fn append_to_shared_log(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let [entry] = arguments.bind(["entry"], 1)?;
    let id = entry.unwrap_or(NodeId(0));
    match arguments.json(id, "the entry")? {
        entry @ Value::Map(_) => {
            host.append_to_shared_log(entry);
            Ok(Said::Nothing)
        }
        _ => {
            let kind = arguments.graph.value(id).type_name();
            Err(raise(ExcType::TypeError, format!("append_to_shared_log: entry must be a dict, not {kind}")))
        }
    }
}

fn get_shared_log(host: &dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let [] = arguments.bind([], 0)?;
    Ok(Said::Value(to_python(&Value::list(host.shared_log().iter().cloned()))))
}

/// Takes over the shared data as the script left it. After an error (`strict` is false) what is no JSON value is not
/// told, so that the logic's own error is the one that is seen.
fn sync(host: &mut dyn Host, arguments: &Arguments<'_>) -> Outcome {
    let [data, strict] = arguments.bind(["data", "strict"], 2)?;
    let strict = strict.and_then(|id| arguments.graph.value(id).as_bool()).unwrap_or(true);
    match take_over(host, arguments, data.unwrap_or(NodeId(0))) {
        Err(error) if strict => Err(error),
        _ => Ok(Said::Nothing),
    }
}

/// Takes over what is JSON; the first that is not is told, and stays as it was. What was done before an error stands.
fn take_over(host: &mut dyn Host, arguments: &Arguments<'_>, id: NodeId) -> Result<(), MontyException> {
    let value = arguments.graph.value(id);
    let Some(pairs) = value.pairs().filter(|_| value.type_name() == "dict") else {
        return Err(raise(ExcType::TypeError, format!("shared_data must be a dict, not {}", value.type_name())));
    };
    let mut data = Map::with_capacity(pairs.len());
    let mut refused = None;
    for (key, (_, item)) in pairs.iter().zip(node_pairs(arguments, id)) {
        let Some(key) = key.0.as_str() else {
            let message = format!("shared_data has the key {}, which is no text", key.0.py_repr());
            refused.get_or_insert_with(|| raise(ExcType::TypeError, message));
            continue;
        };
        match from_python(&arguments.graph, item) {
            Ok(value) => {
                data.insert(key.into(), value);
            }
            Err(error) => {
                refused.get_or_insert_with(|| error.at(&format!("shared_data['{key}']")));
                if let Some(old) = host.shared_data().get(key) {
                    data.insert(key.into(), old.clone());
                }
            }
        }
    }
    if *host.shared_data() != data {
        host.set_shared_data(data);
    }
    refused.map_or(Ok(()), Err)
}

/// The ids of a dict's keys and values.
fn node_pairs(arguments: &Arguments<'_>, id: NodeId) -> Vec<(NodeId, NodeId)> {
    match arguments.graph.node(id) {
        monty_types::unstable::MontyNode::Dict(pairs) => pairs.clone(),
        _ => Vec::new(),
    }
}

/// The longest sleep, in seconds: CPython's, whose times are 64-bit nanoseconds.
const MAX_SLEEP_SECONDS: f64 = 9_223_372_036.0;

fn sleep(host: &mut dyn Host, arguments: &Arguments<'_>) -> Answer {
    match sleep_us(arguments) {
        Ok((us, None)) => Answer::Sleep(us),
        Ok((us, Some(shared))) => match take_over(host, arguments, shared) {
            Ok(()) => Answer::Sleep(us),
            Err(error) => Answer::Say(Said::Raise(error)),
        },
        Err(error) => Answer::Say(Said::Raise(error)),
    }
}

/// How long to sleep, and the shared data that has to be written back before others run.
fn sleep_us(arguments: &Arguments<'_>) -> Result<(u64, Option<NodeId>), MontyException> {
    let [seconds, shared] = arguments.bind(["seconds", "shared"], 1)?;
    let value = arguments.graph.value(seconds.unwrap_or(NodeId(0)));
    let seconds = value.as_float().or_else(|| value.as_bool().map(|value| f64::from(u8::from(value))));
    let Some(seconds) = seconds else {
        let message = match value.type_name() {
            "int" => return Err(raise(ExcType::OverflowError, "timestamp too large to convert to C PyTime_t")),
            other => format!("'{other}' object cannot be interpreted as an integer"),
        };
        return Err(raise(ExcType::TypeError, message));
    };
    if seconds.is_nan() {
        return Err(raise(ExcType::ValueError, "Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(raise(ExcType::ValueError, "sleep length must be non-negative"));
    }
    if seconds > MAX_SLEEP_SECONDS {
        return Err(raise(ExcType::OverflowError, "timestamp too large to convert to C PyTime_t"));
    }
    Ok(((seconds * 1e6).round() as u64, shared))
}
