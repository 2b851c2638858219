//! Functions that a builtin calls for each item, and that ask the host for something:
//! `sorted(orders, key=lambda order: get_config("weight") * order["n"])`.
//!
//! The interpreter cannot stop for the host within a builtin. So where such a function may come to the host, the builtin
//! is one of those below, written in Python, which calls it where the interpreter can stop. And where `get_config` is
//! reached from a place that no rewriting helps (`__eq__`, `defaultdict(…)`, a function that is handed to a module), the
//! config is given beforehand, so that nothing has to be asked. Both are decided by the source alone: what does not need
//! them is left as it is.
//!
//! Which functions come to the host is told by names: those that name one of the host's functions, and those that name
//! these. That is too many rather than too few, and does no harm: the builtins here do what the interpreter's do.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Parameters, Stmt};
use ruff_text_size::Ranged;

use super::own::Edit;

/// The builtins in Python. Keys are made in the order of the items, then the interpreter's own sorts their places: it is as
/// stable as that, and what cannot be compared raises what it raises there.
const BUILTINS: &str = r#"def __flow_sorted(items, **options):
    key = options.pop("key", None)
    items = list(items)
    if key is None:
        return sorted(items, **options)
    keys = [key(item) for item in items]
    return [items[at] for at in sorted(range(len(items)), key=lambda at: keys[at], **options)]
def __flow_sort(items, *others, **options):
    if not isinstance(items, list) or others:
        return items.sort(*others, **options)
    items[:] = __flow_sorted(items, **options)
def __flow_best(best, given, options):
    key = options.pop("key", None)
    items = list(given[0]) if len(given) == 1 else given
    if key is None or not items or ("default" in options and len(given) > 1):
        return best(*given, **options) if len(given) != 1 else best(items, **options)
    keys = [key(item) for item in items]
    return items[best(range(len(items)), key=lambda at: keys[at], **options)]
def __flow_min(*given, **options):
    return __flow_best(min, given, options)
def __flow_max(*given, **options):
    return __flow_best(max, given, options)
def __flow_map(function, *items):
    if len(items) == 1:
        return [function(item) for item in items[0]]
    return [function(*each) for each in zip(*items)] if items else map(function)
def __flow_filter(function, items):
    return [item for item in items if (item if function is None else function(item))]
"#;

/// `get_config` that has the config at hand. As the host's it gives copies.
const CONFIG: &str = r#"def __flow_copy(value):
    if isinstance(value, dict):
        return {key: __flow_copy(item) for key, item in value.items()}
    return [__flow_copy(item) for item in value] if isinstance(value, list) else value
def get_config(key, default=None):
    if not isinstance(key, str):
        raise TypeError(f"get_config: key must be a str, not {type(key).__name__}")
    return __flow_copy(__flow_config[key]) if key in __flow_config else default
"#;

/// The host's functions, also as methods of `self` and of `job_state`.
const HOST: [&str; 10] = [
    "emit",
    "get_state",
    "set_state",
    "log",
    "progress",
    "send_output",
    "sleep",
    "update_shared_data",
    "append_to_shared_log",
    "get_shared_log",
];

/// What asks for the config, as it is mentioned.
const OF_CONFIG: [&str; 3] = ["get_config", ".get_config", "self.config"];

/// What only the host's `self` knows, as it is mentioned.
const OF_SELF: [&str; 2] = ["self.name", "self.routine_id"];

/// Methods of a logger, which end in `log`.
const OF_LOGGERS: [&str; 7] = ["debug", "info", "warning", "error", "exception", "critical", "write"];

/// Special methods that the interpreter can stop in.
const STOPPABLE: [&str; 1] = ["__init__"];

/// Functions of `heapq` with a key.
const HEAPQ: [&str; 3] = ["nlargest", "nsmallest", "merge"];

/// What a source needs because of its callbacks.
#[derive(Clone, Debug, Default)]
pub struct Callbacks {
    /// The changes.
    pub edits: Vec<Edit>,
    /// Whether the config has to be there before it is asked for.
    pub config: bool,
    /// Whether a module's own `sorted` calls something that comes to the host.
    modules: bool,
    /// Whether one of the builtins does.
    builtins: bool,
}

impl Callbacks {
    /// Those of a module.
    pub fn of(source: &str, statements: &[Stmt]) -> Self {
        // What is bound, imported and made has to be known before the rest is looked at.
        let mut first = Survey::default();
        statements.iter().for_each(|statement| first.visit_stmt(statement));
        let Survey { makers, bound, imported, modules, .. } = first;
        let mut survey = Survey { makers, bound, imported, modules, ..Survey::default() };
        statements.iter().for_each(|statement| survey.visit_stmt(statement));
        let mut found = Self::default();
        let of_config = survey.reaching(OF_CONFIG.iter().map(|name| (*name).to_owned()).collect());
        found.config = survey.places.iter().any(|place| !place.calls.is_disjoint(&of_config));
        let reaching = survey.reaching(survey.host());
        if survey.places.iter().any(|place| place.is_rewritten && !place.calls.is_disjoint(&reaching)) {
            let mut rewriter = Rewriter { source, survey: &survey, reaching: &reaching, found: &mut found };
            statements.iter().for_each(|statement| rewriter.visit_stmt(statement));
        }
        found.builtins = !found.edits.is_empty();
        found
    }

    /// What has to come before the script, where this is what brings its modules.
    pub fn before(&self, modules: String) -> String {
        let modules = if self.modules { modules.replace("sorted(", "__flow_sorted(") } else { modules };
        let builtins = if self.builtins || self.modules { BUILTINS } else { "" };
        [builtins, if self.config { CONFIG } else { "" }, &modules].concat()
    }
}

/// A place that calls what it is given where the interpreter cannot stop.
struct Place {
    calls: Names,
    /// Whether it can be written so that the interpreter can stop.
    is_rewritten: bool,
}

/// Names, and attributes with a dot before them.
type Names = BTreeSet<String>;

/// What a source binds and mentions.
#[derive(Default)]
struct Survey {
    /// What is bound to something that can be called, and what that mentions.
    units: Vec<(Vec<String>, Names)>,
    /// Calls of the source's own functions: the function, and what it is given.
    given: Vec<(String, Names)>,
    /// Parameters by the functions that have them.
    parameters: Vec<(String, Names)>,
    places: Vec<Place>,
    /// Functions that may return functions, and classes whose objects can be called.
    makers: Names,
    /// Names that are bound in any way.
    bound: Names,
    /// Those that are imported from a module.
    imported: Names,
    /// Modules that are imported.
    modules: Names,
    /// How many classes are around the current place.
    classes: usize,
    /// Whether it is a class's own body.
    is_class: bool,
}

impl Survey {
    /// The names under which the source finds the host, without the config, which is given where it would be asked for.
    fn host(&self) -> Names {
        let mut names: Names = HOST.iter().map(|name| format!(".{name}")).collect();
        names.extend(HOST.iter().filter(|name| !self.imported.contains(**name)).map(|name| (*name).to_owned()));
        names.extend(OF_SELF.iter().map(|name| (*name).to_owned()));
        if self.modules.contains("logging") {
            names.extend(OF_LOGGERS.iter().map(|name| format!(".{name}")));
        }
        names
    }

    fn is_bound(&self, name: &str) -> bool {
        self.bound.contains(name) || self.imported.contains(name)
    }

    /// All names behind which one of these is.
    fn reaching(&self, mut names: Names) -> Names {
        loop {
            let before = names.len();
            for (bound, mentions) in &self.units {
                if !mentions.is_disjoint(&names) {
                    names.extend(bound.iter().cloned());
                }
            }
            for (function, given) in &self.given {
                if !given.is_disjoint(&names) {
                    let parameters = self.parameters.iter().filter(|(name, _)| name == function);
                    names.extend(parameters.flat_map(|(_, parameters)| parameters.iter().cloned()));
                }
            }
            if names.len() == before {
                return names;
            }
        }
    }

    /// Everything that is mentioned in an expression.
    fn mentions(&self, expression: &Expr) -> Names {
        let mut mentioned = Mentioned::new(self, false);
        mentioned.visit_expr(expression);
        mentioned.names
    }

    /// What is mentioned as something that may be called later: not what is only called there.
    fn values(&self, expression: &Expr) -> Names {
        let mut mentioned = Mentioned::new(self, true);
        mentioned.visit_expr(expression);
        mentioned.names
    }

    fn unit(&mut self, name: &str, mentions: Names) {
        let names = if self.is_class { vec![format!(".{name}")] } else { vec![name.to_owned(), format!(".{name}")] };
        self.units.push((names, mentions));
    }

    fn bind(&mut self, target: &Expr, value: &Expr) {
        let names = match target {
            Expr::Name(name) => vec![name.id.to_string(), format!(".{}", name.id)],
            Expr::Attribute(attribute) => vec![format!(".{}", attribute.attr)],
            Expr::Subscript(subscript) => return self.bind(&subscript.value, value),
            _ => return,
        };
        let values = self.values(value);
        self.units.push((names, values));
    }

    fn parameters(&mut self, function: &str, parameters: &Parameters) {
        let names: Names = parameters.iter().map(|parameter| parameter.name().to_string()).collect();
        self.bound.extend(names.iter().cloned());
        self.parameters.push((function.to_owned(), names));
    }

    /// What a call hands over, and where to.
    fn call(&mut self, call: &ExprCall) {
        let called = callback(call);
        if let Some(called) = called {
            let calls = self.values(called);
            self.places.push(Place { calls, is_rewritten: true });
            return;
        }
        let mut given = Names::new();
        for argument in &call.arguments.args {
            given.append(&mut self.values(argument));
        }
        for keyword in &call.arguments.keywords {
            given.append(&mut self.values(&keyword.value));
        }
        if given.is_empty() {
            return;
        }
        let function = match &*call.func {
            Expr::Name(name) => name.id.to_string(),
            Expr::Attribute(attribute) => attribute.attr.to_string(),
            _ => String::new(),
        };
        self.places.push(Place { calls: given.clone(), is_rewritten: false });
        self.given.push((function, given));
    }
}

impl<'a> Visitor<'a> for Survey {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                let mut mentioned = Mentioned::new(self, false);
                function.body.iter().for_each(|inner| mentioned.visit_stmt(inner));
                let (mentions, makes) = (mentioned.names, mentioned.makes);
                let name = function.name.as_str();
                let is_special = name.starts_with("__") && !STOPPABLE.contains(&name);
                if self.is_class && is_special {
                    self.places.push(Place { calls: mentions.clone(), is_rewritten: false });
                }
                if makes {
                    self.makers.extend([name.to_owned(), format!(".{name}")]);
                }
                self.unit(name, mentions);
                self.parameters(name, &function.parameters);
                self.bound.insert(name.to_owned());
                let is_class = std::mem::replace(&mut self.is_class, false);
                walk_stmt(self, statement);
                self.is_class = is_class;
                return;
            }
            Stmt::ClassDef(class) => {
                let mut mentioned = Mentioned::new(self, false);
                class.body.iter().for_each(|inner| mentioned.visit_stmt(inner));
                let mentions = mentioned.names;
                let name = class.name.as_str();
                if class
                    .body
                    .iter()
                    .any(|inner| inner.as_function_def_stmt().is_some_and(|f| f.name.as_str() == "__call__"))
                {
                    self.makers.insert(name.to_owned());
                    self.unit(name, mentions);
                }
                self.bound.insert(name.to_owned());
                self.classes += 1;
                let is_class = std::mem::replace(&mut self.is_class, true);
                walk_stmt(self, statement);
                self.is_class = is_class;
                self.classes -= 1;
                return;
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.bind(target, &assign.value)),
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.bind(&assign.target, value);
                }
            }
            Stmt::For(each) => self.bind(&each.target, &each.iter),
            Stmt::Import(import) => {
                let names = import.names.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).to_string());
                self.modules.extend(names);
            }
            Stmt::ImportFrom(import) => {
                let names = import.names.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).to_string());
                self.imported.extend(names);
                self.modules
                    .extend(import.module.as_ref().filter(|module| *module == "logging").map(ToString::to_string));
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => self.call(call),
            Expr::Named(named) => self.bind(&named.target, &named.value),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.bound.extend(parameters.iter().map(|parameter| parameter.name().to_string()));
                }
            }
            Expr::Name(name) if !name.ctx.is_load() => {
                self.bound.insert(name.id.to_string());
            }
            _ => {}
        }
        walk_expr(self, expression);
    }
}

/// Collects what is mentioned.
struct Mentioned<'s> {
    survey: &'s Survey,
    names: Names,
    /// Whether what is called, and only that, is left out.
    values: bool,
    /// Whether there are functions in it.
    makes: bool,
}

impl<'s> Mentioned<'s> {
    fn new(survey: &'s Survey, values: bool) -> Self {
        Self { survey, names: Names::new(), values, makes: false }
    }
}

impl<'a> Visitor<'a> for Mentioned<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.makes |= matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx.is_load() => {
                self.names.insert(name.id.to_string());
            }
            Expr::Attribute(attribute) => {
                let of = if let Expr::Name(of) = &*attribute.value { of.id.as_str() } else { "" };
                if of == "self" && self.survey.classes == 0 {
                    self.names.insert(format!("self.{}", attribute.attr));
                }
                if of == "logging" || !self.survey.modules.contains(of) {
                    self.names.insert(format!(".{}", attribute.attr));
                }
                // In `orders.sort` it is what is behind the dot that is called.
                if !self.values {
                    self.visit_expr(&attribute.value);
                }
            }
            Expr::Call(call) if self.values => {
                let is_maker = match &*call.func {
                    Expr::Name(name) => self.survey.makers.contains(name.id.as_str()),
                    Expr::Attribute(attribute) => self.survey.makers.contains(&format!(".{}", attribute.attr)),
                    _ => true,
                };
                if is_maker {
                    self.visit_expr(&call.func);
                }
                self.visit_arguments(&call.arguments);
            }
            Expr::Lambda(lambda) => {
                self.makes = true;
                let names = self.survey.mentions(&lambda.body);
                let is_own = |name: &String| {
                    lambda.parameters.as_deref().is_some_and(|parameters| parameters.includes(name.as_str()))
                };
                self.names.extend(names.into_iter().filter(|name| !is_own(name)));
            }
            _ => walk_expr(self, expression),
        }
    }
}

/// What a builtin that is called here calls for each item.
fn callback(call: &ExprCall) -> Option<&Expr> {
    let key = || call.arguments.find_keyword("key").map(|keyword| &keyword.value);
    match &*call.func {
        Expr::Name(name) => match name.id.as_str() {
            "sorted" | "min" | "max" => key(),
            "map" | "filter" => call.arguments.args.first(),
            name if HEAPQ.contains(&name) => key(),
            _ => None,
        },
        Expr::Attribute(attribute) => match attribute.attr.as_str() {
            "sort" => key(),
            name if HEAPQ.contains(&name) => key(),
            _ => None,
        },
        _ => None,
    }
}

/// Puts the builtins in Python in place of those that call what comes to the host.
struct Rewriter<'s> {
    source: &'s str,
    survey: &'s Survey,
    reaching: &'s Names,
    found: &'s mut Callbacks,
}

impl Rewriter<'_> {
    fn call(&mut self, call: &ExprCall) {
        let Some(called) = callback(call) else { return };
        if self.survey.values(called).is_disjoint(self.reaching) {
            return;
        }
        match &*call.func {
            Expr::Name(name) if HEAPQ.contains(&name.id.as_str()) => self.found.modules = true,
            Expr::Name(name) if !self.survey.is_bound(name.id.as_str()) => {
                let (start, end) = (name.start().to_usize(), name.end().to_usize());
                self.found.edits.push(Edit::replace(start, end, format!("__flow_{}", name.id)));
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "sort" => {
                let (start, end) = (attribute.start().to_usize(), call.end().to_usize());
                let (after, open) = (attribute.value.end().to_usize(), call.arguments.start().to_usize() + 1);
                let gap = self.source.get(after..open).unwrap_or_default();
                // Lines stay where they are, and a comment may hold dots of its own.
                let is_plain = |dot: &usize| !gap.contains('#') && !gap.split_at(*dot).1.contains('\n');
                let Some(dot) = gap.rfind('.').filter(is_plain) else { return };
                self.found.edits.push(Edit::open(start, end, "__flow_sort("));
                self.found.edits.push(Edit::replace(after + dot, open, ", "));
            }
            Expr::Attribute(_) => self.found.modules = true,
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Rewriter<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression {
            self.call(call);
        }
        walk_expr(self, expression);
    }
}
