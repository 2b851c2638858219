class Splitter(BuiltIn):
    def handle(self, item, send):
        field, mode = self.get_config("field"), self.get_config("dict_mode", "values")
        value = item
        if field and isinstance(item, dict):
            if field not in item:
                return send("error", {"error": f"the item has no key '{field}'", "data": item})
            value = item[field]
        if isinstance(value, dict):
            pairs = {"values": list(value.values()), "keys": list(value), "items": [list(pair) for pair in value.items()]}
            parts = pairs.get(mode, [{"key": key, "value": part} for key, part in value.items()])
        elif isinstance(value, str):
            parts = list(value) if self.get_config("split_strings") else [value]
        else:
            parts = value if isinstance(value, list) else [] if value is None else [value]
        for index, part in enumerate(parts):
            more = {"index": index} if self.get_config("include_index") else {}
            more.update({"count": len(parts)} if self.get_config("include_count") else {})
            send("item", {"item": part, **more})
        if not parts:
            send("empty", {})
