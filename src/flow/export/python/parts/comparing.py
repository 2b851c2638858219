import json


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(left, right):
    if is_number(left) and is_number(right):
        return left == right
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def order(left, right):
    """-1, 0 or 1 for two numbers or two texts; None for anything else."""
    comparable = (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str))
    return (left > right) - (left < right) if comparable else None


def first_difference(wanted, item):
    """The first key that the item does not have with an equal value."""
    has = lambda key, value: isinstance(item, dict) and key in item and same(item[key], value)
    return next((key for key, value in wanted.items() if not has(key, value)), None)
