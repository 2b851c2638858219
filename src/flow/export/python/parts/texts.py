import json
import re


def as_text(value):
    """A value for people: a text without quotes, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fill(template, item):
    """A text with `{path}` in it, filled from an item; `{{` is one brace."""

    def piece(match):
        if match[0] in ("{{", "}}"):
            return match[0][0]
        value = find(match[1].strip(), item)
        return "" if value is MISSING else as_text(value)

    return re.sub(r"\{\{|\}\}|\{([^}]*)\}", piece, template)
