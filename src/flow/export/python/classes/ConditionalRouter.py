class ConditionalRouter(BuiltIn):
    def handle(self, item, send):
        routes, default = self.get_config("routes", []), self.get_config("default_route")
        met = [name for name, condition in (routes.items() if isinstance(routes, dict) else routes) if self.meets(condition, item)]
        if self.get_config("route_priority", "first_match") == "first_match":
            met = met[:1]
        for name in met:
            send(name, {"data": item, "route": name})
        if not met:
            send(default or "output", {"data": item, "route": default or "unmatched"})

    def meets(self, condition, item):
        if isinstance(condition, dict):
            return first_difference(condition, item) is None
        try:
            return bool(self.value_of(condition, item, stats=record({})))
        except Exception:
            return False
