import re


class TextRenderer(BuiltIn):
    def handle(self, item, send):
        template = self.get_config("template")
        written = markdown if self.get_config("tag_format") == "markdown" else xml
        text = written(item, 0) if template is None else fill(template, item)
        send("output", {"rendered_text": text.rstrip("\n")})


def parts_of(value, depth):
    """The parts of a map or a list with their names; what is nested very deep is written as JSON."""
    if depth >= 32 or not isinstance(value, (dict, list)):
        return None
    return list(value.items()) if isinstance(value, dict) else [("item", part) for part in value]


def xml(value, depth):
    parts = parts_of(value, depth)
    if parts is None:
        return as_text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text, indent = "", "  " * depth
    for name, part in parts:
        tag = re.sub(r"[^\w.-]", "_", name)
        tag = tag if re.match(r"[^\W\d]", tag) else f"_{tag}"
        is_nested = parts_of(part, depth + 1) is not None
        before, after = ("\n", indent) if is_nested else ("", "")
        text += f"{indent}<{tag}>{before}{xml(part, depth + 1)}{after}</{tag}>\n"
    return text


def markdown(value, depth):
    parts = parts_of(value, depth)
    if parts is None:
        return as_text(value) + "\n"
    text = ""
    for name, part in parts:
        label = f"**{name}**:" if isinstance(value, dict) else ""
        text += f"{'  ' * depth}- {label}".rstrip()
        text += ("\n" if parts_of(part, depth + 1) is not None else " ") + markdown(part, depth + 1)
    return text
