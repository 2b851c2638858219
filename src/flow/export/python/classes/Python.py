import contextvars
import inspect
import threading
from types import SimpleNamespace


class PythonRoutine(PlaygroundRoutine):
    """A routine with a logic of its own: its source runs anew for each activation, as in the playground."""

    source = None

    def activate(self, slot_data, policy_message, send):
        job_state = JobState()
        if "sleep" in self.source:
            return in_turns(lambda sleep: self.run(slot_data, policy_message, job_state, send, sleep))
        self.run(slot_data, policy_message, job_state, send, None)

    def run(self, slot_data, policy_message, job_state, send, sleep):
        state = job_state.state_of(self.id)
        names = SimpleNamespace(
            config=self.config(),
            emit=lambda event, **payload: send(event, payload),
            get_config=self.get_config,
            get_state=lambda key, default=None: state.get(key, default),
            set_state=state.__setitem__,
            log=lambda message, level="info": self.log({"warn": "warning"}.get(level, level), message),
            sleep=sleep,
            progress=lambda ratio: None,
            send_output=lambda output_type, **data: self.output(output_type, data),
            job_state=job_state,
        )
        scope = {"__name__": self.id, "self": names, **vars(names)}
        exec(compile(self.source, f"<{self.id}>", "exec"), scope)
        logic = scope["logic"]
        wanted = [slot_data, policy_message, job_state]
        logic(*wanted[: len(inspect.signature(logic).parameters)])


def in_turns(run):
    """Runs a function in a thread that takes turns with this one: each `sleep(seconds)` of it is a wait here."""
    turn, back, told, raised = threading.Semaphore(0), threading.Semaphore(0), [], []

    def sleep(seconds):
        told.append(microseconds(seconds))
        back.release()
        turn.acquire()

    def body():
        turn.acquire()
        try:
            run(sleep)
        except BaseException as error:
            raised.append(error)
        back.release()

    threading.Thread(target=contextvars.copy_context().run, args=(body,), daemon=True).start()
    while True:
        turn.release()
        back.acquire()
        if raised:
            raise raised[0]
        if not told:
            return
        yield told.pop()
