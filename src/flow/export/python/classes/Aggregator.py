class Aggregator(BuiltIn):
    def own_policy(self):
        names, wait = self.get_config("slots"), microseconds(self.get_config("timeout", 30))
        wanted = {"any": 1, "n_of_m": self.get_config("threshold", len(names))}.get(self.get_config("mode"), len(names))

        def decide(now, came, last):
            waiting = [times[0] for times in came.values() if times]
            if waiting and len(waiting) >= wanted:
                return {"reason": "sources_ready"}
            if not waiting or wait == 0:
                return None
            due = min(waiting) + wait
            return {"reason": "timeout"} if now >= due else due

        return Timed(decide)

    def activate(self, slot_data, policy_message, send):
        data = self.merged(slot_data)
        if policy_message["reason"] == "timeout":
            missing = [name for name, items in slot_data.items() if not items]
            return send("timeout", {"partial_data": data, "missing_slots": missing})
        send("aggregated", {"data": data, "sources": [name for name, items in slot_data.items() if items]})

    def merged(self, slot_data):
        strategy, items = self.get_config("merge_strategy", "dict"), self.items(slot_data)
        if strategy == "dict":
            return {name: items[0] if len(items) == 1 else items for name, items in slot_data.items() if items}
        if strategy == "flatten":
            return [part for item in items for part in (item if isinstance(item, list) else [item])]
        return items
