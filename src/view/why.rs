//! Why a routine runs or does not, as the inspector says it.

use crate::protocol::inspect::{Explanation, Reason};
use crate::protocol::report::{RunState, State};

/// How a reason looks: its icon and its tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonLook {
    /// The icon of the page's sprite.
    pub icon: &'static str,
    /// `bad` for a mistake that somebody can mend, `warn` for what holds it up, `plain` for how things are.
    pub tone: &'static str,
}

/// The look of a reason by its code.
pub fn reason_look(code: &str) -> ReasonLook {
    let (icon, tone) = match code {
        "missing-key" | "check-raises" => ("error", "bad"),
        "no-policy" | "not-connected" | "source-silent" | "overflow" => ("warn", "warn"),
        "empty-slot" | "too-few" => ("in", "plain"),
        "check-false" => ("close", "plain"),
        "interval" | "retrying" => ("clock", "plain"),
        "held" | "job-paused" => ("pause", "plain"),
        "job-finished" => ("check", "plain"),
        "upcoming" | "in-flight" | "working" | "no-worker" => ("step", "plain"),
        _ => ("info", "plain"),
    };
    ReasonLook { icon, tone }
}

/// What stands above the reasons.
pub fn heading(explanation: &Explanation, routine: &str) -> String {
    let is_next = explanation.reasons.iter().any(|reason| matches!(reason.code.as_str(), "upcoming" | "working"));
    match (explanation.ran.is_empty(), is_next) {
        (_, true) => format!("When {routine} runs next"),
        (true, false) => format!("Why {routine} did not run"),
        (false, false) => format!("Why {routine} does not run now"),
    }
}

/// What screen readers hear first: the most telling reason.
pub fn spoken(explanation: &Explanation) -> String {
    explanation.reasons.first().map_or_else(|| explanation.ran.clone(), |reason| reason.text.clone())
}

/// The routine that a reason is about, if it is another one than the one that was asked about.
pub fn other_routine<'a>(reason: &'a Reason, asked: &str) -> Option<&'a str> {
    Some(reason.routine.as_str()).filter(|routine| !routine.is_empty() && *routine != asked)
}

/// The job to explain: the chosen one if it is there, else the one that takes the next step, else the newest.
pub fn job_to_explain(state: &State, chosen: &str) -> String {
    if state.jobs.iter().any(|job| job.id == chosen) {
        return chosen.to_owned();
    }
    match (&state.next, state.run) {
        (Some(next), RunState::Paused | RunState::Past) => next.job.clone(),
        _ => state.jobs.last().map(|job| job.id.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::report::{JobState, Pending};

    fn explained(ran: &str, codes: &[&str]) -> Explanation {
        let reason = |code: &&str| Reason { code: (*code).into(), text: format!("it is {code}"), ..Reason::default() };
        Explanation { ran: ran.into(), ran_seq: None, reasons: codes.iter().map(reason).collect() }
    }

    #[test]
    fn the_heading_tells_never_now_and_next_apart() {
        assert_eq!(heading(&explained("", &["missing-key"]), "batch"), "Why batch did not run");
        assert_eq!(heading(&explained("it ran", &["empty-slot"]), "batch"), "Why batch does not run now");
        assert_eq!(heading(&explained("it ran", &["upcoming"]), "batch"), "When batch runs next");
    }

    #[test]
    fn what_can_be_mended_stands_out() {
        assert_eq!(reason_look("missing-key").tone, "bad");
        assert_eq!(reason_look("empty-slot").tone, "plain");
        assert_eq!(spoken(&explained("it ran", &["no-policy", "held"])), "it is no-policy");
        assert_eq!(spoken(&explained("it ran", &[])), "it ran");
    }

    #[test]
    fn the_job_is_the_chosen_one_the_next_or_the_newest() {
        let job = |id: &str| JobState { id: id.into(), ..JobState::default() };
        let mut state = State { jobs: vec![job("job-1"), job("job-2")], ..State::default() };
        assert_eq!(job_to_explain(&state, ""), "job-2");
        assert_eq!(job_to_explain(&state, "job-1"), "job-1");
        state.run = RunState::Paused;
        state.next = Some(Pending { job: "job-1".into(), ..Pending::default() });
        assert_eq!(job_to_explain(&state, "job-9"), "job-1");
    }
}
