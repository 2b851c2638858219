import functools
import heapq
import itertools
import json
import logging
import threading
import time

from routilux import ErrorHandler, Flow, Routine, Runtime
from routilux.core import get_current_job

TIME_SCALE = 1.0  # Real seconds that one second of the flow takes; with 0 nothing waits.
WHOLE = "__whole_payload__"  # Where a payload travels that cannot be keyword arguments of `emit`.
OUTPUTS = []  # What `send_output` and sinks collect: {"routine", "type", "data"}.
log_of_flow = logging.getLogger(FLOW_ID)


def plain(value):
    """The value as JSON has it, and nobody else's."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def microseconds(seconds):
    return int(seconds * 1e6 + 0.5)


def number(value):
    """A number as people write it: a whole one as an integer."""
    return int(value) if value == int(value) else value


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


def all_new(slots):
    return {name: taken(slot.consume_all_new()) for name, slot in slots.items()}


def immediate(slots, worker_state):
    if not any(slot.get_unconsumed_count() for slot in slots.values()):
        return False, {}, None
    return True, all_new(slots), {"reason": "immediate"}


def oldest(slots, size, message):
    if not slots or any(slot.get_unconsumed_count() < size for slot in slots.values()):
        return False, {}, None
    return True, {name: taken(slot.consume_one_new() for _ in range(size)) for name, slot in slots.items()}, message


def all_slots_ready(slots, worker_state):
    return oldest(slots, 1, {"reason": "all_slots_ready"})


def batch_size(size):
    message = {"reason": "batch_ready", "batch_size": size}
    return lambda slots, worker_state: oldest(slots, size, message)


def custom(check):
    code = compile(check.strip(), "<check>", "eval")

    def policy(slots, worker_state):
        waiting = {name: taken(slot.peek_all_new()) for name, slot in slots.items()}
        if not eval(code, {"slots": waiting, "job_state": JobState()}):
            return False, {}, None
        return True, all_new(slots), {"reason": "custom_policy_met"}

    return policy


class Timed:
    """A policy that knows when its items came, and can ask to look again later.

    `decide(now, came, last)` sees the time, the times at which the waiting items of each slot came, and when it ran
    last (or None), in microseconds. It gives a message to run with all items, a time to look again, or None.
    """

    def __init__(self, decide):
        self.decide, self.came, self.last, self.timer = decide, {}, None, (None, None)

    def __call__(self, slots, worker_state):
        routine = next(iter(slots.values())).routine
        clock = routine.clock
        for name, slot in slots.items():
            came = self.came.setdefault(name, [])
            came.extend([clock.now] * (slot.get_unconsumed_count() - len(came)))
        decision = self.decide(clock.now, self.came, self.last)
        if not isinstance(decision, dict):
            if decision not in (None, self.timer[0]):
                clock.cancel(self.timer[1])
                look = functools.partial(self.look, routine, worker_state)
                self.timer = decision, clock.after(decision - clock.now, look, worker_state)
            return False, {}, None
        clock.cancel(self.timer[1])
        self.came, self.last, self.timer = {}, clock.now, (None, None)
        return True, all_new(slots), decision

    def look(self, routine, worker_state):
        self.timer = None, None
        activates, lists, message = self(routine.slots, worker_state)
        if activates:
            routine.logic(*lists.values(), policy_message=message, worker_state=worker_state)


def time_interval(seconds):
    def decide(now, came, last):
        if not any(came.values()):
            return None
        if last is not None and now < last + microseconds(seconds):
            return last + microseconds(seconds)
        before = None if last is None else last / 1e6
        return {"reason": "time_interval_met", "interval": number(seconds), "last_activation": before}

    return Timed(decide)


class Clock(Routine):
    """The flow's time, in microseconds. It stands still while anything is left to do, then jumps to what is due next.

    All this is events of its own in the library's one queue, so everything happens in the playground's order.
    """

    def __init__(self):
        super().__init__()
        self.now, self.begun, self.activations = 0, time.monotonic(), 0
        self.numbers, self.tasks, self.due = itertools.count(), {}, []
        self.is_turning, self.at_rest = False, threading.Event()
        self.add_slot("start")
        self.add_slot("turn")
        self.add_event("turn")
        self.set_activation_policy(immediate)

    def after(self, us, task, worker_state):
        """Calls a function, or emits an event with a payload, after a time and behind all that is to do by then."""
        number = next(self.numbers)
        self.tasks[number] = task
        if us > 0:
            heapq.heappush(self.due, (self.now + us, number))
        else:
            self.queue(number, worker_state)
        if not self.is_turning:
            self.is_turning = True
            self.at_rest.clear()
            self.emit("turn", worker_state=worker_state)
        return number

    def cancel(self, number):
        self.tasks.pop(number, None)

    def queue(self, number, worker_state):
        if isinstance(self.tasks[number], tuple):
            event, payload = self.tasks.pop(number)
            self.emit(event, worker_state=worker_state, **packed(payload))
        else:
            self.emit("turn", worker_state=worker_state, task=number)

    def logic(self, start, turns, policy_message=None, worker_state=None):
        for payload in start:
            self.begun = time.monotonic()
            self.after(0, functools.partial(self.post, payload["inputs"], worker_state), worker_state)
        for turn in turns:
            if "task" in turn:
                self.tasks.pop(turn["task"], lambda: None)()
            else:
                self.turn(worker_state)

    def post(self, inputs, worker_state):
        for index, (data, at, repeat, every) in enumerate(inputs):
            for turn in range(repeat):
                self.after(microseconds(at + turn * every), (f"input__{index}", data), worker_state)

    def turn(self, worker_state):
        while self.due and self.due[0][1] not in self.tasks:
            heapq.heappop(self.due)
        if worker_state._executor.task_queue.empty():
            if not self.due:
                self.is_turning = False
                return self.at_rest.set()
            self.now = self.due[0][0]
            time.sleep(max(0.0, self.begun + self.now / 1e6 * TIME_SCALE - time.monotonic()))
            while self.due and self.due[0][0] == self.now:
                number = heapq.heappop(self.due)[1]
                if number in self.tasks:
                    self.queue(number, worker_state)
        self.emit("turn", worker_state=worker_state)


def packed(payload):
    """A payload as keyword arguments of `emit`."""
    fits = isinstance(payload, dict) and not {"runtime", "worker_state", "event_name", "self"} & set(payload)
    return plain(payload) if fits else {WHOLE: payload}


class PlaygroundRoutine(Routine):
    """What all routines of this module have in common."""

    def __init__(self):
        super().__init__()
        self.id, self.number, self.clock, self.wires = "", 0, None, {}

    def define(self, clock, number, routine_id, config, slots, events, policy):
        self.clock, self.number, self.id = clock, number, routine_id
        self.set_config(**config)
        for name, queue_length, watermark in slots:
            self.add_slot(name, max_queue_length=queue_length, watermark=watermark)
        for name, params in events:
            self.add_event(name, params)
            self.wires[name] = [(name, {}, None)]
        policy = policy or self.own_policy()
        if policy is not None:
            self.set_activation_policy(policy)
        return self

    def own_policy(self):
        return None

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
            self.emit(name, worker_state=worker_state, **packed(data))

    def output(self, output_type, data):
        OUTPUTS.append({"routine": self.id, "type": output_type, "data": plain(data)})

    def log(self, level, message):
        log_of_flow.log(getattr(logging, level.upper(), logging.INFO), "%s: %s", self.id, message)

    def logic(self, *lists, policy_message=None, worker_state=None):
        self.activation = self.clock.activations
        self.clock.activations += 1
        send = functools.partial(self.send, worker_state)
        waits = self.activate(dict(zip(self.slots, lists)), policy_message, send)
        self.go_on(waits or (), worker_state)

    def go_on(self, waits, worker_state):
        """Goes on with an activation as far as its next wait, which it tells in microseconds; nothing else waits with it."""
        for us in waits:
            return self.clock.after(us, functools.partial(self.go_on, waits, worker_state), worker_state)


def renamed(payload, renames):
    if not isinstance(payload, dict) or not renames:
        return payload
    targets = {target for source, target in renames.items() if source in payload}
    kept = {key: value for key, value in payload.items() if key not in renames and key not in targets}
    return {**{target: payload[source] for source, target in renames.items() if source in payload}, **kept}
