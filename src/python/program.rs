//! Builds the program that runs a logic: what it needs in scope before its own lines, and the call after them.

use super::analyse::{LogicFacts, Mentions};
use super::lines::{CALL, PRELUDE};
use super::own::{Edit, Own, apply, count_lines};
use super::rewrite::{DELETE, Rewriting};

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
__flow_job.get_shared_data = __flow_get_shared
__flow_job.update_shared_data = __flow_set_shared
"#;

/// Builds the program of a logic; with `lines`, calls that tell every line are in it.
pub fn build(source: &str, facts: &LogicFacts, rewriting: &Rewriting, lines: Option<&[Edit]>) -> Program {
    let mentions = &facts.mentions;
    let taken = facts.parameters.unwrap_or(3);
    let live = taken >= 3 && touches_shared(mentions);
    let mut inputs: Vec<(&'static str, Filling)> = Vec::new();
    inputs.extend(FUNCTIONS.into_iter().filter(|name| mentions.name(name)).map(|name| (name, Filling::Function(name))));
    if mentions.name("config") {
        inputs.push(("config", Filling::Config));
    }
    if mentions.own_self || mentions.dynamic {
        inputs.push(("self", Filling::Routine));
    }
    inputs.extend([("__flow_slots", Filling::Slots), ("__flow_message", Filling::Message)].into_iter().take(taken));
    if taken >= 3 {
        inputs.push(("__flow_job", Filling::Job { live }));
    }
    let prints = mentions.name("print");
    if prints {
        inputs.push(("__flow_print", Filling::Function("flow.print")));
    }
    let sleeps = mentions.name("sleep") || mentions.attribute("sleep");
    if live {
        inputs.push(("__flow_sleep", Filling::Function("flow.sleep")));
        inputs.push(("__flow_update", Filling::Function("flow.update_shared_data")));
        inputs.push(("__flow_sync", Filling::Function("flow.sync")));
    } else if mentions.name("sleep") {
        inputs.push(("sleep", Filling::Function("sleep")));
    }
    if lines.is_some() {
        inputs.push(("__flow_line", Filling::Function(CALL)));
    }
    // Clocks and random numbers come from modules.
    let imports = source.contains("import");
    let ambient = Ambient { clock: imports, random: imports && source.contains("random"), sleeps };
    let mut before = String::new();
    for (needed, part) in [(prints, PRINT), (rewriting.deletes, DELETE), (live, LIVE)] {
        before.push_str(if needed { part } else { "" });
    }
    if live && (mentions.own_self || mentions.dynamic) {
        before.push_str("self.sleep = sleep\n");
    }
    let own = Own::new(source, &rewriting.edits, count_lines(&before));
    let plain = before + &apply(source, &rewriting.edits);
    let bare = live.then(|| format!("{plain}{}", call(taken, false)));
    let text = match lines {
        None => plain,
        Some(lines) => {
            let mut edits = [lines, &rewriting.edits].concat();
            edits.sort_by_key(|edit| edit.start);
            let before = plain.get(..plain.len() - apply(source, &rewriting.edits).len()).unwrap_or_default();
            format!("{before}{PRELUDE}__flow_locals = locals\n{}", apply(source, &edits))
        }
    };
    Program { source: text + &call(taken, live), bare, own, inputs, prints, ambient }
}

/// What comes after the user's lines. What the logic returns is ignored, so the last expression is `None`.
fn call(taken: usize, live: bool) -> String {
    let arguments = ["__flow_slots", "__flow_message", "__flow_job"];
    let call = format!("logic({})", arguments.get(..taken).unwrap_or(&arguments).join(", "));
    if live {
        format!(
            "\n__flow_done = False\ntry:\n    {call}\n    __flow_done = True\nfinally:\n    \
             __flow_sync(__flow_job.shared_data, __flow_done)\nNone\n"
        )
    } else {
        format!("\n{call}\nNone\n")
    }
}

/// Whether the logic may touch the shared data other than through `update_shared_data`.
fn touches_shared(mentions: &Mentions) -> bool {
    mentions.attribute("shared_data") || mentions.attribute("get_shared_data")
}
