class Loop(BuiltIn):
    def __init__(self):
        super().__init__()
        self.iteration = 0

    def activate(self, slot_data, policy_message, send):
        for slot, items in slot_data.items():
            for item in items:
                self.turn(*(self.returned(item) if slot == "again" else (item, 0)), send)

    def returned(self, item):
        """What comes back as {data, iteration} knows how often it was round; anything else is what was sent last."""
        own = item.get("iteration") if isinstance(item, dict) else None
        if isinstance(own, int) and not isinstance(own, bool):
            return item.get("data", item), max(own, 0)
        return item, self.iteration

    def turn(self, data, iterations, send):
        condition = self.get_config("condition")
        goes_on = condition is None or self.value_of(condition, data, iteration=iterations)
        if goes_on and iterations < self.get_config("max_iterations", 10):
            self.iteration = iterations + 1
            return send("body", {"data": data, "iteration": iterations + 1})
        send("done", {"data": data, "iterations": iterations, "reason": "max_iterations" if goes_on else "condition"})
