class Delay(BuiltIn):
    def __init__(self):
        super().__init__()
        self.last_due = None

    def own_policy(self):
        wait = microseconds(self.get_config("seconds", 1))

        def decide(now, came, last):
            due = [at + wait for at in came["input"]]
            if not due or now < due[0]:
                return due[0] if due else None
            return {"reason": "delay_over", "due_us": due}

        return Timed(decide)

    def activate(self, slot_data, policy_message, send):
        items, now = self.items(slot_data), self.clock.now
        due = policy_message.get("due_us") or [now + microseconds(self.get_config("seconds", 1))] * len(items)
        is_behind = self.last_due == now
        self.last_due = due[-1] if due[-1] != now else self.last_due
        if is_behind:
            yield 0  # An activation before this one has an item that is due now: that one goes first.
        for item, at in zip(items, due):
            if at > self.clock.now:
                yield at - self.clock.now
            send("output", item)
