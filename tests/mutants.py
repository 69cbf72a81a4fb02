"""Wrong answers by the hundred: small changes of an expression, as readers make them.

`mutants` changes one spot of an expression: a term dropped, a sign, a factor, an index, an axis,
operands exchanged, a neighbor of the function, what Python's precedence makes of lost parentheses.
`conditional` is right under a condition only. All are source text, as readers
write it.
"""

import ast

# What stands for what: functions of NumPy, methods of arrays and builtins alike.
NEIGHBORS = {
    "mean": ["sum", "max", "median", "std"],
    "sum": ["mean", "max", "prod"],
    "min": ["max", "mean", "sum"],
    "max": ["min", "mean", "sum"],
    "minimum": ["maximum"],
    "maximum": ["minimum"],
    "argmin": ["argmax", "min"],
    "argmax": ["argmin", "max"],
    "std": ["var", "mean", "max"],
    "var": ["std"],
    "sin": ["cos", "tan"],
    "cos": ["sin"],
    "exp": ["log", "expm1", "exp2"],
    "sign": ["abs", "floor"],
    "geomspace": ["linspace", "logspace"],
    "eigvalsh": ["diag", "eigvals"],
    "norm": ["sum", "max", "mean"],
}
OPERATORS = {
    ast.Add: "-*",
    ast.Sub: "+*/",
    ast.Mult: ["/", "+", "-", "**", "@"],
    ast.Div: ["*", "-", "//", "%"],
    ast.Pow: ["*", "/"],
    ast.MatMult: ["*", "+"],
}
COMPARISONS = {
    ast.Lt: ["<=", ">", ">=", "=="],
    ast.LtE: ["<", ">", ">=", "=="],
    ast.Gt: [">=", "<", "<=", "=="],
    ast.GtE: [">", "<", "<=", "=="],
    ast.Eq: ["!=", "<=", ">="],
    ast.NotEq: ["=="],
}
SYMBOLS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}


def mutants(expression, names=()):
    """The expressions that differ from `expression` in one spot.

    Args:
        expression: the source of a Python expression.
        names: the variables that might be taken for each other.

    Returns:
        A list of different sources, without `expression` itself.
    """
    tree = ast.parse(expression, mode="eval")
    found = dict.fromkeys(_in_every_spot(tree, names))
    found |= dict.fromkeys(map(_tidy, _of_the_whole(ast.unparse(tree.body), names)))
    found.pop(ast.unparse(tree), None)
    return list(found)


def conditional(answer, others, names):
    """Expressions that are `answer` under a condition on a variable, and else one of `others`."""
    conditions = []
    for name in names:
        one = f"np.ravel({name})[0]"
        conditions += [f"{one} > 0", f"{one} < 0", f"abs({one}) > 1", f"abs({one}) < 1"]
        conditions += [f"np.size({name}) {test}" for test in ("> 2", "< 3", "% 2 == 0")]
        conditions += [f"np.ndim({name}) < 2 or len({name}) {op} len({name}.T)" for op in "<>"]
    return [
        f"(({answer}) if ({condition}) else ({other}))"
        for condition in conditions
        for other in others
    ]


def names_in(source):
    """The variables that the blank of a template can see, in the order they appear.

    Args:
        source: a template whose last statement is a function, with `...` in the blank.
    """
    function = ast.parse(source).body[-1]
    names = [argument.arg for argument in function.args.args]
    names += [
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return list(dict.fromkeys(names))


def _in_every_spot(tree, names):
    for parent, field, place, node in _spots(tree):
        for text in _replacements(node, names):
            new = ast.parse(f"({text})", mode="eval").body
            _put(parent, field, place, new)
            yield ast.unparse(tree)
        _put(parent, field, place, node)


def _spots(parent):
    """Where an expression stands: its parent, the field, the place in a list, and itself."""
    for field, value in list(ast.iter_fields(parent)):
        for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_module(node):
                continue
            called = isinstance(parent, ast.Call) and field == "func"
            if isinstance(node, ast.expr) and not called and not isinstance(node, ast.Slice):
                yield parent, field, place, node
            yield from _spots(node)


def _is_module(node):
    return ast.unparse(node) in ("np", "np.linalg")


def _put(parent, field, place, node):
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node


def _replacements(node, names):
    """The sources that may stand in the place of a node."""
    text = ast.unparse(node)
    if isinstance(node, ast.Constant) and not isinstance(node.value, (int, float)):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield str(not node.value)
        return
    if isinstance(node, (ast.BoolOp, ast.Compare)):
        yield f"not ({text})"
    elif not isinstance(node, (ast.List, ast.Tuple, ast.IfExp)):
        yield from _scaled(text)
    if isinstance(node, ast.Name):
        yield from names
        yield from ("0", "1", f"{text}.T", f"{text}[0]", f"{text}[-1]", f"np.mean({text})")
    for kind, change in _CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _scaled(text):
    yield from (f"-({text})", f"2 * ({text})", f"({text}) / 2", f"1 / ({text})")
    yield from (
        f"abs({text})",
        f"({text})**2",
        f"np.sqrt({text})",
        f"({text}) + 1",
        f"({text}) - 1",
    )


def _of_constant(node):
    value = node.value
    yield from (str(value + 1), str(value - 1), str(value * 10), "0")


def _of_binary(node):
    left, right = ast.unparse(node.left), ast.unparse(node.right)
    yield from (left, right)
    symbol = SYMBOLS.get(type(node.op))
    if symbol is None:
        return
    yield f"({right}) {symbol} ({left})"
    for other in OPERATORS[type(node.op)]:
        yield f"({left}) {other} ({right})"
    # What is left when parentheses are forgotten, or set too early.
    if isinstance(node.left, ast.BinOp) and type(node.left.op) in SYMBOLS:
        a, b = ast.unparse(node.left.left), ast.unparse(node.left.right)
        yield f"({a}) {SYMBOLS[type(node.left.op)]} (({b}) {symbol} ({right}))"
    if isinstance(node.right, ast.BinOp) and type(node.right.op) in SYMBOLS:
        b, c = ast.unparse(node.right.left), ast.unparse(node.right.right)
        yield f"(({left}) {symbol} ({b})) {SYMBOLS[type(node.right.op)]} ({c})"


def _of_unary(node):
    yield ast.unparse(node.operand)


def _of_call(node):
    name = ast.unparse(node.func)
    arguments = [ast.unparse(argument) for argument in node.args]
    keywords = [f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in node.keywords]

    def call(name=name, arguments=arguments, keywords=keywords):
        return f"{name}({', '.join((*arguments, *keywords))})"

    short = name.rpartition(".")[2]
    for other in NEIGHBORS.get(short, []):
        if short == "norm" or not name.startswith("np.linalg"):
            yield call(name.replace("linalg.", "").removesuffix(short) + other)
        elif other == "eigvals":
            yield call("np.linalg.eigvals")
        else:
            yield call(f"np.{other}")
    if short == "norm":
        inside = f"np.abs({arguments[0]})"
        yield from (call("np.sum", [inside]), call("np.max", [inside]))
        yield f"np.sum(({arguments[0]})**2)"
    if short == "sqrt":
        yield from (f"({arguments[0]})**1 / 2", f"({arguments[0]})**2")
    yield from arguments
    if len(arguments) > 1:
        yield call(arguments=arguments[::-1])
        yield from (
            call(arguments=arguments[:i] + arguments[i + 1 :]) for i in range(len(arguments))
        )
    for i, keyword in enumerate(node.keywords):
        yield call(keywords=keywords[:i] + keywords[i + 1 :])
        if keyword.arg == "axis":
            others = [axis for axis in ("0", "1") if axis != ast.unparse(keyword.value)]
            for axis in others:
                yield call(keywords=[*keywords[:i], f"axis={axis}", *keywords[i + 1 :]])
    if short in ("std", "var") and "ddof=1" not in keywords:
        yield call(keywords=[*keywords, "ddof=1"])
    if short in ("mean", "sum", "std", "var", "norm") and not keywords:
        yield from (call(keywords=["axis=0"]), call(keywords=["axis=1"]))
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield ast.unparse(node.func.value)


def _of_compare(node):
    if len(node.ops) != 1:
        return
    left, right = ast.unparse(node.left), ast.unparse(node.comparators[0])
    for other in COMPARISONS[type(node.ops[0])]:
        yield f"({left}) {other} ({right})"
    yield from ("True", "False")


def _of_logic(node):
    values = [f"({ast.unparse(value)})" for value in node.values]
    word, other = ("or", "and") if isinstance(node.op, ast.Or) else ("and", "or")
    yield f" {other} ".join(values)
    for i in range(len(values)):
        yield f" {word} ".join(values[:i] + values[i + 1 :])
    for i in range(1, len(values)):
        yield f" {word} ".join(values[:i]) + f" {other} " + f" {word} ".join(values[i:])
        first, second = f" {word} ".join(values[:i]), f" {word} ".join(values[i:])
        yield f"({first}) {other} ({second})"


def _of_choice(node):
    test, body, other = map(ast.unparse, (node.test, node.body, node.orelse))
    yield from (body, other, f"({other}) if ({test}) else ({body})")


def _of_attribute(node):
    yield ast.unparse(node.value)


def _of_subscript(node):
    base, index = ast.unparse(node.value), ast.unparse(node.slice)
    yield from (base, f"{base}[0]", f"{base}[-1]")
    if not isinstance(node.slice, (ast.Slice, ast.Tuple)):
        yield from (f"{base}[{index} + 1]", f"{base}[{index} - 1]")


def _of_list(node):
    items = [ast.unparse(item) for item in node.elts]
    yield f"[{', '.join(items[::-1])}]"
    for i in range(len(items)):
        for item in (f"-({items[i]})", "0", f"2 * ({items[i]})", items[i - 1]):
            yield f"[{', '.join((*items[:i], item, *items[i + 1 :]))}]"
        yield f"[{', '.join(items[:i] + items[i + 1 :])}]"


_CHANGES = {
    ast.Constant: _of_constant,
    ast.BinOp: _of_binary,
    ast.UnaryOp: _of_unary,
    ast.Call: _of_call,
    ast.Compare: _of_compare,
    ast.BoolOp: _of_logic,
    ast.IfExp: _of_choice,
    ast.Attribute: _of_attribute,
    ast.Subscript: _of_subscript,
    ast.List: _of_list,
    ast.Tuple: _of_list,
}


def _of_the_whole(text, names):
    """What is done to a result as a whole: factors, sums, an entry alone or spoiled, a constant."""
    yield from (f"({text}) * 1.001", f"({text}) + 0.01", f"({text}).T", f"np.round({text}, 2)")
    yield from (f"np.{of}({text})" for of in ("sum", "mean", "max", "sign", "abs", "cumsum"))
    yield from (f"({text})[{i}]" for i in ("0", "-1", "::-1"))
    yield from (f"[*({text})][:-1]", f"np.reshape({text}, (-1, 1))", f"np.atleast_2d({text})")
    for i in ("0", "-1"):
        yield f"(lambda r: (r.flat.__setitem__({i}, -r.flat[{i}]), r)[1])(np.array({text}, float))"
    yield from ("0", "1", "True", "False", "0.5")
    for name in names:
        yield from (f"({text}) * {name}", f"({text}) / {name}", f"({text}) + {name}", name)
        yield from (f"({text}) * len({name})", f"({text}) / len({name})")
        yield f"{name} - ({text})"


def _tidy(text):
    return ast.unparse(ast.parse(text, mode="eval"))
