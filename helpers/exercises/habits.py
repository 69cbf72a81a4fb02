"""Facts about the reader's code that explain a wrong answer whose numbers name no cause."""

from . import bytecode

_POWER = "A power is written `**` in Python; `^` means something else."


def power_sign(function):
    """The sentence on `^` where a power is meant, or ""."""
    return _POWER if "^" in bytecode.operators(function) else ""


def root_that_halves(function, solution):
    """The sentence on `x**1/2` where a root is meant, or ""."""
    steps, right = _steps(function), _steps(solution)
    # `x**1/2`, `a / x**1/2` and `a * x**1/2`.
    for between in ((), ("/",), ("*",)):
        pattern = ("1", "**", *between, "2", "/")
        if _holds(steps, pattern) and not _holds(right, pattern):
            return _ROOT
    return ""


def habit(function, solution, parameters):
    """One sentence on what stands in the code (or is missing there), or "".

    Args:
        function: what the reader wrote.
        solution: the function that is right; what it does as well is no cause.
        parameters: the names of the arguments.
    """
    steps, right = _steps(function), _steps(solution)
    for pattern, words in _PATTERNS:
        if _holds(steps, pattern) and not _holds(right, pattern):
            return words
    if bytecode.has_loop_of_one_round(function):
        return "The loop ends in its first round: does a `return` stand too far to the right?"
    if "ddof" in bytecode.keywords(function) - bytecode.keywords(solution):
        return "`ddof=1` divides by n - 1 in place of n: leave it away here."
    if bytecode.takes_any_arguments(function):
        return ""
    used, needed = bytecode.names(function), bytecode.names(solution)
    # Readers may have names of their own for the arguments.
    own = zip(parameters, bytecode.parameters(function), strict=False)
    unused = [f"`{mine}`" for name, mine in own if name in needed and mine not in used]
    if used and unused:
        verb = "does" if len(unused) == 1 else "do"
        return f"In your function {_joined(unused)} {verb} not occur."
    return ""


def small_number(function, solution):
    """The sentence on a small constant that makes an answer nearly right, or ""."""
    known = bytecode.constants(solution)
    for constant in bytecode.constants(function):
        if type(constant) is float and 0 < abs(constant) <= 1e-3 and constant not in known:
            return f"The small {constant:g} in your function makes a difference."
    return ""


_ROOT = "Powers come before divisions: `x**1/2` is `(x**1) / 2`. A root is `np.sqrt(x)`."

# Steps in the order in which Python takes them; "x" stands for any one value.
_PATTERNS = (
    (("1", "**"), _ROOT),
    (("-1", "**", "2", "/"), _ROOT.replace("x**1", "x**-1").replace("np", "1 / np")),
    (
        ("/", "x", "*"),
        "Python reads `a / b * c` as `(a / b) * c`. Is that what is meant?",
    ),
    (("//",), "`//` divides and drops what is left over. A division is `/`."),
    (("round",), "`round` throws digits away: return the number as it is."),
    (("int",), "`int` cuts off what stands behind the point: is that meant?"),
)


def _steps(function):
    """Constants as they are, operators, the names round and int, and "x" for other values."""
    found = []
    for step in bytecode.instructions(function):
        if step.opname == "BINARY_OP":
            found.append(step.argrepr)
        elif step.opname == "LOAD_GLOBAL" and step.argval in ("round", "int"):
            found.append(step.argval)
        elif step.opname in ("LOAD_CONST", "LOAD_SMALL_INT"):
            found.append(str(step.argval))
        elif step.opname.startswith("LOAD_FAST") and isinstance(step.argval, tuple):
            found += ["x"] * len(step.argval)  # later Pythons load two variables at once
        elif step.opname.startswith("LOAD_"):
            found.append("x")
        elif step.opname not in ("PRECALL", "CACHE", "NOP", "RESUME", "PUSH_NULL"):
            found.append("")
    return found


def _holds(steps, pattern):
    def fits(step, part):
        return step == part or (part == "x" and step and not _is_operator(step))

    return any(
        all(map(fits, steps[i : i + len(pattern)], pattern))
        for i in range(len(steps) - len(pattern) + 1)
    )


def _is_operator(step):
    return step in ("+", "-", "*", "/", "//", "%", "**", "@", "^", "&", "|")


def _joined(words):
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
