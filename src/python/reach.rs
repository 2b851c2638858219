//! Which names of a source may come to the host when they are called, and where something is called for each item.
//!
//! It is told by names alone: those of functions that name one of the host's functions, and those that name these. That
//! is too many rather than too few, and does no harm: what is put in place of a builtin does what the builtin does.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Parameters, Stmt};

use super::texts::Class;

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
pub const HEAPQ: [&str; 3] = ["nlargest", "nsmallest", "merge"];

/// A place that calls what it is given where the interpreter cannot stop.
struct Place {
    calls: Names,
    /// Whether it can be written so that the interpreter can stop.
    is_rewritten: bool,
}

/// Names, and attributes with a dot before them.
pub type Names = BTreeSet<String>;

/// What a source binds and mentions.
#[derive(Default)]
pub struct Survey {
    /// What is bound to something that can be called, and what that mentions.
    units: Vec<(Vec<String>, Names)>,
    /// Calls of the source's own functions: the function, and what it is given.
    given: Vec<(String, Names)>,
    /// Parameters by the functions that have them.
    parameters: BTreeMap<String, Names>,
    places: Vec<Place>,
    /// Classes with what makes their texts.
    text_methods: Vec<(String, Vec<(String, Names)>)>,
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
    /// What is in a module.
    pub fn of(statements: &[Stmt]) -> Self {
        // What is bound, imported and made has to be known before the rest is looked at.
        let mut first = Self::default();
        statements.iter().for_each(|statement| first.visit_stmt(statement));
        let Self { makers, bound, imported, modules, .. } = first;
        let mut survey = Self { makers, bound, imported, modules, ..Self::default() };
        statements.iter().for_each(|statement| survey.visit_stmt(statement));
        survey
    }

    /// The names under which the source finds the config.
    pub fn of_config() -> Names {
        OF_CONFIG.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Whether one of these names is called where the interpreter cannot stop; `rewritten`: where that can be written
    /// otherwise.
    pub fn is_called(&self, names: &Names, rewritten: bool) -> bool {
        let places = self.places.iter().filter(|place| place.is_rewritten || !rewritten);
        places.into_iter().any(|place| !place.calls.is_disjoint(names))
    }

    /// The names under which the source finds the host, without the config, which is given where it would be asked for.
    pub fn host(&self) -> Names {
        let mut names: Names = HOST.iter().map(|name| format!(".{name}")).collect();
        names.extend(HOST.iter().filter(|name| !self.imported.contains(**name)).map(|name| (*name).to_owned()));
        names.extend(OF_SELF.iter().map(|name| (*name).to_owned()));
        if self.modules.contains("logging") {
            names.extend(OF_LOGGERS.iter().map(|name| format!(".{name}")));
        }
        names
    }

    pub fn is_bound(&self, name: &str) -> bool {
        self.bound.contains(name) || self.imported.contains(name)
    }

    /// All names behind which one of these is.
    pub fn reaching(&self, mut names: Names) -> Names {
        loop {
            let before = names.len();
            // Both ways, because what comes first may call what comes after it, and the other way round.
            for (bound, mentions) in self.units.iter().chain(self.units.iter().rev()) {
                if !mentions.is_disjoint(&names) {
                    names.extend(bound.iter().cloned());
                }
            }
            for (function, given) in &self.given {
                if !given.is_disjoint(&names) {
                    names.extend(self.parameters.get(function).into_iter().flatten().cloned());
                }
            }
            if names.len() == before {
                return names;
            }
        }
    }

    /// The classes whose texts come to one of these names.
    pub fn texts(&self, reaching: &Names) -> Vec<Class> {
        let comes = |(_, methods): &&(String, Vec<(String, Names)>)| {
            methods.iter().any(|(_, mentions)| !mentions.is_disjoint(reaching))
        };
        let has = |methods: &[(String, Names)], name: &str| methods.iter().any(|(method, _)| method == name);
        let classes = self.text_methods.iter().filter(comes).map(|(name, methods)| Class {
            name: name.clone(),
            has_str: has(methods, "__str__"),
            has_repr: has(methods, "__repr__"),
        });
        classes.collect()
    }

    /// Everything that is mentioned in an expression.
    fn mentions(&self, expression: &Expr) -> Names {
        let mut mentioned = Mentioned::new(self, false);
        mentioned.visit_expr(expression);
        mentioned.names
    }

    /// What is mentioned as something that may be called later: not what is only called there.
    pub fn values(&self, expression: &Expr) -> Names {
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
        self.parameters.entry(function.to_owned()).or_default().extend(names);
    }

    /// What a call hands over, and where to.
    fn call(&mut self, call: &ExprCall) {
        if let Some(called) = callback(call) {
            let calls = self.values(called);
            self.places.push(Place { calls, is_rewritten: true });
            // A function of the source's own may have the name of a builtin.
            if matches!(&*call.func, Expr::Name(name) if !self.bound.contains(name.id.as_str())) {
                return;
            }
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
                let methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
                let methods = methods.filter(|method| matches!(method.name.as_str(), "__str__" | "__repr__"));
                let methods = methods.map(|method| {
                    let mut mentioned = Mentioned::new(self, false);
                    method.body.iter().for_each(|inner| mentioned.visit_stmt(inner));
                    (method.name.to_string(), mentioned.names)
                });
                let methods = methods.collect();
                self.text_methods.push((name.to_owned(), methods));
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
                if of == "self" && self.survey.classes == 0 && !self.values {
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
pub fn callback(call: &ExprCall) -> Option<&Expr> {
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
