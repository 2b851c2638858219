class NotExported(PlaygroundRoutine):
    """A class of the playground without a counterpart here: its items stop."""

    class_name = ""

    def activate(self, slot_data, policy_message, send):
        raise NotImplementedError(f"the class {self.class_name} of the routine '{self.id}' has no counterpart in this module")
