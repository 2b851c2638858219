//! Why a routine ran, and why it does not, in words.

use std::collections::BTreeSet;

use crate::engine::behaviour::Library;
use crate::engine::job::{Job, RoutineStatus};
use crate::engine::policy::{Decision, PolicyView};
use crate::engine::task::Task;
use crate::engine::trace::{EXTERNAL, Kind, NO_CONNECTION};
use crate::flow::model::{BreakpointPlace, Policy, Routine};
use crate::flow::short_text::value_text;
use crate::flow::value::Value;

use super::index::{Carrier, Index};
use super::keys::{asked_by, missing_keys};
use super::moment::Moment;
use super::records::Records;
use super::session::{Mode, Session, Stop};

/// How far upstream an explanation looks.
const MOST_HOPS: usize = 6;

/// Most characters of a value in a sentence.
const VALUE_CHARS: usize = 60;

/// Why a routine ran last, and why it does not run now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// In words; empty if it never ran.
    pub ran: String,
    /// The record of that start.
    pub ran_seq: Option<u64>,
    /// The most telling first.
    pub reasons: Vec<Reason>,
}

/// One reason why a routine does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A stable name.
    pub code: &'static str,
    /// In words, with what to do.
    pub text: String,
    /// The routine it is about.
    pub routine: String,
    /// The slot it is about.
    pub slot: Option<String>,
    /// A record that shows it.
    pub seq: Option<u64>,
}

impl Session {
    /// Explains a routine of a job at the moment that is shown.
    pub fn why(&mut self, job: u32, routine: u32) -> Option<Explanation> {
        if self.mode() == Mode::Ready {
            return None;
        }
        self.index.update(self.history.records());
        let job = self.replay.runtime.jobs().get(job as usize)?.clone();
        let mut asker = Asker {
            session: self,
            index: &self.index,
            records: self.history.records(),
            library: &*self.library,
            job: &job,
            until: self.replay.runtime.trace().next_seq,
            visited: BTreeSet::new(),
            reasons: Vec::new(),
        };
        asker.explain(routine, 0);
        let mut reasons = asker.reasons;
        // What somebody can mend comes first; the order of the rest tells the story.
        reasons
            .sort_by_key(|reason| usize::from(!matches!(reason.code, "missing-key" | "no-policy" | "not-connected")));
        let (ran, ran_seq) = self.why_it_ran(&job, routine);
        Some(Explanation { ran, ran_seq, reasons })
    }

    fn why_it_ran(&self, job: &Job, routine: u32) -> (String, Option<u64>) {
        let until = self.replay.runtime.trace().next_seq;
        let records = self.history.records();
        let starts = self.index.of(Carrier::Routine(routine), 0, until);
        let start = starts.iter().rev().filter_map(|seq| records.get(*seq)).find(|record| record.job == job.index);
        let Some((record, Kind::RoutineStart(_, _, attempt, input))) = start.map(|record| (record, &record.kind))
        else {
            return (String::new(), None);
        };
        let program = &job.program.routines[routine as usize];
        let reason = input.policy_message.get("reason").and_then(Value::as_str).unwrap_or("its policy said so");
        let items: Vec<String> = input.slots().map(|(name, items)| format!("{} of `{name}`", items.len())).collect();
        let mut text = format!(
            "{} ran at {} s with {} ({reason})",
            program.id,
            record.t as f64 / 1e6,
            if items.is_empty() { "no slots".to_owned() } else { items.join(", ") }
        );
        if *attempt > 1 {
            text.push_str(&format!(", attempt {attempt} of the same items after an error"));
        }
        match records.get(record.cause).map(|cause| (cause.seq, &cause.kind)) {
            Some((seq, Kind::SlotCall { slot, data, connection, .. })) => {
                let slot = &program.slots[*slot as usize].name;
                let from = match job.program.connections.get(*connection as usize) {
                    Some(connection) if connection.from.1 != NO_CONNECTION => {
                        let emitter = &job.program.routines[connection.from.0 as usize];
                        format!("{}.{}", emitter.id, emitter.events[connection.from.1 as usize].name)
                    }
                    _ => "outside".to_owned(),
                };
                let data = value_text(data, VALUE_CHARS);
                text.push_str(&format!(": `{slot}` got {data} from {from} (record {seq})"));
            }
            Some((seq, _)) => text.push_str(&format!(": it goes back to record {seq}")),
            None if record.cause == EXTERNAL => text.push_str(": somebody outside did it"),
            None => {}
        }
        (text, Some(record.seq))
    }
}

/// Asks about one routine, and those before it.
struct Asker<'a> {
    session: &'a Session,
    index: &'a Index,
    records: &'a Records,
    library: &'a dyn Library,
    job: &'a Job,
    /// The record that the next step will begin with.
    until: u64,
    visited: BTreeSet<u32>,
    reasons: Vec<Reason>,
}

impl Asker<'_> {
    fn tell(&mut self, code: &'static str, routine: u32, slot: Option<&str>, seq: Option<u64>, text: String) {
        let routine = self.id(routine).to_owned();
        self.reasons.push(Reason { code, text, routine, slot: slot.map(str::to_owned), seq });
    }

    fn id(&self, routine: u32) -> &str {
        &self.job.program.routines[routine as usize].id
    }

    fn model(&self, routine: u32) -> Option<&Routine> {
        self.job.program.flow.routine(self.id(routine)).map(|routine| &**routine)
    }

    fn explain(&mut self, routine: u32, hops: usize) {
        if hops > MOST_HOPS || !self.visited.insert(routine) {
            return;
        }
        let id = self.id(routine).to_owned();
        self.explain_moment(routine, &id);
        self.explain_status(routine, &id);
        let has_policy = self.job.routines[routine as usize].policy_override.is_some()
            || self.job.program.routines[routine as usize].policy.is_some();
        if !has_policy {
            let text = format!("{id} has no policy, so nothing ever activates it: give it one, such as `immediate`");
            self.tell("no-policy", routine, None, None, text);
        } else if self.job.routines[routine as usize].slots.is_empty() {
            let text = format!("{id} has no slots, and a policy only activates what gets data");
            self.tell("no-policy", routine, None, None, text);
        } else {
            self.explain_policy(routine, &id, hops);
        }
        if hops == 0 {
            self.explain_job();
        }
    }

    /// What the step that is next has to do with it.
    fn explain_moment(&mut self, routine: u32, id: &str) {
        let runtime = self.session.runtime();
        let Some((job, task)) = runtime.upcoming() else { return };
        if job.index != self.job.index {
            return;
        }
        let place = BreakpointPlace::Routine(id.to_owned());
        let is_next = Moment::new(&place, runtime).is_some_and(|moment| {
            moment.routine == id && !matches!(task, Task::Resume(..) | Task::End(_) | Task::Handle(_))
        });
        if !is_next {
            return;
        }
        let text = match self.session.stop() {
            Some(Stop::Breakpoint(hit)) => {
                format!("{id} runs with the next step, which breakpoint {} holds: continue or step", hit.breakpoint + 1)
            }
            _ => format!("{id} runs with the next step: continue or step"),
        };
        self.tell("upcoming", routine, None, None, text);
    }

    fn explain_status(&mut self, routine: u32, id: &str) {
        let due = self.job.timers.iter().find_map(|((due, _), task)| match task {
            Task::Retry(a) | Task::Resume(a, _) | Task::End(a) if a.routine == routine => Some(*due as f64 / 1e6),
            _ => None,
        });
        let until = due.map_or_else(String::new, |due| format!(" until {due} s"));
        let (code, text) = match self.job.routines[routine as usize].status {
            RoutineStatus::Running => ("working", format!("{id} is at work: it sleeps or spends its duration{until}")),
            RoutineStatus::Waiting => {
                ("no-worker", format!("{id} has its items and waits for a worker: all are busy (thread_pool_size)"))
            }
            RoutineStatus::Retrying => ("retrying", format!("{id} failed and tries again; it waits{until}")),
            _ => return,
        };
        self.tell(code, routine, None, None, text);
    }

    fn explain_job(&mut self) {
        let id = &self.job.id;
        let (code, text) = match self.job.status.name() {
            "failed" => {
                let error =
                    self.job.error.as_ref().map_or_else(String::new, |(kind, said)| format!(" ({kind}: {said})"));
                ("job-finished", format!("{id} failed{error}: nothing more happens in it"))
            }
            "completed" => ("job-finished", format!("{id} is completed: nothing more happens in it")),
            "cancelled" => ("job-finished", format!("{id} was cancelled: nothing more happens in it")),
            "paused" => ("job-paused", format!("{id} is paused: continue it")),
            "idle" => ("waits", format!("{id} has nothing left to do and waits for a post")),
            _ => return,
        };
        self.reasons.push(Reason { code, text, routine: String::new(), slot: None, seq: None });
    }

    fn explain_policy(&mut self, routine: u32, id: &str, hops: usize) {
        let state = &self.job.routines[routine as usize];
        let queues: Vec<(String, usize)> =
            state.slots.iter().map(|slot| (slot.name.to_string(), slot.unconsumed())).collect();
        let given = || self.model(routine).and_then(|model| self.session.catalogue().policy(model));
        let policy = state.policy_override.as_ref().map(|policy| policy.model.clone()).or_else(given);
        let wanted = match &policy {
            Some(Policy::BatchSize(size)) => (*size).max(1) as usize,
            _ => 1,
        };
        let needs_all = matches!(policy, Some(Policy::BatchSize(_) | Policy::AllSlotsReady));
        let waits = queues.iter().any(|(_, count)| *count > 0);
        if waits || needs_all {
            self.explain_keys(routine);
        }
        if waits {
            self.explain_check(routine, id, &policy);
        }
        for (slot, (name, count)) in queues.iter().enumerate() {
            let is_short = *count < wanted && (needs_all || !waits);
            if !is_short {
                continue;
            }
            if *count == 0 {
                let why = match &policy {
                    Some(Policy::BatchSize(size)) => format!(", and its policy wants {size} in every slot"),
                    Some(Policy::AllSlotsReady) if queues.len() > 1 => {
                        ", and its policy wants one in every slot".to_owned()
                    }
                    _ => String::new(),
                };
                let text = format!("nothing waits in `{id}.{name}`{why}");
                self.tell("empty-slot", routine, Some(name), None, text);
            } else {
                let text = format!("`{id}.{name}` has {count} of the {wanted} items that its policy wants");
                self.tell("too-few", routine, Some(name), None, text);
            }
            self.explain_feed(routine, slot as u32, name, hops);
        }
    }

    /// What the policy itself says about what waits.
    fn explain_check(&mut self, routine: u32, id: &str, policy: &Option<Policy>) {
        let state = &self.job.routines[routine as usize];
        let program = &self.job.program.routines[routine as usize];
        let Some(check) = state.policy(program).cloned() else { return };
        let now_us = self.session.runtime().now_us();
        let decision = check.check(&PolicyView {
            slots: &state.slots,
            now_us,
            last_activation_us: state.last_activation_us,
            job: &|| self.job.view(),
        });
        let source = match policy {
            Some(Policy::Custom(source)) => source.clone(),
            _ => String::new(),
        };
        match decision {
            Err(failure) => {
                let text = format!("its policy's check raises {}: {}", failure.error_type, failure.message);
                self.tell("check-raises", routine, None, None, text);
            }
            Ok(Decision::Hold) if !source.is_empty() => {
                let text = format!("its policy's check is false: `{source}`");
                self.tell("check-false", routine, None, None, text);
            }
            Ok(Decision::HoldUntil(due)) => {
                let text = format!("its policy waits until {} s (now: {} s)", due as f64 / 1e6, now_us as f64 / 1e6);
                self.tell("interval", routine, None, None, text);
            }
            Ok(Decision::Run { .. }) if !source.is_empty() => {
                let text = format!("{id} would run now, but a policy is asked only when something arrives");
                self.tell("waits", routine, None, None, text);
            }
            Ok(_) => {}
        }
    }

    /// Keys that it asks for and nobody sends.
    fn explain_keys(&mut self, routine: u32) {
        let Some(model) = self.model(routine).cloned() else { return };
        let asked = asked_by(&model, self.library);
        if asked.is_empty() {
            return;
        }
        let mut payloads: Vec<Value> = Vec::new();
        let mut seq = None;
        for (slot, queue) in self.job.routines[routine as usize].slots.iter().enumerate() {
            payloads.extend(queue.new_items().take(50).map(|item| item.data.clone()));
            let calls = self.index.of(Carrier::Slot(routine, slot as u32), 0, self.until);
            for call in calls.iter().rev().take(50).filter_map(|seq| self.records.get(*seq)) {
                if let Kind::SlotCall { data, .. } = &call.kind
                    && call.job == self.job.index
                {
                    payloads.push(data.clone());
                    seq.get_or_insert(call.seq);
                }
            }
        }
        for (key, meant) in missing_keys(&asked, &payloads) {
            let id = self.id(routine);
            let hint = match meant {
                Some(meant) => format!("what arrives has `{meant}`: is that a typo?"),
                None => "nothing that arrives has it".to_owned(),
            };
            let text = format!("{id} asks for the key `{key}`, but {hint}");
            self.tell("missing-key", routine, None, seq, text);
        }
    }

    /// Why no more comes by a slot.
    fn explain_feed(&mut self, routine: u32, slot: u32, name: &str, hops: usize) {
        let program = self.job.program.clone();
        let id = self.id(routine).to_owned();
        let feeds: Vec<(usize, (u32, u32))> = program
            .connections
            .iter()
            .enumerate()
            .filter(|(_, connection)| connection.to == (routine, slot))
            .map(|(index, connection)| (index, connection.from))
            .collect();
        let is_posted_to = program.inputs.iter().any(|input| (input.routine, input.slot) == (routine, slot));
        if feeds.is_empty() && !is_posted_to {
            let text = format!("nothing is connected to `{id}.{name}`, and no input posts to it");
            self.tell("not-connected", routine, Some(name), None, text);
        }
        let lost =
            self.count(Carrier::Slot(routine, slot), |kind| matches!(kind, Kind::SlotCall { overflow: true, .. }));
        if lost > 0 {
            let text = format!("`{id}.{name}` was full and refused {lost} items");
            self.tell("overflow", routine, Some(name), None, text);
        }
        for (_, (source, event)) in feeds {
            self.explain_source(source, event, hops);
        }
    }

    fn explain_source(&mut self, source: u32, event: u32, hops: usize) {
        let from = self.id(source).to_owned();
        let event_name = self.job.program.routines[source as usize].events[event as usize].name.to_string();
        let emissions = self.count(Carrier::Event(source, event), |_| true);
        let pending = self.job.tasks.iter().filter(
            |task| matches!(task, Task::Route { routine, event: number, .. } if (*routine, *number) == (source, event)),
        );
        let pending = pending.count();
        if pending > 0 {
            let text = format!("{pending} of {from}'s events `{event_name}` are on their way");
            self.tell("in-flight", source, None, None, text);
        }
        let activations = self.job.routines[source as usize].activations;
        if emissions > 0 {
            if pending == 0 {
                let text = format!("{from} emitted `{event_name}` {emissions} times; it has to do so more often");
                self.tell("waits", source, None, None, text);
            }
        } else if activations > 0 {
            let text = format!("{from} ran {activations} times but never emitted `{event_name}`");
            self.tell("source-silent", source, None, None, text);
            self.explain_keys(source);
        } else {
            let text = format!("{from}, which feeds it, has not run either");
            self.tell("source-silent", source, None, None, text);
            self.explain(source, hops + 1);
        }
    }

    fn count(&self, carrier: Carrier, wanted: impl Fn(&Kind) -> bool) -> usize {
        let seqs = self.index.of(carrier, 0, self.until).iter();
        seqs.filter_map(|seq| self.records.get(*seq)).filter(|r| r.job == self.job.index && wanted(&r.kind)).count()
    }
}
