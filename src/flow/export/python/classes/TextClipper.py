class TextClipper(BuiltIn):
    def handle(self, item, send):
        field, most = self.get_config("field"), self.get_config("max_length", 1000)
        found = (item.get("text", item) if isinstance(item, dict) else item) if field is None else found_or_none(field, item)
        text = "" if found is None else as_text(found)
        keeps_all = self.get_config("preserve_tracebacks", True) and "Traceback (most recent call last)" in text
        is_cut = len(text) > most and not keeps_all
        clipped = text[:most] + self.get_config("truncation_message", "... (truncated)") if is_cut else text
        send("output", {"clipped_text": clipped, "was_clipped": is_cut, "original_length": len(text)})
