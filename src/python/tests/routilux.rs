//! Routines as people write them for Routilux, in the forms that the library's own examples use.

use super::{Notes, check_with, map};

/// Runs a routine on the items of its slot `input`, with this config.
#[track_caller]
fn runs(source: &str, config: &str, items: &str, expected: &[&str]) -> Notes {
    check_with(Notes { config: map(config), ..Notes::default() }, source, items, expected)
}

#[test]
fn a_logic_with_self() {
    runs(
        r#"def logic(self, slot_data, policy_message, job_state):
    value = slot_data.get("input", [{}])[0].get("data")
    count = self.get_state("count", 0) + 1
    self.set_state("count", count)
    self.emit("output", data=value * self.config["scale"], job=job_state.job_id, count=count, why=policy_message["reason"])
"#,
        r#"{"scale": 3}"#,
        r#"[{"data": 7}]"#,
        &[r#"emit output {"data":21,"job":"job-1","count":1,"why":"immediate"}"#],
    );
    runs("def logic(self, slot_data):\n    self.log(self.get_config('x', 5))", "{}", "[1]", &["info 5"]);
    runs(
        "def logic(self):\n    self.progress(0.5)\n    self.send_output('t', a=1)",
        "{}",
        "[1]",
        &["progress 0.5", r#"output t {"a":1}"#],
    );
}

#[test]
fn a_logic_with_one_list_a_slot() {
    let source = "def logic(input_data, policy_message, worker_state):\n    for item in input_data:\n        emit('output', n=item['n'], worker_state=worker_state)";
    runs(source, "{}", r#"[{"n": 1}, {"n": 2}]"#, &[r#"emit output {"n":1}"#, r#"emit output {"n":2}"#]);
    let source = "def logic(self, *slots, **kwargs):\n    self.emit('output', n=len(slots[0]), named=sorted(kwargs))";
    runs(source, "{}", "[1, 2]", &[r#"emit output {"n":2,"named":["policy_message","worker_state"]}"#]);
    let source = "def logic(self, input_data, **kwargs):\n    worker = kwargs.get('worker_state')\n    self.set_state(worker, 'seen', len(input_data))\n    self.emit('output', worker_state=worker, seen=self.get_state(worker, 'seen', 0))";
    runs(source, "{}", "[1]", &[r#"emit output {"seen":1}"#]);
}

#[test]
fn what_the_library_passes_along_is_no_payload() {
    let source = "def logic(slot_data, policy_message, job_state):\n    runtime = None\n    emit('output', runtime=runtime, job_state=job_state, x=1)";
    runs(source, "{}", "[1]", &[r#"emit output {"x":1}"#]);
    runs(
        "def logic(s):\n    emit('output', runtime=None, job_state='done')",
        "{}",
        "[1]",
        &[r#"emit output {"runtime":null,"job_state":"done"}"#],
    );
}

/// A source at the entry, with a trigger, defaults and a name of the library for everything.
const SENSOR: &str = r#"import time
from typing import Any, Dict, Optional

from routilux import Flow, Routine
from routilux.core import (
    WorkerState,
    get_current_job,  # not used
)
from serilux import register_serializable


@register_serializable
class Sensor(Routine):
    """Reads a value."""

    def __init__(self):
        super().__init__()
        self.set_config(unit="C", precision=1)
        self.trigger_slot = self.define_slot("input", handler=self._handle_trigger)
        self.output_event = self.define_event("output", ["reading", "unit"])

    def _handle_trigger(self, place: str = None, **kwargs):
        """Reads."""
        place = place or kwargs.get("place", "nowhere")
        time.sleep(0.1)
        self._track_operation("reads", success=True)
        self.emit("output", reading=round(20.26, self.get_config("precision", 0)), unit=self.get_config("unit"), place=place)
"#;

#[test]
fn a_class_with_a_trigger_and_config() {
    runs(
        SENSOR,
        r#"{"unit": "F"}"#,
        r#"[{"place": "roof"}, {}]"#,
        &[
            r#"emit output {"reading":20.3,"unit":"F","place":"roof"}"#,
            r#"emit output {"reading":20.3,"unit":"F","place":"nowhere"}"#,
        ],
    );
}

/// A class whose handler has these parameters and this body.
fn class(parameters: &str, body: &str) -> String {
    let body = body.replace('\n', "\n        ");
    format!(
        "from routilux import Routine\nclass Step(Routine):\n    def __init__(self):\n        super().__init__()\n        \
         self.input_slot = self.define_slot(\"input\", handler=self.handle)\n        self.define_event(\"output\", [\"x\"])\n\n    \
         def handle(self, {parameters}):\n        {body}\n"
    )
}

#[test]
fn handlers_get_what_they_name() {
    // One parameter `data`: everything. One of another name: its entry, or everything. Several: those that are there.
    runs(&class("data", "self.emit('output', x=data)"), "{}", r#"[{"a": 1}]"#, &[r#"emit output {"x":{"a":1}}"#]);
    runs(&class("a", "self.emit('output', x=a)"), "{}", r#"[{"a": 1, "b": 2}]"#, &[r#"emit output {"x":1}"#]);
    runs(&class("other", "self.emit('output', x=other)"), "{}", r#"[{"a": 1}]"#, &[r#"emit output {"x":{"a":1}}"#]);
    runs(
        &class("a=0, b=0, c=0", "self.emit('output', x=[a, b, c])"),
        "{}",
        r#"[{"a": 1, "b": 2}]"#,
        &[r#"emit output {"x":[1,2,0]}"#],
    );
    runs(
        &class("a=None, **kwargs", "self.emit('output', x=[a, kwargs])"),
        "{}",
        r#"[{"a": 1, "b": 2}]"#,
        &[r#"emit output {"x":[1,{"b":2}]}"#],
    );
    runs(&class("**kwargs", "self.emit('output', **kwargs)"), "{}", r#"[{"a": 1}]"#, &[r#"emit output {"a":1}"#]);
    runs(
        &class("a, b", "pass"),
        "{}",
        r#"[{"a": 1}]"#,
        &["TypeError: handle() missing 1 required positional argument: 'b'"],
    );
    runs(&class("text", "self.emit('output', x=text.upper())"), "{}", r#"["abc"]"#, &[r#"emit output {"x":"ABC"}"#]);
}

#[test]
fn a_validator_takes_apart_what_comes() {
    let body = "if isinstance(raw, dict):\n    value = raw.get('raw', raw)\nelse:\n    value = raw\nif value and len(str(value)) > 0:\n    self.emit('output', ok=value)\nelse:\n    self.emit('output', error='empty')";
    runs(
        &class("raw", body),
        "{}",
        r#"[{"raw": "x"}, {"raw": ""}, {"raw": [1]}]"#,
        &[r#"emit output {"ok":"x"}"#, r#"emit output {"error":"empty"}"#, r#"emit output {"ok":[1]}"#],
    );
}

#[test]
fn a_transformer_of_records() {
    let body = "records = records if records is not None else kwargs.get('records', [])\nout = []\nfor record in records:\n    out.append({\n        'id': record.get('id'),\n        'name': record.get('name', '').strip().lower() if isinstance(record.get('name'), str) else '',\n        'value': float(record.get('value', 0)) if str(record.get('value', '')).replace('.', '').isdigit() else 0.0,\n    })\nprint(f'Transformed {len(out)} records')\nself.emit('output', transformed=out)";
    runs(
        &class("records=None, **kwargs", body),
        "{}",
        r#"[{"records": [{"id": 1, "name": "  Ada ", "value": "10.5"}, {"id": 2, "value": "bad"}]}]"#,
        &[
            "info Transformed 2 records",
            r#"emit output {"transformed":[{"id":1,"name":"ada","value":10.5},{"id":2,"name":"","value":0.0}]}"#,
        ],
    );
}

#[test]
fn a_checker_of_quality() {
    let body = "good = sum(1 for r in rows if r.get('v', 0) > 0)\nscore = good / len(rows) if rows else 0\nif score >= 0.8:\n    route = 'publish'\nelif score >= 0.5:\n    route = 'review'\nelse:\n    route = 'reject'\nprint(f'Score: {score:.2f} ({good}/{len(rows)})')\nself.emit('output', route=route, score=score)";
    runs(
        &class("rows=None, **kwargs", body),
        "{}",
        r#"[{"rows": [{"v": 1}, {"v": 0}]}]"#,
        &["info Score: 0.50 (1/2)", r#"emit output {"route":"review","score":0.5}"#],
    );
}

#[test]
fn an_operation_that_fails_now_and_then() {
    let body = "attempt = self.get_state('attempt', 0) + 1\nself.set_state('attempt', attempt)\nif attempt < 3:\n    raise RuntimeError(f'attempt {attempt} failed')\nself.emit('output', x=attempt)";
    let notes = runs(&class("**kwargs", body), "{}", "[{}]", &["RuntimeError: attempt 1 failed"]);
    let notes = check_with(
        Notes { lines: Vec::new(), ..notes },
        &class("**kwargs", body),
        "[{}]",
        &["RuntimeError: attempt 2 failed"],
    );
    check_with(Notes { lines: Vec::new(), ..notes }, &class("**kwargs", body), "[{}]", &[r#"emit output {"x":3}"#]);
    let own = "from routilux.exceptions import ExecutionError, RoutiluxError\n".to_owned();
    let body = "if 'id' not in data:\n    raise ValueError(f'no id in {sorted(data)}')";
    runs(&(own + &class("data", body)), "{}", r#"[{"a": 1}]"#, &["ValueError: no id in ['a']"]);
}

#[test]
fn a_router_with_a_limit_of_retries() {
    let source = class(
        "result=None, error=None, retry_count=0, **kwargs",
        "if error is None:\n    self.emit('output', to='success', result=result)\nelif retry_count < self.get_config('max_retries', 3):\n    self.emit('output', to='retry', retry_count=retry_count + 1)\nelse:\n    self.emit('output', to='failure', error=error, tries=retry_count)",
    );
    runs(
        &source,
        r#"{"max_retries": 1}"#,
        r#"[{"result": 1}, {"error": "e"}, {"error": "e", "retry_count": 1}]"#,
        &[
            r#"emit output {"to":"success","result":1}"#,
            r#"emit output {"to":"retry","retry_count":1}"#,
            r#"emit output {"to":"failure","error":"e","tries":1}"#,
        ],
    );
}

/// A slot that collects, and one with a way of its own to merge.
#[test]
fn slots_that_merge() {
    let merging = |strategy: &str, body: &str| {
        format!(
            "from routilux import Routine\nclass Collect(Routine):\n    def __init__(self):\n        super().__init__()\n        \
             self.define_slot('input', handler=self.collect, merge_strategy={strategy})\n    def total(self, old, new):\n        \
             return {{'n': old.get('n', 0) + new['n']}}\n    def collect(self, **kwargs):\n        {body}\n"
        )
    };
    let items = r#"[{"n": 1}, {"n": 2}, {"n": 3}]"#;
    runs(
        &merging("'append'", "if len(kwargs['n']) == 3: self.emit('output', all=kwargs['n'])"),
        "{}",
        items,
        &[r#"emit output {"all":[1,2,3]}"#],
    );
    runs(&merging("self.total", "log(kwargs['n'])"), "{}", items, &["info 1", "info 3", "info 6"]);
    // What was collected is the routine's state: the next activation goes on with it.
    let source = merging("'append'", "log(len(kwargs['n']))");
    let notes = runs(&source, "{}", items, &["info 1", "info 2", "info 3"]);
    check_with(Notes { lines: Vec::new(), ..notes }, &source, r#"[{"n": 4}]"#, &["info 4"]);
}

#[test]
fn helpers_and_constants_of_a_class() {
    let source = r#"from routilux import Routine
LIMIT = 10
def clean(text):
    return text.strip()
class Priority(Routine):
    LEVELS = {"high": 3, "low": 1}
    def __init__(self):
        super().__init__()
        self.threshold = LIMIT
        self.define_slot("input", self.handle)
    def _priority(self, data):
        return self.LEVELS.get(data.get("level"), 0) * data.get("n", 1)
    def handle(self, data=None, source=None, **kwargs):
        points = self._priority(data)
        self.emit("high" if points > self.threshold else "output", points=points, source=clean(source or " none "))
"#;
    runs(
        source,
        "{}",
        r#"[{"data": {"level": "low", "n": 4}, "source": " s "}]"#,
        &[r#"emit output {"points":4,"source":"s"}"#],
    );
}

#[test]
fn a_class_with_logic_and_setup() {
    let source = r#"from routilux.core import Routine
class New(Routine):
    def setup(self):
        self.add_slot("input")
        self.add_event("output")
        self.set_config(name="processor")
        self.set_activation_policy(lambda slots, worker_state: (True, {}, "x"))
    def logic(self, input_data, **kwargs):
        for item in input_data:
            self.emit("output", n=item["n"] + 1, name=self.get_config("name"), worker_state=kwargs["worker_state"])
"#;
    runs(source, "{}", r#"[{"n": 1}]"#, &[r#"emit output {"n":2,"name":"processor"}"#]);
    let source = r#"from routilux import Routine
class Old(Routine):
    def __init__(self):
        super().__init__()
        self.input_slot = self.add_slot("input")
        self.set_logic(self._handle_input)
    def _handle_input(self, items, policy_message, worker_state):
        self.emit("output", n=len(items), why=policy_message["reason"])
"#;
    runs(source, "{}", "[1, 2]", &[r#"emit output {"n":2,"why":"immediate"}"#]);
}

#[test]
fn a_data_source_and_a_sink() {
    runs(
        &class(
            "value=None, **kwargs",
            "for i in range(value or 2):\n    self.emit('output', index=i, data=f'item_{i}')",
        ),
        "{}",
        "[{}]",
        &[r#"emit output {"index":0,"data":"item_0"}"#, r#"emit output {"index":1,"data":"item_1"}"#],
    );
    runs(
        &class(
            "result",
            "self.results = getattr(self, 'results', [])\nself.results.append(result)\nprint('Final result:', self.results)",
        ),
        "{}",
        r#"[{"result": 5}]"#,
        &["info Final result: [5]"],
    );
}

#[test]
fn errors_point_into_the_users_lines() {
    let mut notes = Notes::default();
    let source = class("data", "x = 1\nreturn data['missing']");
    let failure = super::run_on(&mut notes, &source, r#"[{"a": 1}]"#).unwrap_err();
    assert_eq!(
        &*failure.traceback,
        "Traceback (most recent call last):\n  File \"<logic>\", line 10, in handle\n    return data['missing']\n           ~~~~^^^^^^^^^^^\nKeyError: 'missing'"
    );
}

#[test]
fn imports_over_several_lines_keep_the_lines() {
    let source = "from routilux import (\n    Flow,\n    Routine,\n)\ndef logic(s):\n    1 / 0\n";
    let failure = super::failing(source);
    assert!(failure.traceback.contains("line 6, in logic"), "{}", failure.traceback);
}

#[test]
fn exceptions_of_the_library() {
    let source = r#"from routilux.exceptions import ExecutionError, RoutiluxError
def logic(self, slot_data):
    try:
        raise ExecutionError("late", routine_id="a", cause=None)
    except RoutiluxError as error:
        self.log(f"{type(error).__name__}: {error}")
    raise ExecutionError(f"number {len(slot_data)}", routine_id="a")
"#;
    runs(source, "{}", "[1]", &["info ExecutionError: late", "ExecutionError: number 1"]);
}

#[test]
fn identifiers_are_the_runs() {
    let source = r#"import uuid
from uuid import UUID, uuid4 as make
class Source(Routine):
    def __init__(self):
        super().__init__()
        self.add_serializable_fields(["name"])
        self.define_slot("input", handler=self.handle)
    def handle(self, data):
        one, other = uuid.uuid4(), make()
        text = str(one)
        self.emit("output", parts=[len(part) for part in text.split("-")], hex=len(one.hex), version=text[14])
        self.emit("output", same=one == other, again=UUID(text) == one, variant=text[19] in "89ab")
        self.emit("output", id=text[:8])
"#;
    let expected = [
        r#"emit output {"parts":[8,4,4,4,12],"hex":32,"version":"4"}"#,
        r#"emit output {"same":false,"again":true,"variant":true}"#,
    ];
    let told = || {
        let mut notes = Notes::default();
        super::run_on(&mut notes, source, "[1]").unwrap();
        notes.lines
    };
    let first = told();
    assert_eq!(first[..2], expected);
    assert_eq!(told(), first, "the same chance gives the same identifiers");
}

#[test]
fn policies_and_functions_that_a_class_gives_itself() {
    let class = |body: &str, expected: &str| {
        let source = format!(
            "from routilux import Routine\nfrom routilux.activation_policies import immediate_policy\nclass A(Routine):\n    def __init__(self):\n        super().__init__()\n        self.set_activation_policy(immediate_policy())\n        self.set_activation_policy(batch_size_policy(3))\n{body}"
        );
        check_with(Notes::default(), &source, "[{}]", &[expected]);
    };
    let told = "info {'input': [{}]} immediate job-1";
    let work = "log(f\"{slot_data} {policy_message['reason']} {job_state.job_id}\")";
    let taken = "(slot_data, policy_message, job_state)";
    let of_self = "(self, slot_data, policy_message, job_state)";
    class(&format!("        def work{taken}:\n            {work}\n        self.set_logic(work)"), told);
    class(&format!("    def logic{of_self}:\n        {work}"), told);
    class(&format!("        self.set_logic(self.work)\n    def work{of_self}:\n        {work}"), told);
    class(
        "        def work(first, policy_message=None, job_state=None):\n            log(f'{first} {job_state.job_id}')\n        self.set_logic(work)",
        "info [{}] job-1",
    );
    class(
        "        self.set_logic(lambda *lists, **named: log(str((lists, sorted(named)))))",
        "info (([{}],), ['policy_message', 'worker_state'])",
    );
}
