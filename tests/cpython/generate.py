"""Writes Python sources together with what CPython makes of them, one JSON object a line.

The comparison test (`src/python/tests/cpython.rs`) runs the same sources on the playground's engine. All choices come from a
seeded generator of its own, so that every run and every version of Python writes the same sources.

A case: {"group", "source", "value" or "error"}. A source of the group `condition` is an expression over NAMES; any
other is a logic that emits its result's `repr`. Sets are compared sorted, because their order is nobody's promise.
"""

import json
import re
import sys

EXPRESSIONS = 3600
PROGRAMS = 420
CONDITIONS = 600
CALLBACKS = 700

NAMES = {
    "data": {"value": 150, "name": "sensor", "ratio": 0.25, "tags": ["a", "b"], "inner": {"x": 1, "y": None}, "none": None},
    "slot_data": {"input": [{"value": 1}, {"value": 2}], "other": []},
    "hit_count": 7,
    "value": 150,
    "name": "sensor",
}


class Choice:
    """A linear congruential generator: the module `random` may change between versions."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % limit

    def of(self, items):
        return items[self.below(len(items))]

    def chance(self, percent):
        return self.below(100) < percent


class Expressions:
    """Random expressions by the type that they should have; some of them raise."""

    def __init__(self, choice):
        self.choice = choice

    def any(self, depth):
        kind = self.choice.of(["int", "int", "float", "bool", "str", "str", "list", "dict", "set", "tuple", "bytes"])
        text = getattr(self, kind + "_")(depth)
        return f"sorted({text})" if kind == "set" else text

    def fill(self, depth, template):
        """Replaces `I F B S L D E T A` between angle brackets by expressions of these types."""
        kinds = {"I": "int_", "F": "float_", "B": "bool_", "S": "str_", "L": "list_", "D": "dict_", "E": "set_",
                 "T": "tuple_", "A": "any", "N": "small", "Y": "bytes_"}
        parts = template.split("<")
        text = parts[0]
        for part in parts[1:]:
            if len(part) > 1 and part[1] == ">" and part[0] in kinds:
                text += getattr(self, kinds[part[0]])(depth - 1) + part[2:]
            else:
                text += "<" + part
        return text

    def pick(self, depth, leaves, templates):
        if depth <= 0 or self.choice.chance(15):
            return self.choice.of(leaves)
        return self.fill(depth, self.choice.of(templates))

    def small(self, depth):
        return self.choice.of(["0", "1", "2", "3", "-1", "5"])

    def int_(self, depth):
        return self.pick(depth, ["0", "1", "2", "-1", "7", "10", "-13", "255", "1000003", "2**40", "-(2**70)", "True"], [
            "(<I> + <I>)", "(<I> - <I>)", "(<I> * <I>)", "(<I> // <I>)", "(<I> % <I>)", "(<I> ** <N>)", "-<I>", "~<I>",
            "(<I> & <I>)", "(<I> | <I>)", "(<I> ^ <I>)", "(<I> << <N>)", "(<I> >> <N>)", "abs(<I>)", "len(<L>)", "len(<S>)",
            "sum(<L>)", "max(<L>)", "min(<L>)", "int(<F>)", "int(<S>)", "round(<F>)", "<L>[<N>]", "<L>.count(<I>)",
            "<L>.index(<I>)", "<S>.find(<S>)", "<S>.count(<S>)", "<D>['a']", "<D>.get('b', <I>)", "ord(<S>[0])",
            "hash(<N>)", "(<I> if <B> else <I>)", "(<I> and <I>)", "(<I> or <I>)", "divmod(<I>, <I>)[0]", "pow(<I>, <N>)",
            "pow(<I>, 3, 7)", "len(<D>)", "len(<E>)", "<T>[<N>]", "int(<B>)", "(lambda x, y=2: x * y)(<I>)",
            "[x for x in <L> if x > 1][0]", "next(iter(<L>))", "int('ff', 16)", "int('0b101', 0)", "int(str(<I>))",
            "(<I>).bit_length()", "len(<Y>)", "<Y>[<N>]", "round(<I>, -1)", "sum(x * x for x in <L>)", "<S>.rfind(<S>)",
            "(1, 2, 3).index(<N>)", "max(<I>, <I>)", "min(<I>, <I>, <I>)", "len(range(<I>))", "range(10)[<N>]",
            "(w := <I>) + w", "sorted(<L>)[<N>]", "len({*<L>})", "<S>.index(<S>)", "max(<D>.values())"])

    def float_(self, depth):
        return self.pick(depth, ["0.0", "1.5", "-2.25", "1e10", "0.1", "1e-7", "3.0", "1e300", "123456.789"], [
            "(<F> + <F>)", "(<F> - <I>)", "(<F> * <F>)", "(<I> / <I>)", "(<F> / <F>)", "(<F> // <F>)", "(<F> % <F>)",
            "(<F> ** <N>)", "abs(<F>)", "float(<I>)", "float(<S>)", "round(<F>, <N>)", "max(<F>, <F>)", "-<F>",
            "sum([<F>, <F>])", "(<F> if <B> else <F>)", "divmod(<F>, <F>)[1]", "float('1e3')", "(<I> * <F>)", "float('inf')",
            "min(<F>, <I>)"])

    def bool_(self, depth):
        return self.pick(depth, ["True", "False", "None is None"], [
            "(<I> < <I>)", "(<I> == <I>)", "(<I> != <F>)", "(<F> >= <I>)", "(<S> < <S>)", "(<S> == <S>)", "(<S> in <S>)",
            "(<I> in <L>)", "(<I> not in <L>)", "('a' in <D>)", "(<I> in <E>)", "(<B> and <B>)", "(<B> or <B>)", "(not <B>)",
            "bool(<A>)", "isinstance(<A>, int)", "isinstance(<A>, (str, list))", "(<L> == <L>)", "(<L> < <L>)",
            "(<E> <= <E>)", "(<E> == <E>)", "all(<L>)", "any(<L>)", "<S>.startswith(<S>)", "<S>.endswith(<S>)",
            "<S>.isdigit()", "<S>.isalpha()", "<S>.isupper()", "<S>.islower()", "<S>.isspace()", "(<I> < <I> < <I>)",
            "(<A> is None)", "(<I> is not None)", "(<D> == <D>)", "(<T> == <T>)", "(<A> == <A>)", "callable(<A>)", "callable(len)",
            "all(x > 0 for x in <L>)", "(<I> < <S>)", "(<T> < <T>)", "<E>.isdisjoint(<E>)", "<S>.isidentifier()",
            "<S>.isalnum()", "<S>.istitle()", "isinstance(True, int)", "hasattr('', 'upper')"])

    def str_(self, depth):
        return self.pick(depth, ["''", "'a'", "'abc'", "'Hello World'", "' x y '", "'12'", "'aXbXc'", "'é€'", "'%d'",
                                 "'line\\nbreak'", "'\"q\"'", "\"it's\""], [
            "(<S> + <S>)", "(<S> * <N>)", "str(<A>)", "repr(<A>)", "<S>.upper()", "<S>.lower()", "<S>.title()",
            "<S>.strip()", "<S>.replace(<S>, <S>)", "<S>[<N>]", "<S>[<N>:]", "<S>[:<N>]", "<S>[::-1]", "<S>[<N>:<N>:<N>]",
            "<S>.join(['x', 'y'])", "','.join(str(x) for x in <L>)", "<S>.center(9, '*')", "<S>.ljust(6)", "<S>.rjust(6, '.')",
            "<S>.zfill(5)", "<S>.capitalize()", "<S>.swapcase()", "(lambda v: f'{v}')(<I>)", "(lambda v: f'{v:.2f}')(<F>)", "(lambda v: f'{v:05d}')(<I>)", "(lambda v: f'{v!r}')(<S>)",
            "(lambda v: f'{v:>8}|')(<S>)", "(lambda v: f'{v:,}')(<I>)", "(lambda v: f'{v:x}')(<I>)", "'{} {}'.format(<A>, <A>)", "'{0!r:>6}'.format(<I>)",
            "'{a}'.format(a=<S>)", "('%s-%s' % (<A>, <A>))", "('%d' % <I>)", "('%5.1f' % <F>)", "chr(<I>)", "hex(<I>)", "bin(<I>)",
            "oct(<I>)", "format(<F>, '.3e')", "format(<I>, '>8')", "(<S> if <B> else <S>)", "(<S> or <S>)", "max(<S>, <S>)",
            "<S>.removeprefix('a')", "<S>.expandtabs(4)", "<S>.translate({97: 'z'})", "ascii(<S>)", "<S>.lstrip('ab')",
            "<S>.casefold()", "type(<A>).__name__", "''.join(sorted(<S>))", "''.join(reversed(<S>))", "<Y>.decode()",
            "str(<Y>)", "(lambda v: f'{v!s}')(<A>)", "(lambda v: f'{v!r}')(<F>)", "<S>.removesuffix('c')", "<S>.rstrip()", "'{:{}}'.format(<I>, 7)",
            "(lambda v: f'{v:>{5}}')(<I>)", "(lambda v: f'{v=}')(<F>)", "<S>.split(<S>)[<N>]", "<S>.partition(<S>)[2]", "''.join(map(str, <L>))"])

    def list_(self, depth):
        return self.pick(depth, ["[]", "[1]", "[3, 1, 2]", "[1, 2, 3, 4, 5]", "[0, -1, 10]", "list(range(4))"], [
            "[<I>, <I>]", "(<L> + <L>)", "(<L> * <N>)", "<L>[<N>:]", "<L>[:<N>]", "<L>[::<N>]", "<L>[::-1]",
            "<L>[<N>:<N>]", "sorted(<L>)", "sorted(<L>, reverse=True)", "sorted(<L>, key=lambda x: -x)",
            "list(reversed(<L>))", "[x * <N> for x in <L>]", "[x for x in <L> if x % 2 == 0]", "list(map(lambda x: x + 1, <L>))",
            "list(filter(None, <L>))", "list(<T>)", "sorted(<E>)", "[x + y for x in <L> for y in <L>]", "list(<D>.values())",
            "[len(w) for w in <S>.split()]", "[*<L>, <I>]", "list(range(<N>, <N>))", "list(range(<N>, 9, <N>))",
            "[a - b for a, b in zip(<L>, <L>)]", "[i * x for i, x in enumerate(<L>)]", "(<L> if <B> else <L>)",
            "list(dict.fromkeys(<L>))", "[x if x > 1 else -x for x in <L>]", "[y for x in <L> if (y := x * 2) > 2]",
            "list({*<L>})[:0]", "<L>.copy()", "[ord(c) for c in <S>]", "list(<Y>)", "[max(p) for p in zip(<L>, <L>)]"])

    def dict_(self, depth):
        return self.pick(depth, ["{}", "{'a': 1}", "{'a': 1, 'b': 2}", "{'x': -5, 'a': 0}"], [
            "{'a': <I>, 'b': <I>}", "{**<D>, 'c': <I>}", "(<D> | <D>)", "{k: v * 2 for k, v in <D>.items()}",
            "{str(x): x for x in <L>}", "dict(zip('abc', <L>))", "dict(a=<I>)", "{c: <S>.count(c) for c in 'abc'}",
            "dict(sorted(<D>.items()))", "{k: <D>[k] for k in <D>}", "dict([('k', <I>)])", "(<D> if <B> else <D>)",
            "<D>.copy()", "dict.fromkeys('ab', <I>)", "{k: v for k, v in <D>.items() if v}"])

    def set_(self, depth):
        return self.pick(depth, ["set()", "{1}", "{1, 2, 3}", "{2, 4}"], [
            "{<I>, <I>}", "set(<L>)", "(<E> | <E>)", "(<E> & <E>)", "(<E> - <E>)", "(<E> ^ <E>)", "{x % 3 for x in <L>}",
            "<E>.union(<L>)", "<E>.intersection(<L>)", "<E>.difference(<L>)", 
            "<E>.symmetric_difference(<L>)"])

    def tuple_(self, depth):
        return self.pick(depth, ["()", "(1,)", "(1, 2)", "('a', 1)", "(3, 2, 1)"], [
            "(<I>, <S>)", "(<T> + <T>)", "(<T> * <N>)", "<T>[<N>:]", "tuple(<L>)", "divmod(<I>, <I>)", "tuple(sorted(<L>))",
            "(<A>, <A>)", "<S>.partition(<S>)", "<S>.rpartition(<S>)", "tuple(x for x in <L>)", "(*<L>, <I>)",
            "tuple(<D>.items())", "tuple(enumerate(<S>))", "tuple(zip(<L>, <S>))", "tuple(<S>.split(','))",
            "tuple(<S>.splitlines())", "tuple(<S>.rsplit(None, 1))", "tuple(<S>.split())", "tuple(<D>)",
            "slice(<N>, <N>, None).indices(5)"])

    def bytes_(self, depth):
        return self.pick(depth, ["b''", "b'abc'", "b'\\x00\\xff'"], [
            "<S>.encode()", "(<Y> + <Y>)", "<Y>[<N>:]", "bytes([<N>, <N>])", "<Y>.upper()", "bytes(<N>)", "(<Y> * <N>)"])


def expression_cases(choice):
    make = Expressions(choice)
    kinds = ["int", "int", "float", "bool", "bool", "str", "str", "str", "list", "list", "dict", "set", "tuple", "bytes", "any"]
    for index in range(EXPRESSIONS):
        kind = kinds[index % len(kinds)]
        depth = 1 + choice.below(3)
        text = make.any(depth) if kind == "any" else getattr(make, kind + "_")(depth)
        # A set inside something else would show its order.
        shown = f"sorted({text})" if kind == "set" else text
        yield kind, f"def logic(slot_data):\n    result = {shown}\n    emit('output', value=repr(result))\n"
    yield from format_cases(choice)
    yield from error_cases()


def format_cases(choice):
    """Every part of the format language, in chance combinations."""
    for _ in range(500):
        fill = choice.of(["", "", "*", "0", "é"])
        align = choice.of(["<", ">", "^", "="]) if fill else choice.of(["", "", "<", ">", "^"])
        sign = choice.of(["", "", "+", "-", " "])
        alternate = choice.of(["", "", "", "#"])
        zero = choice.of(["", "", "", "0"])
        width = choice.of(["", "3", "8", "12"])
        grouping = choice.of(["", "", "", ",", "_"])
        precision = choice.of(["", "", ".0", ".2", ".5"])
        kind = choice.of(["", "", "d", "f", "e", "g", "x", "X", "o", "b", "c", "n", "%", "s", "E", "G", "F", "q"])
        value = choice.of(["0", "5", "-42", "65", "1234567", "10**20", "3.14159", "-0.5", "1e20", "1e-5", "0.0", "-0.0",
                           "float('nan')", "float('inf')", "'text'", "''", "True", "None", "[1]", "2.5", "1234567.891", "100.0"])
        spec = fill + align + sign + alternate + zero + width + grouping + precision + kind
        yield "format", f"def logic(slot_data):\n    emit('output', value=repr(format({value}, {spec!r})))\n"
    for _ in range(200):
        flags = "".join(flag for flag in "-+ 0#" if choice.chance(20))
        spec = "%" + flags + choice.of(["", "6", "12"]) + choice.of(["", ".0", ".3"]) + choice.of(list("dsrfegxXocEGia%"))
        value = choice.of(["0", "5", "-42", "65", "1234567", "3.14159", "-0.5", "'text'", "'c'", "None", "[1]", "(1,)", "(1, 2)"])
        yield "format", f"def logic(slot_data):\n    emit('output', value=repr({spec!r} % {value}))\n"


def error_cases():
    """Each kind of error that a logic is likely to make, both met and caught."""
    wrong = """1 / 0|1 // 0|1 % 0|1.0 / 0|0 ** -1|[][0]|[1, 2][5]|[1][-2]|(1,)[3]|'abc'[9]|{}['x']|{'a': 1}['b']|{}[5]|{}[(1, 2)]
        |int('x')|int('')|int('1.5')|float('x')|int(None)|'a' + 1|1 + 'a'|[1] + (2,)|None + 1|len(5)|len(None)|'a' * 'b'|-'a'|~1.5
        |None.x|(5).x|'a'.nothing|[].push(1)|{}.has_key('a')|nothing|nothing()|5()|'a'()|[1, 2]('x')|None()|[3, 1, 'a'].sort()
        |sorted([1, 'a'])|max([])|min([])|sum(['a'])|max(1, 'a')|1 < 'a'|[1] < ['a']|{} < {}|None < 1|{[]: 1}|{[1]}|hash([])|hash({})
        |[].pop()|{}.pop('x')|set().pop()|{}.popitem()|[1].index(2)|[1].remove(5)|{1}.remove(2)|'abc'.index('x')|next(iter([]))
        |range(1, 2, 0)|[1, 2][::0]|chr(-1)|chr(2000000)|ord('ab')|ord('')|'{}'.format()|'{a}'.format()|'{1}'.format(0)|'%d' % 'a'
        |'%s %s' % 'a'|'%s' % (1, 2)|format(1, 'z')|format('a', 'd')|f'{1:q}'|int('9' * 5000)|round('a')|abs('a')|divmod(1, 0)
        |pow(2, -1, 4)|zip([1], 5)|dict([1])|dict([(1, 2, 3)])|list(5)|tuple(None)|set(3)|iter(5)|isinstance(1, 1)|b'a' + 'a'
        |b'\\xff'.decode()|'\\ud800'.encode()|bytes([300])|1 if undefined else 2|[x for x in 5]|[y for x in [1]]|(lambda x: x)()
        |(lambda: 1)(2)|(lambda x: x)(y=1)|(lambda **k: k)(**{'a': 1}, **{'a': 2})|print(1, bad=2)|sorted([1], bad=1)|len()|len(1, 2)
        |int(1, 2)|{**5}|[*5]|(lambda *a: a)(*5)|'a'.join([1])|'a'.join(5)|''.split('')|'a'.replace('a')|'a'.startswith(1)
        |1 in 5|'a' in 5|1 in 'a'|None in {}|[1, 2, 3].insert()|{}.update(5)|{}.update([1])|list.append([1])|str.upper()|int.x
        |float('nan') < 'a'|10 ** 400 * 1.0|int(float('inf'))|int(float('nan'))|2.0 ** 10000|1 << -1|'x' * -1 + 1|round(1.5, 'a')
        |enumerate(5)|reversed(5)|list(map(5, [1]))|filter(None, 5)|all(5)|any(None)|sum(5)|bool([]).x|type(5)('x')
        |open('/nothing/here')|[1, 2, 3]['a']|[1, 2, 3][1.0]|'abc'['a']|(1, 2)['a']
        |{}.get()|{'a': 1}.a|{1, 2}[0]|5[0]|None[0]|len[0]|True + None|[] - []|{} + {}|{1} + {2}|'a' - 'b'|'5' - 2|[1] * 1.5
        |1 @ 2|len(range(-(2**70)))|not_there.x|''.x.y|(1).real.x|[[1]][0][1]|{'a': {}}['a']['b']|'abc'.find()|int([])|float(None)|float([])|complex('x')"""
    for text in wrong.replace("\n", "").split("|"):
        text = text.strip()
        yield "error", f"def logic(slot_data):\n    emit('output', value=repr({text}))\n"
        yield "error", (
            "def logic(slot_data):\n    try:\n        result = " + text + "\n    except ArithmeticError as error:\n"
            "        result = ('arithmetic', type(error).__name__)\n    except LookupError as error:\n"
            "        result = ('lookup', type(error).__name__)\n    except Exception as error:\n"
            "        result = type(error).__name__\n    else:\n        result = ('fine', result)\n"
            "    emit('output', value=repr(result))\n"
        )
    statements = """raise ValueError('x')|raise ValueError|raise KeyError('k')|raise 5|raise None|raise ValueError('a') from KeyError('b')
        |assert False|assert 1 == 2, 'why'|assert (1, 2)|a, b = [1]|a, b = [1, 2, 3]|a, *b = []|a, (b, c) = 1, [2]|a = b = undefined
        |x += 1|del undefined|for i in 5: pass|for i, j in [1]: pass|with 5: pass|import nothing_there|from math import nothing
        |from nothing_there import x|[][0] = 1|'abc'[0] = 'x'|(1,)[0] = 2|None.x = 1|{}[[]] = 1|del {}['x']|del [][0]|raise
        |return 5|raise StopIteration|raise KeyboardInterrupt|raise SystemExit|raise NotImplementedError('n')|raise Exception('a', 2)
        |raise TimeoutError('t')|raise OSError('o')|raise RuntimeError|raise AttributeError('x')|raise IndexError|raise TypeError()
        |raise OverflowError|raise ZeroDivisionError|raise LookupError('x')|raise ArithmeticError|raise UnicodeError|raise EOFError
        |raise FileNotFoundError('f')|raise PermissionError|raise ConnectionError|raise ImportError('x')|raise ModuleNotFoundError('x')
        |raise MemoryError|raise RecursionError|raise BufferError|raise NameError('n')|raise UnboundLocalError('u')|raise StopAsyncIteration
        |raise FloatingPointError|raise ReferenceError|raise SyntaxError('s')|raise Warning|raise UserWarning|raise GeneratorExit
        |raise BaseException('b')|raise ExceptionGroup('g', [ValueError()])|raise DeprecationWarning('d')"""
    for text in statements.replace("\n", "").split("|"):
        yield "error", f"def logic(slot_data):\n    {text.strip()}\n    emit('output', value='fine')\n"


PIECES = [
    # Loops.
    "total = 0\nfor i in range(<n>):\n    if i % <m> == 0:\n        continue\n    if i > <k>:\n        break\n    total += i\nelse:\n    total = -total\nresult = total",
    "n = <n>\nsteps = []\nwhile n != 1 and len(steps) < 50:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n    steps.append(n)\nresult = steps",
    "a, b = 0, 1\nseen = []\nwhile True:\n    a, b = b, a + b\n    if a > <n> * 10:\n        break\n    seen.append(a)\nelse:\n    seen = None\nresult = seen",
    "primes = []\nfor n in range(2, <n>):\n    for p in primes:\n        if n % p == 0:\n            break\n    else:\n        primes.append(n)\nresult = primes[-<m>:]",
    "grid = [[x * y for x in range(<m>)] for y in range(<k>)]\nresult = [row[::-1] for row in zip(*grid)] if grid else grid",
    # Functions and closures.
    "def f(a, b=<m>, *rest, c=<k>, **more):\n    return (a, b, rest, c, sorted(more.items()))\nresult = [f(1), f(1, 2), f(1, 2, 3, 4), f(1, c=9), f(*[1, 2, 3], **{'z': <n>, 'c': 0})]",
    "def outer(n):\n    count = n\n    def inner(step=1):\n        nonlocal count\n        count += step\n        return count\n    return inner\nf = outer(<n>)\ng = outer(<m>)\nresult = [f(), f(<k>), g(), f()]",
    "fs = [lambda x, i=i: x * i for i in range(<m>)]\nresult = [f(<n>) for f in fs]",
    "fs = []\nfor i in range(<m>):\n    fs.append(lambda: i)\nresult = [f() for f in fs]",
    "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\nresult = fact(<n>)",
    "def compose(*fs):\n    def run(x):\n        for f in fs:\n            x = f(x)\n        return x\n    return run\nresult = compose(lambda x: x + <n>, str, len, lambda n: n * <m>)(<k>)",
    "def deco(f):\n    def wrapper(*args, **kwargs):\n        return ('wrapped', f(*args, **kwargs))\n    return wrapper\n@deco\ndef g(x):\n    return x + <n>\nresult = g(<m>)",
    "x = <n>\ndef f():\n    y = x + 1\n    return y\nx = <m>\nresult = f()",
    "def f():\n    return x\n    x = 1\nresult = f()",
    "def f(items=[]):\n    items.append(<n>)\n    return len(items)\nresult = [f(), f(), f([]), f()]",
    "def f(a, /, b, *, c):\n    return a + b + c\nresult = f(<n>, b=<m>, c=<k>)",
    "def f(a, b):\n    return a - b\nresult = f(b=<n>, a=<m>, c=1) if <k> > 20 else f(<n>, <m>)",
    # Exceptions.
    "log = []\ndef f(x):\n    try:\n        log.append('try')\n        return <n> // x\n    except ZeroDivisionError as e:\n        log.append(type(e).__name__)\n        return -1\n    else:\n        log.append('else')\n    finally:\n        log.append('finally')\nresult = [f(<m>), f(0), log]",
    "result = []\nfor value in ['<n>', 'x', None, [], 3.7]:\n    try:\n        result.append(int(value))\n    except (ValueError, TypeError) as error:\n        result.append(type(error).__name__)",
    "try:\n    try:\n        {}['k']\n    except KeyError as e:\n        raise ValueError('outer') from e\nexcept ValueError as e:\n    result = (str(e), type(e.__cause__).__name__)",
    "try:\n    [1, 2][<n>]\nfinally:\n    emit('output', value='cleaned')\nresult = 1",
    "def f():\n    for i in range(5):\n        try:\n            if i == <m> % 5:\n                return i\n        finally:\n            if i > 3:\n                break\n    return 'end'\nresult = f()",
    "def f(n):\n    try:\n        raise ValueError(f'v{n}')\n    except ValueError as error:\n        if n > <m>:\n            raise\n        return str(error)\nresult = []\nfor n in range(<k>):\n    result.append(f(n))",
    "class Guard:\n    def __init__(self, log):\n        self.log = log\n    def __enter__(self):\n        self.log.append('in')\n        return self\n    def __exit__(self, kind, value, trace):\n        self.log.append(kind.__name__ if kind else None)\n        return <m> % 2 == 0\nlog = []\nwith Guard(log) as g:\n    g.log.append(<n>)\n    1 / 0\nresult = log",
    "try:\n    raise ValueError('a')\nexcept KeyError:\n    result = 1\nexcept (TypeError, ValueError) as e:\n    result = e.args",
    "result = []\nwhile True:\n    try:\n        result.append(1 / (3 - len(result)))\n    except ZeroDivisionError:\n        break",
    # Unpacking and assignment.
    "a, *b, c = range(<m>)\nresult = (a, b, c)",
    "(a, b), [c, *d] = (<n>, <m>), 'xyz'\nresult = [a, b, c, d]",
    "a = b = [<n>]\na += [<m>]\na = a + [<k>]\nresult = (a, b, a is b)",
    "x = [1, 2, 3, 4, 5]\nx[1:3] = [<n>]\nx[::2] = [0] * len(x[::2])\nresult = x",
    "d = {'a': <n>}\nd['b'] = d.pop('a', 0)\nd.setdefault('c', []).append(<m>)\nd.update(e=<k>)\nresult = d",
    "a, b = <n>, <m>\na, b = b, a % b if b else 0\na -= b; a *= 2; a //= 3\nresult = (a, b)",
    "x = y = 0\nx, x, y = 1, 2, x\nresult = (x, y)",
    "first, *_ = sorted({<n>, <m>, <k>})\nresult = first",
    "d = {}\nfor word in 'the cat the dog the end'.split():\n    d[word] = d.get(word, 0) + <m>\nresult = sorted(d.items(), key=lambda p: (-p[1], p[0]))",
    # Sorting.
    "items = [{'n': i * <n> % 7, 's': chr(97 + i * <m> % 5)} for i in range(<k>)]\nitems.sort(key=lambda i: (i['n'], i['s']), reverse=True)\nresult = [(i['n'], i['s']) for i in items]",
    "words = ['pear', 'Fig', 'apple', 'kiwi', 'Date'] * 2\nresult = sorted(words, key=lambda w: (len(w), w.lower()))[<m>:]",
    "result = sorted([(i * <n> % 5, -i) for i in range(<k>)])",
    "result = sorted('<n><m><k>', reverse=True)",
    "def quick(xs):\n    if len(xs) < 2:\n        return xs\n    p, *rest = xs\n    return quick([x for x in rest if x < p]) + [p] + quick([x for x in rest if x >= p])\nresult = quick([i * <n> % 31 for i in range(<k>)])",
    # Strings.
    "parts = []\nfor i in range(<m>):\n    parts.append(f'{i:02d}:{i * <n>:>5}')\nresult = '\\n'.join(parts)",
    "s = ''\nfor c in 'abcxyz':\n    s += chr((ord(c) - 97 + <n>) % 26 + 97)\nresult = s",
    "text = 'key=<n>; other = <m> ;bad;x=<k>'\nresult = {}\nfor part in text.split(';'):\n    if '=' in part:\n        k, v = part.split('=', 1)\n        result[k.strip()] = int(v)",
    "result = [f'{x!r:>6}|{x:<4}|{x:^5}' for x in ('a', <n>, <m>.5)]",
    "n = <n>\nname = 'x'\nresult = f'{name}={n} {n:b} {n / 7:.3f} {\"even\" if n % 2 == 0 else \"odd\"} {{}} {n!r}'",
    "lines = '''a <n>\nb <m>\n\nc'''.splitlines()\nresult = [line.split() for line in lines if line]",
    # Classes.
    "class P:\n    count = 0\n    def __init__(self, x):\n        self.x = x\n        P.count += 1\n    def __repr__(self):\n        return f'P({self.x})'\n    def __eq__(self, other):\n        return isinstance(other, P) and self.x == other.x\n    def __lt__(self, other):\n        return self.x < other.x\n    def __add__(self, other):\n        return P(self.x + other.x)\nresult = [P(<n>) + P(<m>), P(1) == P(1), sorted([P(<n>), P(<m>), P(<k>)]), P.count]",
    "class Stack:\n    def __init__(self):\n        self.items = []\n    def __len__(self):\n        return len(self.items)\n    def __getitem__(self, i):\n        return self.items[i]\n    def __contains__(self, x):\n        return x in self.items\n    def push(self, x):\n        self.items.append(x)\n        return self\ns = Stack().push(<n>).push(<m>)\nresult = (len(s), s[0], s[-1], <n> in s, <k> in s, bool(s), bool(Stack()))",
    "class A:\n    def __call__(self, x):\n        return x + <n>\n    def __getattr__(self, name):\n        return name\nresult = A()(<m>)",
    "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n    y: int = <m>\nresult = (Point(<n>), Point(1, 2) == Point(1, 2))",
    "class C:\n    @property\n    def x(self):\n        return <n>\nresult = C().x",
    "class A:\n    def f(self):\n        return <n>\nclass B(A):\n    def f(self):\n        return super().f() + 1\nresult = B().f()",
    "class E(Exception):\n    pass\ntry:\n    raise E(<n>)\nexcept E as e:\n    result = e.args",
    "class A:\n    @staticmethod\n    def f(x):\n        return x * <n>\nresult = A.f(<m>)",
    # Generators, matching, walrus, modules.
    "def gen(n):\n    for i in range(n):\n        yield i * <m>\nresult = list(gen(<k>))",
    "result = sum(x * x for x in range(<n>) if x % <m>)",
    "def kind(v):\n    match v:\n        case {'type': 'a', 'n': n}:\n            return ('a', n)\n        case [x, *rest]:\n            return ('list', x, rest)\n        case int() | float() if v > <n>:\n            return 'big'\n        case str(s):\n            return s.upper()\n        case None:\n            return 'none'\n        case _:\n            return 'other'\nresult = [kind(v) for v in ({'type': 'a', 'n': <m>}, [1, 2, 3], <k>, 'x', None, ())]",
    "values = iter(range(<n>))\nresult = []\nwhile (v := next(values, None)) is not None:\n    result.append(v)",
    "import math\nresult = [math.sqrt(<n>), math.floor(-<m>.5), math.gcd(<n>, <k>), math.isclose(0.1 + 0.2, 0.3), math.pi > 3]",
    "import json\nresult = json.loads(json.dumps({'a': [<n>, None, True, 1.5], 'b': 'é\"'}))",
    "import json\nresult = json.dumps({'b': <n>, 'a': [1, {'c': <m>}]}, sort_keys=True, indent=2)",
    "from collections import Counter, defaultdict, deque\nc = Counter('abracadabra')\nd = defaultdict(list)\nd['x'].append(<n>)\nq = deque([1, 2, 3], maxlen=3)\nq.append(<m>)\nresult = (c.most_common(2), dict(d), list(q))",
    "import itertools\nresult = [list(itertools.chain([<n>], [<m>])), list(itertools.islice(itertools.count(<k>), 3)), list(itertools.combinations('abc', 2)), [(k, len(list(g))) for k, g in itertools.groupby('aabbb')]]",
    "from functools import reduce, partial\nresult = (reduce(lambda a, b: a * 2 + b, range(<m>), <n>), partial(pow, 2)(<m>))",
    "import re\nresult = (re.findall(r'\\d+', 'a<n>b<m>'), re.sub(r'[aeiou]', '*', 'education'), re.match(r'(\\w+)-(\\d+)', 'key-<k>').groups())",
    "from datetime import datetime, timedelta\nd = datetime(2024, 2, 28, 12) + timedelta(days=<m>)\nresult = (d.isoformat(), d.strftime('%Y-%m-%d'), d.weekday())",
    "import bisect, string\nxs = sorted([<n>, <m>, <k>])\nbisect.insort(xs, 7)\nresult = (xs, string.digits)",
    "import statistics\nresult = statistics.mean([<n>, <m>, <k>])",
    "from decimal import Decimal\nresult = str(Decimal('0.1') + Decimal('<n>.25'))",
    "import copy\na = [[<n>], {'x': <m>}]\nb = copy.deepcopy(a)\nb[0].append(1)\nresult = (a, b, copy.copy(a)[0] is a[0])",
    "import heapq\nh = [<n>, <m>, <k>]\nheapq.heapify(h)\nresult = [heapq.heappop(h) for _ in range(3)]",
    "total = <n>\ndef add(n):\n    global counter_of_module\n    counter_of_module = n\n    return n\nresult = add(total) + counter_of_module",
    "result = [(i, c) for i, c in enumerate('<n>-<m>', start=1) if c.isdigit()]",
    "matrix = [[<n>, <m>], [<k>, 1]]\nresult = ([list(r) for r in zip(*matrix)], sum(map(sum, matrix)), max(matrix, key=sum))",
    "d = {'a': {'b': [<n>, {'c': <m>}]}}\nresult = (d['a']['b'][1]['c'], d.get('x', {}).get('y'), list(d['a'].items())[0][0])",
    "result = {}\nfor k, v in [('a', <n>), ('b', <m>), ('a', <k>)]:\n    result.setdefault(k, []).append(v)",
    "xs = list(range(<n>))\nresult = []\nfor x in xs[:]:\n    if x % 2:\n        xs.remove(x)\nresult = xs",
    "d = {i: i for i in range(3)}\nfor k in d:\n    d[k + 10] = <n>\nresult = d",
    "xs = [3, 1, 2]\nresult = (xs.sort(), xs, xs.pop(0), xs.insert(0, <n>), xs.extend('ab'), xs.reverse(), xs)",
    "a = <n>\nb = a\nb += 1\nc = [a]\nd = c\nd.append(b)\nresult = (a, b, c, a is b, c is d, [] is [], None is None)",
    "result = (not <n>) or (<m> and 'x') or None\nresult = (result, <n> if <m> > <k> else -<n>, 0 or '' or [] or 'last', 1 and 2 and 0)",
    "if <n> > <m>:\n    result = 'more'\nelif <n> == <m>:\n    result = 'same'\nelse:\n    result = 'less'",
    "import nothing_there\nresult = 1",
    "x = 5\nx: int = <n>\ny: str\nresult = x",
    "s = {<n>, <m>, <k>}\ns.add(1)\ns.discard(<n>)\ns |= {2}\ns -= {<m>}\nresult = (sorted(s), len(s), frozenset(s) == s)",
    "b = bytearray(b'abc')\nb.append(<n>)\nresult = (bytes(b), b[0])",
    "print('a', <n>, sep='-', end='!')\nresult = None",
    "x = 10\ndel x\nresult = x",
    "result = [*map(lambda p: p[0] + p[1], zip([<n>, <m>], (1, 2)))]",
    "result = sorted({'b': 1, 'a': 2}.items(), key=lambda kv: kv[1])[0], list(map(str.upper, ['a', 'b'])), sorted(['B', 'a'], key=str.lower)",
]


def program_cases(choice):
    for index in range(PROGRAMS):
        piece = PIECES[index % len(PIECES)]
        for mark in ("<n>", "<m>", "<k>"):
            piece = piece.replace(mark, str(choice.of([1, 2, 3, 4, 5, 7, 9, 12, 16, 25])))
        body = "".join(f"    {line}\n" if line else "\n" for line in piece.split("\n"))
        yield "program", f"def logic(slot_data):\n{body}    emit('output', value=repr(result))\n"


def callback_cases(choice):
    """Builtins whose functions come to the host, which has a state and an empty config."""
    numbers = ["[3, 1, 2]", "[]", "[2, 2, -1, 0]", "(1.5, -2, 7)", "range(5)", "[True, 3, False]", "[1, 'x']", "5", "[(2, 'b'), (2, 'a'), (1, 'c')]",
               "'hello'", "{4: 1, -3: 2}", "[None, 1]", "iter([4, 0, 2])"]
    functions = ["lambda x: get_state('w') * x", "lambda x: -x * get_config('w', 2)", "lambda x: get_state('none')", "lambda x: log(x) or x", "weigh",
                 "lambda x: get_config('none', x)", "Scale(-1).of", "make(-1)", "lambda x: 1 / (x - get_state('w'))", "lambda x: weigh(x) > 2",
                 "Scale(2)", "lambda x: set_state('seen', get_state('seen', 0) + 1) or get_state('seen') % 2", "get_config", "len and weigh"]
    calls = ["sorted(I, key=F)", "sorted(I, key=F, reverse=True)", "sorted(I, reverse=B, key=F)", "min(I, key=F)", "max(I, key=F)",
             "max(I, key=F, default='none')", "min(3, 1, 2, key=F)", "max(1, 2, default=5, key=F)", "list(map(F, I))", "list(filter(F, I))",
             "list(map(lambda x, y: (x, weigh(y)), I, I))", "sum(map(F, I))", "[x for x in map(F, I) if x]", "next(iter(filter(F, I)), 'none')",
             "sort(I, F, B)", "tuple(map(F, sorted(I, key=F)))", "sorted(filter(F, I), key=F)", "functools.reduce(lambda a, b: a + weigh(b), I, 0)",
             "list(map(str, map(F, I)))", "max(map(F, I), default=get_state('w'))", "sorted(I, key=lambda x: (get_state('w'), x))",
             "sorted(I, wrong=1, key=F)", "list(zip(map(F, I), I))", "any(map(F, I))", "sorted(I, key=None)", "list(filter(None, map(F, I)))",
             "heapq.nlargest(2, I, key=F)", "str(Named(list(I)))", "f'{Named(list(I))!r}|{Named(5)!s:>9}'", "defaultdict(lambda: get_config('w', 7))[1]"]
    head = ("import functools, heapq\nfrom collections import defaultdict\ndef weigh(x):\n    return get_state('w') * x\ndef make(sign):\n"
            "    return lambda x: sign * weigh(x)\nclass Scale:\n    def __init__(self, sign):\n        self.sign = sign\n    def of(self, x):\n"
            "        return self.sign * weigh(x)\n    def __call__(self, x):\n        return self.of(x)\nclass Named:\n    def __init__(self, items):\n"
            "        self.items = items\n    def __str__(self):\n        return f\"{self.items} {get_state('w')}\"\n    def __repr__(self):\n"
            "        return 'Named ' + str(get_state('none'))\ndef sort(items, key, reverse):\n    items = list(items)\n"
            "    items.sort(key=key, reverse=reverse)\n    return items\n")
    for _ in range(CALLBACKS):
        call = choice.of(calls)
        fillings = {"F": functions, "I": numbers, "B": ["False", "1"]}
        call = re.sub(r"\b[FIB]\b", lambda mark: f"({choice.of(fillings[mark.group()])})", call)
        yield "callback", f"{head}def logic(slot_data):\n    set_state('w', 3)\n    result = {call}\n    emit('output', value=repr(result))\n"


def condition_cases(choice):
    leaves = ["data.value", "data['value']", "value", "hit_count", "data.inner.x", "data['inner'].x", "data.ratio", "100", "7", "0",
              "len(data.tags)", "len(slot_data['input'])", "slot_data.input[0].value", "slot_data['input'][-1]['value']",
              "data.get('value')", "data.get('missing', 3)", "sum(i.value for i in slot_data.input)", "len(data)"]
    texts = ["data.name", "name", "data['name']", "'sensor'", "'x'", "data.tags[0]", "str(value)", "name.upper()", "data.name[:3]"]
    wrong = ["data.missing > 1", "data['missing']", "missing", "data.inner.y > 1", "slot_data['nothing'][0]", "data.tags[9] == 'a'",
             "value.x", "name > 1", "data.inner.x.y", "slot_data.other[0]", "value / 0 > 1", "int(name)"]

    def number(depth):
        if depth == 0 or choice.chance(30):
            return choice.of(leaves)
        return f"({number(depth - 1)} {choice.of(['+', '-', '*', '//', '%', '/'])} {number(depth - 1)})"

    def text(depth):
        return choice.of(texts) if depth == 0 or choice.chance(50) else f"({text(depth - 1)} + {text(depth - 1)})"

    def condition(depth):
        if depth == 0:
            form = choice.below(9)
            if form < 4:
                return f"{number(1)} {choice.of(['<', '<=', '==', '!=', '>', '>='])} {number(1)}"
            if form == 4:
                return f"{text(1)} {choice.of(['==', '!=', '<', 'in', 'not in'])} {text(1)}"
            return choice.of([number(1), text(1), f"{text(0)} in data", "data.none is None", "'a' in data.tags", f"{text(0)}.startswith('s')",
                              "any(i.value > 1 for i in slot_data.input)", "not slot_data.other", "data.inner", "data.tags == ['a', 'b']",
                              "isinstance(data.value, int)", "bool(data.none)", "all(t in name for t in data.tags)", f"{number(1)} in (1, 7, 150)"])
        form = choice.below(5)
        if form == 0:
            return f"not ({condition(depth - 1)})"
        if form == 1:
            return f"({condition(depth - 1)} if {condition(depth - 1)} else {condition(depth - 1)})"
        return f"({condition(depth - 1)}) {choice.of(['and', 'or'])} ({condition(depth - 1)})"

    for index in range(CONDITIONS):
        yield choice.of(wrong) if index % 12 == 0 else condition(choice.below(3))


class Record(dict):
    """What the conditions' documentation promises: entries can be read as attributes too."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def record(value):
    if isinstance(value, dict):
        return Record((key, record(item)) for key, item in value.items())
    return [record(item) for item in value] if isinstance(value, list) else value


def config(key, default=None):
    """The config is empty; a key is text."""
    if not isinstance(key, str):
        raise TypeError(f"get_config: key must be a str, not {type(key).__name__}")
    return default


def run(code):
    """What a logic emits last, or the type of its error."""
    emitted = []

    def emit(event, **payload):
        emitted.append(payload["value"])

    def silent(*args, sep=" ", end="\\n", file=None, flush=False):
        pass

    state = {}
    scope = {"emit": emit, "print": silent, "log": silent, "get_state": lambda key, default=None: state.get(key, default),
             "set_state": state.__setitem__, "get_config": config, "__name__": "logic"}
    try:
        exec(code, scope)  # The sources are our own.
        scope["logic"]({})
    except BaseException as error:
        return {"error": type(error).__name__}
    return {"value": emitted[-1] if emitted else None}


def main():
    choice = Choice(20240601)
    write = sys.stdout.write
    seen = set()
    for cases in (expression_cases(choice), program_cases(choice), callback_cases(Choice(20240602))):
        for group, source in cases:
            if source in seen:
                continue
            seen.add(source)
            try:
                code = compile(source, "<logic>", "exec")
            except SyntaxError:
                continue  # A combination that makes no sense.
            write(json.dumps({"group": group, "source": source, **run(code)}) + "\n")
    for source in condition_cases(choice):
        if source in seen:
            continue
        seen.add(source)
        try:
            outcome = {"value": bool(eval(source, {name: record(value) for name, value in NAMES.items()}))}
        except Exception as error:
            outcome = {"error": type(error).__name__}
        write(json.dumps({"group": "condition", "source": source, **outcome}) + "\n")


main()
