//! Callbacks of builtins that come to the host.

use super::{Notes, check, check_with, failing, map, value};

/// A logic with this in it, on a host with a config and a state.
#[track_caller]
fn logs(source: &str, expected: &[&str]) {
    let mut notes = Notes { config: map(r#"{"weight": -2, "limit": 2, "list": [1]}"#), ..Notes::default() };
    notes.state.insert("rank".into(), value(r#"{"a": 3, "b": 1, "c": 2}"#));
    check_with(notes, source, "[{}]", expected);
}

/// An expression of a logic.
#[track_caller]
fn gives(expression: &str, expected: &str) {
    logs(&format!("def logic(slots, message, job):\n    log(str({expression}))"), &[&format!("info {expected}")]);
}

#[test]
fn the_config_can_be_asked_everywhere() {
    gives("sorted([1, 3, 2], key=lambda x: get_config('weight') * x)", "[3, 2, 1]");
    gives("list(filter(lambda x: x > get_config('limit', 1), [1, 2, 3]))", "[3]");
    gives("list(map(lambda x: x * self.get_config('weight'), [1, 2]))", "[-2, -4]");
    gives("max([1, 2, 3], key=lambda x: x * self.config['weight'])", "1");
    gives("min(['limit', 'weight'], key=get_config)", "weight");
    gives("list(map(get_config, ['limit', 'none']))", "[2, None]");
    logs(
        "import itertools\nfrom collections import defaultdict\nclass Box:\n    def __init__(self, n):\n        self.n = n\n    \
         def __eq__(self, other):\n        return abs(self.n - other.n) < get_config('limit')\n    \
         def __str__(self):\n        return f'{self.n}/{get_config(\"limit\")}'\n\
         def logic(slots):\n    counts = defaultdict(lambda: get_config('limit'))\n    counts['a'] += 1\n    \
         log(f'{counts[\"a\"]} {Box(1) == Box(2)} {Box(1) == Box(3)} {Box(5)}')\n    \
         log(str(list(itertools.takewhile(lambda n: n < self.get_config('limit'), [0, 1, 2, 0]))))",
        &["info 3 True False 5/2", "info [0, 1]"],
    );
    // It gives copies there too, and checks its arguments.
    logs(
        "def logic(slots):\n    for n in map(lambda n: get_config('list').append(n), [1, 2]):\n        pass\n    \
         log(str(get_config('list')))\n    get_config(5)",
        &["info [1]", "TypeError: get_config: key must be a str, not int"],
    );
}

#[test]
fn each_activation_has_its_own_config() {
    let source = "def logic(slots):\n    log(str(sorted([1, 2], key=lambda n: n * get_config('weight'))))";
    for (weight, expected) in [("1", "info [1, 2]"), ("-1", "info [2, 1]")] {
        let notes = Notes { config: map(&format!(r#"{{"weight": {weight}}}"#)), ..Notes::default() };
        check_with(notes, source, "[{}]", &[expected]);
    }
}

#[test]
fn builtins_wait_for_the_host() {
    gives("sorted('abc', key=lambda c: get_state('rank')[c], reverse=True)", "['a', 'c', 'b']");
    gives("sorted('bac', key=lambda c: self.get_state('none', 0))", "['b', 'a', 'c']");
    gives(
        "[min('abc', key=lambda c: get_state('rank')[c]), max('a', 'b', key=lambda c: get_state('rank')[c])]",
        "['b', 'a']",
    );
    gives("max([], key=get_state, default='none')", "none");
    gives("list(map(lambda a, b: (get_state('rank')[a], b), 'abc', [7, 8]))", "[(3, 7), (1, 8)]");
    gives("list(filter(lambda c: get_state('rank')[c] > 1, 'abc'))", "['a', 'c']");
    check(
        "def logic(slots):\n    list(map(lambda n: emit('output', n=n), [1, 2]))\n    list(map(self.log, ['x']))\n    \
         names = ['b', 'a']\n    names.sort(key=lambda n: log(n) or n)\n    log(str(names))\n    \
         box = {'names': [3, 1]}\n    (box['names']).sort(key=lambda n: progress(n / 10) or n, reverse=True)\n    log(f\"{box}\")",
        &[
            r#"emit output {"n":1}"#,
            r#"emit output {"n":2}"#,
            "info x",
            "info b",
            "info a",
            "info ['a', 'b']",
            "progress 0.3",
            "progress 0.1",
            "info {'names': [3, 1]}",
        ],
    );
}

#[test]
fn functions_are_found_by_their_names() {
    let source = |body: &str| {
        format!(
            "import functools, heapq\nfrom heapq import nsmallest\ndef rank(c):\n    return get_state('rank')[c]\ndef by_rank(c):\n    \
             return (rank(c), c)\ndef make(sign):\n    return lambda c: sign * rank(c)\nclass Judge:\n    def __init__(self, sign):\n        \
             self.sign = sign\n    def score(self, c):\n        return self.sign * rank(c)\n    def __call__(self, c):\n        \
             return self.score(c)\n    def order(self, items):\n        return sorted(items, key=self.score)\ndef top(items, key):\n    \
             return sorted(items, key=key)\nKEYS = {{'rank': rank}}\ndef merge(items, key):\n    items.sort(key=key)\n    return items\ndef logic(slots):\n    log(''.join({body}))"
        )
    };
    for (body, expected) in [
        ("sorted('abc', key=rank)", "info bca"),
        ("sorted('abc', key=by_rank)", "info bca"),
        ("sorted('abc', key=make(-1))", "info acb"),
        ("sorted('abc', key=Judge(-1).score)", "info acb"),
        ("sorted('abc', key=Judge(1))", "info bca"),
        ("Judge(1).order('abc')", "info bca"),
        ("top('abc', lambda c: -rank(c))", "info acb"),
        ("top('abc', key=rank)", "info bca"),
        ("sorted('abc', key=KEYS['rank'])", "info bca"),
        ("sorted('abc', key=functools.partial(lambda sign, c: sign * rank(c), -1))", "info acb"),
        ("heapq.nlargest(2, 'abc', key=rank)", "info ac"),
        ("nsmallest(2, 'abc', key=rank)", "info bc"),
        ("merge(['a', 'b'], key=lambda c: -rank(c))", "info ab"),
        ("map(str, filter(lambda c: rank(c) == 3, 'abc'))", "info a"),
    ] {
        logs(&source(body), &[expected]);
    }
    logs(
        "def logic(slots):\n    key = lambda c: -get_state('rank')[c]\n    again = key\n    log(str(sorted('abc', key=again)))",
        &["info ['a', 'c', 'b']"],
    );
}

#[test]
fn a_callback_can_sleep() {
    check(
        "def logic(slots):\n    log(str(sorted([2, 1], key=lambda n: sleep(n) or n)))",
        &["sleep 2000000", "sleep 1000000", "info [1, 2]"],
    );
}

#[test]
fn shared_data_can_be_changed_in_a_callback() {
    check(
        "def logic(slots, message, job):\n    list(map(lambda n: job.update_shared_data(f'k{n}', n), [1, 2]))\n    \
         log(str(job.get_shared_data('k2')))\n    list(map(lambda n: job.append_to_shared_log({'n': n}), [1, 2]))\n    \
         log(str(len(job.get_shared_log())))",
        &["info 2", "info 2"],
    );
}

#[test]
fn routines_as_classes_have_them_too() {
    logs(
        "from routilux import Routine\nclass Sorter(Routine):\n    def __init__(self):\n        super().__init__()\n        \
         self.define_slot('input', handler=self.process)\n    def score(self, n):\n        return n * self.get_config('weight', 1)\n    \
         def process(self, data):\n        self.log(str(sorted([1, 2], key=self.score)))\n        \
         list(map(lambda n: self.emit('output', n=n), [1]))\n        self.print('done', 1)",
        &["info [2, 1]", r#"emit output {"n":1}"#, "info done 1"],
    );
}

#[test]
fn texts_of_objects_wait_for_the_host() {
    logs(
        "class Card:\n    def __init__(self, name):\n        self.name = name\n    def __str__(self):\n        \
         return f\"{self.name}:{get_state('rank')[self.name]}\"\n    def __repr__(self):\n        log('asked')\n        return 'Card'\n\
         class Plain:\n    def __repr__(self):\n        return str(get_state('rank')['c'])\n\
         def logic(slots):\n    card = Card('a')\n    print(card, 5, Plain())\n    log(card)\n    log(f'{card} {card!r} {card!s:>5} {Plain()}')\n    \
         log(repr(card) + str(Plain()) + ','.join(map(str, [card, 1])) + str('x'))\n    \
         log(str([str(c) for c in sorted([Card('a'), Card('b')], key=str, reverse=True)]))",
        &[
            "info a:3 5 2",
            "info a:3",
            "info asked",
            "info a:3 Card   a:3 2",
            "info asked",
            "info Card2a:3,1x",
            "info ['b:1', 'a:3']",
        ],
    );
    check(
        "class A:\n    def __str__(self):\n        log('x')\n        return 5\ndef logic(s):\n    str(A())",
        &["info x", "TypeError: __str__ returned non-string (type int)"],
    );
}

#[test]
fn errors_are_those_of_python() {
    let failure = failing(
        "def score(x):\n    return get_state('rank', x) / 0\ndef logic(slots):\n    return sorted([1, 2], key=lambda x: score(x))",
    );
    assert_eq!(
        failure.traceback.lines().filter(|line| line.contains(", in ")).collect::<Vec<_>>(),
        [
            "  File \"<logic>\", line 4, in logic",
            "  File \"<logic>\", line 4, in <lambda>",
            "  File \"<logic>\", line 2, in score"
        ]
    );
    check(
        "def logic(slots):\n    sorted([1, 'x'], key=lambda x: get_state('none', x))",
        &["TypeError: '<' not supported between instances of 'str' and 'int'"],
    );
    check(
        "def logic(slots):\n    max([], key=lambda x: get_state('none', x))",
        &["ValueError: max() iterable argument is empty"],
    );
    check(
        "def logic(slots):\n    list(map(lambda x: get_state('none', x), 5))",
        &["TypeError: 'int' object is not iterable"],
    );
}

#[test]
fn what_cannot_stop_says_so() {
    check(
        "class A:\n    def __eq__(self, other):\n        emit('output')\n        return True\ndef logic(s):\n    A() == A()",
        &[
            "NotImplementedError: emit() cannot be called here: a special method such as __eq__, or a function that a builtin calls, cannot wait for the flow; call it before and use its result",
        ],
    );
}

#[test]
fn self_has_print() {
    check(
        "def logic(slots):\n    self.print('a', 'b', sep='-', end='!')\n    own = self\n    own.print()\n    list(map(self.print, [1]))",
        &["info a-b!", "info ", "info 1"],
    );
    check("def logic(self, slots):\n    self.print('x')", &["info x"]);
}
