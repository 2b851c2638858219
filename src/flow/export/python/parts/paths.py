import re

MISSING = object()  # What a path finds where nothing is; null is something.


def steps(path):
    for inner, name in re.findall(r"\[([^\]]*)\]|\.?([^.\[]+)", path[1:] if path.startswith("$") else path):
        if "*" in (inner, name):
            yield None
        elif name:
            yield name
        else:
            yield inner[1:-1] if inner[:1] in ("'", '"') else int(inner)


def find(path, item):
    """What is at a path such as `a.b[0]` or `list[*].x`; of several findings a list."""
    found = [item]
    for step in steps(path or ""):
        if step is None:
            inside = [value.values() if isinstance(value, dict) else value for value in found if isinstance(value, (dict, list))]
            found = [part for parts in inside for part in parts]
        elif isinstance(step, int):
            found = [value[step] for value in found if isinstance(value, list) and -len(value) <= step < len(value)]
        else:
            found = [value[step] for value in found if isinstance(value, dict) and step in value]
    return (found[0] if len(found) == 1 else found) if found else MISSING


def found_or_none(path, item):
    found = find(path, item)
    return None if found is MISSING else found
