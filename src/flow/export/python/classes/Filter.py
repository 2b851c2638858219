class Filter(BuiltIn):
    def handle(self, item, send):
        condition, reason = self.get_config("condition"), None
        if isinstance(condition, str) and not (isinstance(item, dict) and item.get(condition)):
            reason = f"'{condition}' is not there or not true"
        elif isinstance(condition, dict):
            key = first_difference(condition, item)
            reason = None if key is None else f"'{key}' is not as wanted"
        elif isinstance(condition, list) and not any(same(choice, item) for choice in condition):
            reason = "the item is not in the list"
        inverts = self.get_config("invert", False)
        if (reason is None) != inverts:
            return send("passed", {"data": item})
        more = {"reason": reason or "the condition is met, and `invert` is on"}
        send("rejected", {"data": item, **(more if self.get_config("include_reason", True) else {})})
