import json as __flow_json
def __flow_loads(text, **options):
    try:
        return __flow_json.loads(text, **options)
    except ValueError as error:
        fault = str(error)
    if not isinstance(text, str):
        raise __flow_json.JSONDecodeError(fault)
    def skip(at):
        while text[at:at + 1] in (" ", "\t", "\n", "\r"):
            at += 1
        return at
    def fail(why, at):
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise __flow_json.JSONDecodeError(f"{why}: line {line} column {column} (char {at})")
    def string(start):
        at = start + 1
        while at < len(text):
            if text[at] == '"':
                return at + 1
            if text[at] < " ":
                fail("Invalid control character at", at)
            if text[at] == "\\":
                at += 1
                if text[at:at + 1] == "u":
                    digits = text[at + 1:at + 5]
                    if len(digits) < 4 or [c for c in digits if c not in "0123456789abcdefABCDEF"]:
                        fail("Invalid \\uXXXX escape", at)
                    at += 4
                elif at < len(text) and text[at] not in '"\\/bfnrt':
                    fail("Invalid \\escape", at - 1)
            at += 1
        fail("Unterminated string starting at", start)
    def digits(at):
        while text[at:at + 1] in ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"):
            at += 1
        return at
    def value(at):
        c = text[at:at + 1]
        if c == '"':
            return string(at)
        if c in ("{", "["):
            end = "}" if c == "{" else "]"
            at = skip(at + 1)
            if text[at:at + 1] == end:
                return at + 1
            while True:
                if c == "{":
                    if text[at:at + 1] != '"':
                        fail("Expecting property name enclosed in double quotes", at)
                    at = skip(string(at))
                    if text[at:at + 1] != ":":
                        fail("Expecting ':' delimiter", at)
                    at = skip(at + 1)
                at = skip(value(at))
                if text[at:at + 1] == end:
                    return at + 1
                if text[at:at + 1] != ",":
                    fail("Expecting ',' delimiter", at)
                comma = at
                at = skip(at + 1)
                if text[at:at + 1] == end:
                    fail("Illegal trailing comma before end of " + ("object" if c == "{" else "array"), comma)
        for word in ("null", "true", "false", "NaN", "Infinity", "-Infinity"):
            if text.startswith(word, at):
                return at + len(word)
        start = at
        at += text[at:at + 1] == "-"
        end = at + 1 if text[at:at + 1] == "0" else digits(at)
        if end == at:
            fail("Expecting value", start)
        if text[end:end + 1] == "." and digits(end + 1) > end + 1:
            end = digits(end + 1)
        if text[end:end + 1] in ("e", "E"):
            exponent = end + 2 if text[end + 1:end + 2] in ("+", "-") else end + 1
            if digits(exponent) > exponent:
                end = digits(exponent)
        return end
    if not text.startswith("\ufeff"):
        try:
            end = skip(value(skip(0)))
            if end < len(text):
                fail("Extra data", end)
        except ValueError as error:
            fault = str(error)
        except RecursionError:
            pass
    raise __flow_json.JSONDecodeError(fault)
