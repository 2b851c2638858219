class Reduce(BuiltIn):
    def __init__(self):
        super().__init__()
        self.groups = {}

    def own_policy(self):
        wait = microseconds(self.get_config("window_seconds", 0))

        def decide(now, came, last):
            waiting = came["input"]
            return None if not waiting else waiting[0] + wait if now < waiting[0] + wait else {"reason": "window_over"}

        return Timed(decide) if wait else immediate

    def activate(self, slot_data, policy_message, send):
        window, by_time, groups = self.get_config("window", 0), self.get_config("window_seconds", 0) > 0, {}
        for item in self.items(slot_data):
            path = self.get_config("key")
            key = None if path is None else found_or_none(path, item)
            groups = groups if by_time else self.groups
            group = groups.setdefault(as_text(key), {"key": key, "total": self.get_config("initial"), "count": 0})
            self.add(group, item)
            if not by_time and (window == 0 or group["count"] >= window):
                self.tell({**group, "key": key}, send)
            if window > 0 and group["count"] >= window:
                del groups[as_text(key)]
        for group in groups.values() if by_time else ():
            self.tell(group, send)

    def add(self, group, item):
        value, expression = find(self.get_config("field"), item), self.get_config("expression")
        if value is MISSING:
            raise KeyError(f"the item has nothing at '{self.get_config('field')}'")
        is_first = group["total"] is None and group["count"] == 0
        group["count"] += 1
        if expression is not None:
            group["total"] = value if is_first else self.value_of(expression, item, total=record(group["total"]), value=record(value))
        else:
            group["total"] = combined(self.get_config("operation", "sum"), group["total"], value, is_first)

    def tell(self, group, send):
        is_mean = self.get_config("operation") == "mean" and self.get_config("expression") is None
        value = group["total"] / group["count"] if is_mean else group["total"]
        send("output", {"key": group["key"], "value": value, "count": group["count"]})


def combined(operation, total, value, is_first):
    if operation == "list":
        return (total if isinstance(total, list) else [] if is_first else [total]) + [value]
    if operation in ("sum", "mean", "count"):
        value, total = 1 if operation == "count" else value, 0 if is_first else total
        if not is_number(value):
            raise TypeError(f"{value!r} is no number")
        return total + value
    if is_first or operation == "last":
        return value
    ordered = order(value, total)
    if ordered is None and operation != "first":
        raise TypeError(f"{value!r} and {total!r} have no order")
    return value if (operation, ordered) in (("min", -1), ("max", 1)) else total
