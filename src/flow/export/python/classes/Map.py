class Map(BuiltIn):
    def handle(self, item, send):
        send("output", self.value_of(self.get_config("expression", "data"), item))
