class Throttle(BuiltIn):
    def __init__(self):
        super().__init__()
        self.free_at, self.waiting, self.newest = 0, [], 0

    def own_policy(self):
        interval, queues = microseconds(self.get_config("interval", 1)), self.get_config("mode", "queue") == "queue"

        def decide(now, came, last):
            if not came["input"]:
                return None
            due = 0 if last is None else last + interval
            return due if queues and now < due else {"reason": "interval_over"}

        return Timed(decide)

    def activate(self, slot_data, policy_message, send):
        queues, most = self.get_config("mode", "queue") == "queue", self.get_config("max_waiting", 1000)
        for item in self.items(slot_data):
            if queues and len(self.waiting) < most:
                self.waiting.append(item)
            elif not queues and self.free_at <= self.clock.now:
                self.send_one(item, send)
            else:
                send("dropped", item)
        self.newest += 1
        return self.drain(self.newest, send)

    def drain(self, number, send):
        """Lets the waiting items pass, one in each interval, until a later activation takes over."""
        while number == self.newest and self.waiting:
            if self.free_at > self.clock.now:
                yield self.free_at - self.clock.now
            else:
                self.send_one(self.waiting.pop(0), send)

    def send_one(self, item, send):
        self.free_at = self.clock.now + microseconds(self.get_config("interval", 1))
        send("output", item)
