class Counter(BuiltIn):
    def __init__(self):
        super().__init__()
        self.counts = {}

    def handle(self, item, send):
        path = self.get_config("key")
        key = None if path is None else found_or_none(path, item)
        count = self.counts[as_text(key)] = self.counts.get(as_text(key), 0) + 1
        if count % self.get_config("every", 1) == 0:
            send("output", {"count": count, "key": key, "data": item})
