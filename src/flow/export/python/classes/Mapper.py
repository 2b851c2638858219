class Mapper(BuiltIn):
    def handle(self, item, send):
        item, mapped, fields, faults = item if isinstance(item, dict) else {"value": item}, {}, [], []
        rules = self.get_config("mappings", {})
        for target, rule in rules.items():
            value = self.value_at(target, rule if isinstance(rule, dict) else {"path": rule}, item, faults)
            if value is not MISSING:
                fields.append(target)
            elif not self.get_config("drop_missing", True):
                value = self.get_config("default_value")
            if value is not MISSING:
                mapped[target] = value
        if self.get_config("keep_unmapped"):
            mapped.update({key: value for key, value in item.items() if key not in rules})
        send("output", {"mapped_data": mapped, "fields_mapped": fields})
        for fault in faults:
            send("error", {"error": fault, "original_data": item})

    def value_at(self, target, rule, item, faults):
        path, transform = rule.get("path") or "", rule.get("transform")
        if path.startswith("$.") and not self.get_config("jsonpath_enabled", True):
            path = path[2:]
        value = find(path, item)
        if value is not MISSING and transform is not None:
            try:
                value = self.value_of(transform, item, value=record(value))
            except Exception as error:
                faults.append(f"mappings.{target}: {type(error).__name__}: {error}")
                value = MISSING
        return rule.get("default", MISSING) if value is MISSING else value
