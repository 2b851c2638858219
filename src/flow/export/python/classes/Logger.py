class Logger(BuiltIn):
    def handle(self, item, send):
        level = self.get_config("level", "info")
        self.log({"warn": "warning"}.get(level, level), fill(self.get_config("message", "{}"), item))
        send("output", item)
