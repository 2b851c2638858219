//! The command line's words.

use flow_playground::flow::document;
use flow_playground::flow::model::PortRef;
use flow_playground::flow::value::Value;

/// What `flow --help` says.
pub const USAGE: &str = "\
flow run FILE [--post ROUTINE.SLOT=JSON]... [--entry JSON] [--jobs N] [--max-steps N] [--seed N]
         [--format jsonl|summary] [--break] [--save FILE [--save-at STEP]]
flow resume FILE [--max-steps N] [--format jsonl|summary] [--break] [--save FILE [--save-at STEP]]
flow validate FILE [--format text|json]
flow convert FILE --to yaml|json|routilux

A FILE named *.json is strict JSON, any other is YAML. `run` prints the trace as JSON Lines; with --break it
stops at the first breakpoint. --save writes everything that runs to a file when the run stops, with --save-at after
so many steps of all jobs; `resume` goes on from it as if it had never stopped. `convert --to routilux`
prints a Python module for that library. Exit codes: 0 all jobs completed or idle, 1 a job failed, 2 the input is invalid,
3 stopped at a breakpoint, the step limit or the runaway guard.
";

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Arguments {
    /// Explain.
    Help,
    /// Run a flow.
    Run(RunOptions),
    /// Go on with a saved run, whose file is in place of the document.
    Resume(RunOptions),
    /// Check a document.
    Validate {
        /// The document.
        file: String,
        /// As JSON in place of text.
        as_json: bool,
    },
    /// Convert a document.
    Convert {
        /// The document.
        file: String,
        /// Into what.
        to: ConvertTo,
    },
}

/// Into what a document is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvertTo {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// A Python module for the library Routilux.
    Routilux,
}

/// How to run.
#[derive(Debug, PartialEq, Default)]
pub struct RunOptions {
    /// The document.
    pub file: String,
    /// In place of the document's inputs.
    pub posts: Vec<(PortRef, Value)>,
    /// For the entry slot.
    pub entry: Option<Value>,
    /// How many jobs.
    pub jobs: u32,
    /// Most steps of all jobs together.
    pub max_steps: Option<u64>,
    /// In place of the document's seed.
    pub seed: Option<i64>,
    /// One summary in place of the trace.
    pub as_summary: bool,
    /// Stops at breakpoints.
    pub breaks: bool,
    /// Where to save what runs when it stops.
    pub save: Option<String>,
    /// After how many steps of all jobs to stop and save.
    pub save_at: Option<u64>,
}

impl RunOptions {
    /// The options, if they go together.
    fn checked(mut self) -> Result<Self, String> {
        if let Some(step) = self.save_at {
            if self.save.is_none() {
                return Err("--save-at needs --save FILE".into());
            }
            self.max_steps = Some(self.max_steps.map_or(step, |most| most.min(step)));
        }
        Ok(self)
    }
}

impl Arguments {
    /// Reads the words.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        if words.iter().any(|word| word == "--help" || word == "-h") {
            return Ok(Arguments::Help);
        }
        let mut words = Words { rest: words.iter() };
        match words.rest.next().map(String::as_str) {
            None | Some("help") => Ok(Arguments::Help),
            Some("run") => words.run().map(Arguments::Run),
            Some("resume") => words.resume().map(Arguments::Resume),
            Some("validate") => words.validate(),
            Some("convert") => words.convert(),
            Some(other) => Err(format!("`{other}` is none of run, resume, validate, convert; see flow --help")),
        }
    }
}

struct Words<'a> {
    rest: std::slice::Iter<'a, String>,
}

impl Words<'_> {
    fn value(&mut self, option: &str) -> Result<&str, String> {
        self.rest.next().map(String::as_str).ok_or_else(|| format!("{option} needs a value"))
    }

    fn number<T: std::str::FromStr>(&mut self, option: &str) -> Result<T, String> {
        let text = self.value(option)?;
        text.parse().ok().ok_or_else(|| format!("{option} needs a whole number, not `{text}`"))
    }

    fn json(&mut self, option: &str) -> Result<Value, String> {
        let text = self.value(option)?;
        document::parse_value(text).map_err(|problem| format!("{option}: {problem}"))
    }

    fn run(&mut self) -> Result<RunOptions, String> {
        let mut options = RunOptions { jobs: 1, ..RunOptions::default() };
        let mut file = None;
        while let Some(word) = self.rest.next() {
            if self.shared(word, &mut options)? {
                continue;
            }
            match word.as_str() {
                "--post" => options.posts.push(post(self.value("--post")?)?),
                "--entry" => options.entry = Some(self.json("--entry")?),
                "--jobs" => options.jobs = self.number("--jobs")?,
                "--seed" => options.seed = Some(self.number("--seed")?),
                word => take_file(&mut file, word)?,
            }
        }
        if options.jobs == 0 {
            return Err("--jobs needs a number of at least 1".into());
        }
        options.file = file.ok_or("run needs a FILE")?;
        options.checked()
    }

    fn resume(&mut self) -> Result<RunOptions, String> {
        let mut options = RunOptions::default();
        let mut file = None;
        while let Some(word) = self.rest.next() {
            if !self.shared(word, &mut options)? {
                take_file(&mut file, word)?;
            }
        }
        options.file = file.ok_or("resume needs a FILE that --save wrote")?;
        options.checked()
    }

    /// Takes an option that `run` and `resume` share; `false` if it is none.
    fn shared(&mut self, word: &str, options: &mut RunOptions) -> Result<bool, String> {
        match word {
            "--max-steps" => options.max_steps = Some(self.number(word)?),
            "--break" => options.breaks = true,
            "--save" => options.save = Some(self.value(word)?.into()),
            "--save-at" => options.save_at = Some(self.number(word)?),
            "--format" => {
                options.as_summary = match self.value(word)? {
                    "jsonl" => false,
                    "summary" => true,
                    other => return Err(format!("--format is jsonl or summary, not `{other}`")),
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn validate(&mut self) -> Result<Arguments, String> {
        let (mut file, mut as_json) = (None, false);
        while let Some(word) = self.rest.next() {
            match word.as_str() {
                "--format" => {
                    as_json = match self.value("--format")? {
                        "text" => false,
                        "json" => true,
                        other => return Err(format!("--format is text or json, not `{other}`")),
                    }
                }
                word => take_file(&mut file, word)?,
            }
        }
        Ok(Arguments::Validate { file: file.ok_or("validate needs a FILE")?, as_json })
    }

    fn convert(&mut self) -> Result<Arguments, String> {
        let (mut file, mut to) = (None, None);
        while let Some(word) = self.rest.next() {
            match word.as_str() {
                "--to" => {
                    to = Some(match self.value("--to")? {
                        "yaml" => ConvertTo::Yaml,
                        "json" => ConvertTo::Json,
                        "routilux" => ConvertTo::Routilux,
                        other => return Err(format!("--to is yaml, json or routilux, not `{other}`")),
                    });
                }
                word => take_file(&mut file, word)?,
            }
        }
        Ok(Arguments::Convert { file: file.ok_or("convert needs a FILE")?, to: to.ok_or("convert needs --to")? })
    }
}

fn take_file(file: &mut Option<String>, word: &str) -> Result<(), String> {
    if word.starts_with("--") {
        return Err(format!("there is no option `{word}`"));
    }
    match file {
        Some(first) => Err(format!("one FILE is enough: `{first}` or `{word}`?")),
        None => {
            *file = Some(word.into());
            Ok(())
        }
    }
}

fn post(text: &str) -> Result<(PortRef, Value), String> {
    let (place, json) = text.split_once('=').ok_or_else(|| format!("--post is ROUTINE.SLOT=JSON, not `{text}`"))?;
    let place = PortRef::parse(place).ok_or_else(|| format!("--post: `{place}` is not like ROUTINE.SLOT"))?;
    let data = document::parse_value(json).map_err(|problem| format!("--post {place}: {problem}"))?;
    Ok((place, data))
}
