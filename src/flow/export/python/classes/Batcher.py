class Batcher(BuiltIn):
    def __init__(self):
        super().__init__()
        self.batches = 0

    def own_policy(self):
        size, wait = self.get_config("batch_size", 100), microseconds(self.get_config("batch_timeout", 5))

        def decide(now, came, last):
            waiting = came["input"]
            if len(waiting) >= size:
                return {"reason": "batch_ready", "batch_size": size}
            if not waiting or wait == 0:
                return None
            due = waiting[0] + wait
            return {"reason": "batch_timeout", "batch_size": size} if now >= due else due

        return Timed(decide)

    def activate(self, slot_data, policy_message, send):
        items = self.items(slot_data)
        self.batches += 1
        if policy_message["reason"] == "batch_timeout":
            return send("timeout", {"items": items, "count": len(items)})
        send("batch", {"items": items, "count": len(items), "batch_number": self.batches})
