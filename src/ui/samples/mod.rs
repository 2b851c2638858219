//! The flows in the samples menu: the same as `src/samples/*.yaml`, as JSON, because the page reads no YAML by itself
//! and greets a first visit before the engine has come.

use crate::flow::model::Flow;

use crate::ui::transfer;

/// One sample.
pub struct Sample {
    /// Its name in links.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it teaches.
    pub about: &'static str,
    /// Its document.
    pub text: &'static str,
}

/// All samples, the first one greets a first visit.
pub const SAMPLES: &[Sample] = &[
    Sample {
        id: "pipeline",
        name: "Pipeline",
        about: "Three routines in a row turn readings into alarms",
        text: include_str!("pipeline.json"),
    },
    Sample {
        id: "fan-in",
        name: "Fan-in",
        about: "Two sources fill one batch; watch the queue grow",
        text: include_str!("fan-in.json"),
    },
    Sample {
        id: "feedback",
        name: "Feedback loop",
        about: "An event goes round and round until it is good enough",
        text: include_str!("feedback.json"),
    },
    Sample {
        id: "silent-batch",
        name: "A batch that never fires",
        about: "Find the mistake with the debugger: why, a breakpoint, a step back, a watch",
        text: include_str!("silent-batch.json"),
    },
];

/// The flow of a sample.
pub fn find(id: &str) -> Option<Flow> {
    let sample = SAMPLES.iter().find(|sample| sample.id == id)?;
    transfer::from_json(sample.text).ok()
}

#[cfg(all(test, feature = "yaml"))]
mod tests {
    use super::*;
    use crate::flow::document::{Format, read_text};

    #[test]
    fn the_samples_of_the_page_are_those_of_the_runner() {
        let sources = [
            ("pipeline", include_str!("../../samples/pipeline.yaml")),
            ("fan-in", include_str!("../../samples/fan-in.yaml")),
            ("feedback", include_str!("../../samples/feedback.yaml")),
            ("silent-batch", include_str!("../../samples/silent-batch.yaml")),
        ];
        for (id, yaml) in sources {
            assert_eq!(find(id), read_text(yaml, Format::Yaml).flow().cloned(), "{id}");
        }
    }
}
