TIME_SCALE = 1.0  # Real seconds that one second of the flow takes.
WHOLE = "__whole_payload__"  # Where a payload travels that cannot be keyword arguments of `emit`.
OUTPUTS = []  # What `send_output` and sinks collect: {"routine", "type", "data"}.
log_of_flow = logging.getLogger(FLOW_ID)


class Record(dict):
    """A payload in an expression: `data.value` and `data["value"]` are the same."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def record(value):
    if isinstance(value, dict):
        return Record({key: record(item) for key, item in value.items()})
    return [record(item) for item in value] if isinstance(value, list) else value


def plain(value):
    """The value as JSON has it, and nobody else's."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


class JobState:
    """What the playground calls `job_state`, kept in the data of the library's job."""

    def __init__(self):
        self._job = get_current_job()
        self.job_id = self._job.job_id
        self.status = self._job.status
        self.shared_data = self._job.data.setdefault("shared_data", {})

    def get_shared_data(self, key, default=None):
        return self.shared_data.get(key, default)

    def update_shared_data(self, key, value):
        self.shared_data[key] = value

    def append_to_shared_log(self, entry):
        self._job.data.setdefault("shared_log", []).append(entry)

    def get_shared_log(self):
        return list(self._job.data.get("shared_log", []))

    def state_of(self, routine_id):
        return self._job.data.setdefault("states", {}).setdefault(routine_id, {})


def taken(payloads):
    """Payloads out of a slot, each one the receiver's own."""
    return [plain(item[WHOLE] if WHOLE in item else item) for item in payloads]


def immediate(slots, worker_state):
    if not any(slot.get_unconsumed_count() for slot in slots.values()):
        return False, {}, None
    return True, {name: taken(slot.consume_all_new()) for name, slot in slots.items()}, {"reason": "immediate"}


def oldest(slots, size, message):
    if not slots or any(slot.get_unconsumed_count() < size for slot in slots.values()):
        return False, {}, None
    return True, {name: taken(slot.consume_one_new() for _ in range(size)) for name, slot in slots.items()}, message


def all_slots_ready(slots, worker_state):
    return oldest(slots, 1, {"reason": "all_slots_ready"})


def batch_size(size):
    message = {"reason": "batch_ready", "batch_size": size}
    return lambda slots, worker_state: oldest(slots, size, message)


def time_interval(seconds):
    last = {}

    def policy(slots, worker_state):
        now, before = time.monotonic() / (TIME_SCALE or 1e-9), last.get(worker_state.worker_id)
        if before is not None and now - before < seconds:
            return False, {}, None
        activates, data, _ = immediate(slots, worker_state)
        if activates:
            last[worker_state.worker_id] = now
        return activates, data, {"reason": "time_interval_met", "interval": seconds, "last_activation": before}

    return policy


def custom(check):
    code = compile(check.strip(), "<check>", "eval")

    def policy(slots, worker_state):
        waiting = {name: taken(slot.peek_all_new()) for name, slot in slots.items()}
        if not eval(code, {"slots": waiting, "job_state": JobState()}):
            return False, {}, None
        data = {name: taken(slot.consume_all_new()) for name, slot in slots.items()}
        return True, data, {"reason": "custom_policy_met"}

    return policy


class PlaygroundRoutine(Routine):
    """What all routines of this module have in common."""

    def __init__(self):
        super().__init__()
        self.id = ""
        self.wires = {}

    def define(self, routine_id, config, slots, events, policy):
        self.id = routine_id
        self.set_config(**config)
        for name, queue_length, watermark in slots:
            self.add_slot(name, max_queue_length=queue_length, watermark=watermark)
        for name, params in events:
            self.add_event(name, params)
            self.wires[name] = [(name, {}, None)]
        if policy is not None:
            self.set_activation_policy(policy)
        return self

    def wire(self, event, number, renames, transform):
        """Another path out of an event, for a connection that changes what passes: the library knows none."""
        if number == 0:
            self.wires[event] = []
        name = event if number == 0 else f"{event}__{number}"
        if number > 0:
            self.add_event(name)
        code = None if transform is None else compile(transform.strip(), "<transform>", "eval")
        self.wires[event].append((name, renames, code))
        return name

    def send(self, worker_state, event, payload):
        if event not in self.wires:
            raise ValueError(f"the routine '{self.id}' has no event '{event}'")
        payload = plain(payload)
        for name, renames, code in self.wires[event]:
            data = renamed(payload, renames)
            if code is not None:
                try:
                    data = plain(eval(code, {"data": data}))
                except Exception:
                    log_of_flow.exception("the transform behind %s.%s raised; what passed is lost", self.id, event)
                    continue
            fits = isinstance(data, dict) and not {"runtime", "worker_state", "event_name", "self"} & set(data)
            self.emit(name, worker_state=worker_state, **(data if fits else {WHOLE: data}))

    def output(self, output_type, data):
        OUTPUTS.append({"routine": self.id, "type": output_type, "data": plain(data)})

    def logic(self, *lists, policy_message=None, worker_state=None):
        self.activate(dict(zip(self.slots, lists)), policy_message, worker_state)

    def activate(self, slot_data, policy_message, worker_state):
        for item in [item for items in slot_data.values() for item in items]:
            self.handle(item, lambda event, payload: self.send(worker_state, event, payload))


def renamed(payload, renames):
    if not isinstance(payload, dict) or not renames:
        return payload
    targets = {target for source, target in renames.items() if source in payload}
    kept = {key: value for key, value in payload.items() if key not in renames and key not in targets}
    return {**{target: payload[source] for source, target in renames.items() if source in payload}, **kept}


class PythonRoutine(PlaygroundRoutine):
    """A routine with a logic of its own: its source runs anew for each activation, as in the playground."""

    source = None

    def activate(self, slot_data, policy_message, worker_state):
        job_state = JobState()
        state = job_state.state_of(self.id)
        names = SimpleNamespace(
            config=self.config(),
            emit=lambda event, **payload: self.send(worker_state, event, payload),
            get_config=self.get_config,
            get_state=lambda key, default=None: state.get(key, default),
            set_state=state.__setitem__,
            log=lambda message, level="info": log_of_flow.log(getattr(logging, level.upper(), 20), "%s: %s", self.id, message),
            sleep=lambda seconds: time.sleep(seconds * TIME_SCALE),
            progress=lambda ratio: None,
            send_output=lambda output_type, **data: self.output(output_type, data),
            job_state=job_state,
        )
        scope = {"__name__": self.id, "self": names, **vars(names)}
        exec(compile(self.source, f"<{self.id}>", "exec"), scope)
        logic = scope["logic"]
        wanted = [slot_data, policy_message, job_state]
        taken_by_logic = len(inspect.signature(logic).parameters)
        logic(*wanted[:taken_by_logic])


class BuiltIn(PlaygroundRoutine):
    """A built-in class of the playground, which treats every item by itself."""

    def value_of(self, source, data):
        code = compile(source.strip(), f"<{self.id}>", "eval")
        return eval(code, {"data": record(data), "config": record(self.config()), "job_state": JobState()})


class Sink(BuiltIn):
    def handle(self, item, send):
        self.output(self.get_config("output_type") or "item", item)


class Merge(BuiltIn):
    def handle(self, item, send):
        send("output", item)


class Map(BuiltIn):
    def handle(self, item, send):
        send("output", self.value_of(self.get_config("expression", "data"), item))


class FilterExpression(BuiltIn):
    def handle(self, item, send):
        send("passed" if self.value_of(self.get_config("expression", "True"), item) else "rejected", item)


class Filter(BuiltIn):
    def handle(self, item, send):
        condition, reason = self.get_config("condition"), None
        if isinstance(condition, str) and not (isinstance(item, dict) and item.get(condition)):
            reason = f"'{condition}' is not there or not true"
        elif isinstance(condition, dict):
            wrong = [key for key, value in condition.items() if not (isinstance(item, dict) and key in item and item[key] == value)]
            reason = f"'{wrong[0]}' is not as wanted" if wrong else None
        elif isinstance(condition, list) and item not in condition:
            reason = "the item is not in the list"
        inverts = bool(self.get_config("invert"))
        if (reason is None) != inverts:
            return send("passed", {"data": item})
        more = {"reason": reason or "the condition is met, and `invert` is on"}
        send("rejected", {"data": item, **(more if self.get_config("include_reason", True) is not False else {})})


class Counter(BuiltIn):
    def handle(self, item, send):
        key_name, every = self.get_config("key"), self.get_config("every") or 1
        key = item if key_name else None
        for part in (key_name or "").split(".") if key_name else []:
            key = key.get(part) if isinstance(key, dict) else None
        counts = JobState().state_of(self.id)
        name = json.dumps(key, sort_keys=True)
        counts[name] = counts.get(name, 0) + 1
        if counts[name] % every == 0:
            send("output", {"count": counts[name], "key": key, "data": item})


class Splitter(BuiltIn):
    def handle(self, item, send):
        field, mode = self.get_config("field"), self.get_config("dict_mode") or "values"
        value = item
        if field and isinstance(item, dict):
            if field not in item:
                return send("error", {"error": f"the item has no key '{field}'", "data": item})
            value = item[field]
        if isinstance(value, dict):
            pairs = {"values": list(value.values()), "keys": list(value), "items": [list(pair) for pair in value.items()]}
            parts = pairs.get(mode, [{"key": key, "value": part} for key, part in value.items()])
        elif isinstance(value, str):
            parts = list(value) if self.get_config("split_strings") else [value]
        else:
            parts = value if isinstance(value, list) else [] if value is None else [value]
        for index, part in enumerate(parts):
            more = {"index": index} if self.get_config("include_index") else {}
            more.update({"count": len(parts)} if self.get_config("include_count") else {})
            send("item", {"item": part, **more})
        if not parts:
            send("empty", {})


class Batcher(BuiltIn):
    def activate(self, slot_data, policy_message, worker_state):
        state = JobState().state_of(self.id)
        state["number"] = state.get("number", 0) + 1
        items = slot_data["input"]
        self.send(worker_state, "batch", {"items": items, "count": len(items), "batch_number": state["number"]})


class NotExported(PlaygroundRoutine):
    """A built-in class of the playground without a counterpart here: its items stop."""

    class_name = ""

    def handle(self, item, send):
        raise NotImplementedError(f"the class {self.class_name} of the routine '{self.id}' has no counterpart in routilux")


class Inputs(Routine):
    """Posts what the flow's inputs say, in their order: everything after it happens in the library's one loop."""

    def __init__(self):
        super().__init__()
        self.add_slot("start")
        self.set_activation_policy(immediate)

    def logic(self, *lists, worker_state=None, **rest):
        due = []
        for number, (data, at, repeat, every) in enumerate(lists[0][0]["inputs"]):
            due.extend((at + every * turn, len(due) + turn, number, data) for turn in range(repeat))
        begun, due = time.monotonic(), sorted(due, key=lambda entry: entry[:2])
        for at, together in itertools.groupby(due, key=lambda entry: entry[0]):
            time.sleep(max(0.0, begun + at * TIME_SCALE - time.monotonic()))
            # What is due at once is queued at once: nothing of it is routed before all of it is there.
            worker_state._executor.pause("inputs")
            for _, _, number, data in together:
                fits = isinstance(data, dict) and not {"runtime", "worker_state", "event_name", "self"} & set(data)
                self.emit(f"input__{number}", worker_state=worker_state, **(plain(data) if fits else {WHOLE: data}))
            worker_state._executor.resume()


def run(inputs=None, timeout=None):
    """Runs the flow once; gives what `send_output` and the sinks collected.

    `inputs` is a list of (routine, slot, payload); without it, the document's inputs are posted.
    """
    OUTPUTS.clear()
    posts = INPUTS if inputs is None else [(routine, slot, data, 0.0, 1, 0.0) for routine, slot, data in inputs]
    flow = build()
    source = Inputs()
    flow.add_routine(source, "__inputs__")
    for number, (routine, slot, *_) in enumerate(posts):
        source.add_event(f"input__{number}")
        flow.connect("__inputs__", f"input__{number}", routine, slot)
    runtime = Runtime()
    start = {"inputs": [(data, at, repeat, every) for _, _, data, at, repeat, every in posts]}
    try:
        _, job = runtime.post(flow.flow_id, "__inputs__", "start", start)
        if not runtime.wait_until_all_workers_idle(timeout=timeout or flow.execution_timeout):
            log_of_flow.warning("the flow did not come to rest in time")
        runtime.complete_job(job.job_id)
    finally:
        runtime.shutdown()
    return list(OUTPUTS)


if __name__ == "__main__":
    for output in run():
        print(json.dumps(output, ensure_ascii=False, sort_keys=True))
