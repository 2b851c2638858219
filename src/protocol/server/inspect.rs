//! What looks into a run: values, watches, causes, breakpoints before they are set.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::debugger::causes;
use crate::debugger::index::Carrier;
use crate::debugger::moment::Moment;
use crate::debugger::saved::read_breakpoints;
use crate::debugger::watch::Watched;
use crate::engine::record;
use crate::engine::trace::{Kind, Record};
use crate::flow::model::{Breakpoint, BreakpointPlace};
use crate::flow::short_text::value_text;
use crate::flow::value::Value;

use super::super::command::{
    Command, LastChange, PayloadKeys, PreviewBreakpoint, Related, ValueAt, ValueRef, Watch, Why,
};
use super::super::inspect::{
    BreakpointPreview, Carried, Changed, Explanation, Reason, Relatives, SeenKey, WatchHistory, WatchPoint,
};
use super::super::parts::{self, part};
use super::super::places;
use super::{Answer, Server, done, told};

/// How many payloads are looked at for their keys.
const MOST_PAYLOADS: usize = 2_000;

/// The debugger's own names in a condition.
const NAMES: [&str; 8] =
    ["data", "slot_data", "job_state", "job_id", "routine_id", "event_name", "slot_name", "hit_count"];

impl Server {
    /// Answers what looks into the run.
    pub(super) fn answer_inspection(&mut self, command: &Command) -> Answer {
        match command {
            Command::PreviewBreakpoint(preview) => self.preview_breakpoint(preview),
            Command::PayloadKeys(keys) => self.payload_keys(keys),
            Command::ValueAt(value_at) => self.value_at(value_at),
            Command::Children(children) => {
                let value = self.value_of(&children.of)?;
                told(&parts::children(&value, &children.path, children.start, children.count)?)
            }
            Command::CopyValue(copy) => {
                let text = parts::text(&self.value_of(&copy.of)?, &copy.path, &copy.format)?;
                told(&Value::map([("text", Value::from(text))]))
            }
            Command::SearchValue(search) => {
                told(&parts::search(&self.value_of(&search.of)?, &search.text, search.limit))
            }
            Command::Watch(watch) => self.watch(watch),
            Command::LastChange(change) => self.last_change(change),
            Command::Ancestry(related) => self.relatives(related, causes::ancestry),
            Command::Descendants(related) => self.relatives(related, causes::descendants),
            Command::Why(why) => self.why(why),
            _ => self.answer_timeline(command),
        }
    }

    fn preview_breakpoint(&mut self, preview: &PreviewBreakpoint) -> Answer {
        let breakpoint = one_breakpoint(&preview.breakpoint)?;
        let missing = places::missing(&breakpoint.place, self.session.flow(), self.session.catalogue());
        let limit = if preview.limit == 0 { 100 } else { preview.limit.min(10_000) };
        let found = self.session.preview(breakpoint, limit);
        told(&BreakpointPreview {
            valid: found.is_good && missing.is_none(),
            message: missing.or(found.message),
            events: found.events,
            stops: found.stops,
            errors: found.errors,
            seqs: found.seqs,
            cut: self.session.history().records().range().0 > 0,
        })
    }

    /// The records of a place before another one, newest first.
    fn carried(&mut self, place: &BreakpointPlace, job: Option<u32>, until: u64) -> Result<Vec<Record>, String> {
        let carrier = self.carrier(place)?;
        let (index, history) = self.session.index();
        let seqs = index.of(carrier, 0, until).iter().rev();
        let records = seqs.filter_map(|seq| history.records().get(*seq));
        Ok(records.filter(|record| job.is_none_or(|job| job == record.job)).take(MOST_PAYLOADS).cloned().collect())
    }

    /// A place by its positions in the running document.
    fn carrier(&self, place: &BreakpointPlace) -> Result<Carrier, String> {
        let program = self.session.running_program().ok_or("nothing was run yet")?;
        let missing = || {
            let missing = places::missing(place, &program.flow, self.session.catalogue());
            missing.unwrap_or_else(|| "the run does not know this place".to_owned())
        };
        let routine = |id: &str| program.routine(id).ok_or_else(missing);
        Ok(match place {
            BreakpointPlace::Connection { from, to } => {
                let found = program.flow.connections.iter().position(|c| c.from == *from && c.to == *to);
                Carrier::Connection(found.ok_or_else(missing)? as u32)
            }
            BreakpointPlace::Slot(port) => {
                let (routine, slot) = program.slot(port).ok_or_else(missing)?;
                Carrier::Slot(routine, slot)
            }
            BreakpointPlace::Event(port) => {
                let (routine, event) = program.event(port).ok_or_else(missing)?;
                Carrier::Event(routine, event)
            }
            BreakpointPlace::Routine(id) => Carrier::Routine(routine(id)?),
            BreakpointPlace::Error(Some(id)) => Carrier::Error(routine(id)?),
            BreakpointPlace::Error(None) => return Err("an error has a routine here".into()),
        })
    }

    fn payload_keys(&mut self, keys: &PayloadKeys) -> Answer {
        let place = one_breakpoint(&keys.place)?.place;
        let until = self.session.history().records().range().1;
        let records = self.carried(&place, None, until).unwrap_or_default();
        let payloads: Vec<Value> = records.iter().filter_map(payload).collect();
        let mut seen: BTreeMap<String, SeenKey> = BTreeMap::new();
        payloads.iter().for_each(|payload| add_keys("", payload, &mut seen, 0));
        let mut found: Vec<SeenKey> = seen.into_values().filter(|key| key.path.starts_with(&keys.prefix)).collect();
        found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
        found.truncate(200);
        let mut newest: Vec<Value> = Vec::new();
        for payload in payloads.into_iter().filter(|payload| parts::bytes(payload) < 4096) {
            if newest.len() < 5 && !newest.contains(&payload) {
                newest.push(payload);
            }
        }
        told(&SeenPayloads { keys: found, names: &NAMES, payloads: newest })
    }

    fn value_at(&mut self, value_at: &ValueAt) -> Answer {
        let job = if value_at.job.is_empty() { None } else { Some(self.job_index(&value_at.job)?) };
        let until = value_at.seq.map_or_else(|| self.session.runtime().trace().next_seq, |seq| seq.saturating_add(1));
        let mut values = Vec::new();
        for place in &value_at.places {
            let place = one_breakpoint(place)?.place;
            values.push(match self.carrier(&place) {
                Ok(carrier) => self.carried_by(carrier, job, until, value_at),
                Err(message) => Carried { message: Some(message), ..Carried::default() },
            });
        }
        told(&BTreeMap::from([("values", values)]))
    }

    fn carried_by(&mut self, carrier: Carrier, job: Option<u32>, until: u64, asked: &ValueAt) -> Carried {
        let (index, history) = self.session.index();
        let records = history.records();
        let seqs = index.of(carrier, records.range().0, until);
        let of_job = |record: &&Record| job.is_none_or(|job| job == record.job);
        let count = match job {
            None => seqs.len() as u64,
            Some(_) => seqs.iter().filter_map(|seq| records.get(*seq)).filter(of_job).count() as u64,
        };
        let mut newest = seqs.iter().rev().filter_map(|seq| records.get(*seq)).filter(of_job).peekable();
        let mut carried = Carried { count, ..Carried::default() };
        let Some(last) = newest.peek() else { return carried };
        (carried.seq, carried.t) = (Some(last.seq), Some(last.t));
        carried.last = payload(last).map(|value| part("", "", &value));
        for record in newest.take(asked.points.min(1000)) {
            let Some(value) = payload(record) else { continue };
            let key = carried.key.as_deref().unwrap_or(&asked.key);
            let Some((key, number)) = number_in(&value, key) else { continue };
            carried.key.get_or_insert(key);
            carried.series.push((record.seq, record.t, number));
        }
        carried.series.reverse();
        carried
    }

    /// The value that somebody means.
    fn value_of(&mut self, of: &ValueRef) -> Result<Value, String> {
        if let (Some(seq), Some(watch)) = (of.seq, &of.watch) {
            return self.watched_value(watch, seq);
        }
        if let Some(seq) = of.seq {
            let record = self.session.history().records().get(seq).ok_or("this record is not kept")?;
            let record = record::to_value(record, self.session.runtime());
            let fields = if of.field.is_empty() { vec!["data", "slot_data"] } else { vec![of.field.as_str()] };
            let found = fields.iter().find_map(|field| record.get(field));
            return found.cloned().ok_or_else(|| format!("this record has no field `{}`", fields[0]));
        }
        if let Some(expression) = &of.expression {
            return self.evaluated(expression);
        }
        if let Some(variable) = &of.variable {
            return self.line_variable(variable);
        }
        if of.next {
            return self.session.moment().map(|moment| moment.data).ok_or_else(|| "there is no next step".to_owned());
        }
        let job = &self.session.runtime().jobs()[self.job_index(&of.job)? as usize];
        if of.shared_data {
            return Ok(Value::Map(job.shared_data.clone()));
        }
        if let Some(routine) = &of.state {
            let index = self.routine_index(job.index, routine)?;
            return Ok(Value::Map(job.routines[index as usize].state.clone()));
        }
        if let Some(slot) = &of.slot {
            let found = job.program.slot(&super::control::port(slot)?);
            let (routine, index) = found.ok_or_else(|| format!("there is no slot `{slot}`"))?;
            let items = job.routines[routine as usize].slots[index as usize].new_items();
            return Ok(Value::list(items.map(|item| item.data.clone())));
        }
        if let Some(position) = of.task {
            let task = job.tasks.get(position).ok_or("there is no pending event at this position")?;
            let moment = Moment::of_task(job, task, self.session.runtime().now_us());
            return moment.map(|moment| moment.data).ok_or_else(|| "its transform raises".to_owned());
        }
        Err("say which value: `seq`, `shared_data`, `state`, `slot`, `task`, `next`, `expression` or `variable`".into())
    }

    fn watch(&mut self, watch: &Watch) -> Answer {
        let expression = match self.session.library().expression(&watch.expression) {
            Ok(expression) => expression,
            Err(err) => {
                let message = Some(format!("{}: {}", err.error_type, err.message));
                return told(&WatchHistory { message, ..WatchHistory::default() });
            }
        };
        let limit = if watch.limit == 0 { 1000 } else { watch.limit.min(10_000) };
        let (source, from) = (&watch.expression, watch.from);
        let watched: Watched = match &watch.place {
            Some(place) => {
                let place = one_breakpoint(place)?;
                let job = if watch.job.is_empty() { None } else { Some(self.job_index(&watch.job)?) };
                self.session.watch_place(&*expression, source, &place, job, from, limit)
            }
            None => {
                let job = self.job_index(&watch.job)?;
                self.session.watch_state(&*expression, source, job, from, limit)
            }
        };
        let points = watched.points.into_iter().map(|(seq, t, job, value)| WatchPoint {
            seq,
            t,
            job: job.to_string(),
            part: part("", "", &value),
        });
        told(&WatchHistory {
            valid: true,
            message: watched.error,
            evaluated: watched.evaluated,
            errors: watched.errors,
            points: points.collect(),
            next: watched.next,
        })
    }

    /// What a watched expression was from a record of its history on. A large value is asked for page by page: the last
    /// one stays at hand.
    fn watched_value(&mut self, watch: &Watch, seq: u64) -> Result<Value, String> {
        let which = (self.session.branch().id, seq, watch.clone());
        if let Some((known, value)) = &self.watched
            && *known == which
        {
            return Ok(value.clone());
        }
        let told = |error_type: &str, message: &str| format!("{error_type}: {message}");
        let compiled = self.session.library().expression(&watch.expression);
        let expression = compiled.map_err(|err| told(&err.error_type, &err.message))?;
        let place = watch.place.as_ref().map(one_breakpoint).transpose()?;
        let job = self.job_index(&watch.job)?;
        let found = self.session.watched_at(&*expression, &watch.expression, place.as_ref(), job, seq);
        let value = found.ok_or("it has no value there")?.map_err(|err| told(&err.error_type, &err.message))?;
        self.watched = Some((which, value.clone()));
        Ok(value)
    }

    fn last_change(&mut self, change: &LastChange) -> Answer {
        let job = self.job_index(&change.job)?;
        let routine = match &change.routine {
            Some(id) => Some(self.routine_index(job, id)?),
            None => None,
        };
        let key = change.key.as_deref();
        let Some(found) = self.session.last_change(job, routine, key, change.before) else {
            return done();
        };
        let what = match (key, &change.routine) {
            (Some(key), Some(id)) => format!("`{key}` of the state of {id}"),
            (Some(key), None) => format!("`{key}` of the shared data"),
            (None, Some(id)) => format!("the state of {id}"),
            (None, None) => "the shared data".to_owned(),
        };
        let short = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), |value| value_text(value, 60));
        let who = found.by.as_ref().map_or("Somebody".to_owned(), |(id, number)| format!("{id} (activation {number})"));
        let text = format!(
            "{who} changed {what} from {} to {} at {} s",
            short(&found.before),
            short(&found.after),
            found.t as f64 / 1e6
        );
        told(&Changed {
            seq: found.seq,
            t: found.t,
            routine: found.by.as_ref().map(|(id, _)| id.clone()),
            activation: found.by.map(|(_, number)| number),
            before: found.before.map(|value| part("", "", &value)),
            after: found.after.map(|value| part("", "", &value)),
            text,
        })
    }

    fn relatives(
        &mut self,
        related: &Related,
        find: fn(&crate::debugger::records::Records, u64, usize) -> causes::Related,
    ) -> Answer {
        let records = self.session.history().records();
        if records.get(related.seq).is_none() {
            return Err(format!("record {} is not kept", related.seq));
        }
        let limit = if related.limit == 0 { 1000 } else { related.limit.min(10_000) };
        let found = find(records, related.seq, limit);
        let rows: Vec<_> = found.seqs.iter().filter_map(|seq| records.get(*seq)).map(|r| self.row(r)).collect();
        let routines: BTreeSet<String> = rows.iter().filter_map(|row| row.routine.clone()).collect();
        let connections: BTreeSet<usize> = rows.iter().filter_map(|row| row.connection).collect();
        told(&Relatives {
            total: found.total,
            records: rows,
            routines: routines.into_iter().collect(),
            connections: connections.into_iter().collect(),
        })
    }

    fn why(&mut self, why: &Why) -> Answer {
        if self.session.running_program().is_none() {
            let reason =
                Reason { code: "no-run".into(), text: "nothing was run yet: press Run".into(), ..Reason::default() };
            return told(&Explanation { reasons: vec![reason], ..Explanation::default() });
        }
        let job = self.job_index(&why.job)?;
        let routine = self.routine_index(job, &why.routine)?;
        let found = self.session.why(job, routine).unwrap_or_default();
        let reasons = found.reasons.into_iter().map(|reason| Reason {
            code: reason.code.into(),
            text: reason.text,
            routine: reason.routine,
            slot: reason.slot,
            seq: reason.seq,
        });
        told(&Explanation { ran: found.ran, ran_seq: found.ran_seq, reasons: reasons.collect() })
    }
}

/// What came by at a place.
#[derive(Serialize)]
struct SeenPayloads {
    keys: Vec<SeenKey>,
    names: &'static [&'static str],
    payloads: Vec<Value>,
}

/// The one breakpoint that is meant.
pub(super) fn one_breakpoint(breakpoint: &Value) -> Result<Breakpoint, String> {
    read_breakpoints(Value::list([breakpoint.clone()]))?.pop().ok_or_else(|| "this needs a place".to_owned())
}

/// What a record carries.
fn payload(record: &Record) -> Option<Value> {
    match &record.kind {
        Kind::SlotCall { data, .. } | Kind::EventEmit { data, .. } | Kind::Output(_, _, data) => Some(data.clone()),
        Kind::RoutineStart(.., input) => Some(input.slot_data()),
        Kind::Error(_, _, failure) => Some(Value::map([
            ("error_type", Value::Str(failure.error_type.clone())),
            ("message", Value::Str(failure.message.clone())),
        ])),
        _ => None,
    }
}

/// The number of a payload: itself, the entry of a key, or the first entry that is one.
fn number_in(value: &Value, key: &str) -> Option<(String, f64)> {
    if let Some(number) = value.as_f64() {
        return Some((String::new(), number));
    }
    if !key.is_empty() {
        return value.get(key)?.as_f64().map(|number| (key.to_owned(), number));
    }
    value.as_map()?.iter().find_map(|(key, entry)| entry.as_f64().map(|number| (key.to_string(), number)))
}

fn add_keys(path: &str, value: &Value, seen: &mut BTreeMap<String, SeenKey>, depth: usize) {
    let Some(map) = value.as_map() else { return };
    for (key, item) in map.iter().take(100) {
        let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
        if seen.len() >= 1000 && !seen.contains_key(&path) {
            return;
        }
        let entry = seen.entry(path.clone()).or_insert_with(|| SeenKey {
            path: path.clone(),
            example: value_text(item, 40),
            ..SeenKey::default()
        });
        entry.count += 1;
        if !entry.kinds.iter().any(|kind| kind == item.kind()) {
            entry.kinds.push(item.kind().into());
        }
        if depth < 2 {
            add_keys(&path, item, seen, depth + 1);
        }
    }
}
