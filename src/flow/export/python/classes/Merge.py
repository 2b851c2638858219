class Merge(BuiltIn):
    def handle(self, item, send):
        send("output", item)
