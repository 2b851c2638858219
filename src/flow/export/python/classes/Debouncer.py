class Debouncer(BuiltIn):
    def own_policy(self):
        wait, longest, leading = microseconds(self.get_config("wait", 0.3)), self.get_config("max_wait"), self.get_config("leading")

        def decide(now, came, last):
            waiting = came["input"]
            if not waiting:
                return None
            if leading and len(waiting) == 1 and (last is None or waiting[0] >= last + wait):
                return {"reason": "leading"}
            due = waiting[-1] + wait
            due = due if longest is None else min(due, waiting[0] + microseconds(longest))
            return {"reason": "quiet"} if now >= due else due

        return Timed(decide)

    def activate(self, slot_data, policy_message, send):
        event = "leading" if policy_message["reason"] == "leading" else "debounced"
        send(event, {"data": self.items(slot_data)[-1]})
