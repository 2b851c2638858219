//! What controls a run by hand: interventions, running to a place, branches.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::debugger::branch::BranchSummary;
use crate::engine::alter::Change;
use crate::engine::job::PolicyOverride;
use crate::engine::program::{RoutineProgram, compile_routine, policy_check};
use crate::flow::document;
use crate::flow::model::{Breakpoint, PortRef, Routine, given};
use crate::flow::value::Value;

use super::super::command::{Command, Compare, Configure, Deed, Intervene, RenameBranch, RunTo};
use super::super::control::{BranchReport, Comparison};
use super::super::report;
use super::inspect::one_breakpoint;
use super::timeline::row_of;
use super::{Answer, Server, done, told};

impl Server {
    /// Changes what the session may take.
    pub(super) fn configure(&mut self, change: &Configure) -> Answer {
        let mut settings = self.session.settings();
        if let Some(bytes) = change.history_bytes {
            settings.history_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        }
        settings.keep = change.recording.unwrap_or(settings.keep);
        settings.guard.instant_steps = change.instant_steps.unwrap_or(settings.guard.instant_steps).max(1);
        settings.guard.steps = change.job_steps.unwrap_or(settings.guard.steps).max(1);
        self.session.configure(settings);
        let (settings, history) = (self.session.settings(), self.session.history());
        told(&report::Settings {
            history_bytes: settings.history_bytes,
            history_used: history.usage().total(),
            history_start: history.start(),
            recording: settings.keep,
            instant_steps: settings.guard.instant_steps,
            job_steps: settings.guard.steps,
        })
    }

    /// Answers what is about the run and not about the document.
    pub(super) fn answer_about_the_run(&mut self, command: &Command) -> Answer {
        match command {
            Command::RunTo(run_to) => self.run_to(run_to),
            Command::Intervene(intervene) => self.intervene(intervene),
            Command::Branches(_) => self.branches(),
            Command::SwitchBranch(branch) => {
                let switched = self.session.switch_branch(branch.branch);
                self.moved(switched, &unknown_branch(branch.branch))
            }
            Command::RenameBranch(RenameBranch { branch, name }) => {
                let name = name.trim();
                if name.is_empty() || name.len() > 200 {
                    return Err("a name has 1 to 200 bytes".into());
                }
                let renamed = self.session.rename_branch(*branch, name);
                if renamed { self.branches() } else { Err(unknown_branch(*branch)) }
            }
            Command::ForgetBranch(branch) => {
                let forgotten = self.session.forget_branch(branch.branch);
                if forgotten {
                    return self.branches();
                }
                Err(format!("{}, or it is the one that is shown", unknown_branch(branch.branch)))
            }
            Command::Compare(compare) => self.compare(compare),
            _ => self.answer_inspection(command),
        }
    }

    /// A place to run to. A condition that cannot hold would only run past it.
    pub(super) fn target(&self, breakpoint: &Value) -> Result<Breakpoint, String> {
        let target = one_breakpoint(breakpoint)?;
        if let Some(condition) = given(&target.condition) {
            let checked = self.sources.expression(condition);
            checked.map_err(|problem| format!("the condition `{condition}` cannot be read: {}", problem.message))?;
        }
        Ok(target)
    }

    fn run_to(&mut self, run_to: &RunTo) -> Answer {
        let target = self.target(&run_to.breakpoint)?;
        self.ready_to_go()?;
        self.session.run_to(target);
        done()
    }

    /// Something that was run and is held.
    pub(super) fn ready_to_go(&mut self) -> Result<(), String> {
        use crate::debugger::session::Mode;
        match self.session.mode() {
            Mode::Ready => Err("nothing was run yet".into()),
            Mode::Running => {
                self.session.pause();
                Ok(())
            }
            Mode::Held => Ok(()),
        }
    }

    /// The position of a job.
    pub(super) fn job_index(&self, job: &str) -> Result<u32, String> {
        self.session.job_index(job).ok_or_else(|| match job {
            "" => "nothing was run yet".to_owned(),
            _ => format!("there is no job `{job}`"),
        })
    }

    /// Changes a job, and shows what came of it.
    pub(super) fn alter(&mut self, job: &str, change: Change) -> Answer {
        let index = self.job_index(job)?;
        self.session.alter(index, change).map_err(|refusal| refusal.text().to_owned())?;
        self.moved(true, "")
    }

    fn intervene(&mut self, intervene: &Intervene) -> Answer {
        let job = self.job_index(&intervene.job)?;
        let data = || intervene.data.clone().ok_or("this needs `data`");
        let change = match intervene.kind {
            Deed::StepTask => {
                self.ready_to_go()?;
                let change = Change::Choose(task(intervene)?);
                self.session.alter(job, change).map_err(|refusal| refusal.text().to_owned())?;
                self.session.step_into();
                return self.moved(true, "");
            }
            Deed::Choose => Change::Choose(task(intervene)?),
            Deed::Duplicate => Change::DuplicateTask(task(intervene)?),
            Deed::Drop => match self.item(job, intervene)? {
                Some((routine, slot, item)) => Change::DropItem(routine, slot, item),
                None => Change::DropTask(task(intervene)?),
            },
            Deed::Edit => match self.item(job, intervene)? {
                Some((routine, slot, item)) => Change::EditItem(routine, slot, item, data()?),
                None => Change::EditTask(task(intervene)?, data()?),
            },
            Deed::Move => {
                let to = intervene.to.ok_or("this needs `to`")?;
                match self.item(job, intervene)? {
                    Some((routine, slot, item)) => Change::MoveItem(routine, slot, item, to),
                    None => Change::MoveTask(task(intervene)?, to),
                }
            }
            Deed::Inject => self.injection(job, intervene)?,
            Deed::SetSharedData | Deed::SetState => return self.set_data(job, intervene),
            Deed::SetRoutine => return self.set_routine(job, intervene),
            Deed::Cancel => Change::Cancel,
        };
        self.session.alter(job, change).map_err(|refusal| refusal.text().to_owned())?;
        self.moved(true, "")
    }

    /// The item that is meant, if one is.
    fn item(&self, job: u32, intervene: &Intervene) -> Result<Option<(u32, u32, usize)>, String> {
        let Some(slot) = &intervene.slot else { return Ok(None) };
        let port = port(slot)?;
        let program = &self.session.runtime().jobs()[job as usize].program;
        let (routine, index) = program.slot(&port).ok_or_else(|| format!("there is no slot `{slot}`"))?;
        Ok(Some((routine, index, intervene.item.ok_or("this needs `item`, the position in the slot")?)))
    }

    fn injection(&self, job: u32, intervene: &Intervene) -> Result<Change, String> {
        let at = intervene.at.as_deref().ok_or("this needs `at`, a `routine.slot` or `routine.event`")?;
        let data = intervene.data.clone().unwrap_or_default();
        let port = port(at)?;
        let program = &self.session.runtime().jobs()[job as usize].program;
        if let Some((routine, slot)) = program.slot(&port) {
            return Ok(Change::Post(routine, slot, data));
        }
        match program.event(&port) {
            Some((routine, event)) => Ok(Change::Emit(routine, event, data)),
            None => Err(format!("there is no slot and no event `{at}`")),
        }
    }

    fn set_data(&mut self, job: u32, intervene: &Intervene) -> Answer {
        let routine = match (intervene.kind, &intervene.routine) {
            (Deed::SetState, Some(id)) => Some(self.routine_index(job, id)?),
            (Deed::SetState, None) => return Err("this needs a `routine`".into()),
            _ => None,
        };
        let value = intervene.data.clone().ok_or("this needs `data`")?;
        if intervene.key.is_none() && value.as_map().is_none() {
            return Err("without a `key`, `data` is all entries as a map".into());
        }
        let altered = self.session.alter_data(job, routine, intervene.key.as_deref(), value);
        altered.map_err(|refusal| refusal.text().to_owned())?;
        self.moved(true, "")
    }

    pub(super) fn routine_index(&self, job: u32, id: &str) -> Result<u32, String> {
        let program = &self.session.runtime().jobs()[job as usize].program;
        program.routine(id).ok_or_else(|| format!("there is no routine `{id}`"))
    }

    /// Other config or logic is another routine in the same place; its ports have to stay what they are.
    fn set_routine(&mut self, job: u32, intervene: &Intervene) -> Answer {
        let id = intervene.routine.as_deref().ok_or("this needs a `routine`")?;
        let index = self.routine_index(job, id)?;
        let program = self.session.runtime().jobs()[job as usize].program.clone();
        let old = program.flow.routine(id).ok_or_else(|| format!("there is no routine `{id}`"))?;
        let new = altered(old, intervene)?;
        let library = self.session.library().clone();
        let mut changes = Vec::new();
        if let (Some(policy), true) = (&new.policy, intervene.policy.is_some()) {
            let check = policy_check(policy, &*library)?;
            changes.push(Change::Policy(index, Some(PolicyOverride { model: policy.clone(), check })));
        }
        if intervene.config.is_some() || intervene.logic.is_some() {
            let compiled = compile_routine(&new, self.session.catalogue(), &*library);
            let replacement =
                compiled.map_err(|problems| problems.first().map(ToString::to_string).unwrap_or_default())?;
            let replacement = fitted(replacement, &program.routines[index as usize])?;
            changes.push(Change::Routine(index, Rc::new(replacement), Arc::new(new)));
        }
        if changes.is_empty() {
            return Err("this needs a `config`, a `policy` or a `logic`".into());
        }
        for change in changes {
            self.session.alter(job, change).map_err(|refusal| refusal.text().to_owned())?;
        }
        self.moved(true, "")
    }

    fn branches(&self) -> Answer {
        let reports: Vec<BranchReport> = self.session.branches().iter().map(report).collect();
        told(&BTreeMap::from([("branches", reports)]))
    }

    fn compare(&self, compare: &Compare) -> Answer {
        let names = |id: u32| {
            let all = self.session.branches();
            all.into_iter().find(|summary| summary.name.id == id).map_or_else(String::new, |summary| summary.name.name)
        };
        let difference = self.session.compare(compare.a, compare.b).map_err(unknown_branch)?;
        let Some(difference) = difference else {
            let text = format!("{} and {} are alike", names(compare.a), names(compare.b));
            return told(&Comparison { same: true, text, ..Comparison::default() });
        };
        let alike = usize::try_from(difference.same).unwrap_or(usize::MAX);
        let (before, after) = (compare.before.min(100).min(alike), compare.after.min(100));
        let rows = |id: u32, seq: u64| {
            let (runtime, records) =
                self.session.around(id, seq, before, after).unwrap_or((self.session.runtime(), Vec::new()));
            records.into_iter().map(|record| row_of(record, runtime)).collect()
        };
        told(&Comparison {
            same: false,
            alike: difference.same,
            seq_a: Some(difference.seq_a),
            seq_b: Some(difference.seq_b),
            rows_a: rows(compare.a, difference.seq_a),
            rows_b: rows(compare.b, difference.seq_b),
            before,
            text: match (&difference.a, &difference.b) {
                (Some(_), Some(_)) => format!("They part after {} records", difference.same),
                (None, _) => format!("{} ends after {} records", names(compare.a), difference.same),
                (_, None) => format!("{} ends after {} records", names(compare.b), difference.same),
            },
            a: difference.a.unwrap_or_default(),
            b: difference.b.unwrap_or_default(),
        })
    }
}

fn task(intervene: &Intervene) -> Result<usize, String> {
    intervene.task.ok_or_else(|| "this needs `task`, the position of a pending event".to_owned())
}

pub(super) fn port(text: &str) -> Result<PortRef, String> {
    PortRef::parse(text).ok_or_else(|| format!("`{text}` is not like `routine.port`"))
}

fn unknown_branch(id: u32) -> String {
    format!("there is no run or branch {id}")
}

/// A routine with what is changed.
fn altered(old: &Routine, intervene: &Intervene) -> Result<Routine, String> {
    let mut new = old.clone();
    if let Some(config) = &intervene.config {
        new.config = config.as_map().ok_or("`config` is a map")?.clone();
    }
    if let Some(logic) = &intervene.logic {
        new.logic = Some(logic.clone());
    }
    if let Some(policy) = &intervene.policy {
        let routine = Value::map([("class", Value::from(new.class.as_str())), ("policy", policy.clone())]);
        let tree = Value::map([("routines", Value::map([(new.id.as_str(), routine)]))]);
        let flow = document::from_value(&tree)
            .into_flow()
            .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
        new.policy = flow.routines.first().and_then(|routine| routine.policy.clone());
    }
    Ok(new)
}

/// A replacement with the connections of what it replaces.
fn fitted(mut new: RoutineProgram, old: &RoutineProgram) -> Result<RoutineProgram, String> {
    let events = new.events.iter().map(|event| &event.name).eq(old.events.iter().map(|event| &event.name));
    if new.slot_names != old.slot_names || !events {
        return Err("with this config it would have other slots or events: start a new run".into());
    }
    new.events = old.events.clone();
    new.slots = old.slots.clone();
    Ok(new)
}

fn report(summary: &BranchSummary) -> BranchReport {
    BranchReport {
        id: summary.name.id,
        name: summary.name.name.clone(),
        current: summary.is_current,
        parent: summary.name.forked.map(|(parent, _)| parent),
        forked_at: summary.name.forked.map(|(_, seq)| seq),
        first: summary.range.0,
        total: summary.range.1,
        steps: summary.steps,
        of_this_document: summary.is_of_this_document,
    }
}
