//! Functions that a builtin calls for each item, and that ask the host for something:
//! `sorted(orders, key=lambda order: get_config("weight") * order["n"])`.
//!
//! The interpreter cannot stop for the host within a builtin. So where such a function may come to the host, the builtin
//! is one of those below, written in Python, which calls it where the interpreter can stop. And where `get_config` is
//! reached from a place that no rewriting helps (`__eq__`, `defaultdict(…)`, a function that is handed to a module), the
//! config is given beforehand, so that nothing has to be asked. Both are decided by the source alone: what does not need
//! them is left as it is.
//! Which functions come to the host is told by `reach.rs`.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::Ranged;

use super::own::Edit;
use super::reach::{HEAPQ, Names, Survey, callback};
use super::texts::{self, Class};

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

/// What a source needs because of its callbacks.
#[derive(Clone, Debug, Default)]
pub struct Callbacks {
    /// The changes.
    pub edits: Vec<Edit>,
    /// Whether the config has to be there before it is asked for.
    pub config: bool,
    /// Its classes whose texts come to the host.
    pub texts: Vec<Class>,
    /// Whether a module's own `sorted` calls something that comes to the host.
    modules: bool,
    /// Whether one of the builtins does.
    builtins: bool,
}

impl Callbacks {
    /// Those of a module.
    pub fn of(source: &str, statements: &[Stmt]) -> Self {
        let survey = Survey::of(statements);
        let config = survey.is_called(&survey.reaching(Survey::of_config()), false);
        let mut found = Self { config, ..Self::default() };
        let mut host = survey.host();
        found.texts = survey.texts(&survey.reaching(host.clone()));
        if !found.texts.is_empty() {
            host.extend(["str", "repr", "print"].map(str::to_owned));
            found.edits = texts::edits(source, statements);
        }
        let reaching = survey.reaching(host);
        if survey.is_called(&reaching, true) {
            let mut rewriter = Rewriter { source, survey: &survey, reaching: &reaching, found: &mut found };
            statements.iter().for_each(|statement| rewriter.visit_stmt(statement));
        }
        found
    }

    /// What has to come before the script, where this is what brings its modules.
    pub fn before(&self, modules: String) -> String {
        let modules = if self.modules { modules.replace("sorted(", "__flow_sorted(") } else { modules };
        let builtins = if self.builtins || self.modules { BUILTINS } else { "" };
        [builtins, if self.config { CONFIG } else { "" }, &texts::before(&self.texts), &modules].concat()
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
                self.found.builtins = true;
                self.found.edits.push(Edit::replace(start, end, format!("__flow_{}", name.id)));
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "sort" => {
                let (start, end) = (attribute.start().to_usize(), call.end().to_usize());
                let (after, open) = (attribute.value.end().to_usize(), call.arguments.start().to_usize() + 1);
                let gap = self.source.get(after..open).unwrap_or_default();
                // Lines stay where they are, and a comment may hold dots of its own.
                let is_plain = |dot: &usize| !gap.contains('#') && !gap.split_at(*dot).1.contains('\n');
                let Some(dot) = gap.rfind('.').filter(is_plain) else { return };
                self.found.builtins = true;
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

#[cfg(test)]
mod tests {
    use super::super::own::{Edit, apply};
    use super::Callbacks;
    use ruff_python_parser::parse_module;

    fn callbacks(source: &str) -> Callbacks {
        let mut callbacks = Callbacks::of(source, parse_module(source).expect(source).suite());
        Edit::sort(&mut callbacks.edits);
        callbacks
    }

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(apply(source, &callbacks(source).edits), expected);
    }

    #[test]
    fn what_does_not_come_to_the_host_costs_nothing() {
        for source in [
            "def logic(s):\n    w = get_config('w')\n    emit('o', x=sorted(s, key=lambda x: x * w), y=max(s, key=len))",
            "import math\ndef logic(s):\n    log(list(map(lambda x: math.log(x), s)))",
            "from math import log\ndef logic(s):\n    s.sort(key=lambda x: log(x))",
            "def f(x):\n    return x\ndef logic(s):\n    emit('o', x=list(filter(f, s)), y=min(s, key=s.get))\n    set_state('k', f(2))",
            "class A:\n    def __init__(self):\n        self.limit = get_config('l')\n    def __str__(self):\n        return f'{self.limit}'\n\
             def logic(s):\n    log(str(A()))\n    print(sorted(map(str, [A()])))",
            "def logic(s):\n    w = self.config['w']\n    print(w, list(map(lambda x: x + w, s)))",
            "def logic(s, m, job):\n    print(sorted(s, key=lambda x: job.get_shared_data('k')))",
        ] {
            let found = callbacks(source);
            check(source, source);
            assert!(!found.config, "{source}");
            assert_eq!(found.before("sorted(x)".to_owned()), "sorted(x)", "{source}");
        }
    }

    #[test]
    fn the_config_is_given_and_the_builtins_stay() {
        let source = "def logic(s):\n    sorted(s, key=lambda x: get_config('w') * x)";
        check(source, source);
        assert!(callbacks(source).config);
    }

    #[test]
    fn only_what_comes_to_the_host_is_written_otherwise() {
        check("sorted(s, key=get_state), sorted(s, key=len)", "__flow_sorted(s, key=get_state), sorted(s, key=len)");
        check("(s\n  .sort(key=lambda x: emit(x)))", "(__flow_sort(s\n  , key=lambda x: emit(x)))");
        check("s . sort(key=emit) # x", "__flow_sort(s , key=emit) # x");
        check("def map(f): pass\nmap(emit)", "def map(f): pass\nmap(emit)");
        check(
            "class A:\n    def __str__(self):\n        return get_state('k')\nf'{A()} {s!r:>3} {5} {s:>3}'; str(s); list(map(str, s))",
            "class A:\n    def __str__(self):\n        return get_state('k')\nf'{__flow_str(A())} {__flow_repr(s)!s:>3} {5} {s:>3}'; __flow_str(s); list(__flow_map(__flow_str, s))",
        );
    }
}
