import json


class Fault(Exception):
    """What is wrong with an item, and where."""


class SchemaValidator(BuiltIn):
    def handle(self, item, send):
        schema, kind = self.get_config("schema"), self.get_config("schema_type", "auto")
        if kind == "auto":
            kind = "none" if schema is None else "custom" if isinstance(schema, str) else "jsonschema"
        try:
            if kind == "custom":
                self.ask("root", schema, item)
            coerces, is_strict = self.get_config("coerce_types", True), self.get_config("strict_mode", False)
            data = checked(schema, item, "", coerces, is_strict) if kind == "jsonschema" else item
            for path, expression in self.get_config("custom_validators", {}).items():
                self.ask(path, expression, data, value=record(found_or_none(path, data)))
        except Fault as fault:
            return send("invalid", {"errors": [str(fault)], "original_data": item, "schema_type": kind})
        send("valid", {"validated_data": data, "schema_type": kind})

    def ask(self, place, expression, item, **more):
        try:
            is_met = self.value_of(expression, item, **more)
        except Exception as error:
            raise Fault(f"{place}: {type(error).__name__}: {error}") from None
        if not is_met:
            raise Fault(f"{place}: the expression is not true")


TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: is_number(value) and value == int(value),
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
BOUNDS = {  # What is measured, the orders that hold, and the words for it.
    "minimum": ("the number", (0, 1), "at least"),
    "exclusiveMinimum": ("the number", (1,), "more than"),
    "maximum": ("the number", (-1, 0), "at most"),
    "exclusiveMaximum": ("the number", (-1,), "less than"),
    "minLength": ("the text's length", (0, 1), "at least"),
    "maxLength": ("the text's length", (-1, 0), "at most"),
    "minItems": ("the list's length", (0, 1), "at least"),
    "maxItems": ("the list's length", (-1, 0), "at most"),
}


def checked(schema, value, path, coerces, is_strict):
    """The value, with what was coerced, if it is as the schema says."""
    place = path or "root"
    value = typed(schema, value, place, coerces)
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    if choices is not None and not any(same(choice, value) for choice in choices):
        raise Fault(f"{place}: {as_json(value)} is not one of the allowed values")
    for key, limit in schema.items():
        if key in BOUNDS:
            check_bound(value, limit, place, *BOUNDS[key])
    if isinstance(value, dict):
        value = checked_map(schema, value, path, coerces, is_strict)
    elif isinstance(value, list) and "items" in schema:
        value = [checked(schema["items"], item, f"{path}[{at}]", coerces, is_strict) for at, item in enumerate(value)]
    for candidate in schema.get("anyOf", []):
        try:
            return checked(candidate, value, path, coerces, is_strict)
        except Fault:
            pass
    if schema.get("anyOf"):
        raise Fault(f"{place}: it fits none of the schemas of `anyOf`")
    return value


def typed(schema, value, place, coerces):
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not wanted or any(TYPES[name](value) for name in wanted):
        return value
    for name in wanted if coerces else []:
        if name in ("integer", "number", "boolean") and isinstance(value, str):
            try:
                spelled = json.loads(value)
            except ValueError:
                continue
            if TYPES[name](spelled):
                return spelled
        if name == "string" and (is_number(value) or isinstance(value, bool)):
            return as_text(value)
    raise Fault(f"{place}: {kind_of(value)} is not of type {' or '.join(wanted)}")


def checked_map(schema, value, path, coerces, is_strict):
    properties, place = schema.get("properties", {}), path or "root"
    missing = [key for key in schema.get("required", []) if key not in value]
    if missing:
        raise Fault(f"{place}: the key '{missing[0]}' is missing")
    others_allowed = schema.get("additionalProperties", not is_strict or not properties)
    result = {}
    for key, part in value.items():
        if key not in properties and not others_allowed:
            raise Fault(f"{place}: the key '{key}' is not expected")
        inside = f"{path}.{key}" if path else key
        result[key] = checked(properties[key], part, inside, coerces, is_strict) if key in properties else part
    return result


def check_bound(value, limit, place, what, holds, words):
    """A bound only says something about values that have its measure."""
    fits = {"the number": is_number, "the text's length": TYPES["string"], "the list's length": TYPES["array"]}[what]
    if fits(value):
        measured = value if what == "the number" else len(value)
        if order(measured, limit) not in holds:
            raise Fault(f"{place}: {what} {as_text(measured)} is not {words} {as_text(limit)}")


def kind_of(value):
    kinds = {"NoneType": "null", "bool": "a boolean", "int": "an integer", "float": "a number", "str": "text", "list": "a list"}
    return kinds.get(type(value).__name__, "a map")


def as_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
