class Sink(BuiltIn):
    def handle(self, item, send):
        self.output(self.get_config("output_type", "item"), item)
