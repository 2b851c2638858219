class Record(dict):
    """A payload in an expression: `data.value` and `data["value"]` are the same."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


Record.__name__ = "dict"  # So that an expression which asks for the type gets the answer that it gets in the playground.


def record(value):
    if isinstance(value, dict):
        return Record({key: record(item) for key, item in value.items()})
    return [record(item) for item in value] if isinstance(value, list) else value


class BuiltIn(PlaygroundRoutine):
    """A built-in class of the playground, which treats every item by itself."""

    def own_policy(self):
        return immediate

    def activate(self, slot_data, policy_message, send):
        for item in self.items(slot_data):
            self.handle(item, send)

    def items(self, slot_data):
        return [item for items in slot_data.values() for item in items]

    def value_of(self, source, data, **more):
        """What an expression of the config gives for an item."""
        names = {"data": record(data), "config": record(self.config()), "job_state": JobState(), **more}
        return plain(eval(compile(source.strip(), f"<{self.id}>", "eval"), names))
