__flow_operator = __FlowModule()
def __flow_operator_itemgetter(*keys):
    if len(keys) == 1:
        return lambda item: item[keys[0]]
    return lambda item: tuple([item[key] for key in keys])
def __flow_operator_attrgetter(*names):
    def get(item, name):
        for part in name.split("."):
            item = getattr(item, part)
        return item
    if len(names) == 1:
        return lambda item: get(item, names[0])
    return lambda item: tuple([get(item, name) for name in names])
__flow_operator.itemgetter = __flow_operator_itemgetter
__flow_operator.attrgetter = __flow_operator_attrgetter
__flow_operator.add = lambda a, b: a + b
__flow_operator.sub = lambda a, b: a - b
__flow_operator.mul = lambda a, b: a * b
__flow_operator.truediv = lambda a, b: a / b
__flow_operator.floordiv = lambda a, b: a // b
__flow_operator.mod = lambda a, b: a % b
__flow_operator.pow = lambda a, b: a ** b
__flow_operator.neg = lambda a: -a
__flow_operator.pos = lambda a: +a
__flow_operator.abs = lambda a: abs(a)
__flow_operator.and_ = lambda a, b: a & b
__flow_operator.or_ = lambda a, b: a | b
__flow_operator.xor = lambda a, b: a ^ b
__flow_operator.concat = lambda a, b: a + b
__flow_operator.eq = lambda a, b: a == b
__flow_operator.ne = lambda a, b: a != b
__flow_operator.lt = lambda a, b: a < b
__flow_operator.le = lambda a, b: a <= b
__flow_operator.gt = lambda a, b: a > b
__flow_operator.ge = lambda a, b: a >= b
__flow_operator.not_ = lambda a: not a
__flow_operator.truth = lambda a: bool(a)
__flow_operator.is_ = lambda a, b: a is b
__flow_operator.is_not = lambda a, b: a is not b
__flow_operator.contains = lambda a, b: b in a
__flow_operator.getitem = lambda a, b: a[b]
