import re
from datetime import datetime, timedelta, timezone


class TimeProvider(BuiltIn):
    def handle(self, item, send):
        start = datetime.fromisoformat(re.sub("Z$", "", self.get_config("start", "2000-01-01T00:00:00")))
        now = start + timedelta(microseconds=self.clock.now)
        timestamp = now.replace(tzinfo=timezone.utc).timestamp()
        pattern = self.get_config("custom_format", "%Y-%m-%d %H:%M:%S")
        times = {
            "iso": now.isoformat(),
            "timestamp": timestamp,
            "formatted": now.strftime("%Y-%m-%d %H:%M:%S"),
            "custom": re.sub("%[YmdHMSfj%]", lambda letter: now.strftime(letter[0]), pattern),
        }
        send("output", {"time": times[self.get_config("format", "iso")], "timestamp": timestamp, "request": item})
