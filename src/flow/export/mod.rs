//! A flow as a Python module for the library Routilux, as it comes from PyPI.
//!
//! The library ships no policies and no timers, its built-in routines never run and its connections change nothing, so the
//! module brings what it needs along (`python/`) and uses the library for the rest: routines, slots, events, connections,
//! routing, error handlers. What the library does not do is said in the module's header.
//!
//! Time is kept by a routine of the module's own, `Clock` in `python/base.py`: an event of it that goes round behind
//! everything else in the library's one queue tells when nothing is left to do, and only then time moves to what is due
//! next. So deadlines, delays and sleeps happen in our order, and take real time only as far as `TIME_SCALE` says.

mod classes;
mod differences;
#[cfg(all(test, feature = "yaml"))]
mod tests;
mod text;

use std::collections::BTreeSet;
use std::fmt::Write;

use super::catalogue::Catalogue;
use super::model::{Connection, ErrorHandler, Flow, PYTHON_CLASS, Policy, Routine, Strategy};
use super::value::{Map, Value};
use text::{class_name, literal, literal_map, quoted, source};

/// What every module has: values, job data, policies, the clock, routines.
const BASE: &str = include_str!("python/base.py");

/// What comes last: running it.
const RUN: &str = include_str!("python/run.py");

/// The Python module of a flow that was validated with this catalogue.
pub fn to_routilux(flow: &Flow, catalogue: &Catalogue) -> String {
    let mut module = String::new();
    module.push_str(&differences::header(flow));
    let sources: Vec<(&str, &str)> =
        std::iter::once(BASE).chain(classes::sources(flow)).map(imports_and_rest).collect();
    module.push_str(&imports(&sources));
    line(&mut module, format_args!("FLOW_ID = {}", quoted(&flow.flow_id)));
    line(&mut module, format_args!("SEED = {}", flow.execution.seed));
    module.push_str("INPUTS = [  # routine, slot, payload, seconds after the start, times, seconds between\n");
    for input in &flow.inputs {
        let (to, data) = (&input.to, literal(&input.data));
        let (routine, slot) = (quoted(&to.routine), quoted(&to.port));
        line(
            &mut module,
            format_args!("    ({routine}, {slot}, {data}, {:?}, {}, {:?}),", input.at, input.repeat, input.every),
        );
    }
    module.push_str("]\n");
    module.push_str(&sources.iter().map(|(_, rest)| *rest).collect::<Vec<_>>().join("\n\n"));
    module.push('\n');
    let mut names = Vec::new();
    for routine in &flow.routines {
        names.push(class_name(&routine.id, &names));
    }
    for (routine, name) in flow.routines.iter().zip(&names) {
        class(&mut module, routine, name);
    }
    build(&mut module, flow, catalogue, &names);
    module.push_str("\n\n");
    module.push_str(RUN);
    module
}

/// The lines at the start of a source that import something, and what follows them.
fn imports_and_rest(source: &str) -> (&str, &str) {
    let is_import = |line: &str| line.starts_with("import ") || line.starts_with("from ") || line.trim().is_empty();
    let end = source.split_inclusive('\n').take_while(|line| is_import(line)).map(str::len).sum();
    let (imports, rest) = source.split_at(end);
    (imports, rest.trim_end())
}

/// All that is imported, once: Python's own modules, then the library's.
fn imports(sources: &[(&str, &str)]) -> String {
    let lines: BTreeSet<&str> =
        sources.iter().flat_map(|(imports, _)| imports.lines()).filter(|line| !line.is_empty()).collect();
    let (library, own): (Vec<&str>, Vec<&str>) = lines.into_iter().partition(|line| line.contains("routilux"));
    let (from, import): (Vec<&str>, Vec<&str>) = own.into_iter().partition(|line| line.starts_with("from "));
    format!("\n{}\n\n{}\n\n", [import, from].concat().join("\n"), library.join("\n"))
}

fn line(module: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    writeln!(module, "{text}").unwrap_or_default();
}

/// The class of one routine.
fn class(module: &mut String, routine: &Routine, name: &str) {
    let base = match routine.class.as_str() {
        PYTHON_CLASS => "PythonRoutine",
        class if classes::is_supported(class) => class,
        _ => "NotExported",
    };
    line(module, format_args!("\n\nclass {name}({base}):"));
    line(module, format_args!("    \"\"\"The routine {}.\"\"\"", text::in_docs(&routine.id)));
    match (base, &routine.logic) {
        ("PythonRoutine", Some(logic)) => line(module, format_args!("\n    source = {}", source(logic))),
        ("PythonRoutine", None) => module.push_str("\n    source = \"def logic():\\n    pass\\n\"\n"),
        ("NotExported", _) => line(module, format_args!("\n    class_name = {}", quoted(&routine.class))),
        _ => {}
    }
}

/// The function that puts the flow together.
fn build(module: &mut String, flow: &Flow, catalogue: &Catalogue, names: &[String]) {
    module.push_str(
        "\n\ndef build():\n    \"\"\"A new flow with routines of its own: they keep what one run needs.\"\"\"\n",
    );
    line(module, format_args!("    flow = Flow(flow_id=FLOW_ID, execution_timeout={:?})", flow.execution.timeout));
    module.push_str("    clock = Clock()\n    flow.add_routine(clock, \"__clock__\")\n");
    module.push_str("    flow.connect(\"__clock__\", \"turn\", \"__clock__\", \"turn\")\n");
    if let Some(handler) = &flow.error_handler {
        line(module, format_args!("    flow.set_error_handler({})", error_handler(handler)));
    }
    for (index, (routine, name)) in flow.routines.iter().zip(names).enumerate() {
        let ports = catalogue.ports(routine);
        let slots: Vec<String> = ports
            .slots
            .iter()
            .map(|slot| format!("({}, {}, {:?})", quoted(&slot.name), slot.max_queue_length, slot.watermark))
            .collect();
        let events: Vec<String> = ports
            .events
            .iter()
            .map(|event| {
                let params: Vec<String> = event.params.iter().map(|param| quoted(param)).collect();
                format!("({}, [{}])", quoted(&event.name), params.join(", "))
            })
            .collect();
        let (id, config) = (quoted(&routine.id), literal_map(&config_of(routine)));
        // A built-in class brings its own, which knows time.
        let policy = routine.policy.as_ref().map_or_else(|| "None".into(), policy);
        line(module, format_args!("    r{index} = {name}().define("));
        let (slots, events) = (slots.join(", "), events.join(", "));
        line(module, format_args!("        clock, {index}, {id}, {config}, [{slots}], [{events}], {policy}"));
        module.push_str("    )\n");
        if let Some(handler) = &routine.error_handler {
            line(module, format_args!("    r{index}.set_error_handler({})", error_handler(handler)));
        }
        line(module, format_args!("    flow.add_routine(r{index}, {id})"));
    }
    for (index, connection) in flow.connections.iter().enumerate() {
        connect(module, flow, index, connection);
    }
    module.push_str("    return flow\n");
}

/// The config without what counts as not given.
fn config_of(routine: &Routine) -> Map {
    routine
        .config
        .iter()
        .filter(|(_, value)| **value != Value::Null)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// One connection. An event of which a connection changes what passes gets one path for each of them, in their order.
fn connect(module: &mut String, flow: &Flow, index: usize, connection: &Connection) {
    let same_event = |other: &&Connection| other.from == connection.from;
    let changes = |other: &Connection| other.map.is_some() || other.transform.is_some();
    let (from, to) = (&connection.from, &connection.to);
    let (routine, event) = (quoted(&from.routine), quoted(&from.port));
    let (target, slot) = (quoted(&to.routine), quoted(&to.port));
    if !flow.connections.iter().filter(same_event).any(changes) {
        return line(module, format_args!("    flow.connect({routine}, {event}, {target}, {slot})"));
    }
    let number = flow.connections[..index].iter().filter(same_event).count();
    let position = flow.routine_index(&from.routine).unwrap_or_default();
    let pairs =
        connection.map.iter().flatten().map(|(source, target)| format!("{}: {}", quoted(source), quoted(target)));
    let renames = pairs.collect::<Vec<_>>().join(", ");
    let transform = connection.transform.as_deref().map_or_else(|| "None".into(), source);
    line(module, format_args!("    path = r{position}.wire({event}, {number}, {{{renames}}}, {transform})"));
    line(module, format_args!("    flow.connect({routine}, path, {target}, {slot})"));
}

fn policy(policy: &Policy) -> String {
    match policy {
        Policy::Immediate => "immediate".into(),
        Policy::AllSlotsReady => "all_slots_ready".into(),
        Policy::BatchSize(size) => format!("batch_size({size})"),
        Policy::TimeInterval(seconds) => format!("time_interval({seconds:?})"),
        Policy::Custom(check) => format!("custom({})", source(check)),
    }
}

fn error_handler(handler: &ErrorHandler) -> String {
    let strategy = match handler.strategy {
        Strategy::Stop => "stop",
        Strategy::Continue => "continue",
        Strategy::Skip => "skip",
        Strategy::Retry => "retry",
    };
    let mut text = format!("ErrorHandler({}", quoted(strategy));
    let numbers = [
        ("max_retries", handler.max_retries.map(|count| count.to_string())),
        ("retry_delay", handler.retry_delay.map(|seconds| format!("{seconds:?}"))),
        ("retry_backoff", handler.retry_backoff.map(|factor| format!("{factor:?}"))),
        ("is_critical", handler.is_critical.map(|flag| if flag { "True".to_owned() } else { "False".into() })),
    ];
    for (name, value) in numbers {
        if let Some(value) = value {
            write!(text, ", {name}={value}").unwrap_or_default();
        }
    }
    text + ")"
}
