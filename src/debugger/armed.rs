//! Which routines breakpoints look at: asked before every step, so that a breakpoint elsewhere costs next to nothing.

use std::rc::Rc;

use crate::engine::job::Job;
use crate::engine::program::Program;
use crate::engine::task::Task;
use crate::flow::model::BreakpointPlace;

/// How many programs are remembered: runs of an edited flow have several.
const MOST_PROGRAMS: usize = 8;

/// The routines of the programs that run, as far as breakpoints look at them.
#[derive(Default)]
pub struct Armed {
    programs: Vec<(Rc<Program>, Vec<Sides>)>,
    /// The one that was asked about last.
    last: usize,
}

/// What of a routine is looked at.
#[derive(Clone, Copy, Default)]
struct Sides {
    /// Its emissions.
    emits: bool,
    /// What it gets and does.
    receives: bool,
    /// Its emissions, or what any receiver of them gets and does.
    sends: bool,
}

impl Armed {
    /// Whether a breakpoint at one of these places could stop the step. True does not mean that it does.
    #[inline]
    pub fn concerns<'a, P: Iterator<Item = &'a BreakpointPlace>>(
        &mut self,
        places: impl FnOnce() -> P,
        job: &Job,
        task: &Task,
    ) -> bool {
        if self.programs.get(self.last).is_none_or(|(last, _)| !Rc::ptr_eq(last, &job.program)) {
            self.last = self.find(places, &job.program);
        }
        let sides = &self.programs[self.last].1;
        let receives = |routine: u32| sides.get(routine as usize).is_none_or(|sides| sides.receives);
        match task {
            Task::Post { routine, .. } | Task::Check { routine, .. } => receives(*routine),
            Task::Route { routine, event, next, .. } => {
                let program = &job.program;
                let Some(sender) = sides.get(*routine as usize) else { return true };
                // Which of its receivers it is has to be found out only if it matters.
                sender.sends
                    && (sender.emits
                        || program.routines[*routine as usize].events[*event as usize]
                            .connections
                            .get(*next as usize)
                            .is_some_and(|connection| receives(program.connections[*connection as usize].to.0)))
            }
            Task::Start(activation) | Task::Retry(activation) => receives(activation.routine),
            Task::Handle(error) => receives(error.routine),
            Task::Resume(..) | Task::End(_) => false,
        }
    }

    /// The position of a program, which is looked through if it was not yet.
    #[cold]
    fn find<'a, P: Iterator<Item = &'a BreakpointPlace>>(
        &mut self,
        places: impl FnOnce() -> P,
        program: &Rc<Program>,
    ) -> usize {
        let known = self.programs.iter().position(|(known, _)| Rc::ptr_eq(known, program));
        known.unwrap_or_else(|| {
            if self.programs.len() >= MOST_PROGRAMS {
                self.programs.remove(0);
            }
            self.programs.push((program.clone(), sides_of(places(), program)));
            self.programs.len() - 1
        })
    }
}

fn sides_of<'a>(places: impl Iterator<Item = &'a BreakpointPlace>, program: &Program) -> Vec<Sides> {
    let mut all = vec![Sides::default(); program.routines.len()];
    for place in places {
        let (id, emits) = match place {
            BreakpointPlace::Connection { from, .. } | BreakpointPlace::Event(from) => (&from.routine, true),
            BreakpointPlace::Slot(to) => (&to.routine, false),
            BreakpointPlace::Routine(id) | BreakpointPlace::Error(Some(id)) => (id, false),
            BreakpointPlace::Error(None) => {
                all.iter_mut().for_each(|sides| sides.receives = true);
                continue;
            }
        };
        if let Some(sides) = program.routine(id).and_then(|index| all.get_mut(index as usize)) {
            sides.emits |= emits;
            sides.receives |= !emits;
        }
    }
    for index in 0..all.len() {
        let mut connections = program.routines[index].events.iter().flat_map(|event| &event.connections);
        let reaches = |connection: &u32| all[program.connections[*connection as usize].to.0 as usize].receives;
        all[index].sends = all[index].emits || connections.any(reaches);
    }
    all
}
