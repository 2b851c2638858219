//! Routilux's own ways of writing a routine: a class, and a function that gets one list a slot.
//!
//! A class `X(Routine)` is pasted as it is. Its base is taken away, because the interpreter knows no inheritance; in
//! place of `super().__init__()` the object gets the methods of a routine; and what the source does after it is what
//! the library does: make the object and call the handler of each slot that has data.

use std::collections::BTreeMap;
use std::fmt::Write;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Alias, Arguments, Expr, ExprCall, Parameters, Stmt, StmtClassDef};
use ruff_text_size::{Ranged, TextRange};

use super::analyse::Mentions;
use super::own::Edit;

/// How a logic is written, and so how it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `logic(slot_data, policy_message, job_state)`, perhaps fewer, perhaps with `self` before them.
    Map {
        /// Whether `self` comes first.
        with_self: bool,
        /// How many of the three it takes.
        taken: usize,
    },
    /// `logic(first, second, …, policy_message=…, worker_state=…)`: one list a slot, in their order.
    Lists {
        /// Whether `self` comes first.
        with_self: bool,
        /// What it takes by name.
        named: Named,
    },
    /// A class.
    Class(Class),
}

/// What a function takes by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its parameters without `self`.
    parameters: Vec<String>,
    /// Whether it takes any name.
    any: bool,
}

/// A class of the library's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    name: String,
    methods: Vec<(String, Named)>,
}

/// The form of a function `logic`.
pub fn form(parameters: &Parameters) -> Form {
    let named = Named::of(parameters);
    let with_self =
        parameters.posonlyargs.iter().chain(&parameters.args).next().is_some_and(|first| first.name() == "self");
    let ours = named.parameters.first().is_some_and(|first| first == "slot_data");
    let theirs = named.any || named.parameters.iter().any(|name| name == "worker_state");
    if theirs && !ours {
        return Form::Lists { with_self, named };
    }
    let own = parameters.posonlyargs.len() + parameters.args.len() - usize::from(with_self);
    Form::Map { with_self, taken: if parameters.vararg.is_some() { 3 } else { own.min(3) } }
}

impl Named {
    fn of(parameters: &Parameters) -> Self {
        let names = parameters.iter_non_variadic_params().map(|parameter| parameter.name().as_str().to_owned());
        Self { parameters: names.filter(|name| name != "self").collect(), any: parameters.kwarg.is_some() }
    }

    /// The arguments for slots, message and job of these names, and a name for the lists.
    fn arguments(&self, lists: &str) -> String {
        if self.parameters.first().is_some_and(|first| first == "slot_data") {
            let given = ["__flow_slots", "__flow_message", "__flow_job"];
            return given.get(..self.parameters.len()).unwrap_or(&given).join(", ");
        }
        format!("*{lists}{}", self.context())
    }

    /// What is given by name besides the lists.
    fn context(&self) -> String {
        let given = [("policy_message", "__flow_message"), ("worker_state", "__flow_job"), ("job_state", "__flow_job")];
        let taken = |name: &str| self.parameters.iter().any(|parameter| parameter == name);
        let mut text = String::new();
        for (name, value) in given.into_iter().filter(|(name, _)| taken(name) || (self.any && *name != "job_state")) {
            text.push_str(&format!(", {name}={value}"));
        }
        text
    }
}

/// The last class of the library's kind.
pub fn class(statements: &[Stmt]) -> Option<Class> {
    statements.iter().rev().find_map(|statement| match statement {
        Stmt::ClassDef(class) if is_routine(class) => Some(Class::of(class)),
        _ => None,
    })
}

fn is_routine(class: &StmtClassDef) -> bool {
    let [base] = class.bases() else { return false };
    match base {
        Expr::Name(name) => matches!(name.id.as_str(), "Routine" | "BaseRoutine"),
        Expr::Attribute(attribute) => attribute.attr.as_str() == "Routine",
        _ => false,
    }
}

impl Class {
    fn of(class: &StmtClassDef) -> Self {
        let methods = class.body.iter().filter_map(|statement| match statement {
            Stmt::FunctionDef(function) => Some((function.name.to_string(), Named::of(&function.parameters))),
            _ => None,
        });
        Self { name: class.name.to_string(), methods: methods.collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.methods.iter().any(|(method, _)| method == name)
    }

    /// What comes before the user's lines: the methods of a routine, for an object that has none of that name.
    /// What makes policies makes nothing here: the document has them.
    pub fn before(&self, sleeps: bool, prints: bool, mentions: &Mentions) -> String {
        let mut text = String::new();
        for policy in POLICIES.into_iter().filter(|name| mentions.writes(name)) {
            let _ignored = writeln!(text, "def {policy}(*args, **named):\n    return None");
        }
        text.push_str(BECOME);
        let more = [("sleep", sleeps), ("print", prints)];
        let more = more.iter().filter(|(_, needed)| *needed).map(|(method, _)| method);
        let own = METHODS.iter().chain(more).filter(|method| !self.has(method));
        for method in own {
            // Writing to a string cannot fail.
            let _ignored = writeln!(text, "    self.{method} = {method}");
        }
        for silent in SILENT.iter().filter(|method| !self.has(method)) {
            let _ignored = writeln!(text, "    self.{silent} = silent");
        }
        text
    }

    /// What comes after them: a function `logic` that does what the library does.
    pub fn after(&self) -> String {
        let mut text = String::from("\n__flow_methods = {\n");
        for (name, named) in &self.methods {
            let parameters: Vec<String> = named.parameters.iter().map(|name| format!("'{name}'")).collect();
            let (list, any) = (parameters.join(", "), if named.any { "True" } else { "False" });
            let arguments = named.arguments("__flow_slots.values()");
            let _ignored = writeln!(
                text,
                "    '{name}': (lambda o, a, k: o.{name}(*a, **k), [{list}], {any}, \
                 lambda o, __flow_slots, __flow_message, __flow_job: o.{name}({arguments})),"
            );
        }
        let setup = if self.has("setup") { "    routine.setup()\n" } else { "" };
        let own = if self.has("logic") { "'logic'" } else { "routine._flow_logic" };
        let _ignored = write!(text, "}}\n{RECEIVE}");
        let _ignored = write!(
            text,
            "def logic(slots, message, job):\n    routine = {}()\n    if not hasattr(routine, '_flow_slots'):\n        \
             __flow_become(routine)\n{setup}    __flow_receive(routine, slots, message, job, {own})\n",
            self.name
        );
        text
    }
}

/// The methods that an object of a class gets from around it.
const METHODS: [&str; 13] = [
    "emit",
    "get_state",
    "set_state",
    "log",
    "progress",
    "send_output",
    "define_slot",
    "define_event",
    "add_slot",
    "add_event",
    "set_config",
    "get_config",
    "set_logic",
];

/// Methods of the library that change nothing here: the document says what they say.
const SILENT: [&str; 9] = [
    "set_activation_policy",
    "set_error_handler",
    "set_as_optional",
    "set_as_critical",
    "set_timeout",
    "_track_operation",
    "set_stat",
    "increment_stat",
    "add_serializable_fields",
];

/// The library's functions that make policies.
const POLICIES: [&str; 6] = [
    "immediate_policy",
    "all_slots_ready_policy",
    "batch_size_policy",
    "time_interval_policy",
    "custom_policy",
    "breakpoint_policy",
];

/// Gives an object what a routine has.
const BECOME: &str = "def __flow_become(self):
    self._config = {}
    self._flow_slots = {}
    self._flow_logic = None
    self._flow_taking = None
    def define_slot(name, handler=None, merge_strategy='override', max_queue_length=1000, watermark=0.8):
        self._flow_slots[name] = (handler, merge_strategy)
        return name
    add_slot = define_slot
    def define_event(name, output_params=None):
        return name
    add_event = define_event
    def set_config(**values):
        for key in values:
            self._config[key] = config.get(key, values[key])
    def get_config(key, default=None):
        return self._config[key] if key in self._config else config.get(key, default)
    def set_logic(handler, taking=None):
        self._flow_logic = handler
        self._flow_taking = taking
        return self
    def silent(*args, **named):
        return self
";

/// Hands the slots' data to the handlers, as `Slot.receive` of the library does.
const RECEIVE: &str = "def __flow_merge(name, strategy, data):
    if strategy == 'override' or not isinstance(data, dict):
        return data
    key = 'slot ' + name
    old = get_state(key, {})
    if strategy == 'append':
        merged = {}
        for field in data:
            merged[field] = old.get(field, []) + [data[field]]
            old[field] = merged[field]
        set_state(key, old)
        return merged
    merged = strategy(old, data)
    set_state(key, merged)
    return merged
def __flow_receive(routine, slots, message, job, own):
    if own is not None:
        if isinstance(own, str):
            __flow_methods[own][3](routine, slots, message, job)
        elif routine._flow_taking is not None:
            routine._flow_taking(own, slots, message, job)
        else:
            own(*slots.values(), policy_message=message, worker_state=job)
        return
    for name in slots:
        handler, strategy = routine._flow_slots.get(name, (None, 'override'))
        if handler is None:
            continue
        for item in slots[name]:
            data = __flow_merge(name, strategy, item)
            if not isinstance(handler, str):
                handler(**data)
                continue
            call, names, takes_any, _ = __flow_methods[handler]
            matching = {key: data[key] for key in names if key in data} if isinstance(data, dict) else {}
            if not isinstance(data, dict):
                call(routine, [data], {})
            elif takes_any:
                call(routine, [], data)
            elif names == ['data'] or not matching:
                call(routine, [data], {})
            elif len(names) == 1:
                call(routine, [matching[names[0]]], {})
            else:
                call(routine, [], matching)
";

/// The call of a logic of another form.
pub fn call(form: &Form) -> String {
    let own = |with_self: bool| if with_self { "self, " } else { "" };
    match form {
        Form::Map { with_self, taken } => {
            let arguments = ["__flow_slots", "__flow_message", "__flow_job"];
            let arguments = arguments.get(..*taken).unwrap_or(&arguments).join(", ");
            format!("logic({}{arguments})", own(*with_self))
        }
        Form::Lists { with_self, named } => {
            format!("logic({}*__flow_slots.values(){})", own(*with_self), named.context())
        }
        Form::Class(_) => "logic(__flow_slots, __flow_message, __flow_job)".to_owned(),
    }
}

/// Finds what has to be written otherwise in code that was made for the library.
pub fn edits(source: &str, statements: &[Stmt]) -> Vec<Edit> {
    let mut functions = Functions::default();
    statements.iter().for_each(|statement| functions.visit_stmt(statement));
    let mut finder = Finder { source, functions: functions.0, edits: Vec::new(), within: false };
    for statement in statements {
        finder.visit_stmt(statement);
    }
    finder.edits
}

/// What each function takes, by its name.
#[derive(Default)]
struct Functions(BTreeMap<String, Named>);

impl<'a> Visitor<'a> for Functions {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(function) = statement {
            self.0.insert(function.name.to_string(), Named::of(&function.parameters));
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

struct Finder<'s> {
    source: &'s str,
    functions: BTreeMap<String, Named>,
    edits: Vec<Edit>,
    /// Whether this is in a class of the library's kind.
    within: bool,
}

impl Finder<'_> {
    fn replace(&mut self, range: TextRange, text: impl Into<std::borrow::Cow<'static, str>>) {
        self.edits.push(Edit::replace(range.start().to_usize(), range.end().to_usize(), text));
    }

    /// An import of the library becomes nothing: `pass`, or a tuple over the same lines.
    fn import(&mut self, range: TextRange, names: &[Alias]) {
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        let text = self.source.get(start..end).unwrap_or_default();
        let Some(open) = text.find('(').filter(|_| text.contains('\n')) else {
            return self.replace(range, "pass");
        };
        self.edits.push(Edit::replace(start, start + open + 1, "("));
        for name in names {
            self.replace(name.range(), "None");
        }
    }

    fn class(&mut self, class: &StmtClassDef) {
        if let Some(arguments) = &class.arguments {
            self.replace(arguments.range(), "");
        }
        for decorator in &class.decorator_list {
            self.replace(decorator.range(), "");
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let Expr::Attribute(method) = &*call.func else { return };
        match method.attr.as_str() {
            "__init__" if is_super(&method.value) => self.replace(call.range(), "__flow_become(self)"),
            "define_slot" | "add_slot" => self.handlers(&call.arguments),
            "set_logic" => {
                self.handlers(&call.arguments);
                self.logic(&call.arguments);
            }
            _ => {}
        }
    }

    /// `set_logic(work)` becomes `set_logic(work, lambda …)`: how a function takes its arguments is known by its name.
    fn logic(&mut self, arguments: &Arguments) {
        let handler = arguments.args.first().or_else(|| arguments.keywords.first().map(|keyword| &keyword.value));
        let named = match handler {
            Some(Expr::Name(name)) => self.functions.get(name.id.as_str()).cloned(),
            Some(Expr::Lambda(lambda)) => lambda.parameters.as_deref().map(Named::of),
            _ => None,
        };
        if let (Some(handler), Some(named)) = (handler, named) {
            let (start, end) = (handler.start().to_usize(), handler.end().to_usize());
            let given = named.arguments("__flow_slots.values()");
            let taking = format!(", taking=lambda own, __flow_slots, __flow_message, __flow_job: own({given})");
            self.edits.push(Edit::close(start, end, taking));
        }
    }

    /// `handler=self.process` becomes `handler="process"`: how a method takes its arguments is known by its name.
    fn handlers(&mut self, arguments: &Arguments) {
        let named = arguments.keywords.iter().filter(|keyword| keyword.arg.as_deref() == Some("handler"));
        for value in arguments.args.iter().chain(named.map(|keyword| &keyword.value)) {
            if let Expr::Attribute(method) = value
                && matches!(&*method.value, Expr::Name(name) if name.id.as_str() == "self")
            {
                self.replace(method.range(), format!("\"{}\"", method.attr));
            }
        }
    }
}

fn is_super(value: &Expr) -> bool {
    matches!(value, Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super"))
}

/// The names that a module imports from the library.
pub fn imported(statements: &[Stmt]) -> impl Iterator<Item = &str> {
    let imports = statements.iter().filter_map(Stmt::as_import_from_stmt);
    let of_the_library = imports.filter(|import| import.module.as_ref().is_some_and(|module| of_the_library(module)));
    of_the_library.flat_map(|import| &import.names).filter(|name| name.asname.is_none()).map(|name| name.name.as_str())
}

/// Whether a module belongs to the library.
fn of_the_library(module: &str) -> bool {
    matches!(module.split('.').next(), Some("routilux" | "serilux"))
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::ImportFrom(import) if import.module.as_ref().is_some_and(|module| of_the_library(module)) => {
                self.import(import.range(), &import.names);
            }
            Stmt::Import(import) if import.names.iter().all(|name| of_the_library(&name.name)) => {
                self.replace(import.range(), "pass");
            }
            Stmt::ClassDef(class) if is_routine(class) => {
                self.class(class);
                let around = std::mem::replace(&mut self.within, true);
                class.body.iter().for_each(|inner| self.visit_stmt(inner));
                self.within = around;
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let (Expr::Call(call), true) = (expression, self.within) {
            self.call(call);
        }
        walk_expr(self, expression);
    }
}
