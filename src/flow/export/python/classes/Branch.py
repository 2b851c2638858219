class Branch(BuiltIn):
    def handle(self, item, send):
        condition = self.get_config("condition")
        met = self.compares(item) if condition is None else self.value_of(condition, item)
        send("then" if met else "otherwise", item)

    def compares(self, item):
        """What is not there is different from everything, and nothing else is true of it."""
        found, operator, value = find(self.get_config("field"), item), self.get_config("operator", "true"), self.get_config("value")
        if found is MISSING:
            return operator == "!="
        if operator in ("in", "contains"):
            return contains(*((value, found) if operator == "in" else (found, value)))
        ordered = order(found, value)
        return {
            "true": bool(found),
            "exists": True,
            "==": same(found, value),
            "!=": not same(found, value),
            "<": ordered == -1,
            "<=": ordered in (-1, 0),
            ">": ordered == 1,
            ">=": ordered in (0, 1),
        }[operator]


def contains(whole, part):
    if isinstance(whole, list):
        return any(same(item, part) for item in whole)
    return isinstance(whole, (str, dict)) and isinstance(part, str) and part in whole
