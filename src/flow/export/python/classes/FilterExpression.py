class FilterExpression(BuiltIn):
    def handle(self, item, send):
        send("passed" if self.value_of(self.get_config("expression", "True"), item) else "rejected", item)
