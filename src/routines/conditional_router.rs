//! `ConditionalRouter`: sends every item by the events of the routes whose condition it meets.

use std::rc::Rc;
use std::sync::Arc;

use crate::engine::behaviour::{Behaviour, Failure, Host};
use crate::flow::catalogue::{Class, Ports};
use crate::flow::value::{Map, Value};

use super::filter::first_difference;
use super::parts::config::{Config, wrong};
use super::parts::each::{EachItem, each};
use super::parts::formula::Formula;
use super::{BuiltIn, field, immediate, no_own_policy, ports};

/// The class.
pub const CLASS: BuiltIn = BuiltIn {
    class: Class {
        name: "ConditionalRouter",
        category: "Flow",
        about: "Sends every item to the routes whose conditions it meets; each route is an event",
        config: &[
            field(
                "routes",
                "a list of [route, condition], or a map",
                "[]",
                "a condition is Python over `data`, or a map of values to be equal; one that raises is not met",
            ),
            field("default_route", "a text", "null", "the event for items that meet none; null: `output`"),
            field("route_priority", "`first_match` or `all_matches`", "\"first_match\"", "which routes an item takes"),
        ],
        ports: router_ports,
        policy: immediate,
        example: r#"{"routes": [["high", "data.value > 10"], ["low", "data.value <= 10"]]}"#,
    },
    behaviour: make,
    policy: no_own_policy,
    sample: r#"
name: "ConditionalRouter: an event for every route"
description: The first route whose condition is met takes the item; what fits none leaves by the default route.
routines:
  sort:
    class: ConditionalRouter
    config:
      routes: [[frost, "data.celsius < 0"], [heat, "data.celsius > 30"]]
      default_route: mild
  frost: { class: Sink, config: { output_type: frost } }
  heat: { class: Sink, config: { output_type: heat } }
  mild: { class: Sink, config: { output_type: mild } }
connections:
  - { from: sort.frost, to: frost.input }
  - { from: sort.heat, to: heat.input }
  - { from: sort.mild, to: mild.input }
inputs:
  - { to: sort.input, data: { celsius: -3 } }
  - { to: sort.input, data: { celsius: 35 } }
  - { to: sort.input, data: { celsius: 18 } }
"#,
};

struct Router {
    routes: Vec<(Arc<str>, Condition)>,
    default_route: Option<Arc<str>>,
    first_only: bool,
}

enum Condition {
    Asks(Formula),
    Equals(Arc<Map>),
}

/// The routes as the config has them.
fn routes(config: &Map) -> Result<Vec<(Arc<str>, &Value)>, String> {
    match Config(config).given("routes") {
        None => Ok(Vec::new()),
        Some(Value::Map(map)) => Ok(map.iter().map(|(name, condition)| (name.clone(), condition)).collect()),
        Some(Value::List(pairs)) => pairs.iter().map(pair).collect(),
        Some(other) => Err(wrong("routes", "a list of [route, condition] pairs or a map", other)),
    }
}

fn pair(pair: &Value) -> Result<(Arc<str>, &Value), String> {
    match pair.as_list() {
        Some([Value::Str(name), condition]) => Ok((name.clone(), condition)),
        _ => Err("`routes` must hold pairs of a route's name and its condition".into()),
    }
}

/// The event `output`, and one for each route.
fn router_ports(config: &Map) -> Ports {
    let mut names: Vec<Arc<str>> = vec!["output".into()];
    let default = config.get("default_route").and_then(Value::as_str).map(Arc::from);
    for name in routes(config).unwrap_or_default().into_iter().map(|(name, _)| name).chain(default) {
        if !names.contains(&name) && !name.is_empty() {
            names.push(name);
        }
    }
    let events: Vec<(&str, &[&str])> = names.iter().map(|name| (&**name, &["data", "route"][..])).collect();
    ports(&["input"], &events)
}

fn make(config: &Map) -> Result<Rc<dyn Behaviour>, String> {
    let read = Config(config);
    let condition = |(name, condition): (Arc<str>, &Value)| match condition {
        _ if name.is_empty() => Err("`routes`: a route needs a name".to_owned()),
        Value::Str(source) => {
            Ok((name.clone(), Condition::Asks(Formula::condition(&format!("routes.{name}"), source, config)?)))
        }
        Value::Map(wanted) => Ok((name, Condition::Equals(wanted.clone()))),
        other => Err(wrong(&format!("routes.{name}"), "a Python expression or a map of values", other)),
    };
    Ok(each(Router {
        routes: routes(config)?.into_iter().map(condition).collect::<Result<_, _>>()?,
        default_route: read.text("default_route")?.map(Arc::from),
        first_only: read.choice("route_priority", &[("first_match", true), ("all_matches", false)])?,
    }))
}

impl Condition {
    fn is_met(&self, host: &mut dyn Host, item: &Value) -> Result<bool, Failure> {
        match self {
            Condition::Equals(wanted) => Ok(first_difference(wanted, item).is_none()),
            Condition::Asks(formula) => match formula.is_true(host, item, &[("stats", Value::Map(Arc::default()))]) {
                Err(failure) if failure.timed_out => Err(failure),
                met => Ok(met.unwrap_or(false)),
            },
        }
    }
}

impl EachItem for Router {
    fn handle(&self, host: &mut dyn Host, item: &Value) -> Result<(), Failure> {
        let send = |host: &mut dyn Host, event: &str, route: &str| {
            host.emit(event, Value::map([("data", item.clone()), ("route", Value::from(route))]))
        };
        let mut taken = false;
        for (name, condition) in &self.routes {
            if condition.is_met(host, item)? {
                send(host, name, name)?;
                taken = true;
                if self.first_only {
                    break;
                }
            }
        }
        match &self.default_route {
            _ if taken => Ok(()),
            Some(route) => send(host, route, route),
            None => send(host, "output", "unmatched"),
        }
    }
}
