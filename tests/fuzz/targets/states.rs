//! Saved runs.
//!
//! Whatever the bytes are, restoring ends quickly without a panic; a refusal says why. What is restored is saved as the
//! same text, runs on, and can be saved and restored again. Inputs are tried as they are and with a check sum that fits,
//! so that what lies behind it is reached.

use std::rc::Rc;

use flow_playground::debugger::saved::{self, Saved};
use flow_playground::debugger::session::Session;
use flow_playground::engine::save;
use flow_playground::engine::trace::Recording;
use flow_playground::flow::document;
use flow_playground::flow::value::Value;
use flow_playground::routines::{self, StandardLibrary};

use super::{Target, Traits, files, folder};

pub const TARGET: Target = Target {
    name: "states",
    about: "restoring saved runs, going on and saving them again",
    words: WORDS,
    seeds,
    check,
};

const WORDS: &[&str] = &[
    "\"kind\":\"post\"",
    "\"kind\":\"route\"",
    "\"kind\":\"check\"",
    "\"kind\":\"start\"",
    "\"kind\":\"retry\"",
    "\"kind\":\"resume\"",
    "\"kind\":\"end\"",
    "\"kind\":\"handle\"",
    "\"status\":\"running\"",
    "\"status\":\"paused\"",
    "\"status\":\"idle\"",
    "\"status\":\"completed\"",
    "\"worker\":0",
    "\"policy\":{\"type\":\"time_interval\",\"min_interval_seconds\":1}",
    "18446744073709551615",
    "9007199254740991",
    "[0,0]",
    "\"tasks\":[]",
    "\"timers\":[]",
    "\"waiting\":[]",
];

/// Most steps that a restored run takes.
const STEPS: u64 = 200;

/// Runs of the seeds' flows, saved at several steps: as they are, and without what `seal` adds.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = files(&[folder("seeds", TARGET.name)], &["json"]);
    for flow in files(&[folder("seeds", TARGET.name)], &["yaml"]) {
        let Ok(flow) = document::read_bytes(&flow, document::Format::Yaml).into_flow() else { continue };
        for steps in [0, 1, 3, 6, 10, 15, 25, 40] {
            let mut session = Session::new(Rc::new(StandardLibrary), routines::catalogue());
            session.set_breakpoints(flow.breakpoints.clone());
            session.set_flow(flow.clone());
            let options = flow_playground::debugger::session::RunOptions { jobs: 2, ..Default::default() };
            if session.run(&options).is_ok() {
                session.advance(steps);
                let text = session.save();
                if let Ok(members) = save::open(&text) {
                    seeds.push(flow_playground::flow::json::value_to_json(&members).into_bytes());
                }
                seeds.push(text.into_bytes());
            }
        }
    }
    seeds
}

fn check(input: &[u8]) -> Traits {
    let mut traits = Traits::default();
    let Ok(text) = std::str::from_utf8(input) else { return traits };
    go_on(text, &mut traits);
    if let Ok(Value::Map(members)) = document::parse_value(text) {
        let own = members.iter().filter(|(key, _)| !matches!(&***key, "format" | "version" | "check"));
        let sealed = save::seal(own.map(|(key, value)| (&**key, value.clone())));
        go_on(&sealed, &mut traits);
    }
    traits
}

fn go_on(text: &str, traits: &mut Traits) {
    let catalogue = routines::catalogue();
    let Saved { mut runtime, session } = match saved::read(text, Recording::On, &catalogue, &StandardLibrary) {
        Ok(saved) => saved,
        Err(refusal) => {
            assert!(!refusal.message.is_empty());
            // Where and why, without positions and what is quoted.
            let place: String = refusal.path.chars().filter(|character| !character.is_ascii_digit()).collect();
            let words = refusal.message.split(['\'', '`', '"', '0', '1', '2']).next().unwrap_or_default();
            traits.add(&format!("{place} {words}"));
            return;
        }
    };
    traits.add(&format!("restored with {} jobs, stop {:?}", runtime.jobs().len(), session.stop));
    let again = saved::write(&runtime, &session);
    if save::open(text).is_ok_and(|members| members.get("session").is_some()) {
        let comes_back = saved::read(&again, Recording::On, &catalogue, &StandardLibrary);
        assert!(comes_back.is_ok_and(|saved| saved::write(&saved.runtime, &saved.session) == again));
    }
    for _ in 0..STEPS {
        if !runtime.step() {
            break;
        }
        for record in std::mem::take(&mut runtime.trace_mut().records) {
            traits.add(flow_playground::engine::record::type_name(&record.kind));
        }
    }
    for index in 0..runtime.jobs().len() as u32 {
        runtime.pause_job(index, "fuzz");
        runtime.resume_job(index);
    }
    let text = runtime.save();
    let restored =
        flow_playground::engine::runtime::Runtime::restore(&text, Recording::On, &catalogue, &StandardLibrary);
    match restored {
        Ok(restored) => assert_eq!(restored.save(), text, "what is restored is what was saved"),
        Err(refusal) => panic!("a run that goes on cannot be restored: {refusal}"),
    }
}
