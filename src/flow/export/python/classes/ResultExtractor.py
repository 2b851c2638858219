import json


class ResultExtractor(BuiltIn):
    FORMATS = {  # The extractors in their order, the switch of each, and whether it is on by default.
        "interpreter_output": ("format_interpreter_output", True),
        "json_code_block": ("extract_json_blocks", True),
        "json_string": ("parse_json_strings", True),
        "yaml_code_block": ("extract_yaml_blocks", False),
        "xml_code_block": ("extract_xml_blocks", False),
        "code_block": ("extract_code_blocks", True),
        "dict": (None, True),
        "list": (None, True),
    }

    def handle(self, item, send):
        data, strategy = item.get("data", item) if isinstance(item, dict) else item, self.get_config("strategy", "auto")
        formats, first = [name for name, switch in self.FORMATS.items() if self.get_config(*switch)], self.get_config("extractor_priority", [])
        if strategy == "priority":
            formats.sort(key=lambda name: first.index(name) if name in first else len(self.FORMATS))
        blocks = fenced_blocks(data) if isinstance(data, str) else []
        # What was found, its format, and the language of a code block.
        found = [(*finding, name) for name in formats for finding in self.extract(name, data, blocks)]
        if strategy == "all" and found:
            found = [({name: result for result, _, name in found}, None, "all")]
        if not found and not self.get_config("return_original_on_failure", True):
            raise ValueError("no extractor found anything in the item")
        best = max(found, key=confidence) if strategy == "best" and found else (found or [None])[0]
        result, language, name = best or (data, None, "original")
        send(
            "output",
            {
                "extracted_result": result,
                "format": name,
                "metadata": {} if language is None else {"language": language},
                "confidence": confidence(best) if best else 0.0,
                "extraction_path": [name],
            },
        )

    def extract(self, name, data, blocks):
        """At most one pair of what this extractor finds and a block's language."""
        if name == "interpreter_output":
            fits = isinstance(data, list) and data and all(isinstance(part, dict) and {"format", "content"} <= set(part) for part in data)
            return [("\n".join(as_text(part["content"]) for part in data), None)] if fits else []
        if name == "json_string":
            return [(read, None) for read in json_in(data)] if isinstance(data, str) else []
        if name in ("dict", "list"):
            return [(data, None)] if type(data).__name__ == name else []
        known = self.get_config("code_block_languages", ["json", "python", "output", "yaml", "xml"])
        languages = {
            "json_code_block": ["json", ""],
            "yaml_code_block": ["yaml", "yml"],
            "xml_code_block": ["xml"],
            "code_block": ["", *known],
        }[name]
        read = json_in if name == "json_code_block" else lambda content: [content]
        return [(result, language) for language, content in blocks if language in languages for result in read(content)][:1]


def fenced_blocks(text):
    """Language and content of the ``` blocks, last first. One that nobody closes ends with the text."""
    blocks, block = [], None
    for line in (text[:-1] if text.endswith("\n") else text).split("\n"):
        is_fence = line.lstrip().startswith("```")
        if is_fence and block is None:
            block = line.lstrip()[3:].strip().lower(), []
        elif is_fence:
            blocks.append(block)
            block = None
        elif block is not None:
            block[1].append(line)
    blocks.extend([block] if block else [])
    return [(language, "\n".join(lines)) for language, lines in reversed(blocks)]


def json_in(text):
    """A bare word or number is text, not data."""
    try:
        return [json.loads(text)] if text.strip()[:1] in ("{", "[") else []
    except ValueError:
        return []


def confidence(finding):
    result, _, name = finding
    points = 5 + 2 * isinstance(result, (dict, list)) + name.endswith("block") + name.startswith(("json", "yaml"))
    return max(0, min(10, points - (0 if result else 3))) / 10
