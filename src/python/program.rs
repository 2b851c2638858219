//! Builds the program that runs a logic: what it needs in scope before its own lines, and the call after them.

use super::analyse::{LogicFacts, Mentions};
use super::lines::{CALL, PRELUDE};
use super::mend;
use super::own::{Edit, Own, apply, count_lines};
use super::rewrite::{DELETE, Rewriting};
use super::routilux::{self, Class, Form};

/// What one input of the program is filled with at each activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filling {
    /// A function of the host, by the name under which its calls come.
    Function(&'static str),
    /// The static parameters.
    Config,
    /// The object behind `self`.
    Routine,
    /// `slot_data`.
    Slots,
    /// `policy_message`.
    Message,
    /// `job_state`; with the shared data as an attribute or not.
    Job {
        /// Whether the logic may touch the shared data itself.
        live: bool,
    },
}

/// The source that the interpreter compiles, and what it needs.
#[derive(Debug)]
pub struct Program {
    /// The whole source.
    pub source: String,
    /// With live shared data: the same without the `try` around the call, for tracebacks.
    pub bare: Option<String>,
    /// Where the user's lines are in it.
    pub own: Own,
    /// The inputs, in order.
    pub inputs: Vec<(&'static str, Filling)>,
    /// Whether the program serves one activation after the other: its values come as the answers of `__flow_next`.
    pub kept: bool,
    /// Whether `print` is there.
    pub prints: bool,
    /// Which of the clock and the random numbers it may touch.
    pub ambient: Ambient,
}

/// What a logic may read from its surroundings besides its inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ambient {
    /// Modules with a clock.
    pub clock: bool,
    /// The module `random`.
    pub random: bool,
    /// Whether it may sleep, so that the clock may move on while it runs.
    pub sleeps: bool,
}

/// The functions of the host that are in scope as they are.
const FUNCTIONS: [&str; 7] = ["emit", "get_config", "get_state", "set_state", "log", "progress", "send_output"];

/// What a routine written as a class needs in scope, whether it mentions it or not.
const CLASS_NEEDS: [&str; 7] = ["emit", "get_state", "set_state", "log", "progress", "send_output", "config"];

/// `print` as a function of the host, one call per record. Where the interpreter cannot stop for the host (in a
/// `key=` function, say) the text waits in its own buffer, each record ended by a separator.
const PRINT: &str = r#"__flow_plain_print = print
def print(*args, sep=" ", end="\n", file=None, flush=False):
    if sep is None:
        sep = " "
    elif not isinstance(sep, str):
        raise TypeError(f"sep must be None or a string, not {type(sep).__name__}")
    if end is None:
        end = "\n"
    elif not isinstance(end, str):
        raise TypeError(f"end must be None or a string, not {type(end).__name__}")
    text = sep.join([str(arg) for arg in args]) + end
    try:
        __flow_print(text)
    except NotImplementedError:
        __flow_plain_print(text, end="\x1e")
"#;

/// The shared data as one live dict: read by all functions from the same place, written back before others run, and
/// brought up to date in place afterwards, so that references into it stay what they are.
const LIVE: &str = r#"def __flow_renew(old, new):
    if isinstance(old, dict) and isinstance(new, dict):
        for key in list(old):
            if key not in new:
                old.pop(key)
        for key in new:
            old[key] = __flow_renew(old[key], new[key]) if key in old else new[key]
        return old
    if isinstance(old, list) and isinstance(new, list):
        old[:] = [__flow_renew(old[i], new[i]) if i < len(old) else new[i] for i in range(len(new))]
        return old
    return new
def __flow_get_shared(key, default=None):
    return __flow_job.shared_data.get(key, default)
def __flow_set_shared(key, value):
    __flow_update(key, value)
    __flow_job.shared_data[key] = value
def sleep(seconds):
    __flow_renew(__flow_job.shared_data, __flow_sleep(seconds, __flow_job.shared_data))
"#;

/// What each activation has to do with live shared data before it begins.
const LIVE_BEGIN: [&str; 2] =
    ["__flow_job.get_shared_data = __flow_get_shared", "__flow_job.update_shared_data = __flow_set_shared"];

/// Builds the program of a logic; with `lines`, calls that tell every line are in it.
pub fn build(source: &str, facts: &LogicFacts, rewriting: &Rewriting, lines: Option<&[Edit]>) -> Program {
    let mentions = &facts.mentions;
    let form = facts.form.clone().unwrap_or(Form::Map { with_self: false, taken: 3 });
    let taken = if let Form::Map { taken, .. } = form { taken } else { 3 };
    let with_self = matches!(form, Form::Map { with_self: true, .. } | Form::Lists { with_self: true, .. });
    let class = if let Form::Class(class) = &form { Some(class) } else { None };
    let live = taken >= 3 && touches_shared(mentions);
    let needs = |name: &str| {
        mentions.name(name)
            || (class.is_some() && CLASS_NEEDS.contains(&name))
            || (name == "log" && rewriting.idioms.logs)
    };
    let mut inputs: Vec<(&'static str, Filling)> = Vec::new();
    let has_config = rewriting.callbacks.config;
    let asked = |name: &str| needs(name) && !(has_config && name == "get_config");
    inputs.extend(FUNCTIONS.into_iter().filter(|name| asked(name)).map(|name| (name, Filling::Function(name))));
    if has_config {
        inputs.push(("__flow_config", Filling::Config));
    }
    if needs("config") {
        inputs.push(("config", Filling::Config));
    }
    if mentions.own_self || mentions.dynamic || with_self {
        inputs.push(("self", Filling::Routine));
    }
    inputs.extend([("__flow_slots", Filling::Slots), ("__flow_message", Filling::Message)].into_iter().take(taken));
    if taken >= 3 {
        inputs.push(("__flow_job", Filling::Job { live }));
    }
    let has_self = inputs.iter().any(|(_, filling)| *filling == Filling::Routine);
    let own_print = mentions.attribute("print") && (has_self || class.is_some());
    let prints = mentions.name("print") || own_print;
    if prints {
        inputs.push(("__flow_print", Filling::Function("flow.print")));
    }
    let sleeps = mentions.name("sleep") || mentions.attribute("sleep");
    if live {
        inputs.push(("__flow_sleep", Filling::Function("flow.sleep")));
        inputs.push(("__flow_update", Filling::Function("flow.update_shared_data")));
        inputs.push(("__flow_sync", Filling::Function("flow.sync")));
    } else if mentions.name("sleep") || (class.is_some() && sleeps) {
        inputs.push(("sleep", Filling::Function("sleep")));
    }
    if lines.is_some() {
        inputs.push(("__flow_line", Filling::Function(CALL)));
    }
    // Clocks and random numbers come from modules.
    let imports = source.contains("import");
    let chance = ["random", "uuid"].iter().any(|module| source.contains(module));
    let ambient = Ambient { clock: imports, random: imports && chance, sleeps };
    let mut before = mend::before(mentions) + &rewriting.exceptions.before();
    before.push_str(&rewriting.callbacks.before(rewriting.idioms.before()));
    if let Some(class) = class {
        before.push_str(&class.before(sleeps, own_print, mentions));
    }
    let print =
        if rewriting.callbacks.texts.is_empty() { PRINT } else { &PRINT.replace("str(arg)", "__flow_str(arg)") };
    for (needed, part) in [(prints, print), (rewriting.deletes, DELETE), (live, LIVE)] {
        before.push_str(if needed { part } else { "" });
    }
    let mut begin: Vec<&str> = Vec::new();
    if live {
        begin.extend(LIVE_BEGIN);
        if has_self {
            begin.push("self.sleep = sleep");
        }
    }
    if has_self && has_config {
        begin.extend(["self.get_config = get_config", "self.config = __flow_copy(__flow_config)"]);
    }
    if has_self && own_print {
        begin.push("self.print = print");
    }
    let kept = lines.is_none() && facts.pure && !sleeps && !ambient.random && !mentions.dynamic;
    let values = inputs.iter().filter(|(_, filling)| !matches!(filling, Filling::Function(_))).map(|(name, _)| *name);
    let values = values.collect::<Vec<_>>().join(", ");
    let mut own = Own::new(source, &rewriting.edits, count_lines(&before));
    own.exceptions = rewriting.exceptions.clone();
    let after = class.map_or_else(String::new, Class::after);
    let own_lines = apply(source, &rewriting.edits);
    let bare = live.then(|| format!("{before}{own_lines}{after}{}", call(&form, &begin, false, None)));
    let text = match lines {
        None => format!("{before}{own_lines}{after}"),
        Some(lines) => {
            let mut edits = [lines, &rewriting.edits].concat();
            Edit::sort(&mut edits);
            format!("{before}{PRELUDE}__flow_locals = locals\n{}{after}", apply(source, &edits))
        }
    };
    let source = text + &call(&form, &begin, live, kept.then_some(&*values));
    if kept {
        inputs.push(("__flow_next", Filling::Function("flow.next")));
    }
    Program { source, bare, kept, own, inputs, prints, ambient }
}

/// What comes after the user's lines: what each activation begins with, and the call; in a loop if the program is kept
/// and gets these values. What the logic returns is ignored, so the last expression is `None`.
fn call(form: &Form, begin: &[&str], live: bool, kept: Option<&str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let call = routilux::call(form);
    match kept {
        Some("") => lines.push("__flow_next()".into()),
        Some(values) => lines.push(format!("({values},) = __flow_next()")),
        None => {}
    }
    lines.extend(begin.iter().map(|line| (*line).to_owned()));
    if live {
        lines.extend(["__flow_done = False", "try:"].map(str::to_owned));
        lines.push(format!("    {call}"));
        lines.extend(["    __flow_done = True", "finally:"].map(str::to_owned));
        lines.push("    __flow_sync(__flow_job.shared_data, __flow_done)".into());
    } else {
        lines.push(call);
    }
    if kept.is_none() {
        return format!("\n{}\nNone\n", lines.join("\n"));
    }
    format!("\nwhile True:\n    {}\n", lines.join("\n    "))
}

/// Whether the logic may touch the shared data other than through `update_shared_data`.
fn touches_shared(mentions: &Mentions) -> bool {
    mentions.attribute("shared_data") || mentions.attribute("get_shared_data")
}
