class RetryHandler(BuiltIn):
    def activate(self, slot_data, policy_message, send):
        items, seed = self.items(slot_data), random_seed(self)
        most, kept = self.get_config("max_items", 100), self.get_config("max_errors_kept", 10)
        if len(items) > most:
            self.log("warning", f"{len(items) - most} items more than `max_items` came at once: they are lost")
            items = items[:most]
        for left, item in zip(range(len(items), 0, -1), items):
            attempt, errors = 1, []
            while True:
                chance = left * 1000 + attempt
                try:
                    result = self.operate(item, attempt, random_number(seed, chance))
                    send("success", {"data": item, "attempts": attempt, "result": result})
                    break
                except Exception as error:
                    told, is_retryable = f"{type(error).__name__}: {error}", self.is_retryable(error)
                if not is_retryable:
                    send("error", {"error": told, "data": item})
                    break
                errors.append(told)
                if attempt >= self.get_config("max_attempts", 3):
                    send("exhausted", {"data": item, "attempts": attempt, "errors": errors[-kept:]})
                    break
                delay = self.delay(attempt, random_number(~seed & BITS, chance))
                send("retry", {"data": item, "attempt": attempt, "error": told, "delay": number(delay)})
                attempt += 1
                yield microseconds(delay)

    def operate(self, item, attempt, random):
        operation = self.get_config("operation")
        return item if operation is None else self.value_of(operation, item, attempt=attempt, random=random)

    def is_retryable(self, error):
        names = self.get_config("retryable_exceptions")
        return names is None or any(kind.__name__ in names for kind in type(error).__mro__)

    def delay(self, attempt, random):
        base, most = self.get_config("base_delay", 1), self.get_config("max_delay", 60)
        doubled = base * 2.0 ** (attempt - 1)
        backoff = self.get_config("backoff", "exponential")
        delays = {"fixed": base, "linear": base * attempt, "exponential_jitter": min(doubled, most) * random}
        return min(delays.get(backoff, doubled), most)
