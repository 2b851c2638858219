class DataFlattener(BuiltIn):
    def handle(self, item, send):
        flat = {}
        deepest = self.flatten(item, "", 0, flat)
        send("output", {"flattened_data": flat, "original_type": type(item).__name__, "depth": deepest})

    def flatten(self, value, path, depth, flat):
        """Adds the parts of a value to the flat map; tells how deep they were."""
        parts = value.items() if isinstance(value, dict) else ()
        if isinstance(value, list) and not self.get_config("preserve_lists", True):
            parts = enumerate(value)
        parts = list(parts) if depth < self.get_config("max_depth", 100) else []
        if not parts and (depth > 0 or not isinstance(value, dict)):
            flat[path if depth > 0 else "value"] = value
        separator = self.get_config("separator", ".") if depth > 0 else ""
        return max([depth] + [self.flatten(part, f"{path}{separator}{key}", depth + 1, flat) for key, part in parts])
