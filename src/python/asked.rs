//! Which keys a source reads from the payloads that it is given: `item["value"]`, `item.get("value")`, `"value" in item`.

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{CmpOp, Expr, ExprContext, Stmt};
use ruff_python_parser::{parse_expression, parse_module};

use super::depth::check_depth;

/// Names whose entries are no payload's.
const NOT_PAYLOADS: [&str; 6] = ["policy_message", "config", "job_state", "shared_data", "self", "state"];

/// Names of an expression's records: their attributes are entries.
const RECORDS: [&str; 1] = ["data"];

/// The keys, sorted. Keys that the source writes itself are not asked of anybody.
pub fn asked_keys(source: &str) -> Vec<String> {
    if check_depth(source).is_err() {
        return Vec::new();
    }
    let mut finder = Finder::default();
    if let Ok(parsed) = parse_expression(source.trim()) {
        finder.visit_expr(parsed.expr());
    } else if let Ok(parsed) = parse_module(source) {
        parsed.suite().iter().for_each(|statement| finder.visit_stmt(statement));
    }
    finder.read.difference(&finder.written).cloned().collect()
}

#[derive(Default)]
struct Finder {
    read: BTreeSet<String>,
    written: BTreeSet<String>,
}

/// The name at the beginning of `name.a["b"].c()`.
fn root(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => root(&attribute.value),
        Expr::Subscript(subscript) => root(&subscript.value),
        Expr::Call(call) => root(&call.func),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::StringLiteral(literal) => Some(literal.value.to_str()),
        _ => None,
    }
}

fn may_be_payload(expression: &Expr) -> bool {
    let is_shared = matches!(expression, Expr::Attribute(attribute) if attribute.attr.as_str() == "shared_data");
    !is_shared && root(expression).is_none_or(|name| !NOT_PAYLOADS.contains(&name))
}

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Subscript(subscript) => {
                if let Some(key) = text(&subscript.slice)
                    && may_be_payload(&subscript.value)
                {
                    let is_read = subscript.ctx == ExprContext::Load;
                    if is_read { &mut self.read } else { &mut self.written }.insert(key.to_owned());
                }
            }
            Expr::Call(call) => {
                if let (Expr::Attribute(method), Some(key)) = (&*call.func, call.arguments.args.first().and_then(text))
                    && may_be_payload(&method.value)
                {
                    match method.attr.as_str() {
                        "get" | "pop" => self.read.insert(key.to_owned()),
                        "setdefault" => self.written.insert(key.to_owned()),
                        _ => false,
                    };
                }
            }
            Expr::Compare(compare) => {
                let pairs = compare.operands.iter().zip(compare.operands.iter().skip(1));
                for (operator, (left, right)) in compare.ops.iter().zip(pairs) {
                    if let (CmpOp::In | CmpOp::NotIn, Some(key), Expr::Name(name)) = (operator, text(left), right)
                        && !NOT_PAYLOADS.contains(&name.id.as_str())
                    {
                        self.read.insert(key.to_owned());
                    }
                }
            }
            Expr::Attribute(attribute) => {
                if let Expr::Name(name) = &*attribute.value
                    && RECORDS.contains(&name.id.as_str())
                    && !["get", "keys", "values", "items"].contains(&attribute.attr.as_str())
                {
                    self.read.insert(attribute.attr.as_str().to_owned());
                }
            }
            Expr::Dict(dict) => {
                self.written.extend(dict.iter_keys().flatten().filter_map(text).map(str::to_owned));
            }
            _ => {}
        }
        walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use super::asked_keys;

    #[test]
    fn finds_what_is_read_from_payloads() {
        assert_eq!(asked_keys("data.value > 1 and data['unit'] == 'C'"), ["unit", "value"]);
        assert_eq!(asked_keys("sum(1 for d in slots['input'] if d.get('ready')) >= 3"), ["input", "ready"]);
        let logic = "def logic(slot_data, policy_message, job_state):\n    seen = {'n': 0}\n    seen['n'] += 1\n    \
                     for item in slot_data['input']:\n        if 'kind' in item and policy_message['reason']:\n            \
                     emit('out', v=item['value'], s=job_state.shared_data['x'], t=get_state('y'))\n";
        assert_eq!(asked_keys(logic), ["input", "kind", "value"]);
        assert!(asked_keys("not python at all").is_empty());
    }
}
